//! The first service file of a contract: it starts as it is, and its comments say what else could be in it.

use crate::describe::{MessageView, OperationView, inspect};
use crate::json::write::write_string;
use crate::plan::{Rules, compile};
use crate::samples::Side;
use crate::service::{OtherPort, Ports, path_name, served_ports};
use crate::wsdl::{Contract, DemandKind, Demands, Port, Service};

/// Where a contract is, as seen from a service file.
#[derive(Clone, Debug)]
pub struct Location {
    /// Its main document.
    pub wsdl: String,
    /// The folder that holds all of its documents, where it is not the one of the main document.
    pub root: Option<String>,
}

/// The service file for the first port of `contract`, which is at `location`; nothing when it has no SOAP port over HTTP.
pub fn service_file(contract: &Contract, location: &Location, backend: Side) -> Option<String> {
    let ports: Vec<(&Service, &Port)> = contract
        .services
        .iter()
        .flat_map(|service| service.ports.iter().map(move |port| (service, port)))
        .filter(|(_, port)| !port.elsewhere)
        .collect();
    let (service, port) = ports.first().copied()?;
    let name = path_name(&service.name.local);
    let mut out = HEAD.replace("@name@", &name);
    put_contract(&mut out, location, contract, &ports);
    out.push_str(&FRONTS.replace("@name@", &name));
    out.push_str(&backend_text(port, backend));
    out.push_str(CHOICES);
    let views = views(contract, service, port);
    for name in operations(port) {
        put_operation(&mut out, name, backend);
        let view = views.iter().find(|view| view.name == name);
        out.extend(view.and_then(unwrap).map(|line| format!("    # {line}\n")));
    }
    Some(out)
}

/// What the messages of the operations hold. A contract that does not compile has no messages, and its service file is not served.
fn views(contract: &Contract, service: &Service, port: &Port) -> Vec<OperationView> {
    let ports = match compile(contract, &Rules::default()) {
        Ok(compiled) => inspect(&compiled.plan, None, 2).ports.into_iter(),
        Err(_) => return Vec::new(),
    };
    let own =
        |view: &crate::describe::PortView| *view.service == *service.name.local && *view.port == *port.name;
    ports.filter(own).flat_map(|view| view.operations).collect()
}

/// The rule that takes away the wrappers of an operation, where there are such.
fn unwrap(view: &OperationView) -> Option<String> {
    let only = |direction: &str, message: Option<&MessageView>| {
        let [field] = message?.fields.as_slice() else { return None };
        let plain = field.key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        // A wrapper that may be absent, or that holds no object, says something itself.
        let wraps = field.occurs == "1" && !field.fields.is_empty() && plain;
        wraps.then(|| format!("{direction}: {}", quoted(&field.key)))
    };
    let wrappers = [only("request", Some(&view.request)), only("response", view.response.as_ref())];
    let wrappers: Vec<String> = wrappers.into_iter().flatten().collect();
    let only = "the value of the only child is the body";
    (!wrappers.is_empty()).then(|| format!("unwrap: {{ {} }} # {only}", wrappers.join(", ")))
}

fn put_contract(out: &mut String, location: &Location, contract: &Contract, ports: &[(&Service, &Port)]) {
    out.push_str(&format!("\ncontract:\n  wsdl: {} # relative to this file\n", quoted(&location.wsdl)));
    match &location.root {
        Some(root) => out.push_str(&format!("  root: {} # the folder of all its documents\n", quoted(root))),
        None => out.push_str(
            "  # root: .. # the folder of all its documents, where that is not the one of the WSDL\n",
        ),
    }
    let Some(((service, port), others)) = ports.split_first() else { return };
    let (name, port_name) = (quoted(&service.name.local), quoted(&port.name));
    out.push_str(&format!("  service: {name}\n  port: {port_name}\n"));
    let Some(served) = served_ports(contract, Some(&service.name.local)) else { return };
    for name in &served.beside {
        out.push_str(&format!("  # The SOAP front serves clients of this port, too: {}\n", one_line(name)));
    }
    put_others(out, others, &served);
}

/// The ports that are not served, each with the reason.
fn put_others(out: &mut String, others: &[(&Service, &Port)], served: &Ports) {
    for OtherPort { name, reason, .. } in &served.others {
        out.push_str(&format!("  # Not served: {} ({})\n", one_line(name), one_line(reason)));
    }
    let is_left = |(service, port): &&(&Service, &Port)| {
        let name = format!("{}/{}", service.name.local, port.name);
        !served.beside.contains(&name)
    };
    let left: Vec<_> = others.iter().filter(is_left).collect();
    if left.is_empty() {
        return;
    }
    out.push_str("  # A service file of its own serves each of these:\n");
    for (service, port) in left {
        let (service, name) = (one_line(&service.name.local), one_line(&port.name));
        let operations = one_line(&operations(port).join(", "));
        out.push_str(&format!("  #   service: {service}, port: {name}: {operations}\n"));
    }
}

