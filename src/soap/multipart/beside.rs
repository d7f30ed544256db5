//! Messages with parts beside their envelopes, written: SOAP Messages with Attachments, as the WS-I Attachments Profile 1.0 (AP) has them.

use base64_simd::STANDARD;

use crate::codec::{BesidePart, MimeParts};
use crate::soap::Version;

use super::error::MultipartError;

/// How octets of parts are written (RFC 2045 section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartCoding {
    /// As base64 in lines, for files that people look at.
    Base64,
    /// As they are.
    Binary,
}

/// A message with parts beside its envelope that is being written.
#[derive(Debug)]
pub struct BesidePackage<'v> {
    version: Version,
    coding: PartCoding,
    boundary: String,
    parts: MimeParts<'v>,
    /// Bytes before the envelope.
    head: usize,
}

impl<'v> BesidePackage<'v> {
    /// Appends to `out`, which is empty, what stands before the envelope. `random` tells the package from all others: see [`Package`](super::Package).
    pub fn begin(version: Version, random: u128, out: &mut Vec<u8>) -> Self {
        Self::coded(PartCoding::Binary, version, random, out)
    }

    /// The same with octets in this encoding.
    pub fn coded(coding: PartCoding, version: Version, random: u128, out: &mut Vec<u8>) -> Self {
        let boundary = format!("{random:032x}");
        let parts = MimeParts::new(format!("{}@saponify", uuid(random)));
        let mut package = Self { version, coding, boundary, parts, head: 0 };
        let content_type = format!("{}; charset=UTF-8", version.media_type());
        out.extend_from_slice(package.head_of(&package.root(), &content_type, PartCoding::Binary).as_bytes());
        package.head = out.len();
        package
    }

    /// Where its parts go when the message is encoded.
    pub fn parts(&mut self) -> &mut MimeParts<'v> {
        &mut self.parts
    }

    /// Bytes that stand before the envelope, where anything goes beside it.
    pub fn head(&self) -> usize {
        self.head
    }

    /// Appends what stands behind the envelope; gives the `Content-Type` of the whole, with a message that has this action. Where nothing goes
    /// beside the envelope it gives nothing, and takes away what stands before it (AP 3.4, R2917).
    pub fn end(self, action: &str, out: &mut Vec<u8>) -> Option<String> {
        if self.parts.all().is_empty() {
            out.drain(..self.head);
            return None;
        }
        let lengths = self.parts.all().iter().map(|part| part.base64.len() + OF_PART);
        out.reserve(lengths.sum::<usize>() + OF_PART);
        for part in self.parts.all() {
            out.extend_from_slice(b"\r\n");
            out.extend_from_slice(self.head_of(&part.id, &part.media_type, self.coding).as_bytes());
            match self.coding {
                PartCoding::Binary => {
                    let decoded = STANDARD.decode_append(part.base64.as_bytes(), out);
                    decoded.expect("it was checked when it was taken out of the message");
                }
                PartCoding::Base64 => {
                    for line in part.base64.as_bytes().chunks(LINE) {
                        out.extend_from_slice(line);
                        out.extend_from_slice(b"\r\n");
                    }
                }
            }
        }
        out.extend_from_slice(format!("\r\n--{}--\r\n", self.boundary).as_bytes());
        Some(self.content_type(action))
    }

    /// The `Content-Type` of the whole: `type` is the media type of the root (AP 3.1, R2932).
    fn content_type(&self, action: &str) -> String {
        let media_type = self.version.media_type();
        let action = match (self.version, action) {
            (Version::V12, action) if !action.is_empty() => {
                format!("; action=\"{}\"", action.replace(['"', '\\', '\r', '\n'], ""))
            }
            _ => String::new(),
        };
        format!(
            "multipart/related; type=\"{media_type}\"; boundary=\"{}\"; start=\"<{}>\"{action}",
            self.boundary,
            self.root()
        )
    }

    fn root(&self) -> String {
        format!("root-{}@saponify", self.boundary)
    }

    /// The head of a part.
    fn head_of(&self, id: &str, content_type: &str, coding: PartCoding) -> String {
        let coding = match coding {
            PartCoding::Base64 => "base64",
            PartCoding::Binary => "binary",
        };
        format!(
            "--{}\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: {coding}\r\nContent-ID: <{id}>\r\n\r\n",
            self.boundary
        )
    }
}

impl MultipartError {
    /// Nothing in the message refers to `part`, and the contract does not bind it.
    pub fn unreferenced(part: &BesidePart<'_>) -> Self {
        Self::Unreferenced(part.shown())
    }
}

/// A UUID of random bits (RFC 9562 section 5.4).
fn uuid(random: u128) -> String {
    let bits = random & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let hex = format!("{bits:032x}");
    let (first, rest) = hex.split_at(8);
    let (second, rest) = rest.split_at(4);
    let (third, rest) = rest.split_at(4);
    let (fourth, fifth) = rest.split_at(4);
    [first, second, third, fourth, fifth].join("-")
}

/// More than the bytes of a part around its octets.
const OF_PART: usize = 512;

/// Characters of a line of base64 (RFC 2045 section 6.8).
const LINE: usize = 76;
