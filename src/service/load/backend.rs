//! The backend: where it is, how long it may take, and what it gets.

use std::sync::Arc;

use super::checker::Checker;
use super::cleartext::authority;
use super::convert::timestamp;
use super::demands;
use super::proxy::ReachFile;
use super::url::Url;
use crate::limits::MTOM_OVER;
use crate::service::file::key_path::KeyPath;
use crate::service::file::proxy::HttpVersionFile;
use crate::service::file::service::{
    BackendAddressingFile, BackendAuthFile, BackendFile, BackendMtomFile, JsonBackendFile, Oauth2File,
    Oauth2SendFile, ServiceFile, SoapBackendFile,
};
use crate::service::file::timeout::TimeoutFile;
use crate::service::model::backend::{
    Backend, BackendAddressing, BackendAuth, ConnectionLimits, Credentials, JsonBackend, Oauth2, Reach,
    SoapBackend, Target,
};
use crate::service::model::tls::Tls;
use crate::service::problem::{BackendProblem, ValueProblem};
use crate::soap::Addressing;
use crate::wsdl::Contract;
use crate::wss::TimestampPolicy;

/// A backend that is being checked.
struct Peer<'f> {
    at: KeyPath,
    target: Target,
    reach: ReachFile<'f>,
    /// Whether credentials may go to it in cleartext.
    insecure: bool,
}

