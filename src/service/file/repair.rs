//! From a tree to the types of this folder. Where a file is not what it should be, each mistake is noted and mended in the tree,
//! and the tree is read again, so that all of them are told at once.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, Expected, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::key_path::{KeyPath, Step};
use super::tree::{Kind, Member, Node, Place, Scalar, Tree};
use crate::limits::{FILE_PROBLEMS, NEAREST_CHARACTERS};
use crate::service::problem::{FileProblem, Near};

/// A file that was read, with its mistakes.
#[derive(Debug)]
pub(super) struct Repaired<T> {
    /// What is read where all of them are mended; nothing where that cannot be.
    pub(super) file: Option<T>,
    pub(super) noted: Vec<Noted>,
    /// What was mended, and says nothing of what was meant.
    pub(super) mended: Vec<KeyPath>,
}

/// A mistake and its place.
#[derive(Debug)]
pub(super) struct Noted {
    pub(super) path: KeyPath,
    pub(super) problem: FileProblem,
    pub(super) at: Place,
}

/// Reads `tree`, mending what is wrong with it.
pub(super) fn repair<T: DeserializeOwned>(mut tree: Tree) -> Repaired<T> {
    let mut repaired = Repaired { file: None, noted: Vec::new(), mended: Vec::new() };
    // Each mistake may take two turns: what is wrong is taken out, and what is then missing is put in.
    for _ in 0..2 * FILE_PROBLEMS {
        match T::deserialize(Reader(&tree)) {
            Ok(file) => {
                repaired.file = Some(file);
                break;
            }
            Err(Mistake { steps, problem }) => {
                let path: Vec<Step> = steps.into_iter().rev().collect();
                if !repaired.mend(&mut tree, &path, problem) {
                    break;
                }
            }
        }
    }
    repaired
}

/// What is read where there is nothing, if that may be.
pub(super) fn nothing<T: DeserializeOwned>() -> Option<T> {
    let nothing = Tree { node: Node::Null, at: Place::default(), is_mended: false };
    // That something is required is no mistake of which more could be said.
    T::deserialize(Reader(&nothing)).ok()
}

impl<T> Repaired<T> {
    /// Mends `problem` at `path`. False where that cannot be.
    fn mend(&mut self, tree: &mut Tree, path: &[Step], problem: Wrong) -> bool {
        let Some(at) = find(tree, path) else { return false };
        match problem {
            Wrong::Choose(first) => {
                at.node = Node::Members(vec![Member::mended(first, at.at)]);
                true
            }
            Wrong::Missing(name) => {
                let path = KeyPath::from(path);
                let inner = path.key(name);
                if !at.is_mended && !self.mended.contains(&inner) {
                    let place = lacking(at, path.steps().is_empty());
                    let problem = FileProblem::MissingKey { name: name.to_owned() };
                    self.noted.push(Noted { path, problem, at: place });
                }
                self.mended.push(inner);
                if !matches!(at.node, Node::Members(_)) {
                    at.node = Node::Members(Vec::new());
                }
                let place = at.at;
                let Node::Members(members) = &mut at.node else { return false };
                members.push(Member::mended(name, place));
                true
            }
            Wrong::Key { name, known } => self.mend_key(at, &KeyPath::from(path), &name, known),
            Wrong::Value(_) if at.is_mended => self.take_out(tree, path),
            Wrong::Variant(problem) => {
                let Some((Step::Key(name), around)) = path.split_last() else { return false };
                let place = key_place(tree, around, name);
                self.noted.extend(place.map(|at| Noted { path: KeyPath::from(path).name(), problem, at }));
                self.take_out(tree, around)
            }
            Wrong::Value(problem) => {
                let place = at.at;
                self.noted.push(Noted { path: KeyPath::from(path), problem, at: place });
                self.take_out(tree, path)
            }
        }
    }

