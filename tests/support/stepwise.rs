//! The quick way of the decoder and the content model alone, held against each other: the same verdict, the same JSON, the same
//! words.

use saponify::codec::{Decode, DecodeError, DecodeOptions, Decoded, Decoder, EmptyAs, Leeway, Strictness};
use saponify::limits::Limits;
use saponify::plan::{MessagePlan, Plan};
use saponify::soap::{self, Block};
use saponify::xml::{self, Error, Event, Position, Reader};

/// What was made of a message, and where the reader stands then.
type Read = (Result<Decoded, DecodeError>, Vec<u8>, Result<Event<'static>, Error>, Position);

/// Decodes `document`, an envelope or what is in a Body, in all manners. Says in how many of them it is a message.
pub fn compare(plan: &Plan, message: &MessagePlan, document: &str) -> usize {
    let taken = options().filter(|options| {
        let [quick, stepwise] = [false, true]
            .map(|stepwise| read(plan, message, document, DecodeOptions { stepwise, ..*options }));
        assert_eq!(quick, stepwise, "{options:?}: {document}");
        quick.is_some_and(|read| read.0.is_ok())
    });
    taken.count()
}

fn options() -> impl Iterator<Item = DecodeOptions<'static>> {
    let all = Leeway { namespaces: true, order: true, types: true };
    let manners = [
        (Strictness::Strict, Leeway::default()),
        (Strictness::Strict, all),
        (Strictness::Lenient, Leeway::default()),
        (Strictness::Forgiving, Leeway::default()),
    ];
    manners.into_iter().flat_map(|(strictness, leeway)| {
        let empty = [(EmptyAs::Keep, true), (EmptyAs::Reject, false), (EmptyAs::Absent, false)];
        empty.map(|(empty_as, open)| DecodeOptions {
            strictness,
            leeway,
            empty_as,
            open,
            members: b"\"first\":1",
            ..DecodeOptions::default()
        })
    })
}

/// Nothing where there is no message to begin with.
fn read(plan: &Plan, message: &MessagePlan, document: &str, options: DecodeOptions<'_>) -> Option<Read> {
    let limits = Limits::default();
    let text = xml::decode(document.as_bytes(), None).ok()?;
    let mut reader = Reader::new(&text, plan.namespaces(), &limits.xml);
    if document.contains(":Envelope") {
        soap::open(&mut reader, |_, _| Ok::<_, soap::Error>(Block::Unknown)).ok()?;
    } else {
        reader.next().ok()?;
    }
    let mut out = Vec::new();
    let decoded = Decoder::default().decode(Decode { plan, message, options }, &mut reader, &mut out);
    if decoded.is_err() {
        out.clear();
    }
    // A reader that has given an error gives no more tags.
    let broken = matches!(decoded, Err(DecodeError::Xml(_)));
    let end = if broken { Ok(Event::Eof) } else { reader.next().map(kind) };
    let position = if broken { Position::default() } else { reader.position() };
    Some((decoded, out, end, position))
}

