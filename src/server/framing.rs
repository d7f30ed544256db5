//! How requests of HTTP/1.1 are told from each other, checked before hyper reads them: it takes what a proxy in front of the bridge may
//! read in another way, and tells nobody. `Content-Length` beside `Transfer-Encoding` and a line that ends without CR cannot be seen any
//! more in what it makes of a head (RFC 9112 sections 2.2, 3.2, 6.1 and 6.3).
//!
//! A head is searched for ends of lines, and the few lines that matter are read: that costs less than a percent of an exchange.

use memchr::memchr;

/// What is known of the bytes of a connection so far.
#[derive(Debug)]
pub struct Framing {
    state: State,
    head: Head,
    /// The beginning of a line whose end has not come yet.
    begun: Vec<u8>,
    /// Bytes of a line at most.
    longest: usize,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A line of a head.
    Head,
    /// So many bytes of a body.
    Body(u64),
    /// The line with the size of a chunk.
    Size,
    /// So many bytes of a chunk and of the end of its line.
    Chunk(u64),
    /// A line behind the last chunk.
    Trailer,
    /// Nothing that would be read.
    Refused,
}

/// What the lines of a head have said.
#[derive(Clone, Copy, Debug, Default)]
struct Head {
    /// Whether there was a request line, and whether that of HTTP/1.1.
    line: Option<bool>,
    host: bool,
    chunked: bool,
    length: Option<u64>,
}

/// Bytes that are not to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where the line ends that is wrong, in the bytes that were looked at.
    pub at: usize,
    /// Whether it is one of a head, which can be answered.
    pub in_head: bool,
}

impl Framing {
    /// Nothing yet, of heads whose lines have at most so many bytes.
    pub fn new(longest: usize) -> Self {
        Self { state: State::Head, head: Head::default(), begun: Vec::new(), longest }
    }

    /// Whether the next byte is the first of a request.
    #[inline]
    pub fn is_between(&self) -> bool {
        self.state == State::Head && self.head.line.is_none() && self.begun.is_empty()
    }

    /// Whether a part of a head is there, and not its end.
    #[inline]
    pub(super) fn has_begun_head(&self) -> bool {
        self.state == State::Head && !self.is_between()
    }

    /// Looks at the next `bytes`. Errors: those that may be read in two ways.
    pub fn check(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let taken = match self.state {
                State::Body(left) | State::Chunk(left) => Ok(self.pass(left, rest.len())),
                State::Head | State::Size | State::Trailer => self.line(rest),
                State::Refused => Err(Unclear),
            };
            match taken {
                Ok(taken) => at += taken,
                Err(Unclear) => {
                    let in_head = self.state == State::Head;
                    self.state = State::Refused;
                    return Err(Refused { at, in_head });
                }
            }
        }
        Ok(())
    }

    /// Passes over what is `left` of a body or a chunk, of so many bytes as are `there`; how many that were.
    fn pass(&mut self, left: u64, there: usize) -> usize {
        let taken = left.min(there as u64);
        self.state = match (self.state, left - taken) {
            (State::Body(_), 0) => State::Head,
            (State::Body(_), left) => State::Body(left),
            (_, 0) => State::Size,
            (_, left) => State::Chunk(left),
        };
        usize::try_from(taken).expect("no more than there are")
    }

    /// Takes a line, or what is there of it.
    fn line(&mut self, rest: &[u8]) -> Result<usize, Unclear> {
        let Some(end) = memchr(b'\n', rest) else {
            if self.begun.len() + rest.len() > self.longest {
                return Err(Unclear);
            }
            self.begun.extend_from_slice(rest);
            return Ok(rest.len());
        };
        let line = rest.get(..end).expect("it is there");
        if self.begun.is_empty() {
            self.take(line)?;
        } else {
            let mut whole = std::mem::take(&mut self.begun);
            whole.extend_from_slice(line);
            self.take(&whole)?;
        }
        Ok(end + 1)
    }

    fn take(&mut self, line: &[u8]) -> Result<(), Unclear> {
        let line = line.strip_suffix(b"\r").ok_or(Unclear)?;
        match self.state {
            State::Head if line.is_empty() => self.head_ends()?,
            State::Head => self.head.take(line)?,
            State::Size => {
                self.state = match size(line)? {
                    0 => State::Trailer,
                    // Two more for the end of the line behind it.
                    size => State::Chunk(size.checked_add(2).ok_or(Unclear)?),
                };
            }
            State::Trailer if line.is_empty() => self.state = State::Head,
            State::Trailer | State::Body(_) | State::Chunk(_) | State::Refused => {}
        }
        Ok(())
    }

    fn head_ends(&mut self) -> Result<(), Unclear> {
        // Empty lines before a request are passed over (RFC 9112 section 2.2).
        let Some(http11) = self.head.line else { return Ok(()) };
        if http11 && !self.head.host {
            return Err(Unclear);
        }
        let head = std::mem::take(&mut self.head);
        self.state = match head.length {
            _ if head.chunked => State::Size,
            None | Some(0) => State::Head,
            Some(length) => State::Body(length),
        };
        Ok(())
    }
}

/// Something that may be read in two ways.
struct Unclear;

impl Head {
    fn take(&mut self, line: &[u8]) -> Result<(), Unclear> {
        if self.line.is_none() {
            self.line = Some(line.ends_with(b" HTTP/1.1"));
            return Ok(());
        }
        match line.first() {
            Some(b'C' | b'c') => value(line, b"content-length").map_or(Ok(()), |value| self.length(value)),
            Some(b'H' | b'h') => value(line, b"host").map_or(Ok(()), |value| self.host(value)),
            Some(b'T' | b't') => value(line, b"transfer-encoding").map_or(Ok(()), |value| self.coding(value)),
            Some(_) | None => Ok(()),
        }
    }

