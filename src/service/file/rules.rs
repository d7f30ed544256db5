//! The rules of a service file as they are typed.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::faults::FaultTableFile;
use super::selection::{HttpFile, OneOrMany};
use super::timeout::TimeoutFile;
use crate::codec::Breach;
use crate::plan::FieldRules;

/// The rules of one operation: field rules, which [`FieldRules`] reads, and the keys below.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, remote = "Self")]
pub struct OperationFile {
    /// Method and path of the JSON side: `PUT /v2/clients/{clientId}[_{subClientId}]/accounts/{accountId}`.
    pub http: Option<String>,
    /// HTTP headers that are request fields.
    pub header: BTreeMap<String, String>,
    /// Wrappers that do not show in JSON.
    pub unwrap: UnwrapFile,
    /// Rules for single fields.
    #[serde(skip)]
    pub fields: FieldRules,
    /// Body fields that are credentials.
    pub credentials: Option<CredentialPathsFile>,
    /// Request fields, as JSON Pointers, of which an empty value counts as absent.
    pub empty_is_absent: Vec<String>,
    /// Conditions on requests.
    pub check: Vec<CheckFile>,
    /// How breaches of the contract are reported.
    pub violations: Vec<ViolationFile>,
    /// The outward shape of the response.
    pub answer: AnswerFile,
    /// What a JSON backend's reply means.
    pub outcome: Vec<OutcomeFile>,
    /// The members of the JSON reply.
    pub native: BTreeMap<String, NativeFile>,
    /// What becomes of faults and failures.
    pub faults: FaultTableFile,
    /// Whether the operation may be repeated without harm, and so retried.
    pub idempotent: bool,
    /// Deadlines, where they are not those of the backend.
    pub timeout: TimeoutFile,
    /// Its exchanges at one time.
    pub concurrent: Option<usize>,
    /// Whether it stands in an included file.
    #[serde(skip)]
    pub included: bool,
}

impl<'de> Deserialize<'de> for OperationFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = FieldRules::default();
        // The function of this name that `remote` makes, which knows nothing of field rules.
        let mut file: Self = Self::deserialize(fields.beside(deserializer))?;
        fields.unwrap(std::mem::take(&mut file.unwrap.fields));
        Ok(Self { fields, ..file })
    }
}

/// Rules for the fields of a type.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct TypeFile {
    /// The rules.
    pub fields: FieldRules,
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
    /// Fields whose only child stands for them.
    pub fields: Vec<String>,
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

/// `credentials` at the top of the file: fields of header parts, a name and a password or a token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderCredentialsFile {
    /// The user name: `$headers/PART/FIELD`, or `$headers/PART`.
    pub username: Option<String>,
    /// The password.
    pub password: Option<String>,
    /// The token.
    pub token: Option<String>,
}

/// `answer`: the outward shape of the response.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AnswerFile {
    /// Members of the response that are always arrays, empty ones included.
    pub lists: Vec<String>,
    /// Whether the response has the outward shape: `requestId`, `status`, `warnings`, `errors`.
    pub common: bool,
    /// The HTTP status of a response with `status` 0.
    pub failure_http: Option<u16>,
}

/// A condition on requests.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckFile {
    /// When it is broken: an expression.
    pub when: String,
    /// A JSON Pointer to a list: the condition is asked of each `item`.
    pub each: Option<String>,
    /// The code to report.
    pub code: String,
    /// The field to report, as a JSON Pointer; below the item for `each`.
    #[serde(default)]
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// `error` or `warning`: a warning is reported and the message goes on.
    #[serde(default)]
    pub severity: SeverityFile,
}

/// How bad a broken condition is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeverityFile {
    /// The message is refused.
    #[default]
    Error,
    /// The message goes on.
    Warning,
}

/// How breaches of the contract are reported.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViolationFile {
    /// JSON Pointers; `*` stands for one key or index, `**` for any number. Everywhere by default.
    #[serde(default)]
    pub at: OneOrMany<String>,
    /// Kinds of breaches; all by default.
    #[serde(default)]
    pub kind: OneOrMany<KindFile>,
    /// The code to report.
    pub code: String,
    /// What to say; by default what the contract expects.
    pub message: Option<String>,
}

/// A kind of breach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the kinds of `Breach`, which are described there")]
pub enum KindFile {
    Duplicate,
    Empty,
    Enumeration,
    Exclusive,
    Format,
    Length,
    Missing,
    Null,
    Order,
    Range,
    Type,
    Unknown,
}

impl From<KindFile> for Breach {
    fn from(kind: KindFile) -> Self {
        match kind {
            KindFile::Duplicate => Self::Duplicate,
            KindFile::Empty => Self::Empty,
            KindFile::Enumeration => Self::Enumeration,
            KindFile::Exclusive => Self::Exclusive,
            KindFile::Format => Self::Format,
            KindFile::Length => Self::Length,
            KindFile::Missing => Self::Missing,
            KindFile::Null => Self::Null,
            KindFile::Order => Self::Order,
            KindFile::Range => Self::Range,
            KindFile::Type => Self::Type,
            KindFile::Unknown => Self::Unknown,
        }
    }
}

/// A row of `outcome`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeFile {
    /// HTTP statuses, such as `200` or `4xx`; all by default.
    #[serde(default)]
    pub http: OneOrMany<HttpFile>,
    /// A condition on the reply; always by default.
    pub when: Option<String>,
    /// 1 for success, 0 for a failure. A row without `status` and `fault` only adds its warning.
    pub status: Option<u8>,
    /// `client` or `server`: for SOAP clients a fault.
    pub fault: Option<FaultFile>,
    /// A code and a message.
    pub warning: Option<NoticeFile>,
    /// A code and a message; of each item where `each` is there.
    pub error: Option<NoticeFile>,
    /// A JSON Pointer to a list of the reply.
    pub each: Option<String>,
}

/// Who is to blame for a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultFile {
    /// The client.
    Client,
    /// The server.
    Server,
}

/// A code and a message; `${…}` is an expression.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeFile {
    /// The code.
    pub code: String,
    /// The message.
    #[serde(default)]
    pub message: String,
    /// The field, as a JSON Pointer.
    #[serde(default)]
    pub pointer: String,
}

/// A member of the JSON reply.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NativeFile {
    /// The member of the contract's response that holds it.
    pub member: Option<String>,
    /// `text`: a number or a boolean is kept as a text.
    #[serde(rename = "as")]
    pub form: Option<NativeAsFile>,
    /// What it is where the response has no such member; `null` leaves it out.
    #[serde(rename = "else")]
    pub otherwise: Option<String>,
    /// `errors` or `warnings`: a list of these.
    pub notices: Option<NoticesFile>,
    /// The items of that list: members and their values.
    pub item: BTreeMap<String, String>,
}

/// How a native member is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NativeAsFile {
    /// As a text.
    Text,
}

/// Which notices a native member lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticesFile {
    /// The errors.
    Errors,
    /// The warnings.
    Warnings,
}
