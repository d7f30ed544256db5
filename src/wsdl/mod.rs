//! WSDL 1.1 documents become services, ports, operations and messages, with their types resolved.

mod model;

pub use model::{
    Binding, Body, Contract, Document, HeaderPart, Message, Operation, OperationFault, Part, PartKind, Port,
    Service, SoapVersion, Style, Use,
};
