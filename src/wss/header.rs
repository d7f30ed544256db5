//! Reading a Security header: its structure, and nothing about who it is.

use std::borrow::Cow;

use super::profile::Profile;
use super::rejection::Rejection;
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
) -> Result<Result<Security, Rejection>, xml::Error> {
    let mut draft =
        Draft { profile, limits, security: Security::default(), wrong: None, ids: Ids::default() };
    draft.ids.add(reader);
    while !reader.close_expected() {
        let Event::Start(name) = reader.next()? else { break };
        draft.child(name, reader)?;
    }
    Ok(draft.finish())
}

struct Draft<'d, 'i> {
    profile: &'d Profile,
    limits: &'d WssLimits,
    security: Security,
    /// The first thing that is wrong.
    wrong: Option<Rejection>,
    ids: Ids<'i>,
}

impl<'i> Draft<'_, 'i> {
    fn child(&mut self, name: Name<'_>, reader: &mut Reader<'i>) -> Result<(), xml::Error> {
        self.ids.add(reader);
        match name {
            Name { ns: ns::WSSE, local: "UsernameToken" } => {
                let token = token::read(reader, self.profile, self.limits)?;
                let double = self.security.token.is_some();
                self.security.token = self.kept(token, double, "two UsernameTokens");
            }
            Name { ns: ns::WSU, local: "Timestamp" } => {
                let timestamp = timestamp::read(reader, self.profile)?;
                let double = self.security.timestamp.is_some();
                self.security.timestamp = self.kept(timestamp, double, "two Timestamps");
            }
            // A signature or an assertion that nobody looks at must not seem to count.
            Name { .. } => {
                reader.skip()?;
                self.wrong.get_or_insert(Rejection::UnsupportedToken);
            }
        }
        Ok(())
    }

    fn kept<T>(&mut self, read: Result<T, Rejection>, double: bool, complaint: &'static str) -> Option<T> {
        if double {
            self.wrong.get_or_insert(Rejection::Structure(complaint));
        }
        match read {
            Ok(part) => Some(part),
            Err(reason) => {
                self.wrong.get_or_insert(reason);
                None
            }
        }
    }

    fn finish(self) -> Result<Security, Rejection> {
        match self.wrong {
            Some(reason) => Err(reason),
            None if self.ids.has_one_twice() => Err(Rejection::Structure("one wsu:Id twice")),
            None => Ok(self.security),
        }
    }
}

/// The `wsu:Id` of the header and of what is in it: mostly that of a token alone.
#[derive(Default)]
struct Ids<'i> {
    first: Option<Cow<'i, str>>,
    others: Vec<Cow<'i, str>>,
}

impl<'i> Ids<'i> {
    /// Adds that of the current start tag, if it has one.
    fn add(&mut self, reader: &Reader<'i>) {
        let name = Name { ns: ns::WSU, local: "Id" };
        let Some(id) = reader.attributes().iter().find(|attribute| attribute.name == name) else { return };
        match &self.first {
            None => self.first = Some(id.value.clone()),
            Some(_) => self.others.push(id.value.clone()),
        }
    }

    fn has_one_twice(mut self) -> bool {
        if self.others.is_empty() {
            return false;
        }
        self.others.extend(self.first);
        self.others.sort_unstable();
        self.others.windows(2).any(|pair| pair.first() == pair.last())
    }
}
