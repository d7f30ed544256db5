//! Where traces and metrics go, by an option and by the environment variables that OpenTelemetry has for all programs.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;

use super::exit::Exit;
use super::log::keep_secrets;
use super::output::failed;
use super::surroundings::Process;
use crate::bridge::{Bridge, CollectorSettings, Otlp, OtlpSettings, Root, Sampler};
use crate::limits::{OTLP_FLUSH, OTLP_INTERVAL, OTLP_TIMEOUT};
use crate::redact::{self, SecretSet};
use crate::service::Environment;
use crate::wss::Secret;

/// Where traces and metrics go.
#[derive(Debug, Args)]
pub(super) struct OtlpArgs {
    /// Send traces and metrics to a collector by OTLP over HTTP, such as http://127.0.0.1:4318; by default where
    /// OTEL_EXPORTER_OTLP_ENDPOINT says. OTEL_* say the rest.
    #[arg(long, value_name = "URL")]
    otlp: Option<String>,
}

/// A variable that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: expected {expected}")]
struct Wrong {
    variable: String,
    expected: &'static str,
}

/// Sending that goes on. Once it is dropped, what waited to be sent has had its time.
#[derive(Debug)]
pub(super) struct Sending(Option<Otlp>);

impl OtlpArgs {
    /// Starts to send what `bridge` tells, if that is wanted. Errors: variables that cannot be used, told.
    pub(super) fn start(&self, bridge: &Bridge) -> Result<Sending, Exit> {
        let wrong = |reason: &dyn std::fmt::Display| failed(&format!("--otlp: {reason}"), Exit::Usage);
        let settings = self.settings(&Process).map_err(|error| wrong(&error))?;
        let Some(settings) = settings else { return Ok(Sending(None)) };
        for (what, to) in [("traces", &settings.traces), ("metrics", &settings.metrics)] {
            to.iter().for_each(|to| tell(what, to));
        }
        let bridge = bridge.clone();
        let otlp = Otlp::start(settings, move || bridge.metrics_text());
        otlp.map(|otlp| Sending(Some(otlp))).map_err(|error| wrong(&error))
    }

    /// What is sent, and where it goes; nothing where nothing is.
    fn settings(&self, environment: &dyn Environment) -> Result<Option<OtlpSettings>, Wrong> {
        let variables = Variables(environment);
        if self.otlp.is_none() && variables.is("OTEL_SDK_DISABLED", "true") {
            return Ok(None);
        }
        let traces = self.collector(&variables, "TRACES")?;
        let metrics = self.collector(&variables, "METRICS")?;
        if traces.is_none() && metrics.is_none() {
            return Ok(None);
        }
        let interval = variables.millis("OTEL_METRIC_EXPORT_INTERVAL", OTLP_INTERVAL)?;
        let (resource, sampler) = (variables.resource()?, variables.sampler()?);
        Ok(Some(OtlpSettings { traces, metrics, resource, sampler, interval, mask: super::log::masked }))
    }

    /// Where `signal` goes, if anywhere.
    fn collector(&self, variables: &Variables<'_>, signal: &str) -> Result<Option<CollectorSettings>, Wrong> {
        let Some(url) = self.url(variables, signal) else { return Ok(None) };
        if !variables.exports(signal)? {
            return Ok(None);
        }
        variables.check_protocol(signal)?;
        let timeout = match variables.of_signal(signal, "TIMEOUT") {
            Some((name, _)) => variables.millis(&name, OTLP_TIMEOUT)?,
            None => Duration::from_millis(OTLP_TIMEOUT),
        };
        let (headers, ca) = (variables.headers(signal)?, variables.ca(signal)?);
        Ok(Some(CollectorSettings { url: url.into(), headers, ca, timeout }))
    }

    /// What is given for both has the path of each behind it (OTLP exporter specification, section Endpoint URLs for OTLP/HTTP).
    fn url(&self, variables: &Variables<'_>, signal: &str) -> Option<String> {
        let below = |base: &str| format!("{}/v1/{}", base.trim_end_matches('/'), signal.to_lowercase());
        if let Some(base) = &self.otlp {
            return Some(below(base));
        }
        let own = variables.get(&format!("OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"));
        own.or_else(|| Some(below(&variables.get("OTEL_EXPORTER_OTLP_ENDPOINT")?)))
    }
}

