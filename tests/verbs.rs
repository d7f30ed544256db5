//! The verbs that try a contract with samples: `test`, `mock`, `init`.

mod support;

use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use support::{Answer, JSON, SOAP, post};

const SHOP: &str = "tests/contracts/shop/contract.wsdl";

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1");
    command.env("SHOP_PASSWORD", "canary-password").stdin(Stdio::null());
    command
}

fn saponify(arguments: &[&str]) -> Output {
    command(arguments).output().expect("started")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verbs").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("folder");
    folder
}

/// Writes a case with these files.
fn case(around: &Path, name: &str, files: &[(&str, &str)]) {
    let folder = around.join(name);
    std::fs::create_dir_all(&folder).expect("folder");
    for (file, text) in files {
        std::fs::write(folder.join(file), text).expect("written");
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn read(path: PathBuf) -> String {
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn soap(body: &str) -> String {
    format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns='urn:shop'><e:Body>{body}</e:Body></e:Envelope>"
    )
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A process that ends with the test.
struct Running(Child, SocketAddr);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    fn url(&self) -> String {
        format!("http://{}", self.1)
    }

    fn json(&self, path: &str, body: &str) -> Answer {
        post(self.1, path, &[JSON], body.as_bytes())
    }

    fn soap(&self, body: &str) -> Answer {
        post(self.1, "/any", &[SOAP], soap(body).as_bytes())
    }
}

/// Runs `mock` with these arguments.
fn mock(arguments: &[&str]) -> Running {
    let ready = folder(&format!("ready-{}", number())).join("ready.json");
    let more = ["mock", "--listen", "127.0.0.1:0", "--ready-file", &text(&ready)];
    let child = command(&[&more[..], arguments].concat()).stderr(Stdio::piped()).spawn().expect("started");
    let mut running = Running(child, SocketAddr::from(([127, 0, 0, 1], 0)));
    for _ in 0..400 {
        if let Ok(text) = std::fs::read_to_string(&ready) {
            let url = json(&text)["url"].as_str().expect("url").trim_start_matches("http://").to_owned();
            running.1 = url.parse().expect("address");
            return running;
        }
        if running.0.try_wait().expect("a state").is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    let _ = running.0.kill();
    let mut said = String::new();
    let _ = running.0.stderr.take().expect("stderr").read_to_string(&mut said);
    panic!("the mock is not ready: {said}");
}

/// Another number each time, for the names of folders.
fn number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Nobody listens at the port of tcpmux.
const NOBODY: &str = "http://127.0.0.1:1/";

const QUOTE: (&str, &str) = ("request.json", r#"{"item":"pen","count":2}"#);

/// Without samples it answered in the JSON of the contract, which the system does not speak.
#[test]
fn a_json_mock_speaks_the_json_of_its_system() {
    let root = env!("CARGO_MANIFEST_DIR");
    let file = folder("native").join("shop.yaml");
    let service = format!(
        "version: 1\nservice: shop\ncontract: {{ wsdl: {root}/{SHOP} }}\nfronts: {{ soap: {{ path: /soap, auth: none }} }}\n\
         backend: {{ json: {{ url: \"http://localhost:8081\" }} }}\noperations:\n  \
         getQuote: {{ native: {{ cost: {{ member: price }}, currency: {{ else: \"EUR\" }} }} }}\n"
    );
    std::fs::write(&file, service).expect("written");
    let backend = mock(&["-c", &text(&file), "--side", "json"]);
    let answer = json(&backend.json("/getQuote", r#"{"item":"pen"}"#).body);
    let names: Vec<&str> = answer.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(names, ["cost", "currency"], "{answer}");
}

#[test]
fn samples_of_either_language_pass_on_both_sides() {
    let samples = folder("passing");
    case(&samples, "json-only", &[QUOTE, ("response.json", r#"{"price":1.10,"part":["a","b"]}"#)]);
    let (request, response) =
        (soap("<getQuote><item>ink</item></getQuote>"), soap("<quote><price>1.10</price></quote>"));
    case(&samples, "deep/er/xml-only", &[("request.xml", &request), ("response.xml", &response)]);
    case(&samples, "nothing-expected", &[("request.json", r#"{"quote":7}"#)]);
    let output = saponify(&["test", "--wsdl", SHOP, "--samples", &text(&samples)]);
    assert_eq!(output.status.code(), Some(0), "{}{}", out(&output), err(&output));
    for line in
        ["passed  deep/er/xml-only (json)", "passed  json-only (soap)", "6 passed, 0 failed, 0 skipped"]
    {
        assert!(out(&output).lines().any(|found| found == line), "{line}: {}", out(&output));
    }
}

#[test]
fn a_difference_is_told_with_a_command_that_shows_it() {
    let (good, bad) = (folder("played"), folder("expected"));
    case(&good, "q", &[QUOTE, ("response.json", r#"{"price":1.1,"note":"canary-note","part":["a"]}"#)]);
    let expected = r#"{"price":1.10,"note":"other","part":["a","b"]}"#;
    case(
        &bad,
        "q",
        &[
            QUOTE,
            ("response.json", expected),
            ("case.yaml", "mask: [/note]\nheaders: { X-Test: \"it's\" }\n"),
        ],
    );
    let backend = mock(&["--wsdl", SHOP, "--samples", &text(&good)]);
    let report = bad.join("junit.xml");
    let junit = format!("junit={}", report.display());
    let (samples, url) = (text(&bad), backend.url());
    let arguments = [
        "test",
        "--wsdl",
        SHOP,
        "--samples",
        &samples,
        "--against",
        &url,
        "--wait",
        "5s",
        "--report",
        &junit,
    ];
    let human = saponify(&arguments);
    assert_eq!(human.status.code(), Some(1), "{}", err(&human));
    for line in [
        "FAILED  q (json)",
        "  /price: expected 1.10, got 1.1 (the values differ)",
        "  /note: expected ***, got *** (the values differ)",
        "  /part/1: expected \"b\", got nothing (missing)",
    ] {
        assert!(out(&human).lines().any(|found| found == line), "{line}: {}", out(&human));
    }
    assert!(!out(&human).contains("canary-note") && !err(&human).contains("canary-note"));

    let machine = saponify(&[&arguments[..], &["--format", "json"]].concat());
    let found = json(&out(&machine));
    assert_eq!(
        (&found["schema_version"], &found["passed"], &found["failed"]),
        (&1.into(), &0.into(), &2.into())
    );
    let first = &found["cases"][0];
    assert_eq!(
        (&first["name"], &first["side"], &first["status"]),
        (&"q".into(), &"json".into(), &"failed".into())
    );
    assert_eq!(first["problems"][0]["pointer"], "/price");
    shown_again(first["curl"].as_str().expect("curl"));

    let document = read(report);
    let tree = roxmltree::Document::parse(&document).expect("XML");
    let suite = tree.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
    assert_eq!((suite.attribute("tests"), suite.attribute("failures")), (Some("2"), Some("2")));
    let failure = tree.descendants().find(|node| node.has_tag_name("failure")).expect("a failure");
    assert_eq!(failure.attribute("message"), Some("/price: expected 1.10, got 1.1 (the values differ)"));
    assert!(failure.text().expect("text").contains("<<'BODY'"));
}

/// Starts the bridge as the comment says, and runs the command through a shell.
fn shown_again(curl: &str) {
    let serve = curl.lines().find_map(|line| line.strip_prefix("# saponify ")).expect("a comment");
    let address: SocketAddr =
        serve.rsplit(' ').next().and_then(|word| word.parse().ok()).expect("an address");
    let arguments: Vec<&str> = serve.split(' ').collect();
    let child = command(&arguments).stderr(Stdio::null()).spawn().expect("started");
    let bridge = Running(child, address);
    for _ in 0..200 {
        if std::net::TcpStream::connect(address).is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    let output = Command::new("sh").args(["-c", curl]).output().expect("a shell");
    drop(bridge);
    assert!(out(&output).contains(r#""price":1.1,"#), "{curl}\n{}{}", out(&output), err(&output));
}

#[test]
fn what_breaks_the_contract_is_told_by_file_and_field() {
    let samples = folder("invalid");
    let wrong = soap("<quote><price>canary</price></quote>");
    case(&samples, "bad", &[("request.json", r#"{"item":7,"more":"canary"}"#), ("response.xml", &wrong)]);
    let yaml = "operation: getQuote\n";
    case(&samples, "bad", &[("case.yaml", yaml)]);
    let output = saponify(&["test", "--wsdl", SHOP, "--samples", &text(&samples)]);
    let told = out(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    for part in [
        "FAILED  bad (contract)",
        "  /item: request.json: expected a string",
        "  /more: ",
        "  response.xml: /quote/price: ",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("canary"), "{told}");
    // Whoever has a string where an int could be is of no operation.
    case(&samples, "bad", &[("case.yaml", "operation: getQuotes\n")]);
    let unknown = saponify(&["test", "--wsdl", SHOP, "--samples", &text(&samples)]);
    assert!(out(&unknown).contains("there are getQuote, placeOrder, notify"), "{}", out(&unknown));
}

#[test]
fn ignored_fields_and_statuses_count_as_case_yaml_says() {
    let (played, samples) = (folder("ignore-played"), folder("ignore"));
    case(&played, "q", &[QUOTE, ("response.json", r#"{"price":2,"part":["x","y"]}"#)]);
    let yaml = "operation: getQuote\nignore: [/price, /part/*]\nhttp: { status: 200 }\n";
    case(&samples, "q", &[QUOTE, ("response.json", r#"{"price":1,"part":["a","b"]}"#), ("case.yaml", yaml)]);
    let backend = mock(&["--wsdl", SHOP, "--samples", &text(&played)]);
    let (samples, url) = (text(&samples), backend.url());
    let arguments = ["test", "--wsdl", SHOP, "--samples", &samples, "--against", &url];
    let output = saponify(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    case(Path::new(&samples), "q", &[("case.yaml", &yaml.replace("200", "404"))]);
    let output = saponify(&arguments);
    assert!(out(&output).contains("expected 404, got 200 (the HTTP statuses differ)"), "{}", out(&output));
}

#[test]
fn faults_are_compared_by_code_reason_and_detail() {
    let samples = folder("faults");
    let fault = |until: &str| {
        soap(&format!(
            "<e:Fault><faultcode xmlns=''>e:Server</faultcode><faultstring xmlns=''>the backend failed</faultstring>\
             <detail xmlns=''><soldOut xmlns='urn:shop'><until>{until}</until></soldOut></detail></e:Fault>"
        ))
    };
    let files = [QUOTE, ("case.yaml", "ignore: [/fault/detail]\n")];
    case(&samples, "sold-out", &[&files[..], &[("fault.xml", &fault("2030-01-01"))]].concat());
    let output = saponify(&["test", "--wsdl", SHOP, "--samples", &text(&samples)]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    let other = fault("2030-01-01").replace("e:Server", "e:Client");
    case(&samples, "sold-out", &[("response.xml", &soap("<quote><price>1</price></quote>"))]);
    std::fs::rename(samples.join("sold-out/fault.xml"), samples.join("sold-out/kept")).expect("renamed");
    let played = mock(&["--wsdl", SHOP, "--samples", &text(&samples)]);
    let expected = folder("faults-expected");
    case(&expected, "sold-out", &[&files[..], &[("fault.xml", &other)]].concat());
    let url = played.url();
    let output = saponify(&["test", "--wsdl", SHOP, "--samples", &text(&expected), "--against", &url]);
    assert!(out(&output).contains("expected a failure, got a response"), "{}", out(&output));
    assert!(out(&output).contains("expected a fault, got a response"), "{}", out(&output));
}

/// A fault of the contract has one form in both languages, so that each side is held to it.
#[test]
fn a_fault_of_the_contract_is_compared_on_both_sides() {
    let fault = |until: &str| {
        soap(&format!(
            "<e:Fault><faultcode>e:Client</faultcode><faultstring>sold out</faultstring>\
             <detail><soldOut xmlns='urn:shop'><until>{until}</until></soldOut></detail></e:Fault>"
        ))
    };
    let told = |until: &str| {
        format!(
            r#"{{"requestId":1,"status":0,"warnings":[],"errors":[{{"code":"X","message":"sold out","fault":
               {{"name":"soldOut","code":"Client","reason":"sold out","detail":{{"until":"{until}"}}}}}}]}}"#
        )
    };
    for (name, file) in [("xml", "fault.xml"), ("json", "fault.json")] {
        let text_of = |until: &str| if name == "xml" { fault(until) } else { told(until) };
        let (played, expected) = (folder(&format!("fault-{name}")), folder(&format!("fault-{name}-other")));
        case(&played, "sold-out", &[QUOTE, (file, &text_of("2030-01-01"))]);
        case(
            &expected,
            "sold-out",
            &[QUOTE, (file, &text_of("2031-01-01")), ("case.yaml", "ignore: [/requestId]\n")],
        );
        let backend = mock(&["--wsdl", SHOP, "--samples", &text(&played)]);
        let arguments = ["test", "--wsdl", SHOP, "--samples", &text(&expected), "--against", &backend.url()];
        let output = saponify(&arguments);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", out(&output));
        assert!(out(&output).contains("/fault/detail/until"), "{name}: {}", out(&output));
        let same = ["test", "--wsdl", SHOP, "--samples", &text(&played)];
        if name == "xml" {
            let output = saponify(&same);
            assert_eq!(output.status.code(), Some(0), "{name}: {}", out(&output));
        }
    }
}

#[test]
fn update_writes_what_was_answered() {
    let (played, samples) = (folder("update-played"), folder("update"));
    case(&played, "q", &[QUOTE, ("response.json", r#"{"price":2.50}"#)]);
    case(&samples, "q", &[QUOTE, ("response.json", r#"{"price":1}"#)]);
    let backend = mock(&["--wsdl", SHOP, "--samples", &text(&played)]);
    let (folder, url) = (text(&samples), backend.url());
    let arguments = ["test", "--wsdl", SHOP, "--samples", &folder, "--against", &url];
    assert_eq!(saponify(&arguments).status.code(), Some(1));
    let output = saponify(&[&arguments[..], &["--update"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(err(&output).contains("updated") && err(&output).contains("q/response.json"), "{}", err(&output));
    assert_eq!(read(samples.join("q/response.json")), "{\n  \"price\": 2.50\n}\n");
    assert!(read(samples.join("q/response.xml")).contains("2.50</"));
    assert_eq!(saponify(&arguments).status.code(), Some(0));
}

#[test]
fn exit_codes_say_what_kind_of_failure_it_is() {
    let samples = folder("exits");
    let code = |arguments: &[&str]| {
        let output = saponify(&[&["test", "--samples", &text(&samples)], arguments].concat());
        output.status.code().unwrap_or_else(|| panic!("{}", err(&output)))
    };
    assert_eq!(code(&["--wsdl", SHOP]), 1, "no case");
    case(&samples, "q", &[QUOTE]);
    assert_eq!(code(&["--wsdl", SHOP, "--report", "html=x"]), 2);
    assert_eq!(code(&["--wsdl", "no-such.wsdl"]), 3);
    assert_eq!(code(&["--wsdl", SHOP, "--against", "nonsense"]), 2);
    assert_eq!(code(&["--wsdl", SHOP, "--against", NOBODY]), 5);
    for yaml in
        ["opertion: x", "ignore: [price]", "http: { status: 99 }", "headers: { A: \"${env:NOT_SET_HERE}\" }"]
    {
        case(&samples, "q", &[("case.yaml", yaml)]);
        assert_eq!(code(&["--wsdl", SHOP]), 4, "{yaml}");
    }
}

#[test]
fn secrets_of_a_request_are_in_no_report() {
    let (played, samples) = (folder("secret-played"), folder("secret"));
    case(&played, "q", &[("request.json", r#"{"item":"pen"}"#), ("response.json", r#"{"price":1}"#)]);
    let request = r#"{"item":"pen","apiKey":"canary-key"}"#;
    let yaml = "headers: { Authorization: \"${env:SHOP_PASSWORD}\" }\n";
    case(
        &samples,
        "q",
        &[("request.json", request), ("response.json", r#"{"price":2}"#), ("case.yaml", yaml)],
    );
    let backend = mock(&["--wsdl", SHOP, "--samples", &text(&played)]);
    let output =
        saponify(&["test", "--wsdl", SHOP, "--samples", &text(&samples), "--against", &backend.url()]);
    let told = out(&output) + &err(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(!told.contains("canary"), "{told}");
    assert!(told.contains("--data-binary @") && told.contains("\"authorization: $SHOP_PASSWORD\""), "{told}");
}

/// A request and any response of each operation of every contract that is at hand.
#[test]
fn any_contract_can_be_tested() {
    for wsdl in [
        "wsdl/bancbox.wsdl",
        "wsdl/finzly.wsdl",
        "wsdl/helix.wsdl",
        "wsdl/stonex.wsdl",
        "wsdl/tabapay.wsdl",
        "tests/contracts/constructs/contract.wsdl",
        "tests/contracts/encoded/contract.wsdl",
        "tests/contracts/headers/contract.wsdl",
        SHOP,
    ] {
        let samples = folder(&format!("any-{}", wsdl.replace('/', "-")));
        let view = json(&out(&saponify(&["inspect", wsdl, "--json"])));
        let port = &view["ports"][0];
        for operation in port["operations"].as_array().expect("operations") {
            let name = operation["name"].as_str().expect("name");
            for style in ["minimal", "full"] {
                let request = saponify(&[
                    "sample",
                    "--wsdl",
                    wsdl,
                    "--operation",
                    name,
                    "--style",
                    style,
                    "--as",
                    "soap",
                ]);
                let yaml = format!("operation: {name}\n");
                case(
                    &samples,
                    &format!("{name}-{style}"),
                    &[("request.xml", &out(&request)), ("case.yaml", &yaml)],
                );
            }
        }
        let output = saponify(&["test", "--wsdl", wsdl, "--samples", &text(&samples), "--update"]);
        assert_eq!(output.status.code(), Some(0), "{wsdl}: {}{}", out(&output), err(&output));
        let output = saponify(&["test", "--wsdl", wsdl, "--samples", &text(&samples)]);
        assert_eq!(output.status.code(), Some(0), "{wsdl}: {}{}", out(&output), err(&output));
    }
}

fn quotes() -> PathBuf {
    let samples = folder(&format!("quotes-{}", number()));
    case(&samples, "pen", &[("request.json", r#"{"item":"pen"}"#), ("response.json", r#"{"price":1}"#)]);
    case(&samples, "pens", &[QUOTE, ("response.json", r#"{"price":2}"#)]);
    let fault = soap(
        "<e:Fault><faultcode xmlns=''>e:Server</faultcode><faultstring xmlns=''>gone</faultstring><detail xmlns=''>\
                      <soldOut xmlns='urn:shop'><until>2030-01-01</until></soldOut></detail></e:Fault>",
    );
    case(
        &samples,
        "sold",
        &[("request.xml", &soap("<getQuote><item>ink</item></getQuote>")), ("fault.xml", &fault)],
    );
    samples
}

#[test]
fn a_soap_mock_plays_the_sample_that_fits() {
    let backend = mock(&["--wsdl", SHOP, "--samples", &text(&quotes())]);
    let price = |item: &str| backend.soap(&format!("<getQuote>{item}</getQuote>"));
    assert!(
        price("<item>pen</item>").body.contains("<t:price>1<")
            || price("<item>pen</item>").body.contains(">1</")
    );
    assert!(price("<item>pen</item><count>2</count>").body.contains(">2</"), "the same");
    assert!(
        price("<item>pen</item><count>2</count><apiKey>k</apiKey>").body.contains(">2</"),
        "most in common"
    );
    assert!(price("<item>pen</item><count>9</count>").body.contains(">1</"), "a part");
    let sold = price("<item>ink</item>");
    assert_eq!((sold.status, sold.body.contains("soldOut")), (500, true), "{}", sold.body);
    let none = price("<item>canary</item>");
    assert!(none.body.contains(":Client<") && none.body.contains("pens (/item, /count)"), "{}", none.body);
    assert!(!none.body.contains("canary") && !none.body.contains("ink"), "{}", none.body);
    let unknown = backend.soap("<other/>");
    assert!(unknown.body.contains("it has getQuote, placeOrder, notify<"), "{}", unknown.body);
    let breach = price("<count>two</count>");
    assert!(breach.body.contains(":Client<") && breach.body.contains("getQuote/"), "{}", breach.body);
    let made = backend.soap("<placeOrder><quote>1</quote></placeOrder>");
    assert!(made.status == 200 && made.body.contains("order"), "{}", made.body);
}

#[test]
fn a_mock_answers_in_the_version_of_the_request() {
    let backend = mock(&["--wsdl", SHOP]);
    let request = soap("<getQuote><item>pen</item></getQuote>")
        .replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    let answer = post(backend.1, "/", &[("Content-Type", "application/soap+xml")], request.as_bytes());
    assert!(
        answer.head.contains("application/soap+xml") && answer.body.contains("2003/05"),
        "{}",
        answer.body
    );
}

#[test]
fn a_mock_can_fail_wait_and_ask_for_a_token() {
    let samples = text(&quotes());
    let failing = mock(&["--wsdl", SHOP, "--samples", &samples, "--fault", "soldOut"]);
    assert!(failing.soap("<getQuote><item>pen</item></getQuote>").body.contains("gone"), "from the sample");
    let made = mock(&["--wsdl", SHOP, "--fault", "soldOut", "--delay", "300ms"]);
    let began = std::time::Instant::now();
    let answer = made.soap("<getQuote><item>pen</item></getQuote>");
    assert!(began.elapsed() >= Duration::from_millis(300));
    assert!(
        answer.status == 500 && answer.body.contains("soldOut") && answer.body.contains("until"),
        "{}",
        answer.body
    );
    let spoken = mock(&["--wsdl", SHOP, "--fault", "soldOut", "--side", "json"]);
    let answer = spoken.json("/getQuote", "{}");
    let until = &answer.json()["errors"][0]["fault"]["detail"]["until"];
    assert!(answer.status == 500 && until.is_string(), "{}", answer.body);
    assert_eq!(saponify(&["mock", "--wsdl", SHOP, "--fault", "none"]).status.code(), Some(2));

    let asking = mock(&["--wsdl", SHOP, "--require-username-token", "ops:env:SHOP_PASSWORD"]);
    let body = "<getQuote><item>pen</item></getQuote>";
    assert!(asking.soap(body).body.contains("wsse:FailedAuthentication"));
    for (password, status) in [("canary-password", 200), ("wrong", 500)] {
        let answer = post(asking.1, "/", &[SOAP], with_token(body, password).as_bytes());
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    let url = asking.url();
    let digest = command(&[
        "serve",
        "--wsdl",
        SHOP,
        "--backend",
        &url,
        "--username-token",
        "ops:env:SHOP_PASSWORD",
        "--password-digest",
        "--listen",
        "127.0.0.1:0",
        "--ready-file",
        &text(&folder("digest").join("ready")),
    ])
    .stderr(Stdio::null())
    .spawn()
    .expect("started");
    let mut bridge = Running(digest, SocketAddr::from(([127, 0, 0, 1], 0)));
    let ready = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verbs/digest/ready");
    while !ready.is_file() {
        std::thread::sleep(Duration::from_millis(25));
    }
    let fronts = json(&read(ready));
    let front = fronts["fronts"][0]["url"].as_str().expect("url").trim_start_matches("http://").to_owned();
    bridge.1 = front.split('/').next().expect("host").parse().expect("address");
    assert_eq!(bridge.json("/ShopService/getQuote", r#"{"item":"pen"}"#).status, 200);
}

fn with_token(body: &str, password: &str) -> String {
    let wsse = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    let token = format!(
        "<e:Header><o:Security xmlns:o='{wsse}' e:mustUnderstand='1'><o:UsernameToken><o:Username>ops</o:Username>\
         <o:Password>{password}</o:Password></o:UsernameToken></o:Security></e:Header><e:Body>"
    );
    soap(body).replace("<e:Body>", &token)
}

#[test]
fn a_json_mock_goes_by_path_and_content() {
    let samples = quotes();
    let yaml = "operation: placeOrder\nhttp: { method: PUT, path: /orders, status: 201 }\n";
    case(
        &samples,
        "order",
        &[("request.json", r#"{"quote":1}"#), ("response.json", r#"{"number":9}"#), ("case.yaml", yaml)],
    );
    let backend = mock(&["--wsdl", SHOP, "--samples", &text(&samples), "--side", "json"]);
    assert_eq!(backend.json("/getQuote", r#"{"item":"pen"}"#).json()["price"], 1);
    let none = backend.json("/getQuote", r#"{"item":"canary"}"#);
    assert_eq!((none.status, none.code().as_str()), (422, "MOCK422"), "{}", none.body);
    assert!(none.body.contains("pen (/item)") && !none.body.contains("canary"), "{}", none.body);
    assert_eq!(backend.json("/nowhere", "{}").status, 404);
    assert_eq!(backend.json("/getQuote", r#"{"count":1}"#).status, 422);
    assert_eq!(backend.json("/getQuote", r#"{"item":"ink"}"#).status, 500);
    assert_eq!(backend.json("/orders", r#"{"quote":1}"#).status, 404, "a POST");
    let put = format!(
        "PUT /orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 11\r\n\r\n{}",
        r#"{"quote":1}"#
    );
    let answer = support::raw(backend.1, put.as_bytes());
    assert_eq!((answer.status, answer.body.as_str()), (201, r#"{"number":9}"#));
}

#[test]
fn recordings_have_no_secret_and_can_be_played() {
    let backend = mock(&["--wsdl", SHOP, "--samples", &text(&quotes())]);
    let recorded = folder("recorded");
    let recorder =
        mock(&["--wsdl", SHOP, "--samples", &text(&recorded), "--record", &backend.url(), "--mask", "/item"]);
    let body =
        with_token("<getQuote><item>pen</item><apiKey>canary-key</apiKey></getQuote>", "canary-password");
    let headers = [SOAP, ("Authorization", "Basic canary-basic"), ("SOAPAction", "\"urn:shop#getQuote\"")];
    let answer = post(recorder.1, "/any", &headers, body.as_bytes());
    assert!(answer.status == 200 && answer.body.contains(">1</"), "{}", answer.body);
    let request = read(recorded.join("getQuote-1/request.xml"));
    assert!(!request.contains("canary") && !request.contains(">pen<"), "{request}");
    assert!(
        request.contains("<o:Password>***</o:Password>") && request.contains("<item>***</item>"),
        "{request}"
    );
    assert!(read(recorded.join("getQuote-1/response.xml")).contains(">1</"));
    let yaml = read(recorded.join("getQuote-1/case.yaml"));
    assert_eq!(yaml, "operation: \"getQuote\"\nmask: [\"/item\"]\n");
    recorder.soap("<getQuote><item>ink</item></getQuote>");
    assert!(recorded.join("getQuote-2/fault.xml").is_file());

    let player = mock(&["--wsdl", SHOP, "--samples", &text(&recorded)]);
    let again = post(player.1, "/any", &headers, body.as_bytes());
    assert!(again.body.contains(">1</"), "{}", again.body);
    let output = saponify(&[
        "test",
        "--wsdl",
        SHOP,
        "--samples",
        &text(&recorded.join("getQuote-1")),
        "--side",
        "json",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}{}", out(&output), err(&output));
}

#[test]
fn json_recordings_say_where_they_are() {
    let backend = mock(&["--wsdl", SHOP, "--samples", &text(&quotes()), "--side", "json"]);
    let recorded = folder("recorded-json");
    let recorder =
        mock(&["--wsdl", SHOP, "--samples", &text(&recorded), "--side", "json", "--record", &backend.url()]);
    recorder.json("/getQuote?key=canary", r#"{"item":"pen","apiKey":"canary"}"#);
    recorder.json("/getQuote", r#"{"item":"none"}"#);
    let first = recorded.join("getQuote-1");
    assert_eq!(read(first.join("request.json")), "{\n  \"item\": \"pen\",\n  \"apiKey\": \"***\"\n}\n");
    assert_eq!(json(&read(first.join("response.json"))), serde_json::json!({ "price": 1 }));
    let yaml = "operation: \"getQuote\"\nhttp: { status: 200, method: \"POST\", path: \"/getQuote\" }\n";
    assert_eq!(read(first.join("case.yaml")), yaml);
    assert!(recorded.join("getQuote-2/fault.json").is_file());
}

#[test]
fn samples_that_cannot_be_played_are_told_at_once() {
    let samples = folder("unplayable");
    case(&samples, "bad", &[("request.json", r#"{"item":7}"#), ("case.yaml", "operation: getQuote")]);
    let output = saponify(&["mock", "--wsdl", SHOP, "--samples", &text(&samples), "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(err(&output).contains("bad/request.json: /item: "), "{}", err(&output));
}

#[test]
fn a_fault_that_is_not_xml_is_told_before_the_mock_listens() {
    let samples = folder("unreadable-fault");
    case(&samples, "broken", &[QUOTE, ("fault.xml", "<a>")]);
    let output = saponify(&["mock", "--wsdl", SHOP, "--samples", &text(&samples), "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(err(&output).contains("broken/fault.xml: "), "{}", err(&output));
}

#[test]
fn a_request_whose_action_cannot_be_read_is_refused() {
    let backend = mock(&["--wsdl", SHOP]);
    let request = soap("<getQuote><item>pen</item></getQuote>");
    let twice = [SOAP, ("SOAPAction", "\"urn:a\""), ("SOAPAction", "\"urn:b\"")];
    let answer = post(backend.1, "/", &twice, request.as_bytes());
    assert!(answer.status == 500 && answer.body.contains("SOAPAction"), "{}", answer.body);
}

#[test]
fn the_first_service_file_starts_as_it_is() {
    let folder = folder("init");
    let all = ["bancbox", "finzly", "helix", "stonex", "tabapay"].map(|name| format!("wsdl/{name}.wsdl"));
    let more = ["tests/contracts/constructs/contract.wsdl", "tests/contracts/headers/contract.wsdl", SHOP];
    for (at, wsdl) in all.iter().map(String::as_str).chain(more).enumerate() {
        for backend in ["json", "soap"] {
            let file = text(&folder.join(format!("{at}-{backend}.yaml")));
            let made = saponify(&["init", wsdl, "-o", &file, "--backend", backend]);
            assert_eq!(made.status.code(), Some(0), "{wsdl}: {}", err(&made));
            let checked = saponify(&["check", "-c", &file]);
            assert_eq!(checked.status.code(), Some(0), "{wsdl}: {}", err(&checked));
        }
    }
    let shop = read(folder.join("7-soap.yaml"));
    for part in [
        "  service: \"ShopService\"\n  port: \"Shop11\"\n",
        "  #   service: BackOffice, port: Office: getQuote, placeOrder, notify\n",
        "\n  getQuote:\n",
        "\n  placeOrder:\n",
        "auth: none` lets in whoever",
    ] {
        assert!(shop.contains(part), "{part}: {shop}");
    }
    let again = saponify(&["init", SHOP, "-o", &text(&folder.join("7-soap.yaml"))]);
    assert_eq!((again.status.code(), read(folder.join("7-soap.yaml")) == shop), (Some(2), true));
    assert_eq!(saponify(&["init", "no-such.wsdl"]).status.code(), Some(4));
}

/// Every key of the reference is in the file, as a key or in a comment.
#[test]
fn the_first_service_file_names_every_key() {
    let reference = read(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/SERVICE_FILE.md"));
    let both = ["soap", "json"].map(|backend| out(&saponify(&["init", SHOP, "--backend", backend]))).concat();
    for line in reference.lines().filter(|line| line.starts_with("| `")) {
        for key in line.split('|').nth(1).unwrap_or("").split('`').skip(1).step_by(2) {
            let last = key.rsplit(['.', '*']).next().unwrap_or(key);
            assert!(both.contains(&format!("{last}:")), "{key}");
        }
    }
}

/// The commands of the document about samples that need no server run as they are printed.
#[test]
fn the_commands_of_the_document_run() {
    let document = read(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/CONTRACT_TESTS.md"));
    let commands: Vec<&str> = document.lines().filter_map(|line| line.strip_prefix("saponify ")).collect();
    assert!(commands.len() > 1, "{commands:?}");
    for command in commands {
        let output = saponify(&command.split(' ').collect::<Vec<_>>());
        assert_eq!(output.status.code(), Some(0), "{command}: {}{}", out(&output), err(&output));
    }
}

/// What a shell does with the printed command is only what it should: names come from files that others may have written.
#[test]
fn printed_commands_are_words_whatever_the_names_are() {
    let around = folder("names");
    case(&around, "it's; touch canary\n$(touch canary)", &[QUOTE, ("response.json", r#"{"price":7}"#)]);
    let played = folder("names-played");
    case(&played, "q", &[QUOTE, ("response.json", r#"{"price":8}"#)]);
    let backend = mock(&["--wsdl", SHOP, "--samples", &text(&played)]);
    let arguments = [
        "test",
        "--wsdl",
        SHOP,
        "--samples",
        &text(&around),
        "--against",
        &backend.url(),
        "--format",
        "json",
    ];
    let found = json(&out(&saponify(&arguments)));
    let curl = found["cases"][0]["curl"].as_str().expect("curl");
    let _ = Command::new("sh").args(["-c", curl]).current_dir(&around).output().expect("a shell");
    assert_eq!(std::fs::read_dir(&around).expect("folder").count(), 1, "{curl}");
    case(&around, "x", &[QUOTE, ("case.yaml", "headers: { \"a`b\": c }")]);
    assert_eq!(saponify(&arguments).status.code(), Some(4));
}

/// The samples of all five systems, before a backend that plays them, in both directions.
#[test]
fn samples_of_every_system_pass_both_ways() {
    for (system, authorization) in [
        ("bancbox", ""),
        ("stonex", "Bearer client-token"),
        ("helix", "Basic a2V5OmNhbmFyeS1zZWNyZXQ="),
        ("finzly", "Bearer client-token"),
        ("tabapay", "Bearer client-token"),
    ] {
        for way in ["json-to-soap", "soap-to-json"] {
            let (config, samples) =
                (format!("samples/{system}/{way}.yaml"), format!("samples/{system}/cases"));
            let token = ["--username-token", "ops@example.com:env:PASSWORD"];
            // The requests of BancBox's JSON clients have credentials of their own.
            let own = system == "bancbox" && way == "soap-to-json";
            let (side, samples) =
                if own { ("soap", format!("{samples}/updated")) } else { ("both", samples) };
            let mut run = command(&["test", "-c", &config, "--samples", &samples, "--side", side]);
            run.args(token).env("PASSWORD", "not-a-real-secret").envs(support::VARIABLES.iter().copied());
            if !authorization.is_empty() {
                run.args(["--header", "Authorization: ${env:AUTHORIZATION}"])
                    .env("AUTHORIZATION", authorization);
            }
            let output = run.output().expect("started");
            assert_eq!(output.status.code(), Some(0), "{config}: {}{}", out(&output), err(&output));
            let passed = out(&output).lines().filter(|line| line.starts_with("passed")).count();
            assert!(passed >= if own { 1 } else { 2 }, "{config}: {}", out(&output));
            for secret in ["not-a-real-secret", "client-token", "canary-secret"] {
                assert!(
                    !out(&output).contains(secret) && !err(&output).contains(secret),
                    "{config}: {secret}"
                );
            }
        }
    }
}

/// What the service file masks shows in no report.
#[test]
fn masks_of_the_service_file_hide_what_differs() {
    let around = folder("masks");
    let root = env!("CARGO_MANIFEST_DIR");
    let config = read(Path::new(root).join("samples/bancbox/json-to-soap.yaml"))
        .replace("../../wsdl", &format!("{root}/wsdl"));
    let rules = read(Path::new(root).join("samples/bancbox/rules.yaml"));
    std::fs::write(
        around.join("rules.yaml"),
        rules.replace("mask:\n", "mask:\n  \"/**/clientStatus\": hide\n"),
    )
    .expect("rules");
    std::fs::write(around.join("service.yaml"), config).expect("service file");
    let sample = |file: &str| read(Path::new(root).join("samples/bancbox/cases/updated").join(file));
    let expected = sample("response.json").replace("ACTIVE", "CANCELLED");
    let files = [
        ("request.json", sample("request.json")),
        ("response.json", expected),
        ("response.xml", sample("response.xml")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    case(&around.join("cases"), "masked", &files);
    let (config, cases) = (text(&around.join("service.yaml")), text(&around.join("cases")));
    let output = saponify(&["test", "-c", &config, "--samples", &cases, "--side", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}{}", out(&output), err(&output));
    assert!(out(&output).contains("/clientStatus: expected ***, got ***"), "{}", out(&output));
    assert!(!out(&output).contains("CANCELLED") && !out(&output).contains("\"ACTIVE\""), "{}", out(&output));
}

#[test]
fn a_mock_answers_for_no_operation_that_was_not_asked_for() {
    let backend = mock(&["--wsdl", "tests/contracts/dispatch/contract.wsdl"]);
    let request = soap("<d:item xmlns:d=\"urn:dispatch\">a</d:item>");
    let answer = post(backend.1, "/", &[SOAP, ("SOAPAction", "\"\"")], request.as_bytes());
    assert!(answer.status == 500 && answer.body.contains("reserve, release, get;"), "{}", answer.body);
    let answer = post(backend.1, "/", &[SOAP, ("SOAPAction", "\"urn:release\"")], request.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// Samples of a contract with this schema, whose request is the element `q`.
fn sampled(name: &str, schema: &str) -> Output {
    let folder = folder(name);
    let wsdl = folder.join("a.wsdl");
    std::fs::write(&wsdl, ONE_ELEMENT.replace("SCHEMA", schema)).expect("written");
    saponify(&["sample", "--wsdl", &text(&wsdl), "--operation", "o"])
}

const ONE_ELEMENT: &str = "\
<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/'
    xmlns:x='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' targetNamespace='urn:t'>
  <w:types><x:schema targetNamespace='urn:t' elementFormDefault='qualified'>SCHEMA</x:schema></w:types>
  <w:message name='q'><w:part name='p' element='t:q'/></w:message>
  <w:portType name='P'><w:operation name='o'><w:input message='t:q'/><w:output message='t:q'/></w:operation></w:portType>
  <w:binding name='B' type='t:P'><s:binding transport='http://schemas.xmlsoap.org/soap/http'/>
    <w:operation name='o'><w:input><s:body use='literal'/></w:input><w:output><s:body use='literal'/></w:output></w:operation></w:binding>
</w:definitions>";

#[test]
fn a_wildcard_that_asks_for_what_holds_it_ends() {
    let holds = |name: &str, wildcard: &str| {
        format!(
            "<x:element name='{name}'><x:complexType><x:sequence>{wildcard}</x:sequence></x:complexType></x:element>"
        )
    };
    let any = "<x:any/>";
    let own = "<x:any namespace='##targetNamespace'/>";
    for (name, schema) in [
        ("any-itself", holds("q", any)),
        ("any-own-namespace", holds("q", own)),
        ("any-each-other", holds("q", any) + &holds("r", any)),
        (
            "any-many",
            holds("q", "<x:any minOccurs='20' maxOccurs='20'/>") + &holds("r", any) + &holds("s", any),
        ),
    ] {
        let output = sampled(name, &schema);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", err(&output));
        assert!(out(&output).contains("$any"), "{name}: {}", out(&output));
    }
}

#[test]
fn a_message_that_cannot_be_small_has_no_sample_and_a_sentence() {
    let nested = |times: &str| {
        format!(
            "<x:element name='q'><x:complexType><x:sequence><x:element name='a' {times}><x:complexType><x:sequence>\
             <x:element name='b' type='x:int' {times}/></x:sequence></x:complexType></x:element></x:sequence></x:complexType></x:element>"
        )
    };
    let long = |facet: &str| {
        format!(
            "<x:element name='q'><x:simpleType><x:restriction base='x:string'>{facet}</x:restriction></x:simpleType></x:element>"
        )
    };
    for (name, schema, told) in [
        ("many", nested("minOccurs='3000000' maxOccurs='unbounded'"), "elements in one message"),
        ("many-of-many", nested("minOccurs='2000' maxOccurs='2000'"), "elements in one message"),
        ("long", long("<x:minLength value='2000000000'/>"), "characters, octets or items"),
    ] {
        let output = sampled(name, &schema);
        assert_eq!(output.status.code(), Some(4), "{name}: {}", err(&output));
        assert!(err(&output).contains(told), "{name}: {}", err(&output));
    }
    let output = sampled("enough", &nested("minOccurs='200' maxOccurs='200'"));
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
}

#[test]
fn convert_takes_no_operation_for_another_one() {
    let folder = folder("ambiguous");
    let wsdl = "tests/contracts/dispatch/contract.wsdl";
    let convert = |arguments: &[&str], to: &str, file: &str| {
        saponify(
            &[&["convert", "--wsdl", wsdl, "--to", to][..], arguments, &[&text(&folder.join(file))]].concat(),
        )
    };
    let item = |header: &str| {
        soap("<d:item xmlns:d=\"urn:dispatch\">a</d:item>").replace("<e:Body>", &format!("{header}<e:Body>"))
    };
    let action = "<e:Header><a:Action xmlns:a=\"http://www.w3.org/2005/08/addressing\">urn:release</a:Action></e:Header>";
    for (file, content) in [("a.xml", item("")), ("b.xml", item(action)), ("c.json", "\"a\"".to_owned())] {
        std::fs::write(folder.join(file), content).expect("written");
    }
    let output = convert(&[], "json", "a.xml");
    assert_eq!(output.status.code(), Some(4));
    let told = "it could be reserve/request or release/request or get/request; choose one with --operation";
    assert!(err(&output).contains(told), "{}", err(&output));
    assert_eq!(out(&convert(&["--operation", "release"], "json", "a.xml")).trim(), "\"a\"");
    assert_eq!(out(&convert(&[], "json", "b.xml")).trim(), r#"{"$message":"release/request","$body":"a"}"#);
    let output = convert(&[], "soap", "c.json");
    assert!(
        output.status.code() == Some(4) && err(&output).contains(" or release/request"),
        "{}",
        err(&output)
    );
    let output = convert(&["--operation", "release", "--direction", "request"], "soap", "c.json");
    assert!(out(&output).contains(">a</d:item>"), "{}", err(&output));
}

#[test]
fn results_of_two_files_of_one_name_are_not_one_file() {
    let folder = folder("stems");
    let request = soap("<getQuote xmlns=\"urn:shop\"><item>pen</item></getQuote>");
    for name in ["a", "b"] {
        std::fs::create_dir_all(folder.join(name)).expect("folder");
        std::fs::write(folder.join(name).join("same.xml"), &request).expect("written");
    }
    let [one, other, results] = ["a/same.xml", "b/same.xml", "out"].map(|path| text(&folder.join(path)));
    let output = saponify(&["convert", "--wsdl", SHOP, "--to", "json", "-o", &results, &one, &other]);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(err(&output).contains("same.json would be the result of "), "{}", err(&output));
    assert!(!folder.join("out").exists(), "nothing was converted");
}

/// `convert -c` took what `serve -c` refuses, and dropped header blocks and unknown elements without a word.
#[test]
fn convert_asks_what_the_service_asks_and_says_what_it_passes_over() {
    let folder = folder("asked");
    let wsdl = Path::new(SHOP).canonicalize().expect("the contract");
    let request = soap("<getQuote><item>pen</item></getQuote>");
    let block = r#"<e:Header><x:Trace xmlns:x="urn:x">7</x:Trace></e:Header><e:Body>"#;
    let traced = request.replace("<e:Body>", block);
    let response = soap("<quote><price>1</price><stranger/></quote>");
    for (name, content) in
        [("request.xml", &*request), ("traced.xml", &*traced), ("response.xml", &*response)]
    {
        std::fs::write(folder.join(name), content).expect("a message");
    }
    for (name, json) in [("pen.json", r#"{"item":"pen"}"#), ("ink.json", r#"{"item":"ink","count":101}"#)] {
        std::fs::write(folder.join(name), json).expect("a message");
    }
    let convert = |headers: &str, to: &str, file: &str| {
        let service = format!(
            "version: 1\nservice: shop\ncontract: {{ wsdl: {}, service: ShopService, port: Shop11 }}\ndefaults: {{ undeclared_headers: {headers} }}\n\
             fronts: {{ json: {{ path: /shop, auth: none }} }}\nbackend: {{ soap: {{ url: \"{NOBODY}\" }} }}\n\
             operations:\n  getQuote:\n    check:\n\
             \x20     - {{ when: 'item == \"pen\"', code: SHOP-1, message: no pens, pointer: /item }}\n\
             \x20     - {{ when: 'has(count) && count > 100', code: SHOP-2, message: many, severity: warning }}\n",
            wsdl.display()
        );
        let file_name = folder.join("service.yaml");
        std::fs::write(&file_name, service).expect("a service file");
        saponify(&[
            "convert",
            "-c",
            &text(&file_name),
            "--to",
            to,
            "--operation",
            "getQuote",
            &text(&folder.join(file)),
        ])
    };
    for (headers, to, file, code, told) in [
        ("pass", "soap", "pen.json", 4, "/item: no pens (SHOP-1)"),
        ("pass", "json", "request.xml", 4, "/item: no pens (SHOP-1)"),
        ("pass", "soap", "ink.json", 0, "/: many (SHOP-2)"),
        ("pass", "json", "response.xml", 0, "stranger: not in the contract; passed over"),
        (
            "reject",
            "json",
            "traced.xml",
            4,
            "/$headers/Trace: a header block that the contract does not declare",
        ),
    ] {
        let output = convert(headers, to, file);
        assert_eq!(output.status.code(), Some(code), "{file}: {}", err(&output));
        assert!(err(&output).contains(told), "{file}: {}", err(&output));
    }
    let wsdl = saponify(&["convert", "--wsdl", SHOP, "--to", "json", &text(&folder.join("traced.xml"))]);
    assert_eq!((wsdl.status.code(), &*out(&wsdl)), (Some(0), "{\"item\":\"pen\"}\n"));
    assert!(
        err(&wsdl).contains("/$headers/Trace: a header block that the contract does not declare"),
        "{}",
        err(&wsdl)
    );
}

#[test]
fn a_mock_gives_its_contract() {
    let backend = mock(&["--wsdl", SHOP]);
    let ask = |line: &str| {
        support::raw(
            backend.1,
            format!("{line} HTTP/1.1\r\nHost: mock.example:81\r\nConnection: close\r\n\r\n").as_bytes(),
        )
    };
    for query in ["wsdl", "WSDL", "singleWsdl"] {
        let answer = ask(&format!("GET /any?{query}"));
        assert!(
            answer.status == 200 && answer.body.contains("location=\"http://mock.example:81/any\""),
            "{query}: {answer:?}"
        );
    }
    let head = ask("HEAD /any?wsdl");
    assert!(head.status == 200 && head.body.is_empty() && head.head.contains("text/xml"), "{head:?}");
    assert_eq!(ask("GET /any?xsd=99").status, 405);
    assert_eq!(ask("GET /any").status, 405);
}

/// Fields of the query and of headers, lists, and requests without a body went past a JSON mock, `--record` and `test`.
#[test]
fn samples_of_get_have_their_fields_in_the_query() {
    let folder = folder("get");
    let wsdl = Path::new("tests/rest/shop.wsdl").canonicalize().expect("the contract");
    let service = |name: &str, backend: &str| {
        let text = format!(
            "version: 1\nservice: shop\ncontract: {{ wsdl: {} }}\n\
             fronts: {{ json: {{ path: /shop, auth: none }}, soap: {{ path: /soap, auth: none }} }}\n\
             backend: {{ {backend}: {{ url: \"{NOBODY}\" }} }}\noperations:\n  find:\n\
             \x20   http: \"GET /items/{{id}}?limit={{limit}}&open={{open}}&tag={{tag}}\"\n\
             \x20   header: {{ X-Since: since }}\n  tell: {{ http: \"DELETE /told/{{what}}\" }}\n",
            wsdl.display()
        );
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a service file");
        path.to_string_lossy().into_owned()
    };
    let (to_json, to_soap) = (service("to-json.yaml", "json"), service("to-soap.yaml", "soap"));
    let samples = folder.join("samples");
    let yaml = |target: &str| format!("operation: find\nhttp: {{ method: GET, path: \"{target}\" }}\n");
    let two = yaml("/items/a?limit=7&open=1&tag=x&tag=y") + "headers: { X-Since: \"2026-01-31\" }\n";
    case(
        &samples,
        "one",
        &[
            ("request.json", "{}\n"),
            ("response.json", r#"{"name":"one"}"#),
            ("case.yaml", &yaml("/items/a?tag=x")),
        ],
    );
    case(
        &samples,
        "two",
        &[("request.json", "{}"), ("response.json", r#"{"name":"two"}"#), ("case.yaml", &two)],
    );

    // A request without a body was shown with a masked one.
    let dry = saponify(&["call", "-c", &to_json, "find", r#"{"id":"a","tag":["x","y"]}"#, "--dry-run"]);
    let shown = format!(
        "GET {NOBODY}items/a?tag=x&tag=y\nuser-agent: saponify/{}\naccept: application/json\naccept-encoding: identity\n",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(out(&dry), shown, "{}", err(&dry));

    let backend = mock(&["-c", &to_json, "--side", "json", "--samples", &text(&samples)]);
    let ask = |to: &Running, line: &str| {
        support::raw(to.1, format!("{line}\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())
    };
    let two = "/items/a?tag=x&tag=y&open=true&limit=7 HTTP/1.1\r\nX-Since: 2026-01-31";
    for (line, status, body) in [
        ("GET /items/a?tag=x HTTP/1.1", 200, r#"{"name":"one"}"#),
        (&*format!("GET {two}"), 200, r#"{"name":"two"}"#),
        ("HEAD /items/a?tag=x HTTP/1.1", 200, ""),
        ("GET /items/a?tag=z HTTP/1.1", 422, "MOCK422"),
        ("GET /items/b?tag=z HTTP/1.1", 200, r#"{"name":"#),
        ("GET /items/a?limit=x HTTP/1.1", 422, "MOCK422"),
        ("POST /items/a HTTP/1.1", 404, "MOCK404"),
        ("DELETE /told/me HTTP/1.1", 202, ""),
    ] {
        let answer = ask(&backend, line);
        assert!(answer.status == status && answer.body.contains(body), "{line}: {answer:?}");
    }

    let recorded = folder.join("recorded");
    let mask = ["--mask", "/tag"];
    let more = ["-c", &to_json, "--side", "json", "--samples", &text(&recorded), "--record", &backend.url()];
    let recorder = mock(&[&more[..], &mask].concat());
    assert_eq!(ask(&recorder, &format!("GET {two}")).body, r#"{"name":"two"}"#);
    let written = read(recorded.join("find-1/case.yaml"));
    assert!(
        written.contains(r#"path: "/items/a?limit=7&open=true&tag=***&tag=***""#)
            && read(recorded.join("find-1/request.json")) == "{}",
        "{written}"
    );

    for file in [&to_json, &to_soap] {
        let tested = saponify(&["test", "-c", file, "--samples", &text(&samples)]);
        assert_eq!(tested.status.code(), Some(0), "{}{}", out(&tested), err(&tested));
    }
    std::fs::write(samples.join("one/response.json"), r#"{"name":"other"}"#).expect("another response");
    let failed = saponify(&[
        "test",
        "-c",
        &to_soap,
        "--side",
        "json",
        "--samples",
        &text(&samples),
        "--against",
        &backend.url(),
    ]);
    assert!(
        out(&failed).contains("curl -sS -X GET 'http://") && !out(&failed).contains("--data-binary"),
        "{}",
        out(&failed)
    );
}
