//! Problems of the front for programs that act for people, and of its tools.

problems! {
    /// What is wrong with `fronts.mcp`.
    McpProblem {
        NoTools = "CFG0460": "no operation is a tool";
            "name the operations that programs may call: `operations: {{ getOrder: {{ read_only: true }} }}`";
            "Nothing becomes a tool that the service file does not name: what a program does for someone is decided by whoever runs the bridge.".
        ToolName = "CFG0461": "not a name that tools have";
            "1 to 128 of the letters A to Z and a to z, digits, `_`, `-` and `.`; `name` of the tool gives another one";
            "The Model Context Protocol has such names for tools, and clients refuse others.".
        ToolTwice { other: String } = "CFG0462": "the operation `{other}` is a tool of this name too";
            "give one of the two another `name`";
            "A client names the tool that it calls, and nothing else says which operation is meant.".
        NoObject = "CFG0463": "its request is no JSON object, which the arguments of a tool are";
            "take it out, or wrap the request: `unwrap` of the operation may be what takes the object away";
            "The Model Context Protocol passes arguments by name. A request that is a list or a text alone has no names.".
        ReadOnlyDestroys = "CFG0464": "`read_only` and `destructive` contradict each other";
            "take one of the two out";
            "Clients ask a person before they call a tool that may destroy something, and may not before one that only reads.".
    }
}
