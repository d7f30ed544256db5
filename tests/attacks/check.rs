//! Every entry of the data, against a bridge of its own.

use super::count::{measured, turn};
use super::data::{Entry, Expect, Way, entries};
use super::make;
use super::stage::{Sent, Stage, opposite};
use super::support::Answer;

#[test]
fn requests_of_soap_clients() {
    run(Way::RequestSoap);
}

#[test]
fn requests_of_json_clients() {
    run(Way::RequestJson);
}

#[test]
fn replies_of_soap_backends() {
    run(Way::ReplySoap);
}

#[test]
fn replies_of_json_backends() {
    run(Way::ReplyJson);
}

fn run(way: Way) {
    let _turn = turn();
    let all = entries();
    let due = || all.iter().filter(|entry| entry.ways.contains(&way));
    let failed: Vec<String> = due()
        .filter(|entry| entry.pending.is_none())
        .filter_map(|entry| {
            check(entry, way).err().map(|why| format!("== {} {}\n{why}", entry.row, entry.name))
        })
        .collect();
    for entry in due() {
        if let Some(reason) = &entry.pending {
            println!("pending: {} {}: {reason}", entry.row, entry.name);
        }
    }
    assert!(due().count() > 10 && failed.is_empty(), "{} failed\n{}", failed.len(), failed.join("\n"));
}

fn check(entry: &Entry, way: Way) -> Result<(), String> {
    let stage = Stage::new(entry.service, way);
    let attack = Attack::new(entry, way, &stage);
    // Once without harm, so that only what the attack costs is counted.
    exchange(&stage, way, None);
    let before = stage.failures();
    let (answer, peak, _) = measured(|| exchange(&stage, way, Some(&attack.sent)));
    attack.judge(&answer, &stage)?;
    attack.counted(&before, &stage)?;
    let most = entry.memory * attack.sent.bytes().len() + SMALL;
    if peak <= most { Ok(()) } else { Err(format!("{peak} bytes of memory, {most} are allowed")) }
}

/// What an exchange needs whatever is in it.
const SMALL: usize = 512 * 1024;

/// One exchange in which one side says `attack`, or nobody anything hostile.
pub fn exchange(stage: &Stage, way: Way, attack: Option<&Sent>) -> Answer {
    let harmless = || match way {
        Way::RequestSoap | Way::RequestJson => Sent::request(way.is_soap(), make::benign(way, 0)),
        Way::ReplySoap | Way::ReplyJson => Sent::reply(way.is_soap(), 200, make::benign(way, 0)),
    };
    let (this, other) = (attack.cloned().unwrap_or_else(harmless), opposite(way));
    let (request, reply) = if way.is_reply() { (other, this) } else { (this, other) };
    stage.backend.say(reply.bytes());
    request.post(stage.address())
}

/// An entry that goes one way.
pub struct Attack<'e> {
    pub entry: &'e Entry,
    pub way: Way,
    pub sent: Sent,
    file: String,
}

impl<'e> Attack<'e> {
    pub fn new(entry: &'e Entry, way: Way, stage: &Stage) -> Self {
        let file = format!("{}/attacked.txt", env!("CARGO_TARGET_TMPDIR"));
        std::fs::write(&file, "file-canary").expect("canary");
        let known =
            [("canary", stage.canary.url().replace("/backend", "/elsewhere")), ("file", file.clone())];
        let body = make::message(entry, way, &known);
        let mut sent = match way.is_reply() {
            true => Sent::reply(way.is_soap(), entry.status.unwrap_or(200), body),
            false => Sent::request(way.is_soap(), body),
        };
        if let Some(line) = &entry.line {
            sent.line.clone_from(line);
        }
        entry.head.iter().for_each(|(name, value)| sent.set(name, &value.replace("{{canary}}", &known[0].1)));
        Self { entry, way, sent, file }
    }

    /// Whether everything is as it must be.
    pub fn judge(&self, answer: &Answer, stage: &Stage) -> Result<(), String> {
        let seen = |what: &str| Err(format!("{what}\n{}", short(answer)));
        let heard = stage.backend.heard();
        let calls = usize::from(self.way.is_reply() || self.entry.expect.accepted);
        if heard.len() != calls {
            return seen(&format!("the backend was called {} times", heard.len()));
        }
        if !stage.canary.heard().is_empty() {
            return seen("somebody looked up what the message refers to");
        }
        if let Some(leak) = self.leaks(stage).into_iter().find(|leak| told(answer).contains(leak)) {
            return seen(&format!("{leak} is told"));
        }
        if self.entry.expect.accepted { self.passed(answer, &heard) } else { self.refused(answer) }
    }