fn backend_text(port: &Port, backend: Side) -> String {
    if backend == Side::Json {
        return JSON_BACKEND.to_owned();
    }
    let (url, note) = match port.address.as_deref() {
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => (url, String::new()),
        None | Some("") => (PLACEHOLDER, "    # The contract has no address.\n".to_owned()),
        Some(other) => {
            let note = format!("    # The contract has {}, which is not an HTTP URL.\n", one_line(other));
            (PLACEHOLDER, note)
        }
    };
    let demanded = Demanded::of(port);
    SOAP_BACKEND
        .replace("@note@", &(demanded.comment() + &note))
        .replace("@url@", &quoted(url))
        .replace("@token@", &demanded.token())
        .replace("@more@", &demanded.keys())
}

/// What a contract demands of its backend's requests beside messages.
struct Demanded<'d> {
    demands: Vec<&'d Demands>,
    kinds: Vec<&'d DemandKind>,
}

impl<'d> Demanded<'d> {
    fn of(port: &'d Port) -> Self {
        let own = port.operations.iter().map(|operation| &operation.demands);
        let demands: Vec<&Demands> =
            std::iter::once(&port.demands).chain(own).filter(|demands| !demands.is_empty()).collect();
        let chosen = demands.iter().flat_map(|demands| demands.chosen());
        Self { kinds: chosen.map(|demand| &demand.kind).collect(), demands }
    }

    fn has(&self, kind: &DemandKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// All of it in words, for who reads the file.
    fn comment(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        for demands in &self.demands {
            let line = format!("    # The contract demands {}.\n", one_line(&demands.to_string()));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines.concat()
    }

    /// The UsernameToken, as a comment where none is demanded.
    fn token(&self) -> String {
        if !self.has(&DemandKind::UsernameToken) {
            return TOKEN.to_owned();
        }
        let digest = self.has(&DemandKind::HashPassword);
        let mut out = match self.has(&DemandKind::NoPassword) {
            true => NAMED_TOKEN.to_owned(),
            false => format!("{DEMANDED_TOKEN}      password: {}\n", if digest { "digest" } else { "text" }),
        };
        let timestamp = match self.has(&DemandKind::TimestampLast) {
            true => "timestamp: { lifetime: 5m, position: last }",
            false => "timestamp: { lifetime: 5m }",
        };
        let keys = [
            (DemandKind::Nonce, "nonce: true"),
            (DemandKind::Created, "created: true"),
            (DemandKind::Timestamp, timestamp),
        ];
        for (_, key) in keys.iter().filter(|(kind, _)| self.has(kind)) {
            out.push_str(&format!("      {key}\n"));
        }
        out
    }

    fn keys(&self) -> String {
        let addressing = match self.kinds.iter().find_map(|kind| addressing(kind)) {
            Some(version) => format!("    addressing: {version} # the contract demands it\n"),
            None => ADDRESSING.to_owned(),
        };
        let keys = [
            (
                DemandKind::Basic,
                "auth: { basic: { fixed: { username: ops, password: \"${env:BACKEND_PASSWORD}\" } } }",
            ),
            (DemandKind::Certificate, "tls: { certificate: own.pem, key: own.key }"),
        ];
        let keys = keys.iter().filter(|(kind, _)| self.has(kind)).map(|(_, key)| format!("    {key}\n"));
        let mtom = if self.has(&DemandKind::Mtom) { DEMANDED_MTOM } else { MTOM };
        addressing + mtom + &keys.collect::<String>()
    }
}

/// How a backend is addressed that demands this.
fn addressing(kind: &DemandKind) -> Option<&'static str> {
    match kind {
        DemandKind::Addressing => Some("send"),
        DemandKind::AddressingSubmission => Some("2004"),
        _ => None,
    }
}

/// The operations that can be served, each once.
fn operations(port: &Port) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for operation in port.operations.iter().filter(|operation| !operation.callback) {
        if !names.contains(&&*operation.name) {
            names.push(&operation.name);
        }
    }
    names
}

fn put_operation(out: &mut String, name: &str, backend: Side) {
    let route = if backend == Side::Json { "" } else { "# " };
    let (name, http) = (key(name), quoted(&format!("POST /{name}")));
    out.push_str(&format!("  {name}:\n    {route}http: {http}\n    idempotent: false\n"));
}

/// A name that YAML could take for something else is quoted.
fn key(name: &str) -> String {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let other = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    if plain && !other.contains(&name.to_ascii_lowercase().as_str()) { name.to_owned() } else { quoted(name) }
}

