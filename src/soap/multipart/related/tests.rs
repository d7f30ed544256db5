//! Messages as stacks send them, and what is refused.

use super::*;
use crate::limits::XmlLimits;

/// A body of parts, each a head and a content.
fn body(parts: &[(&str, &str)]) -> Vec<u8> {
    let part = |(head, content): &(&str, &str)| format!("--b\r\n{head}\r\n\r\n{content}\r\n");
    format!("{}--b--\r\n", parts.iter().map(part).collect::<String>()).into_bytes()
}

fn read(value: &str, body: &[u8]) -> Result<(ContentType<'static>, String, Vec<String>), MultipartError> {
    let related = Related::read(value, body, &[])?;
    let content_type = related.content_type.clone();
    let RelatedText { text, beside, .. } = related.text(&XmlLimits::default(), 1000, None)?;
    let left = beside.0.into_iter().map(|part| part.id.unwrap_or_default()).collect();
    Ok((content_type, text.into_owned(), left))
}

const OUTER: &str = "multipart/related; boundary=b";

#[test]
fn the_root_is_found_and_says_what_it_is() {
    for (outer, parts, media_type, action) in [
        (
            "multipart/related; type=\"application/xop+xml\"; start=\"<r@x>\"; start-info=\"text/xml\"; boundary=\"b\"",
            &[(
                "Content-Type: application/xop+xml; charset=UTF-8; type=\"text/xml\"\r\nContent-ID: <r@x>",
                "<a/>",
            )][..],
            "text/xml",
            None,
        ),
        (
            "Multipart/Related; BOUNDARY=b; type=\"application/xop+xml\"; start-info=\"application/soap+xml; action=\\\"urn:a\\\"\"",
            &[("Content-Type: application/xop+xml;type=\"application/soap+xml\"", "<a/>")],
            "application/soap+xml",
            Some("urn:a"),
        ),
        (
            "multipart/related; boundary=b; start=r; action=\"urn:a\"",
            &[
                ("Content-ID: <f>\r\nContent-Type: application/pdf", "%PDF"),
                ("Content-ID: r\r\nContent-Type: application/soap+xml;action=\"urn:a\"", "<a/>"),
            ],
            "application/soap+xml",
            Some("urn:a"),
        ),
        ("multipart/related; boundary=b; type=\"text/xml\"", &[("", "<a/>")], "text/xml", None),
        (OUTER, &[("Content-Type: application/xop+xml", "<a/>")], "", None),
    ] {
        // A part without a header has an empty line alone.
        let body = String::from_utf8(body(parts)).expect("text").replace("--b\r\n\r\n\r\n", "--b\r\n\r\n");
        let (found, text, _) = read(outer, body.as_bytes()).expect(outer);
        assert_eq!(
            (&*found.media_type, found.action.as_deref(), &*text),
            (media_type, action, "<a/>"),
            "{outer}"
        );
    }
}

#[test]
fn charset_and_transfer_encoding_are_those_of_the_part() {
    for (head, content) in [
        ("Content-Type: text/xml; charset=utf-8\r\nContent-Transfer-Encoding: 8bit", &b"<a>\xC3\xA9</a>"[..]),
        ("Content-Type: text/xml; charset=iso-8859-1\r\nContent-Transfer-Encoding: binary", b"<a>\xE9</a>"),
        ("Content-Type: text/xml\r\nContent-Transfer-Encoding: base64", b"PGE+w6k8\r\nL2E+"),
        ("Content-Type: text/xml\r\nContent-Transfer-Encoding: quoted-printable", b"<a>=C3=\r\n=A9</a>"),
    ] {
        let body = [b"--b\r\n", head.as_bytes(), b"\r\n\r\n", content, b"\r\n--b--"].concat();
        assert_eq!(read(OUTER, &body).map(|(_, text, _)| text).as_deref(), Ok("<a>é</a>"), "{head}");
    }
}

const XOP: &str = "xmlns:x='http://www.w3.org/2004/08/xop/include'";

#[test]
fn attachments_are_put_where_the_message_refers_to_them() {
    let file = ("Content-ID: <f@x>\r\nContent-Type: application/octet-stream", "hello");
    let other = ("Content-ID: <o>\r\nContent-Transfer-Encoding: base64", "aGk=");
    for (root, expected, left) in [
        (format!("<a {XOP}><b><x:Include href='cid:f%40x'/></b></a>"), "<b>aGVsbG8=</b>", vec!["o"]),
        (
            format!("<a {XOP}><b>\r\n <x:Include href='CID:f@x'></x:Include> </b></a>"),
            "<b>aGVsbG8=</b>",
            vec!["o"],
        ),
        (
            format!("<a {XOP}><b><x:Include href='cid:o'/></b><b><x:Include href='cid:f@x'/></b></a>"),
            "<b>aGk=</b><b>aGVsbG8=</b>",
            vec![],
        ),
        (format!("<a {XOP}><b/></a>"), "<b/>", vec!["f@x", "o"]),
    ] {
        let (_, text, unused) =
            read(OUTER, &body(&[("Content-Type: text/xml", &root), file, other])).expect(&root);
        assert_eq!(
            (text, unused),
            (format!("<a {XOP}>{expected}</a>"), left.iter().map(|name| (*name).to_owned()).collect()),
            "{root}"
        );
    }
}

