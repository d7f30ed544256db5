//! Answers to SOAP clients: the response of the contract, or a fault.

use http::{HeaderValue, Response};

use super::faults::told;
use super::http::{accepted, advise, response};
use super::json::{WARNINGS, warnings_header, with_warnings};
use super::table::Outcome;
use super::told::ToldFault;
use crate::bridge::attached::Sources;
use crate::bridge::backend::pieces::Body;
use crate::bridge::failed::Failed;
use crate::bridge::failure::Failure;
use crate::bridge::log;
use crate::bridge::operation::Operation;
use crate::bridge::reply::{self, Answer};
use crate::bridge::request::header_blocks::Header;
use crate::bridge::state::buffers::{self, Buffers};
use crate::bridge::state::entropy;
use crate::bridge::state::header::{of_package, packed};
use crate::bridge::undeclared::Carried;
use crate::codec::{Beside, Encode, EncodeOptions};
use crate::service::outcome::{Notice, write_canonical_failure};
use crate::service::{FaultStatus, checks};
use crate::soap::{
    self, Addressing, AnswerProperties, AnswerTo, BesidePackage, BridgeFault, Detail, FaultKind, FaultOut,
    Language, Package, Packing, Reason, Replying, Version, Versions,
};
use crate::wss;
use crate::xml::Name;

/// How a SOAP client is answered.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct SoapAnswer {
    pub(in crate::bridge) version: Version,
    /// The versions that are served.
    pub(in crate::bridge) versions: Versions,
    /// The number of the request.
    pub(in crate::bridge) id: i64,
    /// The HTTP status of faults in SOAP 1.2.
    pub(in crate::bridge) faults: FaultStatus,
    /// Whether the response has a Timestamp.
    pub(in crate::bridge) stamped: bool,
    /// Whether it begins with an XML declaration.
    pub(in crate::bridge) declared: bool,
    /// Whether the response is sent by MTOM.
    pub(in crate::bridge) mtom: bool,
    /// How the message is answered, where it has properties of WS-Addressing.
    pub(in crate::bridge) replying: Option<Box<Replying>>,
}

impl SoapAnswer {
    /// The response of the contract.
    pub(in crate::bridge) fn respond(
        &self,
        operation: Operation<'_>,
        mut answer: Answer,
        buffers: &mut Buffers,
    ) -> Result<Response<Body>, Failure> {
        if self.replying.as_ref().is_some_and(|replying| !replying.sends(AnswerTo::Reply)) {
            return Ok(accepted());
        }
        let limits = &operation.service.limits.xml;
        // The operation was done: its response is not refused for a block of another version of SOAP.
        let carried = answer.passing.as_ref().map(|passing| passing.carried(self.version, limits));
        answer.warnings.extend(carried.iter().flat_map(Carried::warnings));
        let passed = carried.as_ref().map_or("", |carried| &carried.xml);
        let is_whole = passed.is_empty() && (answer.warnings.is_empty() || !operation.rules.common);
        // What was written before has its values in it.
        let mut response = match answer.xml.take().filter(|_| is_whole && !self.mtom) {
            Some(mut xml) => {
                soap::end(&mut xml);
                self.with_status(200, xml)
            }
            None => {
                let json = with_warnings(operation, &answer, &mut buffers.tape)?;
                let sources = Sources { text: Some(&json), ..answer.sources() };
                self.envelope(operation, Written { json: &json, passed, sources }, buffers)?
            }
        };
        // A response that has no place for warnings has them beside it.
        if !operation.rules.common
            && let Some(warnings) = warnings_header(None, &answer.warnings)
        {
            response.headers_mut().insert(WARNINGS, warnings);
        }
        Ok(response)
    }

    /// What tells answers apart beside their content: one that is kept is an answer to nothing that is answered otherwise.
    pub(in crate::bridge) fn shape(&self) -> Vec<&[u8]> {
        let mtom = self.mtom.then_some("mtom");
        let properties = self.replying.iter().flat_map(|replying| replying.shape());
        mtom.into_iter().chain(properties).map(str::as_bytes).collect()
    }

