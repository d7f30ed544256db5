//! Every number that bounds anything, with its reason.
//!
//! Nothing in the project is unlimited. Each limit has a default that real traffic does not meet, and each can
//! be set in the service file. A limit is the largest value that is accepted: `n` passes, `n + 1` is refused. Those that are
//! constants cannot be set.
//!
//! `docs/LIMITS.md` is made of this file by `tests/limits.rs`: the documentation of a limit is its reason; a line `Unit:` says
//! what is counted, a line `Reached:` what the peer sees, which may stand at the struct for all that is in it.

use serde::{Deserialize, Serialize};

/// Bytes of log lines that wait to be written, about four thousand of them; more are lost, for the log must not take the memory
/// that messages need. It is the process's, not a service's, and cannot be set.
pub const LOG_BYTES: usize = 1024 * 1024;

/// Characters of one field of the access log that a client or a backend had a say in: names of callers and media types are shorter.
pub const LOG_FIELD: usize = 128;

/// Characters of a sentence about a failure in the access log and in spans: names of the contract may be long, and are in it.
pub const LOG_MESSAGE: usize = 1024;

/// Bytes of a message that traffic shows: what is looked for by eye is smaller, and of a larger one only its length is kept.
pub const TRAFFIC_MESSAGE: usize = 64 * 1024;

/// Exchanges that are kept for `/traffic`: some minutes of a busy bridge, and a day of a quiet one.
/// Unit: exchanges.
/// Reached: the oldest makes room.
pub const TRAFFIC_SHOWN: usize = 10_000;

/// Bytes of the exchanges that are kept for `/traffic`, compressed: with what waits to be masked they are to stay below 64 MiB.
/// Unit: bytes.
/// Reached: the oldest make room.
pub const TRAFFIC_BYTES: usize = 40 * 1024 * 1024;

/// Exchanges in one answer of `/traffic`: a page of a list has fewer.
/// Unit: exchanges.
/// Reached: 400; those before them are in the next answer.
pub const TRAFFIC_PAGE: usize = 200;

/// Bytes of the exchanges in one HTTP archive, before they are written: tools of browsers open no larger one with ease.
/// Unit: bytes.
/// Reached: older ones are left out, and the archive says so.
pub const TRAFFIC_ARCHIVE: usize = 8 * 1024 * 1024;

/// Bytes of the value of a header that traffic shows: those that mean something to people are shorter.
/// Unit: characters.
/// Reached: the rest is cut.
pub const TRAFFIC_HEADER: usize = 1024;

/// Characters of what a contract says in words about one component: what is longer is a chapter, and no description.
pub const DOCUMENTATION: usize = 4000;

/// Bytes of a pattern in a JSON Schema. Classes of Unicode are spelled out there, as not every reader knows their names, and take up to
/// ten thousand; what is larger is told in words.
pub const SCHEMA_PATTERN: usize = 32 * 1024;

/// Branches of a choice that are objects of their own in a JSON Schema: of more than these nobody makes types.
pub const SCHEMA_BRANCHES: usize = 16;

/// Elements that a wildcard allows and a JSON Schema names: a wildcard that allows all of a large contract says nothing.
pub const SCHEMA_GLOBALS: usize = 100;

/// Bytes of an example in an OpenAPI document: of a longer one nobody sees what matters, and what must be there is shown alone.
pub const SCHEMA_EXAMPLE: usize = 8 * 1024;

/// Elements of an example in an OpenAPI document that are not needed: more are more than it may have bytes, and take time to make.
pub const SCHEMA_EXAMPLE_ELEMENTS: usize = 200;

/// Bytes of the number or text that a request of the Model Context Protocol has and its answer repeats: clients count, or have UUIDs.
/// Unit: bytes.
/// Reached: 400 with the JSON-RPC error -32600.
pub const MCP_ID: usize = 256;

/// Tools in one answer to `tools/list`. Many clients ask for the first page alone, and models choose worse among more.
/// Unit: tools.
/// Reached: the rest is behind `nextCursor`.
pub const MCP_TOOLS: usize = 250;

/// Bytes of one answer to `tools/list`, but for its first tool: clients hold it in memory, and a client's own bound is often 4 MiB.
/// Unit: bytes.
/// Reached: the rest is behind `nextCursor`.
pub const MCP_LIST: usize = 2 * 1024 * 1024;

/// How long a client without a handshake may keep a list of tools: it is another one when the service is read again.
/// Unit: milliseconds.
/// Reached: it asks again.
pub const MCP_LIST_KEPT: u64 = 60_000;

/// Requests that `mcp` works on at one time: a model waits for its tools, and does not ask hundreds at once.
/// Unit: requests.
/// Reached: the next line is read when one is answered.
pub const MCP_WORKING: usize = 64;

/// Components of an OpenAPI document or a JSON Schema; a contract has as many types as its own limits allow, and no reader takes
/// more than these.
pub const SCHEMA_COMPONENTS: usize = 200_000;

/// Bytes of a message that the page for people shows beside the SOAP that it becomes: what is looked at line by line is smaller.
/// Unit: bytes.
/// Reached: 413 with `BRG00402`; the operation itself takes what `limits.http.request_body` says.
pub const PAGE_MESSAGE: usize = 64 * 1024;

/// Bytes of lines and JSON Pointers of such a message: those of a deep and wide one are far longer than the message itself.
/// Unit: bytes.
/// Reached: 413 with `BRG00402`.
pub const PAGE_SAID: usize = 2 * 1024 * 1024;

/// Files of samples; then the oldest is written anew. With four messages each they take at most some 64 MiB.
pub const TRAFFIC_FILES: usize = 256;

