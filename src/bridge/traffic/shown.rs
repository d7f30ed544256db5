//! An exchange as it is stored and shown: masked.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::masking::{Eyes, Masking};
use super::sample::Sample;
use crate::bridge::transcript::{self, TURN_ORDER, Turn};

/// An exchange without what must not be shown.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Shown {
    /// Its line of the access log.
    pub(super) exchange: Value,
    /// The heads of its messages.
    pub(super) http: Heads,
    /// Its messages.
    pub(super) messages: Messages,
}

/// The heads of the messages of one exchange, as far as there were any.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Heads {
    pub(super) request: RequestHead,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backend_request: Option<RequestHead>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backend_reply: Option<ReplyHead>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response: Option<ReplyHead>,
}

/// The head of a request.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct RequestHead {
    pub(super) method: String,
    pub(super) url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    pub(super) headers: Vec<(String, String)>,
}

/// The head of a reply.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct ReplyHead {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
}

/// The messages of one exchange, as far as there were any.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Messages {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backend_request: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backend_reply: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response: Option<Message>,
}

/// A message: its text, or of one that is too large or cannot be read only how long it is.
#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum Message {
    Bytes { bytes: usize },
    Text(String),
}

impl Message {
    fn of(message: transcript::Message<'_>, eyes: &Eyes<'_>) -> Option<Self> {
        match message {
            transcript::Message::Nothing => None,
            transcript::Message::Length(bytes) => Some(Self::Bytes { bytes }),
            transcript::Message::Whole(message) => {
                Some(eyes.message(message).map_or(Self::Bytes { bytes: message.len() }, Self::Text))
            }
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Bytes { .. } => None,
            Self::Text(text) => Some(text),
        }
    }

    /// Bytes of what is there.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Bytes { bytes } => *bytes,
            Self::Text(text) => text.len(),
        }
    }
}

impl Shown {
    /// `sample` without what `masking` masks.
    pub(super) fn of(sample: &Sample, masking: &Masking) -> Self {
        let details = sample.details.lock();
        let said = details.transcript.as_ref().expect("traffic is kept with a transcript");
        let service = &sample.service.service;
        let rules = sample.course.operation.and_then(|at| service.operations.get(at));
        let eyes = masking.of_exchange(service, rules, said);
        let secure = details.client.is_some_and(|client| client.secure);
        let head = |turn| said.head_of(turn).expect("it is noted with the exchange");
        let headers = |turn| said.head_of(turn).map_or(Vec::new(), |head| eyes.headers(head));
        let http = Heads {
            request: RequestHead {
                method: eyes.text(sample.method.as_str()),
                url: eyes.client_url(head(Turn::Request), sample.front, secure),
                version: Some(format!("{:?}", sample.version)),
                headers: headers(Turn::Request),
            },
            backend_request: details.backend.as_ref().map(|part| RequestHead {
                method: part.method.to_string(),
                url: eyes.backend_url(head(Turn::BackendRequest).target),
                version: None,
                headers: headers(Turn::BackendRequest),
            }),
            backend_reply: details.backend.as_ref().and_then(|part| {
                Some(ReplyHead { status: part.status?, headers: headers(Turn::BackendReply) })
            }),
            response: sample
                .answer
                .map(|(status, _)| ReplyHead { status: status.as_u16(), headers: headers(Turn::Response) }),
        };
        let [request, backend_request, backend_reply, response] =
            TURN_ORDER.map(|turn| Message::of(said.message_of(turn), &eyes));
        let messages = Messages { request, backend_request, backend_reply, response };
        Self { exchange: sample.line(&details), http, messages }
    }
}
