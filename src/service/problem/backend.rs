//! Problems of the backend and of TLS.

problems! {
    /// What is wrong with `backend` and `listen`.
    BackendProblem {
        Cleartext { secrets: &'static str, host: String } = "CFG0601": "{secrets} would go to {host} in cleartext";
            "use https://, or say that it may with `allow_insecure: true` (`--allow-insecure` without a service file)";
            "Credentials do not go to another machine over plain HTTP unless the service file says that they may. 127.0.0.0/8, \
             `::1` and `localhost` are this machine.".
        TokenServerTls = "CFG0602": "the token server is at the backend's host, where the backend's `tls` is used";
            "take it out, or write the whole URL of a token server elsewhere";
            "`oauth2.tls` is for a token server that is not at the backend's host.".
        TlsWithoutHttps = "CFG0603": "the URL begins with http://, so there is no TLS";
            "write https:// in the URL, or take `tls` out";
            "What is configured for TLS would not be used.".
        HalfIdentity = "CFG0604": "certificate and key belong together; one is missing";
            "name both, or none of them";
            "A certificate is of no use without its key, nor a key without its certificate.".
        ClientWithoutCa = "CFG0605": "clients are not asked for certificates";
            "name the authorities that theirs come from: `client_ca`";
            "`listen.tls.client` says whether a client must have a certificate, and without `client_ca` none is asked for one.".
        CredentialsNowhere = "CFG0606": "no operation has a place for the credentials in its body";
            "say where they go: `credentials: {{ username: …, password: … }}` of the operations; `auth` is for HTTP headers";
            "`backend.json.credentials` go into the members of the body that the `credentials` of an operation name. Without any \
             the backend would get none.".
        Proxy = "CFG0607": "not a proxy that is spoken to here";
            "`http://HOST:PORT`, `environment` for what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say, or `none`";
            "An outgoing proxy is spoken to in HTTP without TLS: requests for `https://` go through it in a tunnel (CONNECT), so \
             it sees nothing of them. SOCKS is not spoken.".
        ProxyVariable { variable: &'static str } = "CFG0608": "the environment variable {variable} is not a proxy that is spoken to here";
            "set it to `http://HOST:PORT`, name the host in NO_PROXY, or write `proxy: none` or `proxy: http://HOST:PORT`";
            "Without `proxy` in the service file a backend is reached as the environment says (`https_proxy` or HTTPS_PROXY for \
             `https://`, `http_proxy` or HTTP_PROXY for `http://`, else `all_proxy` or ALL_PROXY), unless NO_PROXY has its host. \
             This machine is always reached without a proxy.".
        ProxyCredentials = "CFG0609": "there is no proxy for these credentials";
            "write the URL of the proxy beside them; in HTTPS_PROXY they stand in the URL";
            "Credentials for a proxy belong to one that the service file names.".
        Demanded { demand: String, place: String, how: &'static str } = "CFG0610": "the contract demands {demand} ({place}), and the backend would not get it";
            "{how}; or say why it may get less: `ignore_policy: REASON`";
            "A policy of the contract demands something of each request that this service file does not send, so the backend probably \
             refuses all of them. Of alternatives that one counts of which the least is missing; what is optional is not asked for.".
        HeaderCredentials { expected: &'static str } = "CFG0611": "expected {expected}, as `credentials` at the top of the file has places for them";
            "write what belongs there, each secret as a reference, or change `credentials`";
            "Header parts of the contract hold a name and a password, or a token. The backend gets what they hold, and nothing else.".
        HeaderCredentialsNowhere = "CFG0612": "no header part has a place for the credentials";
            "say where they go, at the top of the file: `credentials: {{ token: $headers/PART/FIELD }}`; `username_token` is for WS-Security, `auth` for \
             HTTP headers";
            "`backend.soap.credentials` go into the fields of header parts that `credentials` at the top of the file names.".
        HeaderCredentialsUnsent = "CFG0613": "the backend would get none of these credentials";
            "say whose they are: `backend.soap.credentials: caller`, `fixed: …` or `by_caller: …`";
            "Fields of header parts that are credentials are not in the JSON of a message, nor is what a SOAP client has there passed on: \
             a SOAP backend gets those that `backend.soap.credentials` says.".
        Unusable { reason: String } = "CFG0640": "{reason}";
            "`saponify check` reads all that the service file names; a certificate and a key are PEM, public keys a JWK set or PEM";
            "What the service file names was read and cannot be used: a certificate, a key, public keys of tokens, a URL, or a header \
             of which no request can be made.".
    }
}
