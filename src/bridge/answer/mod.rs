//! Answers: what a client gets, in the language of its front.
//!
//! `table` says of every failure what clients are told, `told` of a fault behind it, and `faults` what the service file makes of that;
//! `json` and `soap` write it, and the response of the contract; `mcp` puts what `json` writes into the result of a tool.

mod faults;
mod form;
mod http;
mod json;
mod language;
mod mcp;
mod soap;
mod table;
mod told;

pub(super) use http::{Tagged, document, options, tagged_document, without_body, xml_document};
pub(super) use json::{ResponseOptions, Told, failed as json_failed, respond as json_respond};
pub(super) use mcp::{
    Asker, again as mcp_again, end as mcp_end, failed as mcp_failed, outcome as mcp_outcome,
    refused as mcp_refused, respond as mcp_respond,
};
pub(super) use soap::SoapAnswer;
pub(super) use table::code;
