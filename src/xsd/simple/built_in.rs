//! The built-in types: Part 2, section 3.

use super::white_space::WhiteSpace;

/// How the values of a type look in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonForm {
    /// `true` or `false`.
    Boolean,
    /// A number with exact digits.
    Decimal,
    /// A number, or `"NaN"`, `"INF"`, `"-INF"`.
    Float,
    /// A string.
    String,
}

macro_rules! built_ins {
    ($($variant:ident $name:literal $base:ident;)*) => {
        /// A built-in type.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum BuiltIn {
            $(#[doc = concat!("`xs:", $name, "`")] $variant,)*
        }

        impl BuiltIn {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The type with the local name `name`.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Its local name.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The built-in type that it is derived from; itself for `anySimpleType`.
            pub fn base(self) -> Self {
                match self {
                    $(Self::$variant => Self::$base,)*
                }
            }
        }
    };
}

built_ins! {
    AnySimpleType "anySimpleType" AnySimpleType;
    AnyUri "anyURI" AnySimpleType;
    Base64Binary "base64Binary" AnySimpleType;
    Boolean "boolean" AnySimpleType;
    Byte "byte" Short;
    Date "date" AnySimpleType;
    DateTime "dateTime" AnySimpleType;
    Decimal "decimal" AnySimpleType;
    Double "double" AnySimpleType;
    Duration "duration" AnySimpleType;
    Entities "ENTITIES" AnySimpleType;
    Entity "ENTITY" NcName;
    Float "float" AnySimpleType;
    GDay "gDay" AnySimpleType;
    GMonth "gMonth" AnySimpleType;
    GMonthDay "gMonthDay" AnySimpleType;
    GYear "gYear" AnySimpleType;
    GYearMonth "gYearMonth" AnySimpleType;
    HexBinary "hexBinary" AnySimpleType;
    Id "ID" NcName;
    IdRef "IDREF" NcName;
    IdRefs "IDREFS" AnySimpleType;
    Int "int" Long;
    Integer "integer" Decimal;
    Language "language" Token;
    Long "long" Integer;
    Name "Name" Token;
    NcName "NCName" Name;
    NegativeInteger "negativeInteger" NonPositiveInteger;
    NmToken "NMTOKEN" Token;
    NmTokens "NMTOKENS" AnySimpleType;
    NonNegativeInteger "nonNegativeInteger" Integer;
    NonPositiveInteger "nonPositiveInteger" Integer;
    NormalizedString "normalizedString" String;
    Notation "NOTATION" AnySimpleType;
    PositiveInteger "positiveInteger" NonNegativeInteger;
    QName "QName" AnySimpleType;
    Short "short" Int;
    String "string" AnySimpleType;
    Time "time" AnySimpleType;
    Token "token" NormalizedString;
    UnsignedByte "unsignedByte" UnsignedShort;
    UnsignedInt "unsignedInt" UnsignedLong;
    UnsignedLong "unsignedLong" NonNegativeInteger;
    UnsignedShort "unsignedShort" UnsignedInt;
}

impl BuiltIn {
    /// The primitive type that it is derived from.
    pub fn primitive(self) -> Self {
        let base = self.base();
        if base == Self::AnySimpleType { self } else { base.primitive() }
    }

    /// The item type of the three built-in lists.
    pub fn item(self) -> Option<Self> {
        match self {
            Self::Entities => Some(Self::Entity),
            Self::IdRefs => Some(Self::IdRef),
            Self::NmTokens => Some(Self::NmToken),
            _ => None,
        }
    }

    /// How its white space is normalised.
    pub fn white_space(self) -> WhiteSpace {
        match self {
            Self::AnySimpleType | Self::String => WhiteSpace::Preserve,
            Self::NormalizedString => WhiteSpace::Replace,
            _ => WhiteSpace::Collapse,
        }
    }

    /// How its values look in JSON.
    pub fn json_form(self) -> JsonForm {
        match self.primitive() {
            Self::Boolean => JsonForm::Boolean,
            Self::Decimal => JsonForm::Decimal,
            Self::Double | Self::Float => JsonForm::Float,
            _ => JsonForm::String,
        }
    }

    /// Whether it is an integer type.
    pub fn is_integer(self) -> bool {
        self == Self::Integer || (self.base() != Self::AnySimpleType && self.base().is_integer())
    }

    /// The smallest and the largest value of an integer type.
    pub fn bounds(self) -> (Option<&'static str>, Option<&'static str>) {
        match self {
            Self::Byte => (Some("-128"), Some("127")),
            Self::Int => (Some("-2147483648"), Some("2147483647")),
            Self::Long => (Some("-9223372036854775808"), Some("9223372036854775807")),
            Self::NegativeInteger => (None, Some("-1")),
            Self::NonNegativeInteger => (Some("0"), None),
            Self::NonPositiveInteger => (None, Some("0")),
            Self::PositiveInteger => (Some("1"), None),
            Self::Short => (Some("-32768"), Some("32767")),
            Self::UnsignedByte => (Some("0"), Some("255")),
            Self::UnsignedInt => (Some("0"), Some("4294967295")),
            Self::UnsignedLong => (Some("0"), Some("18446744073709551615")),
            Self::UnsignedShort => (Some("0"), Some("65535")),
            _ => (None, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_44_types_and_the_ur_type() {
        assert_eq!(BuiltIn::ALL.len(), 45);
        assert!(BuiltIn::ALL.iter().all(|t| BuiltIn::from_name(t.name()) == Some(*t)));
        assert_eq!(BuiltIn::UnsignedByte.primitive(), BuiltIn::Decimal);
        assert!(BuiltIn::UnsignedByte.is_integer() && !BuiltIn::Decimal.is_integer());
    }
}
