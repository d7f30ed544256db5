//! URLs with references in them: what is used, what may be shown, and what of it is secret.

use crate::service::reference::Piece;
use crate::wss::Secret;

/// A URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Url {
    /// As it is used.
    pub(super) whole: String,
    /// As it may be shown: host and path are told, the values of references behind them are not.
    pub(super) shown: String,
}

impl Url {
    /// One that nothing is hidden of.
    pub(super) fn plain(url: &str) -> Self {
        Self { whole: url.to_owned(), shown: url.to_owned() }
    }

    /// The URL of `pieces`, and what of it must not be shown.
    pub(super) fn of(pieces: &[Piece]) -> (Self, Vec<Secret>) {
        let (mut url, mut secrets) = (Self::default(), Vec::new());
        for piece in pieces {
            match piece {
                Piece::Typed(text) => {
                    url.whole.push_str(text);
                    url.shown.push_str(text);
                }
                Piece::Referred(text) => {
                    let hidden = hidden(&url.whole, text);
                    url.shown.push_str(&shown(text, hidden));
                    url.whole.push_str(text);
                    secrets.extend(values(text.split_at(hidden).1).map(Secret::new));
                }
            }
        }
        (url, secrets)
    }
}

/// How many bytes of `text`, which follows `before`, may be shown: those of scheme, host and, where these are in it, path.
fn hidden(before: &str, text: &str) -> usize {
    let is_behind_host = match before.split_once("://") {
        Some((_, rest)) => rest.contains(['/', '?', '#']) || !rest.is_empty() && text.starts_with(['/', '?']),
        None => before.starts_with('/'),
    };
    if is_behind_host { 0 } else { text.find('?').map_or(text.len(), |at| at + 1) }
}

/// `text` with the values masked that begin behind `from`; names of parameters stay.
fn shown(text: &str, from: usize) -> String {
    let (shown, rest) = text.split_at(from);
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if from > 0 => format!("{name}={MARK}"),
        _ => MARK.to_owned(),
    };
    if rest.is_empty() {
        return shown.to_owned();
    }
    if from == 0 {
        return MARK.to_owned();
    }
    format!("{shown}{}", rest.split('&').map(pair).collect::<Vec<_>>().join("&"))
}

/// What is secret in `text`: itself, and the values of the parameters in it.
fn values(text: &str) -> impl Iterator<Item = &str> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('=')).map(|(_, value)| value);
    pairs.chain([text]).filter(|value| !value.is_empty())
}

/// In place of what must not be shown.
const MARK: &str = "***";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_a_reference_shows_only_where_it_says_where_a_url_leads() {
        let typed = |text: &str| Piece::Typed(text.to_owned());
        let referred = |text: &str| Piece::Referred(text.to_owned());
        for (pieces, shown, secret) in [
            (vec![typed("http://h/a?sig="), referred("s3cret")], "http://h/a?sig=***", "s3cret"),
            (vec![typed("http://h/a?s="), referred("k"), typed("&v=1")], "http://h/a?s=***&v=1", "k"),
            (vec![referred("http://h:1/a?sig=s3cret&v=1")], "http://h:1/a?sig=***&v=***", "s3cret"),
            (vec![typed("http://"), referred("host"), typed(":1/a")], "http://host:1/a", ""),
            (vec![typed("http://h/"), referred("t/s3cret")], "http://h/***", "t/s3cret"),
            (vec![typed("http://h:1"), referred("/t/s3cret")], "http://h:1***", "/t/s3cret"),
            (vec![typed("/realms/"), referred("s3cret")], "/realms/***", "s3cret"),
            (vec![typed("http://h/a?"), referred("sig=s3cret")], "http://h/a?***", "s3cret"),
        ] {
            let (url, secrets) = Url::of(&pieces);
            assert_eq!(url.shown, shown);
            let found = secrets.iter().any(|known| known.expose() == secret);
            assert!(found || secret.is_empty(), "{shown}");
        }
    }
}
