//! Traces and metrics as a collector gets them, and what happens where it does not take them.

#[path = "support/program.rs"]
mod program;
#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;

use std::path::PathBuf;

use program::{Program, until};
use serde_json::{Value, json};
use stub::{Heard, Stub};
use support::{Answer, JSON, SOAP, post};

const FILE: &str = "version: 1
service: shop
contract: { wsdl: WSDL }
fronts: { json: { path: /shop, auth: none }, soap: { path: /soap, auth: none } }
backend: { soap: { url: \"http://127.0.0.1:9/\" } }
limits: { http: { drain_notice: 0 } }
";

const REPLY: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
    <getItemResponse xmlns=\"urn:example:shop\"><code>canary</code></getItemResponse></e:Body></e:Envelope>";

const FAULT: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
    <e:Fault><faultcode>e:Server</faultcode><faultstring>no stock</faultstring></e:Fault></e:Body></e:Envelope>";

const REQUEST: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
    <getItem xmlns=\"urn:example:shop\"><code>canary</code></getItem></e:Body></e:Envelope>";

fn backend() -> Stub {
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", REPLY);
    stub
}

fn collector() -> Stub {
    let stub = Stub::start();
    stub.say(200, "Content-Type: application/json\r\n", "{}");
    stub
}

/// `serve` before `backend`, which tells the collector at `url`.
fn program(name: &str, backend: &Stub, url: &str, variables: &[(&str, &str)]) -> Program {
    let wsdl = format!("{}/tests/shop/shop.wsdl", env!("CARGO_MANIFEST_DIR"));
    let service = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.yaml"));
    std::fs::write(&service, FILE.replace("WSDL", &wsdl)).expect("service file");
    let service = service.display().to_string();
    let arguments =
        ["--admin", "127.0.0.1:0", "-c", &service, "--backend-url", &backend.url(), "--otlp", url];
    Program::start(name, &arguments, variables.iter().copied())
}

fn ask(program: &Program, headers: &[(&str, &str)]) -> Answer {
    post(program.address(), "/shop/getItem", &[&[JSON], headers].concat(), br#"{"code":"canary"}"#)
}

/// What came at `path`, each message that was sent.
fn messages(collector: &Stub, path: &str) -> Vec<(Heard, Value)> {
    let heard = collector.heard().into_iter().filter(|heard| heard.line == format!("POST {path}"));
    heard.map(|heard| (heard.clone(), serde_json::from_str(&heard.body).expect("JSON"))).collect()
}

/// The spans that came, once there are as many as `count`.
fn spans(collector: &Stub, count: usize) -> Vec<Value> {
    until(|| {
        let messages = messages(collector, "/v1/traces");
        let lists = messages
            .iter()
            .filter_map(|(_, all)| all.pointer("/resourceSpans/0/scopeSpans/0/spans")?.as_array().cloned());
        let all: Vec<Value> = lists.flatten().collect();
        (all.len() >= count).then_some(all)
    })
}

/// The value of an attribute, as the text that it is in JSON.
fn attribute<'v>(of: &'v Value, key: &str) -> Option<&'v str> {
    let all = of["attributes"].as_array().expect("attributes");
    let value = &all.iter().find(|attribute| attribute["key"] == key)?["value"];
    value.as_object().expect("a value").values().next().and_then(Value::as_str)
}

fn attributes<'v, const N: usize>(of: &'v Value, keys: [&str; N]) -> [Option<&'v str>; N] {
    keys.map(|key| attribute(of, key))
}

/// The `traceparent` that the backend got last.
fn parent(backend: &Stub) -> String {
    let head = backend.heard().pop().expect("a request").head;
    head.lines().find_map(|line| line.strip_prefix("traceparent: ")).expect("a traceparent").to_owned()
}

