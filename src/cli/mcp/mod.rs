//! `mcp`: the tools of a service for a program that starts this one, over standard input and output.

mod lines;
mod serve;

use std::path::PathBuf;

use clap::Args;
use http::{HeaderMap, HeaderValue, header};
use tokio::runtime::Builder;

use super::exit::Exit;
use super::output::failed;
use super::services;
use super::surroundings::Process;
use super::test::credentials;
use crate::bridge::basic;
use crate::samples::Header;
use crate::service::{BackendCredentials, FrontAuth, McpFront, Service};
use serve::Pipe;

/// Serve the tools of a service over standard input and output, for the program that starts this one.
///
/// Each line is a message of the Model Context Protocol, version 2026-07-28, 2025-11-25 or 2025-06-18. The tools are those of `fronts.mcp`
/// of the service file; `serve` has the same ones over HTTP. Standard error says what goes wrong.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify mcp -c samples/bancbox/mcp.yaml
  saponify mcp -c samples/bancbox/mcp.yaml --backend-url http://localhost:8081/
  saponify mcp -c samples/bancbox/mcp.yaml --header 'Authorization: Basic a2V5OnNlY3JldA=='")]
pub(super) struct Mcp {
    /// The service file.
    #[arg(short, long, value_name = "FILE")]
    config: PathBuf,
    /// A URL in place of the backend's.
    #[arg(long, value_name = "URL")]
    backend_url: Option<String>,
    /// Who calls: USER:env:NAME or USER:file:PATH.
    #[arg(long, value_name = "USER:env:NAME")]
    username_token: Option<String>,
    /// A header that says who calls; the value may be `${env:NAME}`.
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
}

impl Mcp {
    pub(super) fn run(self) -> Result<(), Exit> {
        let mut service = services::load_one(&self.config, self.backend_url.as_deref())?;
        let headers = self.headers()?;
        let asks = !headers.is_empty() || wants_caller(&service);
        let front = service.mcp_front.as_mut().ok_or_else(no_front)?;
        if !asks {
            // Who has the service file and its secrets need not prove who they are, unless the backend must know.
            front.json.auth = FrontAuth::None;
        }
        let McpFront { json, tools } = front;
        let (path, count) = (json.path.to_string(), tools.len());
        let (name, most) = (service.name.clone(), service.limits.http.request_body);
        let bridge = services::ready_all(vec![service])?;
        let s = if count == 1 { "" } else { "s" };
        tracing::info!(
            service = &*name,
            tools = count,
            "{name}: {count} tool{s} over standard input and output"
        );
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(&error, Exit::Internal))?;
        runtime.block_on(Pipe { bridge: &bridge, path: &path, headers: &headers, most }.run())
    }

    /// What each message says about its caller. Errors: a header that is none, credentials that cannot be read, told.
    fn headers(&self) -> Result<HeaderMap, Exit> {
        let mut headers = HeaderMap::new();
        for text in &self.header {
            let header = Header::parse(text, &Process).map_err(|reason| failed(&reason, Exit::Usage))?;
            headers.append(header.name, header.value);
        }
        if let Some(token) = &self.username_token {
            let credentials: HeaderValue = basic(&credentials(token)?);
            headers.insert(header::AUTHORIZATION, credentials);
        }
        Ok(headers)
    }
}

/// Whether the backend must know who calls.
fn wants_caller(service: &Service) -> bool {
    let named = |used: &BackendCredentials| !matches!(used, BackendCredentials::Fixed(_));
    service.backend.credentials().any(named)
}

fn no_front() -> Exit {
    let reason = "the service file has no `fronts.mcp`, so no operation is a tool; add \
                  `mcp: { auth: none, operations: { NAME: { read_only: true } } }` to `fronts`";
    failed(&reason, Exit::Configuration)
}
