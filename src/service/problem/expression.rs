//! Problems of expressions and of texts with expressions in them.

use super::near::Near;

problems! {
    /// What is wrong with an expression.
    ExpressionProblem {
        TooLong { most: usize } = "CFG0901": "an expression may have at most {most} bytes";
            "make two conditions of it, or use `tables`";
            "The work of an expression grows with its length, which is bounded for that reason.".
        Malformed { reason: &'static str } = "CFG0902": "not an expression: {reason}";
            "the language is CEL, https://cel.dev";
            "The text is not an expression of the Common Expression Language.".
        UnknownName { name: String, near: Near } = "CFG0903": "there is no `{name}`{near}";
            "an expression may name members of the message, `body`, `tables`, and what its place gives: in `check` `now` and `item`, in `outcome` and `native` `http`, `item` and `fresh`, in `faults` `fault`, \
             `request`, `http`, `code`, `message` and `pointer`";
            "An expression names something that the contract's message does not have.".
        UnknownFunction { name: String, near: Near } = "CFG0904": "there is no function `{name}`{near}";
            "those of CEL and its extension for strings, and `only`, `text` and `utc_date`";
            "An expression calls a function that there is not.".
        NeverEqual { left: &'static str, right: &'static str } = "CFG0905": "{left} is never equal to {right}";
            "`text(x)` makes a string of any value, `int(x)` a number of a string";
            "An expression compares values of two types, which would never hold.".
        NoItems { is: &'static str } = "CFG0906": "{is} has no items";
            "`exists`, `all`, `map` and `filter` are for lists and objects";
            "An expression goes through the items of something that is not a list.".
        NestedLoops { most: u32 } = "CFG0907": "loops may nest {most} deep";
            "make two conditions of it";
            "The work of an expression grows with the power of the nesting of its loops, which is bounded for that reason.".
        Pattern { reason: &'static str } = "CFG0908": "not a regular expression: {reason}";
            "the syntax is that of RE2; a pattern is bounded in its size";
            "The pattern of `matches` cannot be compiled.".
        Unclosed = "CFG0909": "`${{` without its `}}`";
            "write the closing brace";
            "An expression begins in a text and does not end.".
        NoCondition { is: &'static str } = "CFG0910": "a condition is true or false, and this is {is}";
            "compare it: `x == 'y'`, or ask whether it is there: `has(x)`";
            "A condition that is neither true nor false never holds.".
        Arguments { name: String, expected: &'static str } = "CFG0911": "`{name}` takes {expected}";
            "docs/SERVICE_FILE.md shows the functions";
            "A function is called with more or fewer values than it takes.".
    }
}
