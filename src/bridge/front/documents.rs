//! The documents of a contract, as clients of its SOAP front ask for them.

use http::Response;
use http::request::Parts;

use crate::bridge::answer::xml_document;
use crate::bridge::backend::pieces::Body;
use crate::bridge::exchange::Exchange;
use crate::bridge::failure::Failure;
use crate::bridge::web::forwarded;
use crate::service::SoapFront;

/// The contract's documents: `?wsdl`, `?singleWsdl`, `?xsd=N`, with the address by which the client came. Errors: there is no such document.
pub(super) fn document(
    exchange: &Exchange<'_>,
    front: &SoapFront,
    head: &Parts,
) -> Result<Response<Body>, Failure> {
    let service = &exchange.service.service;
    let not_there = || Failure::Method("GET, HEAD, OPTIONS, POST".to_owned());
    let (public, published) = (&service.public, &service.published);
    let query = head.uri.query().filter(|query| published.has(query)).ok_or_else(not_there)?;
    let base = forwarded::base(public, head, exchange.connected)?;
    let address = |own: Option<&str>| format!("{base}{}", own.map_or(&*front.path, |path| path));
    let text = published.document(query, address).ok_or_else(not_there)?;
    Ok(xml_document(text, public.url.is_some()))
}
