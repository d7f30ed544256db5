//! `demo`: reference backends, two bridges, and an exchange each of the four ways.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::check;
use super::exit::Exit;
use super::report::report;
use super::serve::{fronts, until_stopped, write_json};
use super::surroundings::MadeUp;
use crate::bridge::Bridge;
use crate::server::{self, Running};
use crate::service::{self, FrontAuth, Service, User};
use crate::testing::Handle;
use crate::testing::bancbox::{self, Behaviour};
use crate::wss::Secret;

/// Start reference backends and bridges, and show exchanges all four ways.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify demo
  saponify demo --once
  saponify demo --ready-file /tmp/ready.json")]
pub(super) struct Demo {
    /// Do the exchanges, print them, and end: with 0 when each answer is right, else with the difference.
    #[arg(long)]
    once: bool,
    /// A file for the addresses of the fronts, as JSON, written when they are ready.
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

impl Demo {
    pub(super) fn run(self) -> Result<(), Exit> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| failed(&error.to_string()))?;
        let stage = runtime.block_on(Stage::set())?;
        let ways = stage.ways();
        let right = show(&stage, &ways)?;
        if self.once {
            return if right { Ok(()) } else { Err(Exit::Findings) };
        }
        println!("\nPaste one of these:\n");
        for way in &ways {
            println!("# {}\n{}\n", way.name, way.curl());
        }
        println!("Stop with Ctrl-C.");
        if let Some(path) = &self.ready_file {
            write_json(path, &stage.ready())?;
        }
        let Stage { to_soap, to_json, .. } = stage;
        let stop = to_json.running.stop();
        let ended = until_stopped(to_soap.running);
        stop.stop();
        to_json.running.join();
        ended
    }
}

fn failed(reason: &str) -> Exit {
    eprintln!("saponify: {reason}");
    Exit::Internal
}

/// Everything that runs.
struct Stage {
    soap: Handle<Behaviour>,
    to_soap: Side,
    to_json: Side,
}

/// A bridge and its server.
struct Side {
    bridge: Bridge,
    running: Running,
    backend: &'static str,
}

impl Stage {
    async fn set() -> Result<Self, Exit> {
        let anywhere = || SocketAddr::from(([127, 0, 0, 1], 0));
        let soap = bancbox::soap::start(anywhere(), &[(USER, PASSWORD), (API_KEY, SECRET)]).await;
        let soap = soap.map_err(|error| failed(&error.to_string()))?;
        let json = bancbox::json::start(anywhere(), API_KEY, SECRET)
            .await
            .map_err(|error| failed(&error.to_string()))?;
        let mut service = load("samples/bancbox/json-to-soap.yaml", SERVICE, &soap.url())?;
        if let Some(front) = &mut service.soap_front {
            let user = User { name: USER.into(), password: Secret::new(PASSWORD) };
            front.auth = FrontAuth::Users(vec![user]);
            front.accept_digest = true;
        }
        let to_soap = Side::start(service, "soap")?;
        let to_json =
            Side::start(load("samples/bancbox/soap-to-json.yaml", SOAP_TO_JSON, &json.url())?, "json")?;
        Ok(Self { soap, to_soap, to_json })
    }

    fn ways(&self) -> Vec<Way> {
        let request = REQUEST_JSON.replace("YOUR_API_KEY_HERE", API_KEY).replace("SECRET_PASSPHRASE", SECRET);
        let user_request =
            REQUEST_JSON.replace("YOUR_API_KEY_HERE", USER).replace("SECRET_PASSPHRASE", PASSWORD);
        let json = |name, side: &Side, body| Way {
            name,
            url: side.url("json"),
            soap: false,
            body,
            expected: "\"status\":1",
        };
        let soap = |name, side: &Side| Way {
            name,
            url: side.url("soap"),
            soap: true,
            body: REQUEST_XML.to_owned(),
            expected: "<status>1</status>",
        };
        vec![
            json("JSON to SOAP", &self.to_soap, request),
            soap("SOAP to JSON", &self.to_json),
            soap("SOAP to SOAP", &self.to_soap),
            json("JSON to JSON", &self.to_json, user_request),
        ]
    }

    fn ready(&self) -> serde_json::Value {
        let service = |side: &Side| {
            let fronts = fronts(&side.bridge, &side.running);
            let fronts: Vec<_> = fronts
                .iter()
                .map(|front| serde_json::json!({ "kind": front.kind, "url": front.url }))
                .collect();
            serde_json::json!({ "name": "bancbox", "backend": side.backend, "fronts": fronts })
        };
        serde_json::json!({ "pid": std::process::id(), "services": [service(&self.to_soap), service(&self.to_json)] })
    }
}

