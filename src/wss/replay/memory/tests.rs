use chrono::Duration;

use super::*;

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

#[test]
fn one_user_does_not_fill_the_store() {
    let (store, digest) = (MemoryReplay::new(8), [0; 20]);
    assert_eq!(store.claim_now(&Claim { digest: Some(&digest), ..claim(&[1], "a", 10, 0) }), Ok(()));
    assert_eq!(store.claim_now(&claim(&[3], "a", 10, 0)), Err(ClaimError::Full));
    assert_eq!(store.claim_now(&claim(&[3], "b", 10, 0)), Ok(()));
    assert_eq!(store.claim_now(&claim(&[4], "a", 20, 10)), Ok(()));
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
