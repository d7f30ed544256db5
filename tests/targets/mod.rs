//! What the fuzz targets do with their input. `tests/corpus.rs` replays their corpora, `fuzz/` looks for more.

mod framing_oracle;
mod json_oracle;
#[path = "../support/oracle/mod.rs"]
mod oracle;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use framing_oracle::Read;
use saponify::codec::{
    Beside, BesideParts, Decode, DecodeOptions, Decoder, Encode, EncodeOptions, Encoder, Matched, MimeParts,
    Strictness,
};
use saponify::describe::{Converter, Selection, Style, inspect, lint, sample};
use saponify::json::{Tape, write};
use saponify::limits::{ADDRESSING_TEXT, ContractLimits, Limits, MCP_ID, XmlLimits};
use saponify::mcp::{self, Head, Message, Request, Version as McpVersion};
use saponify::plan::{MessagePlan, OperationRules, Plan, Rules, compile};
use saponify::server::{Framing, Refused, proxy_header};
use saponify::soap::{
    self, Addressed, AnswerProperties, AnswerTo, Block, Form, Related, RelatedText, Replying, Sieve, Version,
};
use saponify::wsdl::{DemandKind, Files, load};
use saponify::wss::{self, Created, Profile, Security};
use saponify::xml::{self, Event, Name, Namespaces, Reader};

/// A target: it gets any bytes, and must neither panic nor hang.
pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("addressing", addressing),
    ("base64", base64),
    ("created", created),
    ("decode", decode),
    ("encode", encode),
    ("form", form),
    ("framing", framing),
    ("json", json),
    ("mcp", mcp),
    ("multipart", multipart),
    ("policy", policy),
    ("proxy", proxy),
    ("security", security),
    ("wsdl", wsdl),
    ("xml", xml),
    ("xsd", xsd),
];

/// Whatever the bytes are, reading them ends, and gives tags that are properly nested, as a second reader finds them.
pub fn xml(input: &[u8]) {
    let Ok(text) = xml::decode(input, None) else { return };
    let (known, limits) = (Namespaces::default(), Limits::default());
    oracle::compare(&text, &limits.xml, false);
    oracle::compare(&text, &limits.xml, true);
    let mut reader = Reader::new(&text, &known, &limits.xml);
    let mut depth = 0_usize;
    loop {
        match reader.next() {
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End) => depth = depth.checked_sub(1).expect("an end tag has a start tag"),
            Ok(Event::Eof) => return assert_eq!(depth, 0),
            Err(_) => return,
        }
        assert!(depth <= limits.xml.depth && depth == reader.depth());
    }
}

/// The bytes of a connection, in pieces as long as the first one says: requests are told from each other as a second reader does, however
/// they are cut.
pub fn framing(input: &[u8]) {
    let Some((piece, bytes)) = input.split_first() else { return };
    // No line is longer than it may be: a piece that ends with its line is taken whatever its length.
    let longest = input.len();
    let run = |length: usize| {
        let mut framing = Framing::new(longest);
        match bytes.chunks(length).try_for_each(|piece| framing.check(piece)) {
            Ok(()) => Read::All { between: framing.is_between() },
            Err(Refused { in_head, .. }) => Read::Refused { in_head },
        }
    };
    let expected = framing_oracle::read(bytes, longest);
    assert_eq!(run(input.len()), expected);
    assert_eq!(run(usize::from(*piece).max(1)), expected);
}

/// A header of the PROXY protocol: whatever is behind it, and nothing of it, is read as a part of it; half a header is none.
pub fn proxy(input: &[u8]) {
    let Ok((client, length)) = proxy_header(input) else { return };
    let header = input.get(..length).expect("no more than there is");
    assert_eq!(proxy_header(header).ok(), Some((client, length)));
    for end in 0..length {
        assert!(proxy_header(&header[..end]).is_err(), "the half of it");
    }
    for other in [&b"\r\n"[..], b"GET / HTTP/1.1\r\n\r\n", b"\0"] {
        assert_eq!(proxy_header(&[header, other].concat()).ok(), Some((client, length)));
    }
    // Version 1 is a line that anyone can read; behind UNKNOWN there may be anything.
    if let Some(line) = header.strip_prefix(b"PROXY ") {
        let line = String::from_utf8_lossy(line);
        let words: Vec<&str> = line.trim_end_matches("\r\n").split(' ').collect();
        let told = match words.as_slice() {
            ["TCP4" | "TCP6", from, _, port, _] => {
                Some((from.parse().expect("an address"), port.parse().expect("a port")))
            }
            _ => None,
        };
        assert_eq!(client, told.map(|(address, port)| SocketAddr::new(address, port)));
    }
}

