use chrono::{DateTime, Duration, Utc};

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::seed::seeded;

const LIFE: i64 = 360;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("time")
}

fn claim<'t>(nonce: &'t [u8], username: &'t str, expires: i64, now: i64) -> Claim<'t> {
    Claim {
        realm: "r",
        username,
        nonce,
        at: None,
        digest: None,
        made: at(expires - LIFE),
        life: Duration::seconds(LIFE),
        now: at(now),
    }
}

#[test]
fn a_full_store_refuses_and_forgets_nothing_that_counts() {
    let store = MemoryReplay::new(4);
    for (nonce, user) in [(1, "a"), (2, "b"), (3, "c"), (4, "d")] {
        assert_eq!(store.claim_now(&claim(&[nonce], user, 10, 0)), Ok(()));
    }
    assert_eq!(store.claim_now(&claim(&[5], "e", 10, 0)), Err(ClaimError::Full));
    assert_eq!(store.claim_now(&claim(&[1], "a", 10, 9)), Err(ClaimError::Replayed));
    assert_eq!(store.claim_now(&claim(&[1], "a", 20, 10)), Ok(()));
    assert_eq!(store.len(), 1);
}

/// Claims a token of one key and a second; gives whether it is accepted.
fn accepts(store: &MemoryReplay, number: u32, username: &str) -> bool {
    match store.claim_now(&claim(&number.to_be_bytes(), username, 1000, 0)) {
        Ok(()) => true,
        Err(ClaimError::Full) => false,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn one_user_has_nearly_all_and_keeps_nobody_out() {
    let store = MemoryReplay { keyed: Keyed::fixed(), ..MemoryReplay::new(900) };
    let one = (0..900).filter(|number| accepts(&store, *number, "greedy")).count();
    assert_eq!(one, 800, "eight ninths");
    let others = (1000..1100).filter(|number| accepts(&store, *number, &format!("user {number}"))).count();
    assert_eq!(others, 100, "whoever has little has all of what is free");
    assert!(!accepts(&store, 2000, "greedy") && !accepts(&store, 2001, "late"));
}

#[test]
fn users_with_much_give_way_to_each_other() {
    let store = MemoryReplay { keyed: Keyed::fixed(), ..MemoryReplay::new(900) };
    let have = |range: std::ops::Range<u32>, username| {
        range.filter(|number| accepts(&store, *number, username)).count()
    };
    let greedy = have(0..900, "greedy");
    let second = have(1000..1900, "second");
    let third = have(2000..2900, "third");
    assert_eq!((greedy, second, third), (800, 89, 10));
    // When what the first one had is over, the others have more of it, and it has as much as they.
    let later = |number: u32, username| store.claim_now(&claim(&number.to_be_bytes(), username, 3000, 1000));
    assert_eq!((3000..3400).filter(|number| later(*number, "second").is_ok()).count(), 400);
    assert_eq!((4000..4900).filter(|number| later(*number, "greedy").is_ok()).count(), 445);
}

#[test]
fn a_clock_that_is_set_back_does_not_reopen_the_window() {
    let store = MemoryReplay::new(100);
    assert_eq!(store.claim_now(&claim(&[1], "a", 360, 0)), Ok(()));
    assert_eq!(store.claim_now(&claim(&[2], "a", 4000, 3700)), Ok(()));
    assert_eq!(store.claim_now(&claim(&[1], "a", 360, 10)), Err(ClaimError::Replayed));
    assert_eq!(store.claim_now(&claim(&[3], "a", 361, 10)), Ok(()));
}

#[test]
fn of_64_copies_at_once_one_is_accepted() {
    let (store, digest) = (MemoryReplay::new(1000), [0; 20]);
    let claims: Vec<bool> = std::thread::scope(|scope| {
        let claim = || store.claim_now(&Claim { digest: Some(&digest), ..claim(&[7], "a", 10, 0) }).is_ok();
        let threads: Vec<_> = (0..64).map(|_| scope.spawn(claim)).collect();
        threads.into_iter().map(|thread| thread.join().expect("thread")).collect()
    });
    assert_eq!(claims.iter().filter(|accepted| **accepted).count(), 1);
}

#[test]
fn every_part_of_a_token_tells_it_from_others() {
    let (store, digest, other) = (MemoryReplay::new(1000), [1; 20], [2; 20]);
    let first = Claim { digest: Some(&digest), ..claim(b"n", "a", 10, 0) };
    let (known, new) = (Err(ClaimError::Replayed), Ok(()));
    for (name, claim, expected) in [
        ("the first", first, new),
        ("its digest with another nonce", Claim { nonce: b"m", ..first }, known),
        ("its digest of another user", Claim { username: "b", ..first }, known),
        ("its digest in another realm", Claim { realm: "s", ..first }, new),
        ("its nonce with another digest", Claim { digest: Some(&other), ..first }, known),
        ("its nonce without a digest", Claim { digest: None, ..first }, known),
        ("its nonce of another user", Claim { digest: None, username: "b", ..first }, new),
        (
            "the border moved between user and nonce",
            Claim { digest: None, username: "an", nonce: b"", ..first },
            new,
        ),
        ("its nonce at a time", Claim { digest: None, at: Some(at(1)), ..first }, new),
        ("its nonce at another time", Claim { digest: None, at: Some(at(2)), ..first }, new),
        ("its nonce at that time", Claim { digest: None, at: Some(at(1)), ..first }, known),
    ] {
        assert_eq!(store.claim_now(&claim), expected, "{name}");
    }
}

#[test]
fn threads_that_claim_the_same_tokens_accept_each_once() {
    const TOKENS: u32 = 5000;
    let store = MemoryReplay::new(100_000);
    let accepted = |first: u32| {
        // Each begins at another one, and claims them with another digest, nonce or neither.
        let claims = (0..TOKENS).map(|number| (first * 617 + number) % TOKENS).map(|number| {
            let mut digest = [0; 20];
            digest[..4].copy_from_slice(&number.to_be_bytes());
            let nonce = [number.to_be_bytes(), (first % 2 * number).to_be_bytes()].concat();
            store.claim_now(&Claim { digest: Some(&digest), ..claim(&nonce, "a", 400, 40) })
        });
        claims.filter(Result::is_ok).count()
    };
    let accepted: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|first| scope.spawn(move || accepted(first))).collect();
        threads.into_iter().map(|thread| thread.join().expect("thread")).sum()
    });
    assert_eq!((accepted, store.len()), (TOKENS as usize, 2 * TOKENS as usize));
}

