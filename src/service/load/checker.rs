//! What the parts of the loader share: what they read, and what they find.

use std::sync::Arc;

use super::url::Url;
use crate::limits::Limits;
use crate::plan::CredentialPath;
use crate::service::environment::Environment;
use crate::service::field_value::{check_field_value, is_field_name};
use crate::service::file::finding::{Finding, Source};
use crate::service::file::key_path::KeyPath;
use crate::service::file::locations::Found;
use crate::service::file::tree::Place;
use crate::service::model::front::SoapPlace;
use crate::service::model::service::Unserved;
use crate::service::origin::Origin;
use crate::service::problem::{ContractProblem, Problem, ValueProblem};
use crate::service::reference;
use crate::wss::Secret;
use crate::xml::{Diagnostic, Severity};

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
    /// Whether there is no file that could say more.
    pub(super) without_file: bool,
    /// The names of the contract's operations.
    pub(super) operations: Vec<Arc<str>>,
    pub(super) findings: Vec<Finding>,
    /// What is wrong with the rules of the plan, by their keys.
    pub(super) rules: Vec<Diagnostic>,
    /// What has its place already, in this file or another.
    pub(super) elsewhere: Vec<Diagnostic>,
    /// The backend's URL as it may be shown.
    pub(super) shown_url: String,
    /// What references lead to that must not be shown.
    pub(super) secrets: Vec<Secret>,
    /// Whether every client must show a certificate.
    pub(super) asks_for_certificates: bool,
    /// Whether the backend gets the caller's token.
    pub(super) passes_token: bool,
    /// The ways to the credentials that header blocks hold.
    pub(super) credential_paths: Vec<CredentialPath>,
    /// The first constant or default of a field that is a secret.
    pub(super) secret_constant: Option<KeyPath>,
    /// Options of the command line that say what these keys would.
    pub(super) options: Vec<(KeyPath, &'static str)>,
    /// What was mended in the file, of which nothing more is said.
    pub(super) mended: Vec<KeyPath>,
    /// The operations that are not served, as the service would call its client.
    pub(super) unserved: Vec<Unserved>,
    /// The paths of the SOAP front, its own first, which has no name yet.
    pub(super) places: Vec<SoapPlace>,
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
            without_file: false,
            operations: Vec::new(),
            findings: Vec::new(),
            rules: Vec::new(),
            elsewhere: Vec::new(),
            shown_url: String::new(),
            secrets: Vec::new(),
            secret_constant: None,
            passes_token: false,
            asks_for_certificates: false,
            credential_paths: Vec::new(),
            options: Vec::new(),
            mended: Vec::new(),
            unserved: Vec::new(),
            places: vec![SoapPlace::default()],
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

    /// The URL `text` with the values that it refers to.
    pub(super) fn resolved_url(&mut self, at: &KeyPath, text: &str) -> Option<Url> {
        let pieces = self.checked(at, reference::pieces(text, self.environment))?;
        let (url, secrets) = Url::of(&pieces);
        self.secrets.extend(secrets);
        Some(url)
    }

    /// The secret that `text` refers to.
    pub(super) fn secret(&mut self, at: &KeyPath, text: &str) -> Option<Secret> {
        let secret = self.checked(at, reference::secret(text, self.environment))?;
        self.secrets.push(secret.clone());
        Some(secret)
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
        // Without a contract nobody knows.
        let names = if self.operations.is_empty() { &[] } else { names };
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

    /// Whether too much was mended to say anything of the rest.
    pub(super) fn is_vague(&self) -> bool {
        let whole = ["contract", "defaults", "include", "tables", "types"];
        let parts = ["backend", "fronts", "operations"];
        self.mended.iter().any(|path| {
            whole.iter().any(|name| path.begins(name)) || parts.iter().any(|name| *path == KeyPath::of(name))
        })
    }

    /// Whether something more is said of the value `at`.
    fn is_clear(&self, at: &KeyPath) -> bool {
        // Who must prove what depends on what the backend gets.
        let auth =
            ["json", "mcp", "soap"].iter().any(|front| *at == KeyPath::of("fronts").key(front).key("auth"));
        let backend = auth && self.mended.iter().any(|path| path.begins("backend"));
        // What a rule makes of a message is not known.
        let rule = self
            .mended
            .iter()
            .any(|path| path.changes_operation().is_some_and(|operation| operation.touches(at)));
        !backend && !rule && !self.mended.iter().any(|path| path.touches(at))
    }

    /// What was found, in the order of the files.
    pub(super) fn diagnostics(&mut self) -> Vec<Diagnostic> {
        let main = Source::new(self.path, self.text);
        let included = self.include.as_ref().map(|(path, text)| Source::new(path, text));
        let findings = std::mem::take(&mut self.findings);
        let clear = findings.iter().filter(|finding| self.is_clear(&finding.at));
        let shown = |finding: &Finding| match self.options.iter().find(|(key, _)| key.touches(&finding.at)) {
            Some((_, option)) => {
                let (code, message) = (finding.problem.code(), finding.problem.to_string());
                Diagnostic::of_file(code, Severity::Error, option, message).help(finding.problem.hint())
            }
            None => {
                let (source, found) = place(&finding.at, &main, included.as_ref());
                source.diagnostic(finding, found)
            }
        };
        let mut all: Vec<Diagnostic> = clear.map(shown).collect();
        for rule in std::mem::take(&mut self.rules) {
            let at: KeyPath = rule.keys.iter().cloned().collect();
            if self.is_clear(&at) {
                let (source, found) = place(&at, &main, included.as_ref());
                all.push(source.placed(rule, found.map_or_else(Place::default, |found| found.at)));
            }
        }
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

/// The file that has more of the path `at`, and its place there.
fn place<'p, 's>(
    at: &KeyPath,
    main: &'p Source<'s>,
    included: Option<&'p Source<'s>>,
) -> (&'p Source<'s>, Option<Found>) {
    let here = main.find(at);
    let Some(included) = included else { return (main, here) };
    // Lists of both files are one behind the other.
    let there = at.shifted("violations", main.items("violations"));
    let there = there.and_then(|at| included.find(&at));
    match (here, there) {
        (Some(here), Some(there)) if there.steps > here.steps => (included, Some(there)),
        (None, Some(there)) => (included, Some(there)),
        (here, _) => (main, here),
    }
}
