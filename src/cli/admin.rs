//! The operator's listener, on the command line.

use std::env::VarError;
use std::net::SocketAddr;

use clap::Args;

use super::exit::Exit;
use super::listen::cannot_listen;
use super::output::failed;
use crate::bridge::Bridge;
use crate::server::{self, Stop};
use crate::wss::Secret;

/// Where the operator looks.
#[derive(Debug, Args)]
pub(super) struct AdminArgs {
    /// Where /livez, /readyz, /metrics and /traffic are; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    admin: Option<SocketAddr>,
    /// The variable with the bearer token for /metrics and /traffic; needed unless ADDRESS is this machine's loopback.
    #[arg(long, value_name = "NAME", requires = "admin")]
    admin_token_env: Option<String>,
}

impl AdminArgs {
    /// Starts the listener where there is to be one; gives its URL. Errors: told.
    pub(super) fn start(&self, bridge: &Bridge, stop: Stop) -> Result<Option<String>, Exit> {
        let Some(address) = self.admin else { return Ok(None) };
        let token = self.token(address)?;
        let admin = server::Admin { bridge: bridge.clone(), stop, token };
        let address = admin.start(address).map_err(|error| cannot_listen("--admin", address, &error))?;
        Ok(Some(format!("http://{address}")))
    }

    fn token(&self, address: SocketAddr) -> Result<Option<Secret>, Exit> {
        let problem = match &self.admin_token_env {
            None if address.ip().is_loopback() => return Ok(None),
            None => {
                format!("--admin {address}: other machines reach it; name a token with --admin-token-env")
            }
            Some(name) => match std::env::var(name) {
                Ok(token) if !token.is_empty() => return Ok(Some(Secret::new(token))),
                Ok(_) => format!("--admin-token-env: the variable {name} is empty; set it to the token"),
                Err(VarError::NotPresent) => {
                    format!("--admin-token-env: the variable {name} is not set; set it to the token")
                }
                Err(VarError::NotUnicode(_)) => {
                    format!("--admin-token-env: the variable {name} is not UTF-8; set it to the token")
                }
            },
        };
        Err(failed(&problem, Exit::Usage))
    }
}
