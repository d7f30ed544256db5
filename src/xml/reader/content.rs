//! What stands between tags: character data, references, comments and instructions (XML 1.0 section 2).

use super::{Error, ErrorKind, Reader, Text};
use crate::xml::attributes::is_space;
use crate::xml::declaration::is_declaration;
use crate::xml::reference;

impl Reader<'_> {
    pub(super) fn character_data(&mut self, from: usize, to: usize) -> Result<(), Error> {
        let text = self.piece(from, to);
        if memchr::memchr(b'>', text.as_bytes()).is_some() && text.contains("]]>") {
            return Err(self.error(ErrorKind::CdataEnd));
        }
        if self.open.is_empty() {
            let blank = text.chars().all(is_space);
            return if blank { Ok(()) } else { Err(self.error(ErrorKind::TextOutsideRoot)) };
        }
        self.append(from, to)
    }

    pub(super) fn cdata(&mut self, end: usize) -> Result<(), Error> {
        if self.open.is_empty() {
            return Err(self.error(ErrorKind::TextOutsideRoot));
        }
        self.append(self.start + "<![CDATA[".len(), end - "]]>".len())
    }

    pub(super) fn append(&mut self, from: usize, to: usize) -> Result<(), Error> {
        match self.text {
            Text::None => self.text = Text::Piece(from, to),
            Text::Joined | Text::Piece(..) => self.join(self.piece(from, to)),
        }
        self.bound(self.text().len(), self.limits.text, "bytes of character data")
    }

    pub(super) fn reference(&mut self, body: &str) -> Result<(), Error> {
        let c = reference::resolve(body).ok_or_else(|| self.error(ErrorKind::Reference))?;
        if self.open.is_empty() {
            return Err(self.error(ErrorKind::TextOutsideRoot));
        }
        self.join(c.encode_utf8(&mut [0; 4]));
        self.bound(self.joined.len(), self.limits.text, "bytes of character data")
    }

    pub(super) fn join(&mut self, piece: &str) {
        match self.text {
            Text::Joined => {}
            Text::None => self.joined.clear(),
            Text::Piece(from, to) => {
                self.joined.clear();
                let before = self.piece(from, to);
                // Twice as much as is known of it, so that most texts fit at once.
                self.joined.reserve(2 * (before.len() + piece.len()));
                self.joined.push_str(before);
            }
        }
        self.text = Text::Joined;
        self.joined.push_str(piece);
    }

    pub(super) fn comment(&self, body: &str) -> Result<(), Error> {
        let bad = body.contains("--") || body.ends_with('-');
        if bad { Err(self.error(ErrorKind::Comment)) } else { Ok(()) }
    }

    pub(super) fn declaration(&self, end: usize) -> Result<(), Error> {
        let text = self.piece(self.start, end);
        let good = self.start == 0 && is_declaration(text);
        if good { Ok(()) } else { Err(self.error(self.misplaced())) }
    }

    /// What is wrong with a declaration that is not read.
    fn misplaced(&self) -> ErrorKind {
        let blank = self.start > 0 && self.piece(0, self.start).chars().all(is_space);
        if blank { ErrorKind::SpaceBeforeDeclaration } else { ErrorKind::Declaration }
    }

    pub(super) fn instruction(&self, target: &str) -> Result<(), Error> {
        if target.eq_ignore_ascii_case("xml") {
            return Err(self.error(self.misplaced()));
        }
        if !self.allow_instructions {
            return Err(self.error(ErrorKind::ProcessingInstruction));
        }
        self.check_ncname(target)
    }
}
