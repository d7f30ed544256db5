//! What a backend is shown: in a header, or in the body.

use http::{HeaderMap, header};

use crate::bridge::auth::AuthError;
use crate::bridge::backend::headers::{basic, bearer, sensitive};
use crate::bridge::operation::{Called, Operation};
use crate::codec::Given;
use crate::json::write;
use crate::service::{Backend, BackendAuth, BackendCredentials, CredentialPaths, Credentials, SoapBackend};

/// Sets the header with the caller's own credentials. One that is the same for everybody is in the template, and that of an
/// OAuth 2.0 server is set when the request is sent.
pub(super) fn authorize(called: Called<'_>, headers: &mut HeaderMap) -> Result<(), AuthError> {
    let Operation { service, plan, template, .. } = called.operation;
    match service.backend.auth() {
        BackendAuth::Basic(BackendCredentials::Caller) | BackendAuth::CallerToken(_)
            if !service.passes_credentials(plan) => {}
        BackendAuth::Basic(credentials @ (BackendCredentials::ByCaller(_) | BackendCredentials::Caller)) => {
            let credentials = called.caller.for_backend(credentials).ok_or(AuthError::Forbidden)?;
            headers.insert(header::AUTHORIZATION, basic(credentials));
        }
        BackendAuth::CallerToken(_) => {
            let token = called.caller.password().ok_or(AuthError::Forbidden)?;
            // What no HTTP header can carry is no token of a caller who came with one.
            let header = template.token_header();
            let value = if *header == header::AUTHORIZATION { bearer(token) } else { sensitive(token) };
            headers.insert(header, value.map_err(|_| AuthError::Unauthenticated)?);
        }
        BackendAuth::Basic(BackendCredentials::Fixed(_))
        | BackendAuth::Bearer(_)
        | BackendAuth::Header(..)
        | BackendAuth::None
        | BackendAuth::Oauth2(_) => {}
    }
    Ok(())
}

/// The credentials for header blocks of the contract, where the request of the operation has places for some.
pub(super) fn given(called: Called<'_>) -> Result<Option<Given<'_>>, AuthError> {
    let Operation { service, plan, .. } = called.operation;
    let Backend::Soap(SoapBackend { credentials, .. }) = &service.backend else { return Ok(None) };
    if !plan.input.takes_credentials {
        return Ok(None);
    }
    let own = credentials.as_ref().and_then(|credentials| called.caller.for_backend(credentials));
    let Credentials { username, password } = own.ok_or(AuthError::Forbidden)?;
    Ok(Some(Given { username, password: password.expose() }))
}

/// The credentials as members of the JSON body, where the operation has a place for them.
pub(in crate::bridge) fn members(called: Called<'_>) -> Result<Vec<u8>, AuthError> {
    let operation = called.operation;
    let Backend::Json(backend) = &operation.service.backend else { return Ok(Vec::new()) };
    let (Some(paths), Some(credentials)) = (&operation.rules.credentials, &backend.credentials) else {
        return Ok(Vec::new());
    };
    let credentials = called.caller.for_backend(credentials).ok_or(AuthError::Forbidden)?;
    let mut out = Vec::new();
    write_credentials(&mut out, paths, credentials);
    Ok(out)
}

/// The member of a JSON body with `credentials`.
pub(in crate::bridge) fn write_credentials(
    out: &mut Vec<u8>,
    paths: &CredentialPaths,
    credentials: &Credentials,
) {
    write::write_key(out, &paths.object);
    out.push(b'{');
    write::write_key(out, &paths.username);
    write::write_string(out, &credentials.username);
    out.push(b',');
    write::write_key(out, &paths.password);
    write::write_string(out, credentials.password.expose());
    out.push(b'}');
}
