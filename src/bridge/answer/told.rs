//! The fault that a client is told of: the backend's, or a declared one that the service file gives.

use super::language;
use crate::bridge::failure::ReceivedFault;
use crate::bridge::operation::Operation;
use crate::codec::EncodeOptions;
use crate::soap::{DetailError, FaultCode, FaultDetail, FaultKind, FaultView, Reason};
use crate::xml;

/// The fault that a client is told of, as far as it is not the bridge's own.
#[derive(Clone, Debug, Default)]
pub(super) struct ToldFault {
    /// The code.
    pub(super) code: FaultCode,
    /// The subcodes, outer ones first.
    pub(super) subcodes: Vec<FaultCode>,
    /// The reason in one or more languages; none where it is not for clients.
    pub(super) reasons: Vec<Reason>,
    /// Who found it; empty where nothing says so.
    pub(super) role: String,
    /// What is in its detail.
    pub(super) details: Vec<FaultDetail>,
}

impl ToldFault {
    /// What clients are told of `received`, with its reasons or without.
    pub(super) fn of(received: &ReceivedFault, with_reasons: bool) -> Self {
        let fault = &received.fault;
        let reasons = fault.reasons.iter().filter(|reason| with_reasons && !reason.text.is_empty());
        Self {
            code: fault.code.clone(),
            subcodes: fault.subcodes.iter().filter(|code| xml::is_ncname(&code.local)).cloned().collect(),
            reasons: reasons.cloned().collect(),
            role: fault.role.clone(),
            details: received.details.known.clone(),
        }
    }

    /// Whether it says more than that the backend failed.
    pub(super) fn is_telling(&self) -> bool {
        !self.reasons.is_empty() || !self.details.is_empty() || !self.codes().is_empty()
    }

    /// The same, which blames somebody else: a code of SOAP says so too.
    pub(super) fn blame(&mut self, kind: FaultKind) {
        if self.code.is_of_soap() && self.code.kind() != kind {
            self.code = FaultCode::from(if kind == FaultKind::Client { "Client" } else { "Server" });
        }
    }

    /// A declared fault of this `kind`.
    pub(super) fn declared(kind: FaultKind, detail: FaultDetail) -> Self {
        let code = if kind == FaultKind::Client { "Client" } else { "Server" };
        Self { code: FaultCode::from(code), details: vec![detail], ..Self::default() }
    }

    /// The codes that are not SOAP's own, outer ones first.
    pub(super) fn codes(&self) -> Vec<FaultCode> {
        let own = Some(&self.code).filter(|code| !code.is_plain() && xml::is_ncname(&code.local));
        own.into_iter().chain(&self.subcodes).cloned().collect()
    }

    /// The reason in the language that `languages` (`Accept-Language`) prefers, the first one else.
    pub(super) fn reason(&self, languages: &str) -> Option<&str> {
        let preferred = language::preferred(languages, |wanted| {
            self.reasons.iter().find(|reason| language::is_such(&reason.language, wanted))
        });
        preferred.or(self.reasons.first()).map(|reason| &*reason.text)
    }

    /// As JSON.
    pub(super) fn json(&self, languages: &str) -> Box<str> {
        let view = FaultView {
            code: &self.code,
            subcodes: &self.subcodes,
            reason: self.reason(languages),
            role: &self.role,
            details: &self.details,
        };
        let mut out = Vec::new();
        view.write(&mut out);
        String::from_utf8(out).expect("JSON is written as UTF-8").into()
    }

    /// What is in its detail, as XML, and what cannot be written: content that breaks the contract, such as a masked date.
    pub(super) fn xml(&self, operation: Operation<'_>) -> (Vec<u8>, Vec<DetailError>) {
        let options = EncodeOptions { open: true, ..crate::bridge::reply::options(operation) };
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        for detail in &self.details {
            let before = out.len();
            if let Err(error) = detail.write(&operation.service.plan, &options, &mut out) {
                out.truncate(before);
                errors.push(error);
            }
        }
        (out, errors)
    }
}
