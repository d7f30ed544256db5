//! The JSON side: method and path decide the operation, then the content decides the sample.

use super::answer::Answer;
use super::http::Incoming;
use super::mocked_case::MockedCase;
use super::pick::pick;
use super::{Mock, generate};
use crate::describe::Direction;
use crate::plan::OperationPlan;

/// The answer to a request.
pub(super) fn answer(mock: &Mock, incoming: &Incoming) -> Answer {
    let context = mock.context();
    if context.token_path.as_ref() == Some(&incoming.path) {
        return Answer::json(
            200,
            br#"{"access_token":"mock","token_type":"Bearer","expires_in":3600}"#.to_vec(),
        );
    }
    if let Some(mocked) = mock.only() {
        let operation = context.operation(&mocked.operation, None);
        return operation.map_or_else(|| nowhere(incoming), |operation| mocked.json(context, operation));
    }
    let operation = operation(mock, incoming).and_then(|name| context.operation(&name, None));
    operation.map_or_else(|| nowhere(incoming), |operation| played(mock, incoming, operation))
}

fn played(mock: &Mock, incoming: &Incoming, operation: &OperationPlan) -> Answer {
    let (context, mocked_cases) = (mock.context(), mocked_cases(mock, incoming, &operation.name));
    if let Some(name) = &mock.config.fault {
        return generate::json_fault(context, &mocked_cases, operation, name);
    }
    let body = context.gathered(&operation.name, &incoming.body, Some(&incoming.path));
    let json = match context.canonical(&operation.name, Direction::Request, &body) {
        Ok(json) => json,
        Err(problems) => return breach(&problems),
    };
    if mocked_cases.is_empty() {
        return generate::json(context, operation, 200);
    }
    let picked = pick(&mocked_cases, &json, &context.limits.json);
    picked.map_or_else(|reason| Answer::failure(422, &reason), |mocked| mocked.json(context, operation))
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
    let sample = mock.mocked_cases.iter().find(|mocked| is_at(mock, mocked, incoming));
    let routes =
        mock.context().plan.operations().iter().filter(|operation| {
            mock.context().is_at(&operation.name, incoming.method.as_str(), &incoming.path)
        });
    let by_route = || routes.map(|operation| operation.name.to_string()).next();
    sample.map(|mocked| mocked.operation.clone()).or_else(by_route)
}

fn mocked_cases<'m>(mock: &'m Mock, incoming: &Incoming, operation: &str) -> Vec<&'m MockedCase> {
    let mut mocked_cases = mock.cases_of(operation);
    mocked_cases.retain(|mocked| is_at(mock, mocked, incoming));
    mocked_cases
}

/// Where a sample says nothing of method and path it is where the operation is.
fn is_at(mock: &Mock, mocked: &MockedCase, incoming: &Incoming) -> bool {
    let own = &mocked.case.settings.http;
    let route = mock.context().route(&mocked.operation);
    let method = own.method.as_deref().or(route.map(|route| &*route.method)).unwrap_or("POST");
    match &own.path {
        Some(path) => incoming.method.as_str() == method && incoming.path == *path,
        None => mock.context().is_at(&mocked.operation, incoming.method.as_str(), &incoming.path),
    }
}
