//! Where parts begin and end, and their heads: RFC 2046 section 5.1.1, RFC 5322 section 2.2.

use super::coding::Coding;
use super::error::MultipartError;
use crate::limits::{MIME_HEADER, MIME_HEADERS, MIME_PADDING, MIME_PARTS};

/// A part of a multipart body.
#[derive(Debug)]
pub(super) struct Part<'b> {
    /// Its `Content-Type`.
    pub(super) content_type: Option<String>,
    /// Its `Content-ID`, without brackets.
    pub(super) id: Option<String>,
    pub(super) coding: Coding,
    /// Its `Content-Disposition`, in which a file name need not be UTF-8.
    pub(super) disposition: Option<Vec<u8>>,
    /// What is in it, as it is written.
    pub(super) written: &'b [u8],
    /// Where that begins in the body.
    pub(super) at: usize,
}

/// The parts of `body` between the lines with `boundary`; what is before the first line and behind the last is no part.
pub(super) fn parts<'b>(body: &'b [u8], boundary: &str) -> Result<Vec<Part<'b>>, MultipartError> {
    let dashes = [b"--", boundary.as_bytes()].concat();
    let mut parts = Vec::new();
    let mut from = None;
    for at in memchr::memmem::find_iter(body, &dashes) {
        let (before, line) = body.split_at(at);
        let begins_line = before.last().is_none_or(|last| *last == b'\n');
        let Some(delimiter) = Delimiter::of(begins_line, line, dashes.len()) else { continue };
        if let Some(from) = from {
            // The line end before the boundary is there even where a part has nothing in it.
            let part = before.get(from..).filter(|part| !part.is_empty()).ok_or(MultipartError::Head)?;
            parts.push(Part::read(without_line_end(part), from)?);
        }
        if delimiter.closing {
            return if parts.is_empty() { Err(MultipartError::NoPart) } else { Ok(parts) };
        }
        if parts.len() == MIME_PARTS {
            return Err(MultipartError::Limit { what: "parts", max: MIME_PARTS });
        }
        from = Some(at + delimiter.length);
    }
    Err(if from.is_some() { MultipartError::Truncated } else { MultipartError::NoPart })
}

/// A line with the boundary.
pub(super) struct Delimiter {
    pub(super) closing: bool,
    /// Bytes of it, its end included.
    pub(super) length: usize,
}

impl Delimiter {
    /// The one that `line` begins with, which is where one `begins`; nothing where the boundary is not alone on its line.
    pub(super) fn of(begins: bool, line: &[u8], dashes: usize) -> Option<Self> {
        if !begins {
            return None;
        }
        let behind = line.get(dashes..)?;
        let closing = behind.starts_with(b"--");
        let behind = behind.strip_prefix(b"--").map_or(behind, |behind| behind);
        let padding = behind.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let end = behind.get(padding..).filter(|_| padding <= MIME_PADDING)?;
        let end = match end {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            // The body may end with the closing line.
            [] if closing => 0,
            _ => return None,
        };
        Some(Self { closing, length: line.len() - behind.len() + padding + end })
    }
}

/// The line end before a boundary is the boundary's.
pub(super) fn without_line_end(content: &[u8]) -> &[u8] {
    let content = content.strip_suffix(b"\n").map_or(content, |content| content);
    content.strip_suffix(b"\r").map_or(content, |content| content)
}

impl<'b> Part<'b> {
    /// Reads the `part` that begins at `from` in the body.
    pub(super) fn read(part: &'b [u8], from: usize) -> Result<Self, MultipartError> {
        let mut head = Head::default();
        let mut rest = part;
        let mut field = Vec::new();
        loop {
            let (line, behind) = match memchr::memchr(b'\n', rest) {
                Some(end) => rest.split_at(end + 1),
                // A part without octets need not have the empty line behind its head (RFC 2046 section 5.1.1, body-part).
                None if rest.is_empty() => (rest, rest),
                None => return Err(MultipartError::Head),
            };
            let line = without_line_end(line);
            let continues = line.first().is_some_and(|first| matches!(first, b' ' | b'\t'));
            if !continues && !field.is_empty() {
                head.take(&std::mem::take(&mut field))?;
            }
            rest = behind;
            if line.is_empty() {
                break;
            }
            if continues && field.is_empty() {
                return Err(MultipartError::Head);
            }
            field.extend_from_slice(line);
            if field.len() > MIME_HEADER {
                return Err(MultipartError::Limit { what: "bytes in a header of a part", max: MIME_HEADER });
            }
        }
        let coding = Coding::of(head.coding.as_deref())?;
        let Head { content_type, id, disposition, .. } = head;
        let at = from + part.len() - rest.len();
        Ok(Self { content_type, id, coding, disposition, written: rest, at })
    }
}

/// The headers of a part that say something here.
#[derive(Debug, Default)]
struct Head {
    content_type: Option<String>,
    id: Option<String>,
    coding: Option<String>,
    disposition: Option<Vec<u8>>,
    count: usize,
}

