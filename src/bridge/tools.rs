//! The tools of a service as `tools/list` has them: made once, when the first client asks for them.

use crate::describe::{Hidden, to_compact_json, tool};
use crate::limits::{MCP_LIST, MCP_TOOLS};
use crate::mcp::Error;
use crate::service::{McpFront, Service};

/// What is told of each tool, in the order of their names.
#[derive(Debug)]
pub(super) struct Tools(Vec<Vec<u8>>);

/// Some of the tools.
pub(super) struct Page<'p> {
    /// A list in JSON.
    pub(super) tools: Vec<u8>,
    /// The last of them, where there are more.
    pub(super) last: Option<&'p str>,
}

impl Tools {
    /// Those of `service`; none where it has no front for them.
    pub(super) fn of(service: &Service) -> Self {
        let hidden = Hidden::of(service);
        let tools = service.mcp_front.iter().flat_map(|front| &front.tools);
        Self(tools.map(|known| to_compact_json(&tool(service, known, &hidden))).collect())
    }

    /// The tools of `front` that someone may call, behind the one that `cursor` names. Errors: they may call no such tool.
    pub(super) fn page<'p>(
        &self,
        front: &'p McpFront,
        may_call: impl Fn(usize) -> bool,
        cursor: Option<&str>,
    ) -> Result<Page<'p>, Error> {
        let from = match cursor.map(|name| front.find(name).ok_or(Error::Cursor)).transpose()? {
            Some(at) if front.tools.get(at).is_some_and(|tool| may_call(tool.operation)) => at + 1,
            Some(_) => return Err(Error::Cursor),
            None => 0,
        };
        let known = front.tools.iter().zip(&self.0).skip(from).filter(|(tool, _)| may_call(tool.operation));
        let mut page = Page { tools: b"[".to_vec(), last: None };
        let mut before: Option<&'p str> = None;
        for (at, (tool, told)) in known.enumerate() {
            if at == MCP_TOOLS || (at > 0 && page.tools.len() + told.len() > MCP_LIST) {
                page.last = before;
                break;
            }
            page.tools.extend_from_slice(if at > 0 { b"," } else { b"" });
            page.tools.extend_from_slice(told);
            before = Some(&tool.name);
        }
        page.tools.push(b']');
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::{FrontAuth, Hints, JsonFront, Tool};

    fn front(names: &[String]) -> McpFront {
        let hints = Hints { read_only: false, destructive: true, idempotent: false };
        let tool = |(operation, name): (usize, &String)| Tool {
            name: name.as_str().into(),
            operation,
            description: None,
            hints,
        };
        let json = JsonFront {
            path: "/mcp".into(),
            auth: FrontAuth::None,
            always_200: false,
            cors: None,
            compression: false,
            openapi: false,
            page: false,
        };
        McpFront { json, tools: names.iter().enumerate().map(tool).collect() }
    }

    /// The pages of tools that take `bytes` each, as how many are on each.
    fn pages(count: usize, bytes: usize) -> Vec<usize> {
        let names: Vec<String> = (0..count).map(|at| format!("tool{at:04}")).collect();
        let (front, tools) = (front(&names), Tools(vec![vec![b'1'; bytes]; count]));
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let page = tools.page(&front, |_| true, cursor).expect("a page");
            all.push(page.tools.split(|byte| *byte == b',').count());
            match page.last {
                Some(last) => cursor = Some(last),
                None => return all,
            }
        }
    }

    #[test]
    fn a_page_has_no_more_tools_and_bytes_than_it_may() {
        assert_eq!(pages(MCP_TOOLS, 1), [MCP_TOOLS]);
        assert_eq!(pages(MCP_TOOLS + 1, 1), [MCP_TOOLS, 1]);
        assert_eq!(pages(3, MCP_LIST / 2 - 8), [2, 1]);
        assert_eq!(pages(2, MCP_LIST + 1), [1, 1]);
    }

    #[test]
    fn tools_that_are_not_for_someone_are_not_listed() {
        let (front, tools) = (front(&["a".into(), "b".into(), "c".into()]), Tools(vec![b"1".to_vec(); 3]));
        let page = |cursor| tools.page(&front, |operation| operation != 1, cursor);
        assert_eq!(page(None).expect("a page").tools, b"[1,1]");
        assert_eq!(page(Some("a")).expect("a page").tools, b"[1]");
        for cursor in ["b", "x", ""] {
            assert!(matches!(page(Some(cursor)), Err(Error::Cursor)), "{cursor}");
        }
    }
}
