//! The Model Context Protocol, as clients of the version without sessions and of the one before it speak it: tools are listed for whom they
//! are, a call is a request to the JSON front, and whatever is refused is refused in the words of the protocol.

#[path = "support/stub.rs"]
mod stub;
mod support;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use saponify::bridge::{Bridge, ReadyService};
use saponify::limits::{HttpLimits, JsonLimits, Limits};
use saponify::server::{Running, start};
use serde_json::{Value, json};
use stub::Stub;
use support::{Answer, JSON, bridge, bridge_with, send, service};

const QUOTE: &str = r#"<quote xmlns="urn:shop"><price>9.50</price><note>fresh</note></quote>"#;
const SOLD_OUT: &str = r#"<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>s:Client</faultcode><faultstring>sold out</faultstring><detail><soldOut xmlns="urn:shop"><until>2026-12-24</until></soldOut></detail></s:Fault>"#;
const TOOLS: &str = "{ getQuote: { read_only: true }, placeOrder: { destructive: false, idempotent: true } }";

fn file(auth: &str, tools: &str, rest: &str) -> String {
    format!(
        "version: 1\nservice: shop\ncontract: {{ wsdl: contract.wsdl }}\n\
         fronts: {{ json: {{ path: /shop, auth: {auth} }}, mcp: {{ path: /mcp, auth: {auth}, operations: {tools} }} }}\n\
         backend: {{ soap: {{ url: \"http://127.0.0.1:9/\" }} }}\n{rest}\n"
    )
}

struct Stage {
    stub: Stub,
    running: Running,
}

impl Stage {
    fn new(auth: &str, rest: &str) -> Self {
        Self::with(&file(auth, TOOLS, rest))
    }

    fn with(text: &str) -> Self {
        let stub = Stub::start();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contracts/shop/service.yaml");
        let running = bridge(service(path, text, &stub.url()));
        let stage = Self { stub, running };
        stage.say(200, QUOTE);
        stage
    }

    /// The backend answers with `body` in an envelope.
    fn say(&self, status: u16, body: &str) {
        let envelope = format!(
            r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{body}</s:Body></s:Envelope>"#
        );
        self.stub.say(status, "Content-Type: text/xml; charset=utf-8\r\n", &envelope);
    }

    fn post(&self, headers: &[(&str, &str)], body: &str) -> Answer {
        let headers = [&[JSON], headers].concat();
        send(self.running.address(), "POST", "/mcp", &headers, body.as_bytes())
    }

    /// A request of a client that made a handshake.
    fn ask(&self, method: &str, params: Value) -> Answer {
        self.ask_as(&[], method, params)
    }

    fn ask_as(&self, headers: &[(&str, &str)], method: &str, params: Value) -> Answer {
        let headers = [&[("MCP-Protocol-Version", "2025-11-25")], headers].concat();
        self.post(&headers, &message(method, params).to_string())
    }

    fn call(&self, name: &str, arguments: Value) -> Answer {
        self.ask("tools/call", json!({ "name": name, "arguments": arguments }))
    }

    /// A request that says all that it needs.
    fn stateless(&self, method: &str, params: Value) -> Answer {
        let name = params["name"].as_str().unwrap_or("").to_owned();
        let mut headers = vec![("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method)];
        if !name.is_empty() {
            headers.push(("Mcp-Name", &name));
        }
        self.post(&headers, &message(method, with_meta(params)).to_string())
    }
}

fn message(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params })
}

fn with_meta(mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
    });
    params
}

fn result(answer: &Answer) -> Value {
    let json = answer.json();
    assert_eq!(
        (answer.status, &json["jsonrpc"], &json["id"]),
        (200, &json!("2.0"), &json!(7)),
        "{}",
        answer.body
    );
    json["result"].clone()
}

/// HTTP status, code of JSON-RPC, and the bridge's own code.
fn error(answer: &Answer) -> (u16, i64, String) {
    let error = answer.json()["error"].clone();
    let own = error["data"]["errors"][0]["code"].as_str().unwrap_or("").to_owned();
    (answer.status, error["code"].as_i64().unwrap_or(0), own)
}

