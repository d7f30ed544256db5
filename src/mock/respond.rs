//! Who answers a request: the authenticator, the recorder, or the samples.

use super::answer::Answer;
use super::incoming::Incoming;
use super::recorder::{Exchange, Recorder};
use super::state::Mock;
use super::{json, soap};
use crate::samples::Side;

/// The answer to a request.
pub(super) async fn respond(mock: &Mock, incoming: &Incoming) -> Answer {
    if let (Side::Soap, Some(document)) = (mock.config.side, soap::document(mock, incoming)) {
        return document;
    }
    let refused = soap::refused(mock, incoming).await;
    let answer = match (refused, &mock.config.recorder) {
        (Some(refused), _) => refused,
        (None, Some(recorder)) => recorded(mock, recorder, incoming).await,
        (None, None) => played(mock, incoming),
    };
    tokio::time::sleep(mock.config.delay).await;
    answer
}

fn played(mock: &Mock, incoming: &Incoming) -> Answer {
    match mock.config.side {
        Side::Soap => soap::answer(mock, incoming),
        Side::Json => json::answer(mock, incoming),
    }
}

async fn recorded(mock: &Mock, recorder: &Recorder, incoming: &Incoming) -> Answer {
    let side = mock.config.side;
    let operation = match side {
        Side::Soap => soap::operation(mock, incoming).map(|operation| operation.name.to_string()),
        Side::Json => json::operation(mock, incoming),
    };
    match recorder.forward(side, incoming).await {
        Ok(answer) => {
            let exchange = Exchange { side, incoming, answer: &answer, context: mock.context() };
            recorder.keep(operation, &exchange);
            answer
        }
        Err(error) => Answer::text(502, &error.to_string()),
    }
}
