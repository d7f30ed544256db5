//! The documents say what is so: links lead somewhere, paths and functions that they name exist, the index has all of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\]\(\s*([^)\s]+)\s*\)"));
static SPAN: LazyLock<Regex> = LazyLock::new(|| pattern(r"`([^`]+)`"));
static PATH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:\.ci|benches|docs|fuzz|reference|samples|src|tests|wsdl|xsd)/[\w./-]*\w$")
});
/// Stands for a name that whoever reads chooses, as in `src/cli/VERB.rs`.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| pattern(r"/[A-Z]+(?:\.rs)?$"));

/// A document, without its blocks of code.
struct Document {
    path: PathBuf,
    text: String,
}

impl Document {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).expect("a document");
        let blocks = pattern(r"(?ms)^```.*?^```");
        Self { text: blocks.replace_all(&text, "").into_owned(), path }
    }

    /// A document by its path from the root.
    fn of(path: &str) -> Self {
        Self::read(root().join(path))
    }

    fn spans(&self) -> impl Iterator<Item = &str> {
        spans(&self.text)
    }

    /// The anchors of its headings, as GitHub makes them.
    fn anchors(&self) -> Vec<String> {
        let headings = self.text.lines().filter(|line| line.starts_with('#'));
        headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
    }

    /// What is wrong with the link to `target`, if anything is.
    fn broken(&self, target: &str) -> Option<String> {
        let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
        let folder = self.path.parent().expect("a folder");
        let to = if path.is_empty() { self.path.clone() } else { folder.join(path) };
        let is_there = to.exists()
            && (fragment.is_empty() || Self::read(to).anchors().iter().any(|anchor| anchor == fragment));
        (!is_there).then(|| format!("{}: {target}", self.path.display()))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn spans(text: &str) -> impl Iterator<Item = &str> {
    SPAN.captures_iter(text).filter_map(|span| span.get(1)).map(|span| span.as_str())
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// The documents of `folder`, without those of folders in it.
fn documents_in(folder: &str) -> Vec<Document> {
    let entries = fs::read_dir(root().join(folder)).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    paths.sort();
    paths.into_iter().map(Document::read).collect()
}

fn documents() -> Vec<Document> {
    let folders = ["", "docs", "docs/tutorials", "tests", "tests/interop"];
    let found: Vec<Document> = folders.into_iter().flat_map(documents_in).collect();
    assert!(found.len() >= 24, "only {} documents", found.len());
    found
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        let links = LINK.captures_iter(&document.text).filter_map(|link| link.get(1));
        let own = links.map(|link| link.as_str()).filter(|link| !link.contains("://"));
        broken.extend(own.filter_map(|link| document.broken(link)));
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_path_that_is_named_exists() {
    let mut missing = Vec::new();
    // What has changed is about what there was, too.
    for document in documents().into_iter().filter(|document| !document.path.ends_with("CHANGELOG.md")) {
        let named = document.spans().filter(|span| PATH.is_match(span) && !PLACEHOLDER.is_match(span));
        let absent = named.filter(|path| !root().join(path).exists());
        missing.extend(absent.map(|path| format!("{}: {path}", document.path.display())));
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn the_index_has_every_document() {
    let index = Document::of("docs/README.md").text;
    let folders = [("", "../"), ("docs", ""), ("docs/tutorials", "tutorials/")];
    let mut missing = Vec::new();
    for (folder, link) in folders {
        for document in documents_in(folder) {
            let name = document.path.file_name().expect("a name").to_string_lossy().into_owned();
            let itself = folder == "docs" && name == "README.md";
            if !itself && !index.contains(&format!("]({link}{name})")) {
                missing.push(document.path.display().to_string());
            }
        }
    }
    assert!(missing.is_empty(), "not in docs/README.md:\n{}", missing.join("\n"));
}

/// Codes that a page sends its reader to are explained.
#[test]
fn every_code_of_the_page_of_troubles_is_explained() {
    let page = Document::of("docs/TROUBLESHOOTING.md");
    let told = Document::of("docs/ERRORS.md").text;
    let code = pattern(r"\b(?:BRG|CFG|DOC|NET|PLAN|WSDL|XSD)\d{4,5}\b");
    let codes: Vec<&str> = code.find_iter(&page.text).map(|found| found.as_str()).collect();
    assert!(codes.len() > 20, "only {} codes", codes.len());
    let ranges = pattern(r"(BRG\d{5})(?: … (BRG\d{5}))?");
    let ranges: Vec<(&str, &str)> = ranges
        .captures_iter(&told)
        .filter_map(|found| {
            let first = found.get(1)?.as_str();
            Some((first, found.get(2).map_or(first, |last| last.as_str())))
        })
        .collect();
    let told = |code: &str| ranges.iter().any(|(first, last)| (*first..=*last).contains(&code));
    let known = |code: &&str| saponify::describe::explain(code).is_some() || told(code);
    let unknown: Vec<&str> = codes.into_iter().filter(|code| !known(code)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// The code spans in the first cells of the table that has `head`.
fn first_cells(document: &Document, head: &str) -> Vec<String> {
    let behind = document.text.split(head).nth(1).expect("a table");
    let rows = behind.lines().skip(2).take_while(|line| line.starts_with("| "));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    cells.flat_map(spans).map(str::to_owned).collect()
}

#[test]
fn the_architecture_has_every_room_and_every_file_of_the_bridge() {
    let architecture = Document::of("docs/ARCHITECTURE.md");
    let root = fs::read_to_string(root().join("src/lib.rs")).expect("the root");
    let modules = pattern(r"(?m)^(?:pub )?mod (\w+);");
    let rooms = modules.captures_iter(&root).map(|room| room.extract::<1>().1[0]);
    // The seed of property tests is no room.
    let rooms: Vec<&str> = rooms.filter(|room| *room != "seed").collect();
    assert_eq!(first_cells(&architecture, "| room | purpose |"), rooms);
    let mut told = first_cells(&architecture, "| files | what they are |");
    told.sort();
    assert_eq!(told, files_of("src/bridge"));
}

/// The files of a room but its `mod.rs`, and its folders, which end in a slash.
fn files_of(room: &str) -> Vec<String> {
    let entries =
        fs::read_dir(root().join(room)).expect("a room").map(|entry| entry.expect("an entry").path());
    let name = |path: PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() { format!("{name}/") } else { name }
    };
    let mut files: Vec<String> = entries.map(name).filter(|name| name != "mod.rs").collect();
    files.sort();
    files
}

#[test]
fn the_index_of_the_tests_has_every_test() {
    let index = Document::of("tests/README.md").text;
    let is_test =
        |name: &String| name.ends_with(".rs") || root().join(format!("tests/{name}main.rs")).exists();
    let link = |name: String| if name.ends_with('/') { name + "main.rs" } else { name };
    let tests = files_of("tests").into_iter().filter(is_test).map(link);
    let missing: Vec<String> = tests.filter(|file| !index.contains(&format!("]({file})"))).collect();
    assert!(missing.is_empty(), "not in tests/README.md: {missing:?}");
}

/// Whether `text`, a source as rustfmt leaves it, has the function, the method or the type that `name` says.
fn has_item(text: &str, name: &str) -> bool {
    if let Some((owner, method)) = name.split_once("::") {
        return has_method(text, owner, method);
    }
    let item = if name.starts_with(char::is_uppercase) { "(struct|enum|trait)" } else { "(async )?fn" };
    pattern(&format!(r"(?m)^(pub(\([\w: ]+\))? )?{item} {name}\b")).is_match(text)
}

fn has_method(text: &str, owner: &str, method: &str) -> bool {
    let (head, method) =
        (pattern(&format!(r"^(\S+ )?(impl|trait)\b.*\b{owner}\b")), pattern(&format!(r"\bfn {method}\b")));
    let mut inside = false;
    text.lines().any(|line| {
        inside = !line.starts_with('}') && (inside || head.is_match(line));
        inside && method.is_match(line)
    })
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("pattern")
}

/// A row of a stop's table: its file is there, and what the row names is in that file.
fn check_row(row: &str) -> Result<(), String> {
    let file = spans(row).next().ok_or_else(|| format!("no file: {row}"))?;
    let text = fs::read_to_string(root().join(file)).map_err(|error| format!("{file}: {error}"))?;
    let missing: Vec<&str> = spans(row).skip(1).filter(|name| !has_item(&text, name)).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("{file} has no {}", missing.join(", "))) }
}

#[test]
fn every_file_and_function_of_the_tour_exists() {
    let tour = Document::of("docs/TOUR.md");
    let stops = tour.text.lines().filter(|line| line.starts_with("## ") && line.contains(". "));
    assert_eq!(stops.count(), 10, "the stops of the tour");
    let rows: Vec<&str> = tour.text.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() >= 20, "only {} rows", rows.len());
    let wrong: Vec<String> = rows.iter().filter_map(|row| check_row(row).err()).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let prose = tour.text.lines().filter(|line| !line.starts_with('|'));
    let unchecked: Vec<&str> = prose.flat_map(spans).filter(|span| span.contains("::")).collect();
    assert!(unchecked.is_empty(), "in no table, and so not checked: {unchecked:?}");
}

#[test]
fn planted_mistakes_are_found() {
    assert!(check_row("| `src/bridge/exchange.rs` | `Exchange::run`, `Front` |").is_ok());
    let row =
        "| `src/bridge/exchange.rs` | `Exchange::walk`, `Exchanges::run`, `Front::run`, `Back`, `run` |";
    let expected = "src/bridge/exchange.rs has no Exchange::walk, Exchanges::run, Front::run, Back, run";
    assert_eq!(check_row(row), Err(expected.to_owned()));
    assert!(check_row("| `src/bridge/scatter.rs` | `bind` |").is_err());
    let index = Document::of("docs/README.md");
    assert_eq!(index.broken("ERRORS.md#what-is-wrong-with-a-service-file"), None);
    assert!(index.broken("ERRORS.md#nowhere").is_some() && index.broken("ERROR.md").is_some());
}
