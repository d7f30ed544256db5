//! Header parts of the contract: SOAP header blocks on one side, `$headers` on the other.

use super::decode::{DecodeError, Decoder};
use crate::json::write;
use crate::limits::XmlLimits;
use crate::plan::{MessagePlan, Plan};
use crate::xml::{self, Event, Name, Reader};

/// The header blocks of an envelope that the contract declares, each as a document of its own: which message they are
/// of is known only when Body is read.
#[derive(Debug, Default)]
pub struct HeaderBlocks(Vec<String>);

impl HeaderBlocks {
    /// Keeps the block at whose start tag the reader stands, if the contract declares it; says whether it did.
    ///
    /// Errors: an ill-formed block.
    pub fn keep(&mut self, plan: &Plan, name: Name<'_>, reader: &mut Reader<'_>) -> Result<bool, xml::Error> {
        if !plan.is_header(name) {
            return Ok(false);
        }
        let mut raw = String::new();
        reader.raw(&mut raw)?;
        self.0.push(raw);
        Ok(true)
    }

    /// Appends `"$headers":{…}` to `members`, when there are any of `message`. Gives how many are of other messages.
    ///
    /// Errors: as for [`Decoder::decode`].
    pub fn members(
        &self,
        plan: &Plan,
        message: &MessagePlan,
        limits: &XmlLimits,
        decoder: &mut Decoder,
        members: &mut Vec<u8>,
    ) -> Result<usize, DecodeError> {
        let (mut inside, mut others) = (Vec::new(), 0);
        for raw in &self.0 {
            let mut reader = Reader::new(raw, plan.namespaces(), limits);
            let before = inside.len();
            inside.extend_from_slice(if before > 0 { b"," } else { b"" });
            let read = match reader.next()? {
                Event::Start(name) => decoder.header(plan, message, name, &mut reader, &mut inside)?,
                Event::End | Event::Eof => false,
            };
            if !read {
                inside.truncate(before);
                others += 1;
            }
        }
        if !inside.is_empty() {
            members.extend_from_slice(if members.is_empty() { b"" } else { b"," });
            write::write_key(members, "$headers");
            members.push(b'{');
            members.extend_from_slice(&inside);
            members.push(b'}');
        }
        Ok(others)
    }
}
