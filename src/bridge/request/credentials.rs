//! What a backend is shown: in a header, or in the body.

use http::{HeaderMap, header};

use crate::bridge::auth::AuthError;
use crate::bridge::backend::headers::basic;
use crate::bridge::operation::Called;
use crate::json::write;
use crate::service::{Backend, BackendAuth, BackendCredentials, CredentialPaths, Credentials};

/// Sets the header with the caller's own credentials. One that is the same for everybody is in the template, and that of an
/// OAuth 2.0 server is set when the request is sent.
pub(super) fn authorize(called: Called<'_>, headers: &mut HeaderMap) -> Result<(), AuthError> {
    match called.operation.service.backend.auth() {
        BackendAuth::Basic(credentials @ (BackendCredentials::ByCaller(_) | BackendCredentials::Caller)) => {
            let credentials = called.caller.for_backend(credentials).ok_or(AuthError::Forbidden)?;
            headers.insert(header::AUTHORIZATION, basic(credentials));
        }
        BackendAuth::Basic(BackendCredentials::Fixed(_))
        | BackendAuth::Bearer(_)
        | BackendAuth::Header(..)
        | BackendAuth::None
        | BackendAuth::Oauth2(_) => {}
    }
    Ok(())
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
