//! Plans and codecs on whole contracts: samples in, samples out.

use saponify::codec::{
    Decode, DecodeOptions, Decoder, Encode, EncodeOptions, Encoder, HeaderBlocks, Strictness, Violations,
};
use saponify::json::Tape;
use saponify::limits::Limits;
use saponify::plan::{MessagePlan, OperationRules, Plan, Rules, compile};
use saponify::wsdl::{Files, load};
use saponify::xml::{Event, Reader, decode};

fn bancbox() -> Plan {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/wsdl/bancbox.wsdl");
    let contract = load(path, &mut Files, &Limits::default().contract).expect("contract");
    assert_eq!(contract.diagnostics, [], "clean");
    let operation = OperationRules {
        unwrap_request: Some("updateClientRequest".to_owned()),
        unwrap_response: Some("return".to_owned()),
        response_aliases: vec!["updateClientResponse".to_owned()],
        hidden: vec!["authentication".to_owned()],
        always: vec!["warnings".to_owned(), "errors".to_owned()],
        blank_absent: vec!["/clientId/bancBoxId".to_owned(), "/clientId/subscriberReferenceId".to_owned()],
        ..OperationRules::default()
    };
    let rules = Rules { operations: [("updateClient".to_owned(), operation)].into(), ..Rules::default() };
    let compiled = compile(&contract, &rules).expect("plan");
    assert!(compiled.refused.is_empty(), "{:?}", compiled.refused);
    compiled.plan
}

fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/samples/bancbox/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn request(plan: &Plan) -> &MessagePlan {
    &plan.operations()[0].input
}

fn response(plan: &Plan) -> &MessagePlan {
    plan.operations()[0].output.as_ref().expect("output")
}

fn to_xml(plan: &Plan, message: &MessagePlan, json: &[u8]) -> Result<String, Violations> {
    let mut tape = Tape::new();
    let value = tape.parse(json, &Limits::default().json).expect("JSON");
    let mut out = Vec::new();
    Encoder::default().encode(
        Encode { plan, message, options: &EncodeOptions::default() },
        value,
        &mut out,
    )?;
    Ok(String::from_utf8(out).expect("UTF-8"))
}

/// The JSON of the Body of `envelope`.
fn to_json(plan: &Plan, message: &MessagePlan, envelope: &[u8], strict: bool) -> Result<String, String> {
    let text = decode(envelope, None).expect("text");
    let limits = Limits::default();
    let mut reader = Reader::new(&text, plan.namespaces(), &limits.xml);
    while !matches!(reader.next().expect("XML"), Event::Start(name) if name.local == "Body") {}
    reader.next().expect("a root");
    let mut out = Vec::new();
    let options = DecodeOptions {
        strictness: if strict { Strictness::Strict } else { Strictness::Lenient },
        members: b"",
        ..DecodeOptions::default()
    };
    let decoded = Decoder::default().decode(Decode { plan, message, options }, &mut reader, &mut out);
    decoded.map_err(|error| error.to_string())?;
    Ok(String::from_utf8(out).expect("UTF-8"))
}

fn in_body(body: &str) -> Vec<u8> {
    format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>{body}</e:Body></e:Envelope>"
    )
    .into_bytes()
}

fn value(json: impl AsRef<[u8]>) -> serde_json::Value {
    serde_json::from_slice(json.as_ref()).expect("JSON")
}

#[test]
fn the_request_sample_goes_both_ways() {
    let plan = bancbox();
    let xml = to_xml(&plan, request(&plan), &sample("request.json")).expect("valid");
    assert!(
        xml.starts_with(
            "<sch:updateClient xmlns:sch=\"schema.bancbox.com\"><updateClientRequest><subscriberId>200417<"
        ),
        "{xml}"
    );
    assert!(xml.contains("<lastName>O'Neil &amp; Sons</lastName>"), "{xml}");
    assert!(!xml.contains("YOUR_API_KEY_HERE") && !xml.contains("SECRET"), "{xml}");
    let mut expected = value(sample("request.json"));
    expected.as_object_mut().expect("object").remove("authentication");
    let back = to_json(&plan, request(&plan), &in_body(&xml), true).expect("valid");
    assert_eq!(value(back), expected);
    let from_sample = to_json(&plan, request(&plan), &sample("request.xml"), true).expect("valid");
    assert_eq!(value(from_sample), expected);
}

#[test]
fn the_response_samples_go_both_ways() {
    let plan = bancbox();
    for name in ["response-ok", "response-fail"] {
        let json = to_json(&plan, response(&plan), &sample(&format!("{name}.xml")), true).expect("valid");
        assert_eq!(value(&json), value(sample(&format!("{name}.json"))), "{name}");
        let xml = to_xml(&plan, response(&plan), &sample(&format!("{name}.json"))).expect("valid");
        assert_eq!(to_json(&plan, response(&plan), &in_body(&xml), true).expect("valid"), json, "{name}");
    }
}

