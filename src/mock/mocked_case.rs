//! A sample as a mock plays it.

use super::answer::Answer;
use super::generate;
use crate::describe::Direction;
use crate::plan::OperationPlan;
use crate::samples::{Case, ContractContext, Part, Problem, fault_json, operation_of};
use crate::soap::{FaultKind, Version};

/// A case, its operation, and its request as requests are compared.
pub(super) struct MockedCase {
    pub(super) operation: String,
    pub(super) request: Option<Vec<u8>>,
    pub(super) case: Case,
}

impl MockedCase {
    /// Errors: which file of the case cannot be used, and why.
    pub(super) fn new(case: Case, context: &ContractContext) -> Result<Self, String> {
        let operation = operation_of(&case, context);
        let operation = operation.map_err(|reason| format!("{}: {reason}", case.folder.display()))?;
        let request = request(&case, &operation, context)?;
        Ok(Self { operation, request, case })
    }

    /// A mocked that is played without a look at the request.
    pub(super) fn unmatched(case: Case, operation: &str) -> Self {
        Self { operation: operation.to_owned(), request: None, case }
    }

    /// The answer of a SOAP backend.
    pub(super) fn soap(
        &self,
        context: &ContractContext,
        operation: &OperationPlan,
        version: Version,
    ) -> Answer {
        let of = (self.operation.as_str(), Some(version));
        if let Some(xml) = self.case.get(Part::ResponseXml).or(self.case.get(Part::FaultXml)) {
            return envelope(xml, context, version);
        }
        if let Some(json) = self.case.get(Part::ResponseJson) {
            let http = self.case.settings.http.status.unwrap_or(200);
            let response = context.response_of(&self.operation, json, http);
            return match response.and_then(|response| context.soap_of(of, Direction::Response, &response)) {
                Ok(body) => Answer::soap(200, version, body),
                Err(problems) => broken_soap(version, &self.unusable(Part::ResponseJson, &problems)),
            };
        }
        match self.case.get(Part::FaultJson) {
            Some(_) => Answer::fault(version, FaultKind::Server, "the backend failed", None),
            None => generate::soap(context, operation, version),
        }
    }

    /// The answer of a JSON backend.
    pub(super) fn json(&self, context: &ContractContext, operation: &OperationPlan) -> Answer {
        let status = |default| self.case.settings.http.status.unwrap_or(default);
        if let Some(json) = self.case.get(Part::ResponseJson) {
            return Answer::json(status(200), json.to_vec());
        }
        if let Some(json) = self.case.get(Part::FaultJson) {
            return Answer::json(status(500), json.to_vec());
        }
        if let Some(xml) = self.case.get(Part::ResponseXml) {
            return match context.json_of(&self.operation, Direction::Response, xml) {
                Ok(json) => Answer::json(status(200), context.told_by(&self.operation, &json, status(200))),
                Err(problem) => Answer::failure(500, &self.unusable(Part::ResponseXml, &[problem])),
            };
        }
        match self.case.get(Part::FaultXml) {
            Some(_) => Answer::failure(status(500), "the backend failed"),
            None => generate::json(context, operation, status(200)),
        }
    }

    fn unusable(&self, part: Part, problems: &[Problem]) -> String {
        unusable(&self.case, part, problems)
    }
}

fn broken_soap(version: Version, reason: &str) -> Answer {
    Answer::fault(version, FaultKind::Server, reason, None)
}

/// A message that is a file already goes out as it is.
fn envelope(xml: &[u8], context: &ContractContext, asked: Version) -> Answer {
    let (version, is_fault) = context.version_of(xml).unwrap_or((asked, false));
    let fault = is_fault.then(|| fault_json(xml, &context.limits.xml).ok().flatten()).flatten();
    let client = fault.is_some_and(|json| json.starts_with(b"{\"fault\":{\"code\":\"Client\""));
    let status = match (is_fault, version, client) {
        (false, ..) => 200,
        (true, Version::V12, true) => 400,
        (true, ..) => 500,
    };
    Answer::soap(status, version, xml.to_vec())
}

fn request(case: &Case, operation: &str, context: &ContractContext) -> Result<Option<Vec<u8>>, String> {
    if let Some(xml) = case.get(Part::RequestXml) {
        let json = context.json_of(operation, Direction::Request, xml);
        return json.map(Some).map_err(|problem| unusable(case, Part::RequestXml, &[problem]));
    }
    let Some(json) = case.get(Part::RequestJson) else { return Ok(None) };
    let json = context.gathered(operation, json, case.settings.http.path.as_deref());
    let canonical = context.canonical(operation, Direction::Request, &json);
    canonical.map(Some).map_err(|problems| unusable(case, Part::RequestJson, &problems))
}

fn unusable(case: &Case, part: Part, problems: &[Problem]) -> String {
    let told = problems.iter().take(5).map(ToString::to_string);
    format!("{}: {}", case.path(part).display(), told.collect::<Vec<_>>().join("; "))
}
