//! `reload`: have a process that serves read its files again.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::admin::admin_token;
use super::exit::Exit;
use super::output::{failed, print, print_error};

/// Have a `serve` that runs read its files again, and say what came of it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify reload --admin 127.0.0.1:9901
  saponify reload --ready-file ready.json
  saponify reload --admin 10.0.0.5:9901 --admin-token-env ADMIN_TOKEN

Exit codes: 0 everything was taken; 2 usage; 3 something is wrong with the files, and everything stays as it was; 5 nobody answers.")]
pub(super) struct Reload {
    /// The operator's listener of the process.
    #[arg(
        long,
        value_name = "ADDRESS",
        required_unless_present = "ready_file",
        conflicts_with = "ready_file"
    )]
    admin: Option<SocketAddr>,
    /// The file that the process wrote when it was ready, which has that address.
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
    /// The variable with the bearer token of that listener, where it asks for one.
    #[arg(long, value_name = "NAME")]
    admin_token_env: Option<String>,
}

impl Reload {
    pub(super) fn run(self) -> Result<(), Exit> {
        let address = match (self.admin, &self.ready_file) {
            (Some(address), _) => address,
            (None, file) => of_file(file.as_ref().expect("clap asks for one of the two"))?,
        };
        let token = self.admin_token_env.as_deref().map(admin_token).transpose()?;
        let token = token.map(|token| HeaderValue::from_str(&format!("Bearer {}", token.expose())));
        let token = token.transpose().map_err(|_| {
            failed(&"--admin-token-env: the token has characters that no header has", Exit::Usage)
        })?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(&error, Exit::Internal))?;
        let asked = runtime.block_on(async { timeout(PATIENCE, ask(address, token)).await });
        let unheard = |reason: &dyn std::fmt::Display| failed(&format!("{address}: {reason}"), Exit::Network);
        let (status, said) =
            asked.map_err(|_| unheard(&"it does not answer"))?.map_err(|error| unheard(&error))?;
        match status {
            StatusCode::OK => print(said.trim_end()),
            StatusCode::UNPROCESSABLE_ENTITY => {
                said.lines().for_each(|line| print_error(format_args!("saponify: {line}")));
                Err(failed(&"not reloaded, everything stays as it was", Exit::Configuration))
            }
            StatusCode::UNAUTHORIZED => Err(failed(
                &"it asks for another token; name its variable with --admin-token-env",
                Exit::Usage,
            )),
            _ => Err(unheard(&format!("{status}: {}", said.trim_end()))),
        }
    }
}

/// The address in the file of a process that is ready. Errors: there is none, told.
fn of_file(path: &Path) -> Result<SocketAddr, Exit> {
    let wrong = |reason: String| failed(&format!("--ready-file {}: {reason}", path.display()), Exit::Usage);
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let ready: serde_json::Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let url = ready.get("admin").and_then(|url| url.as_str()?.strip_prefix("http://"));
    let url = url.ok_or_else(|| {
        wrong("the process has no listener for operators; start it with --admin".to_owned())
    })?;
    url.parse().map_err(|_| wrong(format!("{url} is no address")))
}

type Failure = Box<dyn std::error::Error>;

async fn ask(address: SocketAddr, token: Option<HeaderValue>) -> Result<(StatusCode, String), Failure> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let mut request =
        Request::post("/reload").header(header::HOST, address.to_string()).body(Empty::<Bytes>::new())?;
    if let Some(token) = token {
        request.headers_mut().insert(header::AUTHORIZATION, token);
    }
    let answer = async {
        let (head, body) = sender.send_request(request).await?.into_parts();
        let body = Limited::new(body, MOST).collect().await.map_err(|error| error.to_string())?.to_bytes();
        Ok((head.status, String::from_utf8_lossy(&body).into_owned()))
    };
    tokio::select! {
        answer = answer => answer,
        ended = connection => Err(ended.err().map_or_else(|| "the connection ended".into(), Failure::from)),
    }
}

/// Time to load and compile everything.
const PATIENCE: Duration = Duration::from_secs(120);

/// Bytes of an answer: thousands of mistakes.
const MOST: usize = 1024 * 1024;
