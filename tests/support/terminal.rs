//! Pictures of what a terminal shows.

use std::fmt::Write;

/// What a terminal shows of `text`, with its colours, below the command that printed it.
pub fn picture(command: &str, text: &str) -> String {
    let mut lines = vec![vec![Piece { style: "1".to_owned(), text: format!("$ {command}") }]];
    lines.extend(text.lines().map(pieces));
    let columns = lines.iter().map(|line| line.iter().map(Piece::columns).sum::<usize>()).max().unwrap_or(0);
    let (width, height) = (columns as f64 * COLUMN + 2.0 * MARGIN, lines.len() as f64 * LINE + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" font-family=\"ui-monospace, SFMono-Regular, \
         Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14\" fill=\"#d8dee9\" role=\"img\">\n<title>What {} prints</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1e222a\"/>\n",
        escaped(command)
    );
    for (row, line) in lines.iter().enumerate() {
        let (baseline, mut column) = (MARGIN + (row as f64 + 0.75) * LINE, 0);
        for piece in line {
            piece.draw(column, baseline, &mut out);
            column += piece.columns();
        }
    }
    out + "</svg>\n"
}

/// Text in one style.
struct Piece {
    /// What the sequence before it says.
    style: String,
    text: String,
}

/// The pieces of a line with sequences for a terminal.
fn pieces(line: &str) -> Vec<Piece> {
    let mut parts = line.split("\x1b[");
    let first = parts.next().map(|text| Piece { style: "0".to_owned(), text: text.to_owned() });
    let rest = parts.map(|part| {
        let (style, text) = part.split_once('m').expect("a sequence of a style");
        Piece { style: style.to_owned(), text: text.to_owned() }
    });
    first.into_iter().chain(rest).filter(|piece| !piece.text.is_empty()).collect()
}

impl Piece {
    fn columns(&self) -> usize {
        self.text.chars().count()
    }

    /// Whatever the width of the letters is, columns stand below each other.
    fn draw(&self, column: usize, baseline: f64, out: &mut String) {
        let shown = self.text.trim();
        if shown.is_empty() {
            return;
        }
        let before = self.text.chars().take_while(|c| c.is_whitespace()).count();
        let (x, length) = (MARGIN + (column + before) as f64 * COLUMN, shown.chars().count() as f64 * COLUMN);
        let style = match self.style.as_str() {
            "0" => "",
            "1" => " font-weight=\"bold\" fill=\"#ffffff\"",
            "32" => " fill=\"#8fd18f\"",
            "33" => " fill=\"#e5c07b\"",
            "35" => " fill=\"#d699e8\"",
            "36" => " fill=\"#62cfd9\"",
            "91" => " fill=\"#f08a8a\"",
            "94" => " fill=\"#8ab4f8\"",
            other => panic!("a style that no picture has: {other}"),
        };
        let text = escaped(shown);
        writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{baseline:.1}\" textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\"{style}>{text}</text>"
        )
        .expect("a String takes everything");
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const COLUMN: f64 = 8.4;
const LINE: f64 = 19.0;
const MARGIN: f64 = 16.0;
