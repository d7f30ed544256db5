//! The text of a simple element in a Security header.

use std::borrow::Cow;

use super::rejection::Rejection;
use crate::xml::{self, Event, Reader};

/// A simple element: its text, or what is wrong with it. The reader stands at its start tag, and then at its end tag.
///
/// A comment within is refused: readers that take the first piece of text only would read another value.
pub(super) fn text_of<'i>(reader: &mut Reader<'i>) -> Result<Result<Cow<'i, str>, Rejection>, xml::Error> {
    let (start, mut simple) = (reader.end_offset(), true);
    while let Event::Start(_) = reader.next()? {
        simple = false;
        reader.skip()?;
    }
    let text = reader.text_of_document();
    // An empty element has no inside: its end tag is its start tag.
    let end = reader.offset().max(start);
    let inside = reader.input().get(start..end).expect("both places are those of tags");
    Ok(match simple {
        // Whatever else is in a document than its text makes it longer.
        true if text.len() == inside.len() || !inside.contains("<!--") => Ok(text),
        true => Err(Rejection::Structure("a comment within a value")),
        false => Err(Rejection::Structure("elements within a value")),
    })
}