impl Checker<'_> {
    pub(super) fn backend(&mut self, file: &ServiceFile, contract: Option<&Contract>) -> Option<Backend> {
        match &file.backend {
            BackendFile::Json(json) => {
                let at = KeyPath::of("backend.json");
                // What the command line says takes the place of the file.
                let url = self.url(&at.key("url"), self.backend_url.unwrap_or(&json.url))?;
                let mut target = self.target(&at, &url, &json.timeout);
                target.tls = self.tls(&at, json.tls.as_ref(), &target.url);
                let reach = ReachFile { proxy: json.proxy.as_ref(), version: json.http_version };
                target.reach = self.reach(&at, reach, &target.url);
                target.connections = self.connection_limits(&at, &json.keep_alive);
                let peer = Peer { at, target, reach, insecure: json.allow_insecure };
                self.shown_url = url.shown;
                self.json_backend(file, json, peer).map(Backend::Json)
            }
            BackendFile::Soap(soap) => {
                let at = KeyPath::of("backend.soap");
                let url = self.soap_url(&at, soap, contract)?;
                let mut target = self.target(&at, &url, &soap.timeout);
                target.tls = self.tls(&at, soap.tls.as_ref(), &target.url);
                let reach = ReachFile { proxy: soap.proxy.as_ref(), version: soap.http_version };
                target.reach = self.reach(&at, reach, &target.url);
                target.connections = self.connection_limits(&at, &soap.keep_alive);
                let peer = Peer { at, target, reach, insecure: soap.allow_insecure };
                self.shown_url = url.shown;
                let demanded =
                    contract.filter(|_| soap.ignore_policy.is_none()).and_then(demands::addressing);
                let addressing = match soap.addressing {
                    Some(file) => addressing(file),
                    None => demanded.map(|(version, _)| version),
                };
                let must_understand = demanded.is_some();
                let addressing = addressing.map(|version| BackendAddressing { version, must_understand });
                let mtom = mtom(soap, contract);
                let backend = self.soap_backend(file, soap, peer)?;
                Some(Backend::Soap(SoapBackend { addressing, mtom, ..backend }))
            }
        }
    }

    /// That of the command line, else of the file, else of the contract, where nothing is a reference.
    fn soap_url(&mut self, at: &KeyPath, file: &SoapBackendFile, contract: Option<&Contract>) -> Option<Url> {
        let at = at.key("url");
        if let Some(url) = self.backend_url.or(file.url.as_deref()) {
            return self.url(&at, url);
        }
        let mut ports = contract?.services.iter().flat_map(|service| &service.ports);
        // Where there is no port, that is what is told.
        let own = ports.next()?.address.clone();
        let url = self.checked(&at, own.ok_or(ValueProblem::Url { expected: NO_ADDRESS }))?;
        self.http_url(&at, Url::plain(&url))
    }

    fn json_backend(
        &mut self,
        whole: &ServiceFile,
        file: &JsonBackendFile,
        peer: Peer<'_>,
    ) -> Option<JsonBackend> {
        let credentials = match &file.credentials {
            None => None,
            Some(credentials) => {
                let at = peer.at.key("credentials");
                self.check_cleartext(&peer, &at, "the credentials in the body");
                if whole.operations.values().all(|operation| operation.credentials.is_none()) {
                    self.problem(&at.name(), BackendProblem::CredentialsNowhere);
                }
                Some(self.credentials(&at, credentials)?)
            }
        };
        let auth = self.backend_auth(&peer, file.auth.as_ref())?;
        Some(JsonBackend { target: peer.target, credentials, auth })
    }

    fn soap_backend(
        &mut self,
        whole: &ServiceFile,
        file: &SoapBackendFile,
        peer: Peer<'_>,
    ) -> Option<SoapBackend> {
        if let Some(at) = self.secret_constant.clone() {
            self.check_cleartext(&peer, &at, "the secret");
        }
        let token = match &file.username_token {
            None => None,
            Some(token) => {
                let at = peer.at.key("username_token");
                self.check_cleartext(&peer, &at, "the UsernameToken");
                Some(self.token(&at, token)?)
            }
        };
        let credentials = match &file.credentials {
            None => None,
            Some(credentials) => {
                let at = peer.at.key("credentials");
                self.check_cleartext(&peer, &at, "the credentials in header parts");
                let is_token = whole.credentials.as_ref().is_some_and(|places| places.token.is_some());
                Some(self.header_credentials(&at, credentials, is_token)?)
            }
        };
        let auth = self.backend_auth(&peer, file.auth.as_ref())?;
        let response_timestamp = file.response_timestamp.map_or(TimestampPolicy::Ignore, timestamp);
        Some(SoapBackend {
            target: peer.target,
            token,
            credentials,
            auth,
            response_timestamp,
            addressing: None,
            mtom: None,
        })
    }

    fn backend_auth(&mut self, peer: &Peer<'_>, file: Option<&BackendAuthFile>) -> Option<BackendAuth> {
        let Some(file) = file else { return Some(BackendAuth::None) };
        let at = peer.at.key("auth");
        self.check_cleartext(peer, &at, "the credentials of its `auth`");
        match file {
            BackendAuthFile::Basic(credentials) => {
                self.basic(&at.key("basic"), credentials).map(BackendAuth::Basic)
            }
            BackendAuthFile::Bearer(token) if token == CALLER => Some(BackendAuth::CallerToken(None)),
            BackendAuthFile::Bearer(token) => {
                self.header_secret(&at.key("bearer"), token).map(BackendAuth::Bearer)
            }
            BackendAuthFile::Header { name, value } => {
                let at = at.key("header");
                let name = self.header_name(&at.key("name"), name);
                if value == CALLER {
                    return Some(BackendAuth::CallerToken(Some(name)));
                }
                let value = self.header_secret(&at.key("value"), value)?;
                Some(BackendAuth::Header(name, value))
            }
            BackendAuthFile::Oauth2(oauth2) => self.oauth2(&at.key("oauth2"), oauth2, peer),
        }
    }

    fn oauth2(&mut self, at: &KeyPath, file: &Oauth2File, peer: &Peer<'_>) -> Option<BackendAuth> {
        let token = self.token_target(at, file, peer);
        if let Some(token) = &token {
            let token = Peer { at: at.clone(), target: token.clone(), ..*peer };
            self.check_cleartext(&token, &at.key("client_secret"), "the client's secret");
        }
        let client = self.client(at, file);
        Some(BackendAuth::Oauth2(Box::new(Oauth2 {
            token: token?,
            client: client?,
            in_form: file.send == Oauth2SendFile::Body,
            scope: file.scope.as_deref().map(Arc::from),
        })))
    }

    /// At the backend's host, as the backend is reached; elsewhere as `oauth2.tls` says, for the backend's certificate is
    /// for the backend. It has the backend's deadlines, for whoever waits for it waits for the backend.
    fn token_target(&mut self, at: &KeyPath, file: &Oauth2File, peer: &Peer<'_>) -> Option<Target> {
        let backend = &peer.target;
        let here = at.key("token_url");
        let url = self.resolved_url(&here, &file.token_url)?;
        if url.whole.starts_with('/') {
            if file.tls.is_some() {
                self.problem(&at.key("tls").name(), BackendProblem::TokenServerTls);
            }
            let whole = Url::plain(&format!("{}{}", origin(&backend.url), url.whole));
            return Some(Target { url: whole.whole.as_str().into(), ..backend.clone() });
        }
        let url = self.http_url(&here, url)?;
        let tls = self.tls_of(at, file.tls.as_ref(), &url.whole);
        // One elsewhere is reached by the same proxy, and speaks what it speaks.
        let reach = ReachFile { version: HttpVersionFile::Auto, ..peer.reach };
        let reach = self.reach(&peer.at, reach, &url.whole);
        Some(Target { url: url.whole.as_str().into(), tls, reach, ..backend.clone() })
    }

    fn client(&mut self, at: &KeyPath, file: &Oauth2File) -> Option<Credentials> {
        let id = self.resolved(&at.key("client_id"), &file.client_id);
        let secret = self.secret(&at.key("client_secret"), &file.client_secret);
        let credentials = Credentials { username: id?.into(), password: secret? };
        if file.send == Oauth2SendFile::Basic {
            self.check_basic_name(&at.key("client_id"), &file.client_id, &credentials.username);
            self.check_basic(&at.key("client_secret"), &file.client_secret, credentials.password.expose());
        }
        Some(credentials)
    }

    /// `url` with the values that it refers to.
    fn url(&mut self, at: &KeyPath, url: &str) -> Option<Url> {
        let url = self.resolved_url(at, url)?;
        self.http_url(at, url)
    }

    fn http_url(&mut self, at: &KeyPath, given: Url) -> Option<Url> {
        let url = &given.whole;
        let problem = if !(url.starts_with("http://") || url.starts_with("https://")) {
            ValueProblem::Url { expected: HTTP }
        } else if authority(url).contains('@') {
            ValueProblem::UrlUser
        } else if url.contains('#') {
            ValueProblem::Url { expected: NO_FRAGMENT }
        } else if authority(url).is_empty()
            || authority(url).contains('[') != authority(url).contains(']')
            || !url.bytes().all(|byte| byte.is_ascii_graphic())
        {
            ValueProblem::Url { expected: HTTP_PLAIN }
        } else if !has_port(authority(url)) {
            ValueProblem::Url { expected: PORT }
        } else {
            return Some(given);
        };
        self.problem(at, problem);
        None
    }

    fn target(&mut self, at: &KeyPath, url: &Url, timeout: &TimeoutFile) -> Target {
        let (at, http) = (at.key("timeout"), self.limits.http);
        Target {
            url: url.whole.as_str().into(),
            connect: self.deadline(&at.key("connect"), timeout.connect.as_deref(), http.connect),
            first_byte: self.deadline(&at.key("first_byte"), timeout.first_byte.as_deref(), http.first_byte),
            total: self.deadline(&at.key("total"), timeout.total.as_deref(), http.total),
            tls: Tls::default(),
            reach: Reach::default(),
            connections: ConnectionLimits::new(&http),
        }
    }

    /// Whether `secrets`, which are `at`, may go to `peer`.
    fn check_cleartext(&mut self, peer: &Peer<'_>, at: &KeyPath, secrets: &'static str) {
        if !peer.insecure && super::cleartext::is_exposed(&peer.target.url) {
            let host = authority(&peer.target.url).to_owned();
            self.problem(&at.name(), BackendProblem::Cleartext { secrets, host });
        }
    }
}

