//! Every number that bounds anything, with its reason.
//!
//! Nothing in the project is unlimited. Each limit has a default that real traffic does not meet, and each can
//! be set in the service file. A limit is the largest value that is accepted: `n` passes, `n + 1` is refused.

use serde::{Deserialize, Serialize};

/// Bytes of log lines that wait to be written, about four thousand of them; more are lost, for the log must not take the memory
/// that messages need. It is the process's, not a service's, and cannot be set.
pub const LOG_BYTES: usize = 1024 * 1024;

/// All limits of one bridge. `Limits::default()` is what runs when nothing is configured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bounds on XML messages.
    pub xml: XmlLimits,
    /// Bounds on JSON messages.
    pub json: JsonLimits,
    /// Bounds on WSDL and XSD documents, which are read when a contract is loaded.
    pub contract: ContractLimits,
    /// Bounds on HTTP, towards clients and backends.
    pub http: HttpLimits,
    /// Bounds on the WS-Security header.
    pub wss: WssLimits,
}

/// Bounds on one XML document. Between what WCF (depth 32) and the strict JDK parser (depth 100) allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct XmlLimits {
    /// Open elements at one time.
    pub depth: usize,
    /// Attributes of one element, namespace declarations included. Other parsers take 40 s for 100 000.
    pub attributes: usize,
    /// Bytes of one attribute value.
    pub attribute_value: usize,
    /// Elements of one document.
    pub elements: usize,
    /// Children of one element (CXF has the same default).
    pub children: usize,
    /// Bytes of character data between two tags.
    pub text: usize,
    /// Bytes of an element or attribute name.
    pub name: usize,
    /// Bytes of a namespace name.
    pub namespace: usize,
    /// Namespace declarations in scope at one time.
    pub bindings: usize,
    /// Different namespace names of one document, beside those of its contract.
    pub namespaces: usize,
    /// Bytes that the references of the SOAP encoding may bring into one message, and that elements which are kept as XML
    /// may get from the declarations around them; without a bound a few lines bring gigabytes. Never more than eight times
    /// the message, and 64 KiB.
    pub references: usize,
}

impl Default for XmlLimits {
    fn default() -> Self {
        Self {
            depth: 64,
            attributes: 64,
            attribute_value: 64 * 1024,
            elements: 200_000,
            children: 50_000,
            text: 8 * 1024 * 1024,
            name: 256,
            namespace: 1024,
            bindings: 64,
            namespaces: 1024,
            references: 8 * 1024 * 1024,
        }
    }
}

/// Bounds on one JSON document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct JsonLimits {
    /// Open objects and arrays at one time (`serde_json` allows 128).
    pub depth: usize,
    /// Values and keys of one document.
    pub tokens: usize,
    /// Bytes of an object key.
    pub key: usize,
    /// Bytes of a number, and digits that its plain decimal form may have (`1e999999999` is 11 bytes).
    pub number: usize,
}

impl Default for JsonLimits {
    fn default() -> Self {
        Self { depth: 64, tokens: 1_000_000, key: 256, number: 128 }
    }
}

/// Bounds on the documents of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContractLimits {
    /// Bytes of one WSDL or XSD document.
    pub file: usize,
    /// Bytes of all documents of a contract together.
    pub total: usize,
    /// Documents that a contract may bring together (xmlschema allows 1 000).
    pub imports: usize,
    /// Length of a chain of imports or includes.
    pub depth: usize,
    /// Bytes of one compiled `xs:pattern`. `[\w.-]{3,30}` takes more than one MiB: `\w` is half of Unicode.
    pub pattern: usize,
    /// Particles and attributes of all content models with groups and bases in their place; a few lines of groups that
    /// refer to groups twice would otherwise make gigabytes.
    pub particles: usize,
    /// Bounds on the XML of each document. Contracts are larger than messages, but operators choose them.
    pub xml: XmlLimits,
}

impl Default for ContractLimits {
    fn default() -> Self {
        let xml = XmlLimits { elements: 1_000_000, bindings: 256, ..XmlLimits::default() };
        Self {
            file: 8 * 1024 * 1024,
            total: 32 * 1024 * 1024,
            imports: 256,
            depth: 64,
            pattern: 10 * 1024 * 1024,
            particles: 1_000_000,
            xml,
        }
    }
}

