//! Bodies that come in pieces: what is taken out, and that the rest is read as the whole would be.

use std::ops::Range;

use proptest::prelude::*;

use super::super::error::MultipartError;
use super::super::part::parts;
use super::*;
use crate::seed::seeded;

const RELATED: &str = "multipart/related; boundary=b";
const FORM: &str = "multipart/form-data; boundary=b";

/// What a body that comes in pieces of `step` bytes is sorted into: what is kept, where octets are missing, and these.
fn sifted(value: &str, body: &[u8], step: usize) -> (Vec<u8>, Vec<Hole>, Vec<u8>) {
    let mut sieve = Sieve::new(value).expect("a body of several parts");
    let mut apart = Vec::new();
    for piece in body.chunks(step) {
        sieve.push(piece);
        assert!(sieve.kept() <= body.len() && sieve.longest() <= sieve.taken());
        apart.append(sieve.apart());
    }
    sieve.end();
    apart.append(sieve.apart());
    assert_eq!(sieve.taken(), apart.len() as u64);
    let longest = sieve.longest();
    let (kept, holes) = sieve.into_parts();
    assert_eq!(holes.iter().map(Hole::length).max().unwrap_or(0), longest);
    (kept, holes, apart)
}

/// What each part of a body has in it, whether it was taken out or not.
fn contents(kept: &[u8], holes: &[Hole], apart: &[u8]) -> Result<Vec<Vec<u8>>, MultipartError> {
    let parts = parts(kept, "b")?;
    Hole::check(holes, &parts)?;
    let content = |part: &Part<'_>| match Hole::of(holes, part) {
        None => part.written.to_vec(),
        Some(at) => {
            assert!(part.written.is_empty());
            let Range { start, end } = holes.get(at).expect("it was found").octets;
            apart.get(start as usize..end as usize).expect("they were taken out").to_vec()
        }
    };
    Ok(parts.iter().map(content).collect())
}

/// Whether the body is read as the whole would be, in pieces of `step` bytes; how many parts were taken out of it.
fn check(value: &str, body: &[u8], step: usize) -> usize {
    let (kept, holes, apart) = sifted(value, body, step);
    assert_eq!(kept.len() + apart.len(), body.len(), "nothing is lost");
    assert_eq!(contents(&kept, &holes, &apart), contents(body, &[], &[]), "{}", body.escape_ascii());
    holes.len()
}

fn long(with: &[u8]) -> Vec<u8> {
    with.iter().copied().cycle().take(SPOOL_OVER + 1).collect()
}

#[test]
fn long_parts_are_taken_out() {
    let part =
        |head: &str, content: &[u8]| [b"--b\r\n", head.as_bytes(), b"\r\n\r\n", content, b"\r\n"].concat();
    let body = |parts: &[Vec<u8>]| [parts.concat(), b"--b--\r\n".to_vec()].concat();
    let octets = [long(b"\r\n--b \r--b-\n"), b"x".to_vec()].concat();
    let short = vec![7; SPOOL_OVER];
    for (value, parts, out) in [
        (RELATED, vec![part("A: 1", b"<a/>"), part("Content-ID: x", &octets), part("A: 1", &octets)], 2),
        (RELATED, vec![part("A: 1", &octets), part("A: 1", &short)], 0),
        (
            "multipart/related; boundary=b; start=\"<r>\"",
            vec![part("A: 1", &octets), part("Content-ID: <r>", &octets)],
            1,
        ),
        (RELATED, vec![part("A: 1", b""), part("Content-Transfer-Encoding: base64", &octets)], 0),
        (
            FORM,
            vec![
                part("Content-Disposition: form-data; name=\"/a\"", &octets),
                part("Content-Disposition: form-data; name=json", &octets),
            ],
            1,
        ),
        (FORM, vec![part("A: 1", &octets)], 0),
        (RELATED, vec![part("A: 1", b"<a/>"), b"--b\r\nA: 1\r\n\r\n".to_vec(), part("A: 1", &octets)], 1),
        (RELATED, vec![b"--b\r\n\r\n".to_vec(), part("A: 1", &octets)], 1),
    ] {
        for step in [1000, 4096, SPOOL_OVER, usize::MAX] {
            assert_eq!(check(value, &body(&parts), step), out, "{value}");
        }
    }
}

#[test]
fn what_is_no_body_of_parts_has_no_sieve() {
    for value in
        ["text/xml", "multipart/mixed; boundary=b", "multipart/related", "multipart/related; boundary=\"b \""]
    {
        assert!(Sieve::new(value).is_none(), "{value}");
    }
}

#[test]
fn what_cannot_be_read_is_kept() {
    let octets = long(b"x");
    for before in [&b"--b\r\nno header\r\n\r\n"[..], b"--b\r\n", b"", b"--b--\r\n--b\r\n\r\n\r\n--b\r\n\r\n"]
    {
        let body = [before, &octets].concat();
        let (kept, holes, apart) = sifted(RELATED, &body, 100);
        assert!(kept == body && holes.is_empty() && apart.is_empty());
    }
    let head =
        [b"--b\r\n", &b"A: 1\r\n".repeat(MIME_HEADERS * MIME_HEADER / 6 + 1)[..], b"\r\n", &octets].concat();
    assert!(sifted(RELATED, &head, 100).1.is_empty());
}

#[test]
fn a_part_without_an_end_is_one_that_is_cut_short() {
    let body = [b"--b\r\n\r\n<a/>\r\n--b\r\n\r\n", &long(b"x")[..], b"\r\n--b"].concat();
    let (kept, holes, apart) = sifted(RELATED, &body, 100);
    assert_eq!((holes.len(), contents(&kept, &holes, &apart)), (1, Err(MultipartError::Truncated)));
}

proptest! {
    #![proptest_config(seeded(500))]

    /// Whatever comes is read in pieces as it would be in one.
    #[test]
    fn pieces_are_read_as_the_whole(
        body in "(--b|--b--|[ \t]|\r\n|\n|\r|-|b|x|A: 1\r\n|\r\n--b\r\n\r\n){0,60}",
        step in 1usize..20,
        value in prop::sample::select(vec![RELATED, FORM]),
    ) {
        check(value, body.as_bytes(), step);
    }

}

proptest! {
    #![proptest_config(seeded(24))]

    /// The same of octets that look like the end of their part.
    #[test]
    fn octets_that_look_like_an_end_are_none(
        octets in "(--b|--b--|[ \t]|\r\n|\n|\r|-|b|x){1,20}",
        step in 500usize..9000,
    ) {
        let body = [b"--b\r\n\r\n<a/>\r\n--b\r\n\r\n", &long(octets.as_bytes())[..], b"\r\n--b--\r\n"].concat();
        check(RELATED, &body, step);
    }
}
