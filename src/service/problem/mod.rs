//! What can be wrong with a service file: an enum for each part of it, every problem with a code of its own.
//!
//! A problem is one item: its code, what is said, how to mend it, and what `saponify explain` says about the code. Nothing
//! that is said repeats a value that could be secret.

/// Defines an enum of problems: `Variant { fields } = code: what is said; how to mend it; what the code means.`
macro_rules! problems {
    ($(#[$doc:meta])* $name:ident {
        $($variant:ident $({ $($field:ident: $type:ty),+ })? = $code:literal: $says:literal; $hint:literal; $means:literal.)+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
        pub enum $name {
            $(
                #[doc = $means]
                #[error($says)]
                $variant $({ $(#[doc = "As the message shows it."] $field: $type),+ })?,
            )+
        }

        impl $name {
            /// The codes with what they mean, and how to mend it: with the names of values in braces.
            pub(super) const MEANINGS: &[(&'static str, &'static str, &'static str)] = &[$(($code, $means, $hint)),+];

            /// The code, which `saponify explain` knows.
            pub fn code(&self) -> &'static str {
                match self { $(Self::$variant $({ $($field: _),+ })? => $code),+ }
            }

            /// How to mend it.
            #[allow(unused_variables, reason = "a hint need not show what the message shows")]
            pub fn hint(&self) -> String {
                match self { $(Self::$variant $({ $($field),+ })? => format!($hint)),+ }
            }
        }
    };
}

mod any;
mod backend;
mod caller;
mod contract;
mod expression;
mod fault;
mod file;
mod front;
mod mcp;
mod near;
mod reference;
mod route;
mod rule;
mod token;
mod value;
mod web;

pub use any::{Problem, explanations};
pub use backend::BackendProblem;
pub use caller::CallerProblem;
pub use contract::ContractProblem;
pub use expression::ExpressionProblem;
pub use fault::FaultProblem;
pub use file::FileProblem;
pub use front::FrontProblem;
pub use mcp::McpProblem;
pub use near::Near;
pub use reference::ReferenceProblem;
pub use route::RouteProblem;
pub use rule::RuleProblem;
pub use token::TokenProblem;
pub use value::ValueProblem;
pub use web::WebProblem;
