//! The JSON front.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response, header};

use super::form::FormBody;
use super::routes::JsonRoute;
use crate::bridge::answer::{ResponseOptions, Told, json_failed, json_respond};
use crate::bridge::attached::{Attached, Sources};
use crate::bridge::auth::{AuthError, Authenticated, Authenticator, HeaderAuth, Shown};
use crate::bridge::backend::pieces::Body;
use crate::bridge::exchange::{Exchange, Front, Read, Ready};
use crate::bridge::failed::Failed;
use crate::bridge::failure::Failure;
use crate::bridge::idempotency::{Fingerprint, is_asked};
use crate::bridge::operation::{Called, Operation};
use crate::bridge::record::Phase;
use crate::bridge::reply::Answer;
use crate::bridge::request::{Prepared, http_binding};
use crate::bridge::state::buffers::{self, Buffers};
use crate::bridge::state::header::{accepts, content_type, content_type_text};
use crate::service::{BodyUse, Credentials, FrontAuth, JsonFront};
use crate::soap::Form;

/// A request to the JSON front of a service.
pub(in crate::bridge) struct JsonRequest<'f> {
    pub(in crate::bridge) front: &'f JsonFront,
    pub(in crate::bridge) route: JsonRoute,
    /// The methods that its path has, where its own is none of them.
    pub(in crate::bridge) allowed: Option<Box<str>>,
    pub(in crate::bridge) options: ResponseOptions,
    /// Whoever the head names.
    caller: Option<Authenticated>,
    /// Whether the content type was looked at.
    typed: bool,
    /// Whether it is that of a form.
    form: bool,
    /// Whether a form is accepted as the answer.
    accepts_form: bool,
}

impl<'f> JsonRequest<'f> {
    /// A request with `headers`, which came by `route` and has the number `id`.
    pub(in crate::bridge) fn new(
        front: &'f JsonFront,
        route: JsonRoute,
        headers: &HeaderMap,
        id: i64,
    ) -> Self {
        let problem = accepts(headers, "application/problem+json");
        let languages = headers.get(header::ACCEPT_LANGUAGE).cloned();
        let options =
            ResponseOptions { id, problem, always_200: front.always_200, challenge: None, languages };
        Self {
            front,
            route,
            allowed: None,
            options,
            caller: None,
            typed: false,
            form: false,
            accepts_form: accepts(headers, "multipart/form-data"),
        }
    }

    /// The JSON of a request, `{}` where no body is needed. Errors: a body of no known type, one that means nothing.
    fn json<'b>(&self, operation: Operation<'_>, body: &'b [u8]) -> Result<&'b [u8], Failure> {
        let rules = operation.rules;
        let needed = match (self.route.native, rules.body) {
            (true, BodyUse::IfAny | BodyUse::Never) => false,
            (true, BodyUse::Always) | (false, _) => !rules.is_empty,
        };
        if body.is_empty() {
            return Ok(if needed { body } else { b"{}" });
        }
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        if self.route.native && rules.http.is_safe() && !body.iter().filter(|byte| !blank(byte)).eq(b"{}") {
            return Err(Failure::Content);
        }
        Ok(body)
    }

    /// Looks at the content type. Errors: neither JSON nor a form.
    fn look_at_type(&mut self, headers: &HeaderMap) -> Result<(), Failure> {
        let kind = content_type(headers).map_err(|_| Failure::MediaType(MEDIA_TYPES))?;
        (self.typed, self.form) = (true, Form::is_type(&kind.media_type));
        if self.form || kind.is_json() { Ok(()) } else { Err(Failure::MediaType(MEDIA_TYPES)) }
    }

    async fn read_form(
        &mut self,
        exchange: &Exchange<'_>,
        head: &Parts,
        body: &Bytes,
    ) -> Result<Read, Failure> {
        let mut attached = Attached::none();
        let json = {
            let may_be = self.takes_apart(exchange, head);
            form_of(exchange, head, body, may_be.then_some(&mut attached))?
        };
        let given = Given { body: &json, own: &json, extracted: None, attached: Some(&attached) };
        self.read_given(exchange, head, given).await.map(Read::Call)
    }

