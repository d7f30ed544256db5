//! A service without a file: a WSDL and a SOAP backend.

use std::collections::BTreeMap;

use super::checker::Checker;
use crate::limits::Limits;
use crate::service::environment::Environment;
use crate::service::file::fronts::{AuthFile, FrontFile, FrontsFile};
use crate::service::file::key_path::KeyPath;
use crate::service::file::proxy::HttpVersionFile;
use crate::service::file::service::{BackendFile, ContractFile, ServiceFile, SoapBackendFile};
use crate::service::file::timeout::{KeepAliveFile, TimeoutFile};
use crate::service::file::token::{CredentialsFile, SentPasswordFile, TokenFile, TokenFixedFile};
use crate::service::model::service::Service;
use crate::wsdl::{self, Contract, Fetch, Port};
use crate::xml::Diagnostic;

/// A service without a file.
#[derive(Clone, Debug, Default)]
pub struct Quick {
    /// The WSDL.
    pub wsdl: String,
    /// The WSDL service; any by default.
    pub service: Option<String>,
    /// The WSDL port; the first by default.
    pub port: Option<String>,
    /// The backend; the WSDL's own address by default.
    pub backend: Option<String>,
    /// The user name and the reference to the password that the backend gets.
    pub token: Option<(String, String)>,
    /// Whether the password is sent as a digest.
    pub digest: bool,
    /// Whether it may go to another machine in cleartext.
    pub allow_insecure: bool,
}

/// Makes the service that `quick` describes: a JSON front and a SOAP front in front of a SOAP backend, for anyone who
/// can reach the listener.
pub fn quick(
    quick: &Quick,
    environment: &dyn Environment,
    fetch: &mut dyn Fetch,
) -> Result<Service, Vec<Diagnostic>> {
    let contract = wsdl::load(&quick.wsdl, fetch, &Limits::default().contract)?;
    let file = file(quick, &contract);
    let mut checker = Checker::new(&quick.wsdl, "", environment);
    checker.without_file = true;
    let url = if quick.backend.is_some() { "--backend" } else { "--wsdl" };
    checker.options = vec![
        (KeyPath::of("backend.soap.url"), url),
        (KeyPath::of("backend.soap.username_token"), "--username-token"),
    ];
    checker.service(&file, contract)
}

/// The name of a service without what has no place in a path.
pub fn path_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '-' };
    name.chars().map(plain).collect()
}

/// The file that would say the same.
pub(super) fn file(quick: &Quick, contract: &Contract) -> ServiceFile {
    let chosen = |port: &Port| quick.port.as_ref().map_or(!port.elsewhere, |wanted| *port.name == **wanted);
    let served = contract.services.iter().find(|service| {
        service.ports.iter().any(chosen)
            && quick.service.as_ref().is_none_or(|wanted| *service.name.local == **wanted)
    });
    let front = || {
        Some(FrontFile {
            path: None,
            auth: AuthFile::None,
            always_200: false,
            security: None,
            faults: None,
            versions: None,
            paths: BTreeMap::new(),
            cors: None,
            xml_declaration: false,
            addressing: None,
            unique_message_ids: false,
            attachments: None,
            compression: true,
            openapi: None,
            page: true,
        })
    };
    ServiceFile {
        version: 1,
        service: served.map_or_else(|| "service".to_owned(), |service| path_name(&service.name.local)),
        contract: ContractFile {
            wsdl: quick.wsdl.clone(),
            root: None,
            service: quick.service.clone(),
            port: quick.port.clone(),
        },
        fronts: FrontsFile { json: front(), mcp: None, soap: front() },
        backend: BackendFile::Soap(SoapBackendFile {
            url: quick.backend.clone(),
            username_token: token(quick).map(Box::new),
            credentials: None,
            auth: None,
            response_timestamp: None,
            addressing: None,
            attachments: None,
            ignore_policy: None,
            tls: None,
            proxy: None,
            http_version: HttpVersionFile::default(),
            allow_insecure: quick.allow_insecure,
            keep_alive: KeepAliveFile::default(),
            timeout: TimeoutFile::default(),
        }),
        listen: Default::default(),
        store: Default::default(),
        spool: None,
        include: None,
        constants: Default::default(),
        credentials: None,
        faults: Default::default(),
        defaults: None,
        tables: Default::default(),
        types: Default::default(),
        violations: Vec::new(),
        mask: Default::default(),
        limits: Limits::default(),
        operations: Default::default(),
    }
}

fn token(quick: &Quick) -> Option<TokenFile> {
    let (username, password) = quick.token.clone()?;
    let kind = if quick.digest { SentPasswordFile::Digest } else { SentPasswordFile::Text };
    Some(TokenFile::new(CredentialsFile::Fixed(TokenFixedFile { username, password: Some(password) }), kind))
}
