//! From a contract and rules to the program: one operation after the other, then the types, then the rules.

use super::compile::{Compiler, OperationAt, Options, assemble, operation, types};
use super::program::{Dispatch, OperationPlan, Plan, PortPlan};
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
    let mut beside = beside(&mut compiler, contract, &drafts);
    compiler.meet_details();
    types::all(&mut compiler);
    let mut found = rules::apply(rules, &mut compiler.arena, &mut drafts);
    let mut others: Vec<_> = beside.iter_mut().flat_map(|port| &mut port.operations).collect();
    if found.is_empty() && !others.is_empty() {
        // What is wrong with them for one port is wrong for all, and told once.
        found = rules::apply_to(rules, &mut compiler.arena, &mut others);
    }
    compiler.problems.extend(found);
    if !compiler.problems.is_empty() {
        return Err(compiler.problems);
    }
    Ok(Compiled { plan: assemble::plan(compiler, drafts, beside), refused })
}

/// The ports beside those of `contract`, whose operations are `drafts`.
fn beside(compiler: &mut Compiler<'_>, contract: &Contract, drafts: &[OperationPlan]) -> Vec<PortPlan> {
    let ports =
        contract.beside.iter().flat_map(|service| service.ports.iter().map(move |port| (service, port)));
    let mut made = Vec::new();
    for (service, port) in ports {
        let mut own = PortPlan {
            name: port.name.clone(),
            operations: Vec::new(),
            same: Vec::new(),
            dispatch: Dispatch::default(),
        };
        for at in &port.operations {
            let same = drafts.iter().position(|draft| draft.name == at.name);
            let Some(same) = same.filter(|_| at.refused.is_none()) else { continue };
            own.operations.push(operation(compiler, OperationAt { service, port, operation: at }));
            own.same.push(same);
        }
        made.push(own);
    }
    made
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
