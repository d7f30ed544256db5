use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::limits::XmlLimits;
use crate::soap::Version;
use crate::wss::{Fresh, MemoryReplay, NewToken, PasswordType, Profile, Sender, TimestampOut, read};
use crate::xml::{Namespaces, Reader, ns};

struct One(Secret);

impl Users for One {
    fn password(&self, username: &str) -> Option<&Secret> {
        (username == "bob").then_some(&self.0)
    }
}

/// What a future gives that waits for nothing.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("time")
}

fn under(profile: &Profile, xml: &str) -> Result<Security, Rejection> {
    let (known, limits) = (Namespaces::default(), XmlLimits::default());
    let mut reader = Reader::new(xml, &known, &limits);
    reader.next().expect("XML");
    read(&mut reader, profile, &WssLimits::default()).expect("XML")
}

fn header(xml: &str) -> Result<Security, Rejection> {
    under(&Profile::COMPAT, xml)
}

fn token(xml: &str) -> Result<Token, Rejection> {
    header(xml).and_then(|security| security.token.ok_or(Rejection::NoToken))
}

fn written(sender: &Sender, user: &str, secret: &str, nonce: u8, seconds: i64) -> String {
    let mut out = Vec::new();
    let fresh = Fresh { nonce: [nonce; 64], id: 1, now: at(seconds) };
    let token = NewToken { username: user, password: &Secret::new(secret), fresh: &fresh };
    sender.write(&mut out, Version::V11, token).expect("written");
    String::from_utf8(out).expect("UTF-8").replace("soapenv:mustUnderstand=\"1\" ", "")
}

fn sent(password: PasswordType, user: &str, secret: &str, nonce: u8, seconds: i64) -> Security {
    let sender = Sender { password, ..Sender::digest() };
    header(&written(&sender, user, secret, nonce, seconds)).expect("a header")
}

fn verdict(security: &Security, store: &MemoryReplay, seconds: i64) -> Result<String, Rejection> {
    let limits = WssLimits::default();
    verdict_of(security, store, seconds, &policy(&limits))
}

fn policy(limits: &WssLimits) -> Policy<'_> {
    Policy {
        realm: "r",
        accept_digest: true,
        accept_text: true,
        timestamp: TimestampPolicy::IfPresent,
        not_before: None,
        repeated_nonces: false,
        limits,
        now: at(0),
    }
}

fn verdict_of(
    security: &Security,
    store: &MemoryReplay,
    seconds: i64,
    policy: &Policy<'_>,
) -> Result<String, Rejection> {
    let policy = Policy { now: at(seconds), ..*policy };
    let verified = at_once(verify(security, &policy, &One(Secret::new("secret")), store));
    verified.map(|proof| proof.principal().to_string())
}

#[test]
fn what_is_sent_is_verified_once() {
    for password in [PasswordType::Text, PasswordType::Digest] {
        let store = MemoryReplay::new(100);
        let good = sent(password, "bob", "secret", 1, 0);
        assert_eq!(verdict(&good, &store, 0), Ok("bob".to_owned()));
        assert_eq!(verdict(&good, &store, 1), Err(Rejection::Replayed));
        assert_eq!(verdict(&good, &store, 300), Err(Rejection::Replayed));
        assert_eq!(verdict(&sent(password, "bob", "secret", 2, 0), &store, 0), Ok("bob".to_owned()));
        assert_eq!(verdict(&sent(password, "bob", "wrong", 3, 0), &store, 0), Err(Rejection::WrongPassword));
        assert_eq!(verdict(&sent(password, "eve", "secret", 4, 0), &store, 0), Err(Rejection::UnknownUser));
    }
}

#[test]
fn strangers_do_not_fill_the_store() {
    let store = MemoryReplay::new(2);
    for nonce in 0..50 {
        assert!(verdict(&sent(PasswordType::Digest, "bob", "wrong", nonce, 0), &store, 0).is_err());
    }
    assert!(verdict(&sent(PasswordType::Digest, "bob", "secret", 99, 0), &store, 0).is_ok());
    assert_eq!(verdict(&sent(PasswordType::Digest, "bob", "secret", 98, 0), &store, 0), Err(Rejection::Full));
}

