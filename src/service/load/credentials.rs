//! Credentials that a backend gets.

use super::checker::Checker;
use super::requests::keys_of_block;
use crate::service::file::key_path::KeyPath;
use crate::service::file::rules::HeaderCredentialsFile;
use crate::service::file::service::{BackendFile, ServiceFile};
use crate::service::file::token::{CredentialsFile, FixedFile, HeaderFixedFile, TokenFixedFile};
use crate::service::model::backend::{BackendCredentials, Credentials};
use crate::service::origin::Origin;
use crate::service::problem::{BackendProblem, RuleProblem, TokenProblem, ValueProblem};
use crate::wss::Secret;

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

    /// Credentials for a UsernameToken, in which the password `is_sent` or not.
    pub(super) fn token_credentials(
        &mut self,
        at: &KeyPath,
        file: &CredentialsFile<TokenFixedFile>,
        is_sent: bool,
    ) -> Option<BackendCredentials> {
        self.each(file, at, |checker, at, TokenFixedFile { username, password }| match (password, is_sent) {
            (Some(password), true) => {
                checker.fixed(at, &FixedFile { username: username.clone(), password: password.clone() })
            }
            (None, false) => {
                let username = checker.resolved(&at.key("username"), username)?;
                Some(Credentials { username: username.into(), password: Secret::new("") })
            }
            (None, true) => {
                checker.problem(at, TokenProblem::NoPassword);
                None
            }
            (Some(_), false) => {
                checker.problem(&at.key("password").name(), TokenProblem::PasswordUnsent);
                None
            }
        })
    }

    /// Credentials for header parts: a token where `is_token`, else a name and a password.
    pub(super) fn header_credentials(
        &mut self,
        at: &KeyPath,
        file: &CredentialsFile<HeaderFixedFile>,
        is_token: bool,
    ) -> Option<BackendCredentials> {
        self.each(file, at, |checker, at, file| match (file, is_token) {
            (HeaderFixedFile { username: Some(username), password: Some(password), token: None }, false) => {
                let file = FixedFile { username: username.clone(), password: password.clone() };
                checker.fixed(at, &file)
            }
            (HeaderFixedFile { username: None, password: None, token: Some(token) }, true) => {
                let password = checker.secret(&at.key("token"), token)?;
                Some(Credentials { username: "".into(), password })
            }
            _ => {
                let expected = if is_token { "`token`" } else { "`username` and `password`" };
                checker.problem(at, BackendProblem::HeaderCredentials { expected });
                None
            }
        })
    }

    /// Checks where the file says that header parts hold credentials, and whether a SOAP backend gets some.
    pub(super) fn check_header_credentials(&mut self, file: &ServiceFile) {
        let at = KeyPath::of("credentials");
        let sent = match &file.backend {
            BackendFile::Json(_) => None,
            BackendFile::Soap(soap) => Some(soap.credentials.is_some()),
        };
        let Some(HeaderCredentialsFile { username, password, token }) = &file.credentials else {
            if sent == Some(true) {
                let at = KeyPath::of("backend.soap.credentials");
                self.problem(&at.name(), BackendProblem::HeaderCredentialsNowhere);
            }
            return;
        };
        let all = [("username", username), ("password", password), ("token", token)];
        for (key, named) in all.into_iter().filter_map(|(key, named)| Some((key, named.as_ref()?))) {
            if keys_of_block(named).is_none() {
                self.problem(&at.key(key), RuleProblem::HeaderCredentials);
            }
        }
        let whole = match (username, password, token) {
            (Some(username), Some(password), None) => username != password,
            (None, None, Some(_)) => true,
            _ => false,
        };
        if !whole {
            self.problem(&at.name(), RuleProblem::HeaderCredentials);
        }
        if sent == Some(false) && !self.without_file {
            self.problem(&at.name(), BackendProblem::HeaderCredentialsUnsent);
        }
    }

    fn each<F>(
        &mut self,
        file: &CredentialsFile<F>,
        at: &KeyPath,
        fixed: impl Fn(&mut Self, &KeyPath, &F) -> Option<Credentials>,
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
