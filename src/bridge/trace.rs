//! W3C Trace Context: the trace that a request belongs to, as its client says it and as its backend gets it.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::bridge::state::entropy;
use crate::bridge::state::header::advice;
use crate::bridge::state::noticed::{Noticed, TRACEPARENT};
use crate::limits::{TRACE_ENTRIES, TRACE_STATE};

/// Section 3.3.
pub(in crate::bridge) const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The trace of one exchange: that of its client, with the bridge as the parent, or a new one.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct Trace {
    /// The header, which only a request for a backend has.
    parent: [u8; LENGTH],
    state: Option<HeaderValue>,
    /// Whether its client has begun it.
    continued: bool,
}

/// The part of a trace that its header says.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct TraceParent([u8; LENGTH]);

/// What a `traceparent` says: the trace, the part of it that the request is of, and its flags.
struct Incoming<'h> {
    trace: &'h [u8],
    span: &'h [u8],
    flags: u8,
}

impl Trace {
    /// The trace of a request with `headers`. A `traceparent` that is malformed, or there twice, begins a new one, and what a
    /// `tracestate` says belongs to one that was read (sections 3.2.2.3, 3.3.1, 4.3).
    pub(in crate::bridge) fn new(headers: &HeaderMap, noticed: Noticed) -> Self {
        let given = noticed.trace.then(|| advice(headers, &TRACEPARENT)).flatten();
        match given.and_then(|given| Incoming::parse(given.as_bytes())) {
            Some(Incoming { trace, flags, .. }) => {
                let span = lower_hex::<16>(entropy::span());
                Self { parent: parent(trace, &span, flags), state: state(headers), continued: true }
            }
            None => {
                let (trace, span) = (lower_hex::<32>(entropy::trace()), lower_hex::<16>(entropy::span()));
                // As whoever begins a trace without a sampler of its own: what comes behind decides for itself.
                Self { parent: parent(&trace, &span, SAMPLED), state: None, continued: false }
            }
        }
    }

    /// What its header says.
    #[inline]
    pub(in crate::bridge) fn parent(&self) -> TraceParent {
        TraceParent(self.parent)
    }

    /// The trace of which its header says `parent`.
    pub(in crate::bridge) fn of(TraceParent(parent): TraceParent) -> Self {
        Self { parent, state: None, continued: false }
    }

    /// The number of the bridge's part of it, which the backend gets as that of the parent.
    pub(in crate::bridge) fn span(&self) -> &str {
        str::from_utf8(&self.parent[36..52]).expect("digits")
    }

    /// The number of the client's part of it that a request with `headers` is of, where it says that.
    pub(in crate::bridge) fn parent_of(headers: &HeaderMap) -> Option<String> {
        let Incoming { span, .. } = Incoming::parse(advice(headers, &TRACEPARENT)?.as_bytes())?;
        Some(span.escape_ascii().to_string())
    }

    /// The number of a part that nobody has yet.
    pub(in crate::bridge) fn new_span() -> String {
        lower_hex::<16>(entropy::span()).escape_ascii().to_string()
    }

    /// Whether its client has begun it.
    pub(in crate::bridge) fn is_continued(&self) -> bool {
        self.continued
    }

    /// Whether whoever is behind is told that it is recorded.
    #[inline]
    pub(in crate::bridge) fn is_sampled(&self) -> bool {
        value_of(self.parent[LENGTH - 1]) & SAMPLED != 0
    }

    /// Tells whoever is behind whether it is recorded.
    pub(in crate::bridge) fn sample(&mut self, sampled: bool) {
        let flags = value_of(self.parent[LENGTH - 1]) & !SAMPLED | u8::from(sampled);
        self.parent[LENGTH - 1] = b'0' + flags;
    }

    /// The lower half of its number.
    pub(in crate::bridge) fn low_half(&self) -> u64 {
        self.parent[19..35].iter().fold(0, |sum, digit| sum << 4 | u64::from(value_of(*digit)))
    }

    /// What other systems say of it.
    pub(in crate::bridge) fn state(&self) -> Option<&str> {
        // Only what is readable was taken.
        self.state.as_ref().and_then(|state| state.to_str().ok())
    }

