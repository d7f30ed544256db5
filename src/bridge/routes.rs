//! Where paths lead.

use std::collections::HashMap;

use super::shared::Shared;

/// Where a path leads.
#[derive(Clone, Copy, Debug)]
pub(super) enum Route {
    Json(JsonRoute),
    Soap { service: usize },
}

/// Where a path of a JSON front leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct JsonRoute {
    pub(super) service: usize,
    pub(super) operation: usize,
    /// Whether it is the method and the path of the operation's own `http`, and not `POST` and the operation's name.
    pub(super) native: bool,
}

/// The paths of all services.
#[derive(Debug)]
pub(super) struct Routes {
    plain: HashMap<String, Route>,
    /// Operations whose paths have request fields in them.
    templates: Vec<JsonRoute>,
}

impl Routes {
    /// Those of `services`. Errors: two fronts at one path.
    pub(super) fn new(services: &[Shared]) -> Result<Self, String> {
        Ok(Self { plain: plain(services)?, templates: templates(services) })
    }

    /// Where `path` leads, if anywhere.
    pub(super) fn find(&self, services: &[Shared], path: &str) -> Option<Route> {
        self.plain.get(path).copied().or_else(|| self.templated(services, path))
    }

    /// The operation whose path has request fields in it and is `path`.
    fn templated(&self, services: &[Shared], path: &str) -> Option<Route> {
        let mut found = self.templates.iter().filter(|route| {
            let Some(Shared { service, .. }) = services.get(route.service) else { return false };
            let operation = service.operations.get(route.operation);
            let Some((front, rules)) = service.json_front.as_ref().zip(operation) else { return false };
            path.strip_prefix(&*front.path).is_some_and(|below| rules.http.is_at(below))
        });
        found.next().copied().map(Route::Json)
    }
}

fn plain(services: &[Shared]) -> Result<HashMap<String, Route>, String> {
    let mut routes = HashMap::new();
    for (service, shared) in services.iter().enumerate() {
        let of = &shared.service;
        let operations = of.plan.operations().iter().enumerate();
        let json = of.json_front.iter().flat_map(|front| {
            operations.clone().map(|(operation, plan)| {
                let route = JsonRoute { service, operation, native: false };
                (format!("{}/{}", front.path, plan.name), Route::Json(route))
            })
        });
        let soap = of.soap_front.iter().map(|front| (front.path.to_string(), Route::Soap { service }));
        for (path, route) in json.chain(soap) {
            if routes.insert(path.clone(), route).is_some() {
                return Err(format!("two fronts or operations are at {path}"));
            }
        }
    }
    for (path, route) in natives(services) {
        routes.entry(path).or_insert(Route::Json(route));
    }
    Ok(routes)
}

/// The operations' own paths that are always the same.
fn natives(services: &[Shared]) -> Vec<(String, JsonRoute)> {
    let mut out = Vec::new();
    for (service, shared) in services.iter().enumerate() {
        let Some(front) = &shared.service.json_front else { continue };
        for (operation, rules) in shared.service.operations.iter().enumerate() {
            if let Some(path) = rules.http.plain() {
                let route = JsonRoute { service, operation, native: true };
                out.push((format!("{}{path}", front.path), route));
            }
        }
    }
    out
}

fn templates(services: &[Shared]) -> Vec<JsonRoute> {
    let of = |(service, shared): (usize, &Shared)| {
        let operations = shared.service.operations.iter().enumerate();
        let templated = operations.filter(|(_, rules)| rules.http.plain().is_none());
        templated.map(|(operation, _)| JsonRoute { service, operation, native: true }).collect::<Vec<_>>()
    };
    services.iter().enumerate().flat_map(of).collect()
}
