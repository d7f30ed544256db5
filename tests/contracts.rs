//! Contracts with what XML Schema and WSDL allow: messages as data, both ways.

use std::path::{Path, PathBuf};

use saponify::codec::{EncodeOptions, Leeway};
use saponify::describe::{ConvertError, Converted, Converter, Reading, Selection, Style, sample};
use saponify::json::Tape;
use saponify::limits::Limits;
use saponify::plan::{Plan, Rules, compile};
use saponify::wsdl::{Files, load};

/// A message, and what becomes of it or is said of it.
struct Case {
    line: usize,
    message: String,
    expected: String,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contracts").join(name)
}

fn plan(name: &str) -> Plan {
    let path = folder(name).join("contract.wsdl").to_string_lossy().into_owned();
    let contract = load(&path, &mut Files, &Limits::default().contract).expect("contract");
    let compiled = compile(&contract, &Rules::default()).expect("plan");
    assert!(compiled.refused.is_empty(), "{:?}", compiled.refused);
    compiled.plan
}

fn cases(name: &str, file: &str) -> Vec<Case> {
    let text = std::fs::read_to_string(folder(name).join(file)).expect("cases");
    let lines: Vec<(usize, &str)> =
        text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).collect();
    let case = |pair: &[(usize, &str)]| Case {
        line: pair[0].0 + 1,
        message: pair[0].1.to_owned(),
        expected: pair[1].1.to_owned(),
    };
    lines.chunks(2).map(case).collect()
}

/// Every case of a contract; all that fail are told at once.
fn check(name: &str) {
    let plan = plan(name);
    let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), true);
    let cases = cases(name, "cases.txt");
    assert!(cases.len() > 5, "{name} has cases");
    let failed: Vec<String> = cases.iter().filter_map(|case| wrong(&converter, name, case)).collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// What is wrong with `case`.
fn wrong(converter: &Converter<'_>, name: &str, case: &Case) -> Option<String> {
    let json = text(converter.json_of(case.message.as_bytes()));
    let told = |what: String| Some(format!("tests/contracts/{name}/cases.txt:{}: {what}", case.line));
    if let Some(said) = case.expected.strip_prefix("! ") {
        let refused = json.as_ref().is_err_and(|reason| reason.contains(said));
        return if refused { None } else { told(format!("{json:?}")) };
    }
    if json.as_ref() != Ok(&case.expected) {
        return told(json.unwrap_or_else(|reason| reason));
    }
    let xml = converter.soap_of(case.expected.as_bytes());
    let again =
        xml.as_ref().map_err(ToString::to_string).and_then(|xml| text(converter.json_of(&xml.message)));
    if again == json { None } else { told(format!("{again:?} from {:?}", text(xml))) }
}

/// The same for what is written of JSON.
fn check_written(name: &str) {
    let plan = plan(name);
    let wrong = |case: Case| {
        let (operation, json) = case.message.split_once(' ').expect("an operation and its JSON");
        let selection = Selection { operation: Some(operation.to_owned()), ..Selection::default() };
        let converter = Converter::new(&plan, EncodeOptions::default(), &selection, true);
        let xml = text(converter.soap_of(json.as_bytes()));
        let right = match case.expected.strip_prefix("! ") {
            Some(said) => xml.as_ref().is_err_and(|reason| reason.contains(said)),
            None => xml.as_ref().is_ok_and(|xml| xml.replace(" xmlns:t=\"urn:t\"", "") == case.expected),
        };
        (!right).then(|| format!("tests/contracts/{name}/written.txt:{}: {xml:?}", case.line))
    };
    let failed: Vec<String> = cases(name, "written.txt").into_iter().filter_map(wrong).collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

fn text(converted: Result<Converted, ConvertError>) -> Result<String, String> {
    converted
        .map(|converted| String::from_utf8(converted.message).expect("UTF-8"))
        .map_err(|error| error.to_string())
}

#[test]
fn constructs_of_xml_schema_have_their_json() {
    check("constructs");
    check_written("constructs");
}

#[test]
fn the_soap_encoding_is_read_and_written() {
    check("encoded");
    check("encoded12");
}

/// Each prefix is declared where it is used, and once in a start tag: also in header blocks, and in what a wildcard takes.
#[test]
fn an_encoded_envelope_is_well_formed_and_read_again() {
    let json = r#"{"$headers":{"pair":{"a":1,"b":"x"},"names":["a"]},"matrix":[[1],[2]],"names":["b"],"pair":{"a":null,"b":"y"},"any":{"@type":"People","$value":[{"name":"Ann"}]}}"#;
    for (plan, array) in [(encoded11(), "arrayType="), (plan("encoded12"), "arraySize=")] {
        let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), false);
        let xml = text(converter.soap_of(json.as_bytes())).expect("a message");
        roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
        assert_eq!(xml.matches(array).count(), 4, "{xml}");
        assert_eq!(text(converter.json_of(xml.as_bytes())).as_deref(), Ok(json), "{xml}");
    }
}

