//! The report as JUnit has it, for build servers.

use std::time::Duration;

use super::report::{CaseReport, Report, Status};
use crate::samples::Problem;
use crate::xml::write;

/// The report as a JUnit document.
pub fn junit(report: &Report) -> Vec<u8> {
    let (all, failed, skipped) = (report.cases.len(), report.failed, report.skipped());
    let mut out = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n".to_vec();
    let time = seconds(report.cases.iter().map(|case| case.time).sum());
    out.extend_from_slice(
        format!("<testsuite name=\"saponify\" tests=\"{all}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\" time=\"{time}\">\n")
            .as_bytes(),
    );
    report.cases.iter().for_each(|case| put_case(&mut out, case));
    out.extend_from_slice(b"</testsuite>\n</testsuites>\n");
    out
}

fn put_case(out: &mut Vec<u8>, case: &CaseReport) {
    out.extend_from_slice(b"<testcase classname=\"");
    put_attribute(out, case.side);
    out.extend_from_slice(b"\" name=\"");
    put_attribute(out, &case.name);
    out.extend_from_slice(format!("\" time=\"{}", seconds(case.time)).as_bytes());
    match case.status {
        Status::Passed => out.extend_from_slice(b"\"/>\n"),
        Status::Failed => {
            let mut lines: Vec<String> = case.problems.iter().map(Problem::to_string).collect();
            lines.push(case.curl.clone());
            put_outcome(out, "failure", case, &lines.join("\n"));
        }
        Status::Skipped => put_outcome(out, "skipped", case, ""),
    }
}

fn put_outcome(out: &mut Vec<u8>, name: &str, case: &CaseReport, text: &str) {
    out.extend_from_slice(format!("\"><{name} message=\"").as_bytes());
    put_attribute(out, &case.problems.first().map_or(String::new(), Problem::to_string));
    out.extend_from_slice(b"\">");
    put_text(out, text);
    out.extend_from_slice(format!("</{name}></testcase>\n").as_bytes());
}

fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

/// Characters that XML cannot carry are replaced: a report must be readable.
fn put_text(out: &mut Vec<u8>, text: &str) {
    for c in text.chars() {
        if write::text(out, c.encode_utf8(&mut [0; 4])).is_err() {
            out.extend_from_slice("\u{FFFD}".as_bytes());
        }
    }
}

fn put_attribute(out: &mut Vec<u8>, text: &str) {
    for c in text.chars() {
        if write::attribute(out, c.encode_utf8(&mut [0; 4])).is_err() {
            out.extend_from_slice("\u{FFFD}".as_bytes());
        }
    }
}
