//! JSON to XML: keys in any order come in, elements in schema order go out, validated while they are written.

use super::forms::{self, Scalar};
use super::path::Path;
use super::violation::{Breach, MOST, Violation, Violations};
use crate::json::{Document, Kind, Value, plain_decimal};
use crate::limits::JsonLimits;
use crate::plan::{
    AttributePlan, ComplexPlan, ElementIx, ElementPlan, Form, MessagePlan, Node, NodeIx, NodeKind, Plan,
    Role, ScopeIx, Shape, SimplePlan, TypeIx,
};
use crate::xml::write;

/// What a JSON `null` means for an element that is not nillable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NullAs {
    /// The element is left out.
    Absent,
    /// `xsi:nil="true"` all the same.
    Nil,
    /// A breach.
    #[default]
    Reject,
}

/// What happens to a key that the contract does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownFields {
    /// It is left out.
    Ignore,
    /// A breach.
    #[default]
    Reject,
}

/// The choices that a service may make.
#[derive(Clone, Copy, Debug, Default)]
pub struct EncodeOptions {
    /// What a `null` means.
    pub null_as: NullAs,
    /// What happens to unknown keys.
    pub unknown_fields: UnknownFields,
    /// Bounds on numbers.
    pub limits: JsonLimits,
}

/// Buffers for encoding, to be used again and again.
#[derive(Debug, Default)]
pub struct Encoder {
    values: Vec<Filled>,
    lexical: String,
    number: String,
}

/// A slot's value: its token, and how many items of a list are written.
#[derive(Clone, Copy, Debug, Default)]
struct Filled {
    token: u32,
    taken: u32,
}

impl Encoder {
    /// Appends the XML of `message` with the content `value` to `out`: the only child of a SOAP Body.
    ///
    /// Errors: every breach of the contract, in schema order, at most 32; `out` then holds a broken piece.
    pub fn encode<'p>(
        &mut self,
        plan: &'p Plan,
        message: &'p MessagePlan,
        value: Value<'p>,
        options: &EncodeOptions,
        out: &mut Vec<u8>,
    ) -> Result<(), Violations> {
        self.values.clear();
        let document = value.document();
        let mut run = Run {
            plan,
            options,
            out,
            buffers: self,
            document,
            path: Path::default(),
            violations: Vec::new(),
        };
        match message.root {
            Some(root) => run.root(root, &message.open, value),
            None => run.empty(value),
        }
        if run.violations.is_empty() { Ok(()) } else { Err(Violations(run.violations)) }
    }
}

struct Run<'e, 'p> {
    plan: &'p Plan,
    options: &'e EncodeOptions,
    out: &'e mut Vec<u8>,
    buffers: &'e mut Encoder,
    document: Document<'p>,
    path: Path<'p>,
    violations: Vec<Violation>,
}

