//! What the data files hold.

use std::collections::BTreeMap;

use serde::Deserialize;

/// An attack, and what must come of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The row of the list of attacks.
    pub row: String,
    pub name: String,
    pub ways: Vec<Way>,
    /// The message without a template.
    pub whole: Option<Pieces>,
    /// What is filled into the holes of the template of the way.
    #[serde(default)]
    pub fill: BTreeMap<String, Pieces>,
    /// The encoding of the whole message.
    #[serde(default)]
    pub encoding: Encoding,
    /// Headers of the request or the reply that are not the usual ones; an empty value takes one away.
    #[serde(default)]
    pub head: BTreeMap<String, String>,
    pub line: Option<String>,
    /// The HTTP status of a hostile reply.
    pub status: Option<u16>,
    #[serde(default)]
    pub service: Service,
    #[serde(default)]
    pub expect: Expect,
    /// How many times its own size it may take; with the reason beside it where that is more than four.
    #[serde(default = "four")]
    pub memory: usize,
    /// The label of the counter that counts it.
    pub metric: Option<String>,
    /// Why it is not expected to hold yet.
    pub pending: Option<String>,
}

fn four() -> usize {
    4
}

/// Who sends the message, and in which language.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    RequestSoap,
    RequestJson,
    /// From a SOAP backend to a JSON client.
    ReplySoap,
    /// From a JSON backend to a SOAP client.
    ReplyJson,
}

impl Way {
    pub fn is_reply(self) -> bool {
        matches!(self, Self::ReplySoap | Self::ReplyJson)
    }

    /// Whether the hostile message is XML.
    pub fn is_soap(self) -> bool {
        matches!(self, Self::RequestSoap | Self::ReplySoap)
    }
}

/// Pieces of a message, one after the other.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Pieces {
    Text(String),
    All(Vec<Pieces>),
    Made(Box<Made>),
}

/// A piece that is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Made {
    /// A unit many times; `%i` in it is the number of the time.
    Repeat { unit: String, times: usize },
    /// Start tags, what is inside, end tags.
    Nest { open: String, inside: String, close: String, times: usize },
    /// A unit many times; `%i` in it is another text each time, all of which have the same hash in 33A or 31A.
    Collide { unit: String, pair: [String; 2], times: usize },
    /// Octets in base 16.
    Hex(String),
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    #[default]
    Utf8,
    Utf16Le,
    Utf16Be,
    Utf32Le,
    /// ASCII with `+ADw-` for `<`.
    Utf7,
}

/// The service that is attacked.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    #[default]
    Vault,
    /// One with the SOAP encoding.
    Encoded,
}

/// What must come of it. What is not said is the usual refusal of the way.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expect {
    pub http: Option<u16>,
    /// The local name of the fault code.
    pub fault: Option<String>,
    /// The bridge's code.
    pub code: Option<String>,
    /// It is plain data, and passes.
    pub accepted: bool,
    /// What the backend gets, or the client of a reply, of a message that is accepted.
    pub passed_on: Option<String>,
    /// What the answer does not have, in small letters where it is a header.
    pub never: Vec<String>,
}

/// The entries of the data files.
pub fn entries() -> Vec<Entry> {
    ["xml", "encoded", "json", "http"].iter().flat_map(|name| read::<Vec<Entry>>(name)).collect()
}

/// The data file `name`.
pub fn read<T: for<'d> Deserialize<'d>>(name: &str) -> T {
    let path = format!("{}/tests/attacks/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("data");
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}
