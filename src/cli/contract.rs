//! Where a verb has its contract from: `-c FILE` or `--wsdl FILE`, and which files belong to it.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::wsdl::{Files, Rooted};

/// The files of a WSDL without a service file.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct ContractFiles {
    /// The folder that holds every document of the WSDL; by default the one of the WSDL, or the one around it where that is called
    /// `wsdl`.
    #[arg(long = "contract-root", value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
}

impl ContractFiles {
    /// What reads them.
    pub(super) fn fetch(&self) -> Rooted<Files> {
        Rooted::new(Files, self.root.clone())
    }
}

/// A service file, or a WSDL without one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'s> {
    Config(&'s Path),
    Wsdl(&'s Path),
}

impl<'s> Source<'s> {
    /// The one of two options that was given.
    pub(super) fn of(config: Option<&'s Path>, wsdl: Option<&'s Path>) -> Self {
        match (config, wsdl) {
            (Some(config), _) => Self::Config(config),
            (None, wsdl) => Self::Wsdl(wsdl.expect("clap asks for one of the two")),
        }
    }
}
