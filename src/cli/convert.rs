//! `convert`: messages between SOAP and JSON, offline.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::check;
use super::exit::Exit;
use crate::codec::EncodeOptions;
use crate::describe::{self, Converter, Selection};
use crate::plan::Plan;

/// Convert messages between SOAP and JSON, offline.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify convert --wsdl wsdl/bancbox.wsdl --to json samples/bancbox/request.xml
  saponify convert -c samples/bancbox/json-to-soap.yaml --to soap samples/bancbox/request.json
  saponify convert --wsdl wsdl/bancbox.wsdl --to json - < samples/bancbox/response-ok.xml")]
pub(super) struct Convert {
    /// The WSDL.
    #[arg(long, value_name = "FILE", required_unless_present = "config", conflicts_with = "config")]
    wsdl: Option<PathBuf>,
    /// A service file: its contract with its rules.
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The service; by default any.
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// The port; by default any.
    #[arg(long, value_name = "NAME")]
    port: Option<String>,
    /// The operation; by default the one whose message it is.
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// The language to convert to.
    #[arg(long)]
    to: Language,
    /// Whether it is a request or a response; by default whichever fits.
    #[arg(long)]
    direction: Option<Direction>,
    /// SOAP without its envelope: only what is in the Body.
    #[arg(long)]
    body_only: bool,
    /// A folder for the results: DIR/<stem>.json or DIR/<stem>.xml for each file.
    #[arg(short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// The messages; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Language {
    /// JSON.
    Json,
    /// SOAP.
    Soap,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Direction {
    /// From the client.
    Request,
    /// From the service.
    Response,
}

impl Convert {
    pub(super) fn run(self) -> Result<(), Exit> {
        let (plan, options) = self.plan()?;
        let converter = Converter::new(&plan, options, &self.selection(), self.body_only);
        if converter.candidates().is_empty() {
            let known: Vec<&str> = plan.operations().iter().map(|operation| &*operation.name).collect();
            eprintln!("saponify: no such operation; there are {}", known.join(", "));
            return Err(Exit::Usage);
        }
        if self.output.is_none() && self.files.len() > 1 {
            eprintln!("saponify: several files need a folder for their results: -o DIR");
            return Err(Exit::Usage);
        }
        let mut failed = false;
        for file in &self.files {
            let converted = read(file).and_then(|input| self.convert(&converter, &input));
            if let Err(reason) = converted.and_then(|output| self.put(file, &output)) {
                eprintln!("saponify: {}: {reason}", file.display());
                failed = true;
            }
        }
        if failed { Err(Exit::Input) } else { Ok(()) }
    }

    fn selection(&self) -> Selection {
        let direction = self.direction.map(|direction| match direction {
            Direction::Request => describe::Direction::Request,
            Direction::Response => describe::Direction::Response,
        });
        Selection {
            service: self.service.clone(),
            port: self.port.clone(),
            operation: self.operation.clone(),
            direction,
        }
    }

    fn plan(&self) -> Result<(Plan, EncodeOptions), Exit> {
        if let Some(config) = &self.config {
            let service = check::load(config, None)?;
            return Ok((service.plan, service.encode));
        }
        let wsdl = self.wsdl.as_deref().unwrap_or(Path::new(""));
        super::sample::plan(wsdl).map(|plan| (plan, EncodeOptions::default()))
    }

    fn convert(&self, converter: &Converter<'_>, input: &[u8]) -> Result<Vec<u8>, String> {
        let converted = match self.to {
            Language::Json => converter.json_of(input),
            Language::Soap => converter.soap_of(input),
        };
        converted.map(finished).map_err(|error| error.to_string())
    }

    fn put(&self, file: &Path, output: &[u8]) -> Result<(), String> {
        let Some(folder) = &self.output else {
            return std::io::stdout().write_all(output).map_err(|error| error.to_string());
        };
        let extension = if self.to == Language::Json { "json" } else { "xml" };
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let place = folder.join(format!("{stem}.{extension}"));
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&place, output))
            .map_err(|error| format!("{}: {error}", place.display()))
    }
}

fn finished(mut out: Vec<u8>) -> Vec<u8> {
    out.push(b'\n');
    out
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    if file == Path::new("-") {
        let mut input = Vec::new();
        return std::io::stdin().read_to_end(&mut input).map(|_| input).map_err(|error| error.to_string());
    }
    std::fs::read(file).map_err(|error| error.to_string())
}
