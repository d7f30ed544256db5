//! Which operation a SOAP message is for: its Body says so; where several operations take the same Body, its action does.

use http::HeaderMap;

use crate::bridge::backend::template::SOAP_ACTION;
use crate::bridge::failure::Failure;
use crate::bridge::ready::ReadyService;
use crate::bridge::state::header::{HeaderError, only_value};
use crate::service::SoapFront;
use crate::soap::{self, ContentType, Version, unquoted};
use crate::xml::Name;

/// What a message says about its action.
pub(super) struct Given<'m> {
    /// The first child of its Body.
    pub(super) first: Option<Name<'m>>,
    /// The header block `wsa:Action`, where it was looked for.
    pub(super) addressing: Option<String>,
    /// `SOAPAction`, or `action` in the content type; empty where there is none.
    pub(super) transport: String,
}

/// The action in the HTTP header (SOAP 1.1 section 6.1.1, SOAP 1.2 Part 2 section 6.5.3); empty where there is none.
///
/// Errors: a header that is there twice, or is not text. It says something, and nobody knows what.
pub(super) fn of_transport(
    version: Version,
    headers: &HeaderMap,
    kind: &ContentType,
) -> Result<String, soap::Error> {
    let unreadable = |_: HeaderError| soap::Error::Action;
    let header = only_value(headers, SOAP_ACTION).map_err(unreadable)?;
    let header = header.map(|value| str::from_utf8(value.as_bytes())).transpose();
    let header = header.map_err(|_| soap::Error::Action)?;
    let given = match version {
        Version::V11 => header.map(|value| unquoted(value.trim())),
        Version::V12 => kind.action.as_deref(),
    };
    match given {
        // A quote that is not one of two around it: another reader would make another action of that.
        Some(action) if action.contains('"') => Err(soap::Error::Action),
        given => Ok(given.map_or(String::new(), str::to_owned)),
    }
}

impl Given<'_> {
    /// The operation.
    ///
    /// Errors: there is none, several are possible and no action tells them apart, or the action is that of another one or, where
    /// the profile is strict, of none.
    pub(super) fn operation(&self, service: &ReadyService, front: &SoapFront) -> Result<usize, Failure> {
        match *service.service.plan.operations_for(self.first) {
            [] => Err(Failure::UnknownOperation),
            [only] => self.check(only, service, front).map(|()| only),
            ref several => self.choose(several, service),
        }
    }

    /// The one of `several` whose action is given: by the header block, which says it for certain, else by HTTP.
    fn choose(&self, several: &[usize], service: &ReadyService) -> Result<usize, Failure> {
        let given = match &self.addressing {
            Some(action) => action,
            None => &self.transport,
        };
        let action = |index: &usize| &*service.operation(*index).plan.action;
        let mut named = several.iter().filter(|index| !given.is_empty() && action(index) == *given);
        match (named.next(), named.next()) {
            (Some(only), None) => Ok(*only),
            (None, _) | (Some(_), Some(_)) => Err(Failure::AmbiguousOperation),
        }
    }

    /// Errors: an action is that of another operation, or, where the profile is strict, that of HTTP is of none. The header block may
    /// have one that WS-Addressing makes up (1.0 Metadata, section 4.4.4), which is of none.
    fn check(&self, index: usize, service: &ReadyService, front: &SoapFront) -> Result<(), Failure> {
        let own = &*service.operation(index).plan.action;
        let plan = &service.service.plan;
        let is_own = |given: &str| given.is_empty() || given == own;
        let is_known = |given: &str| plan.operations().iter().any(|other| *other.action == *given);
        let foreign_is_fine = front.security.profile.foreign_action;
        let by_http = is_own(&self.transport) || (foreign_is_fine && !is_known(&self.transport));
        let by_block = self.addressing.as_deref().is_none_or(|given| is_own(given) || !is_known(given));
        if by_http && by_block { Ok(()) } else { Err(soap::Error::Action.into()) }
    }
}
