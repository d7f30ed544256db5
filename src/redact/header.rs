//! HTTP headers.

use super::MARK;
use super::names::is_secret;

/// Whether the header `name` opens doors, or says who somebody is.
pub fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    is_secret(&name) || name.ends_with("-token") || name.ends_with("-signature")
}

/// The value of the header `name` as it may be shown: of a secret only the scheme before it.
pub fn header(name: &str, value: &str) -> String {
    if !is_secret_header(name) {
        return value.to_owned();
    }
    match value.split_once(' ') {
        Some((scheme, _)) if SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)) => {
            format!("{scheme} {MARK}")
        }
        _ => MARK.to_owned(),
    }
}

/// Schemes of `Authorization` that are worth showing.
const SCHEMES: [&str; 4] = ["Basic", "Bearer", "Digest", "Negotiate"];

#[cfg(test)]
mod tests {
    use super::header;

    #[test]
    fn of_a_secret_only_the_scheme_shows() {
        for (name, value, shown) in [
            ("Authorization", "Basic dXNlcjpwYXNz", "Basic ***"),
            ("authorization", "word", "***"),
            ("Cookie", "a=b; c=d", "***"),
            ("X-Api-Key", "Basic", "***"),
            ("X-Auth-Token", "t", "***"),
            ("Content-Type", "text/xml", "text/xml"),
        ] {
            assert_eq!(header(name, value), shown, "{name}");
        }
    }
}
