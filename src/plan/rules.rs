//! What a service file may say about the JSON form of a contract.

use std::collections::BTreeMap;

/// How decimals and integers look in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbers {
    /// As numbers with their exact digits.
    #[default]
    Native,
    /// As strings, wherever a reader with doubles could lose a digit.
    Safe,
}

/// Rules for a whole contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
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
}
