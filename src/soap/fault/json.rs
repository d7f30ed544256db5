//! Faults in JSON: `{"name","code","subcodes","reason","role","detail","details"}`, as `errors[0].fault` has them.

use super::code::{FaultCode, FaultKind};
use super::contract::{FaultContract, FaultDetail};
use super::model::Reason;
use crate::json::write::{compact, write_key, write_string};
use crate::json::{Kind, Value};
use crate::limits::FAULT_PARTS;
use crate::plan::FaultPlan;

/// A fault as JSON shows it.
#[derive(Clone, Copy, Debug)]
pub struct FaultView<'f> {
    /// The code.
    pub code: &'f FaultCode,
    /// The subcodes, outer ones first.
    pub subcodes: &'f [FaultCode],
    /// The reason; nothing where it is not for clients.
    pub reason: Option<&'f str>,
    /// Who found it; empty where nothing says so.
    pub role: &'f str,
    /// What the contract knows of its detail.
    pub details: &'f [FaultDetail],
}

impl FaultView<'_> {
    /// Appends the object.
    pub fn write(&self, out: &mut Vec<u8>) {
        let named = self.details.first();
        out.push(b'{');
        if let Some(detail) = named {
            member(out, "name", &detail.fault.name);
        }
        member(out, "code", &self.code.to_string());
        if !self.subcodes.is_empty() {
            key(out, "subcodes");
            list(out, self.subcodes, |out, code| write_string(out, &code.to_string()));
        }
        if let Some(reason) = self.reason {
            member(out, "reason", reason);
        }
        if !self.role.is_empty() {
            member(out, "role", self.role);
        }
        let Some((first, others)) = self.details.split_first() else { return out.push(b'}') };
        key(out, "detail");
        out.extend_from_slice(&first.json);
        if !others.is_empty() {
            key(out, "details");
            list(out, others, |out, other| {
                out.push(b'{');
                member(out, "name", &other.fault.name);
                key(out, "detail");
                out.extend_from_slice(&other.json);
                out.push(b'}');
            });
        }
        out.push(b'}');
    }
}

fn key(out: &mut Vec<u8>, name: &str) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    write_key(out, name);
}

fn member(out: &mut Vec<u8>, name: &str, text: &str) {
    key(out, name);
    write_string(out, text);
}

