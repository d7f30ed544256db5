//! The front for programs that act for people: which operations are tools, and what is said of each.

use std::sync::Arc;

use super::front::JsonFront;

/// The front that speaks the Model Context Protocol.
#[derive(Clone, Debug)]
pub struct McpFront {
    /// What it has in common with a JSON front: a call of a tool is a request to one.
    pub json: JsonFront,
    /// The tools, in the order of their names.
    pub tools: Vec<Tool>,
}

/// An operation that is a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// Its name: 1 to 128 of `A-Za-z0-9_.-`.
    pub name: Arc<str>,
    /// The operation's place in the plan.
    pub operation: usize,
    /// What it does, in place of what the contract says.
    pub description: Option<Arc<str>>,
    /// What clients are told of its effects.
    pub hints: Hints,
}

impl Tool {
    /// Whether the protocol has such names for tools (2025-11-25, server/tools, "Tool Names").
    pub fn may_be_called(name: &str) -> bool {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        (1..=LONGEST).contains(&name.len()) && name.bytes().all(legal)
    }
}

/// Characters of the longest name.
const LONGEST: usize = 128;

/// What clients are told of the effects of a tool, as the protocol names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hints {
    /// It changes nothing.
    pub read_only: bool,
    /// It may take away or overwrite.
    pub destructive: bool,
    /// Calling it twice does no more than calling it once.
    pub idempotent: bool,
}

impl McpFront {
    /// The place of the tool `name`.
    #[inline]
    pub fn find(&self, name: &str) -> Option<usize> {
        // Where it would have to be is nobody's business.
        self.tools.binary_search_by(|tool| (*tool.name).cmp(name)).ok()
    }
}
