//! Rules of one operation: copies of its messages in which something looks different in JSON.

use super::super::compile::Arena;
use super::super::index::ElementIx;
use super::super::program::{ComplexPlan, HEADERS, NodeKind, OperationPlan, Role, Shape, Slot, TypePlan};
use super::choices::{ConstantField, CredentialField, OperationRules};
use super::constant::Constant;
use super::field::{Field, is_at, slot_at};
use super::file::Placed;
use super::misfit::Misfit;
use super::problem::{Problem, Subject};
use super::rule::Rule as _;

/// Applies `rules` to the operation `name`. Gives what is wrong with them.
pub(super) fn apply<'r>(
    name: &'r str,
    rules: &'r OperationRules,
    arena: &mut Arena,
    operation: &mut OperationPlan,
) -> Vec<Problem<'r>> {
    let subject = Subject::Operation(name);
    let misfits = to_messages(rules, arena, operation);
    let mut problems: Vec<_> =
        misfits.into_iter().map(|(said, misfit)| Problem::Subject { subject, said, misfit }).collect();
    if !problems.is_empty() {
        return problems;
    }
    for placed in &rules.fields {
        let applied = field(placed, arena, operation);
        problems.extend(applied.err().map(|misfit| Problem::Field { subject, placed, misfit }));
    }
    problems
}

/// Does what is said of a message as a whole. Gives what cannot be, by the keys that say it.
fn to_messages(
    rules: &OperationRules,
    arena: &mut Arena,
    operation: &mut OperationPlan,
) -> Vec<(Vec<String>, Misfit)> {
    let mut misfits = Misfits::default();
    let (input, output) =
        (&mut operation.input.root, operation.output.as_mut().map(|output| &mut output.root));
    if let (Some(child), Some(root)) = (&rules.unwrap_request, input.as_mut()) {
        misfits.note("unwrap.request", "", unwrap(arena, root, child, &[]));
    }
    for key in &rules.hidden {
        misfits.note("credentials", "username", change(arena, input, "", &|_, object| hide(object, key)));
    }
    for pointer in &rules.blank_absent {
        let (object, key) = parent(pointer);
        let done =
            change(arena, input, object, &|_, object| flag(object, key, |slot| slot.blank_absent = true));
        misfits.note("empty_is_absent", pointer, done);
    }
    let Some(output) = output else { return misfits.0 };
    if let (Some(child), Some(root)) = (&rules.unwrap_response, output.as_mut()) {
        misfits.note("unwrap.response", "", unwrap(arena, root, child, &rules.response_aliases));
    }
    for key in &rules.always {
        let done = change(arena, output, "", &|_, object| flag(object, key, |slot| slot.always = slot.list));
        misfits.note("answer.lists", key, done);
    }
    if rules.plain_extra {
        let show = |_: &mut Arena, object: &mut ComplexPlan| {
            object.show_extra();
            Ok(())
        };
        misfits.note("native", "", change(arena, output, "", &show));
    }
    misfits.0
}

/// What cannot be, each by the keys that say it.
#[derive(Default)]
struct Misfits(Vec<(Vec<String>, Misfit)>);

impl Misfits {
    /// Notes what is wrong with `item` of what `keys` lead to.
    fn note(&mut self, keys: &str, item: &str, done: Result<(), Misfit>) {
        let item = Some(item).filter(|item| !item.is_empty());
        let keys = keys.split('.').chain(item).map(str::to_owned).collect();
        self.0.extend(done.err().map(|misfit| (keys, misfit)));
    }
}

/// A field rule applies to the request and to the response, wherever its field is. Errors: that is nowhere, or it cannot be
/// applied where it is.
fn field(placed: &Placed, arena: &mut Arena, operation: &mut OperationPlan) -> Result<(), Misfit> {
    let in_headers = in_headers(&placed.pointer);
    let (object, key) = parent(in_headers.map_or(&*placed.pointer, |pointer| pointer));
    let apply =
        |arena: &mut Arena, object: &mut ComplexPlan| placed.rule.apply(&mut Field { arena, object, key });
    let mut elsewhere = None;
    let mut applied = false;
    for message in std::iter::once(&mut operation.input).chain(&mut operation.output) {
        let root = if in_headers.is_some() { &mut message.headers } else { &mut message.root };
        match change(arena, root, object, &apply) {
            Ok(()) => applied = true,
            Err(misfit) if misfit.is_elsewhere() => elsewhere = elsewhere.or(Some(misfit)),
            Err(misfit) => return Err(misfit),
        }
    }
    match elsewhere {
        Some(misfit) if !applied => Err(misfit),
        _ => Ok(()),
    }
}

