//! The backend: where it is, how long it may take, and what it gets.

use std::sync::Arc;
use std::time::Duration;

use super::Checker;
use super::cleartext::authority;
use crate::limits::HttpLimits;
use crate::service::duration::duration;
use crate::service::file::service::{
    BackendAuthFile, BackendFile, JsonBackendFile, Oauth2File, Oauth2SendFile, ServiceFile, SoapBackendFile,
    TimeoutFile,
};
use crate::service::file::token::{CredentialsFile, FixedFile};
use crate::service::model::service::{
    Backend, BackendAuth, BackendCredentials, Credentials, JsonBackend, Oauth2, SoapBackend, Target,
};
use crate::service::model::tls::Tls;
use crate::service::reference;
use crate::wsdl::Contract;
use crate::wss::TimestampPolicy;

impl Checker<'_> {
    pub(super) fn backend(
        &mut self,
        file: &ServiceFile,
        contract: &Contract,
        backend_url: Option<&str>,
    ) -> Option<Backend> {
        let http = &file.limits.http;
        match &file.backend {
            BackendFile::Json(json) => {
                let url = self.url("backend.json.url", backend_url.or(Some(&json.url)), None)?;
                let mut target = self.target(url, &json.timeout, http);
                target.tls = self.tls("backend.json", json.tls.as_ref(), &target.url, backend_url.is_some());
                self.json_backend(json, target, http).map(Backend::Json)
            }
            BackendFile::Soap(soap) => {
                let mut ports = contract.services.iter().flat_map(|service| &service.ports);
                let own = ports.find_map(|port| port.address.as_deref());
                let url = self.url("backend.soap.url", backend_url.or(soap.url.as_deref()), own)?;
                let mut target = self.target(url, &soap.timeout, http);
                target.tls = self.tls("backend.soap", soap.tls.as_ref(), &target.url, backend_url.is_some());
                self.soap_backend(soap, target, http).map(Backend::Soap)
            }
        }
    }

    fn json_backend(
        &mut self,
        file: &JsonBackendFile,
        target: Target,
        http: &HttpLimits,
    ) -> Option<JsonBackend> {
        let insecure = file.allow_insecure;
        if file.credentials.is_some() {
            self.check_cleartext("backend.json", "the credentials in the body", &target.url, insecure);
        }
        let credentials = file.credentials.as_ref().and_then(|credentials| self.credentials(credentials));
        let auth = self.backend_auth("backend.json", file.auth.as_ref(), &target, insecure, http)?;
        Some(JsonBackend { target, credentials, auth })
    }

    fn soap_backend(
        &mut self,
        file: &SoapBackendFile,
        target: Target,
        http: &HttpLimits,
    ) -> Option<SoapBackend> {
        let insecure = file.allow_insecure;
        if file.username_token.is_some() {
            self.check_cleartext("backend.soap", "the UsernameToken", &target.url, insecure);
        }
        let token = match &file.username_token {
            None => None,
            Some(token) => Some(self.token(token)?),
        };
        let auth = self.backend_auth("backend.soap", file.auth.as_ref(), &target, insecure, http)?;
        let response_timestamp =
            file.response_timestamp.map_or(TimestampPolicy::Ignore, super::fronts::timestamp);
        Some(SoapBackend { target, token, auth, response_timestamp })
    }

    fn backend_auth(
        &mut self,
        what: &str,
        file: Option<&BackendAuthFile>,
        backend: &Target,
        insecure: bool,
        http: &HttpLimits,
    ) -> Option<BackendAuth> {
        let Some(file) = file else { return Some(BackendAuth::None) };
        self.check_cleartext(what, "the credentials of its `auth`", &backend.url, insecure);
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
            BackendAuthFile::Oauth2(oauth2) => {
                let token = self.token_target(oauth2, backend, http)?;
                self.check_cleartext(OAUTH2, "the client's secret", &token.url, insecure);
                self.oauth2(oauth2, token).map(BackendAuth::Oauth2)
            }
        }
    }

    /// At the backend's host, as the backend is reached; elsewhere as `oauth2.tls` says, for the backend's certificate is
    /// for the backend.
    fn token_target(&mut self, file: &Oauth2File, backend: &Target, http: &HttpLimits) -> Option<Target> {
        let url = reference::resolve(&file.token_url, self.environment);
        let url = self.resolved("backend.auth.oauth2.token_url", url)?;
        let timeout = TimeoutFile::default();
        if url.starts_with('/') {
            if file.tls.is_some() {
                self.problem(&format!(
                    "{OAUTH2}.tls: the token server is at the backend's host, where the backend's `tls` is used"
                ));
            }
            let at_backend = self.target(format!("{}{url}", origin(&backend.url)), &timeout, http);
            return Some(Target { tls: backend.tls.clone(), ..at_backend });
        }
        let url = self.url("backend.auth.oauth2.token_url", None, Some(&url))?;
        let tls = self.tls(OAUTH2, file.tls.as_ref(), &url, false);
        Some(Target { tls, ..self.target(url, &timeout, http) })
    }

    fn oauth2(&mut self, file: &Oauth2File, token: Target) -> Option<Oauth2> {
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

    /// `url` with the values that it refers to, or `own` as it is.
    fn url(&mut self, what: &str, url: Option<&str>, own: Option<&str>) -> Option<String> {
        let resolved = url.map(|url| reference::resolve(url, self.environment)).transpose();
        let url = self.resolved(what, resolved)?.or_else(|| own.map(str::to_owned)).unwrap_or_default();
        if !(url.starts_with("http://") || url.starts_with("https://")) {
            self.problem(&format!("{what}: expected a URL that begins with http:// or https://"));
            return None;
        }
        // URLs are shown and logged.
        if authority(&url).contains('@') {
            self.problem(&format!(
                "{what}: a user name has no place in a URL; credentials have keys of their own"
            ));
            return None;
        }
        Some(url)
    }

    fn target(&mut self, url: String, timeout: &TimeoutFile, http: &HttpLimits) -> Target {
        Target {
            url: url.into(),
            connect: self.duration("connect", timeout.connect.as_deref(), http.connect),
            first_byte: self.duration("first_byte", timeout.first_byte.as_deref(), http.first_byte),
            total: self.duration("total", timeout.total.as_deref(), http.total),
            tls: Tls::default(),
        }
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

/// Where a token server's mistakes are.
const OAUTH2: &str = "backend.auth.oauth2";