/// A JSON string is a string of YAML as well.
fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    write_string(&mut out, text);
    String::from_utf8_lossy(&out).into_owned()
}

/// What a contract says must not end a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

const PLACEHOLDER: &str = "http://localhost:8080/";

const HEAD: &str = "\
# yaml-language-server: $schema=service-file.schema.json
# Editors complete and check this file with `saponify schema config > service-file.schema.json` beside it.
# docs/SERVICE_FILE.md has every key. `saponify check -c` with this file says whether it would start.
version: 1
service: \"@name@\" # default paths and the log use it
";

const FRONTS: &str = "
# `auth: none` lets in whoever can reach the listener. Other values:
#   pass_through    credentials must be there; the backend gets them and checks them (`credentials: caller` below)
#   users:          { users: [{ name: ops, password: \"${env:OPS_PASSWORD}\" }], accept: [digest, text] }
#   tokens:         [{ name: app, token: \"${env:APP_TOKEN}\" }]    bearer tokens
#   keys:           { keys: [{ name: app, token: \"${env:APP_KEY}\" }], header: X-Api-Key }
#   jwt:            { keys: { jwks: keys.json }, issuer: \"https://issuer.example\", audience: @name@, algorithms: [RS256],
#                     name: sub, operations: { claim: scope }, leeway: 30s }
#   certificate:    { callers: [{ name: app, dns: app.example }] }, with listen.tls.client_ca
# JSON credentials are in the body where an operation's `credentials` say, else HTTP Basic.
fronts:
  json:
    path: /@name@ # an operation is at /@name@/<operation>
    auth: none
    # always_200: true # every answer has HTTP status 200
    # cors: # whose pages may call; without it those of this host alone
    #   { origins: [\"https://app.example\"], methods: [POST], headers: [Content-Type], expose: [X-Request-Id],
    #     credentials: false, max_age: 10m }
    # compression: false # answers are never compressed
    # openapi: false # no OpenAPI document at /@name@/openapi.json
    # page: false # no page for browsers at /@name@
  soap:
    path: /soap/@name@
    auth: none
    # security: { profile: strict } # how Security headers are read and answered
    # xml_declaration: true # answers begin with one
    # addressing: require # or: off; WS-Addressing, by default of messages that have it, and of all where the contract demands it
    # versions: [1.1] # SOAP of this version alone; by default of both
    # paths: { Port: /soap/@name@/port } # paths of single ports beside the one above
    # unique_message_ids: true # a message whose MessageID was used before is refused
    # attachments: { mtom: always, over: 4096 } # or: off; answers by MTOM, by default to clients that send so or accept it
  # mcp: # operations as tools of the Model Context Protocol
  #   { path: /mcp/@name@, auth: none, operations: { getQuote: { read_only: true } } }
";

const SOAP_BACKEND: &str = "
backend:
  soap:
@note@    url: @url@ # or a reference: \"${env:BACKEND_URL}\"
@token@@more@    # ignore_policy: the gateway adds TLS # why it gets less than the contract demands
    # tls: { ca: ca.pem, certificate: own.pem, key: own.key } # for https://, each where it is needed
    # proxy: none # or: \"http://proxy.example:3128\"; what HTTPS_PROXY and NO_PROXY say by default
    # http_version: http1 # or: http2; what both sides can by default
    # allow_insecure: true # credentials may go to another machine over http://
    # timeout: { connect: 1s, first_byte: 15s, total: 30s }
    # keep_alive: 4s # how long connections rest for the next request; `false`: each request has one of its own
";

const ADDRESSING: &str = "    # addressing: send # or: 2004; header blocks of WS-Addressing, by default what the contract demands\n";

const MTOM: &str = "    # attachments: { mtom: send, over: 4096 } # values of base64 with more octets go beside the message\n";

const DEMANDED_MTOM: &str = "    attachments: { mtom: send, over: 4096 } # the contract demands MTOM\n";

const TOKEN: &str = "\
\u{20}   # username_token:
    #   credentials: { fixed: { username: ops, password: \"${env:BACKEND_PASSWORD}\" } } # or: caller
    #   password: text # or: digest
    #   nonce: true # Nonce and Created go with a text as well
";

