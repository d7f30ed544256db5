//! Answers: what a client gets, in the language of its front.
//!
//! `table` says of every failure what clients are told; `json` and `soap` write that, and the response of the contract.

mod http;
mod json;
mod soap;
mod table;

pub(super) use http::xml_document;
pub(super) use json::{ResponseOptions, failed as json_failed, respond as json_respond};
pub(super) use soap::SoapAnswer;
