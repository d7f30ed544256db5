//! `xop:Include` (XOP 1.0 section 3.2): the octets of an attachment, put as base64 where the message refers to them, or what stands for them.

use std::borrow::Cow;
use std::ops::Range;

use base64_simd::STANDARD;
use percent_encoding::percent_decode_str;

use super::error::MultipartError;
use super::hole::Hole;
use super::part::Part;
use crate::codec::StandIns;
use crate::limits::{APART_OVER, XmlLimits};
use crate::xml::{Event, Namespaces, Reader, ns};

/// Whether `text` may refer to attachments.
pub(super) fn refers(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), XOP.as_bytes()).is_some()
}

/// What a message may refer to, and how much of it there may be.
pub(super) struct Inlining<'i> {
    pub(super) attachments: &'i [&'i Part<'i>],
    pub(super) holes: &'i [Hole],
    pub(super) limits: &'i XmlLimits,
    /// Bytes of the message with what it refers to: a small one may refer to a large attachment many times.
    pub(super) most: usize,
    /// The same where the base64 of what is apart is counted too.
    pub(super) most_with_apart: u64,
    /// What stands for octets that are not put into the message; nothing where all are.
    pub(super) stand_ins: Option<StandIns>,
}

/// A message with what it refers to.
pub(super) struct Inlined {
    pub(super) text: String,
    /// For each attachment whether the message refers to it.
    pub(super) used: Vec<bool>,
    /// What is not in it.
    pub(super) apart: Option<Apart>,
}

/// Octets of parts that are not in a message: it has stand-ins for them.
#[derive(Debug)]
pub struct Apart {
    /// What stands for them.
    pub stand_ins: StandIns,
    /// Where they are, in the order of the stand-ins.
    pub octets: Vec<Octets>,
}

/// Where the octets of a part are.
#[derive(Debug)]
pub enum Octets {
    /// Here, since they were written in another way.
    Decoded(Vec<u8>),
    /// In this one of the holes of the body.
    Hole(usize),
    /// In the body of the message.
    In(Range<usize>),
}

/// What the message has in the place of a reference to an attachment.
enum Placed {
    /// The base64 of these octets.
    Base64(Range<usize>),
    /// A stand-in.
    StandIn(usize),
}

impl Inlining<'_> {
    /// `text` with what it refers to.
    pub(super) fn inlined(self, text: &str) -> Result<Inlined, MultipartError> {
        let Self { attachments, holes, limits, most, most_with_apart, stand_ins } = self;
        let known = Namespaces::default();
        let mut reader = Reader::new(text, &known, limits);
        let mut out = String::with_capacity(text.len());
        // Each attachment is decoded once, however often it is referred to: what is written may be long where its octets are few.
        let mut inputs = Inputs {
            apart: stand_ins.map(|stand_ins| Apart { stand_ins, octets: Vec::new() }),
            placed: attachments.iter().map(|_| None).collect(),
            base64: String::new(),
            stood_for: 0,
            holes,
        };
        // Up to where the text is written, and where the content of the element begins whose start tag was the last.
        let (mut written, mut content) = (0, None);
        loop {
            match reader.next()? {
                Event::Eof => break,
                Event::End => content = None,
                Event::Start(name) if name.local == "Include" && reader.namespace(name.ns) == XOP => {
                    let from: usize =
                        content.take().filter(|_| is_blank(&reader)).ok_or(MultipartError::Include)?;
                    let href = reader.attribute(ns::NONE, "href").ok_or(MultipartError::Include)?;
                    let at = find(href, attachments)?;
                    let to = end_of_parent(&mut reader)?;
                    out.push_str(text.get(written..from).expect("tags follow one another"));
                    let part = attachments.get(at).expect("it was found among them");
                    inputs.put(at, part, &mut out)?;
                    let what = "bytes of a message with its attachments";
                    if out.len() > most {
                        return Err(MultipartError::Limit { what, max: most });
                    }
                    if out.len() as u64 + inputs.stood_for > most_with_apart {
                        return Err(MultipartError::Limit { what, max: most_with_apart as usize });
                    }
                    written = to;
                }
                Event::Start(_) => content = Some(reader.end_offset()),
            }
        }
        out.push_str(text.get(written..).expect("the last tag ends inside of it"));
        let used = inputs.placed.iter().map(Option::is_some).collect();
        Ok(Inlined { text: out, used, apart: inputs.apart.filter(|apart| !apart.stand_ins.is_empty()) })
    }
}

