//! Writing a Security header, as its [`Sender`] says: a template, into whose holes each token's own is written.

use chrono::{DateTime, Duration, Utc};
use sha1::{Digest, Sha1};

use super::base64;
use super::created::Text;
use super::digest::digest;
use super::sender::{MustUnderstand, NewToken, Part, PasswordType, Sender, TimestampOut, TypeAttribute};
use super::timestamp::seconds;
use super::uris::{BASE64, DIGEST, TEXT};
use crate::soap::Version;
use crate::xml::{ns, write};

/// The Security header of a [`Sender`], ready but for what differs from token to token.
#[derive(Clone, Debug)]
pub struct SecurityTemplate {
    sender: Sender,
    /// The start tag and what follows it up to the first hole, in SOAP 1.1 and in SOAP 1.2.
    begin: [Vec<Piece>; 2],
    rest: Vec<Piece>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Bytes(Vec<u8>),
    Created,
    Digest,
    Expires,
    /// A configured text that XML cannot carry.
    Forbidden,
    Id,
    Nonce,
    Password,
    Username,
}

impl Sender {
    /// Appends the Security header block with `token` for an envelope of `version`, whose prefix must be `soapenv`. Whoever does so
    /// often has a [`SecurityTemplate`].
    ///
    /// Errors: a user name, password, actor or type with a character that XML cannot carry.
    pub fn write(
        &self,
        out: &mut Vec<u8>,
        version: Version,
        token: NewToken<'_>,
    ) -> Result<(), write::Forbidden> {
        SecurityTemplate::new(self.clone()).write(out, version, token)
    }
}

impl SecurityTemplate {
    /// The template of what `sender` sends.
    pub fn new(sender: Sender) -> Self {
        let begin = [Version::V11, Version::V12].map(|version| {
            let mut pieces = Pieces::default();
            pieces.begin(&sender, version);
            pieces.whole()
        });
        let mut pieces = Pieces::default();
        pieces.timestamp(&sender, false);
        pieces.token(&sender);
        pieces.timestamp(&sender, true);
        pieces.put(&["</", &sender.wsse, ":Security>"]);
        Self { begin, rest: pieces.whole(), sender }
    }

    /// What its headers look like.
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// Appends the Security header block with `token` for an envelope of `version`, whose prefix must be `soapenv`.
    ///
    /// Errors: a user name, password, actor or type with a character that XML cannot carry.
    pub fn write(
        &self,
        out: &mut Vec<u8>,
        version: Version,
        token: NewToken<'_>,
    ) -> Result<(), write::Forbidden> {
        let [v11, v12] = &self.begin;
        let begin = if version == Version::V11 { v11 } else { v12 };
        let mut filling = Filling::new(&self.sender, token);
        begin.iter().chain(&self.rest).try_for_each(|piece| filling.fill(piece, out))
    }
}

/// The pieces of a template while it is made.
#[derive(Default)]
struct Pieces {
    before: Vec<Piece>,
    bytes: Vec<u8>,
}

impl Pieces {
    fn whole(mut self) -> Vec<Piece> {
        self.hole(None);
        self.before
    }

    fn put(&mut self, texts: &[&str]) {
        for text in texts {
            self.bytes.extend_from_slice(text.as_bytes());
        }
    }

    fn hole(&mut self, hole: impl Into<Option<Piece>>) {
        if !self.bytes.is_empty() {
            self.before.push(Piece::Bytes(std::mem::take(&mut self.bytes)));
        }
        self.before.extend(hole.into());
    }

    /// An attribute with a text of the service file.
    fn attribute(&mut self, name: &str, value: &str) {
        self.put(&[" ", name, "=\""]);
        if write::attribute(&mut self.bytes, value).is_err() {
            self.hole(Piece::Forbidden);
        }
        self.put(&["\""]);
    }

    fn begin(&mut self, sender: &Sender, version: Version) {
        let (wsse, wsu) = (&sender.wsse, &sender.wsu);
        self.put(&["<", wsse, ":Security"]);
        match sender.must_understand {
            MustUnderstand::Absent => {}
            MustUnderstand::One => self.put(&[" soapenv:mustUnderstand=\"1\""]),
            MustUnderstand::True => self.put(&[" soapenv:mustUnderstand=\"true\""]),
        }
        if let Some(actor) = &sender.actor {
            self.attribute(if version == Version::V11 { "soapenv:actor" } else { "soapenv:role" }, actor);
        }
        self.put(&[" xmlns:", wsse, "=\"", ns::WSSE_URI, "\" xmlns:", wsu, "=\"", ns::WSU_URI, "\">"]);
    }

