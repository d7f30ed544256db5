//! Every failure has its row: what JSON clients and SOAP clients are told of it.

use crate::bridge::auth::{AuthError, IdentityError};
use crate::bridge::backend::body::BodyError;
use crate::bridge::backend::error::{CallError, ProxyError};
use crate::bridge::backend::token::TokenServerError;
use crate::bridge::challenge::Challenge;
use crate::bridge::failure::{
    BackendFailure, Breach, CredentialOwner, Failure, FieldError, FieldErrorKind, ReceivedFault,
};
use crate::bridge::idempotency::KeyError;
use crate::bridge::state::admission::Shortage;
use crate::bridge::tls::TlsError;
use crate::codec::Violations;
use crate::json;
use crate::mcp;
use crate::service::Code;
use crate::service::outcome::Notice;
use crate::soap::{self, BridgeFault, Fault, FaultKind, Reason, SecurityCode, Version};
use crate::wss::Rejection;

use super::outcome;

/// A failure, its HTTP status for JSON clients, whether that is the status for SOAP clients too, what the fault blames, the code.
type Row = (Failure, u16, bool, FaultKind, &'static str);

const CLIENT: FaultKind = FaultKind::Client;
const SERVER: FaultKind = FaultKind::Server;
const NOBODY: FaultKind = FaultKind::Security(SecurityCode::FailedAuthentication);

fn own() -> Vec<Row> {
    let malformed = json::Tape::new().parse(b"{", &Default::default()).map(drop).expect_err("half an object");
    let twice =
        json::Tape::new().parse(b"{\"a\":1,\"a\":2}", &Default::default()).map(drop).expect_err("two keys");
    let field = |kind| FieldError { pointer: "/a".to_owned(), kind };
    let refused = |reason: Rejection| Failure::Auth(AuthError::Refused(reason.into()));
    let condition = Notice { code: "X1".to_owned(), message: "a condition".to_owned(), ..Notice::default() };
    let breach = Breach { violations: Violations(Vec::new()), notices: vec![condition] };
    let block = soap::Error::MustUnderstand { namespace: "urn:n".to_owned(), local: "b".to_owned() };
    let kind = soap::Error::ContentType { envelope: Version::V12, content_type: Version::V11 };
    vec![
        (Failure::AmbiguousOperation, 400, false, CLIENT, "BRG00400"),
        (Failure::Auth(AuthError::Forbidden), 403, false, NOBODY, "BRG00201"),
        (Failure::Auth(AuthError::Identity(IdentityError::NoToken)), 401, false, NOBODY, "BRG00201"),
        (Failure::Auth(AuthError::Unauthenticated), 401, false, NOBODY, "BRG00201"),
        (refused(Rejection::WrongPassword), 401, false, NOBODY, "BRG00201"),
        (refused(Rejection::Unreachable), 503, true, NOBODY, "BRG00405"),
        (Failure::Body(BodyError::Broken), 400, false, CLIENT, "BRG00150"),
        (Failure::Body(BodyError::Attachments), 413, true, CLIENT, "BRG00402"),
        (Failure::Body(BodyError::NoPlace), 503, true, SERVER, "BRG00405"),
        (Failure::Body(BodyError::NotWritten), 500, false, SERVER, "BRG00500"),
        (Failure::Body(BodyError::TooLarge), 413, true, CLIENT, "BRG00402"),
        (Failure::Body(BodyError::TooSlow), 408, true, CLIENT, "BRG00403"),
        (Failure::Breach(breach), 422, false, CLIENT, "X1"),
        (Failure::Bridge("a defect"), 500, false, SERVER, "BRG00500"),
        (Failure::CrossSite, 403, true, CLIENT, "BRG00408"),
        (Failure::Coding, 415, true, CLIENT, "BRG00404"),
        (Failure::NotAcceptable, 406, true, CLIENT, "BRG00404"),
        (Failure::Undecodable, 400, true, CLIENT, "BRG00150"),
        (Failure::Content, 400, true, CLIENT, "BRG00150"),
        (Failure::Field(field(FieldErrorKind::Malformed)), 400, false, CLIENT, "BRG00103"),
        (Failure::Field(field(FieldErrorKind::Repeated)), 400, false, CLIENT, "BRG00111"),
        (Failure::Field(field(FieldErrorKind::Misplaced)), 400, false, CLIENT, "BRG00101"),
        (Failure::Form(soap::MultipartError::Truncated), 400, false, CLIENT, "BRG00150"),
        (Failure::Json(malformed), 400, false, CLIENT, "BRG00150"),
        (Failure::Json(twice), 400, false, CLIENT, "BRG00111"),
        (Failure::Key(KeyError::InUse), 409, false, CLIENT, "BRG00406"),
        (Failure::Key(KeyError::Malformed), 400, false, CLIENT, "BRG00407"),
        (Failure::Key(KeyError::Reused), 422, false, CLIENT, "BRG00407"),
        (Failure::Key(KeyError::Unavailable), 503, true, SERVER, "BRG00405"),
        (Failure::Key(KeyError::Unknown), 502, false, SERVER, "BRG00300"),
        (Failure::Mcp(mcp::Error::Batch), 400, false, CLIENT, "BRG00152"),
        (Failure::Mcp(mcp::Error::Method), 404, false, CLIENT, "BRG00400"),
        (Failure::Mcp(mcp::Error::Tool(None)), 400, false, CLIENT, "BRG00400"),
        (Failure::MediaType("application/json"), 415, true, CLIENT, "BRG00404"),
        (Failure::Method("POST".to_owned()), 405, true, CLIENT, "BRG00401"),
        (Failure::NotFound, 404, true, CLIENT, "BRG00400"),
        (Failure::Overloaded(Shortage::Working), 503, true, SERVER, "BRG00405"),
        (Failure::Stopping, 503, true, SERVER, "BRG00405"),
        (Failure::Soap(soap::Error::Action), 400, false, CLIENT, "BRG00151"),
        (Failure::Soap(block), 400, false, FaultKind::MustUnderstand, "BRG00200"),
        (Failure::Soap(soap::MultipartError::Truncated.into()), 400, false, CLIENT, "BRG00151"),
        (Failure::Soap(soap::Error::NotSoap), 400, false, CLIENT, "BRG00151"),
        (Failure::Soap(soap::Error::Structure("Body")), 400, false, CLIENT, "BRG00151"),
        (Failure::Soap(kind), 400, false, FaultKind::VersionMismatch, "BRG00151"),
        (Failure::Soap(soap::Error::VersionMismatch), 400, false, FaultKind::VersionMismatch, "BRG00151"),
        (Failure::UnknownOperation, 404, false, CLIENT, "BRG00400"),
        (Failure::UriTooLong, 414, true, CLIENT, "BRG00402"),
    ]
}

fn of_backends() -> Vec<Row> {
    use CredentialOwner::{Bridge, Caller};
    let call = |error| Failure::Backend(BackendFailure::Call(error));
    let no_token = |error| Failure::Backend(BackendFailure::Token(error));
    let failed = |status, client| {
        Failure::Backend(BackendFailure::Failed {
            status,
            retry_after: Some(7),
            errors: Vec::new(),
            client,
            fault: None,
        })
    };
    let fault = |kind, owner| {
        let fault = ReceivedFault { fault: Fault { kind, ..Fault::default() }, ..ReceivedFault::default() };
        let fault = Box::new(fault);
        Failure::Backend(BackendFailure::Fault { fault, owner })
    };
    let unauthorized = |owner| {
        Failure::Backend(BackendFailure::Unauthorized {
            owner,
            challenge: Challenge::default(),
            errors: Vec::new(),
        })
    };
    vec![
        (Failure::Backend(BackendFailure::bad("it is no XML")), 502, false, SERVER, "BRG00302"),
        (call(CallError::Busy), 503, true, SERVER, "BRG00405"),
        (no_token(TokenServerError::Call(CallError::Busy)), 503, true, SERVER, "BRG00405"),
        (call(CallError::Broken), 502, false, SERVER, "BRG00300"),
        (call(CallError::Connect), 502, false, SERVER, "BRG00300"),
        (call(CallError::TimedOut), 504, false, SERVER, "BRG00301"),
        (call(CallError::Tls(TlsError::Expired)), 502, false, SERVER, "BRG00300"),
        (call(CallError::Proxy(ProxyError::Credentials)), 502, false, SERVER, "BRG00300"),
        (call(CallError::Proxy(ProxyError::Refused(403))), 502, false, SERVER, "BRG00300"),
        (call(CallError::NoPlace), 500, false, SERVER, "BRG00500"),
        (call(CallError::NotWritten), 500, false, SERVER, "BRG00500"),
        (call(CallError::TooLarge), 502, false, SERVER, "BRG00302"),
        (no_token(TokenServerError::Call(CallError::Connect)), 502, false, SERVER, "BRG00300"),
        (no_token(TokenServerError::Call(CallError::TimedOut)), 504, false, SERVER, "BRG00301"),
        (no_token(TokenServerError::Malformed), 502, false, SERVER, "BRG00302"),
        (no_token(TokenServerError::Status(503)), 502, false, SERVER, "BRG00306"),
        (failed(500, false), 502, false, SERVER, "BRG00306"),
        (failed(502, false), 502, false, SERVER, "BRG00306"),
        (failed(503, false), 502, false, SERVER, "BRG00306"),
        (failed(504, false), 504, false, SERVER, "BRG00301"),
        (
            Failure::Backend(BackendFailure::Redirected { status: 302, location: None }),
            502,
            false,
            SERVER,
            "BRG00306",
        ),
        (failed(500, true), 400, false, CLIENT, "BRG00310"),
        (failed(429, false), 429, false, SERVER, "BRG00304"),
        (failed(429, true), 429, false, CLIENT, "BRG00304"),
        (fault(CLIENT, Bridge), 400, false, CLIENT, "BRG00310"),
        (fault(FaultKind::MustUnderstand, Bridge), 502, false, SERVER, "BRG00302"),
        (fault(NOBODY, Bridge), 502, false, SERVER, "BRG00305"),
        (fault(NOBODY, Caller), 401, false, NOBODY, "BRG00201"),
        (fault(SERVER, Caller), 502, false, SERVER, "BRG00306"),
        (fault(FaultKind::VersionMismatch, Bridge), 502, false, SERVER, "BRG00302"),
        (unauthorized(Bridge), 502, false, SERVER, "BRG00305"),
        (unauthorized(Caller), 401, false, NOBODY, "BRG00201"),
    ]
}

#[test]
fn every_failure_has_its_row() {
    for (failure, http, transport, fault, code) in own().into_iter().chain(of_backends()) {
        let row = outcome(&failure, None);
        let found = (row.http, row.transport, row.fault, row.code.as_ref());
        assert_eq!(found, (http, transport, fault, code), "{failure:?}");
        assert!(!row.sentence.is_empty(), "{failure:?}");
    }
}

#[test]
fn who_may_try_again_is_told_when_and_who_may_not_is_told_how() {
    let failed = BackendFailure::Failed {
        status: 503,
        retry_after: Some(7),
        errors: Vec::new(),
        client: false,
        fault: None,
    };
    for (failure, after) in [
        (Failure::Overloaded(Shortage::Working), Some(1)),
        (Failure::Stopping, Some(1)),
        (Failure::Backend(CallError::Busy.into()), Some(1)),
        (Failure::Backend(CallError::NoPlace.into()), None),
        (Failure::Key(KeyError::InUse), Some(1)),
        (Failure::Backend(failed), Some(7)),
        (Failure::NotFound, None),
    ] {
        assert_eq!(outcome(&failure, None).retry_after, after, "{failure:?}");
    }
    assert_eq!(outcome(&Failure::Method("PUT".to_owned()), None).allow, Some("PUT"));
}

#[test]
fn the_detail_of_another_bridge_is_passed_on_and_no_other_text_of_a_backend() {
    let bridge = BridgeFault {
        code: "50429".to_owned(),
        message: "slow down".to_owned(),
        http_status: Some(429),
        retry_after: Some(3),
        errors: vec![("E1".to_owned(), "first".to_owned())],
        ..BridgeFault::default()
    };
    let reasons = vec![Reason::new("a text of the backend")];
    let fault = Fault { reasons, bridge: Some(bridge), ..Fault::default() };
    let fault = Box::new(ReceivedFault { fault, ..ReceivedFault::default() });
    let failure = Failure::Backend(BackendFailure::Fault { fault, owner: CredentialOwner::Bridge });
    let row = outcome(&failure, None);
    let told: Vec<_> = row.notices.iter().map(|notice| (&*notice.code, &*notice.message)).collect();
    assert_eq!(
        (row.http, row.retry_after, told),
        (429, Some(3), vec![("50429", "slow down"), ("E1", "first")])
    );
    assert_eq!((&*row.code, &*row.sentence), (Code::BackendFailed.text(), "the backend failed"));
}
