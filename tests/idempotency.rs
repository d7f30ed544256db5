//! `Idempotency-Key`: a client may ask again, and the backend is asked once.

#[path = "support/redis.rs"]
mod redis;
#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use redis::Redis;
use stub::Stub;
use support::{Answer, bridge, send, system_service};

const OK: &str = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:t=\"urn:bridge:tabapay:account:2\" xmlns:c=\"urn:bridge:common:1\"><soapenv:Body><t:updateAccountResponse><c:requestId>1700000000009</c:requestId><c:status>1</c:status><t:SC>200</t:SC><t:EC>0</t:EC></t:updateAccountResponse></soapenv:Body></soapenv:Envelope>";

const PATH: &str = "/tabapay/v2/clients/AbCdEfGhIjKlMnOpQrSt_2/accounts/ih0V8HSE2S6gAUqCkG29uw";

fn body(first: &str) -> String {
    format!("{{\"owner\":{{\"name\":{{\"first\":\"{first}\"}}}}}}")
}

struct Stage {
    stub: Stub,
    running: saponify::server::Running,
}

impl Stage {
    fn new() -> Self {
        let stub = Stub::start();
        let running = bridge(system_service("tabapay", "json-to-soap.yaml", &stub.url()));
        Self { stub, running }
    }

    fn ask(&self, key: &str, first: &str) -> Answer {
        let headers = [
            ("Content-Type", "application/json"),
            ("Authorization", "Bearer client-token"),
            ("Idempotency-Key", key),
        ];
        send(self.running.address(), "PUT", PATH, &headers, body(first).as_bytes())
    }

