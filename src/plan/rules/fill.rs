//! Texts that a field has when JSON says nothing: what `const` and `default` share.

use super::super::program::Role;
use super::field::Field;
use super::misfit::Misfit;
use crate::xml::write;

/// Gives `field` the text `text` where JSON has none.
pub(super) fn fill(field: &mut Field<'_>, text: &str) -> Result<(), Misfit> {
    let simple = match field.simple() {
        Err(Misfit::Unfit(_)) => {
            return Err(Misfit::Unfit("only a simple field can have a constant or a default"));
        }
        simple => simple?,
    };
    let misfit = |violation| Misfit::Value { value: "the value".to_owned(), violation };
    simple.simple.check(text).map_err(misfit)?;
    let slot = field.slot_mut()?;
    if slot.list {
        return Err(Misfit::Unfit("a list cannot have a constant or a default"));
    }
    let escape = if matches!(slot.role, Role::Attribute(_)) { write::attribute } else { write::text };
    let mut escaped = Vec::new();
    escape(&mut escaped, text).map_err(|_| Misfit::Unfit("a character that XML cannot carry"))?;
    let escaped = String::from_utf8(escaped).expect("what is escaped stays UTF-8");
    slot.fill = Some(escaped.into());
    Ok(())
}
