//! The ports of a contract under one service file: which are served beside the one whose backend is called, what clients of each send and
//! get, and what they see of the contract. The cases are `tests/ports/served.yaml` and `tests/ports/messages.yaml`.

#[path = "support/stub.rs"]
mod stub;
mod support;

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use saponify::bridge::{Body, Bridge, ReadyService};
use saponify::limits::PORTS_BESIDE;
use saponify::service::{Service, load};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use stub::Stub;
use support::Variables;
use tower::Service as _;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ports");

fn cases<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let text = std::fs::read_to_string(format!("{FOLDER}/{file}")).expect("cases");
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn orders() -> String {
    "contract.wsdl".to_owned()
}

/// A service before the backend `url` with these keys of its contract, of `wsdl`, and of its SOAP front.
fn service(wsdl: &str, contract: &str, front: &str, url: &str) -> Service {
    let keys =
        |keys: &[&str]| keys.iter().copied().filter(|key| !key.is_empty()).collect::<Vec<_>>().join(", ");
    let soap = match front {
        "-" => String::new(),
        front => format!(", soap: {{ {} }}", keys(&["path: /soap", "auth: none", front])),
    };
    let text = format!(
        "version: 1\nservice: orders\ncontract: {{ {} }}\nfronts: {{ json: {{ path: /orders, auth: none }}{soap} }}\n\
         backend: {{ soap: {{ url: \"http://127.0.0.1:9/\", ignore_policy: a test }} }}\n",
        keys(&[&format!("wsdl: {wsdl}"), contract]),
    );
    support::service(&format!("{FOLDER}/service.yaml"), &text, url)
}

fn bridge(service: Service) -> Bridge {
    let limits = service.limits;
    Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge")
}

async fn ask(bridge: &Bridge, request: Request<Full<Bytes>>) -> (u16, String) {
    let answer: Response<Body> = bridge.clone().call(request).await.expect("an answer");
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.expect("whole").to_bytes();
    (status, String::from_utf8(body.to_vec()).expect("UTF-8"))
}

/// What becomes of the ports.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Served {
    name: String,
    #[serde(default = "orders")]
    wsdl: String,
    #[serde(default)]
    contract: String,
    #[serde(default)]
    front: String,
    says: Vec<String>,
    /// Those that clients see in the contract.
    ports: Option<Vec<String>>,
    /// The paths of those that have one of their own.
    #[serde(default)]
    at: BTreeMap<String, String>,
    /// Where the page for people says that clients of each port are served.
    #[serde(default)]
    page: Vec<String>,
}

/// What the page of the SOAP front says of the ports: name, path and versions of each.
async fn told_by_page(bridge: &Bridge) -> (Vec<String>, usize) {
    let request = Request::builder().uri("/soap/page/data.json").header("host", "bridge.example");
    let (_, data) = ask(bridge, request.body(Full::default()).expect("request")).await;
    let data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let all = |key: &str| data[key].as_array().expect("a list").clone();
    let told = |port: &serde_json::Value| {
        let versions: Vec<String> = port["versions"].as_array().expect("a list").iter().map(text).collect();
        format!("{} {} {}", text(&port["name"]), text(&port["path"]), versions.join(" "))
    };
    (all("ports").iter().map(told).collect(), all("others").len())
}

