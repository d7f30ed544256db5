//! Endpoint references, as `ReplyTo` and `FaultTo` are: Core, section 2.

use super::fault::AddressingCode;
use super::version::Addressing;
use crate::limits::{ADDRESSING_TEXT, REFERENCE_PARAMETERS};
use crate::soap::carry::{free_prefix, is_for_one_node};
use crate::xml::{self, Event, Name, Reader, ns};

/// An endpoint reference whose messages can be answered here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoint {
    /// Whether nothing is to be sent to it.
    pub none: bool,
    /// Its reference parameters, as header blocks of a message to it.
    pub parameters: Box<str>,
}

/// The endpoint reference at whose start tag `reader` stands, or what is wrong with it. The reader is then at its end tag.
///
/// Errors: an ill-formed document.
pub(super) fn read(
    version: Addressing,
    reader: &mut Reader<'_>,
) -> Result<Result<Endpoint, AddressingCode>, xml::Error> {
    let mut draft = Draft { version, address: None, parameters: String::new(), count: 0, wrong: None };
    while let Event::Start(name) = reader.next()? {
        draft.child(name, reader)?;
    }
    Ok(draft.finish())
}

/// An endpoint reference of which a part was read.
struct Draft {
    version: Addressing,
    address: Option<Address>,
    parameters: String,
    /// How many of these.
    count: usize,
    /// The first thing that is wrong.
    wrong: Option<AddressingCode>,
}

enum Address {
    Anonymous,
    Elsewhere,
    None,
}

impl Draft {
    /// Metadata and what others have added say nothing about where an answer goes.
    fn child(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        match name.local {
            _ if Addressing::of_namespace(name.ns) != Some(self.version) => reader.skip(),
            "Address" => self.address(reader),
            "ReferenceParameters" => self.parameters(reader),
            "ReferenceProperties" if self.version == Addressing::V2004 => self.parameters(reader),
            _ => reader.skip(),
        }
    }

    fn address(&mut self, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        if self.address.is_some() {
            self.wrong.get_or_insert(AddressingCode::InvalidEpr);
        }
        match text(reader)? {
            Some(address) if address == self.version.anonymous() => self.address = Some(Address::Anonymous),
            Some(address) if Some(address) == self.version.none() => self.address = Some(Address::None),
            Some("") | None => drop(self.wrong.get_or_insert(AddressingCode::InvalidAddress)),
            Some(_) => self.address = Some(Address::Elsewhere),
        }
        Ok(())
    }

    fn parameters(&mut self, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        while let Event::Start(name) = reader.next()? {
            self.count += 1;
            // An answer with blocks that only its sender may say would be the requester's word in our mouth.
            if is_for_one_node(name) || self.count > REFERENCE_PARAMETERS {
                self.wrong.get_or_insert(AddressingCode::InvalidEpr);
                reader.skip()?;
            } else {
                parameter(self.version, reader, &mut self.parameters)?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Endpoint, AddressingCode> {
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        let none = match self.address {
            Some(Address::Anonymous) => false,
            Some(Address::Elsewhere) => return Err(AddressingCode::OnlyAnonymousAddressSupported),
            Some(Address::None) => true,
            None => return Err(AddressingCode::MissingAddressInEpr),
        };
        Ok(Endpoint { none, parameters: self.parameters.into() })
    }
}

/// Appends the reference parameter at whose start tag `reader` stands as a header block (SOAP Binding, section 3.3).
fn parameter(version: Addressing, reader: &mut Reader<'_>, out: &mut String) -> Result<(), xml::Error> {
    let marked = reader.attribute(ns::WSA, IS_PARAMETER).is_some();
    let mut raw = String::new();
    reader.raw(&mut raw)?;
    if version == Addressing::V2004 || marked {
        out.push_str(&raw);
        return Ok(());
    }
    let end = raw.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
    let (name, rest) = raw.split_at(end.expect("a start tag ends with a bracket"));
    let prefix = free_prefix(&raw);
    let mark = [" xmlns:", &prefix, "=\"", ns::WSA_URI, "\" ", &prefix, ":", IS_PARAMETER, "=\"true\""];
    out.push_str(name);
    out.extend(mark);
    out.push_str(rest);
    Ok(())
}

const IS_PARAMETER: &str = "IsReferenceParameter";

/// The text of the element at whose start tag `reader` stands, without white space around it; nothing where it is overlong, or has
/// elements in it. The reader is then at its end tag.
pub(super) fn text<'r>(reader: &'r mut Reader<'_>) -> Result<Option<&'r str>, xml::Error> {
    let mut plain = true;
    while let Event::Start(_) = reader.next()? {
        plain = false;
        reader.skip()?;
    }
    let text = reader.text().trim();
    Ok(Some(text).filter(|text| plain && text.len() <= ADDRESSING_TEXT))
}
