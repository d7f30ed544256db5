//! What a client's certificate says about the client (RFC 5280): its subject, its other names, its fingerprint.

use der::asn1::ObjectIdentifier;
use der::{Decode, Tag, Tagged};
use sha2::{Digest, Sha256};

use super::der_items::{Any, items, nth};
use super::name;

/// A certificate that was verified in a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The subject, such as `CN=orders,O=Example`, as RFC 4514 writes it; empty where it has none.
    pub subject: String,
    /// DNS names of the subjectAltName.
    pub dns: Vec<String>,
    /// E-mail addresses of the subjectAltName.
    pub emails: Vec<String>,
    /// URIs of the subjectAltName.
    pub uris: Vec<String>,
    /// SHA-256 of the whole certificate, 64 lower-case hexadecimal digits.
    pub fingerprint: String,
}

impl Certificate {
    /// What `der` says. Errors: it is not a certificate, or has a name with characters that no such name has.
    pub fn parse(der: &[u8]) -> Result<Self, der::Error> {
        let mut certificate = Self {
            subject: String::new(),
            dns: Vec::new(),
            emails: Vec::new(),
            uris: Vec::new(),
            fingerprint: name::hex(&Sha256::digest(der)),
        };
        let outer = items(Any::from_der(der)?.value())?;
        let inner = items(nth(&outer, 0)?.value())?;
        // The version is there unless it is 1 (section 4.1.2.1); serial, algorithm, issuer and validity follow.
        let begin = usize::from(tagged(nth(&inner, 0)?, 0));
        certificate.subject = name::write(nth(&inner, begin + 4)?)?;
        if let Some(extensions) = inner.iter().skip(begin + 6).find(|item| tagged(item, 3)) {
            certificate.extensions(extensions)?;
        }
        Ok(certificate)
    }

    /// Section 4.1.2.9.
    fn extensions(&mut self, explicit: &Any<'_>) -> Result<(), der::Error> {
        let list = items(explicit.value())?;
        for extension in items(nth(&list, 0)?.value())? {
            let parts = items(extension.value())?;
            let is_names = nth(&parts, 0)?.decode_as::<ObjectIdentifier>()? == SUBJECT_ALT_NAME;
            if let Some(value) = parts.last().filter(|_| is_names) {
                self.other_names(&Any::from_der(value.value())?)?;
            }
        }
        Ok(())
    }

    /// Section 4.2.1.6.
    fn other_names(&mut self, names: &Any<'_>) -> Result<(), der::Error> {
        for name in items(names.value())? {
            let kind = match name.tag() {
                Tag::ContextSpecific { constructed: false, number } => number.value(),
                _ => continue,
            };
            match kind {
                1 => self.emails.push(visible(&name)?),
                2 => self.dns.push(visible(&name)?),
                6 => self.uris.push(visible(&name)?),
                _ => {}
            }
        }
        Ok(())
    }
}

fn tagged(item: &Any<'_>, wanted: u32) -> bool {
    matches!(item.tag(), Tag::ContextSpecific { constructed: true, number } if number.value() == wanted)
}

/// Names are compared; one that hides a control character or a space is a trick.
fn visible(name: &Any<'_>) -> Result<String, der::Error> {
    match std::str::from_utf8(name.value()) {
        Ok(text) if text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(text.to_owned()),
        Ok(_) | Err(_) => Err(der::ErrorKind::Failed.into()),
    }
}

const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, DnValue, KeyPair, SanType};

    use super::*;

    fn parsed(params: &CertificateParams) -> Result<Certificate, der::Error> {
        let key = KeyPair::generate().expect("key");
        Certificate::parse(params.self_signed(&key).expect("certificate").der())
    }

    fn named(names: &[(DnType, DnValue)]) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        for (kind, value) in names {
            params.distinguished_name.push(kind.clone(), value.clone());
        }
        params
    }

    #[test]
    fn names_are_read() {
        let mut params = named(&[
            (DnType::CountryName, DnValue::PrintableString("CA".try_into().expect("text"))),
            (DnType::OrganizationName, "Example, Inc.".into()),
            (DnType::CommonName, DnValue::BmpString("orders".try_into().expect("text"))),
            (DnType::from_oid(&[2, 5, 4, 5]), "17".into()),
        ]);
        params.subject_alt_names = vec![
            SanType::DnsName("orders.example".try_into().expect("name")),
            SanType::Rfc822Name("ops@example.com".try_into().expect("name")),
            SanType::URI("spiffe://example/orders".try_into().expect("name")),
            SanType::IpAddress([127, 0, 0, 1].into()),
            SanType::DnsName("*.example".try_into().expect("name")),
        ];
        let certificate = parsed(&params).expect("certificate");
        assert_eq!(certificate.subject, "2.5.4.5=#0c023137,CN=orders,O=Example\\, Inc.,C=CA");
        assert_eq!(certificate.dns, ["orders.example", "*.example"]);
        assert_eq!(
            (certificate.emails, certificate.uris),
            (vec!["ops@example.com".to_owned()], vec!["spiffe://example/orders".to_owned()])
        );
    }

    #[test]
    fn a_certificate_may_have_no_names() {
        let certificate = parsed(&named(&[])).expect("certificate");
        assert_eq!((certificate.subject.as_str(), certificate.dns.len()), ("", 0));
        assert_eq!(certificate.fingerprint.len(), 64);
    }

    #[test]
    fn what_is_no_certificate_and_what_hides_in_a_name_is_refused() {
        let mut params = named(&[]);
        params.subject_alt_names = vec![SanType::DnsName("a.example\0.evil".try_into().expect("name"))];
        assert!(parsed(&params).is_err());
        let whole = named(&[(DnType::CommonName, "a".into())]);
        let whole = whole.self_signed(&KeyPair::generate().expect("key")).expect("certificate");
        for length in 0..whole.der().len() {
            assert!(Certificate::parse(whole.der().get(..length).unwrap_or_default()).is_err(), "{length}");
        }
    }
}
