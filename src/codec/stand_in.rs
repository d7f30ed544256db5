//! What stands in a message for octets that are elsewhere while it is translated.

use std::ops::Range;

use crate::xsd::simple::{BuiltIn, SimpleType, Violation};

/// Texts that stand for the octets of the attachments of one message.
///
/// Octets that came beside a message stay where they are while it becomes JSON, and XML. In their places are texts of [`StandIns::LENGTH`]
/// characters, which are values of `xs:base64Binary`, so that whatever is done with the message in between is done with them as well. Nobody can
/// write such a text: each has 128 random bits that are drawn when the message is there.
#[derive(Clone, Debug)]
pub struct StandIns {
    mark: String,
    /// How many octets each stands for.
    octets: Vec<u64>,
}

impl StandIns {
    /// Characters of each: canonical base64 has so many of them for 42 octets.
    pub const LENGTH: usize = MARK.len() + 32 + INDEX;

    /// None yet; `random` tells those of one message from all others.
    pub fn new(random: u128) -> Self {
        Self { mark: format!("{MARK}{random:032x}"), octets: Vec::new() }
    }

    /// Whether `text` is one of some message, as far as can be told without that.
    pub fn is_alike(text: &str) -> bool {
        text.len() == Self::LENGTH && text.starts_with(MARK)
    }

    /// Adds one for so many `octets`, and gives its position.
    pub fn add(&mut self, octets: u64) -> usize {
        self.octets.push(octets);
        self.octets.len() - 1
    }

    /// The text of the one at this position.
    pub fn text(&self, at: usize) -> String {
        format!("{}{at:0INDEX$x}", self.mark)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.octets.is_empty()
    }

    /// How many octets the one at this position stands for; nothing where there is none.
    pub fn octets(&self, at: usize) -> Option<u64> {
        self.octets.get(at).copied()
    }

    /// The position of the one that `text` is.
    pub fn position(&self, text: &[u8]) -> Option<usize> {
        let index = text.strip_prefix(self.mark.as_bytes()).filter(|index| index.len() == INDEX)?;
        let digit = |at: usize, digit: &u8| Some(at << 4 | char::from(*digit).to_digit(16)? as usize);
        let at = index.iter().try_fold(0, digit)?;
        (at < self.octets.len()).then_some(at)
    }

    /// What of a simple type is known to hold of the value `text`: nothing where that is no stand-in, and its text has to be looked at. A type of
    /// other values than base64 takes the base64 as a text, of which nothing is known but that it is one.
    #[inline]
    pub(super) fn check(
        this: Option<&Self>,
        simple: &SimpleType,
        text: &str,
    ) -> Option<Result<(), Violation>> {
        let all = this?;
        all.check_stand_in(simple, text)
    }

    #[cold]
    fn check_stand_in(&self, simple: &SimpleType, text: &str) -> Option<Result<(), Violation>> {
        let octets = self.octets(self.position(text.as_bytes())?)?;
        let takes_text = simple.octets() != Some(BuiltIn::Base64Binary) && simple.facets().is_empty();
        (!takes_text).then(|| simple.check_octets(octets))
    }

    /// Where they stand in `text`, each with its position.
    pub fn places(&self, text: &[u8]) -> impl Iterator<Item = (Range<usize>, usize)> {
        memchr::memmem::find_iter(text, &self.mark).filter_map(|from| {
            let place = from..from + Self::LENGTH;
            let at = self.position(text.get(place.clone())?)?;
            Some((place, at))
        })
    }
}

/// What each begins with.
const MARK: &str = "OctetsElsewhere0";

/// Hexadecimal digits of a position.
const INDEX: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> StandIns {
        let mut all = StandIns::new(7);
        assert_eq!((all.add(100), all.add(200)), (0, 1));
        all
    }

    #[test]
    fn a_stand_in_is_a_value_in_base64() {
        let text = two().text(1);
        assert_eq!(text.len(), StandIns::LENGTH);
        let checked = SimpleType::built_in(BuiltIn::Base64Binary).check(&text).map(|checked| checked.value);
        assert_eq!(checked.as_deref(), Ok(&*text), "and its own canonical form");
    }

    #[test]
    fn stand_ins_are_found() {
        let all = two();
        let text = format!("<a>{}</a>{}", all.text(1), all.text(0));
        let places: Vec<_> = all.places(text.as_bytes()).collect();
        assert_eq!(places, [(3..59, 1), (63..119, 0)]);
        assert_eq!((all.position(all.text(1).as_bytes()), all.octets(1)), (Some(1), Some(200)));
    }

    #[test]
    fn what_looks_alike_is_none() {
        let all = two();
        let (own, other) = (all.text(1), StandIns::new(8).text(1));
        for text in
            [&own[..55], &own.replace("00000001", "00000002"), &own.replace("00000001", "0000000x"), &other]
        {
            assert_eq!(
                (all.position(text.as_bytes()), all.places(text.as_bytes()).count()),
                (None, 0),
                "{text}"
            );
        }
    }
}
