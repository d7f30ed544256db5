//! The command line: one file per verb. Standard output is the product, standard error is the talk.

mod admin;
mod call;
mod check;
mod config;
mod contract;
mod convert;
mod curls;
#[cfg(feature = "demo")]
mod demo;
mod diff;
mod exit;
mod explain;
mod fetch;
mod indent;
mod init;
mod inspect;
mod lint;
mod listen;
mod listeners;
mod log;
mod mcp;
mod mock;
mod openapi;
mod otlp;
mod output;
mod ports;
mod reload;
mod reloading;
mod report;
mod sample;
mod sarif;
mod schema;
mod seen;
mod serve;
mod services;
mod surroundings;
mod test;
mod traffic;
mod typed;
mod yaml;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use exit::Exit;

/// SOAP in front of JSON, JSON in front of SOAP, driven by the WSDL.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 110, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Send one request through the bridge to the backend, or show what would be sent.
    Call(call::Call),
    /// Say whether a configuration would start.
    Check(check::Check),
    /// Show the configuration that is in force, and make hashes of passwords for it.
    Config(config::Config),
    /// Convert messages between SOAP and JSON, offline.
    Convert(convert::Convert),
    /// Start the systems of the samples with their reference backends, and show exchanges in all directions.
    #[cfg(feature = "demo")]
    Demo(demo::Demo),
    /// Say what has changed between two contracts or two service files, and whom it breaks.
    Diff(diff::Diff),
    /// Say what the code of a diagnostic means, and how to mend it.
    Explain(explain::Explain),
    /// Copy a contract and everything that it imports into a folder.
    Fetch(fetch::Fetch),
    /// Write the first service file of a contract.
    Init(init::Init),
    /// Show the services, operations and messages of a contract.
    Inspect(inspect::Inspect),
    /// Say what is wrong with a contract, and which operations can be mapped.
    Lint(lint::Lint),
    /// Serve the tools of a service over standard input and output, for the program that starts this one.
    Mcp(mcp::Mcp),
    /// Run a backend made from a contract and its samples.
    Mock(mock::Mock),
    /// Write the OpenAPI document of the JSON front of a service.
    Openapi(openapi::Openapi),
    /// Have a `serve` that runs read its files again.
    Reload(reload::Reload),
    /// Write a message that is valid against a contract.
    Sample(sample::Sample),
    /// Write JSON Schemas: of messages, and of the service file.
    Schema(schema::SchemaVerb),
    /// Run the bridge.
    Serve(serve::Serve),
    /// Try a contract with samples: is what is sent and answered as it should be?
    Test(test::Test),
}

/// Parses the command line, runs one verb and gives its exit code.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if !matches!(arguments.verb, Verb::Serve(_)) {
        log::talk();
    }
    let done = match arguments.verb {
        Verb::Call(call) => call.run(),
        Verb::Check(check) => check.run(),
        Verb::Config(config) => config.run(),
        Verb::Convert(convert) => convert.run(),
        #[cfg(feature = "demo")]
        Verb::Demo(demo) => demo.run(),
        Verb::Diff(diff) => diff.run(),
        Verb::Explain(explain) => explain.run(),
        Verb::Fetch(fetch) => fetch.run(),
        Verb::Init(init) => init.run(),
        Verb::Inspect(inspect) => inspect.run(),
        Verb::Lint(lint) => lint.run(),
        Verb::Mcp(mcp) => mcp.run(),
        Verb::Mock(mock) => mock.run(),
        Verb::Openapi(openapi) => openapi.run(),
        Verb::Reload(reload) => reload.run(),
        Verb::Sample(sample) => sample.run(),
        Verb::Schema(schema) => schema.run(),
        Verb::Serve(serve) => serve.run(),
        Verb::Test(test) => test.run(),
    };
    match done {
        Ok(()) => Exit::Success.into(),
        Err(exit) => exit.into(),
    }
}

const EXAMPLES: &str = "\
Examples:
  saponify demo --once
  saponify convert --wsdl wsdl/bancbox.wsdl --to json samples/bancbox/request.xml
  saponify serve -c samples/bancbox/json-to-soap.yaml --listen 127.0.0.1:8090

Exit codes: 0 success, 1 findings, 2 usage, 3 configuration invalid, 4 input invalid, 5 backend or network
failure, 6 the backend answered with a fault (call), 7 stopped before everything was done (serve),
70 internal error.";