fn kind(event: Event<'_>) -> Event<'static> {
    match event {
        Event::End => Event::End,
        Event::Eof => Event::Eof,
        Event::Start(name) => Event::Start(xml::Name { ns: name.ns, local: "" }),
    }
}

/// `document` with something else in the place of each element.
pub fn mutants(document: &str) -> impl Iterator<Item = String> {
    let elements = elements(document);
    let siblings: Vec<(Element, Element)> = elements
        .iter()
        .filter_map(|one| Some((*one, *elements.iter().find(|other| other.start >= one.end)?)))
        .collect();
    let swapped = siblings.into_iter().map(|(one, other)| {
        let [a, b] = [one, other].map(|element| &document[element.start..element.end]);
        [&document[..one.start], b, &document[one.end..other.start], a, &document[other.end..]].concat()
    });
    let swapped: Vec<String> = swapped.collect();
    elements.into_iter().flat_map(move |element| element.mutants(document)).chain(swapped)
}

/// Where an element stands.
#[derive(Clone, Copy)]
struct Element {
    start: usize,
    /// The `>` or `/>` of the start tag.
    open: usize,
    inner: usize,
    close: usize,
    end: usize,
}

impl Element {
    fn mutants(self, document: &str) -> Vec<String> {
        let Self { start, open, inner, close, end } = self;
        let (before, behind) = (&document[..start], &document[end..]);
        let [whole, tag, text] = [&document[start..end], &document[start..open], &document[inner..close]];
        let end_tag = &document[close..end];
        let bare = tag[1..].split([' ', '\n', '\t', '\r']).next().expect("a name").rsplit(':').next();
        let bare = bare.expect("a local name");
        let parts: Vec<String> = vec![
            String::new(),
            [whole, whole].concat(),
            [whole, whole, whole].concat(),
            format!("<unheard-of/>{whole}"),
            format!("{whole}<unheard-of>x</unheard-of>"),
            format!("x{whole}"),
            format!("{whole}\u{a0}"),
            format!("\n\t {whole}\r\n"),
            format!("<!-- c -->{whole}"),
            format!("<?x y?>{whole}"),
            format!("<![CDATA[ ]]>{whole}"),
            format!("{tag} strange=\"1\">{text}{end_tag}"),
            format!("{tag} {XSI} xsi:nil=\"true\">{text}{end_tag}"),
            format!("{tag} {XSI} xsi:nil=\"1\"/>"),
            format!("{tag} {XSI} xsi:nil=\"false\">{text}{end_tag}"),
            format!(
                "{tag} {XSI} xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xsi:type=\"xsd:string\">{text}{end_tag}"
            ),
            format!("{tag} xmlns:unused=\"urn:unused\">{text}{end_tag}"),
            format!("{tag} xmlns=\"urn:elsewhere\">{text}{end_tag}"),
            format!("<moved:{bare} xmlns:moved=\"urn:elsewhere\">{text}</moved:{bare}>"),
            format!("<{bare}>{text}</{bare}>"),
            format!("<{bare} xmlns=\"\">{text}</{bare}>"),
            format!("<{bare}-more>{text}</{bare}-more>"),
            format!("{tag}>{text}"),
            format!("{tag}\n >{text}{}\n>", &end_tag[..end_tag.len().saturating_sub(1)]),
            format!("{tag}/>"),
            format!("{tag}>{end_tag}"),
            format!("{tag}>  {end_tag}"),
            format!("{tag}> {text} {end_tag}"),
            format!("{tag}><!-- c -->{text}{end_tag}"),
            format!("{tag}>{text}<![CDATA[]]>{end_tag}"),
            format!("{tag}><![CDATA[x]]>{end_tag}"),
            format!("{tag}>{text}&amp;&#34;{end_tag}"),
            format!("{tag}>\"\\{text}\t{end_tag}"),
            format!("{tag}>é{text}\u{7f}{end_tag}"),
            format!("{tag}>]]&gt;{text}]]>{end_tag}"),
            format!("{tag}>{text}{}{end_tag}", "1".repeat(300)),
            format!("{tag}>{text}<within/>{end_tag}"),
            format!("{tag}>-0.50{end_tag}"),
            format!("{tag}>007{end_tag}"),
            format!("{tag}>2024-02-30{end_tag}"),
            format!("{tag}>2023-11-30Z{end_tag}"),
            format!("{tag}>2023-11-30T23:59:59.5+02:00{end_tag}"),
            format!("{tag}>1{end_tag}"),
            format!("{tag}>true{end_tag}"),
            format!("{tag}>{text}</wrong>"),
        ];
        parts.into_iter().map(|part| [before, &part, behind].concat()).collect()
    }
}

const XSI: &str = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

/// The elements of a document without comments and instructions.
fn elements(document: &str) -> Vec<Element> {
    let (mut found, mut open): (Vec<Element>, Vec<Element>) = (Vec::new(), Vec::new());
    let tags = document.match_indices('<').filter(|(at, _)| !document[*at..].starts_with("<?"));
    for (start, _) in tags.filter(|(at, _)| !document[*at..].starts_with("<!")) {
        let end = start + document[start..].find('>').expect("a tag ends") + 1;
        let empty = document[..end].ends_with("/>");
        let stop = if empty { end - 2 } else { end - 1 };
        if document[start..].starts_with("</") {
            let element = open.pop().expect("an element is open");
            found.push(Element { close: start, end, ..element });
        } else {
            let element = Element { start, open: stop, inner: end, close: end, end };
            if empty { found.push(element) } else { open.push(element) }
        }
    }
    found.sort_by_key(|element| element.start);
    found
}
