//! A message in JSON and the SOAP that it becomes, line by line, with what belongs together.
//!
//! It is made of the contract, the rules of the service and what was given alone: neither are the conditions of the service asked, nor has
//! it anything of what the backend gets besides, and what the service file puts into a message (`const`) is masked. So whoever may read
//! the contract may see it. What was given is masked by `mask` and by name; it is not compared with secrets of the service,
//! for whoever sees that something is masked would know that it is one.

use std::ops::Range;

use super::super::convert::Converter;
use super::super::selection::{Candidate, Direction, Selection};
use super::super::tree::{Object, Tree};
use super::error::LinkError;
use super::walk::{Walk, Walked};
use crate::json::Tape;
use crate::redact::{MARK, Masks, masked_json, masked_xml};
use crate::service::Service;

/// The request `input` of the operation `index` of `service`, with its secrets masked, and its SOAP message. With `is_sent` the message is there
/// as a whole too, with all that was given.
pub fn linked(service: &Service, index: usize, input: &[u8], is_sent: bool) -> Result<Object, LinkError> {
    let limits = &service.limits;
    let envelope = envelope(service, index, input)?;
    let (plain, mut tape) = (text(envelope), Tape::new());
    let value = tape.parse(input, &limits.json)?;
    let Walked { fills, .. } = Walk::new(service, index, &plain).walk(value)?;
    let whole = without(&plain, &fills);
    // Whoever looks at a message wants to see what is in it, if not its value.
    let masks = Masks::of(service).in_place();
    let (json, xml) =
        (masked_json(input, &masks, &limits.json)?, masked_xml(whole.as_bytes(), &masks, &limits.xml)?);
    let (masked, mut tape) = (text(xml), Tape::new());
    let Walked { lines, links, .. } =
        Walk::new(service, index, &masked).walk(tape.parse(&json, &limits.json)?)?;
    let sent = is_sent.then_some(whole);
    let lines: Vec<Tree> = lines.into_iter().map(Tree::from).collect();
    Ok(Object::new()
        .with("json", text(json))
        .with("lines", lines)
        .with("links", links)
        .with_some("message", sent))
}

/// The envelope of a request. What goes beside it is not shown, and a SOAP front says that it is missing where it is sent from here.
fn envelope(service: &Service, index: usize, input: &[u8]) -> Result<Vec<u8>, LinkError> {
    let (operation, _) = service.operation(index).expect("the operation is one of the service's");
    let candidate = Candidate { operation, direction: Direction::Request, message: &operation.input };
    let converter = Converter::new(&service.plan, service.encode, &Selection::default(), false);
    let mut tape = Tape::new();
    Ok(converter.envelope_of(&candidate, tape.parse(input, &service.limits.json)?)?)
}

/// `text` with a mark in place of each of `spans`.
fn without(text: &str, spans: &[Range<usize>]) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for span in spans {
        out.push_str(text.get(at..span.start).expect("spans are in the order of the text"));
        out.push_str(MARK);
        at = span.end;
    }
    out + text.get(at..).expect("spans are in the text")
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("messages are written in UTF-8")
}
