//! XML without its secrets: the text of a document with some spans replaced, everything else as it was.

use std::ops::Range;

use super::json::is_telling;
use super::masks::{Masks, shown, shown_number, strictest};
use super::names::is_secret;
use crate::limits::XmlLimits;
use crate::service::Mask;
use crate::service::references::{declaration_end, value_span};
use crate::wss::Secret;
use crate::xml::{self, Event, Name, Namespaces, Reader, ns};

/// `input` in UTF-8 with what must not be shown masked. Errors: no well-formed XML.
pub fn masked_xml(input: &[u8], masks: &Masks, limits: &XmlLimits) -> Result<Vec<u8>, xml::Error> {
    let text = xml::decode(input, None)?;
    let spans = spans(&text, masks, limits)?;
    Ok(replaced(&text, spans))
}

/// Whether there is something in `input` that must not be shown; nobody knows what is in what cannot be read.
pub fn hides_xml(input: &[u8], masks: &Masks, limits: &XmlLimits) -> bool {
    let found = xml::decode(input, None).and_then(|text| spans(&text, masks, limits));
    found.map_or(true, |spans| !spans.is_empty())
}

/// The texts in `input` that are masked: under other names they are no less secret. Errors: no well-formed XML.
pub fn masked_texts(input: &[u8], masks: &Masks, limits: &XmlLimits) -> Result<Vec<Secret>, xml::Error> {
    let text = xml::decode(input, None)?;
    let found = spans(&text, masks, limits)?.into_iter().map(|span| part(&text, span.begin..span.end).trim());
    let plain = found.filter(|found| is_telling(found) && !found.contains('<'));
    Ok(plain.map(|found| Secret::new(unescaped(found))).collect())
}

/// The text of character data without markup. What is no reference of XML's own stays as it is.
fn unescaped(data: &str) -> String {
    let references = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    references.into_iter().fold(data.to_owned(), |text, (reference, of)| text.replace(reference, of))
}

fn spans(text: &str, masks: &Masks, limits: &XmlLimits) -> Result<Vec<Span>, xml::Error> {
    let known = Namespaces::default();
    let mut masker = Masker { masks, path: Vec::new(), open: Vec::new(), spans: Vec::new() };
    masker.read(&mut Reader::new(text, &known, limits))?;
    Ok(masker.spans)
}

/// A part of the text that is masked.
struct Span {
    begin: usize,
    end: usize,
    mask: Mask,
}

struct Masker<'m> {
    masks: &'m Masks,
    path: Vec<String>,
    open: Vec<Open>,
    spans: Vec<Span>,
}

struct Open {
    /// Where its tag begins.
    tag: usize,
    /// Where its content begins.
    begin: usize,
    mask: Option<Mask>,
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
        let mut masks =
            vec![self.masks.at_element(&self.path), hidden(is_secret(name.local) || is_token(name))];
        for attribute in reader.attributes() {
            let own = self.masks.at_element(&self.with(&format!("@{}", attribute.name.local)));
            if let Some(mask) = strictest(own.into_iter().chain(hidden(is_secret(attribute.name.local)))) {
                let span = value_span(reader.input(), attribute.offset);
                self.spans.extend(span.map(|(begin, end)| Span { begin, end, mask: at_least_a_mark(mask) }));
            }
            if attribute.name.local == "name" {
                masks.push(self.called(&attribute.value));
            }
        }
        let around = self.open.last_mut().map(|around| {
            around.leaf = false;
            around.mask
        });
        let mask = strictest(masks.into_iter().chain(around).flatten());
        let (tag, begin) = (reader.offset(), reader.end_offset());
        self.open.push(Open { tag, begin, mask, leaf: true });
    }

    /// An element such as `<extra name="ssn">` holds the member of that name.
    fn called(&self, member: &str) -> Option<Mask> {
        let mut path = self.path.clone();
        path.pop();
        path.push(member.to_owned());
        strictest(self.masks.at_element(&path).into_iter().chain(hidden(is_secret(member))))
    }

    fn end(&mut self, reader: &Reader<'_>) {
        self.path.pop();
        let Some(open) = self.open.pop() else { return };
        let dropped = |open: &Open| open.mask == Some(Mask::Drop);
        match open {
            // What is around it is left out as a whole.
            _ if self.open.last().is_some_and(dropped) => {}
            Open { tag, mask: Some(Mask::Drop), .. } if !self.open.is_empty() => {
                self.spans.retain(|span| span.begin < tag);
                self.spans.push(Span { begin: tag, end: reader.end_offset(), mask: Mask::Drop });
            }
            Open { begin, mask: Some(mask), leaf: true, .. } if begin < reader.offset() => {
                self.spans.push(Span { begin, end: reader.offset(), mask });
            }
            _ => {}
        }
    }

    fn with(&self, segment: &str) -> Vec<String> {
        let mut path = self.path.clone();
        path.push(segment.to_owned());
        path
    }
}

