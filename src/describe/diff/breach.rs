//! What a party that was made for one contract meets in a message of the other one, and how bad that is.

use serde::Serialize;

/// What a reader meets that its contract does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breach {
    /// Members together, or none of them, where its contract has one of them.
    Choice,
    /// Less of something than must be there.
    Fewer,
    /// Nothing where it called, or was called.
    Gone,
    /// A name of a type, in messages that say their types.
    Label,
    /// Something that means another thing, though it reads as before.
    Meaning,
    /// Nothing, where something must be.
    Missing,
    /// Another name.
    Name,
    /// A name that it knows, in another namespace.
    Namespace,
    /// A null.
    Null,
    /// Another order.
    Order,
    /// Something that nobody can tell by looking at the contract: patterns are compared by their text.
    Perhaps,
    /// More of something than may be there.
    Repeated,
    /// Another form: a list for one value, an object for a text, a number for a string.
    Shape,
    /// Other terms: what the contract of messages does not say.
    Terms,
    /// A type that stands in for the declared one.
    Type,
    /// Something that it does not know.
    Unknown,
    /// A value that its type does not have.
    Value,
}

/// How bad a change is for someone who was made for the old contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing breaks.
    Safe,
    /// Something breaks for those who are strict about it, or nobody can tell.
    Possible,
    /// Something breaks.
    Breaking,
}

impl Verdict {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Possible => "possible",
            Self::Breaking => "breaking",
        }
    }
}

/// What a change does to the messages of one language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// What the old contract has and the new one does not take.
    pub narrows: Option<Breach>,
    /// What the new contract has and the old one does not take.
    pub widens: Option<Breach>,
}

impl Ways {
    /// Nothing.
    pub const NONE: Self = Self { narrows: None, widens: None };

    /// The same seen from the other side.
    pub const fn turned(self) -> Self {
        Self { narrows: self.widens, widens: self.narrows }
    }

    pub(super) const fn narrows(breach: Breach) -> Self {
        Self { narrows: Some(breach), widens: None }
    }

    pub(super) const fn widens(breach: Breach) -> Self {
        Self { narrows: None, widens: Some(breach) }
    }

    pub(super) const fn both(breach: Breach) -> Self {
        Self { narrows: Some(breach), widens: Some(breach) }
    }

    /// Without what `within` says cannot be.
    pub(super) fn masked(self, within: Self) -> Self {
        Self {
            narrows: self.narrows.filter(|_| within.narrows.is_some()),
            widens: self.widens.filter(|_| within.widens.is_some()),
        }
    }

    /// What is in this one and not in `other`.
    pub(super) fn beyond(self, other: Self) -> Self {
        Self {
            narrows: self.narrows.filter(|_| other.narrows.is_none()),
            widens: self.widens.filter(|_| other.widens.is_none()),
        }
    }

    /// The first of the two that says something, each way.
    pub(super) fn or(self, other: Self) -> Self {
        Self { narrows: self.narrows.or(other.narrows), widens: self.widens.or(other.widens) }
    }
}

/// What a change does to messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// In SOAP.
    pub xml: Ways,
    /// In JSON.
    pub json: Ways,
}

impl Effect {
    pub(super) const NONE: Self = Self { xml: Ways::NONE, json: Ways::NONE };

    /// The same in both languages.
    pub(super) const fn same(ways: Ways) -> Self {
        Self { xml: ways, json: ways }
    }

    pub(super) const fn xml(xml: Ways) -> Self {
        Self { xml, json: Ways::NONE }
    }

    pub(super) const fn json(json: Ways) -> Self {
        Self { xml: Ways::NONE, json }
    }
}

/// Which messages a change is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// What clients send.
    Request,
    /// What they get.
    Response,
}

/// Who reads a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A backend that was made for the old contract, of a request in the new one.
    Backend,
    /// The bridge with the new contract, of a request in the old one.
    Bridge,
    /// A client that was made for the old contract, of a response in the new one.
    Client,
    /// The bridge with the new contract, of a reply in the old one.
    Replies,
}

impl Reader {
    /// Who reads what a client is part of.
    pub fn of_client(way: Way) -> Self {
        match way {
            Way::Request => Self::Bridge,
            Way::Response => Self::Client,
        }
    }

    /// Who reads what a backend is part of.
    pub fn of_backend(way: Way) -> Self {
        match way {
            Way::Request => Self::Backend,
            Way::Response => Self::Replies,
        }
    }