/// Exchanges that wait to be masked; more are left out, for nobody waits for them.
/// Unit: exchanges.
/// Reached: more are left out, and counted in `saponify_traffic_samples_dropped_total`.
pub const TRAFFIC_WAITING: usize = 1024;

/// Exchanges that were masked and wait for their thread to free their memory, which it does with its next exchange.
/// Unit: exchanges of one thread.
/// Reached: another thread frees it.
pub const TRAFFIC_HOME: usize = 64;

/// Bytes of the messages of an exchange whose memory waits for its thread: usual ones have fewer.
/// Unit: bytes.
/// Reached: another thread frees it.
pub const TRAFFIC_HOME_BYTES: usize = 32 * 1024;

/// Bytes of the messages that wait to be masked.
/// Unit: bytes.
/// Reached: more are left out, and counted in `saponify_traffic_samples_dropped_total`.
pub const TRAFFIC_WAITING_BYTES: usize = 8 * 1024 * 1024;

/// Exchanges whose spans wait to be sent, some 3 KiB each, as many as the specification of OpenTelemetry recommends for its own queue.
/// Unit: exchanges.
/// Reached: more are left out, and counted in `saponify_spans_dropped_total`.
pub const OTLP_WAITING: usize = 2048;

/// Exchanges whose spans are sent in one message.
/// Unit: exchanges.
/// Reached: more are in the next one.
pub const OTLP_BATCH: usize = 512;

/// How long spans wait for others that are sent with them.
/// Unit: milliseconds.
/// Reached: they are sent.
pub const OTLP_DELAY: u64 = 1000;

/// Times that a message to a collector is sent, each after a pause that is twice as long as the one before, or as long as the collector says.
/// Unit: times.
/// Reached: what is in it is lost, and counted.
pub const OTLP_ATTEMPTS: u32 = 5;

/// The longest pause before a message to a collector is sent again: the queue is not to be full before that.
/// Unit: milliseconds.
/// Reached: it is as long as this.
pub const OTLP_PAUSE: u64 = 30_000;

/// How long a stopping bridge is not ready and still serves, where `limits.http.drain_notice` says nothing and there is an operator's
/// listener: load balancers that ask each second for readiness need a few.
/// Unit: milliseconds.
/// Reached: connections are refused from then on.
pub const DRAIN_NOTICE: u64 = 5_000;

/// How long a collector may take to answer, as the specification of OpenTelemetry recommends; `OTEL_EXPORTER_OTLP_TIMEOUT` is in its place.
/// Unit: milliseconds.
/// Reached: as an answer that says to try again.
pub const OTLP_TIMEOUT: u64 = 10_000;

/// How often metrics are sent to a collector, as the specification of OpenTelemetry recommends; `OTEL_METRIC_EXPORT_INTERVAL` is in its
/// place.
/// Unit: milliseconds.
/// Reached: they are sent.
pub const OTLP_INTERVAL: u64 = 60_000;

/// How long a process that stops waits for what is still to be sent to a collector.
/// Unit: milliseconds.
/// Reached: it ends, and the log says that something was not sent.
pub const OTLP_FLUSH: u64 = 5000;

/// Bytes of a collector's answer; it has a sentence in it at most.
/// Unit: bytes.
/// Reached: it counts as no answer.
pub const OTLP_ANSWER: usize = 64 * 1024;

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
    /// Bounds on attachments that are kept in files.
    pub attachments: AttachmentLimits,
    /// Bounds on the WS-Security header.
    pub wss: WssLimits,
}

/// Bounds on attachments, where `spool` names a folder for long ones: they are in files there while their message is translated, and are no part
/// of the bodies that [`HttpLimits`] bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct AttachmentLimits {
    /// Octets of one attachment.
    /// Unit: bytes.
    /// Reached: 413 with `BRG00402`; in a reply 502 with `BRG00302`.
    pub part: u64,
    /// Octets of all attachments of one message.
    /// Unit: bytes.
    /// Reached: 413 with `BRG00402`; in a reply 502 with `BRG00302`.
    pub sum: u64,
    /// Octets of the attachments of all messages at one time, so that nobody fills the disk.
    /// Unit: bytes.
    /// Reached: 503 with `BRG00405` and `Retry-After`; in a reply 500 with `BRG00500`, for the backend was called.
    pub spooled: u64,
}

impl Default for AttachmentLimits {
    fn default() -> Self {
        Self { part: 128 * 1024 * 1024, sum: 256 * 1024 * 1024, spooled: 4 * 1024 * 1024 * 1024 }
    }
}

/// Bounds on one XML document. Between what WCF (depth 32) and the strict JDK parser (depth 100) allow.
///
/// Reached: Fault Client with `BRG00151`; in a reply 502 with `BRG00302`; in a contract it is not loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct XmlLimits {
    /// Open elements at one time.
    /// Unit: elements.
    pub depth: usize,
    /// Attributes of one element, without namespace declarations. Other parsers take 40 s for 100 000.
    /// Unit: attributes.
    pub attributes: usize,
    /// Bytes of one attribute value.
    /// Unit: bytes.
    pub attribute_value: usize,
    /// Elements of one document.
    /// Unit: elements.
    pub elements: usize,
    /// Children of one element (CXF has the same default).
    /// Unit: elements.
    pub children: usize,
    /// Bytes of character data between two tags.
    /// Unit: bytes.
    pub text: usize,
    /// Bytes of an element or attribute name.
    /// Unit: bytes.
    pub name: usize,
    /// Bytes of a namespace name.
    /// Unit: bytes.
    pub namespace: usize,
    /// Namespace declarations in scope at one time: Java stacks declare every namespace that they know, some 200 in real replies.
    /// Unit: declarations.
    pub bindings: usize,
    /// Different namespace names of one document, beside those of its contract.
    /// Unit: names.
    pub namespaces: usize,
    /// Bytes that the references of the SOAP encoding may bring into one message, and that elements which are kept as XML
    /// may get from the declarations around them; without a bound a few lines bring gigabytes. Never more than eight times
    /// the message, and 64 KiB.
    /// Unit: bytes.
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
            bindings: 512,
            namespaces: 1024,
            references: 8 * 1024 * 1024,
        }
    }
}

