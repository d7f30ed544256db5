//! Credentials that stand in header blocks of a contract, and not in a Security header.

use std::borrow::Cow;

use super::header::Security;
use super::rejection::Rejection;
use super::secret::Secret;
use super::text::text_of;
use super::token::{PasswordForm, Token, is_longer};
use crate::limits::WssLimits;
use crate::plan::{Credential, CredentialPath};
use crate::xml::{self, Event, Name, NsId, Reader};

/// Credentials that are found in the header blocks of one message.
#[derive(Debug)]
pub struct Parts<'p> {
    paths: &'p [CredentialPath],
    username: Option<Secret>,
    password: Option<Secret>,
    wrong: Option<Rejection>,
}

impl<'p> Parts<'p> {
    /// Nothing yet; `paths` lead to what is looked for.
    pub fn new(paths: &'p [CredentialPath]) -> Self {
        Self { paths, username: None, password: None, wrong: None }
    }

    /// Reads the block `name`, at whose start tag the reader stands, up to its end tag. Errors: an ill-formed block.
    pub fn read(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        self.element(name, reader, &mut Vec::new())
    }

    /// An element in those that are `around` it.
    fn element(
        &mut self,
        name: Name<'_>,
        reader: &mut Reader<'_>,
        around: &mut Vec<(NsId, String)>,
    ) -> Result<(), xml::Error> {
        around.push((name.ns, name.local.to_owned()));
        let is_on = |path: &&CredentialPath| {
            let names = path.names.iter().map(|(ns, local)| (*ns, &**local));
            around.len() <= path.names.len()
                && around.iter().zip(names).all(|((ns, local), name)| (*ns, &**local) == name)
        };
        match self.paths.iter().find(is_on) {
            None => reader.skip()?,
            Some(path) if path.names.len() == around.len() => {
                let text = text_of(reader)?;
                self.take(path.holds, text);
            }
            Some(_) => {
                while !reader.close_expected() {
                    let Event::Start(name) = reader.next()? else { break };
                    self.element(name, reader, around)?;
                }
            }
        }
        around.pop();
        Ok(())
    }

    fn take(&mut self, holds: Credential, text: Result<Cow<'_, str>, Rejection>) {
        let place = match holds {
            Credential::Password => &mut self.password,
            Credential::Username => &mut self.username,
        };
        match text {
            Err(reason) => drop(self.wrong.get_or_insert(reason)),
            Ok(text) => {
                if place.replace(Secret::new(text)).is_some() {
                    self.wrong.get_or_insert(Rejection::Structure("credentials that are there twice"));
                }
            }
        }
    }

    /// What was found, as a UsernameToken with a text would have it. Errors: nothing, or what nobody can mean.
    pub fn security(self, limits: &WssLimits) -> Result<Security, Rejection> {
        let Self { paths, username, password, wrong } = self;
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        let is_token = paths.iter().all(|path| path.holds == Credential::Password);
        let username = username.filter(|name| !name.expose().is_empty() || is_token);
        // An element with nothing in it shows nothing, as `Authorization: Bearer` without a token does.
        let blank = |secret: &Secret| match is_token {
            true => secret.expose().trim().is_empty(),
            false => secret.expose().is_empty(),
        };
        let password = password.filter(|password| !blank(password));
        let (username, password) = match (username, password) {
            (None, None) => return Err(Rejection::NoCredentials),
            (None, Some(_)) if !is_token => return Err(Rejection::Structure("no user name")),
            (_, None) => return Err(Rejection::Structure("no password")),
            (username, Some(password)) => (username, password),
        };
        let name = username.as_ref().map_or("", Secret::expose);
        if is_longer(name, limits.username) || is_longer(password.expose(), limits.password) {
            return Err(Rejection::Structure("an overlong user name or password"));
        }
        let password = PasswordForm::Text(password);
        let token = Token { username: name.into(), password, nonce: None, created: None };
        Ok(Security { token: Some(token), timestamp: None })
    }
}
