//! Each picture of figures shows what the table beside it says, and that of the demonstration what it prints.

#[path = "support/picture.rs"]
mod picture;
#[path = "support/terminal.rs"]
mod terminal;

use std::path::{Path, PathBuf};
use std::process::Command;

use picture::{bars, curves};

#[test]
fn pictures_are_those_of_their_tables() {
    type Draw = fn(&str) -> String;
    let pictures: [(&str, Draw); 3] = [("load", curves), ("speed", curves), ("peers", bars)];
    for (name, draw) in pictures {
        let table = std::fs::read_to_string(document(name, "tsv")).unwrap_or_default();
        compare(name, &format!("from docs/{name}.tsv"), &draw(&table));
    }
}

#[test]
fn the_picture_of_the_demonstration_is_what_it_prints() {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_saponify"));
    let output = demo
        .args(["demo", "--once"])
        .env_remove("NO_COLOR")
        .env("CLICOLOR_FORCE", "1")
        .output()
        .expect("started");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    compare("demo", "of what demo prints", &terminal::picture("saponify demo --once", &without_ports(&text)));
}

/// The same with ports that do not change, of as many digits: those of both bridges are free ones.
fn without_ports(text: &str) -> String {
    let mut ports: Vec<&str> = Vec::new();
    for rest in text.split("127.0.0.1:").skip(1) {
        let port = rest.split(|c: char| !c.is_ascii_digit()).next().expect("a port");
        if !ports.contains(&port) {
            ports.push(port);
        }
    }
    assert!(ports.iter().all(|port| port.len() == 5), "{ports:?}");
    let numbered = |text: String, (at, port): (usize, &&str)| {
        text.replace(&format!(":{port}"), &format!(":{}", 18_080 + at))
    };
    ports.iter().enumerate().fold(text.to_owned(), numbered)
}

fn document(name: &str, end: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name).with_extension(end)
}

fn compare(name: &str, of: &str, drawn: &str) {
    let path = document(name, "svg");
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        return std::fs::write(&path, drawn).expect("written");
    }
    let picture = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(picture == drawn, "docs/{name}.svg is not drawn {of}: UPDATE_PICTURES=1 draws it");
}
