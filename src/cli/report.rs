//! Diagnostics as people read them: what, where, the line itself, and how to mend it.

use std::io::IsTerminal;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

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
    let mut line = source(&problem.line).into_owned();
    // A place that is not shown, behind what could be a secret, still has its column.
    let missing = problem.position.column.saturating_sub(line.chars().count());
    line.extend(std::iter::repeat_n(' ', missing));
    let at = line.char_indices().nth(problem.position.column.saturating_sub(1)).map_or(0, |(at, _)| at);
    let rest = line.get(at..).expect("a character begins there, or nothing does");
    let end = at + rest.chars().take(problem.width.max(1)).map(char::len_utf8).sum::<usize>();
    let title = level.primary_title(problem.message.as_str()).id(problem.code);
    let group = if problem.position.line == 0 {
        title.element(Origin::path(&*problem.file))
    } else {
        let snippet = Snippet::source(line).line_start(problem.position.line).path(&*problem.file);
        title.element(snippet.annotation(AnnotationKind::Primary.span(at..end)))
    };
    match &problem.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}
