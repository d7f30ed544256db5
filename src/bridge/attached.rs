//! Attachments that stay where they are while their message is translated, and bodies that have them.

use std::ops::Range;
use std::sync::Arc;

use base64_simd::STANDARD;
use bytes::Bytes;

use super::backend::pieces::{Body, Pieces};
use super::state::entropy;
use super::state::spool::Spooled;
use crate::codec::{Attachment, StandIns};
use crate::limits::APART_STEP;
use crate::soap::{Apart, FormOut, Octets, Package};

/// The attachments of a message that has stand-ins for them.
#[derive(Clone, Debug)]
pub(super) struct Attached {
    stand_ins: StandIns,
    /// Of each its octets.
    octets: Vec<Kept>,
}

/// Octets that are in no message.
#[derive(Clone, Debug)]
enum Kept {
    /// In a file, and which of all that are there.
    File(Arc<Spooled>, Range<u64>),
    /// In memory.
    Here(Bytes),
}

impl Attached {
    /// None yet.
    pub(super) fn none() -> Self {
        Self { stand_ins: stand_ins(), octets: Vec::new() }
    }

    /// Adds `octets`, and gives what stands for them.
    pub(super) fn add(&mut self, octets: Bytes) -> String {
        let at = self.stand_ins.add(octets.len() as u64);
        self.octets.push(Kept::Here(octets));
        self.stand_ins.text(at)
    }

    /// Adds the octets that are missing in this hole of a body.
    pub(super) fn add_spooled(&mut self, spooled: &Arc<Spooled>, hole: usize) -> String {
        let kept = in_hole(spooled, hole);
        let at = self.stand_ins.add(kept.length());
        self.octets.push(kept);
        self.stand_ins.text(at)
    }

    /// Those of the message `body`, of which long parts may be `spooled`.
    pub(super) fn new(apart: Apart, body: &Bytes, spooled: Option<&Arc<Spooled>>) -> Self {
        let octets = apart.octets.into_iter().map(|octets| match octets {
            Octets::Decoded(octets) => Kept::Here(octets.into()),
            Octets::Hole(hole) => {
                in_hole(spooled.expect("a hole is where octets were put into a file"), hole)
            }
            Octets::In(place) => Kept::Here(body.slice(place)),
        });
        Self { octets: octets.collect(), stand_ins: apart.stand_ins }
    }
}

/// A string of JSON that stands for octets.
#[derive(Debug)]
pub(super) struct StoodFor {
    /// The JSON Pointer of its place.
    pub(super) pointer: String,
    /// Where it stands in the text, with its quotes.
    pub(super) place: Range<usize>,
    /// The position of the stand-in that it is.
    pub(super) at: usize,
}

/// The field of a form that has its JSON.
pub(super) const FIELD: &str = "json";

/// What stands for octets in a message that has just come.
pub(super) fn stand_ins() -> StandIns {
    StandIns::new(entropy::boundary())
}

/// What a message is made of.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sources<'s> {
    /// The attachments for which it has stand-ins.
    pub(super) attached: Option<&'s Attached>,
    /// The text of which its values are parts, or copies.
    pub(super) text: Option<&'s Bytes>,
}