/// Octets of the largest value that stays in a message, where messages are sent by MTOM.
fn mtom(file: &SoapBackendFile, contract: Option<&Contract>) -> Option<usize> {
    let said = file.attachments.and_then(|attachments| attachments.mtom);
    let sends = match said {
        Some(said) => said == BackendMtomFile::Send,
        None => file.ignore_policy.is_none() && contract.is_some_and(demands::mtom),
    };
    let over = file.attachments.and_then(|attachments| attachments.over);
    sends.then(|| over.map_or(MTOM_OVER, |over| over))
}

fn addressing(file: BackendAddressingFile) -> Option<Addressing> {
    match file {
        BackendAddressingFile::Off => None,
        BackendAddressingFile::Send => Some(Addressing::V10),
        BackendAddressingFile::Submission => Some(Addressing::V2004),
    }
}

/// Whether what stands behind the host is a port, or nothing does.
fn has_port(authority: &str) -> bool {
    let host = authority.rfind(']').map_or(authority, |end| authority.split_at(end).1);
    match host.split_once(':') {
        None | Some((_, "")) => true,
        Some((_, port)) => {
            port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
        }
    }
}

/// Scheme and host of a URL.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + "://".len());
    let end = url.bytes().skip(host).position(|byte| byte == b'/').map_or(url.len(), |at| host + at);
    url.split_at(end).0
}

/// Whose token a header has, where no reference says it.
const CALLER: &str = "caller";

const HTTP: &str = "one that begins with http:// or https://";

const HTTP_PLAIN: &str = "a host behind http:// or https://, and ASCII without spaces";

/// No server is ever sent one.
const NO_FRAGMENT: &str = "one without a `#`; `%23` is the character";

const PORT: &str = "a port from 1 to 65535 behind the host";

const NO_ADDRESS: &str = "one here, since the WSDL has none";