    /// Gives the key the name that was probably meant, or takes it out.
    fn mend_key(
        &mut self,
        at: &mut Tree,
        path: &KeyPath,
        name: &str,
        known: &'static [&'static str],
    ) -> bool {
        let near = Near::of(name, known.iter().copied());
        let taken = near.0.as_ref().is_none_or(|near| at.get(near).is_some());
        let Node::Members(members) = &mut at.node else { return false };
        let Some(index) = members.iter().position(|member| member.key == name) else { return false };
        let Some(member) = members.get_mut(index) else { return false };
        let place = member.key_at;
        match &near.0 {
            Some(near) if !taken => {
                self.mended.push(path.key(near));
                near.clone_into(&mut member.key);
            }
            _ => {
                members.remove(index);
                self.mended.push(path.key(name));
            }
        }
        let problem = FileProblem::UnknownKey { name: name.to_owned(), near, known: known.join(", ") };
        self.noted.push(Noted { path: path.key(name).name(), problem, at: place });
        true
    }

    /// Takes out what is at `path`; of a list an item stays, so that the others keep their numbers.
    fn take_out(&mut self, tree: &mut Tree, path: &[Step]) -> bool {
        self.mended.push(KeyPath::from(path));
        let Some((last, around)) = path.split_last() else { return false };
        let Some(around_tree) = find(tree, around) else { return false };
        match (&mut around_tree.node, last) {
            (Node::Items(items), Step::Item(index)) => match items.get_mut(*index) {
                // What stands for it is of no use either.
                Some(item) if item.is_mended => self.take_out(tree, around),
                Some(item) => {
                    *item = Tree::mended(item.at);
                    true
                }
                None => false,
            },
            // A choice without its only member would be none.
            (Node::Members(members), Step::Key(key)) if members.len() == 1 => match members.first_mut() {
                Some(member) if member.key == *key && !member.value.is_mended => {
                    member.value = Tree::mended(member.value.at);
                    true
                }
                _ => {
                    members.clear();
                    true
                }
            },
            (Node::Members(members), Step::Key(key)) => {
                members.retain(|member| member.key != *key);
                true
            }
            _ => false,
        }
    }
}

/// The value at `path`.
fn find<'t>(tree: &'t mut Tree, path: &[Step]) -> Option<&'t mut Tree> {
    path.iter().try_fold(tree, |tree, step| match (step, &mut tree.node) {
        (Step::Item(index), Node::Items(items)) => items.get_mut(*index),
        (Step::Key(key), Node::Members(members)) => {
            members.iter_mut().find(|member| member.key == *key).map(|member| &mut member.value)
        }
        _ => None,
    })
}

/// The place of the key `name` of the mapping at `path`.
fn key_place(tree: &mut Tree, path: &[Step], name: &str) -> Option<Place> {
    find(tree, path)?.members().iter().find(|member| member.key == name).map(|member| member.key_at)
}

/// The place of a mapping that lacks a key: its own, and of the whole file its last key, behind which there is room.
fn lacking(tree: &Tree, whole: bool) -> Place {
    let last = tree.members().iter().rfind(|member| !member.value.is_mended);
    last.filter(|_| whole).map_or(tree.at, |member| member.key_at)
}

impl Member {
    fn mended(key: &str, at: Place) -> Self {
        Self { key: key.to_owned(), key_at: at, value: Tree::mended(at) }
    }
}

/// What is wrong, and the steps to it from the inside.
#[derive(Debug)]
struct Mistake {
    steps: Vec<Step>,
    problem: Wrong,
}

#[derive(Debug)]
enum Wrong {
    /// What stands for a value is to be the first of several.
    Choose(&'static str),
    Key {
        name: String,
        known: &'static [&'static str],
    },
    Missing(&'static str),
    Value(FileProblem),
    /// A name that is a key, with something behind it.
    Variant(FileProblem),
}

impl Mistake {
    fn new(problem: Wrong) -> Self {
        Self { steps: Vec::new(), problem }
    }

    fn wrong(expected: &str) -> Self {
        Self::new(Wrong::Value(FileProblem::WrongType { expected: ours(expected) }))
    }

    fn within(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

/// What is expected, in this program's words.
fn ours(expected: &str) -> String {
    match expected {
        "a string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" | "a map of rules" => "a mapping of keys to values",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number that is not negative",
        other if other.starts_with("struct ") => "a mapping of keys to values",
        other => other,
    }
    .to_owned()
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.problem)
    }
}

impl std::error::Error for Mistake {}

impl Error for Mistake {
    fn custom<T: std::fmt::Display>(expected: T) -> Self {
        Self::wrong(&expected.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::wrong(&expected.to_string())
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::wrong(&expected.to_string())
    }

    fn unknown_variant(given: &str, known: &'static [&'static str]) -> Self {
        Self::new(Wrong::Value(unknown_choice(given, known)))
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Self::new(Wrong::Key { name: name.to_owned(), known })
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(Wrong::Missing(name))
    }
}

/// What was given is told only where it is probably a misspelt word; anything else could be a secret.
pub(super) fn unknown_choice(given: &str, known: &[&str]) -> FileProblem {
    // Of a longer text only the beginning would be compared, and all would be near to it.
    let short = given.chars().count() <= NEAREST_CHARACTERS;
    let near = if short { Near::of(given, known.iter().copied()) } else { Near::default() };
    let given = if near.0.is_some() { format!("`{given}`") } else { "this".to_owned() };
    FileProblem::UnknownChoice { given, near, known: known.join(", ") }
}

/// Reads a value as whatever it should be.
#[derive(Clone, Copy)]
struct Reader<'t>(&'t Tree);

