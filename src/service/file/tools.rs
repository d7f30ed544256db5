//! `fronts.mcp.operations.NAME` as it is typed: an operation that is a tool of programs that act for people.

use serde::Deserialize;

/// An operation that is a tool.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ToolFile {
    /// What the tool is called, where that is not the operation's name.
    pub name: Option<String>,
    /// What it does, in place of what the contract says.
    pub description: Option<String>,
    /// Whether it changes nothing.
    pub read_only: bool,
    /// Whether it may take away or overwrite; one that changes something may, unless this is `false`.
    pub destructive: Option<bool>,
    /// Whether calling it twice does no more than calling it once; by default what `idempotent` of the operation says.
    pub idempotent: Option<bool>,
}