impl Sending {
    /// For the bridge.
    pub(super) fn otlp(&self) -> Option<Otlp> {
        self.0.clone()
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let Some(otlp) = &self.0 else { return };
        if !otlp.settle(Duration::from_millis(OTLP_FLUSH)) {
            tracing::warn!("otlp: what was still to be sent was not sent in {OTLP_FLUSH} ms");
        }
    }
}

fn tell(what: &str, to: &CollectorSettings) {
    let url = redact::url(&to.url).to_string();
    tracing::info!(url, "otlp: {what} go to {url}");
    let is_near =
        ["http://127.", "http://[::1]", "http://localhost"].iter().any(|near| to.url.starts_with(near));
    if to.url.starts_with("http://") && !to.headers.is_empty() && !is_near {
        tracing::warn!("otlp: the headers for {url} go over http://, where anyone on the way reads them");
    }
}

/// Variables of the environment; one that is empty counts as one that is not set (OpenTelemetry environment variable specification).
struct Variables<'e>(&'e dyn Environment);

impl Variables<'_> {
    fn get(&self, name: &str) -> Option<String> {
        self.0.variable(name).filter(|value| !value.trim().is_empty())
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.get(name).is_some_and(|found| found.trim().eq_ignore_ascii_case(value))
    }

    /// That of `signal`, else that of all, and its name.
    fn of_signal(&self, signal: &str, end: &str) -> Option<(String, String)> {
        let names = [format!("OTEL_EXPORTER_OTLP_{signal}_{end}"), format!("OTEL_EXPORTER_OTLP_{end}")];
        names.into_iter().find_map(|name| Some((name.clone(), self.get(&name)?)))
    }

    /// Whether `signal` is sent. Errors: it is to go where nothing is sent here.
    fn exports(&self, signal: &str) -> Result<bool, Wrong> {
        let name = format!("OTEL_{signal}_EXPORTER");
        match self.get(&name).as_deref().map(str::trim) {
            None | Some("otlp") => Ok(true),
            Some("none") => Ok(false),
            Some(_) => Err(Wrong { variable: name, expected: "otlp or none" }),
        }
    }

    fn check_protocol(&self, signal: &str) -> Result<(), Wrong> {
        match self.of_signal(signal, "PROTOCOL") {
            Some((variable, protocol)) if protocol.trim() != "http/json" => {
                Err(Wrong { variable, expected: "http/json, which is all that is spoken here" })
            }
            _ => Ok(()),
        }
    }

    fn millis(&self, name: &str, default: u64) -> Result<Duration, Wrong> {
        let wrong = |_| Wrong { variable: name.to_owned(), expected: "milliseconds, at least 1" };
        let given = self.get(name).map(|text| text.trim().parse::<std::num::NonZeroU32>()).transpose();
        let millis = given.map_err(wrong)?.map_or(default, |given| u64::from(given.get()));
        Ok(Duration::from_millis(millis))
    }

    fn headers(&self, signal: &str) -> Result<HeaderMap, Wrong> {
        let Some((variable, list)) = self.of_signal(signal, "HEADERS") else { return Ok(HeaderMap::new()) };
        let wrong = || Wrong { variable: variable.clone(), expected: PAIRS };
        let mut headers = HeaderMap::new();
        for (name, value) in pairs(&list).ok_or_else(wrong)? {
            keep_secrets(SecretSet::default().and([Secret::new(value.clone())]));
            let name = HeaderName::from_str(&name).map_err(|_| wrong())?;
            let mut value = HeaderValue::try_from(value).map_err(|_| wrong())?;
            value.set_sensitive(true);
            headers.append(name, value);
        }
        Ok(headers)
    }

    fn ca(&self, signal: &str) -> Result<Option<Arc<str>>, Wrong> {
        let Some((variable, path)) = self.of_signal(signal, "CERTIFICATE") else { return Ok(None) };
        let wrong = |_| Wrong { variable, expected: "a readable file of certificates in PEM" };
        Ok(Some(self.0.file(&path).map_err(wrong)?.into()))
    }

    /// What sends. Whoever names it says so once, in whichever variable.
    fn resource(&self) -> Result<Vec<(String, String)>, Wrong> {
        let variable = "OTEL_RESOURCE_ATTRIBUTES";
        let wrong = || Wrong { variable: variable.to_owned(), expected: PAIRS };
        let list = self.get(variable);
        let mut all = list.map_or(Some(Vec::new()), |list| pairs(&list)).ok_or_else(wrong)?;
        if let Some(name) = self.get("OTEL_SERVICE_NAME") {
            all.retain(|(key, _)| key != "service.name");
            all.push(("service.name".to_owned(), name));
        }
        for (key, value) in [
            ("service.name", env!("CARGO_PKG_NAME").to_owned()),
            ("service.version", env!("CARGO_PKG_VERSION").to_owned()),
            ("service.instance.id", crate::bridge::instance()),
            ("telemetry.sdk.name", env!("CARGO_PKG_NAME").to_owned()),
            ("telemetry.sdk.language", "rust".to_owned()),
            ("telemetry.sdk.version", env!("CARGO_PKG_VERSION").to_owned()),
        ] {
            if all.iter().all(|(given, _)| given != key) {
                all.push((key.to_owned(), value));
            }
        }
        Ok(all)
    }

    fn sampler(&self) -> Result<Sampler, Wrong> {
        let variable = "OTEL_TRACES_SAMPLER";
        let expected = "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off or \
                        parentbased_traceidratio";
        let given = self.get(variable);
        let name = given.as_deref().map_or("parentbased_always_on", str::trim);
        let (parent_based, root) = match name.strip_prefix("parentbased_") {
            Some(root) => (true, root),
            None => (false, name),
        };
        let root = match root {
            "always_off" => Root::Never,
            "always_on" => Root::Always,
            "traceidratio" => self.ratio()?,
            _ => return Err(Wrong { variable: variable.to_owned(), expected }),
        };
        Ok(Sampler { parent_based, root })
    }

    fn ratio(&self) -> Result<Root, Wrong> {
        let variable = "OTEL_TRACES_SAMPLER_ARG";
        let wrong = || Wrong { variable: variable.to_owned(), expected: "a number from 0 to 1" };
        let Some(text) = self.get(variable) else { return Ok(Root::Always) };
        let ratio = text.trim().parse::<f64>().map_err(|_| wrong())?;
        if (0.0..=1.0).contains(&ratio) { Ok(Root::ratio(ratio)) } else { Err(wrong()) }
    }
}

