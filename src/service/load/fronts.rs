//! Fronts: where they are, who may call, and how Security headers are read.

use std::sync::Arc;

use super::checker::Checker;
use super::convert::{profile, timestamp, versions};
use super::demands;
use crate::limits::MTOM_OVER;
use crate::service::environment::relative;
use crate::service::file::fronts::{
    AuthFile, BearerFile, FaultsFile, FrontAddressingFile, FrontFile, FrontMtomFile, MessageExpiredFile,
    NamesFile, PasswordFile, ResponseTimestampFile, SecurityFile, UserFile,
};
use crate::service::file::key_path::KeyPath;
use crate::service::file::service::ServiceFile;
use crate::service::model::backend::{Backend, BackendAuth, BackendCredentials};
use crate::service::model::front::{
    Bearer, FaultStatus, FrontAddressing, FrontAuth, FrontMtom, FrontSecurity, JsonFront, NamedCaller,
    NamedCallers, ResponseTimestamp, SoapFront,
};
use crate::service::model::users::{self, UserSource, UserStore};
use crate::service::problem::{FrontProblem, ValueProblem, WebProblem};
use crate::soap::Versions;
use crate::wsdl::Contract;
use crate::wss::{Faults, TimestampPolicy};

/// What a backend wants to know of the caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wanted {
    name: bool,
    password: bool,
    token: bool,
}

