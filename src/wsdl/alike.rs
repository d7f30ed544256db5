//! Whether an operation is spoken at two ports alike: in the same messages, whatever its bindings are called, and whatever actions its
//! requests have.

use super::model::{Body, FaultAction, HeaderPart, Message, Operation, OperationFault, Part, PartKind};

/// How an operation at one port is spoken otherwise than at another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unlike {
    /// Its answers or its faults have other actions in the header blocks of WS-Addressing.
    #[error("its answers have other actions of WS-Addressing")]
    AnswerAction,
    /// `use`: how values are written.
    #[error("one of the two is encoded, or in another encoding")]
    Encoding,
    /// It declares other faults.
    #[error("it has other faults")]
    Faults,
    /// Other header parts.
    #[error("it has other header blocks")]
    Headers,
    /// What is in the Body of its requests.
    #[error("it has another request")]
    Request,
    /// What is in the Body of its answers.
    #[error("it has another response")]
    Response,
    /// `style`: whether the parts are the body, or in an element around them.
    #[error("it is written in another style")]
    Style,
    /// The element around the parts of an rpc message.
    #[error("the element around its parts is another one")]
    Wrapper,
}

impl Unlike {
    /// Whether it is a matter of form: the JSON of its messages is the same.
    pub fn is_form(self) -> bool {
        matches!(self, Self::AnswerAction | Self::Encoding | Self::Wrapper)
    }
}

/// How `one` is spoken otherwise than `other`; nothing where it is not. What is a matter of form is told only where there is nothing else.
pub fn unlike(one: &Operation, other: &Operation) -> Option<Unlike> {
    let requests = Pair { one: one.input.as_ref(), other: other.input.as_ref() };
    let responses = Pair { one: one.output.as_ref(), other: other.output.as_ref() };
    let found = [
        (one.style != other.style).then_some(Unlike::Style),
        requests.content(Unlike::Request),
        responses.content(Unlike::Response),
        (!same(&one.faults, &other.faults, is_same_fault)).then_some(Unlike::Faults),
        requests.form().or_else(|| responses.form()),
        (answer_actions(one) != answer_actions(other)).then_some(Unlike::AnswerAction),
    ];
    found.into_iter().flatten().next()
}

fn answer_actions(of: &Operation) -> (&str, Vec<&FaultAction>) {
    (&of.answer_action, of.faults.iter().map(|fault| &fault.action).collect())
}

/// The messages of one operation at two ports.
#[derive(Clone, Copy)]
struct Pair<'p> {
    one: Option<&'p Message>,
    other: Option<&'p Message>,
}

impl Pair<'_> {
    /// How what is in them differs, which is `what` where it is in the Body.
    fn content(self, what: Unlike) -> Option<Unlike> {
        let (one, other) = match (self.one, self.other) {
            (None, None) => return None,
            (Some(one), Some(other)) => (one, other),
            (None, Some(_)) | (Some(_), None) => return Some(what),
        };
        if !is_same_body(&one.body, &other.body) || one.attachments != other.attachments {
            return Some(what);
        }
        let is_same = |one: &HeaderPart, other: &HeaderPart| is_same_part(&one.part, &other.part);
        (!same(&one.headers, &other.headers, is_same)).then_some(Unlike::Headers)
    }

    /// How the form of the same content differs.
    fn form(self) -> Option<Unlike> {
        let (one, other) = self.one.zip(self.other)?;
        let is_same = |one: &HeaderPart, other: &HeaderPart| one.header_use == other.header_use;
        if one.body_use != other.body_use || !same(&one.headers, &other.headers, is_same) {
            return Some(Unlike::Encoding);
        }
        match (&one.body, &other.body) {
            (Body::Rpc { wrapper, .. }, Body::Rpc { wrapper: other, .. }) if wrapper != other => {
                Some(Unlike::Wrapper)
            }
            _ => None,
        }
    }
}

fn is_same_body(one: &Body, other: &Body) -> bool {
    match (one, other) {
        (Body::Document(one), Body::Document(other)) => same(one, other, is_same_part),
        (Body::Unknown(one), Body::Unknown(other)) => one == other,
        (Body::Rpc { parts, .. }, Body::Rpc { parts: others, .. }) => {
            same(parts, others, |one, other| one.name == other.name && one.kind == other.kind)
        }
        (Body::Document(_) | Body::Rpc { .. } | Body::Unknown(_), _) => false,
    }
}

/// The name of a part that is an element is written nowhere.
fn is_same_part(one: &Part, other: &Part) -> bool {
    let is_element = matches!(one.kind, PartKind::Element(_));
    one.kind == other.kind && (is_element || one.name == other.name)
}

fn is_same_fault(one: &OperationFault, other: &OperationFault) -> bool {
    let is_same = match (&one.part, &other.part) {
        (None, None) => true,
        (Some(one), Some(other)) => is_same_part(one, other),
        (None, Some(_)) | (Some(_), None) => false,
    };
    one.name == other.name && is_same
}

fn same<T>(some: &[T], others: &[T], is_same: impl Fn(&T, &T) -> bool) -> bool {
    some.len() == others.len() && some.iter().zip(others).all(|(one, other)| is_same(one, other))
}
