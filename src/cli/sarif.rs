//! Findings in the Static Analysis Results Interchange Format, version 2.1.0.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::describe::diff::{DiffPlace, DiffReport, Found, Verdict};
use crate::describe::{self, Finding, LintReport};

/// The report as a SARIF log.
pub(super) fn log(report: &LintReport) -> Value {
    let codes = report.diagnostics.iter().map(|finding| finding.code).collect();
    document(codes, report.diagnostics.iter().map(result).collect())
}

/// What has changed, as a SARIF log: each change where it is now, and where it was.
pub(super) fn changes(report: &DiffReport) -> Value {
    let codes = report.changes.iter().map(|change| change.code).collect();
    document(codes, report.changes.iter().map(changed).collect())
}

/// A log with these results, and what is known of their codes.
fn document(codes: BTreeSet<&str>, results: Vec<Value>) -> Value {
    let rules: Vec<Value> = codes.into_iter().map(rule).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "saponify", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "results": results,
        }],
    })
}

fn rule(code: &str) -> Value {
    let text = describe::explain(code).expect("a test holds that every code is explained");
    json!({ "id": code, "fullDescription": { "text": text.causes }, "help": { "text": text.remedy } })
}

fn result(finding: &Finding) -> Value {
    let region = json!({ "startLine": finding.line, "startColumn": finding.column });
    let location = json!({ "artifactLocation": { "uri": finding.file }, "region": region });
    json!({
        "ruleId": finding.code,
        "level": finding.severity,
        "message": { "text": finding.message },
        "locations": [{ "physicalLocation": location }],
    })
}

fn changed(change: &Found) -> Value {
    let level = match change.verdict {
        Verdict::Breaking => "error",
        Verdict::Possible => "warning",
        Verdict::Safe => "note",
    };
    json!({
        "ruleId": change.code,
        "level": level,
        "message": { "text": format!("{}; {}", change.message, parties(change)) },
        "locations": [location(&change.new)],
        "relatedLocations": [location(&change.old)],
        "properties": {
            "soapClients": change.soap_clients.verdict,
            "jsonClients": change.json_clients.verdict,
            "backends": change.backends.verdict,
        },
    })
}

fn parties(change: &Found) -> String {
    let parties = [
        ("SOAP clients", change.soap_clients),
        ("JSON clients", change.json_clients),
        ("backends", change.backends),
    ];
    parties.map(|(name, of)| format!("{name}: {}", of.verdict.name())).join(", ")
}

fn location(place: &DiffPlace) -> Value {
    let artifact = json!({ "uri": place.file });
    let physical = match place.line {
        0 => json!({ "artifactLocation": artifact }),
        line => json!({
            "artifactLocation": artifact,
            "region": { "startLine": line, "startColumn": place.column },
        }),
    };
    json!({ "physicalLocation": physical })
}
