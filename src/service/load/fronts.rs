//! Fronts: where they are, who may call, and how Security headers are read.

use std::sync::Arc;

use super::Checker;
use crate::plan::Plan;
use crate::service::environment::relative;
use crate::service::file::fronts::{
    AuthFile, BearerFile, FaultsFile, FrontFile, MessageExpiredFile, PasswordFile, ProfileFile,
    ResponseTimestampFile, SecurityFile, TimestampFile,
};
use crate::service::file::service::ServiceFile;
use crate::service::model::callers::Operations;
use crate::service::model::service::{
    Backend, BackendCredentials, Bearer, FrontAuth, FrontSecurity, JsonFront, ResponseTimestamp, SoapFront,
};
use crate::service::model::users::UserStore;
use crate::service::reference;
use crate::wss::{Faults, Profile, TimestampPolicy};

/// What a backend wants to know of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    Nothing,
    Name,
    Password,
}

impl Checker<'_> {
    pub(super) fn check_fronts(&mut self, file: &ServiceFile, backend: Option<&Backend>) {
        if file.fronts.json.is_none() && file.fronts.soap.is_none() {
            self.problem("fronts: at least one of json and soap is needed");
        }
        let wanted = backend.map_or(Wanted::Nothing, wanted);
        for (name, front) in [("json", &file.fronts.json), ("soap", &file.fronts.soap)] {
            if let Some(reason) = front.as_ref().and_then(|front| mismatch(&front.auth, wanted)) {
                self.problem(&format!("fronts.{name}.auth: {reason}"));
            }
        }
        if file.fronts.json.as_ref().is_some_and(|front| front.security.is_some()) {
            self.problem("fronts.json.security: JSON has no Security header; it belongs to fronts.soap");
        }
    }

    fn auth(&mut self, file: &AuthFile, service: &str, plan: &Plan) -> FrontAuth {
        match file {
            AuthFile::Certificate(file) => FrontAuth::Certificate(self.certificates(file, plan)),
            AuthFile::Jwt(file) => match self.jwt(file, plan) {
                Some(jwt) => FrontAuth::Jwt(Arc::new(jwt)),
                None => FrontAuth::PassThrough,
            },
            AuthFile::None => FrontAuth::None,
            AuthFile::PassThrough => FrontAuth::PassThrough,
            AuthFile::Keys { header, keys } => {
                let name = self.header_name("auth.keys.header", header);
                FrontAuth::Keys(name, self.bearers("auth.keys.token", keys))
            }
            AuthFile::Tokens(tokens) => FrontAuth::Tokens(self.bearers("auth.tokens.token", tokens)),
            AuthFile::Users { users, file, realm, .. } => {
                if users.is_empty() == file.is_none() {
                    self.problem("auth.users: one of `users` and `file` is needed");
                }
                let file = file.as_deref().map(|file| relative(self.path, file));
                let realm = realm.as_deref().unwrap_or(service);
                let operations = plan.operations().iter().map(|operation| operation.name.clone()).collect();
                match UserStore::new(realm, file, users, operations, self.environment) {
                    Ok(store) => FrontAuth::Users(Arc::new(store)),
                    Err(problems) => {
                        problems.iter().for_each(|problem| self.problem(&format!("auth.users: {problem}")));
                        FrontAuth::PassThrough
                    }
                }
            }
        }
    }

    fn bearers(&mut self, what: &str, files: &[BearerFile]) -> Vec<Bearer> {
        let mut out = Vec::new();
        for file in files {
            if let Some(token) = self.resolved(what, reference::secret(&file.token, self.environment)) {
                out.push(Bearer { name: file.name.as_str().into(), token });
            }
        }
        out
    }

    /// Whether the contract has the operations `names`.
    pub(super) fn check_operations(&mut self, what: &str, names: &[String], plan: &Plan) {
        let known: Vec<&str> = plan.operations().iter().map(|operation| &*operation.name).collect();
        for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
            self.problem(&format!("{what}: there is no operation `{name}`; there is {}", known.join(", ")));
        }
    }

    /// An HTTP header's name, in lower case.
    pub(super) fn header_name(&mut self, what: &str, name: &str) -> Arc<str> {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(token) {
            self.problem(&format!("{what}: expected the name of an HTTP header, such as X-Api-Key"));
        }
        name.to_ascii_lowercase().into()
    }

    pub(super) fn json_front(&mut self, file: &ServiceFile, front: &FrontFile, plan: &Plan) -> JsonFront {
        let path = self.front_path(front, format!("/{}", file.service));
        let auth = self.auth(&front.auth, &file.service, plan);
        JsonFront { path, auth, always_200: front.always_200 }
    }

    pub(super) fn soap_front(&mut self, file: &ServiceFile, front: &FrontFile, plan: &Plan) -> SoapFront {
        let path = self.front_path(front, format!("/soap/{}", file.service));
        let accept = match &front.auth {
            AuthFile::Users { accept, .. } => accept.clone(),
            _ => vec![PasswordFile::Text],
        };
        let auth = self.auth(&front.auth, &file.service, plan);
        if accept == [PasswordFile::Digest] {
            self.check_digest_users(&auth);
        }
        SoapFront {
            path,
            auth,
            accept_text: accept.contains(&PasswordFile::Text),
            accept_digest: accept.contains(&PasswordFile::Digest),
            security: self.security(&front.security.clone().unwrap_or_default()),
        }
    }

    fn check_digest_users(&mut self, auth: &FrontAuth) {
        let FrontAuth::Users(store) = auth else { return };
        for user in store.table().iter().filter(|user| user.password.is_none()) {
            self.problem(&format!(
                "auth.users: only digests are accepted, and {} has a hash; a digest can be verified only against the password itself",
                user.name
            ));
        }
    }

    fn security(&mut self, file: &SecurityFile) -> FrontSecurity {
        if file.sender_fault_status.is_some_and(|status| ![400, 500].contains(&status)) {
            self.problem("security.sender_fault_status: expected 400 or 500");
        }
        FrontSecurity {
            profile: profile(file),
            timestamp: file.timestamp.map_or(TimestampPolicy::IfPresent, timestamp),
            response_timestamp: match file.response_timestamp {
                ResponseTimestampFile::Always => ResponseTimestamp::Always,
                ResponseTimestampFile::Auto => ResponseTimestamp::Auto,
                ResponseTimestampFile::Never => ResponseTimestamp::Never,
            },
            faults: match file.faults {
                FaultsFile::Generic => Faults::Generic,
                FaultsFile::Standard => Faults::Standard,
            },
            sender_fault_status: file.sender_fault_status,
            expired_in_wsu: file.message_expired == MessageExpiredFile::Wsu,
            actors: file.actors.iter().map(|actor| actor.as_str().into()).collect(),
        }
    }

    pub(super) fn front_path(&mut self, front: &FrontFile, default: String) -> Arc<str> {
        let path = front.path.clone().unwrap_or(default);
        let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte));
        if !path.starts_with('/') || path.ends_with('/') || !plain {
            self.problem(
                "fronts.path: expected a path such as /orders: letters, digits, `-._~/`, no slash at the end",
            );
        }
        path.into()
    }
}

