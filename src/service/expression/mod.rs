//! Expressions of the service file, in the Common Expression Language.
//!
//! An expression is compiled and checked when the service file is loaded: whatever it names must be there
//! ([`Names`]), and what it compares must be comparable. At run time it reads the members of a message as variables,
//! and the whole message as `body`. A member that is absent makes a condition false and a text empty; `has(a.b)` asks
//! whether it is there. The text is short, loops nest at most twice, and messages are bounded, so its work is too.

mod check;
mod known;
mod patterns;
mod presence;
mod template;
mod values;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use cel::common::types::{CelBool, CelInt, CelList, CelString, DYN_TYPE, LIST_TYPE, MAP_TYPE};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, Env, IdedExpr, extensions};

pub use check::hint;
pub use known::{Known, Names};
pub use template::{Computed, Template};

use crate::json::Value;

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Expression {
    compiled: Arc<IdedExpr>,
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
        let mut compiled = program.expression().clone();
        patterns::prepare(&mut compiled)?;
        Ok(Self { compiled: Arc::new(compiled) })
    }

    /// Whether it holds; false when it reads what is absent.
    pub fn holds(&self, variables: &Variables<'_>) -> bool {
        self.value(variables) == Some(Computed::Boolean(true))
    }

    /// Its value; nothing when it reads what is absent.
    pub fn value(&self, variables: &Variables<'_>) -> Option<Computed> {
        let mut context = Context::with_env(ENV.clone());
        context.set_variable_resolver(variables);
        let value = cel::Value::resolve_val(&self.compiled, &context).ok()?;
        values::computed(value.as_ref())
    }
}

/// What expressions read: the members of a message, turned into values when an expression asks for them.
pub struct Variables<'v> {
    body: Value<'v>,
    tables: Option<&'v Tables>,
    more: Vec<(&'static str, Given<'v>)>,
}

/// A variable that is no member.
enum Given<'v> {
    Integer(i64),
    Json(Value<'v>),
    NoItems,
    Text(String),
}

impl<'v> Variables<'v> {
    /// The members of `body`, and `body` itself.
    pub fn of(body: Value<'v>) -> Self {
        Self { body, tables: None, more: Vec::new() }
    }

    /// The same with an integer.
    pub fn with_integer(mut self, name: &'static str, value: i64) -> Self {
        self.set(name, Given::Integer(value));
        self
    }

    /// The same with the constant tables of a service file.
    pub fn with_tables(mut self, tables: &'v Tables) -> Self {
        self.tables = Some(tables);
        self
    }

    /// Sets a text.
    pub fn set_text(&mut self, name: &'static str, value: &str) {
        self.set(name, Given::Text(value.to_owned()));
    }

    /// Sets a list without items.
    pub fn set_empty_list(&mut self, name: &'static str) {
        self.set(name, Given::NoItems);
    }

    /// Sets a JSON value.
    pub fn set_json(&mut self, name: &'static str, value: Value<'v>) {
        self.set(name, Given::Json(value));
    }

    /// Forgets what was set.
    pub fn forget(&mut self, names: &[&str]) {
        self.more.retain(|(known, _)| !names.contains(known));
    }

    fn set(&mut self, name: &'static str, value: Given<'v>) {
        self.forget(&[name]);
        self.more.push((name, value));
    }

    fn table(&self, name: &str) -> Option<&cel::Value> {
        self.tables?.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        if let Some((_, given)) = self.more.iter().find(|(known, _)| *known == name) {
            return Some(CowVal::Owned(given.value()));
        }
        if let Some(asked) = name.strip_prefix(presence::PREFIX) {
            return Some(CowVal::owned(CelBool::from(self.body.get(asked).is_some())));
        }
        match self.body.get(name) {
            Some(value) => Some(CowVal::Owned(values::of(value))),
            None if name == "body" => Some(CowVal::Owned(values::of(self.body))),
            None => self.table(name)?.clone().try_into().ok().map(CowVal::Owned),
        }
    }
}

impl Given<'_> {
    fn value<'b>(&'b self) -> Box<dyn Val + 'b> {
        match self {
            Self::Integer(value) => Box::new(CelInt::from(*value)),
            Self::Json(value) => values::of(*value),
            Self::NoItems => Box::new(CelList::from(Vec::new())),
            Self::Text(text) => Box::new(CelString::from(text.as_str())),
        }
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
    // All of them can only fail when a function is declared twice, which a test would show.
    let _ = env.add_extension(extensions::strings);
    let _ = env.add_overload("only", "only_map_list", vec![MAP_TYPE, LIST_TYPE], values::only);
    let _ = env.add_overload("text", "text_dyn", vec![DYN_TYPE], values::text);
    let _ = env.add_overload("utc_date", "utc_date_dyn", vec![DYN_TYPE], values::utc_date);
    patterns::declare(&mut env);
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
            ("only(body, ['a', 'n', 'list', 'z'])", true),
            ("only(body, ['a', 'n'])", false),
            ("utc_date('2024-02-29T23:30:00-01:00') == '2024-03-01'", true),
            ("['a', 'b'].join('-') == 'a-b'", true),
        ] {
            let body = r#"{"a":{"b":"x"},"n":3,"list":[{"k":"v"},{}]}"#;
            assert_eq!(holds(expression, body), expected, "{expression}");
        }
    }
}
