//! What makes a field rule: how it is typed, what it does, what it says of itself.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::about::About;
use super::field::Field;
use super::misfit::Misfit;

/// A field rule. Each is a file of this folder.
pub(super) trait Rule: Sized {
    /// What stands behind its key in a service file: a list of fields, or a map of fields to rules.
    type Typed: Typed<Self>;

    /// Its key and its documentation.
    const ABOUT: About;

    /// Changes the program: of `field` from now on is true what the rule says.
    fn apply(&self, field: &mut Field<'_>) -> Result<(), Misfit>;
}

/// A rule of type `R` with its field, as that was typed.
pub(super) struct Spot<R> {
    pub(super) field: String,
    pub(super) rule: R,
}

/// The form in which rules of type `R` are typed.
pub(super) trait Typed<R>: DeserializeOwned {
    /// The rules, in the order of the file.
    fn spots(self) -> impl Iterator<Item = Spot<R>>;
}

impl<R: Default> Typed<R> for Vec<String> {
    fn spots(self) -> impl Iterator<Item = Spot<R>> {
        self.into_iter().map(|field| Spot { field, rule: R::default() })
    }
}

impl<R: DeserializeOwned> Typed<R> for BTreeMap<String, R> {
    fn spots(self) -> impl Iterator<Item = Spot<R>> {
        self.into_iter().map(|(field, rule)| Spot { field, rule })
    }
}

/// Lists the field rules: `module::Type`, in the order in which they apply.
macro_rules! field_rules {
    ($($module:ident::$rule:ident,)*) => {
        $(use $module::$rule;)*

        /// What happens to a field.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum FieldRule {
            $(
                #[doc = concat!("See [`", stringify!($rule), "`].")]
                $rule($rule),
            )*
        }

        impl FieldRule {
            /// What the rules say of themselves, in the order in which they apply.
            pub const ALL: &'static [About] = &[$(<$rule as rule::Rule>::ABOUT),*];

            /// What the rule says of itself.
            pub fn about(&self) -> About {
                match self {
                    $(Self::$rule(_) => <$rule as rule::Rule>::ABOUT,)*
                }
            }

            fn apply(&self, field: &mut field::Field<'_>) -> Result<(), misfit::Misfit> {
                match self {
                    $(Self::$rule(rule) => rule::Rule::apply(rule, field),)*
                }
            }

            /// Reads what stands behind `key`, which is that of a rule.
            fn read<'de, A: serde::de::MapAccess<'de>>(
                key: &'static str,
                map: &mut A,
            ) -> Result<Vec<rule::Spot<Self>>, A::Error> {
                $(
                    if key == <$rule as rule::Rule>::ABOUT.key {
                        let typed: <$rule as rule::Rule>::Typed = map.next_value()?;
                        return Ok(rule::spots(typed, Self::$rule));
                    }
                )*
                Err(serde::de::Error::custom(format_args!("`{key}` is not a field rule")))
            }
        }
    };
}

/// The rules that were `typed`, each made one of the enumeration by `make`.
pub(super) fn spots<R, F>(typed: impl Typed<R>, make: impl Fn(R) -> F) -> Vec<Spot<F>> {
    let spots = typed.spots();
    spots.map(|Spot { field, rule }| Spot { field, rule: make(rule) }).collect()
}