/// Bounds on one JSON document.
///
/// Reached: 400 with `BRG00150`; in a reply 502 with `BRG00302`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct JsonLimits {
    /// Open objects and arrays at one time (`serde_json` allows 128).
    /// Unit: containers.
    pub depth: usize,
    /// Values and keys of one document.
    /// Unit: values and keys.
    pub tokens: usize,
    /// Bytes of an object key.
    /// Unit: bytes.
    pub key: usize,
    /// Bytes of a number, and digits that its plain decimal form may have (`1e999999999` is 11 bytes).
    /// Unit: bytes; digits.
    pub number: usize,
}

impl Default for JsonLimits {
    fn default() -> Self {
        Self { depth: 64, tokens: 1_000_000, key: 256, number: 128 }
    }
}

/// Bounds on the documents of a contract.
///
/// Reached: the contract is not loaded: `serve` does not start, `lint` says where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContractLimits {
    /// Bytes of one WSDL or XSD document.
    /// Unit: bytes.
    pub file: usize,
    /// Bytes of all documents of a contract together.
    /// Unit: bytes.
    pub total: usize,
    /// Documents that a contract may bring together (xmlschema allows 1 000).
    /// Unit: documents.
    pub imports: usize,
    /// Length of a chain of imports or includes.
    /// Unit: documents.
    pub depth: usize,
    /// Bytes of one compiled `xs:pattern`. `[\w.-]{3,30}` takes more than one MiB: `\w` is half of Unicode.
    /// Unit: bytes.
    pub pattern: usize,
    /// Particles and attributes of all content models with groups and bases in their place; a few lines of groups that
    /// refer to groups twice would otherwise make gigabytes.
    /// Unit: particles and attributes.
    pub particles: usize,
    /// Bounds on the XML of each document. Contracts are larger than messages, but operators choose them.
    pub xml: XmlLimits,
}

