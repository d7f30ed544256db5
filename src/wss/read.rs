//! Reading a Security header: its structure, and nothing about who it is.

use super::base64;
use super::created::Created;
use super::secret::Secret;
use super::send::{BASE64, DIGEST, TEXT};
use super::verify::Reason;
use crate::limits::WssLimits;
use crate::xml::{self, Event, Name, Reader, ns};

/// A UsernameToken that is well-formed.
#[derive(Clone, Debug)]
pub struct Token {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: PasswordForm,
    /// The nonce, decoded.
    pub nonce: Option<Vec<u8>>,
    /// The time at which it was made.
    pub created: Option<Created>,
}

/// A password on the wire.
#[derive(Clone, Debug)]
pub enum PasswordForm {
    /// PasswordDigest: the octets.
    Digest([u8; 20]),
    /// PasswordText.
    Text(Secret),
}

/// Reads a `wsse:Security` block, the reader standing at its start tag, up to its end tag.
///
/// Gives the token or what is wrong with it; errors only for an ill-formed document. The rules are those of
/// UsernameToken Profile 1.1.1, section 3, and BSP 1.1, R4222 to R4225.
pub fn read(reader: &mut Reader<'_>, limits: &WssLimits) -> Result<Result<Token, Reason>, xml::Error> {
    let mut found: Option<Result<Token, Reason>> = None;
    loop {
        match reader.next()? {
            Event::Start(Name { ns: ns::WSSE, local: "UsernameToken" }) => {
                let token = username_token(reader, limits)?;
                found =
                    Some(if found.is_some() { Err(Reason::Structure("two UsernameTokens")) } else { token });
            }
            // A Timestamp says nothing about who it is.
            Event::Start(Name { ns: ns::WSU, local: "Timestamp" }) => reader.skip()?,
            Event::Start(name) => {
                let known = matches!(name.ns, ns::WSSE | ns::WSU | ns::WSSE11);
                reader.skip()?;
                if known {
                    found = Some(Err(Reason::UnsupportedToken));
                }
            }
            Event::End | Event::Eof => return Ok(found.unwrap_or(Err(Reason::NoToken))),
        }
    }
}

/// The children of a UsernameToken, each at most once.
#[derive(Default)]
struct Draft {
    username: Option<String>,
    password: Option<(Option<String>, String)>,
    nonce: Option<(Option<String>, String)>,
    created: Option<String>,
    wrong: Option<Reason>,
}

fn username_token(reader: &mut Reader<'_>, limits: &WssLimits) -> Result<Result<Token, Reason>, xml::Error> {
    let mut draft = Draft::default();
    while let Event::Start(name) = reader.next()? {
        let attribute = |local: &str| reader.attribute(ns::NONE, local).map(str::to_owned);
        let (kind, encoding) = (attribute("Type"), attribute("EncodingType"));
        let text = text_of(reader)?;
        draft.take(name, kind, encoding, text);
    }
    Ok(draft.finish(limits))
}

/// The text of a simple element; nothing when it has children.
fn text_of(reader: &mut Reader<'_>) -> Result<Option<String>, xml::Error> {
    let mut simple = true;
    while let Event::Start(_) = reader.next()? {
        simple = false;
        reader.skip()?;
    }
    Ok(simple.then(|| reader.text().to_owned()))
}

impl Draft {
    fn take(&mut self, name: Name<'_>, kind: Option<String>, encoding: Option<String>, text: Option<String>) {
        let repeated = match (name.ns, name.local, text) {
            (ns::WSSE, "Username", Some(text)) => self.username.replace(text).is_some(),
            (ns::WSSE, "Password", Some(text)) => self.password.replace((kind, text)).is_some(),
            (ns::WSSE, "Nonce", Some(text)) => self.nonce.replace((encoding, text)).is_some(),
            (ns::WSU, "Created", Some(text)) => self.created.replace(text).is_some(),
            (ns::WSSE | ns::WSU | ns::WSSE11, ..) => {
                self.wrong = Some(Reason::Structure("an unexpected child of UsernameToken"));
                false
            }
            _ => false,
        };
        if repeated {
            self.wrong = Some(Reason::Structure("a repeated child of UsernameToken"));
        }
    }

    fn finish(self, limits: &WssLimits) -> Result<Token, Reason> {
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        let username =
            self.username.filter(|name| !name.is_empty()).ok_or(Reason::Structure("no Username"))?;
        let (kind, password) = self.password.ok_or(Reason::Structure("no Password"))?;
        if username.chars().count() > limits.username || password.chars().count() > limits.password {
            return Err(Reason::Structure("an overlong Username or Password"));
        }
        let nonce = self.nonce.map(|nonce| decode_nonce(nonce, limits)).transpose()?;
        let created =
            self.created.map(|text| Created::parse(&text).ok_or(Reason::Structure("a malformed Created")));
        Ok(Token {
            username,
            password: form(kind.as_deref(), password)?,
            nonce,
            created: created.transpose()?,
        })
    }
}

/// Without a Type the password is a text (section 3.1). Any other Type is refused.
fn form(kind: Option<&str>, password: String) -> Result<PasswordForm, Reason> {
    match kind {
        None | Some(TEXT) => Ok(PasswordForm::Text(Secret::new(password))),
        Some(DIGEST) => {
            let octets = base64::decode(&password).and_then(|octets| octets.try_into().ok());
            octets.map(PasswordForm::Digest).ok_or(Reason::Structure("a digest that is no SHA-1 value"))
        }
        Some(_) => Err(Reason::Structure("an unknown Type of Password")),
    }
}

fn decode_nonce((encoding, text): (Option<String>, String), limits: &WssLimits) -> Result<Vec<u8>, Reason> {
    if encoding.is_some_and(|encoding| encoding != BASE64) {
        return Err(Reason::Structure("an unknown EncodingType of Nonce"));
    }
    let nonce = base64::decode(&text).ok_or(Reason::Structure("a malformed Nonce"))?;
    let fits = (limits.nonce_min..=limits.nonce_max).contains(&nonce.len());
    if fits { Ok(nonce) } else { Err(Reason::Structure("a Nonce that is too short or too long")) }
}
