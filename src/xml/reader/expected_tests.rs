//! Expected tags: which are read, and which are left to the general path.

use super::*;
use crate::xml::Out;

const ROOT: &str = "<p:r xmlns:p='u'>";

/// A reader that stands at the start tag of [`ROOT`], and the namespace of its prefix.
fn begun<'i>(input: &'i str, known: &'i Namespaces, limits: &'i XmlLimits) -> (Reader<'i>, NsId) {
    let mut reader = Reader::new(input, known, limits);
    reader.next().expect("the root");
    let ns = reader.name().ns;
    (reader, ns)
}

/// What a text leaf without references is.
fn leaf<'i>(reader: &mut Reader<'i>, name: Name<'_>) -> Option<(&'i str, bool)> {
    match reader.text_leaf(name)? {
        Leaf::Plain(plain) => Some((plain.text(), plain.unescaped)),
        Leaf::Resolved { .. } => panic!("it has references: {}", reader.text()),
    }
}

#[test]
fn what_is_expected_is_read_in_one_go() {
    let (known, limits) = (Namespaces::default(), XmlLimits::default());
    let input = format!("{ROOT}<p:a/>\n  <p:b>x y</p:b><p:b>é\"</p:b> <p:c>\n\t<p:d></p:d> </p:c></p:r>");
    let (mut reader, ns) = begun(&input, &known, &limits);
    let name = |local| Name { ns, local };
    let plain = |text, unescaped| Some((text, unescaped));
    assert_eq!(leaf(&mut reader, name("b")), None);
    assert_eq!(leaf(&mut reader, name("a")), plain("", true));
    assert_eq!((reader.current(), reader.text(), reader.depth()), (Event::End, "", 1));
    assert_eq!(leaf(&mut reader, name("b")), plain("x y", true));
    assert_eq!((reader.text(), input.get(reader.offset()..reader.end_offset())), ("x y", Some("</p:b>")));
    assert_eq!(leaf(&mut reader, name("b")), plain("é\"", false));
    assert!(!reader.close_expected() && reader.open_expected(name("c")));
    assert_eq!((reader.current(), reader.text(), reader.depth()), (Event::Start(name("c")), " ", 2));
    assert_eq!(leaf(&mut reader, name("d")), plain("", true));
    assert!(reader.close_expected());
    assert_eq!((reader.current(), reader.text(), reader.depth()), (Event::End, " ", 1));
    assert!(reader.close_expected());
    assert_eq!(reader.next(), Ok(Event::Eof));
}

#[test]
fn what_is_written_otherwise_is_left() {
    let (known, limits) = (Namespaces::default(), XmlLimits::default());
    for rest in [
        "<p:a b='1'>x</p:a>",
        "<p:a >x</p:a>",
        "<p:a>x</p:a >",
        "<p:a>x&no;</p:a>",
        "<p:a>x&amp</p:a>",
        "<p:a>&amp;]]></p:a>",
        "<p:a>&amp;</p:b>",
        "<p:a>]]></p:a>",
        "<p:a><![CDATA[x]]></p:a>",
        "<p:a>x<!--y--></p:a>",
        "<p:a>x<p:b/></p:a>",
        "<q:a xmlns:q='u'>x</q:a>",
        "<a>x</a>",
        "<p.a>x</p.a>",
        "<p:ab>x</p:ab>",
        "<p:a>x</p:b>",
        "<p:a>x</p:",
        "<p:a>x",
        "<p:a/",
        "<p:",
        "y<p:a>x</p:a>",
        "<!----><p:a>x</p:a>",
        "",
    ] {
        let input = format!("{ROOT}{rest}");
        let (mut reader, ns) = begun(&input, &known, &limits);
        assert_eq!(leaf(&mut reader, Name { ns, local: "a" }), None, "{rest}");
        assert_eq!(
            (reader.current(), reader.end_offset()),
            (Event::Start(Name { ns, local: "r" }), ROOT.len())
        );
    }
}

#[test]
fn a_prefix_is_that_of_its_scope() {
    let (known, limits) = (Namespaces::default(), XmlLimits::default());
    let input = format!("{ROOT}<p:x xmlns:p='v'><p:a>1</p:a></p:x><p:a>2</p:a><p:a>3</p:a></p:r>");
    let (mut reader, outer) = begun(&input, &known, &limits);
    reader.next().expect("x");
    let [outer, inner] = [outer, reader.name().ns].map(|ns| Name { ns, local: "a" });
    assert_ne!(outer, inner);
    assert_eq!(leaf(&mut reader, outer), None);
    assert_eq!(leaf(&mut reader, inner).map(|(text, _)| text), Some("1"));
    assert!(reader.close_expected(), "the end of x");
    // What it declared is in scope up to the next tag, which therefore is not expected.
    assert_eq!((leaf(&mut reader, outer), leaf(&mut reader, inner)), (None, None));
    assert_eq!(reader.next(), Ok(Event::Start(outer)));
    assert_eq!(reader.next(), Ok(Event::End));
    assert_eq!(leaf(&mut reader, inner), None);
    assert_eq!(leaf(&mut reader, outer).map(|(text, _)| text), Some("3"));
}

