//! Requests: from the JSON in the middle to the backend's language.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use super::auth::{Authenticated, basic_value};
use super::client::Outgoing;
use super::endpoint::Endpoint;
use super::failure::Failure;
use super::fresh;
use super::headers;
use super::renewal::Renewal;
use super::scatter::{Scattered, scatter};
use super::scratch::Scratch;
use crate::codec::{Decode, DecodeOptions, Decoder, Encode, Encoder, Strictness, Violations};
use crate::json::{Tape, Value, write};
use crate::plan::OperationPlan;
use crate::service::checks::{self, Checked};
use crate::service::outcome::Notice;
use crate::service::{
    Backend, BackendAuth, CredentialPaths, Credentials, Service, ServiceOperation, SoapBackend,
};
use crate::soap::{self, Version};
use crate::xml::Reader;

/// An operation of a service, as an exchange uses it.
#[derive(Clone, Copy)]
pub(super) struct Operation<'s> {
    pub(super) service: &'s Service,
    pub(super) plan: &'s OperationPlan,
    pub(super) rules: &'s ServiceOperation,
}

impl Operation<'_> {
    /// The version of SOAP that the contract's binding has.
    pub(super) fn version(&self) -> Version {
        self.plan.version.into()
    }
}

/// A request for a backend, and what is worth knowing about it.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    pub(super) outgoing: Outgoing,
    pub(super) warnings: Vec<Notice>,
}

/// The request for the backend of `operation` with the JSON `value`.
///
/// Errors: everything that breaks the contract and the service's own conditions, all at once.
pub(super) fn prepared(
    operation: Operation<'_>,
    endpoint: &Endpoint,
    value: Value<'_>,
    caller: &Authenticated,
    encoder: &mut Encoder,
) -> Result<Prepared, Failure> {
    let checked = checks::check(&operation.rules.checks, value, &operation.service.tables, fresh::timestamp);
    let outgoing = outgoing(operation, endpoint, value, caller, encoder);
    concluded(checked, outgoing)
}

/// A request that breaks neither the contract nor a condition.
pub(super) fn concluded(checked: Checked, outgoing: Result<Outgoing, Failure>) -> Result<Prepared, Failure> {
    match outgoing {
        Err(Failure::Breach(violations, _)) => Err(Failure::Breach(violations, checked.errors)),
        Ok(_) if !checked.errors.is_empty() => Err(Failure::Breach(Violations(Vec::new()), checked.errors)),
        outgoing => Ok(Prepared { outgoing: outgoing?, warnings: checked.warnings }),
    }
}

fn outgoing(
    operation: Operation<'_>,
    endpoint: &Endpoint,
    value: Value<'_>,
    caller: &Authenticated,
    encoder: &mut Encoder,
) -> Result<Outgoing, Failure> {
    match &operation.service.backend {
        Backend::Soap(backend) => soap_request(operation, endpoint, backend, value, caller, encoder),
        Backend::Json(_) => json_request(operation, endpoint, value, caller, encoder),
    }
}

fn soap_request(
    operation: Operation<'_>,
    endpoint: &Endpoint,
    backend: &SoapBackend,
    value: Value<'_>,
    caller: &Authenticated,
    encoder: &mut Encoder,
) -> Result<Outgoing, Failure> {
    let version = operation.version();
    let mut body = Vec::with_capacity(2048);
    soap::begin(&mut body, version);
    let (mut security, mut renewal) = (Vec::new(), None);
    if let Some(token) = &backend.token {
        let credentials = caller.for_backend(&token.credentials).ok_or(Failure::Forbidden)?;
        let header = Renewal::new(token.sender.clone(), credentials.clone(), version);
        header.write(&mut security).map_err(|_| Failure::Unauthenticated)?;
        renewal = Some(header);
    }
    let service = operation.service;
    let input = &operation.plan.input;
    let at = headers::write(operation, input, value, &security, &service.encode, encoder, &mut body)?;
    soap::begin_body(&mut body);
    encoder.encode(
        Encode { plan: &service.plan, message: &operation.plan.input, options: &service.encode },
        value,
        &mut body,
    )?;
    soap::end(&mut body);
    let mut headers = soap_headers(operation);
    authorize(operation, caller, &mut headers)?;
    let renewal = renewal.map(|renewal| renewal.placed(at));
    let path = endpoint.path().to_owned();
    Ok(Outgoing { renewal, ..request(operation, Method::POST, path, headers, body) })
}

fn soap_headers(operation: Operation<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let action = &operation.plan.action;
    let content_type = operation.version().content_type(action);
    insert(&mut headers, header::CONTENT_TYPE, &content_type);
    if operation.version() == Version::V11 {
        let quoted = format!("\"{}\"", action.replace(['"', '\r', '\n'], ""));
        insert(&mut headers, header::HeaderName::from_static("soapaction"), &quoted);
    }
    insert(&mut headers, header::ACCEPT, operation.version().media_type());
    headers
}

/// The request of a JSON backend: the client's message, validated through the contract and written anew, with the
/// credentials that the backend gets.
fn json_request(
    operation: Operation<'_>,
    endpoint: &Endpoint,
    value: Value<'_>,
    caller: &Authenticated,
    encoder: &mut Encoder,
) -> Result<Outgoing, Failure> {
    let service = operation.service;
    let mut xml = Vec::with_capacity(2048);
    xml.extend_from_slice(b"<Body>");
    encoder.encode(
        Encode { plan: &service.plan, message: &operation.plan.input, options: &service.encode },
        value,
        &mut xml,
    )?;
    xml.extend_from_slice(b"</Body>");
    let mut members = members(operation, caller)?;
    headers::passed(operation, &operation.plan.input, value, encoder, &mut members)?;
    let mut body = Vec::with_capacity(1024);
    redecode(operation, &xml, &members, &mut body)?;
    json_outgoing(operation, endpoint, caller, body)
}

