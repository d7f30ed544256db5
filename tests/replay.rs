//! Used tokens that several bridges remember together, in a real Redis server.

#[path = "support/redis.rs"]
mod redis;
#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;
#[path = "support/tokens.rs"]
mod tokens;

use std::sync::Barrier;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta};
use redis::Redis;
use saponify::limits::WssLimits;
use saponify::server::Running;
use saponify::wss::{Claim, Fresh, MemoryReplay, Sender};
use stub::Stub;
use support::{Answer, SOAP, bridge, post};
use tokens::{USER, request, request_of};

const OK: &str =
    r#"{"requestId":1700000000009,"status":1,"clientStatus":"ACTIVE","warnings":[],"errors":[]}"#;

struct Stage {
    stub: Stub,
    bridges: Vec<Running>,
}

impl Stage {
    /// `count` bridges that share `store`.
    fn new(count: usize, store: &str) -> Self {
        let stub = Stub::start();
        stub.say(200, "Content-Type: application/json\r\n", OK);
        let path = format!("{}/samples/bancbox/soap-to-json.yaml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("sample");
        let text = text.replace("include:", &format!("store: {{ redis: \"{store}\" }}\ninclude:"));
        let bridges = (0..count).map(|_| bridge(support::service(&path, &text, &stub.url()))).collect();
        Self { stub, bridges }
    }

    fn ask(&self, bridge: usize, body: &str) -> Answer {
        post(self.bridges[bridge].address(), "/soap/bancbox/BBXPort", &[SOAP], body.as_bytes())
    }

    /// The HTTP statuses when every bridge gets `body` at one moment, `copies` times.
    fn at_once(&self, body: &str, copies: usize) -> Vec<u16> {
        let all = self.bridges.len() * copies;
        let barrier = Barrier::new(all);
        let ask = |at: usize| {
            barrier.wait();
            self.ask(at % self.bridges.len(), body).status
        };
        std::thread::scope(|scope| {
            let asked: Vec<_> = (0..all).map(|at| scope.spawn(move || ask(at))).collect();
            asked.into_iter().map(|asked| asked.join().expect("answer")).collect()
        })
    }

    /// Asks with new tokens until one is let in. A store that is there again is used again soon.
    fn recovers(&self) -> Duration {
        let begun = Instant::now();
        while self.ask(0, &digest()).status != 200 {
            assert!(begun.elapsed().as_secs() < 20, "the store is there and is not used");
            std::thread::sleep(Duration::from_millis(20));
        }
        begun.elapsed()
    }
}

fn digest() -> String {
    request(&Sender::digest(), USER)
}

#[test]
fn of_copies_to_all_replicas_at_once_one_is_accepted() {
    let Some(redis) = Redis::start() else { return };
    let stage = Stage::new(3, &redis.url());
    for round in 0..40 {
        let body = digest();
        let statuses = stage.at_once(&body, 2);
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{round}: {statuses:?}");
        assert!((0..3).all(|bridge| stage.ask(bridge, &body).status == 500), "{round}");
    }
    assert_eq!(stage.stub.heard().len(), 40);
}

#[test]
fn copies_to_one_bridge_with_its_own_memory_are_accepted_once() {
    let stage = Stage {
        bridges: vec![bridge(support::sample_service("soap-to-json.yaml", &stub().url()))],
        stub: stub(),
    };
    let statuses = stage.at_once(&digest(), 64);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}

fn stub() -> Stub {
    let stub = Stub::start();
    stub.say(200, "Content-Type: application/json\r\n", OK);
    stub
}

/// Keys live until no clock of the two could take the token any more.
#[test]
fn keys_expire_by_themselves() {
    let Some(redis) = Redis::start() else { return };
    let stage = Stage::new(1, &redis.url());
    assert_eq!(stage.ask(0, &digest()).status, 200);
    assert_eq!(redis.ask("DBSIZE"), ":3", "a nonce, a digest, and what is known of the memory, which stays");
    let expiring = redis.ask("EVAL \"local low = 0 for _, k in ipairs(redis.call('KEYS', '*')) do local t = redis.call('PTTL', k) if t < 300000 or t > 361000 then low = low + 1 end end return low\" 0");
    assert_eq!(expiring, ":1");
}

#[test]
fn a_store_that_is_stopped_lets_nobody_in_until_it_is_back() {
    let Some(redis) = Redis::start() else { return };
    let (url, port) = (redis.url(), redis.port);
    let stage = Stage::new(1, &url);
    assert_eq!(stage.ask(0, &digest()).status, 200);
    drop(redis);
    let refused = stage.ask(0, &digest());
    assert!(
        refused.status == 500
            && refused.head.contains("retry-after: 1")
            && refused.body.contains("wsse:FailedAuthentication"),
        "{refused:?}"
    );
    assert_eq!(stage.stub.heard().len(), 1);
    let _back = Redis::start_at(port, &[]).expect("redis-server");
    stage.recovers();
}

#[test]
fn a_store_that_is_frozen_or_slow_lets_nobody_in_until_it_answers() {
    let Some(redis) = Redis::start() else { return };
    let stage = Stage::new(1, &redis.url());
    assert_eq!(stage.ask(0, &digest()).status, 200);
    redis.signal("-STOP");
    assert_eq!((0..3).map(|_| stage.ask(0, &digest()).status).collect::<Vec<_>>(), [500, 500, 500]);
    redis.signal("-CONT");
    stage.recovers();
    assert_eq!(redis.ask("CLIENT PAUSE 1500"), "+OK");
    assert_eq!(stage.ask(0, &digest()).status, 500);
    stage.recovers();
}

#[test]
fn a_store_without_room_lets_nobody_in() {
    let Some(redis) = Redis::start() else { return };
    let stage = Stage::new(1, &redis.url());
    assert_eq!(stage.ask(0, &digest()).status, 200);
    assert_eq!(redis.ask("CONFIG SET maxmemory 1"), "+OK");
    assert_eq!(stage.ask(0, &digest()).status, 500);
    assert_eq!(redis.ask("CONFIG SET maxmemory 0"), "+OK");
    stage.recovers();
}

/// Tokens that the first bridge takes.
fn used(stage: &Stage) -> Vec<String> {
    let tokens: Vec<String> = (0..10).map(|_| digest()).collect();
    assert!(tokens.iter().all(|token| stage.ask(0, token).status == 200));
    tokens
}

/// None of `tokens` is taken, whichever bridge gets them and for how ever long; and new ones are.
fn are_refused(stage: &Stage, tokens: &[String]) {
    for round in 0..3 {
        for bridge in 0..stage.bridges.len() {
            let taken = tokens.iter().filter(|token| stage.ask(bridge, token).status == 200).count();
            assert_eq!(taken, 0, "round {round}, bridge {bridge}");
        }
        stage.recovers();
    }
}

/// All of them were taken again, by the bridge that had not seen them.
#[test]
fn a_store_that_was_emptied_takes_no_token_of_before() {
    let Some(redis) = Redis::start() else { return };
    let stage = Stage::new(2, &redis.url());
    let tokens = used(&stage);
    assert_eq!(redis.ask("FLUSHALL"), "+OK");
    are_refused(&stage, &tokens);
}

#[test]
fn a_store_that_was_started_with_nothing_or_an_old_state_takes_no_token_of_before() {
    let Some(mut redis) = Redis::start() else { return };
    let stage = Stage::new(2, &redis.url());
    let mut tokens = used(&stage);
    redis.restart();
    are_refused(&stage, &tokens);
    tokens.extend(used(&stage));
    assert_eq!(redis.ask("SAVE"), "+OK");
    tokens.extend(used(&stage));
    redis.restart();
    are_refused(&stage, &tokens);
}

/// What was saved before is there again, and the server is the same one.
#[test]
fn a_store_that_went_back_takes_no_token_of_before() {
    let Some(redis) = Redis::start_with(&["--enable-debug-command", "yes"]) else { return };
    let stage = Stage::new(2, &redis.url());
    assert_eq!(stage.ask(0, &digest()).status, 200);
    assert_eq!(redis.ask("SAVE"), "+OK");
    // They are newer than what was saved.
    std::thread::sleep(Duration::from_millis(5));
    let tokens = used(&stage);
    assert_eq!(redis.ask("DEBUG RELOAD NOSAVE"), "+OK");
    stage.recovers();
    are_refused(&stage, &tokens);
}

/// A token from the future is newer than the loss.
#[test]
fn a_token_from_the_future_is_not_taken_again_either() {
    let Some(redis) = Redis::start() else { return };
    let stage = Stage::new(2, &redis.url());
    let fresh = Fresh { nonce: [7; 64], id: 7, now: chrono::Utc::now() + TimeDelta::seconds(50) };
    let ahead = request_of(&Sender::digest(), USER, &fresh);
    assert_eq!(stage.ask(0, &ahead).status, 200);
    assert_eq!(stage.ask(1, &digest()).status, 200, "the other bridge hears of it");
    assert_eq!(redis.ask("FLUSHALL"), "+OK");
    assert_eq!(stage.ask(1, &ahead).status, 500);
    assert_eq!(stage.ask(0, &ahead).status, 500);
}

#[test]
fn a_store_that_may_evict_keys_lets_nobody_in() {
    let Some(redis) = Redis::start_with(&["--maxmemory", "100mb", "--maxmemory-policy", "volatile-lru"])
    else {
        return;
    };
    let stage = Stage::new(1, &redis.url());
    assert_eq!(stage.ask(0, &digest()).status, 500);
    assert_eq!(redis.ask("CONFIG SET maxmemory-policy noeviction"), "+OK");
    stage.recovers();
    assert_eq!(redis.ask("CONFIG SET maxmemory-policy allkeys-lru"), "+OK");
    let begun = Instant::now();
    while stage.ask(0, &digest()).status == 200 {
        assert!(begun.elapsed().as_secs() < 20, "nobody looks");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_store_asks_for_a_password() {
    let Some(redis) = Redis::start_with(&["--requirepass", "not-a-real-secret"]) else { return };
    let with = format!("redis://:${{env:SAPONIFY_BANCBOX_PASSWORD}}@127.0.0.1:{}", redis.port);
    let body = digest();
    assert_eq!(Stage::new(1, &redis.url()).ask(0, &body).status, 500, "it did not get it");
    let stage = Stage::new(1, &with);
    stage.recovers();
}

/// The master is gone, and a replica that lacks the latest tokens takes its place.
#[test]
fn sentinels_tell_where_the_store_is() {
    let Some(master) = Redis::start() else { return };
    let replica = Redis::start_with(&["--replicaof", "127.0.0.1", &master.port.to_string()]);
    let replica = replica.expect("redis-server");
    let begun = Instant::now();
    while !replica.ask_all("INFO replication").contains("master_link_status:up") {
        assert!(begun.elapsed().as_secs() < 30, "the replica does not follow");
        std::thread::sleep(Duration::from_millis(20));
    }
    let sentinel = Redis::sentinel(master.port).expect("redis-server");
    let url = format!("redis-sentinel://127.0.0.1:{}?sentinelMasterId=m", sentinel.port);
    let knows = |what: &str| sentinel.ask_all("SENTINEL REPLICAS m").contains(what);
    while !knows(&replica.port.to_string()) {
        assert!(begun.elapsed().as_secs() < 60, "the sentinel does not find the replica");
        std::thread::sleep(Duration::from_millis(50));
    }
    let stage = Stage::new(2, &url);
    stage.recovers();
    let mut tokens = used(&stage);
    // It does not hear of these.
    replica.signal("-STOP");
    tokens.extend(used(&stage));
    drop(master);
    replica.signal("-CONT");
    stage.recovers();
    are_refused(&stage, &tokens);
}

#[test]
fn a_cluster_is_a_store() {
    let Some([a, b, c]) = Redis::cluster() else { return };
    let url = format!("redis-cluster://127.0.0.1:{},127.0.0.1:{}", a.port, b.port);
    let stage = Stage::new(3, &url);
    stage.recovers();
    for round in 0..10 {
        let body = digest();
        let statuses = stage.at_once(&body, 2);
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{round}: {statuses:?}");
    }
    let tokens = used(&stage);
    assert!([&a, &b, &c].iter().all(|node| node.ask("FLUSHALL") == "+OK"));
    are_refused(&stage, &tokens);
}

/// The figures of docs/FIGURES.md: `cargo test --release --test replay -- --ignored --nocapture`.
#[test]
#[ignore = "it measures, and takes a minute"]
fn figures() {
    let Some(redis) = Redis::start() else { return };
    let stage = Stage::new(3, &redis.url());
    let tokens: Vec<String> = (0..10_000).map(|_| digest()).collect();
    let accepted = tokens.iter().map(|body| {
        let statuses = stage.at_once(body, 1);
        statuses.iter().filter(|status| **status == 200).count()
    });
    let accepted: Vec<usize> = accepted.collect();
    let again = tokens.iter().rev().take(1000).map(|body| stage.ask(0, body).status);
    let again = again.filter(|status| *status == 200).count();
    let once = accepted.iter().filter(|count| **count == 1).count();
    println!(
        "10000 tokens to 3 bridges at once: {once} accepted once, {} otherwise; again: {again}",
        10_000 - once
    );
    let (port, slowest) = (redis.port, |stage: &Stage| {
        let begun = Instant::now();
        assert_eq!(stage.ask(0, &digest()).status, 500);
        begun.elapsed()
    });
    redis.signal("-STOP");
    let frozen = slowest(&stage);
    redis.signal("-CONT");
    let thawed = stage.recovers();
    drop(redis);
    let stopped = slowest(&stage);
    let _back = Redis::start_at(port, &[]).expect("redis-server");
    let back = stage.recovers();
    println!(
        "frozen: 503 after {frozen:?}, recovered after {thawed:?}; stopped: 503 after {stopped:?}, recovered after {back:?}"
    );
}

/// What used tokens cost in memory: `cargo test --release --test replay -- --ignored --nocapture memory`.
#[test]
#[ignore = "it measures, and takes a minute"]
fn figures_of_the_memory() {
    let resident = || {
        let statm = std::fs::read_to_string("/proc/self/statm").expect("Linux");
        statm.split(' ').nth(1).expect("resident").parse::<u64>().expect("pages") * 4096
    };
    for (tokens, second) in [(1000_u32, 10), (300_000, 834), (9_000_000, 25_000)] {
        let (store, before, mut most) =
            (MemoryReplay::new(WssLimits::default().replay_entries), resident(), 0);
        let (begun, mut longest) = (Instant::now(), Duration::ZERO);
        // Until all are there, and for three windows more.
        for number in 0..tokens * 4 {
            let made = DateTime::from_timestamp(1_800_000_000 + i64::from(number / second), 0).expect("time");
            let (nonce, mut digest) = (number.to_be_bytes(), [0; 20]);
            digest[..4].copy_from_slice(&nonce);
            let claim = Claim {
                realm: "r",
                username: "a",
                nonce: &nonce,
                at: None,
                digest: Some(&digest),
                made,
                life: TimeDelta::seconds(360),
                now: made,
            };
            let one = Instant::now();
            assert_eq!(store.claim_now(&claim), Ok(()));
            longest = longest.max(one.elapsed());
            if number % 100_000 == 0 {
                most = most.max(resident());
            }
        }
        let (each, taken) = (begun.elapsed() / (tokens * 4), most.max(resident()) - before);
        let remembered = store.len() as u64 / 2;
        println!(
            "{remembered} tokens: {} bytes each; a claim takes {each:?}, the longest {longest:?}",
            taken / remembered
        );
    }
}