    /// Puts it into `headers`, where the service file has no field of the message for them.
    pub(in crate::bridge) fn write(&self, headers: &mut HeaderMap) {
        headers
            .entry(TRACEPARENT)
            .or_insert_with(|| HeaderValue::from_bytes(&self.parent).expect("digits and hyphens"));
        if let Some(state) = &self.state {
            headers.entry(TRACESTATE).or_insert_with(|| state.clone());
        }
    }
}

/// The number of the trace.
impl fmt::Display for Trace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.parent[3..35].escape_ascii())
    }
}

impl<'h> Incoming<'h> {
    /// Version 00 is read to the letter; a later one may have more behind (section 3.2.4). Nothing where it is malformed.
    fn parse(value: &'h [u8]) -> Option<Self> {
        let (version, rest) = value.split_at_checked(2)?;
        let trace = field(rest, 0, 32)?;
        let span = field(rest, 33, 16)?;
        let flags = field(rest, 50, 2)?;
        let ends = match rest.get(53) {
            None => true,
            Some(b'-') => version != b"00",
            Some(_) => false,
        };
        let zero = |field: &[u8]| field.iter().all(|digit| *digit == b'0');
        let valid = is_hex(version) && version != b"ff" && ends && !zero(trace) && !zero(span);
        let flags = flags.iter().fold(0, |sum, digit| sum << 4 | value_of(*digit));
        valid.then_some(Self { trace, span, flags: flags & KNOWN_FLAGS })
    }
}

/// The `length` hexadecimal digits of `rest` behind the hyphen at `at`.
fn field(rest: &[u8], at: usize, length: usize) -> Option<&[u8]> {
    let digits = rest.get(at..=at + length)?.strip_prefix(b"-")?;
    is_hex(digits).then_some(digits)
}

fn is_hex(digits: &[u8]) -> bool {
    digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

fn value_of(digit: u8) -> u8 {
    if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 }
}

/// `number` with `N` digits.
fn lower_hex<const N: usize>(number: u128) -> [u8; N] {
    let mut digits = [b'0'; N];
    let mut left = number;
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(left & 15) as usize];
        left >>= 4;
    }
    digits
}

fn parent(trace: &[u8], span: &[u8], flags: u8) -> [u8; LENGTH] {
    let mut text = [b'-'; LENGTH];
    text[..2].copy_from_slice(b"00");
    text[3..35].copy_from_slice(trace);
    text[36..52].copy_from_slice(span);
    text[53..].copy_from_slice(&lower_hex::<2>(flags.into()));
    text
}

/// The list of all `tracestate` headers as one. A malformed one is discarded (section 3.3.1); of one that is too long, entries
/// that are long themselves go first, then those at its end (section 3.3.1.5).
fn state(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut given = headers.get_all(&TRACESTATE).iter();
    let first = given.next()?;
    let mut entries: Vec<&[u8]> = Vec::new();
    for value in std::iter::once(first).chain(given) {
        for entry in value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            if entries.len() > TRACE_ENTRIES || !(entry.is_empty() || is_entry(entry)) {
                return None;
            }
            entries.extend(Some(entry).filter(|entry| !entry.is_empty()));
        }
    }
    if entries.len() > TRACE_ENTRIES {
        return None;
    }
    let length = |entries: &[&[u8]]| entries.iter().map(|entry| entry.len() + 1).sum::<usize>();
    if length(&entries) > TRACE_STATE + 1 {
        entries.retain(|entry| entry.len() <= LONG_ENTRY);
    }
    while length(&entries) > TRACE_STATE + 1 {
        entries.pop();
    }
    let joined = Some(entries.join(&b',')).filter(|joined| !joined.is_empty());
    joined.map(|joined| HeaderValue::try_from(joined).expect("it was one before"))
}

/// `key=value` (section 3.3.1.3).
fn is_entry(entry: &[u8]) -> bool {
    let Some(at) = memchr::memchr(b'=', entry) else { return false };
    let (key, value) = entry.split_at(at);
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let letter = |byte: &u8| plain(byte) || matches!(byte, b'_' | b'-' | b'*' | b'/' | b'@');
    let mut value = value.iter().skip(1);
    let printable = |byte: &u8| (0x20..0x7F).contains(byte) && *byte != b'=';
    key.first().is_some_and(plain) && key.iter().all(letter) && value.all(printable)
}

/// Section 3.2.2: version, trace, span and flags, with hyphens between them.
const LENGTH: usize = 55;

/// Section 3.2.2.5.
const SAMPLED: u8 = 1;

