//! Simple values: from the JSON form to the lexical form.

use super::run::Run;
use crate::codec::instant;
use crate::codec::lexical::{self, Scalar};
use crate::codec::qname::{self, NameOut};
use crate::codec::stand_in::StandIns;
use crate::codec::violation::Breach;
use crate::json::{Kind, Value, plain_decimal};
use crate::plan::{Form, SimplePlan};
use crate::xml::{Out, write};
use crate::xsd::simple::Violation;

impl<'p> Run<'_, 'p> {
    /// Writes a simple value.
    pub(super) fn simple(&mut self, leaf: &Leaf<'p>, value: Value<'p>) {
        let mut lexical = std::mem::take(&mut self.buffers.lexical);
        lexical.clear();
        if self.mapped(leaf.simple, value, &mut lexical) {
            if matches!(leaf.simple.form, Form::Boolean) && lexical.len() > 1 {
                let text = self.truth(leaf.simple, if lexical == "true" { "true" } else { "false" });
                lexical.clear();
                lexical.push_str(text);
            }
            let mut put = self.put_checked(leaf, &lexical);
            if put.as_ref().is_err_and(is_spelling) && self.integers(value, &mut lexical) {
                put = self.put_checked(leaf, &lexical);
            }
            if let Err(violation) = put {
                self.report(Breach::from(&violation), violation.to_string());
            }
        }
        self.buffers.lexical = lexical;
    }

    /// Gives the numbers of `value` without fractions of zeros: one that JSON has with such a fraction, or with an exponent, may be an
    /// integer all the same, as `1.0` and `10e-1` are. False where there is anything else.
    fn integers(&mut self, value: Value<'p>, out: &mut String) -> bool {
        out.clear();
        if value.kind() != Kind::Array {
            return self.integer(value, out);
        }
        value.items().enumerate().all(|(at, item)| {
            out.push_str(if at > 0 { " " } else { "" });
            self.integer(item, out)
        })
    }

    fn integer(&mut self, value: Value<'p>, out: &mut String) -> bool {
        let Some(digits) = value.as_number() else { return false };
        let plain = plain_decimal(digits, self.options.limits.number, &mut self.buffers.number);
        // One with more digits than the limit was told when it was written first.
        plain.is_ok_and(|plain| {
            out.push_str(without_zeros(plain));
            true
        })
    }

    /// The lexical form of a QName, after writing the declaration that it needs into the start tag; nothing for other types.
    pub(super) fn name(&mut self, simple: &SimplePlan, value: Value<'p>) -> Option<String> {
        let json = value.as_str().filter(|_| matches!(simple.form, Form::Name))?;
        match qname::to_xml(self.plan, &json) {
            Some(NameOut::Known { prefix, namespace, local }) => {
                self.declare(prefix, namespace);
                Some(format!("{prefix}:{local}"))
            }
            Some(NameOut::Other { namespace, local }) => {
                let prefix = self.free_prefix(namespace);
                self.declare(&prefix, namespace);
                Some(format!("{prefix}:{local}"))
            }
            Some(NameOut::Plain(name)) => Some(name.to_owned()),
            None => {
                self.report(
                    Breach::Format,
                    "expected a prefix of the contract, or {namespace}local".to_owned(),
                );
                None
            }
        }
    }

    /// Declares `prefix` in the start tag that is being written, unless it does so already.
    fn declare(&mut self, prefix: &str, namespace: &str) {
        if self.in_tag(&format!(" xmlns:{prefix}=\"")) {
            return;
        }
        self.put(&format!(" xmlns:{prefix}=\""));
        if self.out.attribute(namespace).is_err() {
            self.report_forbidden();
        }
        self.put("\"");
    }

    /// A prefix for `namespace` that stands for no other in the start tag that is being written. Each that is passed over
    /// was declared there for another attribute, or is one of the contract.
    fn free_prefix(&self, namespace: &str) -> String {
        let mut own = Vec::new();
        let writable = write::attribute(&mut own, namespace).is_ok();
        let own = String::from_utf8_lossy(&own);
        let is_free = |prefix: &String| {
            let bound = self.in_tag(&format!(" xmlns:{prefix}=\""));
            let same = writable && self.in_tag(&format!(" xmlns:{prefix}=\"{own}\""));
            self.plan.prefixed(prefix).is_none() && (!bound || same)
        };
        let numbered = (2_u32..).map(|number| format!("qn{number}"));
        let mut prefixes = std::iter::once("qn".to_owned()).chain(numbered);
        prefixes.find(is_free).expect("a start tag has fewer declarations than there are numbers")
    }

    /// Whether the start tag that is being written has `text`.
    pub(super) fn in_tag(&self, text: &str) -> bool {
        let written = self.out.written();
        let begin = written.iter().rposition(|byte| *byte == b'<');
        let tag = begin.and_then(|begin| written.get(begin..)).expect("a start tag is being written");
        memchr::memmem::find(tag, text.as_bytes()).is_some()
    }

    /// A truth whose pattern wants the other spelling has it.
    fn truth(&self, simple: &SimplePlan, text: &'static str) -> &'static str {
        let other = if text == "true" { "1" } else { "0" };
        let patterned = simple.simple.facets().patterns().next().is_some();
        if patterned && simple.simple.check(text).is_err() { other } else { text }
    }

    /// Writes a lexical form, if the type has it.
    pub(super) fn checked(&mut self, leaf: &Leaf<'_>, lexical: &str) {
        if let Err(violation) = self.put_checked(leaf, lexical) {
            self.report(Breach::from(&violation), violation.to_string());
        }
    }

    fn put_checked(&mut self, leaf: &Leaf<'_>, lexical: &str) -> Result<(), Violation> {
        if let Some(checked) = StandIns::check(self.stand_ins, &leaf.simple.simple, lexical) {
            self.put_leaf(leaf, lexical);
            return checked;
        }
        match leaf.simple.simple.check(lexical) {
            Err(violation) if self.options.open && Breach::from(&violation) == Breach::Enumeration => {
                self.note(violation.to_string());
                self.put_leaf(leaf, lexical);
            }
            Err(violation) => return Err(violation),
            Ok(_) if leaf.fixed.is_some_and(|fixed| !lexical::is_fixed(leaf.simple, fixed, lexical)) => {
                self.report(Breach::Enumeration, "expected the fixed value".to_owned());
            }
            Ok(checked) => self.put_leaf(leaf, canonical(leaf.simple, &checked.value)),
        }
        Ok(())
    }

    fn put_leaf(&mut self, leaf: &Leaf<'_>, text: &str) {
        if (leaf.write)(&mut self.out, text).is_err() {
            self.report_forbidden();
        }
    }

    /// The text of a string, as character data.
    pub(super) fn put_text(&mut self, value: Value<'p>) {
        let text = value.as_str().expect("callers have seen that it is a string");
        if self.out.text(&text).is_err() {
            self.report_forbidden();
        }
    }

    /// The same for texts that are others in JSON.
    pub(super) fn mapped(&mut self, simple: &SimplePlan, value: Value<'p>, out: &mut String) -> bool {
        let Some(map) = &simple.map else { return self.lexical(&simple.form, value, out) };
        if !self.lexical(&simple.form, value, out) {
            return false;
        }
        let Some(text) = map.xml(out) else {
            let texts: Vec<&str> = map.texts().collect();
            self.report(Breach::Enumeration, format!("expected one of {}", texts.join(", ")));
            return false;
        };
        *out = text.to_owned();
        true
    }

    /// Appends the lexical form of `value`; false when it has the wrong JSON type.
    fn lexical(&mut self, form: &Form, value: Value<'p>, out: &mut String) -> bool {
        if let Form::List(item) = form {
            return self.lexical_list(item, value, out);
        }
        if let (Form::Union(members), Kind::Array) = (form, value.kind())
            && let Some(Form::List(item)) = members.iter().find(|member| matches!(member, Form::List(_)))
        {
            return self.lexical_list(item, value, out);
        }
        let scalar = match value.kind() {
            Kind::Bool => value.as_bool().map(Scalar::Boolean),
            Kind::Number => value.as_number().map(Scalar::Number),
            Kind::String => value.as_str().map(Scalar::String),
            Kind::Array | Kind::Null | Kind::Object => None,
        };
        match scalar.filter(|scalar| lexical::accepts(form, scalar)) {
            Some(scalar) => self.lexical_scalar(form, &scalar, out),
            None => {
                self.report(Breach::Type, lexical::expected(form).to_owned());
                false
            }
        }
    }

    fn lexical_list(&mut self, item: &Form, value: Value<'p>, out: &mut String) -> bool {
        if value.kind() != Kind::Array {
            self.report(Breach::Type, "expected an array".to_owned());
            return false;
        }
        for (at, value) in value.items().enumerate() {
            if at > 0 {
                out.push(' ');
            }
            if !self.lexical(item, value, out) {
                return false;
            }
        }
        true
    }

    fn lexical_scalar(&mut self, form: &Form, scalar: &Scalar<'_>, out: &mut String) -> bool {
        match (form, scalar) {
            (_, Scalar::Boolean(value)) => out.push_str(if *value { "true" } else { "false" }),
            (Form::Day, Scalar::String(text)) => out.push_str(instant::day(text)),
            (Form::Instant, Scalar::String(text)) => return self.date(text, out),
            (_, Scalar::String(text)) => out.push_str(text),
            (Form::Number | Form::NumberText, Scalar::Number(digits)) => return self.plain(digits, out),
            (_, Scalar::Number(digits)) => out.push_str(digits),
        }
        true
    }

    fn date(&mut self, text: &str, out: &mut String) -> bool {
        let date = instant::to_date(text);
        match &date {
            Some(date) => out.push_str(date),
            None => self.report(
                Breach::Format,
                "expected an instant such as 1976-07-04T00:00:00.000+00:00".to_owned(),
            ),
        }
        date.is_some()
    }

    /// Decimals of XML Schema have no exponent.
    fn plain(&mut self, digits: &str, out: &mut String) -> bool {
        match plain_decimal(digits, self.options.limits.number, &mut self.buffers.number) {
            Ok(plain) => {
                out.push_str(plain);
                true
            }
            Err(_) => {
                self.report(Breach::Range, format!("expected at most {} digits", self.options.limits.number));
                false
            }
        }
    }
}

/// Where a simple value stands: its type, the only value that it may have, and what escapes it there.
pub(super) struct Leaf<'l> {
    pub(super) simple: &'l SimplePlan,
    pub(super) fixed: Option<&'l str>,
    pub(super) write: fn(&mut Out<'_>, &str) -> Result<(), write::Forbidden>,
}

/// Whether another spelling of the value may be of the type.
fn is_spelling(violation: &Violation) -> bool {
    matches!(violation, Violation::Lexical { .. } | Violation::Union)
}

fn without_zeros(plain: &str) -> &str {
    match plain.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
        _ => plain,
    }
}

/// Booleans have two spellings in XML, one of which goes out where the type allows it.
fn canonical<'t>(simple: &SimplePlan, text: &'t str) -> &'t str {
    let plain = match (&simple.form, text) {
        (Form::Boolean | Form::Flag, "1") => "true",
        (Form::Boolean | Form::Flag, "0") => "false",
        _ => return text,
    };
    if simple.simple.check(plain).is_ok() { plain } else { text }
}