impl Default for ContractLimits {
    fn default() -> Self {
        let xml = XmlLimits { elements: 1_000_000, ..XmlLimits::default() };
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
    /// Unit: bytes.
    /// Reached: 431, or the connection ends.
    pub head: usize,
    /// Header fields of a request.
    /// Unit: fields.
    /// Reached: 431, or the connection ends.
    pub headers: usize,
    /// Bytes of a request target.
    /// Unit: bytes.
    /// Reached: 414 with `BRG00402`.
    pub uri: usize,
    /// Bytes of a JSON Web Token; what issuers make has one or two KiB.
    /// Unit: bytes.
    /// Reached: 401 with `BRG00201`, `jwt_too_long` in the metrics.
    pub jwt: usize,
    /// Bytes of a request body; refused at `Content-Length`, else at the first byte too many, also of a coded one when it is decoded.
    /// Unit: bytes.
    /// Reached: 413 with `BRG00402`.
    pub request_body: usize,
    /// Bytes of the smallest answer that is compressed: less fits into one packet either way.
    /// Unit: bytes.
    /// Reached: a smaller one is not compressed.
    pub compress_from: usize,
    /// Bytes of a backend's reply.
    /// Unit: bytes.
    /// Reached: 502 with `BRG00302`.
    pub reply_body: usize,
    /// Time for a client to send a request head.
    /// Unit: milliseconds.
    /// Reached: the connection ends.
    pub head_deadline: u64,
    /// Time for a client to send a request body.
    /// Unit: milliseconds.
    /// Reached: 408 with `BRG00403`.
    pub body_deadline: u64,
    /// Bytes that a client must send of a body, or take of an answer, in a second; of a body from its fifth second on, of an answer
    /// within each `write_time`. Whoever does less holds memory for nothing (Apache's `RequestReadTimeout` has 500).
    /// Unit: bytes a second.
    /// Reached: 408 with `BRG00403`; of an answer, the connection ends.
    pub min_rate: u64,
    /// Time in which a client must have taken `min_rate` for each of its seconds of an answer that waits for it.
    /// Unit: milliseconds.
    /// Reached: the connection ends.
    pub write_time: u64,
    /// Time that a connection is kept without a request; HTTP/2 is looked at four times in it.
    /// Unit: milliseconds.
    /// Reached: the connection ends.
    pub idle: u64,
    /// Time that a connection is used; then its client opens another one, perhaps to a process that was started since.
    /// Unit: milliseconds.
    /// Reached: the connection ends when what was asked is answered.
    pub age: u64,
    /// Client connections at one time, and never more than 40 % of the file descriptors that the process may have: a request needs one
    /// to the backend too.
    /// Unit: connections.
    /// Reached: the connection is closed at once.
    pub connections: usize,
    /// Exchanges at one time, without those whose body is waited for; what is above is shed at once, for queueing hides overload. Without it 64 for each
    /// core, and at most 1 024; and of these no more than the threads do in time, which they find out.
    /// Unit: exchanges.
    /// Reached: 503 with `BRG00405` and `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrent: Option<usize>,
    /// Requests at one time whose body is waited for. They have no place among those that are worked on.
    /// Unit: requests.
    /// Reached: 503 with `BRG00405` and `Retry-After`.
    pub waiting: usize,
    /// Bytes of all bodies in memory: requests that come, what a backend gets and gives, answers until they are taken; small ones are not
    /// counted. Without it a quarter of the memory that the process may have by its control group, by what is left of `RLIMIT_AS`, or at all.
    /// Unit: bytes.
    /// Reached: 503 with `BRG00405` and `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_memory: Option<usize>,
    /// Time to open a connection to a backend.
    /// Unit: milliseconds.
    /// Reached: 502 with `BRG00300`.
    pub connect: u64,
    /// Time from the last byte of a request until the backend's first byte.
    /// Unit: milliseconds.
    /// Reached: 504 with `BRG00301`.
    pub first_byte: u64,
    /// Time for the whole exchange with a backend.
    /// Unit: milliseconds.
    /// Reached: 504 with `BRG00301`.
    pub total: u64,
    /// Connections to one backend at one time, those that rest included; of requests in HTTP/2, which share a connection, as many. A
    /// backend that is slow is not to take every exchange that there may be.
    /// Unit: connections.
    /// Reached: the request waits for one.
    pub backend_connections: usize,
    /// Requests that wait for a connection to one backend.
    /// Unit: requests.
    /// Reached: 503 with `BRG00405` and `Retry-After`.
    pub backend_queue: usize,
    /// How long a request waits for a connection to a backend: whoever waits for longer waits for a backend that is overloaded.
    /// Unit: milliseconds.
    /// Reached: 503 with `BRG00405` and `Retry-After`.
    pub backend_wait: u64,
    /// Idle connections kept for one backend, by each thread.
    /// Unit: connections.
    /// Reached: nothing: the connection is closed, a later request opens another.
    pub pool_idle: usize,
    /// Time that an idle connection to a backend is kept, unless the backend is known to close it earlier.
    /// Unit: milliseconds.
    /// Reached: nothing: the connection is closed, a later request opens another.
    pub pool_idle_time: u64,
    /// Age at which a connection to a backend is used no more: its name may lead elsewhere by now.
    /// Unit: milliseconds.
    /// Reached: nothing: the connection is closed, a later request opens another.
    pub pool_age: u64,
    /// Time that a stopping bridge is not ready and still serves, while every answer sends its client elsewhere: load balancers that ask
    /// each second for readiness need a few. Without it 5 s where there is an operator's listener to ask (`--admin`), and none where there is none.
    /// Unit: milliseconds.
    /// Reached: connections are refused from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drain_notice: Option<u64>,
    /// Time that a stopping bridge gives the exchanges in flight after that, as long as a backend may take. Whoever kills processes has to
    /// wait longer than both.
    /// Unit: milliseconds.
    /// Reached: 503 with `BRG00405`, 504 with `BRG00301` where the backend was asked; a connection that is in the middle of either ends.
    pub drain: u64,
    /// Idempotency keys that a process remembers at one time, where no store is shared. Of more the caller who has most gives up its
    /// oldest one whose request has ended, so that no caller takes the room of others; a request with that key is a new one.
    /// Unit: keys.
    /// Reached: 503 with `BRG00405` and `Retry-After` where all of them are in flight.
    pub idempotency_entries: usize,
    /// Bytes that they may take: 1024 each, and their answers; so many keys as above only fit where this is more. A longer answer is kept nowhere, and is unknown to whoever asks again.
    /// Unit: bytes.
    /// Reached: as `idempotency_entries`.
    pub idempotency_bytes: usize,
    /// How long an idempotency key is remembered.
    /// Unit: milliseconds.
    /// Reached: a request with the key is a new one.
    pub idempotency_time: u64,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            idempotency_entries: 1_000_000,
            idempotency_bytes: 128 * 1024 * 1024,
            idempotency_time: 24 * 60 * 60 * 1000,
            head: 32 * 1024,
            headers: 100,
            uri: 8 * 1024,
            jwt: 8 * 1024,
            request_body: 10 * 1024 * 1024,
            compress_from: 1400,
            reply_body: 10 * 1024 * 1024,
            head_deadline: 10_000,
            body_deadline: 30_000,
            min_rate: 1024,
            write_time: 20_000,
            idle: 60_000,
            age: 60 * 60 * 1000,
            connections: 8192,
            concurrent: None,
            waiting: 8192,
            body_memory: None,
            connect: 1_000,
            first_byte: 15_000,
            total: 30_000,
            backend_connections: 256,
            backend_queue: 256,
            backend_wait: 1_000,
            pool_idle: 64,
            pool_idle_time: 60_000,
            pool_age: 600_000,
            drain_notice: None,
            drain: 30_000,
        }
    }
}

