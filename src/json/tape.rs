//! The tape: tokens in document order, reused from one message to the next.

use super::error::Error;
use super::parse::{self, Buffers};
use super::value::Value;
use crate::limits::JsonLimits;

/// The tokens of one document at a time, and the buffers to read the next one without allocating.
#[derive(Debug, Default)]
pub struct Tape(Buffers);

impl Tape {
    /// An empty tape.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `input`, one JSON value in UTF-8 with or without a byte order mark, and gives it.
    ///
    /// Errors: see [`super::ErrorKind`]; documents of 4 GiB and more, and those of more than 2²⁹ values and keys, are over the
    /// limit whatever it says.
    pub fn parse<'t>(&'t mut self, input: &'t [u8], limits: &JsonLimits) -> Result<Value<'t>, Error> {
        Ok(Value::root(parse::parse(&mut self.0, input, limits)?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{ErrorKind, Kind};
    use super::*;

    fn kind_of(input: &[u8]) -> Result<Kind, ErrorKind> {
        read_with(input, &JsonLimits::default())
    }

    fn read_with(input: &[u8], limits: &JsonLimits) -> Result<Kind, ErrorKind> {
        Tape::new().parse(input, limits).map(|value| value.kind()).map_err(|error| error.kind)
    }

    #[test]
    fn what_is_not_json_is_refused() {
        use ErrorKind::*;
        for (input, kind) in [
            ("", Empty),
            (" \n", Empty),
            ("\u{FEFF}", Empty),
            ("{", Truncated),
            ("[1,", Truncated),
            ("\"a", Truncated),
            ("\"\\u12", Truncated),
            ("tru", Truncated),
            ("-", Truncated),
            ("[1,]", Syntax),
            ("{\"a\":1,}", Syntax),
            ("{a:1}", Syntax),
            ("[1}", Syntax),
            ("{\"a\" 1}", Syntax),
            ("True", Syntax),
            ("NaN", Syntax),
            ("'a'", Syntax),
            ("// x", Syntax),
            ("+1", Syntax),
            (".5", Syntax),
            ("01 ", Number),
            ("1. ", Number),
            ("1e ", Number),
            ("-a", Number),
            ("1 2", Trailing),
            ("{} {}", Trailing),
            ("\"\u{1}\"", Control),
            ("\"a\nb\"", Control),
            ("\"\\x\"", Escape),
            ("\"\\u12G4\"", Escape),
            ("\"\\ud800\"", LoneSurrogate),
            ("\"\\udc00\"", LoneSurrogate),
            ("\"\\ud800\\u0041\"", LoneSurrogate),
            ("{\"a\":1,\"a\":2}", DuplicateKey),
            ("{\"a\":1,\"\\u0061\":2}", DuplicateKey),
        ] {
            assert_eq!(kind_of(input.as_bytes()), Err(kind), "{input:?}");
        }
        assert_eq!(kind_of(b"\"\xFF\""), Err(Utf8));
    }

    #[test]
    fn errors_say_where() {
        let input = br#"{"a":[1,{"b/c":true,"b~":x}]}"#;
        let error = Tape::new().parse(input, &JsonLimits::default()).expect_err("refused");
        assert_eq!((error.kind, error.pointer.as_str()), (ErrorKind::Syntax, "/a/1/b~0"));
        assert_eq!((error.offset, error.line, error.column), (25, 1, 26));
    }

    /// It is seen at the end of its object, and was told as the last member.
    #[test]
    fn a_repeated_key_is_told_as_itself() {
        for (input, pointer, offset) in [
            (r#"{"a":1,"a":2,"b":3}"#, "/a", 8),
            (r#"[0,{"x":{"a":{"q":1},"c/d":2,"c/d":[1],"b":{}}}]"#, "/1/x/c~1d", 30),
        ] {
            let error = Tape::new().parse(input.as_bytes(), &JsonLimits::default()).expect_err("refused");
            let told = (error.kind, error.pointer.as_str(), error.offset);
            assert_eq!(told, (ErrorKind::DuplicateKey, pointer, offset));
        }
    }

    #[test]
    fn values_are_found_and_located() {
        let input = br#" {"a":[1.10,{"b/c":"x\u00e9\n"}],"d":null} "#;
        let mut tape = Tape::new();
        let root = tape.parse(input, &JsonLimits::default()).expect("JSON");
        let deep = root.at_pointer("/a/1/b~1c").expect("value");
        assert_eq!((deep.as_str().as_deref(), deep.pointer().as_str()), (Some("xé\n"), "/a/1/b~1c"));
        assert_eq!(root.at_pointer("/a/0").and_then(|value| value.as_number()), Some("1.10"));
        assert_eq!(
            root.get("d").map(|value| (value.kind(), value.pointer())),
            Some((Kind::Null, "/d".to_owned()))
        );
        assert_eq!((root.len(), root.get("a").map(|value| value.len())), (2, Some(2)));
    }

    #[test]
    fn every_bound_holds_at_n_and_breaks_at_n_plus_one() {
        let limits = JsonLimits { depth: 2, tokens: 5, key: 3, number: 4 };
        for (good, bad) in [
            ("[[]]", "[[[]]]"),
            ("[1,2,3,4]", "[1,2,3,4,5]"),
            ("{\"abc\":1}", "{\"abcd\":1}"),
            ("1234", "12345"),
        ] {
            assert!(read_with(good.as_bytes(), &limits).is_ok(), "{good}");
            assert!(matches!(read_with(bad.as_bytes(), &limits), Err(ErrorKind::Limit { .. })), "{bad}");
        }
    }

    #[test]
    fn large_objects_are_checked_for_repeated_keys() {
        let object = |last: usize| {
            let members: Vec<String> = (0..100_000).chain([last]).map(|n| format!("\"key{n}\":1")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert_eq!(kind_of(object(100_000).as_bytes()), Ok(Kind::Object));
        assert_eq!(kind_of(object(5).as_bytes()), Err(ErrorKind::DuplicateKey));
    }

    #[test]
    fn debug_output_shows_no_value() {
        let mut tape = Tape::new();
        let value = tape.parse(b"{\"secret\":\"canary\"}", &JsonLimits::default()).expect("JSON");
        assert!(!format!("{value:?} {:?}", value.document()).contains("canary"));
    }

    #[test]
    fn only_a_low_surrogate_follows_a_high_one() {
        for text in ["\"\\ud800\\ue000\"", "\"\\ud800\\udbff\""] {
            assert_eq!(kind_of(text.as_bytes()), Err(ErrorKind::LoneSurrogate), "{text}");
        }
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            ".*".prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(5, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(serde_json::Value::from),
                prop::collection::btree_map(".*", inner, 0..20)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(crate::seed::seeded(256))]

        #[test]
        fn what_is_read_and_written_is_the_same_value(value in any_json()) {
            let text = serde_json::to_string_pretty(&value).expect("JSON");
            let mut tape = Tape::new();
            let root = tape.parse(text.as_bytes(), &JsonLimits::default()).expect("JSON");
            let mut out = Vec::new();
            crate::json::write::compact(root, &mut out);
            prop_assert_eq!(serde_json::from_slice::<serde_json::Value>(&out).expect("JSON"), value);
        }

        #[test]
        fn the_verdict_is_that_of_another_parser(value in any_json(), at in any::<prop::sample::Index>(), byte: u8) {
            let mut text = serde_json::to_vec(&value).expect("JSON");
            let at = at.index(text.len());
            text.splice(at..=at, [byte]);
            let mut tape = Tape::new();
            let ours = tape.parse(&text, &JsonLimits::default()).map(|_| ()).map_err(|error| error.kind);
            let theirs = serde_json::from_slice::<serde::de::IgnoredAny>(&text).is_ok()
                && std::str::from_utf8(&text).is_ok();
            if !matches!(ours, Err(ErrorKind::DuplicateKey | ErrorKind::LoneSurrogate | ErrorKind::Limit { .. })) {
                prop_assert_eq!(ours.is_ok(), theirs, "{:?}: {:?}", String::from_utf8_lossy(&text), ours);
            }
        }
    }
}