#[test]
fn bounds_hold_for_what_is_expected() {
    let known = Namespaces::default();
    let wide = XmlLimits::default();
    for (limits, rest) in [
        (XmlLimits { depth: 1, ..wide }, "<p:a>x</p:a>"),
        (XmlLimits { elements: 1, ..wide }, "<p:a>x</p:a>"),
        (XmlLimits { children: 0, ..wide }, "<p:a>x</p:a>"),
        (XmlLimits { name: 3, ..wide }, "<p:ab>x</p:ab>"),
        (XmlLimits { text: 3, ..wide }, "<p:a>1234</p:a>"),
        (XmlLimits { text: 3, ..wide }, "    <p:a>x</p:a>"),
    ] {
        let input = format!("{ROOT}{rest}</p:r>");
        for (limits, good) in [(&wide, true), (&limits, false)] {
            let (mut reader, ns) = begun(&input, &known, limits);
            let local = if rest.contains("p:ab") { "ab" } else { "a" };
            assert_eq!(leaf(&mut reader, Name { ns, local }).is_some(), good, "{rest}");
            let mut last = reader.next();
            while matches!(last, Ok(Event::Start(_) | Event::End)) {
                last = reader.next();
            }
            assert_eq!(last.is_ok(), good, "{rest}");
        }
    }
}

#[test]
fn references_are_resolved_in_what_is_expected() {
    let (known, limits) = (Namespaces::default(), XmlLimits { text: 9, ..XmlLimits::default() });
    for (text, resolved, unescaped) in [
        ("a&amp;b", "a&b", true),
        ("&lt;&gt;&apos;&#65;", "<>'A", true),
        ("&quot;", "\"", false),
        ("\"&amp;", "\"&", false),
        ("]]&gt;", "]]>", true),
        ("12345678&#57;", "123456789", true),
    ] {
        let input = format!("{ROOT}<p:a>{text}</p:a></p:r>");
        let (mut reader, ns) = begun(&input, &known, &limits);
        assert_eq!(reader.text_leaf(Name { ns, local: "a" }), Some(Leaf::Resolved { unescaped }), "{text}");
        assert_eq!((reader.text(), reader.depth()), (resolved, 1));
        assert!(reader.close_expected() && reader.next() == Ok(Event::Eof));
    }
    let input = format!("{ROOT}<p:a>12345678&#57;0</p:a></p:r>");
    let (mut reader, ns) = begun(&input, &known, &limits);
    assert_eq!(reader.text_leaf(Name { ns, local: "a" }), None);
}

/// What is written while it is read is the text, and what is not is left, whatever its length and what is behind the document's end.
#[test]
fn a_leaf_is_written_or_left() {
    let (known, limits) = (Namespaces::default(), XmlLimits { text: 60, ..XmlLimits::default() });
    let longest = "a".repeat(60);
    let written =
        ["x", "x>y", "]]x>", "é😀", "x&amp;y", "&#233;&lt;&gt;", "]]&gt;", "]&#93;>", "'", &longest];
    let left = [
        "",
        "]]>",
        "\"",
        "\\",
        "a\nb",
        "&quot;",
        "&#9;",
        "&#92;",
        "&no;",
        "&",
        "<b/>",
        "<!--x-->",
        "<![CDATA[x]]>",
    ];
    let all = written.iter().map(|text| (text, true)).chain(left.iter().map(|text| (text, false)));
    for (text, good) in all {
        for (before, end) in [
            (0, "</p:a>"),
            (1, "</p:a></p:r>"),
            (15, "</p:a></p:r>"),
            (16, "</p:a><p:b>y</p:b></p:r>"),
            (33, "</p:a><"),
        ] {
            let fits = before == 0 || text.len() < 60;
            let text = ["b".repeat(if text.is_empty() { 0 } else { before }), (*text).to_owned()].concat();
            let input = format!("{ROOT}<p:a>{text}{end}");
            let (mut one, ns) = begun(&input, &known, &limits);
            let (mut other, _) = begun(&input, &known, &limits);
            let name = Name { ns, local: "a" };
            let mut buffer = b"before".to_vec();
            let mut out = Out::new(&mut buffer);
            let found = one.leaf_start(name).expect("a start tag");
            let put = one.put_leaf(found, &mut out);
            assert!(!put || good && fits, "{input}");
            // Only behind the last block of a document is what could be written left.
            assert!(put || !good || !fits || end.len() < 16, "{input}");
            if put {
                let leaf = other.text_leaf(name).expect("a leaf");
                assert_eq!(out.written().strip_prefix(b"before"), Some(other.text().as_bytes()), "{leaf:?}");
            }
            let place = |reader: &Reader<'_>| {
                (reader.current() == Event::End, reader.offset(), reader.end_offset(), reader.depth())
            };
            assert_eq!(place(&one), place(&other), "{input}");
            assert_eq!(one.next().is_ok(), other.next().is_ok(), "{input}");
        }
    }
    for rest in ["<p:a b='1'>x</p:a>", "<p:a>x</p:b>                ", "<p:a/><p:b>x</p:b>               "] {
        let input = format!("{ROOT}{rest}");
        let (mut reader, ns) = begun(&input, &known, &limits);
        let mut buffer = Vec::new();
        let found = reader.leaf_start(Name { ns, local: "a" }).expect("a start tag");
        assert!(!reader.put_leaf(found, &mut Out::new(&mut buffer)), "{rest}");
    }
}
