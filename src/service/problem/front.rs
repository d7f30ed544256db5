//! Problems of fronts and their users.

problems! {
    /// What is wrong with `fronts`.
    FrontProblem {
        NoFront = "CFG0401": "at least one of json, mcp and soap is needed";
            "write `json: {{ auth: … }}` or `soap: {{ auth: … }}`";
            "A service without a front can be called by nobody.".
        SecurityOnJson = "CFG0402": "JSON has no Security header";
            "it belongs to `fronts.soap`";
            "`security` says how WS-Security headers are read and answered, which only SOAP messages have.".
        Path = "CFG0403": "not the path of a front";
            "letters, digits and `-._~/`, a slash at its beginning and none at its end, such as /orders";
            "A front is at a fixed path. Requests are found by it as it is written, so it has nothing that could be encoded.".
        UsersOrFile = "CFG0404": "one of `users` and `file` is needed";
            "list the users, or name a file that lists them";
            "The users of a front are in the service file or in a file of their own, and not in both.".
        OnlyDigests { user: String } = "CFG0405": "only digests are accepted, and `{user}` has a hash";
            "give the user a `password`, or accept `text` too";
            "A digest is made of the password, so it can be verified only against the password itself, never against a hash.".
        FaultHttp = "CFG0406": "expected 400 or 500";
            "500 for clients that read no fault with another status, 400 or nothing for what SOAP 1.2 has";
            "A fault is HTTP 500 in SOAP 1.1. In SOAP 1.2 one that blames the sender is 400, unless all of them are to be 500; no other makes sense.".
        CallerUnasked = "CFG0407": "the backend gets the caller's credentials, so the front must ask for them";
            "use `pass_through` or `users`, or give the backend credentials that are `fixed`";
            "With `none` a front asks for no credentials, so there are none to pass on.".
        CallerUnverified = "CFG0408": "the backend gets credentials by caller, so the front must verify who it is";
            "use `users`, `keys`, `tokens`, `jwt` or `certificate`";
            "`by_caller` chooses credentials by the name of the caller, which this front does not verify.".
        CallerWithoutPassword = "CFG0409": "the backend gets the caller's password, and these callers have none";
            "give the backend credentials `by_caller` or `fixed`";
            "A key, a token or a certificate says who is calling, and holds no password that could be passed on.".
        PassThroughUnchecked = "CFG0410": "nobody would check the credentials that are passed through";
            "let the backend get the credentials of the `caller`, or verify them here with `users`";
            "`pass_through` leaves it to the backend to check the caller's credentials, and this backend does not get them.".
        UserTwice { name: String } = "CFG0411": "`{name}` is there twice";
            "names of users differ in one realm";
            "Two users have one name.".
        PasswordOrHash = "CFG0412": "one of password and hash is needed";
            "`password: ${{env:NAME}}`, or `hash: $argon2id$…`, as `saponify config hash` makes it";
            "A user has a password, which a digest needs, or a hash of it, and not both.".
        Hash = "CFG0413": "not an Argon2id hash";
            "`$argon2id$v=19$…`, as `saponify config hash` makes it";
            "Hashes of passwords are those of Argon2id (RFC 9106), in the form that begins with `$argon2id$`.".
        StatusesOfSoap = "CFG0414": "SOAP has its own HTTP statuses, which its clients read";
            "take it out; it belongs to `fronts.json`";
            "`always_200` is for JSON clients that read no other bodies. In SOAP the status says whether a message is a fault.".
        AcceptOnJson = "CFG0415": "JSON clients send no UsernameToken";
            "take it out; it belongs to `fronts.soap`";
            "`accept` says which kinds of password a UsernameToken may have. JSON clients send the password itself, by HTTP Basic or \
             in the body.".
        HashCost = "CFG0416": "the hash takes too much memory or time";
            "at most `m=262144` and `t=10`; `saponify config hash` makes one with `m=19456,t=2`";
            "Whoever sends a password, right or wrong, makes the bridge compute its hash, so what that costs is bounded.".
        FaultsOnJson = "CFG0417": "JSON clients get no faults";
            "it belongs to `fronts.soap`; `always_200` is what changes the status for JSON clients";
            "`faults` of a front is the HTTP status of SOAP's faults.".
        AddressingOnJson = "CFG0418": "JSON messages have no header blocks of WS-Addressing";
            "it belongs to `fronts.soap`";
            "Message addressing properties are header blocks of SOAP messages.".
        UnreadMessageIds = "CFG0419": "nobody reads the MessageID of a message: `addressing` is off";
            "take one of the two out; `addressing: require` refuses messages without a MessageID";
            "A MessageID can be used once only where the properties of WS-Addressing are read.".
        CallerTokenKept = "CFG0420": "the backend gets the caller's token, and this front would not pass one on";
            "use `pass_through`, or give the backend a token that is `fixed` or chosen `by_caller`";
            "A caller's own token goes to the backend as it is, and the backend verifies it: that is `pass_through`. What is verified here says \
             who is calling, and goes no further.".
        TwoKindsOfCaller = "CFG0421": "the backend gets the caller's password and the caller's token";
            "let one of the two be `fixed` or chosen `by_caller`";
            "A caller shows a password or a token, and never both.".
        NamesUntrusted = "CFG0422": "anyone who reaches the listener could say any of these names";
            "ask for client certificates (`listen.tls: {{ client_ca: …, client: required }}`), or say why whoever reaches the listener is \
             believed: `trust: REASON`";
            "A UsernameToken without a password proves nothing. Whoever reaches the listener must be known for another reason: by a \
             certificate in the handshake of TLS, or because nothing else but a gateway reaches it.".
        NamesOnJson = "CFG0423": "JSON clients send no UsernameToken";
            "take it out; it belongs to `fronts.soap`";
            "`names` lets in whoever says a name in a UsernameToken without a password, which only SOAP messages have.".
        PortsOnJson = "CFG0424": "JSON clients speak no version of SOAP, and know no ports";
            "it belongs to `fronts.soap`";
            "`versions` of a front are the versions of SOAP that its clients may speak, `paths` the paths of single ports.".
        UnservedPort { reason: String } = "CFG0425": "this port is not served: {reason}";
            "take it out of `paths`, or give the port a service file of its own with `contract.port`";
            "`fronts.soap.paths` has paths of ports that are served beside the one whose backend is called.".
        AttachmentsOnJson = "CFG0426": "JSON clients get no MTOM";
            "it belongs to `fronts.soap`";
            "MTOM is a way in which SOAP messages are sent.".
        TokenTwice { other: String } = "CFG0430": "this is the token of `{other}` too";
            "give each caller a token of its own; a caller may have several";
            "Whoever sends the token would be the first of the two, and what is granted to the other one, or counted for it, would be lost.".
        OperationThere { operation: String } = "CFG0432": "the JSON operation `{operation}` is at this path";
            "give one of the fronts another `path`";
            "A SOAP front and one of tools have one path, and a JSON front one for each operation below its own. Where two are one, only one of them could be \
             called.".
        PathTwice { by: String } = "CFG0433": "{by} is at this path too";
            "give each port a path of its own; clients of ports that differ in their version of SOAP alone are served at the path of the front, without `paths`";
            "A message is read in the form of the port at whose path it came. Where two are at one path nobody knows which of them is meant.".
    }
}
