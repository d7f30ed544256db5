//! Taking long parts out of a body while it comes, so that they need not be in memory.

use super::coding::Coding;
use super::disposition::field_name;
use super::form::Form;
use super::hole::Hole;
use super::parameters::MediaType;
use super::part::{Delimiter, Part, without_brackets, without_line_end};
use super::related::{Related, is_boundary};
use crate::limits::{MIME_HEADER, MIME_HEADERS, MIME_PADDING, SPOOL_OVER};

/// Takes long parts out of a multipart body while it comes. What is left is the same body with nothing in their places, and is read as
/// one: whatever is wrong with it is found then.
#[derive(Debug)]
pub struct Sieve {
    kind: Kind,
    dashes: Vec<u8>,
    /// What came and was not looked at to its end, and the last byte before that.
    pending: Vec<u8>,
    previous: Option<u8>,
    /// Bytes of the pending ones in which no head ends.
    headless: usize,
    parts: usize,
    sorted: Sorted,
}

/// What a body was sorted into.
#[derive(Debug)]
struct Sorted {
    state: State,
    kept: Vec<u8>,
    apart: Vec<u8>,
    /// Octets that were taken out so far.
    taken: u64,
    holes: Vec<Hole>,
}

/// What a body is, as far as it matters which part is the message.
#[derive(Debug)]
enum Kind {
    Form,
    /// `multipart/related`, with the name of its root.
    Related(Option<String>),
}

/// Where in the body the pending bytes begin.
#[derive(Clone, Copy, Debug)]
enum State {
    /// In the octets of a part, which begin there in what is kept.
    Content { begin: usize, is: Content },
    /// In the head of a part.
    Head,
    /// Where nothing is taken out: before the first part, behind the last, and behind what cannot be read.
    Text { parts: bool },
}

/// What becomes of the octets of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    /// They are kept.
    Kept,
    /// They are kept as long as they are few.
    Short,
    /// They are taken out, from there on.
    Apart(u64),
}

impl Sieve {
    /// For a body whose content type is `value`; nothing where it has no parts, or is read as if it had none.
    pub fn new(value: &str) -> Option<Self> {
        let outer = match MediaType::parse(value) {
            Ok(outer) => outer,
            // What is wrong with it is told where it is read.
            Err(_) => return None,
        };
        let kind = match &*outer.name {
            name if Form::is_type(name) => Kind::Form,
            name if Related::is_type(name) => {
                let start = outer.get("start").map(without_brackets).filter(|start| !start.is_empty());
                Kind::Related(start.map(str::to_owned))
            }
            _ => return None,
        };
        let boundary = outer.get("boundary").filter(|boundary| is_boundary(boundary))?;
        Some(Self {
            kind,
            dashes: [b"--", boundary.as_bytes()].concat(),
            pending: Vec::new(),
            previous: None,
            headless: 0,
            parts: 0,
            sorted: Sorted {
                state: State::Text { parts: true },
                kept: Vec::new(),
                apart: Vec::new(),
                taken: 0,
                holes: Vec::new(),
            },
        })
    }

    /// Takes what comes next.
    pub fn push(&mut self, data: &[u8]) {
        self.pending.extend_from_slice(data);
        while self.step(false) {}
    }

    /// Nothing more comes.
    pub fn end(&mut self) {
        while self.step(true) {}
        self.take(self.pending.len());
        self.sorted.end_part();
    }

    /// Bytes that are kept so far.
    pub fn kept(&self) -> usize {
        self.sorted.kept.len() + self.pending.len()
    }

    /// Octets that were taken out so far.
    pub fn taken(&self) -> u64 {
        self.sorted.taken
    }

    /// Octets that were taken out, and not given yet.
    pub fn waiting(&self) -> usize {
        self.sorted.apart.len()
    }

    /// Octets that were taken out so far of the part that has most.
    pub fn longest(&self) -> u64 {
        let current = match self.sorted.state {
            State::Content { is: Content::Apart(from), .. } => self.sorted.taken - from,
            State::Content { .. } | State::Head | State::Text { .. } => 0,
        };
        self.sorted.holes.iter().map(Hole::length).fold(current, u64::max)
    }

    /// Those, to be taken.
    pub fn apart(&mut self) -> &mut Vec<u8> {
        &mut self.sorted.apart
    }

    /// What is left of a body that ended, and where octets were taken out.
    pub fn into_parts(self) -> (Vec<u8>, Vec<Hole>) {
        (self.sorted.kept, self.sorted.holes)
    }

    /// Looks at what is pending, whether more comes or this is the `end`; false where nothing can be said before more comes.
    fn step(&mut self, end: bool) -> bool {
        match self.sorted.state {
            State::Text { parts: false } => {
                self.take(self.pending.len());
                false
            }
            State::Head => self.head(),
            State::Text { parts: true } | State::Content { .. } => self.content(end),
        }
    }

