//! A WSDL with several ports: which of them the cases of `test` are of.

use super::contract::WsdlFile;
use super::exit::Exit;
use super::report::report;
use crate::samples::{Case, ContractContext, operation_of};

/// The `cases` of each port, with one of its operations. Those of no operation at any port are left out. Errors: told.
pub(super) fn of(wsdl: &WsdlFile, cases: Vec<Case>) -> Result<Vec<(String, Vec<Case>)>, Exit> {
    // Most contracts have all operations at their first port, and are not read once more.
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let context = ContractContext::of_wsdl(&wsdl.name(), &mut wsdl.fetch()).map_err(|problems| {
        report(&problems);
        Exit::Configuration
    })?;
    let mut ports: Vec<Port> = Vec::new();
    for case in cases {
        // What is of no operation was told when the first port was tried.
        let Ok(name) = operation_of(&case, &context) else { continue };
        let Some(operation) = context.operation(&name, None) else { continue };
        let (service, port) = (operation.service.to_string(), operation.port.to_string());
        match ports.iter_mut().find(|known| known.service == service && known.port == port) {
            Some(known) => known.cases.push(case),
            None => ports.push(Port { service, port, operation: name, cases: vec![case] }),
        }
    }
    Ok(ports.into_iter().map(|port| (port.operation, port.cases)).collect())
}

struct Port {
    service: String,
    port: String,
    /// The first of its operations that has a case.
    operation: String,
    cases: Vec<Case>,
}
