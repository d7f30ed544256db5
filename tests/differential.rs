//! The strict reader against a parser that is not ours: the same verdict and the same content, for generated documents
//! and for damaged ones.

#[path = "support/seed.rs"]
mod seed;

use proptest::prelude::*;
use saponify::limits::XmlLimits;
use saponify::xml::{Event, Namespaces, Reader, decode};
use seed::seeded;

/// What we read: every element with its expanded name, its attributes and its text; nothing when we refuse.
fn ours(input: &str) -> Option<String> {
    let text = decode(input.as_bytes(), None).ok()?;
    let (known, limits) = (Namespaces::default(), XmlLimits::default());
    let mut reader = Reader::new(&text, &known, &limits).allow_instructions();
    let mut out = String::new();
    loop {
        let event = reader.next().ok()?;
        if reader.depth() > 0 || event == Event::End {
            out.push_str(reader.text());
        }
        match event {
            Event::Start(name) => {
                out.push_str(&format!("<{{{}}}{}", reader.namespace(name.ns), name.local));
                for a in reader.attributes() {
                    out.push_str(&format!(
                        " {{{}}}{}={:?}",
                        reader.namespace(a.name.ns),
                        a.name.local,
                        a.value
                    ));
                }
                out.push('>');
            }
            Event::End => out.push_str("</>"),
            Event::Eof => return Some(out),
        }
    }
}

/// The same by another parser.
fn theirs(input: &str) -> Option<String> {
    let document = roxmltree::Document::parse(input).ok()?;
    let mut out = String::new();
    write(document.root_element(), &mut out);
    Some(out)
}

fn write(node: roxmltree::Node<'_, '_>, out: &mut String) {
    if node.is_text() {
        out.push_str(node.text().unwrap_or(""));
    }
    if node.is_element() {
        out.push_str(&format!(
            "<{{{}}}{}",
            node.tag_name().namespace().unwrap_or(""),
            node.tag_name().name()
        ));
        for a in node.attributes() {
            out.push_str(&format!(" {{{}}}{}={:?}", a.namespace().unwrap_or(""), a.name(), a.value()));
        }
        out.push('>');
        node.children().for_each(|child| write(child, out));
        out.push_str("</>");
    }
}

/// What the other parser decides otherwise, each with its reason.
fn is_exempt(input: &str) -> bool {
    const EXEMPT: &[&str] = &[
        // Refused here on purpose.
        "<!DOCTYPE",
        // A declaration of another version or encoding: refused here, passed over there.
        "<?xml",
        // Namespaces in XML 1.0, section 3, forbids to undeclare a prefix; the other parser lets it pass.
        "xmlns:p=''",
        "xmlns:q=''",
        // A name cannot begin with a colon (Namespaces section 4); the other parser takes the prefix to be empty.
        "<:",
        "</:",
        " :",
        // The other parser has its own mind about the reserved prefixes.
        "xmlns:xml",
    ];
    // A reference to a character that does not exist: refused here, replaced by U+FFFD there.
    let replaced = || theirs(input).is_some_and(|content| content.contains('\u{FFFD}'));
    EXEMPT.iter().any(|part| input.contains(part)) || has_prefixed_xmlns(input) || replaced()
}

/// Whether there is an attribute with the local name `xmlns` and a prefix. The other parser looks at the local name alone
/// and takes `x:xmlns='u'` for a declaration of the default namespace, whatever `x` is. Namespaces in XML 1.0, section 3,
/// has only `xmlns` itself for that (production 2, DefaultAttName): here it is an attribute, whose prefix must be declared.
fn has_prefixed_xmlns(input: &str) -> bool {
    let behind = |at: usize| input[at + ":xmlns".len()..].trim_start().starts_with('=');
    input.match_indices(":xmlns").any(|(at, _)| behind(at))
}

#[test]
fn a_prefixed_xmlns_attribute_is_no_declaration_and_nothing_else_is_exempt_for_it() {
    // An undeclared prefix is refused; with a declared one it is an attribute, and no element is in namespace `u`.
    let (undeclared, declared) = ("<a x:xmlns='u'/>", "<a xmlns:x='v' x:xmlns='u'/>");
    for exempt in [undeclared, declared, "<a x:xmlns = 'u'/>"] {
        assert!(is_exempt(exempt), "{exempt}");
        assert_ne!(ours(exempt), theirs(exempt), "the exemption of {exempt} is not needed any more");
    }
    assert_eq!(ours(undeclared), None);
    assert_eq!(ours(declared).as_deref(), Some("<{}a {v}xmlns=\"u\"></>"));
    assert_eq!(theirs(undeclared).as_deref(), Some("<{u}a></>"), "what the other parser makes of it");
    for compared in ["<a xmlns='u'/>", "<a xmlns:x='u'/>", "<a x:y='u'/>", "<a>x:xmlns</a>", "<x:xmlns/>"] {
        assert!(!is_exempt(compared), "{compared}");
        assert_eq!(ours(compared), theirs(compared), "{compared}");
    }
}

fn document() -> impl Strategy<Value = String> {
    let name = prop_oneof![Just("a"), Just("b"), Just("p:a"), Just("q:b"), Just("é"), Just("_x-1.y")];
    let text = prop_oneof![
        Just(""),
        Just("x"),
        Just(" \n\t"),
        Just("&amp;&lt;&#65;&#x1F600;"),
        Just("<![CDATA[<&]]>"),
        Just("<!-- c -->"),
        Just("]] >"),
        Just("é😀"),
    ];
    let attribute = prop_oneof![
        Just(""),
        Just(" c='1'"),
        Just(" p:c='2'"),
        Just(" c=\"x&#10;y&quot;'\" d='\t'"),
        Just(" xmlns='u'"),
        Just(" xmlns:q='v'"),
        Just(" xmlns=''"),
    ];
    let leaf =
        (name.clone(), attribute.clone(), text.clone()).prop_map(|(n, a, t)| format!("<{n}{a}>{t}</{n}>"));
    let tree = leaf.prop_recursive(4, 32, 4, move |inner| {
        (name.clone(), attribute.clone(), text.clone(), prop::collection::vec(inner, 0..4))
            .prop_map(|(n, a, t, children)| format!("<{n}{a}>{t}{}{t}</{n} >", children.join(t)))
    });
    tree.prop_map(|tree| format!("<root xmlns:p='up' xmlns:q='uq'>{tree}</root>"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..seeded(2000) })]

    #[test]
    fn documents_are_read_alike(input in document()) {
        prop_assert_eq!(ours(&input), theirs(&input), "{}", input);
    }

    #[test]
    fn damaged_documents_are_judged_alike(input in document(), at in any::<prop::sample::Index>(), with in "[<>&;'\"/= !\\[\\]a:x#?-]{0,3}", cut in 0..3_usize) {
        let mut chars: Vec<char> = input.chars().collect();
        let at = at.index(chars.len());
        let end = (at + cut).min(chars.len());
        chars.splice(at..end, with.chars());
        let input: String = chars.into_iter().collect();
        if !is_exempt(&input) {
            prop_assert_eq!(ours(&input), theirs(&input), "{}", input);
        }
    }
}
