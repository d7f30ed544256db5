//! Getting one document: from a file, or over HTTP from an address that everybody can reach.

use std::fs::File;
use std::io::Read;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Url;

use super::credentials::{Access, Credentials};
use super::error::FetchError;

/// Where documents may come from, and how long they may be.
pub(super) struct Reach {
    pub(super) allow_private: bool,
    pub(super) hosts: Vec<String>,
    pub(super) most: usize,
}

impl Reach {
    /// The file at `address`. A pipe would be waited for, and a device such as /dev/zero has no end.
    fn read(&self, address: &Url) -> Result<Vec<u8>, FetchError> {
        let path = address.to_file_path().map_err(|()| FetchError::Part("path"))?;
        if !std::fs::metadata(&path)?.is_file() {
            return Err(FetchError::NoFile);
        }
        let mut bytes = Vec::new();
        File::open(path)?.take((self.most as u64).saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() > self.most {
            return Err(FetchError::Bound { what: "bytes of documents", most: self.most });
        }
        Ok(bytes)
    }
}

/// The way to documents.
pub(super) struct Network {
    runtime: Runtime,
    reach: Reach,
    access: Access,
    credentials: Credentials,
    tls: Option<TlsConnector>,
}

impl Network {
    /// The way from the document at `from`. Errors: an option that cannot be used.
    pub(super) fn new(reach: Reach, access: Access, from: &str) -> Result<Self, FetchError> {
        let credentials = access.credentials(from)?;
        // What was given is tried at once; authorities of the system are needed for https:// alone.
        let tls = if access.is_about_tls() { Some(TlsConnector::from(access.tls()?)) } else { None };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, reach, access, credentials, tls })
    }

    /// The document at `address`. Errors: why it cannot be had.
    pub(super) fn get(&mut self, address: &Url) -> Result<Vec<u8>, FetchError> {
        if address.scheme() == "file" {
            return self.reach.read(address);
        }
        let mut address = address.clone();
        for _ in 0..REDIRECTS {
            match self.get_once(&address)? {
                Got::Document(bytes) => return Ok(bytes),
                Got::Elsewhere(location) => {
                    address = address.join(&location).map_err(|error| FetchError::Url(location, error))?;
                }
            }
        }
        Err(FetchError::Bound { what: "redirections", most: REDIRECTS })
    }

    fn get_once(&mut self, address: &Url) -> Result<Got, FetchError> {
        if !matches!(address.scheme(), "http" | "https") {
            return Err(FetchError::Scheme(address.to_string()));
        }
        let socket = self.socket(address)?;
        let tls = if address.scheme() == "https" { Some(self.tls()?) } else { None };
        let headers = self.credentials.for_address(address)?;
        let asked = Asked { address, headers, most: self.reach.most };
        self.runtime.block_on(async {
            let exchange = exchange(&asked, socket, tls);
            timeout(DEADLINE, exchange).await.map_err(|_| FetchError::TimedOut)?
        })
    }

    fn tls(&mut self) -> Result<TlsConnector, FetchError> {
        match &self.tls {
            Some(known) => Ok(known.clone()),
            None => Ok(self.tls.insert(TlsConnector::from(self.access.tls()?)).clone()),
        }
    }

    /// An address of the host. The one that is connected to is the one that was looked at.
    fn socket(&self, address: &Url) -> Result<SocketAddr, FetchError> {
        let host = address.host_str().ok_or(FetchError::Part("host"))?;
        if !self.reach.hosts.is_empty() && !self.reach.hosts.iter().any(|known| known == host) {
            return Err(FetchError::Host(host.to_owned()));
        }
        let port = address.port_or_known_default().ok_or(FetchError::Part("port"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let found = (host, port).to_socket_addrs()?;
        let mut allowed =
            found.into_iter().filter(|socket| self.reach.allow_private || is_public(socket.ip()));
        allowed.next().ok_or_else(|| FetchError::Private(host.to_owned()))
    }
}

/// What a server answered.
enum Got {
    Document(Vec<u8>),
    Elsewhere(String),
}

/// A document that is asked for.
struct Asked<'a> {
    address: &'a Url,
    /// What the server is shown.
    headers: &'a [HeaderMap],
    most: usize,
}

