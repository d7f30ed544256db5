//! Problems of the method and path of an operation.

problems! {
    /// What is wrong with the text of `http`.
    RouteProblem {
        MethodAndPath = "CFG0821": "expected a method and a path, such as `PUT /v1/orders/{{orderId}}`";
            "one of DELETE, GET, HEAD, PATCH, POST and PUT, a space, and a path without spaces";
            "`http` is a method, a space and a path that begins with a slash.".
        Brackets = "CFG0822": "brackets do not match, or are nested";
            "`[…]` is what is there when its field is, and has no brackets in it";
            "The brackets around an optional part of a path do not match.".
        UnclosedBrace = "CFG0823": "a `{{` without its `}}`";
            "write the closing brace";
            "The name of a field begins in a path and does not end.".
        UnclosedBracket = "CFG0824": "a `[` without its `]`";
            "write the closing bracket";
            "An optional part of a path begins and does not end.".
        Text { text: String } = "CFG0825": "`{text}` is not possible in a path";
            "letters and digits of any script, which are encoded when they are sent, and `-._~!$&'()*+,;=:@`";
            "A path has a character in it that would have to be encoded (RFC 3986, section 3.3).".
        Query = "CFG0826": "expected `name={{member}}` in the query";
            "a query has nothing but fields of the request, with `&` between them";
            "The parameters of a query are fields of the request.".
        Repeated { member: String } = "CFG0827": "the field `{member}` is there twice";
            "a field stands at one place of the path or the query";
            "One field stands at two places of the path or the query, where it could have two values.".
        Inseparable { segment: String } = "CFG0828": "the fields of `{segment}` cannot be told apart";
            "put a character between them that their patterns in the contract do not allow";
            "Fields that share a segment are told apart by their patterns in the contract, and these patterns cannot be used for \
             that.".
        ParameterTwice { name: String } = "CFG0829": "the parameter `{name}` is there twice";
            "give each field a parameter of its own";
            "Two fields have one parameter of the query. A request in which a parameter is there twice is refused.".
        NoPlace { method: String, member: String } = "CFG0830": "`{member}` is required, and stands neither in the path nor in the query of a {method}";
            "write `{{{member}}}` into the path or `{member}={{{member}}}` into the query, map it with `header`, or use POST";
            "GET and HEAD have no body (RFC 9110, section 9.3.1), so a required field of the request needs a place in the path, the query or \
             a header. Without one no request could be right.".
        NoObject { method: String } = "CFG0831": "the request is no object whose fields could stand in the path or the query, and a {method} has no body";
            "use POST, or take `unwrap.request` out";
            "GET and HEAD have no body (RFC 9110, section 9.3.1): all that they say stands in fields of the path, the query and headers.".
        CredentialsInBody { method: String } = "CFG0832": "`credentials` are members of the body, and a {method} has no body";
            "take them out, and let callers use HTTP Basic, or use POST";
            "GET and HEAD have no body (RFC 9110, section 9.3.1), so no credentials can stand in it.".
        Taken { other: String } = "CFG0836": "the operation `{other}` has this method and path too";
            "give one of them another method or path; the names of the fields do not tell two paths apart";
            "Two operations are at one method and path, or at paths of which one request may be both: only one of them could \
             ever be called.".
        Name { other: String } = "CFG0837": "the operation `{other}` is at this path by its name";
            "another path or method; each operation is at `POST` and its name, besides its own `http`";
            "Each operation of a JSON front is at `POST` and its name. That path is none for another operation.".
    }
}
