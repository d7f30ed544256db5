//! Copies of elements: documents of their own, with what they use of the declarations around them.

use super::{Binding, Error, Reader};
use crate::xml::attributes::is_space;
use crate::xml::name::is_ncname;
use crate::xml::write;

impl<'i> Reader<'i> {
    /// Appends the current element to `out` as a document of its own: what it uses of the declarations around it is
    /// declared on it. The reader then stands at its end tag.
    pub fn raw(&mut self, out: &mut String) -> Result<(), Error> {
        let (start, around) = (self.start, self.open.last().map_or(0, |open| open.bindings));
        let own: Vec<&str> = self.own_bindings().map(|(prefix, _)| prefix).collect();
        self.skip()?;
        let element = self.piece(start, self.end_offset());
        let name = element.find(|c: char| is_space(c) || matches!(c, '/' | '>'));
        let (head, rest) = element.split_at(name.expect("a start tag ends with a bracket"));
        out.push_str(head);
        let before = out.len();
        let bindings =
            self.bindings.get(..around).expect("declarations of an element follow those around it");
        out.push_str(&self.declarations(element, &Around { bindings, own }));
        self.declared += out.len() - before;
        out.push_str(rest);
        self.bound(self.declared, self.references(), "bytes of declarations in copied elements")
    }

    /// Appends the current element to `out` as [`Reader::raw`] does, and stays at its start tag.
    pub fn copy_element(&self, out: &mut String) -> Result<(), Error> {
        let rest = self.piece(self.start, self.input.len());
        let mut inner = Reader::new(rest, self.known, self.limits);
        for binding in &self.bindings {
            let ns = inner.number(self.namespace(binding.ns))?;
            inner.bindings.push(Binding { prefix: binding.prefix, ns });
        }
        inner.next()?;
        inner.raw(out)
    }

    /// What `element` may use of the declarations around it and does not declare itself, as attributes.
    fn declarations(&self, element: &str, around: &Around<'_, '_>) -> String {
        let mut out = String::new();
        let used = used(element, around.bindings);
        for (binding, _) in around.bindings.iter().zip(used).rev().filter(|(_, used)| *used) {
            let (prefix, name) = (binding.prefix, self.namespace(binding.ns));
            let reset = prefix.is_empty() && name.is_empty();
            if reset || around.own.contains(&prefix) {
                continue;
            }
            let mut escaped = Vec::new();
            write::attribute(&mut escaped, name).expect("the namespace name was read from a document");
            let escaped = String::from_utf8(escaped).expect("escapes are ASCII");
            let colon = if prefix.is_empty() { "" } else { ":" };
            out.push_str(&format!(" xmlns{colon}{prefix}=\"{escaped}\""));
        }
        out
    }
}

/// The declarations around an element, and the prefixes that it declares itself.
struct Around<'b, 'i> {
    bindings: &'b [Binding<'i>],
    own: Vec<&'i str>,
}

/// Which of `around` the element may use, the innermost of each prefix; a QName in its text counts. What stands before a
/// colon is looked at once, whatever there is around.
fn used(element: &str, around: &[Binding<'_>]) -> Vec<bool> {
    let mut used = vec![false; around.len()];
    let mut mark = |prefix: &str| {
        let found = around.iter().rposition(|binding| binding.prefix == prefix);
        if let Some(used) = found.and_then(|at| used.get_mut(at)) {
            *used = true;
        }
    };
    let mut last = "";
    for at in memchr::memchr_iter(b':', element.as_bytes()) {
        let (before, _) = element.split_at(at);
        let word = word(before);
        if word != last {
            mark(word);
            last = word;
        }
    }
    if around.iter().any(|binding| binding.prefix.is_empty()) && uses_default(element) {
        mark("");
    }
    used
}

/// The name at the end of `text`, or nothing.
fn word(text: &str) -> &str {
    let begin = text.char_indices().rev().take_while(|(_, c)| is_name_character(*c)).last();
    begin.map_or("", |(at, _)| text.split_at(at).1)
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '-' | '_' | '.')
        || (!c.is_ascii() && is_ncname(&format!("a{c}")))
}

/// Whether `element` may use the default namespace: a tag without a prefix, or a QName in `xsi:type`.
fn uses_default(element: &str) -> bool {
    let plain = |tag: &str| {
        let end = tag.find(|c: char| is_space(c) || matches!(c, '/' | '>'));
        let name = end.map_or(tag, |end| tag.split_at(end).0);
        !name.is_empty() && !name.contains(':') && !name.starts_with('!')
    };
    element.split('<').skip(1).any(plain) || element.contains(":type=")
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn the_word_before_a_colon_is_a_whole_name() {
        for (text, expected) in [("<q", "q"), ("\"(p1.a-b", "p1.a-b"), ("x:", ""), ("", ""), ("=é", "é")] {
            assert_eq!(word(text), expected, "{text}");
        }
    }
}
