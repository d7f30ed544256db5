//! What a server that guards its contract is shown: headers, HTTP Basic, and a certificate; and whom it is trusted by.
//!
//! Secrets are references, for arguments are in the history of the shell and in the list of processes. Headers and HTTP Basic go to the
//! server of the first document and to no other, whatever the documents and its redirections lead to; a certificate is shown to whichever
//! server asks for one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use rustls::ClientConfig;
use url::Url;

use super::error::FetchError;
use crate::bridge::tls::{PemError, certificates, key, provider, roots, system_roots};
use crate::cli::surroundings::Process;
use crate::redact::is_secret_header;
use crate::service::{self, is_exposed};

/// What the server of the contract is shown, and whom it is trusted by.
#[derive(Debug, Args)]
pub(super) struct Access {
    /// A header for the server of the contract, and no other; a value may have `${env:NAME}` and `${file:PATH}` in it.
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// HTTP Basic for the server of the contract, and no other: USER:env:NAME or USER:file:PATH.
    #[arg(long, value_name = "USER:env:NAME")]
    basic: Option<String>,
    /// The PEM authorities that servers are trusted by, in place of those of the system.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The PEM chain of the certificate that servers are shown.
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// Its PEM private key.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// Let credentials go to another machine over http://, where anyone on the way reads them.
    #[arg(long)]
    allow_insecure: bool,
}

/// Headers for one server.
#[derive(Debug)]
pub(super) struct Credentials {
    home: Option<Url>,
    headers: HeaderMap,
    allow_insecure: bool,
}

impl Access {
    /// What the server of `from` is shown. Errors: a header that cannot be one, or a reference that leads to nothing.
    pub(super) fn credentials(&self, from: &str) -> Result<Credentials, FetchError> {
        let mut headers = HeaderMap::new();
        for text in &self.headers {
            let (name, value) = header(text)?;
            headers.append(name, value);
        }
        if let Some(basic) = &self.basic {
            headers.insert(AUTHORIZATION, basic_value(basic)?);
        }
        // A path is no URL; no server is shown anything then.
        let home = Url::parse(from).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        if home.as_ref().is_some_and(|home| !home.username().is_empty() || home.password().is_some()) {
            let reason = "a user name is not allowed in a URL; give it with --basic USER:env:NAME";
            return Err(FetchError::Option(reason.to_owned()));
        }
        if home.is_none() && !headers.is_empty() {
            return Err(FetchError::Option("--header and --basic are for a contract at a URL".to_owned()));
        }
        Ok(Credentials { home, headers, allow_insecure: self.allow_insecure })
    }

    /// Whether it says something about TLS.
    pub(super) fn is_about_tls(&self) -> bool {
        self.ca.is_some() || self.certificate.is_some()
    }

    /// The configuration of TLS. Errors: a file that cannot be read, or that is not PEM.
    pub(super) fn tls(&self) -> Result<Arc<ClientConfig>, FetchError> {
        let tls = |error: &dyn std::fmt::Display| FetchError::Tls(error.to_string());
        let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
        let trusted: Arc<_> = match &self.ca {
            Some(ca) => Arc::new(pem("--ca", ca, roots)?),
            None => system_roots().map_err(|reason| tls(&reason))?,
        };
        let builder = builder.map_err(|error| tls(&error))?.with_root_certificates(trusted);
        let config = match (&self.certificate, &self.key) {
            (Some(chain), Some(private)) => {
                let (chain, private) =
                    (pem("--certificate", chain, certificates)?, pem("--key", private, key)?);
                let config = builder.with_client_auth_cert(chain, private);
                config.map_err(|_| FetchError::Option("--key is not that of --certificate".to_owned()))?
            }
            _ => builder.with_no_client_auth(),
        };
        Ok(Arc::new(config))
    }
}

impl Credentials {
    /// The headers for `address`: all for the server of the first document, none for others. Errors: they would go over
    /// plain HTTP to another machine.
    pub(super) fn for_address(&self, address: &Url) -> Result<&[HeaderMap], FetchError> {
        let is_home = self.home.as_ref().is_some_and(|home| home.origin() == address.origin());
        if self.headers.is_empty() || !is_home {
            return Ok(&[]);
        }
        if !self.allow_insecure && is_exposed(address.as_str()) {
            return Err(FetchError::Cleartext);
        }
        Ok(std::slice::from_ref(&self.headers))
    }
}

