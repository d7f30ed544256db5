//! `init`: the first service file of a contract.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::contract::ContractFiles;
use super::exit::Exit;
use super::output::{failed, print};
use super::report::report;
use crate::limits::Limits;
use crate::samples;
use crate::scaffold::{self, Location};
use crate::wsdl;

/// Write the first service file of a contract.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify init wsdl/bancbox.wsdl
  saponify init wsdl/bancbox.wsdl --backend json
  saponify init wsdl/bancbox.wsdl > target/service.yaml && echo written")]
pub(super) struct Init {
    /// The WSDL.
    #[arg(value_name = "FILE")]
    wsdl: PathBuf,
    #[command(flatten)]
    contract: ContractFiles,
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
        let file = self.wsdl.to_string_lossy();
        let contract = wsdl::load(&file, &mut self.contract.fetch(), &Limits::default().contract).map_err(
            |problems| {
                report(&problems);
                Exit::Input
            },
        )?;
        let backend = match self.backend {
            Language::Json => samples::Side::Json,
            Language::Soap => samples::Side::Soap,
        };
        let text = scaffold::service_file(&contract, &self.seen(), backend)
            .ok_or_else(|| failed(&format!("{file}: no SOAP service was found"), Exit::Input))?;
        match &self.output {
            None => print(text.trim_end()),
            Some(output) => write_new(output, &text),
        }
    }

    /// The WSDL and the folder of its documents as seen from the folder of the service file.
    fn seen(&self) -> Location {
        let root = self.contract.root.as_deref().map(|root| self.seen_from_output(root));
        Location { wsdl: self.seen_from_output(&self.wsdl), root }
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

fn write_new(path: &Path, text: &str) -> Result<(), Exit> {
    let file = std::fs::File::options().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| failed(&format!("{}: {error}", path.display()), Exit::Usage))
}
