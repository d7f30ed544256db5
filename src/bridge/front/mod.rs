//! Fronts: what clients speak, where paths lead, and one request without a listener.

pub(super) mod action;
pub(super) mod documents;
pub(super) mod json;
pub(super) mod once;
pub(super) mod request_id;
pub(super) mod routes;
pub(super) mod soap;