/// Bounds on the WS-Security header. Durations are seconds.
///
/// Reached: Fault `wsse:FailedAuthentication`, the same as for a wrong password; the log says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct WssLimits {
    /// Age at which a `Created` is stale (WSS4J: 300).
    /// Unit: seconds.
    pub max_age: i64,
    /// How far in the future a `Created` may be.
    /// Unit: seconds.
    pub future_skew: i64,
    /// How far apart `Created` and `Expires` of a Timestamp may be.
    /// Unit: seconds.
    pub timestamp_life: i64,
    /// How long after its `Expires` a Timestamp is accepted.
    /// Unit: seconds.
    pub expires_skew: i64,
    /// Failures of one user from one place within `failure_time`; then all of its tokens are refused for a while.
    /// Unit: failures.
    pub failures: u32,
    /// The time in which `failures` wear off.
    /// Unit: seconds.
    pub failure_time: i64,
    /// Users and places whose failures are counted at one time.
    /// Unit: users and places.
    /// Reached: nothing: whoever waits least is forgotten.
    pub failure_places: usize,
    /// Wrong passwords from one place within `failure_time`, whoever's they are, where each costs a hash; then none is computed for
    /// that place for a while. Passwords that were right a moment ago, and digests, cost none. An office behind one address has
    /// as many people as it has, so it is more than `failures`.
    /// Unit: failures.
    pub place_failures: u32,
    /// How long a password that was verified against its hash is known to be right: an Argon2id hash takes 20 ms.
    /// Unit: seconds.
    /// Reached: nothing: the hash is computed again.
    pub hash_memory: i64,
    /// Hashes that are computed at one time; each takes 19 MiB, which are kept for the next one.
    /// Unit: hashes.
    /// Reached: nothing: the request waits for its turn.
    pub hashes: usize,
    /// Passwords that wait until their hash is computed: a second's work.
    /// Unit: passwords.
    /// Reached: 503 with `BRG00405` and `Retry-After`.
    pub hash_queue: usize,
    /// How long a password waits for that: whoever hashes with more memory than usual has fewer turns in it.
    /// Unit: seconds.
    /// Reached: 503 with `BRG00405` and `Retry-After`.
    pub hash_wait: u64,
    /// Characters of a user name.
    /// Unit: characters.
    pub username: usize,
    /// Characters of a password.
    /// Unit: characters.
    pub password: usize,
    /// Fewest bytes of a nonce.
    /// Unit: bytes.
    pub nonce_min: usize,
    /// Most bytes of a nonce.
    /// Unit: bytes.
    pub nonce_max: usize,
    /// Nonces and digests remembered at one time, in some ten bytes each, while there are so many; a token with a digest has one of
    /// each. One user alone may send 25 000 such tokens a second for ever, each remembered for 360 s. A full memory refuses, for
    /// forgetting one would let it be replayed.
    /// Unit: nonces and digests.
    /// Reached: 503 with `BRG00405` and `Retry-After`.
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
            place_failures: 100,
            failure_time: 60,
            failure_places: 10_000,
            hash_memory: 60,
            hashes: 2,
            hash_queue: 32,
            hash_wait: 5,
            username: 256,
            password: 1024,
            nonce_min: 8,
            nonce_max: 128,
            replay_entries: 21_000_000,
        }
    }
}

/// Addresses of one name that a connection is tried with.
/// Unit: addresses.
/// Reached: more are passed over.
pub const ADDRESSES: usize = 16;

/// Requests that could be sent again for each that is: a fifth more is what a backend in trouble can bear.
/// Unit: requests.
/// Reached: 502 with `BRG00300`.
pub const RETRY_REQUESTS: usize = 5;

/// Requests that are sent again in a second, whatever the number of all: with few of them a fifth is none.
/// Unit: requests.
/// Reached: 502 with `BRG00300`.
pub const RETRIES_A_SECOND: usize = 3;

/// Requests that may be sent again at one time, however many others were not.
/// Unit: requests.
/// Reached: 502 with `BRG00300`.
pub const RETRIES_SAVED: usize = 100;
/// Exchanges at one time for each core, where `limits.http.concurrent` says nothing.
/// Unit: exchanges.
/// Reached: as `limits.http.concurrent`.
pub const CONCURRENT_PER_CORE: usize = 64;

/// The same for all cores: more wait for backends that are slow, and each has its memory.
/// Unit: exchanges.
/// Reached: as `limits.http.concurrent`.
pub const CONCURRENT_MOST: usize = 1024;

/// Bytes of a body that is not counted for `limits.http.body_memory`: its connection has about as many anyway.
/// Unit: bytes.
/// Reached: it is counted.
pub const BODY_UNCOUNTED: usize = 16 * 1024;

/// Bytes of all bodies in memory where `limits.http.body_memory` says nothing, and nobody says how much memory there is.
/// Unit: bytes.
/// Reached: as `limits.http.body_memory`.
pub const BODY_MEMORY: usize = 256 * 1024 * 1024;

/// How many times as many exchanges as there are places free one operation may have, where its `concurrent` says nothing: alone eight
/// ninths of all, and less and less the more others have. A slow operation does not keep the others out.
/// Unit: times.
/// Reached: 503 with `BRG00405` and `Retry-After`.
pub const OPERATION_SHARE: usize = 8;

/// How late a thread may be at what is due before it takes fewer exchanges: a refusal is to come within ten milliseconds.
/// Unit: milliseconds.
/// Reached: 503 with `BRG00405` and `Retry-After` for what is more.
pub const PACE_LATE: u64 = 10;

/// Exchanges that a thread takes however late it is: most of them wait for a backend.
/// Unit: exchanges.
/// Reached: 503 with `BRG00405` and `Retry-After` for what is more.
pub const PACE_LEAST: usize = 8;

/// How often a thread looks how late it is before it takes fewer exchanges or more: each time for ten milliseconds.
/// Unit: times.
/// Reached: the least lateness counts.
pub const PACE_LOOKS: u32 = 5;

/// How many of a hundred file descriptors clients may have: the others are for backends, files, and the operator.
/// Unit: descriptors of a hundred.
/// Reached: as `limits.http.connections`.
pub const CONNECTION_SHARE: u64 = 40;

