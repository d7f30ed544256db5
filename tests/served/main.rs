//! Whatever `lint` calls lossless is served: a sample of it passes through `call`, the JSON front, the SOAP front, a mock of each
//! side, and `test`. Variants of it have one verdict, whoever is asked.

mod generated;
#[path = "../support/particles.rs"]
mod particles;
#[path = "../support/seed.rs"]
mod seed;
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod verdict;
mod ways;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use saponify::describe::{Direction, ServiceVerdict, Style, Verdict, lint};
use saponify::limits::Limits;
use saponify::samples::Side;
use saponify::wsdl::Files;
use seed::seeded;
use stage::{Play, Port, Stage};
use tokio::runtime::Runtime;

/// What was tried, and what failed.
#[derive(Default)]
struct Tally {
    operations: usize,
    failed: BTreeMap<&'static str, Vec<String>>,
    bad: usize,
}

impl Tally {
    /// Every lossless operation of the contract.
    fn contract(&mut self, runtime: &Runtime, wsdl: &Path) {
        let report = lint(&[wsdl.to_string_lossy().into_owned()], &mut Files, &Limits::default().contract);
        for service in &report.services {
            let lossless = service.operations.iter().any(|operation| operation.verdict == Verdict::Lossless);
            let elsewhere = report
                .unserved
                .iter()
                .any(|port| (&port.service, &port.port) == (&service.name, &service.port));
            if lossless && !elsewhere {
                runtime.block_on(self.port(wsdl, service));
            }
        }
    }

    async fn port(&mut self, wsdl: &Path, verdict: &ServiceVerdict) {
        let port = Port { wsdl, service: &verdict.name, port: &verdict.port, defaults: "" };
        let lossless = verdict.operations.iter().filter(|operation| operation.verdict == Verdict::Lossless);
        let names: Vec<&str> = lossless.map(|operation| &*operation.name).collect();
        let stages = async {
            let soap = Stage::new(port, Side::Soap, Play::Made).await?;
            let json = Stage::new(port, Side::Json, Play::Made).await?;
            let told = Stage::new(port, Side::Soap, Play::Told).await?;
            Ok::<_, String>([soap, json, told])
        };
        match stages.await {
            Ok(stages) => {
                for name in names {
                    self.operation(port, &stages, name).await;
                }
            }
            Err(reason) => {
                self.operations += names.len();
                self.bad += names.len();
                self.failed("served", port, &names.join(", "), reason);
            }
        }
    }

    async fn operation(&mut self, port: Port<'_>, [soap, json, told]: &[Stage; 3], name: &str) {
        self.operations += 1;
        let before = self.failed.values().map(Vec::len).sum::<usize>();
        let plan = &soap.service.service.plan;
        let Some(operation) = plan.operations().iter().find(|operation| *operation.name == *name) else {
            self.bad += 1;
            return self.failed("served", port, name, "the service does not have it".to_owned());
        };
        for style in [Style::Minimal, Style::Full] {
            let sample = match ways::made(soap, operation, Direction::Request, style) {
                Ok(sample) => sample,
                Err(reason) => {
                    self.failed("sample", port, name, reason);
                    continue;
                }
            };
            let tried = [
                ("json front", ways::json(soap, operation, &sample).await),
                ("soap front", ways::soap(soap, operation, &sample).await),
                ("call", ways::call(soap, operation, &sample).await),
                ("mock", ways::mock(soap, Side::Soap, operation, &sample)),
                ("json mock", ways::mock(json, Side::Json, operation, &sample)),
                ("test", ways::test(told, operation, &sample).await),
                ("json front, json backend", ways::json(json, operation, &sample).await),
                ("soap front, json backend", ways::soap(json, operation, &sample).await),
            ];
            for (way, result) in tried {
                if let Err(reason) = result {
                    self.failed(way, port, name, format!("{reason}\n      {}", shown(&sample.json)));
                }
            }
        }
        self.bad += usize::from(self.failed.values().map(Vec::len).sum::<usize>() > before);
    }

