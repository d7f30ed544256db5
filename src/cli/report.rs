//! Diagnostics as people read them: what, where, the line itself, and how to mend it.

use std::io::IsTerminal;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::output::print_error;
use crate::redact::source;
use crate::xml::{Diagnostic, Severity};

/// Writes `problems` to standard error, in their order.
pub(super) fn report(problems: &[Diagnostic]) {
    let plain = std::env::var_os("NO_COLOR").is_some() || !std::io::stderr().is_terminal();
    let renderer = if plain { Renderer::plain() } else { Renderer::styled() };
    for problem in problems {
        print_error(format_args!("{}\n", renderer.render(&[group(problem)])));
    }
}

fn group(problem: &Diagnostic) -> Group<'_> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let line = source(&problem.line);
    let at = line.char_indices().nth(problem.position.column.saturating_sub(1)).map_or(0, |(at, _)| at);
    let end = line.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8());
    let snippet = Snippet::source(line).line_start(problem.position.line).path(&*problem.file);
    let snippet = snippet.annotation(AnnotationKind::Primary.span(at..end));
    let group = level.primary_title(problem.message.as_str()).id(problem.code).element(snippet);
    match &problem.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}
