//! What tools in the field trip over in a contract that is right: group `interop` of `lint`.
//!
//! A trap is here only if it was seen with the version of the tool that it names, or if the tool's maintainers confirm it
//! in public; `docs/LINT_INTEROP.md` says where. In this order, each file using those before it: `survey`, then a file
//! for each kind of trap.

mod bindings;
mod content;
mod enumerations;
mod names;
mod operations;
mod survey;
mod unexpressed;

use survey::Survey;

use crate::plan::Plan;
use crate::wsdl::Contract;
use crate::xml::Diagnostic;

/// The traps in a contract, as notes: nothing is wrong with it. Those of its messages are found in `plan`.
pub(super) fn traps(contract: &Contract, plan: Option<&Plan>) -> Vec<Diagnostic> {
    let mut survey = Survey::of(contract);
    names::look(&mut survey);
    enumerations::look(&mut survey);
    content::look(&mut survey);
    operations::look(&mut survey);
    bindings::look(&mut survey);
    if let Some(plan) = plan {
        unexpressed::look(&mut survey, plan);
    }
    survey.finish()
}
