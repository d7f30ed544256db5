//! A store: what Redis or Valkey does with the commands and scripts that bridges send, and what happens to it.
//!
//! The scripts are not run: what they are to do is written down once more, and shares nothing with them. `tests/replay.rs` and
//! `tests/idempotency.rs` run them in a real server.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rand::RngExt;
use sha1::{Digest, Sha1};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep, sleep_until};

use super::wire::Wire;
use super::world::World;

/// A store. Clones are the same.
#[derive(Clone)]
pub(super) struct Store(Arc<Mutex<State>>);

struct State {
    kept: Kept,
    /// What it was when it was last saved, or what a replica had last.
    saved: Kept,
    /// The replication id.
    server: String,
    scripts: BTreeSet<String>,
    /// How often it was started.
    starts: u64,
    /// Connections of before this one are with a server that is a replica now.
    demoted: u64,
    connections: u64,
    frozen: Instant,
    slow: Duration,
    full: bool,
    /// Milliseconds that its clock is ahead.
    ahead: i64,
    broken: Option<Broken>,
}

type Kept = BTreeMap<Vec<u8>, (Value, Option<Instant>)>;

#[derive(Clone)]
enum Value {
    Text(Vec<u8>),
    Memory(Memory),
}

/// What is known of the memory of tokens.
#[derive(Clone)]
struct Memory {
    server: String,
    floor: i64,
    latest: i64,
    since: i64,
}

/// What is wrong with it, where the harness itself is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// It claims tokens, and does not remember them.
    Forgets,
    /// A token is as good after a loss as before.
    IgnoresLoss,
    /// Every idempotency key is free.
    KeysAreFree,
    /// What is kept of a request frees its key.
    FreesWhatIsKept,
}

/// How it loses what it knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// Somebody empties it.
    Flushed,
    /// It starts with nothing.
    Empty,
    /// It starts with what was saved.
    Older,
    /// It starts with everything.
    Nothing,
    /// A replica takes its place, which lacks the latest; connections stay with the old server.
    Failover,
}

/// What a command is answered with, without being run to its end.
type Refused = &'static str;

const FULL: Refused = "OOM command not allowed when used memory > 'maxmemory'.";

impl Store {
    pub(super) fn new(world: &World, broken: Option<Broken>) -> Self {
        Self(Arc::new(Mutex::new(State {
            kept: Kept::new(),
            saved: Kept::new(),
            server: replication_id(world),
            scripts: BTreeSet::new(),
            starts: 0,
            demoted: 0,
            connections: 0,
            frozen: Instant::now(),
            slow: Duration::ZERO,
            full: false,
            ahead: 0,
            broken,
        })))
    }

    pub(super) fn set_clock(&self, ahead: i64) {
        self.0.lock().ahead = ahead;
    }

    /// Does nothing for `time`.
    pub(super) fn freeze(&self, time: Duration) {
        self.0.lock().frozen = Instant::now() + time;
    }

    pub(super) fn set_slow(&self, slow: Duration) {
        self.0.lock().slow = slow;
    }

    pub(super) fn set_full(&self, full: bool) {
        self.0.lock().full = full;
    }

    /// Saves what it knows, or lets its replica have it.
    pub(super) fn save(&self) {
        let mut state = self.0.lock();
        state.saved = state.kept.clone();
    }

    pub(super) fn lose(&self, world: &World, loss: Loss) {
        let mut state = self.0.lock();
        match loss {
            Loss::Flushed | Loss::Empty => state.kept.clear(),
            Loss::Older | Loss::Failover => state.kept = state.saved.clone(),
            Loss::Nothing => {}
        }
        match loss {
            Loss::Flushed => return,
            Loss::Failover => state.demoted = state.connections,
            Loss::Empty | Loss::Older | Loss::Nothing => state.starts += 1,
        }
        state.scripts.clear();
        state.server = replication_id(world);
    }

    /// Serves a connection to its end.
    pub(super) async fn serve(self, world: Arc<World>, mut wire: Wire) {
        let (number, starts) = {
            let mut state = self.0.lock();
            state.connections += 1;
            (state.connections, state.starts)
        };
        let mut read = Vec::new();
        loop {
            let Some((words, length)) = command(&read) else {
                match wire.read_buf(&mut read).await {
                    Ok(1..) => continue,
                    Ok(0) | Err(_) => return,
                }
            };
            read.drain(..length);
            self.wait(&world).await;
            // It was started again meanwhile.
            if self.0.lock().starts != starts {
                return wire.reset();
            }
            let (answer, slow) = {
                let mut state = self.0.lock();
                (state.run(&world, &words, number), state.slow)
            };
            if !slow.is_zero() && world.happens(50) {
                sleep(slow).await;
            }
            if wire.write_all(answer.as_slice()).await.is_err() {
                return;
            }
        }
    }

