//! Problems of the file as YAML.

use super::near::Near;

problems! {
    /// What is wrong with the file as YAML.
    FileProblem {
        Unreadable { reason: String } = "CFG0001": "{reason}";
            "docs/SERVICE_FILE.md has every key and what it may hold";
            "The file is not the YAML that is expected: it cannot be parsed, or a key is missing, there twice or of the wrong \
             type. docs/SERVICE_FILE.md has every key.".
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
    }
}
