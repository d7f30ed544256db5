//! Fields in the path and the query of a JSON backend's request.

use super::json::is_telling;
use super::masks::{Masks, shown};
use super::url::url;
use crate::service::{Backend, HttpRoute, Mask, RouteError, Service, ServiceOperation};
use crate::wss::Secret;

/// Path and query of a request to `route`, with the fields masked that `masks` mask.
pub fn masked_target(route: &HttpRoute, target: &str, masks: &Masks) -> String {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let taken = match route.take(path, query) {
        Ok(Some(taken)) => taken,
        Ok(None) => return url(target),
        // What cannot be taken apart cannot be masked.
        Err(_) => return route.shown(),
    };
    let items = |member: &str| {
        let mask = mask(masks, member);
        let texts = taken.iter().filter(|(known, _)| *known == member);
        texts.map(|(_, text)| mask.map_or_else(|| text.clone(), |mask| shown(mask, text))).collect::<Vec<_>>()
    };
    let one = |member: &str| items(member).into_iter().next();
    // With a field that is masked until nothing is left of it there is no such path; then the route's own shows.
    url(&route.build(&one, &items).unwrap_or_else(|_| route.shown())).replace("%2A%2A%2A", super::MARK)
}

/// The URL of a request to the backend of `service` at `target`, a path and its query, with the fields masked that an operation with `rules`
/// has in it.
pub fn backend_url(
    service: &Service,
    rules: Option<&ServiceOperation>,
    target: &str,
    masks: &Masks,
) -> String {
    if matches!(service.backend, Backend::Soap(_)) {
        return url(&service.shown_url);
    }
    let base = service.backend.target().url.trim_end_matches('/');
    let host = base.find("://").and_then(|at| base.get(at + 3..)?.find('/').map(|slash| at + 3 + slash));
    // A URL without a path ends with its host.
    let (origin, prefix) = base.split_at(host.map_or(base.len(), |at| at));
    let target = match (rules, target.strip_prefix(prefix)) {
        (Some(rules), Some(below)) => format!("{prefix}{}", masked_target(&rules.http, below, masks)),
        _ => url(target),
    };
    format!("{}{target}", url(origin))
}

/// The fields of a request to `route` that are masked in `target`, its path and query. Errors: it cannot be taken apart.
pub fn masked_fields(route: &HttpRoute, target: &str, masks: &Masks) -> Result<Vec<Secret>, RouteError> {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let taken = route.take(path, query)?.into_iter().flatten();
    let masked = taken.filter(|(member, text)| is_telling(text) && mask(masks, member).is_some());
    Ok(masked.map(|(_, text)| Secret::new(text)).collect())
}

/// How a field is masked, by a rule for it or, as it may be a list, for its items.
fn mask(masks: &Masks, member: &str) -> Option<Mask> {
    masks.at(&[member.to_owned(), "0".to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_in_a_path_are_masked_as_in_a_body() {
        let route = HttpRoute::parse("PUT /clients/{ssn}/x?dry={dry}", &|_| None).expect("route");
        let masks = Masks::parse(&["/ssn".to_owned()]).expect("pointer");
        assert_eq!(masked_target(&route, "/clients/123-45-6789/x?dry=1", &masks), "/clients/***/x?dry=1");
        assert_eq!(masked_target(&route, "/clients/1/x", &Masks::default()), "/clients/1/x");
        let fields = |target| masked_fields(&route, target, &masks).expect("a target");
        assert!(fields("/clients/123-45%2D6789/x?dry=1").iter().any(|ssn| ssn.expose() == "123-45-6789"));
        assert!(fields("/elsewhere/123-45-6789").is_empty());
        assert_eq!(masked_target(&route, "/clients/123-45-6789%zz/x?dry=1", &masks), "/clients/{ssn}/x");
        assert_eq!(masked_target(&route, "/other?password=p", &masks), "/other?password=***");
        let list = HttpRoute::parse("GET /clients?ssn={ssn}", &|_| None).expect("route");
        let list = list.with_lists(&|_| true);
        for pointer in ["/ssn", "/ssn/*"] {
            let masks = Masks::parse(&[pointer.to_owned()]).expect("pointer");
            let told = masked_target(&list, "/clients?ssn=1234&ssn=5678", &masks);
            assert_eq!(told, "/clients?ssn=***&ssn=***", "{pointer}");
        }
    }
}