impl<'t> Reader<'t> {
    fn scalar(self) -> Option<&'t Scalar> {
        match &self.0.node {
            Node::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    fn integer(self) -> Option<i128> {
        match self.scalar() {
            Some(scalar) => whole_number(&scalar.text),
            None => self.0.is_mended.then_some(1),
        }
    }

    fn boolean(self) -> Option<bool> {
        if self.0.is_mended {
            return Some(false);
        }
        match self.scalar()?.text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "y" => Some(true),
            "false" | "no" | "off" | "n" => Some(false),
            _ => None,
        }
    }
}

/// A whole number as YAML 1.2 writes it, with single `_` between digits as many writers have them.
fn whole_number(text: &str) -> Option<i128> {
    let text = text.trim();
    let (is_negative, digits) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
        (Some(digits), _) => (true, digits),
        (None, Some(digits)) => (false, digits),
        (None, None) => (false, text),
    };
    let prefixed = RADIXES.iter().find_map(|(prefix, radix)| Some((digits.strip_prefix(prefix)?, *radix)));
    let (digits, radix) = match prefixed {
        Some(prefixed) => prefixed,
        None if digits.starts_with('0') && digits != "0" => return None,
        None => (digits, 10),
    };
    if digits.split('_').any(|group| group.is_empty() || !group.chars().all(|c| c.is_digit(radix))) {
        return None;
    }
    // A number of more than 128 bits is none of any type.
    let number = i128::from_str_radix(&digits.replace('_', ""), radix).ok()?;
    Some(if is_negative { -number } else { number })
}

const RADIXES: [(&str, u32); 3] = [("0x", 16), ("0o", 8), ("0b", 2)];

fn visit_integer<'de, V: Visitor<'de>>(value: i128, visitor: V) -> Result<V::Value, Mistake> {
    match (u64::try_from(value), i64::try_from(value)) {
        (Ok(value), _) => visitor.visit_u64(value),
        (_, Ok(value)) => visitor.visit_i64(value),
        _ => Err(Mistake::wrong("a whole number of at most 18446744073709551615")),
    }
}

