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
use crate::soap::version::Version;
use crate::xml::{Event, Name, Namespaces, Reader, ns};

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
        // Each attachment is decoded once, however often it is referred to: what is written may be long where its octets are few.
        let mut inputs = Inputs {
            apart: stand_ins.map(|stand_ins| Apart { stand_ins, octets: Vec::new() }),
            out: String::with_capacity(text.len()),
            placed: attachments.iter().map(|_| None).collect(),
            base64: String::new(),
            stood_for: 0,
            holes,
        };
        // Up to where the text is written, and where the content of the element begins whose start tag was the last.
        let (mut written, mut content) = (0, None);
        let mut place = Place::default();
        loop {
            match reader.next()? {
                Event::Eof => break,
                Event::End => {
                    place.leave();
                    content = None;
                }
                Event::Start(name) if name.local == "Include" && reader.namespace(name.ns) == XOP => {
                    let from: usize =
                        content.take().filter(|_| is_blank(&reader)).ok_or(MultipartError::Include)?;
                    let href = reader.attribute(ns::NONE, "href").ok_or(MultipartError::Include)?;
                    let at = find(href, attachments)?;
                    let to = end_of_parent(&mut reader)?;
                    inputs.out.push_str(text.get(written..from).expect("tags follow one another"));
                    let part = attachments.get(at).expect("it was found among them");
                    inputs.put(at, part, place)?;
                    place.leave();
                    let what = "bytes of a message with its attachments";
                    if inputs.out.len() > most {
                        return Err(MultipartError::Limit { what, max: most });
                    }
                    if inputs.out.len() as u64 + inputs.stood_for > most_with_apart {
                        return Err(MultipartError::Limit { what, max: most_with_apart as usize });
                    }
                    written = to;
                }
                Event::Start(name) => {
                    place.enter(name, reader.namespace(name.ns));
                    content = Some(reader.end_offset());
                }
            }
        }
        let Inputs { mut out, placed, apart, .. } = inputs;
        out.push_str(text.get(written..).expect("the last tag ends inside of it"));
        let used = placed.iter().map(Option::is_some).collect();
        Ok(Inlined { text: out, used, apart: apart.filter(|apart| !apart.stand_ins.is_empty()) })
    }
}

/// Where in a message the reader stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Elements that are open.
    depth: usize,
    /// Whether it is in what the Body has, and that is no fault: header blocks are read for what they say, and so are faults.
    in_payload: bool,
}

impl Place {
    fn enter(&mut self, name: Name<'_>, namespace: &str) {
        self.depth += 1;
        if self.depth == BODY {
            self.in_payload = name.local == "Body";
        } else if self.depth == BODY + 1 && name.local == "Fault" && Version::of_uri(namespace).is_some() {
            self.in_payload = false;
        }
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    fn may_have_stand_ins(self) -> bool {
        self.in_payload && self.depth > BODY
    }
}

/// Elements that are open in the Body, with it and the Envelope.
const BODY: usize = 2;

/// What a message refers to.
struct Inputs<'i> {
    /// The message with that, as far as it is written.
    out: String,
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
    /// Writes what the message has in the place of `part`, which is the attachment at this position, where the reader stands at this `place`.
    fn put(&mut self, at: usize, part: &Part<'_>, place: Place) -> Result<(), MultipartError> {
        let Self { out, apart, placed, base64, stood_for, holes } = self;
        let known = placed.get_mut(at).expect("there is one for each");
        let may_have_stand_ins = place.may_have_stand_ins();
        if !may_have_stand_ins && matches!(known, Some(Placed::StandIn(_))) {
            return Err(MultipartError::Outside);
        }
        let known = match known {
            Some(known) => known,
            None => {
                known.insert(match (Hole::of(holes, part), apart.as_mut().filter(|_| may_have_stand_ins)) {
                    (Some(hole), Some(apart)) => in_hole(hole, holes, apart),
                    // What is taken out can be put nowhere else.
                    (Some(_), None) => return Err(MultipartError::Outside),
                    (None, apart) => placed_in(apart, part, base64)?,
                })
            }
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
fn placed_in(
    apart: Option<&mut Apart>,
    part: &Part<'_>,
    base64: &mut String,
) -> Result<Placed, MultipartError> {
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