    /// Whoever sent it is known already.
    pub(super) fn is_from(&mut self, caller: Option<Authenticated>) {
        self.caller = caller;
        self.typed = true;
    }

    /// Reads a request whose fields may stand in its path, its query and its headers too.
    pub(super) async fn read_call(
        &mut self,
        exchange: &Exchange<'_>,
        head: &Parts,
        body: &Bytes,
    ) -> Result<Ready, Failure> {
        self.read_given(exchange, head, Given { body, own: body, extracted: None, attached: None }).await
    }

    async fn read_given(
        &mut self,
        exchange: &Exchange<'_>,
        head: &Parts,
        given: Given<'_>,
    ) -> Result<Ready, Failure> {
        let operation = exchange.service.operation(self.route.operation);
        let own = self.json(operation, given.own)?;
        let below = head.uri.path().strip_prefix(&*self.front.path).filter(|_| self.route.native);
        let extracted = match operation.rules.is_scattered() {
            true => http_binding::extract(operation, below, head, own)?,
            false => None,
        };
        self.take(exchange, head, Given { own, extracted, ..given }).await
    }

    /// Reads a request whose fields all stand in `body`.
    pub(super) async fn read_whole(
        &mut self,
        exchange: &Exchange<'_>,
        head: &Parts,
        body: &Bytes,
    ) -> Result<Ready, Failure> {
        self.take(exchange, head, Given { body, own: body, extracted: None, attached: None }).await
    }

    #[inline]
    async fn take(
        &mut self,
        exchange: &Exchange<'_>,
        head: &Parts,
        given: Given<'_>,
    ) -> Result<Ready, Failure> {
        let Given { body, own, extracted, attached } = given;
        let operation = exchange.service.operation(self.route.operation);
        let authenticator = exchange.authenticator(exchange.service.json_verifier.as_ref());
        let sources = || Sources { attached, text: Some(body) };
        let reading = Reading { auth: &self.front.auth, authenticator, operation };
        let json = extracted.as_ref().map_or(own, |spliced| &spliced.json);
        let read = match self.caller.take() {
            Some(caller) => reading.encode(json, caller, sources()),
            // In a box: most callers are known by the head.
            None => Box::pin(reading.authenticate_body(json, sources())).await,
        };
        let (caller, mut prepared) = read.map_err(|failure| match &extracted {
            Some(spliced) => spliced.in_body(failure, own),
            None => failure,
        })?;
        let target = head.uri.path_and_query().map_or("", |target| target.as_str());
        if operation.keeps_requests() {
            prepared.request = Some(match &extracted {
                Some(spliced) => Bytes::copy_from_slice(&spliced.json),
                None if body.is_empty() => Bytes::copy_from_slice(own),
                None => body.clone(),
            });
        }
        let asked = is_asked(&head.headers);
        let fingerprint = asked.then(|| Fingerprint::of(&[target.as_bytes(), json]));
        Ok(Ready { operation: self.route.operation, caller, prepared, fingerprint })
    }
}

/// What a client gave.
struct Given<'g> {
    body: &'g Bytes,
    /// Its JSON.
    own: &'g [u8],
    /// The same with the fields that stood elsewhere.
    extracted: Option<http_binding::Spliced>,
    /// What the JSON has stand-ins for, where it may have some.
    attached: Option<&'g Attached>,
}