#[test]
fn an_exchange_is_a_span_and_its_call_another_in_the_trace_of_its_client() {
    let (backend, collector) = (backend(), collector());
    let variables = [
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=not%20mine"),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test"),
        ("OTEL_SERVICE_NAME", "bridge"),
    ];
    let program = program("otlp-spans", &backend, &collector.url(), &variables);
    let (trace, of_client) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
    let given = format!("00-{trace}-{of_client}-01");
    assert_eq!(ask(&program, &[("traceparent", &given), ("tracestate", "a=b")]).status, 200);
    let spans = spans(&collector, 2);
    let (server, client) = (&spans[0], &spans[1]);
    let fields = ["traceId", "parentSpanId", "traceState", "name"].map(|key| server[key].as_str());
    assert_eq!(fields, [trace, of_client, "a=b", "shop/getItem"].map(Some));
    assert_eq!((&server["kind"], &client["kind"]), (&json!(2), &json!(3)));
    assert_eq!((&server["flags"], &client["flags"]), (&json!(0x301), &json!(0x101)));
    assert_eq!((&client["traceId"], &client["parentSpanId"]), (&json!(trace), &server["spanId"]));
    // What the backend does is below the call.
    assert_eq!(parent(&backend), format!("00-{trace}-{}-01", client["spanId"].as_str().expect("a span")));
    let keys =
        ["rpc.system", "rpc.service", "rpc.method", "http.request.method", "http.response.status_code"];
    assert_eq!(attributes(server, keys), [None, Some("shop"), Some("getItem"), Some("POST"), Some("200")]);
    assert_eq!(
        attributes(client, keys),
        [Some("soap"), Some("shop"), Some("getItem"), Some("POST"), Some("200")]
    );
    let port = backend.address.port().to_string();
    assert_eq!(attributes(client, ["server.address", "server.port"]), [Some("127.0.0.1"), Some(&*port)]);
    assert_eq!(attributes(server, ["saponify.outcome", "client.address"]), [Some("ok"), Some("127.0.0.1")]);
    assert_eq!((&server["status"], &client["status"]), (&json!({}), &json!({})));
    let time = |span: &Value, end: &str| -> u64 {
        span[format!("{end}TimeUnixNano")].as_str().expect("a text").parse().expect("a number")
    };
    assert!(time(server, "start") <= time(client, "start") && time(client, "start") <= time(client, "end"));
    assert!(time(client, "end") <= time(server, "end"));
    let (heard, message) = messages(&collector, "/v1/traces").remove(0);
    assert!(heard.head.contains("content-type: application/json"), "{heard:?}");
    assert!(heard.head.contains("x-tenant: not mine"), "{heard:?}");
    let resource = &message["resourceSpans"][0]["resource"];
    assert_eq!(
        attributes(resource, ["service.name", "deployment.environment.name", "service.version"]),
        [Some("bridge"), Some("test"), Some(env!("CARGO_PKG_VERSION"))]
    );
    assert!(!heard.body.contains("canary"), "{heard:?}");
    // What is counted goes out at the end, too, however far its time is.
    let at_end = |program: Program| (program.terminated(), messages(&collector, "/v1/metrics"));
    let (code, metrics) = at_end(program);
    assert_eq!((code, metrics.len()), (Some(0), 1));
    let metrics = &metrics[0].1["resourceMetrics"][0]["scopeMetrics"][0]["metrics"];
    let named = |name: &str| {
        let all = metrics.as_array().expect("metrics");
        all.iter().find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("{name} in {metrics}"))
    };
    let point = |name: &str, kind: &str, label: (&str, &str)| {
        let points = named(name)[kind]["dataPoints"].as_array().expect("points");
        points.iter().find(|point| attribute(point, label.0) == Some(label.1)).cloned()
    };
    let ok = point("saponify_exchanges", "sum", ("outcome", "ok")).map(|point| point["asDouble"].clone());
    assert_eq!(ok, Some(json!(1.0)));
    let json = point("saponify_exchange_seconds", "histogram", ("front", "json"));
    assert_eq!(json.map(|point| point["count"].clone()), Some(json!("1")));
    assert_eq!(named("saponify_request_bytes")["unit"], "By");
}

