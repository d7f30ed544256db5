//! `fronts.*.cors` as it is typed.

use serde::Deserialize;

/// What pages of other origins may do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorsFile {
    /// Whose pages: `https://app.example`, or `*` alone for all.
    pub origins: Vec<String>,
    /// The methods; those of each path by default.
    pub methods: Option<Vec<String>>,
    /// The request headers that pages may set, or `*` alone for any but `Authorization`.
    pub headers: Option<Vec<String>>,
    /// The response headers that pages may read.
    pub expose: Option<Vec<String>>,
    /// Whether browsers send cookies, client certificates and what they keep of HTTP Basic.
    #[serde(default)]
    pub credentials: bool,
    /// How long a browser may keep it in mind.
    pub max_age: Option<String>,
}