/// Puts a credential where `field` says, in all of `operations` whose requests have that. Gives what is wrong where none has it.
pub(super) fn credential<'r>(
    field: &CredentialField,
    arena: &mut Arena,
    operations: &mut [&mut OperationPlan],
) -> Option<Problem<'r>> {
    let apply = |field_of: &mut Field<'_>| {
        field_of.simple()?;
        let slot = field_of.slot_mut()?;
        if slot.list || slot.role != Role::Element {
            return Err(Misfit::Unfit("only an element that is there once can be a credential"));
        }
        if slot.fill.is_some() {
            return Err(Misfit::Unfit("the field has a `const` or a `default`"));
        }
        (slot.fill, slot.credential, slot.hidden) = (Some(UNSAID.into()), Some(field.holds), true);
        field_of.reindex();
        Ok(())
    };
    let mut everywhere = Everywhere { pointer: &field.pointer, arena, apply: &apply };
    match everywhere.change(operations) {
        Ok(changed) => {
            changed.for_each(|operation| operation.input.takes_credentials = true);
            None
        }
        Err(misfit) => Some(Problem::Everywhere { key: "credentials", field: field.key.to_owned(), misfit }),
    }
}

/// Gives a field of header parts its text in all of `operations` whose requests have it. Gives what is wrong where none has it.
pub(super) fn constant<'r>(
    field: &ConstantField,
    arena: &mut Arena,
    operations: &mut [&mut OperationPlan],
) -> Option<Problem<'r>> {
    let rule = Constant(field.text.clone());
    let apply = |field_of: &mut Field<'_>| match field_of.slot_mut()?.credential {
        Some(_) => Err(Misfit::Unfit("the field is one of `credentials`")),
        None => rule.apply(field_of),
    };
    let changed = Everywhere { pointer: &field.pointer, arena, apply: &apply }.change(operations).map(drop);
    changed.err().map(|misfit| Problem::Everywhere { key: "const", field: field.field.clone(), misfit })
}

/// A field of header parts that is changed in all requests that have it.
struct Everywhere<'e> {
    pointer: &'e str,
    arena: &'e mut Arena,
    apply: &'e dyn Fn(&mut Field<'_>) -> Result<(), Misfit>,
}

impl Everywhere<'_> {
    /// Gives the operations that it was changed in: at least one. Errors: it cannot be, or none has it.
    fn change<'o>(
        &mut self,
        operations: &'o mut [&mut OperationPlan],
    ) -> Result<impl Iterator<Item = &'o mut OperationPlan>, Misfit> {
        let (object, key) = parent(in_headers(self.pointer).ok_or(Misfit::Unfit(NO_HEADER))?);
        let apply =
            |arena: &mut Arena, object: &mut ComplexPlan| (self.apply)(&mut Field { arena, object, key });
        let (mut misfit, mut changed) = (Misfit::Empty, Vec::new());
        for operation in operations {
            match change(self.arena, &mut operation.input.headers, object, &apply) {
                Ok(()) => changed.push(&mut **operation),
                // What is said of a message with header parts says more.
                Err(other) if other.is_elsewhere() && misfit == Misfit::Empty => misfit = other,
                Err(other) if other.is_elsewhere() => {}
                Err(misfit) => return Err(misfit),
            }
        }
        if changed.is_empty() { Err(misfit) } else { Ok(changed.into_iter()) }
    }
}

const NO_HEADER: &str =
    "expected a field of a header part, `$headers/PART/FIELD`; others belong to an operation or a type";

/// What stands in place of a credential where messages are shown, and nobody calls.
const UNSAID: &str = "***";

/// What of `pointer` is below the header blocks, where it leads there.
fn in_headers(pointer: &str) -> Option<&str> {
    pointer.strip_prefix('/')?.strip_prefix(HEADERS).filter(|below| below.starts_with('/'))
}

/// The pointer of the object, and the key in it.
fn parent(pointer: &str) -> (&str, &str) {
    // A key alone is one at the top.
    pointer.rsplit_once('/').unwrap_or(("", pointer))
}

