//! The body of an exported request: a text with holes for what whoever sends it knows.

/// The language of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// JSON.
    Json,
    /// XML.
    Xml,
}

impl Kind {
    /// `c` of character data or of a string, written so that no tool takes it for its own.
    pub(super) fn escaped(self, c: char) -> String {
        match self {
            Self::Json => format!("\\u{:04x}", u32::from(c)),
            Self::Xml => format!("&#{};", u32::from(c)),
        }
    }

    /// `text` in which the second character of each `pair` is escaped. Two braces, or a dollar and a brace, stand beside each other only in
    /// values, where an escape says the same.
    pub(super) fn without(self, text: &str, pair: [char; 2]) -> String {
        let [first, second] = pair;
        let mut out = String::with_capacity(text.len());
        let mut before = None;
        for c in text.chars() {
            if before == Some(first) && c == second {
                out.push_str(&self.escaped(c));
                before = None;
            } else {
                out.push(c);
                before = Some(c);
            }
        }
        out
    }

    /// The name by which tools know it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }
}

/// What is not known before the request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hole {
    /// When the UsernameToken was made.
    Created,
    /// The PasswordDigest.
    Digest,
    /// The `MessageID` of WS-Addressing: a URN that no other message has (RFC 9562).
    MessageId,
    /// The nonce of the UsernameToken.
    Nonce,
    /// The password.
    Password,
    /// The user name.
    Username,
}

/// A part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text as it is sent.
    Text(String),
    /// What the tool puts in, escaped for the language of the body.
    Hole(Hole),
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    pub(super) kind: Kind,
    pub(super) pieces: Vec<Piece>,
}

impl Body {
    /// A body without holes.
    pub(super) fn of(kind: Kind, text: String) -> Self {
        Self { kind, pieces: vec![Piece::Text(text)] }
    }

    /// The same with `hole` where the first element stands that ends with `end`; the same where none does.
    pub(super) fn punched(mut self, end: &str, hole: Hole) -> Self {
        let is_in = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains(end));
        let Some(at) = self.pieces.iter().position(is_in) else { return self };
        let Piece::Text(text) = self.pieces.remove(at) else { unreachable!("it is a text") };
        let (value, _) = text.split_once(end).expect("it has the end");
        let start = value.rfind('>').map_or(0, |at| at + 1);
        let (before, behind) = (text.split_at(start).0, text.split_at(value.len()).1);
        let pieces = [Piece::Text(before.to_owned()), Piece::Hole(hole), Piece::Text(behind.to_owned())];
        self.pieces.splice(at..at, pieces);
        self
    }

    pub(super) fn has(&self, wanted: Hole) -> bool {
        self.pieces.contains(&Piece::Hole(wanted))
    }

    pub(super) fn has_holes(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Hole(_)))
    }

    /// Bytes of text.
    pub(super) fn len(&self) -> usize {
        self.texts().map(str::len).sum()
    }

    /// The text; nothing stands where there is a hole.
    pub(super) fn plain(&self) -> String {
        self.texts().collect()
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Hole(_) => "",
        })
    }

    /// The text with what `text` makes of each text and `hole` of each hole.
    pub(super) fn written(&self, text: impl Fn(&str) -> String, hole: impl Fn(Hole) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(plain) => text(plain),
            Piece::Hole(of) => hole(*of),
        };
        self.pieces.iter().map(piece).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pair_is_left_and_the_text_says_the_same() {
        for (kind, pair, text, expected) in [
            (Kind::Xml, ['{', '{'], "{{x}} {{{y}}} {", "{&#123;x}} {&#123;{y}}} {"),
            (Kind::Xml, ['{', '{'], "{{{{", "{&#123;{&#123;"),
            (Kind::Xml, ['$', '{'], "${a} $${b} $", "$&#123;a} $$&#123;b} $"),
            (Kind::Json, ['{', '{'], r#"{"a":"{{x"}"#, r#"{"a":"{\u007bx"}"#),
            (Kind::Json, ['$', '{'], r#"{"a":"\\${x"}"#, r#"{"a":"\\$\u007bx"}"#),
        ] {
            assert_eq!(kind.without(text, pair), expected);
        }
    }
}
