//! What stands between a client and a front: pages of other sites, and proxies.
//!
//! `cross_site` refuses what a page sends whose site has nothing to do with the bridge, `sharing` is how a service lets pages of other
//! origins in all the same (CORS); `forwarded` reads what proxies say of their clients, `coding` compresses answers and decodes requests; `tag` marks texts that clients keep.

pub(super) mod coding;
pub(super) mod cross_site;
pub(super) mod forwarded;
pub(super) mod sharing;
pub(super) mod tag;
