//! What the code must look like: the staircase of rooms, no circles inside a room, and what is counted in each room.

#[path = "layering/circles.rs"]
mod circles;
#[path = "layering/figures.rs"]
mod figures;
#[path = "layering/rooms.rs"]
mod rooms;
#[path = "layering/source.rs"]
mod source;

use std::fs;
use std::path::Path;

use circles::circles;
use figures::Figures;
use rooms::{ROOMS, Room, STEPS, step, violations};
use source::{Source, sources};

fn product() -> Vec<Source> {
    let found = sources(Path::new("src")).expect("src");
    assert!(found.len() >= STEPS.len(), "only {} files under src", found.len());
    found
}

fn figures_of(sources: &[Source], room: &str) -> Figures {
    Figures::of(sources.iter().filter(|source| source.room() == room))
}

#[test]
fn a_room_uses_only_lower_rooms() {
    let found: Vec<String> =
        product().iter().flat_map(|source| violations(&source.path, &source.whole)).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_room_is_there_and_every_module_of_the_root_is_a_room() {
    for room in STEPS.iter().copied().flatten() {
        let (folder, file) = (format!("src/{room}/mod.rs"), format!("src/{room}.rs"));
        assert!(Path::new(&folder).is_file() || Path::new(&file).is_file(), "{folder} is not there");
        assert!(ROOMS.iter().any(|known| known.name == *room), "{room} has no figures in rooms.rs");
    }
    let root = Source::new("src/lib.rs", &fs::read_to_string("src/lib.rs").expect("root"));
    for module in regex::Regex::new(r"(?m)^\s*(?:pub )?mod (\w+)").expect("pattern").captures_iter(&root.code)
    {
        assert!(step(&module[1]).is_some(), "src/lib.rs: `{}` is on no step of rooms.rs", &module[1]);
    }
}

/// No file, and no folder, of a room uses one that uses it.
#[test]
fn no_circle_is_new_in_a_room() {
    let found = circles(&product());
    for Room { name, circles: known, .. } in ROOMS {
        let own: Vec<&str> =
            found.iter().filter(|circle| circle.room == *name).map(|circle| circle.text.as_str()).collect();
        assert!(
            own.len() <= *known,
            "{name} has {} circles, {known} are known:\n{}",
            own.len(),
            own.join("\n")
        );
    }
}

/// The table in rooms.rs only goes down.
#[test]
fn no_figure_of_a_room_grows() {
    let sources = product();
    let mut worse = Vec::new();
    for room in ROOMS {
        let found = figures_of(&sources, room.name);
        let mut most = |what: &str, places: &[String], bound: f64, of: usize, whole: f64| {
            let figure = places.len() as f64 * whole / of.max(1) as f64;
            // Figures in the table have one digit behind the point.
            if figure > bound + 0.051 {
                worse.push(format!(
                    "{}: {figure:.1} {what}, at most {bound}:\n  {}",
                    room.name,
                    places.join("\n  ")
                ));
            }
        };
        let all = [&found.silent[..], &found.reasoned[..]].concat();
        most("fallbacks without a reason in 1 000 lines", &found.silent, room.silent, found.lines, 1000.0);
        most("fallbacks in 1 000 lines", &all, room.fallbacks, found.lines, 1000.0);
        most("% of functions with five parameters", &found.wide, room.wide, found.functions, 100.0);
        most("% of errors are String", &found.strings, room.strings, found.fallible, 100.0);
        most("functions with tuple parameters", &found.tuples, room.tuples, 1, 1.0);
        most("lines to standard error", &found.printed, room.printed, 1, 1.0);
    }
    assert!(worse.is_empty(), "\n{}", worse.join("\n"));
}

/// Property tests try the same cases each time; `tests/explore` looks for others.
#[test]
fn every_property_test_has_a_fixed_seed() {
    let folders = ["src", "tests", "reference/src"].map(Path::new);
    let texts = folders.iter().flat_map(|folder| rooms::texts(folder).expect("sources"));
    let begins = regex::Regex::new(r"\bproptest!|\bTestRunner::(new|default)").expect("pattern");
    let (mut seen, mut random) = (0, Vec::new());
    for (path, text) in texts.filter(|(path, _)| !path.ends_with("layering.rs")) {
        let code = Source::new(&path, &text).whole;
        let runs = begins.is_match(&code);
        seen += usize::from(runs);
        if runs && !code.contains("seeded(") || code.contains("TestRunner::default") {
            random.push(path);
        }
    }
    assert!(seen >= 5, "only {seen} files with property tests");
    assert!(random.is_empty(), "their cases differ from run to run: {random:?}");
}

/// `cargo test --test layering -- --ignored --nocapture table` writes the table of rooms.rs anew.
#[test]
#[ignore = "it prints, and checks nothing"]
fn table() {
    let (sources, found) = (product(), circles(&product()));
    for room in ROOMS {
        let own = found.iter().filter(|circle| circle.room == room.name);
        let room = Room { circles: own.count(), ..Room::of(room.name, &figures_of(&sources, room.name)) };
        println!("    {room},");
    }
    found.iter().for_each(|circle| println!("{}", circle.text));
}
