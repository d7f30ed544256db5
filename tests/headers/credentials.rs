//! Credentials that stand in header parts of the contract, to SOAP backends and from SOAP clients.

use super::*;

const LOGIN: &str = "<q:login><q:user>x</q:user></q:login>";
const QUERY: &str = "<q:query><q:text>x</q:text></q:query>";
const REPORT: &str = "<q:report><q:year>1</q:year></q:report>";
const SESSION: &str = "<q:SessionHeader><q:sessionId>tok-1</q:sessionId></q:SessionHeader>";
const ANN: &str = "<q:UserName>ann</q:UserName><q:Password>ann-not-a-real-one</q:Password>";

const ANSWER: &str = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:t='urn:c'>\
    <e:Body><t:answer>yes</t:answer></e:Body></e:Envelope>";

const TOKEN: &str = "credentials: { token: $headers/SessionHeader/sessionId }";
const PASSWORD: &str = "credentials: { username: $headers/UserName, password: $headers/Password }";
const USERS: &str = "{ users: { users: [{ name: ann, password: \"${env:ANN}\" }] } }";

/// A service file with these `credentials`, fronts with this `auth` and this backend.
fn file(credentials: &str, auth: &str, backend: &str) -> String {
    format!(
        "version: 1\nservice: keys\ncontract: {{ wsdl: FOLDER/credentials.wsdl }}\n{credentials}\n\
         fronts: {{ json: {{ auth: {auth}, path: /keys }}, soap: {{ auth: {auth}, path: /soap }} }}\n\
         backend: {{ {backend} }}\n"
    )
}

fn soap_backend(credentials: &str) -> String {
    format!("soap: {{ url: \"http://localhost/\", credentials: {credentials} }}")
}

fn json_backend_with(auth: &str) -> String {
    format!("json: {{ url: \"http://localhost/\", auth: {auth} }}")
}

fn envelope(headers: &str, body: &str) -> String {
    format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:q='urn:c'>\
         <e:Header>{headers}</e:Header><e:Body>{body}</e:Body></e:Envelope>"
    )
}

fn bearer(token: &str) -> String {
    format!("authorization: Bearer {token}\r\n")
}

fn basic(name: &str, password: &str) -> String {
    use base64::Engine;
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("{name}:{password}"));
    format!("authorization: Basic {pair}\r\n")
}

/// What the backend gets for one request with `headers` to `path`.
fn sent(name: &str, file: &str, (path, headers, body): (&str, &str, &str)) -> String {
    let is_json = file.contains("json: { url");
    let (url, got) = if is_json { json_backend() } else { backend(ANSWER) };
    let bridge = Bridge::of_file(name, &url, file);
    let (url, kind) = match path.strip_prefix('/') {
        Some(operation) => (bridge.json.replace("login", operation), "application/json"),
        None => (bridge.soap.clone(), "text/xml"),
    };
    let answer = post_with(&url, kind, headers, body);
    assert!(answer.contains("yes"), "{name}: {answer}");
    got.recv().expect("a request")
}

