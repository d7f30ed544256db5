//! Why TLS with a backend failed, in words that are no secret.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError};

/// Why there is no TLS with a backend. It got nothing of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// The backend's certificate is of another time.
    #[error("the backend's certificate has expired or is not valid yet")]
    Expired,
    /// The handshake broke off.
    #[error("the TLS handshake with the backend failed")]
    Failed,
    /// It agrees on no version of HTTP that may be spoken with it (RFC 7301).
    #[error("the backend agrees on no version of HTTP over TLS: look at `http_version` of the backend")]
    HttpVersion,
    /// The backend's certificate is for another name (RFC 9525).
    #[error("the backend's certificate is for another host")]
    Host,
    /// The backend refused the handshake or this client's certificate.
    #[error("the backend refused the TLS handshake or the certificate that it was shown")]
    Refused,
    /// The backend's certificate comes from nobody who is trusted.
    #[error("the backend's certificate is from no trusted authority")]
    Untrusted,
}

impl TlsError {
    /// The reason for an error of a handshake.
    pub(super) fn of(error: &io::Error) -> Self {
        use CertificateError as Of;
        match inside(error) {
            Some(rustls::Error::InvalidCertificate(error)) => match error {
                Of::Expired | Of::ExpiredContext { .. } | Of::NotValidYet | Of::NotValidYetContext { .. } => {
                    Self::Expired
                }
                Of::NotValidForName | Of::NotValidForNameContext { .. } => Self::Host,
                _ => Self::Untrusted,
            },
            Some(
                rustls::Error::AlertReceived(AlertDescription::NoApplicationProtocol)
                | rustls::Error::NoApplicationProtocol,
            ) => Self::HttpVersion,
            Some(rustls::Error::AlertReceived(_)) => Self::Refused,
            _ => Self::Failed,
        }
    }
}

/// Whether a connection that was just opened broke because the backend refused this client's certificate: in TLS 1.3 that comes
/// behind the client's handshake, and nothing of the request was read (RFC 8446 section 4.4.2.4, section 6.2).
pub(in crate::bridge) fn refuses_certificate(error: &(dyn Error + 'static)) -> bool {
    use AlertDescription as Alert;
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(rustls::Error::AlertReceived(alert)) = error.downcast_ref().and_then(inside) {
            return matches!(
                alert,
                Alert::AccessDenied
                    | Alert::BadCertificate
                    | Alert::CertificateExpired
                    | Alert::CertificateRequired
                    | Alert::CertificateRevoked
                    | Alert::CertificateUnknown
                    | Alert::DecryptError
                    | Alert::UnknownCA
                    | Alert::UnsupportedCertificate
            );
        }
        next = error.source();
    }
    false
}

fn inside(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}