/// A form, its content type on the first line: it has no more fields than there may be, and no more octets than it is long.
pub fn form(input: &[u8]) {
    let (head, body) = input.split_at(input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len()));
    let Ok(head) = std::str::from_utf8(head) else { return };
    let body = body.get(1..).unwrap_or_default();
    sieve(head.trim(), body);
    let Ok(form) = Form::read(head.trim(), body, &[]) else { return };
    assert!((1..=saponify::limits::MIME_PARTS).contains(&form.fields.len()));
    let octets: usize = form.fields.iter().map(|field| field.octets.len() + field.name.len()).sum();
    assert!(octets <= input.len(), "a field is made of what stands in it");
}

/// A `multipart/related` message, its content type on the first line: what is read of it is bounded, and what has no reference in it is
/// what stands in its root part.
pub fn multipart(input: &[u8]) {
    const MOST: usize = 4096;
    let (head, body) = input.split_at(input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len()));
    let Ok(head) = std::str::from_utf8(head) else { return };
    let body = body.get(1..).unwrap_or_default();
    sieve(head.trim(), body);
    let Ok(related) = Related::read(head.trim(), body, &[]) else { return };
    let Ok(read) = related.text(&Limits::default().xml, MOST, None) else { return };
    let attached = read.text.contains("http://www.w3.org/2004/08/xop/include");
    assert!(!attached || read.text.len() <= MOST.max(input.len() * 4), "attachments are bounded");
    assert!(!read.text.contains('\r') && read.beside.0.len() <= saponify::limits::MIME_PARTS);
    xml(read.text.as_bytes());
    bound(&read);
}

/// The message as one whose parts a contract binds, or refers to: its JSON is written as a message with the same JSON.
fn bound(read: &RelatedText<'_>) {
    let plan = bound_plan();
    for operation in plan.operations() {
        let message = &operation.input;
        let Some(json) = bound_json(message, &read.text, &read.beside) else { continue };
        let mut tape = Tape::new();
        let value = tape.parse(&json, &Limits::default().json).expect("what was decoded is JSON");
        let (mut out, mut parts) = (Vec::new(), MimeParts::new("0@x".to_owned()));
        soap::begin(&mut out, Version::V11);
        soap::begin_body(&mut out);
        let encode = Encode { plan, message, options: &EncodeOptions::default() };
        let written = Beside { out: &mut out, attachments: None, stand_ins: None, parts: Some(&mut parts) };
        // A message that is referred to by more elements than it has parts is over the bound.
        if Encoder::default().encode_beside(encode, value, written).is_err() {
            continue;
        }
        soap::end(&mut out);
        let text = String::from_utf8(out).expect("XML is UTF-8");
        assert_eq!(bound_json(message, &text, &parts.read()), Some(json), "{text}");
    }
}

/// The JSON of the request in the envelope `text`; nothing where it is none of `message`.
fn bound_json(message: &MessagePlan, text: &str, beside: &BesideParts<'_>) -> Option<Vec<u8>> {
    let (plan, limits) = (bound_plan(), Limits::default());
    let mut reader = Reader::new(text, plan.namespaces(), &limits.xml);
    let skip = |_: Name<'_>, reader: &mut Reader<'_>| {
        reader.skip()?;
        Ok::<_, soap::Error>(Block::Understood)
    };
    let opened = soap::open(&mut reader, skip).ok()?;
    let (mut decoder, mut members, mut json) = (Decoder::default(), Vec::new(), Vec::new());
    let options = DecodeOptions { strictness: Strictness::Strict, ..DecodeOptions::default() };
    let decode = Decode { plan, message, options };
    let from = Matched { text, decoder: &mut decoder };
    beside.members(decode, from, &mut members).ok().filter(|_| plan.begins(message, opened.first))?;
    let options = DecodeOptions { members: &members, parts: &beside.0, ..options };
    decoder.decode(Decode { options, ..decode }, &mut reader, &mut json).ok()?;
    soap::finish(&mut reader).ok().map(|()| json)
}

