//! The values that must not get out, and how they are looked for.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Environment variables with a canary each.
pub const CANARIES: &[(&str, &str)] = &[
    ("CANARY_CALLER", "canary-caller/password+1"),
    ("CANARY_TEXT", "canary-text&password<2>"),
    ("CANARY_DIGEST", "canary-digest-password-3"),
    ("CANARY_BASIC", "canary-basic \"password\" 4"),
    ("CANARY_BEARER", "canary-bearer-token-5"),
    ("CANARY_KEY", "canary-api-key-6"),
    ("CANARY_CLIENT", "canary-client-secret-7"),
    ("CANARY_FRONT", "canary-front-token-8"),
];

/// Values of fields that the service files mask.
pub const ITEM: &str = "canary-item-of-a-client-9";
pub const NOTE: &str = "canary-note-of-a-backend-10";

/// What the token server of the stub gives.
pub const ACCESS: &str = "backend-token";

/// A password that is wrong.
pub const WRONG: &str = "canary-wrong-password-11";

/// The canary in the variable `name`.
pub fn canary(name: &str) -> &'static str {
    CANARIES.iter().find(|(known, _)| *known == name).expect("a canary").1
}

/// All of them.
pub fn all() -> Vec<&'static str> {
    CANARIES.iter().map(|(_, value)| *value).chain([ITEM, NOTE, ACCESS, WRONG]).collect()
}

/// The canaries that are in `text`, as they are or encoded.
pub fn found(text: &str) -> Vec<&'static str> {
    all().into_iter().filter(|canary| has(text, canary)).collect()
}

/// Whether `text` has `canary` in it: as it is, escaped, percent-encoded, or within base64.
pub fn has(text: &str, canary: &str) -> bool {
    forms(canary).iter().any(|form| text.contains(form.as_str()))
}

fn forms(canary: &str) -> Vec<String> {
    let xml = canary.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let json = canary.replace('"', "\\\"").replace('/', "\\/");
    let mut forms = vec![canary.to_owned(), xml, json, canary.replace('"', "\\\""), percent(canary)];
    for before in 0..3 {
        forms.push(inside(&STANDARD_NO_PAD, before, canary));
        forms.push(inside(&URL_SAFE_NO_PAD, before, canary));
    }
    forms
}

/// The letters of base64 that `canary` has wherever so many bytes stand before it, whatever follows.
fn inside(engine: &impl Engine, before: usize, canary: &str) -> String {
    let encoded = engine.encode([&[0; 2][..before], canary.as_bytes()].concat());
    let (from, to) = ((before * 8).div_ceil(6), (before + canary.len()) * 8 / 6);
    encoded[from..to].to_owned()
}

fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|b| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
}

#[test]
fn a_canary_is_found_in_every_form() {
    use base64::engine::general_purpose::STANDARD;
    for canary in all() {
        for user in ["", "u:", "us:", "usr:"] {
            let basic = STANDARD.encode(format!("{user}{canary}:and more"));
            assert!(has(&format!("Basic {basic}"), canary), "{canary} after {user:?}");
        }
        assert!(has(&format!("a={}&b", percent(canary)), canary) && has(&format!("-{canary}-"), canary));
        assert!(!has("canary", canary) && !has("***", canary));
    }
    assert_eq!(found(&format!("{WRONG} {ITEM}")), [ITEM, WRONG]);
}
