//! A case: one folder, one exchange.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::settings::Settings;
use crate::redact::Masks;

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// JSON.
    Json,
    /// SOAP.
    Soap,
}

impl Side {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Soap => "soap",
        }
    }
}

/// A file of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// `request.json`.
    RequestJson,
    /// `request.xml`.
    RequestXml,
    /// `response.json`.
    ResponseJson,
    /// `response.xml`.
    ResponseXml,
    /// `fault.json`.
    FaultJson,
    /// `fault.xml`.
    FaultXml,
}

impl Part {
    /// All of them, requests first.
    pub const ALL: [Self; 6] = [
        Self::RequestJson,
        Self::RequestXml,
        Self::ResponseJson,
        Self::ResponseXml,
        Self::FaultJson,
        Self::FaultXml,
    ];

    /// The name of the file.
    pub fn file(self) -> &'static str {
        match self {
            Self::RequestJson => "request.json",
            Self::RequestXml => "request.xml",
            Self::ResponseJson => "response.json",
            Self::ResponseXml => "response.xml",
            Self::FaultJson => "fault.json",
            Self::FaultXml => "fault.xml",
        }
    }
}

/// One exchange: what is sent, what is answered, and how both are compared. It may hold credentials, so it does not
/// print.
#[derive(Clone)]
pub struct Case {
    /// The folder.
    pub folder: PathBuf,
    /// The folder as seen from the one that was searched.
    pub name: String,
    /// What `case.yaml` says.
    pub settings: Settings,
    pub(super) files: BTreeMap<Part, Vec<u8>>,
}

impl Case {
    /// The content of a file, if there is such a file.
    pub fn get(&self, part: Part) -> Option<&[u8]> {
        self.files.get(&part).map(Vec::as_slice)
    }

    /// The HTTP status of the JSON side, by default that of success.
    pub(crate) fn status(&self) -> u16 {
        self.status_or(SUCCESS)
    }

    /// The HTTP status of the JSON side, where `case.yaml` says one.
    pub(crate) fn status_or(&self, default: u16) -> u16 {
        // What case.yaml leaves out is that of the kind of answer.
        self.settings.http.status.unwrap_or(default)
    }

    /// The same with more that is not shown.
    pub(crate) fn masked(&self, mask: &Masks) -> Self {
        let mut case = self.clone();
        case.settings.rules.mask = std::mem::take(&mut case.settings.rules.mask).and(mask);
        case
    }

    /// Where a file is or would be.
    pub fn path(&self, part: Part) -> PathBuf {
        self.folder.join(part.file())
    }
}

const SUCCESS: u16 = 200;
