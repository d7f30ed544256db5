//! The JSON side described: the OpenAPI documents of the five systems, the JSON Schemas of all constructs, and how documents are served.
//! `SAPONIFY_WRITE_DOCUMENTS=1` writes the files in `described` anew.

mod support;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use saponify::bridge::{Body, Bridge, ReadyService};
use saponify::codec::EncodeOptions;
use saponify::describe::{
    Choices, Converter, OpenApi, Selection, Style, Tree, Version, all_schemas, inspect, openapi, sample,
    to_json, to_yaml,
};
use saponify::limits::ContractLimits;
use saponify::plan::{Rules, compile};
use saponify::service::Service;
use saponify::wsdl::{self, Fetch, FetchError, Fetched, Files};
use support::{service, system_service};
use tower::Service as _;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// Holds `text` to the file `name`.
fn hold(name: &str, text: &[u8]) {
    let path = root().join("tests/described").join(name);
    if std::env::var_os("SAPONIFY_WRITE_DOCUMENTS").is_some() {
        std::fs::write(&path, text).expect("written");
    }
    let known = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(
        known == text,
        "tests/described/{name} is not what is made; SAPONIFY_WRITE_DOCUMENTS=1 writes it anew"
    );
}

fn document(service: &Service, version: Version) -> Tree {
    openapi(OpenApi { service, version, base: "" }).expect("a JSON front")
}

#[test]
fn the_documents_of_the_five_systems_are_those_that_are_known() {
    for system in ["bancbox", "stonex", "helix", "finzly", "tabapay"] {
        let service = system_service(system, "json-to-soap.yaml", "http://localhost/");
        hold(&format!("{system}.yaml"), &to_yaml(&document(&service, Version::V31)));
    }
}

/// Choices, groups, recursion, `xsi:type`, wildcards, mixed content, nulls, every facet.
#[test]
fn the_schemas_of_all_constructs_are_those_that_are_known() {
    let file = root().join("tests/contracts/constructs/contract.wsdl");
    let contract =
        wsdl::load(&file.to_string_lossy(), &mut Files, &ContractLimits::default()).expect("a contract");
    let plan = compile(&contract, &Rules::default()).expect("a plan").plan;
    let choices = Choices { encode: &EncodeOptions::default(), open_replies: false };
    hold("constructs.json", &to_json(&all_schemas(&plan, choices)));
}

