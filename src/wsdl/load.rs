//! Loading: documents, definitions, schemas, services.

use super::definitions::Definitions;
use super::extensions;
use super::model::Contract;
use super::policy::Policies;
use super::services::{self, Joined};
use crate::limits::ContractLimits;
use crate::xml::Diagnostic;
use crate::xsd::{Documents, Fetch, Loaded, Loader};

/// Loads the contract whose main document is `main`.
///
/// Errors: a document that is not a WSDL, not well-formed or over a limit. Problems that concern only some operations
/// are in [`Contract::diagnostics`] and in the operations.
pub fn load(main: &str, fetch: &mut dyn Fetch, limits: &ContractLimits) -> Result<Contract, Vec<Diagnostic>> {
    let mut documents = Documents::new(fetch, limits);
    let mut definitions = Definitions::default();
    let number = documents.read("", main).map_err(|problem| vec![problem])?;
    definitions.add(&mut documents, number, 0).map_err(|problem| vec![problem])?;
    definitions.policies = Policies::of(&definitions.roots);
    let asked = extensions::check(&definitions);
    let mut loader = Loader::new(&mut documents);
    loader.missing = std::mem::take(&mut definitions.missing);
    for (document, element) in &definitions.schemas {
        loader.add(*document, *element);
    }
    let Loaded { schema, diagnostics: of_schemas, mut missing } = loader.finish();
    let references = documents.references();
    let documents = std::mem::take(&mut documents.list);
    let Joined { services, unserved, diagnostics: of_services } =
        services::services(&definitions, &schema, &mut missing);
    let of_definitions = std::mem::take(&mut definitions.diagnostics);
    // What is missing comes first: the rest may follow from it.
    let diagnostics = [missing.diagnostics(), of_definitions, of_schemas, of_services, asked].concat();
    Ok(Contract { documents, references, schema, services, beside: Vec::new(), unserved, diagnostics })
}
