//! The reference backends by the names of their systems, for whoever has the systems as data.

use std::net::SocketAddr;
use std::time::Duration;

use crate::{Behaviour, Handle, Tokens, bancbox, finzly, helix, stonex, tabapay};

/// Which of a system's two backends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The system's own JSON API.
    Json,
    /// A SOAP service with the system's WSDL.
    Soap,
}

/// Starts a backend of `system`. `variable` gives the values of the variables that the system's service files name, without
/// what stands before them: `USERNAME`, `API_KEY`.
///
/// Errors: an unknown system; an address that cannot be listened at.
pub async fn start(
    system: &str,
    side: Side,
    address: SocketAddr,
    variable: &dyn Fn(&str) -> String,
) -> std::io::Result<Handle<Behaviour>> {
    match side {
        Side::Json => json(system, address, variable).await,
        Side::Soap => soap(system, address, variable).await,
    }
}

async fn json(
    system: &str,
    address: SocketAddr,
    variable: &dyn Fn(&str) -> String,
) -> std::io::Result<Handle<Behaviour>> {
    let tokens = Tokens::new(Duration::from_secs(36_000));
    match system {
        "bancbox" => bancbox::json::start(address, &variable("API_KEY"), &variable("SECRET")).await,
        "finzly" => {
            let key = (&*variable("API_KEY"), &*variable("API_SECRET"));
            finzly::json::start(address, &variable("TENANT"), key, &tokens).await
        }
        "helix" => helix::json::start(address, &variable("API_KEY"), &variable("API_SECRET")).await,
        "stonex" => {
            let (client, secret) = (variable("CLIENT_ID"), variable("CLIENT_SECRET"));
            stonex::json::start(address, &client, &secret, &tokens).await
        }
        "tabapay" => tabapay::json::start(address, &variable("TOKEN")).await,
        _ => Err(unknown(system)),
    }
}

async fn soap(
    system: &str,
    address: SocketAddr,
    variable: &dyn Fn(&str) -> String,
) -> std::io::Result<Handle<Behaviour>> {
    let (user, password) = (variable("USERNAME"), variable("PASSWORD"));
    let (key, secret) = (variable("API_KEY"), variable("SECRET"));
    let users = [(&*user, &*password), (&*key, &*secret)];
    let users = users.get(..if key.is_empty() { 1 } else { 2 }).unwrap_or_default();
    match system {
        "bancbox" => bancbox::soap::start(address, users).await,
        "finzly" => finzly::soap::start(address, users).await,
        "helix" => helix::soap::start(address, users).await,
        "stonex" => stonex::soap::start(address, users).await,
        "tabapay" => tabapay::soap::start(address, users).await,
        _ => Err(unknown(system)),
    }
}

fn unknown(system: &str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::NotFound, format!("there is no reference backend of {system}"))
}
