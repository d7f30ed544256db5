//! Each picture of figures shows what the table beside it says.

#[path = "support/picture.rs"]
mod picture;

use std::path::Path;

use picture::{bars, curves};

#[test]
fn pictures_are_those_of_their_tables() {
    type Draw = fn(&str) -> String;
    let pictures: [(&str, Draw); 3] = [("load", curves), ("speed", curves), ("peers", bars)];
    for (name, draw) in pictures {
        let file = |end: &str| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name).with_extension(end);
            (std::fs::read_to_string(&path).unwrap_or_default(), path)
        };
        let ((table, _), (picture, path)) = (file("tsv"), file("svg"));
        let drawn = draw(&table);
        if std::env::var_os("UPDATE_PICTURES").is_some() {
            std::fs::write(&path, &drawn).expect("written");
            continue;
        }
        assert!(
            picture == drawn,
            "docs/{name}.svg is not drawn from docs/{name}.tsv: UPDATE_PICTURES=1 draws it"
        );
    }
}
