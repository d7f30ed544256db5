//! Which operation a request is for: its Body says so; where several operations take the same Body, its action does, and where that
//! does not, all parts of the Body. What is ambiguous after that is for none of them: nothing is guessed.

use std::collections::BTreeSet;

use super::error::Error;
use super::read::{Block, open};
use crate::limits::XmlLimits;
use crate::plan::{Parts, Plan, PortOperations};
use crate::xml::{self, Event, Name, NsId, Reader, ns};

/// What a request says of its operation.
#[derive(Clone, Copy, Debug)]
pub struct Said<'m> {
    /// The whole message.
    pub text: &'m str,
    /// The first child of its Body.
    pub first: Option<Name<'m>>,
    /// The header block `wsa:Action`, where it was looked for.
    pub addressing: Option<&'m str>,
    /// `SOAPAction`, or `action` in the content type; empty where there is none.
    pub transport: &'m str,
    /// Whether an action of HTTP that is no operation's is taken for none.
    pub foreign_action: bool,
}

/// Why it is not known which operation a request is for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// It could be for each of these, positions in the operations of the plan.
    #[error("several operations take this message, and its action is that of none of them")]
    Ambiguous(Vec<usize>),
    /// An action that is another operation's, or a message that cannot be read.
    #[error(transparent)]
    Soap(#[from] Error),
    /// It is for no operation of the contract.
    #[error("no operation takes this message")]
    Unknown,
}

/// Whether `name` is that of the header block which says the action.
pub fn is_action(name: Name<'_>) -> bool {
    matches!(name.ns, ns::WSA | ns::WSA2004) && name.local == "Action"
}

/// The text of the header block at whose start tag `reader` stands (WS-Addressing 1.0 SOAP Binding, section 2).
pub fn read_action(reader: &mut Reader<'_>) -> Result<String, Error> {
    match reader.next()? {
        Event::End => Ok(reader.text().trim().to_owned()),
        Event::Start(_) | Event::Eof => Err(Error::Action),
    }
}

impl Said<'_> {
    /// The operation, as its position in those of `port`.
    pub fn operation<'p>(
        &self,
        port: impl Into<PortOperations<'p>>,
        limits: &XmlLimits,
    ) -> Result<usize, Unclear> {
        let port = port.into();
        let index = match *port.taking(self.first) {
            [] => self.elsewhere(port)?,
            [only] => only,
            ref several => self.choose(several, port, limits)?,
        };
        // Of two actions that contradict each other neither is carried out.
        Ok(self.check(index, port).map(|()| index)?)
    }

    /// The only operation whose message has a first child of this local name: who decodes it says in which namespace that should be.
    fn elsewhere(&self, port: PortOperations<'_>) -> Result<usize, Unclear> {
        let operations = port.operations.iter().zip(0..);
        let mut called = operations.filter(|(of, _)| port.plan.begins_elsewhere(&of.input, self.first));
        let Some((_, first)) = called.next() else { return Err(Unclear::Unknown) };
        if called.any(|(_, other)| !is_same(port, first, other)) {
            return Err(Unclear::Unknown);
        }
        Ok(first)
    }

    /// Errors: an action is that of another operation, or that of HTTP of none, where this is no excuse. The header block may have one
    /// that somebody made up, which is of none.
    fn check(&self, index: usize, port: PortOperations<'_>) -> Result<(), Error> {
        let own = |given: &str| given.is_empty() || named(port, &[index], given).next().is_some();
        let by_http = own(self.transport) || (self.foreign_action && !is_known(port, self.transport));
        let by_block = self.addressing.is_none_or(|given| own(given) || !is_known(port, given));
        if by_http && by_block { Ok(()) } else { Err(Error::Action) }
    }

    /// The one of `several` that its actions and its parts leave.
    fn choose(
        &self,
        several: &[usize],
        port: PortOperations<'_>,
        limits: &XmlLimits,
    ) -> Result<usize, Unclear> {
        // The header block says it for certain.
        let given = self.addressing.or_else(|| self.by_http(port)).filter(|given| !given.is_empty());
        let mut left = match given {
            Some(given) => named(port, several, given).collect(),
            None => several.to_vec(),
        };
        if left.len() > 1 {
            let parts = parts(self.text, port.plan, limits)?;
            left.retain(|index| port.operations.get(*index).is_some_and(|of| port.plan.may_have(of, &parts)));
        }
        match left.as_slice() {
            [first, others @ ..] if others.iter().all(|other| is_same(port, *first, *other)) => Ok(*first),
            [] => Err(Unclear::Ambiguous(several.to_vec())),
            _ => Err(Unclear::Ambiguous(left)),
        }
    }

    /// The action in HTTP, unless it is taken for none.
    fn by_http(&self, port: PortOperations<'_>) -> Option<&str> {
        let none = self.foreign_action && !is_known(port, self.transport);
        (!none).then_some(self.transport)
    }
}

/// Those of `among` that have the action `given`.
fn named<'a>(
    port: PortOperations<'a>,
    among: &'a [usize],
    given: &'a str,
) -> impl Iterator<Item = usize> + 'a {
    let has = move |index: &usize| port.operations.get(*index).is_some_and(|of| of.has_action(given));
    among.iter().copied().filter(has)
}

fn is_known(port: PortOperations<'_>, given: &str) -> bool {
    port.operations.iter().any(|operation| operation.has_action(given))
}

/// Whether two operations are one, at two ports.
fn is_same(port: PortOperations<'_>, one: usize, other: usize) -> bool {
    let name = |index: usize| port.operations.get(index).map(|operation| &operation.name);
    name(one) == name(other)
}

/// The names of the parts of the message `text`.
fn parts(text: &str, plan: &Plan, limits: &XmlLimits) -> Result<Parts, Error> {
    let mut reader = Reader::new(text, plan.namespaces(), limits);
    let mut parts = Parts::default();
    let opened = open(&mut reader, |_, reader| {
        reader.skip()?;
        Ok::<_, Error>(Block::Understood)
    });
    let Some(first) = opened?.first else { return Ok(parts) };
    parts.outer.insert(owned(first));
    names(&mut reader, &mut parts.inner)?;
    names(&mut reader, &mut parts.outer)?;
    Ok(parts)
}

/// The names of all elements up to the next end tag.
fn names(reader: &mut Reader<'_>, into: &mut BTreeSet<(NsId, String)>) -> Result<(), xml::Error> {
    while let Event::Start(name) = reader.next()? {
        into.insert(owned(name));
        reader.skip()?;
    }
    Ok(())
}

fn owned(name: Name<'_>) -> (NsId, String) {
    (name.ns, name.local.to_owned())
}
