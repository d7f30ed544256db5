//! Problems of the rules of an operation.

use super::near::Near;

problems! {
    /// What is wrong with a rule of an operation.
    RuleProblem {
        NotOneValue { member: String, is: &'static str } = "CFG0801": "`{member}` is {is}, not one value";
            "only a text, a number or a boolean fits into a path, a query or a header";
            "A field of a path, a query or a header is a single value of the request.".
        NoMember { of: &'static str, name: String, near: Near } = "CFG0802": "the {of} has no `{name}`{near}";
            "`saponify inspect` shows what the messages of an operation have";
            "A rule names a field that the contract's message does not have at its top.".
        NotAList { pointer: String, is: &'static str } = "CFG0803": "`{pointer}` is {is}, not a list";
            "`each` is a JSON Pointer to a list, of which `item` is an item";
            "`each` must lead to a list of the message.".
        NoField { name: String, near: Near } = "CFG0804": "there is no `{name}`{near}";
            "`saponify inspect` shows what the messages of an operation have";
            "A JSON Pointer leads to nothing in the contract's message.".
        CredentialPaths = "CFG0805": "expected two members of one object";
            "such as `authentication.apiKey` and `authentication.secret`";
            "Credentials in a JSON body are two different members of one object at its top.".
        Status { status: u16 } = "CFG0806": "{status} is not an HTTP status";
            "100 to 599";
            "An HTTP status is a number from 100 to 599.".
        StatusClass { class: String } = "CFG0807": "`{class}` is not a class of HTTP statuses such as 4xx";
            "`1xx` to `5xx`, or a number from 100 to 599";
            "A class of HTTP statuses is a digit and `xx`.".
        Verdict = "CFG0808": "expected either `status: 0`, `status: 1` or `fault`";
            "one of them; a row without any only adds its warning";
            "A row of `outcome` says that a reply is a success, a failure or a fault.".
        ErrorWithoutVerdict = "CFG0809": "a row with an `error` needs `status: 0` or `fault`";
            "say what the reply means, or write a `warning`";
            "An error is reported only of a reply that is a failure or a fault.".
        ErrorInSuccess = "CFG0810": "a success has no `error`";
            "write a `warning`, or `status: 0`";
            "A row says that the reply is a success and that something went wrong.".
        NativeEmpty = "CFG0811": "expected `member`, `else` or `notices`";
            "say where the value comes from";
            "A member of the native JSON comes from a member of the response, from a text, or is the list of errors or warnings.".
        HeaderTwice = "CFG0812": "this header is there twice";
            "letter case does not count in the names of headers";
            "Two entries of `header` are one HTTP header, of which only one value could be told.".
        HeaderOfMessage = "CFG0813": "no field can stand in this header";
            "headers that say where a message begins and ends, or what its body is, are made by the program";
            "A header such as Host, Content-Length or Transfer-Encoding belongs to the HTTP message itself. A field in it would let \
             a client say where the message to the backend ends.".
        OutcomeOnSoap = "CFG0814": "`outcome` says what the replies of a JSON backend mean, and this backend speaks SOAP";
            "take it out: what the faults of a SOAP backend mean is said by `faults`";
            "Rows of `outcome` are asked about JSON and HTTP statuses. A SOAP backend answers with the response of the contract or \
             with a fault, which `faults` is about. In a file that is included `outcome` may stand: a service with a JSON backend \
             may include it too.".
        NoEffect { key: &'static str, why: &'static str } = "CFG0815": "`{key}` does nothing {why}";
            "take it out, or write what it belongs to";
            "A key has no meaning without another one, or beside it, and would silently do nothing.".
        ListOfNoList { name: String, is: &'static str } = "CFG0816": "`{name}` is {is}, not a list";
            "`answer.lists` has members of the response that are lists, which are then always there";
            "Only what may be there more than once is a list in JSON, whatever the service file says.".
        NoResponse { key: &'static str } = "CFG0817": "`{key}` is about the response, and the operation has none";
            "take it out";
            "A one-way operation has a request and no response, so nothing can be said about how one looks.".
        NeverReached { before: usize } = "CFG0818": "never used: the row outcome[{before}] decides whatever this one is for";
            "put it before that row, or take it out";
            "Rows of `outcome` are tried in order, and the first that fits decides. A row that has no `when` takes all replies of its \
             statuses.".
        EmptyRow = "CFG0819": "the row says nothing: neither what the reply means nor a `warning`";
            "write `status: 0`, `status: 1`, `fault` or `warning`, or take it out";
            "A row of `outcome` says what a reply means, or adds a warning. One that does neither would silently do nothing.".
        HeaderCredentials = "CFG0820": "expected `username` and `password`, or `token`, each a field of a header part";
            "such as `token: $headers/Session/id`; members of a JSON body that are credentials belong to `operations.NAME.credentials`";
            "`credentials` at the top of a service file names fields of header parts of the contract, by pointers that begin with `$headers`: a name and a password, or a token \
             that stands alone.".
    }
}