/// SOAP 1.1 section 5.4: accessors are told apart by their names alone.
#[test]
fn accessors_come_in_any_order() {
    for plan in [encoded11(), plan("encoded12")] {
        let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), true);
        let xml =
            "<t:echo xmlns:t='urn:t'><pair><b>x</b><a>1</a></pair><person><name>Ann</name></person></t:echo>";
        let json = r#"{"pair":{"b":"x","a":1},"person":{"name":"Ann"}}"#;
        assert_eq!(text(converter.json_of(xml.as_bytes())).as_deref(), Ok(json));
    }
}

/// SOAP 1.1 section 7.1, WS-I Basic Profile 1.1 R2301: whatever the order of keys, which is none.
#[test]
fn parts_of_rpc_are_written_in_the_order_of_the_contract() {
    let readings = plan("readings");
    let encoded = r#"{"pair":{"b":"x","a":1},"names":["n"],"strings":["s"]}"#;
    for (plan, operation, json, order) in [
        (&readings, "sum", r#"{"unit":"m","total":3}"#, ["<total>", "<unit>"].as_slice()),
        (&readings, "sum", r#"{"total":3,"unit":"m"}"#, &["<total>", "<unit>"]),
        (&encoded11(), "echo", encoded, &["<strings", "<names", "<pair", "<a", "<b"]),
        (&plan("encoded12"), "echo", encoded, &["<strings", "<names", "<pair", "<a", "<b"]),
    ] {
        let selection = Selection { operation: Some(operation.to_owned()), ..Selection::default() };
        let converter = Converter::new(plan, EncodeOptions::default(), &selection, true);
        let xml = text(converter.soap_of(json.as_bytes())).expect("a message");
        let places: Vec<Option<usize>> = order.iter().map(|tag| xml.find(tag)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{json}: {xml}");
    }
}

#[test]
fn a_header_block_that_is_there_twice_is_refused() {
    let plan = plan("headers");
    let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), false);
    let block = "<q:session><q:id>1</q:id></q:session>";
    for (blocks, message, expected) in [
        (block.repeat(2), "<q:ask>why</q:ask><q:options/>", Err("/$headers/session: expected only once")),
        (
            block.to_owned(),
            "<q:ask>why</q:ask><q:options/>",
            Ok(r#"{"$headers":{"session":{"id":"1"}},"ask":"why","options":{}}"#),
        ),
        (
            "<q:quota>1</q:quota><q:quota>1</q:quota>".to_owned(),
            "<q:answer>1</q:answer>",
            Err("/$headers/quota: expected only once"),
        ),
    ] {
        let envelope = format!(
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:q='urn:t'><e:Header>{blocks}</e:Header>\
             <e:Body>{message}</e:Body></e:Envelope>"
        );
        let json = text(converter.json_of(envelope.as_bytes()));
        assert_eq!(json.as_ref().map(|json| &**json).map_err(|error| &**error), expected, "{blocks}");
    }
}

#[test]
fn a_response_of_which_nothing_is_known_is_refused() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replies/replies.wsdl");
    let contract = load(path, &mut Files, &Limits::default().contract).expect("contract");
    let plan = compile(&contract, &Rules::default()).expect("plan").plan;
    let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), true)
        .with_reading(Reading { strict: false, ..Reading::default() });
    for (inside, expected) in [
        ("<u:nom xmlns:u='urn:u'/>", Err("nothing in it is known: /findResponse/nom")),
        ("<u:nom xmlns:u='urn:u'/><tag>a</tag>", Ok(r#"{"tag":["a"]}"#)),
    ] {
        let xml = format!("<findResponse xmlns='urn:replies'>{inside}</findResponse>");
        let json = text(converter.json_of(xml.as_bytes()));
        assert_eq!(json.as_deref().map_err(|error| &**error), expected, "{inside}");
    }
}

/// There are stacks that write another size than that of the array: what a reply has is read, and told.
#[test]
fn a_size_that_is_not_the_number_of_items_is_told_in_a_reply() {
    let contract = std::fs::read_to_string(folder("encoded").join("contract.wsdl")).expect("contract");
    let (input, output) =
        ("<w:input message=\"t:echo\"/>", "<w:input message=\"t:none\"/><w:output message=\"t:echo\"/>");
    let contract = contract
        .replace(input, output)
        .replace("<w:portType", "<w:message name=\"none\"/><w:portType")
        .replace("</w:input></w:operation>", "</w:input><w:output><s:body use=\"encoded\" namespace=\"urn:t\" encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"/></w:output></w:operation>");
    let mut documents = std::collections::HashMap::from([("a.wsdl".to_owned(), contract.into_bytes())]);
    let contract = load("a.wsdl", &mut documents, &Limits::default().contract).expect("contract");
    let plan = compile(&contract, &Rules::default()).expect("plan").plan;
    let response =
        Selection { direction: Some(saponify::describe::Direction::Response), ..Selection::default() };
    let strings = "<t:echoResponse xmlns:t='urn:t'><strings e:arrayType='x:string[3]' xmlns:e='http://schemas.xmlsoap.org/soap/encoding/' \
                   xmlns:x='http://www.w3.org/2001/XMLSchema'><item>a</item></strings></t:echoResponse>";
    let said = "expected as many items as the size of the array says";
    let read = |strict: bool| {
        let converter = Converter::new(&plan, EncodeOptions::default(), &response, true);
        converter.with_reading(Reading { strict, ..Reading::default() }).json_of(strings.as_bytes())
    };
    let converted = read(false).expect("JSON");
    assert_eq!(String::from_utf8_lossy(&converted.message), r#"{"strings":["a"]}"#);
    assert_eq!(converted.notes, [format!("/echoResponse/strings: {said}")]);
    assert!(read(true).is_err_and(|error| error.to_string().contains(said)));
}

#[test]
fn a_message_in_another_namespace_is_found_by_its_name() {
    let plan = plan("readings");
    let said = "/ask: expected in `urn:t`, found in no namespace";
    let leeway = Leeway { namespaces: true, ..Leeway::default() };
    for (reading, expected) in
        [(Reading::default(), Err(said)), (Reading { leeway, ..Reading::default() }, Ok(r#"{"name":"n"}"#))]
    {
        let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), true);
        let json =
            text(converter.with_reading(reading).json_of(b"<ask><t:name xmlns:t='urn:t'>n</t:name></ask>"));
        assert_eq!(json.as_deref().map_err(|error| &**error), expected);
    }
}

/// Two blocks of one local name were one key, twice.
#[test]
fn header_blocks_of_two_namespaces_have_a_key_each() {
    let path = folder("headers").join("contract.wsdl");
    let text_of = std::fs::read_to_string(path).expect("contract");
    let other = "</w:types><w:message name=\"more\"><w:part name=\"session\" element=\"u:session\" xmlns:u=\"urn:u\"/></w:message>";
    let schema = "<x:schema targetNamespace=\"urn:u\"><x:element name=\"session\" type=\"x:int\"/></x:schema></w:types>";
    let header = "<w:input><s:header message=\"t:more\" part=\"session\" use=\"literal\"/>";
    let text_of = text_of
        .replace("</w:types>", &other.replace("</w:types>", schema))
        .replace("<w:input><s:header", &format!("{header}<s:header"));
    let mut files = std::collections::HashMap::from([("a.wsdl".to_owned(), text_of.into_bytes())]);
    let contract = load("a.wsdl", &mut files, &Limits::default().contract).expect("contract");
    let plan = compile(&contract, &Rules::default()).expect("plan").plan;
    let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), false);
    let json = r#"{"$headers":{"session":1,"t_session":{"id":"s"}},"ask":"why","options":{}}"#;
    let xml = text(converter.soap_of(json.as_bytes())).expect("a message");
    assert_eq!(text(converter.json_of(xml.as_bytes())).as_deref(), Ok(json), "{xml}");
}

/// The contract `encoded12` in the encoding of SOAP 1.1.
fn encoded11() -> Plan {
    let path = folder("encoded12").join("contract.wsdl");
    let text = std::fs::read_to_string(path).expect("contract");
    let text = text
        .replace("http://schemas.xmlsoap.org/wsdl/soap12/", "http://schemas.xmlsoap.org/wsdl/soap/")
        .replace("http://www.w3.org/2003/05/soap-encoding", "http://schemas.xmlsoap.org/soap/encoding/");
    let mut files = std::collections::HashMap::from([("a.wsdl".to_owned(), text.into_bytes())]);
    let contract = load("a.wsdl", &mut files, &Limits::default().contract).expect("contract");
    compile(&contract, &Rules::default()).expect("plan").plan
}

/// They would be lost.
#[test]
fn header_blocks_have_none_beside_them() {
    let plan = plan("headers");
    let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), false);
    let json = r#"{"$headers":{"$headers":{"session":{"id":"s"}}},"ask":"why","options":{}}"#;
    let refused = text(converter.soap_of(json.as_bytes())).expect_err("a refusal");
    assert!(refused.contains("/$headers/$headers: unknown field"), "{refused}");
}

