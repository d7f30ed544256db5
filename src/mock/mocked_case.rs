//! A sample as a mock plays it.

use super::answer::Answer;
use super::error::UnusableSample;
use super::generate;
use crate::describe;
use crate::json::Tape;
use crate::plan::OperationPlan;
use crate::samples::{
    At, Case, ContractContext, MessageKey, Part, Problem, blames_client, detail_name, fault, operation_of,
};
use crate::soap::{FaultContract, FaultKind, Version};
use crate::xml::QName;

/// A case, its operation, and its request as requests are compared.
pub(super) struct MockedCase {
    pub(super) operation: String,
    pub(super) request: Option<Vec<u8>>,
    /// The element in the detail of its fault.
    pub(super) detail: Option<QName>,
    pub(super) case: Case,
}

impl MockedCase {
    /// Errors: which file of the case cannot be used, and why.
    pub(super) fn new(case: Case, context: &ContractContext) -> Result<Self, UnusableSample> {
        let operation = operation_of(&case, context)
            .map_err(|error| UnusableSample::Operation { folder: case.folder.clone(), error })?;
        let request = request(&case, &operation, context)?;
        let detail = detail(&case, context)?;
        Ok(Self { operation, request, detail, case })
    }

    /// A case that is played without a look at the request.
    pub(super) fn unmatched(case: Case, operation: &str) -> Self {
        Self { operation: operation.to_owned(), request: None, detail: None, case }
    }

    /// The answer of a SOAP backend.
    pub(super) fn soap(
        &self,
        context: &ContractContext,
        operation: &OperationPlan,
        version: Version,
    ) -> Answer {
        if let Some(xml) = self.case.get(Part::ResponseXml).or(self.case.get(Part::FaultXml)) {
            return envelope(xml, context, version);
        }
        if let Some(json) = self.case.get(Part::ResponseJson) {
            let key = MessageKey { version: Some(version), ..MessageKey::response(&self.operation) };
            let response = context.response_of(&self.operation, json, self.case.status());
            return match response.and_then(|response| context.soap_of(key, &response)) {
                Ok(body) => Answer::soap(200, version, body),
                Err(problems) => {
                    let reason = breach(&self.case, Part::ResponseJson, problems).to_string();
                    Answer::fault(version, FaultKind::Server, &reason, None)
                }
            };
        }
        match self.case.get(Part::FaultJson) {
            Some(json) => told_in_soap(context, operation, version, json),
            None => generate::soap(context, operation, version),
        }
    }

    /// The answer of a JSON backend.
    pub(super) fn json(&self, context: &ContractContext, operation: &OperationPlan) -> Answer {
        let (good, bad) = (self.case.status(), self.case.status_or(500));
        if let Some(json) = self.case.get(Part::ResponseJson) {
            return Answer::json(good, json.to_vec());
        }
        if let Some(json) = self.case.get(Part::FaultJson) {
            return Answer::json(bad, json.to_vec());
        }
        if let Some(xml) = self.case.get(Part::ResponseXml) {
            let json = context.json_of(MessageKey::response(&self.operation), xml);
            let json = json.and_then(|json| context.native_response(&self.operation, &json, good));
            return match json {
                Ok(json) => Answer::json(good, json),
                Err(problem) => {
                    let reason = breach(&self.case, Part::ResponseXml, vec![problem]).to_string();
                    Answer::failure(500, &reason)
                }
            };
        }
        match self.case.get(Part::FaultXml) {
            Some(xml) => told_in_json(context, operation, bad, xml),
            None => generate::json(context, operation, good),
        }
    }
}

/// The fault that some JSON stands for, where it says which.
fn told_in_soap(
    context: &ContractContext,
    operation: &OperationPlan,
    version: Version,
    json: &[u8],
) -> Answer {
    let contract = FaultContract { plan: &context.plan, operation };
    let limits = &context.limits.json;
    let mut tape = Tape::new();
    let failed = |reason: &str| Answer::fault(version, FaultKind::Server, reason, None);
    let answer = match tape.parse(json, limits) {
        Ok(answer) => answer,
        Err(error) => return failed(&error.to_string()),
    };
    let Some(fault) = describe::told_fault(answer) else { return failed(FAILED) };
    let told = describe::read_fault(contract, answer, fault)
        .and_then(|fault| describe::fault_envelope(contract, version, &fault, limits));
    match told {
        Ok(xml) => envelope(&xml, context, version),
        Err(error) => failed(&error.to_string()),
    }
}

/// The failure that stands for a fault, where the contract knows it.
fn told_in_json(context: &ContractContext, operation: &OperationPlan, status: u16, xml: &[u8]) -> Answer {
    let contract = FaultContract { plan: &context.plan, operation };
    let limits = &context.limits.xml;
    match fault(xml, limits) {
        Ok(Some(fault)) if !fault.details.is_empty() => {
            match describe::fault_json(contract, &fault, limits) {
                Ok(json) => Answer::json(status, json),
                Err(error) => Answer::failure(status, &error.to_string()),
            }
        }
        Ok(_) => Answer::failure(status, FAILED),
        Err(error) => Answer::failure(status, &error.to_string()),
    }
}

const FAILED: &str = "the backend failed";

/// A message that is a file already goes out as it is, whatever it is: a case may be about a reply that no client can read.
fn envelope(xml: &[u8], context: &ContractContext, asked: Version) -> Answer {
    // See above: what is not an envelope goes out as a response in the version of the request.
    let (version, is_fault) = context.version_of(xml).unwrap_or((asked, false));
    let status = match (is_fault, version) {
        (false, _) => 200,
        (true, Version::V12) if blames_client(xml, &context.limits.xml) => 400,
        (true, _) => 500,
    };
    Answer::soap(status, version, xml.to_vec())
}

fn request(
    case: &Case,
    operation: &str,
    context: &ContractContext,
) -> Result<Option<Vec<u8>>, UnusableSample> {
    let key = MessageKey::request(operation);
    if let Some(xml) = case.get(Part::RequestXml) {
        let json = context.json_of(key, xml);
        return json.map(Some).map_err(|problem| breach(case, Part::RequestXml, vec![problem]));
    }
    let Some(json) = case.get(Part::RequestJson) else { return Ok(None) };
    let json = context.whole_request(operation, json, &At::of(case));
    let canonical = context.canonical(key, &json);
    canonical.map(Some).map_err(|problems| breach(case, Part::RequestJson, problems))
}

/// A fault that cannot be read would be played, and by no name.
fn detail(case: &Case, context: &ContractContext) -> Result<Option<QName>, UnusableSample> {
    let Some(xml) = case.get(Part::FaultXml) else { return Ok(None) };
    let name = detail_name(xml, &context.limits.xml);
    name.map_err(|error| breach(case, Part::FaultXml, vec![Problem::new(error.to_string())]))
}

fn breach(case: &Case, part: Part, problems: Vec<Problem>) -> UnusableSample {
    UnusableSample::Breach { path: case.path(part), problems }
}
