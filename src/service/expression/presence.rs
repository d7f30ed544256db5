//! `has(a.b.c)` for any path: the language's own `has` wants a member of something that is there.

/// What stands before a name to ask whether there is such a member at the top.
pub(super) const PREFIX: &str = "__has_";

/// `text` with every `has(path)` spelled out step by step: `has(a.b)` becomes `(__has_a && has(a.b))`, so that an
/// absent `a` is an answer and not an error. Strings are left alone.
pub(super) fn expand(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(next) = rest.find(['h', '\'', '"']) {
        let (before, from) = rest.split_at(next);
        out.push_str(before);
        let taken = match from.chars().next() {
            Some('h') => presence(from, out.chars().last(), &mut out),
            _ => string(from, &mut out),
        };
        rest = from.split_at(taken).1;
    }
    out.push_str(rest);
    out
}

/// Copies the string literal with which `text` begins; gives its length.
fn string(text: &str, out: &mut String) -> usize {
    let quote = text.chars().next();
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if Some(letter) == quote && !escaped {
            // A quote is one byte.
            out.push_str(text.split_at(at + 1).0);
            return at + 1;
        }
        escaped = letter == '\\' && !escaped;
    }
    out.push_str(text);
    text.len()
}

/// Spells out the `has(path)` with which `text` begins, or copies its first letter; gives how much of it is done.
fn presence(text: &str, before: Option<char>, out: &mut String) -> usize {
    let word = before.is_some_and(|before| before.is_alphanumeric() || before == '_' || before == '.');
    let path = text.strip_prefix("has(").filter(|_| !word).and_then(|rest| rest.split_once(')'));
    let path = path.map(|(path, _)| path).filter(|path| is_path(path));
    let Some(path) = path else {
        out.push('h');
        return 1;
    };
    let steps: Vec<&str> = path.split('.').map(str::trim).collect();
    let asked = (1..=steps.len()).filter_map(|count| steps.get(..count)).map(|steps| match steps {
        [only] => format!("{PREFIX}{only}"),
        steps => format!("has({})", steps.join(".")),
    });
    // What a macro binds is there already; its first step cannot be asked for.
    let asked: Vec<String> = asked.skip(usize::from(is_bound(steps.first(), out))).collect();
    out.push_str(&format!("({})", asked.join(" && ")));
    "has()".len() + path.len()
}

fn is_path(path: &str) -> bool {
    path.split('.').all(|step| {
        let step = step.trim();
        step.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && step.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// Whether a macro before it binds the name: `list.exists(name, …`; `item` and `body` are always bound.
fn is_bound(name: Option<&&str>, before: &str) -> bool {
    let Some(&name) = name else { return false };
    let binds = |macro_name: &&str| before.contains(&format!(".{macro_name}({name},"));
    matches!(name, "body" | "item") || ["all", "exists", "exists_one", "filter", "map"].iter().any(binds)
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn presence_is_asked_step_by_step() {
        for (text, expanded) in [
            ("has(a)", "(__has_a)"),
            ("!has(a.b) && has(c)", "!(__has_a && has(a.b)) && (__has_c)"),
            ("l.exists(i, has(i.k))", "l.exists(i, (has(i.k)))"),
            ("x == 'has(a)'", "x == 'has(a)'"),
            ("hash == 1", "hash == 1"),
        ] {
            assert_eq!(expand(text), expanded);
        }
    }
}
