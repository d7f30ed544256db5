//! Everything that runs in the demonstration.

use std::net::SocketAddr;
use std::sync::Arc;

use super::super::exit::Exit;
use super::super::output::internal;
use super::super::serve::{Page, fronts, pages};
use super::super::services;
use super::data::{self, System};
use super::way::Way;
use crate::bridge::{Bridge, Link};
use crate::redact::{SecretSet, is_secret};
use crate::server::{self, Running};
use crate::service::{FrontAuth, Service, UserStore, UserTable};
use crate::wss::Secret;
use saponify_reference::systems::{self, Side as Kind};
use saponify_reference::{Behaviour, Handle};

/// The backends and the bridges.
pub(super) struct Stage {
    /// The SOAP backend of the first system, whose exchange is shown in full.
    shown: Handle<Behaviour>,
    secrets: SecretSet,
    pub(super) to_soap: Side,
    pub(super) to_json: Side,
}

/// A bridge and its server.
pub(super) struct Side {
    bridge: Bridge,
    pub(super) running: Running,
    kind: &'static str,
}

impl Stage {
    pub(super) async fn set(systems: &[System]) -> Result<Self, Exit> {
        let (mut to_soap, mut to_json, mut shown) = (Vec::new(), Vec::new(), None);
        for system in systems {
            let soap = backend(system, Kind::Soap).await?;
            let json = backend(system, Kind::Json).await?;
            to_soap.push(with_users(data::service(system, "json-to-soap.yaml", &soap.url())?, system));
            to_json.push(data::service(system, "soap-to-json.yaml", &json.url())?);
            shown.get_or_insert(soap);
        }
        let secrets = systems.iter().flat_map(|system| &system.variables);
        let secrets = secrets
            .filter(|(name, _)| is_secret(name) || name.ends_with("TOKEN"))
            .map(|(_, value)| Secret::new(value));
        let shown = shown.ok_or_else(|| internal(&"the samples have no systems"))?;
        let (to_soap, to_json) = (Side::start(to_soap, "soap")?, Side::start(to_json, "json")?);
        let links: Vec<Link> = [&to_soap, &to_json].into_iter().flat_map(Side::links).collect();
        [&to_soap, &to_json].iter().for_each(|side| side.bridge.show_index("saponify demo", &links));
        Ok(Self { shown, secrets: SecretSet::default().and(secrets), to_soap, to_json })
    }

    /// The address of the page that leads to those of all services.
    pub(super) fn page(&self) -> String {
        format!("http://{}/", self.to_soap.running.address())
    }

    /// A JSON client and a SOAP client of each system, at each bridge that has such a front.
    pub(super) fn ways(&self, systems: &[System]) -> Result<Vec<Way>, Exit> {
        let mut ways = Vec::new();
        for system in systems {
            for side in [&self.to_soap, &self.to_json] {
                let base = format!("http://{}", side.running.address());
                if side.has(system, "json") {
                    ways.push(Way::json(system, side.kind, &base)?);
                }
                if side.has(system, "soap") {
                    ways.push(Way::soap(system, side.kind, &base)?);
                }
            }
        }
        Ok(ways)
    }

    /// The last request that the shown backend got.
    pub(super) fn heard(&self) -> Result<String, Exit> {
        let last = self.shown.exchanges().pop();
        let last = last.ok_or_else(|| internal(&"the backend was not called"))?;
        Ok(String::from_utf8_lossy(&last.body).into_owned())
    }

    /// Its last answer.
    pub(super) fn said(&self) -> String {
        self.shown.last_answer()
    }

    /// `text` without secrets.
    pub(super) fn masked(&self, text: &str) -> String {
        self.secrets.masked(text)
    }

    /// Stops the bridges, and waits until they have.
    pub(super) fn stop(self) {
        let sides = [self.to_soap.running, self.to_json.running];
        sides.iter().for_each(|running| running.stop().stop());
        for running in sides {
            running.join();
        }
    }

    /// What the ready file says.
    pub(super) fn ready(&self) -> serde_json::Value {
        let services: Vec<_> = [&self.to_soap, &self.to_json].into_iter().flat_map(Side::ready).collect();
        serde_json::json!({ "pid": std::process::id(), "page": self.page(), "services": services })
    }
}

async fn backend(system: &System, kind: Kind) -> Result<Handle<Behaviour>, Exit> {
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let started = systems::start(&system.name, kind, anywhere, &|name| system.variable(name)).await;
    started.map_err(|error| internal(&error))
}

/// A SOAP front that passes tokens on lets in only text; this one lets in digests too, by knowing the user.
fn with_users(mut service: Service, system: &System) -> Service {
    if let Some(front) = &mut service.soap_front {
        let name = system.variable("USERNAME").into();
        let user = UserTable::of_one(name, Secret::new(system.variable("PASSWORD")));
        front.auth = FrontAuth::Users(Arc::new(UserStore::of(&service.name, user)));
        front.accept_digest = true;
    }
    service
}

impl Side {
    fn start(services: Vec<Service>, kind: &'static str) -> Result<Self, Exit> {
        let first = services.first().ok_or_else(|| internal(&"the samples have no systems"))?;
        let limits = first.limits.http;
        let bridge = services::ready_all(services)?;
        let running = server::start(SocketAddr::from(([127, 0, 0, 1], 0)), &bridge, limits, 1);
        let running = running.map_err(|error| internal(&error))?;
        Ok(Self { bridge, running, kind })
    }

    fn has(&self, system: &System, kind: &str) -> bool {
        fronts(&self.bridge, &self.running)
            .iter()
            .any(|front| front.service == system.name && front.kind == kind)
    }

    /// The pages of its services.
    fn links(&self) -> Vec<Link> {
        let pages = pages(&self.bridge, &self.running);
        let link = |page: Page| {
            let about =
                format!("{} clients, {} backend", page.front.name().to_uppercase(), self.kind.to_uppercase());
            Link { name: page.service, about, url: page.url }
        };
        pages.into_iter().map(link).collect()
    }

    fn ready(&self) -> Vec<serde_json::Value> {
        let of = |name: &str, url: &str| {
            let fronts = fronts(&self.bridge, &self.running);
            let own = fronts.iter().filter(|front| front.service == name);
            let own: Vec<_> =
                own.map(|front| serde_json::json!({ "kind": front.kind, "url": front.url })).collect();
            serde_json::json!({ "name": name, "backend": self.kind, "backend_url": url, "fronts": own })
        };
        let services = self.bridge.services();
        services
            .iter()
            .map(|ready| &ready.service)
            .map(|service| of(&service.name, &service.backend.target().url))
            .collect()
    }
}
