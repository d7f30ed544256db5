//! Simple types: strings, numbers, booleans, and lists of them.
//!
//! A schema has the values as the bridge writes them. What it takes besides, such as white space around a number in a string, is in
//! docs/OPENAPI.md.

use super::dialect::{Dialect, put_conditions};
use super::shapes::{Made, array, is_string, put_items, string};
use super::told::Told;
use super::view::View;
use super::{lexical, numbers, pattern};
use crate::codec::write_simple;
use crate::describe::tree::{Object, Tree};
use crate::plan::{Form, MediaTypes, SimplePlan, TypeNotes};
use crate::xsd::simple::{BuiltIn, SimpleType, Variety};

/// Makes the schemas of simple types.
#[derive(Clone, Copy)]
pub(super) struct Simples {
    pub(super) dialect: Dialect,
    pub(super) view: View,
}

/// Where a simple value stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Place<'p> {
    /// What the contract says about its type.
    pub(super) notes: Option<&'p TypeNotes>,
    /// What its octets are expected to be.
    pub(super) media: Option<&'p MediaTypes>,
    /// The only value that it may have.
    pub(super) fixed: Option<&'p str>,
    /// Whether an empty string is not taken.
    pub(super) filled: bool,
}

impl Simples {
    pub(super) fn of(self, simple: &SimplePlan, place: Place<'_>) -> Made {
        let mut made = match self.values(simple, place) {
            Some(values) => self.enumeration(simple, values, place),
            None => self.form(&simple.simple, &simple.form),
        };
        if place.filled && is_string(&made.schema) && made.schema.get("minLength").is_none() {
            made.schema.put("minLength", 1_u64);
        }
        if let Some(media) = place.media {
            self.put_media(media, &mut made);
        }
        made.told.add(Told::of(place.notes.and_then(|notes| notes.text.as_deref())));
        made
    }

    /// The values that it may have, as texts of XML, where they are counted.
    fn values(self, simple: &SimplePlan, place: Place<'_>) -> Option<Vec<String>> {
        let texts = match (place.fixed, simple.simple.facets().enumeration()) {
            (Some(fixed), _) => vec![fixed.to_owned()],
            (None, Some(values)) => values.to_vec(),
            (None, None) => members(&simple.simple)?,
        };
        // A value that another facet forbids is none.
        Some(texts.into_iter().filter(|text| simple.simple.check(text).is_ok()).collect())
    }

    fn enumeration(self, simple: &SimplePlan, texts: Vec<String>, place: Place<'_>) -> Made {
        let mut told = Told::default();
        let mut values: Vec<Tree> = Vec::new();
        let mut lines = Vec::new();
        for text in &texts {
            let mut json = Vec::new();
            // Each was checked; what cannot be written is no value of a message either.
            if write_simple(&mut json, simple, text).is_err() {
                continue;
            }
            let value = Tree::of_json(&json).expect("the JSON of a value is JSON");
            let is_blank = place.filled && value == Tree::from("");
            if values.contains(&value) || is_blank {
                continue;
            }
            values.push(value);
            let meaning = place.notes.and_then(|notes| notes.value(text));
            lines.extend(meaning.map(|meaning| format!("- `{}`: {meaning}", String::from_utf8_lossy(&json))));
        }
        if !lines.is_empty() {
            told.hint(lines.join("\n"));
        }
        let mut schema = kind(&values);
        if self.view.open_enumerations && place.fixed.is_none() {
            schema.put("x-extensible-enum", values);
            told.hint("Further values are possible.");
        } else {
            let names = constants(&values);
            schema.put("enum", values);
            if let Some(names) = names.filter(|_| self.dialect.is_generated_from()) {
                schema.put("x-enum-varnames", names);
            }
        }
        Made { schema, told }
    }

    fn form(self, simple: &SimpleType, form: &Form) -> Made {
        match form {
            Form::Boolean => boolean(simple),
            Form::BooleanText => Made::new(string().with("enum", Tree::texts(["true", "false"]))),
            Form::Day => self.day(simple),
            Form::Flag => {
                let values = vec![Tree::number("0"), Tree::number("1")];
                Made::new(Object::new().with("type", "integer").with("format", "int32").with("enum", values))
            }
            Form::Float => numbers::float(self.dialect, simple),
            Form::Instant => {
                let mut made = self.formatted("date-time", lexical::instant());
                bounds_in_words(simple, &mut made.told);
                made
            }
            Form::List(item) => self.list(simple, item),
            Form::Name | Form::String => self.string(simple),
            Form::Number => self.number(simple),
            Form::NumberText => self.number_text(simple),
            Form::Union(forms) => self.union(simple, forms),
        }
    }

    /// A string with a format, which generators of code make a type of: beside that they cannot check a pattern.
    fn formatted(self, format: &'static str, pattern: String) -> Made {
        let schema = string().with("format", format);
        Made::new(if self.dialect.is_generated_from() { schema } else { schema.with("pattern", pattern) })
    }

