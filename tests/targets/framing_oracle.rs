//! A second reader of how requests are told from each other: it has all bytes at once, and reads them in the plainest way.

/// What becomes of the bytes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// All of them are read, and the next one is the first of a request, or not.
    All { between: bool },
    /// They may be read in two ways, in a head or behind one.
    Refused { in_head: bool },
}

/// What becomes of `bytes`, where a line has at most so many as are the `longest`.
pub fn read(mut bytes: &[u8], longest: usize) -> Read {
    loop {
        bytes = match request(bytes, longest) {
            Ok(Some([])) => return Read::All { between: true },
            Ok(Some(rest)) => rest,
            Ok(None) => return Read::All { between: false },
            Err(in_head) => return Read::Refused { in_head },
        };
    }
}

/// What stands behind the first request, and behind empty lines before one; nothing where that is not whole. Errors: it is refused, in its
/// head or not.
fn request(bytes: &[u8], longest: usize) -> Result<Option<&[u8]>, bool> {
    let (mut lines, mut rest) = (Vec::new(), bytes);
    loop {
        let Some((line, behind)) = line(rest, longest).map_err(|()| true)? else {
            // Of a head that has not begun there is nothing.
            return Ok(if lines.is_empty() && rest.is_empty() { Some(rest) } else { None });
        };
        rest = behind;
        match line.as_str() {
            "" if lines.is_empty() => return Ok(Some(rest)),
            "" => break,
            _ => lines.push(line),
        }
        if lines.len() > 1 {
            // Whatever comes behind: two lines that say the same are refused where the second one ends.
            head(&lines, false).map_err(|()| true)?;
        }
    }
    match head(&lines, true).map_err(|()| true)? {
        Body::Length(length) => {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            Ok(if rest.len() < length { None } else { Some(&rest[length..]) })
        }
        Body::Chunks => chunks(rest, longest).map_err(|()| false),
    }
}

enum Body {
    Length(u64),
    Chunks,
}

/// The body that the lines of a head announce; `whole` where there are no more.
fn head(lines: &[String], whole: bool) -> Result<Body, ()> {
    let named = |name: &str| {
        let of = |line: &String| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim_matches([' ', '\t']).to_owned())
        };
        lines[1..].iter().filter_map(of).collect::<Vec<String>>()
    };
    let (hosts, lengths, codings) = (named("host"), named("content-length"), named("transfer-encoding"));
    let foreign = |host: &String| host.contains(['\t', ' ', '"', ',', '/', '?', '#', '@', '\\']);
    if hosts.len() > 1 || hosts.iter().any(foreign) {
        return Err(());
    }
    if whole && hosts.is_empty() && lines[0].ends_with(" HTTP/1.1") {
        return Err(());
    }
    let mut length = None;
    for text in &lengths {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if digits { text.parse::<u64>().map_err(|_| ())? } else { return Err(()) };
        if length.is_some_and(|before| before != number) {
            return Err(());
        }
        length = Some(number);
    }
    match codings.as_slice() {
        [] => Ok(Body::Length(length.unwrap_or(0))),
        [one] if one.eq_ignore_ascii_case("chunked") && length.is_none() => Ok(Body::Chunks),
        _ => Err(()),
    }
}

fn chunks(mut rest: &[u8], longest: usize) -> Result<Option<&[u8]>, ()> {
    loop {
        let Some((line, behind)) = line(rest, longest)? else { return Ok(None) };
        let digits: String = line.chars().take_while(char::is_ascii_hexdigit).collect();
        let size = u64::from_str_radix(&digits, 16).map_err(|_| ())?;
        rest = behind;
        if size == 0 {
            break;
        }
        // With the end of the line behind it.
        let size = usize::try_from(size.checked_add(2).ok_or(())?).unwrap_or(usize::MAX);
        if rest.len() < size {
            return Ok(None);
        }
        rest = &rest[size..];
    }
    loop {
        let Some((line, behind)) = line(rest, longest)? else { return Ok(None) };
        rest = behind;
        if line.is_empty() {
            return Ok(Some(rest));
        }
    }
}

/// The first line, each byte of it as a character, and what stands behind it; nothing where it has no end. Errors: it is too long for that,
/// or does not end with CR and LF.
fn line(bytes: &[u8], longest: usize) -> Result<Option<(String, &[u8])>, ()> {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
        return if bytes.len() > longest { Err(()) } else { Ok(None) };
    };
    let line = bytes[..end].strip_suffix(b"\r").ok_or(())?;
    Ok(Some((line.iter().map(|byte| char::from(*byte)).collect(), &bytes[end + 1..])))
}
