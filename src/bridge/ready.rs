//! A service that is ready to be called: everything that can be made and checked before the first request is.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use super::auth::Verifier;
use super::auth::replay::SharedReplay;
use super::backend::connect::{Endpoint, EndpointError};
use super::backend::oauth2::Tokens;
use super::backend::template::{RequestTemplate, TemplateError};
use super::descriptions::Descriptions;
use super::idempotency::Keys;
use super::operation::Operation;
use super::page::PageData;
use super::state::operation_load::OperationLoad;
use super::state::spool::Spool;
use super::state::store::{Store, StoreError};
use super::tools::Tools;
use super::web::sharing::Sharing;
use crate::describe::Hidden;
use crate::jose::KeyError;
use crate::plan::MessagePlan;
use crate::redact::Masks;
use crate::service::{BackendAuth, FrontAuth, Oauth2, Service};

/// A service, and what its exchanges share. Immutable but for what they remember.
#[derive(Debug)]
pub struct ReadyService {
    /// The service.
    pub service: Service,
    pub(super) endpoint: Endpoint,
    /// For each operation, in the order of the plan.
    templates: Vec<RequestTemplate>,
    loads: Vec<OperationLoad>,
    /// Whether its only operation is the only one that there is.
    pub(super) alone: AtomicBool,
    pub(super) tokens: Option<Tokens>,
    pub(super) json_verifier: Option<Verifier>,
    pub(super) mcp_verifier: Option<Verifier>,
    pub(super) soap_verifier: Option<Verifier>,
    pub(super) keys: Keys,
    /// What pages of other origins may do at the fronts.
    pub(super) json_sharing: Option<Sharing>,
    pub(super) mcp_sharing: Option<Sharing>,
    pub(super) soap_sharing: Option<Sharing>,
    /// The OpenAPI document of the JSON front, made when the first client asks for it: most processes are never asked.
    descriptions: OnceLock<Option<Descriptions>>,
    /// What its pages for people show.
    pub(super) page: PageData,
    /// The same of the tools.
    tools: OnceLock<Tools>,
    /// What is masked in results of tools.
    masks: Masks,
    /// For each operation, whether something may be in its response.
    masked: Vec<bool>,
    /// Used tokens, where several bridges share them.
    pub(super) replay: Option<SharedReplay>,
    /// Where long attachments go.
    pub(super) spool: Option<Arc<Spool>>,
    /// Whether all operations let attachments stay apart.
    pub(super) keeps_apart: bool,
}

/// Why a service that was loaded cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum ReadyError {
    /// A backend that cannot be called.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// Public keys of JSON Web Tokens that cannot be used.
    #[error("fronts.{front}.auth.jwt.keys: {reason}")]
    Keys {
        /// The front.
        front: &'static str,
        /// What is wrong.
        reason: KeyError,
    },
    /// A folder for attachments in which no file can be made.
    #[error("spool: no file can be made in the folder: {0}")]
    Spool(#[source] std::io::Error),
    /// A store that cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Requests that cannot be made.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A token server that cannot be called.
    #[error(transparent)]
    TokenServer(EndpointError),
}

impl ReadyError {
    /// The keys of the service file that lead to what is wrong. `side` is what its backend speaks.
    pub fn keys<'k>(&'k self, side: &'k str) -> Vec<&'k str> {
        match self {
            Self::Endpoint(error) => [&["backend", side][..], error.keys()].concat(),
            Self::Keys { front, .. } => vec!["fronts", front, "auth", "jwt", "keys"],
            Self::Spool(_) => vec!["spool"],
            Self::Store(_) => vec!["store", "redis"],
            Self::Template(error) => vec!["operations", error.operation()],
            Self::TokenServer(error) => [&["backend", side, "auth", "oauth2"][..], error.keys()].concat(),
        }
    }
}

