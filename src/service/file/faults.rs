//! `faults` as it is typed: rows, or rows with what else is said of faults.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::selection::{HttpFile, OneOrMany};

/// `faults`.
#[derive(Clone, Debug, Default)]
pub struct FaultTableFile {
    /// Which reasons of undeclared faults clients are told.
    pub reason: Option<ReasonFile>,
    /// The rows; the first one that fits decides.
    pub rows: Vec<FaultRowFile>,
    /// Whether the rows stand in a list of their own, below `rows`.
    pub is_mapping: bool,
}

/// Which reasons of undeclared faults clients are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonFile {
    /// All.
    All,
    /// Of those that blame the sender.
    Sender,
}

/// A row of `faults`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRowFile {
    /// The declared fault, by its name in the WSDL.
    pub name: Option<String>,
    /// The code: `Client`, `Server.Busy` or `{namespace}local`.
    pub code: Option<String>,
    /// One of the subcodes.
    pub subcode: Option<String>,
    /// A piece of the reason; `*` stands for any text.
    pub reason: Option<String>,
    /// What the backend's reply, or the bridge's own failure, is like.
    #[serde(default)]
    pub from: FaultFromFile,
    /// A condition.
    pub when: Option<String>,
    /// Whom it blames.
    #[serde(rename = "as")]
    pub blames: Option<BlameFile>,
    /// 0: where the response has the outward shape, SOAP clients get one with this error and no fault.
    pub status: Option<u8>,
    /// The HTTP status for JSON clients.
    pub http: Option<u16>,
    /// Code, message and pointer of the error.
    pub error: Option<FaultErrorFile>,
    /// The declared fault that clients get, by its name in the WSDL.
    pub fault: Option<String>,
    /// The content of its detail.
    pub detail: Option<DetailFile>,
}

/// Where a failure comes from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultFromFile {
    /// HTTP statuses of the backend's reply, such as `404` or `5xx`.
    pub http: OneOrMany<HttpFile>,
    /// The code of the error that clients would get.
    pub code: Option<String>,
}

/// Whom a fault blames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlameFile {
    /// The client.
    Client,
    /// The server.
    Server,
    /// The credentials.
    Unauthenticated,
}

/// An error; `${…}` is an expression.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultErrorFile {
    /// The code.
    pub code: Option<String>,
    /// The message.
    pub message: Option<String>,
    /// The field, as a JSON Pointer.
    pub pointer: Option<String>,
}

/// The content of a detail: a text with expressions, or members, or items.
#[derive(Clone, Debug)]
pub enum DetailFile {
    /// A list.
    Items(Vec<DetailFile>),
    /// An object.
    Members(BTreeMap<String, DetailFile>),
    /// A text; `${…}` is an expression. A number or a boolean is that text.
    Text(String),
}

impl<'de> Deserialize<'de> for DetailFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyDetail)
    }
}

struct AnyDetail;

impl<'de> Visitor<'de> for AnyDetail {
    type Value = DetailFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a mapping or a list; a number with a fraction in quotes")
    }

    fn visit_bool<E>(self, value: bool) -> Result<DetailFile, E> {
        Ok(DetailFile::Text(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<DetailFile, E> {
        Ok(DetailFile::Text(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<DetailFile, E> {
        Ok(DetailFile::Text(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<DetailFile, E> {
        Ok(DetailFile::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<DetailFile, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(DetailFile::Items(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<DetailFile, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((key, value)) = map.next_entry()? {
            members.insert(key, value);
        }
        Ok(DetailFile::Members(members))
    }
}

/// The long form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    reason: Option<ReasonFile>,
    #[serde(default)]
    rows: Vec<FaultRowFile>,
}

impl<'de> Deserialize<'de> for FaultTableFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Table)
    }
}

struct Table;

impl<'de> Visitor<'de> for Table {
    type Value = FaultTableFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows, or a mapping with `reason` and `rows`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<FaultTableFile, A::Error> {
        let rows = Vec::deserialize(SeqAccessDeserializer::new(list))?;
        Ok(FaultTableFile { reason: None, rows, is_mapping: false })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FaultTableFile, A::Error> {
        let Mapping { reason, rows } = Mapping::deserialize(MapAccessDeserializer::new(map))?;
        Ok(FaultTableFile { reason, rows, is_mapping: true })
    }
}
