//! The bridge's own reader beside the second one, tag by tag.

use saponify::limits::XmlLimits;
use saponify::xml::{Error, ErrorKind, Event, Namespaces, Reader};

use super::expected::{self, Tags};
use super::{Oracle, Seen, SeenAttribute};

/// Reads `input` with both readers, which have to say the same of it up to its end or what is wrong with it.
pub fn compare(input: &str, limits: &XmlLimits, instructions: bool) {
    let known = Namespaces::default();
    let mut oracle = Oracle::new(input, limits, instructions);
    let mut reader = Reader::new(input, &known, limits);
    if instructions {
        reader = reader.allow_instructions();
    }
    let mut tags = Tags { found: Vec::new(), whole: false };
    loop {
        match (next(&mut reader), oracle.next()) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(ours, theirs, "{input}");
                tags.found.push((ours, reader.current()));
                tags.whole = reader.current() == Event::Eof;
                if tags.whole {
                    break;
                }
            }
            (Err(ours), Err(theirs)) => {
                assert!(ours == theirs || differs(input, &ours, &theirs), "{ours} and {theirs}: {input}");
                break;
            }
            (ours, theirs) => panic!("{ours:?} and {theirs:?}: {input}"),
        }
    }
    if !instructions {
        expected::compare(input, limits, &tags);
    }
}

/// What the two readers say otherwise of a document that both refuse, each with its reason.
fn differs(input: &str, ours: &Error, theirs: &Error) -> bool {
    let (at, other) = (ours.position.offset, theirs.position.offset);
    match (ours.kind, theirs.kind) {
        // The tokenizer counts from the last single hyphen of the comment; we tell where the two are.
        (ErrorKind::Comment, ErrorKind::Comment) => input[at..].starts_with("--"),
        // A document type declaration is refused for what it is: we do not look for its name and its end.
        (ErrorKind::Doctype, ErrorKind::Truncated) => at == other,
        (ErrorKind::Doctype, ErrorKind::Markup) => at < other && input[..other].trim_end().len() == at + 9,
        // A second byte order mark is text, and `]]>` in text is told first.
        (ErrorKind::CdataEnd, ErrorKind::TextOutsideRoot) => input.starts_with('\u{feff}') && at == 0,
        _ => false,
    }
}

pub(super) fn next(reader: &mut Reader<'_>) -> Result<Seen, Error> {
    let event = reader.next()?;
    assert_eq!(event, reader.current());
    Ok(seen(reader))
}

/// Where `reader` stands.
pub(super) fn seen(reader: &Reader<'_>) -> Seen {
    let name = |name: saponify::xml::Name<'_>| (reader.namespace(name.ns).to_owned(), name.local.to_owned());
    let attributes = reader.attributes().iter().map(|attribute| {
        let (lexical, value) = (attribute.lexical.to_owned(), attribute.value.to_string());
        SeenAttribute { name: name(attribute.name), lexical, value, offset: attribute.offset }
    });
    let start = if let Event::Start(found) = reader.current() { Some(name(found)) } else { None };
    let bindings = reader.bindings().map(|(prefix, ns)| (prefix.to_owned(), reader.namespace(ns).to_owned()));
    Seen {
        attributes: if start.is_some() { attributes.collect() } else { Vec::new() },
        name: start,
        text: reader.text().to_owned(),
        place: (reader.offset(), reader.end_offset()),
        depth: reader.depth(),
        bindings: bindings.collect(),
    }
}
