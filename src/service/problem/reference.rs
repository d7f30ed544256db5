//! Problems of references to secrets and other values.

problems! {
    /// What is wrong with a `${env:NAME}` or `${file:PATH}`.
    ReferenceProblem {
        EmptySecret = "CFG0201": "the secret is empty";
            "set the variable, or write the secret into the file";
            "A reference leads to an empty text. An empty password or token would let in or stand for anyone.".
        FileUnreadable { path: String, reason: String } = "CFG0202": "the file {path} cannot be read: {reason}";
            "a file of a `${{file:…}}` is relative to the working directory, all others to the service file";
            "A file that the service file refers to cannot be read.".
        Literal = "CFG0203": "a secret must be a reference";
            "`${{env:NAME}}` or `${{file:PATH}}`";
            "Service files are copied and committed, so they have no secrets in them, only references to environment variables \
             and files.".
        Malformed = "CFG0204": "not a reference";
            "`${{env:NAME}}` or `${{file:PATH}}`";
            "What stands between `${` and `}` is neither `env:` and a name nor `file:` and a path.".
        Unclosed = "CFG0205": "a `${{` without its `}}`";
            "write the closing brace";
            "A reference begins and does not end.".
        VariableNotSet { name: String } = "CFG0206": "environment variable {name} is not set";
            "set it for this process";
            "An environment variable that the service file refers to is not set.".
    }
}
