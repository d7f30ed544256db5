//! Where a verb has its contract from: `-c FILE` or `--wsdl FILE`.

use std::path::Path;

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