/// Makes `root` a copy of itself whose only child `child` does not show in JSON.
fn unwrap(arena: &mut Arena, root: &mut ElementIx, child: &str, aliases: &[String]) -> Result<(), Misfit> {
    let Some(Shape::Complex(object)) = arena.type_of(*root).map(|plan| &plan.shape) else {
        return Err(Misfit::NoMembers);
    };
    let found = object.elements().find(|ix| *arena.element(*ix).local == *child);
    let known = object.scopes.iter().flat_map(|scope| &scope.slots).map(|slot| &*slot.key);
    let found = found.ok_or_else(|| Misfit::absent(child, known))?;
    let mut inner = arena.element(found).clone();
    inner.also.extend(aliases.iter().map(|alias| (inner.ns, Box::from(alias.as_str()))));
    let inner = arena.add_element(inner);
    let type_ix = arena.add_type(TypePlan::anonymous(Shape::Unwrap(inner)));
    *root = arena.copy_element(*root, type_ix);
    Ok(())
}

/// What happens to an object.
type Change<'r> = &'r dyn Fn(&mut Arena, &mut ComplexPlan) -> Result<(), Misfit>;

/// Makes `root` a copy of itself in which the object at `pointer` is changed.
fn change(
    arena: &mut Arena,
    root: &mut Option<ElementIx>,
    pointer: &str,
    apply: Change<'_>,
) -> Result<(), Misfit> {
    let ix = root.ok_or(Misfit::Empty)?;
    let path: Vec<&str> = pointer.split('/').filter(|segment| !segment.is_empty()).collect();
    *root = Some(Walk { arena, apply }.element(ix, &path)?);
    Ok(())
}

/// The way to an object, on which everything is copied: other messages have the same types.
struct Walk<'w> {
    arena: &'w mut Arena,
    apply: Change<'w>,
}

impl Walk<'_> {
    fn element(&mut self, ix: ElementIx, path: &[&str]) -> Result<ElementIx, Misfit> {
        // Every type has its plan when rules are applied, but that which is being changed.
        let mut plan = self.arena.type_of(ix).cloned().ok_or(Misfit::NoMembers)?;
        match &mut plan.shape {
            Shape::Array(_) | Shape::Simple(_) => return Err(Misfit::IntoSimple),
            Shape::Unwrap(inner) => *inner = self.element(*inner, path)?,
            Shape::Complex(object) => match path {
                [] => (self.apply)(self.arena, object)?,
                path if object.flat => self.item(object, path)?,
                [key, rest @ ..] => self.child(object, key, rest)?,
            },
        }
        let type_ix = self.arena.add_type(plan);
        Ok(self.arena.copy_element(ix, type_ix))
    }

    fn child(&mut self, object: &mut ComplexPlan, key: &str, rest: &[&str]) -> Result<(), Misfit> {
        let at = slot_at(object, key)?;
        let slot = object.scopes.first().and_then(|scope| scope.slots.get(at.index()));
        let rest = if slot.is_some_and(|slot| slot.list) { after_index(rest) } else { rest };
        for node in object.nodes.iter_mut().filter(|node| is_at(node, at)) {
            if let NodeKind::Element(element) = &mut node.kind {
                *element = self.element(*element, rest)?;
            }
        }
        Ok(())
    }

    fn item(&mut self, object: &mut ComplexPlan, path: &[&str]) -> Result<(), Misfit> {
        for node in &mut object.nodes {
            if let NodeKind::Element(element) = &mut node.kind {
                *element = self.element(*element, after_index(path))?;
            }
        }
        Ok(())
    }
}

/// The items of an array are all alike: `*` means them.
fn after_index<'s, 'p>(path: &'s [&'p str]) -> &'s [&'p str] {
    match path {
        ["*", rest @ ..] => rest,
        path => path,
    }
}

fn hide(object: &mut ComplexPlan, key: &str) -> Result<(), Misfit> {
    let scope = object.scopes.first_mut().ok_or(Misfit::NoMembers)?;
    if scope.keys.find(key).is_some() {
        return Err(Misfit::Visible(key.to_owned()));
    }
    scope.slots.push(Slot::new(key, Role::Hidden));
    scope.index();
    Ok(())
}

fn flag(object: &mut ComplexPlan, key: &str, set: impl Fn(&mut Slot)) -> Result<(), Misfit> {
    let at = slot_at(object, key)?;
    let slots = object.scopes.first_mut().map(|scope| &mut scope.slots);
    slots.and_then(|slots| slots.get_mut(at.index())).map(set).ok_or(Misfit::NoMembers)
}
