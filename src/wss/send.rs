//! Writing a Security header, as its [`Sender`] says.

use chrono::{DateTime, Duration, Utc};
use sha1::{Digest, Sha1};

use super::base64;
use super::created;
use super::digest::digest;
use super::sender::{MustUnderstand, NewToken, Part, PasswordType, Sender, TimestampOut, TypeAttribute};
use super::timestamp::TimestampText;
use super::uris::{BASE64, DIGEST, TEXT};
use crate::soap::Version;
use crate::xml::{ns, write};

/// Bytes that an attribute with the URI of a profile has room in.
const ATTRIBUTE: usize = 160;

impl Sender {
    /// Appends the Security header block with `token` for an envelope of `version`, whose prefix must be `soapenv`.
    ///
    /// Errors: a user name, password, actor or type with a character that XML cannot carry.
    pub fn write(
        &self,
        out: &mut Vec<u8>,
        version: Version,
        token: NewToken<'_>,
    ) -> Result<(), write::Forbidden> {
        let now = token.fresh.now + Duration::milliseconds(self.clock_offset);
        self.begin(out, version)?;
        let mut header = Header { sender: self, token, now, out };
        header.timestamp(self.timestamp.filter(|timestamp| !timestamp.last));
        header.token()?;
        header.timestamp(self.timestamp.filter(|timestamp| timestamp.last));
        put(out, &["</", &self.wsse, ":Security>"]);
        Ok(())
    }

    fn begin(&self, out: &mut Vec<u8>, version: Version) -> Result<(), write::Forbidden> {
        put(out, &["<", &self.wsse, ":Security"]);
        match self.must_understand {
            MustUnderstand::Absent => {}
            MustUnderstand::One => put(out, &[" soapenv:mustUnderstand=\"1\""]),
            MustUnderstand::True => put(out, &[" soapenv:mustUnderstand=\"true\""]),
        }
        if let Some(actor) = &self.actor {
            let name = if version == Version::V11 { "actor" } else { "role" };
            put(out, &[" soapenv:", name, "=\""]);
            write::attribute(out, actor)?;
            put(out, &["\""]);
        }
        put(out, &[" xmlns:", &self.wsse, "=\"", ns::WSSE_URI, "\" xmlns:", &self.wsu, "=\"", ns::WSU_URI]);
        put(out, &["\">"]);
        Ok(())
    }
}

/// The inside of one Security header while it is written.
struct Header<'h> {
    sender: &'h Sender,
    token: NewToken<'h>,
    /// The time by the peer's clock.
    now: DateTime<Utc>,
    out: &'h mut Vec<u8>,
}