/// Numbers of epochs are used again, and nothing of the epochs that had them before is seen.
#[test]
fn what_is_over_is_given_back() {
    let store = MemoryReplay::new(1_000_000);
    let places = || store.kept.lock().table.places();
    for number in 0..50_000_u32 {
        assert_eq!(store.claim_now(&claim(&number.to_be_bytes(), "a", LIFE, 0)), Ok(()));
    }
    assert!((50_000..80_000).contains(&places()), "{}", places());
    for number in 0..20_000_u32 {
        let now = 1000 + i64::from(number) * 10;
        let token = |nonce: &u32, expires| store.claim_now(&claim(&nonce.to_be_bytes(), "a", expires, now));
        assert_eq!(token(&number, now + LIFE), Ok(()), "{number}");
        assert_eq!(token(&number, now + LIFE), Err(ClaimError::Replayed), "{number}");
        assert!(store.len() <= 46, "{}", store.len());
    }
    assert!(places() < 2000, "{}", places());
}

/// A service may take tokens that live for a day, beside one whose tokens live for a minute, and clocks jump.
#[test]
fn lives_of_any_length_share_the_memory() {
    let store = MemoryReplay::new(1_000_000);
    let mut known = Vec::new();
    for number in 0..3000_u32 {
        let lives = [1, 60, 360, 7200, 86_400, 40_000_000];
        let life = *lives.get(number as usize % lives.len()).expect("one of them");
        let nonce = number.to_be_bytes();
        let made = at(i64::from(number % 7) * 5_000_000);
        let claim = Claim { nonce: &nonce, made, life: Duration::seconds(life), ..claim(&[], "a", 0, -1) };
        assert_eq!(store.claim_now(&claim), Ok(()));
        known.push((nonce, made, life));
    }
    assert_eq!(store.len(), 3000);
    for (nonce, made, life) in &known {
        let claim = Claim { nonce, made: *made, life: Duration::seconds(*life), ..claim(&[], "a", 0, 0) };
        assert_eq!(store.claim_now(&claim), Err(ClaimError::Replayed));
    }
}

/// One step of a life of the memory: the clock, a token, and how much later than the clock it expires.
type Step = (i64, u8, i64);

/// A model that forgets nothing too late: keys by the time at which they expire.
#[derive(Default)]
struct Model {
    expires: BTreeMap<u8, i64>,
    accepted: BTreeSet<(u8, i64)>,
    forgotten: i64,
}

impl Model {
    fn check(&mut self, store: &MemoryReplay, (now, key, later): Step) {
        let expires = now + later;
        self.expires.retain(|_, expires| *expires > now);
        let verdict = store.claim_now(&claim(&[key], "a", expires, now));
        let was = (self.expires.get(&key), self.accepted.iter().any(|(known, _)| *known == key));
        match verdict {
            Ok(()) => {
                assert!(was.0.is_none() && self.accepted.insert((key, expires)), "accepted again");
                self.expires.insert(key, expires);
            }
            // It was there once, and perhaps is a little longer than it need be; or it may have been there.
            Err(error) => assert!(error == ClaimError::Replayed && (was.1 || expires <= self.forgotten)),
        }
        // Nothing is forgotten before it is over.
        let over = self.accepted.iter().map(|(_, expires)| *expires).filter(|expires| *expires <= now).max();
        self.forgotten = self.forgotten.max(over.map_or(i64::MIN, |over| over));
    }
}

proptest! {
    #![proptest_config(seeded(200))]

    /// Whatever the clock does: a token is accepted once, what is remembered is refused, and what is new is accepted.
    #[test]
    fn it_does_what_a_simple_memory_does(
        steps in prop::collection::vec((-20..60_i64, 0..40_u8, 0..420_i64), 1..300),
        jumps in prop::collection::vec((0..300_usize, -5000..5000_i64), 0..4),
    ) {
        let (store, mut model, mut now) = (MemoryReplay::new(1000), Model { forgotten: i64::MIN, ..Model::default() }, 10_000);
        for (at, (step, key, later)) in steps.into_iter().enumerate() {
            now += step + jumps.iter().filter(|(when, _)| *when == at).map(|(_, jump)| jump).sum::<i64>();
            model.check(&store, (now, key, later));
        }
    }
}
