//! The JSON side: method and path decide the operation, then the content decides the sample.

use super::answer::Answer;
use super::http::Incoming;
use super::pick::pick;
use super::scene::Scene;
use super::{Mock, generate};
use crate::describe::Direction;
use crate::plan::OperationPlan;

/// The answer to a request.
pub(super) fn answer(mock: &Mock, incoming: &Incoming) -> Answer {
    let terms = mock.terms();
    if terms.token_path.as_ref() == Some(&incoming.path) {
        return Answer::json(
            200,
            br#"{"access_token":"mock","token_type":"Bearer","expires_in":3600}"#.to_vec(),
        );
    }
    if let Some(scene) = mock.only() {
        let operation = terms.operation(&scene.operation, None);
        return operation.map_or_else(|| nowhere(incoming), |operation| scene.json(terms, operation));
    }
    let operation = operation(mock, incoming).and_then(|name| terms.operation(&name, None));
    operation.map_or_else(|| nowhere(incoming), |operation| played(mock, incoming, operation))
}

fn played(mock: &Mock, incoming: &Incoming, operation: &OperationPlan) -> Answer {
    let (terms, scenes) = (mock.terms(), scenes(mock, incoming, &operation.name));
    if let Some(name) = &mock.script.fault {
        return generate::json_fault(terms, &scenes, operation, name);
    }
    let body = terms.gathered(&operation.name, &incoming.body, Some(&incoming.path));
    let json = match terms.canonical(&operation.name, Direction::Request, &body) {
        Ok(json) => json,
        Err(problems) => return breach(&problems),
    };
    if scenes.is_empty() {
        return generate::json(terms, operation, 200);
    }
    let picked = pick(&scenes, &json, &terms.limits.json);
    picked.map_or_else(|reason| Answer::failure(422, &reason), |scene| scene.json(terms, operation))
}

fn nowhere(incoming: &Incoming) -> Answer {
    let line = format!("{} {}", incoming.method, incoming.path);
    Answer::failure(404, &format!("there is no operation and no sample at {line}"))
}

fn breach(problems: &[crate::samples::Problem]) -> Answer {
    let told = problems.iter().take(8).map(ToString::to_string);
    Answer::failure(422, &told.collect::<Vec<_>>().join("; "))
}

/// The operation whose samples or whose route has the method and path of the request.
pub(super) fn operation(mock: &Mock, incoming: &Incoming) -> Option<String> {
    let sample = mock.scenes.iter().find(|scene| is_at(mock, scene, incoming));
    let routes =
        mock.terms().plan.operations().iter().filter(|operation| {
            mock.terms().is_at(&operation.name, incoming.method.as_str(), &incoming.path)
        });
    let by_route = || routes.map(|operation| operation.name.to_string()).next();
    sample.map(|scene| scene.operation.clone()).or_else(by_route)
}

fn scenes<'m>(mock: &'m Mock, incoming: &Incoming, operation: &str) -> Vec<&'m Scene> {
    let mut scenes = mock.scenes_of(operation);
    scenes.retain(|scene| is_at(mock, scene, incoming));
    scenes
}

/// Where a sample says nothing of method and path it is where the operation is.
fn is_at(mock: &Mock, scene: &Scene, incoming: &Incoming) -> bool {
    let own = &scene.case.settings.http;
    let route = mock.terms().route(&scene.operation);
    let method = own.method.as_deref().or(route.map(|route| &*route.method)).unwrap_or("POST");
    match &own.path {
        Some(path) => incoming.method.as_str() == method && incoming.path == *path,
        None => mock.terms().is_at(&scene.operation, incoming.method.as_str(), &incoming.path),
    }
}
