//! What each reading of a message takes: messages as data in `contracts/readings`, and laws that hold for every schema.

#[path = "support/seed.rs"]
mod seed;

use std::collections::HashMap;

use proptest::prelude::*;
use saponify::codec::{
    Decode, DecodeOptions, Decoded, Decoder, Encode, EncodeOptions, Encoder, Leeway, NullAs, Strictness,
};
use saponify::json::Tape;
use saponify::limits::Limits;
use saponify::plan::{MessagePlan, Plan, Rules, compile};
use saponify::wsdl::{Fetch, Files, load};
use saponify::xml::{Event, Reader};
use seed::seeded;

fn plan(file: &str, fetch: &mut dyn Fetch) -> Plan {
    let contract = load(file, fetch, &Limits::default().contract).expect("contract");
    compile(&contract, &Rules::default()).expect("plan").plan
}

/// A reading by its name in `cases.txt`.
fn options(reading: &str) -> DecodeOptions<'static> {
    let strict =
        |leeway| DecodeOptions { strictness: Strictness::Strict, leeway, ..DecodeOptions::default() };
    match reading {
        "lenient" => DecodeOptions::default(),
        "forgiving" => DecodeOptions { strictness: Strictness::Forgiving, ..DecodeOptions::default() },
        "strict" => strict(Leeway::default()),
        "order" => strict(Leeway { order: true, ..Leeway::default() }),
        "namespaces" => strict(Leeway { namespaces: true, ..Leeway::default() }),
        "types" => strict(Leeway { types: true, ..Leeway::default() }),
        other => panic!("no such reading: {other}"),
    }
}

/// The message that `body` begins as, by its local name.
fn message<'p>(plan: &'p Plan, reader: &Reader<'_>) -> &'p MessagePlan {
    let Event::Start(first) = reader.current() else { panic!("a message") };
    let messages = plan.operations().iter().flat_map(|one| std::iter::once(&one.input).chain(&one.output));
    let begins = |message: &&MessagePlan| {
        plan.begins(message, Some(first)) || plan.begins_elsewhere(message, Some(first))
    };
    messages.into_iter().find(begins).expect("a message that begins so")
}

/// What a reading makes of `body`; as a front does, what stands in another order is encoded.
fn read(plan: &Plan, body: &str, options: DecodeOptions<'_>) -> Result<(String, Decoded), String> {
    let limits = Limits::default();
    let text = format!(
        "<s:Body xmlns:s='urn:s' xmlns:t='urn:t' xmlns:o='urn:o' xmlns:x='http://www.w3.org/2001/XMLSchema' \
         xmlns:i='http://www.w3.org/2001/XMLSchema-instance'>{body}</s:Body>"
    );
    let mut reader = Reader::new(&text, plan.namespaces(), &limits.xml);
    reader.next().expect("XML");
    reader.next().expect("XML");
    let (message, mut out) = (message(plan, &reader), Vec::new());
    let decoded = Decoder::default().decode(Decode { plan, message, options }, &mut reader, &mut out);
    let decoded = decoded.map_err(|error| error.to_string())?;
    if decoded.reordered && options.strictness != Strictness::Forgiving {
        let mut tape = Tape::new();
        let value = tape.parse(&out, &limits.json).expect("JSON");
        let options = EncodeOptions { null_as: NullAs::Absent, ..EncodeOptions::default() };
        let encode = Encode { plan, message, options: &options };
        Encoder::default().encode(encode, value, &mut Vec::new()).map_err(|error| error.to_string())?;
    }
    Ok((String::from_utf8(out).expect("UTF-8"), decoded))
}

fn shown(read: Result<(String, Decoded), String>) -> String {
    match read {
        Ok((json, decoded)) => {
            let note = |note: &saponify::codec::Violation| format!(" ~ {}: {}", note.pointer, note.expected);
            json + &decoded.notes.iter().map(note).collect::<String>()
        }
        Err(reason) => format!("! {reason}"),
    }
}

