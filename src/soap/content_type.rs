//! The `Content-Type` header: RFC 9110 section 8.3.1.

use std::borrow::Cow;

use super::version::Version;

/// A media type with the parameters that matter here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentType<'v> {
    /// Type and subtype, in lower case.
    pub media_type: Cow<'v, str>,
    /// `charset`.
    pub charset: Option<Cow<'v, str>>,
    /// `action`; a quote in it is one too many.
    pub action: Option<Cow<'v, str>>,
}

/// `action` or `charset` is there twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a parameter of the content type is there twice")]
pub struct RepeatedParameter;

impl<'v> ContentType<'v> {
    /// Reads a header value; malformed parameters are passed over.
    ///
    /// Errors: a parameter that matters and is there twice; two readers could then take one each.
    pub fn parse(value: &'v str) -> Result<Self, RepeatedParameter> {
        match COMMON.iter().find(|(written, ..)| *written == value) {
            Some((_, media_type, charset)) => {
                let charset = charset.map(Cow::Borrowed);
                Ok(Self { media_type: Cow::Borrowed(media_type), charset, action: None })
            }
            None => Self::read(value),
        }
    }

    fn read(value: &'v str) -> Result<Self, RepeatedParameter> {
        let mut pieces = pieces(value);
        let media_type = lower(pieces.next().map_or("", str::trim));
        let mut found = Self { media_type, ..Self::default() };
        for (name, value) in pieces.filter_map(|piece| piece.split_once('=')) {
            let (name, value) = (name.trim(), value.trim());
            let (place, value) = if name.eq_ignore_ascii_case("action") {
                (&mut found.action, unquoted(value))
            } else if name.eq_ignore_ascii_case("charset") {
                (&mut found.charset, value.trim_matches('"'))
            } else {
                continue;
            };
            if place.replace(value.into()).is_some() {
                return Err(RepeatedParameter);
            }
        }
        Ok(found)
    }

    /// The version of SOAP whose messages have this type.
    pub fn version(&self) -> Option<Version> {
        match &*self.media_type {
            "text/xml" => Some(Version::V11),
            "application/soap+xml" => Some(Version::V12),
            _ => None,
        }
    }

    /// Whether it is JSON.
    pub fn is_json(&self) -> bool {
        self.media_type == "application/json"
            || (self.media_type.starts_with("application/") && self.media_type.ends_with("+json"))
    }
}

/// What nearly every message has, and what it says.
static COMMON: [(&str, &str, Option<&str>); 8] = [
    ("application/json", "application/json", None),
    ("application/json; charset=utf-8", "application/json", Some("utf-8")),
    ("application/json;charset=utf-8", "application/json", Some("utf-8")),
    ("text/xml", "text/xml", None),
    ("text/xml; charset=UTF-8", "text/xml", Some("UTF-8")),
    ("text/xml; charset=utf-8", "text/xml", Some("utf-8")),
    ("text/xml;charset=UTF-8", "text/xml", Some("UTF-8")),
    ("text/xml;charset=utf-8", "text/xml", Some("utf-8")),
];

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        text.to_ascii_lowercase().into()
    } else {
        text.into()
    }
}

/// A value without the two quotes around it, which are optional.
pub fn unquoted(value: &str) -> &str {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inside) => inside,
        None => value,
    }
}

/// The pieces between semicolons that are not in quotes.
fn pieces(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let whole = rest?;
        let mut quoted = false;
        let mut marks = memchr::memchr2_iter(b'"', b';', whole.as_bytes());
        let end = marks.find(|at| {
            let is_quote = whole.as_bytes().get(*at) == Some(&b'"');
            quoted ^= is_quote;
            !is_quote && !quoted
        });
        let (piece, behind) = match end {
            Some(at) => (whole.get(..at)?, whole.get(at + 1..)),
            None => (whole, None),
        };
        rest = behind;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found() {
        let parse = |value| ContentType::parse(value).expect("nothing is there twice");
        let found = parse("Application/SOAP+XML; charset=\"UTF-8\"; action=\"urn:a;b=c\"; x");
        assert_eq!(found.version(), Some(Version::V12));
        assert_eq!((found.charset.as_deref(), found.action.as_deref()), (Some("UTF-8"), Some("urn:a;b=c")));
        assert_eq!(parse("text/xml;charset=utf-8").version(), Some(Version::V11));
        assert!(parse("application/problem+json").is_json());
        assert!(!parse("text/html").is_json());
    }

    #[test]
    fn what_is_common_is_what_would_be_read() {
        for (value, ..) in COMMON {
            assert_eq!(ContentType::parse(value), ContentType::read(value), "{value}");
        }
    }

    #[test]
    fn a_parameter_that_is_there_twice_says_nothing() {
        for value in ["a/b; action=x; Action=\"x\"", "a/b;charset=utf-8;CHARSET=utf-16"] {
            assert_eq!(ContentType::parse(value), Err(RepeatedParameter), "{value}");
        }
    }
}