    async fn wait(&self, world: &World) {
        let (frozen, slow) = {
            let state = self.0.lock();
            (state.frozen, state.slow)
        };
        if frozen > Instant::now() {
            sleep_until(frozen).await;
        }
        if !slow.is_zero() && world.happens(50) {
            sleep(slow).await;
        }
    }
}

impl State {
    fn run(&mut self, world: &World, words: &[Vec<u8>], connection: u64) -> Vec<u8> {
        let name = |at: usize| words.get(at).map_or("", |word| std::str::from_utf8(word).unwrap_or(""));
        match name(0) {
            "PING" => b"+PONG\r\n".to_vec(),
            "CLIENT" => b"+OK\r\n".to_vec(),
            "EVAL" | "EVALSHA" => {
                let own = name(1).to_owned();
                if name(0) == "EVALSHA" && !self.scripts.contains(&own) {
                    return b"-NOSCRIPT No matching script. Please use EVAL.\r\n".to_vec();
                }
                if name(0) == "EVAL" {
                    self.scripts.insert(sha1(&words[1]));
                }
                let keys: usize = name(2).parse().expect("a number of keys");
                let (keys, arguments) = words[3..].split_at(keys);
                let ran = self.script(world, keys, arguments, connection <= self.demoted);
                let answer = ran.unwrap_or_else(|refused| format!("-{refused}\r\n").into_bytes());
                let key = String::from_utf8_lossy(&keys[keys.len() - 1]);
                let said = answer[..answer.len().min(60)].escape_ascii();
                world
                    .note(format!("store, connection {connection}: {key} with {} → {said}", arguments.len()));
                answer
            }
            other => format!("-ERR unknown command '{other}'\r\n").into_bytes(),
        }
    }

    fn script(
        &mut self,
        world: &World,
        keys: &[Vec<u8>],
        arguments: &[Vec<u8>],
        stale: bool,
    ) -> Result<Vec<u8>, Refused> {
        let now = Instant::now();
        self.kept.retain(|_, (_, until)| until.is_none_or(|until| until > now));
        // A replica runs no script that may write.
        if stale {
            return Err("READONLY You can't write against a read only replica.");
        }
        match (keys, arguments) {
            ([memory, token @ ..], [name, times @ ..]) if memory.starts_with(b"saponify:{replay:") => {
                self.claim_token(world, memory, token, (name, times))
            }
            ([key, mark], [claimed, life]) => self.claim_key(key, mark, (claimed, life)),
            ([key, mark], [claimed, kept, life, given_up]) => {
                self.settle_key((key, mark), claimed, kept, [life, given_up])
            }
            _ => Err("ERR unknown script"),
        }
    }

    fn claim_token(
        &mut self,
        world: &World,
        memory: &[u8],
        token: &[Vec<u8>],
        (name, times): (&[u8], &[Vec<u8>]),
    ) -> Result<Vec<u8>, Refused> {
        let times: Vec<i64> = times.iter().map(|word| number(word)).collect();
        let [made, life, now, skew, heard, window, _look] = times[..] else { return Err("ERR arguments") };
        let time = world.time().timestamp_millis() + self.ahead;
        let known = match self.kept.get(memory) {
            Some((Value::Memory(memory), _)) => Some(memory.clone()),
            Some(_) | None => None,
        };
        let (mut known, began) = match known {
            None => (None, 1),
            Some(known) if known.server != self.server => (Some(known), 2),
            Some(known) if known.latest < heard => (Some(known), 3),
            Some(known) => (Some(known), 0),
        };
        if began > 0 {
            let before = known.map_or(0, |known| known.latest);
            let floor = now.max(time.min(now + skew)).max(heard).max(before);
            let memory = Memory { server: self.server.clone(), floor, latest: floor, since: time };
            known = Some(memory);
        }
        let mut known = known.expect("it has begun");
        let answer = |verdict: i64, known: &Memory| {
            let all = [verdict, known.latest, began, known.floor].map(|number| format!(":{number}\r\n"));
            format!("*4\r\n{}", all.concat()).into_bytes()
        };
        if began > 0 {
            self.put(memory, Value::Memory(known.clone()), None)?;
        }
        let other = |key: &Vec<u8>| match self.kept.get(key) {
            Some((Value::Text(claimed), _)) => claimed != name,
            Some(_) | None => false,
        };
        if token.iter().any(other) {
            return Ok(answer(1, &known));
        }
        let is_known = made > known.floor || time >= known.since + window;
        if !token.is_empty() && !is_known && self.broken != Some(Broken::IgnoresLoss) {
            return Ok(answer(2, &known));
        }
        for key in token {
            if self.broken != Some(Broken::Forgets) {
                self.put(key, Value::Text(name.to_vec()), Some(life))?;
            }
        }
        if !token.is_empty() && made > known.latest {
            known.latest = made;
            self.put(memory, Value::Memory(known.clone()), None)?;
        }
        Ok(answer(0, &known))
    }

