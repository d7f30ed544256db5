//! Transfer encodings: RFC 2045 section 6.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::MultipartError;

/// How the octets of a part are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Base64,
    /// 7bit, 8bit and binary.
    Plain,
    QuotedPrintable,
}

impl Coding {
    /// The one that a header names; without a header it is plain. Errors: nobody knows it.
    pub(super) fn of(name: Option<&str>) -> Result<Self, MultipartError> {
        let Some(name) = name else { return Ok(Self::Plain) };
        match name.trim().to_ascii_lowercase().as_str() {
            "" | "7bit" | "8bit" | "binary" => Ok(Self::Plain),
            "base64" => Ok(Self::Base64),
            "quoted-printable" => Ok(Self::QuotedPrintable),
            _ => Err(MultipartError::UnknownCoding),
        }
    }

    /// The octets that `written` stands for. Errors: it is not in this encoding.
    pub(super) fn decode<'b>(self, written: &'b [u8]) -> Result<Cow<'b, [u8]>, MultipartError> {
        match self {
            Self::Plain => Ok(Cow::Borrowed(written)),
            Self::Base64 => base64(written).map(Cow::Owned),
            Self::QuotedPrintable => quoted_printable(written).map(Cow::Owned),
        }
    }
}

fn base64(written: &[u8]) -> Result<Vec<u8>, MultipartError> {
    let dense: Vec<u8> = written.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(dense).map_err(|_| MultipartError::Coding("base64"))
}

/// RFC 2045 section 6.7. Tabs and spaces at the end of a line are of the transport (rule 3).
fn quoted_printable(written: &[u8]) -> Result<Vec<u8>, MultipartError> {
    let malformed = || MultipartError::Coding("quoted-printable");
    let mut out = Vec::with_capacity(written.len());
    for line in written.split_inclusive(|byte| *byte == b'\n') {
        let content = line.strip_suffix(b"\n").map_or(line, |line| line);
        let content = content.strip_suffix(b"\r").map_or(content, |line| line);
        let end = line.get(content.len()..).expect("it is the end of the line");
        let padding = content.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let (content, _) = content.split_at(content.len() - padding);
        let (content, end) = match content.strip_suffix(b"=") {
            Some(soft) => (soft, &[][..]),
            None => (content, end),
        };
        let mut rest = content;
        while let Some((byte, behind)) = rest.split_first() {
            if *byte != b'=' {
                out.push(*byte);
                rest = behind;
                continue;
            }
            let (digits, behind) = behind.split_at_checked(2).ok_or_else(malformed)?;
            let digits = str::from_utf8(digits).map_err(|_| malformed())?;
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Err(malformed());
            }
            out.push(u8::from_str_radix(digits, 16).map_err(|_| malformed())?);
            rest = behind;
        }
        out.extend_from_slice(end);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for (name, written, octets) in [
            (None, "a=b", "a=b"),
            (Some("Binary"), "a\r\nb", "a\r\nb"),
            (Some("BASE64"), "PGE+\r\nPC9h Pg==\r\n", "<a></a>"),
            (Some(" quoted-printable "), "<a b=3D=22=C3=A9=22>=\r\n x \t\r\ny</a>", "<a b=\"é\"> x\r\ny</a>"),
        ] {
            let decoded = Coding::of(name).and_then(|coding| coding.decode(written.as_bytes()));
            assert_eq!(decoded.as_deref(), Ok(octets.as_bytes()), "{written}");
        }
    }

    #[test]
    fn tabs_and_spaces_alone_are_dropped_at_the_end_of_a_quoted_line() {
        for (written, octets) in [("a\x0C\r\nb \x0C\t ", "a\x0C\r\nb \x0C"), ("a\x0C \t=\t\nb", "a\x0C \tb")]
        {
            let decoded = Coding::QuotedPrintable.decode(written.as_bytes());
            assert_eq!(decoded.as_deref(), Ok(octets.as_bytes()), "{written:?}");
        }
    }

    #[test]
    fn what_is_not_written_so_is_refused() {
        assert_eq!(Coding::of(Some("x-uuencode")), Err(MultipartError::UnknownCoding));
        for (coding, written) in
            [("base64", "PGE"), ("base64", "é"), ("quoted-printable", "=3"), ("quoted-printable", "=+1")]
        {
            let decoded = Coding::of(Some(coding)).and_then(|coding| coding.decode(written.as_bytes()));
            assert_eq!(decoded, Err(MultipartError::Coding(coding)), "{written}");
        }
    }
}
