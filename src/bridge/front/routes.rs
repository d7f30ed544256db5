//! Where paths lead.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use http::Method;

use crate::bridge::descriptions::Form;
use crate::bridge::page::{self, PagePart, Part};
use crate::bridge::ready::ReadyService;
use crate::describe::PageOf;
use crate::service::{ServiceOperation, canonical_path, operation_path};

/// Where a path leads.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) enum Route {
    /// To the OpenAPI document of a JSON front.
    Description(Form),
    /// To an operation of a JSON front.
    Json(JsonRoute),
    /// To a page for people, or a part of one.
    Page(PagePart),
    /// To a front of tools.
    Mcp,
    /// To a SOAP front, at the path with this position among its own.
    Soap(usize),
}

/// Where a path of a JSON front leads.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct JsonRoute {
    pub(in crate::bridge) operation: usize,
    /// Whether it is the method and the path of the operation's own `http`, and not `POST` and the operation's name.
    pub(in crate::bridge) native: bool,
}

/// Where a path leads, and to which service: its position.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct Place {
    pub(in crate::bridge) service: usize,
    pub(in crate::bridge) route: Route,
}

/// The paths of all services.
#[derive(Debug)]
pub(in crate::bridge) struct Routes {
    plain: HashMap<String, Place>,
    /// Operations whose paths have request fields in them, and those whose path is another one's too.
    others: Vec<Place>,
    /// Documents and pages, where no operation is.
    descriptions: HashMap<String, Place>,
}

/// Two fronts, operations or documents at one path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} are at {path}: {}", self.whose())]
pub struct RouteConflict {
    /// What they are.
    pub what: &'static str,
    /// The path.
    pub path: String,
    /// The service that has it.
    pub first: String,
    /// The service that wants it too.
    pub second: String,
}

impl RouteConflict {
    /// Whose they are: one service may have both.
    fn whose(&self) -> String {
        let Self { first, second, .. } = self;
        match first == second {
            true => format!("both of the service {first}; give one of them another path"),
            false => format!("of the services {first} and {second}"),
        }
    }
}

impl Routes {
    /// Those of `services`.
    pub(in crate::bridge) fn new(services: &[Arc<ReadyService>]) -> Result<Self, RouteConflict> {
        let mut plain = HashMap::new();
        for (service, ready) in services.iter().enumerate() {
            for (path, route) in own_paths(ready) {
                if let Some(other) = plain.insert(path.clone(), Place { service, route }) {
                    return Err(conflict(services, path, [other.service, service]));
                }
            }
        }
        let (mut others, mut seen) = (Vec::new(), HashMap::new());
        for (service, ready) in services.iter().enumerate() {
            for native in native_paths(ready) {
                if let Some(other) = seen.insert((native.method, native.shape()), service) {
                    return Err(conflict(services, native.told(), [other, service]));
                }
                let place = Place { service, route: Route::Json(native.route) };
                match plain.entry(native.shown) {
                    Entry::Vacant(free) if native.plain => {
                        free.insert(place);
                    }
                    // An operation's name that is another one's path is found by its name.
                    Entry::Occupied(_) | Entry::Vacant(_) => others.push(place),
                }
            }
        }
        // Of two paths that a request may be at the one with more fixed segments is meant.
        let fixed = |place: &Place| place.rules(services).map_or(0, |rules| rules.http.fixed());
        others.sort_by_key(|place| std::cmp::Reverse(fixed(place)));
        Ok(Self { plain, others, descriptions: descriptions(services)? })
    }

    /// Where `method` and `path` lead, if anywhere; to a place that has another method, where none has this one.
    pub(in crate::bridge) fn find(
        &self,
        services: &[Arc<ReadyService>],
        method: &Method,
        path: &str,
    ) -> Option<Found> {
        let plain = self.plain.get(path).copied().or_else(|| self.plain.get(&canonical_path(path)?).copied());
        if let Some(place) = plain.filter(|found| found.takes(services, method)) {
            return Some(Found { place, allowed: None });
        }
        let others = self.others.iter().filter(|other| other.is_at(services, path)).copied();
        let at: Vec<Place> = plain.into_iter().chain(others).collect();
        let own = at.iter().find(|found| found.takes(services, method));
        // Whoever asks for HEAD gets what GET gives, without its body, unless somebody has HEAD as its own.
        let by_get = || at.iter().find(|found| found.methods(services).any(|known| known == method.as_str()));
        if let Some(place) = own.or_else(by_get) {
            return Some(Found { place: *place, allowed: None });
        }
        if let Some(found) = self.description(method, path) {
            return Some(found);
        }
        let first = *at.first()?;
        let mut methods: Vec<&str> = at.iter().flat_map(|found| found.methods(services)).collect();
        methods.push("OPTIONS");
        methods.sort_unstable();
        methods.dedup();
        Some(Found { place: first, allowed: Some(methods.join(", ").into()) })
    }

