//! SOAP requests with Security headers, as the sender of room `wss` makes them.

#![allow(dead_code, reason = "each test crate uses its own part")]

use saponify::soap::Version;
use saponify::wss::{Fresh, NewToken, Secret, Sender};

/// The user of the BancBox sample.
pub const USER: (&str, &str) = ("ops@example.com", "not-a-real-secret");

/// The sample request of BancBox without its Header.
pub fn bare() -> String {
    let sample = include_str!("../../samples/bancbox/request.xml");
    let (from, to) =
        (sample.find("<soapenv:Header>").expect("header"), sample.find("<soapenv:Body>").expect("body"));
    format!("{}{}", &sample[..from], &sample[to..])
}

/// The sample with the Security header that `sender` makes now for `user`.
pub fn request(sender: &Sender, user: (&str, &str)) -> String {
    use rand::RngExt;
    let mut nonce = [0; 64];
    rand::rng().fill(&mut nonce);
    let fresh = Fresh { nonce, id: rand::rng().random(), now: chrono::Utc::now() };
    request_of(sender, user, &fresh)
}

/// The same with a nonce and a time of the test's choice.
pub fn request_of(sender: &Sender, user: (&str, &str), fresh: &Fresh) -> String {
    let mut header = Vec::new();
    let token = NewToken { username: user.0, password: &Secret::new(user.1), fresh };
    sender.write(&mut header, Version::V11, token).expect("written");
    with(&String::from_utf8(header).expect("UTF-8"))
}

/// The sample with these header blocks.
pub fn with(blocks: &str) -> String {
    bare().replacen("<soapenv:Body>", &format!("<soapenv:Header>{blocks}</soapenv:Header><soapenv:Body>"), 1)
}
