//! The service file as it is typed: YAML, `version: 1`. Unknown keys are errors.

use std::collections::BTreeMap;

use serde::Deserialize;

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
    /// Choices for all operations.
    #[serde(default)]
    pub defaults: DefaultsFile,
    /// Bounds that differ from the defaults.
    #[serde(default)]
    pub limits: Limits,
    /// Rules for single operations.
    #[serde(default)]
    pub operations: BTreeMap<String, OperationFile>,
}

/// `contract`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractFile {
    /// The WSDL, relative to the service file.
    pub wsdl: String,
    /// The WSDL service, where there are several.
    pub service: Option<String>,
    /// The WSDL port, where there are several.
    pub port: Option<String>,
}

/// `fronts`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontsFile {
    /// The JSON front.
    pub json: Option<FrontFile>,
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
}

/// Who may call a front.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AuthFile {
    /// Anyone.
    None,
    /// Whoever the backend accepts: credentials must be there and are passed on.
    PassThrough,
    /// These users.
    Users {
        /// The users.
        users: Vec<UserFile>,
        /// For SOAP: which kinds of password are accepted.
        #[serde(default = "both")]
        accept: Vec<PasswordFile>,
    },
}

fn both() -> Vec<PasswordFile> {
    vec![PasswordFile::Digest, PasswordFile::Text]
}

/// A user of a front.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserFile {
    /// The name, or a reference to it.
    pub name: String,
    /// A reference to the password: `${env:NAME}` or `${file:PATH}`.
    pub password: String,
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
    pub username_token: Option<TokenFile>,
    /// Deadlines.
    #[serde(default)]
    pub timeout: TimeoutFile,
}

/// The UsernameToken that a SOAP backend gets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenFile {
    /// Whose credentials.
    pub credentials: CredentialsFile,
    /// How the password is sent.
    #[serde(default = "text")]
    pub password: PasswordFile,
    /// Whether `Nonce` and `Created` go with a PasswordText.
    #[serde(default)]
    pub nonce: bool,
}

fn text() -> PasswordFile {
    PasswordFile::Text
}

/// Whose credentials a backend gets.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CredentialsFile {
    /// The caller's.
    Caller,
    /// These, whoever calls.
    Fixed {
        /// The name, or a reference to it.
        username: String,
        /// A reference to the password.
        password: String,
    },
}

/// A JSON backend.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonBackendFile {
    /// Its base, or a reference to it; the operations' paths follow it.
    pub url: String,
    /// The credentials that go into the body, where an operation's `credentials` say.
    pub credentials: Option<CredentialsFile>,
    /// Deadlines.
    #[serde(default)]
    pub timeout: TimeoutFile,
}

/// Deadlines towards a backend, such as `15s` or `500ms`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeoutFile {
    /// To open a connection.
    pub connect: Option<String>,
    /// Until the first byte of the reply.
    pub first_byte: Option<String>,
    /// For the whole exchange.
    pub total: Option<String>,
}

/// `defaults`.
#[derive(Clone, Debug, Default, Deserialize)]
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
}

/// How decimals and integers look in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumbersFile {
    /// Numbers with their exact digits.
    #[default]
    Native,
    /// Strings, wherever a reader with doubles could lose a digit.
    Safe,
}

/// What a JSON `null` means where the contract has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
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

/// What happens to unknown fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownFile {
    /// They are left out.
    Ignore,
    /// An error.
    #[default]
    Reject,
}

/// The rules of one operation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OperationFile {
    /// Method and path of a JSON backend: `POST /v1/BBXPortRest/updateClient`.
    pub http: Option<String>,
    /// Wrappers that do not show in JSON.
    pub unwrap: UnwrapFile,
    /// Body fields that are credentials.
    pub credentials: Option<CredentialPathsFile>,
    /// Request fields, as JSON Pointers, of which an empty value counts as absent.
    pub empty_is_absent: Vec<String>,
    /// How success and failure look.
    pub outcome: OutcomeFile,
    /// Whether the operation may be repeated without harm, and so retried.
    pub idempotent: bool,
}

/// `unwrap`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UnwrapFile {
    /// The only child of the request.
    pub request: Option<String>,
    /// The only child of the response.
    pub response: Option<String>,
    /// Other names under which that child is read.
    pub response_also: Vec<String>,
}

/// `credentials`: paths of members joined by dots.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialPathsFile {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
}

/// `outcome`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutcomeFile {
    /// Members of the response that are always arrays, empty ones included.
    pub lists: Vec<String>,
    /// Whether the response has the outward shape: `requestId`, `status`, `warnings`, `errors`.
    pub common: bool,
    /// The HTTP status of a response with `status` 0.
    pub failure_http: Option<u16>,
}