/// The request of a JSON backend whose body, the fields outside of it included, is written.
pub(super) fn json_outgoing(
    operation: Operation<'_>,
    endpoint: &Endpoint,
    caller: &Authenticated,
    body: Vec<u8>,
) -> Result<Outgoing, Failure> {
    let Scattered { path, mut headers, body } = if operation.rules.is_scattered() {
        let mut tape = Tape::new();
        scatter(operation, parse(operation, &body, &mut tape)?)?
    } else {
        let path = operation.rules.http.plain().unwrap_or_default();
        Scattered { path, headers: HeaderMap::new(), body }
    };
    insert(&mut headers, header::CONTENT_TYPE, "application/json");
    insert(&mut headers, header::ACCEPT, "application/json");
    authorize(operation, caller, &mut headers)?;
    let path = format!("{}{path}", endpoint.path().trim_end_matches('/'));
    let method = Method::from_bytes(operation.rules.http.method.as_bytes()).unwrap_or(Method::POST);
    Ok(request(operation, method, path, headers, body))
}

/// The header with credentials, as far as it needs no other server.
fn authorize(
    operation: Operation<'_>,
    caller: &Authenticated,
    headers: &mut HeaderMap,
) -> Result<(), Failure> {
    match operation.service.backend.auth() {
        BackendAuth::None | BackendAuth::Oauth2(_) => {}
        BackendAuth::Basic(credentials) => {
            let credentials = caller.for_backend(credentials).ok_or(Failure::Forbidden)?;
            set_secret(headers, header::AUTHORIZATION, &basic_value(credentials));
        }
        BackendAuth::Bearer(token) => {
            set_secret(headers, header::AUTHORIZATION, &format!("Bearer {}", token.expose()));
        }
        BackendAuth::Header(name, value) => {
            let name = HeaderName::from_bytes(name.as_bytes());
            set_secret(headers, name.map_err(|_| Failure::Bridge("a header's name"))?, value.expose());
        }
    }
    Ok(())
}

/// Sets a header that no log shows.
pub(super) fn set_secret(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(mut value) = HeaderValue::from_str(value) {
        value.set_sensitive(true);
        headers.insert(name, value);
    }
}

fn request(
    operation: Operation<'_>,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
) -> Outgoing {
    Outgoing {
        method,
        path,
        headers,
        body: Bytes::from(body),
        idempotent: operation.rules.idempotent,
        renewal: None,
    }
}

/// XML that the bridge wrote itself, as JSON.
fn redecode(operation: Operation<'_>, xml: &[u8], members: &[u8], out: &mut Vec<u8>) -> Result<(), Failure> {
    let text = std::str::from_utf8(xml).map_err(|_| Failure::Bridge("its own XML is not UTF-8"))?;
    let service = operation.service;
    let mut reader = Reader::new(text, service.plan.namespaces(), &service.limits.xml);
    reader.next()?;
    reader.next()?;
    let options = DecodeOptions { strictness: Strictness::Strict, members, ..DecodeOptions::default() };
    let input = &operation.plan.input;
    let decoded =
        Decoder::default().decode(Decode { plan: &service.plan, message: input, options }, &mut reader, out);
    decoded.map(drop).map_err(Failure::of_request)
}

/// The credentials as members of the JSON body, where the operation has a place for them.
pub(super) fn members(operation: Operation<'_>, caller: &Authenticated) -> Result<Vec<u8>, Failure> {
    let Backend::Json(backend) = &operation.service.backend else { return Ok(Vec::new()) };
    let (Some(paths), Some(credentials)) = (&operation.rules.credentials, &backend.credentials) else {
        return Ok(Vec::new());
    };
    let credentials = caller.for_backend(credentials).ok_or(Failure::Forbidden)?;
    let mut out = Vec::new();
    write_credentials(&mut out, paths, credentials);
    Ok(out)
}

/// The member of a JSON body with `credentials`.
pub(super) fn write_credentials(out: &mut Vec<u8>, paths: &CredentialPaths, credentials: &Credentials) {
    write::write_key(out, &paths.object);
    out.push(b'{');
    write::write_key(out, &paths.username);
    write::write_string(out, &credentials.username);
    out.push(b',');
    write::write_key(out, &paths.password);
    write::write_string(out, credentials.password.expose());
    out.push(b'}');
}

/// The request for the backend with the JSON text `json`, which the bridge made of a message that was validated.
pub(super) fn prepared_text(
    operation: Operation<'_>,
    endpoint: &Endpoint,
    json: Vec<u8>,
    caller: &Authenticated,
    scratch: &mut Scratch,
) -> Result<Prepared, Failure> {
    let Scratch { tape, encoder, .. } = scratch;
    match &operation.service.backend {
        Backend::Soap(_) => prepared(operation, endpoint, parse(operation, &json, tape)?, caller, encoder),
        Backend::Json(_) => {
            let checks = &operation.rules.checks;
            let checked = if checks.is_empty() {
                Checked::default()
            } else {
                let value = parse(operation, &json, tape)?;
                checks::check(checks, value, &operation.service.tables, fresh::timestamp)
            };
            concluded(checked, json_outgoing(operation, endpoint, caller, json))
        }
    }
}

pub(super) fn parse<'t>(
    operation: Operation<'_>,
    json: &'t [u8],
    tape: &'t mut Tape,
) -> Result<Value<'t>, Failure> {
    tape.parse(json, &operation.service.limits.json).map_err(Failure::Json)
}

/// Header values are made by the bridge or by a contract that was checked.
fn insert(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
