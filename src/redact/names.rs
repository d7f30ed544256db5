//! Names that say what they hold.

/// Whether a field, a parameter or a key of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    let ends = |secret: &str| {
        let mut plain = name.bytes().rev().filter(u8::is_ascii_alphanumeric);
        secret.bytes().rev().all(|byte| plain.next().is_some_and(|found| found.eq_ignore_ascii_case(&byte)))
    };
    SECRET.iter().any(|secret| ends(secret))
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
