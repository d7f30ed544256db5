//! Files that are read again while the bridge runs: all of them are taken, or none.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::exit::Exit;
use super::listen::Listening;
use super::seen::{NotingProcess, Seen, State};
use super::services::{self, Loaded, Read, Refusal};
use crate::bridge::{Bridge, ReadyService, RouteConflict};
use crate::redact::printable;
use crate::server::{Files, Reloaded};
use crate::service::Service;

/// What a running process reads again.
pub(super) struct Reload<'r> {
    bridge: Bridge,
    tls: Option<Listening>,
    /// Reads the service files and what they refer to.
    again: &'r dyn Fn() -> Read,
    /// Whether it reads them when they change, unasked.
    watch: bool,
    /// What those files had that are in force, by service.
    taken: BTreeMap<Arc<str>, Seen>,
    /// All of them, with folders and what the listener has.
    in_force: Seen,
    /// What was read last, in force or not.
    read: Seen,
    /// How those are that differ from that, as of the last look.
    differing: BTreeMap<PathBuf, State>,
}

/// The files that are in force.
pub(super) struct Taken {
    services: BTreeMap<Arc<str>, Seen>,
    all: Seen,
}

impl Taken {
    /// Those of `services`, and `all`.
    pub(super) fn new(services: &[Loaded], all: Seen) -> Self {
        let seen = |loaded: &Loaded| (loaded.service.name.clone(), loaded.seen.clone());
        Self { services: services.iter().map(seen).collect(), all }
    }
}

impl<'r> Reload<'r> {
    /// With what `taken` says in force.
    pub(super) fn new(
        bridge: Bridge,
        tls: Option<Listening>,
        again: &'r dyn Fn() -> Read,
        taken: Taken,
    ) -> Self {
        let Taken { services: taken, all: mut in_force } = taken;
        if let Some(tls) = &tls {
            in_force.add(tls.seen());
        }
        bridge.metrics().loaded();
        let read = in_force.clone();
        Self { bridge, tls, again, watch: false, taken, in_force, read, differing: BTreeMap::new() }
    }

    /// The same, that reads files when they change if `watch` says so.
    pub(super) fn watching(self, watch: bool) -> Self {
        Self { watch, ..self }
    }

    /// Loads, compiles and checks everything, and takes it in place of what there is, or nothing of it.
    fn take(&mut self) -> Result<Changes, Vec<Refusal>> {
        let Read { loaded, seen } = (self.again)();
        self.read = seen;
        let noted = RefCell::default();
        let tls = self.tls.as_ref().map(|tls| tls.prepare(&NotingProcess(&noted))).transpose();
        let tls_seen = noted.into_inner();
        self.read.add(&tls_seen);
        let tls = tls.map_err(|reason| vec![wrong(&reason)]);
        let (loaded, tls) = match (loaded, tls) {
            (Ok(loaded), Ok(tls)) => (loaded, tls),
            (loaded, tls) => return Err([loaded.err(), tls.err()].into_iter().flatten().flatten().collect()),
        };
        self.check(&loaded)?;
        let mut changes = Changes::default();
        let taken = Taken::new(&loaded, self.read.clone());
        let services = self.made(loaded, &mut changes)?;
        self.bridge.replace(services).map_err(|conflict: RouteConflict| vec![wrong(&conflict)])?;
        if let (Some(listening), Some(new)) = (&mut self.tls, tls)
            && !listening.seen().has_read(&tls_seen)
        {
            listening.take(new, tls_seen);
            changes.certificate = true;
        }
        (self.taken, self.in_force) = (taken.services, taken.all);
        Ok(changes)
    }

    /// Errors: what the listener, which stays, does not go with.
    fn check(&self, loaded: &[Loaded]) -> Result<(), Vec<Refusal>> {
        let asked = self.tls.as_ref().is_some_and(Listening::asks_for_certificates);
        if let Some(refusal) = services::unasked(loaded, asked) {
            return Err(vec![refusal]);
        }
        for name in services::changed(self.bridge.limits(), &services::limits(loaded)) {
            tracing::warn!("limits.{name} stays as it was until the process is started again");
        }
        let listen = services::listen(loaded).map(|(tls, _)| tls);
        if !self.tls.as_ref().map_or(listen.is_none(), |tls| tls.is_as(listen)) {
            tracing::warn!("listen.tls stays as it was until the process is started again");
        }
        Ok(())
    }

