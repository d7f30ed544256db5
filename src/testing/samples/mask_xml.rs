//! XML without its secrets: the text of a document with some spans replaced, everything else as it was.

use super::pointers::{Rules, is_secret};
use crate::limits::XmlLimits;
use crate::service::references::declaration_end;
use crate::xml::{self, Event, Name, Namespaces, Reader, ns};

/// `input` in UTF-8 with what must not be shown masked. Errors: no well-formed XML.
pub(in super::super) fn masked_xml(
    input: &[u8],
    rules: &Rules,
    limits: &XmlLimits,
) -> Result<Vec<u8>, xml::Error> {
    let text = xml::decode(input, None)?;
    let spans = spans(&text, rules, limits)?;
    Ok(replaced(&text, spans))
}

/// Whether there is something in `input` that must not be shown; nobody knows what is in what cannot be read.
pub(in super::super) fn hides_xml(input: &[u8], rules: &Rules, limits: &XmlLimits) -> bool {
    let found = xml::decode(input, None).and_then(|text| spans(&text, rules, limits));
    found.map_or(true, |spans| !spans.is_empty())
}

fn spans(text: &str, rules: &Rules, limits: &XmlLimits) -> Result<Vec<(usize, usize)>, xml::Error> {
    let known = Namespaces::default();
    let mut masker = Masker { rules, path: Vec::new(), open: Vec::new(), spans: Vec::new() };
    masker.read(&mut Reader::new(text, &known, limits))?;
    Ok(masker.spans)
}

struct Masker<'m> {
    rules: &'m Rules,
    path: Vec<String>,
    open: Vec<Open>,
    spans: Vec<(usize, usize)>,
}

struct Open {
    /// Where its content begins.
    begin: usize,
    masked: bool,
    /// An element with children is masked in its leaves, so that the message keeps its shape.
    leaf: bool,
}

impl Masker<'_> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        loop {
            match reader.next()? {
                Event::Start(name) => self.start(name, reader),
                Event::End => self.end(reader),
                Event::Eof => return Ok(()),
            }
        }
    }

    fn start(&mut self, name: Name<'_>, reader: &Reader<'_>) {
        self.path.push(name.local.to_owned());
        for attribute in reader.attributes() {
            if is_secret(attribute.name.local) || self.rules.mask.end(&self.with(attribute.name.local)) {
                self.spans.extend(value_span(reader.input(), attribute.offset));
            }
        }
        let mut masked = is_secret(name.local) || is_token(name) || self.rules.mask.end(&self.path);
        if let Some(around) = self.open.last_mut() {
            around.leaf = false;
            masked |= around.masked;
        }
        self.open.push(Open { begin: reader.end_offset(), masked, leaf: true });
    }

    fn end(&mut self, reader: &Reader<'_>) {
        self.path.pop();
        let Some(Open { begin, masked: true, leaf: true }) = self.open.pop() else { return };
        if begin < reader.offset() {
            self.spans.push((begin, reader.offset()));
        }
    }

    fn with(&self, attribute: &str) -> Vec<String> {
        let mut path = self.path.clone();
        path.push(format!("@{attribute}"));
        path
    }
}

/// What of a Security header is nobody's business: all but who it is and when.
fn is_token(name: Name<'_>) -> bool {
    name.ns == ns::WSSE
        && matches!(name.local, "Password" | "Nonce" | "BinarySecurityToken" | "KeyIdentifier")
}

fn value_span(text: &str, offset: usize) -> Option<(usize, usize)> {
    let rest = text.get(offset..)?;
    let open = offset + rest.find(['"', '\''])?;
    let quote = text.get(open..)?.chars().next()?;
    let start = open + 1;
    Some((start, start + text.get(start..)?.find(quote)?))
}

/// The text behind its XML declaration with each span masked; a number becomes one, so that the message still fits.
fn replaced(text: &str, mut spans: Vec<(usize, usize)>) -> Vec<u8> {
    spans.sort_unstable();
    let (mut out, mut at) = (String::with_capacity(text.len()), declaration_end(text));
    for (begin, end) in spans {
        let found = text.get(begin..end).unwrap_or("").trim();
        let number = !found.is_empty() && found.bytes().all(|byte| byte.is_ascii_digit());
        out.push_str(text.get(at..begin).unwrap_or(""));
        out.push_str(if number { "0" } else { "***" });
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    let mut out = out.trim_start().to_owned().into_bytes();
    if out.last() != Some(&b'\n') {
        out.push(b'\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::pointers::Pointers;
    use super::*;

    #[test]
    fn secrets_are_masked_and_nothing_else_changes() {
        let mask = Pointers::parse(&["/people/*/ssn".to_owned(), "/card/@pan".to_owned()]).expect("pointers");
        let rules = Rules { mask, ..Rules::default() };
        let input = format!(
            "<?xml version='1.0' encoding='utf-8'?>\n<a xmlns:w='{}' apiKey='k&amp;'><w:Password Type='t'>p<!--x--></w:Password>\
             <w:Nonce>bg==</w:Nonce><password/><pin password=\"x\">7</pin><people><ssn>078</ssn></people><card pan='4'/>\
             <secret><inner>s</inner></secret></a>",
            ns::WSSE_URI
        );
        let out = masked_xml(input.as_bytes(), &rules, &XmlLimits::default()).expect("XML");
        let expected = format!(
            "<a xmlns:w='{}' apiKey='***'><w:Password Type='t'>***</w:Password><w:Nonce>***</w:Nonce><password/>\
             <pin password=\"***\">7</pin><people><ssn>0</ssn></people><card pan='0'/><secret><inner>***</inner></secret></a>\n",
            ns::WSSE_URI
        );
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
