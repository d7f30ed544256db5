//! Parts that came beside an envelope.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A part that came beside an envelope.
#[derive(Clone, Debug, Default)]
pub struct BesidePart<'b> {
    /// Its `Content-ID` without brackets.
    pub id: Option<String>,
    /// Its `Content-Type`.
    pub media_type: Option<String>,
    /// Its octets.
    pub octets: Cow<'b, [u8]>,
}

/// The parts that came beside an envelope.
#[derive(Debug, Default)]
pub struct BesideParts<'b>(pub Vec<BesidePart<'b>>);

/// Why a reference leads to no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::codec) enum NotFound {
    /// It is no `cid:` URI (RFC 2392): nothing else than a part is ever looked at.
    #[error("expected the URI cid: of a part of the message, which is all that is read")]
    Elsewhere,
    /// There is no such part.
    #[error("no part of the message has the Content-ID that this refers to")]
    Nothing,
    /// Two parts have the same Content-ID.
    #[error("two parts of the message have the Content-ID that this refers to")]
    Several,
}

impl BesidePart<'_> {
    /// Its `Content-ID` as it is shown; empty where it has none.
    pub fn shown(&self) -> String {
        self.id.as_deref().map_or("", |id| id).chars().take(LONGEST_NAME).collect()
    }

    /// Its media type, with the type in lower case; that of a part that says none (RFC 2045 section 5.2).
    pub(in crate::codec) fn media_type(&self) -> String {
        let Some(written) = &self.media_type else { return UNSAID.to_owned() };
        let written = written.replace('\t', " ");
        let (name, parameters) = written.find(';').map_or((written.as_str(), ""), |at| written.split_at(at));
        format!("{}{parameters}", name.to_ascii_lowercase())
    }

    /// The media type alone.
    pub(in crate::codec) fn essence(&self) -> String {
        let media_type = self.media_type();
        media_type.split_once(';').map_or(&*media_type, |(name, _)| name).trim_end().to_owned()
    }
}

/// The position of the part among `parts` to which the URI `text` refers. CXF writes the Content-ID alone, which is understood where a part
/// has it.
pub(in crate::codec) fn find(text: &str, parts: &[BesidePart<'_>]) -> Result<usize, NotFound> {
    let text = text.trim();
    let id = match text.split_once(':') {
        Some((scheme, id)) if scheme.eq_ignore_ascii_case("cid") => id,
        _ if parts.iter().any(|part| part.id.as_deref() == Some(text)) => text,
        _ => return Err(NotFound::Elsewhere),
    };
    let decoded = percent_decode_str(id).decode_utf8().map_err(|_| NotFound::Nothing)?;
    let named = |wanted: &str| {
        let mut all = parts.iter().enumerate().filter(|(_, part)| part.id.as_deref() == Some(wanted));
        all.next().map(|(at, _)| (at, all.next().is_none()))
    };
    // Some senders write the URI without escapes, and some a Content-ID with them.
    match named(&decoded).or_else(|| named(id)) {
        Some((at, true)) => Ok(at),
        Some((_, false)) => Err(NotFound::Several),
        None => Err(NotFound::Nothing),
    }
}

const UNSAID: &str = "text/plain; charset=us-ascii";

/// Characters of a name that are shown.
const LONGEST_NAME: usize = 128;
