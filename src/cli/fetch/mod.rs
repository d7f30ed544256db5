//! `fetch`: a copy of a contract with everything that it imports.
//!
//! The only verb that goes to the network for documents. Where it may go is bounded: hosts, bytes, documents and depth,
//! and no address that only this machine or its neighbours can reach, so that a document cannot make it knock there.

mod crawl;
mod credentials;
mod error;
mod get;
mod lock;

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::output::{self, print_error};
use crate::redact;
use crawl::{Bounds, Crawl};
use credentials::Access;
use error::FetchError;
use get::{Network, Reach};

/// Copy a contract and everything that it imports into a folder.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify fetch wsdl/bancbox.wsdl -o target/vendored
  saponify fetch 'https://example.com/service?wsdl' -o vendored --basic ops:env:PASSWORD --ca ca.pem
  saponify fetch 'http://127.0.0.1:8080/service?wsdl' -o vendored --allow-private")]
pub(super) struct Fetch {
    /// The WSDL: a URL or a file.
    #[arg(value_name = "URL|FILE")]
    from: String,
    /// The folder; it is made.
    #[arg(short, value_name = "DIR")]
    output: PathBuf,
    /// Write an XML catalog, catalog.xml, for other tools: from the original addresses to the files.
    #[arg(long)]
    catalog: bool,
    /// Go to addresses that only this machine or its network can reach.
    #[arg(long)]
    allow_private: bool,
    /// Go to these hosts only; by default to at most eight.
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    #[command(flatten)]
    access: Access,
    /// Most documents.
    #[arg(long, default_value_t = 256, value_name = "N")]
    max_documents: usize,
    /// Longest chain of imports.
    #[arg(long, default_value_t = 32, value_name = "N")]
    max_depth: usize,
    /// Most bytes of all documents together.
    #[arg(long, default_value_t = 32 * 1024 * 1024, value_name = "BYTES")]
    max_bytes: usize,
}

impl Fetch {
    pub(super) fn run(self) -> Result<(), Exit> {
        let bounds = Bounds {
            documents: self.max_documents,
            depth: self.max_depth,
            bytes: self.max_bytes,
            hosts: HOSTS,
        };
        let reach = Reach { allow_private: self.allow_private, hosts: self.hosts, most: self.max_bytes };
        let mut network = Network::new(reach, self.access, &self.from).map_err(failed)?;
        let mut crawl = Crawl::new(bounds, |address, bytes| {
            print_error(format_args!("{bytes:>9}  {}", redact::url(address.as_str())));
        });
        crawl.follow(&self.from, &mut |address| network.get(address)).map_err(failed)?;
        lock::write(&self.output, &crawl.documents, self.catalog).map_err(failed)?;
        for problem in &crawl.problems {
            print_error(format_args!("saponify: {problem}"));
        }
        print_error(format_args!("{} document(s) in {}", crawl.documents.len(), self.output.display()));
        if crawl.problems.is_empty() { Ok(()) } else { Err(Exit::Findings) }
    }
}

fn failed(error: FetchError) -> Exit {
    let exit = if let FetchError::Option(_) = error { Exit::Usage } else { Exit::Network };
    output::failed(&error, exit)
}

/// Hosts that one contract may lead to.
const HOSTS: usize = 8;
