//! Faults in the replies of a JSON backend: in the form in which JSON clients get them, or as the content of one declared fault.

use super::answer::Pending;
use super::options::options;
use super::words::Words;
use crate::bridge::backend::outgoing::Reply;
use crate::bridge::failure::{BackendFailure, ReceivedFault};
use crate::codec::{EncodeOptions, UnknownFields};
use crate::json::{Kind, Tape, Value, write};
use crate::limits::FAULT_DETAIL;
use crate::soap::{DecodedDetails, Fault, FaultCode, FaultContract, FaultDetail, FaultKind};

/// `failure`, and the fault that its reply tells of, if there is one.
pub(super) fn with_fault(pending: &Pending<'_>, reply: &Reply, failure: BackendFailure) -> BackendFailure {
    match failure {
        BackendFailure::Failed { status, retry_after, errors, client, fault: None } => {
            let fault = found(pending, reply, client);
            let client = fault.as_ref().map_or(client, |fault| fault.fault.kind == FaultKind::Client);
            BackendFailure::Failed { status, retry_after, errors, client, fault: fault.map(Box::new) }
        }
        failure => failure,
    }
}

fn found(pending: &Pending<'_>, reply: &Reply, client: bool) -> Option<ReceivedFault> {
    let limits = &pending.operation.service.limits.json;
    let mut tape = Tape::new();
    // What is not JSON tells of no fault.
    let Ok(body) = tape.parse(&reply.body, limits) else { return None };
    let received = in_our_form(pending, body).or_else(|| by_content(pending, body, client))?;
    // Nobody can tell whether there is a secret in it.
    let Ok(words) = Words::of(pending, reply) else { return None };
    Some(super::fault::cleaned(received, &words))
}

/// `errors[0].fault`.
fn in_our_form(pending: &Pending<'_>, body: Value<'_>) -> Option<ReceivedFault> {
    let operation = pending.operation;
    let contract = FaultContract { plan: &operation.service.plan, operation: operation.plan };
    let given = body.at_pointer("/errors/0/fault").filter(|fault| fault.get("code").is_some())?;
    // What is no fault of the contract is an error like others.
    let Ok(message) = contract.read_json(given) else { return None };
    let fits = |detail: &FaultDetail| fits(pending, detail);
    let known = message.details.into_iter().filter(fits).collect();
    let fault = Fault {
        kind: message.kind,
        code: message.code,
        subcodes: message.subcodes,
        reasons: message.reasons,
        role: message.role,
        ..Fault::default()
    };
    Some(ReceivedFault {
        fault,
        in_parts: false,
        details: DecodedDetails { known, ..DecodedDetails::default() },
    })
}

/// The declared fault whose content `body` is, where there is exactly one.
fn by_content(pending: &Pending<'_>, body: Value<'_>, client: bool) -> Option<ReceivedFault> {
    if body.kind() != Kind::Object || body.is_empty() {
        return None;
    }
    let mut json = Vec::new();
    write::compact(body, &mut json);
    let details = pending.operation.plan.faults.iter();
    let mut fits = details
        .map(|fault| FaultDetail { fault: fault.clone(), json: json.clone() })
        .filter(|detail| fits(pending, detail));
    let first = fits.next()?;
    if fits.next().is_some() {
        return None;
    }
    let (kind, code) = if client { (FaultKind::Client, "Client") } else { (FaultKind::Server, "Server") };
    let fault = Fault { kind, code: FaultCode::from(code), ..Fault::default() };
    Some(ReceivedFault {
        fault,
        in_parts: false,
        details: DecodedDetails { known: vec![first], ..DecodedDetails::default() },
    })
}

/// Whether the contract has all that is in `detail`.
fn fits(pending: &Pending<'_>, detail: &FaultDetail) -> bool {
    let options = EncodeOptions { unknown_fields: UnknownFields::Reject, ..options(pending.operation) };
    detail.json.len() <= FAULT_DETAIL
        && detail.write(&pending.operation.service.plan, &options, &mut Vec::new()).is_ok()
}
