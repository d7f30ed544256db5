//! Request fields that stand outside of the body on the JSON side, as members of the JSON of the whole request.

use super::service::ServiceOperation;
use crate::json::write::{write_key, write_string};

impl ServiceOperation {
    /// The HTTP headers that are fields of the request, each with the keys that lead to its field.
    pub fn header_fields(&self) -> impl Iterator<Item = (&str, Vec<String>)> {
        let top = self.headers.iter().map(|(name, member)| (&**name, vec![member.to_string()]));
        top.chain(self.block_fields.iter().map(|field| (&*field.header, field.path())))
    }

    /// Writes the members whose texts are `taken` from a path and its query, a comma after each.
    pub fn write_taken(&self, taken: &[(&str, String)], out: &mut Vec<u8>) {
        let is_list = |member: &str| self.http.lists().any(|list| list == member);
        let single = taken.iter().filter(|(member, _)| !is_list(member));
        single.for_each(|(member, text)| self.write_field(member, text, out));
        for list in self.http.lists() {
            let items = taken.iter().filter(|(member, _)| *member == list);
            self.write_list(list, items.map(|(_, text)| &**text), out);
        }
    }

    /// Writes one member and a comma.
    pub fn write_field(&self, member: &str, text: &str, out: &mut Vec<u8>) {
        write_key(out, member);
        self.write_text(member, text, out);
    }

    /// The items of a list, where there are any.
    fn write_list<'t>(&self, member: &str, items: impl Iterator<Item = &'t str>, out: &mut Vec<u8>) {
        let mut items = items.peekable();
        if items.peek().is_none() {
            return;
        }
        write_key(out, member);
        out.push(b'[');
        items.for_each(|text| self.write_text(member, text, out));
        out.pop();
        out.extend_from_slice(b"],");
    }

    /// One value, and a comma. A number in a string is one that the contract checks; a boolean has two spellings (XML Schema Part 2
    /// section 3.2.2.1).
    fn write_text(&self, member: &str, text: &str, out: &mut Vec<u8>) {
        let is_flag = self.flags.iter().any(|flag| flag == member);
        match text {
            "true" | "1" if is_flag => out.extend_from_slice(b"true"),
            "false" | "0" if is_flag => out.extend_from_slice(b"false"),
            text => write_string(out, text),
        }
        out.push(b',');
    }
}
