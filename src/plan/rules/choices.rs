//! What a service file may say about the JSON form of a contract.

use std::collections::BTreeMap;

use super::super::compile::Numbers;
use super::super::program::Credential;
use super::file::Placed;

/// How keys are spelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// As the contract spells them.
    #[default]
    AsIs,
    /// `customerNumber`.
    Camel,
    /// `customer_number`.
    Snake,
}

/// Rules for a whole contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// How keys are spelled.
    pub names: Names,
    /// Local names: a type whose only content is a repeated element of such a name is an array.
    pub flatten: Vec<String>,
    /// The local name of elements that hold unknown members: `@name` and the JSON text.
    pub extra: Option<String>,
    /// Rules for the fields of types, by the type's key.
    pub types: BTreeMap<String, Vec<Placed>>,
    /// How decimals and integers look in JSON.
    pub numbers: Numbers,
    /// Nodes of all content models; zero for the bound of [`crate::limits::ContractLimits::particles`].
    pub nodes: usize,
    /// Rules for single operations, by name.
    pub operations: BTreeMap<String, OperationRules>,
    /// Texts of fields of header parts, in all requests that have them.
    pub constants: Vec<ConstantField>,
    /// Fields of header parts that are credentials, in all requests that have them.
    pub credentials: Vec<CredentialField>,
}

/// A field of a header part that has one text in all requests, and is not in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstantField {
    /// The field as it is typed.
    pub field: String,
    /// Its JSON Pointer.
    pub pointer: String,
    /// Its text.
    pub text: String,
}

/// A field of a header part that is a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialField {
    /// Its key below `credentials`.
    pub key: &'static str,
    /// Its JSON Pointer, which leads into `$headers`.
    pub pointer: String,
    /// What it holds.
    pub holds: Credential,
}

/// Rules for one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationRules {
    /// The only child of the request's root, whose value is the whole JSON body.
    pub unwrap_request: Option<String>,
    /// The same for the response, with other names under which the child is read.
    pub unwrap_response: Option<String>,
    /// Other names under which the unwrapped child of the response is read.
    pub response_aliases: Vec<String>,
    /// Keys of the request's JSON body that are not part of the message.
    pub hidden: Vec<String>,
    /// Keys of the response's JSON body that are always arrays, empty ones included.
    pub always: Vec<String>,
    /// JSON pointers of request fields of which an empty value counts as absent.
    pub blank_absent: Vec<String>,
    /// Whether the elements for unknown members show as they are at the top of the response.
    pub plain_extra: bool,
    /// Rules for fields, in the order in which they apply.
    pub fields: Vec<Placed>,
}
