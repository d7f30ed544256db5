//! A service file against a service file: routes, who may call, rules, outcomes, limits.

use std::collections::BTreeMap;

use super::breach::{Breach, Effect, Way, Ways};
use super::change::Pair;
use super::contracts::{Faces, compare};
use super::kinds::{self, Kind};
use super::place::Place;
use super::ports::{Compiled, PortName};
use super::report::{BackendLanguage, DiffReport, Told};
use crate::plan::{FieldRule, Plan};
use crate::service::file::{Leaf, leaves};
use crate::service::{Backend, FrontAuth, HttpRoute, Service};
use crate::wsdl::Contract;

/// A service file that was loaded.
#[derive(Clone, Copy, Debug)]
pub struct FileSide<'c> {
    /// Its name and its text first, then those of the file that it includes.
    pub files: &'c [NamedText],
    /// What it says.
    pub service: &'c Service,
    /// Its contract.
    pub contract: &'c Contract,
    /// The program of the contract without rules.
    pub plain: &'c Plan,
    /// Its bounds by the keys of `limits`, the defaults included.
    pub limits: &'c BTreeMap<String, u64>,
}

/// A file.
#[derive(Clone, Debug)]
pub struct NamedText {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What has changed from the service file `old` to the service file `new`.
pub fn diff_services(old: FileSide<'_>, new: FileSide<'_>) -> DiffReport {
    let files = Files { old: File::new(old), new: File::new(new) };
    let mut told = compare(Pair { old: old.plain(), new: new.plain() }, Faces::Xml);
    told.extend(compare(Pair { old: old.ruled(), new: new.ruled() }, Faces::Json));
    told.extend(files.fronts());
    told.extend(files.language());
    told.extend(files.routes());
    told.extend(files.limits());
    told.extend(files.keys());
    let language = match new.service.backend {
        Backend::Json(_) => BackendLanguage::Json,
        Backend::Soap(_) => BackendLanguage::Soap,
    };
    DiffReport::new(&files.old.name(), &files.new.name(), language, told)
}

impl<'c> FileSide<'c> {
    fn plain(self) -> Compiled<'c> {
        Compiled { contract: self.contract, plan: self.plain, port: self.port() }
    }

    fn ruled(self) -> Compiled<'c> {
        Compiled { contract: self.contract, plan: &self.service.plan, port: self.port() }
    }

    fn port(self) -> Option<PortName<'c>> {
        let first = self.service.plan.operations().first();
        first.map(|operation| PortName { service: &operation.service, port: &operation.port })
    }
}

/// A file with its values.
struct File<'c> {
    side: FileSide<'c>,
    values: Vec<Value>,
}

struct Value {
    key: String,
    leaf: Leaf,
    file: usize,
}

impl<'c> File<'c> {
    fn new(side: FileSide<'c>) -> Self {
        let of = |(file, text): (usize, &NamedText)| {
            let leaves = leaves(&text.text).expect("a file that was loaded is YAML");
            leaves.into_iter().map(move |leaf| Value { key: leaf.keys.join("."), leaf, file })
        };
        Self { side, values: side.files.iter().enumerate().flat_map(of).collect() }
    }

    fn name(&self) -> String {
        self.side.files.first().map_or_else(String::new, |file| file.name.clone())
    }

    fn get(&self, key: &str) -> Option<&Value> {
        self.values.iter().find(|value| value.key == key)
    }

    /// The place of `key`, or of what it would stand in.
    fn place(&self, key: &str) -> Place {
        let keys: Vec<&str> = key.split('.').collect();
        let found = (1..=keys.len()).rev().find_map(|most| {
            let wanted = keys.get(..most)?;
            let begins = |value: &&Value| {
                value.leaf.keys.len() >= most && value.leaf.keys.iter().zip(wanted).all(|(a, b)| a == b)
            };
            self.values.iter().find(begins)
        });
        let file = |at: usize| self.side.files.get(at).map_or_else(String::new, |file| file.name.clone());
        match found {
            Some(value) => Place { file: file(value.file), line: value.leaf.line, column: value.leaf.column },
            None => Place { file: file(0), line: 1, column: 1 },
        }
    }
}

struct Files<'c> {
    old: File<'c>,
    new: File<'c>,
}