fn hidden(is: bool) -> Option<Mask> {
    is.then_some(Mask::Hide)
}

/// An attribute keeps its name: without it the element may not fit its contract.
fn at_least_a_mark(mask: Mask) -> Mask {
    if mask == Mask::Drop { Mask::Hide } else { mask }
}

/// What of a Security header is nobody's business: all but who it is and when.
fn is_token(name: Name<'_>) -> bool {
    name.ns == ns::WSSE
        && matches!(name.local, "Password" | "Nonce" | "BinarySecurityToken" | "KeyIdentifier")
}

/// The text behind its XML declaration with each span masked; a number becomes one, so that the message still fits.
fn replaced(text: &str, mut spans: Vec<Span>) -> Vec<u8> {
    spans.sort_unstable_by_key(|span| span.begin);
    let (mut out, mut at) = (String::with_capacity(text.len()), declaration_end(text));
    for Span { begin, end, mask } in spans {
        out.push_str(part(text, at..begin));
        if mask != Mask::Drop {
            out.push_str(&in_place(mask, part(text, begin..end).trim()));
        }
        at = end;
    }
    out.push_str(part(text, at..text.len()));
    let mut out = out.trim_start().to_owned().into_bytes();
    if out.last() != Some(&b'\n') {
        out.push(b'\n');
    }
    out
}

fn part(text: &str, range: Range<usize>) -> &str {
    // Spans come from the reader of this text and do not overlap. If they did, less would show, and not more.
    text.get(range).unwrap_or("")
}

fn in_place(mask: Mask, found: &str) -> String {
    let number = !found.is_empty() && found.bytes().all(|byte| byte.is_ascii_digit());
    // The end of a reference to a character must not stand without its beginning.
    let plain = !found.contains(['&', '<']);
    match (number, plain) {
        (true, _) => shown_number(mask, found),
        (false, true) => shown(mask, found),
        (false, false) => super::MARK.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::selector::Selector;

    #[test]
    fn secrets_are_masked_and_nothing_else_changes() {
        let masks = Masks::parse(&["/people/*/ssn".to_owned(), "/card/@pan".to_owned()]).expect("pointers");
        let input = format!(
            "<?xml version='1.0' encoding='utf-8'?>\n<a xmlns:w='{}' apiKey='k&amp;'><w:Password Type='t'>p<!--x--></w:Password>\
             <w:Nonce>bg==</w:Nonce><password/><pin password=\"x\">7</pin><people><ssn>078</ssn></people><card pan='4'/>\
             <secret><inner>s</inner></secret></a>",
            ns::WSSE_URI
        );
        let out = masked_xml(input.as_bytes(), &masks, &XmlLimits::default()).expect("XML");
        let expected = format!(
            "<a xmlns:w='{}' apiKey='***'><w:Password Type='t'>***</w:Password><w:Nonce>***</w:Nonce><password/>\
             <pin password=\"***\">7</pin><people><ssn>0</ssn></people><card pan='0'/><secret><inner>***</inner></secret></a>\n",
            ns::WSSE_URI
        );
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn what_is_masked_is_told_as_it_is_meant() {
        let masks = Masks::parse(&["/ssn".to_owned()]).expect("pointer");
        let input = "<a><ssn> 07&amp;lt;8 </ssn><password>p<b/>q</password><pin password='12'/><x>y</x></a>";
        let found = masked_texts(input.as_bytes(), &masks, &XmlLimits::default()).expect("XML");
        assert_eq!(found.iter().map(Secret::expose).collect::<Vec<_>>(), ["07&lt;8"]);
    }

    #[test]
    fn each_mask_shows_what_it_may() {
        let rule = |at: &str, mask| (Selector::parse(at).expect("pointer"), mask);
        let masks = Masks::from(vec![
            rule("/ssn", Mask::Last4),
            rule("/**/dob", Mask::Drop),
            rule("/address", Mask::Drop),
            rule("/card", Mask::Last4),
        ]);
        let input = "<a><ssn>123-45-6789</ssn><x><dob>d</dob></x><address><password>p</password></address>\
                     <card>4111111111110042</card><e name='ssn'>\"123-45-6789\"</e><dob/></a>";
        let out = masked_xml(input.as_bytes(), &masks, &XmlLimits::default()).expect("XML");
        let expected = "<a><ssn>***6789</ssn><x></x><card>42</card><e name='ssn'>***789\"</e></a>\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
