//! What is typed and what is used, where they differ in name alone.

use std::sync::Arc;

use crate::service::file::callers::AlgorithmFile;
use crate::service::file::fronts::{ProfileFile, SecurityFile, TimestampFile};
use crate::service::model::callers::{Algorithm, Operations};
use crate::wss::{Profile, TimestampPolicy};

/// Operations by name.
pub(super) fn operations(names: Option<&[String]>) -> Operations {
    names.map(|names| names.iter().map(|name| Arc::from(name.as_str())).collect())
}

pub(super) fn timestamp(file: TimestampFile) -> TimestampPolicy {
    match file {
        TimestampFile::Ignore => TimestampPolicy::Ignore,
        TimestampFile::IfPresent => TimestampPolicy::IfPresent,
        TimestampFile::Require => TimestampPolicy::Require,
    }
}

pub(super) fn profile(file: &SecurityFile) -> Profile {
    let base = match file.profile {
        ProfileFile::Compat => Profile::COMPAT,
        ProfileFile::Strict => Profile::STRICT,
    };
    // Each knob that is not set is that of the profile.
    Profile {
        missing_type: file.missing_type.unwrap_or(base.missing_type),
        missing_encoding: file.missing_encoding.unwrap_or(base.missing_encoding),
        qualified_attributes: file.qualified_attributes.unwrap_or(base.qualified_attributes),
        surrounding_space: file.surrounding_space.unwrap_or(base.surrounding_space),
        zone_offsets: file.zone_offsets.unwrap_or(base.zone_offsets),
        long_fractions: file.long_fractions.unwrap_or(base.long_fractions),
        loose_timestamp: file.loose_timestamp.unwrap_or(base.loose_timestamp),
        foreign_action: file.foreign_action.unwrap_or(base.foreign_action),
        before_start: file.before_start.unwrap_or(base.before_start),
    }
}

pub(super) fn algorithm(file: AlgorithmFile) -> Algorithm {
    match file {
        AlgorithmFile::EdDSA => Algorithm::EdDsa,
        AlgorithmFile::ES256 => Algorithm::Es256,
        AlgorithmFile::ES384 => Algorithm::Es384,
        AlgorithmFile::ES512 => Algorithm::Es512,
        AlgorithmFile::HS256 => Algorithm::Hs256,
        AlgorithmFile::HS384 => Algorithm::Hs384,
        AlgorithmFile::HS512 => Algorithm::Hs512,
        AlgorithmFile::PS256 => Algorithm::Ps256,
        AlgorithmFile::PS384 => Algorithm::Ps384,
        AlgorithmFile::PS512 => Algorithm::Ps512,
        AlgorithmFile::RS256 => Algorithm::Rs256,
        AlgorithmFile::RS384 => Algorithm::Rs384,
        AlgorithmFile::RS512 => Algorithm::Rs512,
    }
}
