//! The program itself, with its log: every entry, and not a word of what was sent.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use regex::Regex;

use super::check::Attack;
use super::count::turn;
use super::data::{Service, Way, entries};
use super::stage::{Stage, file, opposite};
use super::support::VARIABLES;

#[test]
fn the_log_has_one_line_for_a_failure_and_nothing_of_what_was_sent() {
    let _turn = turn();
    let line =
        Regex::new(r"^saponify: (request \d{13} vault/(Store|-): |vault/Store: the reply has )[^\p{C}]+$")
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
    let program = Program::start(way, &stage.backend.url());
    for entry in entries().iter().filter(|entry| entry.ways.contains(&way) && entry.service == Service::Vault)
    {
        let attack = Attack::new(entry, way, &stage);
        let (request, reply) = match way.is_reply() {
            true => (opposite(way), attack.sent),
            false => (attack.sent, opposite(way)),
        };
        stage.backend.say(reply.bytes());
        assert_ne!(request.post(program.address).status, 0, "{}: an answer", entry.name);
    }
    let log = program.stopped();
    log.split_once("ready after")
        .and_then(|(_, rest)| rest.split_once('\n'))
        .map_or("", |(_, rest)| rest)
        .to_owned()
}

/// A program that runs.
struct Program {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Program {
    fn start(way: Way, backend: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let (ready, log) = (folder.join(format!("{way:?}.json")), folder.join(format!("{way:?}.log")));
        let _ = std::fs::remove_file(&ready);
        let child = Command::new(env!("CARGO_BIN_EXE_saponify"))
            .args(["serve", "--listen", "127.0.0.1:0", "--threads", "1", "--backend-url", backend, "-c"])
            .args([file(Service::Vault, way).as_str(), "--ready-file"])
            .arg(&ready)
            .envs(VARIABLES.iter().copied())
            .stderr(Stdio::from(File::create(&log).expect("log")))
            .spawn()
            .expect("started");
        let address = address(&ready);
        Self { child, address, log }
    }

    fn stopped(mut self) -> String {
        self.child.kill().expect("stopped");
        self.child.wait().expect("ended");
        std::fs::read_to_string(&self.log).expect("log")
    }
}

fn address(ready: &std::path::Path) -> SocketAddr {
    for _ in 0..500 {
        let text = std::fs::read_to_string(ready).unwrap_or_default();
        if let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) {
            let url = json["fronts"][0]["url"].as_str().expect("a front");
            return url.split('/').nth(2).expect("an address").parse().expect("an address");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("the program is not ready");
}
