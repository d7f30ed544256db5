//! JSON to XML alone: a message that is read already, encoded again and again.

use saponify::codec::{Encode, EncodeOptions, Encoder};
use saponify::json::Tape;
use saponify::limits::Limits;
use saponify::plan::{MessagePlan, Plan};

/// The subjects: their names begin with `encode-`.
pub fn run(plan: &Plan, subject: &str, count: u32) {
    let operation = &plan.operations()[0];
    let output = operation.output.as_ref().expect("output");
    match subject {
        "encode-request" => repeat(plan, &operation.input, REQUEST, count),
        "encode-reply" => repeat(plan, output, &reply(1024), count),
        "encode-100k" => repeat(plan, output, &reply(100 * 1024), count),
        _ => panic!("no such subject: {subject}"),
    }
}

fn repeat(plan: &Plan, message: &MessagePlan, json: &str, count: u32) {
    let (mut tape, mut encoder, mut out) = (Tape::new(), Encoder::default(), Vec::new());
    let value = tape.parse(json.as_bytes(), &Limits::default().json).expect("JSON");
    let encode = Encode { plan, message, options: &EncodeOptions::default() };
    for _ in 0..count {
        out.clear();
        encoder.encode(encode, value, &mut out).expect("valid");
    }
}

const REQUEST: &str = r#"{"subscriberId": 1234, "clientId": {"bancBoxId": 5678}, "firstName": "Zo\u00eb", "lastName": "O'Neil & Sons", "middleInitial": "Q", "ssn": "123-45-6789", "dob": "1980-01-31", "address": {"line1": "12 Main St <rear>", "line2": "Apt 4", "city": "Springfield", "state": "IL", "zipcode": "62704"}, "homePhone": "2175550101", "mobilePhone": "2175550102", "workPhone": "2175550103", "email": "zoe@example.org", "username": "zoe.oneil"}"#;

/// A reply of at least `bytes` bytes.
fn reply(bytes: usize) -> String {
    let warning = |at: usize| {
        format!(
            r#"{{"code":"W-{at:04}","message":"Field {at} was normalised & stored; please review the value on file"}}"#
        )
    };
    let mut json = String::from(r#"{"requestId":987654321,"status":1,"warnings":["#);
    for at in 0.. {
        json.push_str(&warning(at));
        if json.len() + 65 >= bytes {
            break;
        }
        json.push(',');
    }
    json.push_str(r#"],"errors":[],"clientStatus":"ACTIVE","cipStatus":"VERIFIED"}"#);
    json
}