/// `name=value,name=value`, with values in percent-encoding (W3C Baggage, without properties).
fn pairs(list: &str) -> Option<Vec<(String, String)>> {
    let parts = list.split(',').map(str::trim).filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let (name, value) = part.split_once('=')?;
        let value = percent_decode_str(value.trim()).decode_utf8();
        // What is no text is told as what is no pair.
        Some((name.trim().to_owned(), value.ok()?.into_owned())).filter(|(name, _)| !name.is_empty())
    };
    parts.map(pair).collect()
}

const PAIRS: &str = "name=value, more of them behind commas, and values in percent-encoding";

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    struct Given(HashMap<String, String>);

    impl Environment for Given {
        fn variable(&self, name: &str) -> Option<String> {
            self.0.get(name).cloned()
        }

        fn file(&self, path: &str) -> Result<String, String> {
            if path == "ca.pem" { Ok("PEM".to_owned()) } else { Err("no such file".to_owned()) }
        }
    }

    fn settings(otlp: Option<&str>, variables: &[(&str, &str)]) -> Result<Option<OtlpSettings>, Wrong> {
        let given = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        OtlpArgs { otlp: otlp.map(str::to_owned) }.settings(&Given(given.collect()))
    }

    const URL: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://otel:4318/base/");

    #[test]
    fn where_it_goes_is_said_by_the_option_or_by_variables() {
        let urls = |otlp, variables: &[(&str, &str)]| {
            let settings = settings(otlp, variables).expect("settings");
            let url = |to: Option<CollectorSettings>| to.map(|to| to.url.to_string());
            settings.map(|settings| (url(settings.traces), url(settings.metrics)))
        };
        let both = |base: &str| (Some(format!("{base}/v1/traces")), Some(format!("{base}/v1/metrics")));
        let own = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t/x");
        assert_eq!(urls(None, &[]), None);
        assert_eq!(urls(None, &[("OTEL_EXPORTER_OTLP_ENDPOINT", " ")]), None);
        assert_eq!(urls(None, &[URL]), Some(both("http://otel:4318/base")));
        assert_eq!(urls(Some("http://a:1"), &[URL, own]), Some(both("http://a:1")));
        assert_eq!(urls(None, &[own]), Some((Some("http://t/x".to_owned()), None)));
        assert_eq!(
            urls(None, &[URL, own]),
            Some(("http://t/x".to_owned().into(), both("http://otel:4318/base").1))
        );
        let none = ("OTEL_METRICS_EXPORTER", "none");
        assert_eq!(urls(None, &[URL, none]), Some((both("http://otel:4318/base").0, None)));
        assert_eq!(urls(None, &[URL, none, ("OTEL_TRACES_EXPORTER", "none")]), None);
        let disabled = ("OTEL_SDK_DISABLED", "TRUE");
        assert_eq!(
            (urls(None, &[URL, disabled]), urls(Some("http://a"), &[disabled])),
            (None, Some(both("http://a")))
        );
    }

    #[test]
    fn variables_say_the_rest() {
        let given = [
            URL,
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-a=not%20a%20secret, x-b=2,"),
            ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "x-c=3"),
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", "ca.pem"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "250"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "5000"),
            ("OTEL_SERVICE_NAME", "bridge-1"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.name=other,deployment.environment.name=a%2Cb"),
            ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
        ];
        let settings = settings(None, &given).expect("settings").expect("something is sent");
        let (traces, metrics) = (settings.traces.expect("traces"), settings.metrics.expect("metrics"));
        assert_eq!(
            (&traces.headers["x-a"], &traces.headers["x-b"], traces.headers.len()),
            (&HeaderValue::from_static("not a secret"), &HeaderValue::from_static("2"), 2)
        );
        assert_eq!((&metrics.headers["x-c"], metrics.headers.len()), (&HeaderValue::from_static("3"), 1));
        assert_eq!(
            (traces.ca.as_deref(), traces.timeout, settings.interval),
            (Some("PEM"), Duration::from_millis(250), Duration::from_secs(5))
        );
        assert_eq!(settings.sampler, Sampler { parent_based: true, root: Root::Below(1 << 62) });
        let named = |name: &str| {
            settings
                .resource
                .iter()
                .filter(|(key, _)| key == name)
                .map(|(_, value)| &**value)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            (named("service.name"), named("deployment.environment.name")),
            (vec!["bridge-1"], vec!["a,b"])
        );
        assert_eq!(
            (named("service.version"), named("service.instance.id").len()),
            (vec![env!("CARGO_PKG_VERSION")], 1)
        );
    }

    #[test]
    fn what_cannot_be_used_is_named_and_not_repeated() {
        for (variable, value) in [
            ("OTEL_EXPORTER_OTLP_HEADERS", "canary"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a b=canary"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=%FFcanary"),
            ("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "canary"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "0"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "canary"),
            ("OTEL_RESOURCE_ATTRIBUTES", "=canary"),
            ("OTEL_TRACES_EXPORTER", "canary"),
            ("OTEL_TRACES_SAMPLER", "canary"),
        ] {
            let wrong = settings(None, &[URL, (variable, value)]).expect_err(variable);
            assert_eq!(wrong.variable, variable);
            assert!(!wrong.to_string().contains("canary"), "{wrong}");
        }
        for ratio in ["1.5", "-1", "NaN", "x"] {
            let given = [URL, ("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", ratio)];
            assert_eq!(settings(None, &given).expect_err(ratio).variable, "OTEL_TRACES_SAMPLER_ARG");
        }
    }
}
