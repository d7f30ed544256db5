//! The SOAP front and Security headers, over sockets: what lets a request in, and what its client is told.

#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;
#[path = "support/tokens.rs"]
mod tokens;

use saponify::service::{Service, load};
use saponify::wsdl::Files;
use saponify::wss::{PasswordHash, PasswordType, Secret, Sender, TimestampOut, TypeAttribute};
use stub::Stub;
use support::{Answer, SOAP, bridge, post};
use tokens::{USER, request, with};

const PATH: &str = "/soap/bancbox/BBXPort";
const OK: &str =
    r#"{"requestId":1700000000009,"status":1,"clientStatus":"ACTIVE","warnings":[],"errors":[]}"#;

struct Stage {
    stub: Stub,
    running: saponify::server::Running,
}

impl Stage {
    /// A SOAP front before a JSON backend, its `users` and its `security` as given.
    fn new(users: &str, security: &str) -> Self {
        Self::of(users, security, |service| service)
    }

    fn of(users: &str, security: &str, edit: impl FnOnce(Service) -> Service) -> Self {
        let stub = Stub::start();
        stub.say(200, "Content-Type: application/json\r\n", OK);
        let running = bridge(edit(support::service(&path(), &text(users, security), &stub.url())));
        Self { stub, running }
    }

    fn ask(&self, body: &str) -> Answer {
        post(self.running.address(), PATH, &[SOAP], body.as_bytes())
    }

    /// Whether `body` was let in; a refusal never reaches the backend.
    fn lets_in(&self, body: &str) -> bool {
        let before = self.stub.heard().len();
        let answer = self.ask(body);
        let called = self.stub.heard().len() - before;
        assert_eq!(called, usize::from(answer.status == 200), "{answer:?}");
        answer.status == 200
    }
}

fn path() -> String {
    format!("{}/samples/bancbox/soap-to-json.yaml", env!("CARGO_MANIFEST_DIR"))
}

