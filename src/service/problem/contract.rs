//! Problems of the contract as the service file uses it.

use std::sync::Arc;

use super::near::Near;
use crate::service::field_value::FieldFault;

problems! {
    /// What is wrong with `contract`, and with names that should be those of the contract.
    ContractProblem {
        NothingServed = "CFG0301": "no operation of the contract can be served";
            "the other problems say why; `saponify lint` has all of them";
            "Every operation of the contract was refused. `saponify lint` says why.".
        NoSuchPort { near: Near, known: String } = "CFG0302": "the WSDL has no such SOAP service and port{near}";
            "it has {known}";
            "`contract.service` and `contract.port` choose among the services and SOAP ports of the WSDL, by their names.".
        UnknownOperation { name: String, near: Near, known: String } = "CFG0303": "the contract has no operation `{name}`{near}";
            "it has {known}";
            "A rule or a caller names an operation that the chosen port of the contract does not have.".
        Action { operation: String, fault: FieldFault } = "CFG0304":
            "the soapAction of `{operation}` {fault}, which an HTTP header cannot carry";
            "ask the contract's owner for a soapAction that is a URI, or change it in your copy of the WSDL";
            "The backend is told the action of each operation in an HTTP header. One that no header can carry would be left out.".
        Unreadable { reason: String } = "CFG0305": "the WSDL cannot be read: {reason}";
            "the path is relative to the service file; `saponify fetch URL -o DIR` copies a contract from a server";
            "The contract is not where `contract.wsdl` says, or may not be read.".
        Elsewhere { url: String } = "CFG0306": "a contract is a file; nothing is read from a network when a service is loaded";
            "copy it with all that it imports, and name the file here: `saponify fetch '{url}' -o contract`, then \
             `wsdl: contract/main.wsdl`";
            "A bridge that read its contract from a network could not start without it, and would serve whatever that server \
             said. `saponify fetch` copies a contract with everything that it imports.".
    }
}

impl ContractProblem {
    /// That there is no operation `name` among `known`.
    pub(in crate::service) fn unknown_operation(name: &str, known: &[Arc<str>]) -> Self {
        let near = Near::of(name, known.iter().map(|known| &**known));
        Self::UnknownOperation { name: name.to_owned(), near, known: known.join(", ") }
    }
}
