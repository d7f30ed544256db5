//! Why a message is not shown beside the one that it becomes.

use crate::codec::Violations;
use crate::json;
use crate::xml;

/// Why there is no SOAP message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It breaks the contract.
    #[error(transparent)]
    Contract(#[from] Violations),
    /// It is not JSON.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// What there is to say of it is over the bound.
    #[error("the message is too large to be looked at")]
    TooLarge,
    /// What was made of it is over the bounds on XML.
    #[error(transparent)]
    Xml(#[from] xml::Error),
}
