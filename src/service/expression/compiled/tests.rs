use proptest::prelude::*;

use super::*;
use crate::json::Tape;
use crate::limits::JsonLimits;
use crate::seed::seeded;
use crate::service::expression::Tables;

fn holds(expression: &str, body: &str) -> bool {
    let names = Names::new(ExprType::Anything);
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
        ("{'k': a.b.matches('^x$')}.k", true),
    ] {
        let body = r#"{"a":{"b":"x"},"n":3,"list":[{"k":"v"},{}]}"#;
        assert_eq!(holds(expression, body), expected, "{expression}");
    }
}

/// Whatever a conversion could not read passed every condition on it.
#[test]
fn what_cannot_be_computed_is_not_let_through() {
    for (expression, expected) in [
        ("int(a.b) > 100", Decision::Undecided),
        ("utc_date(a.b) < '2024-01-01'", Decision::Undecided),
        ("n / (n - 3) > 1", Decision::Undecided),
        ("int(z) > 100", Decision::HoldsNot),
        ("a.c == 'x'", Decision::HoldsNot),
        ("n == 4 && int(a.b) > 100", Decision::HoldsNot),
        ("n > 100", Decision::HoldsNot),
        ("n < 100", Decision::Holds),
    ] {
        let names = Names::new(ExprType::Anything);
        let compiled = Expression::compile(expression, &names).expect("an expression");
        let mut tape = Tape::new();
        let body = tape.parse(br#"{"a":{"b":"x"},"n":3}"#, &JsonLimits::default()).expect("JSON");
        assert_eq!(compiled.decide(&Variables::of(body)), expected, "{expression}");
    }
}

/// What the operations give is what the interpreter gives. Nothing for what is no expression.
fn agree(text: &str, variables: &Variables<'_>) -> Option<()> {
    // What compares a number with a text is no expression.
    let expression = Expression::compile(text, &Names::new(ExprType::Anything)).ok()?;
    let interpreted = expression.interpreted(variables);
    match expression.evaluated(variables) {
        Ok(_) => assert!(interpreted.is_ok(), "{text}: {interpreted:?}"),
        Err(Failure::Absent) => assert!(interpreted.is_err(), "{text}: {interpreted:?}"),
        Err(Failure::Uncovered) => {}
    }
    let (holds, decision) = (interpreted == Ok(Some(Computed::Boolean(true))), decision(interpreted.clone()));
    assert_eq!(expression.holds(variables), holds, "{text}");
    assert_eq!(expression.decide(variables), decision, "{text}");
    assert_eq!(expression.value(variables), interpreted.ok().flatten(), "{text}");
    Some(())
}

fn tables() -> Tables {
    let mut tables = Tables::default();
    tables.add_list("letters", &["x", "y", "b"].map(str::to_owned));
    tables.add_map(
        "codes",
        &[("x", "12"), ("y", "text"), ("b", "007")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
    );
    tables
}

/// Messages with every kind of value, with names that have dots in them, and with names of types.
const MESSAGES: [&str; 6] = [
    "{}",
    r#"{"a":{"b":"x","c":null},"n":3,"t":"x","rows":[{"k":"v"},{},1,"x",2.5],"yes":true,"no":false,"nothing":null}"#,
    r#"{"a":"b","n":-9223372036854775808,"t":"a longer text","rows":[],"yes":1,"body":{"t":"in"},"empty":{}}"#,
    r#"{"a":{"b":{"c":7}},"a.b":"dotted","a.b.c":8,"n":9007199254740993,"d":9007199254740992.0,"rows":["x","y"]}"#,
    r#"{"a":[1,[2,"x"]],"n":1e400,"d":-0.5,"t":"","rows":{"x":1,"k":2},"type":"t","int":4,"http":"of the message"}"#,
    r#"{"a":{"b":"\u00fc\n","k":[]},"t":"\u00fc\n","n":18446744073709551616,"letters":"own","item":5,"z":{"z":{}}}"#,
];

fn with_each_message(mut asked: impl FnMut(&Variables<'_>)) {
    let tables = tables();
    for message in MESSAGES {
        let (mut tape, mut other) = (Tape::new(), Tape::new());
        let body = tape.parse(message.as_bytes(), &JsonLimits::default()).expect("JSON");
        let item = other.parse(br#"{"k":"v","b":3}"#, &JsonLimits::default()).expect("JSON");
        let variables = Variables::of(body).with_tables(&tables);
        asked(&variables);
        let mut more = Variables::of(body).with_http(207).with_now(|| "2026-11-28T01:02:03Z".to_owned());
        more.set_item(item);
        more.set_text("t", "given");
        more.set_empty_list("errors");
        asked(&more);
    }
}

#[test]
fn operations_do_what_the_interpreter_does() {
    let mut known = 0;
    for text in EXPRESSIONS {
        with_each_message(|variables| known += usize::from(agree(text, variables).is_some()));
    }
    assert!(known > 140 * 2 * MESSAGES.len(), "only {known}");
}

#[test]
fn conditions_as_they_are_written_are_covered() {
    for text in EXPRESSIONS.iter().take(COVERED) {
        let compiled = Expression::compile(text, &Names::new(ExprType::Anything)).expect(text);
        assert!(compiled.compiled.operation.is_some(), "{text}");
    }
}

/// So many of the first ones are done by operations.
const COVERED: usize = 12;

const EXPRESSIONS: &[&str] = &[
    "!has(a.b) && (!has(a.c) || a.c == '')",
    "has(t) && !t.matches('^x$')",
    "only(body, ['a', 'n', 't'])",
    "a.b in ['x', 'y'] && !(t in letters)",
    "http < 300 && has(rows) && size(rows) > 0",
    "rows.exists(i, has(i.k) && i.k == 'v')",
    "body.all(key, key == 'a' || body[key] == null)",
    "has(t) && text(t) != text(http)",
    "item.k == '' || item.k.startsWith('v')",
    "has(t) && t != null ? text(t) : 'HTTP' + text(http)",
    "size(rows) > 0 ? rows[0].k : null",
    "t in codes ? codes[t] : now",
    "!has(a.b) && (!has(a.c) || a.c == '')",
    "has(t) && !t.matches('^x$')",
    "only(body, ['a', 'n', 't'])",
    "only(rows, ['x'])",
    "only(a, [t])",
    "a.b.c == 7",
    "a.b == 'dotted'",
    "a.b",
    "a.c",
    "n",
    "n == 3",
    "n == 3.0",
    "n == d",
    "n < d",
    "n >= -9223372036854775808",
    "n > 'x' || t > 'w'",
    "t > 'w'",
    "yes < no",
    "no < yes",
    "nothing == null",
    "nothing != null",
    "a == a",
    "a != a",
    "rows == rows",
    "rows == ['x', 'y']",
    "['x', 'y'] == rows",
    "[] == errors",
    "letters == rows",
    "t in letters",
    "n in letters",
    "t in codes",
    "codes[t]",
    "codes.x",
    "codes[t] == 12",
    "letters[0]",
    "size(letters) > 1",
    "t in rows",
    "1 in rows",
    "1.0 in rows",
    "2.5 in rows",
    "null in rows",
    "t in ['x', 'b']",
    "[2, 'x'] in a",
    "t in t",
    "t in n",
    "'x' in a",
    "'b' in a",
    "1 in a",
    "rows[0]",
    "rows[0].k == 'v'",
    "rows[9]",
    "rows[-1]",
    "rows['x']",
    "a['b']",
    "a[1][0]",
    "rows[1.0]",
    "has(rows.x)",
    "has(a.b.c)",
    "has(t.x)",
    "has(nothing.x) || true",
    "has(z.z.z) || has(z.z)",
    "!has(z.z.z.z)",
    "has(body.t)",
    "body.t == t",
    "http",
    "http == 207 || item.k == 'v'",
    "now == '2026-11-28T01:02:03Z'",
    "now.startsWith('2026')",
    "t.startsWith('a')",
    "t.endsWith('t')",
    "t.contains('x')",
    "t.contains(n)",
    "n.contains('x')",
    "n.matches('x')",
    "matches(t, 'x')",
    "t.matches(t)",
    "size(t)",
    "size(rows)",
    "size(a)",
    "a.size()",
    "size(n)",
    "size(errors) == 0",
    "size(['x'])",
    "text(n)",
    "text(a)",
    "text(yes) + text(nothing) + text(t)",
    "'SC' + text(http)",
    "n + 1",
    "n - 1 == 2",
    "n * 2 > 5",
    "n * 9223372036854775807",
    "n / 0",
    "-n",
    "t + 1",
    "rows + rows",
    "yes ? 'one' : 'two'",
    "t ? 1 : 2",
    "has(z) ? z.y : t",
    "yes && no",
    "yes || z",
    "z || yes",
    "z && no",
    "no && z",
    "t && no",
    "no || t",
    "z || z",
    "!t",
    "!(n / 0 == 1) || yes",
    "(n + 9223372036854775807 > 0) || yes",
    "yes || (n + 9223372036854775807 > 0)",
    "(n + 9223372036854775807 > 0) && no",
    "rows.exists(i, i == 'x')",
    "rows.exists(i, i.k == 'v')",
    "rows.exists(i, has(i.k) && i.k == 'v')",
    "rows.all(i, i == 'x' || i == 'y')",
    "rows.all(i, i.k == 'v')",
    "rows.exists(i, i + 9223372036854775807 > 0)",
    "a.all(k, k in ['b', 'c', 'k'])",
    "body.all(key, key == 'a' || body[key] == null)",
    "rows.all(i, rows.exists(j, j == i))",
    "rows.exists(i, a.exists(j, j == i))",
    "rows.exists(a, a == 'x') && has(a.b)",
    "t.all(i, true)",
    "[1, 2].exists(i, i == n)",
    "errors.exists(i, true)",
    "letters.exists(i, i == t)",
    "size(rows.filter(i, i == 'x')) > 0",
    "rows.map(i, i)",
    "rows.exists_one(i, i == 'x')",
    "{'k': t}.k",
    "type(t) == string",
    "type == 't'",
    "int == 4",
    "type != 't'",
    "int(t) > 3",
    "rows",
    "a",
    "null",
    "'x'",
    "1.5",
    "d",
    "[1, 'x', null]",
    "list == rows || list.exists(i, i == 1)",
    "list != null",
];

const NAMES: &[&str] = &[
    "a", "a.b", "a.b.c", "n", "d", "t", "rows", "yes", "no", "nothing", "z.z", "body.t", "item.k", "http",
    "codes", "errors",
];

const CONSTANTS: &[&str] = &[
    "1",
    "-3",
    "2.5",
    "'x'",
    "''",
    "'b'",
    "null",
    "true",
    "false",
    "[]",
    "['x', 'y']",
    "9223372036854775807",
];

fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(NAMES).prop_map(str::to_owned),
        prop::sample::select(NAMES).prop_map(|name| format!("has({name})")),
        prop::sample::select(CONSTANTS).prop_map(str::to_owned),
    ];
    let binary = prop::sample::select(
        &["&&", "||", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "&&", "||"][..],
    );
    let functions = prop::sample::select(
        &[
            "size(#)",
            "text(#)",
            "!#",
            "!(#)",
            "(#).contains('x')",
            "(#).startsWith(t)",
            "(#).matches('x|b')",
            "(#).k",
            "only(#, ['a', 'b'])",
        ][..],
    );
    let loops = prop::sample::select(&["all", "exists"][..]);
    leaf.prop_recursive(4, 24, 3, move |inner| {
        prop_oneof![
            4 => (inner.clone(), binary.clone(), inner.clone()).prop_map(|(left, sign, right)| format!("({left} {sign} {right})")),
            2 => (functions.clone(), inner.clone()).prop_map(|(function, operand)| function.replace('#', &operand)),
            1 => (inner.clone(), inner.clone()).prop_map(|(list, index)| format!("({list})[{index}]")),
            1 => (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(when, then, or)| format!("({when} ? {then} : {or})")),
            1 => (loops.clone(), inner.clone(), inner).prop_map(|(each, range, test)| {
                format!("({range}).{each}(i, i == 'x' || ({}))", test.replace("item.k", "i.k"))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(seeded(1500))]

    #[test]
    fn any_expression_says_what_the_interpreter_says(text in expressions()) {
        with_each_message(|variables| {
            agree(&text, variables);
        });
    }
}