/// Time from which on `limits.http.min_rate` is asked of a body: a connection that begins slowly may become faster.
/// Unit: milliseconds.
/// Reached: as `limits.http.min_rate`.
pub const BODY_GRACE: u64 = 5000;

/// Bytes that must come in a second of a body whose exchange keeps its place among those that are worked on; a slower one is waited for,
/// and takes its place again when it is there.
/// Unit: bytes a second.
/// Reached: the request takes a place of `limits.http.waiting`.
pub const BODY_QUICK: u64 = 1024 * 1024;

/// Time for which that is not asked, since packets do not come all at once.
/// Unit: milliseconds.
/// Reached: as `BODY_QUICK`.
pub const BODY_PROMPT: u64 = 20;

/// Bytes of a request that are thrown away after it was answered, so that its client gets to read the answer.
/// Unit: bytes.
/// Reached: the connection ends.
pub const LINGER_BYTES: usize = 32 * 1024 * 1024;

/// Bytes of an answer that the kernel keeps for a client beside those that are on their way.
/// Unit: bytes.
/// Reached: the rest waits in the process, and its client is bounded by `limits.http.write_time`.
pub const UNSENT: u32 = 128 * 1024;

/// Time in which they are thrown away.
/// Unit: milliseconds.
/// Reached: the connection ends.
pub const LINGER_TIME: u64 = 5000;

/// Characters of a `tracestate` that a backend gets: what W3C Trace Context, section 3.3.1.5, asks to pass on.
/// Unit: characters.
/// Reached: long entries are left out, then those at the end.
pub const TRACE_STATE: usize = 512;

/// Entries of a `tracestate`: W3C Trace Context, section 3.3.1.1.
/// Unit: entries.
/// Reached: the backend gets no `tracestate`.
pub const TRACE_ENTRIES: usize = 32;

/// Parts of a `multipart/related` message, the root included, and fields of a form: other stacks read 50. What is sent has no more.
/// Unit: parts.
/// Reached: 400 with `BRG00151`, of a form with `BRG00150`; in a reply 502 with `BRG00302`; of values that are sent, the others stay in the message.
pub const MIME_PARTS: usize = 32;

/// Headers of one part of it.
/// Unit: headers.
/// Reached: 400 with `BRG00151`, of a form with `BRG00150`; in a reply 502 with `BRG00302`.
pub const MIME_HEADERS: usize = 50;

/// Bytes of one of them, with its continued lines.
/// Unit: bytes.
/// Reached: 400 with `BRG00151`, of a form with `BRG00150`; in a reply 502 with `BRG00302`.
pub const MIME_HEADER: usize = 1024;

/// Blanks behind the boundary on its line, which RFC 2046 allows and nobody writes.
/// Unit: characters.
/// Reached: the line is no boundary.
pub const MIME_PADDING: usize = 1024;

/// Octets of the largest part of a message that stays in memory while that is read, where there is a folder for larger ones: so many for each part
/// that there may be are less than an ordinary message may have.
/// Unit: bytes.
/// Reached: the part goes into the folder that `spool` names.
pub const SPOOL_OVER: usize = 256 * 1024;

/// Octets of attachments that are written to a file at once, on another thread: while they are, as many more come.
/// Unit: bytes.
/// Reached: they are written.
pub const SPOOL_STEP: usize = 512 * 1024;

/// How many times its own size a `multipart/related` message may have with its attachments as base64 in their places, beside 64 KiB: one that
/// is referred to many times is there many times.
/// Unit: times.
/// Reached: 400 with `BRG00151`; of elements that refer to parts (`ref:swaRef`), as a breach of the contract; in a reply 502 with `BRG00302`.
pub const MIME_FACTOR: usize = 2;

/// Octets of the largest attachment that is put into its message as base64 while that is translated: of a larger one the message has a stand-in,
/// and what it stands for is not copied. That costs some instructions, as many as copying one of this size.
/// Unit: bytes.
/// Reached: a stand-in.
pub const APART_OVER: usize = 4096;

/// Octets of an attachment that are made ready at once while a message is sent: it is in memory once, and this once more.
/// Unit: bytes.
/// Reached: the next ones are made ready when these are sent.
pub const APART_STEP: usize = 96 * 1024;

/// Octets of the largest value that stays in a message which is sent by MTOM, where the service file does not say: in base64 such a value is 1.4 KB
/// longer, and a part of its own costs 0.2 KB and some time in both stacks.
/// Unit: bytes.
/// Reached: a longer value goes beside the message.
pub const MTOM_OVER: usize = 4096;

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

/// Types that may be tried for one text of a union, with those of the unions in it in their place: each value is tried with each.
/// Unit: types.
/// Reached: the type has any value, and `lint` says so with `XSD0110`.
pub const UNION_MEMBERS: usize = 1000;

/// Values of an enumeration that are compared with each of its base's, beside those that are written alike.
/// Unit: values.
/// Reached: more are not compared.
pub const ENUMERATION_COMPARED: usize = 256;

/// Bytes that all patterns of a contract may take together; each may take ten MiB, and a document of one MiB hold thousands.
/// Unit: bytes.
/// Reached: the facet is left out, and `lint` says so with `XSD0200`.
pub const PATTERNS_TOTAL: usize = 256 * 1024 * 1024;

/// What a pattern is first tried to be compiled in, so that a small one does not count as a large one.
/// Unit: bytes.
/// Reached: the next one is tried.
pub const PATTERN_STEPS: [usize; 3] = [8 * 1024, 64 * 1024, 1024 * 1024];

