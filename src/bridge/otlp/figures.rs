//! Metrics as a collector gets them: what `/metrics` says, read from its text.

use serde::Serialize;

use super::attribute::{Attribute, whole};

/// A metric (`opentelemetry.proto.metrics.v1.Metric`).
#[derive(Debug, Serialize)]
pub(super) struct Metric {
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    unit: &'static str,
    #[serde(flatten)]
    data: Data,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum Data {
    #[serde(rename_all = "camelCase")]
    Gauge { data_points: Vec<Number> },
    #[serde(rename_all = "camelCase")]
    Histogram { data_points: Vec<Buckets>, aggregation_temporality: u8 },
    #[serde(rename_all = "camelCase")]
    Sum { data_points: Vec<Number>, aggregation_temporality: u8, is_monotonic: bool },
}

/// When it was counted: from the first of these times to the second, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Period {
    #[serde(serialize_with = "whole")]
    pub(super) start_time_unix_nano: i64,
    #[serde(serialize_with = "whole")]
    pub(super) time_unix_nano: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Number {
    attributes: Vec<Attribute>,
    #[serde(flatten)]
    period: Period,
    as_double: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Buckets {
    attributes: Vec<Attribute>,
    #[serde(flatten)]
    period: Period,
    #[serde(serialize_with = "whole")]
    count: u64,
    sum: f64,
    bucket_counts: Vec<Count>,
    explicit_bounds: Vec<f64>,
}

#[derive(Debug, Serialize)]
struct Count(#[serde(serialize_with = "whole")] u64);

/// A line with a value.
struct Sample<'t> {
    /// What stands behind the name of its family.
    end: &'t str,
    attributes: Vec<Attribute>,
    /// The upper bound of a bucket.
    bound: Option<f64>,
    value: f64,
}

/// All that `text`, which is OpenMetrics, says of a `period`. Errors: the line that is not as this program writes it.
pub(super) fn read(text: &str, period: Period) -> Result<Vec<Metric>, &str> {
    let mut all: Vec<Metric> = Vec::new();
    let mut help = "";
    for line in text.lines().take_while(|line| *line != "# EOF") {
        let Some(about) = line.strip_prefix("# ") else {
            let metric = all.last_mut().ok_or(line)?;
            metric.add(Sample::read(line, &metric.name).ok_or(line)?, period).ok_or(line)?;
            continue;
        };
        let (word, about) = about.split_once(' ').ok_or(line)?;
        let (name, value) = about.split_once(' ').ok_or(line)?;
        match word {
            "HELP" => help = value,
            "TYPE" => all.push(Metric::new(name, help, value).ok_or(line)?),
            "UNIT" => all.last_mut().ok_or(line)?.unit = unit(value).ok_or(line)?,
            _ => return Err(line),
        }
    }
    all.retain(|metric| !metric.is_empty());
    Ok(all)
}

/// As UCUM has it.
fn unit(name: &str) -> Option<&'static str> {
    match name {
        "bytes" => Some("By"),
        "seconds" => Some("s"),
        _ => None,
    }
}

impl Metric {
    fn new(name: &str, help: &str, kind: &str) -> Option<Self> {
        let data = match kind {
            "counter" => {
                Data::Sum { data_points: Vec::new(), aggregation_temporality: CUMULATIVE, is_monotonic: true }
            }
            "gauge" => Data::Gauge { data_points: Vec::new() },
            "histogram" => Data::Histogram { data_points: Vec::new(), aggregation_temporality: CUMULATIVE },
            _ => return None,
        };
        let (name, description) = (name.to_owned(), help.trim_end_matches('.').to_owned());
        Some(Self { name, description, unit: "", data })
    }

    fn is_empty(&self) -> bool {
        match &self.data {
            Data::Gauge { data_points } | Data::Sum { data_points, .. } => data_points.is_empty(),
            Data::Histogram { data_points, .. } => data_points.is_empty(),
        }
    }

    /// Nothing where it has no place for that.
    fn add(&mut self, sample: Sample<'_>, period: Period) -> Option<()> {
        let Sample { end, attributes, bound, value } = sample;
        let is_counter = matches!(self.data, Data::Sum { .. });
        match &mut self.data {
            Data::Gauge { data_points } | Data::Sum { data_points, .. } => {
                data_points.push(Number { attributes, period, as_double: value });
                (end == if is_counter { "_total" } else { "" }).then_some(())
            }
            Data::Histogram { data_points, .. } => {
                let same = data_points.last_mut().filter(|last| last.attributes == attributes);
                let buckets = match same {
                    Some(last) => last,
                    None => {
                        data_points.push(Buckets::new(attributes, period));
                        data_points.last_mut()?
                    }
                };
                buckets.add(end, bound, value)
            }
        }
    }
}

impl Buckets {
    fn new(attributes: Vec<Attribute>, period: Period) -> Self {
        let (bucket_counts, explicit_bounds) = (Vec::new(), Vec::new());
        Self { attributes, period, count: 0, sum: 0.0, bucket_counts, explicit_bounds }
    }

