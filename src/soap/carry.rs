//! Header blocks from an envelope of one version in one of the other: whom a block is for, and whether it must be understood, is said
//! in attributes of the envelope's namespace (SOAP 1.1 section 4.2, SOAP 1.2 Part 1 section 5.2), which mean nothing in another envelope.

use std::borrow::Cow;
use std::ops::Range;

use super::version::Version;
use crate::limits::XmlLimits;
use crate::xml::{self, Attribute, Event, Name, Namespaces, Reader, ns, write};

/// Whether the header block `name` is for the node alone that it was sent to, which answers for it: credentials and addresses, those
/// of the drafts too. The next node would take them for those of the one before it.
pub fn is_for_one_node(name: Name<'_>) -> bool {
    matches!(
        name.ns,
        ns::WSSE
            | ns::WSSE11
            | ns::WSSE200204
            | ns::WSSE200207
            | ns::WSSE200212
            | ns::WSSE200306
            | ns::WSA
            | ns::WSA2004
            | ns::WSA200403
            | ns::WSA200303
    )
}

/// From which version into which.
#[derive(Clone, Copy, Debug)]
pub struct Crossing {
    /// The version of the envelope that a block stood in.
    pub from: Version,
    /// The version of the one that it goes into.
    pub to: Version,
}

/// Why a header block cannot be carried into another version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCarried {
    /// An encoding, which is of one version.
    #[error("it has an encodingStyle, which is of one version alone")]
    Encoded,
    /// SOAP 1.2 section 5.2.4: it is to be relayed, which SOAP 1.1 cannot say.
    #[error("it is to be relayed, which SOAP 1.1 cannot say")]
    Relayed,
    /// SOAP 1.2 section 2.2: it is for no node, which SOAP 1.1 cannot say.
    #[error("it is for the role `none`, which SOAP 1.1 cannot say")]
    ForNobody,
    /// It cannot be read under the bounds.
    #[error(transparent)]
    Xml(#[from] xml::Error),
}

/// The block `raw`, a document of its own, as the other version says it.
pub fn carried<'r>(raw: &'r str, crossing: Crossing, limits: &XmlLimits) -> Result<Cow<'r, str>, NotCarried> {
    let Crossing { from, to } = crossing;
    if from == to {
        return Ok(Cow::Borrowed(raw));
    }
    let known = Namespaces::default();
    let mut reader = Reader::new(raw, &known, limits);
    reader.next()?;
    let mut marks = Marks::default();
    for attribute in reader.attributes().iter().filter(|attribute| is_mark(attribute)) {
        marks.cut.push(span(raw, attribute));
        if attribute.name.ns == from.namespace() {
            marks.read(attribute, to)?;
        }
    }
    let end = reader.end_offset();
    no_encoding(&mut reader, from)?;
    Ok(if marks.cut.is_empty() {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(marks.write(&raw[..end], to) + &raw[end..])
    })
}

/// Errors: an element is encoded.
fn no_encoding(reader: &mut Reader<'_>, from: Version) -> Result<(), NotCarried> {
    while reader.current() != Event::Eof {
        if reader.attribute(from.namespace(), "encodingStyle").is_some() {
            return Err(NotCarried::Encoded);
        }
        reader.next()?;
    }
    Ok(())
}

/// Whether it says something in an envelope of either version; what it says in the other one, its sender did not mean.
fn is_mark(attribute: &Attribute<'_>) -> bool {
    let ours = Version::of_namespace(attribute.name.ns).is_some();
    ours && matches!(attribute.name.local, "actor" | "mustUnderstand" | "relay" | "role")
}

/// What the start tag of a block says to the nodes that it meets.
#[derive(Default)]
struct Marks {
    /// Whom it is for; empty: the last node.
    role: String,
    must: bool,
    /// Where it stands, in the order of the document.
    cut: Vec<Range<usize>>,
}

impl Marks {
    fn read(&mut self, attribute: &Attribute<'_>, to: Version) -> Result<(), NotCarried> {
        let is_true = matches!(attribute.value.trim(), "1" | "true");
        match (attribute.name.local, to) {
            ("mustUnderstand", _) => self.must = is_true,
            ("relay", Version::V11) if is_true => return Err(NotCarried::Relayed),
            ("role", Version::V11) => self.role = actor(&attribute.value)?.to_owned(),
            ("actor", Version::V12) => self.role = role(&attribute.value).to_owned(),
            _ => {}
        }
        Ok(())
    }

    /// The start tag `tag` with what it says in the version `to`.
    fn write(&self, tag: &str, to: Version) -> String {
        let (inside, end) = tag.split_at(tag.trim_end_matches(['/', '>']).len());
        let mut out = String::with_capacity(tag.len() + 128);
        let mut at = 0;
        for cut in &self.cut {
            out.push_str(inside[at..cut.start].trim_end());
            at = cut.end;
        }
        out.push_str(inside[at..].trim_end());
        let prefix = free_prefix(tag);
        if self.must || !self.role.is_empty() {
            out.push_str(&format!(" xmlns:{prefix}=\"{}\"", to.uri()));
        }
        if !self.role.is_empty() {
            let name = if to == Version::V11 { "actor" } else { "role" };
            let mut value = Vec::new();
            write::attribute(&mut value, &self.role).expect("what was read from a document fits into one");
            let value = String::from_utf8(value).expect("what is escaped stays UTF-8");
            out.push_str(&format!(" {prefix}:{name}=\"{value}\""));
        }
        if self.must {
            out.push_str(&format!(" {prefix}:mustUnderstand=\"1\""));
        }
        out + end
    }
}

