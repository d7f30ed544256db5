//! The reader: what it reads, refuses and bounds.

use super::*;

fn read(input: &str, limits: &XmlLimits) -> Result<String, ErrorKind> {
    let known = Namespaces::default();
    let mut reader = Reader::new(input, &known, limits);
    let mut out = String::new();
    loop {
        let event = reader.next().map_err(|error| error.kind)?;
        out.push_str(reader.text());
        match event {
            Event::Start(name) => {
                out.push_str(&format!("<{{{}}}{}", reader.namespace(name.ns), name.local));
                for a in reader.attributes() {
                    out.push_str(&format!(
                        " {{{}}}{}={}",
                        reader.namespace(a.name.ns),
                        a.name.local,
                        a.value
                    ));
                }
                out.push('>');
            }
            Event::End => out.push_str("</>"),
            Event::Eof => return Ok(out),
        }
    }
}

fn strict(input: &str) -> Result<String, ErrorKind> {
    read(input, &XmlLimits::default())
}

#[test]
fn well_formed_documents_are_read() {
    for (input, expected) in [
        ("<a/>", "<{}a></>"),
        ("<?xml version='1.0' encoding=\"utf-8\" standalone='yes' ?>\n<a></a >\n<!-- x -->", "<{}a></>"),
        ("<a>07<!--x-->8</a>", "<{}a>078</>"),
        ("<a>x<![CDATA[<&]]>y&amp;&#65;&lt;</a>", "<{}a>x<&y&A<</>"),
        ("<a><![CDATA[]]></a>", "<{}a></>"),
        ("<a><![CDATA[one]]></a>", "<{}a>one</>"),
        ("<p:a xmlns:p='u' p:b='1' b='2'/>", "<{u}a {u}b=1 {}b=2></>"),
        ("<a xmlns='u'><b xmlns=''/><c/></a>", "<{u}a><{}b></><{u}c></></>"),
        ("<p:a xmlns:p='u'><p:a xmlns:p='v'/><p:b/></p:a>", "<{u}a><{v}a></><{u}b></></>"),
        ("<a b='x\n\ty&#10;&quot;'/>", "<{}a {}b=x  y\n\"></>"),
        ("<a b = \"1\" \n c='2' />", "<{}a {}b=1 {}c=2></>"),
        ("<a b='>'>]] ></a>", "<{}a {}b=>>]] ></>"),
        ("<é:é xmlns:é='u'/>", "<{u}é></>"),
        ("<a xml:lang='en'/>", "<{}a {http://www.w3.org/XML/1998/namespace}lang=en></>"),
        ("<a>1<b/>2<b/>3</a>", "<{}a>1<{}b></>2<{}b></>3</>"),
    ] {
        assert_eq!(strict(input).as_deref(), Ok(expected), "{input}");
    }
}

#[test]
fn ill_formed_documents_are_refused() {
    use ErrorKind::*;
    for (input, kind) in [
        ("", NoRoot),
        (" <!-- x --> ", NoRoot),
        ("<a>", Truncated),
        ("<a", Truncated),
        ("<a><!-- x</a>", Truncated),
        ("<a b='1", Truncated),
        ("<a></b>", Mismatch),
        ("</a>", Mismatch),
        ("<a></ a>", Mismatch),
        ("<a/><b/>", TextOutsideRoot),
        ("<a/>x", TextOutsideRoot),
        ("x<a/>", TextOutsideRoot),
        ("\u{feff}<a/>", TextOutsideRoot),
        ("<a/>&#32;", TextOutsideRoot),
        ("<a/><![CDATA[]]>", TextOutsideRoot),
        ("<a b=1/>", Attribute),
        ("<a b/>", Attribute),
        ("<a b='1'c='2'/>", Attribute),
        ("<a b='1' b='2'/>", DuplicateAttribute),
        ("<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", DuplicateAttribute),
        ("<a xmlns:p='u' xmlns:p='u'/>", DuplicateAttribute),
        ("<a xmlns='u' xmlns='u'/>", DuplicateAttribute),
        ("<a b='<'/>", LessThan),
        ("<1a/>", Name),
        ("<a:b:c xmlns:a='u'/>", Name),
        ("<:a/>", Name),
        ("<a:/>", Name),
        ("<a 1b='x'/>", Name),
        ("<a xmlns:='u'/>", Name),
        ("<a>]]></a>", CdataEnd),
        ("<a>&#1;</a>", Reference),
        ("<a>&#0;</a>", Reference),
        ("<a>&nbsp;</a>", Reference),
        ("<a>&amp</a>", Reference),
        ("<a>& </a>", Reference),
        ("<a b='&x;'/>", Reference),
        ("<p:a/>", UndeclaredPrefix),
        ("<a p:b='1'/>", UndeclaredPrefix),
        ("<a><b xmlns:p='u'/><p:c/></a>", UndeclaredPrefix),
        ("<a><!-- -- --></a>", Comment),
        ("<a><!-- x ---></a>", Comment),
        (" <?xml version='1.0'?><a/>", SpaceBeforeDeclaration),
        ("\n\t<?xml version='1.0'?><a/>", SpaceBeforeDeclaration),
        ("<!-- --><?xml version='1.0'?><a/>", Declaration),
        ("<a><?xml version='1.0'?></a>", Declaration),
        ("<?xml version='1.1'?><a/>", Declaration),
        ("<?xml encoding='utf-8'?><a/>", Declaration),
        ("<?xml?><a/>", Declaration),
        ("<?xml version='1.0' x='y'?><a/>", Declaration),
        ("<?go?><a/>", ProcessingInstruction),
        ("<a><?go?></a>", ProcessingInstruction),
        ("<!DOCTYPE a><a/>", Doctype),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", Doctype),
        ("<a xmlns:p=''/>", NamespaceDeclaration),
        ("<a xmlns:xml='u'/>", NamespaceDeclaration),
        ("<a xmlns:xmlns='u'/>", NamespaceDeclaration),
        ("<a xmlns='http://www.w3.org/2000/xmlns/'/>", NamespaceDeclaration),
        ("<!go><a/>", Markup),
    ] {
        assert_eq!(strict(input), Err(kind), "{input}");
    }
}

