//! Who is calling: every way to prove it ends in an [`Authenticated`], without which no backend is called.

mod authenticated;
mod authenticator;
mod certificate;
mod directory;
mod error;
mod given;
mod hashes;
mod identity;
mod jwt;
mod place;
pub(super) mod replay;
mod state;

pub(super) use authenticated::Authenticated;
pub(super) use authenticator::{Authenticator, HeaderAuth, Shown};
pub use error::AuthError;
pub use identity::IdentityError;
pub(super) use jwt::Verifier;
pub(super) use state::AuthState;
