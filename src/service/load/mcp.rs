//! The front for programs that act for people, and the operations that are its tools.

use std::sync::Arc;

use super::checker::Checker;
use crate::plan::Plan;
use crate::service::file::fronts::McpFile;
use crate::service::file::key_path::KeyPath;
use crate::service::file::service::ServiceFile;
use crate::service::file::tools::ToolFile;
use crate::service::model::front::JsonFront;
use crate::service::model::mcp::{Hints, McpFront, Tool};
use crate::service::problem::{ContractProblem, McpProblem};

/// An operation that the file makes a tool.
struct Named<'n> {
    operation: &'n str,
    /// Its place in the plan.
    index: usize,
    typed: &'n ToolFile,
    /// Whether it may be sent twice.
    repeated: bool,
}

impl Checker<'_> {
    pub(super) fn mcp_front(&mut self, file: &ServiceFile) -> Option<McpFront> {
        let mcp = file.fronts.mcp.as_ref()?;
        let (at, front) = (KeyPath::of("fronts.mcp"), mcp.front());
        let path = self.front_path(&at, &front, format!("/mcp/{}", file.service));
        let auth = self.auth(&at.key("auth"), &front.auth, &file.service)?;
        let cors = self.cors(&at, &front, file);
        let tools = self.tools(&at.key("operations"), mcp, file);
        let compression = front.compression;
        let json =
            JsonFront { path, auth, always_200: false, cors, compression, openapi: false, page: false };
        Some(McpFront { json, tools })
    }

    fn tools(&mut self, at: &KeyPath, mcp: &McpFile, file: &ServiceFile) -> Vec<Tool> {
        if mcp.operations.is_empty() {
            self.problem(at, McpProblem::NoTools);
        }
        let mut tools: Vec<Tool> = Vec::new();
        for (operation, typed) in &mcp.operations {
            let at = at.key(operation);
            let Some(index) = self.operations.iter().position(|known| **known == **operation) else {
                // Without a contract nobody knows.
                if !self.operations.is_empty() {
                    let problem = ContractProblem::unknown_operation(operation, &self.operations);
                    self.problem(&at.name(), problem);
                }
                continue;
            };
            let repeated = file.operations.get(operation).is_some_and(|rules| rules.idempotent);
            let tool = self.tool(&at, &Named { operation, index, typed, repeated });
            if let Some(other) = tools.iter().find(|known| known.name == tool.name) {
                let other =
                    self.operations.get(other.operation).map_or_else(String::new, ToString::to_string);
                self.problem(&name_of(&at, typed), McpProblem::ToolTwice { other });
            }
            tools.push(tool);
        }
        tools.sort_by(|one, other| one.name.cmp(&other.name));
        tools
    }

    fn tool(&mut self, at: &KeyPath, named: &Named<'_>) -> Tool {
        let Named { operation, index, typed, repeated } = *named;
        let name = typed.name.as_deref().map_or(operation, |name| name);
        if !Tool::may_be_called(name) {
            self.problem(&name_of(at, typed), McpProblem::ToolName);
        }
        if typed.read_only && typed.destructive == Some(true) {
            self.problem(&at.key("destructive"), McpProblem::ReadOnlyDestroys);
        }
        let hints = Hints {
            read_only: typed.read_only,
            // What changes something may destroy something, as the protocol has it.
            destructive: typed.destructive.unwrap_or(!typed.read_only),
            // What may be sent twice may be called twice.
            idempotent: typed.idempotent.unwrap_or(repeated || typed.read_only),
        };
        let description = typed.description.as_deref().map(Arc::from);
        Tool { name: name.into(), operation: index, description, hints }
    }

    /// Whether the requests of all tools are objects, whose members are their arguments.
    pub(super) fn check_arguments(&mut self, file: &ServiceFile, plan: &Plan) {
        let names = file.fronts.mcp.iter().flat_map(|mcp| mcp.operations.keys());
        for name in names {
            let known = plan.operations().iter().find(|operation| *operation.name == **name);
            if known.is_some_and(|operation| !plan.takes_object(&operation.input)) {
                let at = KeyPath::of("fronts.mcp.operations").key(name).name();
                self.problem(&at, McpProblem::NoObject);
            }
        }
    }
}

/// Where the name of a tool is typed.
fn name_of(at: &KeyPath, typed: &ToolFile) -> KeyPath {
    if typed.name.is_some() { at.key("name") } else { at.name() }
}