#[tokio::test]
async fn ports_with_the_same_operations_are_served_together_and_of_the_others_is_said_why_not() {
    for case in cases::<Served>("served.yaml") {
        let service = service(&case.wsdl, &case.contract, &case.front, "http://127.0.0.1:9/");
        let (told, others) = (service.ports.to_string(), service.ports.others.len());
        case.says.iter().for_each(|text| assert!(told.contains(text), "{}: {text}: {told}", case.name));
        let Some(ports) = &case.ports else { continue };
        let bridge = bridge(service);
        if !case.page.is_empty() {
            assert_eq!(told_by_page(&bridge).await, (case.page, others), "{}", case.name);
        }
        for query in ["wsdl", "singleWsdl"] {
            let request = Request::builder().uri(format!("/soap?{query}")).header("host", "bridge.example");
            let (_, wsdl) = ask(&bridge, request.body(Full::default()).expect("request")).await;
            let shown: Vec<&str> = wsdl.split("<wsdl:port name=\"").skip(1).collect();
            let names: Vec<&str> = shown.iter().filter_map(|rest| rest.split('"').next()).collect();
            assert_eq!(names, *ports, "{}: {query}", case.name);
            for (rest, name) in shown.iter().zip(names) {
                let path = case.at.get(name).map_or("/soap", |path| path);
                let address = format!("location=\"http://bridge.example{path}\"/></wsdl:port>");
                assert!(rest.contains(&address), "{}: {name}: {wsdl}", case.name);
            }
            assert!(!wsdl.contains("localhost") && !wsdl.contains("\"Cancels\""), "{}: {wsdl}", case.name);
        }
    }
}

/// A message to the SOAP front.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    name: String,
    #[serde(default = "orders")]
    wsdl: String,
    #[serde(default = "soap")]
    path: String,
    /// What it is, where it is none of an order.
    #[serde(default)]
    body: String,
    /// What the backend answers, where that is none of an order.
    #[serde(default)]
    reply: String,
    /// The port whose backend is called.
    backend: String,
    #[serde(default)]
    front: String,
    soap: u8,
    action: String,
    #[serde(default)]
    blocks: String,
    /// Whether the backend answers with a fault.
    #[serde(default)]
    fault: bool,
    status: u16,
    #[serde(default)]
    sent: Vec<String>,
    #[serde(default)]
    answer: Vec<String>,
    /// What is not in it.
    #[serde(default)]
    never: Vec<String>,
}

fn soap() -> String {
    "/soap".to_owned()
}

/// Requests and responses of `forms.wsdl`, by their form.
fn sums(form: &str, is_response: bool) -> String {
    let (ns, style, array) = match form {
        "encoded11" => ("urn:sums", ENCODING11, "n:arrayType='x:int[2]'"),
        "encoded12" => ("urn:sums", ENCODING12, "n:itemType='x:int' n:arraySize='2'"),
        _ => ("urn:other", "urn:none", ""),
    };
    let style = if style == "urn:none" {
        String::new()
    } else {
        format!(" s:encodingStyle='{style}' xmlns:n='{style}'")
    };
    let number = if form == "wrong" { "one" } else { "1" };
    match is_response {
        true => format!("<e:addResponse xmlns:e='{ns}'{style}><sum>3</sum></e:addResponse>"),
        false => format!(
            "<e:add xmlns:e='{ns}'{style} xmlns:x='http://www.w3.org/2001/XMLSchema'><numbers {array}><item>{number}</item>\
             <item>2</item></numbers><unit>m</unit></e:add>"
        ),
    }
}

const ENCODING11: &str = "http://schemas.xmlsoap.org/soap/encoding/";
const ENCODING12: &str = "http://www.w3.org/2003/05/soap-encoding";

