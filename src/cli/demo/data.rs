//! The data of the demonstration: contracts, service files, messages, and what to do with them.

use std::collections::{BTreeMap, HashMap};

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::super::exit::Exit;
use super::super::output::internal;
use super::super::report::report;
use super::super::surroundings::MadeUp;
use crate::service::{self, Service};

static SAMPLES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/samples");
static WSDL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/wsdl");
static XSD: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/xsd");

/// A system of the samples.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct System {
    pub(super) name: String,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) json: JsonRequest,
    pub(super) soap: SoapRequest,
}

/// The request of a JSON client.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JsonRequest {
    pub(super) line: String,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
    #[serde(default)]
    pub(super) replace: BTreeMap<String, String>,
    /// The members that are shown of it; all where there are none.
    #[serde(default)]
    pub(super) show: Vec<String>,
    pub(super) expect: String,
}

/// The request of a SOAP client.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SoapRequest {
    pub(super) path: String,
    pub(super) body: String,
    pub(super) expect: String,
}

impl System {
    /// The value of the variable that ends with `_name`; empty when there is none, for a backend asks for those of all systems.
    pub(super) fn variable(&self, name: &str) -> String {
        let ending = format!("{}_{name}", self.name.to_ascii_uppercase());
        let found = self.variables.iter().find(|(variable, _)| variable.ends_with(&ending));
        // A variable that no sample asks for is empty.
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

/// The systems, in the order in which they are shown.
pub(super) fn systems() -> Result<Vec<System>, Exit> {
    service::file::parse(&text("demo.yaml")?).map_err(|error| internal(&error))
}

/// A file of the samples.
pub(super) fn text(path: &str) -> Result<String, Exit> {
    let file = SAMPLES.get_file(path).and_then(|file| file.contents_utf8());
    file.map(str::to_owned).ok_or_else(|| internal(&format!("the samples have no {path}")))
}

/// The service of a file of a system, in front of `backend_url`.
pub(super) fn service(system: &System, file: &str, backend_url: &str) -> Result<Service, Exit> {
    let path = format!("{}/{file}", system.name);
    let environment = MadeUp(system.variables.clone().into_iter().collect());
    let loaded = service::load(
        &format!("samples/{path}"),
        &text(&path)?,
        &environment,
        &mut documents(),
        Some(backend_url),
    );
    loaded.map_err(|problems| {
        report(&problems);
        Exit::Internal
    })
}

fn documents() -> HashMap<String, Vec<u8>> {
    let mut out = HashMap::new();
    for (folder, dir) in [("samples", &SAMPLES), ("wsdl", &WSDL), ("xsd", &XSD)] {
        add(folder, dir, &mut out);
    }
    out
}

fn add(folder: &str, dir: &Dir<'_>, out: &mut HashMap<String, Vec<u8>>) {
    for file in dir.files() {
        out.insert(format!("{folder}/{}", file.path().display()), file.contents().to_vec());
    }
    for dir in dir.dirs() {
        add(folder, dir, out);
    }
}