    /// An answer to a message before this one that was the same, as the answer to this one.
    pub(in crate::bridge) fn again(&self, mut answer: Response<Body>) -> Response<Body> {
        if let Some(replying) = &self.replying {
            let body = std::mem::take(answer.body_mut()).into_whole();
            *answer.body_mut() = replying.again(&body).into();
        }
        answer
    }

    /// Appends the envelope of a response up to its Body.
    pub(in crate::bridge) fn begin(&self, out: &mut Vec<u8>) {
        self.begin_envelope(out);
        if self.stamped || self.replying.is_some() {
            soap::begin_header(out);
            self.own_blocks(out);
            soap::end_header(out);
        }
        soap::begin_body(out);
    }

    /// Appends the header blocks that are the bridge's own.
    #[inline]
    fn own_blocks(&self, out: &mut Vec<u8>) {
        if self.stamped {
            wss::write_stamped(out, entropy::now());
        }
        if let Some(replying) = &self.replying {
            relate(replying, AnswerTo::Reply, &replying.action, out);
        }
    }

    fn begin_envelope(&self, out: &mut Vec<u8>) {
        if self.declared {
            soap::declare(out);
        }
        soap::begin(out, self.version);
    }

    /// What is told of `failure`: a fault. A breach of a contract whose responses have the outward shape is answered by such a
    /// response.
    pub(in crate::bridge) fn failed(
        &self,
        failed: &Failed,
        operation: Option<Operation<'_>>,
    ) -> Response<Body> {
        if self.replying.as_ref().is_some_and(|replying| !replying.sends(AnswerTo::Fault)) {
            return accepted();
        }
        let outcome = told(failed, operation);
        if let Some(operation) = operation
            && let Some(errors) = response_errors(failed, operation, &outcome)
        {
            match self.response(operation, &errors) {
                Ok(answer) => return answer,
                // More errors than a response has room for: the fault has the first, and how many there are.
                Err(_) => return self.fault(failed, Some(operation), &outcome),
            }
        }
        self.fault(failed, operation, &outcome)
    }

    /// The response with `status` 0 and these errors.
    fn response(&self, operation: Operation<'_>, errors: &[Notice]) -> Result<Response<Body>, Failure> {
        let mut json = Vec::new();
        write_canonical_failure(&mut json, self.id, None, &[], errors);
        buffers::with(|buffers| {
            self.envelope(
                operation,
                Written { json: &json, passed: "", sources: Sources::default() },
                buffers,
            )
        })
    }

    /// The envelope with the response `written`.
    fn envelope(
        &self,
        operation: Operation<'_>,
        written: Written<'_>,
        buffers: &mut Buffers,
    ) -> Result<Response<Body>, Failure> {
        let Some(output) = &operation.plan.output else { return Ok(accepted()) };
        let Buffers { tape, encoder, .. } = buffers;
        let value = operation.parse_own(written.json, tape)?;
        let mut out = Vec::with_capacity(1024);
        let mut beside =
            output.has_parts().then(|| BesidePackage::begin(self.version, entropy::boundary(), &mut out));
        let front = operation.service.soap_front.as_ref().filter(|_| self.mtom && beside.is_none());
        let mtom = front.and_then(|front| front.mtom);
        let packing = mtom.map(|mtom| Packing { version: self.version, over: mtom.over });
        let stand_ins = written.sources.stand_ins();
        let mut package = packing.map(|packing| Package::begin(packing, entropy::boundary(), &mut out));
        self.begin_envelope(&mut out);
        let options = EncodeOptions { open: true, ..reply::options(operation) };
        let begin = out.len();
        soap::begin_header(&mut out);
        let tag = begin..out.len();
        self.own_blocks(&mut out);
        let header = Header { operation, message: output, value, given: None, tag, passed: written.passed };
        header
            .end(&options, encoder, &mut out)
            .map_err(|_| Failure::Bridge("headers that were valid cannot be written"))?;
        soap::begin_body(&mut out);
        let attachments = package.as_mut().map(Package::attachments);
        let encoded = encoder.encode_beside(
            Encode { plan: &operation.service.plan, message: output, options: &options },
            value,
            Beside {
                out: &mut out,
                attachments,
                stand_ins,
                parts: beside.as_mut().map(BesidePackage::parts),
            },
        );
        encoded.map_err(|_| Failure::Bridge("a response that was valid cannot be written"))?;
        soap::end(&mut out);
        if let Some(content_type) = beside.and_then(|beside| beside.end("", &mut out)) {
            return Ok(response(200, of_package(content_type), out));
        }
        let Some(package) = package else { return Ok(self.with_status(200, written.sources.placed(out))) };
        // The action of an answer need not be said (SOAP 1.2 Part 2, section 7.5.3).
        Ok(response(200, packed(&package, ""), written.sources.packed(&package, out)))
    }

