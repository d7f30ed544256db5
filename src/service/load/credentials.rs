//! Credentials that a backend gets.

use super::checker::Checker;
use crate::service::file::key_path::KeyPath;
use crate::service::file::token::{CredentialsFile, FixedFile};
use crate::service::model::backend::{BackendCredentials, Credentials};
use crate::service::origin::Origin;
use crate::service::problem::ValueProblem;

impl Checker<'_> {
    pub(super) fn credentials(&mut self, at: &KeyPath, file: &CredentialsFile) -> Option<BackendCredentials> {
        self.each(file, at, |checker, at, file| checker.fixed(at, file))
    }

    /// Credentials that HTTP Basic can carry.
    pub(super) fn basic(&mut self, at: &KeyPath, file: &CredentialsFile) -> Option<BackendCredentials> {
        self.each(file, at, |checker, at, file| {
            let fixed = checker.fixed(at, file)?;
            checker.check_basic_name(&at.key("username"), &file.username, &fixed.username);
            checker.check_basic(&at.key("password"), &file.password, fixed.password.expose());
            Some(fixed)
        })
    }

    fn each(
        &mut self,
        file: &CredentialsFile,
        at: &KeyPath,
        fixed: impl Fn(&mut Self, &KeyPath, &FixedFile) -> Option<Credentials>,
    ) -> Option<BackendCredentials> {
        match file {
            CredentialsFile::Caller => Some(BackendCredentials::Caller),
            CredentialsFile::ByCaller(table) => {
                let at = at.key("by_caller");
                if table.is_empty() {
                    self.problem(&at, ValueProblem::Empty);
                }
                let rows: Vec<_> = table
                    .iter()
                    .map(|(caller, file)| Some((caller.as_str().into(), fixed(self, &at.key(caller), file)?)))
                    .collect();
                rows.into_iter().collect::<Option<_>>().map(BackendCredentials::ByCaller)
            }
            CredentialsFile::Fixed(file) => {
                fixed(self, &at.key("fixed"), file).map(BackendCredentials::Fixed)
            }
        }
    }

    pub(super) fn fixed(&mut self, at: &KeyPath, file: &FixedFile) -> Option<Credentials> {
        let username = self.resolved(&at.key("username"), &file.username);
        let password = self.secret(&at.key("password"), &file.password);
        Some(Credentials { username: username?.into(), password: password? })
    }

    /// Whether HTTP Basic (RFC 7617, section 2) can carry the name `value`, for which `typed` stands in the file.
    pub(super) fn check_basic_name(&mut self, at: &KeyPath, typed: &str, value: &str) {
        if value.contains(':') {
            let (origin, fault) = (Origin::of(typed), "has a colon in it");
            return self.problem(at, ValueProblem::BasicCredentials { origin, fault });
        }
        self.check_basic(at, typed, value);
    }

    /// Whether HTTP Basic can carry `value`, for which `typed` stands in the file.
    pub(super) fn check_basic(&mut self, at: &KeyPath, typed: &str, value: &str) {
        let origin = Origin::of(typed);
        let fault = if value.ends_with(['\r', '\n']) {
            "ends in a line feed"
        } else if value.chars().any(char::is_control) {
            "has a control character in it"
        } else {
            return;
        };
        self.problem(at, ValueProblem::BasicCredentials { origin, fault });
    }
}
