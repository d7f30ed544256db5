//! What a service may choose about XML that is decoded, and what becomes of it.

use crate::codec::beside::BesidePart;
use crate::codec::encode::EmptyAs;
use crate::codec::stand_in::StandIns;
use crate::codec::violation::{Violation, Violations};
use crate::xml;

/// How closely a message is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Whatever can be shown is shown: unknown elements, values of the wrong form, nulls anywhere. For saying everything
    /// that is wrong with a message by encoding what is shown.
    Forgiving,
    /// Whatever a strict reading takes, as that reads it. Else in any order; what is unknown is passed over.
    #[default]
    Lenient,
    /// In schema order; what is unknown is refused.
    Strict,
}

/// The choices that a service may make.
#[derive(Clone, Copy, Debug, Default)]
pub struct DecodeOptions<'o> {
    /// How closely the message is read. A reply of a backend is usually read leniently.
    pub strictness: Strictness,
    /// What an empty string means.
    pub empty_as: EmptyAs,
    /// Whether a value that an enumeration does not have is shown all the same, and noted.
    pub open: bool,
    /// What a strict reading forgives.
    pub leeway: Leeway,
    /// Whether each element is placed by the content model, also where the next one is the one that is expected. The result is the
    /// same; tests compare them.
    #[doc(hidden)]
    pub stepwise: bool,
    /// What stands in the message for octets that are elsewhere.
    pub stand_ins: Option<&'o StandIns>,
    /// Members to put first into the JSON object, such as credentials: `"key":value`, without braces.
    pub members: &'o [u8],
    /// The parts that came beside the envelope, to which elements may refer.
    pub parts: &'o [BesidePart<'o>],
}

/// What a service forgives the requests of its SOAP clients, each by its own name. Nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leeway {
    /// Names of the contract in another namespace, or in none. Each is noted.
    pub namespaces: bool,
    /// Elements in another order.
    pub order: bool,
    /// Simple values that say with `xsi:type` that they are of a type which is not derived from the declared one.
    pub types: bool,
}

/// What a decoded message was like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// The names of elements and attributes that were passed over, each once.
    pub passed_over: Vec<String>,
    /// What was read although the contract has it otherwise: values that their enumerations have not, names in another
    /// namespace.
    pub notes: Vec<Violation>,
    /// Whether elements were found by their names: they stood in another order than that of the schema, or one is absent that
    /// only some messages of its type need. How often each is there, and whether branches of a choice are there together or not
    /// at all, is then not checked: encoding the JSON does that.
    pub reordered: bool,
    /// Whether its object has elements, and the contract none of them: all were passed over.
    pub strange: bool,
    /// The parts beside the envelope to which elements refer, by their positions.
    pub referred: Vec<usize>,
}

impl Decoded {
    /// What another part of the message was like as well.
    pub(in crate::codec) fn add(&mut self, other: Self) {
        self.passed_over.extend(other.passed_over);
        self.notes.extend(other.notes);
        self.reordered |= other.reordered;
        self.referred.extend(other.referred);
    }
}

/// Why a message could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It breaks the contract.
    #[error(transparent)]
    Contract(#[from] Violations),
    /// It is not well-formed.
    #[error(transparent)]
    Xml(#[from] xml::Error),
}
