//! A service that is ready to be called.

use crate::bridge::auth::Verifier;
use crate::bridge::auth::replay::SharedReplay;
use crate::bridge::backend::connect::Endpoint;
use crate::bridge::backend::oauth2::Tokens;
use crate::bridge::failure::Failure;
use crate::bridge::idempotency::Keys;
use crate::bridge::request::Operation;
use crate::bridge::state::store::Store;
use crate::service::{BackendAuth, Environment, FrontAuth, Service};

/// A service and where its backend is.
#[derive(Debug)]
pub struct Shared {
    /// The service.
    pub service: Service,
    pub(in crate::bridge) endpoint: Endpoint,
    pub(in crate::bridge) tokens: Option<Tokens>,
    pub(in crate::bridge) json_verifier: Option<Verifier>,
    pub(in crate::bridge) soap_verifier: Option<Verifier>,
    pub(in crate::bridge) keys: Keys,
    /// Used tokens, where several bridges share them.
    pub(in crate::bridge) replay: Option<SharedReplay>,
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

    pub(in crate::bridge) fn operation(&self, index: usize) -> Result<Operation<'_>, Failure> {
        let (plan, rules) = self.service.operation(index).ok_or(Failure::NotFound)?;
        Ok(Operation { service: &self.service, plan, rules })
    }
}
