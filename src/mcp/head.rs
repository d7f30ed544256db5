//! What stands in HTTP headers and in the body: whoever routes by the one must not be told something else than who reads the other.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::Error;

/// The header with the version.
pub const VERSION: &str = "mcp-protocol-version";

/// The header with the method.
pub const METHOD: &str = "mcp-method";

/// The header with the name of the tool.
pub const NAME: &str = "mcp-name";

/// What headers say of a message, each that is there once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head<'h> {
    /// The version.
    pub version: Option<&'h str>,
    /// The method.
    pub method: Option<&'h str>,
    /// The name of the tool.
    pub name: Option<&'h str>,
}

impl Head<'_> {
    /// Whether the header says `method`. Errors: it does not.
    pub(super) fn check_method(&self, method: &str) -> Result<(), Error> {
        if self.method == Some(method) { Ok(()) } else { Err(Error::Header("Mcp-Method")) }
    }

    /// Whether the header says `name`. Errors: it does not.
    pub(super) fn check_name(&self, name: &str) -> Result<(), Error> {
        let is_same = self.name.and_then(decoded).is_some_and(|said| said == name);
        if is_same { Ok(()) } else { Err(Error::Header("Mcp-Name")) }
    }
}

/// A value that no header can carry stands there as `=?base64?…?=`. Nothing for one that is malformed.
fn decoded(value: &str) -> Option<Cow<'_, str>> {
    let Some(coded) = value.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) else {
        return Some(value.into());
    };
    match STANDARD.decode(coded).map(String::from_utf8) {
        Ok(Ok(text)) => Some(text.into()),
        Ok(Err(_)) | Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_they_were_before_they_were_coded() {
        let said = |name| Head { name: Some(name), ..Head::default() };
        assert_eq!(said("getQuote").check_name("getQuote"), Ok(()));
        assert_eq!(said("=?base64?Z2V0UXVvdGU=?=").check_name("getQuote"), Ok(()));
        for other in ["getquote", "=?base64?Z2V0?=", "=?base64?*?=", "=?base64?/w==?="] {
            assert_eq!(said(other).check_name("getQuote"), Err(Error::Header("Mcp-Name")), "{other}");
        }
        assert_eq!(Head::default().check_name("getQuote"), Err(Error::Header("Mcp-Name")));
    }
}
