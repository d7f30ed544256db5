//! Parts that came beside an envelope, and those of them that the contract binds: `$attachments` in JSON.
//!
//! The sender says by the Content-ID which part of the contract one is (WS-I Attachments Profile 1.0, section 3.8). Where it does not, as older
//! stacks, the media type tells, if only one part of the contract has it; the order of parts says nothing (section 3.6).

use percent_encoding::percent_decode_str;

use super::beside::{BesidePart, BesideParts, find};
use super::decode::{Decode, DecodeError, DecodeOptions, Decoded, Decoder};
use super::violation::{Breach, Violation, Violations};
use crate::json::{push_segment, write};
use crate::plan::{ATTACHMENTS, ComplexPlan, ElementPlan, NodeKind, Shape};

/// The parts that the contract binds, among those that came.
#[derive(Debug, Default)]
pub struct BoundParts {
    /// For each part that came whether it is one of them.
    used: Vec<bool>,
    /// What they were like.
    pub decoded: Decoded,
}

/// Where parts are matched with those of the contract.
#[derive(Debug)]
pub struct Matched<'m> {
    /// The envelope.
    pub text: &'m str,
    /// What reads them.
    pub decoder: &'m mut Decoder,
}

impl BoundParts {
    /// Positions of parts that neither the contract binds nor `decoded`, the message, refers to.
    pub fn left<'l>(&'l self, decoded: &'l Decoded) -> impl Iterator<Item = usize> + 'l {
        let unused = self.used.iter().enumerate().filter(|(_, used)| !**used).map(|(at, _)| at);
        unused.filter(|at| !decoded.referred.contains(at))
    }
}

impl BesideParts<'_> {
    /// Appends `"$attachments":{…}` to `members`, where the message has such parts.
    ///
    /// Errors: a part that is missing, there twice, or not told from another.
    pub fn members(
        &self,
        decode: Decode<'_, '_>,
        from: Matched<'_>,
        members: &mut Vec<u8>,
    ) -> Result<BoundParts, DecodeError> {
        let mut bound = BoundParts { used: vec![false; self.0.len()], decoded: Decoded::default() };
        let plan = decode.plan;
        let Some(root) = decode.message.attachments else { return Ok(bound) };
        let Shape::Complex(root) = &plan.type_plan(plan.element(root).type_ix).shape else {
            return Ok(bound);
        };
        let wanted = wanted(decode, root);
        let referred =
            if decode.message.refers { self.referred(from.text) } else { vec![false; self.0.len()] };
        let chosen = Matching::new(&wanted, &self.0, &referred).done()?;
        let mut given = Vec::new();
        for at in chosen {
            given.extend(self.0.get(at));
            bound.used.get_mut(at).into_iter().for_each(|used| *used = true);
        }
        members.extend_from_slice(if members.is_empty() { b"" } else { b"," });
        write::write_key(members, ATTACHMENTS);
        let decode = Decode { options: DecodeOptions { members: &[], ..decode.options }, ..decode };
        bound.decoded = from.decoder.bound_parts(decode, &given, members)?;
        Ok(bound)
    }

    /// Those that `text` may refer to.
    fn referred(&self, text: &str) -> Vec<bool> {
        let mut found = vec![false; self.0.len()];
        let mut rest = text;
        while let Some(at) = memchr::memmem::find(rest.as_bytes(), b"cid:") {
            let (_, uri) = rest.split_at(at);
            let end = uri.find(['<', ' ', '\n', '\r', '\t']).map_or(uri.len(), |end| end);
            // Each character is looked at once, however often the scheme stands in it.
            let (uri, behind) = uri.split_at(end);
            rest = behind;
            // What leads to no part is told where the message is read.
            if let Ok(at) = find(uri, &self.0) {
                found.get_mut(at).into_iter().for_each(|found| *found = true);
            }
        }
        for (part, found) in self.0.iter().zip(&mut found) {
            let alone = part.id.as_deref().filter(|id| !id.is_empty()).map(|id| format!(">{id}<"));
            *found |=
                alone.is_some_and(|alone| memchr::memmem::find(text.as_bytes(), alone.as_bytes()).is_some());
        }
        found
    }
}

/// A part that the contract binds.
struct Wanted<'p> {
    /// Its name in the contract.
    name: &'p str,
    /// Its key.
    key: &'p str,
    ranges: &'p [Box<str>],
}

fn wanted<'p>(decode: Decode<'p, '_>, root: &'p ComplexPlan) -> Vec<Wanted<'p>> {
    let plan = decode.plan;
    let elements = root.nodes.iter().filter_map(|node| match node.kind {
        NodeKind::Element(ix) => Some((node, plan.element(ix))),
        _ => None,
    });
    elements
        .filter_map(|(node, ElementPlan { local, type_ix, .. })| {
            let Shape::Complex(complex) = &plan.type_plan(*type_ix).shape else { return None };
            let ranges = complex.attachment.as_deref()?;
            Some(Wanted { name: local, key: &root.slot(node).key, ranges })
        })
        .collect()
}

