//! The reader beside a second one on another tokenizer: the same tags, names, texts, attributes and places, the same
//! verdict, and the same error at the same place, for all messages and contracts that there are, for what the fuzz targets
//! found, for what is made at random, and for all of these with a piece missing or changed.

#[path = "support/oracle/mod.rs"]
mod oracle;
#[path = "support/seed.rs"]
mod seed;

use std::path::{Path, PathBuf};

use oracle::compare;
use proptest::prelude::*;
use saponify::limits::XmlLimits;
use saponify::xml::decode;
use seed::seeded;

/// All files in the folders that hold documents.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> =
        ["fuzz/corpus", "samples", "tests", "wsdl", "xsd"].iter().map(|name| root.join(name)).collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("folder").flatten() {
            let kind = entry.file_type().expect("kind");
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    files
}

fn texts() -> impl Iterator<Item = (PathBuf, String)> {
    files().into_iter().filter_map(|path| {
        let bytes = std::fs::read(&path).expect("file");
        let text = decode(&bytes, None).ok()?.into_owned();
        Some((path, text))
    })
}

/// Every document is read; so is every document that stands in another file, such as a table of attacks.
#[test]
fn all_documents_are_read_alike() {
    let (limits, mut read) = (XmlLimits::default(), 0);
    for (_, text) in texts() {
        for instructions in [false, true] {
            compare(&text, &limits, instructions);
        }
        for (at, _) in text.match_indices('<').filter(|(at, _)| *at > 0).step_by(7).take(300) {
            compare(&text[at..], &limits, true);
        }
        read += 1;
    }
    assert!(read > 300, "{read} files");
}

/// What is cut at any place, and what has another byte at any place.
#[test]
fn damaged_documents_are_read_alike() {
    const OTHER: [&str; 14] = ["<", ">", "&", ";", "'", "\"", "/", "!", "?", "-", "]", ":", " ", "é"];
    let limits = XmlLimits::default();
    for (path, text) in texts().filter(|(_, text)| text.starts_with('<') && text.len() < 6000) {
        let seed = path.as_os_str().len();
        for (turn, (at, c)) in text.char_indices().enumerate().step_by(1 + text.len() / 120) {
            let (before, behind) = (&text[..at], &text[at + c.len_utf8()..]);
            let other = OTHER[(turn + seed) % OTHER.len()];
            compare(before, &limits, true);
            compare(&format!("{before}{behind}"), &limits, false);
            compare(&format!("{before}{other}{behind}"), &limits, true);
            compare(&format!("{before}{other}{c}{behind}"), &limits, true);
        }
    }
}

/// Bounds that any document passes somewhere.
fn tight() -> XmlLimits {
    XmlLimits {
        depth: 3,
        attributes: 2,
        attribute_value: 8,
        elements: 9,
        children: 3,
        text: 12,
        name: 5,
        namespace: 3,
        namespaces: 2,
        bindings: 4,
        references: 0,
    }
}

/// Pieces of documents, good ones and others.
const PIECES: [&str; 62] = [
    "<a>",
    "</a>",
    "<b>",
    "</b>",
    "</b >",
    "<a/>",
    "<b />",
    "<p:a>",
    "</p:a>",
    "<p:a/>",
    "<a b='1'>",
    "<a b='>'>",
    "<b c=\"x&amp;'\" d='\t'/>",
    "<a xmlns='u'>",
    "<a xmlns:p='u'>",
    "<b xmlns:p='v' p:c='1'>",
    "<a xmlns=''>",
    "<p:b xmlns:p='u' xmlns:q='u' p:c='1' q:c='2'/>",
    "<a xmlns:p=''/>",
    "<a b='1' b='2'/>",
    "<é>",
    "</é>",
    "<abcdef>",
    "text",
    "x",
    " ",
    "\n  ",
    "&amp;",
    "&#65;",
    "&#x1F600;",
    "&lt",
    "&no;",
    "& ",
    "]]>",
    "]",
    ">",
    "é",
    "\u{feff}",
    "<![CDATA[<&]]>",
    "<![CDATA[]]>",
    "<![CDATA[",
    "<![CDAT",
    "<!--c-->",
    "<!-- - -->",
    "<!-- -- -->",
    "<!--->",
    "<!---->",
    "<!-x-->",
    "<!DOCTYPE a>",
    "<!doctype",
    "<!DOCTYPE >",
    "<!D>",
    "<!x>",
    "<?xml version='1.0'?>",
    "<?go on?>",
    "<?>",
    "<??>",
    "<? xml?>",
    "<",
    "</",
    "<a b",
    "long text of no end",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..seeded(20_000) })]

    #[test]
    fn what_is_made_at_random_is_read_alike(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..14), root in any::<bool>(), instructions in any::<bool>()) {
        let middle = pieces.concat();
        let input = if root { format!("<r xmlns:p='p'>{middle}</r>") } else { middle };
        for limits in [XmlLimits::default(), tight()] {
            compare(&input, &limits, instructions);
        }
    }
}
