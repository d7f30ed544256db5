//! Where `serve` listens.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use clap::Args;
use listenfd::ListenFd;

use super::exit::Exit;
use super::listen::cannot_listen;
use super::output::failed;
use super::services::Loaded;
use crate::bridge::{FrontKind, Only};
use crate::server::Listener;

/// Where clients connect.
#[derive(Debug, Args)]
pub(super) struct Listeners {
    /// Where to listen; port 0 takes a free one. May be repeated. ADDRESS=SERVICE is for one service alone, ADDRESS=SERVICE/json and
    /// ADDRESS=SERVICE/soap for one of its fronts; http://ADDRESS is without TLS, https://ADDRESS with it, and else there is TLS where it is
    /// configured. By default 127.0.0.1:8090, or the sockets that the service manager has opened.
    #[arg(long, value_name = "ADDRESS")]
    listen: Vec<Place>,
    /// Each connection begins with a header of the PROXY protocol, version 1 or 2, from a proxy of listen.trusted_proxies.
    #[arg(long)]
    proxy_protocol: bool,
    /// Let another process listen at the same addresses, if it has this option too: to replace this one without a gap.
    #[arg(long)]
    reuse_port: bool,
}

/// An address, and what is there.
#[derive(Clone, Debug)]
struct Place {
    address: SocketAddr,
    only: Option<Only>,
    /// Whether it is with TLS, where that is said.
    secure: Option<bool>,
}

/// What is wrong with a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum PlaceError {
    #[error("expected an IP address and a port, such as 127.0.0.1:8090 or [::1]:8090")]
    Address,
    #[error("expected SERVICE, SERVICE/json or SERVICE/soap behind `=`")]
    Only,
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (Some(true), rest),
            (None, Some(rest)) => (Some(false), rest),
            (None, None) => (None, text),
        };
        let (address, only) = match rest.split_once('=') {
            None => (rest, None),
            Some((address, only)) => (address, Some(self::only(only)?)),
        };
        Ok(Self { address: address.parse().map_err(|_| PlaceError::Address)?, only, secure })
    }
}

fn only(text: &str) -> Result<Only, PlaceError> {
    let (service, front) = match text.split_once('/') {
        None => (text, None),
        Some((service, "json")) => (service, Some(FrontKind::Json)),
        Some((service, "mcp")) => (service, Some(FrontKind::Mcp)),
        Some((service, "soap")) => (service, Some(FrontKind::Soap)),
        Some(_) => return Err(PlaceError::Only),
    };
    if service.is_empty() { Err(PlaceError::Only) } else { Ok(Only { service: service.into(), front }) }
}

/// Sockets that the service manager has opened.
#[derive(Debug, Default)]
pub(super) struct Inherited(Vec<std::net::TcpListener>);

impl Inherited {
    /// Those of this process. Errors: one that is none for TCP, told.
    pub(super) fn take() -> Result<Self, Exit> {
        let mut all = ListenFd::from_env();
        let taken = (0..all.len()).filter_map(|index| all.take_tcp_listener(index).transpose());
        taken.collect::<Result<_, _>>().map(Self).map_err(|error| inherited(&error))
    }

    fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        // A socket that has no address listens nowhere, which is told when it is used.
        self.0.iter().filter_map(|socket| Some(socket.local_addr().ok()?.ip()))
    }
}

impl Listeners {
    /// The places, where the service manager has opened `inherited`.
    fn places(&self, inherited: &Inherited) -> Vec<Place> {
        match (self.listen.as_slice(), inherited.0.is_empty()) {
            ([], true) => {
                vec![Place { address: SocketAddr::from(([127, 0, 0, 1], 8090)), only: None, secure: None }]
            }
            (given, _) => given.to_vec(),
        }
    }

    /// The first address that other machines reach and where nobody has to show a certificate, which those with TLS ask for if
    /// `certificates` says so.
    pub(super) fn open(&self, inherited: &Inherited, certificates: bool) -> Option<IpAddr> {
        let places = self.places(inherited);
        let is_open = |place: &&Place| !certificates || place.secure == Some(false);
        let places = places.iter().filter(is_open).map(|place| place.address.ip());
        let mut all = places.chain(inherited.addresses().filter(|_| !certificates));
        all.find(|address| !address.to_canonical().is_loopback())
    }

    /// Warns of addresses that other machines reach without a certificate, where others have to show one.
    pub(super) fn warn(&self, certificates: bool) {
        if let Some(open) = self.open(&Inherited::default(), true).filter(|_| certificates) {
            tracing::warn!(
                "--listen http://{open}: whoever reaches it shows no certificate, and is let in by fronts that do not ask who is calling"
            );
        }
    }

    /// Listens; `tls` says whether there is any. Errors: an address where that cannot be, a service or a front that is none of
    /// `services`, told.
    pub(super) fn bind(
        &self,
        inherited: Inherited,
        services: &[Loaded],
        tls: bool,
    ) -> Result<Vec<Listener>, Exit> {
        let mut listeners = Vec::new();
        for Place { address, only, secure } in self.places(&inherited) {
            if let Some(only) = &only {
                known(only, services)?;
            }
            if secure == Some(true) && !tls {
                let reason = format!("--listen https://{address}: there is no certificate; {CERTIFICATE}");
                return Err(failed(&reason, Exit::Usage));
            }
            let listener = Listener::bind(address, self.reuse_port);
            let listener = listener.map_err(|error| cannot_listen("--listen", address, &error))?;
            listeners.push(listener.only(only).plain(secure == Some(false)));
        }
        for socket in inherited.0 {
            listeners.push(Listener::inherited(socket).map_err(|error| self::inherited(&error))?);
        }
        Ok(listeners.into_iter().map(|listener| listener.proxied(self.proxy_protocol)).collect())
    }

    /// Errors: connections begin with the header of a proxy, and no service trusts one, told.
    pub(super) fn check(&self, services: &[Loaded]) -> Result<(), Exit> {
        let trusts = services.iter().any(|loaded| loaded.service.public.trusted.is_some());
        if !self.proxy_protocol || trusts {
            return Ok(());
        }
        let reason = "--proxy-protocol: no service trusts a proxy; name its address in listen.trusted_proxies of a service file";
        Err(failed(&reason, Exit::Configuration))
    }
}

fn known(only: &Only, services: &[Loaded]) -> Result<(), Exit> {
    let Only { service: name, front } = only;
    let Some(found) = services.iter().find(|loaded| loaded.service.name == *name) else {
        let names: Vec<&str> = services.iter().map(|loaded| &*loaded.service.name).collect();
        let reason = format!("--listen: there is no service `{name}`; the services are {}", names.join(", "));
        return Err(failed(&reason, Exit::Usage));
    };
    let is_there = match front {
        None => true,
        Some(FrontKind::Json) => found.service.json_front.is_some(),
        Some(FrontKind::Mcp) => found.service.mcp_front.is_some(),
        Some(FrontKind::Soap) => found.service.soap_front.is_some(),
    };
    let front = front.map_or("", FrontKind::name);
    let reason = || format!("--listen: the service `{name}` has no front `{front}`");
    if is_there { Ok(()) } else { Err(failed(&reason(), Exit::Usage)) }
}

const CERTIFICATE: &str = "give --tls-certificate and --tls-key, or listen.tls in a service file";

fn inherited(error: &std::io::Error) -> Exit {
    let hint = "give the process sockets for TCP that listen: ListenStream= with an address and a port";
    failed(&format!("NET0004: the sockets of the service manager: {error}\n  help: {hint}"), Exit::Network)
}