fn list<T>(out: &mut Vec<u8>, items: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

/// A fault that was read from JSON.
#[derive(Clone, Debug, Default)]
pub struct FaultMessage {
    /// What it blames.
    pub kind: FaultKind,
    /// Its code.
    pub code: FaultCode,
    /// Its subcodes, outer ones first.
    pub subcodes: Vec<FaultCode>,
    /// The reason.
    pub reasons: Vec<Reason>,
    /// Who found it; empty where nothing says so.
    pub role: String,
    /// What is in its detail.
    pub details: Vec<FaultDetail>,
}

/// Why some JSON is no fault of a contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {kind}")]
pub struct FaultJsonError {
    /// Where, as a JSON Pointer in the whole document.
    pub pointer: String,
    /// What is wrong.
    pub kind: FaultJsonErrorKind,
}

/// What is wrong with the JSON of a fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultJsonErrorKind {
    /// A detail without the name of its fault.
    #[error("the name of the fault whose detail this is, is required")]
    Nameless,
    /// More than is read.
    #[error("more than {FAULT_PARTS}")]
    TooMany,
    /// A name that is none of the operation's.
    #[error("the operation declares no such fault; it declares {0}")]
    UnknownFault(String),
    /// A member that faults do not have.
    #[error("a fault has no such member")]
    UnknownMember,
    /// A value of the wrong type.
    #[error("expected {0}")]
    Type(&'static str),
}

impl FaultJsonError {
    fn at(pointer: impl Into<String>, kind: FaultJsonErrorKind) -> Self {
        Self { pointer: pointer.into(), kind }
    }
}

impl FaultContract<'_> {
    /// Reads a fault in JSON. What is in its detail is checked when it is written.
    ///
    /// Errors: JSON that is no fault, or one that the operation does not declare.
    pub fn read_json(self, value: Value<'_>) -> Result<FaultMessage, FaultJsonError> {
        if value.kind() != Kind::Object {
            return Err(mistyped(value, "an object"));
        }
        for member in value.members() {
            if !MEMBERS.contains(&&*member.key()) {
                return Err(FaultJsonError::at(member.value().pointer(), FaultJsonErrorKind::UnknownMember));
            }
        }
        let code =
            text(value, "code")?.map_or_else(|| FaultCode::from("Server"), |code| FaultCode::from(&*code));
        let mut fault = FaultMessage { kind: code.kind(), code, ..FaultMessage::default() };
        for subcode in items(value, "subcodes")? {
            let subcode = subcode.as_str().ok_or_else(|| mistyped(subcode, "a string"))?;
            fault.subcodes.push(FaultCode::from(&*subcode));
        }
        let reason = text(value, "reason")?;
        fault.reasons.extend(reason.map(Reason::new));
        if let Some(role) = text(value, "role")? {
            fault.role = role;
        }
        fault.details.extend(self.detail(value)?);
        for other in items(value, "details")? {
            fault.details.extend(self.detail(other)?);
        }
        Ok(fault)
    }

    /// `name` and `detail` of an object.
    fn detail(self, object: Value<'_>) -> Result<Option<FaultDetail>, FaultJsonError> {
        let Some(detail) = object.get("detail") else { return Ok(None) };
        let name = text(object, "name")?;
        let name = name.ok_or_else(|| FaultJsonError::at(detail.pointer(), FaultJsonErrorKind::Nameless))?;
        let fault = self.named(&name).ok_or_else(|| {
            let known = self.operation.faults.iter().map(|fault| &*fault.name).collect::<Vec<_>>();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            let pointer = format!("{}/name", object.pointer());
            FaultJsonError::at(pointer, FaultJsonErrorKind::UnknownFault(known))
        })?;
        let mut json = Vec::new();
        compact(detail, &mut json);
        Ok(Some(FaultDetail { fault: fault.clone(), json }))
    }

    /// The fault named `name`: of the operation, else of the contract.
    pub fn named(&self, name: &str) -> Option<&FaultPlan> {
        self.plan.faults(self.operation).find(|fault| *fault.name == *name)
    }
}

impl FaultMessage {
    /// The codes that are not SOAP's own, outer ones first.
    pub fn codes(&self) -> Vec<FaultCode> {
        let own = Some(&self.code).filter(|code| !code.is_plain());
        own.into_iter().chain(&self.subcodes).cloned().collect()
    }
}

fn text(object: Value<'_>, key: &str) -> Result<Option<String>, FaultJsonError> {
    let Some(value) = object.get(key) else { return Ok(None) };
    let text = value.as_str().ok_or_else(|| mistyped(value, "a string"))?;
    Ok(Some(text.into_owned()))
}

/// The items of a list, of which there may be none.
fn items<'v>(
    object: Value<'v>,
    key: &str,
) -> Result<impl Iterator<Item = Value<'v>> + use<'v>, FaultJsonError> {
    let list = object.get(key);
    if let Some(list) = list {
        if list.kind() != Kind::Array {
            return Err(mistyped(list, "an array"));
        }
        if list.len() > FAULT_PARTS {
            return Err(FaultJsonError::at(list.pointer(), FaultJsonErrorKind::TooMany));
        }
    }
    Ok(list.into_iter().flat_map(|list| list.items()))
}

fn mistyped(value: Value<'_>, expected: &'static str) -> FaultJsonError {
    FaultJsonError::at(value.pointer(), FaultJsonErrorKind::Type(expected))
}

/// The members of a fault.
const MEMBERS: &[&str] = &["name", "code", "subcodes", "reason", "role", "detail", "details"];