/// A contract in one text.
struct Text(&'static str);

impl Fetch for Text {
    fn fetch(&mut self, _base: &str, location: &str) -> Result<Fetched, FetchError> {
        Ok(Fetched { path: location.to_owned(), bytes: self.0.into() })
    }
}

/// A nillable body with a header part; attributes of other namespaces, and of those of a list.
const BESIDE: &str = r###"<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
  <w:types><x:schema targetNamespace="urn:t" elementFormDefault="qualified">
    <x:element name="ask" nillable="true"><x:complexType><x:attribute name="own" type="x:int"/><x:anyAttribute namespace="##other"/></x:complexType></x:element>
    <x:element name="answer"><x:complexType><x:anyAttribute namespace="##local urn:a.b"/></x:complexType></x:element>
    <x:element name="quota" type="x:int"/>
  </x:schema></w:types>
  <w:message name="ask"><w:part name="ask" element="t:ask"/><w:part name="quota" element="t:quota"/></w:message>
  <w:message name="answer"><w:part name="answer" element="t:answer"/></w:message>
  <w:portType name="P"><w:operation name="ask"><w:input message="t:ask"/><w:output message="t:answer"/></w:operation></w:portType>
  <w:binding name="B" type="t:P">
    <s:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <w:operation name="ask"><s:operation soapAction="urn:t#ask"/>
      <w:input><s:header message="t:ask" part="quota" use="literal"/><s:body parts="ask" use="literal"/></w:input>
      <w:output><s:body use="literal"/></w:output>
    </w:operation>
  </w:binding>
  <w:service name="S"><w:port name="Q" binding="t:B"><s:address location="http://localhost/"/></w:port></w:service>
</w:definitions>"###;

fn schemas_beside() -> serde_json::Value {
    let contract =
        wsdl::load("beside.wsdl", &mut Text(BESIDE), &ContractLimits::default()).expect("a contract");
    let plan = compile(&contract, &Rules::default()).expect("a plan").plan;
    let choices = Choices { encode: &EncodeOptions::default(), open_replies: false };
    serde_json::from_slice(&to_json(&all_schemas(&plan, choices))).expect("JSON")
}

#[test]
fn other_attributes_are_of_the_namespaces_that_the_contract_allows() {
    let schemas = schemas_beside();
    assert_eq!(
        schemas["$defs"]["ask"]["propertyNames"],
        serde_json::json!({ "anyOf": [
            { "enum": ["$headers", "@own"] },
            { "pattern": "^@\\{[^}]", "not": { "pattern": "^@\\{urn:t\\}" } },
        ] })
    );
    assert_eq!(
        schemas["$defs"]["answer"]["propertyNames"],
        serde_json::json!({ "pattern": "^@(?:(?:\\{\\})?[^{]|\\{urn:a\\.b\\})" })
    );
}

#[test]
fn a_body_that_is_null_may_have_headers_beside_it() {
    let schemas = schemas_beside();
    let body = &schemas["x-saponify-messages"]["ask/request"]["anyOf"];
    assert_eq!(body[1]["properties"]["$value"], serde_json::json!({ "type": "null" }), "{schemas:#}");
    assert_eq!(body[1]["required"], serde_json::json!(["$headers", "$value"]));
    assert_eq!(body[2], serde_json::json!({ "type": "null" }));
}

/// What a contract says of the media types of binaries: a keyword where it is one, in words where it is not.
#[test]
fn media_types_of_binaries_are_shown() {
    let path = root().join("tests/attachments/service.yaml");
    let wsdl = std::fs::read_to_string(root().join("tests/attachments/contract.wsdl")).expect("a contract");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("media");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("contract.wsdl"), wsdl.replace("@soap@", "")).expect("written");
    let text = format!(
        "version: 1\nservice: documents\ncontract: {{ wsdl: \"{}/contract.wsdl\" }}\n\
         fronts: {{ json: {{ auth: none }} }}\nbackend: {{ soap: {{ url: \"http://localhost/\" }} }}\n",
        folder.display()
    );
    let service = service(&path.to_string_lossy(), &text, "http://localhost/");
    let json = |version| -> serde_json::Value {
        serde_json::from_slice(&to_json(&document(&service, version))).expect("JSON")
    };
    let (current, older) = (json(Version::V31), json(Version::V30));
    let member = |document: &serde_json::Value, name: &str| {
        document["components"]["schemas"]["Document"]["properties"][name].clone()
    };
    let words = |ranges: &str| format!("Its octets are of the media type {ranges}.");
    for (name, only) in [("photo", "image/png"), ("logo", "image/svg+xml")] {
        assert_eq!(member(&current, name)["contentMediaType"], only, "{current:#}");
        assert_eq!(member(&older, name)["description"], words(&format!("`{only}`")), "{older:#}");
    }
    for (name, ranges) in [("scan", "`image/tiff`"), ("any", "`image/*` or `application/pdf`")] {
        assert_eq!(member(&current, name)["description"], words(ranges), "{current:#}");
    }
    assert!(member(&current, "data").get("contentMediaType").is_none());
    let form = &current["paths"]["/store"]["post"]["requestBody"]["content"]["multipart/form-data"];
    for (field, ranges) in
        [("/photo", "image/png"), ("/scan/$value", "image/tiff"), ("/any", "image/*, application/pdf")]
    {
        assert_eq!(form["encoding"][field]["contentType"], ranges, "{form:#}");
    }
    assert_eq!(form["schema"]["properties"]["/photo"]["contentMediaType"], "image/png");
    assert_eq!(form["schema"]["properties"]["/any"]["contentMediaType"], "application/octet-stream");
    let converter = Converter::new(&service.plan, service.encode, &Selection::default(), false);
    let made = sample(&service.plan, &converter.candidates()[0], Style::Full, 1).expect("a sample");
    let made = String::from_utf8(made).expect("UTF-8");
    assert!(made.contains("\"@contentType\":\"image/tiff\""), "{made}");
    let seen = &inspect(&service.plan, None, 1).ports[0].operations[0].request.fields;
    let any = seen.iter().find(|field| field.key == "any").expect("a field");
    assert_eq!(any.media.as_deref(), Some("image/*, application/pdf"));
}

