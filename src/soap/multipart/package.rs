//! Messages with attachments, written: `multipart/related` with a root part in `application/xop+xml` (XOP 1.0 sections 3.1 and 4.1, and
//! the HTTP transmission feature of MTOM, section 4).

use crate::codec::{Attachment, Attachments};
use crate::soap::Version;

/// What is the same in all messages that are sent with attachments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packing {
    /// The version of their envelopes.
    pub version: Version,
    /// Octets of the largest value that stays in a message.
    pub over: usize,
}

/// A message with attachments that is being written.
#[derive(Debug)]
pub struct Package<'v> {
    version: Version,
    boundary: String,
    attachments: Attachments<'v>,
}

impl<'v> Package<'v> {
    /// Appends to `out` what stands before the envelope. `random` tells the package from all others. No part can have its boundary in it but
    /// by chance: whoever makes a part does not know 128 random bits that are drawn when it is there, so parts are not looked through.
    pub fn begin(packing: Packing, random: u128, out: &mut Vec<u8>) -> Self {
        let Packing { version, over } = packing;
        let boundary = format!("{random:032x}");
        let attachments = Attachments::new(over, format!("-{boundary}@saponify"));
        let package = Self { version, boundary, attachments };
        let content_type = format!("application/xop+xml; charset=UTF-8; type=\"{}\"", version.media_type());
        package.part(out, &format!("root{}", package.attachments.suffix()), &content_type);
        package
    }

    /// Where its attachments go when the message is encoded.
    pub fn attachments(&mut self) -> &mut Attachments<'v> {
        &mut self.attachments
    }

    /// The `Content-Type` of the whole, with a message that has this action. `start-info` and `type` of the root are the same
    /// text, for WCF compares them as such; the action of SOAP 1.2 is a parameter of the whole, where CXF and WCF look for it.
    pub fn content_type(&self, action: &str) -> String {
        let Self { version, boundary, attachments } = self;
        let (media_type, suffix) = (version.media_type(), attachments.suffix());
        let action = match (version, action) {
            (Version::V12, action) if !action.is_empty() => {
                format!("; action=\"{}\"", action.replace(['"', '\\', '\r', '\n'], ""))
            }
            _ => String::new(),
        };
        format!(
            "multipart/related; type=\"application/xop+xml\"; boundary=\"{boundary}\"; start=\"<root{suffix}>\"; \
             start-info=\"{media_type}\"{action}"
        )
    }

    /// What stands behind the envelope, up to [`closing`](Self::closing): each attachment behind what stands before its octets.
    pub fn parts(&self) -> impl Iterator<Item = (Vec<u8>, &Attachment<'v>)> {
        self.attachments.named().map(|(name, attachment)| {
            let media_type = attachment.media_type.as_deref();
            let mut head = b"\r\n".to_vec();
            self.part(&mut head, &name, media_type.map_or(OCTETS, |media_type| media_type));
            (head, attachment)
        })
    }

    /// What stands behind all parts.
    pub fn closing(&self) -> String {
        format!("\r\n--{}--\r\n", self.boundary)
    }

    /// Appends the head of a part.
    fn part(&self, out: &mut Vec<u8>, name: &str, content_type: &str) {
        let head = format!(
            "--{}\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{name}>\r\n\r\n",
            self.boundary
        );
        out.extend_from_slice(head.as_bytes());
    }
}

/// What a part is of which nobody says more.
const OCTETS: &str = "application/octet-stream";
