//! Requests that the page of another site made a browser send.
//!
//! Whoever can read a page's answer is a matter of CORS; that the request is sent at all is one of this. A browser sends "simple" requests
//! of any page, with the network of whoever looks at it. It says of each where it is from (Fetch Metadata Request Headers, section
//! 2.3), and browsers of before 2023 say the page's origin at least (Fetch standard, section 3.2.1). Programs say neither.

use http::header::{HeaderValue, ORIGIN};
use http::request::Parts;

use super::forwarded::{own_host, public_host};
use super::sharing::Sharing;
use crate::bridge::failure::Failure;
use crate::bridge::state::noticed::SEC_FETCH_SITE;
use crate::bridge::state::peer::Peer;
use crate::service::Public;

/// Refuses a request that a page of another site made, unless `sharing` lets its origin in. `public` knows by which other host clients
/// come, and `connected` who did.
///
/// A page of the same site but another origin is another page: whoever has one subdomain has not the others.
pub(in crate::bridge) fn check(
    head: &Parts,
    sharing: Option<&Sharing>,
    public: &Public,
    connected: Option<&Peer>,
) -> Result<(), Failure> {
    let (site, origin) = (head.headers.get(SEC_FETCH_SITE), head.headers.get(&ORIGIN));
    let from_here = match (site, origin) {
        (None, None) => true,
        // What a person typed or chose is no page's.
        (Some(site), _) => matches!(site.as_bytes(), b"same-origin" | b"none"),
        (None, Some(origin)) => {
            own_host(head).is_ok_and(|host| is_of(origin, host))
                || public_host(public, head, connected).is_some_and(|host| is_of(origin, &host))
        }
    };
    if from_here || sharing.is_some_and(|sharing| sharing.lets_in(origin)) {
        Ok(())
    } else {
        Err(Failure::CrossSite)
    }
}

/// Whether the page of `origin` is one of `host`. The scheme is not compared: behind a proxy that ends TLS it is another one.
fn is_of(origin: &HeaderValue, host: &str) -> bool {
    let place =
        memchr::memmem::find(origin.as_bytes(), b"://").and_then(|at| origin.as_bytes().get(at + 3..));
    place.is_some_and(|place| place.eq_ignore_ascii_case(host.as_bytes()))
}
