//! The ways that a sample goes.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use saponify::bridge::Bridge;
use saponify::codec::EncodeOptions;
use saponify::contract_tests::{Options, Reproduction, Runner, Status};
use saponify::describe::{Candidate, Converter, Direction, Selection, Style, sample};
use saponify::json::Tape;
use saponify::limits::Limits;
use saponify::plan::OperationPlan;
use saponify::samples::{Case, Side, find};
use saponify::server::start;
use saponify::service::operation_path;
use saponify::soap::Version;
use tower::Service as _;

use crate::stage::Stage;
use crate::support::{self, Variables};

/// A sample of the request of an operation.
pub struct Sample {
    pub json: Vec<u8>,
    pub soap: Vec<u8>,
}

/// A message of `operation`, in both languages.
pub fn made(
    stage: &Stage,
    operation: &OperationPlan,
    direction: Direction,
    style: Style,
) -> Result<Sample, String> {
    let plan = &stage.service.service.plan;
    let selection = Selection {
        operation: Some(operation.name.to_string()),
        direction: Some(direction),
        ..Selection::default()
    };
    let converter = Converter::new(plan, EncodeOptions::default(), &selection, false);
    let candidate: &Candidate<'_> = converter.candidates().first().ok_or("no such message")?;
    let json = sample(plan, candidate, style, 0).map_err(|error| error.to_string())?;
    let mut tape = Tape::new();
    let value = tape.parse(&json, &Limits::default().json).map_err(|error| error.to_string())?;
    let soap = converter.encode(candidate, value);
    let soap = soap.map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&json)))?;
    Ok(Sample { json, soap })
}

/// To the JSON front.
pub async fn json(stage: &Stage, operation: &OperationPlan, sample: &Sample) -> Result<(), String> {
    let path = format!("/json{}", operation_path(&operation.name));
    let headers = [("content-type", "application/json".to_owned())];
    let answer = ask(&stage.bridge, &path, &headers, &sample.json).await?;
    valid(stage, operation, &answer)
}

/// The JSON that a client gets is that of the contract, which writes it again.
fn valid(stage: &Stage, operation: &OperationPlan, json: &[u8]) -> Result<(), String> {
    if operation.output.is_none() {
        return Ok(());
    }
    let plan = &stage.service.service.plan;
    let selection = Selection {
        operation: Some(operation.name.to_string()),
        direction: Some(Direction::Response),
        ..Selection::default()
    };
    let converter = Converter::new(plan, EncodeOptions::default(), &selection, false);
    let candidate = converter.candidates().first().ok_or("no such message")?;
    let mut tape = Tape::new();
    let value = tape.parse(json, &Limits::default().json).map_err(|error| error.to_string())?;
    let written = converter.encode(candidate, value);
    written.map(|_| ()).map_err(|error| format!("the answer: {error}: {}", String::from_utf8_lossy(json)))
}

/// To the SOAP front.
pub async fn soap(stage: &Stage, operation: &OperationPlan, sample: &Sample) -> Result<(), String> {
    ask(&stage.bridge, "/soap", &headers(operation), &sample.soap).await.map(|_| ())
}

fn headers(operation: &OperationPlan) -> Vec<(&'static str, String)> {
    let version = Version::from(operation.version);
    let action = ("soapaction", format!("\"{}\"", operation.action));
    vec![("content-type", version.content_type(&operation.action)), action]
}

async fn ask(bridge: &Bridge, path: &str, headers: &[(&str, String)], body: &[u8]) -> Result<Bytes, String> {
    let mut request = Request::post(path);
    for (name, value) in headers {
        request = request.header(*name, value.as_bytes());
    }
    let request = request.body(Full::new(Bytes::copy_from_slice(body))).map_err(|error| error.to_string())?;
    let answer = bridge.clone().call(request).await.expect("an answer");
    let status = answer.status();
    let body = answer.into_body().collect().await.expect("whole").to_bytes();
    if status.is_success() { Ok(body) } else { Err(format!("{status} {}", String::from_utf8_lossy(&body))) }
}

/// By `call`.
pub async fn call(stage: &Stage, operation: &OperationPlan, sample: &Sample) -> Result<(), String> {
    let front = stage.service.service.json_front.clone().expect("a JSON front");
    let once = stage.bridge.once(&stage.service, &operation.name, front).ok_or("no such operation")?;
    let body = Bytes::copy_from_slice(&sample.json);
    let ready = once.prepare(HeaderMap::new(), None, body).await.map_err(|failure| failure.to_string())?;
    let answered = once.send(ready).await.map_err(|failed| failed.failure.to_string())?;
    valid(stage, operation, &answered.body)
}

/// To the mock itself, by a client that connects to it.
pub fn mock(stage: &Stage, side: Side, operation: &OperationPlan, sample: &Sample) -> Result<(), String> {
    let answer = match side {
        Side::Soap => {
            let headers = headers(operation);
            let headers: Vec<(&str, &str)> =
                headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            support::post(stage.backend, "/", &headers, &sample.soap)
        }
        Side::Json => {
            support::post(stage.backend, &operation_path(&operation.name), &[support::JSON], &sample.json)
        }
    };
    if (200..300).contains(&answer.status) {
        Ok(())
    } else {
        Err(format!("{} {}", answer.status, answer.body))
    }
}

/// By `test`, from both sides.
pub async fn test(stage: &Stage, operation: &OperationPlan, sample: &Sample) -> Result<(), String> {
    let limits = stage.service.service.limits.http;
    let running = start(SocketAddr::from(([127, 0, 0, 1], 0)), &stage.bridge, limits, 1).expect("listener");
    let options = Options {
        sides: vec![Side::Json, Side::Soap],
        update: false,
        mock: Some(Arc::clone(&stage.mock)),
        again: Reproduction { serve: String::new(), mock: None },
        token: None,
        headers: Vec::new(),
    };
    let runner = Runner::new(&stage.service.service, running.address(), options).expect("runner");
    let report = runner.run(&[case(stage, operation, sample)?]).await.map_err(|error| error.to_string());
    drop(runner);
    running.stop().stop();
    running.join();
    let failed: Vec<String> = report?
        .cases
        .iter()
        .filter(|case| case.status != Status::Passed)
        .map(|case| {
            format!(
                "{}: {}",
                case.side,
                case.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
            )
        })
        .collect();
    if failed.is_empty() { Ok(()) } else { Err(failed.join(" | ")) }
}

/// The folder that somebody would make of the samples.
fn case(stage: &Stage, operation: &OperationPlan, sample: &Sample) -> Result<Case, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("served-{}", stage.backend.port()));
    let yaml = format!("operation: {}\n", serde_json::to_string(&*operation.name).expect("a text"));
    let mut files = vec![("case.yaml", yaml.into_bytes()), ("request.json", sample.json.clone())];
    if operation.output.is_some() {
        files.push(("response.json", made(stage, operation, Direction::Response, Style::Full)?.json));
    }
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).expect("a file");
    }
    let found =
        find(&folder, &Limits::default(), &Variables(HashMap::new())).map_err(|error| error.to_string());
    std::fs::remove_dir_all(&folder).expect("the folder");
    Ok(found?.remove(0))
}