#[test]
fn what_goes_wrong_is_in_the_spans() {
    let (backend, collector) = (backend(), collector());
    let program = program("otlp-failures", &backend, &collector.url(), &[]);
    let soap = |body: &str| post(program.address(), "/soap", &[SOAP], body.as_bytes()).status;
    let server_of = |spans: &[Value], at: usize| spans[at].clone();
    backend.say(500, "Content-Type: text/xml\r\n", FAULT);
    assert_eq!(soap(REQUEST), 500);
    let first = spans(&collector, 2);
    let (server, client) = (server_of(&first, 0), server_of(&first, 1));
    assert_eq!(
        attributes(&server, ["rpc.system", "error.type", "saponify.cause"]),
        [Some("soap"), Some("backend_failed"), Some("fault_server")]
    );
    assert_eq!(
        attributes(&client, ["error.type", "http.response.status_code"]),
        [Some("fault_server"), Some("500")]
    );
    assert_eq!((&server["status"]["code"], &client["status"]["code"]), (&json!(2), &json!(2)));
    assert!(server["parentSpanId"].is_null());
    // The client is to blame, and no backend was called.
    collector.say(200, "", "");
    assert_eq!(post(program.address(), "/canary", &[JSON], b"{}").status, 404);
    let second = spans(&collector, 1);
    assert_eq!((second.len(), &second[0]["name"], &second[0]["status"]), (1, &json!("POST"), &json!({})));
    assert_eq!(
        attributes(&second[0], ["error.type", "saponify.code"]),
        [Some("not_found"), Some("BRG00400")]
    );
    assert!(!json!([first, second]).to_string().contains("canary"));
}

#[test]
fn what_a_client_does_not_want_recorded_goes_nowhere() {
    let (backend, collector) = (backend(), collector());
    let of_parent = program("otlp-parent", &backend, &collector.url(), &[]);
    let given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    assert_eq!(ask(&of_parent, &[("traceparent", given)]).status, 200);
    assert!(parent(&backend).ends_with("-00"));
    let never = [("OTEL_TRACES_SAMPLER", "parentbased_always_off")];
    let never = program("otlp-never", &backend, &collector.url(), &never);
    assert_eq!(ask(&never, &[]).status, 200);
    assert!(parent(&backend).ends_with("-00"), "whoever is behind is told");
    assert_eq!((of_parent.terminated(), never.terminated()), (Some(0), Some(0)));
    assert_eq!(messages(&collector, "/v1/traces").len(), 0);
    assert_eq!(messages(&collector, "/v1/metrics").len(), 2);
}

#[test]
fn what_a_collector_takes_later_is_sent_again() {
    let (backend, collector) = (backend(), collector());
    collector.say(503, "", "");
    let program = program("otlp-again", &backend, &collector.url(), &[]);
    assert_eq!(ask(&program, &[]).status, 200);
    let first = spans(&collector, 2);
    collector.say(200, "", r#"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too\nold"}}"#);
    assert_eq!(spans(&collector, 2), first);
    program.says("does not take traces: it answered with HTTP status 503");
    program.says("takes traces again");
    program.says("says of traces: too");
    let metrics = || support::send(program.admin(), "GET", "/metrics", &[], b"").body;
    until(|| metrics().contains("saponify_spans_dropped_total 1\n").then_some(()));
    assert!(metrics().contains(r#"saponify_otlp_messages_total{signal="traces",outcome="rejected"} 1"#));
}

#[test]
fn a_collector_that_is_not_there_keeps_nobody_waiting() {
    let backend = backend();
    // Nobody listens at the port of a stub that is gone.
    let nobody =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let program = program("otlp-nobody", &backend, &format!("http://{nobody}"), &[]);
    for _ in 0..20 {
        assert_eq!(ask(&program, &[]).status, 200);
    }
    program.says("does not take traces");
    let log = program.stopped();
    assert!(log.contains("stopped; everything was answered"), "{log}");
}

#[test]
fn a_url_that_cannot_be_called_is_told_at_the_start() {
    for (url, expected) in [("ftp://collector", "http://"), ("http://", "not a valid URL")] {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_saponify"))
            .args(["serve", "--wsdl", "tests/shop/shop.wsdl", "--listen", "127.0.0.1:0", "--otlp", url])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("run");
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(run.status.code() == Some(2) && said.contains("--otlp") && said.contains(expected), "{said}");
    }
}
