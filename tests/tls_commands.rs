//! The commands with TLS: a listener and its certificate, backends with private authorities.

#[path = "support/stub.rs"]
mod stub;
#[path = "support/tls.rs"]
mod tls;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use stub::Stub;
use tls::{Authority, Issued, client, file, params, raw, server, server_params};

const OK: &str = include_str!("../samples/bancbox/response-ok.xml");
const SERVICE: &str = "samples/bancbox/json-to-soap.yaml";
const GET: &[u8] = b"GET /soap/bancbox/BBXPort?wsdl HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1");
    command.env("SECRET_FOR_TEST", "x").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("tls-commands").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("folder");
    folder
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A command that serves, until it is dropped.
struct Serving {
    child: Child,
    ready: serde_json::Value,
}

impl Serving {
    fn start(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let ready = folder.join("ready.json");
        let common = ["--listen", "127.0.0.1:0", "--ready-file", &text(&ready)];
        let mut command = command(&[arguments, &common].concat());
        let child = command.envs(environment.iter().copied()).spawn().expect("started");
        let read = || serde_json::from_str(&std::fs::read_to_string(&ready).ok()?).ok();
        Self { child, ready: until(read) }
    }

    fn hang_up(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-HUP", &pid]).status().expect("kill").success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `look` finds, when it does.
fn until<T>(look: impl Fn() -> Option<T>) -> T {
    for _ in 0..400 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it did not happen");
}

fn address(url: &str) -> SocketAddr {
    let authority = url.split_once("://").expect("URL").1;
    authority.split('/').next().expect("host").parse().expect("address")
}

fn answers(address: SocketAddr, config: Arc<ClientConfig>) -> bool {
    raw(address, config, GET).is_some_and(|(status, _)| status == 200)
}

fn write(folder: &Path, issued: &Issued) -> (String, String) {
    let certificate = file(folder, "server.pem", &issued.certificate_pem());
    (text(&certificate), text(&file(folder, "server.key", &issued.key_pem())))
}

#[test]
fn serve_takes_certificates_and_reads_them_again() {
    let folder = folder("serve");
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let (certificate, key) = write(&folder, &old.issue(server_params("localhost")));
    let serving = Serving::start(
        &folder,
        &[
            "serve",
            "-c",
            SERVICE,
            "--tls-certificate",
            &certificate,
            "--tls-key",
            &key,
            "--listen",
            "https://127.0.0.1:0",
            "--listen",
            "http://127.0.0.1:0",
        ],
        &[],
    );
    let fronts = serving.ready["fronts"].as_array().expect("fronts");
    let (plain, urls): (Vec<&str>, Vec<&str>) =
        fronts.iter().filter_map(|front| front["url"].as_str()).partition(|url| url.starts_with("http://"));
    assert!(urls.len() == 4 && urls.iter().all(|url| url.starts_with("https://127.0.0.1:")), "{urls:?}");
    // One listener has no TLS.
    assert_eq!(plain.len(), 2);
    let mut stream = TcpStream::connect(address(plain[0])).expect("connection");
    stream.write_all(GET).expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let address = address(urls[0]);
    assert!(answers(address, client(&old, None, &[])) && !answers(address, client(&new, None, &[])));
    write(&folder, &new.issue(server_params("localhost")));
    assert!(answers(address, client(&old, None, &[])), "nobody has said so yet");
    serving.hang_up();
    until(|| answers(address, client(&new, None, &[])).then_some(()));
    file(&folder, "server.key", "no key");
    serving.hang_up();
    serving.hang_up();
    assert!(answers(address, client(&new, None, &[])), "what is broken is not taken");
}

/// The command line takes the place of the file's `listen.tls`.
#[test]
fn a_service_file_has_the_listeners_certificate_and_check_looks_at_it() {
    let folder = folder("file");
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let issued = ours.issue(server_params("localhost"));
    let (certificate, key) = write(&folder, &issued);
    let ca = text(&file(&folder, "ca.pem", &ours.pem()));
    let root = env!("CARGO_MANIFEST_DIR");
    let listen =
        "listen: { tls: { certificate: server.pem, key: server.key, client_ca: ca.pem } }\n\nbackend:";
    let service = include_str!("../samples/bancbox/json-to-soap.yaml").replace("backend:", listen);
    let service = service.replace("../../wsdl", &format!("{root}/wsdl"));
    let rules = format!("include: {root}/samples/bancbox/rules.yaml");
    let service = text(&file(&folder, "service.yaml", &service.replace("include: rules.yaml", &rules)));
    let mine = ours.issue(params("mine"));
    {
        let serving = Serving::start(&folder, &["serve", "-c", &service], &[]);
        let address = address(serving.ready["fronts"][0]["url"].as_str().expect("URL"));
        assert!(
            answers(address, client(&ours, Some(&mine), &[])) && !answers(address, client(&ours, None, &[]))
        );
    }
    std::fs::remove_file(folder.join("ready.json")).expect("removed");
    {
        let own = ["serve", "-c", &service, "--tls-certificate", &certificate, "--tls-key", &key];
        let serving = Serving::start(&folder, &own, &[]);
        let address = address(serving.ready["fronts"][0]["url"].as_str().expect("URL"));
        assert!(answers(address, client(&ours, None, &[])), "the file's client_ca counts no more");
    }
    std::fs::remove_file(folder.join("ready.json")).expect("removed");
    {
        let own = [
            "serve",
            "-c",
            SERVICE,
            "--tls-certificate",
            &certificate,
            "--tls-key",
            &key,
            "--tls-client-ca",
            &ca,
        ];
        let serving = Serving::start(&folder, &own, &[]);
        let address = address(serving.ready["fronts"][0]["url"].as_str().expect("URL"));
        assert!(
            answers(address, client(&ours, Some(&mine), &[])) && !answers(address, client(&ours, None, &[]))
        );
    }
    let check = || command(&["check", "-c", &service]).output().expect("ended");
    assert_eq!(check().status.code(), Some(0), "{}", said(&check()));
    file(&folder, "server.key", &other.issue(params("other")).key_pem());
    let checked = check();
    assert_eq!(checked.status.code(), Some(3), "{}", said(&checked));
    assert!(said(&checked).contains("the key does not fit the certificate"), "{}", said(&checked));
    // With its place, which is that of the value.
    assert!(
        said(&checked).contains("CFG0640") && said(&checked).contains("service.yaml:"),
        "{}",
        said(&checked)
    );
    std::fs::remove_file(folder.join("ca.pem")).expect("removed");
    assert!(said(&check()).contains("listen.tls.client_ca: "), "{}", said(&check()));
}

#[test]
fn without_a_service_file_cleartext_needs_a_flag() {
    let quick =
        ["serve", "--wsdl", "wsdl/bancbox.wsdl", "--username-token", "ops:env:SECRET_FOR_TEST", "--backend"];
    let refused = command(&[&quick[..], &["http://192.0.2.1:9/"]].concat()).output().expect("ended");
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    assert!(said(&refused).contains("--allow-insecure"), "{}", said(&refused));
    let replaced = ["check", "-c", SERVICE, "--backend-url", "http://192.0.2.1:9/"];
    assert_eq!(command(&replaced).output().expect("ended").status.code(), Some(3));
    Serving::start(
        &folder("allowed"),
        &[&quick[..], &["http://192.0.2.1:9/", "--allow-insecure"]].concat(),
        &[],
    );
    Serving::start(&folder("loopback"), &[&quick[..], &["http://127.0.0.1:9/"]].concat(), &[]);
}

/// A server that guards its contract is shown what it asks for, and no other server is.
#[test]
fn fetch_shows_a_server_who_asks() {
    let folder = folder("fetch");
    let (theirs, ours) = (Authority::new("theirs"), Authority::new("ours"));
    let ca = text(&file(&folder, "ca.pem", &theirs.pem()));
    let mine = ours.issue(params("mine"));
    let certificate = text(&file(&folder, "mine.pem", &mine.certificate_pem()));
    let key = text(&file(&folder, "mine.key", &mine.key_pem()));
    let guarded = Stub::start_tls(server(&theirs.issue(server_params("localhost")), Some(&ours)));
    let other = Stub::start_tls(server(&theirs.issue(server_params("localhost")), None));
    let url =
        |stub: &Stub| format!("https://localhost:{}/service?wsdl&apikey=not-a-real-key", stub.address.port());
    let copy = text(&folder.join("copy"));
    let guarded_url = url(&guarded);
    let fetch = ["fetch", &guarded_url, "-o", &copy, "--allow-private"];
    let trusting = ["--ca", ca.as_str()];
    let shown = ["--certificate", certificate.as_str(), "--key", key.as_str()];
    let credentials =
        ["--basic", "ops:env:SECRET_FOR_TEST", "--header", "X-Branch: ${env:SECRET_FOR_TEST}-7"];
    let run = |more: &[&[&str]]| command(&[&fetch[..], &more.concat()].concat()).output().expect("ended");

    let contract = include_str!("../wsdl/bancbox.wsdl");
    guarded.say(200, "Content-Type: text/xml\r\n", contract);
    for more in [&[][..], &[&trusting[..]], &[&shown[..]]] {
        let refused = run(more);
        assert_eq!((refused.status.code(), guarded.heard().len()), (Some(5), 0), "{}", said(&refused));
    }
    let fetched = run(&[&trusting, &shown, &credentials]);
    assert_eq!(fetched.status.code(), Some(0), "{}", said(&fetched));
    assert!(!said(&fetched).contains("not-a-real-key"), "{}", said(&fetched));
    let head = guarded.heard().first().expect("a request").head.to_ascii_lowercase();
    assert!(head.contains("authorization: basic b3bzong=") && head.contains("x-branch: x-7"), "{head}");

    guarded.say(302, &format!("Location: {}\r\n", url(&other)), "");
    other.say(200, "Content-Type: text/xml\r\n", contract);
    let fetched = run(&[&trusting, &shown, &credentials]);
    assert_eq!(fetched.status.code(), Some(0), "{}", said(&fetched));
    let head = other.heard().first().expect("a request").head.to_ascii_lowercase();
    assert!(!head.contains("authorization") && !head.contains("x-branch"), "{head}");

    guarded.say(401, "", "");
    let refused = run(&[&trusting, &shown]);
    assert!(
        said(&refused).contains("--basic") && !said(&refused).contains("not-a-real-key"),
        "{}",
        said(&refused)
    );
    for wrong in
        [&["--ca", key.as_str()][..], &["--certificate", &ca, "--key", &key], &["--header", "Cookie: a=b"]]
    {
        let refused = run(&[wrong]);
        assert_eq!(refused.status.code(), Some(2), "{wrong:?}: {}", said(&refused));
    }
}

/// The system's authorities are those of `SSL_CERT_FILE`, where it is set.
#[test]
fn test_and_mock_reach_backends_over_tls() {
    let folder = folder("against");
    let authority = Authority::new("theirs");
    let ca = text(&file(&folder, "ca.pem", &authority.pem()));
    let trusting = [("SSL_CERT_FILE", ca.as_str())];
    let backend = Stub::start_tls(server(&authority.issue(server_params("localhost")), None));
    backend.say(200, "Content-Type: text/xml\r\n", OK);
    let url = format!("https://localhost:{}/", backend.address.port());

    let case = folder.join("cases/one");
    file(&case, "request.json", include_str!("../samples/bancbox/request.json"));
    let samples = text(&folder.join("cases"));
    let test = ["test", "-c", SERVICE, "--samples", &samples, "--side", "json", "--against", &url];
    let tried =
        |trusting: &[(&str, &str)]| command(&test).envs(trusting.iter().copied()).output().expect("ended");
    assert_eq!(tried(&trusting).status.code(), Some(0), "{}", said(&tried(&trusting)));
    let foreign = text(&file(&folder, "foreign.pem", &Authority::new("foreign").pem()));
    let distrusting = tried(&[("SSL_CERT_FILE", &foreign)]);
    assert_eq!(distrusting.status.code(), Some(1), "{}", said(&distrusting));
    assert!(said(&distrusting).contains("from no trusted authority"), "{}", said(&distrusting));

    let recorded = text(&folder.join("recorded"));
    let record = ["mock", "--wsdl", "wsdl/bancbox.wsdl", "--samples", &recorded, "--record", &url];
    let recorder = Serving::start(&folder, &record, &trusting);
    let address = address(recorder.ready["url"].as_str().expect("URL"));
    let body = include_str!("../samples/bancbox/request.xml");
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/xml\r\nSOAPAction: \"\"\r\n";
    let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
    let mut stream = std::net::TcpStream::connect(address).expect("connection");
    std::io::Write::write_all(&mut stream, request.as_bytes()).expect("written");
    let answer = std::io::read_to_string(&mut stream).expect("answer");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("ACTIVE"), "{answer}");
}