fn names(list: &Value) -> Vec<&str> {
    list["tools"]
        .as_array()
        .expect("tools")
        .iter()
        .map(|tool| tool["name"].as_str().expect("a name"))
        .collect()
}

#[test]
fn a_client_of_the_version_before_makes_a_handshake_lists_and_calls() {
    let stage = Stage::new("none", "");
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "c", "version": "1" } });
    let begun = stage.post(&[], &message("initialize", params).to_string());
    let begun = result(&begun);
    assert_eq!(begun["protocolVersion"], "2025-11-25");
    assert_eq!(begun["capabilities"], json!({ "tools": {} }));
    assert_eq!(
        (&begun["serverInfo"]["name"], &begun["serverInfo"]["title"]),
        (&json!("saponify"), &json!("shop"))
    );
    let old = stage.post(&[], &message("initialize", json!({ "protocolVersion": "2024-11-05" })).to_string());
    assert_eq!(result(&old)["protocolVersion"], "2025-11-25");

    let noted = stage.post(&[], r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    assert_eq!((noted.status, noted.body.as_str()), (202, ""));
    assert_eq!(result(&stage.ask("ping", json!({}))), json!({}));

    let list = result(&stage.ask("tools/list", json!({})));
    assert_eq!(names(&list), ["getQuote", "placeOrder"]);
    assert_eq!(list.get("nextCursor"), None);
    assert_eq!(list.get("resultType"), None);

    let called = result(&stage.call("getQuote", json!({ "item": "pear", "count": 2 })));
    let quote = json!({ "price": 9.50, "note": "fresh" });
    assert_eq!(called["structuredContent"], quote);
    assert_eq!(called.get("isError"), None);
    let text = called["content"][0]["text"].as_str().expect("text");
    assert_eq!(serde_json::from_str::<Value>(text).expect("JSON"), quote);
    let heard = stage.stub.heard();
    assert!(heard[0].body.contains(">pear<") && heard[0].head.contains("urn:shop#getQuote"), "{heard:?}");
}