    /// The document at `path`: an operation that is there comes first.
    fn description(&self, method: &Method, path: &str) -> Option<Found> {
        let place = *self.descriptions.get(path)?;
        let methods: &[&str] = match place.route {
            Route::Page(page) => page.part.methods(),
            Route::Description(_) | Route::Json(_) | Route::Mcp | Route::Soap(_) => &["GET", "HEAD"],
        };
        if methods.contains(&method.as_str()) {
            return Some(Found { place, allowed: None });
        }
        // At the path of a front there is nothing but its page, for whoever looks at it.
        let is_shell = matches!(place.route, Route::Page(PagePart { part: Part::Shell, .. }));
        (!is_shell).then(|| Found { place, allowed: Some(told(methods).into()) })
    }
}

/// The documents of `services`, by their paths. Errors: those of two services at one path.
fn descriptions(services: &[Arc<ReadyService>]) -> Result<HashMap<String, Place>, RouteConflict> {
    let mut found: HashMap<String, Place> = HashMap::new();
    for (service, ready) in services.iter().enumerate() {
        for (path, route) in pages(ready).map(|(path, page)| (path, Route::Page(page))).chain(forms(ready)) {
            let other = found.insert(path.clone(), Place { service, route });
            if let Some(other) = other.filter(|other| other.service != service) {
                let conflict = conflict(services, path, [other.service, service]);
                return Err(RouteConflict { what: DOCUMENTS, ..conflict });
            }
        }
    }
    Ok(found)
}

/// The OpenAPI documents of a service, by their paths.
fn forms(ready: &ReadyService) -> impl Iterator<Item = (String, Route)> {
    let front = ready.service.json_front.as_ref().filter(|front| front.openapi);
    front.into_iter().flat_map(|front| {
        Form::ALL.map(|form| (format!("{}{}", front.path, form.path()), Route::Description(form)))
    })
}

/// The pages of a service, and their parts, by their paths. The page itself of a SOAP front is at a path that the front has.
fn pages(ready: &ReadyService) -> impl Iterator<Item = (String, PagePart)> {
    [PageOf::Json, PageOf::Soap].into_iter().flat_map(|of| {
        let front = page::path(&ready.service, of);
        front.into_iter().flat_map(move |front| {
            let shell = (of == PageOf::Json).then(|| (shell_path(front), PagePart { of, part: Part::Shell }));
            let below =
                Part::below().map(move |part| (format!("{front}{}", part.path()), PagePart { of, part }));
            shell.into_iter().chain(below)
        })
    })
}

/// The path of the page of a front with the path `front`, which may be none.
fn shell_path(front: &str) -> String {
    if front.is_empty() { "/".to_owned() } else { front.to_owned() }
}

/// Methods as `Allow` has them.
fn told(methods: &[&str]) -> String {
    let mut methods = [methods, &["OPTIONS"]].concat();
    methods.sort_unstable();
    methods.join(", ")
}

/// Where a request leads.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct Found {
    pub(in crate::bridge) place: Place,
    /// The methods that there are at its path, where its own is none of them.
    pub(in crate::bridge) allowed: Option<Box<str>>,
}

impl Place {
    /// Whether `path` is that of the operation, whatever is in its fields.
    fn is_at(&self, services: &[Arc<ReadyService>], path: &str) -> bool {
        let Route::Json(route) = self.route else { return false };
        let Some(service) = services.get(self.service).map(|ready| &ready.service) else { return false };
        let operation = service.operations.get(route.operation);
        let Some((front, rules)) = service.json_front.as_ref().zip(operation) else { return false };
        path.strip_prefix(&*front.path).is_some_and(|below| rules.http.is_at(below))
    }

