//! Method and path of an operation on the JSON side, with the request fields that stand in them.
//!
//! [`HttpRoute`] is made of the text in the service file (`template`), takes the fields out of a client's path and query,
//! and writes them into those of a JSON backend. Fields are percent-encoded, in one segment each, and so are letters outside of ASCII
//! (`percent`).

mod path;
mod percent;
mod template;

pub use path::{HttpRoute, RouteError, RoutePath};
pub use percent::{canonical_path, is_same_path, operation_path};
