//! Writing a Security header, as its [`Sender`] says.

use chrono::{DateTime, Duration, Utc};
use sha1::{Digest, Sha1};

use super::base64;
use super::created;
use super::digest::digest;
use super::secret::Secret;
use super::sender::{Fresh, MustUnderstand, Part, PasswordType, Sender, TimestampOut, TypeAttribute};
use super::timestamp::write_timestamp;
use crate::soap::Version;
use crate::xml::{ns, write};

impl Sender {
    /// Appends the Security header block for an envelope of `version`, whose prefix must be `soapenv`.
    ///
    /// Errors: a user name or password with a character that XML cannot carry.
    pub fn write(
        &self,
        out: &mut Vec<u8>,
        version: Version,
        (username, password): (&str, &Secret),
        fresh: &Fresh,
    ) -> Result<(), write::Forbidden> {
        let now = fresh.now + Duration::milliseconds(self.clock_offset);
        let before = self.timestamp.filter(|timestamp| !timestamp.last);
        let after = self.timestamp.filter(|timestamp| timestamp.last);
        self.begin(out, version);
        self.write_timestamp(out, before, fresh.id, now);
        self.write_token(out, (username, password), fresh, now)?;
        self.write_timestamp(out, after, fresh.id, now);
        put(out, &["</", &self.wsse, ":Security>"]);
        Ok(())
    }

    fn begin(&self, out: &mut Vec<u8>, version: Version) {
        put(out, &["<", &self.wsse, ":Security"]);
        match self.must_understand {
            MustUnderstand::Absent => {}
            MustUnderstand::One => put(out, &[" soapenv:mustUnderstand=\"1\""]),
            MustUnderstand::True => put(out, &[" soapenv:mustUnderstand=\"true\""]),
        }
        if let Some(actor) = &self.actor {
            let name = if version == Version::V11 { "actor" } else { "role" };
            put(out, &[" soapenv:", name, "=\""]);
            put_attribute(out, actor);
            put(out, &["\""]);
        }
        put(out, &[" xmlns:", &self.wsse, "=\"", ns::WSSE_URI, "\" xmlns:", &self.wsu, "=\"", ns::WSU_URI]);
        put(out, &["\">"]);
    }

    fn write_timestamp(&self, out: &mut Vec<u8>, wanted: Option<TimestampOut>, id: u64, now: DateTime<Utc>) {
        if let Some(timestamp) = wanted {
            let id = self.id.then_some(id);
            write_timestamp(out, &self.wsu, id, now, timestamp.life, self.precision);
        }
    }

    fn write_token(
        &self,
        out: &mut Vec<u8>,
        (username, password): (&str, &Secret),
        fresh: &Fresh,
        now: DateTime<Utc>,
    ) -> Result<(), write::Forbidden> {
        let mut time = Vec::with_capacity(24);
        created::push(&mut time, now, self.precision);
        let time = std::str::from_utf8(&time).unwrap_or("");
        let nonce = fresh.nonce.get(..self.nonce_length).unwrap_or(&fresh.nonce);
        put(out, &["<", &self.wsse, ":UsernameToken"]);
        if self.id {
            put(out, &[" ", &self.wsu, ":Id=\"UT-", itoa::Buffer::new().format(fresh.id), "\""]);
        }
        put(out, &[">"]);
        for part in self.order {
            match part {
                Part::Username => self.element(out, "Username", b"", |out| write::text(out, username))?,
                Part::Password => self.write_password(out, password, nonce, time)?,
                Part::Nonce if self.nonce => self.write_nonce(out, nonce)?,
                Part::Created if self.created => {
                    put(out, &["<", &self.wsu, ":Created>", time, "</", &self.wsu, ":Created>"]);
                }
                Part::Nonce | Part::Created => {}
            }
        }
        put(out, &["</", &self.wsse, ":UsernameToken>"]);
        Ok(())
    }