/// Operations by name.
pub(super) fn operations(names: Option<&[String]>) -> Operations {
    names.map(|names| names.iter().map(|name| Arc::from(name.as_str())).collect())
}

fn wanted(backend: &Backend) -> Wanted {
    let each = backend.credentials().map(|credentials| match credentials {
        BackendCredentials::Caller => Wanted::Password,
        BackendCredentials::ByCaller(_) => Wanted::Name,
        BackendCredentials::Fixed(_) => Wanted::Nothing,
    });
    each.max().unwrap_or(Wanted::Nothing)
}

/// Why a front that lets callers in by `auth` does not go with its backend.
fn mismatch(auth: &AuthFile, wanted: Wanted) -> Option<&'static str> {
    match (auth, wanted) {
        (AuthFile::None, Wanted::Password) => {
            Some("the backend gets the caller's credentials, so the front must ask for them")
        }
        (AuthFile::None | AuthFile::PassThrough, Wanted::Name) => {
            Some("the backend gets credentials by caller, so the front must verify who it is")
        }
        (
            AuthFile::Certificate(_) | AuthFile::Jwt(_) | AuthFile::Keys { .. } | AuthFile::Tokens(_),
            Wanted::Password,
        ) => Some(
            "the backend gets the caller's password, and a key, a token or a certificate is none; give credentials \
             `by_caller` or `fixed`",
        ),
        (AuthFile::PassThrough, Wanted::Nothing) => {
            Some("pass_through needs a backend that gets the caller's credentials; else nobody checks them")
        }
        _ => None,
    }
}

pub(super) fn timestamp(file: TimestampFile) -> TimestampPolicy {
    match file {
        TimestampFile::Ignore => TimestampPolicy::Ignore,
        TimestampFile::IfPresent => TimestampPolicy::IfPresent,
        TimestampFile::Require => TimestampPolicy::Require,
    }
}

fn profile(file: &SecurityFile) -> Profile {
    let base = match file.profile {
        ProfileFile::Compat => Profile::COMPAT,
        ProfileFile::Strict => Profile::STRICT,
    };
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