#[test]
fn references_that_mean_nothing_are_refused() {
    let file = ("Content-ID: <f>", "hello");
    let root = |content: &str| format!("<a {XOP}><b>{content}</b></a>");
    for (content, expected) in [
        ("<x:Include href='cid:g'/>", MultipartError::Missing("g".to_owned())),
        ("<x:Include href='http://h/f'/>", MultipartError::Include),
        ("<x:Include href='file:///etc/passwd'/>", MultipartError::Include),
        ("<x:Include href='f'/>", MultipartError::Include),
        ("<x:Include/>", MultipartError::Include),
        ("y<x:Include href='cid:f'/>", MultipartError::Include),
        ("<x:Include href='cid:f'/>y", MultipartError::Include),
        ("<x:Include href='cid:f'/><c/>", MultipartError::Include),
        ("<c/><x:Include href='cid:f'/>", MultipartError::Include),
        ("<x:Include href='cid:f'><c/></x:Include>", MultipartError::Include),
    ] {
        let body = body(&[("Content-Type: text/xml", &root(content)), file]);
        assert_eq!(read(OUTER, &body).map(drop), Err(expected), "{content}");
    }
    let twice = body(&[("Content-Type: text/xml", &root("<x:Include href='cid:f'/>")), file, file]);
    assert_eq!(read(OUTER, &twice).map(drop), Err(MultipartError::DuplicateId("f".to_owned())));
    let alone = body(&[("Content-Type: text/xml", &format!("<x:Include {XOP} href='cid:f'/>")), file]);
    assert_eq!(read(OUTER, &alone).map(drop), Err(MultipartError::Include));
    let many = format!("<a {XOP}>{}</a>", "<b><x:Include href='cid:f'/></b>".repeat(20));
    let large = "x".repeat(300);
    let many = body(&[("Content-Type: text/xml", &many), ("Content-ID: <f>", &large)]);
    assert!(matches!(read(OUTER, &many), Err(MultipartError::Limit { .. })));
}

/// Base64 may be long and stand for nothing: what an attachment is has to be found out once, not for each reference.
#[test]
fn an_attachment_is_decoded_once() {
    let root = format!("<a {XOP}>{}</a>", "<b><x:Include href='cid:f'/></b>".repeat(10_000));
    let empty = "\r\n".repeat(500_000);
    let head = "Content-ID: <f>\r\nContent-Transfer-Encoding: base64";
    let body = body(&[("Content-Type: text/xml", &root), (head, &empty)]);
    let related = Related::read(OUTER, &body, &[]).expect("parts");
    let read = related.text(&XmlLimits::default(), body.len(), None).expect("a message");
    assert_eq!(read.text, root.replace("<x:Include href='cid:f'/>", ""));
}

#[test]
fn what_cannot_be_read_is_refused() {
    let good = body(&[("Content-Type: text/xml\r\nContent-ID: <r>", "<a/>")]);
    for (outer, expected) in [
        ("multipart/related", MultipartError::Boundary),
        ("multipart/related; boundary=\"\"", MultipartError::Boundary),
        ("multipart/related; boundary=\"b \"", MultipartError::Boundary),
        ("multipart/related; boundary=c", MultipartError::NoPart),
        ("multipart/related; boundary=b; boundary=b", MultipartError::Parameter),
        ("multipart/related; boundary=b; start=\"<s>\"", MultipartError::NoStart),
    ] {
        assert_eq!(read(outer, &good).map(drop), Err(expected), "{outer}");
    }
    let long = format!("multipart/related; boundary={}", "b".repeat(71));
    assert_eq!(read(&long, &good).map(drop), Err(MultipartError::Boundary));
    for (head, expected) in [
        ("Content-Type: application/pdf", MultipartError::Root),
        ("Content-Type: multipart/related; boundary=c", MultipartError::Root),
        ("Content-Type: text/xml\r\nContent-Transfer-Encoding: x", MultipartError::UnknownCoding),
        ("Content-Type: text/xml; x", MultipartError::Parameter),
    ] {
        assert_eq!(read(OUTER, &body(&[(head, "<a/>")])).map(drop), Err(expected), "{head}");
    }
    let contradicting = body(&[("Content-Type: application/soap+xml; action=b", "<a/>")]);
    let outer = "multipart/related; boundary=b; action=a";
    assert_eq!(read(outer, &contradicting).map(drop), Err(MultipartError::Action));
    let mut same = body(&[("Content-ID: <r>", "<a/>"), ("Content-ID: <r>", "<b/>")]);
    let outer = "multipart/related; boundary=b; start=r";
    assert_eq!(read(outer, &same).map(drop), Err(MultipartError::DuplicateId("r".to_owned())));
    same.truncate(same.len() - 8);
    assert_eq!(read(outer, &same).map(drop), Err(MultipartError::Truncated));
}
