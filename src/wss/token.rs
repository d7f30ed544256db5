//! Reading a UsernameToken.

use std::borrow::Cow;
use std::sync::Arc;

use super::base64;
use super::created::Created;
use super::profile::Profile;
use super::rejection::Rejection;
use super::secret::Secret;
use super::text::text_of;
use super::uris::{BASE64, DIGEST, TEXT};
use crate::limits::WssLimits;
use crate::xml::{self, Event, Name, Reader, ns};

/// A UsernameToken that is well-formed.
#[derive(Clone, Debug)]
pub struct Token {
    /// The user name.
    pub username: Arc<str>,
    /// The password.
    pub password: PasswordForm,
    /// The nonce, decoded.
    pub nonce: Option<Vec<u8>>,
    /// The time at which it was made.
    pub created: Option<Created>,
}

/// A password on the wire.
#[derive(Clone)]
pub enum PasswordForm {
    /// There is none.
    Absent,
    /// PasswordDigest: the octets.
    Digest([u8; 20]),
    /// PasswordText.
    Text(Secret),
}

/// With nonce and time beside it a digest can be guessed at offline.
impl std::fmt::Debug for PasswordForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Digest(_) => "Digest(***)",
            Self::Text(_) => "Text(***)",
        })
    }
}

/// Reads a UsernameToken, the reader standing at its start tag.
pub(super) fn read(
    reader: &mut Reader<'_>,
    profile: &Profile,
    limits: &WssLimits,
) -> Result<Result<Token, Rejection>, xml::Error> {
    let mut draft = Draft::default();
    loop {
        if let Some(name) = PLAIN.into_iter().find(|name| reader.text_leaf(*name).is_some()) {
            draft.take(name, Kinds::NONE, reader.text_of_document());
            continue;
        }
        if reader.close_expected() {
            break;
        }
        let Event::Start(name) = reader.next()? else { break };
        let kinds = Kinds {
            of_password: Kind::of(attribute(reader, profile, "Type")),
            of_nonce: Kind::of(attribute(reader, profile, "EncodingType")),
        };
        if name == CREATED && !profile.loose_timestamp && reader.attribute(ns::NONE, "ValueType").is_some() {
            draft.blame(Rejection::Structure("a Created with a ValueType"));
        }
        match text_of(reader)? {
            Ok(text) => draft.take(name, kinds, text),
            Err(reason) if is_ours(name) => draft.blame(reason),
            Err(_) => {}
        }
    }
    Ok(draft.finish(profile, limits))
}

/// Children that have no attributes, where they are as expected.
const PLAIN: [Name<'static>; 2] = [Name { ns: ns::WSSE, local: "Username" }, CREATED];

const CREATED: Name<'static> = Name { ns: ns::WSU, local: "Created" };

fn attribute<'r>(reader: &'r Reader<'_>, profile: &Profile, local: &str) -> Option<&'r str> {
    let plain = reader.attribute(ns::NONE, local);
    let qualified = || profile.qualified_attributes.then(|| reader.attribute(ns::WSSE, local)).flatten();
    plain.or_else(qualified)
}

fn is_ours(name: Name<'_>) -> bool {
    matches!(name.ns, ns::WSSE | ns::WSU | ns::WSSE11)
}

/// The children of a UsernameToken, each at most once.
#[derive(Default)]
struct Draft<'i> {
    username: Option<Cow<'i, str>>,
    password: Option<Typed<'i>>,
    nonce: Option<Typed<'i>>,
    created: Option<Cow<'i, str>>,
    wrong: Option<Rejection>,
}

/// What the attributes of a child say that its text is.
struct Kinds {
    of_password: Kind,
    of_nonce: Kind,
}

impl Kinds {
    const NONE: Self = Self { of_password: Kind::Absent, of_nonce: Kind::Absent };
}

/// What a text is, by a URI of the profiles.
#[derive(Clone, Copy)]
enum Kind {
    /// Nothing says it.
    Absent,
    Base64,
    Digest,
    Other,
    Text,
}