    /// Whether it was counted once, under its name; what is wrong with a reply is the backend's.
    fn counted(&self, before: &[(String, String)], stage: &Stage) -> Result<(), String> {
        let name = match self.entry.metric.as_deref().unwrap_or_default() {
            name if name.starts_with("backend_") || !self.way.is_reply() => name,
            _ => "bad_reply",
        };
        let mut counted = stage.failures();
        counted.retain(|count| !before.contains(count));
        let right = match self.entry.expect.accepted {
            true => counted.is_empty(),
            false => counted == [(name.to_owned(), "1".to_owned())],
        };
        if right { Ok(()) } else { Err(format!("expected one {name}, counted {counted:?}")) }
    }

    fn passed(&self, answer: &Answer, heard: &[String]) -> Result<(), String> {
        let target = if self.way.is_reply() { &answer.body } else { &heard[0] };
        let wanted = self.entry.expect.passed_on.as_deref().unwrap_or("");
        // An operation without a response answers 202.
        let right = matches!(answer.status, 200 | 202) && target.contains(wanted);
        if right {
            Ok(())
        } else {
            Err(format!("expected {wanted:?} to pass\n{}\n{target:.2000}", short(answer)))
        }
    }

    fn refused(&self, answer: &Answer) -> Result<(), String> {
        let wanted = wanted(self.way, &self.entry.expect);
        let (http, fault, code) = (wanted.http, wanted.fault.as_deref(), wanted.code.as_deref());
        let fault = fault.is_none_or(|fault| {
            ["faultcode", "soapenv:Value"]
                .iter()
                .any(|tag| answer.body.contains(&format!(":{fault}</{tag}>")))
        });
        let code = code.is_none_or(|code| {
            answer.body.contains(&format!("code>{code}<"))
                || answer.body.contains(&format!("\"code\":\"{code}\""))
        });
        let right = http == Some(answer.status) && fault && code;
        if right { Ok(()) } else { Err(format!("expected {wanted:?}\n{}", short(answer))) }
    }

    /// What no answer may tell.
    fn leaks(&self, stage: &Stage) -> Vec<String> {
        let own = if self.entry.expect.accepted { "panicked" } else { "value-canary" };
        let backend = stage.backend.address.to_string();
        let known = ["not-a-real-secret", "canary-secret", "panicked", "file-canary", ".rs:"];
        // What the message says itself may come back with it.
        let file = if self.entry.expect.accepted { "file-canary" } else { &self.file };
        let places = [backend, file.to_owned(), own.to_owned()];
        let all = known.iter().map(|leak| (*leak).to_owned()).chain(places);
        all.chain(self.entry.expect.never.iter().cloned()).collect()
    }
}

fn told(answer: &Answer) -> String {
    format!("{}{}", answer.head, answer.body)
}

fn short(answer: &Answer) -> String {
    format!("{} {:.1200}", answer.status, answer.body)
}

/// What is expected, with the usual refusal of the way for what is not said.
fn wanted(way: Way, said: &Expect) -> Expect {
    let (http, fault, code) = match way {
        Way::RequestSoap => (500, Some("Client"), "BRG00151"),
        Way::RequestJson => (400, None, "BRG00150"),
        Way::ReplySoap => (502, None, "BRG00302"),
        Way::ReplyJson => (500, Some("Server"), "BRG00302"),
    };
    let fault = said.fault.clone().or_else(|| fault.map(str::to_owned));
    // Faults about a header have no detail.
    let bare = fault.as_deref().is_some_and(|fault| !matches!(fault, "Client" | "Server"));
    let code = said.code.clone().or_else(|| (!bare).then(|| code.to_owned()));
    // Faults of SOAP 1.1 have one status, whatever HTTP has for the refusal.
    let http = if way == Way::RequestSoap { http } else { said.http.unwrap_or(http) };
    Expect { http: Some(http), fault, code, ..Expect::default() }
}