    /// A date without its zone.
    fn day(self, simple: &SimpleType) -> Made {
        let mut made = self.formatted("date", lexical::day());
        bounds_in_words(simple, &mut made.told);
        for source in simple.facets().patterns() {
            made.told.fact(format!("The pattern {source} holds."));
        }
        made
    }

    fn string(self, simple: &SimpleType) -> Made {
        let mut made = Made::new(string());
        let Variety::Atomic(built_in) = simple.variety() else { return made };
        self.put_lengths(simple, *built_in, &mut made);
        if let Some(own) = lexical::pattern(*built_in) {
            made.schema.put("pattern", own);
        }
        if matches!(built_in.primitive(), BuiltIn::Notation | BuiltIn::QName) {
            made.told.fact("A prefix is one of the contract.");
        }
        self.put_patterns(simple, &mut made);
        bounds_in_words(simple, &mut made.told);
        made
    }

    fn put_lengths(self, simple: &SimpleType, built_in: BuiltIn, made: &mut Made) {
        let (exact, least, most) = simple.facets().lengths();
        let (least, most) = (exact.or(least), exact.or(most));
        let (least, most) = match built_in.primitive() {
            BuiltIn::AnySimpleType | BuiltIn::AnyUri | BuiltIn::String => (least, most),
            BuiltIn::HexBinary => (least.map(|octets| 2 * octets), most.map(|octets| 2 * octets)),
            BuiltIn::Base64Binary => {
                self.put_octets(made);
                octets_in_words(least, most, &mut made.told);
                (least.map(base64_length), most.map(base64_length))
            }
            // Lengths say nothing of the others.
            _ => return,
        };
        for (key, length) in [("minLength", least.filter(|least| *least > 0)), ("maxLength", most)] {
            if let Some(length) = length {
                made.schema.put(key, length as u64);
            }
        }
    }

    fn put_octets(self, made: &mut Made) {
        match self.dialect {
            Dialect::OpenApi30 => made.schema.put("format", "byte"),
            Dialect::JsonSchema | Dialect::OpenApi31 => made.schema.put("contentEncoding", "base64"),
        }
    }

    /// What the octets are: a keyword has one media type, and is for base64 that says so.
    fn put_media(self, media: &MediaTypes, made: &mut Made) {
        match media.only().filter(|_| made.schema.get("contentEncoding").is_some()) {
            Some(only) => made.schema.put("contentMediaType", only.to_owned()),
            None => made.told.hint(media_in_words(media)),
        }
    }

    /// The patterns of the type: the last one, which is the narrowest, where everybody looks, and the others as conditions.
    fn put_patterns(self, simple: &SimpleType, made: &mut Made) {
        let mut patterns: Vec<String> = Vec::new();
        if let Some(Tree::String(own)) = made.schema.take("pattern") {
            patterns.push(own.into_owned());
        }
        for (expression, source) in simple.facets().expressions().zip(simple.facets().patterns()) {
            match pattern::ecma(expression) {
                Some(pattern) => patterns.push(pattern),
                None => made.told.fact(format!("The pattern {source} holds.")),
            }
        }
        if let Some(last) = patterns.pop() {
            made.schema.put("pattern", last);
        }
        let condition = |pattern: String| Tree::from(Object::new().with("pattern", pattern));
        put_conditions(&mut made.schema, patterns.into_iter().map(condition).collect());
    }

    /// A number whose pattern may want a spelling that JSON numbers do not have is a string then.
    fn number(self, simple: &SimpleType) -> Made {
        let number = numbers::number(self.dialect, simple);
        if simple.facets().patterns().next().is_none() {
            return number;
        }
        let mut text = self.number_text(simple);
        let mut told = number.told;
        told.add(std::mem::take(&mut text.told));
        let sources: Vec<&str> = simple.facets().patterns().collect();
        told.fact(format!("As a number too it has the pattern {}.", sources.join(" and ")));
        let branches = vec![Tree::from(number.schema), Tree::from(text.schema)];
        Made { schema: Object::new().with("anyOf", branches), told }
    }

    /// The digits of a number in a string.
    fn number_text(self, simple: &SimpleType) -> Made {
        let mut made = numbers::text(simple);
        self.put_patterns(simple, &mut made);
        made
    }

    fn list(self, simple: &SimpleType, form: &Form) -> Made {
        let Variety::List(item) = simple.variety() else { return Made::new(array(Object::new())) };
        let plan = SimplePlan { simple: item.clone(), form: form.clone(), map: None };
        let Made { schema, told } = self.of(&plan, Place::default());
        let mut made = Made { schema: array(schema), told };
        let (exact, least, most) = simple.facets().lengths();
        put_items(&mut made.schema, exact.or(least), exact.or(most));
        for source in simple.facets().patterns() {
            made.told.fact(format!("The items with spaces between them have the pattern {source}."));
        }
        made
    }