#[test]
fn a_reply_may_come_in_any_order_and_flavour() {
    let plan = bancbox();
    let body = "<r:updateClientResponse xmlns:r='schema.bancbox.com'><updateClientResponse><clientStatus>ACTIVE</clientStatus>\
        <errors><code>1</code></errors><surprise>x</surprise><warnings><code>2</code></warnings><errors><code>3</code></errors>\
        <status>0</status><requestId>1700000000001</requestId></updateClientResponse></r:updateClientResponse>";
    let json = to_json(&plan, response(&plan), &in_body(body), false).expect("valid");
    assert_eq!(
        json,
        r#"{"requestId":1700000000001,"status":0,"warnings":[{"code":"2"}],"errors":[{"code":"1"},{"code":"3"}],"clientStatus":"ACTIVE"}"#
    );
    let strict = to_json(&plan, response(&plan), &in_body(body), true).expect_err("refused");
    assert!(
        strict.starts_with("/updateClientResponse/return/requestId: required before clientStatus"),
        "{strict}"
    );
}

#[test]
fn digits_survive_and_bounds_hold() {
    let plan = bancbox();
    let request = |id: &str| format!(r#"{{"subscriberId":{id},"clientId":{{}}}}"#);
    for (id, expected) in [
        ("9007199254740993", Ok("9007199254740993")),
        ("\"200417\"", Ok("200417")),
        ("1e3", Ok("1000")),
        ("9223372036854775808", Err("/subscriberId: out of the range of xs:long")),
        ("1.5", Err("/subscriberId: expected a value of xs:long")),
        ("true", Err("/subscriberId: expected a number")),
        ("null", Err("/subscriberId: null is not possible here")),
    ] {
        let message = &plan.operations()[0].input;
        match (to_xml(&plan, message, request(id).as_bytes()), expected) {
            (Ok(xml), Ok(digits)) => {
                assert!(xml.contains(&format!("<subscriberId>{digits}</subscriberId>")), "{xml}")
            }
            (Err(error), Err(expected)) => assert_eq!(error.to_string(), expected),
            (got, _) => panic!("{id}: {got:?}"),
        }
    }
}

#[test]
fn every_breach_is_reported_with_its_pointer_and_without_its_value() {
    let plan = bancbox();
    let json = r#"{"fristName":"A","clientId":{"bancBoxId":"x1y2"},"dob":"1980-02-30","address":{"line1":"","city":5,"zipcode":"1","line2":null}}"#;
    let error = to_xml(&plan, request(&plan), json.as_bytes()).expect_err("refused");
    let lines: Vec<String> = error.0.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "/fristName: unknown field; did you mean `firstName`?",
            "/subscriberId: required",
            "/clientId/bancBoxId: expected a value of xs:long",
            "/dob: expected a value of xs:date",
            "/address/line2: null is not possible here",
            "/address/city: expected a string",
            "/address/state: required",
        ]
    );
}

