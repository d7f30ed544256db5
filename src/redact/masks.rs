//! The fields that a service file or a command masks.

use super::MARK;
use super::names::is_secret;
use crate::plan::Credential;
use crate::service::selector::Selector;
use crate::service::{Mask, Service};

/// Fields that are not shown, and how much of them is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Masks(Vec<(Selector, Mask)>);

impl From<Vec<(Selector, Mask)>> for Masks {
    fn from(rules: Vec<(Selector, Mask)>) -> Self {
        Self(rules)
    }
}

impl Masks {
    /// Those of a service: its `mask` rules, and the members and the fields of header parts that are credentials.
    pub fn of(service: &Service) -> Self {
        let paths = service.operations.iter().filter_map(|operation| operation.credentials.as_ref());
        let passwords = paths.map(|paths| {
            let mut pointer = String::new();
            crate::json::push_segment(&mut pointer, &paths.object);
            crate::json::push_segment(&mut pointer, &paths.password);
            (Selector::parse(&pointer).expect("two segments are a pointer"), Mask::Hide)
        });
        let blocks = service.credential_paths.iter().filter(|path| path.holds == Credential::Password);
        let blocks = blocks.map(|path| {
            let names = path.names.iter().map(|(_, local)| local.to_string());
            (Selector::of(names.collect()), Mask::Hide)
        });
        Self(service.mask.iter().cloned().chain(passwords).chain(blocks).collect())
    }

    /// Fields that are hidden, as JSON Pointers. Errors: one that does not begin with a slash.
    pub fn parse(pointers: &[String]) -> Result<Self, String> {
        let hidden =
            |text: &String| Ok((Selector::pointer(text).map_err(|problem| problem.to_string())?, Mask::Hide));
        pointers.iter().map(hidden).collect::<Result<_, String>>().map(Self)
    }

    /// Both.
    pub fn and(mut self, other: &Self) -> Self {
        let new = other.0.iter().filter(|rule| !self.0.contains(rule)).cloned().collect::<Vec<_>>();
        self.0.extend(new);
        self
    }

    /// The same, for whoever must see that a field is there: what would be left out is hidden.
    pub fn in_place(mut self) -> Self {
        self.0.iter_mut().filter(|(_, mask)| *mask == Mask::Drop).for_each(|(_, mask)| *mask = Mask::Hide);
        self
    }

    /// The fields that are masked so, as they are written.
    pub fn written(&self, is: impl Fn(Mask) -> bool) -> Vec<String> {
        self.0.iter().filter(|(_, mask)| is(*mask)).map(|(at, _)| at.written()).collect()
    }

    /// How the value at the JSON path `path` is masked, if it is: by a rule for it or for what is around it, or by a name.
    pub fn at(&self, path: &[String]) -> Option<Mask> {
        let named = path.iter().any(|name| is_secret(name)).then_some(Mask::Hide);
        strictest(self.0.iter().filter(|(at, _)| at.covers(path)).map(|(_, mask)| *mask).chain(named))
    }

    /// How the content of the element at the XML path `path` is masked by a rule for it, if it is. XML has no indexes, and
    /// more names than JSON where a wrapper does not show: too much is masked rather than too little.
    pub(super) fn at_element(&self, path: &[String]) -> Option<Mask> {
        strictest(self.0.iter().filter(|(at, _)| at.ends(path)).map(|(_, mask)| *mask))
    }
}

/// Of two rules for one field the one that shows less.
pub(super) fn strictest(masks: impl Iterator<Item = Mask>) -> Option<Mask> {
    let rank = |mask: &Mask| match mask {
        Mask::Last4 => 0,
        Mask::Hide => 1,
        Mask::Drop => 2,
    };
    masks.max_by_key(rank)
}

/// What shows of a masked text. Four characters of a short one would be most of it.
pub(super) fn shown(mask: Mask, text: &str) -> String {
    match last_four(mask, text) {
        Some(last) => format!("{MARK}{last}"),
        None => MARK.to_owned(),
    }
}

/// What shows of a masked number: a number, so that the message still fits its contract.
pub(super) fn shown_number(mask: Mask, digits: &str) -> String {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    match last_four(mask, digits).filter(|_| plain).map(|last| last.trim_start_matches('0')) {
        None | Some("") => "0".to_owned(),
        Some(last) => last.to_owned(),
    }
}

fn last_four(mask: Mask, text: &str) -> Option<&str> {
    let length = text.chars().count();
    let (at, _) = text.char_indices().nth(length.checked_sub(4)?)?;
    text.get(at..).filter(|_| mask == Mask::Last4 && length >= LONG)
}

/// Texts with fewer characters do not show their last four.
const LONG: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_four_show_where_they_are_few() {
        for (mask, text, expected) in [
            (Mask::Last4, "123-45-6789", "***6789"),
            (Mask::Last4, "6789", "***"),
            (Mask::Last4, "ünïcödé!", "***ödé!"),
            (Mask::Hide, "123-45-6789", "***"),
        ] {
            assert_eq!(shown(mask, text), expected, "{text}");
        }
        assert_eq!(shown_number(Mask::Last4, "4111111111110042"), "42");
        assert_eq!(shown_number(Mask::Last4, "1e99999999"), "0");
        assert_eq!(shown_number(Mask::Hide, "4111111111110042"), "0");
    }

    #[test]
    fn the_stricter_rule_wins_and_names_count() {
        let path = |pointer: &str| pointer.split('/').skip(1).map(str::to_owned).collect::<Vec<_>>();
        let hidden = Masks::parse(&["/a/*".to_owned()]).expect("pointer");
        let dropped = Masks(vec![(Selector::parse("/a").expect("pointer"), Mask::Drop)]);
        assert_eq!(hidden.clone().and(&dropped).at(&path("/a/b/c")), Some(Mask::Drop));
        assert_eq!(hidden.at(&path("/a/b/c")), Some(Mask::Hide));
        assert_eq!(hidden.at(&path("/b/password/0/text")), Some(Mask::Hide));
        assert_eq!(hidden.at(&path("/b")), None);
        assert!(Masks::parse(&["a".to_owned()]).is_err());
    }
}