    fn write_password(
        &self,
        out: &mut Vec<u8>,
        password: &Secret,
        nonce: &[u8],
        time: &str,
    ) -> Result<(), write::Forbidden> {
        let standard = if self.password == PasswordType::Text { TEXT } else { DIGEST };
        let mut kind = Vec::new();
        match &self.type_attribute {
            TypeAttribute::Absent => {}
            TypeAttribute::Standard => put(&mut kind, &[" Type=\"", standard, "\""]),
            TypeAttribute::Other(other) => {
                put(&mut kind, &[" Type=\""]);
                put_attribute(&mut kind, other);
                put(&mut kind, &["\""]);
            }
        }
        self.element(out, "Password", &kind, |out| match self.password {
            PasswordType::Text => write::text(out, password.expose()),
            PasswordType::Digest => {
                base64::push(out, &self.digest_of(password, nonce, time));
                Ok(())
            }
        })
    }

    fn digest_of(&self, password: &Secret, nonce: &[u8], time: &str) -> [u8; 20] {
        let plain = password.expose().as_bytes();
        if self.sha1_password {
            digest(nonce, time, Sha1::digest(plain).as_slice())
        } else {
            digest(nonce, time, plain)
        }
    }

    fn write_nonce(&self, out: &mut Vec<u8>, nonce: &[u8]) -> Result<(), write::Forbidden> {
        let mut encoding = Vec::new();
        if self.encoding_type {
            put(&mut encoding, &[" EncodingType=\"", BASE64, "\""]);
        }
        self.element(out, "Nonce", &encoding, |out| {
            base64::push(out, nonce);
            Ok(())
        })
    }

    fn element(
        &self,
        out: &mut Vec<u8>,
        name: &str,
        attributes: &[u8],
        value: impl FnOnce(&mut Vec<u8>) -> Result<(), write::Forbidden>,
    ) -> Result<(), write::Forbidden> {
        put(out, &["<", &self.wsse, ":", name]);
        out.extend_from_slice(attributes);
        put(out, &[">"]);
        value(out)?;
        put(out, &["</", &self.wsse, ":", name, ">"]);
        Ok(())
    }
}

fn put(out: &mut Vec<u8>, pieces: &[&str]) {
    for piece in pieces {
        out.extend_from_slice(piece.as_bytes());
    }
}