/// What a client of `front` that is not let in may try (RFC 9110 section 15.5.2). Keys, certificates and credentials that are `inside` of a
/// message have no name there.
pub(super) fn challenge(front: &JsonFront, inside: bool) -> Option<HeaderValue> {
    match front.auth {
        FrontAuth::Jwt(_) | FrontAuth::PassBearer | FrontAuth::Tokens(_) => {
            Some(HeaderValue::from_static("Bearer"))
        }
        FrontAuth::PassThrough | FrontAuth::Users(_) if !inside => {
            // The path of a front has no character that would have to be escaped.
            let basic = format!("Basic realm=\"{}\", charset=\"UTF-8\"", front.path);
            Some(HeaderValue::try_from(basic).expect("the path of a front is visible ASCII"))
        }
        FrontAuth::Certificate(_)
        | FrontAuth::Keys(..)
        | FrontAuth::Names(_)
        | FrontAuth::None
        | FrontAuth::PassThrough
        | FrontAuth::Users(_) => None,
    }
}

impl Front for JsonRequest<'_> {
    const NAME: &'static str = "json";

    fn takes_apart(&self, exchange: &Exchange<'_>, head: &Parts) -> bool {
        exchange.service.operation(self.route.operation).keeps_apart() && !is_asked(&head.headers)
    }

    fn open(&self, exchange: &Exchange<'_>, head: &Parts) -> Result<Option<Response<Body>>, Failure> {
        if let Some(allowed) = &self.allowed {
            return Err(Failure::Method(allowed.clone().into()));
        }
        exchange.check_site(head, exchange.service.json_sharing.as_ref()).map(|()| None)
    }

    async fn admit(&mut self, exchange: &Exchange<'_>, head: &Parts) -> Result<(), Failure> {
        if announces_body(&head.headers) {
            self.look_at_type(&head.headers)?;
        }
        let operation = exchange.service.operation(self.route.operation);
        let authenticator = exchange.authenticator(exchange.service.json_verifier.as_ref());
        let reading = Reading { auth: &self.front.auth, authenticator, operation };
        self.caller = reading.headers(&head.headers).await?;
        exchange.record.mark(Phase::Auth);
        Ok(())
    }

    async fn read(&mut self, exchange: &Exchange<'_>, head: &Parts, body: &Bytes) -> Result<Read, Failure> {
        if !self.typed && !body.is_empty() {
            self.look_at_type(&head.headers)?;
        }
        if self.form {
            // In a box: most requests are none.
            return Box::pin(self.read_form(exchange, head, body)).await;
        }
        self.read_call(exchange, head, body).await.map(Read::Call)
    }

    fn write(
        &self,
        operation: Operation<'_>,
        answer: Answer,
        buffers: &mut Buffers,
    ) -> Result<Response<Body>, Failure> {
        let how = Told { always_200: self.front.always_200, form: self.accepts_form };
        json_respond(operation, answer, how, buffers)
    }

    fn fail(&self, exchange: &Exchange<'_>, failed: &Failed) -> Response<Body> {
        let operation = exchange.service.operation(self.route.operation);
        let challenge = challenge(self.front, operation.rules.credentials.is_some());
        let options = ResponseOptions { challenge, ..self.options.clone() };
        json_failed(failed, Some(operation), &options)
    }

    fn operation(&self) -> Option<usize> {
        Some(self.route.operation)
    }
}

const MEDIA_TYPE: &str = "application/json";

const MEDIA_TYPES: &str = "application/json, or multipart/form-data with it in the field `json`";

/// The JSON of the form `body`.
fn form_of(
    exchange: &Exchange<'_>,
    head: &Parts,
    body: &Bytes,
    attached: Option<&mut Attached>,
) -> Result<Bytes, Failure> {
    let kind = content_type_text(&head.headers).map_err(|_| Failure::MediaType(MEDIA_TYPES))?;
    let kind = kind.ok_or(Failure::MediaType(MEDIA_TYPES))?;
    let spooled = exchange.spooled.load_full();
    let form = FormBody { kind, bytes: body, spooled: spooled.as_ref() };
    let json = form.json(&exchange.service.service.limits.json, attached)?;
    exchange.memory.cover(body.len() + json.len())?;
    Ok(json.into())
}

/// RFC 9110 section 8.3: what has no type might be guessed, and is not.
pub(super) fn check_type(headers: &HeaderMap) -> Result<(), Failure> {
    let kind = content_type(headers).map_err(|_| Failure::MediaType(MEDIA_TYPE))?;
    if kind.is_json() { Ok(()) } else { Err(Failure::MediaType(MEDIA_TYPE)) }
}

