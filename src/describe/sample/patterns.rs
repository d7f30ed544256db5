//! Texts that match a pattern: the expression is walked, and every class and every repetition chosen.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::random::Random;
use crate::limits::SAMPLE_TEXT;

/// A text that `expression` matches, mostly; repetitions go up to `extra` beyond the least.
pub(super) fn text(expression: &str, extra: u64, random: &mut Random) -> Option<String> {
    // An expression that this parser does not know gets no text made for it: others are proposed.
    let hir = regex_syntax::Parser::new().parse(expression).ok()?;
    let mut out = String::new();
    write(&hir, extra, random, &mut out).then_some(out)
}

fn write(hir: &Hir, extra: u64, random: &mut Random, out: &mut String) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => {
                out.push_str(text);
                true
            }
            Err(_) => false,
        },
        HirKind::Class(class) => match character(class, random) {
            Some(c) => {
                out.push(c);
                true
            }
            None => false,
        },
        HirKind::Repetition(repetition) => {
            let least = u64::from(repetition.min);
            let most = repetition.max.map_or(least + extra, u64::from).min(least + extra);
            let times = least + random.below(most - least + 1);
            out.len() < SAMPLE_TEXT && (0..times).all(|_| write(&repetition.sub, extra, random, out))
        }
        HirKind::Capture(capture) => write(&capture.sub, extra, random, out),
        HirKind::Concat(all) => all.iter().all(|hir| write(hir, extra, random, out)),
        HirKind::Alternation(all) => random.pick(all).is_some_and(|hir| write(hir, extra, random, out)),
    }
}

/// A character of the class, a plain one if there is one.
fn character(class: &Class, random: &mut Random) -> Option<char> {
    let Class::Unicode(class) = class else { return None };
    let ranges: Vec<(u32, u32)> = class.ranges().iter().map(|r| (r.start().into(), r.end().into())).collect();
    let within = |from: u32, to: u32| -> Vec<(u32, u32)> {
        let cut = ranges.iter().map(|(a, b)| (from.max(*a), to.min(*b)));
        cut.filter(|(a, b)| a <= b).collect()
    };
    let plain = PLAIN.iter().map(|(from, to)| within(*from, *to)).find(|found| !found.is_empty())?;
    let (from, to) = *random.pick(&plain)?;
    char::from_u32(from + random.below(u64::from(to - from) + 1) as u32)
}

/// Letters and digits, then what else can be printed, then what else XML can carry.
const PLAIN: &[(u32, u32)] = &[
    (0x61, 0x7A),
    (0x41, 0x5A),
    (0x30, 0x39),
    (0x21, 0x7E),
    (0x20, 0x20),
    (0xA1, 0xD7FF),
    (0xE000, 0xFFFD),
    (0x10000, 0x1FFFD),
];
