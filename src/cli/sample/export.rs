//! `sample --as TOOL`: requests for the tools that people hold.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::super::contract::Source;
use super::super::exit::Exit;
use super::super::indent::IndentArgs;
use super::super::output::{failed, print, print_error, write_new};
use super::super::report::report;
use super::super::services;
use super::super::surroundings::rfc3339_now;
use super::address;
use crate::describe::{Selection, Style};
use crate::plan::OperationPlan;
use crate::redact;
use crate::samples::export::{
    Caller, Exporter, File, Output, Place, Tool, UsernameToken, Wanted, files_of_cases, told,
};
use crate::samples::{self, ContractContext};
use crate::service::Service;
use crate::wss::PasswordType;
use crate::xml;

/// What requests for a tool are to be like.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// Whose requests: by default those of JSON clients where the service file has a JSON front, else those of SOAP clients, as with a WSDL.
    #[arg(long)]
    side: Option<Side>,
    /// The address: of SOAP the endpoint, of JSON what stands before the paths of the operations; by default that of the front at the
    /// public URL or 127.0.0.1:8090, of a WSDL the one in it.
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// A file, or a folder for a tool that holds one; by default standard output. What is there is left alone.
    #[arg(short, long, value_name = "FILE|FOLDER")]
    output: Option<PathBuf>,
    /// A UsernameToken in SOAP requests, with the tool's variable NAME for its password; by default as the front of the service file asks.
    #[arg(long, value_name = "USER:env:NAME")]
    username_token: Option<String>,
    /// The password goes as a digest.
    #[arg(long, requires = "username_token")]
    password_digest: bool,
    /// Each request has an Idempotency-Key of its own.
    #[arg(long)]
    idempotency_key: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Side {
    /// Those of JSON clients.
    Json,
    /// Those of SOAP clients.
    Soap,
}

impl ExportArgs {
    /// Errors: an option that is for requests alone, which `what` is not, told.
    pub(super) fn check_unused(&self, what: &str) -> Result<(), Exit> {
        let given = [
            ("--side", self.side.is_some()),
            ("--to", self.to.is_some()),
            ("--username-token", self.username_token.is_some()),
            ("--idempotency-key", self.idempotency_key),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((option, _)) => {
                let reason = format!("{option}: {what}; a tool that takes it is named by --as, such as curl");
                Err(failed(&reason, Exit::Usage))
            }
            None => Ok(()),
        }
    }

    /// Errors: a file for a message, told.
    pub(super) fn check_no_file(&self) -> Result<(), Exit> {
        match self.output {
            Some(_) => Err(failed(&"--output: a message goes to standard output", Exit::Usage)),
            None => Ok(()),
        }
    }

    fn side(&self, service: Option<&Service>) -> samples::Side {
        match self.side {
            Some(Side::Json) => samples::Side::Json,
            Some(Side::Soap) => samples::Side::Soap,
            None if service.is_some_and(|service| service.json_front.is_some()) => samples::Side::Json,
            None => samples::Side::Soap,
        }
    }

    fn caller(&self, service: Option<&Service>, side: samples::Side) -> Result<Caller, Exit> {
        match (&self.username_token, side) {
            (Some(_), samples::Side::Json) => {
                Err(failed(&"--username-token: only SOAP requests bear one; say --side soap", Exit::Usage))
            }
            (Some(text), samples::Side::Soap) => {
                let caller = Caller::with_token(token(text, self.password_digest)?);
                Ok(service.map_or(caller.clone(), |service| caller.to(service, side)))
            }
            // Of a WSDL nobody knows who may call.
            (None, _) => Ok(service.map_or_else(Caller::default, |service| Caller::of(service, side))),
        }
    }
}

/// `USER:env:NAME`.
fn token(text: &str, digest: bool) -> Result<UsernameToken, Exit> {
    let parts: Vec<&str> = text.splitn(3, ':').collect();
    let is_name = |name: &str| {
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        plain && !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())
    };
    match parts.as_slice() {
        [user, "env", name]
            if !user.is_empty() && is_name(name) && xml::write::text(&mut Vec::new(), user).is_ok() =>
        {
            let (username, password) = (Some((*user).to_owned()), Some((*name).to_owned()));
            let kind = if digest { PasswordType::Digest } else { PasswordType::Text };
            Ok(UsernameToken { kind, username, password })
        }
        _ => Err(failed(&"--username-token: expected USER:env:NAME", Exit::Usage)),
    }
}

/// What is written, and of which operations.
pub(super) struct Export<'e> {
    pub(super) source: &'e Source,
    pub(super) options: &'e ExportArgs,
    pub(super) selection: Selection,
    pub(super) style: Option<Style>,
    pub(super) seed: u64,
    pub(super) indent: IndentArgs,
}