impl Checker<'_> {
    pub(super) fn check_fronts(&mut self, file: &ServiceFile, backend: Option<&Backend>) {
        let fronts = KeyPath::of("fronts");
        if file.fronts.json.is_none() && file.fronts.mcp.is_none() && file.fronts.soap.is_none() {
            self.problem(&fronts, FrontProblem::NoFront);
        }
        let wanted = backend.map_or_else(Wanted::default, |backend| self.wanted(file, backend));
        let auths = [
            ("json", file.fronts.json.as_ref().map(|front| &front.auth)),
            ("mcp", file.fronts.mcp.as_ref().map(|front| &front.auth)),
            ("soap", file.fronts.soap.as_ref().map(|front| &front.auth)),
        ];
        for (name, auth) in auths {
            if let Some(problem) = auth.and_then(|auth| mismatch(auth, wanted)) {
                self.problem(&fronts.key(name).key("auth"), problem);
            }
        }
        if file.fronts.json.as_ref().is_some_and(|front| front.security.is_some()) {
            self.problem(&fronts.key("json").key("security").name(), FrontProblem::SecurityOnJson);
        }
        if file.fronts.soap.as_ref().is_some_and(|front| front.always_200) {
            self.problem(&fronts.key("soap").key("always_200").name(), FrontProblem::StatusesOfSoap);
        }
        for (name, auth) in auths.into_iter().filter(|(name, _)| *name != "soap") {
            if matches!(auth, Some(AuthFile::Names(_))) {
                self.problem(&fronts.key(name).key("auth").key("names").name(), FrontProblem::NamesOnJson);
            }
            if matches!(auth, Some(AuthFile::Users { accept: Some(_), .. })) {
                let users = fronts.key(name).key("auth").key("users");
                self.problem(&users.key("accept").name(), FrontProblem::AcceptOnJson);
            }
        }
        if file.fronts.json.as_ref().is_some_and(|front| front.xml_declaration) {
            let at = fronts.key("json").key("xml_declaration");
            self.problem(&at.name(), WebProblem::DeclarationOnJson);
        }
        if file.fronts.soap.as_ref().is_some_and(|front| front.openapi.is_some()) {
            self.problem(&fronts.key("soap").key("openapi").name(), WebProblem::OpenApiOnSoap);
        }
        if let Some(front) = &file.fronts.json {
            let keys = [
                ("addressing", front.addressing.is_some()),
                ("unique_message_ids", front.unique_message_ids),
            ];
            if front.attachments.is_some() {
                self.problem(&fronts.key("json").key("attachments").name(), FrontProblem::AttachmentsOnJson);
            }
            for (key, _) in keys.into_iter().filter(|(_, set)| *set) {
                self.problem(&fronts.key("json").key(key).name(), FrontProblem::AddressingOnJson);
            }
        }
        if let Some(front) = &file.fronts.soap
            && front.unique_message_ids
            && front.addressing == Some(FrontAddressingFile::Off)
        {
            self.problem(
                &fronts.key("soap").key("unique_message_ids").name(),
                FrontProblem::UnreadMessageIds,
            );
        }
        if file.fronts.json.as_ref().is_some_and(|front| front.faults.is_some()) {
            self.problem(&fronts.key("json").key("faults").name(), FrontProblem::FaultsOnJson);
        }
        if let Some(front) = &file.fronts.json {
            let keys = [("versions", front.versions.is_some()), ("paths", !front.paths.is_empty())];
            for (key, _) in keys.into_iter().filter(|(_, set)| *set) {
                self.problem(&fronts.key("json").key(key).name(), FrontProblem::PortsOnJson);
            }
        }
    }

    /// What `backend` wants to know of the caller.
    fn wanted(&mut self, file: &ServiceFile, backend: &Backend) -> Wanted {
        let (inside, blocks) = match backend {
            Backend::Json(json) => (json.credentials.as_ref(), None),
            Backend::Soap(soap) => {
                (soap.token.as_ref().map(|token| &token.credentials), soap.credentials.as_ref())
            }
        };
        let (basic, bearer) = match backend.auth() {
            BackendAuth::Basic(credentials) => (Some(credentials), false),
            BackendAuth::CallerToken(_) => (None, true),
            BackendAuth::Bearer(_) | BackendAuth::Header(..) | BackendAuth::None | BackendAuth::Oauth2(_) => {
                (None, false)
            }
        };
        let is_token = file.credentials.as_ref().is_some_and(|places| places.token.is_some());
        let callers = |kind: Option<&BackendCredentials>| matches!(kind, Some(BackendCredentials::Caller));
        let wanted = Wanted {
            name: backend.credentials().any(|kind| matches!(kind, BackendCredentials::ByCaller(_))),
            password: callers(inside) || callers(basic) || !is_token && callers(blocks),
            token: bearer || is_token && callers(blocks),
        };
        if wanted.token && wanted.password {
            self.problem(&KeyPath::of("backend").name(), FrontProblem::TwoKindsOfCaller);
        }
        self.passes_token = wanted.token;
        wanted
    }

    pub(super) fn auth(&mut self, at: &KeyPath, file: &AuthFile, service: &str) -> Option<FrontAuth> {
        match file {
            AuthFile::Certificate(file) => {
                Some(FrontAuth::Certificate(self.certificates(&at.key("certificate"), file)))
            }
            AuthFile::Jwt(file) => self.jwt(&at.key("jwt"), file).map(|jwt| FrontAuth::Jwt(Arc::new(jwt))),
            AuthFile::Names(names) => Some(FrontAuth::Names(self.names(&at.key("names"), names))),
            AuthFile::None => Some(FrontAuth::None),
            AuthFile::PassThrough if self.passes_token => Some(FrontAuth::PassBearer),
            AuthFile::PassThrough => Some(FrontAuth::PassThrough),
            AuthFile::Keys { header, keys } => {
                let at = at.key("keys");
                let name = self.header_name(&at.key("header"), header);
                Some(FrontAuth::Keys(name, self.bearers(&at.key("keys"), keys)))
            }
            AuthFile::Tokens(tokens) => Some(FrontAuth::Tokens(self.bearers(&at.key("tokens"), tokens))),
            AuthFile::Users { users, file, realm, .. } => {
                let at = at.key("users");
                // Users without a realm are those of the service.
                let realm = realm.as_deref().unwrap_or(service);
                let store = match (users, file) {
                    (None, Some(file)) => self.users_file(&at.key("file"), realm, file),
                    (Some(users), None) => {
                        if users.is_empty() {
                            self.problem(&at.key("users"), ValueProblem::Empty);
                        }
                        self.users(&at.key("users"), realm, users)
                    }
                    (Some(_), Some(_)) | (None, None) => {
                        self.problem(&at, FrontProblem::UsersOrFile);
                        None
                    }
                };
                store.map(|store| FrontAuth::Users(Arc::new(store)))
            }
        }
    }

    /// Callers who say their names. Whether whoever reaches the listener is believed is for the file to say.
    fn names(&mut self, at: &KeyPath, file: &NamesFile) -> NamedCallers {
        let callers = at.key("callers");
        if file.callers.is_empty() {
            self.problem(&callers, ValueProblem::Empty);
        }
        match &file.trust {
            Some(reason) if reason.trim().is_empty() => self.problem(&at.key("trust"), ValueProblem::Empty),
            None if !self.asks_for_certificates => self.problem(at, FrontProblem::NamesUntrusted),
            Some(_) | None => {}
        }
        let mut named: Vec<NamedCaller> = Vec::new();
        for (item, caller) in file.callers.iter().enumerate() {
            let at = callers.item(item);
            self.check_filled(&at.key("name"), &caller.name);
            if named.iter().any(|known| *known.name == *caller.name) {
                self.problem(&at.key("name"), FrontProblem::UserTwice { name: caller.name.clone() });
            }
            let operations = caller.operations.as_deref();
            self.check_operations(&at.key("operations"), operations.map_or(&[], |names| names));
            let operations = operations.map(|names| names.iter().map(|name| name.as_str().into()).collect());
            named.push(NamedCaller { name: caller.name.as_str().into(), operations });
        }
        NamedCallers { callers: named, certified: file.trust.is_none() }
    }

    fn users_file(&mut self, at: &KeyPath, realm: &str, file: &str) -> Option<UserStore> {
        let source = UserSource { path: relative(self.path, file), operations: self.operations.clone() };
        match source.read(self.environment) {
            Ok(table) => Some(UserStore::of(realm, table)),
            Err(users::ReadError::Problem(problem)) => {
                self.problem(at, problem);
                None
            }
            Err(users::ReadError::Users(problems)) => {
                self.elsewhere.extend(problems);
                None
            }
        }
    }

    fn users(&mut self, at: &KeyPath, realm: &str, users: &[UserFile]) -> Option<UserStore> {
        match users::table(users, &self.operations, self.environment) {
            Ok(table) => Some(UserStore::of(realm, table)),
            Err(findings) => {
                findings.iter().for_each(|found| self.problem(&at.join(&found.at), found.problem.clone()));
                None
            }
        }
    }

    fn bearers(&mut self, at: &KeyPath, files: &[BearerFile]) -> Vec<Bearer> {
        let mut out = Vec::new();
        if files.is_empty() {
            self.problem(at, ValueProblem::Empty);
        }
        for (item, file) in files.iter().enumerate() {
            let at = at.item(item).key("token");
            if let Some(token) = self.header_secret(&at, &file.token) {
                let same =
                    |known: &&Bearer| *known.name != *file.name && known.token.expose() == token.expose();
                if let Some(other) = out.iter().find(same) {
                    self.problem(&at, FrontProblem::TokenTwice { other: other.name.to_string() });
                }
                out.push(Bearer { name: file.name.as_str().into(), token });
            }
        }
        out
    }

    pub(super) fn json_front(&mut self, file: &ServiceFile) -> Option<JsonFront> {
        let front = file.fronts.json.as_ref()?;
        let at = KeyPath::of("fronts.json");
        let path = self.front_path(&at, front, format!("/{}", file.service));
        let auth = self.auth(&at.key("auth"), &front.auth, &file.service)?;
        let cors = self.cors(&at, front, file);
        let always_200 = front.always_200;
        // What is said of nothing is on.
        let openapi = front.openapi.unwrap_or(true);
        let FrontFile { compression, page, .. } = *front;
        Some(JsonFront { path, auth, always_200, cors, compression, openapi, page })
    }

    pub(super) fn soap_front(
        &mut self,
        file: &ServiceFile,
        contract: Option<&Contract>,
    ) -> Option<SoapFront> {
        let front = file.fronts.soap.as_ref()?;
        let at = KeyPath::of("fronts.soap");
        let path = self.front_path(&at, front, format!("/soap/{}", file.service));
        if let Some(own) = self.places.first_mut() {
            own.path = path.clone();
        }
        // A front without `security` has what docs/WS_SECURITY.md says.
        let security = front.security.clone().unwrap_or_default();
        let faults = self.fault_status(&at, front, &security);
        let security = front_security(&security);
        let auth = self.auth(&at.key("auth"), &front.auth, &file.service)?;
        let accept = match &front.auth {
            AuthFile::Users { accept: Some(accept), .. } => accept.as_slice(),
            AuthFile::Users { accept: None, .. } => &[PasswordFile::Digest, PasswordFile::Text],
            _ => &[PasswordFile::Text],
        };
        let accepted = at.key("auth").key("users").key("accept");
        match accept {
            [] => self.problem(&accepted, ValueProblem::Empty),
            [PasswordFile::Digest] => self.check_digest_users(&accepted, &auth),
            _ => {}
        }
        let cors = self.cors(&at, front, file);
        // What this front asks of its callers is in header blocks where those hold just that.
        let of_token = file.credentials.as_ref().is_some_and(|places| places.token.is_some());
        let is_there = if of_token { matches!(auth, FrontAuth::PassBearer) } else { auth.wants_password() };
        let credentials = if is_there { self.credential_paths.clone() } else { Vec::new() };
        Some(SoapFront {
            path,
            auth,
            credentials,
            cors,
            compression: front.compression,
            xml_declaration: front.xml_declaration,
            page: front.page,
            addressing: front.addressing.map_or_else(|| demanded(contract), addressing),
            unique_message_ids: front.unique_message_ids,
            mtom: mtom(front, contract),
            accept_text: accept.contains(&PasswordFile::Text),
            accept_digest: accept.contains(&PasswordFile::Digest),
            versions: self.versions(&at, front),
            places: std::mem::take(&mut self.places),
            security,
            faults,
        })
    }

    fn versions(&mut self, at: &KeyPath, front: &FrontFile) -> Versions {
        if front.versions.as_ref().is_some_and(Vec::is_empty) {
            self.problem(&at.key("versions"), ValueProblem::Empty);
        }
        versions(front)
    }

    /// The status has two names in the service file, of which the one in `security` is the older.
    fn fault_status(&mut self, at: &KeyPath, front: &FrontFile, security: &SecurityFile) -> FaultStatus {
        let newer = front.faults.as_ref().map(|faults| (at.key("faults").key("http"), faults.http));
        let older =
            security.sender_fault_status.map(|http| (at.key("security").key("sender_fault_status"), http));
        let mut status = FaultStatus::AsSoap;
        for (at, http) in newer.into_iter().chain(older) {
            match http {
                400 => {}
                500 => status = FaultStatus::InternalServerError,
                _ => self.problem(&at, FrontProblem::FaultHttp),
            }
        }
        status
    }

    fn check_digest_users(&mut self, at: &KeyPath, auth: &FrontAuth) {
        let FrontAuth::Users(store) = auth else { return };
        let mut hashed: Vec<&str> =
            store.table.iter().filter(|user| user.password.is_none()).map(|user| &*user.name).collect();
        hashed.sort_unstable();
        for user in hashed {
            self.problem(at, FrontProblem::OnlyDigests { user: user.to_owned() });
        }
    }

    pub(super) fn front_path(&mut self, at: &KeyPath, front: &FrontFile, default: String) -> Arc<str> {
        let (at, path) = match &front.path {
            Some(path) => (at.key("path"), path.clone()),
            // The name of the service makes a path that is not possible.
            None => (KeyPath::of("service"), default),
        };
        self.check_path(&at, &path);
        path.into()
    }

    pub(super) fn check_path(&mut self, at: &KeyPath, path: &str) {
        let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte));
        if !path.starts_with('/') || path.ends_with('/') || !plain {
            self.problem(at, FrontProblem::Path);
        }
    }
}

