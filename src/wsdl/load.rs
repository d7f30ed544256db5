//! Loading: documents, definitions, schemas, services.

use super::definitions::Definitions;
use super::model::Contract;
use super::services;
use crate::limits::ContractLimits;
use crate::xml::Diagnostic;
use crate::xsd::{Documents, Fetch, Loader};

/// Loads the contract whose main document is `main`.
///
/// Errors: a document that is not a WSDL, not well-formed or over a limit. Problems that concern only some operations
/// are in [`Contract::diagnostics`] and in the operations.
pub fn load(main: &str, fetch: &mut dyn Fetch, limits: &ContractLimits) -> Result<Contract, Vec<Diagnostic>> {
    let mut documents = Documents::new(fetch, limits);
    let mut definitions = Definitions::default();
    let number = documents.read("", main).map_err(|problem| vec![problem])?;
    definitions.add(&mut documents, number, 0).map_err(|problem| vec![problem])?;
    let mut loader = Loader::new(&mut documents);
    for (document, element) in &definitions.schemas {
        loader.add(*document, *element);
    }
    let (schema, mut diagnostics) = loader.finish();
    diagnostics.splice(0..0, std::mem::take(&mut definitions.diagnostics));
    let documents = std::mem::take(&mut documents.list);
    let (services, found) = services::services(&definitions, &schema);
    diagnostics.extend(found);
    Ok(Contract { documents, schema, services, diagnostics })
}