/// What is wrong with one reading of `body`.
fn wrong(plan: &Plan, body: &str, (reading, expected): (&str, &str)) -> Option<String> {
    let found = shown(read(plan, body, options(reading)));
    let fits = match expected.strip_prefix("! ") {
        Some(said) => found.starts_with("! ") && found.contains(said),
        None => found == expected,
    };
    (!fits).then(|| format!("{body}\n  {reading}: {found}"))
}

#[test]
fn each_reading_takes_what_it_should() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contracts/readings");
    let plan = plan(&format!("{folder}/contract.wsdl"), &mut Files);
    let cases = std::fs::read_to_string(format!("{folder}/cases.txt")).expect("cases");
    let lines = |case: &str| -> Vec<String> {
        case.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    };
    let cases: Vec<Vec<String>> = cases.split("\n\n").map(lines).filter(|case| !case.is_empty()).collect();
    assert!(cases.len() > 30, "there are cases");
    let mut failed = Vec::new();
    for case in &cases {
        let (body, expected) = case.split_first().expect("a message");
        let split =
            |line: &String| line.split_once(' ').map(|(reading, text)| (reading.to_owned(), text.to_owned()));
        let mut expected: HashMap<String, String> = expected.iter().filter_map(split).collect();
        let strict = expected["strict"].clone();
        for reading in ["order", "namespaces", "types"] {
            expected.entry(reading.to_owned()).or_insert_with(|| strict.clone());
        }
        assert_eq!(expected.len(), 5, "{body}");
        failed.extend(expected.iter().filter_map(|(reading, text)| wrong(&plan, body, (reading, text))));
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// A content model with names that repeat, wildcards and groups, and content made of the same names.
fn particle() -> impl Strategy<Value = String> {
    let occurs = prop_oneof![
        Just(""),
        Just("minOccurs='0'"),
        Just("minOccurs='0' maxOccurs='unbounded'"),
        Just("maxOccurs='3'"),
    ];
    let leaf = prop_oneof![
        4 => (name(), occurs).prop_map(|(name, occurs)| format!("<x:element name='{name}' type='x:string' {occurs}/>")),
        1 => Just("<x:any namespace='##other' processContents='lax' minOccurs='0' maxOccurs='2'/>".to_owned()),
        1 => Just("<x:any namespace='##any' processContents='skip' minOccurs='0'/>".to_owned()),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let children = prop::collection::vec(inner, 1..4).prop_map(|all| all.concat());
        let occurs = prop_oneof![3 => Just(""), 1 => Just("minOccurs='0'"), 1 => Just("maxOccurs='2'")];
        (prop_oneof![Just("sequence"), Just("choice")], children, occurs)
            .prop_map(|(group, children, occurs)| format!("<x:{group} {occurs}>{children}</x:{group}>"))
    })
}

fn name() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("a"), Just("b"), Just("c")]
}

fn children() -> impl Strategy<Value = String> {
    let prefix = prop_oneof![6 => Just("t:"), 1 => Just("o:"), 1 => Just("")];
    let content = prop_oneof![
        4 => Just("x"),
        1 => Just(""),
        1 => Just("<t:a/>"),
    ];
    let nil = prop_oneof![8 => Just(""), 1 => Just(" i:nil='true'")];
    let child = (prefix, name(), nil, content).prop_map(|(prefix, name, nil, content)| {
        let content = if nil.is_empty() { content } else { "" };
        format!("<{prefix}{name}{nil}>{content}</{prefix}{name}>")
    });
    prop::collection::vec(child, 0..6).prop_map(|all| all.concat())
}

