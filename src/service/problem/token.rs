//! Problems of the UsernameToken that a backend gets.

problems! {
    /// What is wrong with `backend.soap.username_token`.
    TokenProblem {
        DigestIncomplete = "CFG0701": "a digest needs nonce and created";
            "take `nonce: false` and `created: false` out, or send the password as `text`";
            "A PasswordDigest is made of nonce, time and password (UsernameToken Profile 1.1.1, section 3.1).".
        Sha1WithoutDigest = "CFG0702": "sha1 is for digests";
            "write `password: digest`, or take `password_encoding` out";
            "`password_encoding` says what a digest is made of, and here the password is sent as a text.".
        SamePrefixes = "CFG0703": "the two prefixes must differ";
            "leave one of them out for its default: `wsse`, `wsu`";
            "The extension schema and the utility schema are two namespaces, and a prefix is bound to one.".
        NonceLength = "CFG0704": "expected 8 to 64 bytes";
            "16, the default, is what most peers expect";
            "A nonce of fewer than 8 bytes can repeat; more than 64 are refused by receivers.".
        OrderTwice = "CFG0705": "a child is there twice";
            "name each of username, password, nonce and created once; those that are left out follow";
            "`order` lists the children of the UsernameToken, each once.".
        Prefix = "CFG0706": "not a prefix that is possible here";
            "letters, digits and `-._`, a letter first; not `soapenv`, and none that begins with `xml`";
            "The prefix is not an XML name, or is one that the message uses already.".
        MustUnderstand = "CFG0707": "expected 1, true or absent";
            "1 is what SOAP 1.1 has, true what SOAP 1.2 has";
            "`must_understand` says how the attribute is written, or that there is none.".
        NoPassword = "CFG0708": "a password is needed";
            "write `password: ${{env:NAME}}` here; where the token is to have none, `password: none` in `username_token`";
            "A UsernameToken has a password unless the service file says that it has none.".
        PasswordUnsent = "CFG0709": "this password would not be sent";
            "take it out, or `password: none` of `username_token`";
            "With `password: none` a UsernameToken says a name alone, which only a backend takes that knows the sender for another reason, \
             such as a client certificate.".
    }
}