fn front_security(file: &SecurityFile) -> FrontSecurity {
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
        expired_in_wsu: file.message_expired == MessageExpiredFile::Wsu,
        actors: file.actors.iter().map(|actor| actor.as_str().into()).collect(),
    }
}

/// What a front does of which the file says nothing.
fn demanded(contract: Option<&Contract>) -> FrontAddressing {
    match contract.and_then(demands::addressing) {
        Some(_) => FrontAddressing::Require,
        None => FrontAddressing::Accept,
    }
}

/// Which answers are sent by MTOM.
fn mtom(file: &FrontFile, contract: Option<&Contract>) -> Option<FrontMtom> {
    let attachments = file.attachments.as_ref();
    let said = attachments.and_then(|attachments| attachments.mtom);
    let always = match said {
        Some(FrontMtomFile::Off) => return None,
        Some(FrontMtomFile::Accept) => false,
        Some(FrontMtomFile::Always) => true,
        None => contract.is_some_and(demands::mtom),
    };
    let over = attachments.and_then(|attachments| attachments.over);
    Some(FrontMtom { always, over: over.map_or(MTOM_OVER, |over| over) })
}

fn addressing(file: FrontAddressingFile) -> FrontAddressing {
    match file {
        FrontAddressingFile::Accept => FrontAddressing::Accept,
        FrontAddressingFile::Off => FrontAddressing::Off,
        FrontAddressingFile::Require => FrontAddressing::Require,
    }
}

/// Why a front that lets callers in by `auth` does not go with its backend.
fn mismatch(auth: &AuthFile, wanted: Wanted) -> Option<FrontProblem> {
    let Wanted { name, password, token } = wanted;
    match auth {
        AuthFile::None if password || token => Some(FrontProblem::CallerUnasked),
        AuthFile::None | AuthFile::PassThrough if name && !password && !token => {
            Some(FrontProblem::CallerUnverified)
        }
        AuthFile::Certificate(_)
        | AuthFile::Jwt(_)
        | AuthFile::Keys { .. }
        | AuthFile::Names(_)
        | AuthFile::Tokens(_)
        | AuthFile::Users { .. }
            if token =>
        {
            Some(FrontProblem::CallerTokenKept)
        }
        AuthFile::Certificate(_)
        | AuthFile::Jwt(_)
        | AuthFile::Keys { .. }
        | AuthFile::Names(_)
        | AuthFile::Tokens(_)
            if password =>
        {
            Some(FrontProblem::CallerWithoutPassword)
        }
        AuthFile::PassThrough if wanted == Wanted::default() => Some(FrontProblem::PassThroughUnchecked),
        _ => None,
    }
}
