//! The service file as it is typed: YAML, `version: 1`. Unknown keys are errors.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::faults::FaultTableFile;
use super::fronts::{FrontsFile, TimestampFile};
use super::proxy::{HttpVersionFile, ProxyFile};
use super::rules::{HeaderCredentialsFile, OperationFile, TypeFile, ViolationFile};
use super::timeout::{KeepAliveFile, TimeoutFile};
use super::tls::{ListenFile, TlsFile};
use super::token::{CredentialsFile, HeaderFixedFile, TokenFile};
use crate::limits::Limits;

/// A whole service file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceFile {
    /// The version of this format: 1.
    pub version: u32,
    /// The name of the service: the default paths and the log use it.
    pub service: String,
    /// What is spoken.
    pub contract: ContractFile,
    /// What clients speak.
    pub fronts: FrontsFile,
    /// What is called.
    pub backend: BackendFile,
    /// How clients connect.
    #[serde(default)]
    pub listen: ListenFile,
    /// Where that is which several bridges must share.
    #[serde(default)]
    pub store: StoreFile,
    /// A folder for long attachments while their message is translated, an absolute path. Without it they are in memory, and parts of the
    /// bodies that `limits.http` bounds.
    pub spool: Option<String>,
    /// A file with rules that several service files share, relative to this one.
    pub include: Option<String>,
    /// Bounds that differ from the defaults.
    #[serde(default)]
    pub limits: Limits,
    /// Choices for all operations.
    pub defaults: Option<DefaultsFile>,
    /// Constant maps and lists for expressions.
    #[serde(default)]
    pub tables: BTreeMap<String, TableFile>,
    /// Rules for the fields of types, by name.
    #[serde(default)]
    pub types: BTreeMap<String, TypeFile>,
    /// How breaches of the contract are reported, after the operations' own rules.
    #[serde(default)]
    pub violations: Vec<ViolationFile>,
    /// What becomes of faults and failures, after the operations' own rows.
    pub faults: Option<FaultTableFile>,
    /// Texts of fields of header parts, in every request that has them.
    #[serde(default, rename = "const")]
    pub constants: BTreeMap<String, String>,
    /// Fields of header parts that are credentials, in every request that has them.
    pub credentials: Option<HeaderCredentialsFile>,
    /// What never shows in whole.
    #[serde(default)]
    pub mask: BTreeMap<String, MaskFile>,
    /// Rules for single operations.
    #[serde(default)]
    pub operations: BTreeMap<String, OperationFile>,
}

/// What an included file may hold: whatever does not depend on fronts and backend.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IncludedFile {
    /// Choices for all operations.
    pub defaults: Option<DefaultsFile>,
    /// Constant maps and lists for expressions.
    pub tables: BTreeMap<String, TableFile>,
    /// Rules for the fields of types, by name.
    pub types: BTreeMap<String, TypeFile>,
    /// How breaches of the contract are reported.
    pub violations: Vec<ViolationFile>,
    /// What becomes of faults and failures.
    pub faults: Option<FaultTableFile>,
    /// Texts of fields of header parts, in every request that has them.
    #[serde(rename = "const")]
    pub constants: BTreeMap<String, String>,
    /// Fields of header parts that are credentials, in every request that has them.
    pub credentials: Option<HeaderCredentialsFile>,
    /// What never shows in whole.
    pub mask: BTreeMap<String, MaskFile>,
    /// Rules for single operations.
    pub operations: BTreeMap<String, OperationFile>,
}

/// Where that is which several bridges must share: used tokens, and keys of idempotent requests.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreFile {
    /// A Valkey or Redis store, in memory by default: `redis://host:6379`, `redis-cluster://host,host` or
    /// `redis-sentinel://host,host?sentinelMasterId=NAME`. A password in it is a reference, or in one.
    pub redis: Option<String>,
}

/// A constant map or list.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a list of texts or a mapping of texts to texts, numbers in quotes")]
pub enum TableFile {
    /// Texts.
    List(Vec<String>),
    /// Texts by text; digits alone are an integer.
    Map(BTreeMap<String, String>),
}