macro_rules! integers {
    ($($name:ident $expected:literal,)+) => {
        $(
            fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
                match self.integer() {
                    Some(value) => visit_integer(value, visitor),
                    None => Err(Mistake::wrong($expected)),
                }
            }
        )+
    };
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.0.node {
            Node::Items(_) => self.deserialize_seq(visitor),
            Node::Members(_) => self.deserialize_map(visitor),
            Node::Null => visitor.visit_unit(),
            Node::Scalar(Scalar { text, kind }) => match (kind, self.boolean(), self.integer()) {
                (Kind::Boolean, Some(value), _) => visitor.visit_bool(value),
                (Kind::Integer, _, Some(value)) => visit_integer(value, visitor),
                (Kind::Fraction, ..) => text.parse().map_or_else(
                    |_| Err(Mistake::wrong("a text in quotes")),
                    |value| visitor.visit_f64(value),
                ),
                _ => visitor.visit_str(text),
            },
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.boolean() {
            Some(value) => visitor.visit_bool(value),
            None => Err(Mistake::wrong("true or false")),
        }
    }

    integers! {
        deserialize_i8 "a whole number",
        deserialize_i16 "a whole number",
        deserialize_i32 "a whole number",
        deserialize_i64 "a whole number",
        deserialize_i128 "a whole number",
        deserialize_u8 "u8",
        deserialize_u16 "u16",
        deserialize_u32 "u32",
        deserialize_u64 "u64",
        deserialize_u128 "u64",
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.0.node {
            Node::Scalar(scalar) => visitor.visit_str(&scalar.text),
            _ if self.0.is_mended => visitor.visit_str(""),
            _ => Err(Mistake::wrong("a text")),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.0.node {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.0.node {
            Node::Items(items) => visitor.visit_seq(Items { items, at: 0 }),
            Node::Null => visitor.visit_seq(Items { items: &[], at: 0 }),
            _ if self.0.is_mended => visitor.visit_seq(Items { items: &[], at: 0 }),
            _ => Err(Mistake::wrong("a list")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.0.node {
            Node::Members(members) => visitor.visit_map(Members { members, at: 0 }),
            Node::Null => visitor.visit_map(Members { members: &[], at: 0 }),
            // A type that has words of its own for what it expects says them.
            Node::Scalar(scalar) => visitor.visit_str(&scalar.text),
            Node::Items(_) => Err(Mistake::wrong("a mapping of keys to values")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        match &self.0.node {
            Node::Members(members) if members.is_empty() && self.0.is_mended => match variants.first() {
                Some(first) => Err(Mistake::new(Wrong::Choose(first))),
                None => Err(Mistake::wrong("nothing")),
            },
            Node::Members(members) => match members.as_slice() {
                [member] => visitor.visit_enum(Variant { name: &member.key, content: Some(&member.value) }),
                _ => Err(one_of(variants)),
            },
            Node::Scalar(scalar) => visitor.visit_enum(Variant { name: &scalar.text, content: None }),
            Node::Items(_) | Node::Null => Err(one_of(variants)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        self.deserialize_any(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { f32 f64 char bytes byte_buf unit tuple tuple_struct }
}

fn one_of(variants: &[&str]) -> Mistake {
    Mistake::new(Wrong::Value(FileProblem::OneOf { known: variants.join(", ") }))
}

struct Items<'t> {
    items: &'t [Tree],
    at: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Mistake;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Mistake> {
        let Some(item) = self.items.get(self.at) else { return Ok(None) };
        let read = seed.deserialize(Reader(item)).map_err(|mistake| mistake.within(Step::Item(self.at)));
        self.at += 1;
        read.map(Some)
    }
}

struct Members<'t> {
    members: &'t [Member],
    at: usize,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Mistake;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Mistake> {
        let Some(member) = self.members.get(self.at) else { return Ok(None) };
        let key: StrDeserializer<'_, Mistake> = member.key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Mistake> {
        let Some(member) = self.members.get(self.at) else { return Err(Mistake::wrong("a value")) };
        self.at += 1;
        seed.deserialize(Reader(&member.value))
            .map_err(|mistake| mistake.within(Step::Key(member.key.clone())))
    }
}

/// One of several, by its name.
struct Variant<'t> {
    name: &'t str,
    content: Option<&'t Tree>,
}

impl<'t> Variant<'t> {
    /// What is wrong with the content is at its key.
    fn content(&self) -> Result<&'t Tree, Mistake> {
        self.content.ok_or_else(|| Mistake::wrong(&format!("a value for it, as in `{}: …`", self.name)))
    }

    fn within(&self, mistake: Mistake) -> Mistake {
        mistake.within(Step::Key(self.name.to_owned()))
    }
}

impl<'de, 't> EnumAccess<'de> for Variant<'t> {
    type Error = Mistake;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Mistake> {
        let name: StrDeserializer<'_, Mistake> = self.name.into_deserializer();
        match seed.deserialize(name) {
            Ok(value) => Ok((value, self)),
            // A name with something behind it is a key.
            Err(Mistake { problem: Wrong::Value(problem), .. }) if self.content.is_some() => {
                Err(self.within(Mistake::new(Wrong::Variant(problem))))
            }
            Err(mistake) => Err(mistake),
        }
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Mistake;

    fn unit_variant(self) -> Result<(), Mistake> {
        match self.content {
            None => Ok(()),
            Some(content) if content.is_mended || matches!(content.node, Node::Null) => Ok(()),
            Some(_) => Err(self.within(Mistake::wrong("nothing behind it"))),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Mistake> {
        seed.deserialize(Reader(self.content()?)).map_err(|mistake| self.within(mistake))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mistake> {
        Reader(self.content()?).deserialize_seq(visitor).map_err(|mistake| self.within(mistake))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        Reader(self.content()?).deserialize_map(visitor).map_err(|mistake| self.within(mistake))
    }
}
