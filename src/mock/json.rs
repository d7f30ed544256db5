//! The JSON side: method and path decide the operation, then the content decides the sample.

use http::Method;

use super::answer::Answer;
use super::error::RequestError;
use super::incoming::Incoming;
use super::mocked_case::MockedCase;
use super::pick::pick;
use super::state::Mock;
use super::{fault, generate};
use crate::plan::OperationPlan;
use crate::samples::{At, MessageKey};
use crate::service::is_same_path;

/// The answer to a request.
pub(super) fn answer(mock: &Mock, incoming: &Incoming) -> Answer {
    if mock.context().token_path.as_ref() == Some(&incoming.path) {
        return Answer::json(200, TOKEN);
    }
    match played(mock, incoming) {
        Ok(answer) => answer,
        Err(error @ RequestError::Route(_)) => Answer::failure(404, &error.to_string()),
        Err(error) => Answer::failure(422, &error.to_string()),
    }
}

fn played(mock: &Mock, incoming: &Incoming) -> Result<Answer, RequestError> {
    let context = mock.context();
    if let Some(case) = mock.only() {
        let operation = context.operation(&case.operation, None).ok_or_else(|| nowhere(incoming))?;
        return Ok(case.json(context, operation));
    }
    let name = operation(mock, incoming)?;
    let operation = context.operation(&name, None).ok_or_else(|| nowhere(incoming))?;
    let cases = cases(mock, incoming, &name);
    if let Some(name) = &mock.config.fault {
        return Ok(fault::json(context, &cases, operation, name));
    }
    let json = canonical(mock, incoming, operation)?;
    if cases.is_empty() {
        return Ok(generate::json(context, operation, 200));
    }
    let case = pick(&cases, &json, &context.limits.json)?;
    Ok(case.json(context, operation).of_sample(&case.case.name))
}

fn canonical(mock: &Mock, incoming: &Incoming, operation: &OperationPlan) -> Result<Vec<u8>, RequestError> {
    let context = mock.context();
    let at = At::received(&incoming.target, &incoming.headers);
    let body = context.whole_request(&operation.name, &incoming.body, &at);
    context.canonical(MessageKey::request(&operation.name), &body).map_err(RequestError::Breach)
}

fn nowhere(incoming: &Incoming) -> RequestError {
    RequestError::Route(format!("{} {}", incoming.method, incoming.path))
}

/// The operation whose samples or whose route has the method and path of the request.
pub(super) fn operation(mock: &Mock, incoming: &Incoming) -> Result<String, RequestError> {
    let context = mock.context();
    let by = |method: &str| {
        let case = mock.cases.iter().find(|case| is_at(mock, case, method, &incoming.path));
        case.map(|case| case.operation.clone()).or_else(|| {
            let mut operations = context.plan.operations().iter();
            let found = operations.find(|operation| context.is_at(&operation.name, method, &incoming.path));
            found.map(|operation| operation.name.to_string())
        })
    };
    methods(incoming).find_map(by).ok_or_else(|| nowhere(incoming))
}

/// The methods of which the request may be: what answers GET answers HEAD, unless something else does (RFC 9110 section 9.3.2).
fn methods(incoming: &Incoming) -> impl Iterator<Item = &str> {
    let get = (incoming.method == Method::HEAD).then_some("GET");
    std::iter::once(incoming.method.as_str()).chain(get)
}

fn cases<'m>(mock: &'m Mock, incoming: &Incoming, operation: &str) -> Vec<&'m MockedCase> {
    let mut cases = mock.cases_of(operation);
    cases.retain(|case| methods(incoming).any(|method| is_at(mock, case, method, &incoming.path)));
    cases
}

/// Where a sample says nothing of method and path it is where the operation is.
fn is_at(mock: &Mock, case: &MockedCase, method: &str, path: &str) -> bool {
    let own = &case.case.settings.http;
    let Some(own_path) = &own.path else {
        return mock.context().is_at(&case.operation, method, path);
    };
    let route = mock.context().route(&case.operation).map(|route| &*route.method);
    // An operation without a route is called by POST.
    let own_method = own.method.as_deref().or(route).unwrap_or("POST");
    // What stands in the query is a field, which is looked at with the others.
    let own_path = own_path.split_once('?').map_or(own_path.as_str(), |(path, _)| path);
    method == own_method && is_same_path(path, own_path)
}

const TOKEN: &[u8] = br#"{"access_token":"mock","token_type":"Bearer","expires_in":3600}"#;