/// The role of SOAP 1.2 that is `actor` in SOAP 1.1.
fn role(actor: &str) -> &str {
    if actor == NEXT11 { NEXT12 } else { actor }
}

/// The reverse. Errors: SOAP 1.1 has no such actor.
fn actor(role: &str) -> Result<&str, NotCarried> {
    match role {
        NEXT12 => Ok(NEXT11),
        LAST12 => Ok(""),
        NONE12 => Err(NotCarried::ForNobody),
        role => Ok(role),
    }
}

/// Where `attribute` stands in `raw`.
fn span(raw: &str, attribute: &Attribute<'_>) -> Range<usize> {
    let value = attribute.offset + attribute.lexical.len();
    let mut quotes = raw[value..].char_indices().filter(|(_, c)| matches!(c, '"' | '\''));
    let (_, quote) = quotes.next().expect("an attribute has a value in quotes");
    let (close, _) =
        quotes.find(|(_, c)| *c == quote).expect("a value ends with the quote that it began with");
    attribute.offset..value + close + 1
}

/// A prefix that `tag` does not declare.
pub(super) fn free_prefix(tag: &str) -> String {
    let numbered = (2..).map(|n| format!("soapenv{n}"));
    let mut prefixes = std::iter::once("soapenv".to_owned()).chain(numbered);
    let free = prefixes.find(|prefix| !tag.contains(&format!("xmlns:{prefix}")));
    free.expect("of infinitely many prefixes one is free")
}

const NEXT11: &str = "http://schemas.xmlsoap.org/soap/actor/next";
const NEXT12: &str = "http://www.w3.org/2003/05/soap-envelope/role/next";
const LAST12: &str = "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver";
const NONE12: &str = "http://www.w3.org/2003/05/soap-envelope/role/none";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::ns;

    fn said(raw: &str, from: Version, to: Version) -> Result<String, String> {
        let raw = raw.replace("xmlns:s=''", &format!("xmlns:s='{}'", from.uri()));
        let xml = carried(&raw, Crossing { from, to }, &XmlLimits::default());
        let xml = xml.map_err(|error| error.to_string())?;
        let (known, limits) = (Namespaces::default(), XmlLimits::default());
        let mut reader = Reader::new(&xml, &known, &limits);
        reader.next().expect("XML");
        let marks = reader.attributes().iter().map(|attribute| {
            let ours = if attribute.name.ns == to.namespace() { "" } else { "?" };
            format!("{ours}{}={}", attribute.name.local, attribute.value)
        });
        let marks = marks.collect::<Vec<_>>().join(" ");
        reader.skip().expect("XML");
        Ok(marks)
    }

    #[test]
    fn whom_a_block_is_for_is_said_in_the_other_version() {
        let (v11, v12) = (Version::V11, Version::V12);
        for (raw, from, to, expected) in [
            (
                "<a xmlns:s='' s:actor='urn:x' s:mustUnderstand='1'/>",
                v11,
                v12,
                Ok("role=urn:x mustUnderstand=1"),
            ),
            (
                "<a xmlns:s='' s:mustUnderstand = \"true\" b='&lt;'><c/></a>",
                v11,
                v12,
                Ok("?b=< mustUnderstand=1"),
            ),
            ("<a xmlns:s='' s:mustUnderstand='0' s:actor=''/>", v11, v12, Ok("")),
            (
                "<s:a xmlns:s='' s:actor='http://schemas.xmlsoap.org/soap/actor/next'>x</s:a>",
                v11,
                v12,
                Ok("role=http://www.w3.org/2003/05/soap-envelope/role/next"),
            ),
            (
                "<a xmlns:s='' s:role='http://www.w3.org/2003/05/soap-envelope/role/next' s:mustUnderstand='true' s:relay='false'/>",
                v12,
                v11,
                Ok("actor=http://schemas.xmlsoap.org/soap/actor/next mustUnderstand=1"),
            ),
            (
                "<a xmlns:s='' s:role='http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver'/>",
                v12,
                v11,
                Ok(""),
            ),
            ("<a xmlns:s='' s:role='urn:a&amp;b'/>", v12, v11, Ok("actor=urn:a&b")),
            (
                "<a xmlns:s='' s:role='http://www.w3.org/2003/05/soap-envelope/role/none'/>",
                v12,
                v11,
                Err("none"),
            ),
            ("<a xmlns:s='' s:role='urn:x' s:relay='1'/>", v12, v11, Err("relayed")),
            ("<a xmlns:s=''><b s:encodingStyle='urn:x'/></a>", v11, v12, Err("encodingStyle")),
            ("<a b='1'/>", v11, v12, Ok("?b=1")),
            ("<a xmlns:s='' s:role='urn:x'/>", v12, v12, Ok("role=urn:x")),
        ] {
            let found = said(raw, from, to);
            match expected {
                Ok(expected) => assert_eq!(found.as_deref(), Ok(expected), "{raw}"),
                Err(reason) => {
                    assert!(found.as_ref().is_err_and(|said| said.contains(reason)), "{raw}: {found:?}")
                }
            }
        }
    }

    /// The sender did not mean it, and two roles would be none.
    #[test]
    fn what_a_block_says_in_the_other_version_is_not_carried() {
        let raw = format!(
            "<a xmlns:o='{}' xmlns:soapenv='' o:role='urn:o' n:actor='urn:n' xmlns:n='{}' o:mustUnderstand='1'/>",
            ns::SOAP12_URI,
            ns::SOAP11_URI
        );
        let raw = raw.replace(" xmlns:soapenv=''", " xmlns:soapenv='urn:p' soapenv:b='1'");
        assert_eq!(said(&raw, Version::V11, Version::V12).as_deref(), Ok("?b=1 role=urn:n"));
    }
}
