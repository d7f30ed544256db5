//! Cross-origin resource sharing: what a service lets pages of other origins do (Fetch standard, section 3.2).

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue};

use crate::service::{Cors, Origins};

/// `cors` of a front, as headers.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct Sharing {
    /// Whose pages; nothing for all.
    origins: Option<Vec<HeaderValue>>,
    methods: Option<HeaderValue>,
    headers: HeaderValue,
    expose: Option<HeaderValue>,
    credentials: bool,
    max_age: HeaderValue,
}

impl Sharing {
    /// Of a service file that was checked: origins, methods and names of headers are visible ASCII.
    pub(in crate::bridge) fn new(cors: &Cors) -> Self {
        let value = |text: String| HeaderValue::try_from(text).expect("what was checked is visible ASCII");
        let origins = match &cors.origins {
            Origins::Any => None,
            Origins::Listed(origins) => {
                Some(origins.iter().map(|origin| value(origin.to_string())).collect())
            }
        };
        // `*` is any header but this one (Fetch standard, section 3.2.6).
        let any = cors.headers.iter().any(|name| **name == *"*");
        let headers = if any { "*, Authorization".to_owned() } else { cors.headers.join(", ") };
        Self {
            origins,
            methods: cors.methods.as_ref().map(|methods| value(methods.join(", "))),
            headers: value(headers),
            expose: Some(cors.expose.join(", ")).filter(|names| !names.is_empty()).map(value),
            credentials: cors.credentials,
            max_age: HeaderValue::from(cors.max_age.as_secs()),
        }
    }

    /// Whether a page of `origin` may call. A browser that says no origin says it is a page's that cannot read the answer.
    pub(super) fn lets_in(&self, origin: Option<&HeaderValue>) -> bool {
        self.allowed(origin).is_some()
    }

    /// What the answer to `origin` says that it may be read by.
    fn allowed(&self, origin: Option<&HeaderValue>) -> Option<HeaderValue> {
        match &self.origins {
            None => Some(HeaderValue::from_static("*")),
            Some(origins) => origins.iter().find(|known| Some(*known) == origin).cloned(),
        }
    }

    /// Adds what lets the page of `origin` read an answer, errors too, and what tells caches that it is for that page.
    pub(in crate::bridge) fn tell(&self, origin: Option<&HeaderValue>, answer: &mut HeaderMap) {
        if self.origins.is_some() {
            answer.append(VARY, HeaderValue::from_name(ORIGIN));
        }
        // Whoever is no page is told nothing.
        let Some(allowed) = origin.and_then(|origin| self.allowed(Some(origin))) else { return };
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        if self.credentials {
            answer.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        if let Some(expose) = &self.expose {
            answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, expose.clone());
        }
    }

    /// Adds what a browser asks for before it sends the request of a page to a path with `methods`, where `asked` is such a question.
    pub(in crate::bridge) fn tell_before(&self, asked: &HeaderMap, methods: &str, answer: &mut HeaderMap) {
        if !asked.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
            return;
        }
        answer.append(VARY, HeaderValue::from_name(ACCESS_CONTROL_REQUEST_METHOD));
        answer.append(VARY, HeaderValue::from_static("access-control-request-headers"));
        if self.allowed(asked.get(ORIGIN)).is_none() {
            return;
        }
        let methods = match &self.methods {
            Some(methods) => methods.clone(),
            None => HeaderValue::from_str(methods).expect("methods are tokens of ASCII"),
        };
        answer.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
        answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, self.headers.clone());
        answer.insert(ACCESS_CONTROL_MAX_AGE, self.max_age.clone());
    }
}
