//! What the service file says about the plan and about encoding.

use super::requests::keys_of_block;
use crate::codec::{EmptyAs, EncodeOptions, Leeway, NullAs, UnknownFields};
use crate::plan::{
    ConstantField, Credential, CredentialField, Names, Numbers, OperationRules, Rules, pointer,
};
use crate::service::expression::Tables;
use crate::service::file::rules::{HeaderCredentialsFile, OperationFile};
use crate::service::file::service::{
    DefaultsFile, EmptyFile, NamesFile, NullFile, NumbersFile, ServiceFile, TableFile, UndeclaredFile,
    UnknownFile,
};
use crate::service::model::service::UndeclaredHeaders;

pub(super) fn defaults(file: &ServiceFile) -> DefaultsFile {
    // A file without `defaults` has those of docs/SERVICE_FILE.md.
    file.defaults.clone().unwrap_or_default()
}

pub(super) fn tables(file: &ServiceFile) -> Tables {
    let mut tables = Tables::default();
    for (name, table) in &file.tables {
        match table {
            TableFile::List(texts) => tables.add_list(name, texts),
            TableFile::Map(entries) => tables.add_map(name, entries),
        }
    }
    tables
}

pub(super) fn rules(file: &ServiceFile) -> Rules {
    let defaults = defaults(file);
    let numbers = match defaults.numbers {
        NumbersFile::Native => Numbers::Native,
        NumbersFile::Safe => Numbers::Safe,
    };
    let names = match defaults.names {
        NamesFile::AsIs => Names::AsIs,
        NamesFile::CamelCase => Names::Camel,
        NamesFile::SnakeCase => Names::Snake,
    };
    let operations = file.operations.iter().map(|(name, rules)| (name.clone(), operation_rules(rules)));
    let types = file.types.iter().map(|(name, rules)| (name.clone(), rules.fields.in_order()));
    Rules {
        names,
        numbers,
        nodes: file.limits.contract.particles,
        operations: operations.collect(),
        types: types.collect(),
        flatten: defaults.flatten,
        extra: defaults.extra,
        constants: file.constants.iter().map(|(field, text)| constant(field, text)).collect(),
        credentials: file.credentials.as_ref().map_or_else(Vec::new, credential_fields),
    }
}

fn constant(field: &str, text: &str) -> ConstantField {
    ConstantField { field: field.to_owned(), pointer: pointer(field), text: text.to_owned() }
}

/// The fields of header parts that `file` names. What is none has its problem elsewhere.
fn credential_fields(file: &HeaderCredentialsFile) -> Vec<CredentialField> {
    let fields = [
        ("username", &file.username, Credential::Username),
        ("password", &file.password, Credential::Password),
        ("token", &file.token, Credential::Password),
    ];
    let named = fields.into_iter().filter_map(|(key, named, holds)| {
        let pointer = pointer(named.as_deref().filter(|named| keys_of_block(named).is_some())?);
        Some(CredentialField { key, pointer, holds })
    });
    named.collect()
}

pub(super) fn operation_rules(rules: &OperationFile) -> OperationRules {
    let hidden = rules.credentials.iter().filter_map(|paths| paths.username.split_once('.'));
    OperationRules {
        unwrap_request: rules.unwrap.request.clone(),
        unwrap_response: rules.unwrap.response.clone(),
        response_aliases: rules.unwrap.response_also.clone(),
        hidden: hidden.map(|(object, _)| object.to_owned()).collect(),
        always: rules.answer.lists.clone(),
        blank_absent: rules.empty_is_absent.clone(),
        plain_extra: !rules.native.is_empty(),
        fields: rules.fields.in_order(),
    }
}

pub(super) fn leeway(defaults: &DefaultsFile) -> Leeway {
    Leeway { namespaces: defaults.other_namespaces, order: defaults.any_order, types: defaults.other_types }
}

pub(super) fn undeclared_headers(defaults: &DefaultsFile) -> UndeclaredHeaders {
    match defaults.undeclared_headers {
        UndeclaredFile::Pass => UndeclaredHeaders::Pass,
        UndeclaredFile::Reject => UndeclaredHeaders::Reject,
    }
}

pub(super) fn encode_options(file: &ServiceFile, defaults: &DefaultsFile) -> EncodeOptions {
    EncodeOptions {
        open: false,
        empty_as: match defaults.empty_as {
            EmptyFile::Absent => EmptyAs::Absent,
            EmptyFile::Keep => EmptyAs::Keep,
            EmptyFile::Reject => EmptyAs::Reject,
        },
        xml: file.limits.xml,
        null_as: match defaults.null_as {
            NullFile::Absent => NullAs::Absent,
            NullFile::Nil => NullAs::Nil,
            NullFile::Reject => NullAs::Reject,
        },
        unknown_fields: match defaults.unknown_fields {
            UnknownFile::Ignore => UnknownFields::Ignore,
            UnknownFile::Reject => UnknownFields::Reject,
        },
        limits: file.limits.json,
    }
}
