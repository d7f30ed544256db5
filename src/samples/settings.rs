//! `case.yaml`: what a case says besides its messages.

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue, Method};
use serde::Deserialize;

use super::pointers::{Pointers, Rules};
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
    pub fn parse(text: &str, environment: &dyn Environment) -> Result<Self, String> {
        let (name, value) = text.split_once(':').ok_or("headers: expected `Name: value`")?;
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
    pub(super) fn parse(text: &str, environment: &dyn Environment) -> Result<Self, String> {
        let file: CaseFile = serde_saphyr::from_str(text).map_err(first_line)?;
        check_http(&file.http)?;
        let headers = file.headers.iter().map(|(name, value)| header(name, value, environment));
        Ok(Self {
            operation: file.operation,
            headers: headers.collect::<Result<_, _>>()?,
            http: file.http,
            rules: Rules { ignore: Pointers::parse(&file.ignore)?, mask: Masks::parse(&file.mask)? },
        })
    }
}

fn first_line(error: serde_saphyr::Error) -> String {
    error.to_string().lines().next().unwrap_or("it cannot be read").to_owned()
}

fn check_http(http: &Http) -> Result<(), String> {
    let path = http.path.as_deref().unwrap_or("/");
    if !path.starts_with('/') || path.parse::<http::Uri>().is_err() {
        return Err("http.path: expected a path such as /v1/update".to_owned());
    }
    let method = http.method.as_deref().unwrap_or("POST");
    if Method::from_bytes(method.as_bytes()).is_err() {
        return Err("http.method: expected a method such as PUT".to_owned());
    }
    let status = http.status.unwrap_or(200);
    if (200..=599).contains(&status) { Ok(()) } else { Err("http.status: expected 200 to 599".to_owned()) }
}

fn header(name: &str, value: &str, environment: &dyn Environment) -> Result<Header, String> {
    let wrong = || format!("headers: {name:?} or its value is no header");
    let variable = value.strip_prefix("${env:").and_then(|rest| rest.strip_suffix('}'));
    let found = match variable {
        None => value.to_owned(),
        Some(variable) => environment
            .variable(variable)
            .ok_or_else(|| format!("headers: environment variable {variable} is not set"))?,
    };
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !plain(name) || !plain(variable.unwrap_or("")) {
        return Err("headers: expected names of letters, digits, `-` and `_`".to_owned());
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