    fn fault(
        &self,
        failed: &Failed,
        operation: Option<Operation<'_>>,
        outcome: &Outcome<'_>,
    ) -> Response<Body> {
        // The specification has a sentence for each of its codes.
        let own = match outcome.fault {
            FaultKind::Addressing(fault) => fault.code.reason(),
            FaultKind::Security(code) => code.reason(),
            _ => &outcome.sentence,
        };
        let bridge = self.detail(outcome, own);
        let declared = declared(operation, outcome);
        let mut details = Vec::new();
        if !outcome.fault.is_of_header() {
            details.extend(declared.as_deref().map(Detail::Declared));
            if declared.is_none() || operation.is_some_and(knows_bridge_fault) {
                details.push(Detail::Bridge(&bridge));
            }
        }
        let told = outcome.told.as_ref();
        let codes = told.map_or(Vec::new(), ToldFault::codes);
        let reasons = told.filter(|told| !told.reasons.is_empty() && !outcome.reworded);
        let own = [Reason::new(own)];
        let mut header = Vec::new();
        if let Some(replying) = &self.replying {
            let action = fault_action(replying.version(), outcome, declared.is_some(), operation);
            relate(replying, AnswerTo::Fault, action, &mut header);
        }
        let fault = FaultOut {
            kind: outcome.fault,
            codes: &codes,
            reasons: reasons.map_or(&own, |told| &told.reasons),
            language: if reasons.is_some() { Language::Unknown } else { Language::English },
            role: told.map_or("", |told| &told.role),
            details: &details,
            header: &header,
            not_understood: not_understood(&failed.failure),
            supported: Some(self.versions),
        };
        let mut body = Vec::new();
        if self.declared {
            soap::declare(&mut body);
        }
        soap::write_fault(&mut body, self.version, &fault);
        let mut response = self.with_status(self.fault_status(outcome, &fault), body);
        advise(&mut response, outcome);
        response
    }

    fn detail(&self, outcome: &Outcome<'_>, message: &str) -> BridgeFault {
        if let Some(peer) = outcome.peer.filter(|_| !outcome.replaced) {
            return BridgeFault { request_id: self.id, ..peer.clone() };
        }
        let error = |error: &Notice| (error.code.clone(), error.message.clone());
        let errors = if outcome.replaced { &[] } else { outcome.backend.errors };
        BridgeFault {
            request_id: self.id,
            code: outcome.code.as_ref().to_owned(),
            message: message.to_owned(),
            http_status: outcome.backend.http,
            retry_after: outcome.retry_after,
            errors: errors.iter().map(error).collect(),
        }
    }

    /// SOAP 1.1 has one status for faults, whatever HTTP has for the failure: stacks such as CXF and Metro read no fault with another.
    fn fault_status(&self, outcome: &Outcome<'_>, fault: &FaultOut<'_>) -> u16 {
        match (self.version, self.faults) {
            (Version::V12, FaultStatus::AsSoap) if outcome.transport => outcome.http,
            (Version::V12, FaultStatus::InternalServerError) => 500,
            (Version::V11, _) | (Version::V12, FaultStatus::AsSoap) => fault.http_status(self.version),
        }
    }