    fn text(&self, key: &[u8]) -> Option<&Vec<u8>> {
        match self.kept.get(key) {
            Some((Value::Text(text), _)) => Some(text),
            Some(_) | None => None,
        }
    }

    /// Keeps `value` for so many milliseconds, if there is room.
    fn put(&mut self, key: &[u8], value: Value, life: Option<i64>) -> Result<(), Refused> {
        if self.full {
            return Err(FULL);
        }
        let until = life.map(|life| Instant::now() + Duration::from_millis(life.unsigned_abs()));
        self.kept.insert(key.to_vec(), (value, until));
        Ok(())
    }

    fn claim_key(
        &mut self,
        key: &[u8],
        mark: &[u8],
        (claimed, life): (&[u8], &[u8]),
    ) -> Result<Vec<u8>, Refused> {
        if self.text(mark).is_some() {
            return Ok(bulk(b""));
        }
        let free = self.broken == Some(Broken::KeysAreFree);
        if let Some(kept) = self.text(key).filter(|kept| !free && *kept != claimed) {
            return Ok(bulk(kept));
        }
        self.put(key, Value::Text(claimed.to_vec()), Some(number(life)))?;
        Ok(b"$-1\r\n".to_vec())
    }

    fn settle_key(
        &mut self,
        (key, mark): (&[u8], &[u8]),
        claimed: &[u8],
        kept: &[u8],
        [life, given_up]: [&[u8]; 2],
    ) -> Result<Vec<u8>, Refused> {
        let is_there = self.text(key).is_some_and(|there| there == claimed);
        let frees = kept.is_empty() || self.broken == Some(Broken::FreesWhatIsKept);
        match (is_there, frees) {
            (true, true) => drop(self.kept.remove(key)),
            (true, false) => self.put(key, Value::Text(kept.to_vec()), Some(number(life)))?,
            (false, true) => self.put(mark, Value::Text(Vec::new()), Some(number(given_up)))?,
            (false, false) => {}
        }
        Ok(b":1\r\n".to_vec())
    }
}

fn bulk(bytes: &[u8]) -> Vec<u8> {
    [format!("${}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

fn number(word: &[u8]) -> i64 {
    std::str::from_utf8(word).expect("a number").parse().expect("a number")
}

/// The name of a script.
pub(super) fn sha1(text: &[u8]) -> String {
    Sha1::digest(text).iter().map(|octet| format!("{octet:02x}")).collect()
}

fn replication_id(world: &World) -> String {
    world.chance(|chance| format!("{:040x}", chance.random::<u128>()))
}

/// The first command of `read`, if it is whole, and how long it is.
fn command(read: &[u8]) -> Option<(Vec<Vec<u8>>, usize)> {
    let mut at = 0;
    let header = |mark: u8, at: &mut usize| {
        let end = read[*at..].windows(2).position(|pair| pair == b"\r\n")? + *at;
        assert_eq!(read[*at], mark, "RESP");
        let length = number(&read[*at + 1..end]) as usize;
        *at = end + 2;
        Some(length)
    };
    if read.is_empty() {
        return None;
    }
    let count = header(b'*', &mut at)?;
    let mut words = Vec::with_capacity(count);
    for _ in 0..count {
        if at >= read.len() {
            return None;
        }
        let length = header(b'$', &mut at)?;
        words.push(read.get(at..at + length)?.to_vec());
        at += length + 2;
    }
    (at <= read.len()).then_some((words, at))
}
