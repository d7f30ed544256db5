//! The JSON Schema of the service file has the keys that the types of `src/service/file` read, and no others.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn schema() -> Value {
    let path = root().join("src/cli/service-file.schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("the schema")).expect("JSON")
}

/// The structs that are read from a file, each with its keys; those that read themselves are left out.
fn structs() -> Vec<(String, BTreeSet<String>)> {
    let folder = std::fs::read_dir(root().join("src/service/file")).expect("the folder");
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.expect("an entry").path()).collect();
    files.push(root().join("src/limits.rs"));
    let pattern = r"(?ms)^((?:#\[[^\n]*\n)+)pub struct (\w+) \{\n(.*?)^\}";
    let (pattern, field) = (Regex::new(pattern).expect("a pattern"), Regex::new(FIELD).expect("a pattern"));
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).expect("a source");
        for item in pattern.captures_iter(&text) {
            if !item[1].contains("Deserialize") || item[1].contains("transparent") {
                continue;
            }
            let keys = field.captures_iter(&item[3]).filter(|field| !field[1].contains("serde(skip)"));
            let keys = keys.map(|field| renamed(&field[1]).unwrap_or_else(|| field[2].to_owned()));
            found.push((item[2].to_owned(), keys.collect()));
        }
    }
    found
}

/// A field with the attributes before it.
const FIELD: &str = r"(?m)((?:^ +(?:///[^\n]*|#\[[^\n]*)\n)*)^ +pub (\w+):";

fn renamed(attributes: &str) -> Option<String> {
    let pattern = Regex::new(r#"rename = "(\w+)""#).expect("a pattern");
    pattern.captures(attributes).map(|found| found[1].to_owned())
}

fn keys(object: &Value) -> BTreeSet<String> {
    object["properties"].as_object().expect("an object").keys().cloned().collect()
}

#[test]
fn the_schema_has_the_keys_of_the_file() {
    let schema = schema();
    let rules: BTreeSet<String> = keys(&schema["$defs"]["TypeFile"]);
    let structs = structs();
    assert!(structs.len() > 40, "{}", structs.len());
    for (name, expected) in structs {
        let own = if name == "ServiceFile" { &schema } else { &schema["$defs"][name.as_str()] };
        assert!(own.is_object(), "{name} is not in src/cli/service-file.schema.json");
        let mut known = keys(own);
        if name == "OperationFile" {
            known.retain(|key| expected.contains(key) || !rules.contains(key));
        }
        assert_eq!(known, expected, "{name} in src/cli/service-file.schema.json");
    }
}

#[test]
fn the_schema_has_the_field_rules() {
    let rules: BTreeSet<String> =
        saponify::plan::FieldRule::ALL.iter().map(|about| about.key.to_owned()).collect();
    let schema = schema();
    assert_eq!(keys(&schema["$defs"]["TypeFile"]), rules);
    assert!(rules.is_subset(&keys(&schema["$defs"]["OperationFile"])));
}
