//! `fronts` as it is typed: where clients come in, who may call, and how Security headers are read.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::callers::{CertificatesFile, JwtFile};
use super::tools::ToolFile;
use super::web::CorsFile;

/// `fronts`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontsFile {
    /// The JSON front.
    pub json: Option<FrontFile>,
    /// The front for programs that act for people.
    pub mcp: Option<McpFile>,
    /// The SOAP front.
    pub soap: Option<FrontFile>,
}

/// One front.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontFile {
    /// Its path; a JSON operation's path is this, a slash and the operation's name.
    pub path: Option<String>,
    /// Who may call.
    pub auth: AuthFile,
    /// `true`: every answer has HTTP status 200, for clients that read no other bodies.
    #[serde(default)]
    pub always_200: bool,
    /// For SOAP: how Security headers are read and answered.
    pub security: Option<SecurityFile>,
    /// For SOAP: how faults are sent.
    pub faults: Option<FrontFaultsFile>,
    /// For SOAP: the versions that clients may speak, whatever the bindings of the contract are; both by default.
    pub versions: Option<Vec<VersionFile>>,
    /// For SOAP: paths of single ports beside the one of the front, by the names of the ports.
    #[serde(default)]
    pub paths: BTreeMap<String, String>,
    /// What pages of other origins may do; nothing by default.
    pub cors: Option<CorsFile>,
    /// For SOAP: whether answers begin with an XML declaration.
    #[serde(default)]
    pub xml_declaration: bool,
    /// For SOAP: whether the properties of WS-Addressing are read and answered; they are, and where the contract demands them all messages
    /// must have them.
    pub addressing: Option<FrontAddressingFile>,
    /// For SOAP: whether a message whose `MessageID` was used before is refused, for as long as a token is remembered.
    #[serde(default)]
    pub unique_message_ids: bool,
    /// For SOAP: which answers are sent with attachments, by MTOM.
    pub attachments: Option<FrontAttachmentsFile>,
    /// Whether answers are compressed for clients that ask for it.
    #[serde(default = "yes")]
    pub compression: bool,
    /// For JSON: whether its OpenAPI document is served at `/openapi.json` and `/openapi.yaml` below its path; it is by default.
    pub openapi: Option<bool>,
    /// Whether browsers get a page about the service at the path: operations, schemas, examples, and a form to try them.
    #[serde(default = "yes")]
    pub page: bool,
}

fn yes() -> bool {
    true
}

/// A version of SOAP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum VersionFile {
    /// SOAP 1.1.
    #[serde(rename = "1.1")]
    V11,
    /// SOAP 1.2.
    #[serde(rename = "1.2")]
    V12,
}

/// Whether a front reads the properties of WS-Addressing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrontAddressingFile {
    /// Those of messages that have some.
    Accept,
    /// Of none.
    Off,
    /// Those of all messages, which must have them.
    Require,
}

/// Which answers of a front are sent with attachments.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontAttachmentsFile {
    /// Which answers are sent by MTOM; by default those to clients that do so, and all where the contract demands it.
    pub mtom: Option<FrontMtomFile>,
    /// Octets of the largest value that stays in a message; 4096 by default.
    pub over: Option<usize>,
}

/// Which answers of a front are sent by MTOM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrontMtomFile {
    /// Those to clients that send by MTOM, or say that they accept it.
    Accept,
    /// All.
    Always,
    /// None.
    Off,
}

/// The front that speaks the Model Context Protocol.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct McpFile {
    /// Its path.
    pub path: Option<String>,
    /// Who may call, as far as the head of a request says it.
    pub auth: AuthFile,
    /// The operations that are tools; no other is.
    pub operations: BTreeMap<String, ToolFile>,
    /// What pages of other origins may do; nothing by default.
    pub cors: Option<CorsFile>,
    /// Whether answers are compressed for clients that ask for it.
    #[serde(default = "yes")]
    pub compression: bool,
}

impl McpFile {
    /// What it has in common with other fronts.
    pub(in crate::service) fn front(&self) -> FrontFile {
        FrontFile {
            path: self.path.clone(),
            auth: self.auth.clone(),
            always_200: false,
            security: None,
            faults: None,
            versions: None,
            paths: BTreeMap::new(),
            cors: self.cors.clone(),
            xml_declaration: false,
            compression: self.compression,
            openapi: None,
            addressing: None,
            attachments: None,
            unique_message_ids: false,
            page: false,
        }
    }
}

/// How a front sends faults.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontFaultsFile {
    /// 500: the HTTP status of every fault. 400: as SOAP 1.2 has it, which is the default.
    pub http: u16,
}

