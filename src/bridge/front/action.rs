//! Which operation a SOAP message is for: its Body says so; where several operations take the same Body, its action does.

use http::HeaderMap;

use crate::bridge::backend::template::SOAP_ACTION;
use crate::bridge::failure::Failure;
use crate::bridge::ready::ReadyService;
use crate::bridge::state::header::{HeaderError, only_value};
use crate::service::SoapFront;
use crate::soap::{self, ContentType, Version};
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
        Version::V11 => header.map(|value| value.trim().trim_matches('"')),
        Version::V12 => kind.action.as_deref(),
    };
    Ok(given.map_or(String::new(), str::to_owned))
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

    /// Errors: the action is that of another operation, or, where the profile is strict, of none.
    fn check(&self, index: usize, service: &ReadyService, front: &SoapFront) -> Result<(), Failure> {
        let given = &*self.transport;
        if given.is_empty() || *given == *service.operation(index).plan.action {
            return Ok(());
        }
        let mut known = service.service.plan.operations().iter();
        let foreign = !known.any(|other| *other.action == *given);
        if foreign && front.security.profile.foreign_action {
            return Ok(());
        }
        Err(soap::Error::Action.into())
    }
}
