//! What is chosen before types are compiled.

use crate::limits::ContractLimits;

/// How decimals and integers look in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbers {
    /// As numbers with their exact digits.
    #[default]
    Native,
    /// As strings, wherever a reader with doubles could lose a digit.
    Safe,
}

/// Choices for all types.
#[derive(Clone, Copy, Debug)]
pub(in crate::plan) struct Options {
    /// How decimals and integers look in JSON.
    pub(in crate::plan) numbers: Numbers,
    /// Nodes of all content models.
    pub(in crate::plan) nodes: usize,
}

impl Options {
    /// `nodes` of zero stands for the bound of [`ContractLimits::particles`].
    pub(in crate::plan) fn new(numbers: Numbers, nodes: usize) -> Self {
        let nodes = if nodes == 0 { ContractLimits::default().particles } else { nodes };
        Self { numbers, nodes }
    }
}