#[test]
fn an_empty_optional_id_counts_as_absent() {
    let plan = bancbox();
    let body = "<s:updateClient xmlns:s='schema.bancbox.com'><updateClientRequest><subscriberId>1</subscriberId>\
        <clientId><bancBoxId>364951</bancBoxId><subscriberReferenceId/></clientId></updateClientRequest></s:updateClient>";
    let json = to_json(&plan, request(&plan), &in_body(body), true).expect("valid");
    assert_eq!(json, r#"{"subscriberId":1,"clientId":{"bancBoxId":364951}}"#);
}

/// node-soap's server writes the parts of an rpc answer in the namespace of the wrapper.
#[test]
fn a_qualified_rpc_part_is_understood() {
    let plan = bancbox();
    let body = "<r:updateClientResponse xmlns:r='schema.bancbox.com'><r:return><requestId>1</requestId><status>1</status></r:return></r:updateClientResponse>";
    let json = to_json(&plan, response(&plan), &in_body(body), true).expect("valid");
    assert_eq!(json, r#"{"requestId":1,"status":1,"warnings":[],"errors":[]}"#);
}

/// A header part is `$headers` in JSON, and comes back as a header block.
#[test]
fn header_parts_travel() {
    let plan = with_header();
    let input = request(&plan);
    let json = br#"{"$headers":{"session":"s-1"},"updateClientRequest":{}}"#;
    let mut tape = Tape::new();
    let value = tape.parse(json, &Limits::default().json).expect("JSON");
    let mut blocks = Vec::new();
    let options = EncodeOptions::default();
    assert_eq!(
        Encoder::default().headers(
            Encode { plan: &plan, message: input, options: &options },
            value,
            &mut blocks
        ),
        Ok(true)
    );
    let blocks = String::from_utf8(blocks).expect("UTF-8");
    assert_eq!(blocks, r#"<ns1:session xmlns:ns1="urn:header">s-1</ns1:session>"#);

    let limits = Limits::default();
    let mut reader = Reader::new(&blocks, plan.namespaces(), &limits.xml);
    let Ok(Event::Start(name)) = reader.next() else { panic!("a block") };
    let (mut kept, mut members) = (HeaderBlocks::default(), Vec::new());
    assert_eq!(kept.keep(&plan, name, &mut reader), Ok(true));
    kept.members(Decode::of(&plan, input), &mut Decoder::default(), &mut members).expect("valid");
    assert_eq!(String::from_utf8(members).expect("UTF-8"), r#""$headers":{"session":"s-1"}"#);
}

/// The BancBox contract with a header block of another namespace in the request.
fn with_header() -> Plan {
    let wsdl =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/wsdl/bancbox.wsdl")).expect("WSDL");
    let wsdl = wsdl.replacen("use=\"literal\" namespace=\"schema.bancbox.com\"/></wsdl:input>", "use=\"literal\" namespace=\"schema.bancbox.com\"/><soap:header message=\"sch:session\" part=\"session\" use=\"literal\"/></wsdl:input>", 1);
    let wsdl = wsdl.replacen("<wsdl:portType", "<wsdl:message name=\"session\"><wsdl:part name=\"session\" element=\"h:session\" xmlns:h=\"urn:header\"/></wsdl:message><wsdl:portType", 1);
    let wsdl = wsdl.replacen("<wsdl:types>", "<wsdl:types><x:schema xmlns:x=\"http://www.w3.org/2001/XMLSchema\" xmlns:h=\"urn:header\" targetNamespace=\"urn:header\"><x:element name=\"session\" type=\"x:string\"/></x:schema>", 1);
    assert!(wsdl.contains("soap:header") && wsdl.contains("x:schema"), "the header is there");
    let xsd = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/xsd/bancbox.xsd")).expect("XSD");
    let mut documents = std::collections::HashMap::from([
        ("wsdl/a.wsdl".to_owned(), wsdl.into_bytes()),
        ("xsd/bancbox.xsd".to_owned(), xsd),
    ]);
    let contract = load("wsdl/a.wsdl", &mut documents, &Limits::default().contract).expect("contract");
    compile(&contract, &Rules::default()).expect("plan").plan
}

/// A plan whose message `urn:t` `root` has these children and attributes.
fn of_schema(content: &str, types: &str) -> Plan {
    let wsdl = format!(
        r#"<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
        <wsdl:types><xs:schema targetNamespace="urn:t"><xs:element name="root"><xs:complexType>{content}</xs:complexType></xs:element>{types}</xs:schema></wsdl:types>
        <wsdl:message name="m"><wsdl:part name="p" element="t:root"/></wsdl:message>
        <wsdl:portType name="P"><wsdl:operation name="do"><wsdl:input message="t:m"/></wsdl:operation></wsdl:portType>
        <wsdl:binding name="B" type="t:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/><wsdl:operation name="do"><soap:operation soapAction=""/><wsdl:input><soap:body use="literal"/></wsdl:input></wsdl:operation></wsdl:binding>
        <wsdl:service name="S"><wsdl:port name="P" binding="t:B"><soap:address location="http://localhost/"/></wsdl:port></wsdl:service></wsdl:definitions>"#
    );
    let mut documents = std::collections::HashMap::from([("a.wsdl".to_owned(), wsdl.into_bytes())]);
    let contract = load("a.wsdl", &mut documents, &Limits::default().contract).expect("contract");
    compile(&contract, &Rules::default()).expect("plan").plan
}

#[test]
fn two_qnames_of_one_tag_in_namespaces_of_their_own_have_prefixes_of_their_own() {
    let attribute = |name: &str| format!(r#"<xs:attribute name="{name}" type="xs:QName"/>"#);
    let plan = of_schema(&["a", "b", "c"].map(attribute).concat(), "");
    let json = r#"{"@a":"{urn:x}one","@b":"{urn:y}two","@c":"{urn:x}three"}"#;
    let xml = to_xml(&plan, request(&plan), json.as_bytes()).expect("valid");
    let back = to_json(&plan, request(&plan), &in_body(&xml), true).expect("valid");
    assert_eq!(value(back), value(json), "{xml}");
    assert_eq!(xml.matches("xmlns:qn").count(), 2, "{xml}");
}

#[test]
fn a_qname_in_no_namespace_has_no_prefix() {
    let plan = of_schema(r#"<xs:attribute name="a" type="xs:QName"/>"#, "");
    let xml = to_xml(&plan, request(&plan), br#"{"@a":"{}one"}"#).expect("valid");
    assert_eq!(to_json(&plan, request(&plan), &in_body(&xml), true).expect("valid"), r#"{"@a":"one"}"#);
}

#[test]
fn what_stands_beside_a_value_that_names_its_type_is_not_dropped() {
    let sequence = r#"<xs:sequence><xs:element name="v" type="t:base"/></xs:sequence>"#;
    let types = r#"<xs:simpleType name="base"><xs:restriction base="xs:int"/></xs:simpleType><xs:simpleType name="small"><xs:restriction base="t:base"><xs:maxInclusive value="9"/></xs:restriction></xs:simpleType>"#;
    let plan = of_schema(sequence, types);
    let encoded = |json: &str| to_xml(&plan, request(&plan), json.as_bytes());
    assert!(encoded(r#"{"v":{"@type":"small","$value":5}}"#).is_ok());
    let error = encoded(r#"{"v":{"@type":"small","$value":5,"unit":"kg"}}"#).expect_err("refused");
    assert_eq!(error.to_string(), "/v/unit: unknown field");
}

#[test]
fn a_nil_that_is_not_a_boolean_is_a_breach_and_no_text() {
    let plan = of_schema(
        r#"<xs:sequence><xs:element name="v" type="xs:string" nillable="true"/></xs:sequence>"#,
        "",
    );
    for (nil, text) in [("yes", "x"), ("TRUE", ""), ("", "")] {
        let body = format!(
            "<t:root xmlns:t='urn:t' xmlns:i='http://www.w3.org/2001/XMLSchema-instance'><v i:nil='{nil}'>{text}</v></t:root>"
        );
        for strict in [true, false] {
            let error = to_json(&plan, request(&plan), &in_body(&body), strict).expect_err("refused");
            assert_eq!(error, "/root/v: expected xsi:nil to be true or false", "{nil}, {strict}");
        }
    }
}

/// A message that its own operation would not take again has its name all the same.
#[test]
fn a_message_is_marked_with_its_own_operation_even_where_that_refuses_it() {
    use saponify::codec::EmptyAs;
    use saponify::describe::{Converter, Selection};
    let one = |name: &str, kind: &str| {
        format!(
            r#"<xs:element name="{name}"><xs:complexType><xs:sequence>{kind}</xs:sequence></xs:complexType></xs:element>"#
        )
    };
    let types = [
        one("z", r#"<xs:element name="w" type="xs:string"/>"#),
        one("a", r#"<xs:element name="v" type="xs:string"/>"#),
        one("b", r#"<xs:element name="v" type="xs:anyType"/>"#),
    ];
    let each = |text: &dyn Fn(&str) -> String| ["z", "a", "b"].map(text).concat();
    let wsdl = format!(
        r#"<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
        <wsdl:types><xs:schema targetNamespace="urn:t">{}</xs:schema></wsdl:types>{}<wsdl:portType name="P">{}</wsdl:portType>
        <wsdl:binding name="B" type="t:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>{}</wsdl:binding>
        <wsdl:service name="S"><wsdl:port name="P" binding="t:B"><soap:address location="http://localhost/"/></wsdl:port></wsdl:service></wsdl:definitions>"#,
        types.concat(),
        each(&|name| format!(
            r#"<wsdl:message name="{name}"><wsdl:part name="p" element="t:{name}"/></wsdl:message>"#
        )),
        each(&|name| format!(
            r#"<wsdl:operation name="{name}"><wsdl:input message="t:{name}"/></wsdl:operation>"#
        )),
        each(&|name| format!(
            r#"<wsdl:operation name="{name}"><soap:operation soapAction=""/><wsdl:input><soap:body use="literal"/></wsdl:input></wsdl:operation>"#
        )),
    );
    let mut documents = std::collections::HashMap::from([("a.wsdl".to_owned(), wsdl.into_bytes())]);
    let contract = load("a.wsdl", &mut documents, &Limits::default().contract).expect("contract");
    let plan = compile(&contract, &Rules::default()).expect("plan").plan;
    let options = EncodeOptions { empty_as: EmptyAs::Reject, ..EncodeOptions::default() };
    let converter = Converter::new(&plan, options, &Selection::default(), true);
    let candidate = converter.candidates().iter().find(|candidate| &*candidate.operation.name == "a");
    let json = converter.marked(candidate.expect("the operation"), br#"{"v":""}"#.to_vec());
    assert_eq!(String::from_utf8_lossy(&json), r#"{"$message":"a/request","$body":{"v":""}}"#);
}
