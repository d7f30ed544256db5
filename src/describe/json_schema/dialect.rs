//! The dialects of JSON Schema, and what they spell in different ways.

use crate::describe::tree::{Object, Tree};

/// A dialect of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// JSON Schema 2020-12.
    JsonSchema,
    /// That of OpenAPI 3.0, which has `nullable`, and bounds that are exclusive by a flag.
    OpenApi30,
    /// That of OpenAPI 3.1 and later: JSON Schema 2020-12, read by generators of code.
    OpenApi31,
}

impl Dialect {
    /// Where components stand.
    pub(super) fn components(self) -> &'static str {
        match self {
            Self::JsonSchema => "#/$defs/",
            Self::OpenApi30 | Self::OpenApi31 => "#/components/schemas/",
        }
    }

    /// A reference to the component `name`.
    pub(crate) fn reference(self, name: &str) -> Object {
        Object::new().with("$ref", format!("{}{name}", self.components()))
    }

    /// Whether it is read by generators of code, which make the best of what they know.
    pub(super) fn is_generated_from(self) -> bool {
        !matches!(self, Self::JsonSchema)
    }

    /// `schema`, with something said about it: in OpenAPI 3.0 nothing stands beside a reference.
    pub(super) fn described(self, schema: Object, description: Option<String>) -> Object {
        let Some(description) = description else { return schema };
        if self == Self::OpenApi30 && schema.get("$ref").is_some() {
            return Object::new().with("allOf", vec![Tree::from(schema)]).with("description", description);
        }
        schema.with("description", description)
    }

    /// Null alone, for which OpenAPI 3.0 has no type.
    pub(super) fn null(self) -> Object {
        match self {
            Self::JsonSchema | Self::OpenApi31 => Object::new().with("type", "null"),
            Self::OpenApi30 => {
                let values = vec![Tree::Null];
                Object::new().with("type", "string").with("nullable", true).with("enum", values)
            }
        }
    }

    /// What `schema` takes, and null; `kind` is the type of what it refers to.
    pub(super) fn nullable(self, mut schema: Object, kind: Option<&'static str>) -> Object {
        if let Some(Tree::Array(mut values)) = schema.take("enum") {
            values.push(Tree::Null);
            schema.put("enum", values);
        }
        if self == Self::OpenApi30 {
            return nullable_30(schema, kind);
        }
        let null = || Tree::from(self.null());
        match (schema.take("type"), schema.take("anyOf")) {
            (Some(one), None) => {
                let mut with_null = Object::new().with("type", vec![one, Tree::from("null")]);
                schema.members().for_each(|(key, value)| with_null.put(key.to_owned(), value.clone()));
                with_null
            }
            (None, Some(Tree::Array(mut branches))) => {
                branches.push(null());
                schema.with("anyOf", branches)
            }
            _ if schema.is_empty() => schema,
            _ => Object::new().with("oneOf", vec![Tree::from(schema), null()]),
        }
    }

    /// Puts a bound on numbers that is none of them.
    pub(super) fn put_exclusive(self, schema: &mut Object, maximum: bool, bound: String) {
        let (plain, exclusive) =
            if maximum { ("maximum", "exclusiveMaximum") } else { ("minimum", "exclusiveMinimum") };
        if self == Self::OpenApi30 {
            schema.set(plain, Tree::number(bound));
            schema.set(exclusive, true);
        } else {
            schema.set(exclusive, Tree::number(bound));
        }
    }
}

/// In OpenAPI 3.0 `nullable` counts beside a `type` alone.
fn nullable_30(mut schema: Object, kind: Option<&'static str>) -> Object {
    if schema.get("type").is_some() {
        return schema.with("nullable", true);
    }
    let null = || Tree::from(Dialect::OpenApi30.null());
    match (kind, schema.take("anyOf")) {
        (_, Some(Tree::Array(mut branches))) => {
            branches.push(null());
            schema.with("anyOf", branches)
        }
        (Some(kind), _) => {
            let all = vec![Tree::from(schema)];
            Object::new().with("type", kind).with("nullable", true).with("allOf", all)
        }
        (None, _) if schema.is_empty() => schema,
        (None, _) => Object::new().with("anyOf", vec![Tree::from(schema), null()]),
    }
}

/// Adds that `conditions` hold to `schema`, each as a double negation: validators understand it, and generators of code pass over it. Without
/// that they make types of `oneOf` and `anyOf` which nobody can use, and lose the members beside them.
pub(super) fn put_conditions(schema: &mut Object, conditions: Vec<Tree>) {
    let twice = |condition| Tree::from(Object::new().with("not", Object::new().with("not", condition)));
    if !conditions.is_empty() {
        schema.set("allOf", conditions.into_iter().map(twice).collect::<Vec<_>>());
    }
}
