//! The same file and the same message have the same verdict, whoever is asked: `convert`, `test`, `call`, and both fronts.

use bytes::Bytes;
use http::HeaderMap;
use saponify::bridge::Failure;
use saponify::describe::{Converter, Direction, Rules, Selection, Style};
use saponify::plan::OperationPlan;
use saponify::samples::{ContractContext, MessageKey};
use saponify::service::Service;

use crate::stage::Stage;
use crate::ways;

/// The verdicts on variants of the requests of `operation` that differ.
pub async fn differences(stage: &Stage, operation: &OperationPlan) -> Vec<String> {
    let mut found = Vec::new();
    let service = &stage.service.service;
    let context = ContractContext::of_service(service);
    for style in [Style::Minimal, Style::Full] {
        let Ok(request) = ways::made(stage, operation, Direction::Request, style) else { continue };
        for soap in xml_variants(&request.soap) {
            let converted = converter(service, operation, Direction::Request).json_of(&soap).is_ok();
            let tested = context.json_of(MessageKey::request(&operation.name), &soap).is_ok();
            let served = is_taken(
                ways::soap(stage, operation, &ways::Sample { json: Vec::new(), soap: soap.clone() }).await,
            );
            let served = served && (converted || !is_others(service, &soap));
            if converted != tested || converted != served {
                found.push(told(&soap, &[("convert", converted), ("test", tested), ("serve", served)]));
            }
        }
        for json in json_variants(&request.json) {
            let converted = converter(service, operation, Direction::Request).soap_of(&json).is_ok();
            let tested = context.soap_of(MessageKey::request(&operation.name), &json).is_ok();
            let served = is_taken(
                ways::json(stage, operation, &ways::Sample { json: json.clone(), soap: Vec::new() }).await,
            );
            let called = is_prepared(stage, operation, &json).await;
            if [tested, served, called].iter().any(|verdict| *verdict != converted) {
                let all = [("convert", converted), ("test", tested), ("serve", served), ("call", called)];
                found.push(told(&json, &all));
            }
        }
    }
    found
}

fn converter<'s>(service: &'s Service, operation: &OperationPlan, direction: Direction) -> Converter<'s> {
    let selection = Selection {
        operation: Some(operation.name.to_string()),
        direction: Some(direction),
        ..Selection::default()
    };
    Converter::of_service(Rules { service, now: String::new }, &selection, false)
}

/// What the backend says of a message that was taken is no verdict on it.
fn is_taken(answer: Result<(), String>) -> bool {
    answer.map_or_else(|told| told.contains("BRG003"), |()| true)
}

/// Whether a SOAP message without one of its parts is the message of another operation.
fn is_others(service: &Service, soap: &[u8]) -> bool {
    service
        .plan
        .operations()
        .iter()
        .any(|other| converter(service, other, Direction::Request).json_of(soap).is_ok())
}

async fn is_prepared(stage: &Stage, operation: &OperationPlan, json: &[u8]) -> bool {
    let front = stage.service.service.json_front.clone().expect("a JSON front");
    let once = stage.bridge.once(&stage.service, &operation.name, front).expect("an operation");
    let prepared: Result<_, Failure> =
        once.prepare(HeaderMap::new(), None, Bytes::copy_from_slice(json)).await;
    prepared.is_ok()
}

fn told(message: &[u8], verdicts: &[(&str, bool)]) -> String {
    let shown: String = String::from_utf8_lossy(message).chars().take(600).collect();
    format!("{verdicts:?} of {shown}")
}

/// The message, and others: without one of its leaves, with one twice, in another order, with another text.
fn xml_variants(xml: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(xml).into_owned();
    let leaves = leaves(&text);
    let mut all = vec![text.clone()];
    for (at, (from, to)) in leaves.iter().copied().enumerate().take(LEAVES) {
        let (before, leaf, after) = (&text[..from], &text[from..to], &text[to..]);
        all.push(format!("{before}{after}"));
        all.push(format!("{before}{leaf}{leaf}{after}"));
        let inner = leaf.find('>').expect("a start tag") + 1;
        let end = leaf.rfind("</").expect("an end tag");
        all.push(format!("{before}{}?!{}{after}", &leaf[..inner], &leaf[end..]));
        if let Some((next, end)) = leaves.get(at + 1).copied().filter(|(next, _)| *next == to) {
            all.push(format!("{before}{}{leaf}{}", &text[next..end], &text[end..]));
        }
    }
    all.into_iter().map(String::into_bytes).collect()
}

/// Where elements are that hold nothing but text.
fn leaves(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (from, _) in text.match_indices('<') {
        let rest = &text[from + 1..];
        let name =
            rest.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default();
        let end = format!("</{name}>");
        let Some(close) = rest.find('<') else { continue };
        if !name.is_empty() && rest[close..].starts_with(&end) && !rest[..close].ends_with("/>") {
            found.push((from, from + 1 + close + end.len()));
        }
    }
    found
}

/// The message, and others: without a member, with another value, with one that nobody knows.
fn json_variants(json: &[u8]) -> Vec<Vec<u8>> {
    let value: serde_json::Value = serde_json::from_slice(json).expect("JSON");
    let mut all = vec![value.clone()];
    if let Some(members) = value.as_object() {
        for key in members.keys().take(LEAVES) {
            let mut without = members.clone();
            without.remove(key);
            all.push(without.into());
            for other in [serde_json::json!("?!"), serde_json::json!(null), serde_json::json!([])] {
                let mut changed = members.clone();
                changed.insert(key.clone(), other);
                all.push(changed.into());
            }
        }
        let mut more = members.clone();
        more.insert("nobody's".to_owned(), serde_json::json!(1));
        all.push(more.into());
    }
    all.iter().map(|value| serde_json::to_vec(value).expect("JSON")).collect()
}

/// Members that are changed.
const LEAVES: usize = 12;
