//! The first hour of whoever has a WSDL and `--help`: each verb takes a contract in one way, a sample passes from verb to verb, and what is
//! typed wrongly is answered with what to type.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

const WSDL: &str = "wsdl/helix.wsdl";
const FILE: &str = "tests/mapping/orders.yaml";
const SHOP: &str = "tests/contracts/shop/contract.wsdl";

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.args(arguments).env("NO_COLOR", "1").current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    command
}

fn saponify(arguments: &[&str]) -> Output {
    command(arguments).output().expect("run")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("first-hour").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("folder");
    folder
}

fn write(path: &Path, text: &str) -> String {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("written");
    path.to_string_lossy().into_owned()
}

/// The service file of `contract`, in `folder`.
fn service_file(folder: &Path, contract: &str) -> String {
    let path = folder.join("service.yaml");
    let made = saponify(&["init", contract, "-o", &path.to_string_lossy()]);
    assert!(made.status.success(), "{}", err(&made));
    path.to_string_lossy().into_owned()
}

/// A verb that stays, until the test ends.
struct Running(Child, String);

impl Running {
    fn mock(name: &str, arguments: &[&str]) -> Self {
        let (running, told) = Self::start(name, &[&["mock"], arguments].concat());
        let url = told["url"].as_str().expect("url").to_owned();
        Self(running, url)
    }

    /// The process of `arguments`, and what it writes into its ready file.
    fn start(name: &str, arguments: &[&str]) -> (Child, serde_json::Value) {
        let ready = folder(name).join("ready.json");
        let path = ready.to_string_lossy().into_owned();
        let all = [arguments, &["--listen", "127.0.0.1:0", "--ready-file", &path]].concat();
        let mut child = command(&all).stderr(Stdio::piped()).spawn().expect("started");
        for _ in 0..2400 {
            if let Ok(text) = std::fs::read_to_string(&ready) {
                return (child, serde_json::from_str(&text).expect("JSON"));
            }
            if child.try_wait().expect("a state").is_some() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        let _ = child.kill();
        panic!("{arguments:?} is not ready");
    }

    /// Ends it, and gives what it said.
    fn said(mut self) -> String {
        let _ = self.0.kill();
        let mut said = String::new();
        self.0.stderr.take().expect("stderr").read_to_string(&mut said).expect("text");
        let _ = self.0.wait();
        said
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The lines of the README, as they are printed but for ports, which are free ones.
#[test]
fn the_first_hour_of_the_readme_runs() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).expect("README");
    let (_, hour) = readme.split_once("## A first hour").expect("the first hour");
    let (_, block) = hour.split_once("```sh\n").expect("its commands");
    let (block, _) = block.split_once("```").expect("their end");
    let binary = Path::new(env!("CARGO_BIN_EXE_saponify")).parent().expect("a folder").to_string_lossy();
    let path = format!("{binary}:{}", std::env::var("PATH").unwrap_or_default());
    let (mut running, mut ports): (Vec<Running>, Vec<(&str, String)>) = (Vec::new(), Vec::new());
    for line in block.lines() {
        let line = ports.iter().fold(line.to_owned(), |line, (printed, free)| line.replace(printed, free));
        let words: Vec<&str> = line.split(' ').skip(1).collect();
        let (verb, printed) = match words.first() {
            Some(&"mock") => ("mock", "127.0.0.1:9000"),
            Some(&"serve") => ("serve", "127.0.0.1:8090"),
            _ => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &line]).env("PATH", &path).stdin(Stdio::null());
                let done = shell.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("a shell");
                assert!(done.status.success(), "{line}: {}{}", out(&done), err(&done));
                assert!(!out(&done).contains("BRG"), "{line}: {}", out(&done));
                continue;
            }
        };
        let (child, told) = Running::start(&format!("readme-{verb}"), &words);
        let told = told.to_string();
        let (_, address) = told.split_once("http://").expect("an address");
        let address = address.split(['/', '"']).next().expect("a host and a port").to_owned();
        running.push(Running(child, String::new()));
        ports.push((printed, address));
    }
    assert_eq!(ports.len(), 2, "a mock and a front");
}