#[test]
fn every_bound_holds_at_n_and_breaks_at_n_plus_one() {
    let limits = XmlLimits {
        depth: 3,
        attributes: 2,
        attribute_value: 4,
        elements: 6,
        children: 4,
        text: 5,
        name: 3,
        namespace: 3,
        namespaces: 2,
        bindings: 2,
        references: 0,
    };
    for (good, bad) in [
        ("<a><b><c/></b></a>", "<a><b><c><d/></c></b></a>"),
        ("<a b='' c=''/>", "<a b='' c='' d=''/>"),
        ("<a b='1234'/>", "<a b='12345'/>"),
        ("<a><b/><b/><b><c/></b></a>", "<a><b/><b/><b><c/><c/><c/></b></a>"),
        ("<a><b/><b/><b/><b/></a>", "<a><b/><b/><b/><b/><b/></a>"),
        ("<a>12345</a>", "<a>12345&#54;</a>"),
        ("<a>12<![CDATA[345]]></a>", "<a>12<![CDATA[3456]]></a>"),
        ("<abc/>", "<abcd/>"),
        ("<a xmlns='abc'/>", "<a xmlns='abcd'/>"),
        ("<a xmlns='a'><b xmlns='a'/></a>", "<a xmlns='a'><b xmlns='a'><c xmlns='a'/></b></a>"),
    ] {
        assert!(read(good, &limits).is_ok(), "{good}: {:?}", read(good, &limits));
        assert!(
            matches!(read(bad, &limits), Err(ErrorKind::Limit { .. })),
            "{bad}: {:?}",
            read(bad, &limits)
        );
    }
}

#[test]
fn skip_stops_at_the_matching_end_tag() {
    let known = Namespaces::default();
    let limits = XmlLimits::default();
    let mut reader = Reader::new("<a><b><b/>x</b><c/></a>", &known, &limits);
    reader.next().expect("a");
    reader.next().expect("b");
    reader.skip().expect("skipped");
    assert_eq!(reader.next(), Ok(Event::Start(Name { ns: ns::NONE, local: "c" })));
}

/// An element that is copied brings its declarations along; many small ones under long names may not grow without end.
#[test]
fn copies_do_not_multiply_declarations() {
    let limits = XmlLimits { references: 10_000, ..XmlLimits::default() };
    let names: String = (0..50).map(|n| format!(" xmlns:p{n}='{}'", "u".repeat(900))).collect();
    let user: String = (0..50).map(|n| format!(" p{n}:a{n}=''")).collect();
    let input = format!("<a{names}><b/><p0:c/><d{user}/></a>");
    let known = Namespaces::default();
    let mut reader = Reader::new(&input, &known, &limits);
    let mut out = String::new();
    reader.next().expect("the root");
    for (name, good) in [("b", true), ("c", true), ("d", false)] {
        assert!(matches!(reader.next(), Ok(Event::Start(found)) if found.local == name));
        assert_eq!(reader.raw(&mut out).is_ok(), good, "{name}");
    }
    assert!(out.starts_with("<b/><p0:c xmlns:p0=\"uuu"), "only what is used is declared");
}

#[test]
fn a_repeated_attribute_is_found_among_many() {
    let many: String = (0..30).map(|number| format!(" a{number}=''")).collect();
    assert!(strict(&format!("<a{many}/>")).is_ok());
    for again in ["a0=''", "xmlns:p='u' p:b='' xmlns:q='u' q:b=''"] {
        let input = format!("<a{many} {again}/>");
        assert_eq!(strict(&input), Err(ErrorKind::DuplicateAttribute), "{input}");
    }
}