    /// The same length twice is one length (RFC 9110 section 8.6).
    fn length(&mut self, value: &[u8]) -> Result<(), Unclear> {
        let length = number(value, 10)?;
        if self.chunked || self.length.is_some_and(|before| before != length) {
            return Err(Unclear);
        }
        self.length = Some(length);
        Ok(())
    }

    fn coding(&mut self, value: &[u8]) -> Result<(), Unclear> {
        if self.chunked || self.length.is_some() || !value.eq_ignore_ascii_case(b"chunked") {
            return Err(Unclear);
        }
        self.chunked = true;
        Ok(())
    }

    fn host(&mut self, value: &[u8]) -> Result<(), Unclear> {
        let foreign =
            |byte: &u8| matches!(byte, b'\t' | b' ' | b'"' | b',' | b'/' | b'?' | b'#' | b'@' | b'\\');
        if self.host || value.iter().any(foreign) {
            return Err(Unclear);
        }
        self.host = true;
        Ok(())
    }
}

/// The value of the header in `line`, if it has this `name`.
fn value<'l>(line: &'l [u8], name: &[u8]) -> Option<&'l [u8]> {
    let (found, rest) = line.split_at_checked(name.len())?;
    if !found.eq_ignore_ascii_case(name) {
        return None;
    }
    rest.strip_prefix(b":").map(trimmed)
}

fn trimmed(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// The size of a chunk, whose line may have extensions.
fn size(line: &[u8]) -> Result<u64, Unclear> {
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    number(line.get(..digits).expect("they are there"), 16)
}

fn number(digits: &[u8], radix: u32) -> Result<u64, Unclear> {
    if digits.is_empty() {
        return Err(Unclear);
    }
    let radix_of = u64::from(radix);
    digits.iter().try_fold(0_u64, |number, byte| {
        let digit = char::from(*byte).to_digit(radix).ok_or(Unclear)?;
        number.checked_mul(radix_of).and_then(|number| number.checked_add(digit.into())).ok_or(Unclear)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const POST: &str = "POST / HTTP/1.1\r\nHost: a\r\n";

    /// What becomes of `text`, however it is cut into pieces: where it is refused, or what comes next.
    fn checked(text: &str) -> Result<State, Refused> {
        let at_once = run(&[text.as_bytes()]);
        for cut in 0..text.len() {
            let (before, behind) = text.as_bytes().split_at(cut);
            assert_eq!(run(&[before, behind]).is_err(), at_once.is_err(), "{text:?} at {cut}");
        }
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(run(&bytes).is_err(), at_once.is_err(), "{text:?} byte by byte");
        at_once
    }

    fn run(pieces: &[&[u8]]) -> Result<State, Refused> {
        let mut framing = Framing::new(1000);
        pieces.iter().try_for_each(|piece| framing.check(piece))?;
        Ok(framing.state)
    }

    #[test]
    fn what_may_be_read_in_two_ways_is_refused() {
        for headers in [
            "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\ncontent-length: 0\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked, chunked\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: identity\r\n",
            "Transfer-Encoding: \r\n",
            "Content-Length: 2\r\nContent-Length: 3\r\n",
            "Content-Length: 2, 2\r\n",
            "Content-Length: +2\r\n",
            "Content-Length: \r\n",
            "Content-Length: 18446744073709551616\r\n",
            "Host: b\r\n",
            "X: y\n",
        ] {
            let refused = checked(&format!("{POST}{headers}\r\n")).expect_err(headers);
            assert!(refused.in_head, "{headers}");
        }
        for text in [
            "POST / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a b\r\n\r\n",
            "POST / HTTP/1.1\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\n\n",
            "\nPOST / HTTP/1.1\r\nHost: a\r\n\r\n",
        ] {
            assert!(checked(text).expect_err(text).in_head, "{text:?}");
        }
    }

    #[test]
    fn the_next_request_is_where_the_one_before_ends() {
        for (text, next) in [
            ("", State::Head),
            ("\r\n\r\nPOST / HTTP/1.1\r\nHost:\r\n\r\n", State::Head),
            ("GET / HTTP/1.0\r\n\r\n", State::Head),
            ("POST / HTTP/1.1\r\nHOST: [::1]:80\r\nContent-Length:\t3 \r\n\r\na\nbP", State::Head),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 03\r\n\r\na",
                State::Body(2),
            ),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n", State::Size),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1F;x=y\r\n\n",
                State::Chunk(32),
            ),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\n\n\r\n00\r\nX: y\r\n",
                State::Trailer,
            ),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n\n\r\n0\r\n\r\nG",
                State::Head,
            ),
        ] {
            assert_eq!(checked(text), Ok(next), "{text:?}");
        }
        let second = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n{GET / HTTP/1.1\r\n\r\n";
        assert_eq!(checked(second), Err(Refused { at: second.len() - 2, in_head: true }));
    }

    #[test]
    fn a_chunk_whose_size_nobody_can_read_is_refused() {
        for size in ["\r\n", "x\r\n", "+1\r\n", "1\n", "10000000000000000\r\n", "ffffffffffffffff\r\n"] {
            let text = format!("{POST}Transfer-Encoding: chunked\r\n\r\n{size}");
            assert!(!checked(&text).expect_err(size).in_head, "{size:?}");
        }
    }

    #[test]
    fn a_line_has_an_end() {
        let endless = [b'a'; 1001];
        assert_eq!(run(&[&endless]), Err(Refused { at: 0, in_head: true }));
        assert_eq!(run(&[b"GET ", &endless]), Err(Refused { at: 0, in_head: true }));
    }
}
