//! The page for people: what a browser gets at the path of a front. It is made of the contract and the rules of the service, and no exchange
//! knows of it.
//!
//! `assets` are its files, the same for all services; `shell` is the HTML around them, and the headers that keep it apart from everything else.

mod assets;
mod shell;

pub(super) use assets::Asset;
pub(crate) use shell::Link;
pub(super) use shell::{Shell, guarded, index};

use super::web::tag::{mark, tag};
use crate::describe::{PageOf, page, to_compact_json};
use crate::service::Service;
use bytes::Bytes;
use std::sync::OnceLock;

/// What there is of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// One of its files.
    Asset(Asset),
    /// The operations of the service.
    Data,
    /// A message, and the SOAP that it becomes: nothing is sent to the backend.
    DryRun,
    /// The page itself.
    Shell,
}

impl Part {
    /// All but the page itself.
    pub(super) fn below() -> impl Iterator<Item = Self> {
        Asset::all().map(Self::Asset).chain([Self::Data, Self::DryRun])
    }

    /// Where it is below the path of its front.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Asset(asset) => asset.path(),
            Self::Data => "/page/data.json",
            Self::DryRun => "/page/dry-run",
            Self::Shell => "",
        }
    }

    /// The methods that it has.
    pub(super) fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Asset(_) | Self::Data | Self::Shell => &["GET", "HEAD"],
            Self::DryRun => &["POST"],
        }
    }
}

/// A page, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PagePart {
    pub(super) of: PageOf,
    pub(super) part: Part,
}

/// The path of a front of `service` that has a page.
pub(crate) fn path(service: &Service, of: PageOf) -> Option<&str> {
    match of {
        PageOf::Json => service.json_front.as_ref().filter(|front| front.page).map(|front| &*front.path),
        PageOf::Soap => service.soap_front.as_ref().filter(|front| front.page).map(|front| &*front.path),
    }
}

/// What the pages of a service show, made when the first client asks for it.
#[derive(Debug, Default)]
pub(super) struct PageData {
    json: OnceLock<Option<Kept>>,
    soap: OnceLock<Option<Kept>>,
}

/// A text that is the same for everybody.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) text: Bytes,
    pub(super) tag: String,
}

impl Kept {
    /// With its tag.
    pub(super) fn of(text: impl Into<Bytes>) -> Self {
        let text = text.into();
        Self { tag: tag(&mark(&text)), text }
    }
}

impl PageData {
    /// What the page about a front of `service` shows, where there is one.
    pub(super) fn of(&self, service: &Service, of: PageOf) -> Option<&Kept> {
        let kept = match of {
            PageOf::Json => &self.json,
            PageOf::Soap => &self.soap,
        };
        kept.get_or_init(|| page(service, of).map(|data| Kept::of(to_compact_json(&data)))).as_ref()
    }
}
