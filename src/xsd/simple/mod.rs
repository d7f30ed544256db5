//! Simple types: XML Schema 1.0 Part 2.

/// A simple type.
#[derive(Clone, Debug)]
pub struct SimpleType;
