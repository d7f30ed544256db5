//! Whether an operation is spoken at two ports alike: in the same messages, whatever its bindings are called, and whatever actions its
//! requests have.

use super::model::{Body, HeaderPart, Message, Operation, OperationFault, Part, PartKind};

/// How an operation at one port is spoken otherwise than at another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unlike {
    /// Its answers or its faults have other actions in the header blocks of WS-Addressing.
    #[error("its answers have other actions of WS-Addressing")]
    AnswerAction,
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
    /// `style` or `use`: how the same parts are written.
    #[error("it is written in another style")]
    Style,
}

/// How `one` is spoken otherwise than `other`; nothing where it is not.
pub fn unlike(one: &Operation, other: &Operation) -> Option<Unlike> {
    if one.style != other.style {
        return Some(Unlike::Style);
    }
    if let Some(unlike) = messages(one.input.as_ref(), other.input.as_ref(), Unlike::Request) {
        return Some(unlike);
    }
    if let Some(unlike) = messages(one.output.as_ref(), other.output.as_ref(), Unlike::Response) {
        return Some(unlike);
    }
    if !same(&one.faults, &other.faults, is_same_fault) {
        return Some(Unlike::Faults);
    }
    let actions = |of: &Operation| {
        let faults: Vec<_> = of.faults.iter().map(|fault| fault.action.clone()).collect();
        (of.answer_action.clone(), faults)
    };
    (actions(one) != actions(other)).then_some(Unlike::AnswerAction)
}

fn messages(one: Option<&Message>, other: Option<&Message>, what: Unlike) -> Option<Unlike> {
    let (one, other) = match (one, other) {
        (None, None) => return None,
        (Some(one), Some(other)) => (one, other),
        (None, Some(_)) | (Some(_), None) => return Some(what),
    };
    if one.body_use != other.body_use {
        return Some(Unlike::Style);
    }
    if !is_same_body(&one.body, &other.body) || one.attachments != other.attachments {
        return Some(what);
    }
    (!same(&one.headers, &other.headers, is_same_header)).then_some(Unlike::Headers)
}

fn is_same_body(one: &Body, other: &Body) -> bool {
    match (one, other) {
        (Body::Document(one), Body::Document(other)) => same(one, other, is_same_part),
        (Body::Unknown(one), Body::Unknown(other)) => one == other,
        (Body::Rpc { wrapper, parts, .. }, Body::Rpc { wrapper: other, parts: others, .. }) => {
            wrapper == other
                && same(parts, others, |one, other| one.name == other.name && one.kind == other.kind)
        }
        (Body::Document(_) | Body::Rpc { .. } | Body::Unknown(_), _) => false,
    }
}

/// The name of a part that is an element is written nowhere.
fn is_same_part(one: &Part, other: &Part) -> bool {
    let is_element = matches!(one.kind, PartKind::Element(_));
    one.kind == other.kind && (is_element || one.name == other.name)
}

fn is_same_header(one: &HeaderPart, other: &HeaderPart) -> bool {
    one.header_use == other.header_use && is_same_part(&one.part, &other.part)
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