#[test]
fn a_client_without_a_handshake_says_all_in_each_request() {
    let stage = Stage::new("none", "");
    let found = result(&stage.stateless("server/discover", json!({})));
    assert_eq!(found["supportedVersions"], json!(["2026-07-28", "2025-11-25", "2025-06-18"]));
    assert_eq!((&found["resultType"], &found["cacheScope"]), (&json!("complete"), &json!("private")));
    assert!(found["ttlMs"].is_u64());
    let list = result(&stage.stateless("tools/list", json!({})));
    assert_eq!(names(&list), ["getQuote", "placeOrder"]);
    assert_eq!((&list["resultType"], &list["cacheScope"]), (&json!("complete"), &json!("private")));
    let called =
        result(&stage.stateless("tools/call", json!({ "name": "getQuote", "arguments": { "item": "a" } })));
    assert_eq!(
        (&called["structuredContent"]["note"], &called["resultType"]),
        (&json!("fresh"), &json!("complete"))
    );
    assert_eq!(called["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "saponify");
}

#[test]
fn what_is_said_of_a_tool() {
    let stage = Stage::with(&file(
        "none",
        "{ getQuote: { name: quote, description: What an item costs., read_only: true }, placeOrder: {} }",
        "operations: { placeOrder: { idempotent: true } }",
    ));
    let list = result(&stage.ask("tools/list", json!({})));
    let (order, quote) = (&list["tools"][0], &list["tools"][1]);
    assert_eq!((&quote["name"], &quote["description"]), (&json!("quote"), &json!("What an item costs.")));
    let hints = |tool: &Value| {
        let hint = |key: &str| tool["annotations"][key].as_bool().expect("a hint");
        [hint("readOnlyHint"), hint("destructiveHint"), hint("idempotentHint")]
    };
    assert_eq!(hints(quote), [true, false, true]);
    assert_eq!(hints(order), [false, true, true]);
    assert_eq!(order["description"], "The operation placeOrder of the service shop.");
    let schema = &quote["inputSchema"];
    assert_eq!((&schema["type"], &schema["required"]), (&json!("object"), &json!(["item"])));
    assert_eq!(schema["properties"]["count"]["type"], "integer");
    let out = &quote["outputSchema"];
    assert_eq!((&out["type"], out["anyOf"].as_array().map(Vec::len)), (&json!("object"), Some(2)));
    // What the detail of its fault is like is said too.
    assert!(out["$defs"].to_string().contains("\"until\""), "{out}");
}

#[test]
fn a_declared_fault_is_a_result_that_a_model_reads() {
    let stage = Stage::new("none", "");
    stage.say(500, SOLD_OUT);
    for answer in [
        stage.call("getQuote", json!({ "item": "pear" })),
        stage.stateless("tools/call", json!({ "name": "getQuote", "arguments": { "item": "pear" } })),
    ] {
        let result = result(&answer);
        assert_eq!(result["isError"], true);
        let told = &result["structuredContent"]["errors"][0];
        assert_eq!((&told["code"], &told["message"]), (&json!("BRG00310"), &json!("sold out")));
        assert_eq!(told["fault"]["detail"], json!({ "until": "2026-12-24" }));
        let text = result["content"][0]["text"].as_str().expect("text");
        assert_eq!(serde_json::from_str::<Value>(text).expect("JSON"), result["structuredContent"]);
    }
    // What a backend says that no contract declares stays out.
    stage.say(500, r#"<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>s:Server</faultcode><faultstring>at Db.java:7</faultstring><detail><x>canary</x></detail></s:Fault>"#);
    let answer = stage.call("getQuote", json!({ "item": "pear" }));
    assert_eq!(result(&answer)["structuredContent"]["errors"][0]["code"], "BRG00306");
    assert!(!answer.body.contains("Db.java") && !answer.body.contains("canary"), "{}", answer.body);
}

#[test]
fn wrong_arguments_are_told_so_that_a_model_can_mend_them() {
    let stage = Stage::new("none", "");
    let result = result(&stage.call("getQuote", json!({ "itm": "pear", "count": "two" })));
    assert_eq!(result["isError"], true);
    let errors = result["structuredContent"]["errors"].as_array().expect("errors");
    let told: Vec<[&str; 2]> =
        errors.iter().map(|error| ["code", "pointer"].map(|key| error[key].as_str().unwrap_or(""))).collect();
    assert!(told.contains(&["BRG00101", "/itm"]) && told.contains(&["BRG00100", "/item"]), "{result}");
    assert!(told.contains(&["BRG00102", "/count"]), "{result}");
    assert!(result.to_string().contains("did you mean `item`?"), "{result}");
    assert!(stage.stub.heard().is_empty());
}

#[test]
fn unknown_tools_are_errors_of_the_protocol_in_either_version() {
    let stage = Stage::new("none", "");
    // `notify` is an operation, and no tool.
    for name in ["notify", "getQuot"] {
        let old = stage.call(name, json!({}));
        assert_eq!(error(&old), (200, -32602, "BRG00400".to_owned()), "{}", old.body);
        let new = stage.stateless("tools/call", json!({ "name": name, "arguments": {} }));
        assert_eq!(error(&new), (400, -32602, "BRG00400".to_owned()), "{}", new.body);
    }
    assert!(stage.call("getQuot", json!({})).body.contains("did you mean `getQuote`?"));
    assert_eq!(error(&stage.ask("resources/list", json!({}))), (200, -32601, "BRG00400".to_owned()));
    assert_eq!(error(&stage.stateless("resources/list", json!({}))), (404, -32601, "BRG00400".to_owned()));
}

#[test]
fn tools_are_for_whom_they_are() {
    let users = "{ users: { users: [{ name: all, password: \"${env:SAPONIFY_BANCBOX_PASSWORD}\" }, \
                 { name: some, password: \"${env:SAPONIFY_BANCBOX_PASSWORD}\", operations: [placeOrder] }] } }";
    let stage = Stage::new(users, "");
    let none = stage.ask("tools/list", json!({}));
    assert_eq!(error(&none), (401, -32600, "BRG00201".to_owned()));
    assert!(none.head.contains("www-authenticate: basic realm=\"/mcp\""), "{}", none.head);
    assert_eq!(none.json()["id"], Value::Null);
    // YWxs… is all:not-a-real-secret, c29t… some:not-a-real-secret.
    let all = [("Authorization", "Basic YWxsOm5vdC1hLXJlYWwtc2VjcmV0")];
    let some = [("Authorization", "Basic c29tZTpub3QtYS1yZWFsLXNlY3JldA==")];
    assert_eq!(names(&result(&stage.ask_as(&all, "tools/list", json!({})))), ["getQuote", "placeOrder"]);
    assert_eq!(names(&result(&stage.ask_as(&some, "tools/list", json!({})))), ["placeOrder"]);
    let params = json!({ "name": "getQuote", "arguments": { "item": "a" } });
    assert!(result(&stage.ask_as(&all, "tools/call", params.clone())).get("isError").is_none());
    let refused = stage.ask_as(&some, "tools/call", params);
    assert_eq!(error(&refused), (200, -32602, "BRG00400".to_owned()));
    assert!(!refused.body.contains("getQuote"), "{}", refused.body);
    let cursor = stage.ask_as(&some, "tools/list", json!({ "cursor": "getQuote" }));
    assert_eq!(error(&cursor), (200, -32602, "BRG00152".to_owned()));
}

#[test]
fn a_backend_that_refuses_the_callers_password_is_told_as_http_tells_it() {
    let text = file("pass_through", TOOLS, "").replace(
        "{ soap: { url: \"http://127.0.0.1:9/\" } }",
        "{ soap: { url: \"http://127.0.0.1:9/\", auth: { basic: caller } } }",
    );
    let stage = Stage::with(&text);
    stage.stub.say(401, "", "");
    let params = json!({ "name": "getQuote", "arguments": { "item": "a" } });
    let refused = stage.ask_as(&[("Authorization", "Basic YWxsOng=")], "tools/call", params);
    assert_eq!(error(&refused), (401, -32600, "BRG00201".to_owned()));
    assert!(refused.head.contains("www-authenticate: basic"), "{}", refused.head);
}

#[test]
fn what_must_not_be_seen_is_not_in_results_and_schemas_say_so() {
    let stage = Stage::new("none", "mask: { /note: drop, /part: hide }");
    stage.say(
        200,
        r#"<quote xmlns="urn:shop"><price>9.50</price><note>canary-a</note><part>canary-b</part></quote>"#,
    );
    let answer = stage.call("getQuote", json!({ "item": "a" }));
    let called = result(&answer);
    assert_eq!(called["structuredContent"], json!({ "price": 9.50, "part": ["***"] }));
    assert!(!answer.body.contains("canary"), "{}", answer.body);
    let list = result(&stage.ask("tools/list", json!({})));
    let quote = &list["tools"][0]["outputSchema"]["$defs"]["quote"];
    assert_eq!(quote["properties"]["note"], json!({ "description": "Masked, or left out." }));
    assert_eq!(quote["required"], json!(["price"]));
}

#[test]
fn messages_that_are_none_are_refused_as_the_protocol_says() {
    let stage = Stage::new("none", "");
    for (body, code, own) in [
        ("", -32700, "BRG00150"),
        ("{", -32700, "BRG00150"),
        (r#"{"jsonrpc":"2.0","jsonrpc":"2.0"}"#, -32700, "BRG00111"),
        ("[]", -32600, "BRG00152"),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600, "BRG00152"),
        (r#"{"id":1,"method":"ping"}"#, -32600, "BRG00152"),
        (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, -32600, "BRG00152"),
        (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600, "BRG00152"),
    ] {
        assert_eq!(error(&stage.post(&[], body)), (400, code, own.to_owned()), "{body}");
    }
    let list = message("tools/list", json!({})).to_string();
    let other = stage.post(&[("MCP-Protocol-Version", "2099-01-01")], &list);
    assert_eq!((other.status, &other.json()["error"]["code"]), (400, &json!(-32022)));
    assert_eq!(other.json()["error"]["data"]["requested"], "2099-01-01");
    assert!(other.json()["error"]["data"]["supported"].as_array().is_some_and(|all| all.len() == 3));
    let twice = [("MCP-Protocol-Version", "2025-11-25"), ("MCP-Protocol-Version", "2026-07-28")];
    assert_eq!(error(&stage.post(&twice, &list)), (400, -32020, "BRG00152".to_owned()));
}

#[test]
fn headers_say_what_the_body_says() {
    let stage = Stage::new("none", "");
    let list = message("tools/list", with_meta(json!({}))).to_string();
    let call = message("tools/call", with_meta(json!({ "name": "getQuote", "arguments": {} }))).to_string();
    let version = ("MCP-Protocol-Version", "2026-07-28");
    for (headers, body) in [
        (vec![], &list),
        (vec![version], &list),
        (vec![("MCP-Protocol-Version", "2025-11-25"), ("Mcp-Method", "tools/list")], &list),
        (vec![version, ("Mcp-Method", "tools/call")], &list),
        (vec![version, ("Mcp-Method", "tools/call")], &call),
        (vec![version, ("Mcp-Method", "tools/call"), ("Mcp-Name", "placeOrder")], &call),
        (
            vec![version, ("Mcp-Method", "tools/call"), ("Mcp-Name", "getQuote"), ("Mcp-Name", "getQuote")],
            &call,
        ),
    ] {
        assert_eq!(error(&stage.post(&headers, body)), (400, -32020, "BRG00152".to_owned()), "{headers:?}");
    }
    let bare = message("tools/list", json!({})).to_string();
    let headers = [version, ("Mcp-Method", "tools/list")];
    assert_eq!(error(&stage.post(&headers, &bare)), (400, -32602, "BRG00152".to_owned()));
    assert!(stage.stub.heard().is_empty());
}

/// As those of versions with sessions do.
#[test]
fn a_client_that_asks_for_a_stream_is_no_failure() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contracts/shop/service.yaml");
    let service = service(path, &file("none", TOOLS, ""), "http://127.0.0.1:9/");
    let limits = service.limits;
    let bridge = Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge");
    let running = start(([127, 0, 0, 1], 0).into(), &bridge, limits.http, 1).expect("listener");
    let failures = |method| {
        assert_eq!(send(running.address(), method, "/mcp", &[], b"").status, 405);
        let text = bridge.metrics_text();
        text.lines().filter(|line| line.starts_with("saponify_failures_total{")).count()
    };
    assert_eq!(["GET", "DELETE", "PUT"].map(failures), [0, 0, 1]);
}

#[test]
fn other_methods_types_and_origins_are_refused() {
    let stage = Stage::new("none", "");
    for method in ["GET", "DELETE", "PUT"] {
        let answer = send(stage.running.address(), method, "/mcp", &[], b"");
        assert_eq!(error(&answer), (405, -32600, "BRG00401".to_owned()), "{method}");
        assert!(answer.head.contains("allow: options, post"), "{}", answer.head);
    }
    let list = message("tools/list", json!({})).to_string();
    let typed =
        send(stage.running.address(), "POST", "/mcp", &[("Content-Type", "text/plain")], list.as_bytes());
    assert_eq!(error(&typed), (415, -32600, "BRG00404".to_owned()));
    for headers in [("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")]
    {
        let refused = stage.ask_as(&[headers], "tools/list", json!({}));
        assert_eq!(error(&refused), (403, -32600, "BRG00408".to_owned()), "{headers:?}");
    }
    assert_eq!(stage.ask_as(&[("Origin", "http://localhost")], "tools/list", json!({})).status, 200);
    let text = file("none", TOOLS, "")
        .replace("path: /mcp,", "path: /mcp, cors: { origins: [\"https://app.example\"] },");
    let shared = Stage::with(&text);
    assert_eq!(shared.ask_as(&[("Origin", "https://app.example")], "ping", json!({})).status, 200);
    assert_eq!(shared.ask_as(&[("Origin", "https://evil.example")], "ping", json!({})).status, 403);
    let asked = [("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST")];
    let before = send(shared.running.address(), "OPTIONS", "/mcp", &asked, b"");
    assert!(before.head.contains("mcp-protocol-version"), "{}", before.head);
}

#[test]
fn bodies_and_depth_are_bounded() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contracts/shop/service.yaml");
    let limits = Limits {
        http: HttpLimits { request_body: 4096, ..HttpLimits::default() },
        json: JsonLimits { depth: 4, ..JsonLimits::default() },
        ..Limits::default()
    };
    let stub = Stub::start();
    let running = bridge_with(service(path, &file("none", TOOLS, ""), &stub.url()), limits);
    let call = |arguments: &str| {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{"name":"getQuote","arguments":{arguments}}}}}"#
        );
        send(running.address(), "POST", "/mcp", &[JSON], body.as_bytes())
    };
    let large = call(&format!(r#"{{"item":"{}"}}"#, "x".repeat(4096)));
    assert_eq!(error(&large), (413, -32600, "BRG00402".to_owned()));
    // Arguments may be as deep as a body of the JSON front, and no deeper.
    let deep = call(r#"{"item":[[[1]]]}"#);
    assert_eq!(result(&deep)["structuredContent"]["errors"][0]["code"], "BRG00102");
    let deeper = call(r#"{"item":[[[[1]]]]}"#);
    assert_eq!(error(&deeper), (400, -32700, "BRG00150".to_owned()), "{}", deeper.body);
    let long = message("ping", json!({})).to_string().replace('7', &format!("\"{}\"", "x".repeat(300)));
    let long = send(running.address(), "POST", "/mcp", &[JSON], long.as_bytes());
    assert_eq!(error(&long), (400, -32600, "BRG00152".to_owned()));
}

#[test]
fn an_answer_is_given_again_under_its_key_with_the_number_of_the_new_request() {
    let stage = Stage::new("none", "");
    let key = [("Idempotency-Key", "k1"), ("MCP-Protocol-Version", "2025-11-25")];
    let ask = |id: u8| {
        let body = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call",
                           "params": { "name": "getQuote", "arguments": { "item": "a" } } });
        stage.post(&key, &body.to_string())
    };
    let (first, again) = (ask(1), ask(2));
    assert_eq!((&first.json()["id"], &again.json()["id"]), (&json!(1), &json!(2)));
    assert_eq!(first.json()["result"], again.json()["result"]);
    assert!(again.head.contains("idempotency-replayed: true"), "{}", again.head);
    assert_eq!(stage.stub.heard().len(), 1);
    let other = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call",
                        "params": { "name": "getQuote", "arguments": { "item": "b" } } });
    let other = result(&stage.post(&key, &other.to_string()));
    assert_eq!(other["structuredContent"]["errors"][0]["code"], "BRG00407");
}

