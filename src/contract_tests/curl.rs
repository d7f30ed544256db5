//! Commands that do an exchange again. They can be pasted, and show no secret.

use http::Method;

use super::case_run::CaseRun;
use super::request::Request;
use crate::redact::{hides_json, hides_xml, masked_json, masked_xml};
use crate::samples::Side;
use crate::samples::export::{here, quote};

/// The commands that must run for a `curl` to be answered.
#[derive(Clone, Debug)]
pub struct Reproduction {
    /// The bridge.
    pub serve: String,
    /// The backend, but for the samples that it plays; nothing when it is there already.
    pub mock: Option<String>,
}

impl Reproduction {
    /// The `curl` for `request` to the bridge at `base`. The body is on standard input, so that no quote gets in its way; one
    /// with a secret in it is read from its file instead.
    pub(super) fn curl(&self, base: &str, run: &CaseRun<'_>, request: &Request) -> String {
        let mut lines = Vec::new();
        // A comment must not end before its line does.
        let comment = |text: String| format!("# {}", text.replace(['\n', '\r'], "?"));
        let folder = quote(&run.case.folder.to_string_lossy());
        lines.extend(self.mock.as_ref().map(|mock| comment(format!("{mock} --samples {folder}"))));
        lines.push(comment(self.serve.clone()));
        let headers: String = request.shell.iter().map(|header| format!(" -H {header}")).collect();
        let url = quote(&format!("{base}{}", request.outgoing.target));
        // Told to use HEAD by another option curl waits for a body.
        let method = match &request.outgoing.method {
            &Method::HEAD => "--head".to_owned(),
            method => format!("-X {method}"),
        };
        let (data, text) = match Body::of(run, request) {
            _ if request.outgoing.body.is_empty() => (String::new(), String::new()),
            Body { from, text } => (format!(" --data-binary {from}"), text),
        };
        lines.push(format!("curl -sS {method}{headers}{data} {url}{text}"));
        lines.join("\n")
    }
}

/// Where `curl` gets the body from, and what follows the command.
struct Body {
    from: String,
    text: String,
}

impl Body {
    fn of(run: &CaseRun<'_>, request: &Request) -> Self {
        let (bytes, masks) = (&request.outgoing.body.to_whole(), &run.case.settings.rules.mask);
        let limits = &run.context.limits;
        let hides = match run.side {
            Side::Json => hides_json(bytes, masks, &limits.json),
            Side::Soap => hides_xml(bytes, masks, &limits.xml),
        };
        match (&request.file, hides) {
            (Some(file), true) => Self { from: quote(&format!("@{}", file.display())), text: String::new() },
            (None, true) => {
                let masked = match run.side {
                    // What cannot be masked is not shown.
                    Side::Json => masked_json(bytes, masks, &limits.json).unwrap_or_default(),
                    // What cannot be masked is not shown.
                    Side::Soap => masked_xml(bytes, masks, &limits.xml).unwrap_or_default(),
                };
                Self::here(&masked)
            }
            (_, false) => Self::here(bytes),
        }
    }

    /// A body on standard input.
    fn here(bytes: &[u8]) -> Self {
        Self { from: "@-".to_owned(), text: here(&String::from_utf8_lossy(bytes)) }
    }
}