impl Export<'_> {
    /// Requests for `tool`.
    pub(super) fn requests(&self, tool: Tool) -> Result<(), Exit> {
        let (context, service) = contract(self.source)?;
        let schema = services::schema(self.source)?;
        let operations = self.operations(&context)?;
        let (options, service) = (self.options, service.as_ref());
        let side = options.side(service);
        let address = match (&options.to, service) {
            (Some(to), _) => address::of(to, "--to")?,
            (None, Some(service)) => address::of_front(service, side)?,
            (None, None) => address::of_wsdl(&operations, side)?,
        };
        let caller = options.caller(service, side)?;
        let (schema, layout) = (Some(&schema), |bytes| self.indent.in_file(bytes));
        let exporter = Exporter { context: &context, schema, side, caller, wanted: self.wanted(&layout) };
        let own = operations.first().map_or("", |operation| &operation.service);
        let name = service.map_or(own, |service| &service.name);
        let collection = exporter.collection(Place { name, address: &address }, &operations, &mut tell);
        if collection.exchanges.is_empty() {
            return Err(Exit::Input);
        }
        self.write(tool.output(&collection))
    }

    /// A case of each operation.
    pub(super) fn cases(&self) -> Result<(), Exit> {
        self.options.check_unused("a case is of both languages")?;
        let (context, service) = contract(self.source)?;
        let schema = services::schema(self.source)?;
        // Of a WSDL nobody knows who may call.
        let caller =
            service.as_ref().map_or_else(Caller::default, |own| Caller::of(own, samples::Side::Json));
        let (schema, side, layout) = (Some(&schema), samples::Side::Json, |bytes| self.indent.in_file(bytes));
        let exporter = Exporter { context: &context, schema, side, caller, wanted: self.wanted(&layout) };
        let operations = self.operations(&context)?;
        let made = |operation: &&OperationPlan| told(&operation.name, exporter.case(operation), &mut tell);
        let cases: Vec<_> = operations.iter().filter_map(made).collect();
        if cases.is_empty() {
            return Err(Exit::Input);
        }
        self.write(Output::Folder(files_of_cases(&cases)))
    }

    fn wanted<'w>(&self, layout: &'w dyn Fn(Vec<u8>) -> Vec<u8>) -> Wanted<'w> {
        let (style, seed, keyed) = (self.style, self.seed, self.options.idempotency_key);
        Wanted { style, seed, tries: TRIES, keyed, layout, now: rfc3339_now }
    }

    /// The operations that are meant, each once. Errors: one that the contract does not have, told.
    fn operations<'c>(&self, context: &'c ContractContext) -> Result<Vec<&'c OperationPlan>, Exit> {
        let mut found: Vec<&OperationPlan> = Vec::new();
        for operation in context.plan.operations().iter().filter(|operation| self.selection.is(operation)) {
            // What the service sends by itself no client can ask for.
            if !operation.callback && !found.iter().any(|known| known.name == operation.name) {
                found.push(operation);
            }
        }
        match (&self.selection.operation, found.is_empty()) {
            (_, false) => Ok(found),
            (Some(name), true) if !services::names(&context.plan).contains(name) => {
                Err(failed(&services::unknown(name, &context.plan), Exit::Input))
            }
            (_, true) => {
                let reason =
                    "there is no such operation at this service and port; `saponify inspect` lists them";
                Err(failed(&reason, Exit::Input))
            }
        }
    }

    fn write(&self, output: Output) -> Result<(), Exit> {
        match (output, &self.options.output) {
            (Output::Text(text), None) => print(text.trim_end()),
            (Output::Text(text), Some(path)) => write_new(path, &text),
            (Output::Folder(files), Some(folder)) => write_folder(folder, &files),
            (Output::Folder(_), None) => {
                Err(failed(&"expected --output FOLDER: the tool holds a folder", Exit::Usage))
            }
        }
    }
}

/// The contract, and its service where there is a service file. Errors: told.
fn contract(source: &Source) -> Result<(ContractContext, Option<Service>), Exit> {
    match source {
        Source::Config(file) => {
            let service = services::load_one(file, None)?;
            Ok((ContractContext::shown(&service), Some(service)))
        }
        Source::Wsdl(wsdl) => match ContractContext::of_wsdl(&wsdl.name(), &mut wsdl.fetch()) {
            Ok(context) => Ok((context, None)),
            Err(problems) => {
                report(&problems);
                Err(Exit::Input)
            }
        },
    }
}

/// Says what is wrong with the request of an operation.
fn tell(operation: &str, reason: String) {
    print_error(format_args!("saponify: {}: {}", redact::printable(operation), redact::printable(&reason)));
}

fn write_folder(folder: &Path, files: &[File]) -> Result<(), Exit> {
    let wrong = |error: std::io::Error| failed(&format!("{}: {error}", folder.display()), Exit::Usage);
    fs::create_dir_all(folder).map_err(wrong)?;
    if fs::read_dir(folder).map_err(wrong)?.next().is_some() {
        return Err(failed(&format!("{}: expected a folder that is empty", folder.display()), Exit::Usage));
    }
    for file in files {
        let path = folder.join(&file.path);
        if let Some(around) = path.parent() {
            fs::create_dir_all(around).map_err(wrong)?;
        }
        write_new(&path, &file.text)?;
    }
    Ok(())
}

/// Random samples that are tried: conditions that one in a dozen keeps are met then.
const TRIES: u64 = 64;