impl Files<'_> {
    fn told(&self, kind: &'static Kind, key: &str, what: String) -> Told<'static> {
        let (old, new) = (self.old.place(key), self.new.place(key));
        let operations = match key.split('.').collect::<Vec<_>>().as_slice() {
            ["operations", name, ..] => vec![(*name).to_owned()],
            _ => Vec::new(),
        };
        Told {
            kind,
            what,
            effect: kind.effect,
            way: Way::Request,
            pointer: String::new(),
            operations,
            old,
            new,
        }
    }

    /// Where clients come in.
    fn fronts(&self) -> Vec<Told<'static>> {
        let (old, new) = (self.old.side.service, self.new.side.service);
        let json = |of: &Service| of.json_front.as_ref().map(|front| front.path.to_string());
        let mcp = |of: &Service| of.mcp_front.as_ref().map(|front| front.json.path.to_string());
        let soap = |of: &Service| of.soap_front.as_ref().map(|front| front.path.to_string());
        let fronts =
            [("json", json(old), json(new)), ("mcp", mcp(old), mcp(new)), ("soap", soap(old), soap(new))];
        let mut told = Vec::new();
        for (name, was, is) in fronts {
            let key = format!("fronts.{name}");
            let ways = Ways::narrows(Breach::Gone);
            let effect = if name == "soap" { Effect::xml(ways) } else { Effect::json(ways) };
            told.extend(match (was, is) {
                (None, None) => None,
                (None, Some(_)) => {
                    Some(self.told(&kinds::FRONT_ADDED, &key, format!("there is a front for {name}")))
                }
                (Some(_), None) => {
                    let gone =
                        self.told(&kinds::FRONT_REMOVED, &key, format!("the front for {name} is gone"));
                    Some(Told { effect, ..gone })
                }
                (Some(was), Some(is)) => (was != is).then(|| {
                    let what = format!("the {name} front is at {is} and was at {was}");
                    Told { effect, ..self.told(&kinds::ROUTE, &format!("{key}.path"), what) }
                }),
            });
        }
        told
    }

    /// The language of the backend.
    fn language(&self) -> Option<Told<'static>> {
        let is_json = |file: &File<'_>| matches!(file.side.service.backend, Backend::Json(_));
        let name = |json: bool| if json { "JSON" } else { "SOAP" };
        let (was, is) = (is_json(&self.old), is_json(&self.new));
        let what = format!("the backend speaks {} and spoke {}", name(is), name(was));
        (was != is).then(|| self.told(&kinds::BACKEND_LANGUAGE, "backend", what))
    }

    /// Methods and paths of operations that both have.
    fn routes(&self) -> Vec<Told<'static>> {
        let (old, new) = (self.old.side.service, self.new.side.service);
        let pairs = old.plan.operations().iter().zip(&old.operations).filter_map(|(plan, was)| {
            let at = new.find(&plan.name)?;
            Some((&plan.name, route(&was.http), route(&new.operations.get(at)?.http)))
        });
        let differ = pairs.filter(|(_, was, is)| was != is);
        let told = differ.map(|(name, was, is)| {
            let what = format!("{name} is {is} and was {was}");
            self.told(&kinds::ROUTE, &format!("operations.{name}.http"), what)
        });
        let both = old.json_front.is_some() && new.json_front.is_some();
        let moved = old.json_front.as_ref().map(|front| &front.path)
            != new.json_front.as_ref().map(|front| &front.path);
        // Where the front itself is elsewhere, that has been told.
        told.filter(|_| both && !moved).collect()
    }

    fn limits(&self) -> Vec<Told<'static>> {
        let (old, new) = (self.old.side.limits, self.new.side.limits);
        let both = old.iter().filter_map(|(key, was)| Some((key, *was, *new.get(key)?)));
        let told = both.filter(|(_, was, is)| was != is).map(|(key, was, is)| {
            let kind: &'static Kind = if is < was { &kinds::LIMIT_LOWERED } else { &kinds::LIMIT_RAISED };
            let key = format!("limits.{key}");
            self.told(kind, &key, format!("`{key}` is {is} and was {was}"))
        });
        told.collect()
    }

    /// All other keys, told by what they are about. Values are not told: some are secrets.
    fn keys(&self) -> Vec<Told<'static>> {
        let mut keys: Vec<&str> =
            self.old.values.iter().chain(&self.new.values).map(|value| value.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut told: Vec<Told<'static>> = Vec::new();
        for key in keys {
            let value = |file: &File<'_>| file.get(key).map(|value| value.leaf.value.clone());
            let (was, is) = (value(&self.old), value(&self.new));
            let Some(about) = About::of(key).filter(|_| was != is) else { continue };
            let how = match (&was, &is) {
                (None, _) => "is new",
                (_, None) => "is gone",
                _ => "has another value",
            };
            let change = self.told(about.kind, key, format!("`{key}` {how}"));
            told.push(Told { effect: about.effect(was.as_deref(), is.as_deref()), way: about.way, ..change });
        }
        self.without_fronts(told)
    }

    /// Without what is said of a front that came or went as a whole.
    fn without_fronts(&self, told: Vec<Told<'static>>) -> Vec<Told<'static>> {
        let (old, new) = (self.old.side.service, self.new.side.service);
        let whole = [
            ("`fronts.json.", old.json_front.is_some() != new.json_front.is_some()),
            ("`fronts.mcp.", old.mcp_front.is_some() != new.mcp_front.is_some()),
            ("`fronts.soap.", old.soap_front.is_some() != new.soap_front.is_some()),
        ];
        let of_front =
            |told: &Told<'_>| whole.iter().any(|(begin, whole)| *whole && told.what.starts_with(begin));
        let open: Vec<String> = new
            .auths()
            .filter(|(_, auth)| matches!(auth, FrontAuth::None))
            .map(|(name, _)| format!("`fronts.{name}.auth"))
            .collect();
        let opened = |told: &Told<'_>| open.iter().any(|begin| told.what.starts_with(begin));
        let rest = told.into_iter().filter(|told| !of_front(told));
        // Whoever had to prove who it is may go on doing so.
        rest.map(|told| if opened(&told) { Told { effect: Effect::NONE, ..told } } else { told }).collect()
    }
}

