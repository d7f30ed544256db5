//! The HTML of the page, and the headers of all that belongs to it.
//!
//! It has no text but names, those of the operations too: whatever else it shows its modules put into it as text. The policy lets it load what is of its own origin, and nothing
//! that is not a file: no inline script or style, no frame around it, no form that a browser sends, and no string that becomes markup or script
//! (Content Security Policy 3, Trusted Types).

use http::header::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::assets::Asset;

/// A page that another one leads to.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// What it is about.
    pub(crate) name: String,
    /// What else is worth knowing.
    pub(crate) about: String,
    /// Its address.
    pub(crate) url: String,
}

/// The page about a front: the names of its service and its operations are there before any module is.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct Shell<'s> {
    /// Of the service.
    pub(in crate::bridge) name: &'s str,
    /// The language of the front.
    pub(in crate::bridge) front: &'static str,
    /// Of the front.
    pub(in crate::bridge) path: &'s str,
}

impl Shell<'_> {
    /// Its HTML, with `operations` in their order.
    pub(in crate::bridge) fn html<'o>(self, operations: impl ExactSizeIterator<Item = &'o str>) -> String {
        // A proxy may have taken a part of the path away, but not its last one.
        let last = self.path.rsplit('/').next().map_or("", |last| last);
        let base = if last.is_empty() { String::new() } else { escaped(&format!("{last}/")) };
        let head = format!("{}{}", style(&base), scripts(&base));
        let (name, path) = (escaped(self.name), escaped(self.path));
        let shown = if path.is_empty() { "/" } else { &path };
        let find = if operations.len() > FEW { FIND } else { "" };
        let front = self.front;
        let rows: String = operations.map(row).collect();
        let body = format!(
            "<div id=\"page\">\n<header><strong>{name}</strong><span class=\"chip\">{front}</span><code>{shown}</code></header>\n\
             <nav aria-label=\"Operations\">{find}<ul>\n{rows}</ul></nav>\n\
             <main id=\"operation\"><noscript><p>This page needs JavaScript.</p></noscript></main>\n</div>"
        );
        html(&name, &head, &body)
    }
}

/// Where an operation is looked at.
fn row(name: &str) -> String {
    let to = utf8_percent_encode(name, ENCODED);
    format!("<li><a href=\"#{to}\">{}</a></li>\n", escaped(name))
}

/// What is loaded below `base`: each module at once, without a look into the one that wants it.
fn scripts(base: &str) -> String {
    let file = |asset: Asset| format!("{base}{}", asset.path().trim_start_matches('/'));
    let scripts: Vec<Asset> = Asset::all().filter(|asset| asset.is_script()).collect();
    let early =
        scripts.iter().map(|asset| format!("<link rel=\"modulepreload\" href=\"{}\">\n", file(*asset)));
    let main = scripts.first().map_or_else(String::new, |asset| file(*asset));
    format!(
        "{}<link rel=\"preload\" href=\"{base}page/data.json\" as=\"fetch\" crossorigin>\n\
         <script type=\"module\" src=\"{main}\"></script>\n",
        early.collect::<String>()
    )
}

/// A page that leads to `links`, with the style sheet below `base`.
pub(in crate::bridge) fn index(title: &str, base: &str, links: &[Link]) -> String {
    let row = |link: &Link| {
        let Link { name, about, url } = link;
        let (name, about, url) = (escaped(name), escaped(about), escaped(url));
        format!("<li><a href=\"{url}\">{name}</a> <span class=\"quiet\">{about}</span></li>\n")
    };
    let rows: String = links.iter().map(row).collect();
    let title = escaped(title);
    let body = format!("<main class=\"index\"><h1>{title}</h1>\n<ul>\n{rows}</ul></main>");
    html(&title, &style(&escaped(base)), &body)
}

fn style(base: &str) -> String {
    format!("<link rel=\"stylesheet\" href=\"{base}page/page.css\">\n")
}

fn html(title: &str, head: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"data:,\">\n{head}</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
}

/// `text` between tags and in attributes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// Puts the headers that keep the page apart from everything else.
pub(in crate::bridge) fn guarded(headers: &mut HeaderMap) {
    for (name, value) in GUARDS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

/// What is encoded of a name in the address of the page (RFC 3986 section 2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Operations that are found at a glance.
const FEW: usize = 8;

const FIND: &str =
    "<input type=\"search\" placeholder=\"Find\" aria-label=\"Find an operation\" autocomplete=\"off\">";

const GUARDS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'; \
         base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_text() {
        let attack = "\"><script>alert('1')</script>&";
        let link = Link { name: attack.to_owned(), about: attack.to_owned(), url: attack.to_owned() };
        let shell = |name, path| Shell { name, front: "JSON", path };
        let path = format!("/x/{attack}");
        let about = shell(attack, &path).html([attack; FEW + 1].into_iter());
        assert_eq!(about.matches("<li>").count(), FEW + 1);
        assert!(about.contains(FIND) && !shell("shop", "").html(["one"].into_iter()).contains(FIND));
        let pages = [about, index(attack, &format!("/{attack}/"), &[link])];
        for html in pages {
            assert!(!html.contains("<script>alert") && !html.contains("'1'"), "{html}");
        }
        assert!(shell("shop", "").html([].into_iter()).contains("href=\"page/page.css\""));
    }
}
