//! `case.yaml`: what a case says besides its messages.

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue, Method};
use serde::Deserialize;

use super::pointers::{PointerError, Pointers, Rules};
use crate::redact::{Masks, is_secret_header};
use crate::service::Environment;

/// `case.yaml` as it is typed. Unknown keys are errors.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct CaseFile {
    operation: Option<String>,
    http: Http,
    headers: BTreeMap<String, String>,
    ignore: Vec<String>,
    mask: Vec<String>,
}

/// What is wrong with `case.yaml`, or with a header of the command line. No value is shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A header that is not `Name: value`.
    #[error("headers: expected `Name: value`")]
    HeaderForm,
    /// A header's name, or that of a variable, with other characters.
    #[error("headers: expected names of letters, digits, `-` and `_`")]
    HeaderName,
    /// A name or a value that HTTP cannot carry.
    #[error("headers: {0:?} or its value is not a valid header field")]
    HeaderValue(String),
    /// Not a method.
    #[error("http.method: expected a method such as PUT")]
    Method,
    /// Not a path.
    #[error("http.path: expected a path such as /v1/update")]
    Path,
    /// Not a pattern of JSON Pointers.
    #[error(transparent)]
    Pointer(#[from] PointerError),
    /// Not a status of an answer.
    #[error("http.status: expected 200 to 599")]
    Status,
    /// An environment variable that is not set.
    #[error("headers: environment variable {0} is not set")]
    Variable(String),
    /// Not YAML, or a key that is not known; the first line of what the parser says.
    #[error("{0}")]
    Yaml(String),
}

/// What the JSON side uses and gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// The status of the answer.
    pub status: Option<u16>,
    /// The path of the request.
    pub path: Option<String>,
    /// The method of the request.
    pub method: Option<String>,
}

/// A header that goes with the request of a case.
#[derive(Clone)]
pub struct Header {
    /// Its name.
    pub name: HeaderName,
    /// Its value.
    pub value: HeaderValue,
    /// The value as a shell gets it: quoted, a secret as a variable.
    pub(crate) shell: String,
}

impl Header {
    /// The header `Name: value`; the value may be `${env:NAME}`. Errors: what is wrong with it.
    pub fn parse(text: &str, environment: &dyn Environment) -> Result<Self, SettingsError> {
        let (name, value) = text.split_once(':').ok_or(SettingsError::HeaderForm)?;
        header(name.trim(), value.trim(), environment)
    }
}

/// What `case.yaml` says, checked.
#[derive(Clone, Default)]
pub struct Settings {
    /// The operation; by default the one whose messages they are.
    pub operation: Option<String>,
    /// What the JSON side uses and gives.
    pub http: Http,
    /// Headers that go with the request.
    pub headers: Vec<Header>,
    /// What is not compared, and what is not shown.
    pub rules: Rules,
}

impl Settings {
    /// Reads `case.yaml`. Errors: what is wrong with it, without a value.
    pub(super) fn parse(text: &str, environment: &dyn Environment) -> Result<Self, SettingsError> {
        let file: CaseFile = crate::service::file::parse(text).map_err(SettingsError::Yaml)?;
        check_http(&file.http)?;
        let headers = file.headers.iter().map(|(name, value)| header(name, value, environment));
        Ok(Self {
            operation: file.operation,
            headers: headers.collect::<Result<_, _>>()?,
            http: file.http,
            rules: Rules {
                ignore: Pointers::parse(&file.ignore)?,
                mask: Masks::parse(&file.mask).map_err(PointerError::new)?,
            },
        })
    }
}

fn check_http(http: &Http) -> Result<(), SettingsError> {
    let is_path = |path: &String| path.starts_with('/') && path.parse::<http::Uri>().is_ok();
    let is_method = |method: &String| Method::from_bytes(method.as_bytes()).is_ok();
    if !http.path.as_ref().is_none_or(is_path) {
        return Err(SettingsError::Path);
    }
    if !http.method.as_ref().is_none_or(is_method) {
        return Err(SettingsError::Method);
    }
    let is_status = http.status.is_none_or(|status| (200..=599).contains(&status));
    is_status.then_some(()).ok_or(SettingsError::Status)
}

fn header(name: &str, value: &str, environment: &dyn Environment) -> Result<Header, SettingsError> {
    let wrong = || SettingsError::HeaderValue(name.to_owned());
    let variable = value.strip_prefix("${env:").and_then(|rest| rest.strip_suffix('}'));
    let found = match variable {
        None => value.to_owned(),
        Some(variable) => {
            environment.variable(variable).ok_or_else(|| SettingsError::Variable(variable.to_owned()))?
        }
    };
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !plain(name) || !variable.is_none_or(plain) {
        return Err(SettingsError::HeaderName);
    }
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
    let shell = shell(&parsed, value, variable);
    let mut value = HeaderValue::from_str(&found).map_err(|_| wrong())?;
    value.set_sensitive(true);
    Ok(Header { name: parsed, value, shell })
}

/// `'Name: value'` for a shell. What opens doors is a variable there, for what is printed ends up in logs.
fn shell(name: &HeaderName, value: &str, variable: Option<&str>) -> String {
    let opens = is_secret_header(name.as_str());
    let own = name.as_str().to_ascii_uppercase().replace('-', "_");
    match variable.or(opens.then_some(&own)) {
        Some(variable) => format!("\"{name}: ${variable}\""),
        None => format!("'{name}: {}'", value.replace('\'', "'\\''")),
    }
}
