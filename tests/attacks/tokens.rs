//! Tokens that are not right, and right ones that come again.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::count::{outside, turn};
use super::data::{Service, Way, read};
use super::make;
use super::stage::{Sent, Stage, opposite};
use super::support::Answer;
use super::token::Token;

/// Tokens, and what must come of each.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    row: String,
    name: String,
    /// The only kind of password that the front accepts.
    accept: Option<String>,
    /// What was accepted before.
    first: Option<Token>,
    tokens: Vec<Token>,
    fault: Option<String>,
    #[serde(default)]
    accepted: bool,
    pending: Option<String>,
}

/// The rows that tokens are about.
pub fn rows() -> Vec<String> {
    let own = ["A34", "A35", "A53"].map(str::to_owned);
    read::<Vec<Case>>("tokens").into_iter().map(|case| case.row).chain(own).collect()
}

#[test]
fn every_token_gets_its_answer() {
    let _turn = turn();
    let mut failed = Vec::new();
    for case in read::<Vec<Case>>("tokens") {
        match &case.pending {
            Some(reason) => println!("pending: {} {}: {reason}", case.row, case.name),
            None => failed.extend(check(&case)),
        }
    }
    assert!(failed.is_empty(), "{} failed\n{}", failed.len(), failed.join("\n"));
}

fn check(case: &Case) -> Vec<String> {
    let stage = stage(case.accept.as_deref(), 1, |_| {});
    let now = Utc::now();
    if let Some(first) = &case.first {
        assert_eq!(post(&stage, first, now).status, 200, "{}: the first is accepted", case.name);
    }
    let judged = case.tokens.iter().map(|token| (token, judge(case, &post(&stage, token, now), &stage)));
    let judged: Vec<_> = judged.collect();
    let refused = if case.accepted { 0 } else { case.tokens.len() };
    assert_eq!(stage.security_failures(), refused, "{}: counted", case.name);
    let wrong = judged.into_iter().filter(|(_, right)| !right.0);
    wrong.map(|(token, why)| format!("== {} {}\n{token:?}\n{}", case.row, case.name, why.1)).collect()
}

fn judge(case: &Case, answer: &Answer, stage: &Stage) -> (bool, String) {
    let calls = stage.backend.heard().len();
    let fault = case.fault.as_deref().map(|fault| format!("wsse:{fault}</faultcode>"));
    let right = match fault {
        None => case.accepted && answer.status == 200 && calls == 1,
        Some(fault) => answer.status == 500 && answer.body.contains(&fault) && calls == 0,
    };
    let leaks = answer.body.contains("not-a-real-secret") || answer.body.contains("ops@example.com");
    (right && !leaks, format!("{} calls, {answer:?}", calls))
}

fn stage(accept: Option<&str>, threads: usize, change: impl FnOnce(&mut saponify::limits::Limits)) -> Stage {
    let accept = accept.map(|kind| format!("accept: [{kind}]"));
    let edit = |text: String| match &accept {
        Some(accept) => text.replace("accept: [digest, text]", accept),
        None => text,
    };
    Stage::with(Service::Vault, Way::RequestSoap, threads, change, edit)
}

fn request(token: &Token, now: DateTime<Utc>) -> Sent {
    Sent::request(true, make::secured(&token.block_at(now)))
}

fn post(stage: &Stage, token: &Token, now: DateTime<Utc>) -> Answer {
    stage.backend.say(opposite(Way::RequestSoap).bytes());
    request(token, now).post(stage.address())
}

/// A34: the claim is one step, whichever thread it is on.
#[test]
fn of_64_copies_at_once_one_is_accepted() {
    let _turn = turn();
    let stage = stage(None, 2, |_| {});
    stage.backend.say(opposite(Way::RequestSoap).bytes());
    let sent = request(&Token { digest: true, ..Token::default() }, Utc::now());
    let accepted = std::thread::scope(|scope| {
        let copy = || {
            outside();
            sent.post(stage.address()).status
        };
        let copies: Vec<_> = (0..64).map(|_| scope.spawn(copy)).collect();
        copies.into_iter().filter_map(|copy| copy.join().ok()).filter(|status| *status == 200).count()
    });
    assert_eq!((accepted, stage.backend.heard().len()), (1, 1));
}

/// A35: whoever does not know the password cannot fill the memory of nonces.
#[test]
fn wrong_passwords_leave_the_memory_of_nonces_as_it_is() {
    let _turn = turn();
    let stage = stage(None, 1, |limits| (limits.wss.replay_entries, limits.wss.failures) = (2, 1000));
    let wrong = Token { digest: true, secret: "wrong".to_owned(), ..Token::default() };
    for _ in 0..200 {
        assert_eq!(post(&stage, &wrong, Utc::now()).status, 500);
    }
    let right = Token { digest: true, ..Token::default() };
    assert_eq!(post(&stage, &right, Utc::now()).status, 200);
    // A digest is remembered by its nonce and by itself, which fills the memory.
    let refused = post(&stage, &right, Utc::now());
    assert!(
        refused.status == 500
            && refused.head.contains("retry-after: 1")
            && refused.body.contains("wsse:FailedAuthentication"),
        "{refused:?}"
    );
}

/// A53: the answers do not tell whether it was the name or the password.
#[test]
fn an_unknown_user_and_a_wrong_password_look_the_same() {
    let _turn = turn();
    let stage = stage(None, 1, |_| {});
    let body = |username: &str, digest| {
        let token =
            Token { username: username.to_owned(), secret: "wrong".to_owned(), digest, ..Token::default() };
        post(&stage, &token, Utc::now()).body
    };
    for digest in [false, true] {
        assert_eq!(body("nobody", digest), body("ops@example.com", digest));
    }
}
