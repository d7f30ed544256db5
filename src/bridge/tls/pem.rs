//! PEM texts (RFC 7468): chains, keys and authorities.

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A PEM text that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PemError {
    /// Not PEM.
    #[error("its PEM is broken")]
    Broken,
    /// A certificate that is malformed.
    #[error("it has a certificate that cannot be read")]
    Malformed,
    /// No certificate.
    #[error("there is no PEM certificate in it")]
    NoCertificate,
    /// No private key, or an encrypted one.
    #[error("there is no PEM private key in it that can be read; it must not be encrypted")]
    NoKey,
}

/// The certificates of `pem`, in their order. Errors: a text that has none, or one that is broken.
pub fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, PemError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match all {
        Ok(all) if all.is_empty() => Err(PemError::NoCertificate),
        Ok(all) => Ok(all),
        Err(_) => Err(PemError::Broken),
    }
}

/// The private key of `pem`: PKCS #8, PKCS #1 or SEC 1, not encrypted. Errors: a text that has none.
pub fn key(pem: &str) -> Result<PrivateKeyDer<'static>, PemError> {
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| PemError::NoKey)
}

/// The authorities of `pem`. Errors: a text that has none, or one that is not a certificate.
pub fn roots(pem: &str) -> Result<RootCertStore, PemError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem)? {
        roots.add(certificate).map_err(|_| PemError::Malformed)?;
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
        assert_eq!(certificates(""), Err(PemError::NoCertificate));
        assert_eq!(certificates(broken), Err(PemError::Broken));
        assert_eq!(roots(hollow).map(drop), Err(PemError::Malformed));
        assert_eq!(key(hollow).map(drop), Err(PemError::NoKey));
    }
}
