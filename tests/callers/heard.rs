//! The credentials that a backend got, as it would look at them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use saponify::wss::digest;

use super::stub::Heard;

/// What a backend is let in by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Got {
    /// A name, and a password or what proves that it is known.
    Password { name: String, kind: &'static str, proves: Proves },
    /// A value that is itself the proof.
    Value(&'static str, String),
}

/// A password, or the digest of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proves {
    Digest { nonce: Vec<u8>, created: String, digest: Vec<u8> },
    Text(String),
}

impl Proves {
    /// Whether it is `password`, or proves it.
    pub fn is(&self, password: &str) -> bool {
        match self {
            Self::Text(text) => text == password,
            Self::Digest { nonce, created, digest: given } => {
                digest(nonce, created, password.as_bytes()).as_slice() == given
            }
        }
    }
}

/// All credentials of a request.
pub fn credentials(heard: &Heard) -> Vec<Got> {
    [token(&heard.body), body(&heard.body), authorization(heard), key(heard)].into_iter().flatten().collect()
}

/// A UsernameToken.
fn token(body: &str) -> Option<Got> {
    let name = element(body, "Username")?.to_owned();
    let password = element(body, "Password")?;
    let (kind, proves) = match body.contains("#PasswordDigest") {
        false => ("text", Proves::Text(password.to_owned())),
        true => {
            let octets = |text: &str| STANDARD.decode(text).expect("base64");
            let nonce = octets(element(body, "Nonce")?);
            let created = element(body, "Created")?.to_owned();
            ("digest", Proves::Digest { nonce, created, digest: octets(password) })
        }
    };
    Some(Got::Password { name, kind, proves })
}

/// The text of the first element `name`.
pub fn element<'b>(body: &'b str, name: &str) -> Option<&'b str> {
    let begins = |rest: &&str| rest.starts_with(['>', ' ']);
    let rest = body.split(&format!(":{name}")).skip(1).find(begins)?;
    rest.split_once('>')?.1.split_once("</").map(|(text, _)| text)
}

fn body(body: &str) -> Option<Got> {
    let login = serde_json::from_str::<serde_json::Value>(body).ok()?.get("login")?.clone();
    let text = |name: &str| Some(login.get(name)?.as_str()?.to_owned());
    Some(Got::Password { name: text("user")?, kind: "body", proves: Proves::Text(text("secret")?) })
}

fn authorization(heard: &Heard) -> Option<Got> {
    let value = header(heard, "authorization")?;
    if let Some(token) = value.strip_prefix("Bearer ") {
        return Some(Got::Value("bearer", token.to_owned()));
    }
    let pair = STANDARD.decode(value.strip_prefix("Basic ")?).expect("base64");
    let pair = String::from_utf8(pair).expect("UTF-8");
    let (name, password) = pair.split_once(':')?;
    Some(Got::Password { name: name.to_owned(), kind: "basic", proves: Proves::Text(password.to_owned()) })
}

fn key(heard: &Heard) -> Option<Got> {
    header(heard, "x-backend-key").map(|value| Got::Value("header", value.to_owned()))
}

fn header<'h>(heard: &'h Heard, wanted: &str) -> Option<&'h str> {
    let mut fields = heard.head.lines().filter_map(|line| line.split_once(": "));
    fields.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
}
