//! The types of requests, for JSON and XML at once.

/// Defines types whose members are all optional and named as on the wire.
macro_rules! records {
    ($namespace:tt $($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ident,)* })*) => { $(
        #[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize, yaserde::YaDeserialize)]
        $(#[$doc])*
        #[serde(deny_unknown_fields)]
        #[yaserde(prefix = "n", namespaces = { "n" = $namespace })]
        pub(in crate::testing) struct $name { $(
            #[serde(skip_serializing_if = "Option::is_none")]
            #[yaserde(prefix = "n")]
            pub(in crate::testing) $field: Option<$kind>,
        )* }
    )* };
}

/// Defines lists: arrays in JSON, and in XML elements named `item`, in this namespace.
macro_rules! lists {
    ($namespace:tt $($(#[$doc:meta])* $name:ident of $kind:ident,)*) => { $(
        #[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize, yaserde::YaDeserialize)]
        $(#[$doc])*
        #[serde(transparent)]
        #[yaserde(prefix = "n", namespaces = { "n" = $namespace })]
        pub(in crate::testing) struct $name {
            #[yaserde(prefix = "n")]
            pub(in crate::testing) item: Vec<$kind>,
        }
    )* };
}
