//! Pictures of the figures, drawn from the tables that lie beside them: benches write both, and `tests/pictures.rs` holds them together.

#![allow(dead_code, reason = "each crate draws its own part")]

use std::fmt::Write;

/// Points over the first column of `table`, both axes logarithmic: what is linear rises at the slope of the dashed line.
pub fn curves(table: &str) -> String {
    Table::read(table).curves()
}

/// A group of bars for each row of `table`, as long as its figures.
pub fn bars(table: &str) -> String {
    Table::read(table).bars()
}

/// Figures with tabs between them: a line `# TITLE`, any number of other lines that begin with `#`, a line of headings, rows.
struct Table<'t> {
    title: &'t str,
    headings: Vec<&'t str>,
    rows: Vec<Vec<&'t str>>,
}

const COLOURS: [&str; 3] = ["gray", "steelblue", "darkorange"];
const WIDTH: f64 = 640.0;

impl<'t> Table<'t> {
    fn read(text: &'t str) -> Self {
        let title = text.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a title");
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let mut rows = lines.map(|line| line.split('\t').collect::<Vec<_>>());
        let headings = rows.next().expect("headings");
        let rows: Vec<_> = rows.collect();
        assert!(!rows.is_empty() && rows.iter().all(|row| row.len() == headings.len()), "{title}: rows");
        Self { title, headings, rows }
    }

    fn curves(&self) -> String {
        let height = 360.0;
        let rows: Vec<Vec<f64>> =
            self.rows.iter().map(|row| row.iter().map(|cell| number(cell)).collect()).collect();
        let across = Scale::over(rows.iter().map(|row| row[0]), 70.0, WIDTH - 30.0);
        let values = rows.iter().flat_map(|row| row[1..].iter().copied());
        let up = Scale::over(values, height - 50.0, 40.0);
        let mut out = self.begin(height);
        for decade in across.decades() {
            let x = across.at(decade);
            let _ = writeln!(out, "<path d=\"M{x:.1} 40V{:.1}\" stroke=\"gainsboro\"/>", height - 50.0);
            text(&mut out, (x, height - 34.0), "middle", &short(decade));
        }
        for decade in up.decades() {
            let y = up.at(decade);
            let _ = writeln!(out, "<path d=\"M70 {y:.1}H{:.1}\" stroke=\"gainsboro\"/>", WIDTH - 30.0);
            text(&mut out, (64.0, y + 4.0), "end", &short(decade));
        }
        text(&mut out, (WIDTH / 2.0, height - 14.0), "middle", self.headings[0]);
        for (series, colour) in (1..self.headings.len()).zip(COLOURS) {
            let points: Vec<(f64, f64)> =
                rows.iter().map(|row| (across.at(row[0]), up.at(row[series]))).collect();
            let line: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
            let _ = writeln!(out, "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\"/>", line.join("L"));
            for (x, y) in points {
                let _ = writeln!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>");
            }
            let y = 40.0 + 18.0 * series as f64;
            let _ = writeln!(out, "<circle cx=\"84\" cy=\"{:.1}\" r=\"4\" fill=\"{colour}\"/>", y - 4.0);
            text(&mut out, (94.0, y), "start", self.headings[series]);
        }
        let last = rows.last().expect("a row");
        let (x, y) = (across.at(last[0]), up.at(last[self.headings.len() - 1]));
        let decades = (across.at(across.least * 10.0) - across.from).abs();
        let rise = (up.at(up.least * 10.0) - up.from) / decades;
        let back = ((up.from - y) / rise).abs().min(x - across.from);
        let _ = writeln!(
            out,
            "<path d=\"M{:.1} {:.1}L{x:.1} {y:.1}\" stroke=\"black\" stroke-dasharray=\"4\"/>\n</svg>",
            x - back,
            y - rise * back
        );
        out
    }

    fn bars(&self) -> String {
        let series = self.headings.len() - 1;
        let group = 16.0 * series as f64 + 10.0;
        let top = 44.0 + 18.0 * series as f64;
        let height = top + group * self.rows.len() as f64 + 6.0;
        let most = self.rows.iter().flat_map(|row| &row[1..]).map(|cell| number(cell)).fold(0.0, f64::max);
        let mut out = self.begin(height);
        for (index, colour) in (0..series).zip(&COLOURS[1..]) {
            let y = 46.0 + 18.0 * index as f64;
            let _ = writeln!(
                out,
                "<rect x=\"190\" y=\"{:.1}\" width=\"10\" height=\"10\" fill=\"{colour}\"/>",
                y - 9.0
            );
            text(&mut out, (206.0, y), "start", self.headings[index + 1]);
        }
        for (place, row) in self.rows.iter().enumerate() {
            let y = top + group * place as f64;
            text(&mut out, (180.0, y + group / 2.0 - 1.0), "end", row[0]);
            for (index, (cell, colour)) in row[1..].iter().zip(&COLOURS[1..]).enumerate() {
                let (y, length) = (y + 16.0 * index as f64, number(cell) / most * (WIDTH - 250.0));
                let _ = writeln!(
                    out,
                    "<rect x=\"190\" y=\"{y:.1}\" width=\"{length:.1}\" height=\"13\" fill=\"{colour}\"/>"
                );
                text(&mut out, (196.0 + length, y + 11.0), "start", cell);
            }
        }
        out.push_str("</svg>\n");
        out
    }

    fn begin(&self, height: f64) -> String {
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        );
        text(&mut out, (20.0, 22.0), "start", self.title);
        out
    }
}

/// A logarithmic axis.
struct Scale {
    least: f64,
    most: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// From the power of ten below all of `values` to the one above.
    fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (least, most) =
            values.fold((f64::MAX, f64::MIN), |(least, most), value| (least.min(value), most.max(value)));
        let (least, most) = (10_f64.powf(least.log10().floor()), 10_f64.powf(most.log10().ceil()));
        Self { least, most, from, to }
    }

    fn at(&self, value: f64) -> f64 {
        let share = (value / self.least).log10() / (self.most / self.least).log10();
        self.from + share * (self.to - self.from)
    }

    fn decades(&self) -> impl Iterator<Item = f64> {
        let count = (self.most / self.least).log10().round() as i32;
        let least = self.least;
        (0..=count).map(move |power| least * 10_f64.powi(power))
    }
}

fn number(cell: &str) -> f64 {
    cell.parse().unwrap_or_else(|_| panic!("{cell} is no number"))
}

/// A power of ten, short.
fn short(value: f64) -> String {
    match value {
        value if value >= 1e6 => format!("{} M", value / 1e6),
        value if value >= 1e3 => format!("{} k", value / 1e3),
        value => format!("{}", (value * 1e6).round() / 1e6),
    }
}

fn text(out: &mut String, (x, y): (f64, f64), anchor: &str, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>");
}
