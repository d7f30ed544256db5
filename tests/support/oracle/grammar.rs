//! What the tokenizer does not look at: attributes, references and the declaration, checked in the plainest way.

use saponify::xml::ErrorKind;

/// An attribute as it is written: name, value between the quotes, and where it begins.
pub struct Raw<'i> {
    pub name: &'i str,
    pub value: &'i str,
    pub offset: usize,
}

/// The attributes in what follows the name in a start tag, as far as they are well-formed, and what is wrong behind them.
pub fn attributes(text: &str) -> (Vec<Raw<'_>>, Option<ErrorKind>) {
    let (mut rest, mut found) = (text, Vec::new());
    loop {
        let trimmed = rest.trim_start_matches(SPACE);
        if trimmed.is_empty() {
            return (found, None);
        }
        let raw = (trimmed.len() < rest.len()).then(|| attribute(text, trimmed)).flatten();
        let Some((raw, behind)) = raw else { return (found, Some(ErrorKind::Attribute)) };
        found.push(raw);
        rest = behind;
    }
}

fn attribute<'i>(text: &'i str, from: &'i str) -> Option<(Raw<'i>, &'i str)> {
    let end = from.find(|c| c == '=' || SPACE.contains(&c))?;
    let (name, rest) = from.split_at(end);
    let rest = rest.trim_start_matches(SPACE).strip_prefix('=')?.trim_start_matches(SPACE);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, behind) = rest[1..].split_once(quote)?;
    Some((Raw { name, value, offset: text.len() - from.len() }, behind))
}

/// The normalised value of an attribute (XML 1.0 section 3.3.3).
pub fn normalise(raw: &str) -> Result<String, ErrorKind> {
    let (mut out, mut rest) = (String::new(), raw);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '<' => return Err(ErrorKind::LessThan),
            '\t' | '\n' => out.push(' '),
            '&' => {
                let (body, behind) = rest.split_once(';').ok_or(ErrorKind::Reference)?;
                out.push(resolve(body).ok_or(ErrorKind::Reference)?);
                rest = behind;
            }
            _ => out.push(c),
        }
    }
    Ok(out)
}

/// The character that `&body;` stands for (XML 1.0 section 4.1).
pub fn resolve(body: &str) -> Option<char> {
    let named = [("amp", '&'), ("apos", '\''), ("gt", '>'), ("lt", '<'), ("quot", '"')];
    if let Some((_, c)) = named.iter().find(|(name, _)| *name == body) {
        return Some(*c);
    }
    let digits = body.strip_prefix('#')?;
    let (digits, radix) = digits.strip_prefix('x').map_or((digits, 10), |hex| (hex, 16));
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let short = digits.trim_start_matches('0');
    let code = if short.is_empty() { 0 } else { u32::from_str_radix(short, radix).ok()? };
    let forbidden = |c: char| (c < ' ' && !SPACE.contains(&c)) || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    char::from_u32(code).filter(|c| !forbidden(*c))
}

/// Whether `text` is the XML declaration of version 1.0 (XML 1.0 section 2.8).
pub fn is_declaration(text: &str) -> bool {
    let body = text.strip_prefix("<?xml").and_then(|text| text.strip_suffix("?>"));
    let Some((found, None)) = body.map(attributes) else { return false };
    let names: Vec<&str> = found.iter().map(|raw| raw.name).collect();
    let orders: [&[&str]; 4] = [
        &["version"],
        &["version", "encoding"],
        &["version", "standalone"],
        &["version", "encoding", "standalone"],
    ];
    orders.contains(&&*names)
        && found.iter().all(|raw| match raw.name {
            "version" => raw.value == "1.0",
            "encoding" => raw.value.starts_with(|c: char| c.is_ascii_alphabetic()),
            _ => matches!(raw.value, "yes" | "no"),
        })
}

/// White space (XML 1.0 section 2.3).
pub const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];
