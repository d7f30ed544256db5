//! The tape against a slow reader of JSON and against serde_json: the same verdict, the same places, the same values.

#[path = "targets/json_oracle.rs"]
mod json_oracle;
#[path = "support/seed.rs"]
mod seed;

use std::path::{Path, PathBuf};

use json_oracle::hold;
use proptest::prelude::*;
use saponify::json::{ErrorKind, Key, Tape};
use saponify::limits::JsonLimits;
use seed::seeded;

/// The JSON that is kept anywhere in the project, and what is fed to the fuzz target.
fn kept() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut files) =
        (["tests", "samples", "fuzz/corpus"].map(|name| root.join(name)).to_vec(), Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("folder").flatten() {
            let path = entry.path();
            let name = entry.file_name();
            match path.extension().and_then(|extension| extension.to_str()) {
                // What is installed there, and by which lists.
                _ if name.as_encoded_bytes().starts_with(b".") || name == "package-lock.json" => {}
                _ if path.is_dir() => folders.push(path),
                Some("json" | "yaml") => files.push(path),
                _ => {}
            }
        }
    }
    assert!(files.len() > 40, "only {} files", files.len());
    files
}

/// Whole, cut off after every byte, and with bytes in it that mean something.
#[test]
fn what_is_kept_is_read_as_another_reader_reads_it() {
    let limits = JsonLimits::default();
    for path in kept() {
        let bytes = std::fs::read(&path).expect("file");
        hold(&bytes, &limits);
        for at in (0..bytes.len()).step_by(1 + bytes.len() / 100) {
            hold(&bytes[..at], &limits);
            let mut changed = bytes.clone();
            for byte in *b"\"\\{}[],: 0-.eE\n\x01\x80u" {
                changed[at] = byte;
                hold(&changed, &limits);
            }
        }
    }
}

/// Every length of a string, every place in it of what is special, wherever the document ends.
#[test]
fn strings_are_read_alike_at_every_place() {
    let limits = JsonLimits::default();
    for length in 0..40_usize {
        for special in [
            "",
            "\\n",
            "\\u0041",
            "\\ud83d\\ude00",
            "\\x",
            "\\ud800",
            "\u{1}",
            "\u{1f}",
            " ",
            "!",
            "#",
            "é",
            "😀",
            "\u{7f}",
        ] {
            for place in [0, 1, length / 2, length.saturating_sub(1), length] {
                let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
                let text =
                    format!("{}{special}{}", &plain[..place.min(length)], &plain[place.min(length)..length]);
                for document in [
                    format!("\"{text}\""),
                    format!("{{\"{text}\":1}}"),
                    format!("[\"{text}\",\"{text}\"]"),
                    format!(
                        "{{ \"{text}\" : \"{text}\" , \"{text}.\":{{\"{text}\":[]}},\"last\":null}}          "
                    ),
                ] {
                    hold(document.as_bytes(), &limits);
                    hold(&document.as_bytes()[..document.len() - 1], &limits);
                    hold(&document.as_bytes()[..document.len() / 2], &limits);
                }
            }
        }
    }
}

/// Numbers of every form, whatever comes behind them.
#[test]
fn numbers_are_read_alike_at_every_length() {
    let wholes = ["0", "7", "00", "01", "12", "1234567", "12345678", "123456789012345678", "", "-"];
    let fractions = ["", ".", ".5", ".00", ".1234567890123456789", ".5.", ".-"];
    let exponents = ["", "e", "E5", "e+", "e-12", "e+00000000", "e5e", "e5.0", "+", "-"];
    let limits = [JsonLimits::default(), JsonLimits { number: 5, ..JsonLimits::default() }];
    for whole in wholes {
        for (fraction, exponent) in
            fractions.iter().flat_map(|fraction| exponents.map(|exponent| (fraction, exponent)))
        {
            for sign in ["", "-", "+", "--"] {
                let number = format!("{sign}{whole}{fraction}{exponent}");
                for behind in [
                    "",
                    ",",
                    "]",
                    "}",
                    " ",
                    "\n",
                    ":",
                    "/",
                    "x",
                    "\"",
                    "é",
                    ",1234567]",
                    " ]       ",
                    "\t,\r\n0]",
                ] {
                    for limits in &limits {
                        hold(format!("{number}{behind}").as_bytes(), limits);
                        hold(format!("[{number}{behind}").as_bytes(), limits);
                    }
                }
            }
        }
    }
}

