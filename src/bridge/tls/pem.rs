//! PEM texts (RFC 7468): chains, keys and authorities.

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The certificates of `pem`, in their order. Errors: a text that has none, or one that is broken.
pub fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match all {
        Ok(all) if all.is_empty() => Err("there is no PEM certificate in it".to_owned()),
        Ok(all) => Ok(all),
        Err(_) => Err("its PEM is broken".to_owned()),
    }
}

/// The private key of `pem`: PKCS #8, PKCS #1 or SEC 1, not encrypted. Errors: a text that has none.
pub fn key(pem: &str) -> Result<PrivateKeyDer<'static>, String> {
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| {
        "there is no PEM private key in it that can be read; it must not be encrypted".to_owned()
    })
}

/// The authorities of `pem`. Errors: a text that has none, or one that is no certificate.
pub fn roots(pem: &str) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem)? {
        roots.add(certificate).map_err(|_| "it has a certificate that cannot be read".to_owned())?;
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pem_is_told() {
        let broken = "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n";
        let hollow = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(certificates("").expect_err("none"), "there is no PEM certificate in it");
        assert_eq!(certificates(broken).expect_err("broken"), "its PEM is broken");
        assert!(roots(hollow).expect_err("hollow").contains("cannot be read"));
        assert!(key(hollow).expect_err("no key").contains("no PEM private key"));
    }
}
