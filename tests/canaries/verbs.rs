//! What the verbs write: reports, recordings, configurations, requests that are only shown.

use std::path::Path;

use super::plant::{ACCESS, ITEM, NOTE, canary, found, has};
use super::stage::{BACKENDS, Program, envelope, folder, run, write};
use super::stub::Stub;
use super::support::{SOAP, post};

#[test]
fn a_call_sends_its_secrets_and_a_dry_run_shows_none() {
    for backend in BACKENDS {
        let (folder, stub) = (folder(&format!("call-{}", backend.name)), Stub::start());
        let file = backend.file(&folder, &stub.url());
        let json = format!("{{\"item\":\"{ITEM}\"}}");
        let call = ["call", "-c", &file.to_string_lossy(), "getQuote", &json];
        stub.say(200, backend.content_type(), &backend.reply(NOTE));
        let (code, shown) = run(&[&call[..], &["--dry-run"]].concat());
        assert!(code == Some(0) && stub.heard().is_empty(), "{shown}");
        assert!(shown.starts_with("POST http://127.0.0.1:") && shown.contains("***nt-9"), "{shown}");
        assert_eq!(found(&shown), [""; 0], "{}: {shown}", backend.name);
        assert!(
            !shown.contains("<wsse:Nonce>") || shown.contains("Base64Binary\">***</wsse:Nonce>"),
            "{shown}"
        );

        let (code, answered) = run(&call);
        assert!(code == Some(0) && found(&answered) == [NOTE], "{answered}");
        let heard: String =
            stub.heard().iter().map(|heard| format!("{}{}", heard.head, heard.body)).collect();
        let gets = if backend.gets.is_empty() { ACCESS } else { canary(backend.gets) };
        assert!(has(&heard, gets) && has(&heard, ITEM), "{}: {heard}", backend.name);

        stub.say(500, backend.content_type(), &format!("<{NOTE}"));
        let (code, failed) = run(&call);
        assert!(code == Some(5) && found(&failed).is_empty(), "{code:?} {failed}");
    }
}

#[test]
fn configurations_are_shown_without_secrets() {
    for backend in BACKENDS {
        let folder = folder(&format!("config-{}", backend.name));
        let file = backend.file(&folder, "http://127.0.0.1:9/?apikey=canary-api-key-6");
        let (code, shown) = run(&["config", "show", "-c", &file.to_string_lossy()]);
        assert!(code == Some(0) && shown.contains("${env:CANARY_CALLER}"), "{shown}");
        assert_eq!(found(&shown), [""; 0], "{}: {shown}", backend.name);
        for literal in ["canary-wrong-password-11", "8675309001", "[canary-wrong-password-11]"] {
            let text =
                std::fs::read_to_string(&file).expect("file").replace("\"${env:CANARY_CALLER}\"", literal);
            let wrong = write(&folder, "wrong.yaml", &text);
            for verb in [&["check"][..], &["config", "show"], &["serve"]] {
                let (code, told) = run(&[verb, &["-c", &wrong.to_string_lossy()]].concat());
                assert_eq!(code, Some(3), "{told}");
                assert!(found(&told).is_empty() && !told.contains("8675309001"), "{told}");
            }
        }
    }
}

#[test]
fn reports_of_contract_tests_have_no_secret() {
    let (folder, stub) = (folder("reports"), Stub::start());
    let backend = &BACKENDS[0];
    let file = backend.file(&folder, &stub.url());
    let cases = folder.join("cases/one");
    std::fs::create_dir_all(&cases).expect("folder");
    write(&cases, "request.json", &format!("{{\"item\":\"{ITEM}\"}}"));
    write(&cases, "response.json", "{\"price\":2,\"note\":\"another\"}");
    stub.say(200, backend.content_type(), &backend.reply(NOTE));
    let (samples, junit) = (folder.join("cases"), folder.join("junit.xml"));
    let header = "Authorization: Basic Y2FsbGVyOmNhbmFyeS1jYWxsZXIvcGFzc3dvcmQrMQ==";
    let report = format!("junit={}", junit.display());
    for format in ["human", "json"] {
        let (code, told) = run(&[
            "test",
            "-c",
            &file.to_string_lossy(),
            "--samples",
            &samples.to_string_lossy(),
            "--side",
            "json",
            "--against",
            &stub.url(),
            "--header",
            header,
            "--report",
            &report,
            "--format",
            format,
        ]);
        assert!(code == Some(1) && told.contains("/price") && told.contains("/note"), "{told}");
        assert_eq!(found(&told), [""; 0], "{told}");
        assert_eq!(found(&read(&junit)), [""; 0]);
    }
    assert!(stub.heard().iter().any(|heard| has(&heard.body, ITEM)), "the backend is asked");
}

#[test]
fn recordings_have_no_secret() {
    let (folder, stub) = (folder("recordings"), Stub::start());
    let backend = &BACKENDS[0];
    let file = backend.file(&folder, &stub.url());
    let reply = backend.reply(NOTE).replace("</note>", "</note><part>canary-note-of-a-backend-10</part>");
    stub.say(200, backend.content_type(), &reply);
    let recorded = folder.join("recorded");
    let arguments =
        ["mock", "-c", &file.to_string_lossy(), "--samples", &recorded.to_string_lossy(), "--record"];
    let mock = Program::start(&folder, "mock", &[&arguments[..], &[&stub.url()]].concat());
    let request = envelope(&format!("<getQuote xmlns='urn:shop'><item>{ITEM}</item></getQuote>"));
    let headers = [SOAP, ("Authorization", canary("CANARY_BEARER")), ("Cookie", canary("CANARY_KEY"))];
    assert!(has(&post(mock.address, "/any", &headers, request.as_bytes()).body, NOTE));
    let heard = stub.heard();
    assert!(heard.iter().any(|heard| has(&heard.body, ITEM) && has(&heard.head, canary("CANARY_BEARER"))));
    let files = all_in(&recorded);
    assert!(
        files.contains("***nt-9") && files.contains("<note>***</note>") && !files.contains("<part>"),
        "{files}"
    );
    assert!(files.contains("ignore: [\"/part\"]\nmask: ["), "{files}");
    assert_eq!(found(&format!("{files}{}", mock.stopped())), [""; 0], "{files}");
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("file")
}

/// The text of all files below `folder`.
fn all_in(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).expect("folder").map(|entry| entry.expect("entry").path());
    entries.map(|path| if path.is_dir() { all_in(&path) } else { read(&path) }).collect()
}
