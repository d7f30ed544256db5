//! The program itself, with its log: every entry, and not a word of what was sent.

use regex::Regex;

use super::check::Attack;
use super::count::turn;
use super::data::{Service, Way, entries};
use super::program::Program;
use super::stage::{Stage, file, opposite};
use super::support::VARIABLES;

#[test]
fn the_log_has_one_line_for_a_failure_and_nothing_of_what_was_sent() {
    let _turn = turn();
    let line = Regex::new(
        r"^\d{4}-\S+Z (ERROR| WARN) (request \d{13} vault/(Store|-): |vault/Store: the reply has )[^\p{C}]+$",
    )
    .expect("pattern");
    for way in [Way::RequestSoap, Way::RequestJson, Way::ReplySoap, Way::ReplyJson] {
        let log = log_of(way);
        let wrong: Vec<&str> = log.lines().filter(|found| !line.is_match(found)).collect();
        assert!(log.lines().count() > 10 && wrong.is_empty(), "{way:?}: {wrong:#?}");
        for leak in [
            "value-canary",
            "not-a-real-secret",
            "canary-secret",
            "file-canary",
            "panicked",
            ".rs:",
            "/backend",
        ] {
            assert!(!log.contains(leak), "{way:?}: {leak} is told");
        }
    }
}

/// What the program writes once it is ready, all entries of the way `way` being sent.
fn log_of(way: Way) -> String {
    let stage = Stage::new(Service::Vault, way);
    let (url, file) = (stage.backend.url(), file(Service::Vault, way));
    let arguments = ["-c", &file, "--backend-url", &url];
    let program = Program::start(&format!("{way:?}"), &arguments, VARIABLES.iter().copied());
    for entry in entries().iter().filter(|entry| entry.ways.contains(&way) && entry.service == Service::Vault)
    {
        let attack = Attack::new(entry, way, &stage);
        let (request, reply) = match way.is_reply() {
            true => (opposite(way), attack.sent),
            false => (attack.sent, opposite(way)),
        };
        stage.backend.say(reply.bytes());
        assert_ne!(request.post(program.address()).status, 0, "{}: an answer", entry.name);
    }
    let log = program.stopped();
    let (_, served) = log.split_once("ready after").expect("it was ready");
    let (served, _) = served.split_once(" INFO stopping").expect("it was stopped");
    let lines: Vec<&str> = served.lines().collect();
    // The rest of the line that says so, and the beginning of the one that says the other.
    lines[1..lines.len() - 1].join("\n")
}
