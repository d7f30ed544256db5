//! Which traces are sent, as the specification of OpenTelemetry has it (Tracing SDK, section Built-in samplers).

use crate::bridge::trace::Trace;

/// Which traces are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampler {
    /// Whether a trace that a client began is sent if the client says so, and only then.
    pub parent_based: bool,
    /// What is done with others.
    pub root: Root,
}

/// Which traces are sent that nobody has decided about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// All of them.
    Always,
    /// None of them.
    Never,
    /// Those whose number is below this, of 2⁶⁴.
    Below(u64),
}

impl Root {
    /// The part `ratio` of them, from 0 to 1.
    pub fn ratio(ratio: f64) -> Self {
        if ratio >= 1.0 { Self::Always } else { Self::Below((ratio * TWO_TO_64) as u64) }
    }
}

impl Sampler {
    /// Decides about `trace`, and says it to whoever is behind.
    pub(super) fn decide(self, trace: &mut Trace) {
        let sampled = match self.root {
            _ if self.parent_based && trace.is_continued() => return,
            Root::Always => true,
            Root::Never => false,
            Root::Below(bound) => trace.low_half() < bound,
        };
        trace.sample(sampled);
    }
}

const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::*;
    use crate::bridge::state::noticed::Noticed;

    #[test]
    fn who_began_a_trace_decides_about_it_and_else_its_number_does() {
        // The lower half is a half of what there is, and a little more.
        let given = "00-0af7651916cd43dd8000000000000001-b7ad6b7169203331-0";
        let sampled = |parent_based, root, flag: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(flag) = flag {
                let value = HeaderValue::try_from(format!("{given}{flag}")).expect("a value");
                headers.insert("traceparent", value);
            }
            let mut trace = Trace::new(&headers, Noticed::of(&headers));
            Sampler { parent_based, root }.decide(&mut trace);
            trace.is_sampled()
        };
        for (parent_based, root, flag, expected) in [
            (true, Root::Always, Some("1"), true),
            (true, Root::Always, Some("0"), false),
            (true, Root::Always, None, true),
            (true, Root::Never, Some("1"), true),
            (true, Root::Never, None, false),
            (true, Root::ratio(0.0), None, false),
            (false, Root::Always, Some("0"), true),
            (false, Root::Never, Some("1"), false),
            (false, Root::ratio(0.5), Some("1"), false),
            (false, Root::ratio(0.6), Some("0"), true),
            (false, Root::ratio(1.0), Some("0"), true),
        ] {
            assert_eq!(sampled(parent_based, root, flag), expected, "{parent_based} {root:?} {flag:?}");
        }
    }
}