fn bound_plan() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/attachments/bound.wsdl")
            .replace("/fuzz/tests", "/tests");
        let text = std::fs::read_to_string(path).expect("contract").replace("@soap@", "");
        let mut documents = HashMap::from([("bound.wsdl".to_owned(), text.into_bytes())]);
        let contract = load("bound.wsdl", &mut documents, &Limits::default().contract).expect("contract");
        compile(&contract, &Rules::default()).expect("plan").plan
    })
}

/// What is too short to be taken out of a body is kept, however it comes.
fn sieve(content_type: &str, body: &[u8]) {
    let Some(mut sieve) = Sieve::new(content_type) else { return };
    body.chunks(7).for_each(|piece| sieve.push(piece));
    sieve.end();
    assert!(sieve.taken() == 0 && sieve.apart().is_empty());
    assert_eq!(sieve.into_parts(), (body.to_vec(), Vec::new()));
}

/// What is read is what a slow reader reads, and once it is written compactly it is read again as the same.
pub fn json(input: &[u8]) {
    let limits = Limits::default();
    json_oracle::hold(input, &limits.json);
    let (mut tape, mut again) = (Tape::new(), Tape::new());
    let Ok(value) = tape.parse(input, &limits.json) else { return };
    let (mut first, mut second) = (Vec::new(), Vec::new());
    write::compact(value, &mut first);
    write::compact(again.parse(&first, &limits.json).expect("what was written is JSON"), &mut second);
    assert_eq!(first, second);
}

/// A message of the Model Context Protocol: what is cut out of it is what a second reader finds there, and its answer is JSON with its number.
pub fn mcp(input: &[u8]) {
    let mut tape = Tape::new();
    let Ok(value) = tape.parse(input, &Limits::default().json) else { return };
    let id = mcp::id(value);
    let mut answer = Vec::new();
    mcp::write_begin(&mut answer, id.map(str::as_bytes));
    mcp::write_error(&mut answer, -32600, "no", b"{}");
    answer.push(b'}');
    assert_eq!(mcp::renumbered(&answer, id.map(str::as_bytes)), answer);
    assert!(
        id.is_none_or(|id| id.len() <= MCP_ID) && Tape::new().parse(&answer, &Limits::default().json).is_ok()
    );
    let Ok(message) = Message::of(value) else { return };
    let said = |key: &str| value.at_pointer(key).and_then(|value| value.as_str());
    let (method, name) = (said("/method"), said("/params/name"));
    let spoken = said("/params/_meta/io.modelcontextprotocol~1protocolVersion");
    let head = Head { version: spoken.as_deref(), method: method.as_deref(), name: name.as_deref() };
    let piped = message.version(None);
    // Headers that repeat a message change nothing; a name that looks coded stands for another one.
    if name.as_deref().is_none_or(|name| !name.starts_with("=?")) {
        assert_eq!(message.version(Some(&head)), piped);
    }
    for version in [McpVersion::Stateless, McpVersion::default()] {
        let Ok(Request::Call { name: found, arguments }) = message.request(version) else { continue };
        assert_eq!((Some(&found), method.as_deref()), (name.as_ref(), Some("tools/call")));
        let stands = value.at_pointer("/params/arguments");
        assert_eq!(arguments, stands.map(|stands| stands.raw()));
        if let Some(arguments) = arguments {
            let inside = input.as_ptr_range();
            assert!(inside.contains(&arguments.as_ptr()) && arguments.starts_with('{'));
            assert!(Tape::new().parse(arguments.as_bytes(), &Limits::default().json).is_ok());
        }
    }
}

