//! Fronts: what clients speak, where paths lead, and one request without a listener.
//!
//! From below: `routes` says where a path leads; `envelope`, `action` and `addressing` read a SOAP request and find its operation,
//! `forgiving` reads one that breaks its contract, `documents` gives the contract itself, `description` the OpenAPI document, and `page` the page for people; `json` and `soap` are the two
//! languages, `mcp` is JSON in the messages of a protocol, `once` a JSON request without a listener.

mod action;
mod addressing;
pub(super) mod description;
mod documents;
mod envelope;
mod forgiving;
mod form;
pub(super) mod json;
pub(super) mod mcp;
pub(super) mod once;
pub(super) mod page;
pub(super) mod routes;
pub(super) mod soap;