#[test]
fn fields_of_paths_and_headers_are_arguments_like_others() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contracts/exchange/service.yaml");
    let text = "version: 1\nservice: shop\ncontract: { wsdl: contract.wsdl }\n\
                fronts: { mcp: { path: /mcp, auth: none, operations: { putOrder: {} } } }\n\
                backend: { json: { url: \"http://127.0.0.1:9/api\" } }\n\
                operations: { putOrder: { http: \"PUT /orders/{custNo}?street={street}\", header: { X-Branch: branch } } }\n";
    let stub = Stub::start();
    // What the contract does not have is nothing for a model, wherever it is.
    stub.say(
        200,
        "Content-Type: application/json\r\n",
        "{\"state\":\n\"done\",\"trace\":{\"sql\":\"canary\"},\"x\":\"canary\"}",
    );
    let running = bridge(service(folder, text, &stub.url()));
    let params = json!({ "name": "putOrder", "arguments": { "custNo": "7", "street": "High", "branch": "b", "note": "n" } });
    // A header of the client's own is none of the arguments.
    let headers = [JSON, ("X-Branch", "other")];
    let body = message("tools/call", params).to_string();
    let answer = send(running.address(), "POST", "/mcp", &headers, body.as_bytes());
    assert_eq!(result(&answer)["structuredContent"], json!({ "state": "done" }));
    assert!(!answer.body.contains("canary"), "{}", answer.body);
    let heard = stub.heard();
    assert!(heard[0].line.ends_with("/orders/7?street=High"), "{heard:?}");
    assert!(
        heard[0].head.contains("x-branch: b\r\n") || heard[0].head.contains("X-Branch: b\r\n"),
        "{heard:?}"
    );
    assert_eq!(heard[0].body, r#"{"note":"n"}"#);
}

