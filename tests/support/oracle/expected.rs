//! Reading by expected tags beside reading tag by tag.

use saponify::limits::XmlLimits;
use saponify::xml::{Event, Leaf, Name, Namespaces, Out, Plain, Reader};

use super::Seen;
use super::compare::{next, seen};

/// What reading tag by tag finds: the tags, with names as the reader gives them.
pub(super) struct Tags<'i> {
    pub(super) found: Vec<(Seen, Event<'i>)>,
    /// Whether the document is good up to its end.
    pub(super) whole: bool,
}

/// Reads `input` by expecting whatever could come, right or wrong, and whatever does: what is read is what there is, and
/// what is not read leaves the reader where it was.
pub(super) fn compare(input: &str, limits: &XmlLimits, tags: &Tags<'_>) {
    let known = Namespaces::default();
    let mut reader = Reader::new(input, &known, limits);
    let names: Vec<Name<'_>> = distinct(tags);
    let mut at = 0;
    while at < tags.found.len() {
        at += step(&mut reader, &names, &tags.found[at..]);
    }
    if !tags.whole {
        assert!(
            names.iter().all(|name| reader.text_leaf(*name).is_none() && !reader.open_expected(*name)),
            "{input}"
        );
        assert!(!reader.close_expected() && reader.next().is_err(), "{input}");
    }
}

fn distinct<'i>(tags: &Tags<'i>) -> Vec<Name<'i>> {
    let mut names: Vec<Name<'_>> = Vec::new();
    for (_, event) in &tags.found {
        match event {
            Event::Start(name) if names.len() < 12 && !names.contains(name) => names.push(*name),
            _ => {}
        }
    }
    names
}

/// Goes on by one or two tags.
fn step<'i>(reader: &mut Reader<'i>, names: &[Name<'i>], tags: &[(Seen, Event<'i>)]) -> usize {
    let before = seen(reader);
    let (tag, event) = &tags[0];
    let expected = match event {
        Event::Start(name) => Some(*name),
        Event::End | Event::Eof => None,
    };
    for name in names.iter().filter(|name| Some(**name) != expected) {
        assert_eq!(reader.text_leaf(*name), None, "{}", reader.input());
        assert!(!reader.open_expected(*name), "{}", reader.input());
    }
    if *event != Event::End {
        assert!(!reader.close_expected(), "{}", reader.input());
    }
    assert_eq!(seen(reader), before, "what is not there changes nothing");
    // Half of the leaves are read in each of the two ways.
    let even = expected.filter(|_| reader.offset().is_multiple_of(2));
    if let Some(text) = even.and_then(|name| put_leaf(reader, name, &before)) {
        let (end, event) = &tags[1];
        assert_eq!((&text, *event), (&end.text, Event::End));
        assert!(!text.is_empty() && !text.contains(|c| c < ' ' || matches!(c, '"' | '\\')));
        assert_eq!(Seen { text, ..seen(reader) }, *end, "{}", reader.input());
        return 2;
    }
    if let Some(leaf) = expected.and_then(|name| reader.text_leaf(name)) {
        let plain = match leaf {
            Leaf::Plain(plain) => plain,
            Leaf::Resolved { unescaped } => Plain::alone(reader.text(), unescaped),
        };
        let (end, event) = &tags[1];
        assert_eq!((plain.text(), *event), (&*end.text, Event::End));
        assert!(!plain.unescaped || !plain.text().contains(|c| c < ' ' || matches!(c, '"' | '\\')));
        assert_eq!(seen(reader), *end, "{}", reader.input());
        return 2;
    }
    let read = match expected {
        Some(name) => reader.open_expected(name),
        None => reader.close_expected(),
    };
    let found = if read { seen(reader) } else { next(reader).expect("it was read before") };
    assert_eq!(found, *tag, "{}", reader.input());
    1
}

/// The text of the element `name`, if that is what follows and is written while it is read.
fn put_leaf<'i>(reader: &mut Reader<'i>, name: Name<'i>, before: &Seen) -> Option<String> {
    let found = reader.leaf_start(name)?;
    let mut buffer = Vec::new();
    let mut out = Out::new(&mut buffer);
    let put = reader.put_leaf(found, &mut out);
    out.finish();
    if !put {
        assert_eq!(seen(reader), *before, "what is not written changes nothing");
    }
    put.then(|| String::from_utf8(buffer).expect("UTF-8"))
}
