//! `/traffic` of the operator's listener: the last exchanges, for programs and on a page.

use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use super::answers::{Answer, text, with};
use crate::bridge::{Bridge, Traffic, TrafficQuery};

/// Whether `path` is one of these.
pub(super) fn is_at(path: &str) -> bool {
    path.strip_prefix(PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What of the page has nothing of any exchange in it, so that whoever has no token yet can be asked for it.
pub(super) fn page(bridge: &Bridge, path: &str) -> Option<Answer> {
    let (content_type, file) = match path.strip_prefix(PATH)? {
        "/page" => ("text/html; charset=utf-8", include_str!("traffic_page/page.html")),
        "/page.css" => ("text/css; charset=utf-8", include_str!("traffic_page/page.css")),
        "/page.js" => ("text/javascript; charset=utf-8", include_str!("traffic_page/page.js")),
        _ => return None,
    };
    bridge.traffic()?;
    let answer = with(text(StatusCode::OK, file), CONTENT_TYPE, content_type);
    Some(guarded(with(answer, CONTENT_SECURITY_POLICY, POLICY)))
}

/// Whether a request with these headers named the listener by an address, as whoever is at this machine does. A page of another site has a name,
/// and may have had that lead here since.
pub(super) fn names_an_address(headers: &HeaderMap) -> bool {
    let is_address = |host: &HeaderValue| {
        let host = Authority::try_from(host.as_bytes());
        host.is_ok_and(|host| {
            let name = host.host().trim_start_matches('[').trim_end_matches(']');
            name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::IpAddr>().is_ok()
        })
    };
    // Whoever names nobody is no browser.
    headers.get_all(HOST).iter().all(is_address)
}

/// The answer to a request for `target` by someone who may see exchanges.
pub(super) fn answer(bridge: &Bridge, target: &Uri) -> Answer {
    let Some(traffic) = bridge.traffic() else {
        return text(StatusCode::NOT_FOUND, "no traffic is kept: start with --traffic\n");
    };
    let rest = target.path().strip_prefix(PATH).and_then(|rest| rest.strip_prefix('/'));
    let parts: Vec<&str> = rest.map_or(Vec::new(), |rest| rest.split('/').collect());
    guarded(match parts.as_slice() {
        [] => asked(target, |query| traffic.list(query), JSON),
        ["har"] => download(asked(target, |query| traffic.archive(query), JSON)),
        [number] => kept(number, |number| traffic.exchange(number), JSON),
        [number, "har"] => download(kept(number, |number| traffic.archive_of(number), JSON)),
        [number, "curl"] => again(bridge, traffic, number),
        _ => text(StatusCode::NOT_FOUND, PATHS),
    })
}

fn asked(target: &Uri, find: impl Fn(&TrafficQuery) -> Option<String>, kind: &'static str) -> Answer {
    // A URL without a query asks for all.
    let query = target.query().map_or("", |query| query);
    match TrafficQuery::parse(query) {
        Ok(query) => found(find(&query), kind),
        Err(invalid) => text(StatusCode::BAD_REQUEST, format!("{invalid}\n")),
    }
}

fn kept<T: Into<hyper::body::Bytes>>(
    number: &str,
    find: impl Fn(u64) -> Option<T>,
    kind: &'static str,
) -> Answer {
    // What is no number is the number of none.
    found(number.parse().map_or(None, find), kind)
}

fn again(bridge: &Bridge, traffic: &Traffic, number: &str) -> Answer {
    // What is no number is the number of none.
    match number.parse().map_or(None, |number| traffic.again(number, &bridge.services())) {
        Some(Err(why)) => text(StatusCode::CONFLICT, format!("{why}\n")),
        Some(Ok(command)) => found(Some(command), PLAIN),
        None => found(None::<String>, PLAIN),
    }
}

fn found(found: Option<impl Into<hyper::body::Bytes>>, kind: &'static str) -> Answer {
    match found {
        Some(found) => with(text(StatusCode::OK, found), CONTENT_TYPE, kind),
        None => text(StatusCode::NOT_FOUND, "no such exchange is kept\n"),
    }
}

fn download(answer: Answer) -> Answer {
    match answer.status().is_success() {
        true => with(answer, CONTENT_DISPOSITION, "attachment; filename=\"traffic.har\""),
        false => answer,
    }
}

/// Nothing of it is kept by a browser, taken for something else, or told to others.
fn guarded(answer: Answer) -> Answer {
    let answer = with(answer, CACHE_CONTROL, "no-store");
    let answer = with(answer, X_CONTENT_TYPE_OPTIONS, "nosniff");
    let answer = with(answer, REFERRER_POLICY, "no-referrer");
    with(answer, RESOURCE_POLICY, "same-origin")
}

const PATH: &str = "/traffic";
const PATHS: &str =
    "expected /traffic, /traffic/page, /traffic/har, /traffic/N, /traffic/N/curl or /traffic/N/har\n";
const JSON: &str = "application/json";
const PLAIN: &str = "text/plain; charset=utf-8";
const RESOURCE_POLICY: http::HeaderName = http::HeaderName::from_static("cross-origin-resource-policy");

/// Nothing but what the listener itself serves.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";