impl<'p> Run<'_, 'p> {
    fn root(&mut self, ix: ElementIx, open: &'p str, value: Value<'p>) {
        let element = self.plan.element(ix);
        self.put(open);
        self.value(element, element.type_ix, value);
    }

    fn empty(&mut self, value: Value<'p>) {
        let fits = value.kind() == Kind::Null || (value.kind() == Kind::Object && value.is_empty());
        if !fits {
            self.report(Breach::Unknown, "expected an empty object".to_owned());
        }
    }

    /// An element whose start tag is written up to its name.
    fn element(&mut self, node: &Node, ix: ElementIx, value: Value<'p>) {
        let element = self.plan.element(ix);
        if value.kind() == Kind::Null {
            return self.null(node, element);
        }
        self.put(&element.open);
        self.value(element, element.type_ix, value);
    }

    fn null(&mut self, node: &Node, element: &'p ElementPlan) {
        match self.options.null_as {
            _ if element.nillable => self.nil(element),
            NullAs::Nil => self.nil(element),
            NullAs::Absent if node.min == 0 => {}
            NullAs::Absent => self.report(Breach::Missing, "required".to_owned()),
            NullAs::Reject => self.report(Breach::Null, "null is not possible here".to_owned()),
        }
    }

    fn nil(&mut self, element: &'p ElementPlan) {
        self.put(&element.open);
        self.put(NIL);
    }

    fn value(&mut self, element: &'p ElementPlan, type_ix: TypeIx, value: Value<'p>) {
        match &self.plan.type_plan(type_ix).shape {
            Shape::Simple(simple) => self.simple_element(element, simple, value),
            Shape::Complex(complex) => self.complex_element(element, type_ix, complex, value),
            Shape::Unwrap(inner) => {
                self.put(">");
                let inner = self.plan.element(*inner);
                self.put(&inner.open);
                self.value(inner, inner.type_ix, value);
                self.put(&element.close);
            }
        }
    }

    fn simple_element(&mut self, element: &'p ElementPlan, simple: &'p SimplePlan, value: Value<'p>) {
        self.out.push(b'>');
        let before = self.out.len();
        self.simple(simple, value, element.fixed.as_deref(), write::text);
        self.close(element, before);
    }

    /// An element without content is written as `<a/>`.
    fn close(&mut self, element: &ElementPlan, content: usize) {
        if self.out.len() == content {
            self.out.pop();
            self.put("/>");
        } else {
            self.put(&element.close);
        }
    }

    fn complex_element(
        &mut self,
        element: &'p ElementPlan,
        type_ix: TypeIx,
        complex: &'p ComplexPlan,
        value: Value<'p>,
    ) {
        if value.kind() != Kind::Object {
            self.put("/>");
            return self.report(Breach::Type, "expected an object".to_owned());
        }
        let named = self.named_type(type_ix, value);
        let complex = named.unwrap_or(complex);
        let base = self.fill(complex, ScopeIx::FIRST, value, named.is_some());
        self.attributes(complex, base);
        self.out.push(b'>');
        let before = self.out.len();
        if let Some(simple) = &complex.text {
            self.text(complex, simple, base);
        }
        if let Some(root) = complex.root() {
            self.particle(complex, root, base);
        }
        self.buffers.values.truncate(base);
        self.close(element, before);
    }

    /// The derived type that `@type` names, after writing `xsi:type`.
    fn named_type(&mut self, type_ix: TypeIx, value: Value<'p>) -> Option<&'p ComplexPlan> {
        let base = self.plan.type_plan(type_ix);
        if base.derived.is_empty() && !base.is_abstract {
            return None;
        }
        let named = value.get("@type").and_then(|name| name.as_str());
        let Some(named) = named else {
            if base.is_abstract {
                self.report_at(
                    "@type",
                    Breach::Missing,
                    "the type is abstract, name one of its derived types",
                );
            }
            return None;
        };
        let mut types =
            std::iter::once(type_ix).chain(base.derived.iter().copied()).map(|ix| self.plan.type_plan(ix));
        let found = types.find(|plan| plan.name.as_ref().is_some_and(|(_, local)| **local == *named));
        match found.map(|plan| (&plan.shape, plan)) {
            Some((Shape::Complex(complex), plan)) => {
                self.put(XSI_TYPE);
                self.put(&plan.tag);
                self.put("\"");
                Some(complex)
            }
            _ => {
                self.report_at("@type", Breach::Enumeration, "expected the name of a derived type");
                None
            }
        }
    }

    /// Puts the members of an object into the slots of a scope; gives where they begin.
    fn fill(&mut self, complex: &'p ComplexPlan, scope: ScopeIx, value: Value<'p>, typed: bool) -> usize {
        let scope = complex.scope(scope);
        let base = self.buffers.values.len();
        self.buffers.values.resize(base + scope.slots.len(), Filled::default());
        for member in value.members() {
            let key = member.key();
            match scope.keys.find(&key) {
                None if typed && key == "@type" => {}
                None => self.unknown(scope, &key),
                Some(at) => {
                    let blank = scope.slots.get(at.index()).is_some_and(|slot| slot.blank_absent)
                        && is_blank(member.value());
                    if let Some(filled) = self.buffers.values.get_mut(base + at.index())
                        && !blank
                    {
                        filled.token = member.value().index() as u32;
                    }
                }
            }
        }
        base
    }

    fn unknown(&mut self, scope: &crate::plan::Scope, key: &str) {
        if self.options.unknown_fields == UnknownFields::Reject {
            let near =
                scope.keys.nearest(key).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            self.report_at(key, Breach::Unknown, &format!("unknown field{near}"));
        }
    }

    fn attributes(&mut self, complex: &'p ComplexPlan, base: usize) {
        for attribute in &complex.attributes {
            match self.filled(base, attribute.slot.index()) {
                Some(value) => self.attribute(complex, attribute, value),
                None if attribute.required => {
                    self.missing_slot(complex, ScopeIx::FIRST, attribute.slot.index())
                }
                None => {}
            }
        }
    }

    fn attribute(&mut self, complex: &'p ComplexPlan, attribute: &'p AttributePlan, value: Value<'p>) {
        let key = complex.scope(ScopeIx::FIRST).slots.get(attribute.slot.index()).map(|slot| &*slot.key);
        self.path.push("", key, None);
        self.put(&attribute.open);
        self.simple(&attribute.simple, value, attribute.fixed.as_deref(), write::attribute);
        self.out.push(b'"');
        self.path.pop();
    }

    fn text(&mut self, complex: &'p ComplexPlan, simple: &'p SimplePlan, base: usize) {
        let slots = complex.scope(ScopeIx::FIRST).slots.iter();
        let Some(at) = slots.into_iter().position(|slot| slot.role == Role::Text) else { return };
        match self.filled(base, at) {
            None => self.missing_slot(complex, ScopeIx::FIRST, at),
            Some(value) => {
                self.path.push("", Some("$value"), None);
                self.simple(simple, value, None, write::text);
                self.path.pop();
            }
        }
    }

    /// The value of a slot, if there is one.
    fn filled(&self, base: usize, slot: usize) -> Option<Value<'p>> {
        let token = self.buffers.values.get(base + slot)?.token;
        if token == 0 { None } else { self.document.value(token as usize) }
    }

    fn particle(&mut self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) {
        let node = complex.node(ix);
        match node.kind {
            NodeKind::Element(element) => self.element_slot(complex, node, element, base),
            _ => match complex.turns(node) {
                Some(scope) => self.turns(complex, ix, node, scope, base),
                None if node.min == 0 && !self.present(complex, ix, base) => {}
                None => self.group(complex, ix, base),
            },
        }
    }

    fn group(&mut self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) {
        if let NodeKind::Choice(_) = complex.node(ix).kind {
            return self.choice(complex, ix, base);
        }
        for child in complex.children(ix) {
            self.particle(complex, child, base);
        }
    }

    fn choice(&mut self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) {
        let present = || complex.children(ix).filter(|child| self.present(complex, *child, base));
        let chosen = match (present().next(), present().nth(1)) {
            (None, _) if complex.node(ix).emptiable => return,
            (None, _) => return self.no_branch(complex, ix),
            (Some(only), None) => Some(only),
            (Some(_), Some(_)) => self.branch(complex, ix, base),
        };
        match chosen {
            Some(child) => self.particle(complex, child, base),
            None => self.exclusive(complex, ix, base),
        }
    }

    /// The branch that takes all that is there, best one that lacks nothing.
    fn branch(&self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) -> Option<NodeIx> {
        let covers =
            |child: &NodeIx| complex.children(ix).all(|other| self.covered(complex, other, *child, base));
        let mut covering = complex.children(ix).filter(covers);
        let first = covering.next()?;
        let complete =
            std::iter::once(first).chain(covering).find(|child| self.complete(complex, *child, base));
        Some(complete.unwrap_or(first))
    }

    /// Whether every slot that is filled below `node` also stands below `other`.
    fn covered(&self, complex: &'p ComplexPlan, node: NodeIx, other: NodeIx, base: usize) -> bool {
        let of = complex.node(node);
        if has_slot(complex, of) {
            return !self.present(complex, node, base) || stands_below(complex, other, of);
        }
        complex.children(node).all(|child| self.covered(complex, child, other, base))
    }

    fn complete(&self, complex: &'p ComplexPlan, node: NodeIx, base: usize) -> bool {
        let of = complex.node(node);
        if of.emptiable {
            return true;
        }
        if has_slot(complex, of) {
            return self.present(complex, node, base);
        }
        match of.kind {
            NodeKind::Choice(_) => complex.children(node).any(|child| self.complete(complex, child, base)),
            _ => complex.children(node).all(|child| self.complete(complex, child, base)),
        }
    }

    /// Whether anything below `ix` is filled.
    fn present(&self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) -> bool {
        let node = complex.node(ix);
        if !has_slot(complex, node) {
            return complex.children(ix).any(|child| self.present(complex, child, base));
        }
        let value = self.filled(base, node.slot.index());
        value
            .is_some_and(|value| !complex.slot(node).list || value.kind() != Kind::Array || !value.is_empty())
    }

    fn no_branch(&mut self, complex: &'p ComplexPlan, ix: NodeIx) {
        let names: Vec<&str> = complex.children(ix).filter_map(|child| first_key(complex, child)).collect();
        self.report(Breach::Missing, format!("one of {} is required", names.join(", ")));
    }

    fn exclusive(&mut self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) {
        let present = complex.children(ix).filter(|child| self.present(complex, *child, base));
        let names: Vec<&str> = present.filter_map(|child| first_key(complex, child)).collect();
        let expected = format!("only one of {} is possible", names.join(", "));
        self.report_at(names.get(1).copied().unwrap_or(""), Breach::Exclusive, &expected);
    }

    fn turns(&mut self, complex: &'p ComplexPlan, ix: NodeIx, node: &'p Node, scope: ScopeIx, base: usize) {
        let slot = complex.slot(node);
        let value = self.filled(base, node.slot.index());
        let items = self.items(&slot.key, value);
        self.check_count(complex, node, items.map_or(0, |items| items.len()));
        for (at, item) in items.into_iter().flat_map(|items| items.items()).enumerate() {
            self.path.push("", Some(&slot.key), Some(at as u32));
            if item.kind() == Kind::Object {
                let inner = self.fill(complex, scope, item, false);
                self.group(complex, ix, inner);
                self.buffers.values.truncate(inner);
            } else {
                self.report(Breach::Type, "expected an object".to_owned());
            }
            self.path.pop();
        }
    }

    fn element_slot(&mut self, complex: &'p ComplexPlan, node: &'p Node, ix: ElementIx, base: usize) {
        let slot = complex.slot(node);
        let value = self.filled(base, node.slot.index());
        if slot.list {
            return self.list(complex, node, ix, base, value);
        }
        match value {
            Some(value) => {
                self.path.push(&self.plan.element(ix).local, Some(&slot.key), None);
                self.element(node, ix, value);
                self.path.pop();
            }
            None if node.min > 0 => self.missing_slot(complex, node.scope, node.slot.index()),
            None => {}
        }
    }

    fn list(
        &mut self,
        complex: &'p ComplexPlan,
        node: &'p Node,
        ix: ElementIx,
        base: usize,
        value: Option<Value<'p>>,
    ) {
        let key = &complex.slot(node).key;
        let items = self.items(key, value);
        let place = base + node.slot.index();
        let taken = self.buffers.values.get(place).map_or(0, |filled| filled.taken as usize);
        let left = items.map_or(0, |items| items.len()).saturating_sub(taken);
        let reserved =
            if left > node.min as usize { left.saturating_sub(node.reserve as usize) } else { left };
        let take = if node.reserve == 0 && !complex.scope(node.scope).scattered {
            left
        } else {
            reserved.min(node.max as usize)
        };
        self.check_count(complex, node, take);
        for (at, item) in items.into_iter().flat_map(|items| items.items()).enumerate().skip(taken).take(take)
        {
            self.path.push(&self.plan.element(ix).local, Some(key), Some(at as u32));
            self.element(node, ix, item);
            self.path.pop();
        }
        if let Some(filled) = self.buffers.values.get_mut(place) {
            filled.taken = (taken + take) as u32;
        }
    }

    /// The array in a list's slot.
    fn items(&mut self, key: &str, value: Option<Value<'p>>) -> Option<Value<'p>> {
        let value = value?;
        if value.kind() == Kind::Array {
            return Some(value);
        }
        if value.kind() != Kind::Null || self.options.null_as != NullAs::Absent {
            self.report_at(key, Breach::Type, "expected an array");
        }
        None
    }

    fn check_count(&mut self, complex: &'p ComplexPlan, node: &Node, count: usize) {
        let key = &complex.slot(node).key;
        if count == 0 && node.min > 0 {
            self.report_at(key, Breach::Missing, "required");
        } else if count < node.min as usize {
            self.report_at(key, Breach::Length, &format!("expected at least {} items", node.min));
        } else if count > node.max as usize {
            self.report_at(key, Breach::Length, &format!("expected at most {} items", node.max));
        }
    }

    fn missing_slot(&mut self, complex: &'p ComplexPlan, scope: ScopeIx, slot: usize) {
        let key = complex.scope(scope).slots.get(slot).map_or("", |slot| &slot.key);
        self.report_at(key, Breach::Missing, "required");
    }

    /// Writes a simple value through `write`, which escapes.
    fn simple(&mut self, simple: &'p SimplePlan, value: Value<'p>, fixed: Option<&str>, write: WriteText) {
        let mut lexical = std::mem::take(&mut self.buffers.lexical);
        lexical.clear();
        if self.lexical(&simple.form, value, &mut lexical) {
            self.checked(simple, &lexical, fixed, write);
        }
        self.buffers.lexical = lexical;
    }

    fn checked(&mut self, simple: &'p SimplePlan, lexical: &str, fixed: Option<&str>, write: WriteText) {
        match simple.simple.check(lexical) {
            Err(violation) => self.report(Breach::from(&violation), violation.to_string()),
            Ok(checked) if fixed.is_some_and(|fixed| fixed != checked.value) => {
                self.report(Breach::Enumeration, "expected the fixed value".to_owned());
            }
            Ok(checked) => {
                if write(self.out, canonical(&simple.form, &checked.value)).is_err() {
                    self.report(Breach::Format, "a character that XML cannot carry".to_owned());
                }
            }
        }
    }

    /// Appends the lexical form of `value`; false when it has the wrong JSON type.
    fn lexical(&mut self, form: &Form, value: Value<'p>, out: &mut String) -> bool {
        if let Form::List(item) = form {
            return self.lexical_list(item, value, out);
        }
        let scalar = match value.kind() {
            Kind::Bool => value.as_bool().map(Scalar::Boolean),
            Kind::Number => value.as_number().map(Scalar::Number),
            Kind::String => value.as_str().map(Scalar::String),
            Kind::Array | Kind::Null | Kind::Object => None,
        };
        match scalar.filter(|scalar| forms::accepts(form, scalar)) {
            Some(scalar) => self.lexical_scalar(form, &scalar, out),
            None => {
                self.report(Breach::Type, forms::expected(form).to_owned());
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
            (_, Scalar::String(text)) => out.push_str(text),
            (Form::Number | Form::NumberText, Scalar::Number(digits)) => return self.plain(digits, out),
            (_, Scalar::Number(digits)) => out.push_str(digits),
        }
        true
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

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn report_at(&mut self, key: &str, breach: Breach, expected: &str) {
        if self.violations.len() < MOST {
            let mut pointer = self.path.pointer();
            crate::json::push_segment(&mut pointer, key);
            self.violations.push(Violation {
                breach,
                pointer,
                path: String::new(),
                expected: expected.to_owned(),
            });
        }
    }

    fn report(&mut self, breach: Breach, expected: String) {
        if self.violations.len() < MOST {
            let pointer = self.path.pointer();
            self.violations.push(Violation { breach, pointer, path: String::new(), expected });
        }
    }
}

type WriteText = fn(&mut Vec<u8>, &str) -> Result<(), write::Forbidden>;

/// Booleans have two spellings in XML, one of which goes out.
fn canonical<'t>(form: &Form, text: &'t str) -> &'t str {
    match (form, text) {
        (Form::Boolean, "1") => "true",
        (Form::Boolean, "0") => "false",
        _ => text,
    }
}

fn is_blank(value: Value<'_>) -> bool {
    value.kind() == Kind::String && value.as_str().is_some_and(|text| text.is_empty())
}

/// Elements and repeated groups have a slot of their own.
fn has_slot(complex: &ComplexPlan, node: &Node) -> bool {
    matches!(node.kind, NodeKind::Element(_)) || complex.turns(node).is_some()
}

fn stands_below(complex: &ComplexPlan, ix: NodeIx, wanted: &Node) -> bool {
    let node = complex.node(ix);
    let here = has_slot(complex, node) && node.scope == wanted.scope && node.slot == wanted.slot;
    here || (!has_slot(complex, node)
        && complex.children(ix).any(|child| stands_below(complex, child, wanted)))
}

fn first_key(complex: &ComplexPlan, ix: NodeIx) -> Option<&str> {
    let node = complex.node(ix);
    if has_slot(complex, node) {
        return Some(&complex.slot(node).key);
    }
    complex.children(ix).find_map(|child| first_key(complex, child))
}

const NIL: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>";
const XSI_TYPE: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"";
