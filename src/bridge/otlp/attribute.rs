//! Attributes: keys and values, in the JSON encoding of Protocol Buffers.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

/// A key and its value (`opentelemetry.proto.common.v1.KeyValue`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Attribute {
    key: Cow<'static, str>,
    value: Value,
}

/// A value (`AnyValue`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Value {
    #[serde(rename = "intValue", serialize_with = "whole")]
    Integer(i64),
    #[serde(rename = "stringValue")]
    Text(Cow<'static, str>),
}

impl Attribute {
    /// A number that cannot be told is one that nobody has: larger than any message.
    pub(super) fn number(key: impl Into<Cow<'static, str>>, value: u64) -> Self {
        let value = i64::try_from(value).map_or(i64::MAX, |value| value);
        Self { key: key.into(), value: Value::Integer(value) }
    }

    pub(super) fn text(key: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) -> Self {
        Self { key: key.into(), value: Value::Text(value.into()) }
    }
}

/// A number of 64 bits, which is a text in the JSON of Protocol Buffers.
pub(super) fn whole<S: Serializer>(value: &impl ToString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.to_string())
}
