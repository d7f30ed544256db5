//! Findings in the Static Analysis Results Interchange Format, version 2.1.0.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::describe::{self, Finding, LintReport};

/// The report as a SARIF log.
pub(super) fn log(report: &LintReport) -> Value {
    let codes: BTreeSet<&str> = report.diagnostics.iter().map(|finding| finding.code).collect();
    let rules: Vec<Value> = codes.into_iter().map(rule).collect();
    let results: Vec<Value> = report.diagnostics.iter().map(result).collect();
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
