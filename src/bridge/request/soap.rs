//! The request of a SOAP backend: an envelope with the Security header that the backend wants.

use http::header;

use crate::bridge::auth::AuthError;
use crate::bridge::backend::outgoing::Outgoing;
use crate::bridge::backend::renewal::Renewal;
use crate::bridge::failure::Failure;
use crate::bridge::operation::Called;
use crate::bridge::state::header::{of_package, packed};
use crate::bridge::state::{buffers, entropy};
use crate::codec::{Beside, Encode, Encoder};
use crate::json::Value;
use crate::service::SoapBackend;
use crate::soap::{self, BesidePackage, Package, Packing};

use super::credentials::{self, authorize};
use super::header_blocks::Header;

/// The request with the JSON `value`.
pub(super) fn request(
    called: Called<'_>,
    backend: &SoapBackend,
    value: Value<'_>,
    encoder: &mut Encoder,
) -> Result<Box<Outgoing>, Failure> {
    let operation = called.operation;
    let (service, input) = (operation.service, &operation.plan.input);
    let mut body = Vec::with_capacity(ENVELOPE + buffers::xml_of(value.raw().len()));
    // What the contract wants beside its envelopes is not sent by MTOM.
    let mut beside =
        input.has_parts().then(|| BesidePackage::begin(operation.version(), entropy::boundary(), &mut body));
    let mtom = backend.mtom.filter(|_| beside.is_none());
    let packing = mtom.map(|over| Packing { version: operation.version(), over });
    let stand_ins = called.sources.stand_ins();
    let mut package = packing.map(|packing| Package::begin(packing, entropy::boundary(), &mut body));
    soap::begin(&mut body, operation.version());
    let begin = body.len();
    soap::begin_header(&mut body);
    let tag = begin..body.len();
    let renewal = write_token(called, backend, &mut body)?;
    let at = tag.end..body.len();
    let message_id = operation.template.addressing().map(|addressing| {
        let message_id = entropy::message_id();
        addressing.write(&mut body, message_id.text());
        message_id
    });
    let given = credentials::given(called)?;
    let header = Header { operation, message: input, value, given, tag, passed: called.blocks };
    header.end(&service.encode, encoder, &mut body)?;
    soap::begin_body(&mut body);
    let encode = Encode { plan: &service.plan, message: input, options: &service.encode };
    let attachments = package.as_mut().map(Package::attachments);
    let parts = beside.as_mut().map(BesidePackage::parts);
    encoder.encode_beside(encode, value, Beside { out: &mut body, attachments, stand_ins, parts })?;
    soap::end(&mut body);
    let before = beside.as_ref().map_or(0, BesidePackage::head);
    let content_type = beside.map(|beside| beside.end(&operation.plan.action, &mut body));
    let body = match &package {
        Some(package) => called.sources.packed(package, body),
        None => called.sources.placed(body),
    };
    let mut outgoing = operation.template.outgoing(body);
    if let Some(package) = &package {
        outgoing.headers.insert(header::CONTENT_TYPE, packed(package, &operation.plan.action));
    }
    let at = match content_type {
        Some(Some(content_type)) => {
            outgoing.headers.insert(header::CONTENT_TYPE, of_package(content_type));
            at
        }
        // Nothing goes beside the envelope, which then begins the body.
        Some(None) => at.start - before..at.end - before,
        None => at,
    };
    outgoing.renewal = renewal.map(|renewal| renewal.placed(at));
    outgoing.message_id = message_id;
    authorize(called, &mut outgoing.headers)?;
    Ok(outgoing)
}

/// Writes the Security header; gives how it is made anew for another attempt.
fn write_token(
    called: Called<'_>,
    backend: &SoapBackend,
    out: &mut Vec<u8>,
) -> Result<Option<Renewal>, AuthError> {
    let Some(token) = &backend.token else { return Ok(None) };
    let credentials = called.caller.for_backend(&token.credentials).ok_or(AuthError::Forbidden)?;
    let renewal = Renewal::new(token.header.clone(), credentials.clone(), called.operation.version());
    // Only a caller's own credentials may have characters that XML cannot carry.
    renewal.write(out).map_err(|_| AuthError::Unauthenticated)?;
    Ok(Some(renewal))
}

/// Bytes of an envelope with a Security header.
const ENVELOPE: usize = 1536;