#[test]
fn every_verb_takes_its_contract_in_one_way() {
    let folder = folder("ways");
    let file = service_file(&folder, WSDL);
    let request = write(&folder.join("request.json"), r#"{"customerId":1}"#);
    write(&folder.join("samples/one/request.json"), r#"{"customerId":1}"#);
    let (at, samples) = (format!("@{request}"), folder.join("samples").to_string_lossy().into_owned());
    let verbs: [(&str, &[&str]); 7] = [
        ("call", &["updateCustomer", &at, "--dry-run"]),
        ("check", &[]),
        ("convert", &["--to", "soap", &request]),
        ("init", &[]),
        ("inspect", &[]),
        ("sample", &["--operation", "updateCustomer"]),
        ("test", &["--samples", &samples]),
    ];
    for (verb, more) in verbs {
        let ways: [&[&str]; 4] = [&[WSDL], &["--wsdl", WSDL], &[&file], &["-c", &file]];
        for way in ways {
            let arguments = [&[verb], way, more].concat();
            let output = saponify(&arguments);
            assert!(output.status.success(), "{arguments:?}: {}", err(&output));
        }
    }
    for way in [&[WSDL][..], &["--wsdl", WSDL], &[&file], &["-c", &file]] {
        assert!(out(&saponify(&[&["lint"], way].concat())).contains("updateCustomer"), "{way:?}");
        let mock = Running::mock("mock-ways", way);
        assert!(mock.said().contains("updateCustomer"), "{way:?}");
    }
    assert!(saponify(&["config", "show", &file]).status.success());
    assert!(saponify(&["sample", WSDL, "updateCustomer"]).status.success());
    assert!(saponify(&["inspect", WSDL, "updateCustomer"]).status.success());
    for words in [&["--operation", "updateCustomer", &at][..], &[&at], &[r#"{"customerId":1}"#]] {
        let shown = saponify(&[&["call", WSDL, "--dry-run"], words].concat());
        assert!(shown.status.success(), "{words:?}: {}", err(&shown));
    }
    assert!(saponify(&["sample", WSDL]).status.success(), "there is one operation");
}

/// What is said where no backend listens, without its secrets.
const NOBODY: &str = "cannot be reached: the connection was refused: http://127.0.0.1:1/x?password=***; --backend-url URL takes another one";

/// Each mistake, how the program ends, and what it says to type.
#[test]
fn what_is_typed_wrongly_is_answered_with_what_to_type() {
    let folder = folder("mistakes");
    let file = service_file(&folder, WSDL);
    let odd = write(&folder.join("odd"), "hello\n");
    let empty = write(&folder.join("empty.wsdl"), "\n");
    let message = "samples/helix/request.xml";
    let request = write(&folder.join("request.json"), r#"{"customerId":1}"#);
    let at = format!("type @{request}");
    let rows: [(&[&str], i32, &str); 25] = [
        (&["sample", "-c", WSDL], 3, "type --wsdl wsdl/helix.wsdl"),
        (&["serve", "-c", WSDL], 3, "type --wsdl wsdl/helix.wsdl"),
        (&["inspect", "--wsdl", &file], 2, "type -c "),
        (&["inspect", &empty], 4, "DOC0003"),
        (
            &["call", WSDL, "{\"customerId\":1}", "--backend-url", "http://127.0.0.1:1/x?password=p"],
            5,
            NOBODY,
        ),
        (&["inspect", &odd], 2, "say which it is with --wsdl"),
        (&["inspect", message], 4, "WSDL0001"),
        (&["inspect", "--wsdl", WSDL, "-c", &file], 2, "cannot be used with"),
        (&["inspect"], 2, "<FILE|--wsdl FILE|-c FILE> [OPERATION]"),
        (&["check"], 2, "FILE|DIR"),
        (&["call"], 2, "<FILE|--wsdl FILE|-c FILE> [OPERATION] [JSON]"),
        (&["call", WSDL], 2, "the operations are updateCustomer"),
        (&["call", WSDL, "updateCustomr"], 2, "did you mean `updateCustomer`?"),
        (&["call", WSDL, "updateCustomer", "{", "}"], 2, "quote it"),
        (&["call", SHOP, "{}"], 2, "expected OPERATION; the operations are "),
        (&["call", WSDL, "updateCustomer", &request], 2, &at),
        (
            &["call", WSDL, "--operation", "updateCustomer", "updateCustomer", "{}"],
            2,
            "expected OPERATION and JSON",
        ),
        (&["inspect", WSDL, "--operation", "updateCustomer", "updateCustomer"], 2, "expected one operation"),
        (&["inspect", WSDL, "updateCustomr"], 2, "did you mean `updateCustomer`?"),
        (&["sample", SHOP], 2, "expected --operation NAME; the operations are "),
        (&["sample", WSDL, "updateCustomr"], 4, "did you mean `updateCustomer`?"),
        (&["convert", "--to", "json", message], 2, "the WSDL or service file as the first FILE"),
        (&["convert", "--to", "json", WSDL], 2, "the messages after the contract"),
        (&["serve", &file, "--backend", "http://127.0.0.1:1/"], 2, "--backend-url takes the place"),
        (&["config", "show", WSDL], 2, "saponify init wsdl/helix.wsdl"),
    ];
    for (arguments, code, said) in rows {
        let output = saponify(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains(said), "{arguments:?}: no {said} in {}", err(&output));
    }
    assert_eq!(
        saponify(&["check", FILE]).status.code(),
        Some(3),
        "what is not there is told by whoever reads it"
    );
}

#[test]
fn a_sample_passes_from_verb_to_verb() {
    let folder = folder("breath");
    let backend = Running::mock("breath-mock", &[SHOP]);
    for operation in ["getQuote", "placeOrder", "notify"] {
        for style in ["minimal", "full"] {
            let sample = saponify(&["sample", SHOP, operation, "--style", style]);
            assert!(sample.status.success(), "{}", err(&sample));
            let at = write(&folder.join(format!("{operation}-{style}/request.json")), &out(&sample));
            let called = saponify(&["call", SHOP, operation, &format!("@{at}"), "--backend-url", &backend.1]);
            assert!(called.status.success(), "{operation} {style}: {}{}", out(&called), err(&called));
        }
    }
    let said = backend.said();
    for line in [
        "mock: soap at http://",
        "mock: POST http://",
        "operation(s): ",
        "mock: POST getQuote: 200, made from the contract",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let tested = saponify(&["test", SHOP, "--samples", &folder.to_string_lossy()]);
    assert!(tested.status.success(), "{}{}", out(&tested), err(&tested));
}

/// Without `--to` a message goes into the other language.
#[test]
fn the_language_of_a_message_says_which_it_goes_to() {
    let folder = folder("other-language");
    let json = write(&folder.join("request.json"), "\n{\"customerId\":1}\n");
    let soap = out(&saponify(&["convert", WSDL, &json]));
    assert!(soap.contains("customerId>1<"), "{soap}");
    let utf16 = soap.encode_utf16().flat_map(u16::to_le_bytes);
    let forms: [Vec<u8>; 3] = [
        soap.clone().into_bytes(),
        [b"\xef\xbb\xbf", soap.as_bytes()].concat(),
        [0xff, 0xfe].into_iter().chain(utf16).collect(),
    ];
    for form in forms {
        let path = folder.join("request.xml");
        std::fs::write(&path, form).expect("written");
        let made = saponify(&["convert", WSDL, &path.to_string_lossy()]);
        assert_eq!(out(&made), "{\"customerId\":1}\n", "{}", err(&made));
    }
    let several = saponify(&["convert", WSDL, &json, "-o", &folder.to_string_lossy()]);
    assert!(err(&several).contains("--to"), "{}", err(&several));
}

#[test]
fn messages_are_indented_when_asked() {
    let sample = |more: &[&str]| out(&saponify(&[&["sample", WSDL], more].concat()));
    assert_eq!(sample(&[]), "{\"customerId\":1}\n");
    assert_eq!(sample(&["--indent", "always"]), "{\n  \"customerId\": 1\n}\n");
    let soap = sample(&["--as", "soap", "--indent", "always"]);
    assert!(soap.contains("\n      <t:customerId>1</t:customerId>\n"), "{soap}");
    let shown =
        saponify(&["call", WSDL, "updateCustomer", "{\"customerId\":1}", "--dry-run", "--indent", "always"]);
    assert!(out(&shown).contains("\n\n<soapenv:Envelope"), "{}", out(&shown));
    assert!(out(&shown).contains("\n  <soapenv:Body>\n"), "{}", out(&shown));
}

#[test]
fn a_dry_run_keeps_what_is_dropped_elsewhere() {
    let folder = folder("dropped");
    let wsdl = Path::new(env!("CARGO_MANIFEST_DIR")).join(WSDL);
    let file = format!(
        "version: 1\nservice: helix\ncontract: {{ wsdl: {:?} }}\nfronts: {{ json: {{ auth: none }} }}\n\
         backend: {{ soap: {{ url: \"http://127.0.0.1:1/\" }} }}\nmask: {{ /lastName: drop, /firstName: hide }}\n",
        wsdl.display()
    );
    let file = write(&folder.join("service.yaml"), &file);
    let request = r#"{"customerId":1,"firstName":"Ana","lastName":"Silva"}"#;
    let shown = out(&saponify(&["call", &file, "updateCustomer", request, "--dry-run"]));
    for part in ["<t:firstName>***</t:firstName>", "<t:lastName>***</t:lastName>"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("Ana") && !shown.contains("Silva"), "{shown}");
}

#[test]
fn tests_say_what_is_tried_and_write_faults_too() {
    let folder = folder("tests");
    let (played, samples) = (folder.join("played"), folder.join("samples"));
    let request = r#"{"customerId":1}"#;
    let fault = out(&saponify(&["sample", WSDL, "--kind", "fault"]));
    for around in [&played, &samples] {
        write(&around.join("fails/request.json"), request);
        write(&around.join("works/request.json"), request);
    }
    write(&samples.join("fails/fault.json"), &fault);
    let folder_text = samples.to_string_lossy().into_owned();
    let report = folder.join("junit.xml");
    let report_option = format!("junit={}", report.display());
    let first = saponify(&["test", WSDL, "--samples", &folder_text, "--update", "--report", &report_option]);
    assert!(first.status.success(), "{}{}", out(&first), err(&first));
    let begin = out(&first).lines().next().expect("a line").to_owned();
    assert!(
        begin.starts_with("testing HelixCustomerService with 2 case(s)") && begin.contains("a mock"),
        "{begin}"
    );
    for name in ["fails/fault.json", "fails/fault.xml", "works/response.json", "works/response.xml"] {
        assert!(samples.join(name).is_file(), "{name} is not there");
    }
    assert!(!samples.join("fails/response.json").exists());
    let junit = std::fs::read_to_string(&report).expect("a report");
    assert_eq!(junit.matches(" time=\"").count(), 5, "{junit}");
    // The number of a failure is another one each time.
    let again = saponify(&["test", WSDL, "--samples", &folder_text]);
    assert!(again.status.success(), "{}", out(&again));
    for (pattern, count) in [("fai", 2), ("works", 2), ("*s", 4), ("f*l*", 2), ("*", 4)] {
        let some = saponify(&["test", WSDL, "--samples", &folder_text, "--filter", pattern]);
        assert!(out(&some).contains(&format!("{count} passed, 0 failed")), "{pattern}: {}", out(&some));
    }
    let none = saponify(&["test", WSDL, "--samples", &folder_text, "--filter", "w*z"]);
    assert_eq!(
        (none.status.code(), err(&none).contains("there are fails, works")),
        (Some(1), true),
        "{}",
        err(&none)
    );
}

#[test]
fn a_first_service_file_warns_of_open_doors_and_proposes_unwrap() {
    let made = saponify(&["init", "wsdl/bancbox.wsdl"]);
    assert!(err(&made).contains("warning: fronts: `auth: none`"), "{}", err(&made));
    assert!(!err(&made).contains("cleartext") && !err(&made).contains("anyone on the way"), "{}", err(&made));
    let line = "    # unwrap: { request: \"updateClientRequest\", response: \"return\" }";
    assert!(out(&made).contains(line), "{}", out(&made));
    // What is proposed can be taken.
    let folder = folder("unwrap");
    let taken = out(&made).replace("    # unwrap:", "    unwrap:").replace(
        "wsdl/bancbox.wsdl",
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("wsdl/bancbox.wsdl").to_string_lossy(),
    );
    let file = write(&folder.join("service.yaml"), &taken);
    let sample = saponify(&["sample", "-c", &file]);
    assert!(out(&sample).starts_with("{\"subscriberId\":"), "{}{}", out(&sample), err(&sample));
    let elsewhere = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("wsdl/bancbox.wsdl"));
    let elsewhere = elsewhere.expect("a WSDL").replace("http://localhost:8080", "http://bank.example");
    let elsewhere = write(&folder.join("elsewhere.wsdl"), &elsewhere);
    let made = saponify(&["init", &elsewhere]);
    assert!(err(&made).contains("anyone on the way to http://bank.example/"), "{}", err(&made));
    let json = saponify(&["init", &elsewhere, "--backend", "json"]);
    assert!(!err(&json).contains("anyone on the way"), "{}", err(&json));
}

/// Two operations whose requests look alike in JSON; what is answered says which one it is.
#[test]
fn an_answer_decides_the_operation_of_a_case() {
    let folder = folder("decides");
    let wsdl = write(&folder.join("two.wsdl"), TWO);
    for (name, answer, decided) in [
        ("response.json", r#"{"p":1}"#, true),
        ("response.json", r#"{"q":1}"#, true),
        (
            "fault.json",
            r#"{"requestId":1,"status":0,"warnings":[],"errors":[{"code":"BRG00310","message":"no","fault":{"name":"f","code":"Client","reason":"no","detail":{"why":"x"}}}]}"#,
            true,
        ),
        (
            "response.xml",
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><b xmlns='urn:t'><q>1</q></b></e:Body></e:Envelope>",
            true,
        ),
        ("note.txt", "nothing", false),
    ] {
        let samples = folder.join("samples");
        let _ = std::fs::remove_dir_all(&samples);
        write(&samples.join("case/request.json"), r#"{"n":1}"#);
        write(&samples.join("case").join(name), answer);
        let tested = saponify(&["test", &wsdl, "--samples", &samples.to_string_lossy(), "--side", "json"]);
        assert_eq!(tested.status.success(), decided, "{name} {answer}: {}{}", out(&tested), err(&tested));
        assert_eq!(
            out(&tested).contains("it could be of one, two; say `operation:`"),
            !decided,
            "{}",
            out(&tested)
        );
    }
    // Where nothing else does, the name of the folder decides.
    for (name, decided) in
        [("two", true), ("one-a", true), ("deep/two.2", true), ("twofold", false), ("three", false)]
    {
        let samples = folder.join("samples");
        let _ = std::fs::remove_dir_all(&samples);
        write(&samples.join(name).join("request.json"), r#"{"n":1}"#);
        let tested = saponify(&["test", &wsdl, "--samples", &samples.to_string_lossy()]);
        assert_eq!(tested.status.success(), decided, "{name}: {}{}", out(&tested), err(&tested));
    }
}

/// Each port has the cases of its own operations.
#[test]
fn the_cases_of_all_ports_are_tried() {
    let folder = folder("ports");
    let other = "<w:message name='three'><w:part name='p' element='t:b'/></w:message>
  <w:portType name='Q'><w:operation name='three'><w:input message='t:three'/><w:output message='t:a'/></w:operation></w:portType>
  <w:binding name='C' type='t:Q'><s:binding transport='http://schemas.xmlsoap.org/soap/http'/>
    <w:operation name='three'><s:operation soapAction='urn:three'/><w:input><s:body use='literal'/></w:input><w:output><s:body use='literal'/></w:output></w:operation></w:binding>
  <w:service";
    let port =
        "<w:port name='Q' binding='t:C'><s:address location='http://127.0.0.1:9/'/></w:port></w:service>";
    let wsdl = TWO.replace("<w:service", other).replace("</w:service>", port);
    let wsdl = write(&folder.join("ports.wsdl"), &wsdl);
    let samples = folder.join("samples");
    for operation in ["one", "three"] {
        let request = out(&saponify(&["sample", &wsdl, operation, "--style", "full"]));
        write(&samples.join(operation).join("request.json"), &request);
    }
    let tested = saponify(&["test", &wsdl, "--samples", &samples.to_string_lossy()]);
    assert!(tested.status.success(), "{}{}", out(&tested), err(&tested));
    assert!(out(&tested).contains("4 passed, 0 failed"), "{}", out(&tested));
    assert_eq!(out(&tested).matches("testing S with ").count(), 2, "{}", out(&tested));
    write(&samples.join("none/request.json"), r#"{"unknown":1}"#);
    let tested = saponify(&["test", &wsdl, "--samples", &samples.to_string_lossy()]);
    assert!(out(&tested).contains("4 passed, 1 failed"), "{}", out(&tested));
}

const TWO: &str = "\
<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/'
    xmlns:x='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' targetNamespace='urn:t'>
  <w:types><x:schema targetNamespace='urn:t' elementFormDefault='qualified'>
    <x:complexType name='N'><x:sequence><x:element name='n' type='x:int'/></x:sequence></x:complexType>
    <x:element name='one' type='t:N'/><x:element name='two' type='t:N'/>
    <x:element name='a'><x:complexType><x:sequence><x:element name='p' type='x:int'/></x:sequence></x:complexType></x:element>
    <x:element name='b'><x:complexType><x:sequence><x:element name='q' type='x:int'/></x:sequence></x:complexType></x:element>
    <x:element name='f'><x:complexType><x:sequence><x:element name='why' type='x:string'/></x:sequence></x:complexType></x:element>
  </x:schema></w:types>
  <w:message name='one'><w:part name='p' element='t:one'/></w:message><w:message name='two'><w:part name='p' element='t:two'/></w:message>
  <w:message name='a'><w:part name='p' element='t:a'/></w:message><w:message name='b'><w:part name='p' element='t:b'/></w:message>
  <w:message name='f'><w:part name='p' element='t:f'/></w:message>
  <w:portType name='P'>
    <w:operation name='one'><w:input message='t:one'/><w:output message='t:a'/></w:operation>
    <w:operation name='two'><w:input message='t:two'/><w:output message='t:b'/><w:fault name='f' message='t:f'/></w:operation></w:portType>
  <w:binding name='B' type='t:P'><s:binding transport='http://schemas.xmlsoap.org/soap/http'/>
    <w:operation name='one'><s:operation soapAction='urn:one'/><w:input><s:body use='literal'/></w:input><w:output><s:body use='literal'/></w:output></w:operation>
    <w:operation name='two'><s:operation soapAction='urn:two'/><w:input><s:body use='literal'/></w:input><w:output><s:body use='literal'/></w:output>
      <w:fault name='f'><s:fault name='f' use='literal'/></w:fault></w:operation></w:binding>
  <w:service name='S'><w:port name='P' binding='t:B'><s:address location='http://127.0.0.1:9/'/></w:port></w:service>
</w:definitions>";

/// Contracts of vendors, where they are at hand, and what a newcomer types: every verb takes what the one before it wrote. The table of
/// `docs/FIRST_HOUR.md` has what came of it.
#[test]
fn contracts_of_vendors_pass_from_verb_to_verb() {
    let mut stumbles = Vec::new();
    for (vendor, id) in VENDORS {
        let wsdl =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/bundles").join(id).join("main.wsdl");
        if !wsdl.is_file() {
            eprintln!("skipped: {vendor}, {} is not there", wsdl.display());
            continue;
        }
        stumbles.extend(hour(vendor, &wsdl.to_string_lossy()));
    }
    assert!(stumbles.is_empty(), "\n{}", stumbles.join("\n"));
}

/// Each with the name of its folder.
const VENDORS: [(&str, &str); 10] = [
    ("Amazon", "a013f095d8a7"),
    ("Atlassian", "3e65a433ba62"),
    ("Betfair", "b841a9d11cc4"),
    ("CyberSource", "a070af9d32ef"),
    ("Equifax", "26e57c0f8635"),
    ("Jet Airways", "4c5bce4803a0"),
    ("Microsoft", "5048fbd33a47"),
    ("PayPal", "019e44d6fd3d"),
    ("Salesforce", "37a72182bb27"),
    ("Yandex", "0881881cc114"),
];

/// Operations of a contract that are tried.
const TRIED: usize = 2;

/// What went wrong with the contract of `vendor`.
fn hour(vendor: &str, wsdl: &str) -> Vec<String> {
    let mut stumbles = Vec::new();
    let mut typed = |arguments: &[&str]| {
        let output = saponify(arguments);
        if !output.status.success() {
            let verb = arguments.first().expect("a verb");
            stumbles.push(format!("{vendor}: {verb}: {}{}", out(&output), err(&output)));
        }
        out(&output)
    };
    let folder = folder(&format!("vendors/{vendor}"));
    let listed = typed(&["inspect", wsdl, "--json"]);
    let backend = Running::mock(&format!("mock-{vendor}"), &[wsdl]);
    let operations = operations(&listed);
    let step = operations.len().div_ceil(TRIED).max(1);
    for operation in operations.iter().step_by(step) {
        let request = typed(&["sample", wsdl, operation, "--style", "full"]);
        let at = write(&folder.join(operation).join("request.json"), &request);
        typed(&["call", wsdl, operation, &format!("@{at}"), "--backend-url", &backend.1]);
        typed(&["convert", wsdl, "--operation", operation, "--to", "soap", &at]);
    }
    typed(&["test", wsdl, "--samples", &folder.to_string_lossy()]);
    stumbles
}

/// The names of the operations, as `inspect` has them.
fn operations(listed: &str) -> Vec<String> {
    let listed: serde_json::Value = serde_json::from_str(listed).expect("JSON");
    let ports = listed["ports"].as_array().expect("ports");
    let named = ports.iter().flat_map(|port| port["operations"].as_array().expect("operations"));
    let mut names: Vec<String> =
        named.map(|operation| operation["name"].as_str().expect("a name").to_owned()).collect();
    names.sort();
    names.dedup();
    names
}
