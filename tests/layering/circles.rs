//! Which files of a room use which others, and where that goes around in a circle.
//!
//! A folder in a room is one part of it: two folders that use each other are a circle too, whatever their files are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::source::{Source, blanks};

/// The parts of one folder that use each other, all around.
#[derive(Debug, PartialEq, Eq)]
pub struct Circle {
    pub room: String,
    /// `folder/part <-> part`, with what each uses of which.
    pub text: String,
}

/// A module, as far as paths lead through it.
#[derive(Default)]
struct Module {
    file: String,
    children: BTreeSet<String>,
    /// Names that are used here, or exported again, with their paths.
    imports: BTreeMap<String, Vec<String>>,
}

static USES: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)\buse\s+([^;]+);").expect("pattern"));

type Path = Vec<String>;

/// The modules of all sources by their paths, `["json", "tape"]`.
struct Tree(BTreeMap<Path, Module>);

impl Tree {
    fn new(sources: &[Source]) -> Self {
        let mut modules: BTreeMap<Path, Module> = BTreeMap::new();
        for source in sources {
            let path = module_of(&source.path);
            modules.entry(path.clone()).or_default().file = source.path.clone();
            if let Some((name, parent)) = path.split_last() {
                modules.entry(parent.to_vec()).or_default().children.insert(name.clone());
            }
        }
        for source in sources {
            let path = module_of(&source.path);
            let module = modules.entry(path.clone()).or_default();
            module.imports = imports(&source.code, &path, &module.children).into_iter().collect();
        }
        Self(modules)
    }

    /// The file that has the item at `path`; nothing for what is not of this crate.
    fn file(&self, path: &[String], depth: usize) -> Option<&str> {
        let mut at: Path = Vec::new();
        for (index, name) in path.iter().enumerate() {
            let module = self.0.get(&at)?;
            if module.children.contains(name) {
                at.push(name.clone());
                continue;
            }
            let through = module.imports.get(name).filter(|_| depth < 8);
            let through = through.map(|to| [to.as_slice(), &path[index + 1..]].concat());
            let file = through.and_then(|path| self.file(&path, depth + 1));
            return file.or(Some(&module.file)).filter(|file| !file.is_empty());
        }
        self.0.get(&at).map(|module| module.file.as_str()).filter(|file| !file.is_empty())
    }
}

/// `src/json/tape.rs` is `["json", "tape"]`, `src/json/mod.rs` is `["json"]`.
fn module_of(file: &str) -> Path {
    let inside = file.trim_start_matches("src/").trim_end_matches(".rs");
    let names = inside.split('/').filter(|name| !["mod", "lib", "main"].contains(name));
    names.map(str::to_owned).collect()
}

/// The names that `use` brings into a module, with whole paths.
fn imports(code: &str, module: &[String], children: &BTreeSet<String>) -> Vec<(String, Path)> {
    let mut found = Vec::new();
    for item in USES.captures_iter(code) {
        for path in spread(&item[1]) {
            let (path, alias) =
                path.split_once(" as ").map_or((&*path, None), |(path, name)| (path, Some(name)));
            let Some(path) = absolute(&local(path, children), module) else { continue };
            if let Some(name) = alias.map(str::trim).map(str::to_owned).or_else(|| path.last().cloned()) {
                found.push((name, path));
            }
        }
    }
    found
}

/// `a::{self, b::{c, d}}` is `a`, `a::b::c` and `a::b::d`.
fn spread(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((before, rest)) = tree.split_once('{') else { return vec![tree.to_owned()] };
    let inside = rest.rsplit_once('}').map_or(rest, |(inside, _)| inside);
    let parts = top_level(inside).into_iter().flat_map(spread);
    let whole = |part: String| match part.as_str() {
        "self" => before.trim_end().trim_end_matches("::").to_owned(),
        part if part.starts_with("self as ") => format!("{}{}", before.trim_end_matches("::"), &part[4..]),
        part => format!("{before}{part}"),
    };
    parts.map(whole).collect()
}