impl Kind {
    fn of(uri: Option<&str>) -> Self {
        match uri {
            None => Self::Absent,
            Some(BASE64) => Self::Base64,
            Some(DIGEST) => Self::Digest,
            Some(TEXT) => Self::Text,
            Some(_) => Self::Other,
        }
    }
}

/// A text, and what it is.
struct Typed<'i> {
    kind: Kind,
    text: Cow<'i, str>,
}

impl<'i> Draft<'i> {
    fn take(&mut self, name: Name<'_>, kinds: Kinds, text: Cow<'i, str>) {
        let Kinds { of_password, of_nonce } = kinds;
        let repeated = match (name.ns, name.local) {
            (ns::WSSE, "Username") => self.username.replace(text).is_some(),
            (ns::WSSE, "Password") => self.password.replace(Typed { kind: of_password, text }).is_some(),
            (ns::WSSE, "Nonce") => self.nonce.replace(Typed { kind: of_nonce, text }).is_some(),
            (ns::WSU, "Created") => self.created.replace(text).is_some(),
            _ if is_ours(name) => {
                self.blame(Rejection::Structure("an unexpected child of UsernameToken"));
                false
            }
            _ => false,
        };
        if repeated {
            self.blame(Rejection::Structure("a repeated child of UsernameToken"));
        }
    }

    fn blame(&mut self, reason: Rejection) {
        self.wrong.get_or_insert(reason);
    }

    fn finish(self, profile: &Profile, limits: &WssLimits) -> Result<Token, Rejection> {
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        let username =
            self.username.filter(|name| !name.is_empty()).ok_or(Rejection::Structure("no Username"))?;
        let text = self.password.as_ref().map_or("", |password| &password.text);
        if is_longer(&username, limits.username) || is_longer(text, limits.password) {
            return Err(Rejection::Structure("an overlong Username or Password"));
        }
        let nonce = self.nonce.map(|nonce| decode_nonce(&nonce, profile, limits)).transpose()?;
        let created = self.created.map(|text| Created::under(profile, &text)).transpose()?;
        let password = self.password.map_or(Ok(PasswordForm::Absent), |password| form(password, profile))?;
        Ok(Token { username: username.into(), password, nonce, created })
    }
}

/// Whether `text` has more than `most` characters.
pub(super) fn is_longer(text: &str, most: usize) -> bool {
    text.len() > most && text.chars().count() > most
}

/// Without a Type the password is a text (section 3.1). Any other Type is refused.
fn form(password: Typed<'_>, profile: &Profile) -> Result<PasswordForm, Rejection> {
    match password.kind {
        Kind::Absent if !profile.missing_type => Err(Rejection::Structure("a Password without Type")),
        Kind::Absent | Kind::Text => Ok(PasswordForm::Text(Secret::new(password.text))),
        Kind::Digest => {
            let wrong = Rejection::Structure("a digest that is no SHA-1 value");
            let octets = decode(&password.text, profile).ok_or(wrong)?;
            octets.try_into().map(PasswordForm::Digest).map_err(|_| wrong)
        }
        Kind::Base64 | Kind::Other => Err(Rejection::Structure("an unknown Type of Password")),
    }
}

fn decode(text: &str, profile: &Profile) -> Option<Vec<u8>> {
    let text = if profile.surrounding_space { base64::trimmed(text) } else { text };
    if profile.folded_base64 { base64::decode(&base64::unfolded(text)) } else { base64::decode(text) }
}

fn decode_nonce(nonce: &Typed<'_>, profile: &Profile, limits: &WssLimits) -> Result<Vec<u8>, Rejection> {
    match nonce.kind {
        Kind::Base64 => {}
        Kind::Absent if profile.missing_encoding => {}
        Kind::Absent => return Err(Rejection::Structure("a Nonce without EncodingType")),
        Kind::Digest | Kind::Other | Kind::Text => {
            return Err(Rejection::Structure("an unknown EncodingType of Nonce"));
        }
    }
    let nonce = decode(&nonce.text, profile).ok_or(Rejection::Structure("a malformed Nonce"))?;
    let fits = (limits.nonce_min..=limits.nonce_max).contains(&nonce.len());
    if fits { Ok(nonce) } else { Err(Rejection::Structure("a Nonce that is too short or too long")) }
}
