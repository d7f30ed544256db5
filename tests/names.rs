//! The program knows no system: their names are in the data that it embeds and in the crate of the reference backends, and
//! nowhere else.

use std::path::{Path, PathBuf};

const NAMES: &[&str] = &["bancbox", "stonex", "helix", "finzly", "tabapay"];

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("folder").flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

fn under(folder: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut out);
    out
}

/// Examples in help texts and comments name files of the samples; what runs does not.
#[test]
fn no_line_that_runs_names_a_system() {
    let mut found = Vec::new();
    for path in under("src") {
        let text = std::fs::read_to_string(&path).expect("source");
        let text = text.split("#[cfg(test)]").next().unwrap_or("");
        for (at, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("").to_lowercase();
            let example = code.trim_start().starts_with("saponify ");
            if !example && NAMES.iter().any(|name| code.contains(name)) {
                found.push(format!("{}:{}: {line}", path.display(), at + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What the program may say with a system's name in it: the embedded files and their paths, the words and the texts of the
/// reference backends, and the examples of the help.
fn known_pieces() -> Vec<String> {
    let mut pieces = Vec::new();
    for path in ["samples", "wsdl", "xsd"].into_iter().flat_map(under) {
        let relative =
            path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("inside").to_string_lossy().into_owned();
        pieces.push(relative.split_once('/').map_or("", |(_, path)| path).to_owned());
        pieces.push(std::fs::read_to_string(&path).unwrap_or_default());
    }
    let literal = regex::Regex::new(r#""((?:[^"\\]|\\.)*)""#).expect("pattern");
    for path in under("reference/src") {
        let (own, text) = (path.to_string_lossy(), std::fs::read_to_string(&path).expect("source"));
        pieces.push(own.split_once("/src/").map_or("", |(_, path)| path).to_owned());
        pieces.extend(literal.captures_iter(&text).map(|found| found[1].replace("\\\"", "\"")));
        pieces.extend(text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned));
    }
    for path in under("src") {
        let text = std::fs::read_to_string(&path).expect("source");
        let examples = text.lines().filter(|line| line.trim_start().starts_with("saponify "));
        pieces.extend(examples.map(|line| line.trim().trim_end_matches("\")]").to_owned()));
    }
    let named = pieces
        .iter()
        .map(|piece| piece.to_lowercase())
        .filter(|piece| NAMES.iter().any(|name| piece.contains(name)));
    let mut pieces: Vec<String> = named.collect();
    pieces.sort();
    pieces.dedup();
    pieces
}

/// The constants of the binary (ELF section `.rodata`); nothing for another format.
fn constants(binary: &[u8]) -> Option<&[u8]> {
    let number = |at: usize, size: usize| -> Option<usize> {
        let bytes = binary.get(at..at + size)?;
        Some(bytes.iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte)))
    };
    binary.starts_with(b"\x7fELF").then_some(())?;
    let (table, size, count, names) = (number(40, 8)?, number(58, 2)?, number(60, 2)?, number(62, 2)?);
    let names = number(table + names * size + 24, 8)?;
    (0..count).map(|at| table + at * size).find_map(|header| {
        let name = binary.get(names + number(header, 4)?..)?;
        let (offset, length) = (number(header + 24, 8)?, number(header + 32, 8)?);
        name.starts_with(b".rodata\0").then(|| binary.get(offset..offset + length)).flatten()
    })
}

/// Together with the test above: a name that stands alone could be that of a reference backend, one within any other text
/// would be seen here.
#[test]
fn the_binary_has_the_names_from_the_data_alone() {
    let binary = std::fs::read(env!("CARGO_BIN_EXE_saponify")).expect("binary");
    let Some(constants) = constants(&binary) else { return eprintln!("skipped: the binary is not ELF") };
    let lower = constants.to_ascii_lowercase();
    let mut known = vec![false; lower.len()];
    for piece in known_pieces() {
        for at in memchr::memmem::find_iter(&lower, piece.as_bytes()) {
            known[at..at + piece.len()].fill(true);
        }
    }
    let places = NAMES.iter().flat_map(|name| memchr::memmem::find_iter(&lower, name.as_bytes()));
    let (known_places, strange): (Vec<usize>, Vec<usize>) = places.partition(|at| known[*at]);
    assert!(known_places.len() > 100, "the data is not embedded: {}", known_places.len());
    let around = |at: &usize| {
        String::from_utf8_lossy(&lower[at.saturating_sub(30)..(at + 40).min(lower.len())]).into_owned()
    };
    assert!(strange.is_empty(), "{:?}", strange.iter().map(around).collect::<Vec<_>>());
}
