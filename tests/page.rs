//! The page for people: who gets it, what it may do in a browser, what it shows, and that a dry run links what belongs together.
//! `tests/page/run` is the same in Chromium.

mod support;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use saponify::bridge::{Body, Bridge, ReadyService};
use saponify::describe::{Direction, LinkError, Selection, Style, linked, sample, to_json};
use saponify::plan::FieldRule;
use saponify::service::Service;
use serde_json::Value;
use support::{service, system_service};
use tower::Service as _;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

const FRONTS: &str = "{ json: { auth: none }, soap: { auth: none } }";

/// A service of the contract of a shop with these fronts, and more lines of its file. Nothing listens where its backend should be.
fn shop(fronts: &str, more: &str) -> Service {
    let path = root().join("tests/contracts/shop/service.yaml");
    let text = format!(
        "version: 1\nservice: shop\ncontract: {{ wsdl: contract.wsdl }}\nfronts: {fronts}\n\
         backend: {{ soap: {{ url: \"http://127.0.0.1:9/\" }} }}\n{more}"
    );
    service(&path.to_string_lossy(), &text, "http://127.0.0.1:9/")
}

fn bridge(service: Service) -> Bridge {
    let limits = service.limits;
    Bridge::new(vec![ReadyService::new(service).expect("ready")], limits).expect("a bridge")
}

async fn send(bridge: &Bridge, request: http::request::Builder, body: &str) -> (Response<Body>, String) {
    let request = request.header("host", "shop.example").body(Full::new(Bytes::from(body.to_owned())));
    let answered = bridge.clone().call(request.expect("a request")).await;
    let (head, body) = answered.expect("an answer").into_parts();
    let body = body.collect().await.expect("whole").to_bytes();
    (Response::from_parts(head, Body::default()), String::from_utf8_lossy(&body).into_owned())
}

async fn look(bridge: &Bridge, path: &str) -> (Response<Body>, String) {
    send(bridge, Request::get(path).header("accept", BROWSER), "").await
}

/// What browsers say that they take.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn told<'a>(answer: &'a Response<Body>, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().expect("a text"))
}

/// What a page refers to, as paths.
fn references(html: &str) -> Vec<String> {
    let attribute = regex::Regex::new(r#"(?:href|src)="([^"]*)""#).expect("pattern");
    let of_page = |url: &String| url != "data:," && !url.starts_with('#');
    attribute.captures_iter(html).map(|found| found[1].to_owned()).filter(of_page).collect()
}

#[tokio::test]
async fn a_browser_gets_a_page_that_may_do_nothing_but_what_it_has_to() {
    let bridge = bridge(shop(FRONTS, ""));
    for path in ["/shop", "/soap/shop"] {
        let (page, html) = look(&bridge, path).await;
        assert_eq!(
            (page.status(), told(&page, "content-type")),
            (StatusCode::OK, "text/html; charset=utf-8")
        );
        let policy: Vec<&str> = told(&page, "content-security-policy").split("; ").collect();
        for directive in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ] {
            assert!(policy.contains(&directive), "{path}: {directive}: {policy:?}");
        }
        assert!(!policy.iter().any(|directive| directive.contains("unsafe") || directive.contains("http")));
        assert_eq!(told(&page, "x-content-type-options"), "nosniff");
        assert_eq!(told(&page, "referrer-policy"), "no-referrer");
        assert_eq!(told(&page, "cross-origin-resource-policy"), "same-origin");
        let all = references(&html);
        assert!(all.len() > 5, "{html}");
        for file in &all {
            let last = path.rsplit('/').next().expect("a segment");
            assert!(file.starts_with(&format!("{last}/page/")), "{file}");
            let below = format!("{}/{file}", path.rsplit_once('/').expect("a path").0);
            let (answer, text) = look(&bridge, &below).await;
            assert_eq!(answer.status(), StatusCode::OK, "{below}");
            let kind = match file.rsplit('.').next() {
                Some("css") => "text/css; charset=utf-8",
                Some("js") => "text/javascript; charset=utf-8",
                _ => "application/json",
            };
            assert_eq!(told(&answer, "content-type"), kind);
            assert_eq!(told(&answer, "x-content-type-options"), "nosniff");
            assert!(!text.is_empty());
        }
    }
}