impl ReadyService {
    /// Makes `service` ready to be called. Errors: what would fail in every exchange.
    pub fn new(service: Service) -> Result<Self, ReadyError> {
        let endpoint = Endpoint::new(service.backend.target())?;
        let operations = service.plan.operations().iter().zip(&service.operations);
        let templates =
            operations.map(|(plan, rules)| RequestTemplate::new(&service, plan, rules, &endpoint));
        let templates = templates.collect::<Result<_, _>>()?;
        let tokens = match service.backend.auth() {
            BackendAuth::Oauth2(server) => {
                Some(Tokens::new(Oauth2::clone(server)).map_err(ReadyError::TokenServer)?)
            }
            BackendAuth::Basic(_)
            | BackendAuth::Bearer(_)
            | BackendAuth::CallerToken(_)
            | BackendAuth::Header(..)
            | BackendAuth::None => None,
        };
        let store = service.store.as_ref().map(Store::new).transpose()?;
        let keys = Keys::new(store.clone(), &service.limits.http, service.longest());
        let replay = store.map(|store| SharedReplay::new(store, realm(&service), &service.limits.wss));
        let json_verifier = verifier(&service, "json", service.json_front.as_ref().map(|front| &front.auth))?;
        let mcp_auth = service.mcp_front.as_ref().map(|front| &front.json.auth);
        let mcp_verifier = verifier(&service, "mcp", mcp_auth)?;
        let soap_verifier = verifier(&service, "soap", service.soap_front.as_ref().map(|front| &front.auth))?;
        let json_cors = service.json_front.as_ref().and_then(|front| front.cors.as_ref());
        let mcp_cors = service.mcp_front.as_ref().and_then(|front| front.json.cors.as_ref());
        let soap_cors = service.soap_front.as_ref().and_then(|front| front.cors.as_ref());
        let spool = service.spool.as_deref().map(|folder| Spool::new(folder, service.limits.attachments));
        let mut ready = Self {
            spool: spool.transpose().map_err(ReadyError::Spool)?,
            keeps_apart: false,
            json_sharing: json_cors.map(Sharing::new),
            mcp_sharing: mcp_cors.map(Sharing::new),
            soap_sharing: soap_cors.map(Sharing::new),
            descriptions: OnceLock::new(),
            page: PageData::default(),
            tools: OnceLock::new(),
            masks: Masks::of(&service),
            masked: masked(&service),
            loads: service.operations.iter().map(|rules| OperationLoad::new(rules.concurrent)).collect(),
            alone: AtomicBool::new(false),
            service,
            endpoint,
            templates,
            tokens,
            json_verifier,
            mcp_verifier,
            soap_verifier,
            keys,
            replay,
        };
        ready.keeps_apart = (0..ready.templates.len()).all(|at| ready.operation(at).keeps_apart());
        Ok(ready)
    }

    /// The OpenAPI document of the JSON front, where it is served.
    pub(super) fn descriptions(&self) -> Option<&Descriptions> {
        self.descriptions.get_or_init(|| Descriptions::of(&self.service)).as_ref()
    }

    /// What is told of the tools.
    pub(super) fn tools(&self) -> &Tools {
        self.tools.get_or_init(|| Tools::of(&self.service))
    }

    /// What is masked in the result of the tool that the operation is, where something may have to be.
    pub(super) fn masks(&self, operation: usize) -> Option<&Masks> {
        self.masked.get(operation).is_some_and(|masked| *masked).then_some(&self.masks)
    }

    /// Takes over what the service remembers that has been in its place, as far as it is kept at the same place: a request that
    /// was answered must not be carried out again because a file was read again.
    pub(super) fn remember(&mut self, old: &Self) {
        self.keys.remember(&old.keys);
        self.endpoint.remember(&old.endpoint);
        if let (Some(tokens), Some(old)) = (&self.tokens, &old.tokens) {
            tokens.remember(old);
        }
        if let (Some(store), Some(old_store), Some(replay)) =
            (&self.service.store, &old.service.store, &old.replay)
            && store.is(old_store)
            && replay.is_of(realm(&self.service))
        {
            self.replay = Some(replay.clone());
        }
    }

    /// Lets a shared store begin to remember used tokens, if it does not yet. It waits for the store, but not for long. The connection is
    /// one of its own: it belongs to the runtime that opens it.
    pub(super) async fn begin(&self) {
        if let Some(store) = &self.service.store {
            let store = Store::new(store).expect("it was made before");
            SharedReplay::new(store, realm(&self.service), &self.service.limits.wss).begin().await;
        }
    }

    /// The operation `index`, which is one of the plan's.
    pub(super) fn operation(&self, index: usize) -> Operation<'_> {
        let (plan, rules) = self.service.operation(index).expect("routes lead to operations of the plan");
        let template = self.templates.get(index).expect("each operation has its template");
        let load = self.loads.get(index).expect("each operation has its load");
        Operation { service: &self.service, plan, rules, template, load }
    }
}

/// For each operation of `service`, whether something in its response is masked before a model sees it; none where it has no tools.
fn masked(service: &Service) -> Vec<bool> {
    if service.mcp_front.is_none() {
        return Vec::new();
    }
    let (hidden, plan) = (Hidden::of(service), &service.plan);
    let is_in = |output: &MessagePlan| hidden.is_in(plan, output);
    plan.operations().iter().map(|operation| operation.output.as_ref().is_some_and(is_in)).collect()
}

fn verifier(
    service: &Service,
    front: &'static str,
    auth: Option<&FrontAuth>,
) -> Result<Option<Verifier>, ReadyError> {
    Verifier::of(auth, &service.limits).map_err(|reason| ReadyError::Keys { front, reason })
}

/// Whose tokens the SOAP front takes.
fn realm(service: &Service) -> &str {
    match service.soap_front.as_ref().map(|front| &front.auth) {
        Some(FrontAuth::Users(store)) => &store.realm,
        _ => &service.name,
    }
}
