//! `docs/LIMITS.md` says what `src/limits.rs` says: names, types and reasons are read from the source, defaults from the code.
//!
//! `cargo test --test limits -- --ignored renew` writes it anew.

use std::fmt::Write;
use std::fs;

use saponify::limits::Limits;
use serde_json::Value;

const DOCUMENT: &str = "docs/LIMITS.md";
const FIXED: &str = "Fixed";

#[test]
fn the_document_says_what_the_code_says() {
    let found = fs::read_to_string(DOCUMENT).unwrap_or_default();
    let hint = "`cargo test --test limits -- --ignored renew` writes it anew";
    assert!(found == document(), "{DOCUMENT} is not what src/limits.rs says; {hint}");
}

#[test]
#[ignore = "it writes a file of the repository"]
fn renew() {
    fs::write(DOCUMENT, document()).expect(DOCUMENT);
}

#[test]
fn every_limit_that_can_be_set_says_its_unit_and_what_is_seen_of_it() {
    let sections = sections();
    let incomplete: Vec<String> = sections
        .iter()
        .filter(|section| section.title != FIXED)
        .flat_map(|section| section.rows.iter().map(move |row| (section, row)))
        .filter(|(section, row)| {
            row.doc.unit.is_none() || row.doc.reached.is_none() && section.reached.is_none()
        })
        .map(|(section, row)| format!("{}: {}", section.title, row.name))
        .collect();
    assert!(incomplete.is_empty(), "{incomplete:#?}");
}

/// A struct of limits, or the constants.
struct Section {
    title: String,
    about: String,
    reached: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    kind: String,
    default: String,
    doc: Doc,
}

/// A doc comment: its text, and what its lines `Unit:` and `Reached:` say.
#[derive(Default)]
struct Doc {
    text: String,
    unit: Option<String>,
    reached: Option<String>,
}

impl Doc {
    fn line(&mut self, line: &str) {
        let said = |text: &str| Some(text.trim().trim_end_matches('.').to_owned());
        match line.split_once(": ") {
            Some(("Unit", unit)) => self.unit = said(unit),
            Some(("Reached", reached)) => self.reached = said(reached),
            _ if line.is_empty() => {}
            _ => {
                let space = if self.text.is_empty() { "" } else { " " };
                write!(self.text, "{space}{line}").expect("text");
            }
        }
    }
}

fn document() -> String {
    let mut out = String::from(
        "# Limits\n\nMade of [`src/limits.rs`](../src/limits.rs); `cargo test --test limits -- --ignored renew` writes it anew. `limits:` in \
         the service file\nsets those that are not fixed, such as `limits: { http: { request_body: 1048576 } }`. A limit is the largest value \
         that is accepted.\nSOAP 1.1 has one status for faults, 500, \
         in the place of any other that is named here.\n",
    );
    for section in sections() {
        write!(out, "\n## {}\n\n{}\n\n", section.title, section.about).expect("text");
        out.push_str(
            "| name | type | default | unit | reason | when it is reached |\n|---|---|---|---|---|---|\n",
        );
        for Row { name, kind, default, doc } in section.rows {
            let unit = doc.unit.as_deref().unwrap_or("–");
            let reached = doc.reached.as_ref().or(section.reached.as_ref()).map_or("–", |reached| reached);
            let reason = doc.text.replace("[`", "`").replace("`]", "`").replace('|', "\\|");
            writeln!(out, "| `{name}` | {kind} | {default} | {unit} | {reason} | {reached} |").expect("text");
        }
    }
    out
}