    /// Asks with the key `k1`, and goes away when the backend has heard it.
    fn ask_and_leave(&self) {
        let mut client = TcpStream::connect(self.running.address()).expect("connected");
        let body = body("Jane");
        write!(
            client,
            "PUT {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Authorization: Bearer client-token\r\nIdempotency-Key: k1\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("sent");
        while self.stub.heard().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(client);
    }
}

#[test]
fn the_same_request_is_answered_again_without_the_backend() {
    let stage = Stage::new();
    stage.stub.say(200, "Content-Type: text/xml\r\n", OK);
    let (first, second) = (stage.ask("k1", "Jane"), stage.ask("k1", "Jane"));
    assert_eq!((first.status, second.status), (200, 200));
    assert_eq!(first.body, second.body);
    assert!(second.head.contains("idempotency-replayed: true") && !first.head.contains("replayed"));
    assert_eq!(stage.stub.heard().len(), 1);
    let other = stage.ask("k1", "John");
    assert_eq!(other.status, 422, "{other:?}");
    assert!(other.body.contains("BRG00407"), "{other:?}");
    assert_eq!(stage.ask("k2", "John").status, 200);
    assert_eq!(stage.stub.heard().len(), 2);
}

/// After a timeout nobody knows what happened, so the write is not sent again, whoever asks.
#[test]
fn a_write_of_which_the_outcome_is_unknown_is_never_sent_again() {
    let stage = Stage::new();
    stage.stub.say(200, "Content-Length: 5000\r\n", "");
    let first = stage.ask("k1", "Jane");
    assert_eq!(first.status, 502, "{first:?}");
    assert!(first.body.contains("unknown"), "{first:?}");
    stage.stub.say(200, "Content-Type: text/xml\r\n", OK);
    let second = stage.ask("k1", "Jane");
    assert_eq!((second.status, &second.body), (502, &first.body));
    assert_eq!(stage.stub.heard().len(), 0);
}

#[test]
fn a_request_that_never_reached_the_backend_may_be_mended() {
    let stage = Stage::new();
    stage.stub.say(200, "Content-Type: text/xml\r\n", OK);
    assert_eq!(stage.ask("k1", "").status, 400);
    assert_eq!(stage.ask("k1", "Jane").status, 200);
    assert_eq!(stage.ask("k\u{7}1", "Jane").status, 400);
    assert_eq!(stage.ask(&"k".repeat(300), "Jane").status, 400);
}

/// Its call was given up with it, so that the outcome was unknown for as long as the key was kept.
#[test]
fn a_client_that_goes_away_finds_the_answer_when_it_asks_again() {
    let stage = Stage::new();
    stage.stub.say(200, "Content-Type: text/xml\r\n", OK);
    let held = stage.stub.hold();
    stage.ask_and_leave();
    for _ in 0..20 {
        let early = stage.ask("k1", "Jane");
        assert_eq!(early.status, 409, "it is being answered: {early:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(held);
    let mut later = stage.ask("k1", "Jane");
    while later.status == 409 {
        later = stage.ask("k1", "Jane");
    }
    assert_eq!((later.status, later.head.contains("idempotency-replayed: true")), (200, true), "{later:?}");
    assert_eq!(stage.stub.heard().len(), 1);
}

/// Its connection was gone, and nothing else was waited for: nobody ever learned what the backend did.
#[test]
fn a_stop_waits_for_an_exchange_whose_client_went_away() {
    let stage = Stage::new();
    stage.stub.say(200, "Content-Type: text/xml\r\n", OK);
    let held = stage.stub.hold();
    stage.ask_and_leave();
    stage.running.stop().stop();
    let running = stage.running;
    let stopped = std::thread::spawn(move || running.join());
    std::thread::sleep(Duration::from_millis(300));
    assert!(!stopped.is_finished(), "the backend has not answered yet");
    drop(held);
    stopped.join().expect("it stops");
}

fn sharing(stub: &Stub, port: u16) -> Stage {
    sharing_at(stub, &format!("redis://127.0.0.1:{port}"))
}

fn sharing_at(stub: &Stub, store: &str) -> Stage {
    let path = format!("{}/samples/tabapay/json-to-soap.yaml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("sample");
    let text = text.replace("include:", &format!("store: {{ redis: \"{store}\" }}\ninclude:"));
    let running = bridge(support::service(&path, &text, &stub.url()));
    Stage { stub: stub.clone(), running }
}

#[test]
fn bridges_that_share_a_store_ask_the_backend_once() {
    let Some(redis) = Redis::start() else { return };
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", OK);
    let stages = [sharing(&stub, redis.port), sharing(&stub, redis.port)];
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let ask = |at: usize| {
            let stage = &stages[at % 2];
            scope.spawn(move || stage.ask("shared", "Jane"))
        };
        let asked: Vec<_> = (0..16).map(ask).collect();
        asked.into_iter().map(|asked| asked.join().expect("answer")).collect()
    });
    assert_eq!(stub.heard().len(), 1, "{answers:?}");
    for answer in &answers {
        let busy = answer.status == 409 && answer.body.contains("BRG00406");
        assert!(answer.status == 200 || busy, "{answer:?}");
    }
    let later = stages[1].ask("shared", "Jane");
    assert_eq!((later.status, later.head.contains("idempotency-replayed: true")), (200, true), "{later:?}");
    assert_eq!(stages[0].ask("shared", "John").status, 422);
    assert_eq!(stub.heard().len(), 1);
}

/// A store that cannot be asked means that nobody knows: the backend is not called, and the answer comes soon.
#[test]
fn a_store_that_is_gone_refuses_requests_with_a_key() {
    let Some(redis) = Redis::start() else { return };
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", OK);
    let stage = sharing(&stub, redis.port);
    assert_eq!(stage.ask("k1", "Jane").status, 200);
    drop(redis);
    let refused = stage.ask("k2", "Jane");
    assert_eq!((refused.status, stub.heard().len()), (503, 1), "{refused:?}");
}

/// Nothing was sent, and the key was taken for as long as keys are kept: the claim arrived when the store went on.
#[test]
fn a_claim_that_nobody_heard_of_is_given_up() {
    let Some(redis) = Redis::start() else { return };
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", OK);
    let stages = [sharing(&stub, redis.port), sharing(&stub, redis.port)];
    assert_eq!(stages[0].ask("k1", "Jane").status, 200);
    redis.signal("-STOP");
    for key in ["k2", "k3"] {
        assert_eq!((stages[0].ask(key, "Jane").status, stub.heard().len()), (503, 1));
    }
    redis.signal("-CONT");
    for (stage, key) in stages.iter().zip(["k2", "k3"]) {
        let begun = Instant::now();
        while stage.ask(key, "Jane").status != 200 {
            assert!(begun.elapsed().as_secs() < 20, "{key}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    assert_eq!(stub.heard().len(), 3);
}

/// The store was not told of the answer, which nobody ever learned.
#[test]
fn an_answer_that_a_store_could_not_be_told_is_told_later() {
    let Some(redis) = Redis::start() else { return };
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", OK);
    let stages = [sharing(&stub, redis.port), sharing(&stub, redis.port)];
    let held = stub.hold();
    let answer = std::thread::scope(|scope| {
        let asked = scope.spawn(|| stages[0].ask("k1", "Jane"));
        while stub.heard().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        redis.signal("-STOP");
        drop(held);
        asked.join().expect("an answer")
    });
    assert_eq!(answer.status, 200, "the store does not keep the answer from the client: {answer:?}");
    redis.signal("-CONT");
    let begun = Instant::now();
    let mut later = stages[1].ask("k1", "Jane");
    while later.status == 409 {
        assert!(begun.elapsed().as_secs() < 20, "{later:?}");
        later = stages[1].ask("k1", "Jane");
    }
    assert!(later.status == 200 && later.head.contains("idempotency-replayed: true"), "{later:?}");
    assert_eq!(stub.heard().len(), 1);
}

#[test]
fn a_cluster_keeps_keys() {
    let Some(nodes) = Redis::cluster() else { return };
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", OK);
    let stage = sharing_at(&stub, &format!("redis-cluster://127.0.0.1:{}", nodes[0].port));
    for key in ["k1", "k2", "k3", "k4", "k5", "k6"] {
        let answers = [stage.ask(key, "Jane"), stage.ask(key, "Jane")];
        assert_eq!(answers.each_ref().map(|answer| answer.status), [200, 200], "{answers:?}");
        assert!(answers[1].head.contains("idempotency-replayed: true"));
    }
    assert_eq!(stub.heard().len(), 6);
}