#[test]
fn freshness_has_two_edges() {
    for (seconds, expected) in [
        (-300, Ok("bob".to_owned())),
        (-301, Err(Rejection::Stale { by: 1 })),
        (-3900, Err(Rejection::Stale { by: 3600 })),
        (-299, Ok("bob".to_owned())),
        (59, Ok("bob".to_owned())),
        (60, Ok("bob".to_owned())),
        (61, Err(Rejection::Future { by: 1 })),
    ] {
        let token = sent(PasswordType::Digest, "bob", "secret", 1, seconds);
        assert_eq!(verdict(&token, &MemoryReplay::new(10), 0), expected, "{seconds}");
    }
}

#[test]
fn the_structure_of_a_token_is_checked() {
    let name = "<w:Username>bob</w:Username>";
    let word = "<w:Password>secret</w:Password>";
    let digest =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";
    let security = |inside: &str| {
        format!("<w:Security xmlns:w='{}' xmlns:u='{}'>{inside}</w:Security>", ns::WSSE_URI, ns::WSU_URI)
    };
    let of = |inside: &str| token(&security(&format!("<w:UsernameToken>{inside}</w:UsernameToken>")));
    assert!(of(&format!("{word}{name}<other/>")).is_ok());
    // Whether a name alone will do is for whoever verifies it.
    assert!(matches!(of(name), Ok(Token { password: PasswordForm::Absent, .. })));
    for inside in [
        String::new(),
        word.to_owned(),
        format!("<w:Username/>{word}"),
        format!("{name}{name}{word}"),
        format!("<w:Username>b<!-- x -->ob</w:Username>{word}"),
        format!("<w:Username>bob<!-- x --></w:Username>{word}"),
        format!("{name}{word}{word}"),
        format!(
            "{name}{word}<w:Nonce>AAAAAAAAAAAAAAAAAAAAAA==</w:Nonce><w:Nonce>AAAAAAAAAAAAAAAAAAAAAA==</w:Nonce>"
        ),
        format!("{name}{word}<w:Nonce>AAAA</w:Nonce>"),
        format!("{name}{word}<w:Nonce>AAAAAAAAAAAAAAAAAAAAAB==</w:Nonce>"),
        format!("{name}{word}<w:Nonce EncodingType='hex'>AAAAAAAAAAAAAAAAAAAAAA==</w:Nonce>"),
        format!("{name}{word}<u:Created>2026-01-01</u:Created>"),
        format!("{name}{word}<w:Salt>AA==</w:Salt>"),
        format!("{name}<w:Password Type='PasswordText'>secret</w:Password>"),
        format!("{name}<w:Password Type='{digest}'>weYI3nXd8LjMNVksCKFV8t3rgHh3Rw==</w:Password>"),
        format!("{name}<w:Password>sec<b/>ret</w:Password>"),
        format!("<w:Username>{}</w:Username>{word}", "x".repeat(257)),
    ] {
        assert!(matches!(of(&inside), Err(Rejection::Structure(_))), "{inside}: {:?}", of(&inside));
    }
    assert_eq!(token(&security("")).err(), Some(Rejection::NoToken));
    assert_eq!(token(&security("<w:BinarySecurityToken/>")).err(), Some(Rejection::UnsupportedToken));
    let two = format!("<w:UsernameToken>{name}{word}</w:UsernameToken>").repeat(2);
    assert!(matches!(token(&security(&two)), Err(Rejection::Structure(_))));
}

#[test]
fn a_digest_needs_nonce_and_time() {
    let mut bare = sent(PasswordType::Digest, "bob", "secret", 1, 0);
    bare.token.as_mut().expect("a token").created = None;
    assert!(matches!(verdict(&bare, &MemoryReplay::new(10), 0), Err(Rejection::Structure(_))));
}

#[test]
fn a_digest_of_one_user_is_none_of_another() {
    let store = MemoryReplay::new(100);
    let good = sent(PasswordType::Digest, "bob", "secret", 1, 0);
    assert!(verdict(&good, &store, 0).is_ok());
    let mut other = good;
    other.token.as_mut().expect("a token").username = "bob ".into();
    assert!(verdict(&other, &store, 0).is_err());
}

#[test]
fn a_token_from_before_the_start_is_refused_where_nobody_remembers() {
    let limits = WssLimits::default();
    let policy = Policy { not_before: Some(at(0)), ..policy(&limits) };
    let store = MemoryReplay::new(100);
    let early = sent(PasswordType::Digest, "bob", "secret", 1, -1);
    assert_eq!(verdict_of(&early, &store, 0, &policy), Err(Rejection::BeforeStart));
    let late = sent(PasswordType::Digest, "bob", "secret", 1, 0);
    assert!(verdict_of(&late, &store, 0, &policy).is_ok());
}