    /// The Timestamp, if it is wanted here.
    fn timestamp(&mut self, sender: &Sender, last: bool) {
        if sender.timestamp.is_none_or(|timestamp| timestamp.last != last) {
            return;
        }
        let wsu = &sender.wsu;
        self.put(&["<", wsu, ":Timestamp"]);
        self.id(sender, "TS-");
        self.put(&["><", wsu, ":Created>"]);
        self.hole(Piece::Created);
        self.put(&["</", wsu, ":Created><", wsu, ":Expires>"]);
        self.hole(Piece::Expires);
        self.put(&["</", wsu, ":Expires></", wsu, ":Timestamp>"]);
    }

    fn id(&mut self, sender: &Sender, prefix: &str) {
        if sender.id {
            self.put(&[" ", &sender.wsu, ":Id=\"", prefix]);
            self.hole(Piece::Id);
            self.put(&["\""]);
        }
    }

    fn token(&mut self, sender: &Sender) {
        let (wsse, wsu) = (&sender.wsse, &sender.wsu);
        self.put(&["<", wsse, ":UsernameToken"]);
        self.id(sender, "UT-");
        self.put(&[">"]);
        for part in sender.order {
            match part {
                Part::Username => {
                    self.put(&["<", wsse, ":Username>"]);
                    self.hole(Piece::Username);
                    self.put(&["</", wsse, ":Username>"]);
                }
                Part::Password if sender.password != PasswordType::Absent => self.password(sender),
                Part::Nonce if sender.nonce => {
                    self.put(&["<", wsse, ":Nonce"]);
                    if sender.encoding_type {
                        self.put(&[" EncodingType=\"", BASE64, "\""]);
                    }
                    self.put(&[">"]);
                    self.hole(Piece::Nonce);
                    self.put(&["</", wsse, ":Nonce>"]);
                }
                Part::Created if sender.created => {
                    self.put(&["<", wsu, ":Created>"]);
                    self.hole(Piece::Created);
                    self.put(&["</", wsu, ":Created>"]);
                }
                Part::Created | Part::Nonce | Part::Password => {}
            }
        }
        self.put(&["</", wsse, ":UsernameToken>"]);
    }

    fn password(&mut self, sender: &Sender) {
        let (standard, hole) = match sender.password {
            PasswordType::Digest => (DIGEST, Piece::Digest),
            PasswordType::Absent | PasswordType::Text => (TEXT, Piece::Password),
        };
        self.put(&["<", &sender.wsse, ":Password"]);
        match &sender.type_attribute {
            TypeAttribute::Absent => {}
            TypeAttribute::Standard => self.attribute("Type", standard),
            TypeAttribute::Other(other) => self.attribute("Type", other),
        }
        self.put(&[">"]);
        self.hole(hole);
        self.put(&["</", &sender.wsse, ":Password>"]);
    }
}

/// One token, while it is written into the holes.
struct Filling<'f> {
    sender: &'f Sender,
    token: NewToken<'f>,
    /// The time by the peer's clock.
    now: DateTime<Utc>,
    created: Text,
}

impl<'f> Filling<'f> {
    fn new(sender: &'f Sender, token: NewToken<'f>) -> Self {
        let now = token.fresh.now + Duration::milliseconds(sender.clock_offset);
        Self { sender, token, now, created: Text::of(now, sender.precision) }
    }

    fn fill(&mut self, piece: &Piece, out: &mut Vec<u8>) -> Result<(), write::Forbidden> {
        match piece {
            Piece::Bytes(bytes) => out.extend_from_slice(bytes),
            Piece::Created => out.extend_from_slice(self.created.as_bytes()),
            Piece::Digest => base64::push(out, &self.digest()),
            Piece::Expires => out.extend_from_slice(self.expires().as_bytes()),
            Piece::Forbidden => return Err(write::Forbidden),
            Piece::Id => out.extend_from_slice(itoa::Buffer::new().format(self.token.fresh.id).as_bytes()),
            Piece::Nonce => base64::push(out, self.octets()),
            Piece::Password => write::text(out, self.token.password.expose())?,
            Piece::Username => write::text(out, self.token.username)?,
        }
        Ok(())
    }

    fn expires(&self) -> Text {
        let life = self.sender.timestamp.map_or(0, |TimestampOut { life, .. }| life);
        Text::of(self.now + seconds(life), self.sender.precision)
    }

    fn digest(&self) -> [u8; 20] {
        let plain = self.token.password.expose().as_bytes();
        let created = self.created.as_str();
        if self.sender.sha1_password {
            digest(self.octets(), created, Sha1::digest(plain).as_slice())
        } else {
            digest(self.octets(), created, plain)
        }
    }

    /// The octets of the nonce.
    fn octets(&self) -> &[u8] {
        let (octets, _) = self.token.fresh.nonce.split_at(self.sender.nonce_length.min(64));
        octets
    }
}

#[cfg(test)]
mod tests {
    use super::super::created::Precision;
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
        let sender = Sender { precision: Precision::Seconds, ..Sender::digest() };
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
        let created = Sender { created: true, precision: Precision::Seconds, ..plain.clone() };
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