/// What a message refers to.
struct Inputs<'i> {
    holes: &'i [Hole],
    apart: Option<Apart>,
    /// For each attachment what the message has in its place.
    placed: Vec<Option<Placed>>,
    /// The base64 of those that are put into the message.
    base64: String,
    /// Characters of base64 for which the message has stand-ins.
    stood_for: u64,
}

impl Inputs<'_> {
    /// Writes what the message has in the place of `part`, which is the attachment at this position.
    fn put(&mut self, at: usize, part: &Part<'_>, out: &mut String) -> Result<(), MultipartError> {
        let Self { apart, placed, base64, stood_for, holes } = self;
        let known = placed.get_mut(at).expect("there is one for each");
        let known = match known {
            Some(known) => known,
            None => known.insert(match (Hole::of(holes, part), apart.as_mut()) {
                (Some(hole), Some(apart)) => in_hole(hole, holes, apart),
                // What is taken out can be put nowhere else.
                (Some(_), None) => return Err(MultipartError::Truncated),
                (None, apart) => place(apart, part, base64)?,
            }),
        };
        match (known, apart) {
            (Placed::Base64(place), _) => {
                out.push_str(base64.get(place.clone()).expect("it was written there"));
            }
            (Placed::StandIn(at), Some(Apart { stand_ins, .. })) => {
                out.push_str(&stand_ins.text(*at));
                let octets = stand_ins.octets(*at).expect("it stands for something");
                *stood_for += octets.div_ceil(3) * 4;
            }
            (Placed::StandIn(_), None) => unreachable!("it stands for what is apart"),
        }
        Ok(())
    }
}

/// What a message has in the place of a part whose octets were taken out.
fn in_hole(at: usize, holes: &[Hole], apart: &mut Apart) -> Placed {
    let hole = holes.get(at).expect("it was found among them");
    apart.octets.push(Octets::Hole(at));
    Placed::StandIn(apart.stand_ins.add(hole.length()))
}

/// Finds what a message has in the place of `part`: a stand-in where its octets are many and may be `apart`.
fn place(apart: Option<&mut Apart>, part: &Part<'_>, base64: &mut String) -> Result<Placed, MultipartError> {
    let octets = part.coding.decode(part.written)?;
    match apart.filter(|_| octets.len() > APART_OVER) {
        Some(apart) => {
            let stand_in = apart.stand_ins.add(octets.len() as u64);
            apart.octets.push(match octets {
                Cow::Borrowed(written) => Octets::In(part.at..part.at + written.len()),
                Cow::Owned(decoded) => Octets::Decoded(decoded),
            });
            Ok(Placed::StandIn(stand_in))
        }
        None => {
            let from = base64.len();
            STANDARD.encode_append(&octets, base64);
            Ok(Placed::Base64(from..base64.len()))
        }
    }
}

/// Reads an empty `xop:Include` and the end tag that follows it; gives where that begins.
fn end_of_parent(reader: &mut Reader<'_>) -> Result<usize, MultipartError> {
    for _ in 0..2 {
        if reader.next()? != Event::End || !is_blank(reader) {
            return Err(MultipartError::Include);
        }
    }
    Ok(reader.offset())
}

fn is_blank(reader: &Reader<'_>) -> bool {
    reader.text().bytes().all(|byte| byte.is_ascii_whitespace())
}

/// Which of `attachments` the URL `href` names (RFC 2392): nothing else than a part is ever looked at.
fn find(href: &str, attachments: &[&Part<'_>]) -> Result<usize, MultipartError> {
    let href = href.trim();
    let (scheme, id) = href.split_once(':').ok_or(MultipartError::Include)?;
    if !scheme.eq_ignore_ascii_case("cid") {
        return Err(MultipartError::Include);
    }
    let decoded = percent_decode_str(id).decode_utf8().map_err(|_| MultipartError::Include)?;
    let named = |wanted: &str| {
        let mut all = attachments.iter().enumerate().filter(|(_, part)| part.id.as_deref() == Some(wanted));
        (all.next().map(|(at, _)| at), all.next().is_some())
    };
    // Some senders write the URL without escapes, and some a Content-ID with them.
    let found = [&*decoded, id].into_iter().map(named).find(|(at, _)| at.is_some());
    match found {
        Some((Some(at), false)) => Ok(at),
        Some((_, true)) => Err(MultipartError::DuplicateId(decoded.into_owned())),
        Some((None, _)) | None => Err(MultipartError::Missing(decoded.into_owned())),
    }
}

const XOP: &str = "http://www.w3.org/2004/08/xop/include";
