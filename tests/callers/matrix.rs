//! The table, cell by cell.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::client::{Front, Proof, Sends, call};
use super::heard::{Got, credentials};
use super::stage::{Stage, loaded, text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    messages: BTreeMap<char, String>,
    backends: Vec<Backend>,
    callers: Vec<Caller>,
    words: BTreeMap<String, String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Backend {
    name: String,
    soap: Option<String>,
    json: Option<String>,
    #[serde(default)]
    inside: bool,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Caller {
    front: Front,
    auth: String,
    sends: Sends,
    /// Whether the operation says that credentials are in the body.
    #[serde(default)]
    inside: bool,
    outcomes: String,
}

impl Table {
    fn read() -> Self {
        serde_saphyr::from_str(include_str!("matrix.yaml")).expect("table")
    }

    fn spelled(&self, text: &str) -> String {
        self.words.iter().fold(text.to_owned(), |text, (word, meaning)| text.replace(word.as_str(), meaning))
    }

    /// The service file of a cell.
    fn text(&self, caller: &Caller, backend: &Backend) -> String {
        let side = match (&backend.soap, &backend.json) {
            (Some(soap), _) => format!("soap: {{ url: http://127.0.0.1:9, {soap} }}"),
            (None, json) => format!("json: {{ url: http://127.0.0.1:9, {} }}", json.as_deref().unwrap_or("")),
        };
        let inside = caller.inside || backend.inside;
        let more = if inside { INSIDE } else { "" };
        text(caller.front.name(), &self.spelled(&caller.auth), &self.spelled(&side), more)
    }
}

const INSIDE: &str =
    "operations: { Store: { credentials: { username: login.user, password: login.secret } } }";

#[test]
fn every_caller_meets_every_backend_as_the_table_says() {
    let table = Table::read();
    let mut failed = Vec::new();
    let mut cells = 0;
    for caller in &table.callers {
        let outcomes: Vec<char> = caller.outcomes.chars().filter(|c| !c.is_whitespace()).collect();
        assert_eq!(outcomes.len(), table.backends.len(), "{:?} {}", caller.front, caller.auth);
        for (backend, outcome) in table.backends.iter().zip(outcomes) {
            let place = format!("{:?} {} {:?} -> {}", caller.front, caller.auth, caller.sends, backend.name);
            cells += 1;
            failed.extend(cell(&table, caller, backend, outcome).err().map(|why| format!("{place}: {why}")));
        }
    }
    assert!(failed.is_empty(), "{} of {cells}\n{}", failed.len(), failed.join("\n"));
}

fn cell(table: &Table, caller: &Caller, backend: &Backend, outcome: char) -> Result<(), String> {
    let text = table.text(caller, backend);
    match outcome {
        '-' => Ok(()),
        'F' | 'N' | 'P' => works(&text, caller, backend, outcome),
        'x' => refused(&text, caller),
        code => {
            let expected = table.messages.get(&code).expect("a message");
            match loaded(&text, None) {
                Err(said) if said.contains(expected) && said.contains("fronts.") => Ok(()),
                Err(said) => Err(format!("it says {said}")),
                Ok(_) => Err("it is loaded".to_owned()),
            }
        }
    }
}

fn works(text: &str, caller: &Caller, backend: &Backend, outcome: char) -> Result<(), String> {
    let stage = Stage::new(text, caller.sends == Sends::Certificate)?;
    let proof = Proof::of(caller.sends);
    let answer = call(&stage, caller.front, &proof);
    let heard = stage.stub.heard();
    let [heard] = heard.as_slice() else { return Err(format!("{} calls, {answer:?}", heard.len())) };
    if answer.status != 200 {
        return Err(format!("{answer:?}"));
    }
    let got = credentials(heard);
    let [got] = got.as_slice() else { return Err(format!("the backend got {got:?}")) };
    check(got, &backend.name, outcome)?;
    let leaks = ["key-of-orders", "password-of-orders", "not-a-real-secret"]
        .into_iter()
        .filter(|secret| outcome != 'P' && (heard.head.contains(secret) || heard.body.contains(secret)));
    let passed_on =
        proof.headers.iter().filter(|(_, value)| outcome != 'P' && heard.head.contains(value.as_str()));
    if leaks.count() + passed_on.count() > 0 {
        return Err("the backend got what the caller sent".to_owned());
    }
    no_token_of_the_caller(got, heard.body.matches("Username>").count())
}

/// The kind of credential is in the name of the column.
fn check(got: &Got, column: &str, outcome: char) -> Result<(), String> {
    let (name, password) = match outcome {
        'N' => ("bridge-for-orders", "own-secret"),
        'P' => ("orders", "password-of-orders"),
        _ => ("bridge", "fixed-secret"),
    };
    let right = match got {
        Got::Password { name: given, kind, proves } => {
            column.contains(kind) && given == name && proves.is(password)
        }
        Got::Value(kind, value) if column.ends_with("oauth2") => {
            *kind == "bearer" && value == "backend-token"
        }
        Got::Value(kind, value) => column.contains(kind) && value == "backend-secret",
    };
    if right { Ok(()) } else { Err(format!("the backend got {got:?}")) }
}

fn no_token_of_the_caller(got: &Got, tags: usize) -> Result<(), String> {
    let own = matches!(got, Got::Password { kind: "text" | "digest", .. });
    let expected = if own { 2 } else { 0 };
    if tags == expected { Ok(()) } else { Err("the backend got another UsernameToken".to_owned()) }
}

fn refused(text: &str, caller: &Caller) -> Result<(), String> {
    let stage = Stage::new(text, false)?;
    let answer = call(&stage, caller.front, &Proof::of(caller.sends));
    let told = answer.status == 500 && answer.body.contains("wsse:FailedAuthentication");
    if told && stage.stub.heard().is_empty() { Ok(()) } else { Err(format!("{answer:?}")) }
}

/// Callers whom the backend has nothing for, and callers who do not prove anything, never reach it.
#[test]
fn whoever_proves_nothing_is_refused_before_anything_is_called() {
    let table = Table::read();
    let backend =
        table.backends.iter().find(|backend| backend.name == "JSON basic by_caller").expect("column");
    for caller in table.callers.iter().filter(|caller| caller.auth.chars().all(|c| c.is_ascii_uppercase())) {
        let place = format!("{:?} {} {:?}", caller.front, caller.auth, caller.sends);
        let secure = caller.sends == Sends::Certificate;
        let text = table.text(caller, backend);
        let stage = Stage::new(&text, secure).expect("stage");
        let answer = call(&stage, caller.front, &Proof::of(Sends::Nothing));
        assert!(refuses(caller.front, answer.status, 401), "{place}: {answer:?}");
        let stranger = text.replace("{ orders:", "{ others:");
        let stage = Stage::new(&stranger, secure).expect("stage");
        let answer = call(&stage, caller.front, &Proof::of(caller.sends));
        assert!(refuses(caller.front, answer.status, 403), "{place}: {answer:?}");
        assert!(stage.stub.heard().is_empty(), "{place}");
    }
}

/// JSON clients are told by the status, SOAP clients by a fault.
fn refuses(front: Front, status: u16, json: u16) -> bool {
    status == if front == Front::Json { json } else { 500 }
}