/// A message that is encoded is decoded to JSON that is encoded to the same message.
pub fn encode(input: &[u8]) {
    let (plan, limits) = (plan(), Limits::default());
    let mut tape = Tape::new();
    let Ok(value) = tape.parse(input, &limits.json) else { return };
    let message = &plan.operations()[0].input;
    let (mut encoder, options, mut out) = (Encoder::default(), EncodeOptions::default(), Vec::new());
    if encoder.encode(Encode { plan, message, options: &options }, value, &mut out).is_err() {
        return;
    }
    let text = String::from_utf8(out).expect("XML is UTF-8");
    let json = back(&text).expect("what was encoded is valid");
    let (mut tape, mut again) = (Tape::new(), Vec::new());
    let value = tape.parse(&json, &limits.json).expect("what was decoded is JSON");
    encoder
        .encode(Encode { plan, message, options: &options }, value, &mut again)
        .expect("what was decoded is valid");
    let again = String::from_utf8(again).expect("XML is UTF-8");
    assert_eq!(with_plain_integers(&text), with_plain_integers(&again), "the message survives the round");
}

/// The message with each integer spelled in one way: one that came as a string went out as it was spelled, and comes back as its value.
fn with_plain_integers(text: &str) -> String {
    let pieces = text.split_inclusive(['<', '>']);
    let plain = |piece: &str| match piece.strip_suffix('<').map(str::parse::<i128>) {
        Some(Ok(value)) => format!("{value}<"),
        Some(Err(_)) | None => piece.to_owned(),
    };
    pieces.map(plain).collect()
}

fn back(text: &str) -> Result<Vec<u8>, String> {
    let (plan, limits) = (plan(), Limits::default());
    let mut reader = Reader::new(text, plan.namespaces(), &limits.xml);
    reader.next().map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    let options = DecodeOptions { strictness: Strictness::Strict, members: b"", ..DecodeOptions::default() };
    let decoded = Decoder::default().decode(
        Decode { plan, message: &plan.operations()[0].input, options },
        &mut reader,
        &mut out,
    );
    decoded.map(|_| out).map_err(|error| error.to_string())
}

/// An envelope in any order and with anything in it gives JSON or an error.
pub fn decode(input: &[u8]) {
    let (plan, limits) = (plan(), Limits::default());
    let Ok(text) = xml::decode(input, None) else { return };
    for strict in [true, false] {
        let mut reader = Reader::new(&text, plan.namespaces(), &limits.xml);
        let opened = soap::open(&mut reader, |_, reader| {
            let _ = wss::read(reader, &Profile::COMPAT, &limits.wss)?;
            Ok::<_, soap::Error>(Block::Understood)
        });
        if opened.is_err() {
            return;
        }
        let output = plan.operations()[0].output.as_ref().expect("output");
        let mut out = Vec::new();
        let options = DecodeOptions {
            strictness: if strict { Strictness::Strict } else { Strictness::Lenient },
            members: b"",
            ..DecodeOptions::default()
        };
        if Decoder::default().decode(Decode { plan, message: output, options }, &mut reader, &mut out).is_ok()
        {
            Tape::new().parse(&out, &limits.json).expect("what was decoded is JSON");
        }
    }
}

/// A Security header under both profiles: what the strict one takes the other one takes as the same.
pub fn security(input: &[u8]) {
    let Ok(text) = xml::decode(input, None) else { return };
    let [strict, compat] = [Profile::STRICT, Profile::COMPAT].map(|profile| header(&text, &profile));
    let Some(strict) = strict else { return };
    assert_eq!(format!("{strict:?}"), format!("{:?}", compat.expect("a relaxation takes more")));
    let nonce = strict.token.and_then(|token| token.nonce);
    assert!(nonce.is_none_or(|nonce| (8..=128).contains(&nonce.len())), "a nonce within its bounds");
}

fn header(text: &str, profile: &Profile) -> Option<Security> {
    let (known, limits) = (Namespaces::default(), Limits::default());
    let mut reader = Reader::new(text, &known, &limits.xml);
    let Ok(Event::Start(_)) = reader.next() else { return None };
    wss::read(&mut reader, profile, &limits.wss).ok()?.ok()
}

