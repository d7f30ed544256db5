//! Faults of a SOAP backend: read by the contract, and cleaned of what must not be shown before anybody sees them.

use super::answer::Pending;
use super::words::{Silence, Words};
use crate::bridge::failure::{BackendFailure, ReceivedFault};
use crate::codec::DecodeOptions;
use crate::limits::FAULT_DETAIL;
use crate::soap::{self, BridgeFault, Fault, FaultCode, FaultContract, FaultKind, LeftOut, LeftOutReason};
use crate::xml::Reader;

/// Reads the fault at whose start tag the reader stands. Errors: no well-formed XML.
pub(super) fn received(
    pending: &Pending<'_>,
    reader: &mut Reader<'_>,
) -> Result<ReceivedFault, BackendFailure> {
    let operation = pending.operation;
    let service = operation.service;
    let fault = soap::read_fault(reader).map_err(BackendFailure::bad)?;
    let contract = FaultContract { plan: &service.plan, operation: operation.plan };
    let options = DecodeOptions { open: true, ..DecodeOptions::default() };
    let details = contract.decode(&fault, options, &service.limits.xml);
    let received = ReceivedFault { fault, details, in_parts: false };
    Ok(match Words::of_request(pending) {
        Ok(words) => cleaned(received, &words),
        Err(silence) => silenced(received, &silence),
    })
}

/// Without what must not show.
pub(super) fn cleaned(mut received: ReceivedFault, words: &Words) -> ReceivedFault {
    let fault = &mut received.fault;
    clean_codes(fault, words);
    for reason in &mut fault.reasons {
        reason.text = words.text(&reason.text);
        if !is_language(&reason.language) {
            reason.language.clear();
        }
    }
    fault.role = words.text(&fault.role);
    if let Some(bridge) = &mut fault.bridge {
        clean_bridge(bridge, words);
    }
    let details = &mut received.details;
    for mut detail in std::mem::take(&mut details.known) {
        let left_out = |reason| LeftOut { name: detail.fault.name.to_string(), reason };
        if detail.json.len() > FAULT_DETAIL {
            details.left_out.push(left_out(LeftOutReason::TooLarge));
            continue;
        }
        match words.json(&detail.json) {
            Ok(json) => {
                detail.json = json;
                details.known.push(detail);
            }
            Err(_) => details.left_out.push(left_out(LeftOutReason::Secret)),
        }
    }
    received
}

/// A code with a secret in it is no code: what the fault blames stays.
fn clean_codes(fault: &mut Fault, words: &Words) {
    let shown = |code: &FaultCode| words.name(&code.local).is_some() && words.name(&code.namespace).is_some();
    fault.subcodes.retain(shown);
    if fault.code.local.is_empty() || !shown(&fault.code) {
        fault.code = FaultCode::from(if fault.kind == FaultKind::Client { "Client" } else { "Server" });
    }
}

fn clean_bridge(bridge: &mut BridgeFault, words: &Words) {
    bridge.code = words.text(&bridge.code);
    bridge.message = words.text(&bridge.message);
    for (code, message) in &mut bridge.errors {
        *code = words.text(code);
        *message = words.text(message);
    }
}

/// RFC 5646 section 2.1, as far as its characters go.
fn is_language(tag: &str) -> bool {
    tag.len() <= LONGEST_TAG && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Languages with extensions are longer, and no reason is in one.
const LONGEST_TAG: usize = 35;

/// Without what could hold a secret that nobody knows.
fn silenced(mut received: ReceivedFault, silence: &Silence) -> ReceivedFault {
    let reason = format!("not shown: {silence}");
    received.fault.reasons.iter_mut().for_each(|told| told.text.clear());
    received.fault.role.clear();
    received.fault.bridge = None;
    received.fault.subcodes.clear();
    let client = received.fault.kind == FaultKind::Client;
    received.fault.code = FaultCode::from(if client { "Client" } else { "Server" });
    for detail in std::mem::take(&mut received.details.known) {
        let name = format!("{}, {reason}", detail.fault.name);
        received.details.left_out.push(LeftOut { name, reason: LeftOutReason::Secret });
    }
    received
}