/// What stands between the commas that are in no brackets.
pub fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts, mut last) = (0, 0, Vec::new(), ' ');
    for (at, c) in list.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if last != '-' && last != '=' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&list[from..at]);
                from = at + 1;
            }
            _ => {}
        }
        last = c;
    }
    parts.push(&list[from..]);
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect()
}

/// A path from the root of the crate; nothing for one that leads elsewhere or may.
fn absolute(path: &str, module: &[String]) -> Option<Path> {
    let mut names: Vec<&str> = path.split("::").map(str::trim).collect();
    let mut base = match *names.first()? {
        "crate" => Vec::new(),
        "self" | "super" => module.to_vec(),
        _ => return None,
    };
    if matches!(names[0], "crate" | "self") {
        names.remove(0);
    }
    while names.first() == Some(&"super") {
        base.pop()?;
        names.remove(0);
    }
    base.extend(names.into_iter().map(str::to_owned));
    Some(base)
}

/// Every use of one file by another of the same room, with its line.
fn uses(sources: &[Source]) -> Vec<(&str, String, usize)> {
    let tree = Tree::new(sources);
    let paths = Regex::new(r"\b(?:crate|self|super)(?:::\w+)+").expect("pattern");
    let exported = Regex::new(r"(?s)\bpub(?:\([^)]*\))?\s+use\s+[^;]+;").expect("pattern");
    let below = Regex::new(r"(?:^|[^:\w])(\w+(?:::\w+)+)").expect("pattern");
    let mut found = Vec::new();
    for source in sources {
        let module = module_of(&source.path);
        // What is exported again is used by whoever asks for it.
        let children = tree.0.get(&module).map(|module| &module.children).into_iter().flatten();
        let children: BTreeSet<String> = children.cloned().collect();
        let code = exported.replace_all(&source.code, |item: &regex::Captures<'_>| blanks(&item[0]));
        let mut add = |path: &str, at: usize| {
            let file = absolute(path, &module).and_then(|path| tree.file(&path, 0));
            found.extend(
                file.filter(|file| *file != source.path).map(|file| (&*source.path, file.to_owned(), at)),
            );
        };
        for item in USES.captures_iter(&code) {
            let at = source.line(item.get(0).expect("whole").start());
            spread(&item[1]).iter().for_each(|path| {
                let path = path.split(" as ").next().unwrap_or(path);
                add(&local(path, &children), at);
            });
        }
        let rest = USES.replace_all(&code, |item: &regex::Captures<'_>| blanks(&item[0]));
        for path in paths.find_iter(&rest) {
            add(path.as_str(), source.line(path.start()));
        }
        // In a `mod.rs` a path may begin with the name of a module below.
        for path in below.captures_iter(&rest).filter_map(|found| found.get(1)) {
            let first = path.as_str().split("::").next().unwrap_or_default();
            if children.contains(first) {
                add(&format!("self::{}", path.as_str()), source.line(path.start()));
            }
        }
    }
    let same_room = |(from, to, _): &(&str, String, usize)| room(from) == room(to);
    found.into_iter().filter(same_room).collect()
}

/// In a `use` a name may be that of a module below.
fn local(path: &str, children: &BTreeSet<String>) -> String {
    let first = path.split("::").next().unwrap_or("").trim();
    if children.contains(first) { format!("self::{}", path.trim()) } else { path.to_owned() }
}

fn room(file: &str) -> String {
    module_of(file).first().cloned().unwrap_or_default()
}

/// The circles in every folder of every room.
pub fn circles(sources: &[Source]) -> Vec<Circle> {
    let mut folders: BTreeMap<Path, BTreeMap<(String, String), String>> = BTreeMap::new();
    for (from, to, line) in uses(sources) {
        let (one, other) = (parts(from), parts(&to));
        let shared = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
        let arrow = (one[shared].clone(), other[shared].clone());
        let text = format!("{from}:{line} uses {to}");
        folders.entry(one[..shared].to_vec()).or_default().entry(arrow).or_insert(text);
    }
    folders.iter().flat_map(|(folder, arrows)| in_folder(folder, arrows)).collect()
}

/// The folders and the file of a path below `src`.
fn parts(file: &str) -> Path {
    file.trim_start_matches("src/").split('/').map(str::to_owned).collect()
}

fn in_folder(folder: &[String], arrows: &BTreeMap<(String, String), String>) -> Vec<Circle> {
    let reach = reached(arrows);
    let both = |one: &str, other: &str| {
        let has = |from: &str, to: &str| reach.get(from).is_some_and(|found| found.contains(to));
        has(one, other) && has(other, one)
    };
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for start in reach.keys() {
        let circle: BTreeSet<&str> = reach.keys().copied().filter(|other| both(start, other)).collect();
        if circle.is_empty() || !seen.insert(circle.clone()) {
            continue;
        }
        let inside = arrows.iter().filter(|((from, to), _)| {
            from != to && circle.contains(from.as_str()) && circle.contains(to.as_str())
        });
        let lines: Vec<&str> = inside.map(|(_, text)| text.as_str()).collect();
        let names = circle.iter().copied().collect::<Vec<_>>().join(" <-> ");
        let text = format!("in src/{}: {names}\n    {}", folder.join("/"), lines.join("\n    "));
        found.push(Circle { room: folder.first().cloned().unwrap_or_default(), text });
    }
    found
}

/// From each part, everything that it uses, however far away.
fn reached(arrows: &BTreeMap<(String, String), String>) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut reach: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in arrows.keys().filter(|(from, to)| from != to) {
        reach.entry(from).or_default().insert(to);
    }
    loop {
        let before: usize = reach.values().map(BTreeSet::len).sum();
        for from in reach.keys().copied().collect::<Vec<_>>() {
            let far: Vec<&str> =
                reach[from].iter().filter_map(|to| reach.get(to)).flatten().copied().collect();
            reach.entry(from).or_default().extend(far);
        }
        if reach.values().map(BTreeSet::len).sum::<usize>() == before {
            return reach;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> = files.iter().map(|(path, text)| Source::new(path, text)).collect();
        let first = |circle: Circle| circle.text.lines().next().unwrap_or("").to_owned();
        circles(&sources).into_iter().map(first).collect()
    }

    #[test]
    fn planted_circles_are_found_and_exports_are_none() {
        let exports = ("src/a/mod.rs", "mod b;\nmod c;\npub use b::B;\npub use c::C;\n");
        let b = |text| ("src/a/b.rs", text);
        let c = |text| ("src/a/c.rs", text);
        for uses_c in [
            "use super::C;",
            "use crate::a::{C as D};",
            "use super::c::{self, C};",
            "fn f() { super::c::C::new() }",
        ] {
            let circle = found(&[exports, b(uses_c), c("use super::b;")]);
            assert_eq!(circle, ["in src/a: b.rs <-> c.rs"], "{uses_c}");
            assert!(found(&[exports, b(uses_c), c("// super::B")]).is_empty(), "{uses_c}");
            assert!(
                found(&[exports, b(uses_c), c("#[cfg(test)]\nmod t { use super::super::b; }")]).is_empty()
            );
        }
        let owner = ("src/a/mod.rs", "mod b;\npub struct A;\nfn f() { b::g() }\n");
        assert_eq!(found(&[owner, b("use super::A;")]), ["in src/a: b.rs <-> mod.rs"]);
        assert!(found(&[exports, b("use http::c::C;"), c("use super::B;")]).is_empty());
    }

    #[test]
    fn folders_that_use_each_other_are_a_circle() {
        let files = [
            ("src/a/mod.rs", "mod b;\nmod c;\n"),
            ("src/a/b/mod.rs", "mod x;\nmod y;\n"),
            ("src/a/b/x.rs", "use super::super::c::C;"),
            ("src/a/b/y.rs", "struct Y;"),
            ("src/a/c.rs", "use super::b::y::Y;\npub struct C;"),
        ];
        assert_eq!(found(&files), ["in src/a: b <-> c.rs"]);
    }
}
