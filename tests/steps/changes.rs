//! Messages that somebody got wrong, or spelled in an unusual way: each differs in one place from one that is right.

use saponify::json::{Kind, Value, write};

/// A JSON value that can be changed; what has no parts is as it is written.
#[derive(Clone, Debug)]
pub enum Tree {
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
    Scalar(String),
}

impl Tree {
    pub fn of(value: Value<'_>) -> Self {
        match value.kind() {
            Kind::Array => Self::Array(value.items().map(Self::of).collect()),
            Kind::Object => {
                let members = value.members();
                Self::Object(
                    members.map(|member| (quoted(&member.key()), Self::of(member.value()))).collect(),
                )
            }
            _ => Self::Scalar(value.raw().to_owned()),
        }
    }

    pub fn text(&self) -> String {
        match self {
            Self::Array(items) => {
                let items: Vec<String> = items.iter().map(Self::text).collect();
                format!("[{}]", items.join(","))
            }
            Self::Object(members) => {
                let members: Vec<String> =
                    members.iter().map(|(key, value)| format!("{key}:{}", value.text())).collect();
                format!("{{{}}}", members.join(", "))
            }
            Self::Scalar(text) => text.clone(),
        }
    }

    /// How many values it has, itself included.
    pub fn count(&self) -> usize {
        match self {
            Self::Array(items) => 1 + items.iter().map(Self::count).sum::<usize>(),
            Self::Object(members) => 1 + members.iter().map(|(_, value)| value.count()).sum::<usize>(),
            Self::Scalar(_) => 1,
        }
    }

    /// The value number `at`, in document order.
    pub fn at(&mut self, at: usize) -> Option<&mut Self> {
        let Some(mut left) = at.checked_sub(1) else { return Some(self) };
        let children: Vec<&mut Self> = match self {
            Self::Array(items) => items.iter_mut().collect(),
            Self::Object(members) => members.iter_mut().map(|(_, value)| value).collect(),
            Self::Scalar(_) => Vec::new(),
        };
        for child in children {
            let count = child.count();
            if left < count {
                return child.at(left);
            }
            left -= count;
        }
        None
    }
}

fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    write::write_string(&mut out, text);
    String::from_utf8(out).expect("UTF-8")
}

/// How many changes there are of one value.
pub fn changes() -> usize {
    VALUES.len() + MEMBERS.len()
}

/// Makes change number `change` of `tree`; false where it is none.
pub fn change(tree: &mut Tree, change: usize) -> bool {
    match VALUES.get(change) {
        Some(value) => {
            *tree = Tree::Scalar((*value).to_owned());
            true
        }
        None => MEMBERS[change - VALUES.len()](tree),
    }
}

/// What stands for a value.
const VALUES: &[&str] = &[
    "null",
    "true",
    "\"true\"",
    "0",
    "1",
    "-1",
    "1.0",
    "1.50",
    "1e3",
    "10e-1",
    "-0",
    "1E400",
    "123456789012345678901234567890",
    "999999999",
    "2147483648",
    "-9223372036854775809",
    "\"\"",
    "\" \"",
    "\"a\"",
    "\"1\"",
    "\"007\"",
    "\"a  b \"",
    "\"1980-02-29\"",
    "\"1981-02-29\"",
    "\"2026-11-21T10:00:00Z\"",
    "\"2026-11-21T25:00:00Z\"",
    "\"p:name\"",
    "\"<&>'\\\"\"",
    "\"plain text & some markup, longer than a block\"",
    "\"Zo\\u00eb\\n\"",
    "\"\\u0001\"",
    "\"\u{FFFE}\"",
    "\"\u{FEFF}ééééééé\u{FFFF}\"",
    "\"\u{7f}\u{85}😀\"",
    "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"",
    "[]",
    "[null]",
    "[\"a\",\"b\"]",
    "{}",
    "{\"$nil\":true}",
    "{\"unheard\":1}",
];

type Change = fn(&mut Tree) -> bool;

/// What happens to members and items.
const MEMBERS: &[Change] = &[
    |tree| members(tree, |members| drop(members.pop())),
    |tree| members(tree, |members| drop(members.remove(0))),
    |tree| members(tree, |members| members.reverse()),
    |tree| members(tree, |members| members.rotate_left(1)),
    |tree| members(tree, |members| members.sort_by(|(a, _), (b, _)| a.cmp(b))),
    |tree| members(tree, |members| members[0].0 = "\"unheard\"".to_owned()),
    |tree| members(tree, |members| members[0].0 = escaped(&members[0].0)),
    |tree| {
        members(tree, |members| {
            let at = members.len() - 1;
            members[at].0 = escaped(&members[at].0);
        })
    },
    |tree| members(tree, |members| members.push(("\"unheard\"".to_owned(), scalar("[1]")))),
    |tree| members(tree, |members| members.insert(0, ("\"$nil\"".to_owned(), scalar("true")))),
    |tree| members(tree, |members| members.push(("\"$nil\"".to_owned(), scalar("false")))),
    |tree| members(tree, |members| members.push(("\"@type\"".to_owned(), scalar("\"Unheard\"")))),
    |tree| members(tree, |members| members.push(("\"@unheard\"".to_owned(), scalar("\"x\"")))),
    |tree| members(tree, |members| members.push(("\"$headers\"".to_owned(), scalar("{}")))),
    |tree| items(tree, |items| drop(items.pop())),
    |tree| items(tree, |items| items.extend(items.clone())),
    |tree| items(tree, |items| items.push(scalar("null"))),
    |tree| {
        let inner = std::mem::replace(tree, scalar("0"));
        *tree = Tree::Array(vec![inner.clone(), inner]);
        true
    },
];

fn scalar(text: &str) -> Tree {
    Tree::Scalar(text.to_owned())
}

fn members(tree: &mut Tree, change: impl Fn(&mut Vec<(String, Tree)>)) -> bool {
    match tree {
        Tree::Object(members) if !members.is_empty() => {
            change(members);
            true
        }
        _ => false,
    }
}

fn items(tree: &mut Tree, change: impl Fn(&mut Vec<Tree>)) -> bool {
    match tree {
        Tree::Array(items) if !items.is_empty() => {
            change(items);
            true
        }
        _ => false,
    }
}

/// The same key with its first character as an escape.
fn escaped(key: &str) -> String {
    let mut rest = key[1..].chars();
    match rest.next() {
        Some(c) if c.is_ascii_alphanumeric() => format!("\"\\u{:04x}{}", c as u32, rest.as_str()),
        _ => key.to_owned(),
    }
}
