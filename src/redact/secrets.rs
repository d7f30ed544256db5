//! Secrets that are known beforehand, found wherever they stand and however they are written.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::MARK;
use crate::service::{Backend, BackendAuth, BackendCredentials, Service};
use crate::wss::Secret;

/// Secrets that a text must not have in it.
#[derive(Clone, Debug, Default)]
pub struct SecretSet(Vec<Secret>);

impl SecretSet {
    /// What `service` gives to its backend, and what references of its file lead to.
    pub fn of(service: &Service) -> Self {
        let passwords = service.backend.credentials().flat_map(passwords);
        let auth = match service.backend.auth() {
            BackendAuth::Bearer(secret) | BackendAuth::Header(_, secret) => Some(secret.clone()),
            BackendAuth::Oauth2(server) => Some(server.client.password.clone()),
            BackendAuth::Basic(_) | BackendAuth::CallerToken(_) | BackendAuth::None => None,
        };
        let names = match &service.backend {
            // Such a name is a key: it goes where a password goes, and no peer has it as a name.
            Backend::Json(json) => json.credentials.iter().flat_map(names).collect(),
            Backend::Soap(_) => Vec::new(),
        };
        let referred = service.secrets.iter().cloned();
        Self(passwords.chain(auth).chain(names).chain(referred).collect())
    }

    /// These too.
    pub fn and(mut self, more: impl IntoIterator<Item = Secret>) -> Self {
        self.0.extend(more);
        self
    }

    /// Those of `more` too that are not among them.
    pub fn with_new(mut self, more: Self) -> Self {
        for secret in more.0 {
            if !self.0.iter().any(|known| known.expose() == secret.expose()) {
                self.0.push(secret);
            }
        }
        self
    }

    /// `text` with each of them masked: as it is, in the escapes of XML, JSON and URLs, and in base64.
    pub fn masked(&self, text: &str) -> String {
        self.sought().masked(text)
    }

    /// The same for many texts.
    pub fn sought(&self) -> Sought {
        let mut forms: Vec<String> = self.0.iter().flat_map(|secret| forms(secret.expose())).collect();
        // What holds another one goes first.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        Sought(forms)
    }
}

impl IntoIterator for SecretSet {
    type Item = Secret;
    type IntoIter = std::vec::IntoIter<Secret>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Secrets in every way in which they may be written.
#[derive(Clone, Default)]
pub struct Sought(Vec<String>);

impl Sought {
    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `text` with each of them masked.
    pub fn masked(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, form| {
            if text.contains(form.as_str()) { replaced(&text, form) } else { text }
        })
    }
}

impl fmt::Debug for Sought {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} forms of secrets", self.0.len())
    }
}

/// `text` without `form`; a short one is masked only where it is a word of its own.
fn replaced(text: &str, form: &str) -> String {
    if form.chars().count() >= LONG {
        return text.replace(form, MARK);
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once(form) {
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let inside = word(before.chars().next_back()) || word(after.chars().next());
        out.push_str(before);
        out.push_str(if inside { form } else { MARK });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Passwords, and what HTTP Basic makes of them.
fn passwords(credentials: &BackendCredentials) -> Vec<Secret> {
    let both = |credentials: &crate::service::Credentials| {
        let basic = format!("{}:{}", credentials.username, credentials.password.expose());
        [credentials.password.clone(), Secret::new(basic)]
    };
    each(credentials).flat_map(both).collect()
}

fn names(credentials: &BackendCredentials) -> Vec<Secret> {
    each(credentials).map(|credentials| Secret::new(&*credentials.username)).collect()
}

fn each(credentials: &BackendCredentials) -> Box<dyn Iterator<Item = &crate::service::Credentials> + '_> {
    match credentials {
        BackendCredentials::ByCaller(table) => Box::new(table.values()),
        BackendCredentials::Caller => Box::new(std::iter::empty()),
        BackendCredentials::Fixed(credentials) => Box::new(std::iter::once(credentials)),
    }
}

/// The ways in which `secret` may be written. Too short a one is in every text.
fn forms(secret: &str) -> Vec<String> {
    if secret.chars().count() < SHORTEST {
        return Vec::new();
    }
    let mut json = Vec::new();
    crate::json::write::write_string(&mut json, secret);
    let json = String::from_utf8_lossy(&json).into_owned();
    let inside = json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).expect("a string has quotes");
    let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let attribute = xml.replace('"', "&quot;");
    vec![secret.to_owned(), inside.to_owned(), xml, attribute, percent(secret), STANDARD.encode(secret)]
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Characters of the shortest secret that is looked for.
const SHORTEST: usize = 3;

/// Shorter ones are parts of other words.
const LONG: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_secret_is_found_however_it_is_written() {
        let known =
            SecretSet::default().and([Secret::new("p&ss \"word\""), Secret::new("p&ss"), Secret::new("a")]);
        for text in ["p&ss \"word\"", "p&amp;ss \"word\"", "p%26ss%20%22word%22", "cCZzcyAid29yZCI=", "p&ss"]
        {
            assert_eq!(known.masked(&format!("a {text} b")), "a *** b", "{text}");
            assert_eq!(known.masked("xp&ssx"), "xp&ssx", "a part of a word");
        }
        assert_eq!(known.masked("p&ss \\\"word\\\""), "***");
    }
}
