//! Whose certificate it is that a client showed in the handshake of TLS.

use crate::bridge::auth::identity::IdentityError;
use crate::bridge::state::peer::Peer;
use crate::bridge::tls::Certificate;
use crate::service::{CertificateCaller, Mark};

/// The one caller whose certificate `peer` showed. Only the connection says so: no header does.
pub(super) fn caller<'c>(
    callers: &'c [CertificateCaller],
    peer: Option<&Peer>,
) -> Result<&'c CertificateCaller, IdentityError> {
    let shown = peer.and_then(|peer| peer.certificate.as_deref()).ok_or(IdentityError::NoCertificate)?;
    let mut known = callers.iter().filter(|caller| fits(&caller.mark, shown));
    match (known.next(), known.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(IdentityError::UnknownCertificate),
        (Some(_), Some(_)) => Err(IdentityError::Ambiguous),
    }
}

fn fits(mark: &Mark, shown: &Certificate) -> bool {
    match mark {
        Mark::Dns(name) => shown.dns.iter().any(|dns| dns.eq_ignore_ascii_case(name)),
        Mark::Email(_) => shown.emails.iter().any(|email| Mark::email(email) == *mark),
        Mark::Fingerprint(digits) => shown.fingerprint == *digits,
        Mark::Subject(subject) => shown.subject == *subject,
        Mark::Uri(uri) => shown.uris.contains(uri),
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::sync::Arc;

    use super::*;

    fn found(marks: &[Mark], shown: Option<Certificate>) -> Result<String, IdentityError> {
        let callers: Vec<_> = marks
            .iter()
            .map(|mark| CertificateCaller {
                name: format!("{mark:?}").into(),
                mark: mark.clone(),
                operations: None,
            })
            .collect();
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        let peer = Peer::new(address, true, shown.map(Arc::new));
        caller(&callers, Some(&peer)).map(|caller| caller.name.to_string())
    }

    fn shown() -> Certificate {
        Certificate {
            subject: "CN=orders,O=Example".to_owned(),
            dns: vec!["Orders.Example".to_owned()],
            emails: vec!["Ops@Example.com".to_owned()],
            uris: vec!["spiffe://example/orders".to_owned()],
            fingerprint: "0a".repeat(32),
        }
    }

    #[test]
    fn a_certificate_is_known_by_one_mark() {
        for mark in [
            Mark::Subject("CN=orders,O=Example".to_owned()),
            Mark::Dns("orders.example".to_owned()),
            Mark::email("Ops@example.COM"),
            Mark::Uri("spiffe://example/orders".to_owned()),
            Mark::Fingerprint("0a".repeat(32)),
        ] {
            assert_eq!(found(std::slice::from_ref(&mark), Some(shown())), Ok(format!("{mark:?}")));
        }
    }

    #[test]
    fn what_is_only_alike_is_another_certificate() {
        for mark in [
            Mark::Subject("CN=orders".to_owned()),
            Mark::Subject("cn=orders,o=example".to_owned()),
            Mark::Dns("example".to_owned()),
            Mark::Dns("orders.example.".to_owned()),
            Mark::email("ops@example.com"),
            Mark::Uri("spiffe://example/orders/".to_owned()),
            Mark::Uri("spiffe://Example/orders".to_owned()),
            Mark::Fingerprint("0b".repeat(32)),
        ] {
            assert_eq!(found(&[mark], Some(shown())), Err(IdentityError::UnknownCertificate));
        }
        let wild = Certificate { dns: vec!["*.example".to_owned()], ..shown() };
        assert_eq!(
            found(&[Mark::Dns("orders.example".to_owned())], Some(wild)),
            Err(IdentityError::UnknownCertificate)
        );
    }

    #[test]
    fn nobody_is_two_callers() {
        let two = [Mark::Dns("orders.example".to_owned()), Mark::Fingerprint("0a".repeat(32))];
        assert_eq!(found(&two, Some(shown())), Err(IdentityError::Ambiguous));
        assert_eq!(found(&two, None), Err(IdentityError::NoCertificate));
        assert!(caller(&[], None).is_err());
    }
}
