//! Callers who are known by their certificates.

use super::checker::Checker;
use super::convert::operations;
use crate::service::file::callers::{CallerFile, CertificatesFile};
use crate::service::file::fronts::AuthFile;
use crate::service::file::key_path::KeyPath;
use crate::service::file::service::ServiceFile;
use crate::service::model::callers::{CertificateCaller, Mark};
use crate::service::problem::{CallerProblem, Problem, ValueProblem};

impl Checker<'_> {
    pub(super) fn certificates(&mut self, at: &KeyPath, file: &CertificatesFile) -> Vec<CertificateCaller> {
        let at = at.key("callers");
        let mut callers: Vec<CertificateCaller> = Vec::new();
        if file.callers.is_empty() {
            self.problem(&at, CallerProblem::NoCallers);
        }
        for (item, caller) in file.callers.iter().enumerate() {
            let at = at.item(item);
            let Some(made) = self.certificate(&at, caller) else { continue };
            if let Some(other) = callers.iter().position(|known| known.mark == made.mark) {
                self.problem(&at.key(key(&made.mark)), CallerProblem::SameCertificate { other });
            }
            callers.push(made);
        }
        callers
    }

    fn certificate(&mut self, at: &KeyPath, file: &CallerFile) -> Option<CertificateCaller> {
        self.check_filled(&at.key("name"), &file.name);
        if let Some(names) = &file.operations {
            self.check_operations(&at.key("operations"), names);
        }
        let marks = [
            file.subject.clone().map(Mark::Subject),
            file.dns.as_deref().map(|name| Mark::Dns(name.to_ascii_lowercase())),
            file.email.as_deref().map(Mark::email),
            file.uri.clone().map(Mark::Uri),
            file.fingerprint.as_deref().map(|digits| Mark::Fingerprint(plain_digits(digits))),
        ];
        let mut marks = marks.into_iter().flatten();
        let (Some(mark), None) = (marks.next(), marks.next()) else {
            self.problem(at, CallerProblem::OneMark);
            return None;
        };
        if let Some(problem) = malformed(&mark) {
            self.problem(&at.key(key(&mark)), problem);
        }
        let operations = operations(file.operations.as_deref());
        Some(CertificateCaller { name: file.name.as_str().into(), mark, operations })
    }

    /// Clients must be asked for certificates. Without `listen.tls` the command line may say so; whoever listens looks again.
    pub(super) fn check_asked(&mut self, file: &ServiceFile) {
        let fronts = [("json", &file.fronts.json), ("soap", &file.fronts.soap)];
        let asked = file.listen.tls.as_ref().is_none_or(|tls| tls.client_ca.is_some());
        for (name, front) in fronts.into_iter().filter(|_| !asked) {
            if front.as_ref().is_some_and(|front| matches!(front.auth, AuthFile::Certificate(_))) {
                let auth = KeyPath::of("fronts").key(name).key("auth").key("certificate");
                self.problem(&auth.name(), CallerProblem::NotAsked);
            }
        }
    }
}

/// What is wrong with a mark.
fn malformed(mark: &Mark) -> Option<Problem> {
    match mark {
        Mark::Dns(name) if name.is_empty() || name.contains('*') => Some(CallerProblem::DnsName.into()),
        Mark::Email(address) if !address.contains('@') => Some(CallerProblem::Email.into()),
        Mark::Fingerprint(digits) if !is_sha256(digits) => Some(CallerProblem::Fingerprint.into()),
        Mark::Subject(text) | Mark::Uri(text) if text.is_empty() => Some(ValueProblem::Empty.into()),
        Mark::Dns(_) | Mark::Email(_) | Mark::Fingerprint(_) | Mark::Subject(_) | Mark::Uri(_) => None,
    }
}

/// The key under which a mark stands.
fn key(mark: &Mark) -> &'static str {
    match mark {
        Mark::Dns(_) => "dns",
        Mark::Email(_) => "email",
        Mark::Fingerprint(_) => "fingerprint",
        Mark::Subject(_) => "subject",
        Mark::Uri(_) => "uri",
    }
}

/// Digits as tools print them, in groups and in capitals.
fn plain_digits(text: &str) -> String {
    text.replace(':', "").to_ascii_lowercase()
}

fn is_sha256(digits: &str) -> bool {
    digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
