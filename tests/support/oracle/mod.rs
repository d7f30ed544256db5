//! A second reader, which finds markup by another tokenizer and does everything else in the plainest way: what it says of a
//! document is what the bridge's own reader has to say, to the byte.

mod compare;
mod expected;
mod grammar;
mod tags;

pub use compare::compare;

use grammar::{SPACE, is_declaration, resolve};
use quick_xml::errors::{Error as Syntax, IllFormedError, SyntaxError};
use quick_xml::events::Event as Token;
use saponify::limits::XmlLimits;
use saponify::xml::{Error, ErrorKind, Position, is_ncname};

/// What the second reader finds at a tag.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Namespace and local name of a start tag; nothing for an end tag and the end of the document.
    pub name: Option<(String, String)>,
    /// Its attributes.
    pub attributes: Vec<SeenAttribute>,
    /// The character data before it.
    pub text: String,
    /// Bytes before it, and up to its end.
    pub place: (usize, usize),
    /// How many elements are open.
    pub depth: usize,
    /// Prefixes and namespaces in scope, inner ones first.
    pub bindings: Vec<(String, String)>,
}

/// An attribute: its expanded name, and as it is written.
#[derive(Debug, PartialEq, Eq)]
pub struct SeenAttribute {
    pub name: (String, String),
    pub lexical: String,
    pub value: String,
    pub offset: usize,
}

/// The second reader.
pub struct Oracle<'i> {
    tokens: quick_xml::Reader<&'i [u8]>,
    input: &'i str,
    limits: XmlLimits,
    instructions: bool,
    bindings: Vec<(String, String)>,
    /// For each open element: how many bindings were there before it, and how many children it has.
    open: Vec<(usize, usize)>,
    /// Namespace names that are not well-known.
    namespaces: Vec<String>,
    text: String,
    start: usize,
    elements: usize,
    empty: bool,
    ended: Option<usize>,
    root_seen: bool,
}

impl<'i> Oracle<'i> {
    pub fn new(input: &'i str, limits: &XmlLimits, instructions: bool) -> Self {
        let mut tokens = quick_xml::Reader::from_str(input);
        tokens.config_mut().check_comments = true;
        Self {
            tokens,
            input,
            limits: *limits,
            instructions,
            bindings: Vec::new(),
            open: Vec::new(),
            namespaces: Vec::new(),
            text: String::new(),
            start: 0,
            elements: 0,
            empty: false,
            ended: None,
            root_seen: false,
        }
    }

    /// The next tag; nothing more once the document has ended, which is told as a tag without a name and without depth.
    pub fn next(&mut self) -> Result<Seen, Error> {
        self.text.clear();
        if let Some(bindings) = self.ended.take() {
            self.bindings.truncate(bindings);
        }
        if self.empty {
            self.empty = false;
            self.ended = self.open.pop().map(|(bindings, _)| bindings);
            return Ok(self.seen());
        }
        loop {
            let from = self.end();
            // The tokenizer passes over a second byte order mark without counting it, and that is no white space.
            if from == 0 && self.input.starts_with('\u{feff}') {
                return Err(self.error(ErrorKind::TextOutsideRoot));
            }
            let token = self.tokens.read_event().map_err(|error| self.syntax(&error))?;
            self.start = from;
            if let Some(seen) = self.token(token)? {
                return Ok(seen);
            }
        }
    }

    fn seen(&self) -> Seen {
        Seen {
            text: self.text.clone(),
            place: (self.start, self.end()),
            depth: self.open.len(),
            bindings: self.bindings.iter().rev().cloned().collect(),
            ..Seen::default()
        }
    }

    fn end(&self) -> usize {
        self.tokens.buffer_position() as usize
    }

