//! An outgoing proxy: requests for `http://` are sent to it whole (RFC 9112 section 3.2.2), others go through a tunnel (RFC 9110
//! section 9.3.6), of whose content it sees nothing.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Uri, header};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use super::dial::Stream;
use super::error::{CallError, ProxyError};
use super::headers::{ALWAYS, basic};
use crate::service::Proxy;

/// A proxy on the way to a backend.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    /// Host and port to connect to.
    pub(super) authority: Arc<str>,
    /// `Proxy-Authorization`.
    authorization: Option<HeaderValue>,
    /// Whether it is asked for a tunnel.
    pub(super) tunnel: bool,
}

impl Hop {
    pub(super) fn new(proxy: &Proxy, tunnel: bool) -> Self {
        let authorization = proxy.credentials.as_ref().map(basic);
        Self { authority: proxy.authority.clone(), authorization, tunnel }
    }

    /// What it gets with every request that is sent to it whole.
    pub(super) fn authorize(&self, headers: &mut http::HeaderMap) {
        if let Some(authorization) = &self.authorization {
            headers.insert(header::PROXY_AUTHORIZATION, authorization.clone());
        }
    }

    /// Makes a tunnel to `authority` of a connection with the proxy.
    pub(super) async fn tunnel(&self, stream: Stream, authority: &str) -> Result<Stream, CallError> {
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|_| ProxyError::Broken)?;
        // It ends when the tunnel takes its place, or the sender is dropped.
        tokio::spawn(connection.with_upgrades());
        let response = sender.send_request(self.connect(authority)?).await.map_err(|_| ProxyError::Broken)?;
        match response.status().as_u16() {
            200..=299 => {}
            407 => return Err(ProxyError::Credentials.into()),
            status => return Err(ProxyError::Refused(status).into()),
        }
        let upgraded = hyper::upgrade::on(response).await.map_err(|_| ProxyError::Broken)?;
        let parts = upgraded.downcast::<TokioIo<Stream>>().map_err(|_| ProxyError::Broken)?;
        // Whoever is behind the tunnel waits for the first byte.
        if parts.read_buf.is_empty() { Ok(parts.io.into_inner()) } else { Err(ProxyError::Broken.into()) }
    }

    fn connect(&self, authority: &str) -> Result<Request<Empty<Bytes>>, ProxyError> {
        let host = HeaderValue::from_str(authority).map_err(|_| ProxyError::Broken)?;
        let target = Uri::builder().authority(authority).build().map_err(|_| ProxyError::Broken)?;
        let mut request = Request::new(Empty::new());
        *request.method_mut() = Method::CONNECT;
        *request.uri_mut() = target;
        request.headers_mut().insert(header::HOST, host);
        let agent = ALWAYS.into_iter().filter(|(name, _)| name == header::USER_AGENT);
        request.headers_mut().extend(agent);
        self.authorize(request.headers_mut());
        Ok(request)
    }
}