#[test]
fn a_header_part_gets_the_token_of_a_json_client() {
    let file = file(TOKEN, "pass_through", &soap_backend("caller"));
    let own = r#"{"$headers":{"CallOptions":{"client":"c"}},"text":"x"}"#;
    let whole = r#"<t:SessionHeader xmlns:t="urn:c"><t:sessionId>t&amp;k-1</t:sessionId></t:SessionHeader>"#;
    let options = r#"<t:CallOptions xmlns:t="urn:c"><t:client>c</t:client></t:CallOptions>"#;
    let got = sent("token", &file, ("/query", &bearer("t&k-1"), r#"{"text":"x"}"#));
    assert_eq!(header_of(&got), whole);
    assert!(!got.to_ascii_lowercase().contains("authorization"), "{got}");
    let got = sent("token-beside", &file, ("/query", &bearer("t&k-1"), own));
    let blocks = header_of(&got);
    assert!(blocks.len() == whole.len() + options.len() && blocks.contains(whole), "{blocks}");
    // An operation without such a header part is called by whoever has no session yet.
    let got = sent("token-login", &file, ("/login", "", r#"{"user":"x"}"#));
    assert!(!got.contains("Header>"), "{got}");
}

#[test]
fn a_token_that_is_not_there_or_does_not_fit_is_refused() {
    let file = file(TOKEN, "pass_through", &soap_backend("caller"));
    let bridge = Bridge::of_file("token-refused", "http://127.0.0.1:9/", &file);
    let ask = |headers: &str, body: &str| {
        post_with(&bridge.json.replace("login", "query"), "application/json", headers, body)
            .to_ascii_lowercase()
    };
    let absent = ask("", r#"{"text":"x"}"#);
    assert!(absent.starts_with("http/1.1 401") && absent.contains("www-authenticate: bearer"), "{absent}");
    let long = ask(&bearer("tok-0123456789-0123456789-0123456789"), r#"{"text":"x"}"#);
    assert!(long.starts_with("http/1.1 422") && !long.contains("0123456789"), "{long}");
    assert!(long.contains("$headers/sessionheader/sessionid"), "{long}");
    let own = ask(&bearer("tok-1"), r#"{"$headers":{"SessionHeader":{"sessionId":"tok-2"}},"text":"x"}"#);
    assert!(own.starts_with("http/1.1 422") && own.contains("unknown") && !own.contains("tok-"), "{own}");
    let none = post(&bridge.soap, "text/xml", &envelope("", QUERY));
    assert!(none.contains("FailedAuthentication"), "{none}");
    for wrong in [
        SESSION.repeat(2),
        SESSION.replace("tok-1", ""),
        SESSION.replace("tok-1", " \n"),
        SESSION.replace("<q:sessionId>tok-1</q:sessionId>", "<q:sessionId/>"),
        SESSION.replace("tok-1", "tok<!-- -->-1"),
        SESSION.replace("tok-1", "<q:sessionId>tok-1</q:sessionId>"),
        SESSION.replace("tok-1", &"0123456789".repeat(1000)),
    ] {
        let answer = post(&bridge.soap, "text/xml", &envelope(&wrong, QUERY));
        assert!(answer.starts_with("HTTP/1.1 500") && answer.contains("FailedAuthentication"), "{answer}");
        assert!(!answer.contains("tok-") && !answer.contains("0123456789"), "{answer}");
    }
    // A Security header is nobody's here, so whoever wants it understood is told that it is not.
    let security = "<o:Security xmlns:o='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd' \
        e:mustUnderstand='1'/>";
    let answer = post(&bridge.soap, "text/xml", &envelope(&format!("{SESSION}{security}"), QUERY));
    assert!(answer.contains("MustUnderstand"), "{answer}");
}

#[test]
fn the_token_of_a_soap_client_is_a_header_of_http() {
    let message = envelope(SESSION, QUERY);
    let file_with = |auth: &str| file(TOKEN, "pass_through", &json_backend_with(auth));
    let got = sent("block", &file_with("{ bearer: caller }"), ("", "", &message));
    assert!(got.to_ascii_lowercase().contains("authorization: bearer tok-1\r\n"), "{got}");
    assert!(got.ends_with(r#"{"text":"x"}"#), "{got}");
    let own = file_with("{ header: { name: X-Session, value: caller } }");
    let got = sent("block-own", &own, ("", "", &message)).to_ascii_lowercase();
    assert!(got.contains("x-session: tok-1\r\n") && !got.contains("authorization"), "{got}");
    let got = sent("block-login", &file_with("{ bearer: caller }"), ("", "", &envelope("", LOGIN)));
    assert!(!got.to_ascii_lowercase().contains("authorization"), "{got}");
    // From header block to header block.
    let through = file(TOKEN, "pass_through", &soap_backend("caller"));
    let got = sent("block-block", &through, ("", "", &message));
    assert!(header_of(&got).contains("<t:sessionId>tok-1</t:sessionId>"), "{got}");
}

#[test]
fn a_bearer_token_is_passed_on_where_no_header_part_holds_it() {
    let file = file("", "pass_through", &json_backend_with("{ bearer: caller }"));
    for (name, path, body) in
        [("json", "/login", r#"{"user":"x"}"#.to_owned()), ("soap", "", envelope("", LOGIN))]
    {
        let got = sent(&format!("bearer-{name}"), &file, (path, &bearer("tok-1"), &body));
        assert!(got.to_ascii_lowercase().contains("authorization: bearer tok-1\r\n"), "{got}");
    }
}

#[test]
fn header_parts_hold_a_name_and_a_password() {
    let back = "{ username: back, password: \"${env:BACK}\" }";
    for (kind, credentials, name, password) in [
        ("caller", "caller".to_owned(), "ann", "ann-not-a-real-one"),
        ("fixed", format!("{{ fixed: {back} }}"), "back", "back-not-a-real-one"),
        ("by-caller", format!("{{ by_caller: {{ ann: {back} }} }}"), "back", "back-not-a-real-one"),
    ] {
        let file = file(PASSWORD, USERS, &soap_backend(&credentials));
        let head = basic("ann", "ann-not-a-real-one");
        for (front, path, headers, body) in
            [("json", "/report", &*head, r#"{"year":1}"#.to_owned()), ("soap", "", "", envelope(ANN, REPORT))]
        {
            let got = sent(&format!("password-{kind}-{front}"), &file, (path, headers, &body));
            let blocks = header_of(&got);
            let expected = [format!(">{name}</t:UserName>"), format!(">{password}</t:Password>")];
            assert!(expected.iter().all(|part| blocks.contains(part)), "{kind} {front}: {blocks}");
            assert_eq!(got.matches("not-a-real-one").count(), 1, "{kind} {front}: {got}");
        }
    }
    let file = file(PASSWORD, USERS, &json_backend_with("{ basic: caller }"));
    let got = sent("password-basic", &file, ("", "", &envelope(ANN, REPORT)));
    assert!(
        got.to_ascii_lowercase().contains(&basic("ann", "ann-not-a-real-one").to_ascii_lowercase()),
        "{got}"
    );
}

/// A token that all callers share, in each request that has a place for it, beside the caller's own.
#[test]
fn a_header_part_has_one_text_in_all_operations() {
    let shared = "const: { $headers/CallOptions/client: \"${env:BACK}\" }";
    let file = file(&format!("{TOKEN}\n{shared}"), "pass_through", &soap_backend("caller"));
    for (nth, (operation, body)) in [
        ("login", r#"{"user":"x"}"#),
        ("query", r#"{"text":"x"}"#),
        ("query", r#"{"$headers":{},"text":"x"}"#),
        ("query", r#"{"$headers":{"CallOptions":{}},"text":"x"}"#),
    ]
    .into_iter()
    .enumerate()
    {
        let got = sent(&format!("const-{nth}"), &file, (&format!("/{operation}"), &bearer("tok-1"), body));
        let blocks = header_of(&got);
        assert!(blocks.contains("<t:client>back-not-a-real-one</t:client>"), "{operation}: {blocks}");
        assert_eq!(blocks.matches(">tok-1<").count(), usize::from(operation == "query"), "{blocks}");
        assert_eq!(blocks.matches("<t:CallOptions").count(), 1, "{blocks}");
    }
    let got = sent("const-report", &file, ("/report", &bearer("tok-1"), r#"{"year":1}"#));
    assert!(!got.contains("Header>"), "{got}");
}

/// Neither a block for somebody else nor one that the operation does not have brings credentials of a client to the backend.
#[test]
fn credentials_of_a_client_go_no_further() {
    let fixed = soap_backend("{ fixed: { username: back, password: \"${env:BACK}\" } }");
    let file = file(PASSWORD, USERS, &fixed);
    let other =
        "<q:Password e:actor='urn:other'>mine</q:Password><q:UserName e:actor='urn:other'>me</q:UserName>";
    let got = sent("further-other", &file, ("", "", &envelope(&format!("{ANN}{other}"), REPORT)));
    assert!(!got.contains("mine") && !got.contains(">me<") && got.contains(">back</t:UserName>"), "{got}");
    let got = sent("further-login", &file, ("", "", &envelope(ANN, LOGIN)));
    assert!(!got.contains("ann") && !got.contains("Password"), "{got}");
}

#[test]
fn a_wrong_password_in_a_header_part_lets_nobody_in() {
    let file = file(PASSWORD, USERS, &soap_backend("caller"));
    let bridge = Bridge::of_file("password-wrong", "http://127.0.0.1:9/", &file);
    for headers in [
        ANN.replace("ann-", "bob-"),
        ANN.replace("<q:UserName>ann", "<q:UserName>bob"),
        "<q:Password>ann-not-a-real-one</q:Password>".to_owned(),
        "<q:UserName>ann</q:UserName>".to_owned(),
        format!("{ANN}<q:Password>ann-not-a-real-one</q:Password>"),
        String::new(),
    ] {
        // Users are asked who they are for every operation.
        for body in [REPORT, LOGIN] {
            let answer = post(&bridge.soap, "text/xml", &envelope(&headers, body));
            assert!(answer.contains("FailedAuthentication"), "{headers}: {answer}");
            assert!(!answer.contains("not-a-real-one"), "{answer}");
        }
    }
}

/// Two bearers of one idempotency key are two callers.
#[test]
fn an_idempotency_key_belongs_to_the_bearer_of_a_token() {
    let file = file(TOKEN, "pass_through", &soap_backend("caller"));
    let (url, got) = backend(ANSWER);
    let bridge = Bridge::of_file("token-key", &url, &file);
    let ask = |token: &str| {
        let headers = format!("{}idempotency-key: k-1\r\n", bearer(token));
        post_with(&bridge.json.replace("login", "query"), "application/json", &headers, r#"{"text":"x"}"#)
    };
    assert!(ask("tok-1").contains("yes"));
    got.recv().expect("a request");
    let again = ask("tok-1").to_ascii_lowercase();
    assert!(again.contains("idempotency-replayed: true"), "{again}");
    // The backend is gone by now.
    let other = ask("tok-2");
    assert!(other.starts_with("HTTP/1.1 502") && !other.contains("yes"), "{other}");
}

/// What is shown has no credentials: the commands that show messages.
#[test]
fn credentials_of_header_parts_show_nowhere() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("headers-shown.yaml");
    let fixed = soap_backend("{ fixed: { username: back, password: \"${env:BACK}\" } }");
    let text = file(PASSWORD, "none", &fixed);
    let text = text.replace("FOLDER", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/headers"));
    std::fs::write(&path, text).expect("written");
    let file = path.to_string_lossy();
    for words in [
        &["call", "--dry-run", "-c", &file, "report", r#"{"year":1}"#][..],
        &["openapi", "-c", &file],
        &["sample", "-c", &file, "--operation", "report", "--as", "soap"],
        &["inspect", "-c", &file, "--json"],
    ] {
        let output =
            Command::new(env!("CARGO_BIN_EXE_saponify")).args(words).envs(SECRETS).output().expect("ran");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!said.contains("not-a-real-one"), "{words:?}: {said}");
        if words[0] == "call" {
            assert!(said.contains(">back</t:UserName>") && said.contains(">***</t:Password>"), "{said}");
        }
    }
}
