//! A problem of any part of a service file.

use super::backend::BackendProblem;
use super::caller::CallerProblem;
use super::contract::ContractProblem;
use super::expression::ExpressionProblem;
use super::fault::FaultProblem;
use super::file::FileProblem;
use super::front::FrontProblem;
use super::mcp::McpProblem;
use super::reference::ReferenceProblem;
use super::route::RouteProblem;
use super::rule::RuleProblem;
use super::token::TokenProblem;
use super::value::ValueProblem;
use super::web::WebProblem;

macro_rules! any {
    ($($variant:ident($type:ident),)+) => {
        /// What is wrong with a service file.
        #[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
        pub enum Problem {
            $(
                #[doc = concat!("See [`", stringify!($type), "`].")]
                #[error(transparent)]
                $variant(#[from] $type),
            )+
        }

        impl Problem {
            /// The code, which `saponify explain` knows.
            pub fn code(&self) -> &'static str {
                match self { $(Self::$variant(problem) => problem.code()),+ }
            }

            /// How to mend it.
            pub fn hint(&self) -> String {
                match self { $(Self::$variant(problem) => problem.hint()),+ }
            }
        }

        const MEANINGS: &[&[(&str, &str, &str)]] = &[$($type::MEANINGS),+];
    };
}

any! {
    File(FileProblem),
    Value(ValueProblem),
    Reference(ReferenceProblem),
    Contract(ContractProblem),
    Front(FrontProblem),
    Web(WebProblem),
    Mcp(McpProblem),
    Caller(CallerProblem),
    Backend(BackendProblem),
    Token(TokenProblem),
    Rule(RuleProblem),
    Route(RouteProblem),
    Expression(ExpressionProblem),
    Fault(FaultProblem),
}

/// The codes, in their order, each with what it means, and the hint with the names of values in braces.
pub fn explanations() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    MEANINGS.iter().copied().flatten().copied()
}
