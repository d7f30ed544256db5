//! `convert`: messages between SOAP and JSON, offline.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::check;
use super::exit::Exit;
use super::report::report;
use crate::codec::{DecodeOptions, Decoder, EncodeOptions, Encoder};
use crate::json::Tape;
use crate::limits::Limits;
use crate::plan::{MessagePlan, OperationPlan, Plan, Rules, compile};
use crate::soap::{self, Block, Version};
use crate::wsdl::{self, Files};
use crate::xml::{self, Event, Name, Reader};

/// Convert messages between SOAP and JSON, offline.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify convert --wsdl wsdl/bancbox.wsdl --to json samples/bancbox/request.xml
  saponify convert -c samples/bancbox/service.yaml --to soap samples/bancbox/request.json
  saponify convert -c samples/bancbox/service.yaml --to json - < samples/bancbox/response-ok.xml")]
pub(super) struct Convert {
    /// The WSDL.
    #[arg(long, value_name = "FILE", required_unless_present = "config", conflicts_with = "config")]
    wsdl: Option<PathBuf>,
    /// A service file: its contract with its rules.
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
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

/// A message that the input may be.
struct Candidate<'p> {
    operation: &'p OperationPlan,
    message: &'p MessagePlan,
}

impl Convert {
    pub(super) fn run(self) -> Result<(), Exit> {
        let (plan, options) = self.plan()?;
        let candidates = self.candidates(&plan);
        if candidates.is_empty() {
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
            let converted = read(file).and_then(|input| self.convert(&plan, &candidates, &options, &input));
            if let Err(reason) = converted.and_then(|output| self.put(file, &output)) {
                eprintln!("saponify: {}: {reason}", file.display());
                failed = true;
            }
        }
        if failed { Err(Exit::Input) } else { Ok(()) }
    }

    fn plan(&self) -> Result<(Plan, EncodeOptions), Exit> {
        if let Some(config) = &self.config {
            let service = check::load(config, None)?;
            return Ok((service.plan, service.encode));
        }
        let wsdl = self.wsdl.as_deref().unwrap_or(Path::new("")).to_string_lossy().into_owned();
        let compiled = wsdl::load(&wsdl, &mut Files, &Limits::default().contract)
            .and_then(|contract| compile(&contract, &Rules::default()));
        let compiled = compiled.map_err(|problems| {
            report(&problems);
            Exit::Input
        })?;
        if compiled.plan.operations().is_empty() {
            report(&compiled.refused.into_iter().map(|(_, _, reason)| reason).collect::<Vec<_>>());
            return Err(Exit::Input);
        }
        Ok((compiled.plan, EncodeOptions::default()))
    }

    fn candidates<'p>(&self, plan: &'p Plan) -> Vec<Candidate<'p>> {
        let named = |operation: &&OperationPlan| {
            self.operation.as_deref().is_none_or(|name| *operation.name == *name)
        };
        let operations = plan.operations().iter().filter(named);
        let messages = operations.flat_map(|operation| {
            let input = (self.direction != Some(Direction::Response)).then_some(&operation.input);
            let output = operation.output.as_ref().filter(|_| self.direction != Some(Direction::Request));
            input.into_iter().chain(output).map(move |message| Candidate { operation, message })
        });
        messages.collect()
    }

    fn convert(
        &self,
        plan: &Plan,
        candidates: &[Candidate<'_>],
        options: &EncodeOptions,
        input: &[u8],
    ) -> Result<Vec<u8>, String> {
        match self.to {
            Language::Json => self.to_json(plan, candidates, input),
            Language::Soap => self.to_soap(plan, candidates, options, input),
        }
    }

    fn to_json(&self, plan: &Plan, candidates: &[Candidate<'_>], input: &[u8]) -> Result<Vec<u8>, String> {
        let text = xml::decode(input, None).map_err(|error| error.to_string())?;
        let limits = Limits::default();
        let mut reader = Reader::new(&text, plan.namespaces(), &limits.xml);
        let root = self.open(&mut reader)?;
        let mut tried = String::from("no operation has this message");
        for candidate in candidates.iter().filter(|candidate| is_root(plan, candidate.message, root)) {
            let mut reader = Reader::new(&text, plan.namespaces(), &limits.xml);
            self.open(&mut reader)?;
            let mut out = Vec::new();
            let options = DecodeOptions { strict: true, members: b"" };
            match Decoder::default().decode(plan, candidate.message, &mut reader, options, &mut out) {
                Ok(_) => return self.close(&mut reader, root.is_none()).map(|()| finished(out)),
                Err(error) => tried = error.to_string(),
            }
        }
        Err(tried)
    }

    /// Reads up to the first child of Body.
    fn open<'i>(&self, reader: &mut Reader<'i>) -> Result<Option<Name<'i>>, String> {
        if self.body_only {
            return match reader.next().map_err(|error| error.to_string())? {
                Event::Start(name) => Ok(Some(name)),
                _ => Ok(None),
            };
        }
        let opened = soap::open(reader, |_, reader| {
            reader.skip()?;
            Ok::<_, soap::Error>(Block::Understood)
        });
        let opened = opened.map_err(|error| error.to_string())?;
        match opened.first {
            Some(name) if soap::is_fault(opened.version, name) => {
                let fault = soap::read_fault(reader).map_err(|error| error.to_string())?;
                Err(format!("the message is a fault: {} {}", fault.code, fault.reason))
            }
            first => Ok(first),
        }
    }

    fn close(&self, reader: &mut Reader<'_>, empty: bool) -> Result<(), String> {
        if self.body_only {
            return reader.next().map(|_| ()).map_err(|error| error.to_string());
        }
        soap::finish(reader, empty).map_err(|error| error.to_string())
    }

    fn to_soap(
        &self,
        plan: &Plan,
        candidates: &[Candidate<'_>],
        options: &EncodeOptions,
        input: &[u8],
    ) -> Result<Vec<u8>, String> {
        let mut tape = Tape::new();
        let value = tape.parse(input, &options.limits).map_err(|error| error.to_string())?;
        let mut best: Option<crate::codec::Violations> = None;
        for candidate in candidates {
            let mut out = Vec::new();
            if !self.body_only {
                soap::begin(&mut out, Version::from(candidate.operation.version));
                soap::begin_body(&mut out);
            }
            match Encoder::default().encode(plan, candidate.message, value, options, &mut out) {
                Ok(()) if self.body_only => return Ok(finished(out)),
                Ok(()) => {
                    soap::end(&mut out);
                    return Ok(finished(out));
                }
                Err(violations) => best = Some(closest(best, violations)),
            }
        }
        Err(best.map(|violations| violations.to_string()).unwrap_or_default())
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

fn is_root(plan: &Plan, message: &MessagePlan, root: Option<Name<'_>>) -> bool {
    match (message.root, root) {
        (Some(element), Some(name)) => plan.element(element).is(name),
        (None, None) => true,
        _ => false,
    }
}

/// The candidate with the fewest breaches is the one that was meant.
fn closest(
    best: Option<crate::codec::Violations>,
    other: crate::codec::Violations,
) -> crate::codec::Violations {
    match best {
        Some(best) if best.0.len() <= other.0.len() => best,
        _ => other,
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