// Over standard input and output

fn piped(lines: &[String], arguments: &[&str]) -> Vec<Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.args(["mcp"]).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    let mut input = child.stdin.take().expect("stdin");
    let mut answers = Vec::new();
    let mut output = BufReader::new(child.stdout.take().expect("stdout"));
    for line in lines {
        writeln!(input, "{line}").expect("written");
        if line.contains("\"id\"") {
            let mut answer = String::new();
            output.read_line(&mut answer).expect("an answer");
            answers.push(serde_json::from_str(&answer).expect("JSON"));
        }
    }
    drop(input);
    assert!(child.wait().expect("ended").success());
    answers
}

#[test]
fn a_program_that_starts_it_speaks_either_version_through_a_pipe() {
    let stub = Stub::start();
    let reply =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/bancbox/response-ok.xml"));
    stub.say(200, "Content-Type: text/xml; charset=utf-8\r\n", &reply.expect("a sample"));
    let arguments = json!({ "subscriberId": 7, "clientId": { "bancBoxId": 3 }, "firstName": "Ann" });
    let call = json!({ "name": "updateClient", "arguments": arguments });
    let lines = [
        message("initialize", json!({ "protocolVersion": "2025-11-25" })).to_string(),
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#.to_owned(),
        String::new(),
        message("tools/list", json!({})).to_string(),
        message("tools/call", call.clone()).to_string(),
        message("tools/call", with_meta(call)).to_string(),
        "{\"id\"".to_owned(),
    ];
    let (url, secret) =
        (stub.url(), std::env::temp_dir().join(format!("saponify-mcp-{}", std::process::id())));
    std::fs::write(&secret, "canary").expect("written");
    let token = format!("key:file:{}", secret.display());
    let arguments = ["-c", "samples/bancbox/mcp.yaml", "--backend-url", &url, "--username-token", &token];
    let answers = piped(&lines, &arguments);
    std::fs::remove_file(&secret).expect("removed");
    assert_eq!(answers[0]["result"]["protocolVersion"], "2025-11-25");
    assert_eq!(names(&answers[1]["result"]), ["updateClient"]);
    // A model is not asked for credentials.
    assert!(!answers[1].to_string().contains("authentication"), "{}", answers[1]);
    for (answer, version) in [(&answers[2], None), (&answers[3], Some("complete"))] {
        assert_eq!(answer["result"]["structuredContent"]["status"], 1, "{answer}");
        assert_eq!(answer["result"]["resultType"].as_str(), version);
    }
    assert!(stub.heard()[0].body.contains(">canary<"));
    assert_eq!(answers[4]["error"]["code"], -32700);
}