const DEMANDED_TOKEN: &str = "\
\u{20}   username_token:
      credentials: { fixed: { username: ops, password: \"${env:BACKEND_PASSWORD}\" } } # or: caller
";

const NAMED_TOKEN: &str = "\
\u{20}   username_token:
      credentials: { fixed: { username: ops } } # or: by_caller
      password: none
";

const JSON_BACKEND: &str = "
backend:
  json:
    url: \"http://localhost:8081\" # the paths of the operations follow it
    # credentials: { fixed: { username: key, password: \"${env:BACKEND_SECRET}\" } } # or: caller; in the body
    # auth: { bearer: \"${env:BACKEND_TOKEN}\" } # or: basic, oauth2
    # tls: { ca: ca.pem, certificate: own.pem, key: own.key } # for https://, each where it is needed
    # proxy: none # or: \"http://proxy.example:3128\"; what HTTPS_PROXY and NO_PROXY say by default
    # http_version: http1 # or: http2; what both sides can by default
    # allow_insecure: true # credentials may go to another machine over http://
    # timeout: { connect: 1s, first_byte: 15s, total: 30s }
    # keep_alive: 4s # how long connections rest for the next request; `false`: each request has one of its own
";

const CHOICES: &str = "
# listen: # clients connect with TLS, and show certificates where client_ca is there
#   tls: { certificate: server.pem, key: server.key, client_ca: clients.pem, client: required }
#   public_url: https://api.example # where clients find the paths of the fronts, behind a proxy
#   trusted_proxies: [10.0.0.0/8] # whose Forwarded and X-Forwarded- headers count
# store: { redis: \"${env:REDIS_URL}\" } # what several bridges share: Idempotency-Keys; in memory by default
# spool: /var/spool/saponify # a folder for long attachments, within limits.attachments; in memory by default
# include: rules.yaml # what several service files share

# defaults:
#   names: camelCase # or snake_case: how keys are spelled
#   empty_as: reject # or absent: an empty string in a request
#   flatten: [item] # a type that is nothing but a list of these is an array
#   extra: extra # elements that keep members which a type does not know
#   open_enumerations: true # a reply's value that is not in its enumeration is passed on, with a warning
#   numbers: safe # strings where a double could lose a digit; by default native: exact digits
#   null_as: absent # or nil; by default reject: a null where the contract has none
#   unknown_fields: ignore # by default reject
#   strict_responses: true # replies follow the schema to the letter
#   any_order: true # SOAP requests may have their elements in any order
#   other_namespaces: true # and names of the contract in another namespace
#   other_types: true # and an xsi:type that is not derived from the declared type
#   undeclared_headers: reject # header blocks that the contract does not declare; by default they pass

# limits: # any of src/limits.rs, by its name
#   http: { request_body: 10485760 }

# mask: { /ssn: last4 } # what never shows in reports and recordings: last4, hide, drop
# faults: # what becomes of faults and failures, here or in an operation; the first row that fits decides
#   reason: all # or sender, the default: of undeclared faults, whose reasons clients are told
#   rows:
#     - { name: orderFault, code: Client, subcode: Closed, reason: \"is closed*\", when: \"fault.detail.state == 'CLOSED'\",
#         as: client, http: 409, status: 0, error: { code: CLOSED, message: \"${fault.reason}\" } }
#     - { from: { http: 404, code: BRG00310 }, fault: orderFault, detail: { orderId: \"${request.orderId}\" } }
# tables: { provinces: [AB, BC] } # constants for expressions
# types: # rules for the fields of a type, wherever it is used
#   Address: { rename: { Street: street } }

# Of each operation there can also be:
#   http: \"GET /orders/{orderId}?state={state}\" # also DELETE, HEAD, PATCH, POST, PUT; fields in the path and the query
#   rename: { custNo: customerNumber }
#   flatten: [lines] # a wrapper around one repeated child is an array
#   group: { address: [street, zip, city] } # a sub-object that only JSON has
#   const: { channel: API } # always this, and not in JSON
#   default: { currency: USD }
#   hide: [internal]
#   enum: { state: { N: new, S: shipped } } # other texts in JSON
#   as: { amount: string } # or number, instant
#   header: { X-Branch: branch } # HTTP headers that are request fields
#   check: [{ when: \"!has(bank) && !has(card)\", code: BRG00110, message: nothing to update }]
#   violations: [{ at: /gender, kind: enumeration, code: G1 }] # how breaches of the contract are reported
#   outcome: [{ http: 2xx, status: 1 }, { http: 4xx, fault: client, error: { code: \"HTTP${http}\" } }] # what JSON replies mean
#   native: { status: { else: \"${http}\" } } # the JSON reply, where it is not that of the contract
#   unwrap: { request: child, response: child, response_also: [name] } # an only child whose value is the whole body
#   credentials: { username: authentication.apiKey, password: authentication.secret } # where the body has them
#   empty_is_absent: [/a/b] # fields of which an empty value counts as absent
#   answer: { common: true, lists: [warnings, errors], failure_http: 400 } # requestId, status, warnings, errors
#   concurrent: 16 # its exchanges at one time; one without it leaves places to others
#   timeout: { first_byte: 30s } # where it may take longer than others
operations:
";