    fn with_status(&self, http: u16, body: impl Into<Body>) -> Response<Body> {
        let content_type = match self.version {
            Version::V11 => HeaderValue::from_static("text/xml; charset=utf-8"),
            Version::V12 => HeaderValue::from_static("application/soap+xml; charset=utf-8"),
        };
        response(http, content_type, body)
    }
}

/// Appends the properties of WS-Addressing of an answer with this `action`.
fn relate(replying: &Replying, to: AnswerTo, action: &str, out: &mut Vec<u8>) {
    let message_id = entropy::message_id();
    replying.write(out, to, AnswerProperties { action, message_id: message_id.text() });
}

/// The action of a fault (WS-Addressing SOAP Binding, section 6; Metadata, section 4.4.4).
fn fault_action<'o>(
    version: Addressing,
    outcome: &'o Outcome<'_>,
    declared: bool,
    operation: Option<Operation<'o>>,
) -> &'o str {
    if matches!(outcome.fault, FaultKind::Addressing(_)) {
        return version.fault_action();
    }
    let detail = outcome.told.as_ref().and_then(|told| told.details.first()).filter(|_| declared);
    let fault = detail.zip(operation).and_then(|(detail, operation)| {
        operation.plan.faults.iter().find(|fault| fault.name == detail.fault.name)
    });
    match fault.map(|fault| &fault.action) {
        Some(own) if own.explicit || version == Addressing::V10 => &own.action,
        Some(_) | None => version.soap_fault_action(),
    }
}

/// What an envelope is made of.
#[derive(Clone, Copy)]
struct Written<'w> {
    /// The response in the JSON of the contract.
    json: &'w [u8],
    /// Header blocks that go on as they came.
    passed: &'w str,
    sources: Sources<'w>,
}

/// The errors of the response that takes the place of a fault: for a breach of a contract whose responses have the outward shape, and
/// where the service file says so.
fn response_errors(failed: &Failed, operation: Operation<'_>, outcome: &Outcome<'_>) -> Option<Vec<Notice>> {
    if !operation.rules.common {
        return None;
    }
    match &failed.failure {
        _ if outcome.responds && !outcome.notices.is_empty() => Some(outcome.notices.clone()),
        _ if outcome.responds => Some(vec![outcome.notice("")]),
        Failure::Breach(_) if outcome.replaced && outcome.told.is_none() => Some(vec![outcome.notice("")]),
        Failure::Breach(breach) if outcome.told.is_none() => {
            let mut errors = checks::notices(&breach.violations, &operation.rules.reports);
            errors.extend(breach.notices.iter().cloned());
            Some(errors)
        }
        _ => None,
    }
}

/// The elements of a detail that the contract declares, where there are any.
fn declared(operation: Option<Operation<'_>>, outcome: &Outcome<'_>) -> Option<Vec<u8>> {
    let (operation, told) = (operation?, outcome.told.as_ref()?);
    let (xml, errors) = told.xml(operation);
    for error in errors {
        log::detail_failed(&operation.service.name, &operation.plan.name, &error);
    }
    Some(xml).filter(|xml| !xml.is_empty())
}

/// Whether the contract declares the detail of a bridge.
fn knows_bridge_fault(operation: Operation<'_>) -> bool {
    let plan = &operation.service.plan;
    let name =
        plan.namespaces().find(BridgeFault::NAMESPACE).map(|ns| Name { ns, local: BridgeFault::LOCAL });
    name.is_some_and(|name| plan.fault(operation.plan, name).is_some())
}

fn not_understood(failure: &Failure) -> Option<(&str, &str)> {
    match failure {
        Failure::Soap(soap::Error::MustUnderstand { namespace, local }) => Some((namespace, local)),
        _ => None,
    }
}