#[test]
fn a_request_that_is_taken_back_has_no_answer() {
    let stub = Stub::start();
    let held = stub.hold();
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.args(["mcp", "-c", "samples/bancbox/mcp.yaml", "--backend-url", &stub.url()]);
    command.args(["--header", "Authorization: Basic YWxsOng="]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("started");
    let mut input = child.stdin.take().expect("stdin");
    let params =
        json!({ "name": "updateClient", "arguments": { "subscriberId": 7, "clientId": { "bancBoxId": 3 } } });
    writeln!(input, "{}", message("tools/call", params)).expect("written");
    writeln!(
        input,
        "{}",
        json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 7 } })
    )
    .expect("written");
    writeln!(input, "{}", json!({ "jsonrpc": "2.0", "id": 8, "method": "ping" })).expect("written");
    drop(input);
    let output = child.wait_with_output().expect("ended");
    drop(held);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(text.trim(), r#"{"jsonrpc":"2.0","id":8,"result":{}}"#);
}

#[test]
fn a_service_file_without_tools_is_told_so() {
    let output = Command::new(env!("CARGO_BIN_EXE_saponify"))
        .args(["mcp", "-c", "samples/bancbox/json-to-soap.yaml"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .output()
        .expect("started");
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no `fronts.mcp`"));
}
