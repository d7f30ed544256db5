//! What a side must answer.

use super::case_run::CaseRun;
use crate::samples::{Part, Problem, Side};

/// What an answer is held against.
pub(super) enum Expected {
    /// This JSON; that of a SOAP response is its conversion.
    Same(Vec<u8>),
    /// This fault, as JSON.
    Fault(Vec<u8>),
    /// An answer that stands for this fault, as JSON.
    Told(Vec<u8>),
    /// A failure, whatever it says: what the other side says of it cannot be converted.
    Failure,
    /// A response, whatever it says.
    Response,
}

impl Expected {
    /// What must be answered: the side's own file, else what follows from that of the other side.
    ///
    /// Errors: never for samples that were checked; why a message cannot be converted.
    pub(super) fn of(run: &CaseRun<'_>) -> Result<Self, Problem> {
        let order = match run.side {
            Side::Json => [Part::ResponseJson, Part::FaultJson, Part::ResponseXml, Part::FaultXml],
            Side::Soap => [Part::ResponseXml, Part::FaultXml, Part::ResponseJson, Part::FaultJson],
        };
        let first = order.into_iter().find_map(|part| Some((part, run.case.get(part)?)));
        first.map_or(Ok(Self::Response), |(part, bytes)| Self::by(run, part, bytes))
    }

    fn by(run: &CaseRun<'_>, part: Part, bytes: &[u8]) -> Result<Self, Problem> {
        let (context, http) = (run.context, run.case.status());
        match (run.side, part) {
            (Side::Json, Part::ResponseJson | Part::FaultJson) => Ok(Self::Same(bytes.to_vec())),
            (Side::Soap, Part::FaultXml) => {
                let json = context.fault_json(run.operation, bytes);
                let json = json.map_err(|error| Problem::new(error.to_string()))?;
                Ok(json.map_or(Self::Failure, Self::Fault))
            }
            (Side::Soap, Part::FaultJson) => Ok(context.fault_of(bytes).map_or(Self::Failure, Self::Fault)),
            (Side::Json, Part::FaultXml) => {
                let json = context.fault_json(run.operation, bytes);
                let json = json.map_err(|error| Problem::new(error.to_string()))?;
                // What the contract does not know has no name, and may be told in any way.
                let named = json.filter(|json| context.is_told(run.operation, json));
                Ok(named.map_or(Self::Failure, Self::Told))
            }
            (Side::Json, Part::ResponseXml) => {
                let json = context.json_of(run.response(), bytes)?;
                context.native_response(run.operation, &json, http).map(Self::Same)
            }
            (Side::Soap, Part::ResponseXml) => context.json_of(run.response(), bytes).map(Self::Same),
            (Side::Soap, Part::ResponseJson) => {
                let json = context.response_of(run.operation, bytes, http);
                let json = json.and_then(|json| context.canonical(run.response(), &json));
                json.map(Self::Same).map_err(|_| Problem::new("response.json breaks the contract"))
            }
            _ => Ok(Self::Failure),
        }
    }
}