fn sections() -> Vec<Section> {
    let source = fs::read_to_string("src/limits.rs").expect("source");
    let defaults = serde_json::to_value(Limits::default()).expect("JSON");
    let (mut sections, mut fixed) = (Vec::new(), Vec::new());
    let (mut doc, mut open) = (Doc::default(), None);
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            doc.line(text.trim());
        } else if let Some(name) =
            line.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix("Limits {"))
        {
            open = Some(section(name, std::mem::take(&mut doc)));
        } else if let Some((name, kind, value)) = constant(line) {
            let default = amount(&value, doc.unit.as_deref());
            fixed.push(Row { name, kind, default, doc: std::mem::take(&mut doc) });
        } else if let Some((name, kind)) = field(line) {
            let doc = std::mem::take(&mut doc);
            let plain = !kind.ends_with("Limits");
            if let Some(section) = open.as_mut().filter(|_| plain) {
                let default = &defaults[section.title.trim_matches('`').trim_start_matches("limits.")][&name];
                let default = amount(default, doc.unit.as_deref());
                section.rows.push(Row { name, kind, default, doc });
            }
        } else if line == "}" {
            sections.extend(open.take());
        } else if !line.starts_with("#[") {
            doc = Doc::default();
        }
    }
    sections.push(changed(&defaults));
    let about = "They bound what the program itself makes or keeps, and cannot be set.".to_owned();
    sections.push(Section { title: FIXED.to_owned(), about, reached: None, rows: fixed });
    sections.retain(|section| !section.rows.is_empty());
    sections
}

fn section(name: &str, doc: Doc) -> Section {
    let title = format!("`limits.{}`", name.to_lowercase());
    Section { title, about: doc.text, reached: doc.reached, rows: Vec::new() }
}

/// What `limits.contract.xml` has otherwise than `limits.xml`.
fn changed(defaults: &Value) -> Section {
    let own = defaults["contract"]["xml"].as_object().expect("limits");
    let other = own.iter().filter(|(name, value)| defaults["xml"][name] != **value);
    let rows = other.map(|(name, value)| Row {
        name: name.clone(),
        kind: "usize".to_owned(),
        default: amount(value, None),
        doc: Doc {
            text: "Contracts are larger than messages, but operators choose them.".to_owned(),
            unit: Some("as above".to_owned()),
            reached: Some("the contract is not loaded".to_owned()),
        },
    });
    let about =
        "The same as `limits.xml`, for the documents of a contract, with these defaults instead.".to_owned();
    Section { title: "`limits.contract.xml`".to_owned(), about, reached: None, rows: rows.collect() }
}

/// `pub name: type,`
fn field(line: &str) -> Option<(String, String)> {
    let (name, kind) = line.strip_prefix("pub ")?.strip_suffix(',')?.split_once(": ")?;
    Some((name.to_owned(), kind.to_owned()))
}

/// `pub const NAME: type = 64 * 1024;`
fn constant(line: &str) -> Option<(String, String, Value)> {
    let (name, rest) = line.strip_prefix("pub const ")?.strip_suffix(';')?.split_once(": ")?;
    let (kind, value) = rest.split_once(" = ")?;
    let number = |text: &str| text.trim().replace('_', "").parse::<u64>().ok();
    let product = value.split('*').map(number).try_fold(1, |product, factor| Some(product * factor?));
    let value = product.map_or_else(|| Value::from(value), Value::from);
    Some((name.to_owned(), kind.to_owned(), value))
}

/// A number, and what it is in KiB, MiB or minutes where that is whole.
fn amount(value: &Value, unit: Option<&str>) -> String {
    // Without one the program finds it.
    if value.is_null() {
        return "–".to_owned();
    }
    let Some(number) = value.as_u64() else { return value.to_string().trim_matches('"').to_owned() };
    let larger: &[(u64, &str)] = match unit {
        Some("bytes") => &[(1 << 20, "MiB"), (1 << 10, "KiB")],
        Some("milliseconds") => &[(3_600_000, "h"), (60_000, "min"), (1000, "s")],
        Some("seconds") => &[(3600, "h"), (60, "min")],
        _ => &[],
    };
    match larger.iter().find(|(size, _)| number >= *size && number % size == 0) {
        Some((size, name)) => format!("{number} ({} {name})", number / size),
        None => number.to_string(),
    }
}
