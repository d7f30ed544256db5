//! Answers: a message with the number of its request, and in it an outcome, `"result":{…}` or `"error":{…}`.

use crate::json::write::write_string;

/// Appends the beginning of the answer to the request `id`: an outcome comes next, and a brace. `id` is JSON as it came; nothing where
/// nobody could read it (JSON-RPC 2.0, section 5).
pub fn write_begin(out: &mut Vec<u8>, id: Option<&[u8]>) {
    out.extend_from_slice(BEFORE);
    out.extend_from_slice(id.map_or(b"null", |id| id));
    out.push(b',');
}

/// The answer `answer`, which was written here, as one to the request `id`.
pub fn renumbered(answer: &[u8], id: Option<&[u8]>) -> Vec<u8> {
    let mut out = Vec::with_capacity(answer.len() + id.map_or(0, <[u8]>::len));
    write_begin(&mut out, id);
    let numbered = answer.get(BEFORE.len()..).into_iter().flatten().copied();
    // A number has no comma in it; in a text one may stand between its quotes, and a quote behind a backslash.
    let (mut quoted, mut escaped) = (false, false);
    let is_number = |byte: &u8| {
        let ends = *byte == b',' && !quoted;
        quoted ^= *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        !ends
    };
    out.extend(numbered.skip_while(is_number).skip(1));
    out
}

const BEFORE: &[u8] = b"{\"jsonrpc\":\"2.0\",\"id\":";

/// Appends `"error":{…}`; `data` is JSON that says more.
pub fn write_error(out: &mut Vec<u8>, code: i32, message: &str, data: &[u8]) {
    out.extend_from_slice(b"\"error\":{\"code\":");
    out.extend_from_slice(itoa::Buffer::new().format(code).as_bytes());
    out.extend_from_slice(b",\"message\":");
    write_string(out, message);
    if !data.is_empty() {
        out.extend_from_slice(b",\"data\":");
        out.extend_from_slice(data);
    }
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(id: Option<&str>) -> Vec<u8> {
        let mut out = Vec::new();
        write_begin(&mut out, id.map(str::as_bytes));
        write_error(&mut out, -32600, "no, \"no\"", b"{}");
        out.push(b'}');
        out
    }

    #[test]
    fn an_answer_gets_the_number_of_another_request() {
        let ids = [None, Some("1"), Some("-1.5e3"), Some(r#""a""#), Some(r#""a,\"b\\""#), Some(r#""""#)];
        for one in ids {
            for other in ids {
                let renumbered = renumbered(&answer(one), other.map(str::as_bytes));
                assert_eq!(
                    String::from_utf8(renumbered),
                    String::from_utf8(answer(other)),
                    "{one:?} {other:?}"
                );
            }
        }
    }
}