/// What JSON Schema 2020-12 has, and the dialect of OpenAPI 3.0 has not.
#[test]
fn a_document_of_3_0_has_nothing_that_3_0_does_not_know() {
    let path = root().join("tests/contracts/constructs/service.yaml");
    let text = "version: 1\nservice: constructs\ncontract: { wsdl: contract.wsdl }\nfronts: { json: { auth: none } }\n\
                backend: { soap: { url: \"http://localhost/\" } }\n";
    let service = service(&path.to_string_lossy(), text, "http://localhost/");
    let mut found = Vec::new();
    look(&document(&service, Version::V30), "", &mut found);
    assert!(found.is_empty(), "{found:#?}");
}

fn look(tree: &Tree, at: &str, found: &mut Vec<String>) {
    match tree {
        Tree::Array(items) => items.iter().for_each(|item| look(item, at, found)),
        Tree::Object(object) => {
            for (key, value) in object.members() {
                let place = format!("{at}/{key}");
                let names =
                    at.ends_with("/properties") || at.ends_with("/schemas") || at.ends_with("/example");
                let foreign = FOREIGN.contains(&key) || (key == "type" && matches!(value, Tree::Array(_)));
                let bound = key.starts_with("exclusive") && !matches!(value, Tree::Bool(_));
                let beside = key == "$ref" && object.members().count() > 1;
                if !names && !at.contains("/example") && (foreign || bound || beside) {
                    found.push(place.clone());
                }
                look(value, &place, found);
            }
        }
        Tree::Bool(_) | Tree::Null | Tree::Number(_) | Tree::String(_) => {}
    }
}

const FOREIGN: &[&str] = &[
    "$defs",
    "$schema",
    "const",
    "contentEncoding",
    "dependentRequired",
    "else",
    "examples",
    "if",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedProperties",
];

/// The bridge of a service with these fronts, and more lines of its file.
fn bridge(fronts: &str, more: &str) -> Bridge {
    let path = root().join("tests/contracts/shop/service.yaml");
    let text = format!(
        "version: 1\nservice: shop\ncontract: {{ wsdl: contract.wsdl }}\nfronts: {fronts}\n\
         backend: {{ soap: {{ url: \"http://localhost/\" }} }}\n{more}"
    );
    let service = service(&path.to_string_lossy(), &text, "http://localhost/");
    let limits = service.limits;
    Bridge::new(vec![ReadyService::new(service).expect("ready")], limits).expect("a bridge")
}

async fn answer(bridge: &Bridge, request: http::request::Builder) -> (Response<Body>, String) {
    let request = request.body(Full::new(Bytes::new())).expect("a request");
    let (head, body) = bridge.clone().call(request).await.expect("an answer").into_parts();
    let body = body.collect().await.expect("whole").to_bytes();
    (Response::from_parts(head, Body::default()), String::from_utf8_lossy(&body).into_owned())
}

fn get(path: &str) -> http::request::Builder {
    Request::get(path).header("host", "shop.example")
}

fn told(answer: &Response<Body>, name: header::HeaderName) -> &str {
    answer.headers().get(name).map_or("", |value| value.to_str().expect("a text"))
}

#[tokio::test]
async fn a_document_is_served_with_the_address_by_which_the_client_came() {
    let bridge =
        bridge("{ json: { auth: { tokens: [{ name: a, token: \"${env:SAPONIFY_STONEX_TOKEN}\" }] } } }", "");
    let (json, text) = answer(&bridge, get("/shop/openapi.json")).await;
    assert_eq!((json.status(), told(&json, header::CONTENT_TYPE)), (StatusCode::OK, "application/json"));
    assert!(text.contains("\"url\": \"http://shop.example/shop\""), "{text}");
    let parsed: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(parsed["openapi"], "3.1.0");
    assert_eq!(told(&json, header::CACHE_CONTROL), "private, no-cache");
    let (yaml, text) = answer(&bridge, get("/shop/openapi.yaml")).await;
    assert_eq!(told(&yaml, header::CONTENT_TYPE), "application/yaml");
    assert!(text.contains("- url: \"http://shop.example/shop\""), "{text}");
    let (_, odd) = answer(&bridge, Request::get("/shop/openapi.json").header("host", "a\"b")).await;
    assert!(serde_json::from_str::<serde_json::Value>(&odd).is_ok(), "{odd}");
}

