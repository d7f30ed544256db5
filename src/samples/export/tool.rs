//! The tools, and what each is given.

use super::exchange::Collection;
use super::output::Output;
use super::{bruno, curl, hurl, k6, postman, soapui};

/// A tool that holds requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// A folder of Bruno.
    Bruno,
    /// Commands of a shell.
    Curl,
    /// A file of Hurl.
    Hurl,
    /// A script of k6.
    K6,
    /// A collection of Postman.
    Postman,
    /// A project of SoapUI.
    Soapui,
}

impl Tool {
    /// What the tool reads for `collection`.
    pub fn output(self, collection: &Collection) -> Output {
        match self {
            Self::Bruno => Output::Folder(bruno::files(collection)),
            Self::Curl => Output::Text(curl::script(collection)),
            Self::Hurl => Output::Text(hurl::text(collection)),
            Self::K6 => Output::Text(k6::script(collection)),
            Self::Postman => Output::Text(postman::collection(collection)),
            Self::Soapui => Output::Text(soapui::project(collection)),
        }
    }
}
