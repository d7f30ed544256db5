//! Which sample a request is answered with.

use super::scene::Scene;
use crate::limits::JsonLimits;
use crate::samples::{Comparison, compare};

/// The scene for the request `json` of an operation: the one whose request is the same, else the one that is part of it
/// with most in common, else the only one.
///
/// Errors: why each does not fit, by names of fields and without a value.
pub(super) fn pick<'s>(scenes: &[&'s Scene], json: &[u8], limits: &JsonLimits) -> Result<&'s Scene, String> {
    if let [one] = scenes {
        return Ok(one);
    }
    match fitting(scenes, json, limits, false).first() {
        Some((scene, _)) => Ok(scene),
        None => most_in_common(scenes, json, limits),
    }
}

fn most_in_common<'s>(scenes: &[&'s Scene], json: &[u8], limits: &JsonLimits) -> Result<&'s Scene, String> {
    let parts = fitting(scenes, json, limits, true);
    let most = parts.iter().map(|(_, equal)| equal).max();
    let best: Vec<&'s Scene> =
        parts.iter().filter(|(_, equal)| Some(equal) == most).map(|(scene, _)| *scene).collect();
    match best.as_slice() {
        [scene] => Ok(scene),
        [] => Err(reasons(scenes, json, limits)),
        several => Err(format!("these samples fit equally: {}", names(several))),
    }
}

/// The scenes whose request is the same or, with `subset`, a part of `json`, each with how much is equal.
fn fitting<'s>(
    scenes: &[&'s Scene],
    json: &[u8],
    limits: &JsonLimits,
    subset: bool,
) -> Vec<(&'s Scene, usize)> {
    let fits = |scene: &&'s Scene| {
        let found = comparison(scene, json, limits, subset)?;
        found.differences.is_empty().then_some((*scene, found.equal))
    };
    scenes.iter().filter_map(fits).collect()
}

fn comparison<'s>(
    scene: &'s Scene,
    json: &[u8],
    limits: &'s JsonLimits,
    subset: bool,
) -> Option<Comparison<'s>> {
    compare(scene.request.as_deref()?, json, &scene.case.settings.rules, limits, subset).ok()
}

fn reasons(scenes: &[&Scene], json: &[u8], limits: &JsonLimits) -> String {
    let told = scenes.iter().take(MOST).map(|scene| {
        let found = comparison(scene, json, limits, true);
        let pointers = found.iter().flat_map(|found| &found.differences).take(MOST);
        let pointers: Vec<&str> = pointers.map(|difference| difference.pointer.as_str()).collect();
        let why = if pointers.is_empty() { "has no request".to_owned() } else { pointers.join(", ") };
        format!("{} ({why})", scene.case.name)
    });
    let told: Vec<String> = told.collect();
    format!("no sample matches; they differ at: {}", told.join("; "))
}

fn names(scenes: &[&Scene]) -> String {
    scenes.iter().take(MOST).map(|scene| scene.case.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Samples, and fields of each, that are told.
const MOST: usize = 8;