fn generated(model: &str) -> Plan {
    let wsdl = format!(
        "<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/' \
         xmlns:x='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' targetNamespace='urn:t'><w:types>\
         <x:schema targetNamespace='urn:t' elementFormDefault='qualified'><x:element name='r'><x:complexType>\
         <x:sequence>{model}</x:sequence></x:complexType></x:element></x:schema></w:types>\
         <w:message name='m'><w:part name='p' element='t:r'/></w:message>\
         <w:portType name='P'><w:operation name='o'><w:input message='t:m'/></w:operation></w:portType>\
         <w:binding name='B' type='t:P'><s:binding transport='http://schemas.xmlsoap.org/soap/http'/>\
         <w:operation name='o'><s:operation soapAction=''/><w:input><s:body use='literal'/></w:input></w:operation>\
         </w:binding></w:definitions>"
    );
    plan("a.wsdl", &mut HashMap::from([("a.wsdl".to_owned(), wsdl.into_bytes())]))
}

proptest! {
    #![proptest_config(seeded(600))]

    /// Whatever a strict reading takes, every other one takes as the same, without a note.
    #[test]
    fn what_is_valid_is_the_same_in_every_reading(model in particle(), content in children()) {
        let plan = generated(&model);
        let body = format!("<t:r>{content}</t:r>");
        if let Ok((strict, decoded)) = read(&plan, &body, options("strict")) {
            prop_assert!(decoded.notes.is_empty() && decoded.passed_over.is_empty());
            for reading in ["lenient", "forgiving", "order", "namespaces", "types"] {
                let (json, decoded) = read(&plan, &body, options(reading)).expect(reading);
                prop_assert_eq!(&json, &strict, "{} of {} by {}", reading, body, model);
                prop_assert!(decoded.notes.is_empty() && decoded.passed_over.is_empty() && !decoded.reordered);
            }
        }
    }

    /// What JSON clients get of a reply, SOAP clients can get. In JSON, branches of a choice are not told apart from what else has
    /// their name, so that each name stands once.
    #[test]
    fn what_is_read_leniently_can_be_encoded_again(model in particle(), content in children()) {
        let plan = generated(&model);
        let body = format!("<t:r>{content}</t:r>");
        let once = |name: &&str| model.matches(&format!("name='{name}'")).count() <= 1;
        let distinct = ["a", "b", "c"].iter().all(once) && !model.contains("<x:any");
        if let (true, Ok((json, _))) = (distinct, read(&plan, &body, options("lenient"))) {
            let mut tape = Tape::new();
            let value = tape.parse(json.as_bytes(), &Limits::default().json).expect("JSON");
            let encode = Encode { plan: &plan, message: &plan.operations()[0].input, options: &EncodeOptions::default() };
            let encoded = Encoder::default().encode(encode, value, &mut Vec::new());
            prop_assert!(encoded.is_ok(), "{} by {}: {} {:?}", body, model, json, encoded);
        }
    }

    /// Whatever is read is JSON, and leeway for order changes the order alone: what it takes is valid once it is in order.
    #[test]
    fn what_is_read_is_json_and_leeway_makes_nothing_valid_but_order(model in particle(), content in children()) {
        let plan = generated(&model);
        let body = format!("<t:r>{content}</t:r>");
        for reading in ["lenient", "forgiving", "order", "namespaces"] {
            let Ok((json, decoded)) = read(&plan, &body, options(reading)) else { continue };
            let mut tape = Tape::new();
            let value = tape.parse(json.as_bytes(), &Limits::default().json);
            prop_assert!(value.is_ok(), "{} of {} by {}: {}", reading, body, model, json);
            if reading == "order" && decoded.reordered {
                let message = &plan.operations()[0].input;
                let encode = Encode { plan: &plan, message, options: &EncodeOptions::default() };
                let mut xml = Vec::new();
                Encoder::default().encode(encode, value.expect("JSON"), &mut xml).expect("valid");
                let xml = String::from_utf8(xml).expect("UTF-8");
                prop_assert!(read(&plan, &xml, options("strict")).is_ok(), "{} by {}: {}", body, model, xml);
                prop_assert_eq!(xml.matches("</").count() + xml.matches("/>").count(),
                    body.matches("</").count() + body.matches("/>").count(), "{} by {}: {}", body, model, xml);
            }
        }
    }
}