    /// The services, those whose files have not changed as they are: what they have at hand stays at hand.
    fn made(
        &self,
        loaded: Vec<Loaded>,
        changes: &mut Changes,
    ) -> Result<Vec<Arc<ReadyService>>, Vec<Refusal>> {
        let old = self.bridge.services();
        let (mut same, mut new) = (Vec::new(), Vec::new());
        for loaded in loaded {
            let name = &loaded.service.name;
            let before = old.iter().find(|old| old.service.name == *name);
            match before {
                Some(old) if self.taken.get(name).is_some_and(|seen| seen.has_read(&loaded.seen)) => {
                    same.push(old.clone());
                    continue;
                }
                Some(old) => changes.changed.push(Changed::of(&old.service, &loaded.service)),
                None => changes.added.push(name.clone()),
            }
            new.push(loaded);
        }
        changes.unchanged = same.len();
        same.extend(services::ready(new)?.into_iter().map(Arc::new));
        let is_gone = |old: &&Arc<ReadyService>| same.iter().all(|now| now.service.name != old.service.name);
        changes.removed = old.iter().filter(is_gone).map(|old| old.service.name.clone()).collect();
        Ok(same)
    }
}

impl Files for Reload<'_> {
    fn reload(&mut self) -> Reloaded {
        let began = Instant::now();
        let done = self.take();
        self.differing.clear();
        self.bridge.metrics().reloaded(done.is_ok());
        match done {
            Ok(changes) => {
                let ms = began.elapsed().as_millis() as u64;
                let line = format!("reloaded in {ms} ms: {}", printable(&changes.to_string()));
                tracing::info!(ms, "{line}");
                self.bridge.metrics().loaded();
                Reloaded { taken: true, lines: vec![line] }
            }
            Err(refusals) => {
                let lines = refusals.iter().flat_map(Refusal::lines);
                let lines: Vec<String> = lines.map(|line| printable(&line).into_owned()).collect();
                for reason in &lines {
                    tracing::error!("not reloaded, everything stays as it was: {reason}");
                }
                self.bridge.metrics().in_force(false);
                Reloaded { taken: false, lines }
            }
        }
    }

    /// What is being written is read when it was the same twice.
    fn look(&mut self) {
        self.bridge.metrics().in_force(self.in_force.changed().is_empty());
        if !self.watch {
            return;
        }
        let changed = self.read.changed().into_iter();
        let now: BTreeMap<PathBuf, State> = changed.map(|(path, state)| (path.to_owned(), state)).collect();
        if self.differing == now && !self.differing.is_empty() {
            self.reload();
        } else {
            self.differing = now;
        }
    }
}

fn wrong(reason: &dyn fmt::Display) -> Refusal {
    Refusal::Reason(reason.to_string(), Exit::Configuration)
}

/// What is not as it was.
#[derive(Debug, Default)]
struct Changes {
    added: Vec<Arc<str>>,
    removed: Vec<Arc<str>>,
    changed: Vec<Changed>,
    unchanged: usize,
    certificate: bool,
}

/// A service that is not as it was.
#[derive(Debug)]
struct Changed {
    name: Arc<str>,
    /// The operations that are new.
    added: Vec<Arc<str>>,
    /// Those that are gone.
    removed: Vec<Arc<str>>,
}

impl Changed {
    fn of(old: &Service, new: &Service) -> Self {
        Self { name: new.name.clone(), added: missing(new, old), removed: missing(old, new) }
    }
}

/// The operations of `one` that `other` has not.
fn missing(one: &Service, other: &Service) -> Vec<Arc<str>> {
    let names = |service: &Service| -> Vec<Arc<str>> {
        service.plan.operations().iter().map(|operation| Arc::from(&*operation.name)).collect()
    };
    let others = names(other);
    names(one).into_iter().filter(|name| !others.contains(name)).collect()
}

impl fmt::Display for Changes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { added, removed, changed, unchanged, certificate } = self;
        let mut parts: Vec<String> = added.iter().map(|name| format!("{name} is new")).collect();
        parts.extend(removed.iter().map(|name| format!("{name} is gone")));
        parts.extend(changed.iter().map(Changed::to_string));
        parts.extend(certificate.then(|| "the listener has another certificate".to_owned()));
        match (parts.is_empty(), unchanged) {
            (true, _) => out.write_str("nothing has changed"),
            (false, 0) => out.write_str(&parts.join("; ")),
            (false, _) => write!(out, "{}; {unchanged} service(s) as before", parts.join("; ")),
        }
    }
}

impl fmt::Display for Changed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} has changed", self.name)?;
        for (what, operations) in [("new", &self.added), ("gone", &self.removed)] {
            if let Some((first, more)) = operations.split_first() {
                let shown: Vec<&str> = std::iter::once(&**first)
                    .chain(more.iter().take(SHOWN - 1).map(|name| &**name))
                    .collect();
                let rest = operations.len() - shown.len();
                let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
                write!(out, ", {what} operation(s) {}{rest}", shown.join(", "))?;
            }
        }
        Ok(())
    }
}

/// Operations that a line names.
const SHOWN: usize = 20;