impl<'s> Sources<'s> {
    /// What stands for octets in the message.
    pub(super) fn stand_ins(self) -> Option<&'s StandIns> {
        self.attached.map(|attached| &attached.stand_ins)
    }

    /// The body with the `message`: in the places of stand-ins it has octets in base64.
    pub(super) fn placed(self, message: impl Into<Bytes>) -> Body {
        let message: Bytes = message.into();
        if self.attached.is_none() {
            return Body::new(message);
        }
        let mut pieces = Pieces::default();
        self.place(&message, &mut pieces);
        pieces.body(message)
    }

    /// Adds `message`, with octets in base64 in the places of stand-ins.
    fn place(self, message: &Bytes, pieces: &mut Pieces) {
        let mut from = 0;
        let found = self.attached.map(|attached| (attached, attached.stand_ins.places(message)));
        for (attached, (place, at)) in
            found.into_iter().flat_map(|(all, found)| found.map(move |at| (all, at)))
        {
            pieces.octets(message.slice(from..place.start));
            match attached.kept(at) {
                Kept::File(spooled, place) => pieces.spooled(spooled.clone(), place.clone(), true),
                Kept::Here(octets) => pieces.encoded(octets.clone()),
            }
            from = place.end;
        }
        pieces.octets(message.slice(from..));
    }

    /// The body that is `form` with the message `json`, which has null in the places of `values`, its strings that are stand-ins, in their order, and
    /// a field for each of them. A stand-in that is a part of a string, as in XML that is kept as a text, is base64 there.
    pub(super) fn in_form(self, form: &FormOut, json: &Bytes, values: &[StoodFor]) -> Body {
        let mut pieces = Pieces::new(form.json(FIELD).into_bytes());
        let mut from = 0;
        for StoodFor { place, .. } in values {
            self.place(&json.slice(from..place.start), &mut pieces);
            pieces.text().extend_from_slice(b"null");
            from = place.end;
        }
        self.place(&json.slice(from..), &mut pieces);
        for StoodFor { pointer, at, .. } in values {
            pieces.text().extend_from_slice(form.octets(pointer).as_bytes());
            self.put_octets(*at, &mut pieces);
        }
        pieces.text().extend_from_slice(form.closing().as_bytes());
        pieces.body(Bytes::new())
    }

    fn put_octets(self, at: usize, pieces: &mut Pieces) {
        match self.attached.expect("it has stand-ins").kept(at) {
            Kept::File(spooled, place) => pieces.spooled(spooled.clone(), place.clone(), false),
            Kept::Here(octets) => pieces.octets(octets.clone()),
        }
    }

    /// The body that is `package` with the `message`, which was written for it. Not all that stands for octets goes beside it: a value may be too
    /// short for that, one too many, or in a header block that nobody knows.
    pub(super) fn packed(self, package: &Package<'_>, message: Vec<u8>) -> Body {
        let mut pieces = match self.attached {
            None => Pieces::new(message),
            Some(_) => {
                let mut pieces = Pieces::default();
                self.place(&message.into(), &mut pieces);
                pieces
            }
        };
        for (head, attachment) in package.parts() {
            pieces.text().extend_from_slice(&head);
            self.put(attachment, &mut pieces);
        }
        pieces.text().extend_from_slice(package.closing().as_bytes());
        pieces.body(Bytes::new())
    }

    fn put(self, attachment: &Attachment<'_>, pieces: &mut Pieces) {
        let base64 = attachment.value.as_bytes();
        match (attachment.stand_in, self.text.and_then(|text| part_of(text, base64))) {
            (Some(at), _) => self.put_octets(at, pieces),
            (None, Some(base64)) if base64.len() > APART_STEP => pieces.decoded(base64),
            (None, _) => {
                let decoded = STANDARD.decode_append(base64, pieces.text());
                decoded.expect("it was checked when it was taken out of the message");
            }
        }
    }
}

impl Attached {
    fn kept(&self, at: usize) -> &Kept {
        self.octets.get(at).expect("each stand-in stands for something")
    }
}

impl Kept {
    fn length(&self) -> u64 {
        match self {
            Self::File(_, place) => place.end - place.start,
            Self::Here(octets) => octets.len() as u64,
        }
    }
}

fn in_hole(spooled: &Arc<Spooled>, hole: usize) -> Kept {
    let hole = spooled.holes().get(hole).expect("it was found among them");
    Kept::File(spooled.clone(), hole.octets.clone())
}

/// `part` as a part of `text`, where it stands in that.
fn part_of(text: &Bytes, part: &[u8]) -> Option<Bytes> {
    let (all, part_at) = (text.as_ptr_range(), part.as_ptr_range());
    (all.start <= part_at.start && part_at.end <= all.end).then(|| text.slice_ref(part))
}
