//! A sample in both languages, with values that keep what a schema says of several values together.

use crate::codec::Violations;
use crate::describe::{self, Candidate, Converter};
use crate::json::{self, Tape};
use crate::limits::Limits;
use crate::soap::Entity;
use crate::xsd::Schema;

/// A sample that may break what a schema says of several values together.
pub(crate) struct Draft<'d, 'p> {
    pub(crate) converter: &'d Converter<'p>,
    pub(crate) candidate: &'d Candidate<'p>,
    pub(crate) json: Vec<u8>,
}

/// A sample as the contract takes it.
pub(crate) struct Drawn {
    pub(crate) json: Vec<u8>,
    pub(crate) soap: Vec<u8>,
    /// What it breaks all the same, each in a sentence.
    pub(crate) broken: Vec<String>,
}

/// A sample that is not valid.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// A sample that is larger than messages may be.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// Values such as those of a pattern that nothing was found for.
    #[error("no value that the contract takes was found: {0}")]
    Value(#[from] Violations),
}

impl Draft<'_, '_> {
    /// The sample with other values where it breaks `xs:unique` and the like. Errors: one that breaks the contract otherwise.
    pub(crate) fn keeping_identities(&self, schema: &Schema) -> Result<Drawn, DraftError> {
        let soap = self.soap_of(&self.json)?;
        // Identities are found in an envelope alone.
        if Entity::begins(&soap) {
            return Ok(Drawn { json: self.json.clone(), soap, broken: Vec::new() });
        }
        let text = String::from_utf8_lossy(&soap);
        let found = describe::identified(schema, &text);
        let mut broken: Vec<String> =
            found.broken.iter().map(|broken| format!("it breaks {broken}")).collect();
        let Some(changed) = found.changed else { return Ok(Drawn { json: self.json.clone(), soap, broken }) };
        match self.converter.json_of_candidate(self.candidate, changed.as_bytes()) {
            Ok(json) => Ok(Drawn { soap: self.soap_of(&json)?, json, broken }),
            Err(reason) => {
                broken.push(format!(
                    "no values were found that keep xs:unique, xs:key and xs:keyref: {reason}"
                ));
                Ok(Drawn { json: self.json.clone(), soap, broken })
            }
        }
    }

    /// The sample `json` in SOAP.
    pub(crate) fn soap_of(&self, json: &[u8]) -> Result<Vec<u8>, DraftError> {
        let mut tape = Tape::new();
        let value = tape.parse(json, &Limits::default().json)?;
        Ok(self.converter.encode(self.candidate, value)?)
    }
}