    /// What the reader meets of `ways`.
    pub fn meets(self, ways: Ways) -> Option<Breach> {
        match self {
            Self::Bridge | Self::Replies => ways.narrows,
            Self::Backend | Self::Client => ways.widens,
        }
    }

    /// How bad that is.
    pub fn verdict(self, breach: Breach) -> Verdict {
        match (breach, self) {
            (Breach::Label | Breach::Meaning | Breach::Perhaps | Breach::Terms, _) => Verdict::Possible,
            // Most readers pass over what they do not know; those that are strict do not, and the bridge is in requests.
            (Breach::Unknown, Self::Backend | Self::Client | Self::Replies) => Verdict::Possible,
            // Replies are read in any order and in any namespace, unless `strict_responses` is set.
            (Breach::Namespace | Breach::Order, Self::Replies) => Verdict::Possible,
            _ => Verdict::Breaking,
        }
    }

    /// Why it is so.
    pub fn reason(self, breach: Breach) -> &'static str {
        match (breach, self) {
            (Breach::Choice, Self::Bridge) => {
                "what is sent together, or left out, does not fit the new choice, and is refused"
            }
            (Breach::Choice, _) => {
                "what comes together, or is left out, does not fit the choice that the reader knows"
            }
            (Breach::Fewer, Self::Bridge) => "a request with as few as were enough before is refused",
            (Breach::Fewer, _) => "fewer may come than the reader needs",
            (Breach::Gone, _) => "whoever goes there finds nothing any more",
            (Breach::Label, _) => {
                "a message that names the type (xsi:type) names it otherwise than the reader knows it"
            }
            (Breach::Meaning, _) => "it reads as before, and may mean something else",
            (Breach::Missing, Self::Bridge) => "a request without it was valid, and is refused",
            (Breach::Missing, Self::Replies) => {
                "the old backend may leave it out, and the reply is then refused"
            }
            (Breach::Missing, _) => "the reader needs it, and it may be left out",
            (Breach::Name, Self::Bridge) => "the old name is not known any more, and is refused",
            (Breach::Name, _) => "it comes under a name that the reader does not know",
            (Breach::Namespace, Self::Bridge) => "the old namespace is refused",
            (Breach::Namespace, Self::Replies) => {
                "the bridge reads it with a warning; with `strict_responses` it refuses the reply"
            }
            (Breach::Namespace, _) => "it comes in a namespace that the reader does not know",
            (Breach::Null, Self::Bridge) => "a null was valid, and is refused",
            (Breach::Null, _) => "a null may come, which the reader does not take",
            (Breach::Order, Self::Bridge) => "the old order is refused",
            (Breach::Order, Self::Replies) => {
                "the reply comes in another order, which is refused where `strict_responses` is set"
            }
            (Breach::Order, _) => "it comes in an order that a reader of XML Schema refuses",
            (Breach::Perhaps, _) => {
                "nobody can tell by the contracts whether values of the one fit the other; try some"
            }
            (Breach::Repeated, Self::Bridge) => "as many as were sent before are refused",
            (Breach::Repeated, _) => "more may come than the reader takes",
            (Breach::Shape, Self::Bridge) => "the old form is refused",
            (Breach::Shape, _) => "it comes in a form that the reader does not expect",
            (Breach::Terms, Self::Bridge) => "what was taken before may be turned away",
            (Breach::Terms, Self::Backend) => "it may be asked otherwise than before",
            (Breach::Terms, Self::Client) => "answers may look otherwise than before",
            (Breach::Terms, Self::Replies) => "replies that were taken may be refused",
            (Breach::Type, Self::Bridge) => "a message that says the old type is refused",
            (Breach::Type, _) => "a message may say a type that the reader does not know",
            (Breach::Unknown, Self::Bridge) => "a request that has it is refused",
            (Breach::Unknown, Self::Client) => {
                "strict clients, such as those that validate, refuse what they do not know; others pass it over"
            }
            (Breach::Unknown, Self::Backend) => "a strict backend refuses what it does not know",
            (Breach::Unknown, Self::Replies) => {
                "the bridge passes it over with a warning; with `strict_responses` it refuses the reply"
            }
            (Breach::Value, Self::Bridge) => "values that were valid are refused",
            (Breach::Value, Self::Replies) => "the old backend may answer with values that are refused",
            (Breach::Value, _) => "values may come that the reader does not take",
        }
    }
}
