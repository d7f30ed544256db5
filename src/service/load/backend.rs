//! The backend: where it is, how long it may take, and what it gets.

use std::sync::Arc;
use std::time::Duration;

use super::super::duration::duration;
use super::super::file::{
    BackendAuthFile, BackendFile, Oauth2File, Oauth2SendFile, ServiceFile, TimeoutFile,
};
use super::super::model::{
    Backend, BackendAuth, BackendCredentials, Credentials, JsonBackend, Oauth2, SoapBackend, Target,
};
use super::super::reference;
use super::super::token_file::{CredentialsFile, FixedFile};
use super::Checker;
use crate::limits::HttpLimits;
use crate::wsdl::Contract;
use crate::wss::TimestampPolicy;

impl Checker<'_> {
    pub(super) fn backend(
        &mut self,
        file: &ServiceFile,
        contract: &Contract,
        backend_url: Option<&str>,
    ) -> Option<Backend> {
        match &file.backend {
            BackendFile::Json(json) => {
                let target =
                    self.target(backend_url.or(Some(&json.url)), None, &json.timeout, &file.limits.http)?;
                let credentials =
                    json.credentials.as_ref().and_then(|credentials| self.credentials(credentials));
                let auth = match &json.auth {
                    None => BackendAuth::None,
                    Some(auth) => self.backend_auth(auth, &target, file)?,
                };
                Some(Backend::Json(JsonBackend { target, credentials, auth }))
            }
            BackendFile::Soap(soap) => {
                let own = contract
                    .services
                    .iter()
                    .flat_map(|service| &service.ports)
                    .find_map(|port| port.address.as_deref());
                let target =
                    self.target(backend_url.or(soap.url.as_deref()), own, &soap.timeout, &file.limits.http)?;
                let token = match &soap.username_token {
                    None => None,
                    Some(token) => Some(self.token(token)?),
                };
                let auth = match &soap.auth {
                    None => BackendAuth::None,
                    Some(auth) => self.backend_auth(auth, &target, file)?,
                };
                let response_timestamp =
                    soap.response_timestamp.map_or(TimestampPolicy::Ignore, super::fronts::timestamp);
                Some(Backend::Soap(SoapBackend { target, token, auth, response_timestamp }))
            }
        }
    }

    pub(super) fn backend_auth(
        &mut self,
        file: &BackendAuthFile,
        backend: &Target,
        service: &ServiceFile,
    ) -> Option<BackendAuth> {
        match file {
            BackendAuthFile::Basic(credentials) => self.credentials(credentials).map(BackendAuth::Basic),
            BackendAuthFile::Bearer(token) => {
                let token =
                    self.resolved("backend.auth.bearer", reference::secret(token, self.environment))?;
                Some(BackendAuth::Bearer(token))
            }
            BackendAuthFile::Header { name, value } => {
                let name = self.header_name("backend.auth.header.name", name);
                let value =
                    self.resolved("backend.auth.header.value", reference::secret(value, self.environment))?;
                Some(BackendAuth::Header(name, value))
            }
            BackendAuthFile::Oauth2(oauth2) => self.oauth2(oauth2, backend, service).map(BackendAuth::Oauth2),
        }
    }

    pub(super) fn oauth2(
        &mut self,
        file: &Oauth2File,
        backend: &Target,
        service: &ServiceFile,
    ) -> Option<Oauth2> {
        let url = self.resolved("oauth2.token_url", reference::resolve(&file.token_url, self.environment))?;
        let url = if url.starts_with('/') { format!("{}{url}", origin(&backend.url)) } else { url };
        let token = self.target(Some(&url), None, &TimeoutFile::default(), &service.limits.http)?;
        let id = self.resolved("oauth2.client_id", reference::resolve(&file.client_id, self.environment))?;
        let secret =
            self.resolved("oauth2.client_secret", reference::secret(&file.client_secret, self.environment))?;
        Some(Oauth2 {
            token,
            client: Credentials { username: id.into(), password: secret },
            in_form: file.send == Oauth2SendFile::Body,
            scope: file.scope.as_deref().map(Arc::from),
        })
    }

    pub(super) fn target(
        &mut self,
        url: Option<&str>,
        own: Option<&str>,
        timeout: &TimeoutFile,
        http: &HttpLimits,
    ) -> Option<Target> {
        let resolved = url.map(|url| reference::resolve(url, self.environment)).transpose();
        let url = match resolved {
            Ok(url) => url.or_else(|| own.map(str::to_owned)),
            Err(reason) => {
                self.problem(&format!("backend.url: {reason}"));
                return None;
            }
        };
        let Some(url) = url.filter(|url| url.starts_with("http://") || url.starts_with("https://")) else {
            self.problem("backend.url: expected a URL that begins with http:// or https://");
            return None;
        };
        Some(Target {
            url: url.into(),
            connect: self.duration("connect", timeout.connect.as_deref(), http.connect),
            first_byte: self.duration("first_byte", timeout.first_byte.as_deref(), http.first_byte),
            total: self.duration("total", timeout.total.as_deref(), http.total),
        })
    }

    pub(super) fn duration(&mut self, name: &str, text: Option<&str>, default: u64) -> Duration {
        let Some(text) = text else { return Duration::from_millis(default) };
        match duration(text).ok().filter(|time| !time.is_zero()) {
            Some(time) => time,
            None => {
                self.problem(&format!(
                    "backend.timeout.{name}: expected a time such as 500ms or 15s, at most 60m"
                ));
                Duration::from_millis(default)
            }
        }
    }

    pub(super) fn credentials(&mut self, file: &CredentialsFile) -> Option<BackendCredentials> {
        match file {
            CredentialsFile::Caller => Some(BackendCredentials::Caller),
            CredentialsFile::ByCaller(table) => {
                let rows =
                    table.iter().map(|(caller, file)| Some((caller.as_str().into(), self.fixed(file)?)));
                Some(BackendCredentials::ByCaller(rows.collect::<Option<_>>()?))
            }
            CredentialsFile::Fixed(file) => self.fixed(file).map(BackendCredentials::Fixed),
        }
    }

    fn fixed(&mut self, file: &FixedFile) -> Option<Credentials> {
        let username = self.resolved("username", reference::resolve(&file.username, self.environment))?;
        let password = self.resolved("password", reference::secret(&file.password, self.environment))?;
        Some(Credentials { username: username.into(), password })
    }
}

/// Scheme and host of a URL.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or(url)
}