/// Bounds on HTTP connections and exchanges. Durations are milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpLimits {
    /// Bytes of a request head; hyper's own 408 KiB times ten thousand connections is too much.
    pub head: usize,
    /// Header fields of a request.
    pub headers: usize,
    /// Bytes of a request target.
    pub uri: usize,
    /// Bytes of a JSON Web Token; what issuers make has one or two KiB.
    pub jwt: usize,
    /// Bytes of a request body; refused at `Content-Length`, else at the first byte too many.
    pub request_body: usize,
    /// Bytes of a backend's reply.
    pub reply_body: usize,
    /// Time for a client to send a request head.
    pub head_deadline: u64,
    /// Time for a client to send a request body.
    pub body_deadline: u64,
    /// Client connections at one time.
    pub connections: usize,
    /// Exchanges at one time; what is above is shed at once, for queueing hides overload.
    pub concurrent: usize,
    /// Time to open a connection to a backend.
    pub connect: u64,
    /// Time from the last byte of a request until the backend's first byte.
    pub first_byte: u64,
    /// Time for the whole exchange with a backend.
    pub total: u64,
    /// Idle connections kept for one backend.
    pub pool_idle: usize,
    /// Time that an idle connection to a backend is kept.
    pub pool_idle_time: u64,
    /// Time that a stopping bridge waits, not ready, before it stops accepting.
    pub drain_notice: u64,
    /// Time that a stopping bridge gives the exchanges in flight.
    pub drain: u64,
    /// Idempotency keys that are remembered at one time; more are refused, for forgetting one could do a thing twice.
    pub idempotency_entries: usize,
    /// Bytes of all answers that are remembered for them.
    pub idempotency_bytes: usize,
    /// How long an idempotency key is remembered.
    pub idempotency_time: u64,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            idempotency_entries: 10_000,
            idempotency_bytes: 64 * 1024 * 1024,
            idempotency_time: 24 * 60 * 60 * 1000,
            head: 32 * 1024,
            headers: 100,
            uri: 8 * 1024,
            jwt: 8 * 1024,
            request_body: 10 * 1024 * 1024,
            reply_body: 10 * 1024 * 1024,
            head_deadline: 10_000,
            body_deadline: 30_000,
            connections: 8192,
            concurrent: 1024,
            connect: 1_000,
            first_byte: 15_000,
            total: 30_000,
            pool_idle: 64,
            pool_idle_time: 60_000,
            drain_notice: 0,
            drain: 30_000,
        }
    }
}

/// Bounds on the WS-Security header. Durations are seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct WssLimits {
    /// Age at which a `Created` is stale (WSS4J: 300).
    pub max_age: i64,
    /// How far in the future a `Created` may be.
    pub future_skew: i64,
    /// How far apart `Created` and `Expires` of a Timestamp may be.
    pub timestamp_life: i64,
    /// How long after its `Expires` a Timestamp is accepted.
    pub expires_skew: i64,
    /// Failures of one user from one place within `failure_time`; then all of its tokens are refused for a while.
    pub failures: u32,
    /// The time in which `failures` wear off.
    pub failure_time: i64,
    /// Users and places whose failures are counted at one time.
    pub failure_places: usize,
    /// How long a password that was verified against its hash is known to be right: an Argon2id hash takes 20 ms.
    pub hash_memory: i64,
    /// Hashes that are computed at one time; each takes 19 MiB.
    pub hashes: usize,
    /// Characters of a user name.
    pub username: usize,
    /// Characters of a password.
    pub password: usize,
    /// Fewest bytes of a nonce.
    pub nonce_min: usize,
    /// Most bytes of a nonce.
    pub nonce_max: usize,
    /// Nonces remembered at one time; a full memory refuses, for forgetting one would let it be replayed.
    pub replay_entries: usize,
}

impl Default for WssLimits {
    fn default() -> Self {
        Self {
            max_age: 300,
            future_skew: 60,
            timestamp_life: 24 * 60 * 60,
            expires_skew: 0,
            failures: 20,
            failure_time: 60,
            failure_places: 10_000,
            hash_memory: 60,
            hashes: 4,
            username: 256,
            password: 1024,
            nonce_min: 8,
            nonce_max: 128,
            replay_entries: 200_000,
        }
    }
}

/// Problems of one contract that are collected; a generated contract can have one per element.
pub const CONTRACT_PROBLEMS: usize = 1000;

/// Types in a chain of derivation, and attribute groups in attribute groups. Real ones have five.
pub const DERIVATION: usize = 64;

/// Model groups in model groups, with those that they refer to in their place; the codec walks them by recursion.
pub const GROUP_NESTING: usize = 32;

/// Arrays of arrays that one `arrayType` of the SOAP encoding declares; they are compiled by recursion.
pub const ARRAY_NESTING: usize = 16;

/// Groups in the groups of an `xs:pattern`, which is parsed by recursion.
pub const PATTERN_NESTING: usize = 64;

/// Values of an enumeration that a message lists.
pub const ENUMERATION_SHOWN: usize = 8;

/// Elements of a content model that is checked for ambiguity: the check compares them in pairs.
pub const AMBIGUITY_PARTICLES: usize = 1000;

/// Characters of a name that are looked at for the one that was probably meant: the search compares each with each.
pub const NEAREST_CHARACTERS: usize = 64;

/// MIME parts in MIME parts of a WSDL binding.
pub const MIME_NESTING: usize = 4;

/// Characters of a document's line that a diagnostic shows: generated documents hold a megabyte in one.
pub const LINE_SHOWN: usize = 200;
