//! What the bridge has in the place of the system's in tests: in a run that of its world, else the real thing.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use chrono::{DateTime, Utc};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ConnectionAddr, RedisResult};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::wire::Wire;
use super::world;
use crate::bridge::backend::socket::Quiet;

/// The clock.
pub(in crate::bridge) struct Clock;

impl Clock {
    pub(in crate::bridge) fn now() -> DateTime<Utc> {
        world::current().map_or_else(Utc::now, |world| world.now())
    }
}

/// A connection with a store.
pub(in crate::bridge) async fn multiplexed(
    client: &Client,
    config: &AsyncConnectionConfig,
) -> RedisResult<MultiplexedConnection> {
    let Some(world) = world::current() else {
        return client.get_multiplexed_async_connection_with_config(config).await;
    };
    let info = client.get_connection_info();
    let ConnectionAddr::Tcp(host, port) = info.addr() else { panic!("a run has no other stores") };
    let address = SocketAddr::new(host.parse().expect("an address"), *port);
    let wire = world.connect(address).await?;
    let settings = info.redis_settings();
    let (connection, driver) = MultiplexedConnection::new_with_config(settings, wire, config.clone()).await?;
    tokio::spawn(driver);
    Ok(connection)
}

/// What connections of the bridge are made of in tests: sockets, and in a run wires.
pub(in crate::bridge) enum Stream {
    Socket(TcpStream),
    Wire(Wire),
}

impl Stream {
    pub(in crate::bridge) async fn connect(address: SocketAddr) -> io::Result<Self> {
        match world::current() {
            Some(world) => world.connect(address).await.map(Self::Wire),
            None => TcpStream::connect(address).await.map(Self::Socket),
        }
    }

    pub(in crate::bridge) fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        match self {
            Self::Socket(socket) => socket.set_nodelay(nodelay),
            Self::Wire(_) => Ok(()),
        }
    }
}

impl Quiet for Stream {
    fn is_quiet(&self) -> bool {
        match self {
            Self::Socket(socket) => socket.is_quiet(),
            Self::Wire(wire) => wire.is_quiet(),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Socket(socket) => Pin::new(socket).poll_read(context, buffer),
            Self::Wire(wire) => Pin::new(wire).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Socket(socket) => Pin::new(socket).poll_write(context, bytes),
            Self::Wire(wire) => Pin::new(wire).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Socket(socket) => Pin::new(socket).poll_flush(context),
            Self::Wire(wire) => Pin::new(wire).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Socket(socket) => Pin::new(socket).poll_shutdown(context),
            Self::Wire(wire) => Pin::new(wire).poll_shutdown(context),
        }
    }
}
