//! The field rules of operations and types, from what was typed to what the plan applies.

use std::collections::BTreeMap;

use serde_saphyr::Spanned;

use crate::plan::{As, FieldRule, Placed};
use crate::service::file::rules::{AsFile, OperationFile, TypeFile};
use crate::service::selector::pointer;

/// The field rules of an operation, in the order in which they apply.
pub(super) fn operation_fields(file: &OperationFile) -> Vec<Placed> {
    fields(&Fields {
        flatten: &file.flatten,
        unwrap: &file.unwrap.fields,
        rename: &file.rename,
        group: &file.group,
        constant: &file.constant,
        default: &file.default,
        hide: &file.hide,
        enumeration: &file.enumeration,
        form: &file.form,
    })
}

/// The field rules of a type.
pub(super) fn type_fields(file: &TypeFile) -> Vec<Placed> {
    fields(&Fields {
        flatten: &file.flatten,
        unwrap: &file.unwrap,
        rename: &file.rename,
        group: &file.group,
        constant: &file.constant,
        default: &file.default,
        hide: &file.hide,
        enumeration: &file.enumeration,
        form: &file.form,
    })
}

struct Fields<'f> {
    flatten: &'f [Spanned<String>],
    unwrap: &'f [Spanned<String>],
    rename: &'f BTreeMap<String, Spanned<String>>,
    group: &'f BTreeMap<String, Spanned<Vec<String>>>,
    constant: &'f BTreeMap<String, Spanned<String>>,
    default: &'f BTreeMap<String, Spanned<String>>,
    hide: &'f [Spanned<String>],
    enumeration: &'f BTreeMap<String, Spanned<BTreeMap<String, String>>>,
    form: &'f BTreeMap<String, Spanned<AsFile>>,
}

/// Values first, then shapes, then keys: every pointer names a field as it is before keys change.
fn fields(file: &Fields<'_>) -> Vec<Placed> {
    let place = |key: &str, rule| Placed { pointer: pointer(key), rule };
    let texts = |map: &'_ BTreeMap<String, Spanned<String>>, rule: fn(String) -> FieldRule| {
        map.iter().map(|(key, text)| place(key, rule(text.value.clone()))).collect::<Vec<_>>()
    };
    let listed = |list: &[Spanned<String>], rule: FieldRule| {
        list.iter().map(|key| place(&key.value, rule.clone())).collect::<Vec<_>>()
    };
    let forms = file.form.iter().map(|(key, form)| place(key, FieldRule::As(form_of(form.value))));
    let enumerations = file.enumeration.iter().map(|(key, pairs)| {
        let pairs = pairs.value.iter().map(|(xml, json)| (xml.clone(), json.clone()));
        place(key, FieldRule::Enum(pairs.collect()))
    });
    let groups = file.group.iter().map(|(key, members)| place(key, FieldRule::Group(members.value.clone())));
    let mut out: Vec<Placed> = forms.chain(enumerations).collect();
    out.extend(texts(file.constant, FieldRule::Const));
    out.extend(texts(file.default, FieldRule::Default));
    out.extend(listed(file.hide, FieldRule::Hide));
    out.extend(listed(file.flatten, FieldRule::Flatten));
    out.extend(listed(file.unwrap, FieldRule::Unwrap));
    // The deepest first, so that no key on the way to another has changed already.
    let mut renames = texts(file.rename, FieldRule::Rename);
    renames.sort_by_key(|placed| std::cmp::Reverse(placed.pointer.matches('/').count()));
    out.extend(renames);
    out.extend(groups);
    out
}

fn form_of(form: AsFile) -> As {
    match form {
        AsFile::Day => As::Day,
        AsFile::Instant => As::Instant,
        AsFile::Number => As::Number,
        AsFile::String => As::String,
    }
}
