//! Requests that are no messages but bytes: whoever cuts them otherwise than the bridge must not find a second request.

use std::time::Duration;

use serde::Deserialize;

use super::count::turn;
use super::data::{Service, Way, read};
use super::program::until;
use super::stage::{Stage, opposite};
use super::support::raw;

/// Bytes, and the statuses with which they may be refused; 0 is no answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bytes {
    row: String,
    name: String,
    raw: String,
    status: Vec<u16>,
    pending: Option<String>,
}

/// The rows that bytes are about.
pub fn rows() -> Vec<String> {
    read::<Vec<Bytes>>("smuggling").into_iter().map(|case| case.row).collect()
}

#[test]
fn bytes_with_two_meanings_are_refused() {
    let _turn = turn();
    // Short, for some of them are never complete.
    let deadline = Duration::from_millis(300).as_millis() as u64;
    let stage = Stage::with(
        Service::Vault,
        Way::RequestJson,
        1,
        |limits| limits.http.body_deadline = deadline,
        |text| text,
    );
    let mut failed = Vec::new();
    for case in read::<Vec<Bytes>>("smuggling") {
        match &case.pending {
            Some(reason) => println!("pending: {} {}: {reason}", case.row, case.name),
            None => failed.extend(check(&case, &stage).err()),
        }
    }
    assert!(failed.is_empty(), "{} failed\n{}", failed.len(), failed.join("\n"));
}

fn check(case: &Bytes, stage: &Stage) -> Result<(), String> {
    stage.backend.say(opposite(Way::RequestJson).bytes());
    let rest = "POST /vault/Store HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
    let bytes = case
        .raw
        .replace("{{basic}}", "Authorization: Basic b3BzQGV4YW1wbGUuY29tOm5vdC1hLXJlYWwtc2VjcmV0\r\n")
        .replace("{{length}}", &rest.len().to_string())
        .replace("{{rest}}", rest)
        .replace("{{long}}", &"a".repeat(20_000));
    let before = stage.failures();
    let answer = raw(stage.address(), bytes.as_bytes());
    if answer.status != 200 {
        until(|| (stage.failures() != before).then_some(()));
    }
    let (calls, second) = (stage.backend.heard().len(), answer.body.matches("HTTP/1.1 ").count());
    let right = case.status.contains(&answer.status) && calls == 0 && second == 0;
    if right {
        Ok(())
    } else {
        Err(format!("== {} {}\n{calls} calls, {second} more answers, {answer:?}", case.row, case.name))
    }
}
