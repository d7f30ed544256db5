//! The SOAP service of the contract.

use std::net::SocketAddr;

use chrono::NaiveDate;
use regex::Regex;

use super::super::behaviour::Behaviour;
use super::super::contract::{self, Answer, Notice, Service};
use super::super::ids;
use super::super::server::Handle;
use super::super::xml::element;
use super::request::Body;
use super::rules::{Broken, broken, samples};

/// Starts the service. It lets in `users`: names and passwords.
pub async fn start(address: SocketAddr, users: &[(&str, &str)]) -> std::io::Result<Handle<Behaviour>> {
    contract::start(address, users, Helix).await
}

struct Helix;

impl Service for Helix {
    type Body = Body;
    const RESPONSE: &'static str = "h:updateCustomerResponse xmlns:h=\"urn:bridge:helix:customer:1\"";

    /// Takes out the elements that are nil: they leave a member unchanged, as absent ones do.
    fn prepare(text: &str) -> String {
        let nil = Regex::new(r#"<[^<>/!?][^<>]*:nil\s*=\s*["'](true|1)["'][^<>]*(/>|>\s*</[^<>]*>)"#);
        nil.map_or_else(|_| text.to_owned(), |nil| nil.replace_all(text, "").into_owned())
    }

    fn answer(&self, body: Body) -> Option<Answer> {
        let request = body.updateCustomer?;
        let broken = broken(&request, read_date);
        let good = broken.is_empty();
        Some(if good { succeeded(request.customerId.unwrap_or_default()) } else { failed(400, &broken) })
    }

    fn failure(&self, errors: usize, http_status: u16) -> Answer {
        failed(http_status, &samples(errors))
    }

    fn flavour(&self) -> Answer {
        let mut answer = succeeded(2653);
        answer.warnings = vec![Notice::new("THROTTLE", "2 of 15 requests remain in this period")];
        answer.native.push_str(THROTTLE);
        answer
    }
}

fn succeeded(customer: i32) -> Answer {
    let data = element("h:customerId", &customer.to_string());
    let native = format!("{}<h:data>{data}</h:data>", element("h:helixRequestId", &ids::guid()));
    Answer { http_status: 200, native, ..Answer::default() }
}

fn failed(http_status: u16, broken: &[Broken]) -> Answer {
    let errors = broken.iter().map(|broken| Notice::new(broken.code, broken.message)).collect();
    let native = element("h:helixRequestId", &ids::guid());
    Answer { errors, http_status, native, ..Answer::default() }
}

/// A date of XML Schema, whose zone says nothing about the day.
fn read_date(text: &str) -> Option<NaiveDate> {
    let (day, zone) = text.trim().split_at_checked(10)?;
    let offset = zone.len() == 6 && zone.starts_with(['+', '-']);
    (zone.is_empty() || zone == "Z" || offset).then(|| day.parse().ok())?
}

const THROTTLE: &str = "<h:extra name=\"throttle\">{\"periodEndsAt\":\"2026-01-01T00:00:01.000+00:00\",\"periodLengthInSeconds\":1,\"periodRequestLimit\":15,\"requestsRemainingInPeriod\":2,\"warningThreshold\":3}</h:extra>";