/// The header `Name: value`.
fn header(text: &str) -> Result<(HeaderName, HeaderValue), FetchError> {
    let wrong = |reason: &str| FetchError::Option(format!("--header: {reason}"));
    let (name, value) = text.split_once(':').ok_or_else(|| wrong("expected `Name: value`"))?;
    let name = HeaderName::from_bytes(name.trim().as_bytes());
    let name = name.map_err(|_| wrong("not the name of an HTTP header"))?;
    let value = value.trim();
    if is_secret_header(name.as_str()) && !value.contains("${") {
        return Err(wrong(&format!(
            "the value of {name} must be a reference, as in '{name}: ${{env:NAME}}' or '{name}: ${{file:PATH}}'"
        )));
    }
    let value = service::resolve(value, &Process).map_err(|reason| wrong(&reason.to_string()))?;
    let mut value = HeaderValue::from_str(&value)
        .map_err(|_| wrong(&format!("no header can carry the value of {name}")))?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// The value of HTTP Basic (RFC 7617) for `USER:env:NAME`.
fn basic_value(text: &str) -> Result<HeaderValue, FetchError> {
    let wrong = |reason: &str| FetchError::Option(format!("--basic: {reason}"));
    let parts: Vec<&str> = text.splitn(3, ':').collect();
    let [user, kind @ ("env" | "file"), place] = parts.as_slice() else {
        return Err(wrong("expected USER:env:NAME or USER:file:PATH"));
    };
    let password = service::secret(&format!("${{{kind}:{place}}}"), &Process);
    let password = password.map_err(|reason| wrong(&reason.to_string()))?;
    let both = STANDARD.encode(format!("{user}:{}", password.expose()));
    let mut value = HeaderValue::from_str(&format!("Basic {both}")).expect("base64 is ASCII");
    value.set_sensitive(true);
    Ok(value)
}

/// The text of a PEM file as `read` reads it.
fn pem<T>(option: &str, path: &Path, read: impl Fn(&str) -> Result<T, PemError>) -> Result<T, FetchError> {
    let wrong = |reason: &dyn std::fmt::Display| {
        FetchError::Option(format!("{option}: {}: {reason}", path.display()))
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
    read(&text).map_err(|error| wrong(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(from: &str, headers: &[&str]) -> Result<Credentials, FetchError> {
        let headers = headers.iter().map(|text| (*text).to_owned()).collect();
        let access =
            Access { headers, basic: None, ca: None, certificate: None, key: None, allow_insecure: false };
        access.credentials(from)
    }

    #[test]
    fn headers_go_to_the_first_server_and_no_other() {
        let known = credentials("https://a.example:8443/s?wsdl", &["X-Key: k"]).expect("headers");
        for (address, expected) in [
            ("https://a.example:8443/types.xsd", 1),
            ("https://a.example/types.xsd", 0),
            ("http://a.example:8443/types.xsd", 0),
            ("https://b.example:8443/types.xsd", 0),
        ] {
            let address = Url::parse(address).expect("a URL");
            assert_eq!(known.for_address(&address).expect("headers").len(), expected, "{address}");
        }
        for (from, refused) in [("http://a.example/s", true), ("http://127.0.0.1/s", false)] {
            let known = credentials(from, &["X-Key: k"]).expect("headers");
            let asked = known.for_address(&Url::parse(from).expect("a URL"));
            assert_eq!(asked.is_err(), refused, "{from}");
        }
    }

    #[test]
    fn a_secret_is_no_argument() {
        for (header, expected) in [
            ("Authorization: Bearer s3cret", "must be a reference"),
            ("no colon", "expected `Name: value`"),
            ("X Key: v", "not the name of an HTTP header"),
            ("X-Key: ${env:SAPONIFY_IS_NOT_SET}", "is not set"),
        ] {
            let told = credentials("https://a.example/", &[header]).map(drop).expect_err(header).to_string();
            assert!(told.contains(expected) && !told.contains("s3cret"), "{told}");
        }
        let told =
            credentials("https://ops:s3cret@a.example/", &[]).map(drop).expect_err("a user").to_string();
        assert!(told.contains("--basic") && !told.contains("s3cret"), "{told}");
        let told = credentials("a.wsdl", &["X-Key: v"]).map(drop).expect_err("a file").to_string();
        assert!(told.contains("at a URL"), "{told}");
    }
}