fn envelope(soap: u8, header: &str, body: &str) -> String {
    let uri = match soap {
        11 => "http://schemas.xmlsoap.org/soap/envelope/",
        12 => "http://www.w3.org/2003/05/soap-envelope",
        _ => "urn:soap:next",
    };
    format!(
        "<s:Envelope xmlns:s=\"{uri}\" xmlns:e=\"urn:orders\"><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
}

impl Message {
    fn reply(&self, stub: &Stub) {
        let closed = "<e:closed><e:since>now</e:since></e:closed>";
        let soap = if self.backend.ends_with("12") { 12 } else { 11 };
        let body = match (self.fault, soap) {
            _ if !self.reply.is_empty() => sums(&self.reply, true),
            (false, _) => "<e:done><e:state>ok</e:state></e:done>".to_owned(),
            (true, 11) => format!(
                "<s:Fault><faultcode xmlns:b='urn:b'>b:Inner</faultcode><faultstring>no</faultstring>\
                 <faultactor>urn:role</faultactor><detail>{closed}</detail></s:Fault>"
            ),
            (true, _) => format!(
                "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:b='urn:b'>b:Outer</s:Value>\
                 <s:Subcode><s:Value xmlns:b='urn:b'>b:Inner</s:Value></s:Subcode></s:Subcode></s:Code>\
                 <s:Reason><s:Text xml:lang='en'>no</s:Text></s:Reason><s:Role>urn:role</s:Role>\
                 <s:Detail>{closed}</s:Detail></s:Fault>"
            ),
        };
        let kind = if soap == 12 { "application/soap+xml" } else { "text/xml" };
        let status = if self.fault { 500 } else { 200 };
        stub.say(status, &format!("Content-Type: {kind}\r\n"), &envelope(soap, "", &body));
    }

    fn request(&self) -> Request<Full<Bytes>> {
        let body = match self.body.as_str() {
            "" => "<e:order><e:item>a</e:item></e:order>".to_owned(),
            form => sums(form, false),
        };
        let body = envelope(self.soap, &self.blocks, &body);
        let request = Request::builder().method("POST").uri(&self.path);
        let request = if self.soap == 11 {
            request.header("content-type", "text/xml").header("soapaction", format!("\"{}\"", self.action))
        } else {
            request.header("content-type", format!("application/soap+xml; action=\"{}\"", self.action))
        };
        request.body(Full::new(body.into())).expect("request")
    }

    async fn run(&self) {
        let stub = Stub::start();
        self.reply(&stub);
        let contract = format!("port: {}", self.backend);
        let bridge = bridge(service(&self.wsdl, &contract, &self.front, &stub.url()));
        let (status, answer) = ask(&bridge, self.request()).await;
        let heard = stub.heard();
        let sent = heard.first().map_or(String::new(), |heard| format!("{}\n{}", heard.head, heard.body));
        let at = format!("{}: {sent}: {answer}", self.name);
        assert_eq!(status, self.status, "{at}");
        let lower = sent.to_ascii_lowercase();
        self.sent.iter().for_each(|text| assert!(lower.contains(&text.to_ascii_lowercase()), "{text}: {at}"));
        self.answer.iter().for_each(|text| assert!(answer.contains(text), "{text}: {at}"));
        self.never.iter().for_each(|text| assert!(!answer.contains(text), "{text}: {at}"));
    }
}

#[tokio::test]
async fn clients_of_each_port_are_answered_as_they_ask() {
    for case in cases::<Message>("messages.yaml") {
        case.run().await;
    }
}

#[test]
fn as_many_ports_are_served_beside_one_as_there_may_be() {
    let contract = std::fs::read_to_string(format!("{FOLDER}/contract.wsdl")).expect("a contract");
    for more in [PORTS_BESIDE - 1, PORTS_BESIDE, PORTS_BESIDE + 1] {
        let port = |n| format!("<wsdl:port name=\"Copy{n}\" binding=\"e:Soap12\"/>");
        let ports: String = (0..more).map(port).collect();
        let wsdl =
            contract.replacen("<wsdl:port name=\"Copy\"", &format!("{ports}<wsdl:port name=\"Copy\""), 1);
        let mut documents = HashMap::from([("many.wsdl".to_owned(), wsdl.into_bytes())]);
        let text = "version: 1\nservice: s\ncontract: { wsdl: many.wsdl, service: Copies, port: Copy }\n\
                    fronts: { soap: { auth: none } }\nbackend: { soap: { url: \"http://127.0.0.1:9/\" } }\n";
        let service = load("service.yaml", text, &Variables(HashMap::new()), &mut documents, None);
        let ports = service.expect("a service").ports;
        assert_eq!(ports.beside.len(), more.min(PORTS_BESIDE));
        let refused = ports.others.iter().filter(|port| port.reason.contains("ports are served beside"));
        assert_eq!(refused.count(), more.saturating_sub(PORTS_BESIDE), "{ports}");
    }
}
