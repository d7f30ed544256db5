//! The codes that clients are told and logs have, and those of a process that cannot start: causes and remedies.

/// Code, causes, remedy.
pub(super) const RUNNING: &[(&str, &str, &str)] = &[
    ("BRG00100", "A required field is missing in a message. The pointer says which.",
     "Send the field; `saponify sample` shows a message that is complete. If clients may leave it out, `default` or `const` of the operation fills it in."),
    ("BRG00101", "A message has a field that the contract does not have at this place, or an element in an order that it does not allow.",
     "Take it out or correct its name; `saponify inspect` shows the fields. `defaults.unknown_fields: ignore` leaves unknown fields out, `defaults.any_order` takes any order."),
    ("BRG00102", "A value is of another type than the contract has: a text for a number, an object for a list.",
     "Send the type that `saponify inspect` shows. `as` of the operation gives a field another form in JSON."),
    ("BRG00103", "A value is not of the form that its type or its pattern has, such as a date that is none; or a field in the path, the query or a header is malformed.",
     "Send it in the form that the message names."),
    ("BRG00104", "A value is none of those that the contract's enumeration has.",
     "Send one that `saponify inspect` shows. `enum` of the operation maps other texts to them; for replies there is `defaults.open_enumerations`."),
    ("BRG00105", "A number or a date is smaller or greater than the contract allows.", "Send one within the bounds that the message names."),
    ("BRG00106", "A text is too long, too short or empty, or a list has too many or too few items.", "Send as much as the message names. For empty texts there are `defaults.empty_as` and `empty_is_absent`."),
    ("BRG00107", "Fields of which the contract allows only one are there together, or none of them is (xs:choice).", "Send exactly one of them."),
    ("BRG00108", "A field is there without another one that it needs, or beside one that forbids it.", "Send both, or neither."),
    ("BRG00110", "A warning: the request changes nothing.", "Nothing needs to be done; send fields that differ to change something."),
    ("BRG00111", "A key is there twice in one object, a parameter twice in a query, or an element that may be there once is repeated.", "Send it once. Of two values nobody would know which one counts."),
    ("BRG00112", "A `null` where the contract has none.", "Leave the field out, or say what it means with `defaults.null_as`."),
    ("BRG00120", "A warning: the value is deprecated.", "Use the one that the message names."),
    ("BRG00121", "A warning: something was passed on or read otherwise than the contract has it, such as elements in another namespace.", "Correct the sender; the message names what is unusual."),
    ("BRG00150", "The body is not JSON, or broke off.", "Send valid JSON in UTF-8, whole, with `Content-Type: application/json`."),
    ("BRG00151", "The body is not XML, not a SOAP envelope, has what is always refused (<!DOCTYPE …>), or is of a version that does not go with its Content-Type.", "Send an envelope of SOAP 1.1 as text/xml, or of SOAP 1.2 as application/soap+xml; a SOAPAction in quotes."),
    ("BRG00152", "The message is none of the Model Context Protocol: no JSON-RPC 2.0 request, several at once, a version that is not spoken here, a request that lacks what its version needs, or headers that do not say what the body says.", "Use a client of the version 2026-07-28 or 2025-11-25; docs/MCP.md says what each sends. The message says what was expected."),
    ("BRG00200", "The wsse:Security header is missing or malformed.", "Send a UsernameToken as docs/WS_SECURITY.md shows; the line in the log says what is wrong with it."),
    ("BRG00201", "Whoever calls is not known: wrong or missing credentials, a token that is too old or was used before, clocks that differ; with 403, someone who may not call this operation.", "Check name, password and clock of the client. The line in the log with the same request id says what it is; clients are told no more on purpose."),
    ("BRG00202", "A security token of a kind that is not supported, such as an X.509 or SAML token.", "Send a UsernameToken, or let clients in by TLS certificates (`auth.certificate`)."),
    ("BRG00203", "The header blocks of WS-Addressing cannot be used: one is missing, there twice or malformed, asks for an answer to another address, or its Action is not that of the message; or a MessageID was used before.",
     "Send Action, MessageID and an anonymous ReplyTo; the line in the log says which block it is. `fronts.soap.addressing` says whether they are read; docs/WS_ADDRESSING.md has all that is asked for."),
    ("BRG00300", "The backend, or its token server, cannot be reached: its name cannot be resolved, nothing listens there, TLS failed, or the connection broke.", "Check `backend` and its URL from this machine, for example with `curl -v`; for TLS, `tls.ca`. The line in the log says which step failed."),
    ("BRG00301", "The backend did not answer in time. What it did with the request is unknown.", "Find out whether it was done before repeating it, or send an Idempotency-Key. For a backend that needs longer there is `timeout.total`."),
    ("BRG00302", "The backend's reply cannot be understood: HTML or a text in place of an envelope, an error without a fault, a reply that breaks its contract.", "The line in the log says what came, with its HTTP status and place. Most often the URL is that of a page or a login, or the WSDL is older than the backend; for replies that are not to the letter do not set `strict_responses`."),
    ("BRG00303", "A warning: the reply's HTTP status and its body contradict each other.", "Correct the backend, or say with `outcome` which of the two counts."),
    ("BRG00304", "The backend limits the rate (429, or a fault that says so).", "Wait as long as `Retry-After` says and send less at a time."),
    ("BRG00305", "The backend refuses the credentials that this bridge sends.", "Check `username_token` or `auth` of the backend, the value that its reference leads to, and both clocks; `saponify call --dry-run` shows what would be sent."),
    ("BRG00306", "The backend, or its token server, failed: HTTP 5xx or a fault that blames the server.", "Ask whoever runs the backend, with the time and the request id of the line in the log."),
    ("BRG00310", "The backend refused the message: a fault that blames the client, or a 4xx of a JSON backend.", "Correct the request; `errors[0].fault` and the message say what the backend says. `faults` gives such a failure another code or status."),
    ("BRG00400", "There is nothing at this path, or the operation is unknown or cannot be told from others.", "The first lines of `serve` and `--ready-file` have all URLs. A SOAP request of several operations with one element needs its SOAPAction."),
    ("BRG00401", "The operation is not called with this method.", "Use one that `Allow` names."),
    ("BRG00402", "The body or the request's target is longer than `limits.http` allows.", "Send less, or raise `limits.http.request_body` or `limits.http.uri`."),
    ("BRG00403", "The client was too slow to send its request.", "Send it at once; `limits.http.body_deadline` is how long it may take."),
    ("BRG00404", "The Content-Type or Content-Encoding is none that is taken here, or is missing.", "application/json on a JSON front, text/xml or application/soap+xml on a SOAP front, not compressed."),
    ("BRG00405", "More requests than the bridge takes at one time or does in time, no memory for another body, more than may wait for a connection to the backend, a bridge that is being stopped, or nobody can tell whether a token was used before.", "Wait as long as `Retry-After` says. The log names what is reached; docs/OPERATING.md, \"When there is too much\", says what to do."),
    ("BRG00406", "A request with the same Idempotency-Key is being answered.", "Wait for its answer, then send it again: the answer is the same."),
    ("BRG00407", "An Idempotency-Key that belongs to another request, or is malformed.", "A new key for each new request; the same only for the same request."),
    ("BRG00408", "A page of another site sent the request, and the service does not let it: a browser says so in `Sec-Fetch-Site`, or by an `Origin` that is not the host.",
"Let the page's origin in with `cors` of the front; behind a proxy let `listen.public_url` or `listen.trusted_proxies` say what the browser sees."),
    ("BRG00500", "A defect of the bridge.", "The line in the log says where. Report it with that line; it has no values of messages."),
    ("NET0001", "The process cannot listen at an address: something else listens there, the machine has no such address, or the
port needs a privilege. Two processes never share a port.", "Stop the other process, or give another address; port 0 takes a free one."),
    ("NET0002", "`serve --wsdl` has credentials for the backend and no authentication, and would listen where other machines reach it: whoever does could call the backend with them.",
     "Listen on 127.0.0.1, write a service file with `auth` in its fronts (`saponify init`), ask clients for certificates with --tls-client-ca, or allow it with --allow-anonymous."),
    ("NET0004", "The service manager handed over a socket that is none for TCP, or does not listen.", "In the `.socket` unit: `ListenStream=` with an address and a port, and no `Accept=yes`."),
    ("NET0003", "A warning: when the bridge stops it gives requests less time (`limits.http.drain`) than they may take, so that some are answered with 503 or 504 then.",
     "Raise `limits.http.drain`, and the time that whoever stops the process waits before it kills it; or lower `timeout.total` of the backend or `limits.http.body_deadline`."),
];

/// Remedies of codes whose causes leave one open.
pub(super) const REMEDIES: &[(&str, &str)] = &[
    (
        "DOC0001",
        "Put the document where it is looked for; `saponify fetch URL -o DIR` copies a contract with all that it imports.",
    ),
    (
        "DOC0002",
        "Raise the bound of `limits.contract` that the message names, if the contract is really that large.",
    ),
    (
        "DOC0003",
        "Correct the document at the place that the message names, or fetch it anew with `saponify fetch`.",
    ),
    ("PLAN0101", "Give the elements different names, or make the first of them not optional."),
    (
        "PLAN0102",
        "Nothing needs to be done; ask the owner of the contract for document/literal if shared objects must stay shared.",
    ),
    ("PLAN0104", "Raise `limits.contract.particles` if the contract is really that large."),
    (
        "PLAN0130",
        "Write a service file for it with `contract.service` and `contract.port`; of a port in another form, a path in `fronts.soap.paths` does.",
    ),
    ("PLAN0131", "Write media types with commas between them, as in `image/png, image/*`."),
    ("PLAN0120", "Correct the `part` of the mime:content; the message says at which line it is."),
    (
        "PLAN0121",
        "Take the part out of `parts` of the soap:body, or the mime:content out of the binding, as messages really are.",
    ),
    ("PLAN0122", "Put the parts into the outer mime:multipartRelated, as messages really are."),
    ("PLAN0123", "Take the second soap:body out of the binding."),
    ("PLAN0124", "Ask the owner of the contract for an element of the type ref:swaRef."),
    ("PLAN0125", "Write a media type, or `*/*` for any."),
    ("PLAN0201", "Correct the name; `saponify inspect` shows the fields of an operation and of types."),
    ("PLAN0202", "Give one of the members another key with `rename` below `types`."),
    (
        "WSDL0001",
        "Ask the service for its WSDL 1.1, often at ?wsdl, or give the WSDL that this document belongs to.",
    ),
    (
        "WSDL0002",
        "Raise `limits.contract.depth`, or fetch the contract anew with `saponify fetch`, which follows each import once.",
    ),
    (
        "WSDL0003",
        "Put the document beside the WSDL; `saponify fetch URL -o DIR` copies a contract with all that it imports.",
    ),
    ("WSDL0105", "Nothing can be done here: have the client receive such messages itself."),
    ("WSDL0107", "Nothing needs to be done; use the names that `saponify inspect` shows."),
    ("WSDL0108", "Have SOAP clients send the SOAPAction of the operation, as toolkits do."),
    ("WSDL0109", "Ask the owner of the contract for different elements or actions, or use the JSON front."),
    (
        "XSD0001",
        "Put the document beside the schema; `saponify fetch URL -o DIR` copies a contract with all that it imports.",
    ),
    ("XSD0002", "Raise `limits.contract.depth` if the chain is really that long."),
    ("XSD0106", "Raise `limits.contract.particles` if the contract is really that large."),
    (
        "XSD0201",
        "Nothing needs to be done here; put a backslash before the hyphen for peers that read the pattern otherwise.",
    ),
];

/// What helps with any other code of a contract.
pub(super) const ANY_CONTRACT: &str = "Correct the document at the place that the message names, in a copy of your own, or ask the owner of the contract. \
`saponify lint` shows all such places, and what becomes of each operation.";