    /// What any of the members takes.
    fn union(self, simple: &SimpleType, forms: &[Form]) -> Made {
        let Variety::Union(members) = simple.variety() else { return Made::new(Object::new()) };
        let mut told = Told::default();
        let mut branches: Vec<Tree> = Vec::new();
        for (member, form) in members.iter().zip(forms) {
            let plan = SimplePlan { simple: member.clone(), form: form.clone(), map: None };
            let made = self.of(&plan, Place::default());
            told.add(made.told);
            let branch = Tree::from(made.schema);
            if !branches.contains(&branch) {
                branches.push(branch);
            }
        }
        // A string that is any string takes all that other strings are.
        let any = Tree::from(string());
        if branches.contains(&any) {
            branches.retain(|branch| {
                *branch == any || !matches!(branch, Tree::Object(schema) if is_string(schema))
            });
        }
        let mut made = match branches.len() {
            1 => match branches.remove(0) {
                Tree::Object(only) => Made { schema: only, told },
                _ => Made::new(Object::new()),
            },
            _ => Made { schema: Object::new().with("anyOf", branches), told },
        };
        self.put_patterns(simple, &mut made);
        made
    }
}

/// The values of a union whose members are all enumerations of strings.
fn members(simple: &SimpleType) -> Option<Vec<String>> {
    let Variety::Union(members) = simple.variety() else { return None };
    let own = |member: &SimpleType| match member.facets().enumeration() {
        Some(values) => Some(values.to_vec()),
        None => self::members(member),
    };
    let all: Option<Vec<Vec<String>>> = members.iter().map(|member| own(member)).collect();
    all.map(|all| all.concat())
}

/// A truth, of which a pattern may leave one.
fn boolean(simple: &SimpleType) -> Made {
    let is = |texts: [&str; 2]| texts.into_iter().any(|text| simple.check(text).is_ok());
    let values: Vec<Tree> = [(true, ["true", "1"]), (false, ["false", "0"])]
        .into_iter()
        .filter(|(_, texts)| is(*texts))
        .map(|(truth, _)| Tree::from(truth))
        .collect();
    let schema = Object::new().with("type", "boolean");
    Made::new(if values.len() == 2 { schema } else { schema.with("enum", values) })
}

/// What is said of bounds that JSON Schema has only for numbers.
fn bounds_in_words(simple: &SimpleType, told: &mut Told) {
    for (kind, value) in simple.facets().bounds() {
        told.fact(format!("{} {value}.", numbers::bound_in_words(kind)));
    }
}

/// What is said of the media types of octets.
pub(super) fn media_in_words(media: &MediaTypes) -> String {
    let ranges: Vec<String> = media.ranges().map(|range| format!("`{range}`")).collect();
    format!("Its octets are of the media type {}.", ranges.join(" or "))
}

fn octets_in_words(least: Option<usize>, most: Option<usize>, told: &mut Told) {
    match (least, most) {
        (Some(least), Some(most)) if least == most => told.fact(format!("Exactly {least} octets.")),
        (least, most) => {
            least.into_iter().for_each(|least| told.fact(format!("At least {least} octets.")));
            most.into_iter().for_each(|most| told.fact(format!("At most {most} octets.")));
        }
    }
}

/// Characters of so many octets in base64.
fn base64_length(octets: usize) -> usize {
    octets.div_ceil(3).saturating_mul(4)
}

/// The type of all `values`.
fn kind(values: &[Tree]) -> Object {
    let is = |kind: fn(&Tree) -> bool| !values.is_empty() && values.iter().all(kind);
    if is(|value| matches!(value, Tree::String(_))) {
        return string();
    }
    if is(|value| matches!(value, Tree::Bool(_))) {
        return Object::new().with("type", "boolean");
    }
    if is(|value| matches!(value, Tree::Array(_))) {
        return array(Object::new());
    }
    if is(|value| matches!(value, Tree::Number(text) if !text.contains(['.', 'e', 'E']))) {
        return numbers::integers(values);
    }
    if is(|value| matches!(value, Tree::Number(_))) {
        return Object::new().with("type", "number");
    }
    Object::new()
}

/// Names for the constants of an enumeration with an empty string, of which generators make one without a name.
fn constants(values: &[Tree]) -> Option<Vec<Tree>> {
    values.contains(&Tree::from("")).then_some(())?;
    let mut names: Vec<String> = Vec::new();
    for value in values {
        let Tree::String(text) = value else { return None };
        let plain: String = text
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
            .collect();
        let wanted = match plain.bytes().next() {
            None => "EMPTY".to_owned(),
            Some(first) if first.is_ascii_digit() => format!("_{plain}"),
            Some(_) => plain,
        };
        let numbered = (2_u32..).map(|number| format!("{wanted}_{number}"));
        let mut free = std::iter::once(wanted.clone()).chain(numbered);
        names.push(free.find(|name| !names.contains(name)).expect("of infinitely many names one is free"));
    }
    Some(names.into_iter().map(Tree::from).collect())
}