impl Header<'_> {
    fn timestamp(&mut self, wanted: Option<TimestampOut>) {
        let Some(TimestampOut { life, .. }) = wanted else { return };
        let sender = self.sender;
        let id = sender.id.then_some(self.token.fresh.id);
        let text = TimestampText { wsu: &sender.wsu, id, begin: self.now, life, precision: sender.precision };
        text.write(self.out);
    }

    fn token(&mut self) -> Result<(), write::Forbidden> {
        let (sender, token) = (self.sender, self.token);
        let mut time = Vec::with_capacity(24);
        created::push(&mut time, self.now, sender.precision);
        let time = std::str::from_utf8(&time).expect("a time is written in ASCII");
        self.put(&["<", &sender.wsse, ":UsernameToken"]);
        if sender.id {
            self.put(&[" ", &sender.wsu, ":Id=\"UT-", itoa::Buffer::new().format(token.fresh.id), "\""]);
        }
        self.put(&[">"]);
        for part in sender.order {
            match part {
                Part::Username => self.element("Username", b"", |out| write::text(out, token.username))?,
                Part::Password => self.password(time)?,
                Part::Nonce if sender.nonce => self.nonce()?,
                Part::Created if sender.created => {
                    self.put(&["<", &sender.wsu, ":Created>", time, "</", &sender.wsu, ":Created>"]);
                }
                Part::Nonce | Part::Created => {}
            }
        }
        self.put(&["</", &sender.wsse, ":UsernameToken>"]);
        Ok(())
    }

    fn password(&mut self, time: &str) -> Result<(), write::Forbidden> {
        let (sender, token) = (self.sender, self.token);
        let standard = if sender.password == PasswordType::Text { TEXT } else { DIGEST };
        let mut kind = Vec::with_capacity(ATTRIBUTE);
        match &sender.type_attribute {
            TypeAttribute::Absent => {}
            TypeAttribute::Standard => put(&mut kind, &[" Type=\"", standard, "\""]),
            TypeAttribute::Other(other) => {
                put(&mut kind, &[" Type=\""]);
                write::attribute(&mut kind, other)?;
                put(&mut kind, &["\""]);
            }
        }
        let digest = match sender.password {
            PasswordType::Digest => Some(self.digest(time)),
            PasswordType::Text => None,
        };
        self.element("Password", &kind, |out| match digest {
            None => write::text(out, token.password.expose()),
            Some(digest) => {
                base64::push(out, &digest);
                Ok(())
            }
        })
    }

    fn digest(&self, time: &str) -> [u8; 20] {
        let plain = self.token.password.expose().as_bytes();
        if self.sender.sha1_password {
            digest(self.octets(), time, Sha1::digest(plain).as_slice())
        } else {
            digest(self.octets(), time, plain)
        }
    }

    /// The octets of the nonce.
    fn octets(&self) -> &[u8] {
        let (octets, _) = self.token.fresh.nonce.split_at(self.sender.nonce_length.min(64));
        octets
    }

    fn nonce(&mut self) -> Result<(), write::Forbidden> {
        let mut encoding = Vec::with_capacity(ATTRIBUTE);
        if self.sender.encoding_type {
            put(&mut encoding, &[" EncodingType=\"", BASE64, "\""]);
        }
        let mut nonce = Vec::with_capacity(88);
        base64::push(&mut nonce, self.octets());
        self.element("Nonce", &encoding, |out| {
            out.extend_from_slice(&nonce);
            Ok(())
        })
    }

    fn element(
        &mut self,
        name: &str,
        attributes: &[u8],
        value: impl FnOnce(&mut Vec<u8>) -> Result<(), write::Forbidden>,
    ) -> Result<(), write::Forbidden> {
        let wsse = &self.sender.wsse;
        put(self.out, &["<", wsse, ":", name]);
        self.out.extend_from_slice(attributes);
        put(self.out, &[">"]);
        value(self.out)?;
        put(self.out, &["</", wsse, ":", name, ">"]);
        Ok(())
    }

    fn put(&mut self, pieces: &[&str]) {
        put(self.out, pieces);
    }
}

fn put(out: &mut Vec<u8>, pieces: &[&str]) {
    for piece in pieces {
        out.extend_from_slice(piece.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::secret::Secret;
    use super::super::sender::Fresh;
    use super::*;

    const NONCE: [u8; 16] =
        [0x2c, 0xaa, 0x88, 0xe8, 0x6f, 0xc0, 0x8a, 0x42, 0x82, 0x42, 0xb3, 0x74, 0xce, 0xa6, 0x45, 0x96];

    fn written(sender: &Sender) -> String {
        let now = DateTime::from_timestamp_millis(1_284_623_445_000).expect("time");
        let mut nonce = [9; 64];
        nonce[..16].copy_from_slice(&NONCE);
        let (mut out, fresh) = (Vec::new(), Fresh { nonce, id: 7, now });
        let token = NewToken { username: "ops@example.com", password: &Secret::new("a<b"), fresh: &fresh };
        sender.write(&mut out, Version::V11, token).expect("written");
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
        let (password, fresh) = (Secret::new("userpassword"), Fresh { nonce, id: 1, now });
        let token = NewToken { username: "user", password: &password, fresh: &fresh };
        sender.write(&mut out, Version::V11, token).expect("written");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(text.contains(">tuOSpGlFlIXsozq4HFNeeGeFLEI=<"), "{text}");
    }

    #[test]
    fn a_configured_text_that_xml_cannot_carry_is_an_error_and_not_cut_off() {
        let (password, fresh) =
            (Secret::new("x"), Fresh { nonce: [0; 64], id: 1, now: DateTime::UNIX_EPOCH });
        let token = NewToken { username: "user", password: &password, fresh: &fresh };
        let other = TypeAttribute::Other("a\u{1}b".into());
        for sender in [
            Sender { actor: Some("urn:a\u{1}b".into()), ..Sender::default() },
            Sender { type_attribute: other, ..Sender::default() },
        ] {
            assert_eq!(sender.write(&mut Vec::new(), Version::V11, token), Err(write::Forbidden));
        }
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