/// The Header of an envelope: what answers it relates to it, and has no properties but those that the bridge writes.
pub fn addressing(input: &[u8]) {
    let Ok(text) = xml::decode(input, None) else { return };
    let (known, limits) = (Namespaces::default(), Limits::default());
    let mut reader = Reader::new(&text, &known, &limits.xml);
    let mut addressed = Addressed::default();
    let read = soap::open(&mut reader, |name, reader| {
        let taken = addressed.take(name, reader)?;
        Ok::<_, soap::Error>(if taken { Block::Understood } else { Block::Unknown })
    });
    if read.is_err() || addressed.check(false).is_err() {
        return;
    }
    let Some(replying) = Replying::to(&addressed) else { return };
    assert!(addressed.action().is_none_or(|action| !action.is_empty() && action.len() <= ADDRESSING_TEXT));
    for answer in [AnswerTo::Fault, AnswerTo::Reply] {
        let mut out = Vec::new();
        soap::begin(&mut out, Version::V11);
        soap::begin_header(&mut out);
        let said = AnswerProperties { action: "urn:a", message_id: "urn:m" };
        replying.write(&mut out, answer, said);
        soap::end_header(&mut out);
        soap::begin_body(&mut out);
        soap::end(&mut out);
        let again = replying.again(&out);
        assert_eq!(again, out, "an answer to the same message is the same");
        let found = properties(std::str::from_utf8(&out).expect("UTF-8"));
        let relates = addressed.message_id().map(|id| ("RelatesTo".to_owned(), id.to_owned()));
        let own = [("Action", "urn:a"), ("MessageID", "urn:m")]
            .map(|(name, text)| (name.to_owned(), text.to_owned()));
        let expected: Vec<_> = own.into_iter().chain(relates).collect();
        assert_eq!(found, expected);
    }
}

/// The header blocks of WS-Addressing of an envelope: local names and texts, but for `To`.
fn properties(text: &str) -> Vec<(String, String)> {
    let (known, limits) = (Namespaces::default(), Limits::default());
    // A reference parameter has one attribute and one declaration more than it came with.
    let (attributes, bindings) = (limits.xml.attributes + 1, limits.xml.bindings + 1);
    let limits = XmlLimits { attributes, bindings, ..limits.xml };
    let mut reader = Reader::new(text, &known, &limits);
    let mut found = Vec::new();
    let opened = soap::open(&mut reader, |name, reader| {
        let ours = matches!(name.ns, xml::ns::WSA | xml::ns::WSA2004);
        let local = name.local.to_owned();
        reader.skip()?;
        if ours && local != "To" {
            found.push((local, reader.text().trim().to_owned()));
        }
        Ok::<_, soap::Error>(Block::Understood)
    });
    opened.expect("an answer is an envelope");
    found
}

/// What stands in a binding: whatever it demands is told in bounded time, and what is chosen of it costs least.
pub fn policy(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let main = POLICY.replace("@policy@", text);
    let mut documents = HashMap::from([("main.wsdl".to_owned(), main.into_bytes())]);
    let Ok(contract) = load("main.wsdl", &mut documents, &ContractLimits::default()) else { return };
    for port in contract.services.iter().flat_map(|service| &service.ports) {
        let demands = &port.demands;
        let (chosen, all) = (demands.chosen(), demands.least(&|_| 1));
        assert!(all.len() <= chosen.len(), "the least is no more than what is chosen");
        let lost = |kind: &DemandKind| kind.is_unsupported() || kind.is_unknown();
        let unsupported = demands.least(&|kind| usize::from(lost(kind)));
        let named = chosen.iter().filter(|demand| lost(&demand.kind));
        assert_eq!(named.count(), unsupported.len(), "{demands}");
        assert_eq!(demands.to_string() == "nothing", demands.is_empty(), "{demands}");
    }
}

const POLICY: &str = "<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:soap='http://schemas.xmlsoap.org/wsdl/soap/' \
    xmlns:wsp='http://www.w3.org/ns/ws-policy' xmlns:sp='http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702' \
    xmlns:wsam='http://www.w3.org/2007/05/addressing/metadata' xmlns:t='urn:t' targetNamespace='urn:t'>\
    <w:portType name='P'/><w:binding name='B' type='t:P'>@policy@<soap:binding transport='http://schemas.xmlsoap.org/soap/http'/></w:binding>\
    <w:service name='S'><w:port name='P' binding='t:B'/></w:service>\
    <wsp:Policy Id='A'><wsam:Addressing/><wsp:PolicyReference URI='#B'/></wsp:Policy>\
    <wsp:Policy Id='B'><wsp:PolicyReference URI='#A'/><wsp:ExactlyOne><sp:SignedParts/><sp:IncludeTimestamp/></wsp:ExactlyOne></wsp:Policy></w:definitions>";