/// Whether a body certainly comes. In HTTP/2 a head need not say so.
fn announces_body(headers: &HeaderMap) -> bool {
    match headers.get(header::CONTENT_LENGTH) {
        Some(length) => length != "0",
        None => headers.contains_key(header::TRANSFER_ENCODING),
    }
}

/// Reads one request.
struct Reading<'r> {
    auth: &'r FrontAuth,
    authenticator: Authenticator<'r>,
    operation: Operation<'r>,
}

/// What a look at the body comes to.
enum Look {
    /// Someone may send this.
    Ready(Box<(Authenticated, Prepared)>),
    /// Its credentials are yet to be checked.
    NeedsPassword(Credentials),
}

impl Reading<'_> {
    /// Who sent the request, where its head says so.
    async fn headers(&self, headers: &HeaderMap) -> Result<Option<Authenticated>, AuthError> {
        match self.authenticator.headers(self.auth, headers, self.shown())? {
            HeaderAuth::Authenticated(caller) => Ok(Some(caller)),
            HeaderAuth::InBody => Ok(None),
            HeaderAuth::NeedsPassword(credentials) => {
                Ok(Some(self.authenticator.password(self.auth, credentials).await?))
            }
        }
    }

    /// Where callers show their credentials.
    fn shown(&self) -> Shown {
        let Operation { service, plan, rules, .. } = self.operation;
        if !service.passes_credentials(plan) {
            return Shown::Nowhere;
        }
        let in_body = rules.credentials.is_some() && !matches!(self.auth, FrontAuth::PassBearer);
        if in_body { Shown::InMessage } else { Shown::InHead }
    }

    /// Reads the body for whoever it says.
    async fn authenticate_body(
        &self,
        body: &[u8],
        sources: Sources<'_>,
    ) -> Result<(Authenticated, Prepared), Failure> {
        match self.look(body, sources)? {
            Look::Ready(ready) => Ok(*ready),
            Look::NeedsPassword(credentials) => {
                let caller = self.authenticator.password(self.auth, credentials).await?;
                self.encode(body, caller, sources)
            }
        }
    }

    fn look(&self, body: &[u8], sources: Sources<'_>) -> Result<Look, Failure> {
        buffers::with(|buffers| {
            let value = buffers.tape.parse(body, &self.operation.service.limits.json)?;
            let paths = self.operation.rules.credentials.as_ref().ok_or(AuthError::Unauthenticated)?;
            match self.authenticator.body(self.auth, paths, value)? {
                HeaderAuth::Authenticated(caller) => {
                    let prepared = self.called(&caller, sources)?.prepare(value, &mut buffers.encoder)?;
                    Ok(Look::Ready(Box::new((caller, prepared))))
                }
                HeaderAuth::NeedsPassword(credentials) => Ok(Look::NeedsPassword(credentials)),
                HeaderAuth::InBody => Err(AuthError::Unauthenticated.into()),
            }
        })
    }

    /// Reads the body for `caller`.
    fn encode(
        &self,
        body: &[u8],
        caller: Authenticated,
        sources: Sources<'_>,
    ) -> Result<(Authenticated, Prepared), Failure> {
        buffers::with(|buffers| {
            let value = buffers.tape.parse(body, &self.operation.service.limits.json)?;
            let prepared = self.called(&caller, sources)?.prepare(value, &mut buffers.encoder)?;
            Ok((caller, prepared))
        })
    }

    /// What `caller` calls with a message that is made of `sources`. Errors: whoever may not.
    fn called<'c>(
        &'c self,
        caller: &'c Authenticated,
        sources: Sources<'c>,
    ) -> Result<Called<'c>, AuthError> {
        if !caller.may_call(&self.operation.plan.name) {
            return Err(AuthError::Forbidden);
        }
        Ok(Called { operation: self.operation, caller, blocks: "", sources })
    }
}
