//! Where exported requests go.

use url::Url;

use super::super::exit::Exit;
use super::super::output::failed;
use super::super::services::{self, LISTENER};
use crate::plan::OperationPlan;
use crate::samples::Side;
use crate::service::{Service, path_name};

/// `text` as an address. Errors: one that is none, or that has credentials, told.
pub(super) fn of(text: &str, option: &str) -> Result<String, Exit> {
    let refused = |reason: &str| failed(&format!("{option}: {reason}"), Exit::Usage);
    let url = match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => url,
        _ => return Err(refused("expected a URL such as http://127.0.0.1:8090/")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("credentials are no part of an address; tools have variables for them"));
    }
    if url.fragment().is_some() {
        return Err(refused("an address has no fragment"));
    }
    Ok(url.into())
}

/// The address of a front of `service`, at its public URL or where `serve` listens by default. Errors: a front that it does not have,
/// told.
pub(super) fn of_front(service: &Service, side: Side) -> Result<String, Exit> {
    let path = match side {
        Side::Json => service.json_front.as_ref().map(|front| front.path.clone()),
        Side::Soap => service.soap_front.as_ref().map(|front| front.path.clone()),
    };
    let Some(path) = path else {
        let name = side.name();
        let reason = format!("the service file has no {name} front; expected --to URL, or the other --side");
        return Err(failed(&reason, Exit::Usage));
    };
    of(&services::address_of(service, &path), "listen.public_url")
}

/// The address of a WSDL's `operations`: that of the service, for JSON that of `serve --wsdl`. Errors: none, or several, told.
pub(super) fn of_wsdl(operations: &[&OperationPlan], side: Side) -> Result<String, Exit> {
    let mut found: Vec<&str> = Vec::new();
    for operation in operations {
        let address = operation.address.as_deref().filter(|address| address.starts_with("http"));
        found.extend(address.filter(|address| !found.contains(address)));
    }
    match (side, operations.first(), found.as_slice()) {
        (Side::Json, Some(first), _) => Ok(format!("http://{LISTENER}/{}", path_name(&first.service))),
        (_, _, [one]) => of(one, "the address in the contract"),
        (_, _, []) => Err(failed(&"expected --to URL: the contract has no address", Exit::Usage)),
        (_, _, _) => {
            Err(failed(&"expected --port NAME or --to URL: the ports are at several addresses", Exit::Usage))
        }
    }
}
