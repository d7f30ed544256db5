//! What is the same in every request for a backend's operation: made and checked when the service is loaded.

use std::sync::Arc;

use http::uri::InvalidUri;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};

use super::connect::Endpoint;
use super::headers::{ALWAYS, basic, bearer};
use super::outgoing::{Attachments, Outgoing};
use super::pieces::Body;
use crate::plan::{MessagePlan, OperationPlan};
use crate::service::{
    Backend, BackendAuth, BackendCredentials, BodyUse, Deadlines, Service, ServiceOperation, SoapBackend,
};
use crate::soap::{RequestAddressing, RequestProperties, Version};

/// Method, target and headers of an operation's requests.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct RequestTemplate {
    method: Method,
    /// The whole target, or the backend's URL where request fields make the rest.
    target: Uri,
    headers: HeaderMap,
    /// Those of requests without a body.
    bodiless: HeaderMap,
    body: BodyUse,
    /// Whether every field of the request stands in the body.
    whole: bool,
    /// Request fields that are HTTP headers on the JSON side.
    fields: Vec<(HeaderName, Arc<str>)>,
    /// The HTTP headers of the fields of header blocks, in the order of those.
    block_fields: Vec<HeaderName>,
    idempotent: bool,
    /// How long they may take, where the operation has deadlines of its own.
    deadlines: Option<Arc<Deadlines>>,
    /// The header that gets the caller's token, where the backend gets that in one.
    token_header: HeaderName,
    /// Whether the target is the same for every request.
    is_fixed: bool,
    /// Its properties of WS-Addressing, where it has some.
    addressing: Option<RequestAddressing>,
}

/// Why requests for an operation cannot be made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TemplateError {
    /// A value that no HTTP header can carry (RFC 9110 section 5.5). The value may be a secret, and is not shown.
    #[error(
        "operation {operation}: the header {header} cannot carry its value: expected no control characters, such as line feeds"
    )]
    Header {
        /// The operation.
        operation: String,
        /// The header.
        header: String,
    },
    /// A name that no HTTP header has (RFC 9110 section 5.1).
    #[error("operation {operation}: `{name}` is not the name of an HTTP header")]
    HeaderName {
        /// The operation.
        operation: String,
        /// The name.
        name: String,
    },
    /// Not an HTTP method (RFC 9110 section 9.1).
    #[error("operation {operation}: `{method}` is not an HTTP method")]
    Method {
        /// The operation.
        operation: String,
        /// The method.
        method: String,
    },
    /// A path that no request can have.
    #[error("operation {operation}: `{path}` is not the path of a URL")]
    Target {
        /// The operation.
        operation: String,
        /// The path.
        path: String,
    },
}

impl TemplateError {
    /// The operation.
    pub(in crate::bridge) fn operation(&self) -> &str {
        match self {
            Self::Header { operation, .. }
            | Self::HeaderName { operation, .. }
            | Self::Method { operation, .. }
            | Self::Target { operation, .. } => operation,
        }
    }
}

impl RequestTemplate {
    /// The template of the operation of `service` that has `plan` and `rules`. Errors: what no request can carry.
    pub(in crate::bridge) fn new(
        service: &Service,
        plan: &OperationPlan,
        rules: &ServiceOperation,
        endpoint: &Endpoint,
    ) -> Result<Self, TemplateError> {
        let maker = Maker { operation: &plan.name, endpoint };
        let mut template = match &service.backend {
            Backend::Soap(backend) => maker.soap(plan, backend)?,
            Backend::Json(_) => maker.json(rules)?,
        };
        template.fields = maker.fields(rules)?;
        template.block_fields =
            rules.block_fields.iter().map(|field| maker.name(&field.header)).collect::<Result<_, _>>()?;
        template.idempotent = rules.idempotent;
        template.deadlines = rules.deadlines.with(service.backend.target().deadlines()).map(Arc::new);
        for (name, value) in ALWAYS {
            template.headers.insert(name, value);
        }
        maker.authorize(service.backend.auth(), &mut template.headers)?;
        if let BackendAuth::CallerToken(Some(name)) = service.backend.auth() {
            template.token_header = maker.name(name)?;
        }
        template.headers.reserve(OF_EXCHANGE);
        template.bodiless = bodiless(&template.method, &template.headers);
        Ok(template)
    }