/// How much of a field shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaskFile {
    /// Nothing, not even that it is there.
    Drop,
    /// A mark in its place.
    Hide,
    /// The last four characters.
    Last4,
}

/// `contract`.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a mapping such as `{ wsdl: FILE }`; `saponify fetch URL -o contract` copies one from a server to contract/main.wsdl"
)]
pub struct ContractFile {
    /// The WSDL, relative to the service file.
    pub wsdl: String,
    /// The folder that holds all documents of the contract, relative to the service file; by default the one of the WSDL.
    pub root: Option<String>,
    /// The WSDL service, where there are several.
    pub service: Option<String>,
    /// The WSDL port, where there are several.
    pub port: Option<String>,
}

/// `backend`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum BackendFile {
    /// A JSON backend.
    Json(JsonBackendFile),
    /// A SOAP backend.
    Soap(SoapBackendFile),
}

/// A SOAP backend.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoapBackendFile {
    /// Its endpoint, or a reference to it; the WSDL's address by default.
    pub url: Option<String>,
    /// The UsernameToken that it gets.
    pub username_token: Option<Box<TokenFile>>,
    /// The credentials that it gets in header parts, where the top of the file says.
    pub credentials: Option<CredentialsFile<HeaderFixedFile>>,
    /// The HTTP header with credentials that it gets.
    pub auth: Option<BackendAuthFile>,
    /// Whether the Timestamp of a reply is looked at.
    pub response_timestamp: Option<TimestampFile>,
    /// Whether it gets the properties of WS-Addressing; by default where the contract demands them.
    pub addressing: Option<BackendAddressingFile>,
    /// Whether it gets attachments, by MTOM.
    pub attachments: Option<BackendAttachmentsFile>,
    /// Why it may get less than the contract demands by policies; by default that is an error.
    pub ignore_policy: Option<String>,
    /// How it is trusted over TLS, and what it is shown.
    pub tls: Option<TlsFile>,
    /// By which proxy it is reached; what the environment says by default.
    pub proxy: Option<ProxyFile>,
    /// The version of HTTP that it is spoken to in.
    #[serde(default)]
    pub http_version: HttpVersionFile,
    /// Whether credentials may go to another machine in cleartext.
    #[serde(default)]
    pub allow_insecure: bool,
    /// Whether its connections rest for the next request, and for how long.
    #[serde(default)]
    pub keep_alive: KeepAliveFile,
    /// Deadlines.
    #[serde(default)]
    pub timeout: TimeoutFile,
}

/// Whether a backend gets the properties of WS-Addressing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum BackendAddressingFile {
    /// It gets none.
    #[serde(rename = "off")]
    Off,
    /// Those of WS-Addressing 1.0.
    #[serde(rename = "send")]
    Send,
    /// Those of the member submission of August 2004.
    #[serde(rename = "2004")]
    Submission,
}

/// Whether a backend gets attachments.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackendAttachmentsFile {
    /// Whether it gets messages by MTOM; by default where the contract demands it.
    pub mtom: Option<BackendMtomFile>,
    /// Octets of the largest value that stays in a message; 4096 by default.
    pub over: Option<usize>,
}

/// Whether a backend gets messages by MTOM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackendMtomFile {
    /// It gets none.
    Off,
    /// All of them.
    Send,
}

/// A JSON backend.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonBackendFile {
    /// Its base, or a reference to it; the operations' paths follow it.
    pub url: String,
    /// The credentials that go into the body, where an operation's `credentials` say.
    pub credentials: Option<CredentialsFile>,
    /// The `Authorization` that it gets.
    pub auth: Option<BackendAuthFile>,
    /// How it is trusted over TLS, and what it is shown.
    pub tls: Option<TlsFile>,
    /// By which proxy it is reached; what the environment says by default.
    pub proxy: Option<ProxyFile>,
    /// The version of HTTP that it is spoken to in.
    #[serde(default)]
    pub http_version: HttpVersionFile,
    /// Whether credentials may go to another machine in cleartext, the token server's too.
    #[serde(default)]
    pub allow_insecure: bool,
    /// Whether its connections rest for the next request, and for how long.
    #[serde(default)]
    pub keep_alive: KeepAliveFile,
    /// Deadlines.
    #[serde(default)]
    pub timeout: TimeoutFile,
}

