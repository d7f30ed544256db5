//! Where documents are, as they say it: URLs that are mostly relative, which are found as paths.

use std::path::PathBuf;

/// The paths that `location` may mean, the likeliest first; nothing for a URL that leads into a network.
///
/// A file is looked for by the name that is written, then by what it means as a URL: without a fragment, and with `%20` as a space.
pub(super) fn paths(location: &str) -> Option<Vec<String>> {
    let location = location.trim();
    let path = match scheme(location) {
        None => location,
        Some(("file", rest)) => of_file(rest)?,
        Some(_) => return None,
    };
    let unmarked = path.split_once('#').map_or(path, |(path, _)| path);
    let mut paths = vec![path.to_owned(), unmarked.to_owned()];
    let decoded = percent_encoding::percent_decode_str(unmarked).decode_utf8();
    // Octets that are no text are part of no name that could be written here.
    paths.extend(decoded.ok().map(|decoded| decoded.into_owned()));
    // What Windows writes.
    let slashed: Vec<String> = paths.iter().map(|path| path.replace('\\', "/")).collect();
    paths.extend(slashed);
    let mut seen = std::collections::HashSet::new();
    paths.retain(|path| !path.contains('\0') && seen.insert(PathBuf::from(path)));
    if paths.is_empty() { Some(vec![String::new()]) } else { Some(paths) }
}

/// The scheme of a URL in lower case, and what follows; nothing in a path, a drive of Windows among them.
fn scheme(location: &str) -> Option<(&'static str, &str)> {
    let (scheme, rest) = location.split_once(':')?;
    let mut letters = scheme.chars();
    let good = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if !good || scheme.len() < 2 {
        return None;
    }
    if scheme.eq_ignore_ascii_case("file") {
        return Some(("file", rest));
    }
    // A name with a colon in it is rare, and a network is not asked for it either.
    rest.starts_with("//").then_some(("other", rest))
}

/// The path in `file:/path`, `file:///path` and `file://localhost/path`.
fn of_file(rest: &str) -> Option<&str> {
    let Some(authority) = rest.strip_prefix("//") else { return Some(rest) };
    let at = authority.find('/');
    let (host, path) = at.map_or((authority, ""), |at| authority.split_at(at));
    (host.is_empty() || host.eq_ignore_ascii_case("localhost")).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_paths_and_urls() {
        for (location, expected) in [
            ("a.xsd", Some(&["a.xsd"][..])),
            (" \n a.xsd\t", Some(&["a.xsd"])),
            ("a%20b.xsd", Some(&["a%20b.xsd", "a b.xsd"])),
            ("a.xsd#part", Some(&["a.xsd#part", "a.xsd"])),
            ("a%20b.xsd#p", Some(&["a%20b.xsd#p", "a%20b.xsd", "a b.xsd"])),
            ("a%2Gb.xsd", Some(&["a%2Gb.xsd"])),
            ("%FF.xsd", Some(&["%FF.xsd"])),
            ("..\\x\\a.xsd", Some(&["..\\x\\a.xsd", "../x/a.xsd"])),
            ("svc?xsd=xsd0", Some(&["svc?xsd=xsd0"])),
            ("file:///x/a%20b.xsd", Some(&["/x/a%20b.xsd", "/x/a b.xsd"])),
            ("file:/x/a.xsd", Some(&["/x/a.xsd"])),
            ("FILE://localhost/x/a.xsd", Some(&["/x/a.xsd"])),
            ("C:a.xsd", Some(&["C:a.xsd"])),
            ("urn:a", Some(&["urn:a"])),
            ("", Some(&[""])),
            ("#a", Some(&["#a", ""])),
            ("http://a.example/a.xsd", None),
            ("HTTPS://a.example/a.xsd", None),
            ("file://server/x/a.xsd", None),
        ] {
            assert_eq!(
                paths(location).as_deref(),
                expected.map(|all| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>()).as_deref(),
                "{location}"
            );
        }
    }
}
