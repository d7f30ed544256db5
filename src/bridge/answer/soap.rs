//! Answers to SOAP clients: the response of the contract, or a fault.

use bytes::Bytes;
use http::{HeaderValue, Response};

use super::http::{advise, response};
use super::json::{WARNINGS, warnings_header, with_warnings};
use super::table::{Outcome, outcome};
use crate::bridge::backend::body::Body;
use crate::bridge::failure::{Breach, Failure};
use crate::bridge::operation::Operation;
use crate::bridge::reply::{self, Answer};
use crate::bridge::request::header_blocks::Header;
use crate::bridge::state::buffers::{self, Buffers};
use crate::bridge::state::entropy;
use crate::codec::{Encode, EncodeOptions};
use crate::service::FrontSecurity;
use crate::service::checks;
use crate::service::outcome::write_canonical_failure;
use crate::soap::{self, BridgeFault, Detail, FaultKind, FaultOut, Version};
use crate::wss;

/// How a SOAP client is answered.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct SoapAnswer<'s> {
    pub(in crate::bridge) version: Version,
    /// The number of the request.
    pub(in crate::bridge) id: i64,
    pub(in crate::bridge) security: &'s FrontSecurity,
    /// Whether the response has a Timestamp.
    pub(in crate::bridge) stamped: bool,
}

impl SoapAnswer<'_> {
    /// The response of the contract.
    pub(in crate::bridge) fn respond(
        self,
        operation: Operation<'_>,
        answer: &Answer,
        buffers: &mut Buffers,
    ) -> Result<Response<Body>, Failure> {
        let json = with_warnings(operation, answer, &mut buffers.tape)?;
        let mut response = self.envelope(operation, &json, buffers)?;
        // A response that has no place for warnings has them beside it.
        if !operation.rules.common
            && let Some(warnings) = warnings_header(None, &answer.warnings)
        {
            response.headers_mut().insert(WARNINGS, warnings);
        }
        Ok(response)
    }

    /// What is told of `failure`: a fault. A breach of a contract whose responses have the outward shape is answered by such a
    /// response.
    pub(in crate::bridge) fn failed(
        self,
        failure: &Failure,
        operation: Option<Operation<'_>>,
    ) -> Response<Body> {
        if let (Failure::Breach(breach), Some(operation)) = (failure, operation)
            && operation.rules.common
        {
            match self.breach(operation, breach) {
                Ok(answer) => return answer,
                // More breaches than a response has room for: the fault has the first, and how many there are.
                Err(_) => return self.fault(failure, Some(operation)),
            }
        }
        self.fault(failure, operation)
    }

    fn breach(self, operation: Operation<'_>, breach: &Breach) -> Result<Response<Body>, Failure> {
        let mut json = Vec::new();
        let mut errors = checks::notices(&breach.violations, &operation.rules.reports);
        errors.extend(breach.notices.iter().cloned());
        write_canonical_failure(&mut json, self.id, None, &[], &errors);
        buffers::with(|buffers| self.envelope(operation, &json, buffers))
    }

    /// The envelope with the response `json`.
    fn envelope(
        self,
        operation: Operation<'_>,
        json: &[u8],
        buffers: &mut Buffers,
    ) -> Result<Response<Body>, Failure> {
        let Some(output) = &operation.plan.output else { return Ok(self.with_status(200, Bytes::new())) };
        let Buffers { tape, encoder, .. } = buffers;
        let value = operation.parse_own(json, tape)?;
        let mut out = Vec::with_capacity(1024);
        soap::begin(&mut out, self.version);
        let options = EncodeOptions { open: true, ..reply::options(operation) };
        let mut security = Vec::new();
        if self.stamped {
            wss::write_stamped(&mut security, entropy::now());
        }
        let header = Header { operation, message: output, value, security: &security, passed: "" };
        header
            .write(&options, encoder, &mut out)
            .map_err(|_| Failure::Bridge("headers that were valid cannot be written"))?;
        soap::begin_body(&mut out);
        let encoded = encoder.encode(
            Encode { plan: &operation.service.plan, message: output, options: &options },
            value,
            &mut out,
        );
        encoded.map_err(|_| Failure::Bridge("a response that was valid cannot be written"))?;
        soap::end(&mut out);
        Ok(self.with_status(200, out.into()))
    }

    fn fault(self, failure: &Failure, operation: Option<Operation<'_>>) -> Response<Body> {
        let outcome = outcome(failure, operation.map(|operation| operation.rules));
        // The specification has a sentence for each of its codes.
        let reason = match outcome.fault {
            FaultKind::Security(code) => code.reason(),
            _ => &outcome.sentence,
        };
        let detail = self.detail(&outcome, reason);
        let fault = FaultOut {
            kind: outcome.fault,
            reason,
            detail: (!is_about_header(outcome.fault)).then_some(Detail::Bridge(&detail)),
            not_understood: not_understood(failure),
        };
        let mut body = Vec::new();
        soap::write_fault(&mut body, self.version, &fault);
        let http = if outcome.transport { outcome.http } else { self.fault_status(&fault) };
        let mut response = self.with_status(http, body.into());
        advise(&mut response, &outcome);
        response
    }

    fn detail(self, outcome: &Outcome<'_>, message: &str) -> BridgeFault {
        let error = |error: &crate::service::outcome::Notice| (error.code.clone(), error.message.clone());
        BridgeFault {
            request_id: self.id,
            code: outcome.code.as_ref().to_owned(),
            message: message.to_owned(),
            http_status: outcome.backend.http,
            retry_after: outcome.retry_after,
            errors: outcome.backend.errors.iter().map(error).collect(),
        }
    }

    /// Stacks differ in the status of faults that blame the sender.
    fn fault_status(self, fault: &FaultOut<'_>) -> u16 {
        match (fault.kind, self.security.sender_fault_status) {
            (FaultKind::Client | FaultKind::Security(_), Some(status)) => status,
            _ => fault.http_status(self.version),
        }
    }

    fn with_status(self, http: u16, body: Bytes) -> Response<Body> {
        let content_type = match self.version {
            Version::V11 => HeaderValue::from_static("text/xml; charset=utf-8"),
            Version::V12 => HeaderValue::from_static("application/soap+xml; charset=utf-8"),
        };
        response(http, content_type, body)
    }
}

/// A detail is about the Body, never about the Header (SOAP 1.1 section 4.4).
fn is_about_header(fault: FaultKind) -> bool {
    matches!(fault, FaultKind::Security(_) | FaultKind::MustUnderstand | FaultKind::VersionMismatch)
}

fn not_understood(failure: &Failure) -> Option<(&str, &str)> {
    match failure {
        Failure::Soap(soap::Error::MustUnderstand { namespace, local }) => Some((namespace, local)),
        _ => None,
    }
}
