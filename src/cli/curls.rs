//! A `curl` for each operation, told at the start where there are few.

use super::surroundings::rfc3339_now;
use crate::limits::{CURL_BYTES, CURLS_TOLD};
use crate::redact;
use crate::samples::export::{Caller, Exporter, Place, UsernameToken, Wanted, line};
use crate::samples::{ContractContext, Side};
use crate::service::Service;
use crate::wss::PasswordType;

/// Those of the front of `service` that is called by most: JSON where there is one. Each is a name and a line; nothing where there are more
/// than are told.
pub(super) fn of_service(service: &Service, origin: &str) -> Vec<(String, String)> {
    let json = service.json_front.as_ref().map(|front| (Side::Json, &front.path));
    let soap = service.soap_front.as_ref().map(|front| (Side::Soap, &front.path));
    let Some((side, path)) = json.or(soap).filter(|_| service.plan.operations().len() <= CURLS_TOLD) else {
        return Vec::new();
    };
    let front = Front { side, address: format!("{origin}{path}"), caller: Caller::of(service, side) };
    front.lines(&ContractContext::shown(service), &|_| true)
}

/// What is called.
pub(super) struct Front {
    pub(super) side: Side,
    pub(super) address: String,
    pub(super) caller: Caller,
}

impl Front {
    /// A name and a line for each operation of `context` that is `wanted`. One whose request would be refused, or is long, has none.
    pub(super) fn lines(
        self,
        context: &ContractContext,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Vec<(String, String)> {
        let names = context.names();
        if names.len() > CURLS_TOLD {
            return Vec::new();
        }
        let operations: Vec<_> = names
            .iter()
            .filter(|name| wanted(name))
            .filter_map(|name| context.operation(name, None))
            .filter(|operation| !operation.callback)
            .collect();
        // Few are tried: nobody waits long for a line of help.
        let like =
            Wanted { style: None, seed: 0, tries: 4, keyed: false, layout: &|bytes| bytes, now: rfc3339_now };
        let Self { side, address, caller } = self;
        let exporter = Exporter { context, schema: None, side, caller, wanted: like };
        let mut refused: Vec<String> = Vec::new();
        let mut tell = |name: &str, _: String| refused.push(name.to_owned());
        let collection = exporter.collection(Place { name: "", address: &address }, &operations, &mut tell);
        let taken = collection.exchanges.iter().filter(|exchange| !refused.contains(&exchange.name));
        let told = taken.filter_map(|exchange| {
            let line = line(&collection, exchange, CURL_BYTES)?;
            Some((exchange.name.clone(), redact::printable(&line).into_owned()))
        });
        told.collect()
    }
}

/// Whoever must bear a UsernameToken of this user, whose password is at `place`; that of a file is in a variable of its own.
pub(super) fn caller(username: String, place: &str) -> Caller {
    let password = place.strip_prefix("${env:").and_then(|rest| rest.strip_suffix('}'));
    let (username, password) = (Some(username), password.map(str::to_owned));
    Caller::with_token(UsernameToken { kind: PasswordType::Text, username, password })
}
