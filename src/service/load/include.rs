//! Rules that several service files share.

use std::collections::BTreeMap;

use super::checker::Checker;
use crate::service::environment::relative;
use crate::service::file::key_path::KeyPath;
use crate::service::file::rules::OperationFile;
use crate::service::file::service::{IncludedFile, ServiceFile};
use crate::service::file::yaml::{self, Read};
use crate::service::problem::FileProblem;
use crate::wsdl::Fetch;
use crate::xml::Diagnostic;

impl Checker<'_> {
    /// Takes in the rules of the included file. Errors: one that cannot be read.
    pub(super) fn include(
        &mut self,
        file: &mut ServiceFile,
        fetch: &mut dyn Fetch,
    ) -> Result<(), Vec<Diagnostic>> {
        let Some(include) = &file.include else { return Ok(()) };
        let path = relative(self.path, include);
        let text = match text(fetch, &path) {
            Ok(text) => text,
            Err(reason) => {
                self.problem(&KeyPath::of("include"), FileProblem::Include { path, reason });
                return Err(self.diagnostics());
            }
        };
        let Read { file: included, problems, mended } = yaml::read::<IncludedFile>(&path, &text);
        self.elsewhere.extend(problems);
        self.mended.extend(mended);
        self.include = Some((path, text));
        let Some(included) = included else { return Err(self.diagnostics()) };
        if file.defaults.is_some() && included.defaults.is_some() {
            self.twice(&KeyPath::of("defaults"));
        }
        file.defaults = file.defaults.take().or(included.defaults);
        if file.faults.is_some() && included.faults.is_some() {
            self.twice(&KeyPath::of("faults"));
        }
        file.faults = file.faults.take().or(included.faults);
        if file.credentials.is_some() && included.credentials.is_some() {
            self.twice(&KeyPath::of("credentials"));
        }
        file.credentials = file.credentials.take().or(included.credentials);
        file.violations.extend(included.violations);
        self.merge("tables", &mut file.tables, included.tables);
        self.merge("const", &mut file.constants, included.constants);
        self.merge("types", &mut file.types, included.types);
        self.merge("mask", &mut file.mask, included.mask);
        let operations = included.operations.into_iter();
        let operations = operations.map(|(name, rules)| (name, OperationFile { included: true, ..rules }));
        self.merge("operations", &mut file.operations, operations.collect());
        Ok(())
    }

    fn merge<T>(&mut self, key: &str, into: &mut BTreeMap<String, T>, from: BTreeMap<String, T>) {
        for (name, value) in from {
            let at = KeyPath::of(key).key(&name);
            if into.insert(name, value).is_some() {
                self.twice(&at);
            }
        }
    }

    fn twice(&mut self, at: &KeyPath) {
        let Some((path, _)) = &self.include else { return };
        let problem = FileProblem::DefinedTwice { path: path.clone() };
        self.problem(&at.name(), problem);
    }
}

fn text(fetch: &mut dyn Fetch, path: &str) -> Result<String, String> {
    let document = fetch.fetch("", path).map_err(|error| error.to_string())?;
    String::from_utf8(document.bytes).map_err(|_| "it is not UTF-8".to_owned())
}
