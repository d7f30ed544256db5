//! The terminal: how wide it is, and whether it shows colours.

use std::io::IsTerminal;

/// What texts are fitted to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen {
    /// Columns.
    pub(super) width: usize,
    has_colours: bool,
}

impl Screen {
    /// That of standard output. What is no terminal has no width, and colours only where `CLICOLOR_FORCE` asks for them; `NO_COLOR` wins.
    pub(super) fn new() -> Self {
        let stdout = std::io::stdout();
        let width = terminal_size::terminal_size_of(&stdout).map_or(USUAL, |(width, _)| usize::from(width.0));
        let is_set =
            |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let wanted = stdout.is_terminal() || is_set("CLICOLOR_FORCE");
        Self { width: width.clamp(LEAST, MOST), has_colours: wanted && !is_set("NO_COLOR") }
    }

    #[cfg(test)]
    pub(super) fn plain(width: usize) -> Self {
        Self { width, has_colours: false }
    }

    #[cfg(test)]
    pub(super) fn coloured(width: usize) -> Self {
        Self { width, has_colours: true }
    }

    /// `text` in the colour of the field `number`.
    pub(super) fn field(&self, number: usize, text: &str) -> String {
        let [first, second, third, fourth, fifth, sixth] = FIELDS;
        let colour = match number % FIELDS.len() {
            0 => first,
            1 => second,
            2 => third,
            3 => fourth,
            4 => fifth,
            _ => sixth,
        };
        self.styled(colour, text)
    }

    /// `text` that stands out.
    pub(super) fn bold(&self, text: &str) -> String {
        self.styled("1", text)
    }

    /// What is right, or wrong.
    pub(super) fn verdict(&self, is_right: bool, text: &str) -> String {
        self.styled(if is_right { "32" } else { "1;31" }, text)
    }

    fn styled(&self, style: &str, text: &str) -> String {
        if self.has_colours { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// `text` in `width` columns: filled up, or with its end cut off.
pub(super) fn fitted(text: &str, width: usize) -> String {
    let cut = shortened(text, width);
    let missing = width.saturating_sub(cut.chars().count());
    cut + &" ".repeat(missing)
}

/// `text` in at most `width` columns, with its end cut off where it has more.
pub(super) fn shortened(text: &str, width: usize) -> String {
    match text.chars().count() > width {
        true => text.chars().take(width.saturating_sub(1)).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

/// `text` in at most `width` columns, with its middle cut out where it has more: both ends of a URL say something.
pub(super) fn squeezed(text: &str, width: usize) -> String {
    let count = text.chars().count();
    if count <= width {
        return text.to_owned();
    }
    let behind = width / 3;
    let before = width.saturating_sub(behind + 1);
    text.chars().take(before).chain(['…']).chain(text.chars().skip(count - behind)).collect()
}

/// Columns where nobody says how many there are.
const USUAL: usize = 100;

/// Columns below which nothing stands beside anything.
const LEAST: usize = 60;

/// Columns beyond which lines are hard to follow.
const MOST: usize = 160;

/// Cyan, yellow, magenta, green, blue, red: each can be read on black and on white.
const FIELDS: [&str; 6] = ["36", "33", "35", "32", "94", "91"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_where_they_say_least() {
        assert_eq!((fitted("abc", 5), fitted("abcdef", 4)), ("abc  ".to_owned(), "abc…".to_owned()));
        assert_eq!(squeezed("http://host/a/very/long/path/end", 20), "http://host/a…th/end");
        assert_eq!(squeezed("äöü", 3), "äöü");
    }

    #[test]
    fn colours_are_only_where_they_are_wanted() {
        assert_eq!(Screen::plain(80).field(0, "x"), "x");
        assert_eq!(Screen::coloured(80).field(7, "x"), "\x1b[33mx\x1b[0m");
        assert_eq!(Screen::coloured(80).verdict(false, "x"), "\x1b[1;31mx\x1b[0m");
    }
}
