//! The OpenAPI document of a JSON front as it is served: made once, when the first client asks for it, with a place for the address by
//! which a client came.

use super::web::tag::{mark, tag};
use crate::describe::{OpenApi, Version, openapi, to_json, to_yaml};
use crate::json::write::write_string;
use crate::service::Service;

/// The forms of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Yaml,
}

impl Form {
    pub(super) const ALL: [Self; 2] = [Self::Json, Self::Yaml];

    /// Where it is below the path of its front.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Json => "/openapi.json",
            Self::Yaml => "/openapi.yaml",
        }
    }

    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            // RFC 9512.
            Self::Yaml => "application/yaml",
        }
    }
}

/// A document in all its forms.
#[derive(Debug)]
pub(super) struct Descriptions {
    json: Description,
    yaml: Description,
}

/// A document without the address in it.
#[derive(Debug)]
struct Description {
    before: String,
    behind: String,
    /// What tells this text from others.
    mark: String,
}

/// A document for a client.
pub(super) struct Told {
    pub(super) text: Vec<u8>,
    /// Its entity tag (RFC 9110 section 8.8.3): a weak one, for it is compressed for some.
    pub(super) tag: String,
}

impl Descriptions {
    /// Those of `service`; nothing where it has no JSON front, or does not show them.
    pub(super) fn of(service: &Service) -> Option<Self> {
        service.json_front.as_ref().filter(|front| front.openapi)?;
        let document = openapi(OpenApi { service, version: Version::V31, base: ADDRESS })?;
        let cut = |text: Vec<u8>| Description::of(&String::from_utf8(text).expect("JSON and YAML are UTF-8"));
        Some(Self { json: cut(to_json(&document)), yaml: cut(to_yaml(&document)) })
    }

    /// The document for a client that came by `base`.
    pub(super) fn told(&self, form: Form, base: &str) -> Told {
        match form {
            Form::Json => self.json.told(base),
            Form::Yaml => self.yaml.told(base),
        }
    }
}

impl Description {
    fn of(text: &str) -> Self {
        let (before, behind) =
            text.split_once(ADDRESS).expect("a document has the address that it was made with");
        Self { before: before.to_owned(), behind: behind.to_owned(), mark: mark(text.as_bytes()) }
    }

    /// Both forms have the address in a string as JSON writes it.
    fn told(&self, base: &str) -> Told {
        let mut address = Vec::new();
        write_string(&mut address, base);
        let inside = address.get(1..address.len() - 1).expect("a string has its quotes");
        let text = [self.before.as_bytes(), inside, self.behind.as_bytes()].concat();
        Told { text, tag: tag(&format!("{}-{}", self.mark, mark(base.as_bytes()))) }
    }
}

/// What stands for the address: RFC 6761 keeps the name from anyone.
const ADDRESS: &str = "https://address.invalid";
