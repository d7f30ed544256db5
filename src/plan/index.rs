//! Positions in the tables of a plan, each of a type of its own.

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub(crate) u32);

        impl $name {
            /// The position in its table.
            #[inline]
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The entry at position `at` of its table, which is bounded far below 2^32.
            pub(crate) fn at(at: usize) -> Self {
                Self(at as u32)
            }
        })*
    };
}

index! {
    /// A type of a plan.
    TypeIx;
    /// An element of a plan.
    ElementIx;
    /// A node of a complex type.
    NodeIx;
    /// A scope of a complex type.
    ScopeIx;
    /// A slot of a scope.
    SlotIx;
}

impl ScopeIx {
    /// The object of the whole type.
    pub const FIRST: Self = Self(0);
}
