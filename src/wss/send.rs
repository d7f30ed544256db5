//! Sending a UsernameToken.

use chrono::{DateTime, Utc};

use super::base64;
use super::created;
use super::digest::digest;
use super::secret::Secret;
use crate::xml::{ns, write};

/// How the password is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordType {
    /// As a digest, with nonce and time.
    Digest,
    /// As it is.
    Text,
}

/// What a peer wants its UsernameToken to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// How the password is sent.
    pub password: PasswordType,
    /// Whether `Nonce` and `Created` go with a PasswordText; a digest always has them.
    pub nonce: bool,
}

/// What must differ from one attempt to the next.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    /// Random octets: the nonce.
    pub nonce: [u8; 16],
    /// Random bits for `wsu:Id`.
    pub id: u64,
    /// The time.
    pub now: DateTime<Utc>,
}

impl Sender {
    /// Appends the Security header block. `soapenv` must be the prefix of the envelope's namespace.
    ///
    /// Errors: a user name or password with a character that XML cannot carry.
    pub fn write(
        &self,
        out: &mut Vec<u8>,
        username: &str,
        password: &Secret,
        fresh: &Fresh,
    ) -> Result<(), write::Forbidden> {
        put(out, "<wsse:Security soapenv:mustUnderstand=\"1\" xmlns:wsse=\"");
        put(out, ns::WSSE_URI);
        put(out, "\" xmlns:wsu=\"");
        put(out, ns::WSU_URI);
        put(out, "\"><wsse:UsernameToken wsu:Id=\"UT-");
        put(out, itoa::Buffer::new().format(fresh.id));
        put(out, "\"><wsse:Username>");
        write::text(out, username)?;
        put(out, "</wsse:Username><wsse:Password Type=\"");
        put(out, if self.password == PasswordType::Text { TEXT } else { DIGEST });
        put(out, "\">");
        self.write_password(out, password, fresh)?;
        put(out, "</wsse:UsernameToken></wsse:Security>");
        Ok(())
    }

    fn write_password(
        &self,
        out: &mut Vec<u8>,
        password: &Secret,
        fresh: &Fresh,
    ) -> Result<(), write::Forbidden> {
        if self.password == PasswordType::Text && !self.nonce {
            write::text(out, password.expose())?;
            put(out, "</wsse:Password>");
            return Ok(());
        }
        let mut time = Vec::with_capacity(24);
        created::push(&mut time, fresh.now);
        let time = std::str::from_utf8(&time).unwrap_or("");
        match self.password {
            PasswordType::Digest => {
                base64::push(out, &digest(&fresh.nonce, time, password.expose().as_bytes()))
            }
            PasswordType::Text => write::text(out, password.expose())?,
        }
        put(out, "</wsse:Password><wsse:Nonce EncodingType=\"");
        put(out, BASE64);
        put(out, "\">");
        base64::push(out, &fresh.nonce);
        put(out, "</wsse:Nonce><wsu:Created>");
        put(out, time);
        put(out, "</wsu:Created>");
        Ok(())
    }
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// `Type` of a PasswordText.
pub(super) const TEXT: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";
/// `Type` of a PasswordDigest.
pub(super) const DIGEST: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";
/// `EncodingType` of base64.
pub(super) const BASE64: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

#[cfg(test)]
mod tests {
    use super::*;

    fn written(sender: Sender) -> String {
        let nonce =
            [0x2c, 0xaa, 0x88, 0xe8, 0x6f, 0xc0, 0x8a, 0x42, 0x82, 0x42, 0xb3, 0x74, 0xce, 0xa6, 0x45, 0x96];
        let now = DateTime::from_timestamp_millis(1_284_623_445_000).expect("time");
        let mut out = Vec::new();
        let fresh = Fresh { nonce, id: 7, now };
        sender.write(&mut out, "ops@example.com", &Secret::new("a<b"), &fresh).expect("written");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_text_token_has_no_more_than_it_needs() {
        let text = written(Sender { password: PasswordType::Text, nonce: false });
        assert!(text.ends_with(&format!("<wsse:UsernameToken wsu:Id=\"UT-7\"><wsse:Username>ops@example.com</wsse:Username><wsse:Password Type=\"{TEXT}\">a&lt;b</wsse:Password></wsse:UsernameToken></wsse:Security>")), "{text}");
    }

    #[test]
    fn a_digest_token_has_nonce_and_time() {
        let text = written(Sender { password: PasswordType::Digest, nonce: false });
        assert!(!text.contains("a&lt;b"), "{text}");
        let tail = format!(
            "<wsse:Nonce EncodingType=\"{BASE64}\">LKqI6G/AikKCQrN0zqZFlg==</wsse:Nonce><wsu:Created>2010-09-16T07:50:45.000Z</wsu:Created></wsse:UsernameToken></wsse:Security>"
        );
        assert!(text.ends_with(&tail), "{text}");
    }
}
