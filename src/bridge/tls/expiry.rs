//! Until when a chain of certificates is valid (RFC 5280 section 4.1.2.5).

use der::asn1::{GeneralizedTime, UtcTime};
use der::{Decode, Tag, Tagged};

use super::der_items::{Any, items, nth};
use super::pem::{PemError, certificates};

/// The second since 1970 from which a certificate of the chain `pem` is no longer valid. Errors: there is none, or one that cannot be
/// read.
pub fn expiry(pem: &str) -> Result<i64, PemError> {
    let chain = certificates(pem)?;
    let ends = chain.iter().map(|der| end(der)).collect::<Result<Vec<_>, _>>();
    ends.map_err(|_| PemError::Malformed)?.into_iter().min().ok_or(PemError::NoCertificate)
}

fn end(der: &[u8]) -> Result<i64, der::Error> {
    let outer = items(Any::from_der(der)?.value())?;
    let inner = items(nth(&outer, 0)?.value())?;
    // The version is there unless it is 1; serial, algorithm and issuer follow.
    let versioned = matches!(nth(&inner, 0)?.tag(), Tag::ContextSpecific { .. });
    let validity = items(nth(&inner, usize::from(versioned) + 3)?.value())?;
    let end = nth(&validity, 1)?;
    let since = match end.tag() {
        Tag::UtcTime => end.decode_as::<UtcTime>()?.to_unix_duration(),
        _ => end.decode_as::<GeneralizedTime>()?.to_unix_duration(),
    };
    Ok(since.as_secs() as i64)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn the_first_certificate_of_a_chain_that_ends_is_told() {
        let until = |year| {
            let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("name");
            params.not_after = date_time_ymd(year, 1, 2);
            let made = params.self_signed(&KeyPair::generate().expect("key")).expect("certificate");
            let text = STANDARD.encode(made.der());
            format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
        };
        // 2050 and later are written as another type (RFC 5280 section 4.1.2.5).
        assert_eq!(expiry(&until(2040)), Ok(2_209_075_200));
        assert_eq!(expiry(&until(2060)), Ok(2_840_227_200));
        assert_eq!(expiry(&format!("{}{}", until(2060), until(2040))), Ok(2_209_075_200));
        assert_eq!(expiry("no certificate"), Err(PemError::NoCertificate));
    }
}
