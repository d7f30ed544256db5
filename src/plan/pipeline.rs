//! From a contract and rules to the program: one operation after the other, then the types, then the rules.

use super::compile::{Compiler, OperationAt, Options, assemble, operation, types};
use super::program::Plan;
use super::rules::{self, Rules};
use crate::wsdl::Contract;
use crate::xml::Diagnostic;

/// What [`compile`] makes of a contract.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The program for every operation that can be mapped.
    pub plan: Plan,
    /// The operations that cannot be mapped.
    pub refused: Vec<Refused>,
}

/// An operation that cannot be mapped.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The service that it belongs to, by local name.
    pub service: String,
    /// The port that it belongs to.
    pub port: String,
    /// Its name.
    pub operation: String,
    /// Why.
    pub reason: Diagnostic,
}

/// Compiles every operation of `contract`. An operation that cannot be mapped does not stop the others.
///
/// Errors: rules that name what is not there.
pub fn compile(contract: &Contract, rules: &Rules) -> Result<Compiled, Vec<Diagnostic>> {
    let mut compiler = Compiler::new(contract, Options::new(rules.numbers, rules.nodes));
    let mut refused = Vec::new();
    let mut drafts = Vec::new();
    for at in operations(contract) {
        match &at.operation.refused {
            None => drafts.push(operation(&mut compiler, at)),
            Some(reason) => refused.push(Refused::of(at, reason)),
        }
    }
    compiler.meet_details();
    types::all(&mut compiler);
    let found = rules::apply(rules, &mut compiler.arena, &mut drafts);
    compiler.problems.extend(found);
    if !compiler.problems.is_empty() {
        return Err(compiler.problems);
    }
    Ok(Compiled { plan: assemble::plan(compiler, drafts), refused })
}

impl Refused {
    fn of(at: OperationAt<'_>, reason: &Diagnostic) -> Self {
        Self {
            service: at.service.name.local.to_string(),
            port: at.port.name.to_string(),
            operation: at.operation.name.to_string(),
            reason: reason.clone(),
        }
    }
}

fn operations(contract: &Contract) -> impl Iterator<Item = OperationAt<'_>> {
    contract.services.iter().flat_map(|service| {
        service.ports.iter().flat_map(move |port| {
            port.operations.iter().map(move |operation| OperationAt { service, port, operation })
        })
    })
}