    /// The request with `body`.
    pub(in crate::bridge) fn outgoing(&self, body: Body) -> Box<Outgoing> {
        Box::new(Outgoing {
            method: self.method.clone(),
            target: self.target.clone(),
            headers: self.headers.clone(),
            body,
            idempotent: self.idempotent,
            renewal: None,
            deadlines: self.deadlines.clone(),
            token: None,
            attachments: Attachments::Within,
            message_id: None,
        })
    }

    /// The request without a body.
    fn bodiless(&self) -> Box<Outgoing> {
        let mut outgoing = self.outgoing(Body::default());
        outgoing.headers = self.bodiless.clone();
        outgoing
    }

    /// The properties of WS-Addressing of its requests, where they have some.
    #[inline]
    pub(in crate::bridge) fn addressing(&self) -> Option<&RequestAddressing> {
        self.addressing.as_ref()
    }

    /// The header that gets the caller's token, where the backend gets that in one.
    pub(in crate::bridge) fn token_header(&self) -> &HeaderName {
        &self.token_header
    }

    /// What the body of a JSON request has.
    pub(in crate::bridge) fn body(&self) -> BodyUse {
        self.body
    }

    /// Whether every field of the request stands in the body.
    pub(in crate::bridge) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Request fields that are HTTP headers on the JSON side: the header and the field's key.
    pub(in crate::bridge) fn fields(&self) -> &[(HeaderName, Arc<str>)] {
        &self.fields
    }

    /// The HTTP headers of the fields of header blocks, in the order of [`ServiceOperation::block_fields`].
    pub(in crate::bridge) fn block_fields(&self) -> &[HeaderName] {
        &self.block_fields
    }

    /// The request at `path`, which is made of request fields, below the backend's URL, with a body where there is one. Errors: what
    /// no target can have.
    pub(in crate::bridge) fn outgoing_at(
        &self,
        path: &str,
        body: Option<Body>,
    ) -> Result<Box<Outgoing>, InvalidUri> {
        let mut outgoing = body.map_or_else(|| self.bodiless(), |body| self.outgoing(body));
        if !self.is_fixed {
            outgoing.target = below(&self.target, path).parse()?;
        }
        Ok(outgoing)
    }

    /// What of `target` is below the backend's URL, where request fields make it.
    pub(in crate::bridge) fn made_of<'t>(&self, target: &'t Uri) -> Option<&'t str> {
        let target = target.path_and_query()?.as_str();
        target.strip_prefix(self.target.path().trim_end_matches('/'))
    }
}

/// Makes templates of one operation.
struct Maker<'m> {
    operation: &'m str,
    endpoint: &'m Endpoint,
}