/// Configured texts were checked when they were loaded.
fn put_attribute(out: &mut Vec<u8>, text: &str) {
    let _ = write::attribute(out, text);
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

    const NONCE: [u8; 16] =
        [0x2c, 0xaa, 0x88, 0xe8, 0x6f, 0xc0, 0x8a, 0x42, 0x82, 0x42, 0xb3, 0x74, 0xce, 0xa6, 0x45, 0x96];

    fn written(sender: &Sender) -> String {
        let now = DateTime::from_timestamp_millis(1_284_623_445_000).expect("time");
        let mut nonce = [9; 64];
        nonce[..16].copy_from_slice(&NONCE);
        let (mut out, fresh) = (Vec::new(), Fresh { nonce, id: 7, now });
        let credentials = ("ops@example.com", &Secret::new("a<b"));
        sender.write(&mut out, Version::V11, credentials, &fresh).expect("written");
        let text = String::from_utf8(out).expect("UTF-8");
        text.replace(TEXT, "TEXT").replace(DIGEST, "DIGEST").replace(BASE64, "BASE64")
    }

    fn token(sender: &Sender) -> String {
        let text = written(sender);
        let from = text.find("<wsse:UsernameToken").expect("a token");
        text[from..].strip_suffix("</wsse:Security>").expect("its end").to_owned()
    }

    #[test]
    fn a_text_token_has_no_more_than_it_needs() {
        let expected = "<wsse:UsernameToken wsu:Id=\"UT-7\"><wsse:Username>ops@example.com</wsse:Username><wsse:Password Type=\"TEXT\">a&lt;b</wsse:Password></wsse:UsernameToken>";
        assert_eq!(token(&Sender::default()), expected);
    }

    #[test]
    fn a_digest_token_has_nonce_and_time() {
        let text = token(&Sender::digest());
        assert!(!text.contains("a&lt;b"), "{text}");
        let tail = "<wsse:Nonce EncodingType=\"BASE64\">LKqI6G/AikKCQrN0zqZFlg==</wsse:Nonce><wsu:Created>2010-09-16T07:50:45.000Z</wsu:Created></wsse:UsernameToken>";
        assert!(text.ends_with(tail), "{text}");
    }

    /// The digest of the Programmer's Guide of ONVIF: nonce, time and password of another implementation.
    #[test]
    fn a_digest_is_that_of_another_implementation() {
        let now = DateTime::from_timestamp(1_284_623_445, 0).expect("time");
        let mut nonce = [0; 64];
        nonce[..16].copy_from_slice(&NONCE);
        let sender = Sender { precision: created::Precision::Seconds, ..Sender::digest() };
        let mut out = Vec::new();
        let credentials = ("user", &Secret::new("userpassword"));
        sender.write(&mut out, Version::V11, credentials, &Fresh { nonce, id: 1, now }).expect("written");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(text.contains(">tuOSpGlFlIXsozq4HFNeeGeFLEI=<"), "{text}");
    }

    #[test]
    fn every_choice_shows() {
        let plain = Sender { id: false, ..Sender::default() };
        let part = |sender: Sender| token(&sender);
        let absent = Sender { type_attribute: TypeAttribute::Absent, ..plain.clone() };
        assert!(part(absent).contains("<wsse:Password>a&lt;b<"));
        let other = Sender { type_attribute: TypeAttribute::Other("a&b".into()), ..plain.clone() };
        assert!(part(other).contains("<wsse:Password Type=\"a&amp;b\">"));
        let nonce = Sender { nonce: true, encoding_type: false, nonce_length: 8, ..plain.clone() };
        assert!(part(nonce).ends_with("<wsse:Nonce>LKqI6G/AikI=</wsse:Nonce></wsse:UsernameToken>"));
        let created = Sender { created: true, precision: created::Precision::Seconds, ..plain.clone() };
        assert!(
            part(created).ends_with("<wsu:Created>2010-09-16T07:50:45Z</wsu:Created></wsse:UsernameToken>")
        );
        let ahead = Sender { created: true, clock_offset: -1500, ..plain.clone() };
        assert!(part(ahead).contains("2010-09-16T07:50:43.500Z"));
        let order = [Part::Created, Part::Nonce, Part::Password, Part::Username];
        let ordered = part(Sender { order, nonce: true, created: true, ..plain });
        let at = |name: &str| ordered.find(name).expect("there");
        assert!(at("wsu:Created") < at("wsse:Nonce") && at("wsse:Password") < at("wsse:Username>"));
    }

    #[test]
    fn the_header_is_as_its_peer_wants_it() {
        let timestamp = Some(TimestampOut { life: 300, last: false });
        let first = written(&Sender { timestamp, id: false, ..Sender::default() });
        assert!(first.contains("\"><wsu:Timestamp><wsu:Created>2010-09-16T07:50:45.000Z</wsu:Created><wsu:Expires>2010-09-16T07:55:45.000Z</wsu:Expires></wsu:Timestamp><wsse:UsernameToken>"), "{first}");
        let timestamp = Some(TimestampOut { life: 300, last: true });
        let last = written(&Sender { timestamp, ..Sender::default() });
        assert!(last.contains("</wsse:UsernameToken><wsu:Timestamp wsu:Id=\"TS-7\">"), "{last}");
        let header = Sender {
            must_understand: MustUnderstand::Absent,
            actor: Some("urn:a".into()),
            wsse: "s".into(),
            ..Sender::default()
        };
        let header = written(&header);
        assert!(header.starts_with("<s:Security soapenv:actor=\"urn:a\" xmlns:s=\"http"), "{header}");
        assert!(header.ends_with("</s:UsernameToken></s:Security>"), "{header}");
    }
}