/// A time is what RFC 3339 says, wherever that has it.
pub fn created(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Some(created) = Created::parse(text) else { return };
    assert_eq!(created.text, text);
    if let Ok(known) = chrono::DateTime::parse_from_rfc3339(text) {
        assert_eq!(known, created.instant, "{text}");
    }
}

/// The text of a Nonce: a value has one spelling.
pub fn base64(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if text.contains(['<', '&', '>', '\r']) {
        return;
    }
    let header = format!(
        "<w:Security xmlns:w='{WSSE}secext-1.0.xsd'><w:UsernameToken><w:Username>a</w:Username><w:Password Type='{TEXT}'>b</w:Password>\
         <w:Nonce EncodingType='{BASE64}'>{text}</w:Nonce></w:UsernameToken></w:Security>"
    );
    let nonce = self::header(&header, &Profile::STRICT).and_then(|read| read.token?.nonce);
    if let Some(octets) = nonce {
        assert_eq!(STANDARD.encode(octets), text);
    }
}

const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-";
const TEXT: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";
const BASE64: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

fn plan() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/wsdl/bancbox.wsdl").replace("/fuzz/wsdl", "/wsdl");
        let contract = load(&path, &mut Files, &Limits::default().contract).expect("contract");
        let rules = OperationRules {
            unwrap_request: Some("updateClientRequest".to_owned()),
            unwrap_response: Some("return".to_owned()),
            always: vec!["errors".to_owned()],
            ..OperationRules::default()
        };
        let rules = Rules { operations: [("updateClient".to_owned(), rules)].into(), ..Rules::default() };
        compile(&contract, &rules).expect("plan").plan
    })
}

/// A WSDL, whatever it is, becomes a contract or problems, and what it becomes can be described.
pub fn wsdl(input: &[u8]) {
    let mut documents = HashMap::from([("a.wsdl".to_owned(), input.to_vec())]);
    described("a.wsdl", &mut documents);
}

/// A schema, whatever it is, that a WSDL includes.
pub fn xsd(input: &[u8]) {
    const WSDL: &str = "<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/' \
        xmlns:t='urn:t' targetNamespace='urn:t'><w:types><x:schema xmlns:x='http://www.w3.org/2001/XMLSchema' \
        targetNamespace='urn:t'><x:include schemaLocation='a.xsd'/><x:redefine schemaLocation='a.xsd'/></x:schema></w:types>\
        <w:message name='m'><w:part name='p' element='t:root'/></w:message><w:portType name='P'><w:operation name='o'>\
        <w:input message='t:m'/></w:operation></w:portType><w:binding name='B' type='t:P'><s:binding/>\
        <w:operation name='o'><w:input><s:body use='literal'/></w:input></w:operation></w:binding></w:definitions>";
    let mut documents = HashMap::from([
        ("a.wsdl".to_owned(), WSDL.as_bytes().to_vec()),
        ("a.xsd".to_owned(), input.to_vec()),
    ]);
    described("a.wsdl", &mut documents);
}

/// Small bounds: a contract that is slow to load at these is slow at any.
fn described(main: &str, documents: &mut HashMap<String, Vec<u8>>) {
    let limits = ContractLimits { particles: 10_000, pattern: 64 * 1024, ..ContractLimits::default() };
    let report = lint(&[main.to_owned()], documents, &limits);
    assert!(!report.unreadable || !report.diagnostics.is_empty(), "what cannot be read says why");
    let Ok(contract) = load(main, documents, &limits) else { return };
    let rules = Rules { nodes: limits.particles, ..Rules::default() };
    let Ok(compiled) = compile(&contract, &rules) else { return };
    let _ = inspect(&compiled.plan, None, 3);
    let converter = Converter::new(&compiled.plan, EncodeOptions::default(), &Selection::default(), true);
    for candidate in converter.candidates().iter().take(2) {
        for (style, seed) in [(Style::Minimal, 0), (Style::Random, 1)] {
            let Ok(json) = sample(&compiled.plan, candidate, style, seed) else { continue };
            let mut tape = Tape::new();
            let Ok(value) = tape.parse(&json, &Limits::default().json) else { continue };
            if let Ok(xml) = converter.encode(candidate, value) {
                let _ = converter.json_of(&xml);
            }
        }
    }
}
