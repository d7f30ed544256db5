//! Lines of standard input, of bounded length.

use std::io::{self, BufRead};

/// A line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// One with more bytes than it may have, which were passed over.
    TooLong,
    /// One without its line feed.
    Whole(Vec<u8>),
}

/// The next line that is not blank, of at most `most` bytes; nothing at the end.
pub(super) fn next(input: &mut impl BufRead, most: usize) -> io::Result<Option<Line>> {
    loop {
        let (mut line, mut length) = (Vec::new(), 0_usize);
        let ended = loop {
            let read = match input.fill_buf() {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let (piece, taken, ends) = match memchr::memchr(b'\n', read) {
                Some(at) => (read.split_at(at).0, at + 1, true),
                None => (read, read.len(), read.is_empty()),
            };
            length = length.saturating_add(piece.len());
            if length <= most {
                line.extend_from_slice(piece);
            }
            input.consume(taken);
            if ends {
                break taken == 0;
            }
        };
        if length > most {
            return Ok(Some(Line::TooLong));
        }
        if !line.trim_ascii().is_empty() {
            return Ok(Some(Line::Whole(line)));
        }
        if ended {
            return Ok(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(input: &str, piece: usize) -> Vec<Line> {
        let mut input = io::BufReader::with_capacity(piece, input.as_bytes());
        std::iter::from_fn(|| next(&mut input, 4).expect("bytes in memory are read")).collect()
    }

    #[test]
    fn lines_are_told_from_each_other_however_they_come() {
        let whole = |text: &str| Line::Whole(text.into());
        for piece in 1..16 {
            assert_eq!(all("abcd\n\n \r\nab", piece), [whole("abcd"), whole("ab")]);
            assert_eq!(all("abcde\nab\n", piece), [Line::TooLong, whole("ab")]);
            assert_eq!(all("abcde", piece), [Line::TooLong]);
            assert_eq!(all("", piece), []);
        }
    }
}
