//! The HTML of the page, and the headers of all that belongs to it.
//!
//! It has no text but names: what it shows its modules put into it as text. The policy lets it load what is of its own origin, and nothing
//! that is not a file: no inline script or style, no frame around it, no form that a browser sends, and no string that becomes markup or script
//! (Content Security Policy 3, Trusted Types).

use http::header::{HeaderMap, HeaderName, HeaderValue};

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

/// The page about the service `name`, whose front has the path `path`.
pub(in crate::bridge) fn shell(name: &str, path: &str) -> String {
    // A proxy may have taken a part of the path away, but not its last one.
    let last = path.rsplit('/').next().map_or("", |last| last);
    let base = if last.is_empty() { String::new() } else { escaped(&format!("{last}/")) };
    let file = |asset: Asset| format!("{base}{}", asset.path().trim_start_matches('/'));
    let scripts: Vec<Asset> = Asset::all().filter(|asset| asset.is_script()).collect();
    let early =
        scripts.iter().map(|asset| format!("<link rel=\"modulepreload\" href=\"{}\">\n", file(*asset)));
    let main = scripts.first().map_or_else(String::new, |asset| file(*asset));
    let head = format!(
        "{}{}<link rel=\"preload\" href=\"{base}page/data.json\" as=\"fetch\" crossorigin>\n\
         <script type=\"module\" src=\"{main}\"></script>\n",
        style(&base),
        early.collect::<String>()
    );
    html(
        &escaped(name),
        &head,
        "<div id=\"page\"><noscript><p>This page needs JavaScript.</p></noscript></div>",
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
        let pages = [shell(attack, &format!("/x/{attack}")), index(attack, &format!("/{attack}/"), &[link])];
        for html in pages {
            assert!(!html.contains("<script>alert") && !html.contains("'1'"), "{html}");
        }
        assert!(shell("shop", "").contains("href=\"page/page.css\""));
    }
}
