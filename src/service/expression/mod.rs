//! Expressions of the service file, in the Common Expression Language.
//!
//! An expression is compiled and checked when the service file is loaded: whatever it names must be there
//! ([`Names`]), and what it compares must be comparable. At run time it reads the members of a message as variables,
//! and the whole message as `body`. A member that is absent makes a condition false and a text empty; `has(a.b)` asks
//! whether it is there. The text is short, loops nest at most twice, and messages are bounded, so its work is too.

mod check;
mod known;
mod presence;
mod template;
mod values;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use cel::{Context, Env, Program, extensions};

pub use known::{Known, Names};
pub use template::{Computed, Template};

use crate::json::Value;

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Expression {
    program: Arc<Program>,
}

impl Expression {
    /// Compiles `text`. Errors: what is wrong with it, in one line.
    pub fn compile(text: &str, names: &Names<'_>) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("an expression may have at most {LONGEST} bytes"));
        }
        let text = presence::expand(text);
        let program = ENV.compile(&text).map_err(|errors| {
            let first = errors.errors.first().map_or("it cannot be read", |error| &error.msg);
            format!("not an expression: {}", first.lines().next().unwrap_or(first))
        })?;
        check::names(program.expression(), names)?;
        Ok(Self { program: Arc::new(program) })
    }

    /// Whether it holds; false when it reads what is absent.
    pub fn holds(&self, variables: &Variables) -> bool {
        matches!(self.program.execute(&variables.0), Ok(cel::Value::Bool(true)))
    }

    /// Its value; nothing when it reads what is absent.
    pub fn value(&self, variables: &Variables) -> Option<Computed> {
        self.program.execute(&variables.0).ok().and_then(values::computed)
    }
}

/// What expressions read.
pub struct Variables(Context<'static, 'static>);

impl Variables {
    /// The members of `body`, and `body` itself.
    pub fn of(body: Value<'_>) -> Self {
        let mut context = Context::with_env(ENV.clone());
        for member in body.members() {
            context.add_variable_from_value(member.key().into_owned(), values::of(member.value()));
        }
        context.add_variable_from_value("body", values::of(body));
        Self(context)
    }

    /// The same with an integer.
    pub fn with_integer(mut self, name: &str, value: i64) -> Self {
        self.0.add_variable_from_value(name.to_owned(), value);
        self
    }

    /// Sets a text.
    pub fn set_text(&mut self, name: &str, value: &str) {
        self.0.add_variable_from_value(name.to_owned(), value.to_owned());
    }

    /// Sets a list without items.
    pub fn set_empty_list(&mut self, name: &str) {
        self.0.add_variable_from_value(name.to_owned(), Vec::<cel::Value>::new());
    }

    /// Sets a JSON value.
    pub fn set_json(&mut self, name: &str, value: Value<'_>) {
        self.0.add_variable_from_value(name.to_owned(), values::of(value));
    }

    /// The same with the constant tables of a service file.
    pub fn with_tables(mut self, tables: &Tables) -> Self {
        for (name, entries) in &tables.0 {
            self.0.add_variable_from_value(name.clone(), entries.clone());
        }
        self
    }
}

/// Constant maps and lists, by name.
#[derive(Clone, Debug, Default)]
pub struct Tables(Vec<(String, cel::Value)>);

impl Tables {
    /// Adds a map; a value of digits alone that fits is an integer.
    pub fn add_map(&mut self, name: &str, entries: &BTreeMap<String, String>) {
        let entries = entries.iter().map(|(key, value)| (key.clone(), values::scalar(value)));
        self.0.push((name.to_owned(), cel::Value::from(entries.collect::<HashMap<_, _>>())));
    }

    /// Adds a list of texts.
    pub fn add_list(&mut self, name: &str, texts: &[String]) {
        self.0.push((name.to_owned(), cel::Value::from(texts.to_vec())));
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

/// The language: its standard functions, and those for strings.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    // Both can only fail when a function is declared twice, which a test would show.
    let _ = env.add_extension(extensions::strings);
    let _ = env.add_overload("text", "text_dyn", vec![cel::common::types::DYN_TYPE], values::text);
    let _ = env.add_overload("utc_date", "utc_date_dyn", vec![cel::common::types::DYN_TYPE], values::utc_date);
    Arc::new(env)
});

/// An expression is a condition, not a program.
const LONGEST: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Tape;
    use crate::limits::JsonLimits;

    fn holds(expression: &str, body: &str) -> bool {
        let names = Names::new(Known::Anything);
        let expression = Expression::compile(expression, &names).expect("an expression");
        let mut tape = Tape::new();
        let body = tape.parse(body.as_bytes(), &JsonLimits::default()).expect("JSON");
        expression.holds(&Variables::of(body))
    }

    #[test]
    fn absent_members_make_conditions_false() {
        for (expression, expected) in [
            ("a.b == 'x'", true),
            ("a.c == 'x'", false),
            ("!(a.c == 'x')", false),
            ("has(a)", true),
            ("has(z)", false),
            ("!has(z.y.x)", true),
            ("has(a.b) && !has(a.c)", true),
            ("z == 1 || n == 3", true),
            ("list.exists(i, has(i.k) && i.k == 'v')", true),
            ("size(list) == 2", true),
            ("a.b.matches('^x$')", true),
            ("text(n) + text(a) == '3{\"b\":\"x\"}'", true),
            ("body.all(k, k in ['a', 'n', 'list'])", true),
            ("['a', 'b'].join('-') == 'a-b'", true),
        ] {
            let body = r#"{"a":{"b":"x"},"n":3,"list":[{"k":"v"},{}]}"#;
            assert_eq!(holds(expression, body), expected, "{expression}");
        }
    }
}
