//! Where the codec is in a message: a stack of borrowed names, spelled out only when something is wrong.

use crate::json::push_segment;

/// One level of nesting.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'p> {
    /// The element; empty for a level that only JSON has.
    element: &'p str,
    /// The key; nothing for a level that only XML has.
    key: Option<&'p str>,
    /// The place in the array.
    index: Option<u32>,
}

/// The way from the root of a message to the current value.
#[derive(Debug, Default)]
pub(super) struct Path<'p> {
    steps: Vec<Step<'p>>,
}

/// The same memory for what differs in its lifetime alone: it is collected in place.
fn emptied<A, B>(full: Vec<A>) -> Vec<B> {
    full.into_iter().filter_map(|_| None).collect()
}

/// The memory of a path, to be used again.
#[derive(Debug, Default)]
pub(super) struct PathMemory(Vec<Step<'static>>);

impl<'p> Path<'p> {
    /// An empty path in `memory`.
    pub(super) fn in_memory(memory: &mut PathMemory) -> Self {
        Self { steps: std::mem::take(&mut memory.0) }
    }

    /// Gives the memory back, without the names in it.
    pub(super) fn give_back(self, memory: &mut PathMemory) {
        memory.0 = emptied(self.steps);
    }

    #[inline]
    pub(super) fn push(&mut self, element: &'p str, key: Option<&'p str>, index: Option<u32>) {
        self.steps.push(Step { element, key, index });
    }

    #[inline]
    pub(super) fn pop(&mut self) {
        self.steps.pop();
    }

    /// Whether nothing is around the current value.
    pub(super) fn is_top(&self) -> bool {
        self.steps.is_empty()
    }

    /// The JSON Pointer, RFC 6901, with `*` for every place in an array.
    pub(super) fn places(&self) -> String {
        let mut out = String::new();
        for step in &self.steps {
            if let Some(key) = step.key {
                push_segment(&mut out, key);
            }
            out.push_str(if step.index.is_some() { "/*" } else { "" });
        }
        out
    }

    /// How many levels there are.
    pub(super) fn depth(&self) -> usize {
        self.steps.len()
    }

    /// The JSON Pointer, RFC 6901.
    pub(super) fn pointer(&self) -> String {
        let mut out = String::new();
        for step in &self.steps {
            if let Some(key) = step.key {
                push_segment(&mut out, key);
            }
            if let Some(index) = step.index {
                out.push('/');
                out.push_str(itoa::Buffer::new().format(index));
            }
        }
        out
    }

    /// `/updateClient/updateClientRequest/errors`: one path for all items of a list.
    pub(super) fn names(&self) -> String {
        let steps = self.steps.iter().filter(|step| !step.element.is_empty());
        steps.flat_map(|step| ["/", step.element]).collect()
    }

    /// `/updateClient/updateClientRequest/errors[2]`, counted from one as XPath does.
    pub(super) fn elements(&self) -> String {
        let mut out = String::new();
        for step in self.steps.iter().filter(|step| !step.element.is_empty()) {
            out.push('/');
            out.push_str(step.element);
            if let Some(index) = step.index {
                out.push('[');
                out.push_str(itoa::Buffer::new().format(index + 1));
                out.push(']');
            }
        }
        out
    }
}
