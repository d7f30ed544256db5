//! The documents of a contract, as clients of its SOAP front ask for them.

use http::Response;
use http::request::Parts;

use crate::bridge::answer::xml_document;
use crate::bridge::backend::body::Body;
use crate::bridge::failure::{Failure, FieldError, FieldErrorKind};
use crate::bridge::ready::ReadyService;
use crate::bridge::state::header::only;
use crate::bridge::state::peer::Peer;
use crate::service::SoapFront;

/// The contract's documents: `?wsdl`, `?xsd=N`, with the address by which the client came. Errors: there is no such document.
pub(super) fn document(
    service: &ReadyService,
    front: &SoapFront,
    head: &Parts,
) -> Result<Response<Body>, Failure> {
    let not_there = || Failure::Method("GET, POST".to_owned());
    let number = head.uri.query().and_then(number).ok_or_else(not_there)?;
    let host = match only(&head.headers, http::header::HOST) {
        // HTTP/2 has the host in the request's target.
        Ok(None) => head.uri.authority().map_or("localhost", |authority| authority.as_str()),
        Ok(Some(host)) => host,
        // RFC 9112 section 3.2; hyper lets it through.
        Err(_) => {
            return Err(Failure::Field(FieldError {
                pointer: "Host".to_owned(),
                kind: FieldErrorKind::Malformed,
            }));
        }
    };
    let secure = head.extensions.get::<Peer>().is_some_and(|peer| peer.secure);
    let scheme = if secure { "https" } else { "http" };
    let address = format!("{scheme}://{}{}", host, front.path);
    let text = service.service.published.document(number, &address).ok_or_else(not_there)?;
    Ok(xml_document(text))
}

/// The number of the document that `query` asks for.
fn number(query: &str) -> Option<usize> {
    match query.split_once('=') {
        None if query.eq_ignore_ascii_case("wsdl") => Some(0),
        // What is no number asks for no document.
        Some((name, number)) if name.eq_ignore_ascii_case("xsd") => number.parse().ok(),
        None | Some(_) => None,
    }
}