/// A repeated key is found wherever it stands, among few keys and among many, and keys that only look alike are none.
#[test]
fn repeated_keys_are_found_at_every_place() {
    let limits = JsonLimits { tokens: 10_000, ..JsonLimits::default() };
    let object = |keys: &[String]| {
        let members: Vec<String> = keys.iter().map(|key| format!("\"{key}\":{{\"{key}\":[1]}}")).collect();
        format!("{{{}}}", members.join(","))
    };
    let shapes: [fn(usize) -> String; 5] = [
        |n| n.to_string(),
        |n| format!("k{n:07}"),
        |n| format!("a long beginning {n} and a long end"),
        |n| "x".repeat(n),
        |n| format!("\\u0061{n}é"),
    ];
    for shape in shapes {
        for count in [0, 1, 2, 3, 8, 15, 16, 17, 18, 31, 64, 127, 128, 129, 130, 200] {
            let keys: Vec<String> = (0..count).map(shape).collect();
            hold(object(&keys).as_bytes(), &limits);
            for (first, second) in [(0, 1), (0, count / 2), (count / 2, count), (0, count), (count, count)] {
                let mut keys = keys.clone();
                let repeated = keys.get(first).cloned().unwrap_or_default();
                keys.insert(second.min(keys.len()), repeated.clone());
                hold(object(&keys).as_bytes(), &limits);
                let escaped = format!("{}\\u0031", repeated.strip_suffix('1').unwrap_or(&repeated));
                let first = first.min(keys.len() - 1);
                keys[first] = escaped;
                hold(object(&keys).as_bytes(), &limits);
            }
        }
    }
}

/// An expected key is taken where it stands and nowhere else, whichever of its bytes is another one.
#[test]
fn an_expected_key_is_found_by_all_its_bytes() {
    for length in 0..40 {
        let key: String = ('A'..='Z').cycle().take(length).collect();
        let document = format!("{{\"{key}\":1,\"last\":2}}");
        let mut tape = Tape::new();
        let value = tape.parse(document.as_bytes(), &JsonLimits::default()).expect("JSON");
        for place in 0..length {
            let mut other = key.clone().into_bytes();
            other[place] ^= 0x20;
            let other = Key::new(std::str::from_utf8(&other).expect("ASCII"));
            assert!(value.members().next_if_key(&other).is_none(), "{key} {other:?}");
        }
        let mut members = value.members();
        assert!(members.next_if_key(&Key::new("last")).is_none());
        assert_eq!(members.next_if_key(&Key::new(&key)).and_then(|value| value.as_number()), Some("1"));
        assert_eq!(members.next_if_key(&Key::new("last")).and_then(|value| value.as_number()), Some("2"));
        assert!(members.next_if_key(&Key::new("last")).is_none());
    }
}

/// Each bound is passed at the same place.
#[test]
fn bounds_are_passed_alike() {
    let document = br#"{"a":[1,{"b":[[],{}]},"cc",-1.5e3],"ddd":{"e":true,"f":null}, "g":"\u0041"}"#;
    for bound in 0..20 {
        let default = JsonLimits::default();
        for limits in [
            JsonLimits { depth: bound, ..default },
            JsonLimits { tokens: bound, ..default },
            JsonLimits { key: bound, ..default },
            JsonLimits { number: bound, ..default },
        ] {
            for end in 0..=document.len() {
                hold(&document[..end], &limits);
            }
        }
    }
}

/// A tape that has read much reads less just as well.
#[test]
fn what_a_tape_has_read_before_is_forgotten() {
    let limits = JsonLimits::default();
    let mut tape = Tape::new();
    let large = format!("[{}]", vec!["{\"a\":[1,2]}"; 1000].join(","));
    for document in [&large, "{\"a\":[", "[1]", "{\"a\":1,\"a\":2}", "[]", &large, "\"x\""] {
        let again = tape
            .parse(document.as_bytes(), &limits)
            .map(|value| (value.len(), format!("{:?}", value.document())));
        let mut new = Tape::new();
        let once = new
            .parse(document.as_bytes(), &limits)
            .map(|value| (value.len(), format!("{:?}", value.document())));
        assert_eq!(again, once, "{document}");
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        (0..200_u32).prop_map(serde_json::Value::from),
        ".*".prop_map(serde_json::Value::from),
        "[a-z]{0,20}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(6, 128, 24, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[a-c]{0,3}|[a-z]{4,20}|.*", inner, 0..24)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(seeded(1024))]

    #[test]
    fn what_is_generated_is_read_alike(value in any_json(), pretty: bool) {
        let text = if pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) }.expect("JSON");
        hold(&text, &JsonLimits::default());
    }

    #[test]
    fn what_is_damaged_is_read_alike(
        value in any_json(),
        pretty: bool,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..2_usize, prop::collection::vec(any_byte(), 0..3)), 1..4),
    ) {
        let mut text = if pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) }.expect("JSON");
        for (at, removed, added) in changes {
            let at = at.index(text.len() + 1);
            text.splice(at..(at + removed).min(text.len()), added);
        }
        hold(&text, &JsonLimits::default());
        let ours = Tape::new().parse(&text, &JsonLimits::default()).map(|_| ()).map_err(|error| error.kind);
        let theirs = serde_json::from_slice::<serde::de::IgnoredAny>(&text).is_ok() && std::str::from_utf8(&text).is_ok();
        if !matches!(ours, Err(ErrorKind::DuplicateKey | ErrorKind::LoneSurrogate | ErrorKind::Limit { .. })) {
            prop_assert_eq!(ours.is_ok(), theirs, "{:?}: {:?}", String::from_utf8_lossy(&text), ours);
        }
    }
}

/// Any byte, and more often one that means something.
fn any_byte() -> impl Strategy<Value = u8> {
    prop_oneof![any::<u8>(), prop::sample::select(b"\"\\{}[],: \n0123456789-+.eEtfnu/\x1f".to_vec())]
}
