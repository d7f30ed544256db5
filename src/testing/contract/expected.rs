//! What a side must answer.

use crate::describe::Direction;
use crate::testing::samples::{Case, Part, Side, Terms, fault_json};

/// What an answer is held against.
pub(super) enum Expected {
    /// This JSON; that of a SOAP response is its conversion.
    Same(Vec<u8>),
    /// This fault, as JSON.
    Fault(Vec<u8>),
    /// A failure, whatever it says: what the other side says of it cannot be converted.
    Failure,
    /// A response, whatever it says.
    Response,
}

impl Expected {
    /// What `side` must answer in `case`: its own file, else what follows from that of the other side.
    ///
    /// Errors: never for samples that were checked; why a message cannot be converted.
    pub(super) fn of(case: &Case, side: Side, operation: &str, terms: &Terms) -> Result<Self, String> {
        let response = Direction::Response;
        let xml = |bytes| terms.json_of(operation, response, bytes).map_err(|problem| problem.message);
        let canonical = |bytes| {
            let json = terms.canonical(operation, response, bytes);
            json.map_err(|_| "response.json breaks the contract".to_owned())
        };
        let order = match side {
            Side::Json => [Part::ResponseJson, Part::FaultJson, Part::ResponseXml, Part::FaultXml],
            Side::Soap => [Part::ResponseXml, Part::FaultXml, Part::ResponseJson, Part::FaultJson],
        };
        let first = order.into_iter().find_map(|part| Some((part, case.get(part)?)));
        Ok(match (side, first) {
            (_, None) => Self::Response,
            (Side::Json, Some((Part::ResponseJson | Part::FaultJson, bytes))) => Self::Same(bytes.to_vec()),
            (Side::Soap, Some((Part::FaultXml, bytes))) => {
                Self::Fault(fault_json(bytes, &terms.limits.xml)?.unwrap_or_default())
            }
            (_, Some((Part::ResponseXml, bytes))) => Self::Same(xml(bytes)?),
            (_, Some((Part::ResponseJson, bytes))) => Self::Same(canonical(bytes)?),
            (_, Some(_)) => Self::Failure,
        })
    }
}
