//! Problems of single values.

use crate::service::field_value::FieldFault;
use crate::service::origin::Origin;

problems! {
    /// What is wrong with a value, whatever it is for.
    ValueProblem {
        Duration { range: &'static str } = "CFG0101": "expected a time {range}";
            "digits and a unit: `500ms`, `15s`, `2m`";
            "A time is digits and one of the units `ms`, `s` and `m`, within the bounds that the message names.".
        Empty = "CFG0102": "it is empty";
            "write what is meant, or leave the key out where it has a default";
            "A text or a list is empty where that would mean nothing, or let nobody in.".
        HeaderName = "CFG0103": "not the name of an HTTP header";
            "letters, digits and `!#$%&'*+-.^_`|~`, such as X-Api-Key";
            "The name of an HTTP header is a token (RFC 9110, section 5.1).".
        HeaderValue { origin: Origin, fault: FieldFault } = "CFG0104": "{origin} {fault}, which an HTTP header cannot carry";
            "visible ASCII characters, with single spaces or tabs between them at most; `printf %s` writes no line feed";
            "The value goes into an HTTP header, or is compared with one, and no header can carry it (RFC 9110, section 5.5): \
             without this check it would be left out, or never match. One line end after the text of a `${file:…}` is taken \
             off; that of an environment variable is not.".
        Url { expected: &'static str } = "CFG0105": "not a valid URL: expected {expected}";
            "write the whole URL, with its scheme and host";
            "The value is not a URL of the kind that is needed here.".
        UrlUser = "CFG0106": "a user name is not allowed in a URL";
            "credentials have keys of their own: `auth`, `username_token`, `credentials`";
            "URLs are shown and logged, so there are no credentials in them.".
        Pointer { text: String } = "CFG0107": "`{text}` is not a JSON Pointer such as /address/zipcode";
            "a slash before each key, at most 32 of them; `*` is one key or index, `**` any number";
            "A place in a message is a JSON Pointer (RFC 6901), in which `*` stands for one key or index and `**` for any number \
             of them.".
        BasicCredentials { origin: Origin, fault: &'static str } = "CFG0108": "{origin} {fault}, which HTTP Basic cannot carry";
            "a user name has no colon, and neither it nor a password has control characters or line ends";
            "HTTP Basic (RFC 7617, section 2) sends a user name and a password with a colon between them: a colon in the name \
             would make another name and password of them, and control characters are forbidden.".
        Limit { range: String } = "CFG0109": "expected a whole number from {range}";
            "docs/LIMITS.md has the default of each limit, and what it is for";
            "A limit that lets nothing through would refuse every message, and one that nothing reaches is none: messages that are nested \
             more deeply than the bound take the stack of the process.".
        Path = "CFG0110": "expected an absolute path";
            "write the whole path of the folder, such as /var/spool/saponify";
            "The folder is one of the machine, wherever the service file is and whatever the working directory of the process.".
        Folder { reason: String } = "CFG0111": "{reason}";
            "name a folder that exists, and in which this process may make files";
            "Long attachments are in files of this folder while their message is translated, so no service is served that could not make them.".
    }
}
