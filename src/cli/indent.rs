//! Messages as people read them: indented on a terminal, as they are for whatever reads a pipe.

use std::io::IsTerminal;

use clap::{Args, ValueEnum};
use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::Event;

/// How messages are written to standard output.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct IndentArgs {
    /// Whether messages are indented on standard output; `auto` is on a terminal only.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    indent: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum When {
    /// Indented.
    Always,
    /// On a terminal.
    Auto,
    /// As it is sent.
    Never,
}

impl IndentArgs {
    /// A message in JSON or XML as it is shown.
    pub(super) fn message(self, bytes: Vec<u8>) -> Vec<u8> {
        let indented = match self.indent {
            When::Always => true,
            When::Auto => std::io::stdout().is_terminal(),
            When::Never => false,
        };
        Self::laid(bytes, indented)
    }

    /// A message in JSON or XML as it stands in a file for people: indented, unless somebody says otherwise.
    pub(super) fn in_file(self, bytes: Vec<u8>) -> Vec<u8> {
        Self::laid(bytes, self.indent != When::Never)
    }

    fn laid(bytes: Vec<u8>, indented: bool) -> Vec<u8> {
        match bytes.first() {
            Some(b'{' | b'[') if indented => json(&bytes),
            Some(b'<') if indented => match xml(&bytes) {
                Ok(Some(indented)) => indented,
                // What cannot be read is shown as it is.
                Ok(None) | Err(_) => bytes,
            },
            _ => bytes,
        }
    }
}

/// Every token stays as it is: digits, escapes, order.
fn json(bytes: &[u8]) -> Vec<u8> {
    let (mut out, mut depth, mut quoted, mut escaped) = (Vec::new(), 0_usize, false, false);
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if quoted {
            out.push(byte);
            quoted = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' => {}
            b'{' | b'[' => {
                out.push(byte);
                while rest.next_if(u8::is_ascii_whitespace).is_some() {}
                if let Some(end) = rest.next_if(|next| matches!(next, b'}' | b']')) {
                    out.push(end);
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(byte);
            }
            b',' => {
                out.push(byte);
                line(&mut out, depth);
            }
            b':' => out.extend_from_slice(b": "),
            _ => {
                quoted = byte == b'"';
                out.push(byte);
            }
        }
    }
    out
}

/// A piece of markup.
#[derive(Clone, Copy)]
enum Token {
    Begin,
    End,
    Leaf,
    Text,
}

/// White space is added only in elements that hold elements and nothing else. Nothing, or an error, where it is not well-formed.
fn xml(bytes: &[u8]) -> Result<Option<Vec<u8>>, quick_xml::Error> {
    let Pieces { tokens, plain } = Pieces::of(bytes)?;
    let (mut out, mut from, mut begun) = (Vec::new(), 0, plain.iter());
    // Of each open element, whether elements alone are in it.
    let mut open: Vec<bool> = Vec::new();
    for (token, to) in tokens {
        let around = open.last().is_none_or(|plain| *plain);
        if matches!(token, Token::Begin | Token::Leaf) && around && from > 0 {
            line(&mut out, open.len());
        }
        match token {
            Token::Begin => open.extend(begun.next().map(|held| *held == Some(true))),
            Token::End if open.pop() == Some(true) => line(&mut out, open.len()),
            Token::End | Token::Leaf | Token::Text => {}
        }
        let Some(piece) = bytes.get(from..to) else { return Ok(None) };
        out.extend_from_slice(piece);
        from = to;
    }
    Ok(open.is_empty().then_some(out))
}

/// The pieces of a document.
#[derive(Default)]
struct Pieces {
    /// Each with the place where it ends.
    tokens: Vec<(Token, usize)>,
    /// Of each element, in the order in which they begin, whether it holds elements and nothing else; nothing for one that holds nothing.
    plain: Vec<Option<bool>>,
}

impl Pieces {
    fn of(bytes: &[u8]) -> Result<Self, quick_xml::Error> {
        // Not the kind of reader that the bridge has: what reads its messages is inlined there as long as nobody else calls it.
        let (mut reader, mut buffer) = (Reader::from_reader(Cursor::new(bytes)), Vec::new());
        let (mut pieces, mut open) = (Self::default(), Vec::new());
        loop {
            buffer.clear();
            let token = match reader.read_event_into(&mut buffer)? {
                Event::Eof => return Ok(pieces),
                Event::Start(_) => Token::Begin,
                Event::End(_) => Token::End,
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => Token::Text,
                Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => {
                    Token::Leaf
                }
            };
            pieces.held(&mut open, token);
            pieces.tokens.push((token, reader.buffer_position() as usize));
        }
    }

    /// Notes that `token` is in the innermost of the `open` elements.
    fn held(&mut self, open: &mut Vec<usize>, token: Token) {
        if let Some(held) = open.last().and_then(|at| self.plain.get_mut(*at)) {
            match token {
                Token::Begin | Token::Leaf => *held = held.or(Some(true)),
                Token::Text => *held = Some(false),
                Token::End => {}
            }
        }
        match token {
            Token::Begin => {
                open.push(self.plain.len());
                self.plain.push(None);
            }
            Token::End => drop(open.pop()),
            Token::Leaf | Token::Text => {}
        }
    }
}

fn line(out: &mut Vec<u8>, depth: usize) {
    out.push(b'\n');
    out.resize(out.len() + 2 * depth, b' ');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, indent: When) -> String {
        String::from_utf8(IndentArgs { indent }.message(text.as_bytes().to_vec())).expect("UTF-8")
    }

    #[test]
    fn tokens_of_json_stay_as_they_are() {
        for (text, expected) in [
            ("{}", "{}"),
            ("[[], {}]", "[\n  [],\n  {}\n]"),
            (
                r#"{"a":1.50,"b":["x\"{,","\\"]}"#,
                "{\n  \"a\": 1.50,\n  \"b\": [\n    \"x\\\"{,\",\n    \"\\\\\"\n  ]\n}",
            ),
            ("{ \"a\" : { } }", "{\n  \"a\": {}\n}"),
        ] {
            assert_eq!(shown(text, When::Always), expected);
            assert_eq!(shown(text, When::Never), text);
        }
    }

    #[test]
    fn text_of_xml_stays_as_it_is() {
        for (text, expected) in [
            ("<a><b>1</b><c/></a>", "<a>\n  <b>1</b>\n  <c/>\n</a>"),
            ("<a> </a>", "<a> </a>"),
            ("<a><b>x<i>y</i><j><k/></j></b></a>", "<a>\n  <b>x<i>y</i><j>\n      <k/>\n    </j></b>\n</a>"),
            ("<a><b>x &amp; <![CDATA[<]]></b></a>", "<a>\n  <b>x &amp; <![CDATA[<]]></b>\n</a>"),
            ("<a><b></a>", "<a><b></a>"),
        ] {
            assert_eq!(shown(text, When::Always), expected);
            assert_eq!(shown(text, When::Never), text);
        }
    }
}