impl Head {
    /// Takes a header, its continued lines joined.
    fn take(&mut self, field: &[u8]) -> Result<(), MultipartError> {
        self.count += 1;
        if self.count > MIME_HEADERS {
            return Err(MultipartError::Limit { what: "headers of a part", max: MIME_HEADERS });
        }
        let colon = memchr::memchr(b':', field).ok_or(MultipartError::Head)?;
        let (name, value) = field.split_at(colon);
        let name = str::from_utf8(name).map_err(|_| MultipartError::Head)?.trim_end().to_ascii_lowercase();
        let value = value.get(1..).map_or(&[][..], <[u8]>::trim_ascii);
        if name == "content-disposition" {
            let known = self.disposition.replace(value.to_vec()).is_some();
            return if known { Err(MultipartError::Duplicate("Content-Disposition")) } else { Ok(()) };
        }
        let value = str::from_utf8(value).map_err(|_| MultipartError::Head)?;
        let (place, name, value) = match &*name {
            "content-type" => (&mut self.content_type, "Content-Type", value),
            "content-id" => (&mut self.id, "Content-ID", without_brackets(value)),
            "content-transfer-encoding" => (&mut self.coding, "Content-Transfer-Encoding", value),
            "" => return Err(MultipartError::Head),
            _ => return Ok(()),
        };
        if place.replace(value.to_owned()).is_some() { Err(MultipartError::Duplicate(name)) } else { Ok(()) }
    }
}

/// A `Content-ID` or `start` without the brackets, which some senders leave out.
pub(super) fn without_brackets(id: &str) -> &str {
    let id = id.trim();
    match id.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
        Some(inside) => inside,
        None => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(body: &str) -> Result<Vec<String>, MultipartError> {
        let parts = parts(body.as_bytes(), "b:1")?;
        let text = |part: &Part<'_>| String::from_utf8_lossy(part.written).into_owned();
        Ok(parts.iter().map(text).collect())
    }

    #[test]
    fn parts_are_between_lines_with_the_boundary() {
        let all = |parts: &[&str]| Ok(parts.iter().map(|part| (*part).to_owned()).collect());
        for (body, expected) in [
            ("--b:1\r\nA: 1\r\n\r\nx\r\n--b:1--\r\n", all(&["x"])),
            ("--b:1\r\n\r\nx\r\n--b:1--", all(&["x"])),
            ("preamble\r\n--b:1 \t\r\n\r\nx\r\n--b:1\r\n\r\n\r\n--b:1--\r\nepilogue", all(&["x", ""])),
            ("--b:1\n\nx\n--b:1--\n", all(&["x"])),
            ("--b:1\r\n\r\nx--b:1\r\n--b:10\r\n--b:1x\r\n--b:1--", all(&["x--b:1\r\n--b:10\r\n--b:1x"])),
            ("--b:1\r\nA: 1\r\n 2\r\n\t3\r\n\r\nx\r\n--b:1--\r\n--b:1\r\n", all(&["x"])),
            ("--b:1\r\nA: 1\r\n\r\n--b:1\r\nA: 1\r\n 2\n\n--b:1--", all(&["", ""])),
            ("--b:1\r\n\r\n--b:1\r\n\r\nx\r\n--b:1--", all(&["", "x"])),
            ("", Err(MultipartError::NoPart)),
            ("--b:1--", Err(MultipartError::NoPart)),
            ("x", Err(MultipartError::NoPart)),
            ("--b:1\r\n\r\nx", Err(MultipartError::Truncated)),
            ("--b:1\r\n\r\nx\r\n--b:1\r\n", Err(MultipartError::Truncated)),
            ("--b:1\r\nA: 1\r\n--b:1--", Err(MultipartError::Head)),
            ("--b:1\r\n--b:1--", Err(MultipartError::Head)),
            ("--b:1\r\n\r\n--b:1\r\n--b:1--", Err(MultipartError::Head)),
            ("--b:1\r\nA\r\n\r\n--b:1--", Err(MultipartError::Head)),
            ("--b:1\r\n A: 1\r\n\r\n--b:1--", Err(MultipartError::Head)),
        ] {
            assert_eq!(contents(body), expected, "{body:?}");
        }
    }

    #[test]
    fn heads_are_read() {
        let body =
            "--b:1\r\ncontent-ID : <a@b>\r\nContent-Type: text/xml;\r\n\tcharset=utf-8\r\n\r\nx\r\n--b:1--";
        let part = parts(body.as_bytes(), "b:1").expect("parts").remove(0);
        assert_eq!(part.id.as_deref(), Some("a@b"));
        assert_eq!(part.content_type.as_deref(), Some("text/xml;\tcharset=utf-8"));
        let twice = "--b:1\r\nContent-ID: a\r\nContent-ID: b\r\n\r\nx\r\n--b:1--";
        assert_eq!(contents(twice), Err(MultipartError::Duplicate("Content-ID")));
    }

    #[test]
    fn parts_and_heads_have_bounds() {
        let many = |count: usize| format!("{}--b:1--", "--b:1\r\n\r\nx\r\n".repeat(count));
        assert_eq!(contents(&many(MIME_PARTS)).map(|parts| parts.len()), Ok(MIME_PARTS));
        assert!(matches!(contents(&many(MIME_PARTS + 1)), Err(MultipartError::Limit { what: "parts", .. })));
        let head = |headers: String| contents(&format!("--b:1\r\n{headers}\r\nx\r\n--b:1--"));
        assert!(head("A: 1\r\n".repeat(MIME_HEADERS)).is_ok());
        assert!(head("A: 1\r\n".repeat(MIME_HEADERS + 1)).is_err());
        assert!(head(format!("A:{}\r\n", "x".repeat(MIME_HEADER - 2))).is_ok());
        assert!(head(format!("A:{}\r\n", "x".repeat(MIME_HEADER - 1))).is_err());
        assert!(head(format!("A:\r\n{}", " x\r\n".repeat(MIME_HEADER))).is_err());
    }
}