    /// Whether `method` is the own one of the place.
    fn takes(&self, services: &[Arc<ReadyService>], method: &Method) -> bool {
        let route = match self.route {
            Route::Json(route) => route,
            Route::Mcp => return *method == Method::POST,
            Route::Description(_) | Route::Page(_) | Route::Soap(_) => {
                return matches!(*method, Method::GET | Method::POST);
            }
        };
        if !route.native {
            return *method == Method::POST;
        }
        self.rules(services).is_some_and(|rules| method.as_str() == &*rules.http.method)
    }

    /// The methods that are taken there.
    fn methods<'s>(&self, services: &'s [Arc<ReadyService>]) -> impl Iterator<Item = &'s str> {
        let known: &'s [&'s str] = match self.route {
            Route::Description(_) => &["GET", "HEAD"],
            Route::Page(page) => page.part.methods(),
            Route::Mcp => &["POST"],
            Route::Soap(_) => &["GET", "HEAD", "POST"],
            Route::Json(route) if !route.native => &["POST"],
            Route::Json(_) => &[],
        };
        let rules = match self.route {
            Route::Json(route) if route.native => self.rules(services),
            Route::Description(_) | Route::Json(_) | Route::Mcp | Route::Page(_) | Route::Soap(_) => None,
        };
        let own = rules.into_iter().flat_map(|rules| {
            let head = rules.http.takes("HEAD").then_some("HEAD");
            std::iter::once(&*rules.http.method).chain(head)
        });
        known.iter().copied().chain(own)
    }

    /// The rules of the operation there.
    fn rules(self, services: &[Arc<ReadyService>]) -> Option<&ServiceOperation> {
        let Route::Json(route) = self.route else { return None };
        services.get(self.service)?.service.operations.get(route.operation)
    }
}

/// The paths that nobody else may have: those of the SOAP front and of tools, and of each operation by its name.
fn own_paths(ready: &ReadyService) -> Vec<(String, Route)> {
    let service = &ready.service;
    let json = service.json_front.iter().flat_map(|front| {
        service.plan.operations().iter().enumerate().map(|(operation, plan)| {
            let route = JsonRoute { operation, native: false };
            (format!("{}{}", front.path, operation_path(&plan.name)), Route::Json(route))
        })
    });
    let places = service.soap_front.iter().flat_map(|front| front.places.iter().enumerate());
    let soap = places.map(|(at, place)| (place.path.to_string(), Route::Soap(at)));
    let mcp = service.mcp_front.iter().map(|front| (front.json.path.to_string(), Route::Mcp));
    json.chain(mcp).chain(soap).collect()
}

/// An operation's own method and path.
struct Native<'r> {
    route: JsonRoute,
    method: &'r str,
    /// The path, with its fields in braces.
    shown: String,
    /// Whether there are none.
    plain: bool,
}

impl Native<'_> {
    /// The path without the names of its fields, which are no help in telling two apart.
    fn shape(&self) -> String {
        let pieces =
            self.shown.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, after)| after));
        pieces.collect::<Vec<_>>().join("{}")
    }

    fn told(&self) -> String {
        format!("{} {}", self.method, self.shown)
    }
}

/// The operations' own methods and paths, which are `POST` and its name where the file has none.
fn native_paths(ready: &ReadyService) -> impl Iterator<Item = Native<'_>> {
    let front = ready.service.json_front.iter();
    front.flat_map(|front| {
        ready.service.operations.iter().enumerate().map(|(operation, rules)| Native {
            route: JsonRoute { operation, native: true },
            method: &rules.http.method,
            shown: format!("{}{}", front.path, rules.http.shown()),
            plain: rules.http.plain().is_some(),
        })
    })
}

fn conflict(services: &[Arc<ReadyService>], path: String, places: [usize; 2]) -> RouteConflict {
    let name = |at: usize| services.get(at).map_or(String::new(), |ready| ready.service.name.to_string());
    let [first, second] = places.map(name);
    RouteConflict { what: FRONTS, path, first, second }
}

const FRONTS: &str = "two fronts or operations";

/// Fronts of two services may be at one path, where their operations have other names: a page or a document there is of one of them.
const DOCUMENTS: &str =
    "two pages or OpenAPI documents, which `page: false` and `openapi: false` of a front switch off,";
