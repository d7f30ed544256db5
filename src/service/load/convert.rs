//! What is typed and what is used, where they differ in name alone.

use std::sync::Arc;

use crate::jose::Algorithm;
use crate::service::file::callers::AlgorithmFile;
use crate::service::file::fronts::{FrontFile, ProfileFile, SecurityFile, TimestampFile, VersionFile};
use crate::service::model::callers::Operations;
use crate::soap::{Version, Versions};
use crate::wss::{Profile, TimestampPolicy};

/// The versions of SOAP that clients of the SOAP front may speak.
pub(super) fn versions(front: &FrontFile) -> Versions {
    // Clients of both know the front by one address, whatever bindings the contract has.
    let Some(versions) = &front.versions else { return Versions::ALL };
    Versions::of(|version| versions.iter().any(|typed| Version::from(*typed) == version))
}

impl From<VersionFile> for Version {
    fn from(version: VersionFile) -> Self {
        match version {
            VersionFile::V11 => Self::V11,
            VersionFile::V12 => Self::V12,
        }
    }
}

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
    // A knob that is not set is that of the profile.
    let knob = |own: Option<bool>, base: bool| own.unwrap_or(base);
    Profile {
        missing_type: knob(file.missing_type, base.missing_type),
        missing_encoding: knob(file.missing_encoding, base.missing_encoding),
        qualified_attributes: knob(file.qualified_attributes, base.qualified_attributes),
        surrounding_space: knob(file.surrounding_space, base.surrounding_space),
        folded_base64: knob(file.folded_base64, base.folded_base64),
        zone_offsets: knob(file.zone_offsets, base.zone_offsets),
        long_fractions: knob(file.long_fractions, base.long_fractions),
        loose_timestamp: knob(file.loose_timestamp, base.loose_timestamp),
        foreign_action: knob(file.foreign_action, base.foreign_action),
        before_start: knob(file.before_start, base.before_start),
        repeated_nonces: knob(file.repeated_nonces, base.repeated_nonces),
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
