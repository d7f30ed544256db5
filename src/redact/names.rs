//! Names that say what they hold.

/// Whether a field, a parameter or a key of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    let last = name.bytes().rfind(u8::is_ascii_alphanumeric);
    // Most names end with another letter than all of them: what is masked has many names.
    let may_be = |secret: &&&str| secret.bytes().next_back() == last.map(|last| last.to_ascii_lowercase());
    SECRET.iter().filter(may_be).any(|secret| ends(name.as_bytes(), secret.as_bytes()))
}

/// Whether `name` ends with `secret`, in whatever case, where what is no letter or digit does not count.
fn ends(name: &[u8], secret: &[u8]) -> bool {
    let (mut name, mut secret) = (name, secret);
    while let Some((wanted, before)) = secret.split_last() {
        let Some((found, rest)) = name.split_last() else { return false };
        name = rest;
        if !found.is_ascii_alphanumeric() {
            continue;
        }
        if !found.eq_ignore_ascii_case(wanted) {
            return false;
        }
        secret = before;
    }
    true
}

/// How the names of secrets end, without what is not a letter or digit.
const SECRET: [&str; 12] = [
    "accesstoken",
    "apikey",
    "authorization",
    "authtoken",
    "clientassertion",
    "cookie",
    "idtoken",
    "passphrase",
    "password",
    "privatekey",
    "refreshtoken",
    "secret",
];

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn names_say_what_is_secret() {
        for (name, secret) in [
            ("apiKey", true),
            ("client_secret", true),
            ("Password", true),
            ("access_token", true),
            ("Set-Cookie", true),
            ("secretary", false),
            ("token_type", false),
        ] {
            assert_eq!(is_secret(name), secret, "{name}");
        }
    }
}
