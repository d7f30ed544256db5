//! Where `serve` listens.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use clap::Args;
use listenfd::ListenFd;

use super::exit::Exit;
use super::listen::cannot_listen;
use super::output::failed;
use super::services::Loaded;
use crate::server::Listener;

/// Where clients connect.
#[derive(Debug, Args)]
pub(super) struct Listeners {
    /// Where to listen; port 0 takes a free one. May be repeated; ADDRESS=SERVICE is for one service alone. By default 127.0.0.1:8090, or
    /// the sockets that the service manager has opened.
    #[arg(long, value_name = "ADDRESS")]
    listen: Vec<Place>,
    /// Each connection begins with a header of the PROXY protocol, version 1 or 2, from a proxy of listen.trusted_proxies.
    #[arg(long)]
    proxy_protocol: bool,
    /// Let another process listen at the same addresses, if it has this option too: to replace this one without a gap.
    #[arg(long)]
    reuse_port: bool,
}

/// An address, and the one service that is there.
#[derive(Clone, Debug)]
struct Place {
    address: SocketAddr,
    only: Option<Arc<str>>,
}

impl FromStr for Place {
    type Err = std::net::AddrParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, only) = match text.split_once('=') {
            None => (text, None),
            Some((address, only)) => (address, Some(only.into())),
        };
        Ok(Self { address: address.parse()?, only })
    }
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
            ([], true) => vec![Place { address: SocketAddr::from(([127, 0, 0, 1], 8090)), only: None }],
            (given, _) => given.to_vec(),
        }
    }

    /// The first address that other machines reach.
    pub(super) fn open(&self, inherited: &Inherited) -> Option<IpAddr> {
        let places = self.places(inherited);
        let mut all = places.iter().map(|place| place.address.ip()).chain(inherited.addresses());
        all.find(|address| !address.to_canonical().is_loopback())
    }

    /// Listens. Errors: an address where that cannot be, a service that is none of `services`, told.
    pub(super) fn bind(&self, inherited: Inherited, services: &[Loaded]) -> Result<Vec<Listener>, Exit> {
        let mut listeners = Vec::new();
        for Place { address, only } in self.places(&inherited) {
            if let Some(name) = &only {
                known(name, services)?;
            }
            let listener = Listener::bind(address, self.reuse_port);
            let listener = listener.map_err(|error| cannot_listen("--listen", address, &error))?;
            listeners.push(listener.only(only));
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

fn known(name: &str, services: &[Loaded]) -> Result<(), Exit> {
    let names: Vec<&str> = services.iter().map(|loaded| &*loaded.service.name).collect();
    if names.contains(&name) {
        return Ok(());
    }
    let reason = format!("--listen: there is no service `{name}`; the services are {}", names.join(", "));
    Err(failed(&reason, Exit::Usage))
}

fn inherited(error: &std::io::Error) -> Exit {
    let hint = "give the process sockets for TCP that listen: ListenStream= with an address and a port";
    failed(&format!("NET0004: the sockets of the service manager: {error}\n  help: {hint}"), Exit::Network)
}
