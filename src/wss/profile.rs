//! How strictly a Security header is read: BSP 1.1 to the letter, or with what real senders get wrong.

/// What a receiver puts up with. Each is a relaxation: `false` is the Basic Security Profile 1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// A `Password` without `Type` is a PasswordText, as the token profile says (against R4201).
    pub missing_type: bool,
    /// A `Nonce` without `EncodingType` is base64 (against R4220).
    pub missing_encoding: bool,
    /// `Type`, `EncodingType` in the namespace of the header, as clients of Axis 1 have them.
    pub qualified_attributes: bool,
    /// White space around base64, which pretty-printing senders leave; nonces are compared decoded.
    pub surrounding_space: bool,
    /// White space within base64, which libraries that fold lines after 76 characters leave.
    pub folded_base64: bool,
    /// Times with an offset other than `Z` (against R3217, R3223).
    pub zone_offsets: bool,
    /// Fractions of a second with four to nine digits (against R3220, R3229).
    pub long_fractions: bool,
    /// A `Timestamp` with `Expires` before `Created`, or with other children, and a `ValueType` on its times and that of a token (against R3221,
    /// R3222, R3225, R3226).
    pub loose_timestamp: bool,
    /// A SOAPAction that no operation of the contract has.
    pub foreign_action: bool,
    /// With a replay store in memory: tokens that were made before the process started, which it cannot know.
    pub before_start: bool,
    /// A nonce that was used at another `Created`, as senders that draw one nonce for each process have it. A token is used once all
    /// the same: nonce, time and digest are remembered together.
    pub repeated_nonces: bool,
}

impl Profile {
    /// BSP 1.1.
    pub const STRICT: Self = Self {
        missing_type: false,
        missing_encoding: false,
        qualified_attributes: false,
        surrounding_space: false,
        folded_base64: false,
        zone_offsets: false,
        long_fractions: false,
        loose_timestamp: false,
        foreign_action: false,
        before_start: false,
        repeated_nonces: false,
    };

    /// What senders in the field need, and nothing that weakens a check.
    pub const COMPAT: Self = Self {
        missing_type: true,
        missing_encoding: true,
        qualified_attributes: false,
        surrounding_space: true,
        folded_base64: true,
        zone_offsets: true,
        long_fractions: true,
        loose_timestamp: true,
        foreign_action: true,
        before_start: true,
        repeated_nonces: false,
    };

    /// The relaxations by the names that a service file has for them, and whether each is on.
    pub fn relaxations(&self) -> [(&'static str, bool); 11] {
        [
            ("missing_type", self.missing_type),
            ("missing_encoding", self.missing_encoding),
            ("qualified_attributes", self.qualified_attributes),
            ("surrounding_space", self.surrounding_space),
            ("folded_base64", self.folded_base64),
            ("zone_offsets", self.zone_offsets),
            ("long_fractions", self.long_fractions),
            ("loose_timestamp", self.loose_timestamp),
            ("foreign_action", self.foreign_action),
            ("before_start", self.before_start),
            ("repeated_nonces", self.repeated_nonces),
        ]
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::COMPAT
    }
}
