//! The operator's listener, on the command line.

use std::env::VarError;
use std::net::SocketAddr;

use clap::Args;

use super::exit::Exit;
use super::listen::cannot_listen;
use super::output::failed;
use crate::bridge::Bridge;
use crate::server::{self, Asking, Stop};
use crate::wss::Secret;

/// Where the operator looks.
#[derive(Debug, Args)]
pub(super) struct AdminArgs {
    /// Where /livez, /readyz, /metrics, /traffic and POST /reload are; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    admin: Option<SocketAddr>,
    /// The variable with the bearer token for /metrics, /traffic and /reload; needed unless ADDRESS is this machine's loopback.
    #[arg(long, value_name = "NAME", requires = "admin")]
    admin_token_env: Option<String>,
}

impl AdminArgs {
    /// Starts the listener where there is to be one; gives its URL. Errors: told.
    pub(super) fn start(&self, bridge: &Bridge, stop: Stop, reload: Asking) -> Result<Option<String>, Exit> {
        let Some(address) = self.admin else { return Ok(None) };
        let token = self.token(address)?;
        let admin = server::Admin { bridge: bridge.clone(), stop, token, reload };
        let address = admin.start(address).map_err(|error| cannot_listen("--admin", address, &error))?;
        Ok(Some(format!("http://{address}")))
    }

    fn token(&self, address: SocketAddr) -> Result<Option<Secret>, Exit> {
        match &self.admin_token_env {
            None if address.ip().is_loopback() => Ok(None),
            None => {
                let problem = format!(
                    "--admin {address}: other machines reach it; name a token with --admin-token-env"
                );
                Err(failed(&problem, Exit::Usage))
            }
            Some(name) => admin_token(name).map(Some),
        }
    }
}

/// The token in the variable `name`. Errors: there is none, told.
pub(super) fn admin_token(name: &str) -> Result<Secret, Exit> {
    let wrong = match std::env::var(name) {
        Ok(token) if !token.is_empty() => return Ok(Secret::new(token)),
        Ok(_) => "empty",
        Err(VarError::NotPresent) => "not set",
        Err(VarError::NotUnicode(_)) => "not UTF-8",
    };
    let problem = format!("--admin-token-env: the variable {name} is {wrong}; set it to the token");
    Err(failed(&problem, Exit::Usage))
}
