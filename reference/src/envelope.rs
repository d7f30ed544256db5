//! Reading envelopes and writing them.

use yaserde::YaDeserialize;

use super::behaviour::{self, Behaviour};
use super::server::{Act, Exchange};
use super::usernames::{Header, Token};

/// An envelope with this body.
#[derive(Debug, Default, YaDeserialize)]
#[yaserde(rename = "Envelope", prefix = "e", namespaces = { "e" = "http://schemas.xmlsoap.org/soap/envelope/" })]
pub(super) struct Envelope<B>
where
    B: YaDeserialize + Default,
{
    #[yaserde(rename = "Header", prefix = "e")]
    header: Option<Header>,
    #[yaserde(rename = "Body", prefix = "e")]
    pub(super) body: B,
}

impl<B: YaDeserialize + Default> Envelope<B> {
    /// The token in its header.
    pub(super) fn token(&self) -> Option<&Token> {
        self.header.as_ref()?.security.as_ref()?.token.as_ref()
    }
}

/// The envelope in a request, whose text goes through `prepare` first; or the fault that refuses it.
pub(super) fn read<B: YaDeserialize + Default>(
    exchange: &Exchange,
    prepare: impl Fn(&str) -> String,
) -> Result<Envelope<B>, Act> {
    let text = String::from_utf8_lossy(&exchange.body);
    if text.matches('<').count() > 1000 || !exchange.line.starts_with("POST ") {
        return Err(fault(500, "soap:Client", "not a request of this service", ""));
    }
    yaserde::de::from_str(&prepare(&text)).map_err(|_| fault(500, "soap:Client", "malformed request", ""))
}

/// What every SOAP backend does alike.
pub(super) fn alike(behaviour: &Behaviour) -> Option<Act> {
    match behaviour {
        Behaviour::Server => Some(fault(500, "soap:Server", "database down at 10.0.0.1", "")),
        Behaviour::Client => Some(fault(500, "soap:Client", "bad request from db-internal", "")),
        Behaviour::Odd => Some(fault(200, "soap:Server", "a fault with status 200", "")),
        Behaviour::RateLimited => Some(fault(500, "soap:Server", "rate limit", RATE_LIMITED)),
        Behaviour::Internal => Some(fault(500, "soap:Server", "backend failed", INTERNAL)),
        Behaviour::Unauthorized => Some(refused()),
        other => behaviour::alike(other),
    }
}

/// The fault for a token that is not accepted.
pub(super) fn refused() -> Act {
    let code = "xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\">wsse:FailedAuthentication";
    let fault = format!(
        "<soap:Fault><faultcode {code}</faultcode><faultstring>The security token could not be authenticated or authorized</faultstring></soap:Fault>"
    );
    Act::Answer(500, XML, None, enveloped(&fault))
}

/// A fault.
pub(super) fn fault(status: u16, code: &str, reason: &str, detail: &str) -> Act {
    let fault = format!(
        "<soap:Fault><faultcode>{code}</faultcode><faultstring>{reason}</faultstring>{detail}</soap:Fault>"
    );
    Act::Answer(status, XML, None, enveloped(&fault))
}

/// An envelope around the text of a body.
pub(super) fn enveloped(body: &str) -> String {
    format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>{body}</soap:Body></soap:Envelope>"
    )
}

/// The content type of SOAP 1.1.
pub(super) const XML: &str = "text/xml; charset=utf-8";
const RATE_LIMITED: &str = "<detail><c:bridgeFault xmlns:c=\"urn:bridge:common:1\"><c:requestId>1700000000012</c:requestId><c:code>BRG00304</c:code><c:message>backend rate limit exceeded</c:message><c:httpStatus>429</c:httpStatus><c:retryAfterSeconds>7</c:retryAfterSeconds></c:bridgeFault></detail>";
const INTERNAL: &str = "<detail><c:bridgeFault xmlns:c=\"urn:bridge:common:1\"><c:requestId>1700000000013</c:requestId><c:code>BRG00306</c:code><c:message>backend failed</c:message><c:httpStatus>500</c:httpStatus></c:bridgeFault></detail>";
