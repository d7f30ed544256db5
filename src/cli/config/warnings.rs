//! What weakens a configuration, and what of it was asked for.

use super::super::yaml::Tree;
use crate::service::{FrontAuth, NamedCallers, Service};

/// One line for each.
pub(super) fn of(service: &Service, tree: &Tree) -> Vec<String> {
    let open = service.auths().filter(|(_, auth)| matches!(auth, FrontAuth::None));
    let open = open.map(|(name, _)| format!("fronts.{name}.auth: anyone who reaches the listener may call"));
    let named = service.auths().filter_map(|(name, auth)| match auth {
        FrontAuth::Names(NamedCallers { certified: false, .. }) => Some(format!(
            "fronts.{name}.auth: callers say who they are and prove nothing; anyone who reaches the listener may say it"
        )),
        _ => None,
    });
    relaxed(service).into_iter().chain(insecure(tree)).chain(open).chain(named).collect()
}

fn relaxed(service: &Service) -> Option<String> {
    let front = service.soap_front.as_ref().filter(|front| front.wants_token())?;
    let relaxations = front.security.profile.relaxations();
    let on: Vec<&str> = relaxations.iter().filter(|(_, on)| *on).map(|(name, _)| *name).collect();
    let told = format!("fronts.soap.security: relaxed against BSP 1.1: {}", on.join(", "));
    (!on.is_empty()).then_some(told)
}

fn insecure(tree: &Tree) -> Vec<String> {
    let Some(Tree::Map(backends)) = tree.get("backend") else { return Vec::new() };
    let on = |backend: &Tree| backend.get("allow_insecure") == Some(&Tree::Bool(true));
    let on = backends.iter().filter(|(_, backend)| on(backend));
    on.map(|(kind, _)| {
        format!("backend.{kind}.allow_insecure: credentials may go to another machine in cleartext")
    })
    .collect()
}