#[tokio::test]
async fn a_client_that_has_a_document_is_told_so() {
    let bridge = bridge("{ json: { auth: none } }", "");
    let (first, _) = answer(&bridge, get("/shop/openapi.json")).await;
    let tag = told(&first, header::ETAG).to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    for given in
        [tag.clone(), format!("\"x\", {tag}"), tag.trim_start_matches("W/").to_owned(), "*".to_owned()]
    {
        let asked = get("/shop/openapi.json").header("if-none-match", &given);
        let (again, text) = answer(&bridge, asked).await;
        assert_eq!((again.status(), text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{given}");
        assert_eq!(told(&again, header::ETAG), tag);
    }
    let elsewhere =
        Request::get("/shop/openapi.json").header("host", "other.example").header("if-none-match", &tag);
    assert_eq!(
        answer(&bridge, elsewhere).await.0.status(),
        StatusCode::OK,
        "another address is another text"
    );
    let (yaml, _) = answer(&bridge, get("/shop/openapi.yaml").header("if-none-match", &tag)).await;
    assert_eq!(yaml.status(), StatusCode::OK, "another form is another text");
}

#[tokio::test]
async fn a_document_is_read_and_nothing_else() {
    let bridge = bridge("{ json: { auth: none } }", "");
    let (post, _) = answer(&bridge, Request::post("/shop/openapi.json").header("host", "a")).await;
    let allowed = (post.status(), told(&post, header::ALLOW));
    assert_eq!(allowed, (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD, OPTIONS"));
    let head = Request::head("/shop/openapi.json").header("host", "shop.example");
    let (head, text) = answer(&bridge, head).await;
    assert_eq!((head.status(), text.as_str()), (StatusCode::OK, ""));
    assert!(told(&head, header::CONTENT_LENGTH).parse::<usize>().expect("a length") > 1000);
    let (none, _) =
        answer(&bridge, get("/shop/openapi.json").header("accept-encoding", "identity;q=0, deflate")).await;
    assert_eq!(none.status(), StatusCode::NOT_ACCEPTABLE);
    let (coded, _) = answer(&bridge, get("/shop/openapi.json").header("accept-encoding", "gzip")).await;
    assert_eq!(told(&coded, header::CONTENT_ENCODING), "gzip");
    assert!(told(&coded, header::ETAG).starts_with("W/"), "a coded text has a weak tag");
}

#[tokio::test]
async fn a_document_may_be_switched_off_and_an_operation_comes_first() {
    let off = bridge("{ json: { auth: none, openapi: false } }", "");
    assert_eq!(answer(&off, get("/shop/openapi.json")).await.0.status(), StatusCode::NOT_FOUND);
    let soap = bridge("{ soap: { auth: none } }", "");
    assert_eq!(answer(&soap, get("/shop/openapi.json")).await.0.status(), StatusCode::NOT_FOUND);
    let taken = bridge(
        "{ json: { auth: none } }",
        "operations: { getQuote: { http: \"GET /openapi.json?item={item}&count={count}&apiKey={apiKey}\" } }\n",
    );
    let (answered, text) = answer(&taken, get("/shop/openapi.json")).await;
    assert!(answered.status() != StatusCode::OK && !text.contains("\"openapi\""), "{text}");
    assert_eq!(answer(&taken, get("/shop/openapi.yaml")).await.0.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_public_url_is_the_address_for_everybody() {
    let bridge =
        bridge("{ json: { auth: none } }", "listen: { public_url: \"https://api.example/legacy\" }\n");
    let (json, text) = answer(&bridge, get("/shop/openapi.json")).await;
    assert!(text.contains("\"url\": \"https://api.example/legacy/shop\""), "{text}");
    assert_eq!(told(&json, header::CACHE_CONTROL), "no-cache");
}
