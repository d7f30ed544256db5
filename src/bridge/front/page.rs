//! The page for people at the path of a front, for whoever asks: who sees the contract sees it.
//!
//! What it is made of are the contract and the rules that read and write messages; nothing is sent to a backend, and none of its parts has
//! a secret of the service. So none asks who is there. A dry run costs what a request costs that is refused for its content, and has the
//! bounds of one on memory, time and exchanges.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, header};

use super::json::check_type;
use crate::bridge::answer::{ResponseOptions, Tagged, document, json_failed, tagged_document};
use crate::bridge::backend::body::BodyError;
use crate::bridge::backend::pieces::Body;
use crate::bridge::exchange::{Exchange, Front, Read};
use crate::bridge::failed::Failed;
use crate::bridge::failure::Failure;
use crate::bridge::operation::Operation;
use crate::bridge::page::{Kept, PagePart, Part, Shell, guarded, path};
use crate::bridge::reply::Answer;
use crate::bridge::state::buffers::Buffers;
use crate::bridge::state::header::accepts;
use crate::bridge::web::tag::knows;
use crate::describe::{LinkError, PageOf, linked, to_compact_json};
use crate::limits::PAGE_MESSAGE;
use crate::service::Service;

/// A request for a page, or for a part of one.
pub(in crate::bridge) struct PageRequest {
    page: PagePart,
    /// The methods that its path has, where its own is none of them.
    allowed: Option<Box<str>>,
    options: ResponseOptions,
}

impl PageRequest {
    /// A request with the number `id`.
    pub(in crate::bridge) fn new(page: PagePart, allowed: Option<Box<str>>, id: i64) -> Self {
        Self { page, allowed, options: ResponseOptions { id, ..ResponseOptions::default() } }
    }

    /// A message, and the SOAP that it becomes. What is wrong with it is told as the front tells it, and is no failure of an exchange.
    fn dry_run(
        &self,
        exchange: &Exchange<'_>,
        head: &Parts,
        body: &Bytes,
    ) -> Result<Response<Body>, Failure> {
        if body.len() > PAGE_MESSAGE {
            return Err(BodyError::TooLarge.into());
        }
        let service = &exchange.service.service;
        let name = head.uri.query().and_then(|query| query.strip_prefix("operation="));
        let index = name.and_then(|name| find(service, name)).ok_or(Failure::NotFound)?;
        let made = linked(service, index, body, self.page.of == PageOf::Soap);
        let mut response = match made {
            Ok(linked) => document(JSON, to_compact_json(&linked.into()).into()),
            Err(error) => {
                let (failed, operation) = (Failed::from(failure(error)), exchange.service.operation(index));
                // In one form, whatever the system's own is.
                json_failed(
                    &failed,
                    Some(operation),
                    &ResponseOptions { problem: true, ..self.options.clone() },
                )
            }
        };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        guarded(response.headers_mut());
        Ok(response)
    }
}

impl Front for PageRequest {
    const NAME: &'static str = "page";

    fn open(&self, exchange: &Exchange<'_>, head: &Parts) -> Result<Option<Response<Body>>, Failure> {
        if let Some(allowed) = &self.allowed {
            return Err(Failure::Method(allowed.clone().into()));
        }
        let service = exchange.service;
        match self.page.part {
            Part::Asset(asset) => {
                Ok(Some(kept(head, asset.kept(), HeaderValue::from_static(asset.media_type()))))
            }
            Part::Data => {
                exchange.check_site(head, None)?;
                let data = service.page.of(&service.service, self.page.of).ok_or(Failure::NotFound)?;
                Ok(Some(kept(head, data, JSON)))
            }
            Part::DryRun => {
                exchange.check_site(head, None)?;
                // A page of another site sends no JSON without asking first.
                check_type(&head.headers).map(|()| None)
            }
            Part::Shell => page(&service.service, self.page.of, head).ok_or(Failure::NotFound).map(Some),
        }
    }

    async fn admit(&mut self, _: &Exchange<'_>, _: &Parts) -> Result<(), Failure> {
        Ok(())
    }

    async fn read(&mut self, exchange: &Exchange<'_>, head: &Parts, body: &Bytes) -> Result<Read, Failure> {
        self.dry_run(exchange, head, body).map(Box::new).map(Read::Answer)
    }

    fn write(&self, _: Operation<'_>, _: Answer, _: &mut Buffers) -> Result<Response<Body>, Failure> {
        Err(Failure::Bridge("a page has no backend"))
    }

    fn fail(&self, _: &Exchange<'_>, failed: &Failed) -> Response<Body> {
        json_failed(failed, None, &self.options)
    }

    fn operation(&self) -> Option<usize> {
        None
    }
}

/// The page about a front of `service`, where it has one.
pub(super) fn page(service: &Service, of: PageOf, head: &Parts) -> Option<Response<Body>> {
    let front = match of {
        PageOf::Json => "JSON",
        PageOf::Soap => "SOAP",
    };
    let shell = Shell { name: &service.name, front, path: path(service, of)? };
    let operations = service.plan.operations().iter().map(|operation| &*operation.name);
    let html = Kept::of(shell.html(operations));
    let mut response = kept(head, &html, HTML);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    Some(response)
}

/// The page `html`, which is of no service.
pub(in crate::bridge) fn page_at(html: String) -> Response<Body> {
    let mut response = document(HTML, html.into());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    guarded(response.headers_mut());
    response
}

/// Whether a browser looks at the path of a front, and no client of it: it takes HTML, and says so by name.
pub(in crate::bridge) fn is_looked_at(method: &Method, headers: &HeaderMap) -> bool {
    matches!(*method, Method::GET | Method::HEAD) && accepts(headers, "text/html")
}

/// A text that a client keeps, or that it has it.
fn kept(head: &Parts, kept: &Kept, media_type: HeaderValue) -> Response<Body> {
    let text = if knows(&head.headers, &kept.tag) { None } else { Some(kept.text.clone()) };
    let mut response = tagged_document(Tagged { text, media_type, tag: &kept.tag, shared: true });
    guarded(response.headers_mut());
    response
}

/// The operation with the percent-encoded name `name`.
fn find(service: &Service, name: &str) -> Option<usize> {
    // What is no UTF-8 is no name.
    let name = percent_encoding::percent_decode_str(name).decode_utf8().ok()?;
    service.find(&name)
}

fn failure(error: LinkError) -> Failure {
    match error {
        LinkError::Contract(violations) => violations.into(),
        LinkError::Json(error) => error.into(),
        LinkError::TooLarge => BodyError::TooLarge.into(),
        LinkError::Xml(error) => error.into(),
    }
}

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
