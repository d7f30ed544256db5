//! What the parts of the loader share: what they read, and what they find.

use std::sync::Arc;

use crate::limits::Limits;
use crate::service::environment::Environment;
use crate::service::field_value::{check_field_value, is_field_name};
use crate::service::file::finding::{Finding, Source};
use crate::service::file::key_path::KeyPath;
use crate::service::origin::Origin;
use crate::service::problem::{ContractProblem, Problem, ValueProblem};
use crate::service::reference;
use crate::wss::Secret;
use crate::xml::Diagnostic;

/// A service file that is being checked.
pub(super) struct Checker<'c> {
    pub(super) path: &'c str,
    pub(super) text: &'c str,
    /// The included file and its text.
    pub(super) include: Option<(String, String)>,
    pub(super) environment: &'c dyn Environment,
    pub(super) limits: Limits,
    /// What takes the place of the backend's URL.
    pub(super) backend_url: Option<&'c str>,
    /// The names of the contract's operations.
    pub(super) operations: Vec<Arc<str>>,
    pub(super) findings: Vec<Finding>,
    /// What is wrong with other files.
    pub(super) elsewhere: Vec<Diagnostic>,
}

impl<'c> Checker<'c> {
    pub(super) fn new(path: &'c str, text: &'c str, environment: &'c dyn Environment) -> Self {
        Self {
            path,
            text,
            include: None,
            environment,
            limits: Limits::default(),
            backend_url: None,
            operations: Vec::new(),
            findings: Vec::new(),
            elsewhere: Vec::new(),
        }
    }

    /// Notes what is wrong with the value `at`.
    pub(super) fn problem(&mut self, at: &KeyPath, problem: impl Into<Problem>) {
        self.findings.push(Finding::new(at.clone(), problem));
    }

    /// The value, or a problem `at`.
    pub(super) fn checked<T>(&mut self, at: &KeyPath, value: Result<T, impl Into<Problem>>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(problem) => {
                self.problem(at, problem);
                None
            }
        }
    }

    /// `text` with the values that it refers to.
    pub(super) fn resolved(&mut self, at: &KeyPath, text: &str) -> Option<String> {
        self.checked(at, reference::resolve(text, self.environment))
    }

    /// The secret that `text` refers to.
    pub(super) fn secret(&mut self, at: &KeyPath, text: &str) -> Option<Secret> {
        self.checked(at, reference::secret(text, self.environment))
    }

    /// The secret that `text` refers to, which goes into an HTTP header or comes in one.
    pub(super) fn header_secret(&mut self, at: &KeyPath, text: &str) -> Option<Secret> {
        let secret = self.secret(at, text)?;
        let fits = check_field_value(secret.expose());
        let fits = fits.map_err(|fault| ValueProblem::HeaderValue { origin: Origin::of(text), fault });
        self.checked(at, fits).map(|()| secret)
    }

    /// An HTTP header's name, in lower case.
    pub(super) fn header_name(&mut self, at: &KeyPath, name: &str) -> Arc<str> {
        if !is_field_name(name) {
            self.problem(at, ValueProblem::HeaderName);
        }
        name.to_ascii_lowercase().into()
    }

    /// A text that must not be empty.
    pub(super) fn check_filled(&mut self, at: &KeyPath, text: &str) {
        if text.is_empty() {
            self.problem(at, ValueProblem::Empty);
        }
    }

    /// Whether the contract has the operations `names`, which are listed `at`.
    pub(super) fn check_operations(&mut self, at: &KeyPath, names: &[String]) {
        for (item, name) in names.iter().enumerate() {
            if !self.has_operation(name) {
                let problem = ContractProblem::unknown_operation(name, &self.operations);
                self.problem(&at.item(item), problem);
            }
        }
    }

    /// Whether the contract has the operation `name`.
    pub(super) fn has_operation(&self, name: &str) -> bool {
        self.operations.iter().any(|known| **known == *name)
    }

    /// Whether nothing was found.
    pub(super) fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.elsewhere.is_empty()
    }

    /// What was found, in the order of the files.
    pub(super) fn diagnostics(&mut self) -> Vec<Diagnostic> {
        let main = Source::new(self.path, self.text);
        let included = self.include.as_ref().map(|(path, text)| Source::new(path, text));
        let findings = std::mem::take(&mut self.findings);
        let mut all: Vec<Diagnostic> =
            findings.iter().map(|finding| shown(finding, &main, included.as_ref())).collect();
        all.append(&mut self.elsewhere);
        let include = self.include.as_ref().map(|(path, _)| path.as_str());
        all.sort_by_key(|problem| match &*problem.file {
            file if file == self.path => (0, problem.position.line, problem.position.column),
            file if Some(file) == include => (1, problem.position.line, problem.position.column),
            // Those of other files are in an order already.
            _ => (2, 0, 0),
        });
        all
    }
}

/// `finding` in the file that has more of its path.
fn shown(finding: &Finding, main: &Source<'_>, included: Option<&Source<'_>>) -> Diagnostic {
    let here = main.find(&finding.at);
    let Some(included) = included else { return main.diagnostic(finding, here) };
    // Lists of both files are one behind the other.
    let there = finding.at.shifted("violations", main.items("violations"));
    let there = there.and_then(|at| included.find(&at));
    match (here, there) {
        (Some(here), Some(there)) if there.steps > here.steps => included.diagnostic(finding, Some(there)),
        (None, Some(there)) => included.diagnostic(finding, Some(there)),
        (here, _) => main.diagnostic(finding, here),
    }
}
