//! A checked service: what requests use, ready to be used. Nothing in it can be invalid.

pub(super) mod backend;
pub(super) mod block_fields;
pub(super) mod callers;
pub mod checks;
pub(super) mod documents;
pub(super) mod front;
pub(super) mod mcp;
pub(super) mod outside;
pub(super) mod pieces;
pub(super) mod ports;
pub mod references;
pub(super) mod route;
pub(super) mod service;
pub(super) mod single;
pub(super) mod store;
pub(super) mod tls;
pub(super) mod users;
pub(super) mod web;
