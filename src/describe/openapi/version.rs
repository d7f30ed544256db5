//! The versions of OpenAPI.

use super::super::json_schema::Dialect;

/// A version of OpenAPI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// 3.0, with a dialect of JSON Schema of its own.
    V30,
    /// 3.1.
    #[default]
    V31,
    /// 3.2.
    V32,
}

impl Version {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::V30 => "3.0.3",
            Self::V31 => "3.1.0",
            Self::V32 => "3.2.0",
        }
    }

    pub(super) fn dialect(self) -> Dialect {
        match self {
            Self::V30 => Dialect::OpenApi30,
            Self::V31 | Self::V32 => Dialect::OpenApi31,
        }
    }
}
