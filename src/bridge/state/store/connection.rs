//! Servers of a store, and a connection to them.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::sentinel::{SentinelClient, SentinelNodeConnectionInfo, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ConnectionInfo, FromRedisValue, IntoConnectionInfo,
    RedisConnectionInfo, RedisError, RedisResult, RetryMethod, Value, cmd,
};

#[cfg(test)]
use crate::bridge::simulation::multiplexed;
use crate::service::{SharedStore, StoreKind, StoreNode};

/// Servers of a store.
pub(super) enum Servers {
    Alone(Client),
    Cluster(Box<ClusterClient>),
    /// Sentinels, the name of the master that they know, and who asks it. They are asked without credentials.
    Sentinel {
        sentinels: Vec<ConnectionInfo>,
        master: String,
        settings: RedisConnectionInfo,
    },
}

/// A connection. Clones are the same one.
#[derive(Clone)]
pub(super) enum Connection {
    Cluster(ClusterConnection),
    Single(MultiplexedConnection),
}

impl Servers {
    pub(super) fn new(store: &SharedStore) -> RedisResult<Self> {
        let settings = settings(store);
        match &store.kind {
            StoreKind::Alone => {
                let node = store.nodes.first().expect("a URL names a server");
                Ok(Self::Alone(Client::open(info(node, &settings)?)?))
            }
            StoreKind::Cluster => {
                let nodes = store.nodes.iter().map(|node| info(node, &settings));
                let nodes = nodes.collect::<RedisResult<Vec<_>>>()?;
                let cluster = ClusterClient::builder(nodes);
                let cluster = cluster.connection_timeout(OPENING).response_timeout(PATIENCE).build()?;
                Ok(Self::Cluster(Box::new(cluster)))
            }
            StoreKind::Sentinel { master } => {
                let nobody = RedisConnectionInfo::default();
                let sentinels = store.nodes.iter().map(|node| info(node, &nobody));
                let sentinels = sentinels.collect::<RedisResult<_>>()?;
                Ok(Self::Sentinel { sentinels, master: master.clone(), settings })
            }
        }
    }

    pub(super) async fn connect(&self) -> RedisResult<Connection> {
        let config = AsyncConnectionConfig::new().set_connection_timeout(Some(OPENING));
        // Whoever asks has a patience of its own.
        let config = config.set_response_timeout(None);
        match self {
            Self::Alone(client) => {
                let connection = multiplexed(client, &config).await?;
                // Of a script, which has many arguments, a server does not say that it wants a password first.
                cmd("PING").query_async::<Value>(&mut connection.clone()).await?;
                Ok(Connection::Single(connection))
            }
            Self::Cluster(client) => client.get_async_connection().await.map(Connection::Cluster),
            Self::Sentinel { sentinels, master, settings } => {
                let node = SentinelNodeConnectionInfo::default().set_redis_connection_info(settings.clone());
                let (sentinels, master) = (sentinels.clone(), master.clone());
                let mut client =
                    SentinelClient::build(sentinels, master, Some(node), SentinelServerType::Master)?;
                client.get_async_connection_with_config(&config).await.map(Connection::Single)
            }
        }
    }
}

/// A connection with a server that is alone.
#[cfg(not(test))]
async fn multiplexed(client: &Client, config: &AsyncConnectionConfig) -> RedisResult<MultiplexedConnection> {
    client.get_multiplexed_async_connection_with_config(config).await
}

impl Connection {
    pub(super) async fn query<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::Cluster(connection) => command.query_async(connection).await,
            Self::Single(connection) => command.query_async(connection).await,
        }
    }

    /// Whether `error` means that another connection is needed: it is gone, or its server is no longer the master. That of a cluster
    /// mends itself.
    pub(super) fn is_over(&self, error: &RedisError) -> bool {
        match self {
            Self::Cluster(_) => {
                matches!(error.retry_method(), RetryMethod::ReconnectFromInitialConnections)
            }
            Self::Single(_) => {
                let demoted = matches!(error.code(), Some("READONLY" | "MASTERDOWN"));
                demoted || error.is_unrecoverable_error() || error.is_io_error()
            }
        }
    }
}

fn settings(store: &SharedStore) -> RedisConnectionInfo {
    let mut settings = RedisConnectionInfo::default().set_db(i64::from(store.database));
    if let Some(username) = &store.username {
        settings = settings.set_username(username);
    }
    if let Some(password) = &store.password {
        settings = settings.set_password(password.expose());
    }
    settings
}

fn info(node: &StoreNode, settings: &RedisConnectionInfo) -> RedisResult<ConnectionInfo> {
    let address = ConnectionAddr::Tcp(node.host.clone(), node.port);
    Ok(address.into_connection_info()?.set_redis_settings(settings.clone()))
}

/// A store that is slower is not there: a request must be refused within 250 ms.
pub(super) const PATIENCE: Duration = Duration::from_millis(200);

/// How long it may take to find the server, or the servers, and to connect. Requests do not wait for so long.
pub(super) const OPENING: Duration = Duration::from_secs(2);
