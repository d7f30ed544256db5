//! Header parts of the contract: SOAP header blocks on one side, `$headers` on the other.

use super::decode::{Decode, DecodeError, DecodeOptions, Decoder};
use crate::json::write;
use crate::limits::XmlLimits;
use crate::plan::Plan;
use crate::xml::{self, Name, Reader};

/// The header blocks of an envelope that the contract declares, each as a document of its own: which message they are
/// of is known only when Body is read.
#[derive(Debug, Default)]
pub struct HeaderBlocks {
    blocks: Vec<String>,
    /// The bounds of the envelope.
    limits: XmlLimits,
}

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
        self.blocks.push(raw);
        self.limits = *reader.limits();
        Ok(true)
    }

    /// Appends `"$headers":{…}` to `members`, when there are any of the message. Gives how many are of other messages.
    ///
    /// Errors: as for [`Decoder::decode`].
    pub fn members(
        &self,
        decode: Decode<'_, '_>,
        decoder: &mut Decoder,
        members: &mut Vec<u8>,
    ) -> Result<usize, DecodeError> {
        // Credentials and the like belong into the message, and a block is not refused for what it has besides.
        let decode = Decode { options: DecodeOptions::default(), ..decode };
        let (mut inside, mut others) = (Vec::new(), 0);
        for raw in &self.blocks {
            let mut reader = Reader::new(raw, decode.plan.namespaces(), &self.limits);
            let before = inside.len();
            inside.extend_from_slice(if before > 0 { b"," } else { b"" });
            reader.next()?;
            if !decoder.header(decode, &mut reader, &mut inside)? {
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