impl Side {
    fn start(service: Service, backend: &'static str) -> Result<Self, Exit> {
        let limits = service.limits.http;
        let bridge = check::ready(vec![service])?;
        let running = server::start(SocketAddr::from(([127, 0, 0, 1], 0)), &bridge, limits, 1);
        let running = running.map_err(|error| failed(&error.to_string()))?;
        Ok(Self { bridge, running, backend })
    }

    fn url(&self, kind: &str) -> String {
        let fronts = fronts(&self.bridge, &self.running);
        fronts.into_iter().find(|front| front.kind == kind).map(|front| front.url).unwrap_or_default()
    }
}

/// One of the four ways.
struct Way {
    name: &'static str,
    url: String,
    soap: bool,
    body: String,
    expected: &'static str,
}

impl Way {
    fn content_type(&self) -> &'static str {
        if self.soap { "text/xml; charset=utf-8" } else { "application/json" }
    }

    /// A command that can be pasted: the body is on standard input, so that no quote gets in its way.
    fn curl(&self) -> String {
        let action = if self.soap { " -H 'SOAPAction: \"\"'" } else { "" };
        format!(
            "curl -sS -H 'Content-Type: {}'{action} --data-binary @- {} <<'BODY'\n{}\nBODY",
            self.content_type(),
            self.url,
            self.body.trim_end()
        )
    }

    /// Sends it; gives the status line and the body of the answer.
    fn send(&self) -> std::io::Result<(String, String)> {
        let rest = self.url.trim_start_matches("http://");
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let (length, kind) = (self.body.len(), self.content_type());
        write!(
            stream,
            "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nSOAPAction: \"\"\r\nConnection: close\r\n\r\n{}",
            self.body
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        Ok((head.lines().next().unwrap_or("").to_owned(), body.to_owned()))
    }
}

/// Goes each way once; true when every answer is right.
fn show(stage: &Stage, ways: &[Way]) -> Result<bool, Exit> {
    let mut right = true;
    for (at, way) in ways.iter().enumerate() {
        let (status, body) = way.send().map_err(|error| failed(&format!("{}: {error}", way.name)))?;
        let good = status.contains(" 200 ") && body.contains(way.expected);
        println!("== {}: {}", way.name, if good { "right" } else { "WRONG" });
        if at == 0 {
            let sent = stage
                .soap
                .exchanges()
                .pop()
                .map(|exchange| String::from_utf8_lossy(&exchange.body).into_owned());
            println!("\n-- JSON in\n{}", masked_json(&way.body));
            println!("-- SOAP sent\n{}\n", masked(&sent.unwrap_or_default()));
            println!("-- SOAP received\n{}\n", stage.soap.last_answer());
            println!("-- JSON out\n{body}\n");
        }
        if !good {
            eprintln!("expected HTTP status 200 and {}, got {status}\n{body}", way.expected);
            right = false;
        }
    }
    Ok(right)
}

/// The text with what is in a Password element masked.
fn masked(xml: &str) -> String {
    let Some(start) = xml.find("<wsse:Password").and_then(|at| Some(at + xml.get(at..)?.find('>')? + 1))
    else {
        return xml.to_owned();
    };
    let Some(end) = xml.find("</wsse:Password>") else { return xml.to_owned() };
    format!("{}***{}", xml.get(..start).unwrap_or(""), xml.get(end..).unwrap_or(""))
}

fn masked_json(json: &str) -> String {
    json.replace(API_KEY, "***").replace(SECRET, "***")
}

fn load(path: &str, text: &str, backend_url: &str) -> Result<Service, Exit> {
    let variables = [
        ("SAPONIFY_BANCBOX_USERNAME", USER),
        ("SAPONIFY_BANCBOX_PASSWORD", PASSWORD),
        ("SAPONIFY_BANCBOX_API_KEY", API_KEY),
        ("SAPONIFY_BANCBOX_SECRET", SECRET),
    ];
    let environment = MadeUp(variables.map(|(name, value)| (name, value.to_owned())).into());
    let mut documents: HashMap<String, Vec<u8>> =
        DOCUMENTS.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    service::load(path, text, &environment, &mut documents, Some(backend_url)).map_err(|problems| {
        report(&problems);
        Exit::Internal
    })
}

const USER: &str = "ops@example.com";
const PASSWORD: &str = "not-a-real-secret";
const API_KEY: &str = "demo-api-key";
const SECRET: &str = "demo-secret";
const SERVICE: &str = include_str!("../../samples/bancbox/json-to-soap.yaml");
const SOAP_TO_JSON: &str = include_str!("../../samples/bancbox/soap-to-json.yaml");
const REQUEST_JSON: &str = include_str!("../../samples/bancbox/request.json");
const REQUEST_XML: &str = include_str!("../../samples/bancbox/request.xml");
const DOCUMENTS: &[(&str, &str)] = &[
    ("wsdl/bancbox.wsdl", include_str!("../../wsdl/bancbox.wsdl")),
    ("xsd/bancbox.xsd", include_str!("../../xsd/bancbox.xsd")),
];
