//! `docs/OPERATING.md` says what there is: every metric, cause and field, and none that is not there; and what `/metrics` answers is what it is
//! said to be.

#[path = "support/stub.rs"]
mod stub;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use regex::Regex;
use saponify::bridge::{Bridge, ReadyService};
use stub::Stub;
use tower::Service as _;

fn read(path: &str) -> String {
    std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file")
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

/// The document between a heading and the next one.
fn section(heading: &str) -> String {
    let document = read("docs/OPERATING.md");
    let behind = document.split(&format!("\n{heading}\n")).nth(1).expect("a heading").to_owned();
    behind.split("\n#").next().expect("a section").to_owned()
}

/// The code spans in the first cells of a table.
fn first_cells(section: &str) -> BTreeSet<String> {
    let span = pattern("`([^`]+)`");
    let rows = section.lines().filter(|line| line.starts_with("| "));
    let cells = rows.filter_map(|row| row.split(" | ").next());
    cells
        .flat_map(|cell| span.captures_iter(cell).map(|found| found[1].to_owned()).collect::<Vec<_>>())
        .collect()
}

/// All of `text` that is in quotes behind `=>`.
fn names(text: &str) -> BTreeSet<String> {
    let name = pattern(r#"=>\s*(?:Some\()?\{?\s*"([a-z0-9_]+)""#);
    name.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

/// Without what the format adds to the names of families.
fn family(name: &str) -> &str {
    // Those of the process have their units in their names.
    let Some(name) = name.strip_prefix("saponify_").or((!name.starts_with("process_")).then_some(name))
    else {
        return name.trim_end_matches("_total");
    };
    ["_total", "_seconds", "_bytes", "_info"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

#[test]
fn every_metric_is_in_the_document_and_no_other() {
    let told = first_cells(&section("## Metrics"));
    let told: BTreeSet<&str> = told.iter().map(|name| family(name)).collect();
    let source = read("src/bridge/metrics/mod.rs") + &read("src/bridge/metrics/process.rs");
    let registered = pattern(r#"(?:to\.register(?:_with_unit)?|tell)\(\s*"(\w+)"|\(\s*"(process_\w+)""#);
    let names: Vec<String> = registered
        .captures_iter(&source)
        .map(|found| found.get(1).or(found.get(2)).expect("a name").as_str().to_owned())
        .collect();
    let there: BTreeSet<&str> = names.iter().map(|name| family(name)).collect();
    assert!(there.len() > 20, "{there:?}");
    assert_eq!(told, there);
}

#[test]
fn every_cause_is_in_the_document_and_no_other() {
    let source = read("src/bridge/metrics/name.rs");
    let (_, causes) = source.split_once("fn cause(&self)").expect("causes");
    let (causes, _) = causes.split_once("impl Failure").expect("what stands behind them");
    let source = read("src/bridge/backend/error.rs");
    let (_, rows) = source.split_once("fn row(self)").expect("rows");
    let (rows, _) = rows.split_once("Row { kind").expect("what stands behind them");
    // The second of what a row has.
    let second = pattern(r#"=> \(\w+, "(\w+)""#);
    let of_calls: BTreeSet<String> = second.captures_iter(rows).map(|found| found[1].to_owned()).collect();
    assert!(of_calls.len() > 20, "{of_calls:?}");
    let there = &(&names(causes) | &names(&read("src/bridge/bad_reply.rs"))) | &of_calls;
    assert!(there.len() > 50, "{there:?}");
    assert_eq!(first_cells(&section("### Causes of a backend's failure")), there);
}

#[test]
fn every_field_of_the_access_log_is_in_the_document_and_no_other() {
    let source = read("src/bridge/access.rs");
    let (_, written) = source.split_once("struct Written<'l> {").expect("a line");
    let (written, _) = written.split_once("\n}").expect("its end");
    let field = pattern(r"(?m)^    (\w+): ");
    let there: BTreeSet<String> = field.captures_iter(written).map(|found| found[1].to_owned()).collect();
    assert!(there.len() > 20, "{there:?}");
    assert_eq!(first_cells(&section("## The access log")), there);
}

/// Codes that the document sends its reader to are explained, and expressions are about metrics that there are.
#[test]
fn alerts_and_failures_are_about_what_there_is() {
    let metrics = first_cells(&section("## Metrics"));
    let metrics: BTreeSet<&str> = metrics.iter().map(|name| family(name)).collect();
    let alerts = section("### Alerts");
    let named = pattern(r"\b(?:saponify|process)_\w+");
    for name in named.find_iter(&alerts).map(|found| found.as_str()) {
        assert!(metrics.contains(family(name.trim_end_matches("_bucket"))), "{name}");
    }
    let errors = read("docs/ERRORS.md");
    let code = pattern(r"BRG\d{5}");
    let broken = section("## When something breaks");
    let codes: BTreeSet<&str> = code.find_iter(&broken).map(|found| found.as_str()).collect();
    assert!(codes.len() > 6, "{codes:?}");
    for code in codes {
        // A row of the table may be about several.
        assert!(errors.contains(code) || code == "BRG00405", "{code}");
    }
    let limit = pattern(r"`limits\.http\.(\w+)`");
    let limits = read("docs/LIMITS.md");
    for name in limit.captures_iter(&read("docs/OPERATING.md")) {
        assert!(limits.contains(&format!("| `{}` |", &name[1])), "{}", &name[1]);
    }
}

/// What `/metrics` answers after exchanges that went well and wrong.
fn metrics() -> String {
    let stub = Stub::start();
    let text = "version: 1\nservice: shop\ncontract: { wsdl: shop.wsdl }\nfronts: { json: { path: /shop, auth: none } }\n\
                backend: { soap: { url: \"http://127.0.0.1:9/\" } }\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shop/service.yaml");
    let service = support::service(path, text, &stub.url());
    let limits = service.limits;
    let bridge = Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    let ask = |path: &str, body: &'static str| {
        let request = Request::post(path).header("content-type", "application/json");
        let request = request.body(Full::new(Bytes::from_static(body.as_bytes()))).expect("a request");
        runtime.block_on(bridge.clone().call(request)).expect("an answer");
    };
    let reply = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
                 <getItemResponse xmlns=\"urn:example:shop\"><code>a</code></getItemResponse></e:Body></e:Envelope>";
    stub.say(200, "Content-Type: text/xml\r\n", reply);
    ask("/shop/getItem", r#"{"code":"a"}"#);
    ask("/shop/getItem", "{}");
    ask("/nowhere", "{}");
    stub.say(503, "", "");
    ask("/shop/getItem", r#"{"code":"a"}"#);
    bridge.metrics().reloaded(true);
    let backend = stub.address.to_string();
    bridge.metrics_text().replace(&backend, "BACKEND")
}

#[test]
fn exchanges_are_counted_by_operation_outcome_backend_and_cause() {
    let text = metrics();
    for line in [
        r#"saponify_exchanges_total{service="shop",front="json",operation="getItem",outcome="ok"} 1"#,
        r#"saponify_exchanges_total{service="shop",front="json",operation="getItem",outcome="client"} 1"#,
        r#"saponify_exchanges_total{service="shop",front="json",operation="getItem",outcome="backend"} 1"#,
        r#"saponify_operation_seconds_count{service="shop",operation="getItem"} 3"#,
        r#"saponify_exchange_seconds_count{service="shop",front="json"} 3"#,
        r#"saponify_request_bytes_sum{service="shop",front="json"} 26.0"#,
        r#"saponify_backend_seconds_count{service="shop",backend="BACKEND"} 2"#,
        r#"saponify_backend_replies_total{service="shop",backend="BACKEND",status="2xx"} 1"#,
        r#"saponify_backend_replies_total{service="shop",backend="BACKEND",status="5xx"} 1"#,
        r#"saponify_backend_failures_total{service="shop",backend="BACKEND",cause="unavailable"} 1"#,
        r#"saponify_failures_total{service="",name="not_found"} 1"#,
        "saponify_panics_total 0",
        "saponify_exchanges_in_flight 0",
        "saponify_requests_waiting 0",
        "saponify_requests_waiting_limit 8192",
        "saponify_body_memory_bytes 0",
        "saponify_replay_entries_limit 21000000",
        r#"saponify_backend_connections{service="shop",backend="BACKEND"} 0"#,
        r#"saponify_backend_connections_limit{service="shop",backend="BACKEND"} 256"#,
        r#"saponify_backend_waiting{service="shop",backend="BACKEND"} 0"#,
        concat!("saponify_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(!cfg!(target_os = "linux") || text.contains("\nprocess_resident_memory_bytes "), "{text}");
}

static SAMPLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^([a-zA-Z_:][\w:]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?[0-9.e+-]+|\+Inf|NaN)$"#,
    )
});

/// The bound of a bucket, wherever it stands among the labels.
static BOUND: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\ble="([^"]*)",?"#));

/// A family of metrics, as far as it was read.
#[derive(Default)]
struct Family {
    kind: String,
    help: bool,
    samples: BTreeSet<String>,
}

/// OpenMetrics 1.0, as far as this program uses it: one TYPE and HELP for each family, before its samples; names that end as their type
/// says; buckets that only grow, and end with all; no sample twice; `# EOF` at the end.
fn check(text: &str) -> Result<usize, String> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let (mut current, mut below) = (String::new(), (String::new(), 0.0));
    let body = text.strip_suffix("# EOF\n").ok_or("no # EOF at the end")?;
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("# ") {
            let (word, rest) = rest.split_once(' ').ok_or(line)?;
            let (name, value) = rest.split_once(' ').ok_or(line)?;
            let known = families.entry(name.to_owned()).or_default();
            match word {
                "HELP" if !known.help && value.ends_with('.') => known.help = true,
                "TYPE" if known.kind.is_empty() => known.kind = value.to_owned(),
                "UNIT" if name.ends_with(&format!("_{value}")) => {}
                _ => return Err(format!("{word}: {line}")),
            }
            name.clone_into(&mut current);
            continue;
        }
        let sample = SAMPLE.captures(line).ok_or_else(|| format!("no sample: {line}"))?;
        let known = families.get_mut(&current).ok_or_else(|| format!("no family: {line}"))?;
        let end = sample[1].strip_prefix(&current).ok_or_else(|| format!("of no family: {line}"))?;
        let ends: &[&str] = match &*known.kind {
            "counter" => &["_total"],
            "gauge" => &[""],
            "histogram" => &["_bucket", "_count", "_sum"],
            _ => return Err(format!("the type {}: {line}", known.kind)),
        };
        if !ends.contains(&end) || !known.help {
            return Err(format!("an end of another type, or no help: {line}"));
        }
        let labels = sample.get(2).map_or("", |labels| labels.as_str());
        if !known.samples.insert(format!("{end}{{{labels}}}")) {
            return Err(format!("twice: {line}"));
        }
        if end == "_bucket" {
            let bound = BOUND.captures(labels).ok_or_else(|| format!("no bound: {line}"))?;
            let series = format!("{current} {}", BOUND.replace(labels, ""));
            let value: f64 = sample[3].parse().map_err(|_| line)?;
            if below.0 == series && value < below.1 {
                return Err(format!("less than below: {line}"));
            }
            below = if &bound[1] == "+Inf" { (String::new(), 0.0) } else { (series, value) };
        }
    }
    Ok(families.len())
}

#[test]
fn metrics_are_in_the_format_that_they_say() {
    let text = metrics();
    assert!(check(&text).is_ok_and(|families| families > 20), "{:?}\n{text}", check(&text));
    for (line, other) in [
        ("# EOF\n", ""),
        ("# TYPE saponify_panics counter", "# TYPE saponify_panics gauge"),
        ("saponify_panics_total 0", "saponify_panics_total 0\nsaponify_panics_total 0"),
        ("saponify_panics_total 0", "saponify_panics_total no"),
        ("# HELP saponify_panics ", "# HELP saponify_other "),
    ] {
        assert!(check(&text.replacen(line, other, 1)).is_err(), "{line}");
    }
}

/// The same in the older form, in which names of counters have their end everywhere, and units and ends of texts are not told.
fn older(text: &str) -> String {
    let counter = |name: &str| text.contains(&format!("# TYPE {name} counter\n"));
    let mut out = String::new();
    for line in text.lines().filter(|line| !line.starts_with("# UNIT") && *line != "# EOF") {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match *words {
            ["#", word, name, rest] if counter(name) => {
                out.push_str(&format!("# {word} {name}_total {rest}\n"))
            }
            _ => out.push_str(&format!("{line}\n")),
        }
    }
    out
}

/// The checker of Prometheus itself, where it is at hand; it reads the older form only.
#[test]
fn promtool_has_nothing_to_say() {
    let started = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut promtool) = started else {
        eprintln!("skipped: there is no promtool");
        return;
    };
    let text = older(&metrics());
    std::io::Write::write_all(&mut promtool.stdin.take().expect("a pipe"), text.as_bytes()).expect("written");
    let output = promtool.wait_with_output().expect("ended");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
}