/// Policies and assertions of a WSDL in each other, references followed; they are walked by recursion.
/// Unit: elements.
/// Reached: what is deeper is not told.
pub const POLICY_NESTING: usize = 32;

/// Assertions and alternatives of one policy, each said once: a policy with more is a test of readers.
/// Unit: assertions.
/// Reached: what follows is not told.
pub const POLICY_PARTS: usize = 256;

/// Policies and assertions of a WSDL that are looked at: policies that refer to others twice grow with the power of their depth.
/// Unit: elements.
/// Reached: what follows is not told.
pub const POLICY_ELEMENTS: usize = 200_000;

/// Bytes of a header of the PROXY protocol: the addresses, and what proxies add of their own, such as the name of a certificate.
/// Unit: bytes.
/// Reached: the connection ends, `proxy_protocol` in the metrics.
pub const PROXY_HEADER_BYTES: usize = 2048;

/// Ports of a contract that are served beside the one whose backend is called: each may have actions of its own for every operation.
/// Unit: ports.
/// Reached: the others are not served, and told with that reason.
pub const PORTS_BESIDE: usize = 64;

/// Operations and ports that one line at start names.
/// Unit: names.
/// Reached: more are counted.
pub const UNCHECKED_NAMED: usize = 8;

/// Operations of a service or a mock for which a `curl` is told at the start: more are a list that nobody reads.
/// Unit: operations.
/// Reached: none is told; `sample --as curl` writes them all.
pub const CURLS_TOLD: usize = 8;

/// Bytes of a `curl` that is told at the start: what is longer fills a screen.
/// Unit: bytes.
/// Reached: it is not told.
pub const CURL_BYTES: usize = 4096;

/// Characters of the name of a character encoding that a message repeats.
/// Unit: characters.
/// Reached: the name is cut.
pub const ENCODING_NAME: usize = 40;

/// Bytes in which the XML declaration of a document is looked for.
/// Unit: bytes.
/// Reached: the document declares nothing.
pub const DECLARATION: usize = 256;

/// Values of an enumeration that a message lists.
pub const ENUMERATION_SHOWN: usize = 8;

/// Places of one trap for the tools of others that `lint` tells; it counts the others.
pub const INTEROP_PLACES: usize = 5;

/// Elements of a content model that is checked for ambiguity: the check compares them in pairs.
pub const AMBIGUITY_PARTICLES: usize = 1000;

/// States of two content models that `diff` compares with each other: counts and groups in any order have many.
/// Unit: states.
/// Reached: `diff` says that the content models were not compared (DIFF0215).
pub const DIFF_STATES: usize = 4000;

/// Steps of the comparison of two content models in `diff`.
/// Unit: steps.
/// Reached: as `DIFF_STATES`.
pub const DIFF_STEPS: usize = 400_000;

/// Cases of members that may be together in a JSON object, as far as `diff` compares them: each optional group doubles them.
/// Unit: cases.
/// Reached: `diff` goes by each member alone.
pub const DIFF_CASES: usize = 256;

/// Pairs of types and elements that `diff` compares: each type is compared with those that stand in its places.
/// Unit: pairs.
/// Reached: `diff` says that the rest was not compared (DIFF0215).
pub const DIFF_PAIRS: usize = 1_000_000;

/// Operations that `diff` names for one change.
/// Unit: names.
/// Reached: more are counted.
pub const DIFF_NAMED: usize = 8;

/// Mistakes in the keys and types of one service file that are looked for: after each the file is read again.
pub const FILE_PROBLEMS: usize = 64;

/// What `depth` of messages and documents may be set to at most: readers and writers of nested values take the stack of their thread.
pub const MOST_DEPTH: usize = 1000;

/// Characters of a name that are looked at for the one that was probably meant: the search compares each with each.
pub const NEAREST_CHARACTERS: usize = 64;

/// Characters of a document's line that a diagnostic shows: generated documents hold a megabyte in one.
pub const LINE_SHOWN: usize = 200;

/// Breaches of the contract that are told of one message; more would help nobody to mend it.
/// Unit: breaches.
/// Reached: the first ones are told.
pub const BREACHES: usize = 32;

/// What the references of the SOAP encoding may bring into the smallest message, whatever its size.
/// Unit: bytes.
/// Reached: as `limits.xml.references`.
pub const REFERENCES_FLOOR: usize = 64 * 1024;

/// How many times its own size references may bring into a message: what a message costs grows with what its sender pays.
/// Unit: times.
/// Reached: as `limits.xml.references`.
pub const REFERENCES_FACTOR: usize = 8;

/// Characters of a line of a document that a diagnostic shows: generated documents hold a megabyte in one.
/// Unit: characters.
/// Reached: the line is cut.
pub const DIAGNOSTIC_LINE: usize = 200;

/// Elements of `Accept-Encoding` that are looked at.
/// Unit: elements.
/// Reached: more are passed over.
pub const CODINGS: usize = 32;

/// Bytes of an answer that is compressed where the exchange is; a larger one is on another thread, so that others need not wait.
/// Unit: bytes.
/// Reached: another thread compresses it.
pub const CODING_INLINE: usize = 64 * 1024;

/// The window of a request in `zstd`, as a power of two: 8 MiB, which RFC 8878 recommends to support and no more.
/// Unit: bits.
/// Reached: 400 with `BRG00150`.
pub const ZSTD_WINDOW: u32 = 23;

/// Proxies between a client and the bridge that are looked at.
/// Unit: proxies.
/// Reached: the client is the last one that was looked at.
pub const FORWARDED_HOPS: usize = 32;

