//! Header parts of the contract: SOAP header blocks on one side, `$headers` on the other.

use super::decode::{Decode, DecodeError, DecodeOptions, Decoded, Decoder, HeaderMember};
use super::violation::{Breach, Violation, Violations};
use crate::json::{push_segment, write};
use crate::limits::XmlLimits;
use crate::plan::{HEADERS, Plan};
use crate::xml::{self, Event, Name, Reader};

/// The header blocks of an envelope that the contract declares: which message they are of is known only when Body is read.
#[derive(Debug, Default)]
pub struct HeaderBlocks {
    blocks: Vec<HeaderBlock>,
    /// The bounds of the envelope.
    limits: XmlLimits,
}

/// A header block as a document of its own.
#[derive(Clone, Debug)]
pub struct HeaderBlock {
    local: String,
    raw: String,
}

/// The header blocks of an envelope, by the message that it has.
#[derive(Debug, Default)]
pub struct MessageHeaders<'b> {
    /// Those that the contract declares for other messages.
    pub others: Vec<&'b HeaderBlock>,
    /// What those of the message were like.
    pub decoded: Decoded,
}

impl HeaderBlock {
    /// Reads the block `name`, at whose start tag the reader stands. Errors: an ill-formed block.
    pub fn read(name: Name<'_>, reader: &mut Reader<'_>) -> Result<Self, xml::Error> {
        let mut raw = String::new();
        reader.raw(&mut raw)?;
        Ok(Self { local: name.local.to_owned(), raw })
    }

    /// Its local name.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// Its XML, which needs nothing from around it.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

impl HeaderBlocks {
    /// Keeps the block at whose start tag the reader stands, if the contract declares it; says whether it did.
    ///
    /// Errors: an ill-formed block.
    pub fn keep(&mut self, plan: &Plan, name: Name<'_>, reader: &mut Reader<'_>) -> Result<bool, xml::Error> {
        if !plan.is_header(name) {
            return Ok(false);
        }
        self.blocks.push(HeaderBlock::read(name, reader)?);
        self.limits = *reader.limits();
        Ok(true)
    }

    /// Reads each of them with `read`, which gets a reader at its start tag. Errors: those of `read`.
    pub fn each(
        &self,
        plan: &Plan,
        mut read: impl FnMut(Name<'_>, &mut Reader<'_>) -> Result<(), xml::Error>,
    ) -> Result<(), xml::Error> {
        for block in &self.blocks {
            let mut reader = Reader::new(&block.raw, plan.namespaces(), &self.limits);
            if let Event::Start(name) = reader.next()? {
                read(name, &mut reader)?;
            }
        }
        Ok(())
    }

    /// Appends `"$headers":{…}` to `members`, when there are any of the message, read as closely as the message itself.
    ///
    /// Errors: as for [`Decoder::decode`]; a block that is there twice, of which no object has room for both.
    pub fn members(
        &self,
        decode: Decode<'_, '_>,
        decoder: &mut Decoder,
        members: &mut Vec<u8>,
    ) -> Result<MessageHeaders<'_>, DecodeError> {
        // Credentials and the like belong into the message, not into each block.
        let decode = Decode { options: DecodeOptions { members: &[], ..decode.options }, ..decode };
        let (mut inside, mut found, mut keys) = (Vec::new(), MessageHeaders::default(), Vec::new());
        for block in &self.blocks {
            let mut reader = Reader::new(&block.raw, decode.plan.namespaces(), &self.limits);
            let before = inside.len();
            inside.extend_from_slice(if before > 0 { b"," } else { b"" });
            let begin = inside.len();
            reader.next()?;
            match decoder.header(decode, &mut reader, &mut inside)? {
                Some(HeaderMember { key, .. }) if keys.contains(&key) => return Err(repeated(key).into()),
                Some(HeaderMember { key, decoded }) => {
                    keys.push(key);
                    found.decoded.add(decoded);
                    // A block that is not in JSON, or that holds credentials alone, which are not.
                    let said = inside.get(begin..).map_or(&[][..], |said| said);
                    if said.is_empty() || decode.message.takes_credentials && is_filled(decode, key, said) {
                        inside.truncate(before);
                    }
                }
                None => {
                    inside.truncate(before);
                    found.others.push(block);
                }
            }
        }
        if !inside.is_empty() {
            members.extend_from_slice(if members.is_empty() { b"" } else { b"," });
            write::write_key(members, HEADERS);
            members.push(b'{');
            members.extend_from_slice(&inside);
            members.push(b'}');
        }
        Ok(found)
    }
}

/// Whether `said`, the member `key` of `$headers`, says nothing that the message has not without it.
fn is_filled(decode: Decode<'_, '_>, key: &str, said: &[u8]) -> bool {
    let fill = decode.message.header_fill.as_deref();
    said.ends_with(b":{}") && fill.is_some_and(|fill| fill.blocks.iter().any(|block| *block.key == *key))
}

/// What is wrong with a header block that is in an envelope, and not in its contract.
pub fn undeclared(local: &str) -> Violation {
    let expected = "a header block that the contract does not declare for this message".to_owned();
    Violation { breach: Breach::Unknown, pointer: header_pointer(local), path: String::new(), expected }
}

/// The JSON Pointer of the header block `key`.
pub fn header_pointer(key: &str) -> String {
    let mut pointer = format!("/{HEADERS}");
    push_segment(&mut pointer, key);
    pointer
}

fn repeated(key: &str) -> Violations {
    let expected = "expected only once".to_owned();
    let pointer = header_pointer(key);
    Violations(vec![Violation { breach: Breach::Duplicate, pointer, path: String::new(), expected }])
}