    fn token(&mut self, token: Token<'i>) -> Result<Option<Seen>, Error> {
        let end = self.end();
        match token {
            Token::Start(_) => self.start_tag(end - 1).map(Some),
            Token::Empty(_) => {
                self.empty = true;
                self.start_tag(end - 2).map(Some)
            }
            Token::End(_) => {
                self.ended = self.open.pop().map(|(bindings, _)| bindings);
                Ok(Some(self.seen()))
            }
            Token::Text(_) => self.character_data(self.start, end).map(|()| None),
            Token::CData(_) => self.cdata(end).map(|()| None),
            Token::GeneralRef(body) => self.reference(&body).map(|()| None),
            Token::Comment(_) => Ok(None),
            Token::Decl(_) => self.declaration(end).map(|()| None),
            Token::PI(body) => self.instruction(body.target()).map(|()| None),
            Token::DocType(_) => Err(self.error(ErrorKind::Doctype)),
            Token::Eof => match (self.open.is_empty(), self.root_seen) {
                (true, true) => Ok(Some(self.seen())),
                (true, false) => Err(self.error(ErrorKind::NoRoot)),
                (false, _) => Err(self.error(ErrorKind::Truncated)),
            },
        }
    }

    fn character_data(&mut self, from: usize, to: usize) -> Result<(), Error> {
        let text = &self.input[from..to];
        if text.contains("]]>") {
            return Err(self.error(ErrorKind::CdataEnd));
        }
        if self.open.is_empty() {
            return self.check(text.chars().all(|c| SPACE.contains(&c)), ErrorKind::TextOutsideRoot);
        }
        self.append(text)
    }

    fn append(&mut self, text: &str) -> Result<(), Error> {
        self.text.push_str(text);
        self.bound(self.text.len(), self.limits.text, "bytes of character data")
    }

    fn cdata(&mut self, end: usize) -> Result<(), Error> {
        self.check(!self.open.is_empty(), ErrorKind::TextOutsideRoot)?;
        self.append(&self.input[self.start + "<![CDATA[".len()..end - "]]>".len()])
    }

    fn reference(&mut self, body: &str) -> Result<(), Error> {
        let c = resolve(body).ok_or_else(|| self.error(ErrorKind::Reference))?;
        self.check(!self.open.is_empty(), ErrorKind::TextOutsideRoot)?;
        self.append(&c.to_string())
    }

    fn declaration(&self, end: usize) -> Result<(), Error> {
        let good = self.start == 0 && is_declaration(&self.input[..end]);
        self.check(good, self.misplaced())
    }

    fn misplaced(&self) -> ErrorKind {
        let blank = self.start > 0 && self.input[..self.start].chars().all(|c| SPACE.contains(&c));
        if blank { ErrorKind::SpaceBeforeDeclaration } else { ErrorKind::Declaration }
    }

    fn instruction(&self, target: &str) -> Result<(), Error> {
        self.check(!target.eq_ignore_ascii_case("xml"), self.misplaced())?;
        self.check(self.instructions, ErrorKind::ProcessingInstruction)?;
        self.check(is_ncname(target), ErrorKind::Name)
    }

    fn bound(&self, count: usize, max: usize, what: &'static str) -> Result<(), Error> {
        self.check(count <= max, ErrorKind::Limit { what, max })
    }

    fn check(&self, good: bool, kind: ErrorKind) -> Result<(), Error> {
        if good { Ok(()) } else { Err(self.error(kind)) }
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error { kind, position: Position::of(self.input, self.start) }
    }

    /// What the tokenizer found.
    fn syntax(&self, error: &Syntax) -> Error {
        let kind = match error {
            Syntax::IllFormed(IllFormedError::DoubleHyphenInComment) => ErrorKind::Comment,
            Syntax::IllFormed(
                IllFormedError::MismatchedEndTag { .. } | IllFormedError::UnmatchedEndTag(_),
            ) => ErrorKind::Mismatch,
            Syntax::IllFormed(IllFormedError::UnclosedReference) => ErrorKind::Reference,
            Syntax::Syntax(SyntaxError::InvalidBangMarkup) => ErrorKind::Markup,
            Syntax::Syntax(_) => ErrorKind::Truncated,
            _ => ErrorKind::Markup,
        };
        let offset = (self.tokens.error_position() as usize).min(self.input.len());
        Error { kind, position: Position::of(self.input, offset) }
    }
}