async fn exchange(
    asked: &Asked<'_>,
    socket: SocketAddr,
    tls: Option<TlsConnector>,
) -> Result<Got, FetchError> {
    let stream = TcpStream::connect(socket).await?;
    match tls {
        None => request(asked, stream).await,
        Some(tls) => {
            let no_name = || FetchError::Part("host that a certificate can have");
            let name = asked.address.host_str().ok_or_else(no_name)?.to_owned();
            let name = ServerName::try_from(name).map_err(|_| no_name())?;
            let stream =
                tls.connect(name, stream).await.map_err(|error| FetchError::Tls(error.to_string()))?;
            request(asked, stream).await
        }
    }
}

async fn request<S>(asked: &Asked<'_>, stream: S) -> Result<Got, FetchError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Asked { address, headers, most } = *asked;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let host = address.host_str().ok_or(FetchError::Part("host"))?;
    let host = address.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let path =
        address.query().map_or_else(|| address.path().to_owned(), |q| format!("{}?{q}", address.path()));
    let mut request = Request::get(path)
        .header(header::HOST, host)
        .header(header::ACCEPT, "text/xml, application/xml, application/wsdl+xml, */*;q=0.1")
        .header(header::USER_AGENT, concat!("saponify/", env!("CARGO_PKG_VERSION")))
        .body(Empty::<Bytes>::new())?;
    for (name, value) in headers.iter().flatten() {
        request.headers_mut().append(name, value.clone());
    }
    let exchange = async move {
        let response = sender.send_request(request).await?;
        got(response, most).await
    };
    tokio::select! {
        got = exchange => got,
        Err(error) = connection => Err(error.into()),
    }
}

async fn got(response: Response<Incoming>, most: usize) -> Result<Got, FetchError> {
    let status = response.status();
    if status.is_redirection() {
        let location = response.headers().get(header::LOCATION);
        let location = location.ok_or(FetchError::Location(status))?;
        let location = location.to_str().map_err(|_| FetchError::Location(status))?;
        return Ok(Got::Elsewhere(location.to_owned()));
    }
    if !status.is_success() {
        return Err(FetchError::Status { status });
    }
    let body = Limited::new(response.into_body(), most).collect().await;
    body.map(|body| Got::Document(body.to_bytes().into())).map_err(FetchError::Body)
}

/// Whether everybody can reach `ip`: it is not of this machine, this network, or reserved.
fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let benchmarks = a == 198 && (b == 18 || b == 19);
            let protocol = a == 192 && b == 0 && c == 0;
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_documentation()
                || ip.is_multicast()
                || a == 0
                || a >= 240
                || shared
                || benchmarks
                || protocol)
        }
        IpAddr::V6(ip) => {
            let first = ip.segments()[0];
            let global = (0x2000..0x4000).contains(&first);
            // 6to4 and Teredo carry any IPv4 address.
            let tunnel = first == 0x2002 || ip.segments()[..2] == [0x2001, 0];
            let documentation = ip.segments()[..2] == [0x2001, 0xdb8];
            global && !tunnel && !documentation
        }
    }
}

/// Redirections that are followed.
const REDIRECTS: usize = 5;
/// For one document.
const DEADLINE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, most: usize) -> Result<Vec<u8>, FetchError> {
        let address = Url::from_file_path(path).expect("a path");
        let reach = Reach { allow_private: false, hosts: Vec::new(), most };
        reach.read(&address)
    }

    #[test]
    fn a_file_is_read_up_to_the_bound() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let whole = std::fs::read(path).expect("a file");
        assert_eq!(file(path, whole.len()).expect("as long as the bound"), whole);
        let too_long = file(path, whole.len() - 1);
        assert!(matches!(too_long, Err(FetchError::Bound { .. })), "{too_long:?}");
    }

    /// It was read until there was no memory, or waited for.
    #[cfg(unix)]
    #[test]
    fn only_files_are_read() {
        for path in ["/dev/zero", "/dev", concat!(env!("CARGO_MANIFEST_DIR"), "/src")] {
            let read = file(path, 1000);
            assert!(matches!(read, Err(FetchError::NoFile)), "{path}: {read:?}");
        }
    }

    #[test]
    fn only_public_addresses_are_public() {
        for public in ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(is_public(public.parse().expect("an address")), "{public}");
        }
        for private in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "2002:7f00:1::",
            "2001:0:1::",
            "64:ff9b::7f00:1",
            "::",
        ] {
            assert!(!is_public(private.parse().expect("an address")), "{private}");
        }
    }
}