fn text(users: &str, security: &str) -> String {
    format!(
        "version: 1
service: bancbox
contract: {{ wsdl: ../../wsdl/bancbox.wsdl }}
include: rules.yaml
fronts:
  soap:
    path: {PATH}
    auth: {{ users: {users} }}
    security: {security}
backend:
  json:
    url: http://localhost:1
    credentials: {{ fixed: {{ username: key, password: \"${{env:SAPONIFY_BANCBOX_SECRET}}\" }} }}
"
    )
}

/// The user of the samples.
const ONE: &str = "{ users: [{ name: ops@example.com, password: \"${env:SAPONIFY_BANCBOX_PASSWORD}\" }] }";

fn wrong() -> String {
    request(&Sender::default(), (USER.0, "wrong"))
}

#[test]
fn text_and_digest_are_let_in_and_a_repeated_digest_is_not() {
    let stage = Stage::new(ONE, "{}");
    assert!(stage.lets_in(&request(&Sender::default(), USER)));
    let digest = request(&Sender::digest(), USER);
    assert!(stage.lets_in(&digest) && !stage.lets_in(&digest));
    let text = request(&Sender { password: PasswordType::Text, ..Sender::digest() }, USER);
    assert!(stage.lets_in(&text) && !stage.lets_in(&text), "a text with a nonce is let in once");
    assert!(!stage.lets_in(&wrong()) && !stage.lets_in(&request(&Sender::digest(), ("nobody", USER.1))));
    assert!(!stage.lets_in(&tokens::bare()));
}

/// A front of names takes them without a password, and no other front does.
#[test]
fn names_without_a_password_are_taken_where_the_file_says_so() {
    let named = Sender { password: PasswordType::Absent, ..Sender::default() };
    let token = request(&named, ("portal", ""));
    assert!(token.contains("portal</wsse:Username></wsse:UsernameToken>"), "{token}");
    let names =
        "{ names: { callers: [{ name: portal }, { name: batch, operations: [] }], trust: a gateway } }";
    let edit = |text: &str| text.replace("auth: { users: NAMES }", &format!("auth: {names}"));
    let stub = Stub::start();
    stub.say(200, "Content-Type: application/json\r\n", OK);
    let file = edit(&text("NAMES", "{}"));
    let stage = Stage { running: bridge(support::service(&path(), &file, &stub.url())), stub };
    assert!(stage.lets_in(&token) && stage.lets_in(&token));
    let fresh = Sender { nonce: true, created: true, ..named.clone() };
    let once = request(&fresh, ("portal", ""));
    assert!(stage.lets_in(&once) && !stage.lets_in(&once), "with a nonce it is let in once");
    for refused in [
        request(&named, ("nobody", "")),
        request(&named, ("batch", "")),
        // Nobody would check that password.
        request(&Sender::default(), ("portal", USER.1)),
        request(&Sender::digest(), ("portal", USER.1)),
        tokens::bare(),
    ] {
        assert!(!stage.lets_in(&refused), "{refused}");
    }
    let users = Stage::new(ONE, "{}");
    assert!(!users.lets_in(&request(&named, (USER.0, ""))));
}

/// Without a reason each connection must have shown a certificate, also where another listener than that of the file has the front.
#[test]
fn names_without_a_reason_are_taken_with_a_certificate_alone() {
    let names = "{ names: { callers: [{ name: portal }] } }";
    let file = text("NAMES", "{}").replace("auth: { users: NAMES }", &format!("auth: {names}"));
    let listen =
        "listen: { tls: { certificate: \"${env:PEM}\", key: \"${env:PEM}\", client_ca: \"${env:PEM}\" } }\n";
    let known = support::Variables([("PEM", "-"), ("SAPONIFY_BANCBOX_SECRET", "s")].into());
    let loads =
        |text: &str| load(&path(), text, &known, &mut Files, None).map_err(|found| format!("{found:?}"));
    let refused = loads(&file).map(drop).expect_err("refused");
    assert!(refused.contains("CFG0422"), "{refused}");
    let mut service = loads(&(file + listen)).expect("it asks for certificates");
    assert!(service.wants_certificates());
    // As a listener would be that does not ask for them.
    service.listen = None;
    let running = bridge(service);
    let named = Sender { password: PasswordType::Absent, ..Sender::default() };
    let answer = post(running.address(), PATH, &[SOAP], request(&named, ("portal", "")).as_bytes());
    assert!(answer.status == 500 && answer.body.contains("FailedAuthentication"), "{answer:?}");
}

/// Of what is wrong with a token, its client learns nothing.
#[test]
fn every_failure_of_a_token_has_one_answer() {
    let stage = Stage::new(ONE, "{}");
    let old = saponify::wss::Fresh {
        nonce: [3; 64],
        id: 7,
        now: chrono::Utc::now() - chrono::Duration::seconds(400),
    };
    let used = request(&Sender::digest(), USER);
    assert!(stage.lets_in(&used));
    let stale = tokens::request_of(&Sender::digest(), USER, &old);
    let unknown = request(&Sender::default(), ("nobody", USER.1));
    let malformed = used.replace("==</wsse:Nonce>", "</wsse:Nonce>");
    let answers: Vec<_> =
        [wrong(), stale, unknown, used, malformed].iter().map(|body| stage.ask(body)).collect();
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (500, &answers[0].body), "{answer:?}");
        assert!(answer.body.contains("wsse:FailedAuthentication") && !answer.body.contains("detail"));
    }
}

#[test]
fn standard_faults_say_what_kind_of_failure_it_is() {
    let standard = "{ faults: standard, message_expired: wsu }";
    let stage = Stage::new(ONE, standard);
    let old = saponify::wss::Fresh {
        nonce: [3; 64],
        id: 7,
        now: chrono::Utc::now() - chrono::Duration::seconds(400),
    };
    let stale = stage.ask(&tokens::request_of(&Sender::digest(), USER, &old));
    assert!(stale.status == 500 && stale.body.contains(">wsu:MessageExpired<"), "{stale:?}");
    let used = request(&Sender::digest(), USER);
    assert!(stage.lets_in(&used) && stage.ask(&used).body.contains("wsse:InvalidSecurity<"));
    let unknown = stage.ask(&request(&Sender::default(), ("nobody", USER.1)));
    assert_eq!(unknown.body, stage.ask(&wrong()).body);
}

#[test]
fn the_strict_profile_takes_no_token_without_type_and_each_relaxation_can_be_named() {
    let untyped = Sender { type_attribute: TypeAttribute::Absent, ..Sender::default() };
    let compat = Stage::new(ONE, "{}");
    assert!(compat.lets_in(&request(&untyped, USER)));
    let strict = Stage::new(ONE, "{ profile: strict }");
    assert!(strict.lets_in(&request(&Sender::default(), USER)) && !strict.lets_in(&request(&untyped, USER)));
    let relaxed = Stage::new(ONE, "{ profile: strict, missing_type: true }");
    assert!(relaxed.lets_in(&request(&untyped, USER)));
    let other = Sender { type_attribute: TypeAttribute::Other("#PasswordText".into()), ..Sender::default() };
    assert!(!compat.lets_in(&request(&other, USER)));
}

#[test]
fn a_foreign_action_is_refused_where_the_profile_is_strict() {
    let ask = |stage: &Stage, action: &str| {
        let body = request(&Sender::default(), USER);
        post(stage.running.address(), PATH, &[SOAP, ("SOAPAction", action)], body.as_bytes()).status
    };
    let (compat, strict) = (Stage::new(ONE, "{}"), Stage::new(ONE, "{ profile: strict }"));
    for (action, in_compat, in_strict) in [("\"\"", 200, 200), ("urn:foreign", 200, 500)] {
        assert_eq!((ask(&compat, action), ask(&strict, action)), (in_compat, in_strict), "{action}");
    }
}

#[test]
fn a_timestamp_is_answered_by_a_timestamp() {
    let timestamp = Some(TimestampOut { life: 300, last: false });
    let stamped = request(&Sender { timestamp, ..Sender::digest() }, USER);
    let plain = request(&Sender::default(), USER);
    let (auto, required) = (Stage::new(ONE, "{}"), Stage::new(ONE, "{ timestamp: require }"));
    assert!(auto.ask(&stamped).body.contains("<wsu:Timestamp><wsu:Created>"));
    assert!(!auto.ask(&plain).body.contains("Timestamp"));
    assert!(required.lets_in(&stamped) && !required.lets_in(&plain));
    let never = Stage::new(ONE, "{ response_timestamp: never }").ask(&stamped);
    assert!(never.status == 200 && !never.body.contains("Timestamp"), "{never:?}");
    let always = Stage::new(ONE, "{ response_timestamp: always }").ask(&plain);
    assert!(always.status == 200 && always.body.contains("<wsu:Timestamp>"), "{always:?}");
}

/// A SOAP backend's Timestamp counts where the service file says so.
#[test]
fn the_timestamp_of_a_reply_is_looked_at() {
    let status = |policy: &str, age: Option<i64>| {
        let stub = Stub::start();
        stub.say(200, "Content-Type: text/xml\r\n", &reply(age));
        let path = format!("{}/samples/bancbox/json-to-soap.yaml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("sample");
        let text = text.replacen("  soap:\n", &format!("  soap:\n    response_timestamp: {policy}\n"), 1);
        assert!(text.contains(policy), "{text}");
        let running = bridge(support::service(&path, &text, &stub.url()));
        let request = include_str!("../samples/bancbox/request.json");
        post(running.address(), "/bancbox/updateClient", &[support::JSON], request.as_bytes()).status
    };
    let all = |policy| [None, Some(0), Some(400), Some(-90)].map(|age| status(policy, age));
    assert_eq!(all("ignore"), [200, 200, 200, 200]);
    assert_eq!(all("if_present"), [200, 200, 502, 502]);
    assert_eq!(all("require"), [502, 200, 502, 502]);
}

/// The reply of the sample with a Timestamp that is `age` seconds old.
fn reply(age: Option<i64>) -> String {
    let sample = include_str!("../samples/bancbox/response-ok.xml");
    let Some(age) = age else { return sample.to_owned() };
    let made = chrono::Utc::now() - chrono::Duration::seconds(age);
    let time = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let header = format!(
        "<soap:Header><s:Security xmlns:s='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd' \
         xmlns:u='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'><u:Timestamp><u:Created>{}\
         </u:Created><u:Expires>{}</u:Expires></u:Timestamp></s:Security></soap:Header><soap:Body>",
        time(made),
        time(made + chrono::Duration::seconds(300))
    );
    sample.replacen("<soap:Body>", &header, 1)
}

#[test]
fn the_actor_of_the_bridge_can_be_named() {
    let named = Sender { actor: Some("urn:example:gateway".into()), ..Sender::default() };
    let body = request(&named, USER);
    assert!(!Stage::new(ONE, "{}").lets_in(&body));
    assert!(Stage::new(ONE, "{ actors: [urn:example:gateway] }").lets_in(&body));
}

#[test]
fn guesses_slow_their_user_down_and_nobody_else() {
    let users = "{ users: [{ name: ops@example.com, password: \"${env:SAPONIFY_BANCBOX_PASSWORD}\" },
        { name: other, password: \"${env:SAPONIFY_BANCBOX_SECRET}\" }] }";
    let stage = Stage::of(users, "{}", |mut service| {
        service.limits.wss.failures = 3;
        service
    });
    assert!((0..3).all(|_| !stage.lets_in(&wrong())));
    assert!(!stage.lets_in(&request(&Sender::default(), USER)), "too many failures");
    assert!(stage.lets_in(&request(&Sender::default(), ("other", "canary-secret"))));
}

/// A file of users in a directory of its own.
fn users_file(test: &str, users: &str) -> String {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    std::fs::create_dir_all(&folder).expect("directory");
    let path = folder.join("users.yaml");
    std::fs::write(&path, users).expect("written");
    path.to_string_lossy().into_owned()
}

#[test]
fn users_are_in_a_file_with_hashes_and_what_they_may_call() {
    let hash = PasswordHash::of(&Secret::new("not-a-real-secret")).expect("random bytes");
    let users = format!(
        "users:
  - {{ name: hashed, hash: \"{hash}\" }}
  - {{ name: plain, password: \"${{env:SAPONIFY_BANCBOX_PASSWORD}}\", operations: [updateClient] }}
  - {{ name: idle, password: \"${{env:SAPONIFY_BANCBOX_PASSWORD}}\", operations: [] }}
"
    );
    let file = users_file("hashes", &users);
    let stage = Stage::new(&format!("{{ file: {file} }}"), "{}");
    let text = Sender::default();
    for _ in 0..2 {
        assert!(stage.lets_in(&request(&text, ("hashed", USER.1))));
        assert!(!stage.lets_in(&request(&text, ("hashed", "wrong"))));
    }
    assert!(!stage.lets_in(&request(&Sender::digest(), ("hashed", USER.1))), "a hash verifies no digest");
    assert!(stage.lets_in(&request(&Sender::digest(), ("plain", USER.1))));
    assert!(!stage.lets_in(&request(&text, ("idle", USER.1))), "idle may call nothing");
    assert!(!stage.lets_in(&request(&text, ("nobody", USER.1))));
}

#[test]
fn a_file_of_users_that_is_wrong_is_told_with_its_place() {
    let variables = support::Variables(support::VARIABLES.iter().copied().collect());
    let misspelt =
        "users: [{ name: x, password: \"${env:SAPONIFY_BANCBOX_PASSWORD}\", operations: [updateClients] }]";
    for (users, expected) in [
        (
            "users: [{ name: third }]",
            "/users.yaml:1:9: users[0]: one of password and hash is needed [CFG0412]",
        ),
        ("users: []", "/users.yaml:1:8: "),
        (misspelt, "no operation `updateClients`; did you mean `updateClient`?"),
    ] {
        let text = text(&format!("{{ file: {} }}", users_file("wrong", users)), "{}");
        let problems = load(&path(), &text, &variables, &mut Files, None).expect_err("users that are wrong");
        let said = problems[0].to_string();
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn two_headers_for_this_node_are_refused_and_one_for_another_is_passed_over() {
    let stage = Stage::new(ONE, "{}");
    let block = |sender: &Sender| {
        let whole = request(sender, USER);
        let (from, to) =
            (whole.find("<wsse:Security").expect("header"), whole.find("</soapenv:Header>").expect("end"));
        whole[from..to].to_owned()
    };
    let (own, other) =
        (block(&Sender::default()), block(&Sender { actor: Some("urn:other".into()), ..Sender::default() }));
    assert!(!stage.lets_in(&with(&format!("{own}{own}"))));
    assert!(stage.lets_in(&with(&format!("{own}{other}"))));
    assert!(!stage.lets_in(&with(&other)));
    assert!(!stage.lets_in(&with(&format!("<x:y xmlns:x=\"urn:x\">{own}</x:y>"))));
}

#[test]
fn mistakes_in_the_service_file_are_told() {
    for (users, security, expected) in [
        ("{}", "{}", "one of `users` and `file` is needed"),
        ("{ users: [{ name: a }] }", "{}", "users[0]: one of password and hash is needed"),
        ("{ users: [{ name: a, hash: secret }] }", "{}", "users[0].hash: not an Argon2id hash"),
        ("{ users: [{ name: a, password: secret }] }", "{}", "a secret must be a reference"),
        ("{ file: nowhere.yaml }", "{}", "nowhere.yaml cannot be read: "),
        (ONE, "{ profil: strict }", "profil"),
        (ONE, "{ sender_fault_status: 401 }", "expected 400 or 500"),
        (
            "{ users: [{ name: a, password: \"${env:SAPONIFY_BANCBOX_SECRET}\", operations: [updateClients] }] }",
            "{}",
            "the contract has no operation `updateClients`; did you mean `updateClient`?",
        ),
    ] {
        let variables = support::Variables(support::VARIABLES.iter().copied().collect());
        let text = text(users, security);
        let loaded = saponify::service::load(&path(), &text, &variables, &mut saponify::wsdl::Files, None);
        let problems = loaded.expect_err(expected);
        let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|said| said.contains(expected)), "{expected}: {said:?}");
    }
}

/// A knob that would send something else than was asked for is found before anything runs.
#[test]
fn mistakes_in_a_token_for_the_backend_are_told() {
    let path = format!("{}/samples/bancbox/json-to-soap.yaml", env!("CARGO_MANIFEST_DIR"));
    for (knob, expected) in [
        ("password: digest, nonce: false", "a digest needs nonce and created"),
        ("password: digest, created: false", "a digest needs nonce and created"),
        ("password: text, password_encoding: sha1", "sha1 is for digests"),
        ("prefixes: { wsse: a, wsu: a }", "the two prefixes must differ"),
        ("prefixes: { wsse: \"1a\" }", "username_token.prefixes.wsse: not a prefix"),
        ("prefixes: { wsse: xml }", "username_token.prefixes.wsse: not a prefix"),
        ("nonce_length: 7", "expected 8 to 64 bytes"),
        ("nonce_length: 65", "expected 8 to 64 bytes"),
        ("order: [nonce, nonce]", "a child is there twice"),
        ("must_understand: 2", "expected 1, true or absent"),
        ("timestamp: { lifetime: 0s }", "expected a time such as 5m, from 1s"),
        ("clock_offset: 2h", "at most 60m"),
    ] {
        let text = std::fs::read_to_string(&path).expect("sample");
        let from = text.find("    username_token:").expect("a token");
        let to = text[from..].find('\n').expect("a line") + from;
        let text =
            format!("{}    username_token: {{ credentials: caller, {knob} }}{}", &text[..from], &text[to..]);
        let variables = support::Variables(support::VARIABLES.iter().copied().collect());
        let loaded = saponify::service::load(&path, &text, &variables, &mut saponify::wsdl::Files, None);
        let said: Vec<_> = loaded.expect_err(knob).iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|said| said.contains(expected)), "{knob}: {said:?}");
    }
}
