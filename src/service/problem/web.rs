//! Problems of what stands between clients and the listener: proxies, and pages of other origins.

problems! {
    /// What is wrong with `cors`, `public_url` or `trusted_proxies`.
    WebProblem {
        Origin = "CFG0440": "not an origin";
            "write scheme, host and port as browsers do, such as https://app.example or http://localhost:3000, or `*` alone for all";
            "An origin is a scheme, a host in lower case, and a port where it is not that of the scheme (RFC 6454, section 6.2): it has no \
             path, not even a slash at its end. Browsers send it so, and it is compared as it is written.".
        NullOrigin = "CFG0441": "`null` is an origin that every page can have";
            "serve the page from an origin of its own, and list that";
            "Browsers say `null` for files, sandboxed frames and redirected requests. Any page can put itself into such a frame, so \
             to allow `null` is to allow everybody.".
        AnyOriginWithCredentials = "CFG0442": "`*` with `credentials` would let every page act as the user";
            "list the origins, or take `credentials` out";
            "With credentials a browser sends cookies, certificates and passwords that it keeps, for whatever page asks. The Fetch standard \
             forbids it together with `*` (section 3.2.5), and to reflect every origin would be the same.".
        Beside = "CFG0443": "`*` stands for all, and there are others beside it";
            "write `*` alone, or take it out";
            "A list in which `*` stands for everything has nothing else in it.".
        AnyHeaderWithCredentials = "CFG0444": "with `credentials` a browser takes `*` for the name of a header";
            "list the headers";
            "With credentials the `*` of a list of headers is no wildcard (Fetch standard, section 3.2.5).".
        CorsMethod = "CFG0445": "not a method that fronts have";
            "some of DELETE, GET, HEAD, PATCH, POST and PUT";
            "`cors.methods` are methods of operations. OPTIONS is how a browser asks for them.".
        PublicUrl = "CFG0446": "not the URL below which the fronts are";
            "`https://api.example`, or with the path that a proxy takes away, such as `https://api.example/legacy`; no query and no fragment";
            "`listen.public_url` and the path of a front together are the address that clients use.".
        Network = "CFG0447": "not an address or a network";
            "an IP address such as 10.0.0.7, or a network such as 10.0.0.0/8 or 2001:db8::/32";
            "`listen.trusted_proxies` are addresses of proxies and networks in which they are. Names are not looked up.".
        DeclarationOnJson = "CFG0448": "JSON has no XML declaration";
            "take it out; it belongs to `fronts.soap`";
            "`xml_declaration` is about the answers of a SOAP front.".
        OpenApiOnSoap = "CFG0449": "a SOAP front has a WSDL and no OpenAPI document";
            "take it out; it belongs to `fronts.json`";
            "`openapi` is about the document of a JSON front. A SOAP front gives its contract for `?wsdl`.".
    }
}