/// The header with credentials that a backend gets.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum BackendAuthFile {
    /// Basic.
    Basic(CredentialsFile),
    /// Bearer: a reference to the token, or `caller`, whose token it is then.
    Bearer(String),
    /// A header of its own with a secret value, such as an API key.
    Header {
        /// Its name.
        name: String,
        /// A reference to its value, or `caller`, whose token it is then.
        value: String,
    },
    /// Bearer: a token from an OAuth 2.0 server, by client credentials (RFC 6749 section 4.4), kept while it is valid.
    Oauth2(Oauth2File),
}

/// An OAuth 2.0 server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oauth2File {
    /// Its token endpoint: a URL, or a path at the backend's host.
    pub token_url: String,
    /// The client, or a reference to it.
    pub client_id: String,
    /// A reference to its secret.
    pub client_secret: String,
    /// Where the two go: into the body, or into Basic credentials.
    #[serde(default)]
    pub send: Oauth2SendFile,
    /// The scope to ask for.
    pub scope: Option<String>,
    /// TLS with a server that is not at the backend's host; there the backend's is used.
    pub tls: Option<TlsFile>,
}

/// Where an OAuth 2.0 client's credentials go (RFC 6749 section 2.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oauth2SendFile {
    /// Into the form.
    #[default]
    Body,
    /// Into Basic credentials.
    Basic,
}

/// `defaults`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct DefaultsFile {
    /// `native` or `safe`.
    pub numbers: NumbersFile,
    /// `absent`, `nil` or `reject`.
    pub null_as: NullFile,
    /// `ignore` or `reject`.
    pub unknown_fields: UnknownFile,
    /// Whether a backend's reply must follow its schema to the letter.
    pub strict_responses: bool,
    /// Whether a client's SOAP request may have its elements in any order.
    pub any_order: bool,
    /// Whether a client's SOAP request may have names of the contract in another namespace.
    pub other_namespaces: bool,
    /// Whether a simple value of a client's SOAP request may say that it is of a type which is not derived from the declared one.
    pub other_types: bool,
    /// `pass` or `reject`: header blocks of a client's SOAP request that the contract does not declare.
    pub undeclared_headers: UndeclaredFile,
    /// `keep`, `absent` or `reject`: an empty string in a request.
    pub empty_as: EmptyFile,
    /// `as_is`, `camelCase` or `snake_case`: how keys are spelled.
    pub names: NamesFile,
    /// Local names: a type that is nothing but a list of such elements is an array.
    pub flatten: Vec<String>,
    /// The local name of elements that keep unknown members: `@name` and the JSON text.
    pub extra: Option<String>,
    /// Whether a value that a reply's enumeration does not have is passed on, with a warning.
    pub open_enumerations: bool,
}

/// How keys are spelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum NamesFile {
    /// As in the contract.
    #[default]
    #[serde(rename = "as_is")]
    AsIs,
    /// `customerNumber`.
    #[serde(rename = "camelCase")]
    CamelCase,
    /// `customer_number`.
    #[serde(rename = "snake_case")]
    SnakeCase,
}

/// What an empty string means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EmptyFile {
    /// An empty string.
    #[default]
    Keep,
    /// Nothing: an optional field is left out.
    Absent,
    /// An error.
    Reject,
}

/// How decimals and integers look in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NumbersFile {
    /// Numbers with their exact digits.
    #[default]
    Native,
    /// Strings, wherever a reader with doubles could lose a digit.
    Safe,
}

/// What a JSON `null` means where the contract has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NullFile {
    /// The field is left out.
    Absent,
    /// `xsi:nil`.
    Nil,
    /// An error.
    #[default]
    Reject,
}

/// What happens to header blocks that the contract does not declare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UndeclaredFile {
    /// A SOAP backend gets them.
    #[default]
    Pass,
    /// An error.
    Reject,
}

/// What happens to unknown fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownFile {
    /// They are left out.
    Ignore,
    /// An error.
    #[default]
    Reject,
}
