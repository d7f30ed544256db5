//! `convert`: messages between SOAP and JSON, offline.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt::Display;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{SecondsFormat, Utc};
use clap::{Args, ValueEnum};

use super::contract::{NamedContract, Source};
use super::exit::Exit;
use super::indent::IndentArgs;
use super::output::{failed, print, print_error};
use super::services::{self, ContractPlan};
use crate::describe::{self, Converted, Converter, Rules, Selection};
use crate::plan::Plan;
use crate::redact::SecretSet;
use crate::soap::Entity;

/// Convert messages and faults between SOAP and JSON, offline.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify convert wsdl/bancbox.wsdl samples/bancbox/request.xml
  saponify convert -c samples/bancbox/json-to-soap.yaml --to soap samples/bancbox/request.json
  saponify convert --wsdl wsdl/bancbox.wsdl --to json - < samples/bancbox/response-ok.xml")]
pub(super) struct Convert {
    #[command(flatten)]
    contract: NamedContract,
    /// The service; by default any.
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// The port; by default any.
    #[arg(long, value_name = "NAME")]
    port: Option<String>,
    /// The operation; by default the one whose message it is.
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// The language to convert to; by default the one that a message is not in.
    #[arg(long)]
    to: Option<Language>,
    /// Whether it is a request or a response; by default whichever fits.
    #[arg(long)]
    direction: Option<Direction>,
    /// SOAP without its envelope: only what is in the Body.
    #[arg(long)]
    body_only: bool,
    /// A folder for the results: DIR/<stem>.json or DIR/<stem>.xml for each file.
    #[arg(short, value_name = "DIR", requires = "to")]
    output: Option<PathBuf>,
    #[command(flatten)]
    indent: IndentArgs,
    /// What the messages of a service file must not show.
    #[arg(skip)]
    secrets: SecretSet,
    /// The messages; - is standard input. Without --wsdl and -c the first file is the WSDL or the service file.
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

impl Language {
    /// The language that `message` is not in: XML begins with markup, whatever its encoding puts before it.
    fn to(message: &[u8]) -> Self {
        if Entity::begins(message) {
            return Self::Json;
        }
        let before =
            |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xfe | 0xff);
        let first = message.iter().find(|byte| !before(byte));
        if first == Some(&b'<') { Self::Json } else { Self::Soap }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Direction {
    /// From the client.
    Request,
    /// From the service.
    Response,
}

impl Convert {
    pub(super) fn run(mut self) -> Result<(), Exit> {
        let source = self.source()?;
        if let Source::Config(config) = &source {
            let service = services::load_one(config, None)?;
            let rules =
                Rules { service: &service, now: || Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true) };
            let converter = Converter::of_service(rules, &self.selection(), self.body_only);
            self.secrets = SecretSet::of(&service);
            return self.convert_all(&service.plan, &converter);
        }
        let ContractPlan { plan, encode, .. } = services::plan(&source)?;
        let converter = Converter::new(&plan, encode, &self.selection(), self.body_only);
        self.convert_all(&plan, &converter)
    }

    fn convert_all(&self, plan: &Plan, converter: &Converter<'_>) -> Result<(), Exit> {
        if converter.candidates().is_empty() {
            let known = services::names(plan);
            return Err(failed(
                &format!("unknown operation, service or port; the operations are {}", known.join(", ")),
                Exit::Usage,
            ));
        }
        if self.output.is_none() && self.files.len() > 1 {
            return Err(failed(&"expected -o DIR, a folder for the results of several files", Exit::Usage));
        }
        self.check_places()?;
        let mut all = Ok(());
        for file in &self.files {
            match self.convert(converter, file) {
                // The other files are converted all the same.
                Err(Exit::Input) => all = Err(Exit::Input),
                done => done?,
            }
        }
        all
    }

    fn convert(&self, converter: &Converter<'_>, file: &Path) -> Result<(), Exit> {
        let refused = |reason: &dyn Display| failed(&format!("{}: {reason}", file.display()), Exit::Input);
        let input = read(file).map_err(|error| refused(&error))?;
        // Who does not say which language wants the other one.
        let converted = match self.to.unwrap_or_else(|| Language::to(&input)) {
            Language::Json => converter.json_of(&input),
            Language::Soap => converter.soap_of(&input).map(|converted| self.without_secrets(converted)),
        };
        let Converted { message, notes } = converted.map_err(|reason| refused(&reason))?;
        for note in notes {
            print_error(format_args!("saponify: {}: {note}", file.display()));
        }
        self.put(file, &message)
    }

    /// Constants of the service file may be secrets.
    fn without_secrets(&self, converted: Converted) -> Converted {
        let Converted { message, notes } = converted;
        let text = String::from_utf8(message).expect("the converter writes UTF-8");
        Converted { message: self.secrets.masked(&text).into_bytes(), notes }
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

    /// The contract; a file that is it is no message. Errors: no contract, told.
    fn source(&mut self) -> Result<Source, Exit> {
        if let Some(source) = self.contract.source()? {
            return Ok(source);
        }
        let first = self.files.first().map(|file| self.contract.among_messages(file)).transpose()?.flatten();
        let Some(source) = first else {
            let reason =
                "expected the contract: --wsdl FILE, -c FILE, or the WSDL or service file as the first FILE";
            return Err(failed(&reason, Exit::Usage));
        };
        self.files.remove(0);
        if self.files.is_empty() {
            return Err(failed(
                &"expected the messages after the contract; - is standard input",
                Exit::Usage,
            ));
        }
        Ok(source)
    }

    /// The file for the result of `file` in `folder`.
    fn place(&self, folder: &Path, file: &Path) -> PathBuf {
        // A file that was read has a name; that of standard input is `-`.
        let mut name = file.file_stem().unwrap_or(OsStr::new("-")).to_owned();
        name.push(if self.to == Some(Language::Json) { ".json" } else { ".xml" });
        folder.join(name)
    }

    /// Errors: two files whose results would be one file.
    fn check_places(&self) -> Result<(), Exit> {
        let Some(folder) = &self.output else { return Ok(()) };
        let mut taken: HashMap<PathBuf, &Path> = HashMap::new();
        for file in &self.files {
            let place = self.place(folder, file);
            if let Some(other) = taken.get(&place) {
                let (place, other, file) = (place.display(), other.display(), file.display());
                let reason =
                    format!("{place} would be the result of {other} and of {file}; convert them one by one");
                return Err(failed(&reason, Exit::Usage));
            }
            taken.insert(place, file);
        }
        Ok(())
    }

    /// Writes `output`, the result for `file`, where it belongs.
    fn put(&self, file: &Path, output: &[u8]) -> Result<(), Exit> {
        let Some(folder) = &self.output else { return print(self.indent.message(output.to_vec())) };
        let place = self.place(folder, file);
        let written =
            std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&place, [output, b"\n"].concat()));
        written.map_err(|error| failed(&format!("{}: {error}", place.display()), Exit::Input))
    }
}

fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut input = Vec::new();
        return std::io::stdin().read_to_end(&mut input).map(|_| input);
    }
    std::fs::read(file)
}