    fn failed(&mut self, way: &'static str, port: Port<'_>, name: &str, reason: String) {
        let place = format!("{} {} {name}: {reason}", port.wsdl.display(), port.port);
        self.failed.entry(way).or_default().push(place);
    }

    fn told(&self) -> String {
        let mut out = format!("{} of {} operations fail\n", self.bad, self.operations);
        for (way, failed) in &self.failed {
            out += &format!("{way}: {}\n", failed.len());
            out.extend(failed.iter().take(MOST).map(|failed| format!("    {failed}\n")));
        }
        out
    }
}

fn shown(json: &[u8]) -> String {
    String::from_utf8_lossy(json).chars().take(150).collect()
}

/// Failures of one way that are told.
const MOST: usize = 40;

fn own_contracts() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["wsdl", "tests/contracts", "tests/sixth", "tests/shop"];
    let mut all: Vec<PathBuf> = folders.iter().flat_map(|folder| documents(&root.join(folder))).collect();
    all.sort();
    all
}

fn documents(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| if path.is_dir() { documents(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "wsdl"))
        .collect()
}

#[test]
fn what_lint_calls_lossless_is_served() {
    let runtime = Runtime::new().expect("runtime");
    let mut tally = Tally::default();
    for wsdl in own_contracts() {
        tally.contract(&runtime, &wsdl);
    }
    assert!(tally.operations > 40, "{}", tally.operations);
    assert!(tally.failed.is_empty(), "{}", tally.told());
}

#[test]
fn a_message_has_one_verdict() {
    let runtime = Runtime::new().expect("runtime");
    let mut failed = Vec::new();
    for wsdl in own_contracts() {
        let report = lint(&[wsdl.to_string_lossy().into_owned()], &mut Files, &Limits::default().contract);
        for verdict in report.services.iter().filter(|service| !service.operations.is_empty()) {
            for defaults in ["", "defaults: { any_order: true }\n"] {
                let port = Port { wsdl: &wsdl, service: &verdict.name, port: &verdict.port, defaults };
                runtime.block_on(async {
                    let Ok(stage) = Stage::new(port, Side::Soap, Play::Made).await else { return };
                    for operation in stage.service.service.plan.operations() {
                        let found = verdict::differences(&stage, operation).await;
                        failed.extend(found.into_iter().map(|found| {
                            format!("{} {} {defaults}: {found}", wsdl.display(), operation.name)
                        }));
                    }
                });
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{}\n{}",
        failed.len(),
        failed.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join("\n")
    );
}

proptest! {
    #![proptest_config(seeded(40))]

    #[test]
    fn generated_contracts_are_served(operations in generated::operations(), soap12: bool) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("served-generated");
        std::fs::create_dir_all(&folder).expect("a folder");
        let wsdl = folder.join("a.wsdl");
        std::fs::write(&wsdl, generated::wsdl(&operations, soap12)).expect("a file");
        let mut tally = Tally::default();
        tally.contract(&Runtime::new().expect("runtime"), &wsdl);
        prop_assert!(tally.operations == 0 || tally.failed.is_empty(), "{}", tally.told());
    }
}

/// Contracts from the field, where they are at hand.
#[test]
#[ignore = "minutes; `cargo test --test served -- --ignored --nocapture`"]
fn contracts_from_the_field_are_served() {
    let corpus = std::env::var_os("SAPONIFY_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/bundles"),
        PathBuf::from,
    );
    let Ok(entries) = std::fs::read_dir(&corpus) else {
        eprintln!("skipped: {} is not there", corpus.display());
        return;
    };
    let runtime = Runtime::new().expect("runtime");
    let mut tally = Tally::default();
    let mut all: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry").path().join("main.wsdl")).collect();
    all.sort();
    let step = std::env::var("SAPONIFY_STEP").map_or(1, |step| step.parse().expect("a number"));
    for wsdl in all.iter().step_by(step) {
        tally.contract(&runtime, wsdl);
    }
    eprintln!("{}", tally.told());
}
