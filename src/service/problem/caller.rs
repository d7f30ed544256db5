//! Problems of callers that prove themselves with a JSON Web Token or with a certificate.

problems! {
    /// What is wrong with `auth.jwt` and `auth.certificate`.
    CallerProblem {
        NoAlgorithms = "CFG0501": "no algorithm is named";
            "list those that tokens may have, such as `[RS256]`";
            "A token is accepted only with an algorithm that the service file names.".
        SecretAlgorithms = "CFG0502": "with `keys.secret` only HS256, HS384 and HS512 are possible";
            "the others are for `keys.jwks` and `keys.public_key`";
            "A shared secret is for HMAC. Both kinds at a time would let anyone who has the public key make tokens (RFC 8725, \
             section 2.1).".
        PublicKeyAlgorithms = "CFG0503": "HS256, HS384 and HS512 are for `keys.secret`";
            "name algorithms of public keys, such as RS256 or ES256";
            "With HMAC and a public key anyone who has the key could make tokens (RFC 8725, section 2.1).".
        SecretTooShort { least: usize } = "CFG0504": "it is too short; these algorithms need {least} bytes";
            "the secret of an HMAC is at least as long as its hash (RFC 7518, section 3.2)";
            "The secret of an HMAC is at least as long as its hash: 32, 48 or 64 bytes for HS256, HS384 and HS512.".
        NoCallers = "CFG0505": "nobody could call";
            "list at least one caller";
            "The list of callers with certificates is empty.".
        SameCertificate { other: usize } = "CFG0506": "its certificates are also those of callers[{other}]";
            "a certificate means one caller; one caller may have several entries";
            "Two callers are known by the same mark, so nobody could tell who is calling.".
        OneMark = "CFG0507": "exactly one of subject, dns, email, uri and fingerprint is needed";
            "keep the one by which this caller's certificate is known";
            "A caller is known by exactly one thing in its certificate.".
        DnsName = "CFG0508": "not the whole name of a host";
            "a name such as orders.example, without `*`";
            "A caller is one name of the subjectAltName, whole. A pattern would let in hosts that nobody has named.".
        Email = "CFG0509": "not an e-mail address";
            "an address such as orders@partner.example";
            "A caller is one e-mail address of the subjectAltName.".
        Fingerprint = "CFG0510": "not the SHA-256 of a certificate";
            "64 hexadecimal digits, with or without colons, as `openssl x509 -noout -fingerprint -sha256` shows them";
            "A fingerprint is the SHA-256 of the whole certificate.".
        NotAsked = "CFG0511": "clients are not asked for certificates";
            "name the authorities that theirs come from: `listen.tls.client_ca`";
            "A front lets callers in by their certificates, and the listener does not ask for any.".
    }
}