fn security(inside: &str) -> String {
    format!("<w:Security xmlns:w='{}' xmlns:u='{}'>{inside}</w:Security>", ns::WSSE_URI, ns::WSU_URI)
}

const PLAIN: &str =
    "<w:UsernameToken><w:Username>bob</w:Username><w:Password>secret</w:Password></w:UsernameToken>";

#[test]
fn timestamps_are_checked_as_the_policy_says() {
    let limits = WssLimits { expires_skew: 1, ..WssLimits::default() };
    let store = MemoryReplay::new(100);
    let stamped = |seconds: i64, life: i64| {
        let timestamp = Some(TimestampOut { life, last: true });
        header(&written(&Sender { timestamp, ..Sender::default() }, "bob", "secret", 1, seconds))
            .expect("header")
    };
    let bare = header(&security(PLAIN)).expect("a header");
    use TimestampPolicy::{IfPresent, Ignore, Require};
    for (security, when, expected) in [
        (&bare, Ignore, Ok("bob".to_owned())),
        (&bare, IfPresent, Ok("bob".to_owned())),
        (&bare, Require, Err(Rejection::NoTimestamp)),
        (&stamped(0, 300), Require, Ok("bob".to_owned())),
        (&stamped(60, 300), Require, Ok("bob".to_owned())),
        (&stamped(61, 300), IfPresent, Err(Rejection::Future { by: 1 })),
        (&stamped(-301, 3000), IfPresent, Err(Rejection::Stale { by: 1 })),
        (&stamped(-301, 3000), Ignore, Ok("bob".to_owned())),
        (&stamped(-11, 10), IfPresent, Ok("bob".to_owned())),
        (&stamped(-12, 10), IfPresent, Err(Rejection::Stale { by: 1 })),
        (&stamped(0, 86_401), IfPresent, Err(Rejection::Structure("a Timestamp that lives too long"))),
        (&stamped(0, 0), IfPresent, Err(Rejection::Structure("a Timestamp that ends before it begins"))),
    ] {
        let policy = Policy { timestamp: when, ..policy(&limits) };
        assert_eq!(verdict_of(security, &store, 0, &policy), expected);
    }
}

#[test]
fn the_structure_of_a_timestamp_is_checked() {
    let time = "2026-01-01T00:00:00Z";
    let (created, expires) =
        (format!("<u:Created>{time}</u:Created>"), "<u:Expires>2026-01-01T00:05:00Z</u:Expires>");
    let of = |profile: &Profile, inside: &str| {
        under(profile, &security(&format!("<u:Timestamp>{inside}</u:Timestamp>{PLAIN}"))).map(drop)
    };
    for inside in [format!("{created}{expires}"), created.clone()] {
        assert_eq!(of(&Profile { missing_type: true, ..Profile::STRICT }, &inside), Ok(()), "{inside}");
    }
    for loose in [format!("{expires}{created}"), format!("{created}{expires}<x/>")] {
        assert_eq!(of(&Profile::COMPAT, &loose), Ok(()), "{loose}");
        assert!(of(&Profile { missing_type: true, ..Profile::STRICT }, &loose).is_err(), "{loose}");
    }
    for wrong in [
        String::new(),
        expires.to_owned(),
        format!("{created}{created}"),
        format!("{created}{expires}{expires}"),
        format!("{created}<u:Other/>"),
        "<u:Created/>".to_owned(),
        "<u:Created>9999-12-31T24:00:00Z</u:Created>".to_owned(),
        format!("<u:Created>{time}<!-- x --></u:Created>"),
    ] {
        assert!(of(&Profile::COMPAT, &wrong).is_err(), "{wrong}");
    }
    let stamp = format!("<u:Timestamp>{created}</u:Timestamp>");
    assert!(header(&security(&format!("{stamp}{stamp}{PLAIN}"))).is_err());
}

