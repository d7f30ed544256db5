//! Which JSON form a simple type has.

use super::super::program::{Form, SimplePlan};
use super::options::Numbers;
use crate::xsd::simple::{BuiltIn, JsonForm, SimpleType, Variety};
use std::sync::Arc;

/// The plan of a simple type.
pub(in crate::plan) fn plan(simple: &Arc<SimpleType>, numbers: Numbers) -> SimplePlan {
    SimplePlan { simple: simple.clone(), form: form(simple, numbers), map: None }
}

fn form(simple: &SimpleType, numbers: Numbers) -> Form {
    match simple.variety() {
        Variety::Atomic(built_in) => atomic(*built_in, numbers),
        Variety::List(item) => Form::List(Box::new(form(item, numbers))),
        Variety::Union(members) => Form::Union(members.iter().map(|member| form(member, numbers)).collect()),
    }
}

fn atomic(built_in: BuiltIn, numbers: Numbers) -> Form {
    match built_in.json_form() {
        _ if matches!(built_in.primitive(), BuiltIn::QName | BuiltIn::Notation) => Form::Name,
        JsonForm::Boolean => Form::Boolean,
        JsonForm::Decimal if numbers == Numbers::Safe && !fits_double(built_in) => Form::NumberText,
        JsonForm::Decimal => Form::Number,
        JsonForm::Float => Form::Float,
        JsonForm::String => Form::String,
    }
}

/// Integer types whose every value a double holds exactly.
fn fits_double(built_in: BuiltIn) -> bool {
    use BuiltIn::{Byte, Int, Short, UnsignedByte, UnsignedInt, UnsignedShort};
    matches!(built_in, Byte | Int | Short | UnsignedByte | UnsignedInt | UnsignedShort)
}
