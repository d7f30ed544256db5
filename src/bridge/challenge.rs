//! What a backend that refuses credentials asks for (RFC 9110 section 11.6.1).

use std::fmt;

use http::{HeaderMap, StatusCode, header};

/// The status of a reply that refuses the credentials, and the schemes that it asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    status: Option<u16>,
    /// Names of schemes: tokens (RFC 9110 section 5.6.2) of at most [`LONGEST`] characters.
    schemes: Vec<Box<str>>,
}

impl Challenge {
    /// What a reply with `status` and `headers` asks for.
    pub(super) fn of(status: StatusCode, headers: &HeaderMap) -> Self {
        let mut schemes: Vec<Box<str>> = Vec::new();
        for value in headers.get_all(header::WWW_AUTHENTICATE).iter().take(MOST) {
            // What cannot be read asks for nothing that has a name.
            let Ok(value) = value.to_str() else { continue };
            for scheme in value.split(',').filter_map(scheme) {
                if schemes.len() < MOST && !schemes.iter().any(|known| **known == *scheme) {
                    schemes.push(scheme.into());
                }
            }
        }
        Self { status: Some(status.as_u16()), schemes }
    }

    /// The status, where there was a reply.
    pub(super) fn status(&self) -> Option<u16> {
        self.status
    }
}

/// For the end of a line of the log.
impl fmt::Display for Challenge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(status) = self.status else { return Ok(()) };
        write!(out, ": HTTP status {status}")?;
        match &*self.schemes.join(", ") {
            "" => Ok(()),
            schemes => write!(out, ", it asks for the scheme {schemes}: look at `auth` of the backend"),
        }
    }
}

/// The scheme that a challenge begins with; nothing where `piece` is another parameter of the one before it.
fn scheme(piece: &str) -> Option<&str> {
    let piece = piece.trim_matches([' ', '\t']);
    let name = piece.split([' ', '\t']).next().filter(|name| !name.is_empty() && name.len() <= LONGEST)?;
    let alone = !piece.trim_start_matches(name).trim_start().starts_with('=');
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    (alone && name.bytes().all(token)).then_some(name)
}

/// Schemes that are told, and characters of the name of one.
const MOST: usize = 8;
const LONGEST: usize = 32;

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn schemes_are_told_and_nothing_else_of_a_challenge() {
        let told = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_str(value).expect("a value"));
            }
            Challenge::of(StatusCode::UNAUTHORIZED, &headers).schemes.join(" ")
        };
        for (values, schemes) in [
            (&["Basic realm=\"a, b\""][..], "Basic"),
            (&["Digest realm=\"r\", nonce=\"n\", qop = \"auth\", Basic realm=\"x\""], "Digest Basic"),
            (&["Negotiate", "NTLM", "Negotiate"], "Negotiate NTLM"),
            (&["Bearer"], "Bearer"),
            (&["", ",", "\"x\"", &"x".repeat(33)], ""),
        ] {
            assert_eq!(told(values), schemes, "{values:?}");
        }
        assert_eq!(Challenge::default().to_string(), "");
    }
}