/// Who may call a front.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AuthFile {
    /// Whoever shows one of these certificates in the handshake of TLS.
    Certificate(CertificatesFile),
    /// Whoever presents such a JSON Web Token as a bearer token.
    Jwt(Box<JwtFile>),
    /// Whoever says one of these names in a UsernameToken without a password.
    Names(NamesFile),
    /// Anyone.
    None,
    /// Whoever the backend accepts: credentials must be there and are passed on.
    PassThrough,
    /// Whoever presents one of these keys in a header of its own.
    Keys {
        /// The header.
        #[serde(default = "api_key")]
        header: String,
        /// The keys.
        keys: Vec<BearerFile>,
    },
    /// Whoever presents one of these bearer tokens.
    Tokens(Vec<BearerFile>),
    /// These users, by UsernameToken, HTTP Basic or the credentials in the body.
    Users {
        /// The users.
        users: Option<Vec<UserFile>>,
        /// A file with the users instead, which is read again on SIGHUP.
        file: Option<String>,
        /// What tells these users from others; the name of the service by default. Fronts of one realm share a replay memory.
        realm: Option<String>,
        /// For SOAP: which kinds of password are accepted.
        accept: Option<Vec<PasswordFile>>,
    },
}

/// Callers who say their names, and prove nothing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamesFile {
    /// The callers.
    pub callers: Vec<NameFile>,
    /// Why whoever reaches the listener is believed; needed where no client certificate is.
    pub trust: Option<String>,
}

/// A caller who says a name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameFile {
    /// The name.
    pub name: String,
    /// The operations that they may call; all by default.
    pub operations: Option<Vec<String>>,
}

fn api_key() -> String {
    "X-Api-Key".to_owned()
}

/// A bearer token or a key that a front accepts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BearerFile {
    /// Whose it is; for the log.
    pub name: String,
    /// A reference to the token.
    pub token: String,
}

/// A user of a front.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserFile {
    /// The name, or a reference to it.
    pub name: String,
    /// A reference to the password: `${env:NAME}` or `${file:PATH}`. A digest can be verified against nothing else.
    pub password: Option<String>,
    /// An Argon2id hash, `$argon2id$…`, or a reference to it; for users who send the password itself.
    pub hash: Option<String>,
    /// The operations that they may call; all by default.
    pub operations: Option<Vec<String>>,
}

/// A file of users.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsersFile {
    /// The users.
    pub users: Vec<UserFile>,
}

/// A kind of password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordFile {
    /// PasswordDigest.
    Digest,
    /// PasswordText.
    Text,
}

/// How Security headers are read and answered: a profile, and what differs from it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecurityFile {
    /// What the relaxations below are when nothing is said.
    pub profile: ProfileFile,
    /// A `Password` without `Type` is a PasswordText.
    pub missing_type: Option<bool>,
    /// A `Nonce` without `EncodingType` is base64.
    pub missing_encoding: Option<bool>,
    /// `wsse:Type` and `wsse:EncodingType` count.
    pub qualified_attributes: Option<bool>,
    /// White space around base64.
    pub surrounding_space: Option<bool>,
    /// White space within base64.
    pub folded_base64: Option<bool>,
    /// Times with an offset other than `Z`.
    pub zone_offsets: Option<bool>,
    /// Fractions of a second with four to nine digits.
    pub long_fractions: Option<bool>,
    /// A `Timestamp` with its children in another order, or with others, and a `ValueType` on its times and that of a token.
    pub loose_timestamp: Option<bool>,
    /// A SOAPAction that no operation of the contract has.
    pub foreign_action: Option<bool>,
    /// Tokens from before the start of the process, with a replay memory that does not outlive it.
    pub before_start: Option<bool>,
    /// A nonce that was used at another time.
    pub repeated_nonces: Option<bool>,
    /// Whether a Timestamp is looked at.
    pub timestamp: Option<TimestampFile>,
    /// Whether responses have a Timestamp.
    pub response_timestamp: ResponseTimestampFile,
    /// How much a client is told of a failure.
    pub faults: FaultsFile,
    /// What `faults: { http: … }` of the front was called before.
    pub sender_fault_status: Option<u16>,
    /// The namespace of `MessageExpired`: 1.0 has it in the utility schema, 1.1 beside the others.
    pub message_expired: MessageExpiredFile,
    /// Actors and roles in which this bridge acts, besides those of SOAP.
    pub actors: Vec<String>,
}

/// How strict a receiver is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileFile {
    /// What senders in the field need.
    #[default]
    Compat,
    /// Basic Security Profile 1.1.
    Strict,
}

/// Whether a Timestamp is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimestampFile {
    /// Its structure only.
    Ignore,
    /// One that is there must be fresh.
    IfPresent,
    /// One must be there, and be fresh.
    Require,
}

/// Whether responses have a Timestamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseTimestampFile {
    /// Always.
    Always,
    /// When the request has one.
    #[default]
    Auto,
    /// Never.
    Never,
}

/// How much a client is told of a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultsFile {
    /// Every failure of a token looks the same.
    #[default]
    Generic,
    /// The standard codes.
    Standard,
}

/// The namespace of `MessageExpired`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageExpiredFile {
    /// That of the other codes.
    #[default]
    Wsse,
    /// That of the utility schema.
    Wsu,
}
