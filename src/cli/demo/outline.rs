//! A message in lines: indented, and without what says nothing about its fields.

use crate::json::{self, Kind, Tape, Value};
use crate::limits::{JsonLimits, XmlLimits};
use crate::xml::{self, Event, Namespaces, Reader};

/// A line of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    /// The field that it begins, or is.
    pub(super) name: Option<String>,
    /// Its value, where the whole field is on the line.
    pub(super) value: Option<String>,
}

impl Line {
    fn of(depth: usize, text: &str) -> Self {
        Self { text: format!("{}{text}", "  ".repeat(depth)), ..Self::default() }
    }

    /// Whether both are of one field: it has another name where it is a credential, but the same value.
    pub(super) fn is_field_of(&self, other: &Self) -> bool {
        let telling = |value: &&String| value.chars().count() >= 3;
        let same_name =
            self.name.is_some() && self.name == other.name && self.value.is_some() == other.value.is_some();
        same_name
            || self.value.as_ref().filter(telling).is_some_and(|value| Some(value) == other.value.as_ref())
    }
}

/// The lines of some JSON. Errors: it is none.
pub(super) fn of_json(text: &str) -> Result<Vec<Line>, json::Error> {
    let mut tape = Tape::new();
    let (value, mut lines) = (tape.parse(text.as_bytes(), &JsonLimits::default())?, Vec::new());
    add_json(value, None, 0, &mut lines);
    Ok(lines)
}

fn add_json(value: Value<'_>, name: Option<&str>, depth: usize, lines: &mut Vec<Line>) {
    let key = name.map_or(String::new(), |name| format!("\"{name}\": "));
    let mut line = |text: &str| {
        let mut line = Line::of(depth, text);
        line.name = name.map(str::to_owned);
        lines.push(line);
    };
    let (open, close) = match value.kind() {
        Kind::Object if value.members().next().is_some() => ("{", "}"),
        Kind::Array if value.items().next().is_some() => ("[", "]"),
        _ => {
            line(&format!("{key}{}", value.raw()));
            let text = value.as_str().map_or_else(|| value.raw().to_owned(), |text| text.into_owned());
            lines.iter_mut().next_back().expect("it was added").value = Some(text);
            return;
        }
    };
    line(&format!("{key}{open}"));
    let members = value.members().map(|member| (Some(member.key().into_owned()), member.value()));
    let mut inner = members.chain(value.items().map(|item| (None, item))).peekable();
    while let Some((name, value)) = inner.next() {
        add_json(value, name.as_deref(), depth + 1, lines);
        let last = lines.iter_mut().next_back().expect("it was added");
        last.text.push_str(if inner.peek().is_some() { "," } else { "" });
    }
    lines.push(Line::of(depth, close));
}

/// The lines of some XML, each of at most `width` columns where that can be: elements around one element stand on one line, attributes nowhere.
/// Errors: it is no XML.
pub(super) fn of_xml(text: &str, width: usize) -> Result<Vec<Line>, xml::Error> {
    let (known, limits) = (Namespaces::default(), XmlLimits::default());
    let root = Node::read(&mut Reader::new(text, &known, &limits))?;
    let mut lines = Vec::new();
    for node in &root.children {
        node.add(0, width, &mut lines);
    }
    Ok(lines)
}

/// An element.
#[derive(Debug, Default)]
struct Node {
    /// As its tag has it.
    tag: String,
    name: String,
    text: String,
    children: Vec<Self>,
}

impl Node {
    /// A node around the root.
    fn read(reader: &mut Reader<'_>) -> Result<Self, xml::Error> {
        let mut open = vec![Self::default()];
        loop {
            match reader.next()? {
                Event::Start(name) => {
                    let tag = reader.input().get(reader.offset() + 1..reader.end_offset());
                    let tag = tag.and_then(|tag| tag.split([' ', '\t', '\r', '\n', '/', '>']).next());
                    let tag = tag.expect("a tag has a name").to_owned();
                    open.push(Self { tag, name: name.local.to_owned(), ..Self::default() });
                }
                Event::End => {
                    let mut ended = open.pop().expect("what ends has begun");
                    ended.text = reader.text().trim().to_owned();
                    open.last_mut().expect("there is one around the root").children.push(ended);
                }
                Event::Eof => return Ok(open.pop().expect("there is one around the root")),
            }
        }
    }

    fn add(&self, depth: usize, width: usize, lines: &mut Vec<Line>) {
        let mut around = vec![self];
        while let [only] = around.last().map_or(&[][..], |last| &last.children)
            && !only.children.is_empty()
        {
            around.push(only);
        }
        let Some(inner) = around.last().filter(|last| !last.children.is_empty()) else {
            return lines.push(self.leaf(depth));
        };
        let mut line = Line::of(depth, "");
        for node in &around {
            let tag = format!("<{}>", node.tag);
            if line.name.is_some() && line.text.chars().count() + tag.chars().count() > width {
                lines.push(std::mem::replace(&mut line, Line::of(depth, "")));
            }
            line.text.push_str(&tag);
            line.name = Some(node.name.clone());
        }
        lines.push(line);
        for child in &inner.children {
            child.add(depth + 1, width, lines);
        }
        let closing: String = around.iter().rev().map(|node| format!("</{}>", node.tag)).collect();
        match lines.last_mut().filter(|last| last.name.is_none() && last.text.trim_start().starts_with("</"))
        {
            // What ends together ends on one line.
            Some(last) => last.text.push_str(&closing),
            None => lines.push(Line::of(depth, &closing)),
        }
    }

    fn leaf(&self, depth: usize) -> Line {
        let Self { tag, name, text, .. } = self;
        let shown = text.replace('&', "&amp;").replace('<', "&lt;");
        let element = if text.is_empty() { format!("<{tag}/>") } else { format!("<{tag}>{shown}</{tag}>") };
        Line { name: Some(name.clone()), value: Some(text.clone()), ..Line::of(depth, &element) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn messages_are_indented_and_what_is_around_one_element_stands_on_one_line() {
        let json = of_json(r#"{"a":{"b":1.10,"c":[]},"d":["x",null]}"#).expect("JSON");
        let expected = [
            "{",
            "  \"a\": {",
            "    \"b\": 1.10,",
            "    \"c\": []",
            "  },",
            "  \"d\": [",
            "    \"x\",",
            "    null",
            "  ]",
            "}",
        ];
        assert_eq!(texts(&json), expected);
        let xml = "<?xml version='1.0'?><e:E xmlns:e='u'><e:H><a x='y'><b>1 &lt; 2</b><c/></a></e:H><e:B><d><f>3</f></d></e:B></e:E>";
        let xml = of_xml(xml, 40).expect("XML");
        let expected = [
            "<e:E>",
            "  <e:H><a>",
            "    <b>1 &lt; 2</b>",
            "    <c/>",
            "  </a></e:H>",
            "  <e:B><d>",
            "    <f>3</f>",
            "  </d></e:B></e:E>",
        ];
        assert_eq!(texts(&xml), expected);
        assert!(of_xml("<a>", 40).is_err() && of_json("{").is_err());
    }
}
