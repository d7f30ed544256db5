//! `config show`: what is in force.

use std::path::Path;

use clap::Args;

use super::super::contract::{ContractArgs, Source};
use super::super::exit::Exit;
use super::super::output::{failed, print};
use super::super::services;
use super::super::typed;
use super::super::yaml::Tree;
use super::effective;
use super::warnings;

/// Write the configuration with its defaults, as YAML, without its secrets.
///
/// References stay references. What weakens it stands on top, as comments.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify config show -c samples/bancbox/json-to-soap.yaml
  saponify config show -c samples/bancbox/json-to-soap.yaml --backend-url http://127.0.0.1:9000/soap
  saponify config show -c samples/bancbox/json-to-soap.yaml | grep '^# warning'")]
pub(super) struct Show {
    #[command(flatten)]
    contract: ContractArgs,
    /// A URL in place of the backend's.
    #[arg(long, value_name = "URL")]
    backend_url: Option<String>,
}

impl Show {
    pub(super) fn run(self) -> Result<(), Exit> {
        let config = match self.contract.source()? {
            Source::Config(config) => config,
            Source::Wsdl(wsdl) => {
                let reason = format!(
                    "{0}: a WSDL has no configuration; `saponify init {0}` writes a first service file",
                    wsdl.path.display()
                );
                return Err(failed(&reason, Exit::Usage));
            }
        };
        let service = services::load_one(&config, self.backend_url.as_deref())?;
        let mut tree = whole(&config)?;
        effective::complete(&mut tree, &service, self.backend_url.is_some());
        tree.mask();
        let yaml = serde_saphyr::to_string(&tree).map_err(|error| failed(&error, Exit::Internal))?;
        let warnings =
            warnings::of(&service, &tree).into_iter().map(|warning| format!("# warning: {warning}\n"));
        print(format!("{}{}", warnings.collect::<String>(), yaml.trim_end()))
    }
}

/// What was typed, with what the included file says.
fn whole(path: &Path) -> Result<Tree, Exit> {
    let mut tree = parsed(path)?;
    if let Some(include) = tree.remove("include") {
        let folder = path.parent().expect("a file that was read is in a folder");
        tree.complete(parsed(&folder.join(include.text()))?);
    }
    Ok(tree)
}

fn parsed(path: &Path) -> Result<Tree, Exit> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let tree =
        // Loading it has told of every mistake; what a parser says of it may show what must not be shown.
        text.and_then(|text| typed::read(&text).map_err(|_| "it cannot be read".to_owned()));
    tree.map_err(|reason| failed(&format!("{}: {reason}", path.display()), Exit::Configuration))
}
