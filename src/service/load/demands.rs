//! Whether the backend gets what the contract demands of whoever calls it: by policies, and by `UsingAddressing`.

use super::checker::Checker;
use super::service::place;
use crate::limits::POLICY_PARTS;
use crate::service::file::fronts::{AuthFile, FrontFile, NamesFile};
use crate::service::file::key_path::KeyPath;
use crate::service::file::service::{BackendFile, ServiceFile};
use crate::service::model::backend::{Backend, BackendAuth, SoapBackend};
use crate::service::problem::{BackendProblem, ValueProblem};
use crate::soap::Addressing;
use crate::wsdl::{Contract, Demand, DemandKind, Demands, Port};
use crate::wss::{PasswordType, TimestampOut};

/// What `contract` demands of all requests, and of those of single operations.
fn all(contract: &Contract) -> impl Iterator<Item = &Demands> {
    contract.services.iter().flat_map(|service| &service.ports).flat_map(of_port)
}

/// What `port` demands of all requests, and of those of single operations.
fn of_port(port: &Port) -> impl Iterator<Item = &Demands> {
    std::iter::once(&port.demands).chain(port.operations.iter().map(|operation| &operation.demands))
}

/// The same, of alternatives the one of which the least is not supported.
pub(super) fn chosen(port: &Port) -> Vec<&Demand> {
    of_port(port).flat_map(Demands::chosen).collect()
}

/// The version of WS-Addressing that `contract` demands, and where.
pub(super) fn addressing(contract: &Contract) -> Option<(Addressing, &Demand)> {
    contract.services.iter().flat_map(|service| &service.ports).find_map(addressing_of)
}

/// The same of one port.
pub(super) fn addressing_of(port: &Port) -> Option<(Addressing, &Demand)> {
    let version = |demand: &Demand| match demand.kind {
        DemandKind::Addressing => Some(Addressing::V10),
        DemandKind::AddressingSubmission => Some(Addressing::V2004),
        _ => None,
    };
    chosen(port).into_iter().find_map(|demand| Some((version(demand)?, demand)))
}

/// Whether `contract` demands that messages are sent by MTOM.
pub(super) fn mtom(contract: &Contract) -> bool {
    all(contract).flat_map(Demands::chosen).any(|demand| demand.kind == DemandKind::Mtom)
}

/// What a SOAP backend gets beside its messages.
struct Sent<'s> {
    backend: &'s SoapBackend,
    /// Whether its URL is that of the command line, for a while.
    elsewhere: bool,
}

impl Sent<'_> {
    /// What it costs that a demand is there: what nothing in a service file meets costs more than all that something does.
    fn cost(&self, kind: &DemandKind) -> usize {
        if kind.is_unsupported() || kind.is_unknown() { POLICY_PARTS } else { usize::from(self.lacks(kind)) }
    }

    /// Whether it lacks what is demanded.
    fn lacks(&self, kind: &DemandKind) -> bool {
        let token = self.backend.token.as_ref().map(|token| token.header.sender());
        match kind {
            DemandKind::Addressing => !self.is_addressed(Addressing::V10),
            DemandKind::AddressingSubmission => !self.is_addressed(Addressing::V2004),
            DemandKind::Basic => !matches!(self.backend.auth, BackendAuth::Basic(_)),
            DemandKind::Certificate => self.backend.target.tls.identity.is_none(),
            DemandKind::Created => token.is_none_or(|token| !token.created),
            DemandKind::HashPassword => token.is_none_or(|token| token.password != PasswordType::Digest),
            DemandKind::NoPassword => token.is_none_or(|token| token.password != PasswordType::Absent),
            DemandKind::Mtom => self.backend.mtom.is_none(),
            DemandKind::Nonce => token.is_none_or(|token| !token.nonce),
            DemandKind::Timestamp => token.is_none_or(|token| token.timestamp.is_none()),
            DemandKind::TimestampFirst => self.stamped().is_some_and(|timestamp| timestamp.last),
            DemandKind::TimestampLast => self.stamped().is_some_and(|timestamp| !timestamp.last),
            DemandKind::Tls => !self.elsewhere && !self.backend.target.url.starts_with("https://"),
            DemandKind::Dangling(_) | DemandKind::Unsupported(_) => true,
            DemandKind::UsernameToken => token.is_none(),
        }
    }

    /// The Timestamp, where one is sent.
    fn stamped(&self) -> Option<TimestampOut> {
        self.backend.token.as_ref()?.header.sender().timestamp
    }

    fn is_addressed(&self, version: Addressing) -> bool {
        self.backend.addressing.is_some_and(|addressing| addressing.version == version)
    }
}

