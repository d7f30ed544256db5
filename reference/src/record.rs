//! The types of requests, for JSON and XML at once.

/// Defines types whose members are all optional, named as on the wire, and in the order of XML.
macro_rules! records {
    ($namespace:tt $($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ident,)* })*) => { $(
        #[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize, yaserde::YaDeserialize)]
        $(#[$doc])*
        #[serde(deny_unknown_fields)]
        #[yaserde(prefix = "n", namespaces = { "n" = $namespace })]
        pub(crate) struct $name { $(
            #[serde(skip_serializing_if = "Option::is_none")]
            #[yaserde(prefix = "n")]
            pub(crate) $field: Option<$kind>,
        )* }

        impl crate::shape::Shaped for $name {
            const SHAPE: &'static crate::shape::Shape = &crate::shape::Shape::Members(
                $namespace,
                &[$((stringify!($field), <$kind as crate::shape::Shaped>::SHAPE),)*],
            );
        }
    )* };
}

/// Defines lists: arrays in JSON, and in XML elements named `item`, in this namespace.
macro_rules! lists {
    ($namespace:tt $($(#[$doc:meta])* $name:ident of $kind:ident,)*) => { $(
        #[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize, yaserde::YaDeserialize)]
        $(#[$doc])*
        #[serde(transparent)]
        #[yaserde(prefix = "n", namespaces = { "n" = $namespace })]
        pub(crate) struct $name {
            #[yaserde(prefix = "n")]
            pub(crate) item: Vec<$kind>,
        }

        impl crate::shape::Shaped for $name {
            const SHAPE: &'static crate::shape::Shape = &crate::shape::Shape::Items(
                $namespace,
                <$kind as crate::shape::Shaped>::SHAPE,
            );
        }
    )* };
}