impl Maker<'_> {
    fn soap(&self, plan: &OperationPlan, backend: &SoapBackend) -> Result<RequestTemplate, TemplateError> {
        let version = Version::from(plan.version);
        let mut headers = HeaderMap::new();
        let content_type = self.value(header::CONTENT_TYPE.as_str(), &version.content_type(&plan.action))?;
        headers.insert(header::CONTENT_TYPE, content_type);
        if version == Version::V11 {
            let quoted = format!("\"{}\"", plan.action);
            headers.insert(SOAP_ACTION, self.value(SOAP_ACTION.as_str(), &quoted)?);
        }
        let parts = backend.mtom.is_some() || plan.output.as_ref().is_some_and(MessagePlan::has_parts);
        let accepted = match (parts, version) {
            (false, version) => version.media_type(),
            (true, Version::V11) => "multipart/related, text/xml",
            (true, Version::V12) => "multipart/related, application/soap+xml",
        };
        headers.insert(header::ACCEPT, HeaderValue::from_static(accepted));
        let target = self.endpoint.target().clone();
        Ok(RequestTemplate {
            method: Method::POST,
            target,
            headers,
            bodiless: HeaderMap::new(),
            body: BodyUse::Always,
            whole: true,
            fields: Vec::new(),
            block_fields: Vec::new(),
            idempotent: false,
            deadlines: None,
            token_header: header::AUTHORIZATION,
            is_fixed: true,
            addressing: backend.addressing.map(|addressing| {
                RequestAddressing::new(RequestProperties {
                    version: addressing.version,
                    action: &plan.addressing,
                    to: &backend.target.url,
                    must_understand: addressing.must_understand,
                })
            }),
        })
    }

    fn json(&self, rules: &ServiceOperation) -> Result<RequestTemplate, TemplateError> {
        const JSON: HeaderValue = HeaderValue::from_static("application/json");
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, JSON);
        headers.insert(header::ACCEPT, JSON);
        let method = Method::from_bytes(rules.http.method.as_bytes()).map_err(|_| TemplateError::Method {
            operation: self.operation.to_owned(),
            method: rules.http.method.to_string(),
        })?;
        let plain = rules.http.plain();
        let is_fixed = plain.is_some();
        let target = match plain {
            Some(path) => self.below(&path)?,
            None => self.endpoint.target().clone(),
        };
        Ok(RequestTemplate {
            method,
            target,
            headers,
            bodiless: HeaderMap::new(),
            body: rules.body,
            whole: !rules.is_scattered() && rules.body == BodyUse::Always,
            fields: Vec::new(),
            block_fields: Vec::new(),
            idempotent: false,
            deadlines: None,
            token_header: header::AUTHORIZATION,
            is_fixed,
            addressing: None,
        })
    }

    fn fields(&self, rules: &ServiceOperation) -> Result<Vec<(HeaderName, Arc<str>)>, TemplateError> {
        rules.headers.iter().map(|(name, member)| Ok((self.name(name)?, member.clone()))).collect()
    }

    /// The header with credentials, where it is the same in all requests.
    fn authorize(&self, auth: &BackendAuth, headers: &mut HeaderMap) -> Result<(), TemplateError> {
        match auth {
            BackendAuth::Basic(BackendCredentials::Fixed(credentials)) => {
                headers.insert(header::AUTHORIZATION, basic(credentials));
            }
            // Each caller's own, or a token that a server gives, is set when it is known.
            BackendAuth::Basic(BackendCredentials::ByCaller(_) | BackendCredentials::Caller)
            | BackendAuth::CallerToken(_)
            | BackendAuth::None
            | BackendAuth::Oauth2(_) => {}
            BackendAuth::Bearer(token) => {
                let value = bearer(token).map_err(|_| self.header(header::AUTHORIZATION.as_str()))?;
                headers.insert(header::AUTHORIZATION, value);
            }
            BackendAuth::Header(name, value) => {
                let mut value = self.value(name, value.expose())?;
                value.set_sensitive(true);
                headers.insert(self.name(name)?, value);
            }
        }
        Ok(())
    }

    /// A header value. Text beyond ASCII goes out as its UTF-8 (RFC 9110 section 5.5, obs-text): contracts have such actions.
    fn value(&self, name: &str, value: &str) -> Result<HeaderValue, TemplateError> {
        HeaderValue::from_bytes(value.as_bytes()).map_err(|_| self.header(name))
    }

    fn name(&self, name: &str) -> Result<HeaderName, TemplateError> {
        HeaderName::from_bytes(name.as_bytes()).map_err(|_| TemplateError::HeaderName {
            operation: self.operation.to_owned(),
            name: name.to_owned(),
        })
    }

    fn header(&self, name: &str) -> TemplateError {
        TemplateError::Header { operation: self.operation.to_owned(), header: name.to_owned() }
    }

    /// The target of `path` below the backend's URL.
    fn below(&self, path: &str) -> Result<Uri, TemplateError> {
        let whole = below(self.endpoint.target(), path);
        whole.parse().map_err(|_| TemplateError::Target { operation: self.operation.to_owned(), path: whole })
    }
}

/// The headers of a request without a body. A method that has one else says that there is none (RFC 9110 section 8.6).
fn bodiless(method: &Method, headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove(header::CONTENT_TYPE);
    if matches!(*method, Method::PATCH | Method::POST | Method::PUT) {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    headers
}

/// `path` below `base`, with one slash between them.
fn below(base: &Uri, path: &str) -> String {
    format!("{}{path}", base.path().trim_end_matches('/'))
}

/// Headers that an exchange adds: `Host`, a token, the number of the request, its trace and the state of that, and room for
/// fields of the message.
const OF_EXCHANGE: usize = 8;

/// SOAP 1.1 section 6.1.1.
pub(in crate::bridge) const SOAP_ACTION: HeaderName = HeaderName::from_static("soapaction");
