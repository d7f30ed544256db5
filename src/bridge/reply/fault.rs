//! Faults of a SOAP backend: read by the contract, and cleaned of what must not be shown before anybody sees them.

use super::answer::Pending;
use super::words::{Silence, Words};
use crate::bridge::failure::{BackendFailure, ReceivedFault};
use crate::codec::DecodeOptions;
use crate::soap::{self, FaultContract, LeftOut, LeftOutReason};
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
    let received = ReceivedFault { fault, details };
    Ok(match Words::of_request(pending) {
        Ok(words) => cleaned(received, &words),
        Err(silence) => silenced(received, &silence),
    })
}

/// Without what must not show.
fn cleaned(mut received: ReceivedFault, words: &Words) -> ReceivedFault {
    for reason in &mut received.fault.reasons {
        reason.text = words.text(&reason.text);
    }
    received.fault.role = words.text(&received.fault.role);
    let details = &mut received.details;
    for mut detail in std::mem::take(&mut details.known) {
        match words.json(&detail.json) {
            Ok(json) => {
                detail.json = json;
                details.known.push(detail);
            }
            Err(_) => {
                let name = detail.fault.name.to_string();
                details.left_out.push(LeftOut { name, reason: LeftOutReason::Secret });
            }
        }
    }
    received
}

/// Without what could hold a secret that nobody knows.
fn silenced(mut received: ReceivedFault, silence: &Silence) -> ReceivedFault {
    let reason = format!("not shown: {silence}");
    received.fault.reasons.iter_mut().for_each(|told| told.text.clear());
    received.fault.role.clear();
    for detail in std::mem::take(&mut received.details.known) {
        let name = format!("{}, {reason}", detail.fault.name);
        received.details.left_out.push(LeftOut { name, reason: LeftOutReason::Secret });
    }
    received
}
