//! A Valkey or Redis server, for what several bridges share.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisResult};
use tokio::sync::OnceCell;

/// A server, to which the first request connects. Clones share the connection.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct Store {
    client: Client,
    connection: Arc<OnceCell<Connection>>,
}

/// A URL that is not that of a server. It may have a password in it, and is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("store.redis: expected a URL such as redis://host:6379")]
pub struct StoreError;

/// A connection prints nothing: its URL may have a password.
#[derive(Clone)]
struct Connection(ConnectionManager);

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connection")
    }
}

impl Store {
    /// The server at `url`.
    pub(in crate::bridge) fn new(url: &str) -> Result<Self, StoreError> {
        let client = Client::open(url).map_err(|_| StoreError)?;
        Ok(Self { client, connection: Arc::default() })
    }

    /// The connection, which mends itself when it breaks.
    pub(in crate::bridge) async fn connection(&self) -> RedisResult<ConnectionManager> {
        let connect = || async {
            let config = ConnectionManagerConfig::new()
                .set_connection_timeout(Some(PATIENCE))
                .set_response_timeout(Some(PATIENCE))
                .set_number_of_retries(1);
            self.client.get_connection_manager_lazy(config).map(Connection)
        };
        Ok(self.connection.get_or_try_init(connect).await?.0.clone())
    }
}

/// A server that is slower is not there: a request must be refused within 250 ms.
pub(in crate::bridge) const PATIENCE: Duration = Duration::from_millis(200);
