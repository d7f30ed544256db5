//! `init`: the first service file of a contract.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::contract::{ContractArgs, WsdlFile};
use super::exit::Exit;
use super::output::{failed, print, print_error, write_new};
use super::report::report;
use crate::limits::Limits;
use crate::redact;
use crate::samples;
use crate::scaffold::{self, Location};
use crate::service;
use crate::wsdl::{self, Contract};

/// Write the first service file of a contract.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify init wsdl/bancbox.wsdl
  saponify init wsdl/bancbox.wsdl --backend json
  saponify init wsdl/bancbox.wsdl > target/service.yaml && echo written")]
pub(super) struct Init {
    #[command(flatten)]
    contract: ContractArgs,
    /// The service file; by default standard output. A file that is there is left alone.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What the backend speaks.
    #[arg(long, default_value = "soap")]
    backend: Language,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Language {
    /// JSON.
    Json,
    /// SOAP.
    Soap,
}

impl Init {
    pub(super) fn run(self) -> Result<(), Exit> {
        let source = self.contract.source()?;
        let wsdl = source.document()?;
        let file = wsdl.name();
        let contract =
            wsdl::load(&file, &mut wsdl.fetch(), &Limits::default().contract).map_err(|problems| {
                report(&problems);
                Exit::Input
            })?;
        let backend = match self.backend {
            Language::Json => samples::Side::Json,
            Language::Soap => samples::Side::Soap,
        };
        let text = scaffold::service_file(&contract, &self.seen(&wsdl), backend)
            .ok_or_else(|| failed(&format!("{file}: no SOAP service was found"), Exit::Input))?;
        match &self.output {
            None => print(text.trim_end()),
            Some(output) => write_new(output, &text),
        }?;
        let doors = open_doors(&contract, backend);
        doors.iter().for_each(|door| print_error(format_args!("saponify: warning: {door}")));
        Ok(())
    }

    /// The WSDL and the folder of its documents as seen from the folder of the service file.
    fn seen(&self, wsdl: &WsdlFile) -> Location {
        let root = wsdl.root().map(|root| self.seen_from_output(root));
        Location { wsdl: self.seen_from_output(&wsdl.path), root }
    }

    fn seen_from_output(&self, path: &Path) -> String {
        let folder = self.output.as_deref().and_then(Path::parent);
        // A name alone is one in the current folder, and so is what goes to standard output.
        let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if path.is_absolute() {
            return path.to_string_lossy().into_owned();
        }
        // Where the folder is not there, nothing will be written, and that is told then.
        let real = path.canonicalize().ok().zip(folder.canonicalize().ok());
        let seen = real.map_or_else(|| path.to_owned(), |(file, folder)| relative(&file, &folder));
        // From a folder, the way to itself has no steps.
        if seen.as_os_str().is_empty() { ".".to_owned() } else { seen.to_string_lossy().into_owned() }
    }
}

/// The way from `folder` to `file`.
fn relative(file: &Path, folder: &Path) -> PathBuf {
    let same = file.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(same).map(|_| Path::new(".."));
    let down: PathBuf = file.components().skip(same).collect();
    up.chain([down.as_path()]).collect()
}

/// What the file leaves open as it is.
fn open_doors(contract: &Contract, backend: samples::Side) -> Vec<String> {
    let fronts = "fronts: `auth: none` lets in whoever reaches the listener; say who may call before `serve --listen` takes an address other than 127.0.0.1";
    let address = contract.services.iter().flat_map(|service| &service.ports).next();
    let address = address.and_then(|port| port.address.as_deref()).filter(|_| backend == samples::Side::Soap);
    let elsewhere = address.filter(|url| service::is_exposed(url));
    let cleartext = elsewhere.map(|url| {
        let url = redact::printable(&redact::url(url)).into_owned();
        format!("backend.soap.url: anyone on the way to {url} reads what is sent; credentials do not go there without https://")
    });
    std::iter::once(fronts.to_owned()).chain(cleartext).collect()
}
