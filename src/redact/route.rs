//! Fields in the path and the query of a JSON backend's request.

use super::json::is_telling;
use super::masks::{Masks, shown};
use super::url::url;
use crate::service::{HttpRoute, RouteError};
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
    let masked = |member: &str| {
        let (_, text) = taken.iter().find(|(known, _)| *known == member)?;
        let mask = masks.at(&[member.to_owned()]);
        Some(mask.map_or_else(|| text.clone(), |mask| shown(mask, text)))
    };
    // With a field that is masked until nothing is left of it there is no such path; then the route's own shows.
    url(&route.build(&masked).unwrap_or_else(|_| route.shown())).replace("%2A%2A%2A", super::MARK)
}

/// The fields of a request to `route` that are masked in `target`, its path and query. Errors: it cannot be taken apart.
pub fn masked_fields(route: &HttpRoute, target: &str, masks: &Masks) -> Result<Vec<Secret>, RouteError> {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let taken = route.take(path, query)?.into_iter().flatten();
    let masked =
        taken.filter(|(member, text)| is_telling(text) && masks.at(&[(*member).to_owned()]).is_some());
    Ok(masked.map(|(_, text)| Secret::new(text)).collect())
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
    }
}
