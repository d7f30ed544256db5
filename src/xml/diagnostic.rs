//! A problem in a document of a contract, with the place and the line that shows it.

use std::fmt;
use std::sync::Arc;

use super::error::Position;
use super::tree::Tree;
use crate::limits::DIAGNOSTIC_LINE;

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is wrong; something is worth knowing.
    Note,
    /// It works, perhaps not as its author meant.
    Warning,
    /// It does not work.
    Error,
}

/// A place in a document of a contract.
#[derive(Clone, Copy, Debug)]
pub struct Place<'d> {
    /// The name of the document.
    pub file: &'d Arc<str>,
    /// The document.
    pub tree: &'d Tree,
    /// Bytes of it before the place.
    pub offset: usize,
}

/// One problem: what, where, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable code, such as `XSD0103`; `explain` knows each.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// The document.
    pub file: Arc<str>,
    /// The place in it; line 0 for a problem with the whole document.
    pub position: Position,
    /// How many characters from that place on the problem is with.
    pub width: usize,
    /// The line of the document at that place.
    pub line: String,
    /// The keys of a service file that lead to the value, where it is a rule of one; whoever knows the file places it.
    pub keys: Vec<String>,
}

impl Diagnostic {
    /// A problem at a place of a document.
    pub fn at(code: &'static str, severity: Severity, place: Place<'_>, message: String) -> Self {
        let position = place.tree.position(place.offset);
        // A document may end with a line feed, and a problem stand behind it.
        let line = place.tree.line(position.line).unwrap_or("");
        let line = line.chars().take(DIAGNOSTIC_LINE).collect();
        let file = place.file.clone();
        Self { code, severity, message, help: None, file, position, width: 1, line, keys: Vec::new() }
    }

    /// A problem with a whole file, such as one that cannot be read.
    pub fn of_file(code: &'static str, severity: Severity, file: &str, message: String) -> Self {
        let (position, line) = (Position { offset: 0, line: 0, column: 0 }, String::new());
        let file = file.into();
        Self { code, severity, message, help: None, file, position, width: 0, line, keys: Vec::new() }
    }

    /// The same with a way to mend it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position.line {
            0 => write!(f, "{}: {} [{}]", self.file, self.message, self.code),
            _ => write!(f, "{}:{}: {} [{}]", self.file, self.position, self.message, self.code),
        }
    }
}