    /// Reads a head, where all of it is there.
    fn head(&mut self) -> bool {
        let Some(length) = head_length(&self.pending, &mut self.headless) else {
            // Nobody reads a longer one.
            let is_long = self.pending.len() > MIME_HEADERS * MIME_HEADER;
            if is_long {
                self.sorted.state = State::Text { parts: false };
            }
            return is_long;
        };
        let part = Part::read(self.pending.get(..length).expect("it was found there"), 0);
        let is_long = part.is_ok_and(|part| part.coding == Coding::Plain && !self.is_message(&part));
        self.parts += 1;
        self.headless = 0;
        self.take(length);
        let is = if is_long { Content::Short } else { Content::Kept };
        self.sorted.state = State::Content { begin: self.sorted.kept.len(), is };
        true
    }

    /// Whether `part` is the message to which the others belong.
    fn is_message(&self, part: &Part<'_>) -> bool {
        match &self.kind {
            Kind::Form => field_name(part.disposition.as_deref()).map_or(true, |name| !name.starts_with('/')),
            Kind::Related(None) => self.parts == 0,
            Kind::Related(Some(start)) => part.id.as_ref() == Some(start),
        }
    }

    /// Takes octets up to the next line with the boundary.
    fn content(&mut self, end: bool) -> bool {
        let mut from = 0;
        while let Some(found) =
            self.pending.get(from..).and_then(|rest| memchr::memmem::find(rest, &self.dashes))
        {
            let at = from + found;
            let (before, line) = self.pending.split_at(at);
            let last = before.last().copied().or(self.previous);
            let begins_line = last.is_none_or(|last| last == b'\n');
            match Delimiter::of(begins_line, line, self.dashes.len()) {
                Some(Delimiter { closing, length })
                    if !closing || !is_open(line, self.dashes.len()) || end =>
                {
                    let octets = without_line_end(before).len();
                    self.take(octets);
                    self.sorted.end_part();
                    self.take(at - octets + length);
                    self.sorted.state = if closing { State::Text { parts: false } } else { State::Head };
                    return true;
                }
                None if !begins_line || !is_open(line, self.dashes.len()) || end => from = at + 1,
                // The rest of the line is to come.
                Some(_) | None => {
                    self.take(at.saturating_sub(LINE_END));
                    return false;
                }
            }
        }
        let most = self.pending.len().saturating_sub(self.dashes.len() - 1 + LINE_END);
        self.take(most);
        false
    }

    /// Takes the first `length` pending bytes as what the state says.
    fn take(&mut self, length: usize) {
        let bytes = self.pending.get(..length).expect("so many are pending");
        self.previous = bytes.last().copied().or(self.previous);
        self.sorted.give(bytes);
        self.pending.drain(..length);
    }
}

impl Sorted {
    /// Keeps `bytes`, or takes them out.
    fn give(&mut self, bytes: &[u8]) {
        let State::Content { begin, is } = &mut self.state else { return self.kept.extend_from_slice(bytes) };
        if let Content::Apart(_) = is {
            self.apart.extend_from_slice(bytes);
            self.taken += bytes.len() as u64;
            return;
        }
        self.kept.extend_from_slice(bytes);
        if *is == Content::Short && self.kept.len() - *begin > SPOOL_OVER {
            let out = self.kept.drain(*begin..);
            *is = Content::Apart(self.taken);
            self.taken += out.len() as u64;
            self.apart.extend(out);
        }
    }

    /// The part ends; what follows is kept.
    fn end_part(&mut self) {
        if let State::Content { begin, is: Content::Apart(from) } = self.state {
            self.holes.push(Hole { at: begin, octets: from..self.taken });
        }
        self.state = State::Text { parts: false };
    }
}

/// Bytes of the line end before a boundary.
const LINE_END: usize = 2;

/// Whether what follows the boundary in `line` may still become the rest of its line.
fn is_open(line: &[u8], dashes: usize) -> bool {
    let rest = line.get(dashes..).map_or(&[][..], |rest| rest);
    let rest = rest.strip_prefix(b"-").map_or(rest, |rest| rest);
    let rest = rest.strip_prefix(b"-").map_or(rest, |rest| rest);
    let rest = rest.strip_suffix(b"\r").map_or(rest, |rest| rest);
    rest.len() <= MIME_PADDING && rest.iter().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// Bytes of the head that `bytes` begins with, up to its content; nothing where its end is not there. It is not behind the first `headless` bytes,
/// which are whole lines.
fn head_length(bytes: &[u8], headless: &mut usize) -> Option<usize> {
    loop {
        let rest = bytes.get(*headless..)?;
        let line = memchr::memchr(b'\n', rest)?;
        let is_empty = matches!(rest.get(..line), Some([] | [b'\r']));
        *headless += line + 1;
        if is_empty {
            return Some(*headless);
        }
    }
}

#[cfg(test)]
mod tests;
