//! Problems of the file as YAML.

use super::near::Near;

problems! {
    /// What is wrong with the file as YAML.
    FileProblem {
        Unreadable = "CFG0001": "this is not YAML";
            "`key: value` on lines of their own, two spaces for each level; docs/SERVICE_FILE.md has every key and what it may hold";
            "The file cannot be read as YAML at this place, for a reason that is none of the usual ones. docs/SERVICE_FILE.md has \
             every key.".
        UnknownKey { name: String, near: Near, known: String } = "CFG0003": "there is no key `{name}`{near}";
            "possible here: {known}";
            "There is no such key at this place. A misspelt key would otherwise be a rule that silently does nothing.".
        Include { path: String, reason: String } = "CFG0004": "{path} cannot be read: {reason}";
            "the path is relative to this file";
            "The file that `include` names cannot be read.".
        DefinedTwice { path: String } = "CFG0005": "this is in {path} too";
            "take it out of one of the two files";
            "Something stands in the service file and in the file that it includes. Neither takes precedence, so that nobody \
             has to know which one counts.".
        Version = "CFG0006": "expected 1";
            "write `version: 1`";
            "The version of the format is not one that this program knows.".
        UnknownChoice { given: String, near: Near, known: String } = "CFG0007": "{given} is not possible here{near}";
            "one of {known}";
            "The value must be one of a few words, which the hint lists.".
        MissingKey { name: String } = "CFG0008": "the key `{name}` is missing";
            "docs/SERVICE_FILE.md says what it means";
            "A key that has no default is not there.".
        WrongType { expected: String } = "CFG0009": "expected {expected}";
            "docs/SERVICE_FILE.md says what is possible here";
            "A value is of another type than its key has: a text for a number, a list for a mapping.".
        NotUtf8 = "CFG0010": "this is not UTF-8";
            "save the file as UTF-8";
            "A service file is text in UTF-8. This one has a byte that is none, such as an umlaut in Latin-1, or is UTF-16.".
        EmptyFile = "CFG0011": "there is nothing in the file";
            "begin with `version: 1`; `saponify init` writes the first service file of a contract";
            "The file is empty, or has only comments.".
        KeyTwice = "CFG0012": "the key is there twice";
            "take one of them out, or write both values below one key";
            "A mapping has one value for each key. Of two nobody would know which one counts.".
        SecondDocument = "CFG0013": "a second document, and a file is one";
            "take out the line `---`, or put what is behind it into a file of its own";
            "A line `---` begins another YAML document. A service file is one.".
        UnknownAnchor = "CFG0014": "no anchor of this name stands before this";
            "a text that begins with `*` or `&` stands in quotes; an anchor is `&name` at the value that `*name` repeats";
            "`*name` repeats the value that has the anchor `&name`, and there is none, or it stands behind.".
        Tab = "CFG0015": "a tab in an indentation";
            "spaces; most editors replace tabs when they are asked to";
            "YAML indents with spaces only.".
        Indentation = "CFG0016": "the indentation fits no line above";
            "keys of one mapping begin in one column, deeper than the key above that they belong to";
            "Levels are told by indentation. This line is indented as no mapping or list above it is.".
        UnclosedQuote = "CFG0017": "nothing closes this quote";
            "write the same quote at the end of the text";
            "A text that begins with a quote ends with one. Within single quotes a quote is written twice, within double quotes \
             with a backslash before it.".
        UnclosedBracket = "CFG0018": "a `[` or `{{` before this is not closed, or a comma is missing";
            "write the closing bracket, and a comma between any two values";
            "A list in brackets or a mapping in braces does not end, or two of its values are not separated.".
        ColonInText = "CFG0019": "a colon and a space in a text without quotes";
            "write the text in quotes";
            "A colon with a space behind it ends a key. There is a key on this line already.".
        NoColon = "CFG0020": "expected `key: value`";
            "a colon and a space behind the key";
            "Every line of a mapping is a key, a colon, and a space before the value.".
        StartCharacter = "CFG0021": "a text without quotes cannot begin with this";
            "write the text in quotes";
            "In YAML `@`, `%`, `` ` ``, `&`, `*`, `!`, `|`, `>`, commas and brackets have a meaning of their own at the beginning of \
             a text.".
        TooLarge = "CFG0022": "the file has too many values, or is nested too deeply";
            "a service file that is made by a program may be divided with `include`";
            "What a file may hold is bounded, as are the values that anchors repeat.".
        OneOf { known: String } = "CFG0023": "expected exactly one of {known}";
            "one key of these with its value";
            "Here is a choice: a mapping with exactly one key, or one word.".
        NotThere { reason: String } = "CFG0024": "the file cannot be read: {reason}";
            "the path is relative to the working directory";
            "The service file is not there, is a folder without service files, or may not be read.".
        Merge = "CFG0025": "`<<` takes a mapping, or a list of them, by its anchor";
            "`<<: *name`, where `&name` stands at a mapping above";
            "The key `<<` puts the keys of another mapping here.".
        Tag = "CFG0026": "a tag or directive of YAML, which is not possible here";
            "take out what begins with `!` or `%`, or write the text in quotes";
            "A word that begins with `!` is a tag, which says what type a value has. The keys say that already.".
        Key = "CFG0027": "a key must be a text";
            "a word, a colon and a value; a list begins with `- `";
            "A list or a mapping stands where a key must be.".
        Escape = "CFG0028": "a backslash with a character that has no meaning behind it";
            "two backslashes, or single quotes, in which a backslash is one";
            "In double quotes a backslash begins an escape: `\\n`, `\\t`, `\\\"`, `\\\\`, `\\x41`, `\\u0041` and the others of YAML.".
        Character = "CFG0029": "a control character, which YAML does not allow";
            "take it out, or write its escape in double quotes";
            "A service file is text. Control characters other than tabs and line ends are no part of it.".
    }
}
