//! Reading a Security header: its structure, and nothing about who it is.

use super::profile::Profile;
use super::reason::Reason;
use super::timestamp::{self, Timestamp};
use super::token::{self, Token};
use crate::limits::WssLimits;
use crate::xml::{self, Event, Name, Reader, ns};

/// What a Security header holds, well-formed.
#[derive(Clone, Debug, Default)]
pub struct Security {
    /// The UsernameToken.
    pub token: Option<Token>,
    /// The Timestamp.
    pub timestamp: Option<Timestamp>,
}

/// Reads a `wsse:Security` block, the reader standing at its start tag, up to its end tag.
///
/// Gives what is in it, or what is wrong with it; errors only for an ill-formed document. The rules are those of
/// UsernameToken Profile 1.1.1, section 3, and BSP 1.1 as far as `profile` does not relax it.
pub fn read(
    reader: &mut Reader<'_>,
    profile: &Profile,
    limits: &WssLimits,
) -> Result<Result<Security, Reason>, xml::Error> {
    let mut draft = Draft { ids: own_id(reader), ..Draft::default() };
    while let Event::Start(name) = reader.next()? {
        draft.child(name, reader, profile, limits)?;
    }
    Ok(draft.finish())
}

#[derive(Default)]
struct Draft {
    security: Security,
    /// The first thing that is wrong.
    wrong: Option<Reason>,
    ids: Vec<String>,
}

impl Draft {
    fn child(
        &mut self,
        name: Name<'_>,
        reader: &mut Reader<'_>,
        profile: &Profile,
        limits: &WssLimits,
    ) -> Result<(), xml::Error> {
        self.ids.extend(own_id(reader));
        match name {
            Name { ns: ns::WSSE, local: "UsernameToken" } => {
                let token = token::read(reader, profile, limits)?;
                let double = self.security.token.is_some();
                self.security.token = self.kept(token, double, "two UsernameTokens");
            }
            Name { ns: ns::WSU, local: "Timestamp" } => {
                let timestamp = timestamp::read(reader, profile)?;
                let double = self.security.timestamp.is_some();
                self.security.timestamp = self.kept(timestamp, double, "two Timestamps");
            }
            // A signature or an assertion that nobody looks at must not seem to count.
            Name { .. } => {
                reader.skip()?;
                self.wrong.get_or_insert(Reason::UnsupportedToken);
            }
        }
        Ok(())
    }

    fn kept<T>(&mut self, read: Result<T, Reason>, double: bool, complaint: &'static str) -> Option<T> {
        if double {
            self.wrong.get_or_insert(Reason::Structure(complaint));
        }
        read.map_err(|reason| self.wrong.get_or_insert(reason)).ok()
    }

    fn finish(mut self) -> Result<Security, Reason> {
        self.ids.sort_unstable();
        let twice = self.ids.windows(2).any(|pair| pair.first() == pair.last());
        match self.wrong {
            Some(reason) => Err(reason),
            None if twice => Err(Reason::Structure("one wsu:Id twice")),
            None => Ok(self.security),
        }
    }
}

fn own_id(reader: &Reader<'_>) -> Vec<String> {
    reader.attribute(ns::WSU, "Id").map(str::to_owned).into_iter().collect()
}

/// A simple element: its text, or what is wrong with it. The reader stands at its start tag, and then at its end tag.
///
/// A comment within is refused: readers that take the first piece of text only would read another value.
pub(super) fn text_of(reader: &mut Reader<'_>) -> Result<Result<String, Reason>, xml::Error> {
    let (start, mut simple) = (reader.end_offset(), true);
    while let Event::Start(_) = reader.next()? {
        simple = false;
        reader.skip()?;
    }
    let text = reader.text().to_owned();
    let inside = reader.input().get(start..reader.offset().max(start)).unwrap_or("");
    Ok(match (simple, inside.contains("<!--")) {
        (true, false) => Ok(text),
        (true, true) => Err(Reason::Structure("a comment within a value")),
        (false, _) => Err(Reason::Structure("elements within a value")),
    })
}
