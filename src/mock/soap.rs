//! The SOAP side: the first child of Body decides the operation, then the content decides the sample.

use super::answer::Answer;
use super::http::Incoming;
use super::pick::pick;
use super::{Mock, generate};
use crate::describe::Direction;
use crate::plan::OperationPlan;
use crate::soap::{self, Block, ContentType, FaultKind, Version};
use crate::wss::{self, Profile, Security};
use crate::xml::{self, Name, Reader, ns};

/// The answer to a request.
pub(super) fn answer(mock: &Mock, incoming: &Incoming) -> Answer {
    if incoming.method != http::Method::POST {
        return Answer::text(405, "a SOAP backend takes POST");
    }
    let version = version(mock, incoming);
    let answer = played(mock, incoming, version);
    answer.unwrap_or_else(|reason| Answer::fault(version, FaultKind::Client, &reason, None))
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

/// The version in which the answer is understood.
fn version(mock: &Mock, incoming: &Incoming) -> Version {
    let found = mock.context().version_of(&incoming.body).ok().map(|(version, _)| version);
    found.or(incoming.content_type().version()).unwrap_or(Version::V11)
}

fn played(mock: &Mock, incoming: &Incoming, version: Version) -> Result<Answer, String> {
    let context = mock.context();
    let operation = operation(mock, incoming)?;
    if let Some(mocked) = mock.only() {
        let operation = context.operation(&mocked.operation, Some(version)).unwrap_or(operation);
        return Ok(mocked.soap(context, operation, version));
    }
    let mocked_cases = mock.cases_of(&operation.name);
    if let Some(name) = &mock.config.fault {
        return Ok(generate::soap_fault((context, &mocked_cases), operation, version, name));
    }
    let json = context.json_of(&operation.name, Direction::Request, &incoming.body);
    let json = json.map_err(|problem| problem.message)?;
    if mocked_cases.is_empty() {
        return Ok(generate::soap(context, operation, version));
    }
    Ok(pick(&mocked_cases, &json, &context.limits.json)?.soap(context, operation, version))
}

/// The operation of a request. Where several begin alike the action decides.
pub(super) fn operation<'m>(mock: &'m Mock, incoming: &Incoming) -> Result<&'m OperationPlan, String> {
    let begun = mock.context().begun(Direction::Request, &incoming.body)?;
    let action = action(incoming);
    let by_action = begun.iter().find(|operation| *operation.action == *action);
    by_action.or(begun.first()).copied().ok_or_else(|| {
        format!(
            "no operation of the contract takes this message; it has {}",
            mock.context().names().join(", ")
        )
    })
}

fn action(incoming: &Incoming) -> String {
    let header = incoming.headers.get("soapaction").and_then(|value| value.to_str().ok());
    let ContentType { action, .. } = incoming.content_type();
    action.unwrap_or_else(|| header.unwrap_or("").trim_matches('"').to_owned())
}

/// The one well-formed Security header of the envelope.
fn security(mock: &Mock, incoming: &Incoming, limits: &crate::limits::WssLimits) -> Option<Security> {
    let text = xml::decode(&incoming.body, None).ok()?;
    let mut reader = Reader::new(&text, mock.context().plan.namespaces(), &mock.context().limits.xml);
    let mut found = None;
    let opened = soap::open(&mut reader, |name, reader| {
        if name == (Name { ns: ns::WSSE, local: "Security" }) {
            let read = wss::read(reader, &Profile::COMPAT, limits)?;
            found = if found.is_some() { Some(None) } else { Some(read.ok()) };
        } else {
            reader.skip()?;
        }
        Ok::<_, soap::Error>(Block::Understood)
    });
    opened.ok()?;
    found.flatten()
}
