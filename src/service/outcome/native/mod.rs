//! The JSON that a system's own clients and backends speak, where it is not that of the contract's response.
//!
//! The table says of each member of the native JSON where the contract's response holds it, or how it is made. It is
//! read both ways: [`NativePlan::write`] makes the native JSON of a response, [`canonical`] the response of a native reply.
//! So that nothing is lost, [`canonical`] makes the native JSON of its own result, and whatever differs from the reply goes
//! into the response's elements for unknown members, which [`NativePlan::write`] puts back.

mod canonical;
mod equal;
mod plan;

pub use canonical::{Mismatch, Native, Table, canonical};
pub use equal::equal;
pub use plan::{Making, NativeFrom, NativeMember, NativePlan};
