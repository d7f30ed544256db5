//! The SOAP side: the first child of Body decides the operation, then the content decides the sample.

use std::borrow::Cow;

use super::answer::Answer;
use super::error::RequestError;
use super::incoming::Incoming;
use super::pick::pick;
use super::state::Mock;
use super::{fault, generate};
use crate::plan::OperationPlan;
use crate::samples::MessageKey;
use crate::soap::{self, Block, Entity, Unclear, Version};
use crate::wss::{self, Profile, Security};
use crate::xml::{Name, Reader, ns};

/// The answer to a request.
pub(super) fn answer(mock: &Mock, incoming: &Incoming) -> Answer {
    if incoming.method != http::Method::POST {
        return Answer::text(405, "a SOAP backend takes POST");
    }
    let version = version(mock, incoming);
    match played(mock, incoming, version) {
        Ok(answer) => answer,
        Err(error) => Answer::client_fault(version, &error),
    }
}

/// The document of the contract that a request asks for (`?wsdl`, `?singleWsdl`, `?xsd=N`), with the address that it asked; nothing where it
/// asks for none.
pub(super) fn document(mock: &Mock, incoming: &Incoming) -> Option<Answer> {
    if !matches!(incoming.method, http::Method::GET | http::Method::HEAD) {
        return None;
    }
    let (_, query) = incoming.target.split_once('?')?;
    let published = &mock.context().published;
    if !published.has(query) {
        return None;
    }
    let address = incoming.host().map(|host| format!("http://{host}{}", incoming.path));
    let text = address.map_or(None, |address| published.document(query, |_| address.clone()));
    Some(text.map_or_else(|| Answer::text(400, "expected one Host"), Answer::document))
}

/// The answer to a request without the token that it must bear.
pub(super) async fn refused(mock: &Mock, incoming: &Incoming) -> Option<Answer> {
    let authenticator = mock.config.authenticator.as_ref()?;
    let known = match security(mock, incoming, authenticator.limits()) {
        Some(security) => authenticator.lets_in(&security).await,
        None => false,
    };
    (!known).then(|| Answer::refused(version(mock, incoming)))
}

/// The version in which the answer is understood: that of the envelope, else that of the content type, else 1.1, which
/// every client understands. What is wrong with the request is told in that language.
fn version(mock: &Mock, incoming: &Incoming) -> Version {
    let by_type = || incoming.content_type().map_or(None, |content_type| content_type.version());
    match mock.context().version_of(&incoming.body) {
        Ok((version, _)) => version,
        // See above.
        Err(_) => by_type().unwrap_or(Version::V11),
    }
}

fn played(mock: &Mock, incoming: &Incoming, version: Version) -> Result<Answer, RequestError> {
    let context = mock.context();
    if let Some(case) = mock.only() {
        let operation = context.operation(&case.operation, Some(version)).ok_or_else(|| unknown(mock))?;
        return Ok(case.soap(context, operation, version));
    }
    let asked = operation(mock, incoming)?;
    let cases = mock.cases_of(&asked.name);
    if let Some(name) = &mock.config.fault {
        let asked = fault::Asked { operation: asked, version, name };
        return Ok(fault::soap(context, &cases, &asked));
    }
    let json = context.json_of(MessageKey::request(&asked.name), &incoming.body);
    let json = json.map_err(|problem| RequestError::Breach(vec![problem]))?;
    if cases.is_empty() {
        return Ok(generate::soap(context, asked, version));
    }
    let case = pick(&cases, &json, &context.limits.json)?;
    Ok(case.soap(context, asked, version).of_sample(&case.case.name))
}

/// The operation of a request.
pub(super) fn operation<'m>(mock: &'m Mock, incoming: &Incoming) -> Result<&'m OperationPlan, RequestError> {
    let context = mock.context();
    let action = action(mock, incoming)?;
    context.operation_of(&incoming.body, action.as_deref()).map_err(|unclear| match unclear {
        Unclear::Ambiguous(several) => {
            RequestError::AmbiguousOperation(context.names_at(&several).join(", "))
        }
        Unclear::Soap(error) => RequestError::Soap(error),
        Unclear::Unknown => unknown(mock),
    })
}

fn unknown(mock: &Mock) -> RequestError {
    RequestError::Operation(mock.context().names().join(", "))
}

/// That of HTTP, in the version of the message.
fn action<'i>(mock: &Mock, incoming: &'i Incoming) -> Result<Option<Cow<'i, str>>, RequestError> {
    match version(mock, incoming) {
        Version::V11 => Ok(incoming.soap_action()?.map(Cow::Borrowed)),
        Version::V12 => Ok(incoming.content_type()?.action),
    }
}

/// The one well-formed Security header of the envelope. What cannot be read proves nothing: it is refused as a wrong
/// token is.
fn security(mock: &Mock, incoming: &Incoming, limits: &crate::limits::WssLimits) -> Option<Security> {
    // Unreadable, see above.
    let text = Entity::unpacked(&incoming.body, &mock.context().limits.xml).ok()?.text;
    let mut reader = Reader::new(&text, mock.context().plan.namespaces(), &mock.context().limits.xml);
    let (mut blocks, mut found) = (0, None);
    let opened = soap::open(&mut reader, |name, reader| {
        if name == (Name { ns: ns::WSSE, local: "Security" }) {
            // Unreadable, see above.
            found = wss::read(reader, &Profile::COMPAT, limits)?.ok();
            blocks += 1;
        } else {
            reader.skip()?;
        }
        Ok::<_, soap::Error>(Block::Understood)
    });
    if opened.is_ok() && blocks == 1 { found } else { None }
}
