//! What a side must answer.

use crate::describe::Direction;
use crate::samples::{Case, ContractContext, Part, Side, fault_json};

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
    pub(super) fn of(
        case: &Case,
        side: Side,
        operation: &str,
        context: &ContractContext,
    ) -> Result<Self, String> {
        let order = match side {
            Side::Json => [Part::ResponseJson, Part::FaultJson, Part::ResponseXml, Part::FaultXml],
            Side::Soap => [Part::ResponseXml, Part::FaultXml, Part::ResponseJson, Part::FaultJson],
        };
        let first = order.into_iter().find_map(|part| Some((part, case.get(part)?)));
        let http = case.settings.http.status.unwrap_or(200);
        first.map_or(Ok(Self::Response), |(part, bytes)| {
            Self::by(part, (bytes, http), side, operation, context)
        })
    }

    fn by(
        part: Part,
        (bytes, http): (&[u8], u16),
        side: Side,
        operation: &str,
        context: &ContractContext,
    ) -> Result<Self, String> {
        let response = Direction::Response;
        match (side, part) {
            (Side::Json, Part::ResponseJson | Part::FaultJson) => Ok(Self::Same(bytes.to_vec())),
            (Side::Soap, Part::FaultXml) => {
                let json = fault_json(bytes, &context.limits.xml)?;
                Ok(json.map_or(Self::Failure, Self::Fault))
            }
            (side, Part::ResponseXml) => {
                let json = context.json_of(operation, response, bytes).map_err(|problem| problem.message)?;
                let told = side == Side::Json;
                Ok(Self::Same(if told { context.told_by(operation, &json, http) } else { json }))
            }
            (_, Part::ResponseJson) => {
                let json = context.response_of(operation, bytes, http);
                let json = json.and_then(|json| context.canonical(operation, response, &json));
                json.map(Self::Same).map_err(|_| "response.json breaks the contract".to_owned())
            }
            _ => Ok(Self::Failure),
        }
    }
}
