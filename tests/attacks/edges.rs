//! Every bound at n - 1, n and n + 1, in requests and in replies.
//!
//! A message of `n` units has a number of whatever is bounded; which one is found by asking where it begins to pass. A
//! message with one unit more must then be refused at the same bound, and one with one less must pass.

use saponify::limits::Limits;

use super::check::exchange;
use super::count::turn;
use super::data::{Service, Way};
use super::make;
use super::stage::{Sent, Stage};
use super::support::raw;
use super::token::Token;

/// A bound: how it is set, a message with so many units, and what the bound must be for [`UNITS`] where that is known.
struct Bound {
    name: &'static str,
    ways: &'static [Way],
    set: SetLimit,
    message: fn(Way, usize) -> Vec<u8>,
    exact: Option<usize>,
}

type SetLimit = fn(&mut Limits, usize);

const UNITS: usize = 20;
const SOAP: &[Way] = &[Way::RequestSoap, Way::ReplySoap];
const JSON: &[Way] = &[Way::RequestJson, Way::ReplyJson];

#[test]
fn bounds_hold_at_n_and_break_at_n_plus_one() {
    let _turn = turn();
    let failed: Vec<String> = BOUNDS
        .iter()
        .flat_map(|bound| bound.ways.iter().filter_map(|way| check(bound, *way).err()))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

fn check(bound: &Bound, way: Way) -> Result<(), String> {
    let passes = |units, most| passes(bound, way, units, most);
    let place = format!("{} {way:?}", bound.name);
    let least = least(|most| passes(UNITS, most)).ok_or_else(|| format!("{place}: never passes"))?;
    let exact = bound.exact.is_none_or(|exact| exact == least);
    let edges =
        (passes(UNITS - 1, least), passes(UNITS, least), passes(UNITS + 1, least), passes(UNITS, least - 1));
    let right = exact && edges == (true, true, false, false);
    if right { Ok(()) } else { Err(format!("{place}: {least} {edges:?}")) }
}

/// The least bound that lets a message pass.
fn least(passes: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut low, mut high) = (0, 4096);
    if !passes(high) {
        return None;
    }
    while high - low > 1 {
        let middle = (low + high) / 2;
        if passes(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

fn passes(bound: &Bound, way: Way, units: usize, most: usize) -> bool {
    let stage = Stage::with(Service::Vault, way, 1, |limits| (bound.set)(limits, most), |text| text);
    let body = (bound.message)(way, units);
    let sent = match way.is_reply() {
        true => Sent::reply(way.is_soap(), 200, body),
        false => Sent::request(way.is_soap(), body),
    };
    exchange(&stage, way, Some(&sent)).status == 200
}

/// A message with `text` in the place of its only value.
fn with(way: Way, text: &str) -> Vec<u8> {
    String::from_utf8(make::benign(way, 0)).expect("text").replacen("value-canary", text, 1).into_bytes()
}

/// A message with `more` behind its only value.
fn and(way: Way, more: &str) -> Vec<u8> {
    let behind = if way.is_soap() { "</v:note>" } else { "\"value-canary\"" };
    let text = String::from_utf8(make::benign(way, 0)).expect("text");
    text.replacen(behind, &format!("{behind}{more}"), 1).into_bytes()
}

fn many(unit: &str, units: usize) -> String {
    (0..units).map(|number| unit.replace("%i", &number.to_string())).collect()
}

const BOUNDS: &[Bound] = &[
    Bound {
        name: "xml.depth",
        ways: SOAP,
        set: |limits, most| limits.xml.depth = most,
        // Envelope, Body and the root are around them.
        message: |way, n| {
            and(way, &format!("<o xmlns='u'>{}{}</o>", many("<a>", n - 4), many("</a>", n - 4)))
        },
        exact: Some(UNITS),
    },
    Bound {
        name: "xml.attributes",
        ways: SOAP,
        set: |limits, most| limits.xml.attributes = most,
        message: |way, n| and(way, &format!("<o xmlns='u'{}/>", many(" a%i=''", n))),
        exact: Some(UNITS),
    },
    Bound {
        name: "xml.attribute_value",
        ways: SOAP,
        set: |limits, most| limits.xml.attribute_value = most,
        message: |way, n| and(way, &format!("<o xmlns='u' a='{}'/>", "x".repeat(180 + n))),
        exact: Some(180 + UNITS),
    },
    Bound {
        name: "xml.elements",
        ways: SOAP,
        set: |limits, most| limits.xml.elements = most,
        message: |way, n| and(way, &many("<v:tag/>", n)),
        exact: None,
    },
    Bound {
        name: "xml.children",
        ways: SOAP,
        set: |limits, most| limits.xml.children = most,
        message: |way, n| and(way, &many("<v:tag/>", n - 1)),
        exact: Some(UNITS),
    },
    Bound {
        name: "xml.text",
        ways: SOAP,
        set: |limits, most| limits.xml.text = most,
        message: |way, n| with(way, &"x".repeat(n)),
        exact: Some(UNITS),
    },
    Bound {
        name: "xml.name",
        ways: SOAP,
        set: |limits, most| limits.xml.name = most,
        message: |way, n| and(way, &format!("<{} xmlns='u'/>", "o".repeat(n))),
        exact: Some(UNITS),
    },
    Bound {
        name: "xml.name of a prefix",
        ways: SOAP,
        set: |limits, most| limits.xml.name = most,
        message: |way, n| and(way, &format!("<o xmlns='u' xmlns:{}='u'/>", "p".repeat(n))),
        exact: Some(UNITS),
    },
    Bound {
        name: "xml.namespace",
        ways: SOAP,
        set: |limits, most| limits.xml.namespace = most,
        message: |way, n| and(way, &format!("<o xmlns='{}'/>", "u".repeat(180 + n))),
        exact: Some(180 + UNITS),
    },
    Bound {
        name: "xml.bindings",
        ways: SOAP,
        set: |limits, most| limits.xml.bindings = most,
        // Three are on the envelope.
        message: |way, n| and(way, &format!("<o xmlns='u'{}/>", many(" xmlns:p%i='u'", n - 4))),
        exact: Some(UNITS),
    },
    Bound {
        name: "xml.namespaces",
        ways: SOAP,
        set: |limits, most| limits.xml.namespaces = most,
        message: |way, n| and(way, &many("<o xmlns='u%i'/>", n)),
        exact: Some(UNITS),
    },
    Bound {
        name: "json.depth",
        ways: &[Way::ReplyJson],
        set: |limits, most| limits.json.depth = most,
        message: |way, n| and(way, &format!(",\"unknown\":{}{}", "[".repeat(n - 1), "]".repeat(n - 1))),
        exact: Some(UNITS),
    },
    Bound {
        name: "json.tokens",
        ways: JSON,
        set: |limits, most| limits.json.tokens = most,
        // Key and value of `note` and of `tag`, its item, the root.
        message: |way, n| and(way, &format!(",\"label\":[\"\"{}]", ",\"\"".repeat(n - 9))),
        exact: Some(UNITS),
    },
    Bound {
        name: "json.key",
        ways: &[Way::ReplyJson],
        set: |limits, most| limits.json.key = most,
        message: |way, n| and(way, &format!(",\"{}\":1", "k".repeat(n))),
        exact: Some(UNITS),
    },
    Bound {
        name: "json.number",
        ways: JSON,
        set: |limits, most| limits.json.number = most,
        message: |way, n| and(way, &format!(",\"amount\":{}", "1".repeat(n))),
        exact: Some(UNITS),
    },
    Bound {
        name: "json.number of an exponent",
        ways: JSON,
        set: |limits, most| limits.json.number = most,
        message: |way, n| and(way, &format!(",\"amount\":1e{}", n - 1)),
        exact: Some(UNITS),
    },
    Bound {
        name: "http.request_body",
        ways: &[Way::RequestSoap, Way::RequestJson],
        set: |limits, most| limits.http.request_body = most,
        message: |way, n| with(way, &"x".repeat(n)),
        exact: None,
    },
    Bound {
        name: "http.reply_body",
        ways: &[Way::ReplySoap, Way::ReplyJson],
        set: |limits, most| limits.http.reply_body = most,
        message: |way, n| with(way, &"x".repeat(n)),
        exact: None,
    },
];

/// The bounds on tokens: of a name of 15 characters, a password of 17 and a nonce of 16 octets.
#[test]
fn bounds_on_tokens_hold() {
    let _turn = turn();
    let sets: [(SetLimit, usize, isize); 4] = [
        (|limits, most| limits.wss.username = most, 15, -1),
        (|limits, most| limits.wss.password = most, 17, -1),
        (|limits, most| limits.wss.nonce_max = most, 16, -1),
        (|limits, least| limits.wss.nonce_min = least, 16, 1),
    ];
    for (set, n, worse) in sets {
        let status = |bound: usize| {
            let stage =
                Stage::with(Service::Vault, Way::RequestSoap, 1, |limits| set(limits, bound), |text| text);
            let token = Token { nonce: Some("LKqI6G/AikKCQrN0zqZFlg==".to_owned()), ..Token::default() };
            exchange(&stage, Way::RequestSoap, Some(&Sent::request(true, make::secured(&token.block()))))
                .status
        };
        let edges = [n.wrapping_add_signed(worse), n, n.wrapping_add_signed(-worse)].map(status);
        assert_eq!(edges, [500, 200, 200], "{n}");
    }
}

#[test]
fn header_fields_are_counted() {
    let _turn = turn();
    let stage =
        Stage::with(Service::Vault, Way::RequestJson, 1, |limits| limits.http.headers = 10, |text| text);
    let status = |fields: usize| {
        let more: String = (2..fields).map(|number| format!("X-{number}: x\r\n")).collect();
        let head = format!("GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n");
        raw(stage.address(), head.as_bytes()).status
    };
    assert_eq!([9, 10, 11].map(status), [404, 404, 431]);
}

/// The bound that runs when nothing is configured.
#[test]
fn ten_megabytes_are_a_body_and_one_byte_more_is_not() {
    let _turn = turn();
    let stage = Stage::new(Service::Vault, Way::RequestJson);
    let status = |bytes: usize| {
        let mut body = make::benign(Way::RequestJson, 0);
        body.resize(bytes, b' ');
        exchange(&stage, Way::RequestJson, Some(&Sent::request(false, body))).status
    };
    let most = Limits::default().http.request_body;
    assert_eq!([most - 1, most].map(status), [200, 200]);
    let more = |more: &str| {
        let head =
            format!("POST /vault/Store HTTP/1.1\r\nHost: x\r\n{more}Content-Type: application/json\r\n");
        raw(stage.address(), format!("{head}Content-Length: 10485761\r\n\r\n").as_bytes()).status
    };
    let basic = "Authorization: Basic b3BzQGV4YW1wbGUuY29tOm5vdC1hLXJlYWwtc2VjcmV0\r\n";
    assert_eq!((most, more(basic)), (10_485_760, 413));
    assert_eq!(more(""), 401, "whoever is not let in is told that first");
}
