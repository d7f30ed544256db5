//! Wrong passwords where some are kept as hashes: each costs time and memory on purpose, and anyone can send them.

use super::count::{outside, taken, turn};
use super::data::{Service, Way};
use super::make;
use super::stage::{Sent, Stage, opposite};
use super::support::Answer;
use super::token::Token;

/// `password` is the password of `hashed`; the hash takes 256 KiB.
const SMALL: &str = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

/// Nobody has this one's password; it takes 8 MiB, for one of 19 takes long where nothing is optimised.
const LARGE: &str = "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

fn stage(hash: &str, change: impl FnOnce(&mut saponify::limits::Limits)) -> Stage {
    let edit = |text: String| {
        let users = format!("users: [{{ name: hashed, hash: \"{hash}\" }}, ");
        text.replace("users: [", &users)
    };
    let stage = Stage::with(Service::Vault, Way::RequestSoap, 2, change, edit);
    stage.backend.say(opposite(Way::RequestSoap).bytes());
    stage
}

fn post(stage: &Stage, token: &Token) -> Answer {
    Sent::request(true, make::secured(&token.block())).post(stage.address())
}

fn text(username: &str, secret: &str) -> Token {
    Token { username: username.to_owned(), secret: secret.to_owned(), ..Token::default() }
}

/// A36: eight strangers with eight names, one after the other, take the memory of the hashes that are computed at one time, and no
/// more.
#[test]
fn wrong_passwords_take_the_memory_of_few_hashes() {
    let _turn = turn();
    let stage = stage(LARGE, |_| {});
    let one = 8 * 1024 * 1024;
    let alone = taken(|| {
        for stranger in 0..8 {
            assert_eq!(post(&stage, &text(&format!("n{stranger}"), "x")).status, 500);
        }
    });
    assert!(alone < 2 * one, "{alone} bytes for hashes that are computed one after the other");
    let together = taken(|| {
        std::thread::scope(|scope| {
            for stranger in 0..8 {
                let token = text(&format!("m{stranger}"), "x");
                scope.spawn({
                    let stage = &stage;
                    move || {
                        outside();
                        post(stage, &token)
                    }
                });
            }
        });
    });
    assert!(together < 2 * one, "{together} bytes for hashes that are computed at one time");
}

/// A36: strangers who change their name with each guess are counted by where they are, before a hash is computed.
#[test]
fn guesses_with_ever_other_names_are_counted_where_they_come_from() {
    let _turn = turn();
    let stage = stage(SMALL, |limits| limits.wss.place_failures = 5);
    let let_in = |token: &Token| post(&stage, token).status == 200;
    assert!(let_in(&text("hashed", "password")));
    assert!((0..50).all(|_| let_in(&Token::default())), "what is right counts for nothing");
    assert!((0..5).all(|stranger| !let_in(&text(&format!("n{stranger}"), "x"))));
    assert!(!let_in(&text("ops@example.com", "wrong")));
    let refused = stage.reasons();
    assert!(refused.contains(&"too_many_failures".to_owned()), "{refused:?}");
    assert!(let_in(&text("hashed", "password")), "who was right a moment ago costs no hash");
    assert!(let_in(&Token { digest: true, ..Token::default() }), "a digest costs none");
}