/// `sampled`, and `random` of level 2; those that nobody knows go no further.
const KNOWN_FLAGS: u8 = 3;

/// An entry that a list which is too long loses first.
const LONG_ENTRY: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn sent(given: &[(&str, &str)]) -> (String, Option<String>) {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
        }
        let mut out = HeaderMap::new();
        let trace = Trace::new(&headers, Noticed::of(&headers));
        trace.write(&mut out);
        let text = |name| out.get(name).map(|value| value.to_str().expect("text").to_owned());
        let parent = text(TRACEPARENT).expect("there is always one");
        assert_eq!(trace.to_string(), parent[3..35]);
        assert!(parent.len() == 55 && Incoming::parse(parent.as_bytes()).is_some(), "{parent}");
        (parent, text(TRACESTATE))
    }

    #[test]
    fn a_trace_is_continued_with_a_new_parent() {
        for (given, flags) in [
            (GIVEN.to_owned(), "01"),
            (GIVEN.replace("-01", "-00"), "00"),
            (GIVEN.replace("-01", "-ff"), "03"),
            (GIVEN.replace("00-0af", "cc-0af"), "01"),
            (format!("{}-more-of-it", GIVEN.replace("00-0af", "01-0af")), "01"),
        ] {
            let (parent, _) = sent(&[("traceparent", &given), ("tracestate", "x=1")]);
            assert_eq!((&parent[..36], &parent[52..]), (&GIVEN[..36], &*format!("-{flags}")), "{given}");
            assert_ne!(&parent[36..52], &GIVEN[36..52], "{given}");
        }
    }

    #[test]
    fn what_is_malformed_or_there_twice_begins_a_trace() {
        let zero_trace = format!("00-{}-b7ad6b7169203331-01", "0".repeat(32));
        let zero_span = GIVEN.replace("b7ad6b7169203331", &"0".repeat(16));
        for given in [
            "",
            "00",
            &GIVEN[..54],
            &format!("{GIVEN}-00"),
            &format!("{GIVEN}0"),
            &format!(" {GIVEN}, {GIVEN}"),
            &GIVEN.to_uppercase(),
            &GIVEN.replace("00-0af", "ff-0af"),
            &GIVEN.replace("00-0af", "0g-0af"),
            &GIVEN.replace("-01", "_01"),
            &GIVEN.replace("0af", "0ag"),
            &GIVEN.replace("00-0af", "01-0af").replace("-01", "-01."),
            &zero_trace,
            &zero_span,
            "é",
        ] {
            let (parent, state) = sent(&[("traceparent", given), ("tracestate", "x=1")]);
            assert!(!parent.contains("0af7651916cd43dd8448eb211c80319c") && state.is_none(), "{given}");
            assert!(parent.ends_with("-01"), "{parent}");
        }
        let twice = sent(&[("traceparent", GIVEN), ("traceparent", GIVEN), ("tracestate", "x=1")]);
        assert!(twice.0[..35] != GIVEN[..35] && twice.1.is_none());
        assert_ne!(sent(&[]).0, sent(&[]).0);
    }

    #[test]
    fn the_state_is_passed_within_bounds() {
        let state = |given: &[&str]| {
            let mut all = vec![("traceparent", GIVEN)];
            all.extend(given.iter().map(|given| ("tracestate", *given)));
            sent(&all).1
        };
        assert_eq!(state(&["a=1, b@c=2 3 ,,"]).as_deref(), Some("a=1,b@c=2 3"));
        assert_eq!(state(&["a=1", "b=2"]).as_deref(), Some("a=1,b=2"));
        for odd in ["", ",", "a", "A=1", "=1", "a=b=c", "a=é", "a b=1"] {
            assert_eq!(state(&[odd]), None, "{odd}");
        }
        let many: Vec<String> = (0..33).map(|n| format!("k{n}=1")).collect();
        assert_eq!(state(&[&many.join(",")]), None);
        assert_eq!(state(&[&many[..32].join(",")]), Some(many[..32].join(",")));
        let long = format!("a=1,long={},b=2", "x".repeat(600));
        assert_eq!(state(&[&long]).as_deref(), Some("a=1,b=2"));
        let (kept, lost) = (format!("k0={}", "x".repeat(97)), "y=".to_owned() + &"y".repeat(97));
        let full = vec![kept.clone(); 5].join(",");
        assert_eq!(state(&[&format!("{full},{lost}")]), Some(full));
    }
}
