//! References to values that a service file does not hold itself: `${env:NAME}` and `${file:PATH}`.

use crate::service::environment::Environment;
use crate::wss::Secret;

/// `text` with the values that it refers to.
pub(super) fn resolve(text: &str, environment: &dyn Environment) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("${") {
        let (reference, after) = from.split_once('}').ok_or("a `${` without its `}`")?;
        out.push_str(before);
        out.push_str(&fetch(reference, environment)?);
        rest = after;
    }
    Ok(out + rest)
}

/// The secret that `text` refers to; a literal is refused, for files are copied and committed.
pub fn secret(text: &str, environment: &dyn Environment) -> Result<Secret, String> {
    let reference = reference(text).ok_or("a secret must be a reference: ${env:NAME} or ${file:PATH}")?;
    let value = fetch(reference, environment)?;
    if value.is_empty() { Err("an empty password".to_owned()) } else { Ok(Secret::new(value)) }
}

/// Whether `text` is a reference and nothing else.
pub(super) fn is(text: &str) -> bool {
    reference(text).is_some()
}

fn reference(text: &str) -> Option<&str> {
    text.strip_prefix("${")?.strip_suffix('}')
}

fn fetch(reference: &str, environment: &dyn Environment) -> Result<String, String> {
    match reference.split_once(':') {
        Some(("env", name)) => {
            environment.variable(name).ok_or_else(|| format!("environment variable {name} is not set"))
        }
        Some(("file", path)) => {
            let text = environment.file(path).map_err(|reason| format!("{path}: {reason}"))?;
            Ok(text.trim_end_matches(['\n', '\r']).to_owned())
        }
        _ => Err(format!("`${{{reference}}}` is not a reference: ${{env:NAME}} or ${{file:PATH}}")),
    }
}
