//! Reading envelopes: SOAP 1.1 section 4, SOAP 1.2 Part 1 section 5.

use std::sync::Arc;

use super::error::Error;
use super::version::Version;
use crate::xml::{self, Event, Name, NsId, Reader};

/// What the one who is offered a header block did with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// It was read, up to its end tag.
    Understood,
    /// It was not touched.
    Unknown,
}

/// Why a header block is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It is for this node.
    Addressed,
    /// It is for another node, or was not understood, and need not be. What is not read now is passed over.
    Left,
}

/// An envelope that was read up to the first child of its Body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened<'i> {
    /// Its version.
    pub version: Version,
    /// The first child of Body, at whose start tag the reader stands; nothing when Body is empty.
    pub first: Option<Name<'i>>,
}

/// Reads up to the first child of Body. Each header block that is meant for this node is offered to `understand`, the
/// reader standing at its start tag.
///
/// Errors: an ill-formed document, a root that is not an envelope, misplaced parts, a block that must be understood and is
/// not.
pub fn open<'i, E: From<Error>>(
    reader: &mut Reader<'i>,
    mut understand: impl FnMut(Name<'i>, &mut Reader<'i>) -> Result<Block, E>,
) -> Result<Opened<'i>, E> {
    open_as(reader, &[], |name, reader, offer| match offer {
        Offer::Addressed => understand(name, reader),
        Offer::Left => Ok(Block::Unknown),
    })
}

/// As [`open`], for a node that acts in `roles` besides those of SOAP (`actor` in SOAP 1.1), and wants to see all blocks.
pub fn open_as<'i, E: From<Error>>(
    reader: &mut Reader<'i>,
    roles: &[Arc<str>],
    mut understand: impl FnMut(Name<'i>, &mut Reader<'i>, Offer) -> Result<Block, E>,
) -> Result<Opened<'i>, E> {
    let version = envelope(reader)?;
    let part = |local| Name { ns: version.namespace(), local };
    let mut first = child_of_envelope(reader, part("Header"))?;
    if first == part("Header") {
        header(reader, &Node { version, roles }, &mut understand)?;
        first = child_of_envelope(reader, part("Body"))?;
    }
    if first != part("Body") {
        return Err(Error::Structure("expected Body").into());
    }
    let event = next(reader)?;
    blank(reader)?;
    match event {
        Event::Start(name) => Ok(Opened { version, first: Some(name) }),
        Event::End | Event::Eof => Ok(Opened { version, first: None }),
    }
}

/// Sees that nothing follows Body, whose end tag was read.
pub fn finish(reader: &mut Reader<'_>) -> Result<(), Error> {
    let closed = reader.close_expected();
    for wanted in [Event::End, Event::Eof].into_iter().skip(usize::from(closed)) {
        let event = reader.next()?;
        blank(reader)?;
        if event != wanted {
            return Err(Error::Structure("something follows the message"));
        }
    }
    Ok(())
}

fn envelope(reader: &mut Reader<'_>) -> Result<Version, Error> {
    let Event::Start(root) = reader.next()? else { return Err(Error::NotSoap) };
    if root.local != "Envelope" {
        return Err(Error::NotSoap);
    }
    Version::of_namespace(root.ns).ok_or(Error::VersionMismatch)
}

/// The next child, which is mostly `expected`.
fn child_of_envelope<'i>(reader: &mut Reader<'i>, expected: Name<'_>) -> Result<Name<'i>, Error> {
    if reader.open_expected(expected) {
        return Ok(reader.name());
    }
    let event = next(reader)?;
    blank(reader)?;
    match event {
        Event::Start(name) => Ok(name),
        Event::End | Event::Eof => Err(Error::Structure("expected Body")),
    }
}

fn header<'i, E: From<Error>>(
    reader: &mut Reader<'i>,
    node: &Node<'_>,
    understand: &mut impl FnMut(Name<'i>, &mut Reader<'i>, Offer) -> Result<Block, E>,
) -> Result<(), E> {
    // With nothing but white space before its end tag.
    while !reader.close_expected() {
        let event = next(reader)?;
        blank(reader)?;
        let Event::Start(name) = event else { break };
        let must = must_understand(reader, node.version.namespace())?;
        let ours = node.is_addressed(reader);
        if ours && understand(name, reader, Offer::Addressed)? == Block::Understood {
            continue;
        }
        if must && ours {
            let namespace = reader.namespace(name.ns).to_owned();
            return Err(Error::MustUnderstand { namespace, local: name.local.to_owned() }.into());
        }
        if understand(name, reader, Offer::Left)? == Block::Unknown {
            reader.skip().map_err(Error::from)?;
        }
    }
    Ok(())
}

/// `0`, `1`, and the words that peers write in SOAP 1.1 as well. What is neither may be meant as either, so it is refused.
fn must_understand(reader: &Reader<'_>, envelope: NsId) -> Result<bool, Error> {
    match reader.attribute(envelope, "mustUnderstand").map(str::trim) {
        Some("1" | "true") => Ok(true),
        None | Some("0" | "false") => Ok(false),
        Some(_) => Err(Error::Structure("mustUnderstand is not a boolean")),
    }
}

/// The node that reads a message: what it acts as, in the version of the message.
struct Node<'n> {
    version: Version,
    roles: &'n [Arc<str>],
}