#[tokio::test]
async fn all_files_are_small_and_make_text_of_everything() {
    let bridge = bridge(shop(FRONTS, ""));
    let (_, html) = look(&bridge, "/shop").await;
    let (mut sum, mut seen) = (html.len(), Vec::new());
    for file in references(&html) {
        if seen.contains(&file) || file.ends_with(".json") {
            continue;
        }
        let (_, text) = look(&bridge, &format!("/{file}")).await;
        sum += text.len();
        for word in FORBIDDEN {
            assert!(!text.contains(word), "{file} has {word}");
        }
        let namespaces = ["http://docs.oasis-open.org/wss/", "http://www.w3.org/2005/08/addressing"];
        let namespaces: usize = namespaces.iter().map(|begin| text.matches(begin).count()).sum();
        assert_eq!(text.matches("://").count(), namespaces + text.matches("https:// ").count(), "{file}");
        seen.push(file);
    }
    let known = std::fs::read_dir(root().join("src/bridge/page/assets")).expect("assets").count();
    assert_eq!(seen.len(), known, "every file is a part of the page: {seen:?}");
    assert!(sum < 80 * 1024, "{sum} bytes");
}

/// What makes markup, script or style of a text, or keeps something in a browser.
const FORBIDDEN: &[&str] = &[
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "DOMParser",
    "createContextualFragment",
    "srcdoc",
    "eval(",
    "Function(",
    "setAttribute('style'",
    "localStorage",
    "sessionStorage",
    "indexedDB",
    "document.cookie",
    "serviceWorker",
    "window.open",
    "postMessage",
];

#[tokio::test]
async fn clients_of_a_front_are_answered_as_without_a_page() {
    let (with, without) = (bridge(shop(FRONTS, "")), bridge(shop(OFF, "")));
    let number = regex::Regex::new("[0-9]{6,}").expect("pattern");
    for (method, path, accept) in [
        (Method::GET, "/shop", "application/json"),
        (Method::GET, "/shop", "*/*"),
        (Method::POST, "/shop", BROWSER),
        (Method::OPTIONS, "/shop", BROWSER),
        (Method::GET, "/shop/", BROWSER),
        (Method::GET, "/shop/getQuote", BROWSER),
        (Method::GET, "/soap/shop", "*/*"),
        (Method::GET, "/soap/shop?wsdl", BROWSER),
        (Method::GET, "/soap/shop?page", BROWSER),
        (Method::GET, "/", BROWSER),
    ] {
        let ask = || Request::builder().method(method.clone()).uri(path).header("accept", accept);
        let (one, other) = (send(&with, ask(), "").await, send(&without, ask(), "").await);
        assert_eq!(one.0.status(), other.0.status(), "{method} {path} {accept}");
        let plain = |text: &str| number.replace_all(text, "N").into_owned();
        assert_eq!(plain(&one.1), plain(&other.1), "{method} {path} {accept}");
        assert_eq!(told(&one.0, "allow"), told(&other.0, "allow"), "{method} {path} {accept}");
    }
}

const OFF: &str = "{ json: { auth: none, page: false }, soap: { auth: none, page: false } }";

