//! Answers: an outcome, `"result":{…}` or `"error":{…}`, and around it the message with the number of its request.

use crate::json::write::write_string;

/// Appends the answer to the request `id` with `outcome`, which is a member with its key. `id` is JSON as it came; nothing where nobody
/// could read it (JSON-RPC 2.0, section 5).
pub fn write_sealed(out: &mut Vec<u8>, id: Option<&[u8]>, outcome: &[u8]) {
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"id\":");
    out.extend_from_slice(id.map_or(b"null", |id| id));
    out.push(b',');
    out.extend_from_slice(outcome);
    out.push(b'}');
}

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
