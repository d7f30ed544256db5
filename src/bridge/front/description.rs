//! The OpenAPI document of a JSON front, for whoever asks: who sees the contract of a SOAP front sees it.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Response};

use crate::bridge::answer::{ResponseOptions, Tagged, json_failed, tagged_document};
use crate::bridge::backend::pieces::Body;
use crate::bridge::descriptions::Form;
use crate::bridge::exchange::{Exchange, Front, Read};
use crate::bridge::failed::Failed;
use crate::bridge::failure::Failure;
use crate::bridge::operation::Operation;
use crate::bridge::reply::Answer;
use crate::bridge::state::buffers::Buffers;
use crate::bridge::web::forwarded;
use crate::bridge::web::tag::knows;

/// A request for the document of a front.
pub(in crate::bridge) struct DescriptionRequest {
    form: Form,
    /// The methods that its path has, where its own is none of them.
    allowed: Option<Box<str>>,
    options: ResponseOptions,
}

impl DescriptionRequest {
    /// A request with the number `id`.
    pub(in crate::bridge) fn new(form: Form, allowed: Option<Box<str>>, id: i64) -> Self {
        Self { form, allowed, options: ResponseOptions { id, ..ResponseOptions::default() } }
    }
}

impl Front for DescriptionRequest {
    const NAME: &'static str = "json";

    fn open(&self, exchange: &Exchange<'_>, head: &Parts) -> Result<Option<Response<Body>>, Failure> {
        if let Some(allowed) = &self.allowed {
            return Err(Failure::Method(allowed.clone().into()));
        }
        let public = &exchange.service.service.public;
        let base = forwarded::base(public, head, exchange.connected)?;
        let descriptions = exchange.service.descriptions().ok_or(Failure::NotFound)?;
        let told = descriptions.told(self.form, &base);
        let media_type = HeaderValue::from_static(self.form.media_type());
        let is_known = knows(&head.headers, &told.tag);
        let text = if is_known { None } else { Some(Bytes::from(told.text)) };
        Ok(Some(tagged_document(Tagged { text, media_type, tag: &told.tag, shared: public.url.is_some() })))
    }

    async fn admit(&mut self, _: &Exchange<'_>, _: &Parts) -> Result<(), Failure> {
        Ok(())
    }

    async fn read(&mut self, _: &Exchange<'_>, _: &Parts, _: &Bytes) -> Result<Read, Failure> {
        Err(Failure::Bridge("a document is given before a body is read"))
    }

    fn write(&self, _: Operation<'_>, _: Answer, _: &mut Buffers) -> Result<Response<Body>, Failure> {
        Err(Failure::Bridge("a document has no backend"))
    }

    fn fail(&self, _: &Exchange<'_>, failed: &Failed) -> Response<Body> {
        json_failed(failed, None, &self.options)
    }

    fn operation(&self) -> Option<usize> {
        None
    }
}
