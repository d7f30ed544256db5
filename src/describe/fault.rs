//! Faults offline: the envelope of a fault and the JSON that stands for it, `{"requestId","status":0,"warnings","errors":[{"code",
//! "message","fault"}]}`.

use crate::codec::DecodeOptions;
use crate::json::Value;
use crate::limits::{JsonLimits, XmlLimits};
use crate::plan::{FaultPlan, OperationPlan, Plan};
use crate::service::Code;
use crate::service::outcome::{Notice, write_failure};
use crate::soap::{
    self, Detail, DetailError, Fault, FaultCode, FaultContract, FaultDetail, FaultJsonError, FaultKind,
    FaultMessage, FaultOut, FaultView, Reason, Version,
};

/// Why a fault is not converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// The content of its detail breaks the contract.
    #[error("/errors/0/fault/detail: {0}")]
    Detail(#[from] DetailError),
    /// It is no fault of the operation.
    #[error(transparent)]
    Json(#[from] FaultJsonError),
    /// Its detail is not that of a fault which the contract knows, or breaks it.
    #[error("the detail of the fault {code} is not converted: {left_out}")]
    LeftOut {
        /// The code.
        code: String,
        /// The element, and why.
        left_out: String,
    },
}

/// The operation of `operations` that declares what is in the detail of `fault`; the first one where none does.
pub(super) fn answered<'p>(
    plan: &'p Plan,
    operations: impl Iterator<Item = &'p OperationPlan> + Clone,
    fault: &Fault,
) -> Option<&'p OperationPlan> {
    let declares = |operation: &&OperationPlan| {
        let mut elements = fault.details.iter();
        elements.any(|element| {
            let ns = plan.namespaces().find(&element.namespace);
            let name = ns.map(|ns| crate::xml::Name { ns, local: &element.local });
            operation.faults.iter().any(|fault| plan.begins(&fault.message, name) && name.is_some())
        })
    };
    let mut all = operations.clone();
    all.find(declares).or_else(|| operations.into_iter().next())
}

/// The JSON of a fault. Errors: something in its detail cannot be carried.
pub fn fault_json(
    contract: FaultContract<'_>,
    fault: &Fault,
    limits: &XmlLimits,
) -> Result<Vec<u8>, FaultError> {
    let whole = Fault { details: fault.all_details().cloned().collect(), ..fault.clone() };
    let details = contract.decode(&whole, DecodeOptions::default(), limits);
    if let Some(left_out) = details.left_out.first() {
        return Err(FaultError::LeftOut { code: fault.code.to_string(), left_out: left_out.to_string() });
    }
    Ok(told(
        fault.kind,
        FaultView {
            code: &fault.code,
            subcodes: &fault.subcodes,
            reason: Some(fault.reason()),
            role: &fault.role,
            details: &details.known,
        },
    ))
}

/// A declared fault that blames the service, for a sample: with the least that its detail may hold, or with what is in `json`.
pub fn sample_fault(fault: &FaultPlan, json: Vec<u8>) -> FaultMessage {
    FaultMessage {
        kind: FaultKind::Server,
        code: FaultCode::from("Server"),
        reasons: vec![Reason::new(format!("sample of the fault {}", fault.name))],
        details: vec![FaultDetail { fault: fault.clone(), json }],
        ..FaultMessage::default()
    }
}

/// The JSON of the fault that [`sample_fault`] makes.
pub fn sample_json(message: &FaultMessage) -> Vec<u8> {
    told(
        message.kind,
        FaultView {
            code: &message.code,
            subcodes: &message.subcodes,
            reason: message.reasons.first().map(|reason| &*reason.text),
            role: &message.role,
            details: &message.details,
        },
    )
}

/// The answer that stands for a fault.
fn told(kind: FaultKind, fault: FaultView<'_>) -> Vec<u8> {
    let mut json = Vec::new();
    fault.write(&mut json);
    let code = if kind == FaultKind::Client { Code::Fault } else { Code::BackendFailed };
    let json = String::from_utf8(json).expect("JSON is written as UTF-8");
    let sentence = fault.reason.map_or("the backend failed", |reason| reason);
    let notice = Notice { fault: Some(json.into()), ..Notice::new(code, sentence) };
    let mut out = Vec::new();
    write_failure(&mut out, 0, &[notice]);
    out
}

/// The fault in the JSON of an answer; nothing for an answer that stands for no fault.
pub fn told_fault(answer: Value<'_>) -> Option<Value<'_>> {
    let fault = answer.at_pointer("/errors/0/fault")?;
    fault.get("code").or(fault.get("name")).map(|_| fault)
}

/// The fault of an answer that [`told_fault`] found in `answer`. Errors: it is none of the operation's.
pub fn read_fault(
    contract: FaultContract<'_>,
    answer: Value<'_>,
    fault: Value<'_>,
) -> Result<FaultMessage, FaultError> {
    let mut message = contract.read_json(fault)?;
    let sentence = answer.at_pointer("/errors/0/message").and_then(|message| message.as_str());
    if let (true, Some(sentence)) = (message.reasons.is_empty(), sentence) {
        message.reasons.push(Reason::new(sentence));
    }
    Ok(message)
}

/// The envelope of a fault. Errors: the content of its detail breaks the contract.
pub fn fault_envelope(
    contract: FaultContract<'_>,
    version: Version,
    message: &FaultMessage,
    limits: &JsonLimits,
) -> Result<Vec<u8>, FaultError> {
    let options = crate::codec::EncodeOptions { limits: *limits, ..Default::default() };
    let mut detail = Vec::new();
    for element in &message.details {
        element.write(contract.plan, &options, &mut detail)?;
    }
    let details = [Detail::Declared(&detail)];
    let fault = FaultOut {
        kind: message.kind,
        codes: &message.codes(),
        reasons: &message.reasons,
        role: &message.role,
        details: if detail.is_empty() { &[] } else { &details },
        ..FaultOut::default()
    };
    let mut out = Vec::new();
    soap::write_fault(&mut out, version, &fault);
    Ok(out)
}
