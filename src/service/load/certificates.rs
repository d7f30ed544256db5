//! Callers who are known by their certificates.

use super::Checker;
use super::fronts::operations;
use crate::plan::Plan;
use crate::service::file::callers::{CallerFile, CertificatesFile};
use crate::service::file::fronts::AuthFile;
use crate::service::file::service::ServiceFile;
use crate::service::model::callers::{CertificateCaller, Mark};

impl Checker<'_> {
    pub(super) fn certificates(&mut self, file: &CertificatesFile, plan: &Plan) -> Vec<CertificateCaller> {
        let mut callers: Vec<CertificateCaller> = Vec::new();
        if file.callers.is_empty() {
            self.problem("auth.certificate.callers: it is empty, so nobody could call");
        }
        for (at, caller) in file.callers.iter().enumerate() {
            let what = format!("auth.certificate.callers[{at}]");
            let Some(made) = self.certificate(&what, caller, plan) else { continue };
            if let Some(other) = callers.iter().position(|known| known.mark == made.mark) {
                self.problem(&format!("{what}: its certificates are also those of callers[{other}]"));
            }
            callers.push(made);
        }
        callers
    }

    fn certificate(&mut self, what: &str, file: &CallerFile, plan: &Plan) -> Option<CertificateCaller> {
        if file.name.is_empty() {
            self.problem(&format!("{what}.name: it is empty"));
        }
        let names = file.operations.as_deref();
        self.check_operations(&format!("{what}.operations"), names.unwrap_or_default(), plan);
        let marks = [
            file.subject.clone().map(Mark::Subject),
            file.dns.as_deref().map(|name| Mark::Dns(name.to_ascii_lowercase())),
            file.email.as_deref().map(Mark::email),
            file.uri.clone().map(Mark::Uri),
            file.fingerprint.as_deref().map(|digits| Mark::Fingerprint(plain_digits(digits))),
        ];
        let mut marks = marks.into_iter().flatten();
        let (Some(mark), None) = (marks.next(), marks.next()) else {
            self.problem(&format!(
                "{what}: exactly one of subject, dns, email, uri and fingerprint says which certificate it is"
            ));
            return None;
        };
        self.check_mark(what, &mark);
        Some(CertificateCaller { name: file.name.as_str().into(), mark, operations: operations(names) })
    }

    fn check_mark(&mut self, what: &str, mark: &Mark) {
        let expected = match mark {
            Mark::Dns(name) if name.is_empty() || name.contains('*') => {
                "dns: expected one whole name, such as orders.example, without `*`"
            }
            Mark::Email(address) if !address.contains('@') => "email: expected an address",
            Mark::Fingerprint(digits) if !is_sha256(digits) => {
                "fingerprint: expected the SHA-256 of the certificate, 64 hexadecimal digits"
            }
            Mark::Subject(subject) if subject.is_empty() => {
                "subject: it is empty, as that of many certificates is"
            }
            Mark::Uri(uri) if uri.is_empty() => "uri: it is empty",
            _ => return,
        };
        self.problem(&format!("{what}.{expected}"));
    }

    /// Clients must be asked for certificates. Without `listen.tls` the command line may say so; whoever listens looks again.
    pub(super) fn check_asked(&mut self, file: &ServiceFile) {
        let fronts = [("json", &file.fronts.json), ("soap", &file.fronts.soap)];
        let asked = file.listen.tls.as_ref().is_none_or(|tls| tls.client_ca.is_some());
        for (name, front) in fronts.into_iter().filter(|_| !asked) {
            if front.as_ref().is_some_and(|front| matches!(front.auth, AuthFile::Certificate(_))) {
                self.problem(&format!(
                    "fronts.{name}.auth.certificate: clients are not asked for certificates; listen.tls.client_ca must \
                     name the authorities that theirs come from"
                ));
            }
        }
    }
}

/// Digits as tools print them, in groups and in capitals.
fn plain_digits(text: &str) -> String {
    text.replace(':', "").to_ascii_lowercase()
}

fn is_sha256(digits: &str) -> bool {
    digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