    fn add(&mut self, end: &str, bound: Option<f64>, value: f64) -> Option<()> {
        match (end, bound) {
            ("_sum", None) => self.sum = value,
            ("_count", None) => self.count = value as u64,
            ("_bucket", Some(bound)) => {
                // Each has what is below it, too.
                let below: u64 = self.bucket_counts.iter().map(|count| count.0).sum();
                self.bucket_counts.push(Count((value as u64).checked_sub(below)?));
                self.explicit_bounds.extend(Some(bound).filter(|bound| bound.is_finite()));
            }
            _ => return None,
        }
        Some(())
    }
}

impl<'t> Sample<'t> {
    /// `NAME{LABEL="VALUE",…} NUMBER`.
    fn read(line: &'t str, family: &str) -> Option<Self> {
        let rest = line.strip_prefix(family)?;
        let at = rest.find(['{', ' '])?;
        let (end, mut rest) = rest.split_at(at);
        let (mut attributes, mut bound) = (Vec::new(), None);
        while let Some(label) = rest.strip_prefix('{').or_else(|| rest.strip_prefix(',')) {
            let (key, behind) = label.split_once("=\"")?;
            let (value, behind) = quoted(behind)?;
            match key {
                "le" if value == "+Inf" => bound = Some(f64::INFINITY),
                "le" => bound = Some(number(&value)?),
                _ => attributes.push(Attribute::text(key.to_owned(), value)),
            }
            rest = behind;
        }
        let value = number(rest.strip_prefix('}').map_or(rest, |rest| rest).strip_prefix(' ')?)?;
        Some(Self { end, attributes, bound, value })
    }
}

/// What stands before a closing quote, and what stands behind it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let (mut value, mut escaped) = (String::new(), false);
    for (at, character) in text.char_indices() {
        match character {
            'n' if escaped => value.push('\n'),
            _ if escaped => value.push(character),
            '\\' => {}
            '"' => return Some((value, text.get(at + 1..)?)),
            _ => value.push(character),
        }
        escaped = character == '\\' && !escaped;
    }
    None
}

fn number(text: &str) -> Option<f64> {
    // What is no number makes the whole line one that was not read.
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// `AGGREGATION_TEMPORALITY_CUMULATIVE`.
const CUMULATIVE: u8 = 2;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PERIOD: Period = Period { start_time_unix_nano: 1, time_unix_nano: 2 };

    #[test]
    fn what_the_text_says_is_what_a_collector_gets() {
        let text = "# HELP a_bytes Sizes.\n# TYPE a_bytes histogram\n# UNIT a_bytes bytes\n\
                    a_bytes_sum{x=\"1\"} 300.5\na_bytes_count{x=\"1\"} 3\n\
                    a_bytes_bucket{le=\"256.0\",x=\"1\"} 2\na_bytes_bucket{le=\"+Inf\",x=\"1\"} 3\n\
                    a_bytes_sum{x=\"2\"} 0.0\na_bytes_count{x=\"2\"} 0\n\
                    a_bytes_bucket{le=\"256.0\",x=\"2\"} 0\na_bytes_bucket{le=\"+Inf\",x=\"2\"} 0\n\
                    # HELP b Things.\n# TYPE b counter\nb_total{c=\"q\\\"\\\\\\n,}\",d=\"\"} 7\n\
                    # HELP e Empty.\n# TYPE e gauge\n\
                    # HELP f Half.\n# TYPE f gauge\nf -0.5\n# EOF\n";
        let read = read(text, PERIOD).expect("all of it");
        let attribute = |key: &str, value: &str| json!({ "key": key, "value": { "stringValue": value } });
        let buckets = |x: &str, count: &str, sum: f64, counts: [&str; 2]| {
            json!({
                "attributes": [attribute("x", x)], "startTimeUnixNano": "1", "timeUnixNano": "2",
                "count": count, "sum": sum, "bucketCounts": counts, "explicitBounds": [256.0],
            })
        };
        let number = |attributes: serde_json::Value, value: f64| json!({ "attributes": attributes, "startTimeUnixNano": "1", "timeUnixNano": "2", "asDouble": value });
        let expected = json!([
            { "name": "a_bytes", "description": "Sizes", "unit": "By", "histogram": { "aggregationTemporality": 2, "dataPoints":
                [buckets("1", "3", 300.5, ["2", "1"]), buckets("2", "0", 0.0, ["0", "0"])] } },
            { "name": "b", "description": "Things", "sum": { "aggregationTemporality": 2, "isMonotonic": true, "dataPoints":
                [number(json!([attribute("c", "q\"\\\n,}"), attribute("d", "")]), 7.0)] } },
            { "name": "f", "description": "Half", "gauge": { "dataPoints": [number(json!([]), -0.5)] } },
        ]);
        assert_eq!(serde_json::to_value(read).expect("JSON"), expected);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        for line in [
            "b 1",
            "# TYPE b summary",
            "# UNIT b inches",
            "# OTHER b x",
            "a_total",
            "a_total one",
            "a_total NaN",
            "a_total{b=\"} 1",
            "a 1",
        ] {
            let text = format!("# HELP a A.\n# TYPE a counter\na_total 1\n{line}\n# EOF\n");
            assert_eq!(read(&text, PERIOD).err(), Some(line));
        }
    }
}
