//! Faults of a SOAP backend: read by the contract, and cleaned of what must not be shown before anybody sees them.

use super::answer::Pending;
use crate::bridge::failure::{BackendFailure, ReceivedFault};
use crate::codec::DecodeOptions;
use crate::json::Tape;
use crate::limits::FAULT_TEXT;
use crate::redact::{self, Masks, SecretSet};
use crate::soap::{self, FaultContract, FaultDetail, LeftOut, LeftOutReason, Reason};
use crate::xml::Reader;

/// Reads the fault at whose start tag the reader stands. Errors: no well-formed XML.
pub(super) fn received(
    pending: &Pending<'_>,
    reader: &mut Reader<'_>,
) -> Result<ReceivedFault, BackendFailure> {
    let operation = pending.operation;
    let service = operation.service;
    let mut fault = soap::read_fault(reader).map_err(BackendFailure::bad)?;
    let contract = FaultContract { plan: &service.plan, operation: operation.plan };
    let options = DecodeOptions { open: true, ..DecodeOptions::default() };
    let mut details = contract.decode(&fault, options, &service.limits.xml);
    let cleaner = Cleaner::of(pending);
    let (known, left_out) = (std::mem::take(&mut details.known), &mut details.left_out);
    details.known = known.into_iter().filter_map(|detail| cleaner.detail(detail, left_out)).collect();
    for Reason { text, .. } in &mut fault.reasons {
        *text = cleaner.text(text);
    }
    fault.role = cleaner.text(&fault.role);
    Ok(ReceivedFault { fault, details })
}

/// Takes out what must not be shown: a backend may repeat it where nobody expects it.
struct Cleaner<'c> {
    pending: &'c Pending<'c>,
    masks: Masks,
    secrets: SecretSet,
}

impl<'c> Cleaner<'c> {
    fn of(pending: &'c Pending<'c>) -> Self {
        let service = pending.operation.service;
        let masks = Masks::of(service);
        let values = |json| redact::masked_values(json, &masks, &service.limits.json);
        // A request that nobody keeps has nothing that is masked.
        let masked = pending.request.map_or(Ok(Vec::new()), values);
        let masked = masked.expect("a request that was sent was read as JSON");
        let secrets = SecretSet::of(service).and(masked).and(pending.caller.password().cloned());
        Self { pending, masks, secrets }
    }

    /// A text for people: short, in one line, without secrets.
    fn text(&self, text: &str) -> String {
        let text = self.secrets.masked(text);
        let line =
            text.split(|c: char| c.is_whitespace() || redact::is_hidden(c)).filter(|word| !word.is_empty());
        let line = line.collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(FAULT_TEXT) {
            None => line,
            Some((at, _)) => format!("{}…", line.split_at(at).0),
        }
    }

    /// The detail with its fields masked; nothing for one that repeats a secret elsewhere than in a text.
    fn detail(&self, detail: FaultDetail, left_out: &mut Vec<LeftOut>) -> Option<FaultDetail> {
        let limits = &self.pending.operation.service.limits.json;
        let name = detail.fault.name.to_string();
        let shown = redact::packed_json(&detail.json, &self.masks, limits).and_then(|json| {
            let json = self.secrets.masked(&String::from_utf8_lossy(&json)).into_bytes();
            Tape::new().parse(&json, limits)?;
            Ok(json)
        });
        match shown {
            Ok(json) => Some(FaultDetail { json, ..detail }),
            Err(_) => {
                left_out.push(LeftOut { name, reason: LeftOutReason::Secret });
                None
            }
        }
    }
}
