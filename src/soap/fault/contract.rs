//! The detail of a fault by the contract: in the JSON of the plan, and back in XML.

use std::fmt;

use super::model::{DetailElement, Fault};
use crate::codec::{
    Decode, DecodeError, DecodeOptions, Decoded, Decoder, Encode, EncodeOptions, Encoder, Violations,
};
use crate::json::{self, Tape};
use crate::limits::{FAULT_DETAIL, XmlLimits};
use crate::plan::{FaultPlan, OperationPlan, Plan};
use crate::xml::{self, Event, Name, Reader};

/// The contract of a fault.
#[derive(Clone, Copy, Debug)]
pub struct FaultContract<'p> {
    /// The plan.
    pub plan: &'p Plan,
    /// The operation that it answers.
    pub operation: &'p OperationPlan,
}

/// The content of an element of a detail.
#[derive(Clone, Debug)]
pub struct FaultDetail {
    /// What the contract says of it.
    pub fault: FaultPlan,
    /// Its content in JSON.
    pub json: Vec<u8>,
}

/// The detail of a fault, as far as the contract knows it.
#[derive(Clone, Debug, Default)]
pub struct DecodedDetails {
    /// The elements that it knows, in document order.
    pub known: Vec<FaultDetail>,
    /// The names of the others and of what was passed over in these, for the log.
    pub left_out: Vec<LeftOut>,
    /// What was read although it is not to the letter, for the log.
    pub remarks: Vec<String>,
}

/// Something in a detail that is not passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The name of the element.
    pub name: String,
    /// Why.
    pub reason: LeftOutReason,
}

/// Why something in a detail is not passed on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeftOutReason {
    /// The contract does not know the element.
    #[error("the contract does not know it")]
    Unknown,
    /// It breaks the contract.
    #[error("it breaks its contract: {0}")]
    Broken(#[from] DecodeError),
    /// Nobody can tell whether it repeats a secret.
    #[error("it may repeat what must not be shown")]
    Secret,
    /// It is larger than a detail may be.
    #[error("it is larger than {FAULT_DETAIL} bytes")]
    TooLarge,
    /// The contract does not know something in it.
    #[error("the contract does not know {0} in it")]
    Member(String),
}

/// Why a detail cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DetailError {
    /// It breaks the contract.
    #[error(transparent)]
    Contract(#[from] Violations),
    /// It is no JSON, or too much of it.
    #[error(transparent)]
    Json(#[from] json::Error),
}

impl fmt::Display for LeftOut {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({})", self.name, self.reason)
    }
}

impl<'p> FaultContract<'p> {
    /// Reads the detail of `fault`: every element of it that the contract knows.
    pub fn decode(self, fault: &Fault, options: DecodeOptions<'_>, limits: &XmlLimits) -> DecodedDetails {
        let mut details = DecodedDetails::default();
        for element in &fault.details {
            let name = || element.to_string();
            match self.element(element, options, limits) {
                Ok(Some((known, decoded))) => {
                    let left_out = decoded.passed_over.into_iter().map(LeftOutReason::Member);
                    details.left_out.extend(left_out.map(|reason| LeftOut { name: name(), reason }));
                    let remarks = decoded.notes.iter().map(|note| format!("{} ({})", name(), note.expected));
                    details.remarks.extend(remarks);
                    details.known.push(known);
                }
                Ok(None) => details.left_out.push(LeftOut { name: name(), reason: LeftOutReason::Unknown }),
                Err(error) => details.left_out.push(LeftOut { name: name(), reason: error.into() }),
            }
        }
        details
    }

    /// The content of an element, and what it was like; nothing where the contract does not know the element. An element in another
    /// namespace is read by its name where one fault alone has that.
    fn element(
        self,
        element: &DetailElement,
        options: DecodeOptions<'_>,
        limits: &XmlLimits,
    ) -> Result<Option<(FaultDetail, Decoded)>, DecodeError> {
        let mut reader = Reader::new(&element.xml, self.plan.namespaces(), limits);
        let Event::Start(name) = reader.next()? else { return Ok(None) };
        let Some(fault) = self.plan.fault(self.operation, name).or_else(|| self.elsewhere(name)) else {
            return Ok(None);
        };
        let (mut decoder, mut json) = (Decoder::default(), Vec::new());
        let decode = Decode { plan: self.plan, message: &fault.message, options };
        let decoded = decoder.decode(decode, &mut reader, &mut json)?;
        Ok(Some((FaultDetail { fault: fault.clone(), json }, decoded)))
    }

    /// The only fault of the operation whose root has this local name.
    fn elsewhere(self, name: Name<'_>) -> Option<&'p FaultPlan> {
        let faults = self.operation.faults.iter();
        let mut called = faults.filter(|fault| self.plan.begins_elsewhere(&fault.message, Some(name)));
        let first = called.next()?;
        called.next().is_none().then_some(first)
    }
}

impl FaultDetail {
    /// Appends the element as XML that needs nothing from around it.
    ///
    /// Errors: content that breaks the contract.
    pub fn write(&self, plan: &Plan, options: &EncodeOptions, out: &mut Vec<u8>) -> Result<(), DetailError> {
        let mut tape = Tape::new();
        let value = tape.parse(&self.json, &options.limits)?;
        let encode = Encode { plan, message: &self.fault.message, options };
        Ok(Encoder::default().encode(encode, value, out)?)
    }
}

impl From<xml::Error> for LeftOutReason {
    fn from(error: xml::Error) -> Self {
        Self::Broken(error.into())
    }
}
