//! What stands between tags: character data, references, comments and instructions (XML 1.0 section 2).

use memchr::{memchr, memchr2};

use super::{Error, ErrorKind, Reader, Text, markup};
use crate::octets::{self, block_at};
use crate::xml::attributes::is_space;
use crate::xml::declaration::{is_declaration, usual};
use crate::xml::reference;

impl Reader<'_> {
    pub(super) fn character_data(&mut self) -> Result<(), Error> {
        let (end, bracket) = text_end(self.input.as_bytes(), self.at);
        if bracket && self.piece(self.start, end).contains("]]>") {
            return Err(self.error(ErrorKind::CdataEnd));
        }
        self.at = end;
        if self.open.is_empty() {
            let blank = self.piece(self.start, end).chars().all(is_space);
            return if blank { Ok(()) } else { Err(self.error(ErrorKind::TextOutsideRoot)) };
        }
        self.append(self.start, end)
    }

    /// What begins with `<!`.
    pub(super) fn declaration_or_section(&mut self) -> Result<(), Error> {
        let rest = self.rest();
        let doctype = |head: &[u8]| head.eq_ignore_ascii_case(b"<!DOCTYPE");
        match rest.get(2) {
            Some(b'-') if rest.starts_with(b"<!--") => self.comment(),
            Some(b'[') if rest.starts_with(b"<![CDATA[") => self.cdata(),
            // None of it is looked at, not even whether it ends.
            Some(b'D' | b'd') if rest.get(..9).is_some_and(doctype) => Err(self.error(ErrorKind::Doctype)),
            Some(b'-' | b'[' | b'D' | b'd') => Err(self.error(ErrorKind::Truncated)),
            _ => Err(self.error(ErrorKind::Markup)),
        }
    }

    fn cdata(&mut self) -> Result<(), Error> {
        let open = "<![CDATA[".len();
        let length =
            markup::up_to(self.rest(), open, "]]>").ok_or_else(|| self.error(ErrorKind::Truncated))?;
        if self.open.is_empty() {
            return Err(self.error(ErrorKind::TextOutsideRoot));
        }
        self.at += length + "]]>".len();
        self.append(self.start + open, self.start + length)
    }

    pub(super) fn append(&mut self, from: usize, to: usize) -> Result<(), Error> {
        match self.text {
            Text::None => self.text = Text::Piece(from, to),
            Text::Joined | Text::Piece(..) => self.join(self.piece(from, to)),
        }
        self.bound(self.text().len(), self.limits.text, "bytes of character data")
    }

    pub(super) fn reference(&mut self) -> Result<(), Error> {
        let body = markup::reference(self.rest()).ok_or_else(|| self.error(ErrorKind::Reference))?;
        self.at += body.len() + "&;".len();
        let c = reference::resolve(self.piece(self.start + 1, self.at - 1));
        let c = c.ok_or_else(|| self.error(ErrorKind::Reference))?;
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

    fn comment(&mut self) -> Result<(), Error> {
        let (rest, open) = (self.rest(), "<!--".len());
        let length = markup::up_to(rest, open, "-->").ok_or_else(|| self.error(ErrorKind::Truncated))?;
        // With the first hyphen of its end: the comment may not end with one of its own.
        let body = rest.get(..=length).expect("the end of the comment was found in them");
        if let Some(at) = markup::up_to(body, open, "--") {
            return Err(self.error_at(ErrorKind::Comment, self.start + at));
        }
        self.at += length + "-->".len();
        Ok(())
    }

    /// What begins with `<?`: the declaration of the document, or a processing instruction.
    pub(super) fn instruction(&mut self) -> Result<(), Error> {
        if let Some(length) = Some(self.rest()).filter(|_| self.start == 0).and_then(usual) {
            self.at = length;
            return Ok(());
        }
        let length = markup::up_to(self.rest(), 1, "?>").filter(|length| *length > 1);
        let length = length.ok_or_else(|| self.error(ErrorKind::Truncated))?;
        self.at += length + "?>".len();
        let body = self.piece(self.start + 2, self.start + length);
        let target = body.split(is_space).next().map_or(body, |target| target);
        if target == "xml" {
            let good = self.start == 0 && is_declaration(self.piece(0, self.at));
            return if good { Ok(()) } else { Err(self.error(self.misplaced())) };
        }
        if target.eq_ignore_ascii_case("xml") {
            return Err(self.error(self.misplaced()));
        }
        if !self.allow_instructions {
            return Err(self.error(ErrorKind::ProcessingInstruction));
        }
        self.check_ncname(target)
    }

    /// What is wrong with a declaration that is not read.
    fn misplaced(&self) -> ErrorKind {
        let blank = self.start > 0 && self.piece(0, self.start).chars().all(is_space);
        if blank { ErrorKind::SpaceBeforeDeclaration } else { ErrorKind::Declaration }
    }
}

/// Where the character data that begins at `from` ends, and whether there is a `>` in it.
fn text_end(bytes: &[u8], from: usize) -> (usize, bool) {
    let mut at = from;
    while let Some(block) = block_at(bytes, at) {
        let found = octets::markup(block);
        at += found.before_first();
        if !found.is_none() {
            break;
        }
    }
    let rest = bytes.get(at..).map_or(&[][..], |rest| rest);
    match rest.first() {
        Some(b'<' | b'&') => (at, false),
        _ => {
            let length = memchr2(b'<', b'&', rest).map_or(rest.len(), |length| length);
            (at + length, rest.get(..length).is_some_and(|text| memchr(b'>', text).is_some()))
        }
    }
}
