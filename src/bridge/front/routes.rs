//! Where paths lead.

use std::collections::HashMap;
use std::sync::Arc;

use crate::bridge::ready::ReadyService;

/// Where a path leads.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) enum Route {
    /// To an operation of a JSON front.
    Json(JsonRoute),
    /// To a SOAP front.
    Soap,
}

/// Where a path of a JSON front leads.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct JsonRoute {
    pub(in crate::bridge) operation: usize,
    /// Whether it is the method and the path of the operation's own `http`, and not `POST` and the operation's name.
    pub(in crate::bridge) native: bool,
}

/// The paths of all services. A service is its position.
#[derive(Debug)]
pub(in crate::bridge) struct Routes {
    plain: HashMap<String, (usize, Route)>,
    /// Operations whose paths have request fields in them.
    templates: Vec<(usize, JsonRoute)>,
}

/// Two fronts or operations at one path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("two fronts or operations are at {path}: of the services {first} and {second}")]
pub struct RouteConflict {
    /// The path.
    pub path: String,
    /// The service that has it.
    pub first: String,
    /// The service that wants it too.
    pub second: String,
}

impl Routes {
    /// Those of `services`.
    pub(in crate::bridge) fn new(services: &[Arc<ReadyService>]) -> Result<Self, RouteConflict> {
        let mut plain = HashMap::new();
        for (service, ready) in services.iter().enumerate() {
            for (path, route) in own_paths(ready) {
                if let Some((other, _)) = plain.insert(path.clone(), (service, route)) {
                    return Err(conflict(services, path, [other, service]));
                }
            }
        }
        let mut templates = Vec::new();
        for (service, ready) in services.iter().enumerate() {
            for (route, path) in native_paths(ready) {
                match path {
                    // An operation's name that is another one's path is found by its name.
                    Some(path) => {
                        plain.entry(path).or_insert((service, Route::Json(route)));
                    }
                    None => templates.push((service, route)),
                }
            }
        }
        Ok(Self { plain, templates })
    }

    /// Where `path` leads, if anywhere, and to which service.
    pub(in crate::bridge) fn find(
        &self,
        services: &[Arc<ReadyService>],
        path: &str,
    ) -> Option<(usize, Route)> {
        self.plain.get(path).copied().or_else(|| self.find_template(services, path))
    }

    /// The operation whose path has request fields in it and is `path`.
    fn find_template(&self, services: &[Arc<ReadyService>], path: &str) -> Option<(usize, Route)> {
        let is_at = |(service, route): &&(usize, JsonRoute)| {
            let Some(service) = services.get(*service).map(|ready| &ready.service) else { return false };
            let operation = service.operations.get(route.operation);
            let Some((front, rules)) = service.json_front.as_ref().zip(operation) else { return false };
            path.strip_prefix(&*front.path).is_some_and(|below| rules.http.is_at(below))
        };
        let (service, route) = self.templates.iter().find(is_at)?;
        Some((*service, Route::Json(*route)))
    }
}

/// The paths that nobody else may have: the SOAP front's, and of each operation by its name.
fn own_paths(ready: &ReadyService) -> Vec<(String, Route)> {
    let service = &ready.service;
    let json = service.json_front.iter().flat_map(|front| {
        service.plan.operations().iter().enumerate().map(|(operation, plan)| {
            let route = JsonRoute { operation, native: false };
            (format!("{}/{}", front.path, plan.name), Route::Json(route))
        })
    });
    let soap = service.soap_front.iter().map(|front| (front.path.to_string(), Route::Soap));
    json.chain(soap).collect()
}

/// The operations' own paths; nothing where request fields stand in one.
fn native_paths(ready: &ReadyService) -> Vec<(JsonRoute, Option<String>)> {
    let Some(front) = &ready.service.json_front else { return Vec::new() };
    let of = |(operation, rules): (usize, &crate::service::ServiceOperation)| {
        let path = rules.http.plain().map(|path| format!("{}{path}", front.path));
        (JsonRoute { operation, native: true }, path)
    };
    ready.service.operations.iter().enumerate().map(of).collect()
}

fn conflict(services: &[Arc<ReadyService>], path: String, places: [usize; 2]) -> RouteConflict {
    let name = |at: usize| services.get(at).map_or(String::new(), |ready| ready.service.name.to_string());
    let [first, second] = places.map(name);
    RouteConflict { path, first, second }
}
