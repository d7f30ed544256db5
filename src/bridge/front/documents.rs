//! The documents of a contract, as clients of its SOAP front ask for them.

use http::{Request, Response};
use hyper::body::Incoming;

use crate::bridge::answer;
use crate::bridge::backend::body::Body;
use crate::bridge::failure::Failure;
use crate::bridge::state::peer::Peer;
use crate::bridge::state::ready::Shared;
use crate::service::SoapFront;

/// The contract's documents: `?wsdl`, `?xsd=N`, with the address by which the client came. Errors: there is no such document.
pub(in crate::bridge) fn documents(
    shared: &Shared,
    front: &SoapFront,
    request: &Request<Incoming>,
) -> Result<Response<Body>, Failure> {
    let query = request.uri().query().unwrap_or("");
    let number = match query.split_once('=') {
        None if query.eq_ignore_ascii_case("wsdl") => Some(0),
        Some((name, number)) if name.eq_ignore_ascii_case("xsd") => number.parse().ok(),
        _ => None,
    };
    let host = request.headers().get(http::header::HOST).and_then(|host| host.to_str().ok());
    let secure = request.extensions().get::<Peer>().is_some_and(|peer| peer.secure);
    let scheme = if secure { "https" } else { "http" };
    // HTTP/2 has the host in the request's target.
    let host = host.or(request.uri().authority().map(|authority| authority.as_str()));
    let address = format!("{scheme}://{}{}", host.unwrap_or("localhost"), front.path);
    let document = number.and_then(|number| shared.service.published.document(number, &address));
    let text = document.ok_or(Failure::Method("GET, POST".into()))?;
    Ok(answer::response(200, "text/xml; charset=utf-8", text.into()))
}