#[tokio::test]
async fn a_page_may_be_switched_off_for_each_front() {
    let both = bridge(shop(OFF, ""));
    for path in ["/shop", "/shop/page/main.js", "/shop/page/data.json", "/soap/shop/page/data.json"] {
        assert_eq!(look(&both, path).await.0.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(told(&look(&both, "/soap/shop").await.0, "content-type"), FAULT);
    let json = bridge(shop("{ json: { auth: none }, soap: { auth: none, page: false } }", ""));
    assert_eq!(look(&json, "/shop").await.0.status(), StatusCode::OK);
    assert_eq!(told(&look(&json, "/soap/shop").await.0, "content-type"), FAULT);
}

/// What a SOAP front answers whoever sends no message.
const FAULT: &str = "text/xml; charset=utf-8";

#[tokio::test]
async fn what_a_browser_has_is_not_sent_again_and_what_it_asks_for_is_compressed() {
    let bridge = bridge(shop(FRONTS, ""));
    for path in ["/shop", "/shop/page/main.js", "/shop/page/data.json"] {
        let (first, text) = look(&bridge, path).await;
        let tag = told(&first, "etag").to_owned();
        assert!(tag.starts_with("W/\"") && told(&first, "cache-control") == "no-cache", "{path}: {tag}");
        let asked = Request::get(path).header("accept", BROWSER).header("if-none-match", &tag);
        let (again, body) = send(&bridge, asked, "").await;
        assert_eq!((again.status(), body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
        assert!(!told(&again, "content-security-policy").is_empty());
        let asked = Request::get(path).header("accept", BROWSER).header("accept-encoding", "br, gzip");
        let (coded, body) = send(&bridge, asked, "").await;
        // What is a few lines is as small as it is.
        let is_coded =
            !told(&coded, "content-encoding").is_empty() && told(&coded, "vary").contains("accept-encoding");
        assert!(path == "/shop" || is_coded && body.len() < text.len(), "{path}: {coded:?}");
        let head = Request::head(path).header("accept", BROWSER);
        let (head, body) = send(&bridge, head, "").await;
        assert_eq!((head.status(), body.as_str()), (StatusCode::OK, ""), "{path}");
    }
    let (post, _) = send(&bridge, Request::post("/shop/page/data.json"), "").await;
    let allowed = (post.status(), told(&post, "allow"));
    assert_eq!(allowed, (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD, OPTIONS"));
    let (get, _) = look(&bridge, "/shop/page/dry-run?operation=getQuote").await;
    assert_eq!((get.status(), told(&get, "allow")), (StatusCode::METHOD_NOT_ALLOWED, "OPTIONS, POST"));
}

#[tokio::test]
async fn the_page_knows_operations_schemas_examples_and_who_may_call() {
    let bridge = bridge(system_service("bancbox", "json-to-soap.yaml", "http://127.0.0.1:9/"));
    let (_, json) = look(&bridge, "/bancbox/page/data.json").await;
    let data: Value = serde_json::from_str(&json).expect("JSON");
    let operation = &data["operations"][0];
    assert_eq!((&data["front"], &data["auth"]["kind"]), (&"json".into(), &"basic".into()));
    assert_eq!((&operation["name"], &operation["path"]), (&"updateClient".into(), &"/updateClient".into()));
    assert_eq!(operation["credentials"]["object"], "authentication");
    assert_eq!(operation["credentials"]["used"], true);
    let example: Value = serde_json::from_str(operation["example"].as_str().expect("a text")).expect("JSON");
    assert!(example["firstName"].is_string(), "{example}");
    let request =
        operation["request"]["$ref"].as_str().expect("a reference").rsplit('/').next().expect("a name");
    assert!(data["$defs"][request]["properties"]["firstName"].is_object());
    let (_, json) = look(&bridge, "/soap/bancbox/BBXPort/page/data.json").await;
    let data: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&data["front"], &data["auth"]["kind"]), (&"soap".into(), &"token".into()));
    assert_eq!(data["operations"][0]["credentials"]["used"], false);
}

fn dry_run(path: &str) -> http::request::Builder {
    Request::post(path).header("content-type", "application/json").header("sec-fetch-site", "same-origin")
}

const RULES: &str = "mask: { /note: hide }\noperations: { getQuote: { rename: { item: article }, \
                     const: { apiKey: \"a-constant-of-the-file\" } } }\n";

#[tokio::test]
async fn a_dry_run_links_keys_and_elements_and_shows_no_secret() {
    let bridge = bridge(shop(FRONTS, RULES));
    let body = r#"{"article":"<b>&","count":2}"#;
    let (answer, text) = send(&bridge, dry_run("/shop/page/dry-run?operation=getQuote"), body).await;
    assert_eq!((answer.status(), told(&answer, "cache-control")), (StatusCode::OK, "no-store"), "{text}");
    assert!(!text.contains("a-constant-of-the-file") && !text.contains("\"message\""), "{text}");
    let said: Value = serde_json::from_str(&text).expect("JSON");
    let line = |with: &str| {
        let lines = said["lines"].as_array().expect("lines");
        lines
            .iter()
            .find(|line| line["text"].as_str().expect("a text").contains(with))
            .expect("a line")
            .clone()
    };
    let link = |line: &Value| said["links"][line["links"][0].as_u64().expect("a link") as usize].clone();
    let item = link(&line("item>"));
    assert_eq!((&item["pointer"], &item["place"]), (&"/article".into(), &"contract.wsdl:9".into()), "{text}");
    assert_eq!(item["rules"][0]["place"], "operations.getQuote.rename: item");
    assert!(line("item>")["text"].as_str().expect("a text").contains(">&lt;b&gt;&amp;</"), "{text}");
    let constant = line("apiKey>");
    assert!(constant["text"].as_str().expect("a text").contains(">***</"), "{constant}");
    assert_eq!(link(&constant)["rules"][0]["key"], "const");
    let digits = r#"{"article":"0012345"}"#;
    let masked = self::bridge(shop(FRONTS, "mask: { /item: last4 }\n"));
    let path = "/shop/page/dry-run?operation=getQuote";
    let (_, text) = send(&masked, dry_run(path), &digits.replace("article", "item")).await;
    assert!(
        text.contains(">***</") && !text.contains("2345"),
        "digits are masked as they are in JSON: {text}"
    );
    let (_, text) = send(&bridge, dry_run("/soap/shop/page/dry-run?operation=getQuote"), body).await;
    let said: Value = serde_json::from_str(&text).expect("JSON");
    let message = said["message"].as_str().expect("the message for a SOAP client");
    assert!(message.contains(">2<") && !message.contains("a-constant-of-the-file"), "{message}");
    let calls = regex::Regex::new(r"saponify_backend_requests_total\{[^}]*\} [1-9]").expect("pattern");
    assert!(!calls.is_match(&bridge.metrics_text()), "no backend is called: {}", bridge.metrics_text());
}

/// Whoever sees what is masked must not learn of a guess that it is a secret of the service.
#[tokio::test]
async fn a_dry_run_does_not_tell_whether_a_guess_is_a_secret() {
    let bridge = bridge(system_service("stonex", "soap-to-json.yaml", "http://127.0.0.1:9/"));
    let (_, data) = look(&bridge, "/soap/stonex/page/data.json").await;
    let data: Value = serde_json::from_str(&data).expect("JSON");
    let operation = data["operations"][0]["name"].as_str().expect("a name");
    let path = format!("/soap/stonex/page/dry-run?operation={operation}");
    let ask = async |guess: &str| {
        let body = std::fs::read_to_string(root().join("samples/stonex/request.json")).expect("a request");
        let body = body.replace("OTHERTESTING", guess);
        let (answer, text) = send(&bridge, dry_run(&path), &body).await;
        assert_eq!(answer.status(), StatusCode::OK, "{text}");
        text.replace(guess, "GUESS")
    };
    assert_eq!(ask("canary-secret").await, ask("another-words").await);
}

#[tokio::test]
async fn a_dry_run_says_what_is_wrong_as_the_front_says_it_and_fails_nothing() {
    let bridge = bridge(shop(FRONTS, RULES));
    let run = async |body: &str| {
        let (answer, text) = send(&bridge, dry_run("/shop/page/dry-run?operation=getQuote"), body).await;
        (answer.status().as_u16(), serde_json::from_str::<Value>(&text).expect("JSON"))
    };
    let (status, said) = run(r#"{"article":7,"apiKey":"x"}"#).await;
    assert_eq!(status, 422, "{said}");
    let pointers: Vec<&str> = said["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|error| error["pointer"].as_str())
        .collect();
    assert!(pointers.contains(&"/article") && pointers.contains(&"/apiKey"), "{said}");
    let (status, said) = run("{").await;
    assert_eq!(status, 400, "{said}");
    assert!(said["title"].is_string(), "{said}");
    let failed = regex::Regex::new(r"saponify_failures_total\{[^}]*\} [1-9]").expect("pattern");
    assert!(!failed.is_match(&bridge.metrics_text()), "{}", bridge.metrics_text());
}

#[tokio::test]
async fn a_dry_run_is_for_the_page_alone_and_has_its_bounds() {
    let fronts = "{ json: { auth: none, cors: { origins: [\"https://app.example\"] } } }";
    let bridge = bridge(shop(fronts, ""));
    let path = "/shop/page/dry-run?operation=getQuote";
    let (origin, json) = (("origin", "https://app.example"), ("content-type", "application/json"));
    let (cross, same) = (("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-origin"));
    for (headers, expected) in [
        (vec![json, same], 200),
        (vec![json], 200),
        (vec![json, cross, origin], 403),
        (vec![json, ("sec-fetch-site", "same-site")], 403),
        (vec![same], 415),
        (vec![same, ("content-type", "text/plain")], 415),
    ] {
        let request =
            headers.iter().fold(Request::post(path), |request, (name, value)| request.header(*name, *value));
        let (answer, text) = send(&bridge, request, r#"{"item":"x"}"#).await;
        assert_eq!(answer.status().as_u16(), expected, "{headers:?}: {text}");
        assert_eq!(told(&answer, "access-control-allow-origin"), "", "{headers:?}");
    }
    let foreign = Request::get("/shop/page/data.json").header("sec-fetch-site", "cross-site");
    assert_eq!(send(&bridge, foreign, "").await.0.status(), StatusCode::FORBIDDEN);
    let large = format!("{{\"item\":\"{}\"}}", "x".repeat(saponify::limits::PAGE_MESSAGE));
    assert_eq!(send(&bridge, dry_run(path), &large).await.0.status(), StatusCode::PAYLOAD_TOO_LARGE);
    for query in ["", "?operation=", "?operation=other", "?operation=%ff", "?x=getQuote"] {
        let path = format!("/shop/page/dry-run{query}");
        assert_eq!(send(&bridge, dry_run(&path), "{}").await.0.status(), StatusCode::NOT_FOUND, "{query}");
    }
}

/// Pointers of what is deep and wide are long: what is said of a message has a bound of its own.
#[test]
fn what_is_said_of_a_deep_and_wide_message_is_bounded() {
    let path = root().join("tests/contracts/constructs/deep.yaml");
    let text = "version: 1\nservice: all\ncontract: { wsdl: contract.wsdl }\nfronts: { json: { auth: none } }\n\
                backend: { soap: { url: \"http://127.0.0.1:9/\" } }\n";
    let service = service(&path.to_string_lossy(), text, "http://127.0.0.1:9/");
    let index = service.find("tree").expect("an operation with a recursive type");
    let leaves = vec!["{\"label\":\"\"}"; 5000].join(",");
    let deep = |inner: String| format!("{{\"label\":\"x\",\"tree\":[{inner}]}}");
    let json = (0..30).fold(leaves, |inner, _| deep(inner));
    assert!(json.len() > 60_000 && linked(&service, index, deep(String::new()).as_bytes(), false).is_ok());
    assert_eq!(linked(&service, index, json.as_bytes(), false), Err(LinkError::TooLarge));
}

/// Names and words of a contract are data: they are in no page, and in what is loaded they are strings.
#[tokio::test]
async fn words_of_a_contract_are_data() {
    let attack = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
    let contract =
        std::fs::read_to_string(root().join("tests/contracts/shop/contract.wsdl")).expect("a contract");
    let escaped = attack.replace('<', "&lt;");
    let told = format!(
        "<w:portType name=\"Shop\"><w:operation name=\"getQuote\"><w:documentation>{escaped}</w:documentation>"
    );
    let contract =
        contract.replacen("<w:portType name=\"Shop\">\n    <w:operation name=\"getQuote\">", &told, 1);
    let folder = std::env::temp_dir().join(format!("saponify-page-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("contract.wsdl"), contract).expect("written");
    let text = format!(
        "version: 1\nservice: shop\ncontract: {{ wsdl: contract.wsdl }}\nfronts: {FRONTS}\nbackend: {{ soap: {{ url: \"http://127.0.0.1:9/\" }} }}\n"
    );
    let service = service(&folder.join("service.yaml").to_string_lossy(), &text, "http://127.0.0.1:9/");
    std::fs::remove_dir_all(&folder).expect("removed");
    let bridge = bridge(service);
    let (_, html) = look(&bridge, "/shop").await;
    assert!(!html.contains("alert"), "{html}");
    let (answer, data) = look(&bridge, "/shop/page/data.json").await;
    assert_eq!((told_type(&answer), answer.status()), ("application/json", StatusCode::OK));
    let data: Value = serde_json::from_str(&data).expect("JSON");
    assert!(data["operations"][0]["text"].as_str().expect("words").contains(attack), "{data}");
}

fn told_type(answer: &Response<Body>) -> &str {
    told(answer, "content-type")
}

/// Each text stands at the place of the JSON that its link says, whatever the contract is like.
#[test]
fn what_a_dry_run_links_belongs_together() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for wsdl in [
        "tests/contracts/constructs/contract.wsdl",
        "tests/mapping/orders.wsdl",
        "wsdl/bancbox.wsdl",
        "wsdl/stonex.wsdl",
        "wsdl/helix.wsdl",
        "wsdl/finzly.wsdl",
        "wsdl/tabapay.wsdl",
    ] {
        let path = root().join(wsdl).with_extension("page.yaml");
        let name = Path::new(wsdl).file_name().expect("a name").to_string_lossy().into_owned();
        let text = format!(
            "version: 1\nservice: all\ncontract: {{ wsdl: {name} }}\nfronts: {{ json: {{ auth: none }} }}\n\
             backend: {{ soap: {{ url: \"http://127.0.0.1:9/\" }} }}\n"
        );
        let service = service(&path.to_string_lossy(), &text, "http://127.0.0.1:9/");
        let selection = Selection { direction: Some(Direction::Request), ..Selection::default() };
        let converter = saponify::describe::Converter::new(&service.plan, service.encode, &selection, false);
        for (index, candidate) in converter.candidates().iter().enumerate() {
            for seed in 0..12 {
                let style = if seed == 0 { Style::Full } else { Style::Random };
                let json = sample(&service.plan, candidate, style, seed).expect("a sample");
                // A sample of a pattern that nothing was found for is not valid.
                let Ok(said) = linked(&service, index, &json, true) else { continue };
                checked +=
                    holds(&format!("{wsdl} {index} {seed}"), [&json, &to_json(&said.into())], &mut wrong);
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {checked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(checked > 1200, "{checked} links");
}

/// The links of a dry run that were looked at: of some JSON, and what was said of it.
fn holds(of: &str, texts: [&[u8]; 2], wrong: &mut Vec<String>) -> usize {
    let [value, said]: [Value; 2] = texts.map(|text| serde_json::from_slice(text).expect("JSON"));
    let leaf = regex::Regex::new(r"^<([^\s/>]+)[^>]*>([^<]*)</[^>]*>$").expect("pattern");
    let mut checked = 0;
    for line in said["lines"].as_array().expect("lines") {
        let text = line["text"].as_str().expect("a text");
        let Some(found) = leaf.captures(text) else { continue };
        let Some(link) = line["links"].as_array().and_then(|links| links.last()) else { continue };
        let Some(pointer) = said["links"][link.as_u64().expect("a number") as usize]["pointer"].as_str()
        else {
            continue;
        };
        // What a wildcard takes is there as a text of XML; what is mixed with attributes has no link but theirs.
        if pointer.contains("/$any") || pointer.contains("/$content") || pointer.contains("/@") {
            continue;
        }
        let there =
            value.pointer(pointer).unwrap_or_else(|| panic!("{of}: {pointer} of {text} is not there"));
        let text = found[2].trim();
        let is_same = match there {
            Value::String(value) => plain(value) == plain(text),
            Value::Bool(value) => {
                [value.to_string(), u8::from(*value).to_string()].contains(&text.to_owned())
            }
            Value::Number(value) => number(&value.to_string()) == number(text),
            // Lists in one text are several.
            Value::Array(_) | Value::Object(_) | Value::Null => continue,
        };
        if !is_same && text != "***" && text != "0" {
            wrong.push(format!("{of}: {pointer}: {there} is no {text}"));
        }
        checked += 1;
    }
    checked
}

/// A text as character data, without the escapes of either side.
fn plain(text: &str) -> String {
    let escaped = text.trim().replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    escaped.replace("&#13;", "\r").replace("&#xD;", "\r")
}

fn number(text: &str) -> Option<u64> {
    text.parse::<f64>().ok().map(f64::to_bits)
}

/// Each field rule that changes what is there is told at an element, or an attribute.
#[test]
fn a_dry_run_tells_which_rule_changed_a_field() {
    let path = root().join("tests/mapping/orders.yaml");
    let tells = |rules: &str, json: &str, key: &str| {
        let text = format!(
            "version: 1\nservice: orders\ncontract: {{ wsdl: orders.wsdl }}\nfronts: {{ json: {{ auth: none }} }}\n\
             backend: {{ soap: {{ url: \"http://localhost/\" }} }}\noperations:\n  placeOrder: {rules}\n"
        );
        let service = service(&path.to_string_lossy(), &text, "http://localhost/");
        let said = linked(&service, 0, json.as_bytes(), false).expect("a message");
        let said = String::from_utf8(to_json(&said.into())).expect("UTF-8");
        said.contains(&format!("operations.placeOrder.{key}: "))
    };
    for rule in FieldRule::ALL {
        let told = rule.examples.iter().any(|example| tells(example.rules, example.json, rule.key));
        // What is hidden is in no message.
        assert_eq!(told, rule.key != "hide", "{}", rule.key);
    }
}
