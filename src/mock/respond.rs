//! Who answers a request: the authenticator, the recorder, or the samples.

use super::answer::Answer;
use super::error::RequestError;
use super::incoming::Incoming;
use super::recorder::{Exchange, Recorder};
use super::state::Mock;
use super::{json, soap};
use crate::redact;
use crate::samples::Side;
use crate::soap::Version;

/// The answer to a request. What a recorder passes on stays as it came.
pub(super) async fn respond(mock: &Mock, incoming: &Incoming) -> Answer {
    if mock.config.side == Side::Json || mock.config.recorder.is_some() {
        return answer(mock, incoming).await;
    }
    match incoming.unpacked(&mock.context().limits) {
        Ok(None) => answer(mock, incoming).await,
        Ok(Some(unpacked)) => answer(mock, &unpacked).await,
        Err(error) => Answer::client_fault(Version::V11, &error),
    }
}

async fn answer(mock: &Mock, incoming: &Incoming) -> Answer {
    if let (Side::Soap, Some(document)) = (mock.config.side, soap::document(mock, incoming)) {
        return document;
    }
    let refused = soap::refused(mock, incoming).await;
    let answer = match (refused, &mock.config.recorder) {
        (Some(refused), _) => refused,
        (None, Some(recorder)) => recorded(mock, recorder, incoming).await,
        (None, None) => played(mock, incoming),
    };
    if let Some(log) = &mock.config.log {
        log.tell(&told(mock, incoming, &answer));
    }
    tokio::time::sleep(mock.config.delay).await;
    answer
}

/// A request and its answer in a line: names and a status, for a value may be a secret.
fn told(mock: &Mock, incoming: &Incoming, answer: &Answer) -> String {
    let operation = match operation(mock, incoming) {
        Ok(name) => name,
        // The client is told why.
        Err(_) => "no operation".to_owned(),
    };
    let from = match (&answer.sample, &mock.config.recorder, answer.status.is_success()) {
        (Some(name), ..) => format!("sample {name}"),
        (None, Some(_), _) => "from the backend".to_owned(),
        (None, None, true) => "made from the contract".to_owned(),
        (None, None, false) => "the answer says why".to_owned(),
    };
    let line = format!("{} {operation}: {}, {from}", incoming.method, answer.status.as_u16());
    redact::printable(&line).into_owned()
}

fn operation(mock: &Mock, incoming: &Incoming) -> Result<String, RequestError> {
    match mock.config.side {
        Side::Soap => soap::operation(mock, incoming).map(|operation| operation.name.to_string()),
        Side::Json => json::operation(mock, incoming),
    }
}

fn played(mock: &Mock, incoming: &Incoming) -> Answer {
    match mock.config.side {
        Side::Soap => soap::answer(mock, incoming),
        Side::Json => json::answer(mock, incoming),
    }
}

async fn recorded(mock: &Mock, recorder: &Recorder, incoming: &Incoming) -> Answer {
    let side = mock.config.side;
    let operation = operation(mock, incoming);
    match recorder.forward(side, incoming).await {
        Ok(answer) => {
            let exchange = Exchange { side, incoming, answer: &answer, context: mock.context() };
            recorder.keep(operation, &exchange);
            answer
        }
        Err(error) => Answer::text(502, &error.to_string()),
    }
}
