//! Which messages of a contract are meant.

use crate::plan::{MessagePlan, OperationPlan, Plan};

/// Which messages of a contract are meant; nothing means all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The service, by local name.
    pub service: Option<String>,
    /// The port.
    pub port: Option<String>,
    /// The operation.
    pub operation: Option<String>,
    /// Requests or responses.
    pub direction: Option<Direction>,
}

impl Selection {
    /// Whether `operation` is meant.
    pub fn is(&self, operation: &OperationPlan) -> bool {
        let is = |wanted: &Option<String>, name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
        is(&self.service, &operation.service)
            && is(&self.port, &operation.port)
            && is(&self.operation, &operation.name)
    }
}

/// Who sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The client.
    Request,
    /// The service.
    Response,
}

impl Direction {
    fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

/// A message of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'p> {
    /// The operation.
    pub operation: &'p OperationPlan,
    /// Who sends it.
    pub direction: Direction,
    /// Its plan.
    pub message: &'p MessagePlan,
}

impl Candidate<'_> {
    /// What `$message` says of it.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.operation.name, self.direction.name())
    }

    /// The same for messages of several ports.
    pub(super) fn full_name(&self) -> String {
        format!("{}/{}/{}", self.operation.service, self.operation.port, self.name())
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name() == name || self.full_name() == name
    }
}

pub(super) fn candidates<'p>(plan: &'p Plan, selection: &Selection) -> Vec<Candidate<'p>> {
    let operations = plan.operations().iter().filter(|operation| selection.is(operation));
    let both = operations.flat_map(|operation| {
        let sends = !operation.callback || operation.input.root.is_some();
        let input = sends.then_some((Direction::Request, &operation.input));
        let output = operation.output.as_ref().map(|output| (Direction::Response, output));
        let messages = input.into_iter().chain(output);
        messages.map(move |(direction, message)| Candidate { operation, direction, message })
    });
    both.filter(|candidate| selection.direction.is_none_or(|wanted| wanted == candidate.direction)).collect()
}