/// `GET /items/{code}?lang`.
fn route(of: &HttpRoute) -> String {
    let query: Vec<&str> = of.query_members().collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{} {}{mark}{}", of.method, of.shown(), query.join("&"))
}

/// What a key is about.
struct About {
    kind: &'static Kind,
    effect: Effect,
    way: Way,
    /// For leniency: its values, the strictest first.
    ranks: &'static [&'static str],
}

impl About {
    /// Nothing for what is told otherwise: routes, fronts and limits.
    fn of(key: &str) -> Option<Self> {
        let about =
            |kind: &'static Kind| Some(Self { kind, effect: kind.effect, way: Way::Request, ranks: &[] });
        let narrowed = |kind: &'static Kind, json: bool| {
            let ways = Ways::narrows(Breach::Terms);
            let effect = if json { Effect::json(ways) } else { Effect::xml(ways) };
            Some(Self { kind, effect, way: Way::Request, ranks: &[] })
        };
        let keys: Vec<&str> = key.split('.').collect();
        match keys.as_slice() {
            ["limits", ..] | ["fronts", _, "path"] | ["operations", _, "http", ..] => None,
            ["fronts", "json" | "mcp", "auth", ..] => narrowed(&kinds::AUTH, true),
            ["fronts", "soap", "auth" | "security", ..] => narrowed(&kinds::AUTH, false),
            ["fronts", _, "always_200" | "faults", ..] => Self::responses(&kinds::OUTCOME),
            ["listen", "tls", ..] => about(&kinds::AUTH),
            ["operations", _, "check", ..] => about(&kinds::CHECK),
            ["operations", _, "credentials", ..] => narrowed(&kinds::AUTH, true),
            ["operations", _, "header", ..] => about(&kinds::HEADER),
            ["operations", _, "outcome" | "faults" | "violations" | "native" | "answer", ..]
            | ["faults" | "violations", ..] => Self::responses(&kinds::OUTCOME),
            ["operations" | "types", _, rule, ..] if is_rule(rule) => about(&kinds::RULE),
            ["defaults", "names" | "numbers" | "flatten" | "extra", ..] => about(&kinds::RULE),
            ["defaults", "strict_responses"] => Self::replies(&["true", "false"]),
            ["defaults", "open_enumerations"] => Self::replies(&["false", "true"]),
            ["defaults", name, ..] => Self::lenient(name),
            ["backend", ..] => about(&kinds::BACKEND),
            _ => about(&kinds::SETTING),
        }
    }

    fn responses(kind: &'static Kind) -> Option<Self> {
        Some(Self { kind, effect: kind.effect, way: Way::Response, ranks: &[] })
    }

    fn replies(ranks: &'static [&'static str]) -> Option<Self> {
        Some(Self { way: Way::Response, ranks, ..Self::leniency() })
    }

    fn lenient(name: &str) -> Option<Self> {
        let ranks: &'static [&'static str] = match name {
            "empty_as" => &["reject", "keep", "absent"],
            "null_as" => &["reject", "absent", "nil"],
            "undeclared_headers" => &["reject", "pass"],
            "unknown_fields" => &["reject", "ignore"],
            _ => &["false", "true"],
        };
        Some(Self { ranks, ..Self::leniency() })
    }

    fn leniency() -> Self {
        Self { kind: &kinds::LENIENCY, effect: kinds::LENIENCY.effect, way: Way::Request, ranks: &[] }
    }

    /// What the change is for messages; a value that became more lenient breaks nobody.
    fn effect(&self, was: Option<&str>, is: Option<&str>) -> Effect {
        if self.ranks.is_empty() {
            return self.effect;
        }
        let rank = |value: Option<&str>| {
            let place =
                value.and_then(|value| self.ranks.iter().position(|rank| format!("{rank:?}") == value));
            // The defaults are `keep`, `pass`, and otherwise the strictest but for replies, which are read leniently.
            place.unwrap_or(match self.ranks {
                ["reject", "keep", ..] | ["reject", "pass"] | ["true", "false"] => 1,
                _ => 0,
            })
        };
        let lenient_before = rank(was) > rank(is);
        let moved = rank(was) != rank(is) && self.ranks.len() > 2 && rank(was) > 0;
        if lenient_before {
            self.effect
        } else if moved {
            Effect::same(Ways::narrows(Breach::Meaning))
        } else {
            Effect::NONE
        }
    }
}

/// Whether `key` is a rule about fields, whose changes the plan tells.
fn is_rule(key: &str) -> bool {
    key == "unwrap" || FieldRule::ALL.iter().any(|about| about.key == key)
}