/// The key below `backend.soap` that would meet a demand, and what to write.
fn remedy(kind: &DemandKind) -> Option<(&'static str, &'static str)> {
    match kind {
        DemandKind::Addressing => Some(("addressing", "write `addressing: send`, or take `addressing` out")),
        DemandKind::AddressingSubmission => {
            Some(("addressing", "write `addressing: 2004`, or take `addressing` out"))
        }
        DemandKind::Basic => Some(("auth", "write `auth: { basic: … }`")),
        DemandKind::Certificate => Some(("tls", "write `tls: { certificate: own.pem, key: own.key }`")),
        DemandKind::Created => Some(("username_token", "write `created: true` in `username_token`")),
        DemandKind::HashPassword => Some(("username_token", "write `password: digest` in `username_token`")),
        DemandKind::NoPassword => Some(("username_token", "write `password: none` in `username_token`")),
        DemandKind::Mtom => {
            Some(("attachments", "write `attachments: { mtom: send }`, or take `attachments` out"))
        }
        DemandKind::Nonce => Some(("username_token", "write `nonce: true` in `username_token`")),
        DemandKind::Timestamp => {
            Some(("username_token", "write `timestamp: { lifetime: 5m }` in `username_token`"))
        }
        DemandKind::TimestampFirst => {
            Some(("username_token", "write `position: first` in `timestamp` of `username_token`"))
        }
        DemandKind::TimestampLast => {
            Some(("username_token", "write `position: last` in `timestamp` of `username_token`"))
        }
        DemandKind::Tls => Some(("url", "write a URL with https://")),
        DemandKind::Dangling(_) | DemandKind::Unsupported(_) => None,
        DemandKind::UsernameToken => Some(("username_token", "write `username_token: { credentials: … }`")),
    }
}

impl Checker<'_> {
    /// Checks that `backend` gets what `contract` demands, unless the file says why it gets less.
    pub(super) fn check_demands(&mut self, file: &ServiceFile, backend: &Backend, contract: &Contract) {
        let (Backend::Soap(backend), BackendFile::Soap(soap)) = (backend, &file.backend) else { return };
        let at = KeyPath::of("backend.soap");
        if soap.ignore_policy.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
            self.problem(&at.key("ignore_policy"), ValueProblem::Empty);
        }
        if soap.ignore_policy.is_some() || self.without_file {
            return;
        }
        let sent = Sent { backend, elsewhere: self.backend_url.is_some() };
        let lacking: Vec<&Demand> =
            all(contract).flat_map(|demands| demands.least(&|kind| sent.cost(kind))).collect();
        let has_token =
            backend.token.is_some() || lacking.iter().any(|demand| demand.kind == DemandKind::UsernameToken);
        let mut told: Vec<&DemandKind> = Vec::new();
        for demand in lacking {
            // One without a token is not possible here, and told of as what is not supported.
            let impossible = demand.kind == DemandKind::Timestamp && !has_token;
            let remedy = remedy(&demand.kind).filter(|_| !impossible && !told.contains(&&demand.kind));
            let Some((key, how)) = remedy else { continue };
            told.push(&demand.kind);
            let there = [
                ("addressing", soap.addressing.is_some()),
                ("attachments", soap.attachments.is_some()),
                ("auth", soap.auth.is_some()),
                ("tls", soap.tls.is_some()),
                ("url", soap.url.is_some()),
                ("username_token", soap.username_token.is_some()),
            ];
            let at = if there.contains(&(key, true)) { at.key(key).name() } else { at.name() };
            let (demand, place) = (demand.kind.words(), place(&contract.documents, demand.origin));
            self.problem(&at, BackendProblem::Demanded { demand, place, how });
        }
    }

    /// What is told of the demands of `contract`, where there are some.
    pub(super) fn told_demands(&self, file: &ServiceFile, contract: &Contract) -> Vec<String> {
        let told: Vec<String> =
            all(contract).filter(|demands| !demands.is_empty()).map(ToString::to_string).collect();
        let mut lines = Vec::new();
        for demands in told {
            let line = format!("the contract demands: {demands}");
            if lines.len() < TOLD && !lines.contains(&line) {
                lines.push(line);
            }
        }
        let has_timestamp =
            |demands: &Demands| demands.chosen().iter().any(|demand| demand.kind == DemandKind::Timestamp);
        if let BackendFile::Soap(soap) = &file.backend
            && soap.username_token.is_none()
            && all(contract).any(has_timestamp)
        {
            lines.push(
                "the backend gets no Timestamp: one without a UsernameToken is not supported".to_owned(),
            );
        }
        if let BackendFile::Soap(soap) = &file.backend
            && let Some(reason) = &soap.ignore_policy
            && !lines.is_empty()
        {
            lines.push(format!("the backend may get less (`backend.soap.ignore_policy`): {reason}"));
        }
        if let Some(FrontFile { auth: AuthFile::Names(NamesFile { trust: Some(reason), .. }), .. }) =
            &file.fronts.soap
        {
            lines.push(format!(
                "SOAP clients say who they are and prove nothing (`fronts.soap.auth.names`), trusted because: {reason}"
            ));
        }
        if let Some(front) = &file.fronts.soap
            && front.addressing.is_none()
            && let Some((_, demand)) = addressing(contract)
        {
            let place = place(&contract.documents, demand.origin);
            lines
                .push(format!("SOAP clients must send WS-Addressing, as the contract demands it at {place}"));
        }
        lines
    }
}

/// Policies of single operations that are told of: those of most contracts are all the same.
const TOLD: usize = 8;
