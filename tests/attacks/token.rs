//! Security headers, right but for what the data says.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chrono::{DateTime, Duration, FixedOffset, Utc};
use saponify::wss::digest;
use serde::Deserialize;

/// A token. What is not said is right.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Token {
    /// The whole block, with holes for the rest.
    pub block: String,
    /// Username as it is written.
    pub username: String,
    /// What the sender thinks is the password.
    pub secret: String,
    /// Whether the password is a digest.
    pub digest: bool,
    /// The attributes of Password; by default the right Type.
    pub attributes: Option<String>,
    /// Password as it is written.
    pub password: Option<String>,
    /// Nonce as it is written; nothing when it is empty. By default a new one for a digest.
    pub nonce: Option<String>,
    /// The same for Created: `now-301`, `now+0@+14:00`, or any text.
    pub created: Option<String>,
}

impl Default for Token {
    fn default() -> Self {
        Self {
            block: BLOCK.to_owned(),
            username: "ops@example.com".to_owned(),
            secret: "not-a-real-secret".to_owned(),
            digest: false,
            attributes: None,
            password: None,
            nonce: None,
            created: None,
        }
    }
}

impl Token {
    /// The Security header.
    pub fn block(&self) -> String {
        self.block_at(Utc::now())
    }

    /// The same at `now`.
    pub fn block_at(&self, now: DateTime<Utc>) -> String {
        let fresh = STANDARD_ENGINE.encode(rand::random::<[u8; 16]>());
        let absent = if self.digest { (fresh.as_str(), "now+0") } else { ("", "") };
        let nonce = self.nonce.as_deref().unwrap_or(absent.0);
        let created = written(self.created.as_deref().unwrap_or(absent.1), now);
        let kind = if self.digest { "PasswordDigest" } else { "PasswordText" };
        let attributes = self.attributes.clone().unwrap_or(format!(" Type=\"{PROFILE}#{kind}\""));
        let password = self.password.clone().unwrap_or_else(|| self.password(nonce, &created));
        self.block
            .replace("{username}", &self.username)
            .replace("{password}", &format!("<s:Password{attributes}>{password}</s:Password>"))
            .replace("{nonce}", &element("s:Nonce", nonce))
            .replace("{created}", &element("u:Created", &created))
            .replace("{wsse}", WSSE)
            .replace("{wsu}", WSU)
    }

    fn password(&self, nonce: &str, created: &str) -> String {
        if !self.digest {
            return self.secret.clone();
        }
        let nonce = STANDARD_ENGINE.decode(spelled(nonce)).unwrap_or_default();
        STANDARD_ENGINE.encode(digest(&nonce, created, self.secret.as_bytes()))
    }
}

/// What decoders that are lenient make of a nonce.
fn spelled(nonce: &str) -> String {
    let text = nonce.replace("&#10;", "").replace("&#x4C;", "L").replace("<!---->", "");
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/')).collect()
}

fn element(name: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<{name}>{text}</{name}>") }
}

/// `now+SECONDS`, or `now+SECONDS@OFFSET` in another zone.
fn written(text: &str, now: DateTime<Utc>) -> String {
    let Some(rest) = text.strip_prefix("now") else { return text.to_owned() };
    let (seconds, zone) = rest.split_once('@').unwrap_or((rest, ""));
    let instant = now + Duration::seconds(seconds.parse().expect("seconds"));
    if zone.is_empty() {
        return instant.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    }
    let hours: i32 = zone.split(':').next().and_then(|hours| hours.parse().ok()).expect("a zone");
    let zoned = instant.with_timezone(&FixedOffset::east_opt(hours * 3600).expect("a zone"));
    format!("{}{zone}", zoned.format("%Y-%m-%dT%H:%M:%S"))
}

const STANDARD_ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const PROFILE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0";
const BLOCK: &str = "<s:Security e:mustUnderstand=\"1\" xmlns:s=\"{wsse}\" xmlns:u=\"{wsu}\"><s:UsernameToken>\
    <s:Username>{username}</s:Username>{password}{nonce}{created}</s:UsernameToken></s:Security>";