#[test]
fn bodies_of_every_kind_are_told_apart() {
    check("messages");
}

#[test]
fn what_is_one_value_is_taken_whatever_its_spelling() {
    check("values");
    check_written("values");
}

/// Whatever is sampled is valid, and comes back as it was.
#[test]
fn samples_of_every_operation_go_both_ways() {
    for name in ["constructs", "encoded", "messages", "values"] {
        let plan = plan(name);
        let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), true);
        for candidate in converter.candidates() {
            for (style, seed) in
                [(Style::Minimal, 0), (Style::Full, 0)].into_iter().chain((0..20).map(|n| (Style::Random, n)))
            {
                let json = sample(&plan, candidate, style, seed).expect("a small sample");
                let place = format!(
                    "{name} {} {style:?} {seed}: {}",
                    candidate.operation.name,
                    String::from_utf8_lossy(&json)
                );
                let mut tape = Tape::new();
                let value = tape.parse(&json, &Limits::default().json).expect(&place);
                let xml =
                    converter.encode(candidate, value).unwrap_or_else(|found| panic!("{place}: {found}"));
                let back = converter.json_of(&xml).unwrap_or_else(|found| panic!("{place}: {found}"));
                let marked = converter.marked(candidate, json.clone());
                let (back, marked): (serde_json::Value, serde_json::Value) = (
                    serde_json::from_slice(&back.message).expect("JSON"),
                    serde_json::from_slice(&marked).expect("JSON"),
                );
                assert_eq!(back, marked, "{place}: {}", String::from_utf8_lossy(&xml));
            }
        }
    }
}

/// The encoding of a contract is that of its document: UTF-8 with a mark, UTF-16 either way.
#[test]
fn contracts_may_be_in_utf_16() {
    let text = std::fs::read_to_string(folder("messages").join("contract.wsdl")).expect("contract");
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let marked = format!("\u{FEFF}{text}");
    for bytes in [marked.clone().into_bytes(), little(&marked), big(&marked)] {
        let mut documents = std::collections::HashMap::from([("a.wsdl".to_owned(), bytes)]);
        let contract = load("a.wsdl", &mut documents, &Limits::default().contract).expect("contract");
        assert_eq!(contract.services[0].ports[0].operations.len(), 6);
    }
}
