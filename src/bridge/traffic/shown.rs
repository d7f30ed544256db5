//! An exchange as it is stored and shown: masked.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::masking::{Eyes, Masking, Said};
use super::sample::Sample;
use crate::bridge::record::Kept;

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
    fn of(message: &Kept, eyes: &Eyes<'_>) -> Option<Self> {
        match message {
            Kept::Nothing => None,
            Kept::Length(bytes) => Some(Self::Bytes { bytes: *bytes }),
            Kept::Whole(message) => {
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
        let (part, said) = (details.backend.as_ref(), &details.said);
        let service = &sample.service.service;
        let rules = sample.course.operation.and_then(|at| service.operations.get(at));
        let messages = [&said.request, &said.backend_request, &said.backend_reply, &sample.answer.body];
        let heads = [Some(&sample.head.headers), part.map(|part| &part.headers)];
        let eyes = masking.of_exchange(service, rules, &Said { messages, heads });
        let secure = details.peer.as_ref().is_some_and(|peer| peer.secure);
        let http = Heads {
            request: RequestHead {
                method: eyes.text(sample.head.method.as_str()),
                url: eyes.client_url(&sample.head, sample.front, secure),
                version: Some(format!("{:?}", sample.head.version)),
                headers: eyes.headers(&sample.head.headers),
            },
            backend_request: part.map(|part| RequestHead {
                method: part.method.to_string(),
                url: eyes.backend_url(&part.target),
                version: None,
                headers: eyes.headers(&part.headers),
            }),
            backend_reply: part.and_then(|part| {
                Some(ReplyHead { status: part.status?, headers: eyes.headers(&part.reply_headers) })
            }),
            response: sample.answer.status.map(|(status, _)| ReplyHead {
                status: status.as_u16(),
                headers: sample.answer.headers.as_ref().map_or(Vec::new(), |headers| eyes.headers(headers)),
            }),
        };
        let [request, backend_request, backend_reply, response] =
            messages.map(|message| Message::of(message, &eyes));
        let messages = Messages { request, backend_request, backend_reply, response };
        Self { exchange: sample.line(&details), http, messages }
    }
}