/// Bytes of a line of `Forwarded` or of an `X-Forwarded-` header of a trusted proxy.
/// Unit: bytes.
/// Reached: 400 with `BRG00103`.
pub const FORWARDED_BYTES: usize = 8 * 1024;

/// Errors that are read from the detail of another bridge's fault.
/// Unit: errors.
/// Reached: more are passed over.
pub const FAULT_ERRORS: usize = 100;

/// Bytes of an element of a fault's detail in JSON: in each of its values secrets are looked for.
/// Unit: bytes.
/// Reached: the element is left out, and the log names it.
pub const FAULT_DETAIL: usize = 256 * 1024;

/// Bytes of an address, an action or the number of a message in a header block of WS-Addressing: longer than any that is one, and short
/// enough to be repeated in an answer.
/// Unit: bytes.
/// Reached: Fault `wsa:InvalidAddressingHeader`.
pub const ADDRESSING_TEXT: usize = 4096;

/// Reference parameters of an endpoint reference, which are repeated in an answer, each with a mark.
/// Unit: parameters.
/// Reached: Fault `wsa:InvalidEPR`.
pub const REFERENCE_PARAMETERS: usize = 64;

/// Subcodes, reasons in several languages, and elements of the detail that are read from a fault, each.
/// Unit: parts.
/// Reached: more are passed over.
pub const FAULT_PARTS: usize = 16;

/// Errors that are read from the JSON with which a backend refuses a message.
/// Unit: errors.
/// Reached: more are passed over.
pub const SAID_ERRORS: usize = 32;

/// Characters of a sentence of a backend that a client is told; of a code or a pointer an eighth.
/// Unit: characters.
/// Reached: the text is cut.
pub const SAID_TEXT: usize = 512;

/// Masked values of one exchange that are looked for in what a backend says: each is compared with every place of it.
/// Unit: values.
/// Reached: the client is told nothing of what the backend said.
pub const SAID_SECRETS: usize = 1024;

/// How many times as much of `limits.wss.replay_entries` as is free one user may fill: alone eight ninths, and less and less the more
/// others need, whose tokens go on being taken. Nobody keeps others out alone.
/// Unit: times.
/// Reached: 503 with `BRG00405` and `Retry-After`.
pub const REPLAY_SHARE: usize = 8;

/// Characters of a shared store's error that the log tells.
/// Unit: characters.
/// Reached: the text is cut.
pub const STORE_DETAIL: usize = 128;

/// Bytes that an idempotency key takes in memory, beside its answer.
/// Unit: bytes.
/// Reached: nothing: it is counted into `limits.http.idempotency_bytes`.
pub const IDEMPOTENCY_KEY: usize = 1024;

/// Bytes of what became of requests with an idempotency key, while the shared store does not answer; it is told later.
/// Unit: bytes.
/// Reached: the store is not told, and the outcome is unknown to whoever asks again.
pub const IDEMPOTENCY_UNSETTLED: usize = 16 * 1024 * 1024;

/// KiB of memory that the hash of a password may ask for; RFC 9106 recommends 64 MiB where memory is scarce.
/// Unit: KiB.
/// Reached: the file of users is not loaded.
pub const HASH_KIB: u32 = 256 * 1024;

/// Passes over its memory that the hash of a password may ask for; three are recommended.
/// Unit: passes.
/// Reached: the file of users is not loaded.
pub const HASH_PASSES: u32 = 10;

/// Elements that are made beyond need in one sample; a contract may allow any number.
/// Unit: elements.
/// Reached: a sample has what is needed, and no more.
pub const SAMPLE_ELEMENTS: usize = 2000;

/// Elements of one sample, needed or not: a contract may ask for millions.
/// Unit: elements.
/// Reached: no sample, and a sentence that says so.
pub const SAMPLE_MOST: usize = 100_000;

/// Characters, octets or items that one value of a sample must at least have.
/// Unit: characters, octets or items.
/// Reached: no sample, and a sentence that says so.
pub const SAMPLE_LENGTH: usize = 1_000_000;

/// Nesting beyond which nothing optional is made in a sample: types may hold themselves.
/// Unit: elements.
/// Reached: a sample has what is needed, and no more.
pub const SAMPLE_DEPTH: usize = 16;

/// Bytes of a text that is made for an `xs:pattern`.
/// Unit: bytes.
/// Reached: another text is tried.
pub const SAMPLE_TEXT: usize = 10_000;

/// Values that are tried for one simple type of a sample: facets may leave few of them, or none.
/// Unit: values.
/// Reached: the sample has the first one, which `lint` and `convert` then refuse.
pub const SAMPLE_ATTEMPTS: u64 = 400;

/// Elements in each other in one sample, needed or not; it is made by recursion, and no message may be deeper by default.
/// Unit: elements.
/// Reached: no sample, and a sentence that says so.
pub const SAMPLE_NESTING: usize = 128;

/// Values that are tried for all simple types of one sample: those of unions in unions are tried in each other.
/// Unit: values.
/// Reached: as `SAMPLE_ATTEMPTS`.
pub const SAMPLE_TRIES: usize = 2_000_000;

/// Elements of a sample that are looked at for `xs:unique`, `xs:key` and `xs:keyref`, in each round: a constraint may have many paths.
/// Unit: elements.
/// Reached: a sentence that says so.
pub const IDENTITY_ELEMENTS: usize = 2_000_000;

/// Times that the values of a sample are changed to keep `xs:unique`, `xs:key` and `xs:keyref`: a change may break another one.
/// Unit: times.
/// Reached: the sample breaks one, and a sentence says so.
pub const IDENTITY_ROUNDS: usize = 8;
