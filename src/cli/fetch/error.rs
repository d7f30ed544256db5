//! Why a document cannot be had.

use std::io;
use std::path::PathBuf;

use http::StatusCode;
use url::Url;

use crate::{redact, xml};

/// Why a document cannot be had, or cannot be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// What went wrong, and with which document.
    #[error("{}: {}", redact::url(.0.as_str()), .1)]
    At(Url, #[source] Box<Self>),
    /// A bound of this verb.
    #[error("more than {most} {what}")]
    Bound { what: &'static str, most: usize },
    /// A body that breaks off, or is longer than what may come.
    #[error("{0}")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Credentials that anyone on the way could read.
    #[error(
        "the credentials would go to another machine over http://; use https://, or allow it with --allow-insecure"
    )]
    Cleartext,
    /// What was given is neither a URL nor a file.
    #[error("{0} is not a path")]
    Given(String),
    /// A host that `--host` does not name.
    #[error("the host {0} is not one of those that --host names")]
    Host(String),
    /// The exchange broke off.
    #[error("{0}")]
    Http(#[from] hyper::Error),
    /// Files and sockets.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A file that a document from elsewhere leads to.
    #[error("{}: only a file may lead to a file", redact::url(.0.as_str()))]
    Local(Url),
    /// A redirection that does not say where to.
    #[error("HTTP status {0} without a Location that can be read")]
    Location(StatusCode),
    /// A folder, a pipe or a device.
    #[error("it is a folder, a pipe or a device, and not a file")]
    NoFile,
    /// An option that cannot be used.
    #[error("{0}")]
    Option(String),
    /// A URL that lacks what is needed.
    #[error("the address has no {0}")]
    Part(&'static str),
    /// Nobody outside can reach the host.
    #[error("{0} has no public address; --allow-private goes there all the same")]
    Private(String),
    /// A request that cannot be made of the URL.
    #[error("{0}")]
    Request(#[from] http::Error),
    /// A scheme that is not fetched.
    #[error("{}: only http, https and files are fetched", redact::url(.0))]
    Scheme(String),
    /// An answer that has no document.
    #[error("HTTP status {status}{}", asks(*.status))]
    Status {
        /// What it says.
        status: StatusCode,
    },
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// TLS that cannot be had, or broke off.
    #[error("TLS: {0}")]
    Tls(String),
    /// A reference or a redirection that is not a URL.
    #[error("{0:?}: {1}")]
    Url(String, #[source] url::ParseError),
    /// A file that cannot be written.
    #[error("{}: {error}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        error: io::Error,
    },
    /// A document that is not well-formed.
    #[error("{0}")]
    Xml(#[from] xml::Error),
}

/// What helps where a server asks who it is.
fn asks(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            "; show the server who you are with --basic, --header or --certificate"
        }
        _ => "",
    }
}

impl FetchError {
    /// The same, of the document at `address`.
    pub(super) fn at(self, address: &Url) -> Self {
        Self::At(address.clone(), Box::new(self))
    }
}
