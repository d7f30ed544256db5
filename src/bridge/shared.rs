//! A service that is ready to be called.

use super::auth::Verifier;
use super::endpoint::Endpoint;
use super::failure::Failure;
use super::idempotency::Keys;
use super::messages::Operation;
use super::oauth2::Tokens;
use super::replay::SharedReplay;
use super::store::Store;
use crate::service::{BackendAuth, Environment, FrontAuth, Service};

/// A service and where its backend is.
#[derive(Debug)]
pub struct Shared {
    /// The service.
    pub service: Service,
    pub(super) endpoint: Endpoint,
    pub(super) tokens: Option<Tokens>,
    pub(super) json_verifier: Option<Verifier>,
    pub(super) soap_verifier: Option<Verifier>,
    pub(super) keys: Keys,
    /// Used tokens, where several bridges share them.
    pub(super) replay: Option<SharedReplay>,
}

impl Shared {
    /// Makes `service` ready to be called. Errors: a backend that cannot be called, keys that cannot be used.
    pub fn new(service: Service) -> Result<Self, String> {
        let endpoint = Endpoint::new(service.backend.target())?;
        let tokens = match service.backend.auth() {
            BackendAuth::Oauth2(server) => Some(Tokens::new(server.clone())?),
            _ => None,
        };
        let total = service.backend.target().total;
        let store = service.redis.as_ref().map(|url| Store::new(url.expose())).transpose()?;
        let keys = Keys::new(store.clone(), &service.limits.http, total);
        let replay = store.map(|store| SharedReplay::new(store, service.limits.wss.replay_entries));
        let verifier = |front: &str, auth: Option<&FrontAuth>| {
            Verifier::of(auth, &service.limits).map_err(|reason| format!("fronts.{front}.{reason}"))
        };
        let json_verifier = verifier("json", service.json_front.as_ref().map(|front| &front.auth))?;
        let soap_verifier = verifier("soap", service.soap_front.as_ref().map(|front| &front.auth))?;
        Ok(Self { service, endpoint, tokens, json_verifier, soap_verifier, keys, replay })
    }

    /// Reads the public keys of JSON Web Tokens again, front by front. What cannot be had or used stays as it was, and is told.
    pub fn reload_keys(&self, environment: &dyn Environment) -> Vec<Result<(), String>> {
        let fronts = [&self.json_verifier, &self.soap_verifier].into_iter().flatten();
        fronts.filter_map(|verifier| verifier.reload(environment)).collect()
    }

    pub(super) fn operation(&self, index: usize) -> Result<Operation<'_>, Failure> {
        let (plan, rules) = self.service.operation(index).ok_or(Failure::NotFound)?;
        Ok(Operation { service: &self.service, plan, rules })
    }
}
