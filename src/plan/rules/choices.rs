//! What a service file may say about the JSON form of a contract.

use std::collections::BTreeMap;

use super::super::compile::Numbers;

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

/// A rule and the field that it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// A JSON Pointer; `*` stands for every item of an array.
    pub pointer: String,
    /// What happens to the field.
    pub rule: FieldRule,
}

/// What happens to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldRule {
    /// It looks different in JSON.
    As(As),
    /// It is always this, and not in JSON.
    Const(String),
    /// It is this when JSON does not have it.
    Default(String),
    /// Its texts are others in JSON: pairs of XML and JSON.
    Enum(Vec<(String, String)>),
    /// It is the array of its only child, which is repeated.
    Flatten,
    /// A sub-object of the members with these keys, under the key at the pointer's end.
    Group(Vec<String>),
    /// It is not in JSON.
    Hide,
    /// It has another key.
    Rename(String),
    /// Its value is that of its only child.
    Unwrap,
}

/// Another JSON form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// A date without its zone, which says nothing about the day.
    Day,
    /// A date as midnight of that day, UTC.
    Instant,
    /// A boolean as 0 or 1.
    Number,
    /// A number or a boolean as a string.
    String,
}