impl Node<'_> {
    /// Without an actor or role a block is for the ultimate receiver, which is here.
    fn is_addressed(&self, reader: &Reader<'_>) -> bool {
        let name = if self.version == Version::V11 { "actor" } else { "role" };
        match reader.attribute(self.version.namespace(), name) {
            None | Some("") => true,
            Some(role) => OURS.contains(&role) || self.roles.iter().any(|known| **known == *role),
        }
    }
}

fn next<'i>(reader: &mut Reader<'i>) -> Result<Event<'i>, Error> {
    reader.next().map_err(Error::from)
}

fn blank(reader: &Reader<'_>) -> Result<(), Error> {
    let blank = reader.text().bytes().all(|byte| byte.is_ascii_whitespace());
    if blank { Ok(()) } else { Err(Error::Structure("text between the parts of the envelope")) }
}

const OURS: [&str; 3] = [
    "http://schemas.xmlsoap.org/soap/actor/next",
    "http://www.w3.org/2003/05/soap-envelope/role/next",
    "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
];

impl From<Error> for xml::Error {
    /// For readers that tell only ill-formed documents apart.
    fn from(error: Error) -> Self {
        match error {
            Error::Xml(error) => error,
            _ => Self { kind: xml::ErrorKind::Markup, position: xml::Position::default() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::XmlLimits;
    use crate::xml::{Namespaces, ns};

    fn read(text: &str) -> Result<(Version, Option<String>), Error> {
        let (known, limits) = (Namespaces::default(), XmlLimits::default());
        let mut reader = Reader::new(text, &known, &limits);
        let understand = |name: Name<'_>, reader: &mut Reader<'_>| {
            if name.ns == ns::WSSE {
                reader.skip()?;
                return Ok(Block::Understood);
            }
            Ok::<_, Error>(Block::Unknown)
        };
        let opened = open(&mut reader, understand)?;
        let first = opened.first.map(|name| name.local.to_owned());
        if first.is_some() {
            reader.skip()?;
            if next(&mut reader)? != Event::End {
                return Err(Error::Structure("a second child"));
            }
            blank(&reader)?;
        }
        finish(&mut reader)?;
        Ok((opened.version, first))
    }

    fn envelope(inside: &str) -> String {
        format!("<e:Envelope xmlns:e='{}' xmlns:w='{}'>{inside}</e:Envelope>", ns::SOAP11_URI, ns::WSSE_URI)
    }

    #[test]
    fn envelopes_are_opened() {
        let some = Ok((Version::V11, Some("a".to_owned())));
        for inside in [
            "<e:Body><a/></e:Body>",
            " <e:Header/> <e:Body> <a><b/></a> </e:Body> ",
            "<e:Header><x xmlns='u'/><w:Security e:mustUnderstand='1'><y/></w:Security></e:Header><e:Body><a/></e:Body>",
            "<e:Header><x e:mustUnderstand='1' e:actor='urn:other'/></e:Header><e:Body><a/></e:Body>",
            "<e:Header><x e:mustUnderstand='0'/></e:Header><e:Body><a/></e:Body>",
        ] {
            assert_eq!(read(&envelope(inside)), some, "{inside}");
        }
        assert_eq!(read(&envelope("<e:Body/>")), Ok((Version::V11, None)));
        let v12 = format!("<Envelope xmlns='{}'><Body><a xmlns=''/></Body></Envelope>", ns::SOAP12_URI);
        assert_eq!(read(&v12), Ok((Version::V12, Some("a".to_owned()))));
    }

    #[test]
    fn what_is_no_envelope_is_refused() {
        assert_eq!(read("<a/>"), Err(Error::NotSoap));
        assert_eq!(read("<Envelope/>"), Err(Error::VersionMismatch));
        for inside in [
            "",
            "<e:Header/>",
            "<a/>",
            "<e:Body><a/><b/></e:Body>",
            "<e:Body><a/></e:Body><e:Body><a/></e:Body>",
            "<e:Body><a/></e:Body><e:Header/>",
            "<e:Header/><e:Header/><e:Body><a/></e:Body>",
            "x<e:Body><a/></e:Body>",
            "<e:Body>x<a/></e:Body>",
            "<e:Body><a/>x</e:Body>",
            "<e:Body><a/></e:Body><x/>",
        ] {
            assert!(
                matches!(read(&envelope(inside)), Err(Error::Structure(_))),
                "{inside}: {:?}",
                read(&envelope(inside))
            );
        }
    }

    #[test]
    fn blocks_that_must_be_understood_are() {
        for block in [
            "<x e:mustUnderstand='1'/>",
            "<x e:mustUnderstand='true' e:actor=''/>",
            "<x e:mustUnderstand='1' e:actor='http://schemas.xmlsoap.org/soap/actor/next'/>",
        ] {
            let text = envelope(&format!("<e:Header>{block}</e:Header><e:Body/>"));
            let expected = Error::MustUnderstand { namespace: String::new(), local: "x".to_owned() };
            assert_eq!(read(&text), Err(expected), "{block}");
        }
    }

    #[test]
    fn a_must_understand_that_is_not_a_boolean_is_refused() {
        for value in ["2", "yes", "TRUE", ""] {
            let header = format!("<e:Header><x e:mustUnderstand='{value}'/></e:Header><e:Body/>");
            let refused = Err(Error::Structure("mustUnderstand is not a boolean"));
            assert_eq!(read(&envelope(&header)), refused, "{value}");
        }
    }
}