impl Wanted<'_> {
    fn takes(&self, media_type: &str) -> bool {
        self.ranges.is_empty()
            || self.ranges.iter().any(|range| match range.strip_suffix('*') {
                Some(kind) => media_type.starts_with(kind),
                None => **range == *media_type,
            })
    }

    fn is_called(&self, id: &str) -> bool {
        let Some((name, _)) = id.split_once('=') else { return false };
        // A name that is no text when it is decoded is none of the contract.
        name == self.name || percent_decode_str(name).decode_utf8().is_ok_and(|name| name == self.name)
    }

    fn wrong(&self, breach: Breach, expected: &str) -> Violations {
        let mut pointer = format!("/{ATTACHMENTS}");
        push_segment(&mut pointer, self.key);
        Violations(vec![Violation { breach, pointer, path: String::new(), expected: expected.to_owned() }])
    }
}

/// Which part that came is which of the contract.
struct Matching<'m> {
    wanted: &'m [Wanted<'m>],
    parts: &'m [BesidePart<'m>],
    chosen: Vec<Option<usize>>,
    /// For each part that came whether it may still be one of the contract.
    free: Vec<bool>,
}

impl<'m> Matching<'m> {
    fn new(wanted: &'m [Wanted<'m>], parts: &'m [BesidePart<'m>], referred: &[bool]) -> Self {
        let free = referred.iter().map(|referred| !referred).collect();
        Self { wanted, parts, chosen: vec![None; wanted.len()], free }
    }

    /// The position of the part that came, for each of the contract. Errors: there is none, or nobody can tell.
    fn done(mut self) -> Result<Vec<usize>, Violations> {
        self.by_name()?;
        while let Some((part, at)) = self.next_by_type().or_else(|| self.last()) {
            self.choose(part, at);
        }
        let mut all = Vec::new();
        for (chosen, wanted) in self.chosen.iter().zip(self.wanted) {
            let possible = || self.possible(wanted).next().is_some();
            match chosen {
                Some(at) => all.push(*at),
                None if possible() => return Err(wanted.wrong(Breach::Format, UNCLEAR)),
                None => return Err(wanted.wrong(Breach::Missing, "required")),
            }
        }
        Ok(all)
    }

    fn choose(&mut self, part: usize, at: usize) {
        self.chosen.get_mut(part).into_iter().for_each(|chosen| *chosen = Some(at));
        self.free.get_mut(at).into_iter().for_each(|free| *free = false);
    }

    /// Those whose Content-ID says which they are.
    fn by_name(&mut self) -> Result<(), Violations> {
        for (part, wanted) in self.wanted.iter().enumerate() {
            let is = |part: &BesidePart<'_>| part.id.as_deref().is_some_and(|id| wanted.is_called(id));
            let mut called = self.parts.iter().enumerate().filter(|(_, part)| is(part)).map(|(at, _)| at);
            match (called.next(), called.next()) {
                (Some(at), None) => self.choose(part, at),
                (Some(_), Some(_)) => return Err(wanted.wrong(Breach::Duplicate, "expected only once")),
                (None, _) => {}
            }
        }
        Ok(())
    }

    /// One of the contract that only one of those that came can be, or the other way round.
    fn next_by_type(&self) -> Option<(usize, usize)> {
        let open = || self.wanted.iter().enumerate().filter(|(part, _)| self.is_open(*part));
        let one = open().find_map(|(part, wanted)| Some((part, single(self.possible(wanted))?)));
        // Each of those that came is one of the contract where there are as many.
        let free = self.free.iter().filter(|free| **free).count();
        one.or_else(|| {
            if free != open().count() {
                return None;
            }
            self.parts.iter().enumerate().find_map(|(at, came)| {
                let takes = open().filter(|(_, wanted)| self.is_free(at) && wanted.takes(&came.essence()));
                Some((single(takes.map(|(part, _)| part))?, at))
            })
        })
    }

    /// The last one of the contract, where one is left of those that came: what is wrong with its type is told then.
    fn last(&self) -> Option<(usize, usize)> {
        let open = (0..self.wanted.len()).filter(|part| self.is_open(*part));
        let free = (0..self.parts.len()).filter(|at| self.is_free(*at));
        single(open).zip(single(free))
    }

    fn is_open(&self, part: usize) -> bool {
        self.chosen.get(part).is_some_and(Option::is_none)
    }

    fn is_free(&self, at: usize) -> bool {
        self.free.get(at).is_some_and(|free| *free)
    }

    /// Those that came and may be `wanted`.
    fn possible(&self, wanted: &'m Wanted<'m>) -> impl Iterator<Item = usize> {
        let all = self.parts.iter().enumerate();
        all.filter(|(at, part)| self.is_free(*at) && wanted.takes(&part.essence())).map(|(at, _)| at)
    }
}

/// The only one of `all`.
fn single(mut all: impl Iterator<Item = usize>) -> Option<usize> {
    all.next().filter(|_| all.next().is_none())
}

const UNCLEAR: &str = "several parts may be this one: expected a Content-ID that begins with the part's name and `=` \
                       (WS-I Attachments Profile, R2933)";
