//! Which sample a request is answered with.

use super::scene::Scene;
use crate::limits::JsonLimits;
use crate::testing::samples::{Comparison, compare};

/// The scene for the request `json` of an operation: the one whose request is the same, else the one that is part of it
/// with most in common, else the only one.
///
/// Errors: why each does not fit, by names of fields and without a value.
pub(super) fn pick<'s>(scenes: &[&'s Scene], json: &[u8], limits: &JsonLimits) -> Result<&'s Scene, String> {
    if let [one] = scenes {
        return Ok(one);
    }
    let against = |subset| {
        scenes.iter().filter_map(move |scene| Some((*scene, comparison(scene, json, limits, subset)?)))
    };
    if let Some((scene, _)) = against(false).find(|(_, found)| found.differences.is_empty()) {
        return Ok(scene);
    }
    let parts: Vec<_> = against(true).filter(|(_, found)| found.differences.is_empty()).collect();
    let most = parts.iter().map(|(_, found)| found.equal).max();
    let best: Vec<_> = parts.iter().filter(|(_, found)| Some(found.equal) == most).collect();
    match best.as_slice() {
        [(scene, _)] => Ok(scene),
        [] => Err(reasons(scenes, json, limits)),
        several => {
            Err(format!("these samples fit equally: {}", names(several.iter().map(|(scene, _)| *scene))))
        }
    }
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

fn names<'s>(scenes: impl Iterator<Item = &'s Scene>) -> String {
    scenes.take(MOST).map(|scene| scene.case.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Samples, and fields of each, that are told.
const MOST: usize = 8;
