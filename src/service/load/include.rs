//! Rules that several service files share.

use std::collections::BTreeMap;

use super::super::file::{IncludedFile, ServiceFile};
use super::super::rules_file::{OperationFile, TypeFile};
use super::{Checker, relative, unreadable};
use crate::wsdl::Fetch;
use crate::xml::{Diagnostic, Severity};

impl Checker<'_> {
    /// Takes in the rules of the included file. Errors: one that cannot be read, and what stands in both files.
    pub(super) fn include(
        &mut self,
        file: &mut ServiceFile,
        fetch: &mut dyn Fetch,
    ) -> Result<(), Vec<Diagnostic>> {
        let Some(include) = &file.include else { return Ok(()) };
        let path = relative(self.path, include);
        let unread = |message: String| vec![Diagnostic::of_file("CFG0001", Severity::Error, &path, message)];
        let bytes = fetch.fetch("", &path).map_err(|error| unread(error.to_string()))?;
        let text = String::from_utf8(bytes.bytes).map_err(|_| unread("the file is not UTF-8".to_owned()))?;
        let included: IncludedFile =
            serde_saphyr::from_str(&text).map_err(|error| vec![unreadable(&path, &text, &error)])?;
        self.include = Some((path, text));
        if file.defaults.is_some() && included.defaults.is_some() {
            self.problem("defaults: they stand in the included file too");
        }
        file.defaults = file.defaults.take().or(included.defaults);
        file.violations.extend(included.violations);
        self.merge("tables", &mut file.tables, included.tables);
        let types = included.types.into_iter();
        let types = types.map(|(name, rules)| (name, TypeFile { included: true, ..rules }));
        self.merge("types", &mut file.types, types.collect());
        self.merge("mask", &mut file.mask, included.mask);
        let operations = included.operations.into_iter();
        let operations = operations.map(|(name, rules)| (name, OperationFile { included: true, ..rules }));
        self.merge("operations", &mut file.operations, operations.collect());
        Ok(())
    }

    pub(super) fn merge<T>(&mut self, what: &str, into: &mut BTreeMap<String, T>, from: BTreeMap<String, T>) {
        for (name, value) in from {
            if into.insert(name.clone(), value).is_some() {
                self.problem(&format!("{what}.{name}: it stands in the included file too"));
            }
        }
    }
}
