//! What the benches share: contracts, messages, medians.

#![allow(dead_code, reason = "each bench uses its own part")]

use std::collections::HashMap;
use std::time::Instant;

use saponify::limits::Limits;
use saponify::plan::{OperationRules, Plan, Rules, compile};
use saponify::wsdl::{Files, load};

/// BancBox's contract with its rules.
pub fn bancbox() -> Plan {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/wsdl/bancbox.wsdl");
    let contract = load(path, &mut Files, &Limits::default().contract).expect("contract");
    let operation = OperationRules {
        unwrap_request: Some("updateClientRequest".to_owned()),
        unwrap_response: Some("return".to_owned()),
        hidden: vec!["authentication".to_owned()],
        always: vec!["warnings".to_owned(), "errors".to_owned()],
        ..OperationRules::default()
    };
    let rules = Rules { operations: [("updateClient".to_owned(), operation)].into(), ..Rules::default() };
    compile(&contract, &rules).expect("plan").plan
}

/// A contract whose response is a list of orders.
pub fn orders() -> Plan {
    let mut documents: HashMap<String, Vec<u8>> = HashMap::new();
    documents.insert("orders.wsdl".to_owned(), include_bytes!("orders.wsdl").to_vec());
    let contract = load("orders.wsdl", &mut documents, &Limits::default().contract).expect("contract");
    compile(&contract, &Rules::default()).expect("plan").plan
}

/// A response of about `bytes` bytes, in the shape of [`orders`].
pub fn orders_message(bytes: usize) -> String {
    let mut out = String::from("<o:listOrdersResponse xmlns:o=\"urn:orders\">");
    let mut number = 0_u64;
    while out.len() < bytes {
        number += 1;
        out.push_str(&format!("<o:order number=\"{number}\"><o:customer>O'Neil &amp; Sons {number}</o:customer><o:amount>{number}.10</o:amount><o:placed>2026-11-21T10:00:00Z</o:placed><o:paid>true</o:paid><o:line><o:sku>SKU-{number}</o:sku><o:quantity>3</o:quantity></o:line><o:line><o:sku>SKU-0</o:sku><o:quantity>1</o:quantity></o:line></o:order>"));
    }
    out.push_str("</o:listOrdersResponse>");
    out
}

/// A response to BancBox's `updateClient` of at least `bytes` bytes, with as many notices as that takes.
pub fn notices_message(bytes: usize) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Header/><soap:Body><ns2:updateClientResponse xmlns:ns2=\"schema.bancbox.com\"><return><requestId>987654321</requestId><status>1</status>",
    );
    let end = "<clientStatus>ACTIVE</clientStatus><cipStatus>VERIFIED</cipStatus></return></ns2:updateClientResponse></soap:Body></soap:Envelope>";
    let mut number = 0;
    while out.len() + end.len() < bytes {
        out.push_str(&format!("<warnings><code>W-{number:04}</code><message>Field {number} was normalised &amp; stored; please review the value on file</message></warnings>"));
        number += 1;
    }
    out.push_str(end);
    out
}

/// The median time of one run of each of `subjects`, in nanoseconds: they take turns, so that a slow moment of the machine
/// meets all of them.
pub fn medians<const N: usize>(rounds: usize, runs: u32, mut subjects: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut times = vec![Vec::with_capacity(rounds); N];
    for _ in 0..rounds {
        for (subject, times) in subjects.iter_mut().zip(&mut times) {
            let begun = Instant::now();
            for _ in 0..runs {
                subject();
            }
            times.push(begun.elapsed().as_nanos() as f64 / f64::from(runs));
        }
    }
    let mut medians = [0.0; N];
    for (median, times) in medians.iter_mut().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        *median = times[times.len() / 2];
    }
    medians
}

/// The commit that the bench is built from, as a line of a table says it. Documents change with each figure that is written.
pub fn built_from() -> String {
    let git = |words: &[&str]| {
        let said = std::process::Command::new("git").args(words).output().expect("git").stdout;
        String::from_utf8_lossy(&said).trim().to_owned()
    };
    let is_changed = !git(&["status", "--porcelain", "--", ".", ":!docs"]).is_empty();
    format!("commit {}{}", git(&["describe", "--always"]), if is_changed { " with changes" } else { "" })
}
