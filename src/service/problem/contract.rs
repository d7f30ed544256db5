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
        NoSuchPort { known: String } = "CFG0302": "the WSDL has no such SOAP service and port";
            "it has {known}";
            "`contract.service` and `contract.port` choose among the services and SOAP ports of the WSDL, by their names.".
        UnknownOperation { name: String, near: Near, known: String } = "CFG0303": "the contract has no operation `{name}`{near}";
            "it has {known}";
            "A rule or a caller names an operation that the chosen port of the contract does not have.".
        Action { operation: String, fault: FieldFault } = "CFG0304":
            "the soapAction of `{operation}` {fault}, which an HTTP header cannot carry";
            "ask the contract's owner for a soapAction that is a URI, or change it in your copy of the WSDL";
            "The backend is told the action of each operation in an HTTP header. One that no header can carry would be left out.".
    }
}

impl ContractProblem {
    /// That there is no operation `name` among `known`.
    pub(in crate::service) fn unknown_operation(name: &str, known: &[Arc<str>]) -> Self {
        let near = Near::of(name, known.iter().map(|known| &**known));
        Self::UnknownOperation { name: name.to_owned(), near, known: known.join(", ") }
    }
}
