//! `openapi`: the OpenAPI document of a service's JSON front.

use clap::{Args, ValueEnum};

use super::contract::ContractArgs;
use super::exit::Exit;
use super::output::{failed, print};
use super::services;
use crate::describe::{self, OpenApi, Version};

/// Write the OpenAPI document of the JSON front of a service.
///
/// With a service file it has the paths, methods, callers and rules of that file; with a WSDL it is what `serve --wsdl` would serve.
/// `serve` has the same document at the front's path with `/openapi.json` and `/openapi.yaml`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify openapi wsdl/bancbox.wsdl
  saponify openapi -c samples/bancbox/json-to-soap.yaml --version 3.0 --format yaml
  saponify openapi wsdl/bancbox.wsdl --server https://api.example > target/openapi.json")]
pub(super) struct Openapi {
    #[command(flatten)]
    contract: ContractArgs,
    /// The version of OpenAPI.
    #[arg(long, default_value = "3.1", value_name = "VERSION")]
    version: OpenApiVersion,
    /// The form of the document.
    #[arg(long, default_value = "json")]
    format: Format,
    /// The URL below which clients find the path of the front.
    #[arg(long, default_value = "", hide_default_value = true, value_name = "URL")]
    server: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OpenApiVersion {
    #[value(name = "3.0")]
    V30,
    #[value(name = "3.1")]
    V31,
    #[value(name = "3.2")]
    V32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

impl Openapi {
    pub(super) fn run(self) -> Result<(), Exit> {
        // Nothing is called, so a contract without an address is as good as any.
        let service = services::described(&self.contract.source()?)?;
        let version = match self.version {
            OpenApiVersion::V30 => Version::V30,
            OpenApiVersion::V31 => Version::V31,
            OpenApiVersion::V32 => Version::V32,
        };
        let base = self.server.trim_end_matches('/');
        let document = describe::openapi(OpenApi { service: &service, version, base });
        let document = document.ok_or_else(|| {
            failed(
                &"the service has no JSON front, so there is nothing to describe; add `fronts.json`",
                Exit::Configuration,
            )
        })?;
        let text = match self.format {
            Format::Json => describe::to_json(&document),
            Format::Yaml => describe::to_yaml(&document),
        };
        print(text.trim_ascii_end())
    }
}
