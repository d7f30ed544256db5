//! Reading alone: tag by tag, by expected tags, and beside a bare tokenizer.

use std::hint::black_box;

use quick_xml::events::Event as Token;
use saponify::limits::XmlLimits;
use saponify::xml::{Event, Name, Namespaces, Reader, ReaderBuffers, decode};

/// One step of reading a document by expected tags.
enum Step<'i> {
    Close,
    Leaf(Name<'i>),
    Next,
    Open(Name<'i>),
}

/// Runs `subject`, `read-` with what is done and the document, `count` times.
pub fn run(subject: &str, count: u32) {
    let (way, document) = subject.rsplit_once('-').expect("a way and a document");
    let document = match document {
        "response" => include_str!("../../samples/bancbox/response-ok.xml").to_owned(),
        "notices" => notices(100 * 1024),
        "orders" => super::support::orders_message(100 * 1024),
        _ => panic!("no such document: {document}"),
    };
    let (known, limits) = (Namespaces::default(), XmlLimits::default());
    let mut buffers = ReaderBuffers::default();
    let steps = steps(Reader::new(&document, &known, &limits));
    for _ in 0..count {
        let mut reader = Reader::within(black_box(&document), &known, &limits, std::mem::take(&mut buffers));
        match way {
            "read-decode" => drop(black_box(decode(black_box(document.as_bytes()), None).expect("text"))),
            "read-expected" => guided(&mut reader, &steps),
            "read-nothing" => {}
            "read-tags" => tags(&mut reader),
            "read-tokens" => tokens(&document),
            _ => panic!("no such way: {way}"),
        }
        buffers = reader.into_buffers();
    }
}

fn tags(reader: &mut Reader<'_>) {
    while black_box(reader.next().expect("a tag")) != Event::Eof {}
}

fn tokens(document: &str) {
    let mut reader = quick_xml::Reader::from_str(black_box(document));
    while !matches!(black_box(reader.read_event().expect("a token")), Token::Eof) {}
}

fn guided<'i>(reader: &mut Reader<'i>, steps: &[Step<'i>]) {
    for step in steps {
        let read = match step {
            Step::Close => reader.close_expected(),
            Step::Leaf(name) => black_box(reader.text_leaf(*name)).is_some(),
            Step::Next => false,
            Step::Open(name) => reader.open_expected(*name),
        };
        if !read {
            black_box(reader.next().expect("a tag"));
            if matches!(step, Step::Leaf(_)) {
                black_box(reader.next().expect("an end tag"));
            }
        }
    }
}

/// How a decoder that knows the document reads it.
fn steps(mut reader: Reader<'_>) -> Vec<Step<'_>> {
    let (mut steps, mut last) = (Vec::new(), false);
    loop {
        let event = reader.next().expect("a tag");
        match (event, steps.last_mut()) {
            (Event::Eof, _) => return steps,
            (Event::End, Some(Step::Open(name))) if last => {
                let name = *name;
                steps.pop();
                steps.push(Step::Leaf(name));
            }
            (Event::End, _) => steps.push(Step::Close),
            (Event::Start(name), _) if reader.attributes().is_empty() => steps.push(Step::Open(name)),
            (Event::Start(_), _) => steps.push(Step::Next),
        }
        last = matches!(event, Event::Start(_));
    }
}

/// A reply with a list of notices, each of which has a text with a reference.
fn notices(bytes: usize) -> String {
    let mut out = String::from("<s:Envelope xmlns:s='urn:s'><s:Body><r:done xmlns:r='urn:r'><return>");
    for number in 0.. {
        if out.len() >= bytes {
            break;
        }
        out.push_str(&format!("<warnings><code>W-{number:04}</code><message>Field {number} was normalised &amp; stored; please review the value on file</message></warnings>"));
    }
    out + "</return></r:done></s:Body></s:Envelope>"
}