#[test]
fn each_relaxation_relaxes_one_thing() {
    let name = "<w:Username>bob</w:Username>";
    let nonce = "AAAAAAAAAAAAAAAAAAAAAA==";
    let text =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";
    let base64 =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";
    let word = format!("<w:Password Type='{text}'>secret</w:Password>");
    let encoded = |space: &str| format!("<w:Nonce EncodingType='{base64}'>{space}{nonce}</w:Nonce>");
    let strict = Profile::STRICT;
    for (relaxed, inside) in [
        (Profile { missing_type: true, ..strict }, format!("{name}<w:Password>secret</w:Password>")),
        (Profile { missing_encoding: true, ..strict }, format!("{name}{word}<w:Nonce>{nonce}</w:Nonce>")),
        (
            Profile { qualified_attributes: true, ..strict },
            format!("{name}<w:Password w:Type='{text}'>secret</w:Password>"),
        ),
        (Profile { surrounding_space: true, ..strict }, format!("{name}{word}{}", encoded("\n "))),
        (
            Profile { folded_base64: true, ..strict },
            format!("{name}{word}{}", encoded("").replace(nonce, "AAAAAAAAAAAA\r\n AAAA\tAAAAAA==")),
        ),
        (
            Profile { zone_offsets: true, ..strict },
            format!("{name}{word}<u:Created>2026-01-01T00:00:00+00:00</u:Created>"),
        ),
        (
            Profile { long_fractions: true, ..strict },
            format!("{name}{word}<u:Created>2026-01-01T00:00:00.0001Z</u:Created>"),
        ),
    ] {
        let xml = security(&format!("<w:UsernameToken>{inside}</w:UsernameToken>"));
        assert!(under(&relaxed, &xml).is_ok(), "{inside}: {:?}", under(&relaxed, &xml));
        assert!(under(&strict, &xml).is_err(), "{inside}");
    }
    let around = security(&format!("<w:UsernameToken>{name}{word}{}</w:UsernameToken>", encoded(" ")));
    assert!(under(&Profile { folded_base64: true, ..strict }, &around).is_err());
    let good = security(&format!("<w:UsernameToken>{name}{word}{}</w:UsernameToken>", encoded("")));
    assert!(under(&strict, &good).is_ok());
    assert!(strict.relaxations().iter().all(|(_, on)| !on));
}

#[test]
fn white_space_around_and_within_a_nonce_gives_the_key_of_the_nonce() {
    let of = |space: &str| {
        let nonce = format!("<w:Nonce>{space}AAAAAAAAAAAA{space}AAAAAAAAAA==</w:Nonce></w:UsernameToken>");
        header(&security(&PLAIN.replace("</w:UsernameToken>", &nonce))).expect("a header")
    };
    let store = MemoryReplay::new(100);
    assert!(verdict(&of(""), &store, 0).is_ok());
    assert_eq!(verdict(&of("\n\t "), &store, 0), Err(Rejection::Replayed));
}

#[test]
fn ids_are_there_once() {
    let twice = security(&format!(
        "<u:Timestamp u:Id='a'><u:Created>2026-01-01T00:00:00Z</u:Created></u:Timestamp>{}",
        PLAIN.replace("<w:UsernameToken>", "<w:UsernameToken u:Id='a'>")
    ));
    assert_eq!(header(&twice).err(), Some(Rejection::Structure("one wsu:Id twice")));
    assert_eq!(header(&twice.replacen("'a'", "'b'", 1)).err(), None);
}

#[test]
fn a_signature_that_nobody_looks_at_is_refused() {
    let xml = security(&format!("<d:Signature xmlns:d='http://www.w3.org/2000/09/xmldsig#'/>{PLAIN}"));
    assert_eq!(header(&xml).err(), Some(Rejection::UnsupportedToken));
}

/// KDSoap draws one nonce for each process.
#[test]
fn a_nonce_that_comes_again_at_another_time_is_refused_unless_the_front_takes_it() {
    let limits = WssLimits::default();
    for repeated_nonces in [false, true] {
        let (policy, store) = (Policy { repeated_nonces, ..policy(&limits) }, MemoryReplay::new(100));
        for kind in [PasswordType::Digest, PasswordType::Text] {
            let nonce = if kind == PasswordType::Digest { 1 } else { 2 };
            let token = |seconds| sent(kind, "bob", "secret", nonce, seconds);
            assert!(verdict_of(&token(0), &store, 0, &policy).is_ok());
            assert_eq!(verdict_of(&token(0), &store, 1, &policy), Err(Rejection::Replayed), "the same token");
            assert_eq!(verdict_of(&token(1), &store, 1, &policy).is_ok(), repeated_nonces);
            assert_eq!(verdict_of(&token(1), &store, 1, &policy), Err(Rejection::Replayed), "the same token");
        }
        // The border between nonce and time, moved: the digest is the same.
        let first = sent(PasswordType::Digest, "bob", "secret", 3, 0);
        assert!(verdict_of(&first, &store, 0, &policy).is_ok());
        let mut other = first;
        other.token.as_mut().expect("a token").nonce = Some(vec![9; 16]);
        assert!(verdict_of(&other, &store, 0, &policy).is_err());
    }
}
