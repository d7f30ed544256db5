//! What is masked in exchanges before they are stored.

use std::sync::{Arc, Weak};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header;
use http::uri::Authority;

use crate::bridge::ready::ReadyService;
use crate::bridge::state::peer::FrontKind;
use crate::bridge::transcript::{Head, Header, Message, TURN_ORDER, Transcript, Turn};
use crate::limits::{Limits, SAID_SECRETS, TRAFFIC_HEADER};
use crate::redact::{self, MARK, Masks, SecretSet, Sought, plain};
use crate::service::{FrontAuth, Service, ServiceOperation};
use crate::wss::Secret;
use crate::{json, xml};

/// What is masked in the exchanges of each service that is there.
#[derive(Default)]
pub(super) struct Maskings(Vec<Masking>);

impl Maskings {
    /// That of `service`, found once.
    pub(super) fn of(&mut self, service: &Arc<ReadyService>) -> &Masking {
        let at = self.0.iter().position(|known| known.service.as_ptr() == Arc::as_ptr(service));
        let at = match at {
            Some(at) => at,
            None => {
                // Without those of services that others took the place of.
                self.0.retain(|known| known.service.strong_count() > 0);
                self.0.push(Masking::of(service));
                self.0.len() - 1
            }
        };
        self.0.get(at).expect("it was found, or added")
    }
}

/// What is masked in the exchanges of one service.
pub(super) struct Masking {
    service: Weak<ReadyService>,
    masks: Masks,
    secrets: Sought,
    /// Headers that have a secret of a caller, or a field that is masked, in some operation.
    headers: Vec<String>,
}

/// Why a message is not shown: what cannot be read cannot be masked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Hidden {
    /// It is no JSON.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// There are too many secrets to look for.
    #[error("more masked values than are looked for")]
    Secrets,
    /// It is no XML.
    #[error(transparent)]
    Xml(#[from] xml::Error),
}

/// What is masked in one exchange.
pub(super) struct Eyes<'m> {
    masking: &'m Masking,
    service: &'m Service,
    rules: Option<&'m ServiceOperation>,
    /// What its messages themselves say is a secret: under other names it is no less one. Nothing where that is more than is looked for.
    own: Option<Sought>,
}

impl Masking {
    fn of(ready: &Arc<ReadyService>) -> Self {
        let (masks, secrets) = (Masks::of(&ready.service), SecretSet::of(&ready.service).sought());
        let headers = secret_headers(&ready.service, &masks);
        Self { service: Arc::downgrade(ready), masks, secrets, headers }
    }

    /// What is masked in an exchange with `service`, with an operation that has `rules`, in which `said` was said.
    pub(super) fn of_exchange<'m>(
        &'m self,
        service: &'m Service,
        rules: Option<&'m ServiceOperation>,
        said: &Transcript,
    ) -> Eyes<'m> {
        let heads = [Turn::Request, Turn::BackendRequest].into_iter().filter_map(|turn| said.head_of(turn));
        let secret = heads.flat_map(Head::headers).filter(|header| self.is_secret(header));
        let mut own: Vec<Secret> =
            secret.flat_map(|header| of_credentials(&String::from_utf8_lossy(header.value))).collect();
        for turn in TURN_ORDER {
            let Message::Whole(message) = said.message_of(turn) else { continue };
            // One that cannot be read is not shown either.
            own.extend(self.values(message, &service.limits).into_iter().flatten());
        }
        let own = (own.len() <= SAID_SECRETS).then(|| SecretSet::default().and(own).sought());
        Eyes { masking: self, service, rules, own }
    }

    fn values(&self, message: &[u8], limits: &Limits) -> Result<Vec<Secret>, Hidden> {
        Ok(match is_xml(message) {
            true => redact::masked_texts(message, &self.masks, &limits.xml)?,
            false => redact::masked_values(message, &self.masks, &limits.json)?,
        })
    }

    fn is_secret(&self, header: &Header<'_>) -> bool {
        header.is_sensitive
            || redact::is_secret_header(header.name)
            || self.headers.iter().any(|known| known == header.name)
    }
}

impl Eyes<'_> {
    /// A message without what must not be shown. Errors: it is not shown.
    pub(super) fn message(&self, message: &[u8]) -> Result<String, Hidden> {
        let Masking { masks, secrets, .. } = self.masking;
        let (limits, own) = (&self.service.limits, self.own.as_ref().ok_or(Hidden::Secrets)?);
        let masked = match is_xml(message) {
            true => redact::masked_xml(message, masks, &limits.xml)?,
            false if own.is_empty() => redact::cleaned_json(message, masks, secrets, &limits.json)?,
            false => {
                let cleaned = redact::cleaned_json(message, masks, secrets, &limits.json)?;
                // What is masked once must not be again: of less less would show.
                redact::cleaned_json(&cleaned, &Masks::default(), own, &limits.json)?
            }
        };
        Ok(self.text(String::from_utf8_lossy(&masked).trim_end()))
    }

    /// `text` without secrets; nothing of it where they are too many.
    pub(super) fn text(&self, text: &str) -> String {
        let masked = |own: &Sought| own.masked(&self.masking.secrets.masked(text));
        self.own.as_ref().map_or_else(|| MARK.to_owned(), masked)
    }

    /// Headers, one for each value.
    pub(super) fn headers(&self, head: Head<'_>) -> Vec<(String, String)> {
        let shown = |header: Header<'_>| {
            let text = plain(&String::from_utf8_lossy(header.value), TRAFFIC_HEADER);
            let value = match self.masking.is_secret(&header) {
                // Of a secret only its scheme shows.
                true => Some(redact::header(header.name, &text)).filter(|shown| *shown != text),
                false => Some(if text.contains("://") { redact::url(&text) } else { text }),
            };
            (header.name.to_owned(), value.map_or_else(|| MARK.to_owned(), |value| self.text(&value)))
        };
        head.headers().map(shown).collect()
    }

    /// The URL by which the client came.
    pub(super) fn client_url(&self, head: Head<'_>, front: FrontKind, secure: bool) -> String {
        let named = head.values(header::HOST.as_str()).next().map_or(&[][..], |host| host);
        let host = if head.authority.is_empty() { named } else { head.authority.as_bytes() };
        // A client of HTTP/1.0 need not say whom it calls, and what is no host is none.
        let host = Authority::try_from(host).map_or_else(|_| "localhost".to_owned(), |host| host.to_string());
        let scheme = if secure { "https" } else { "http" };
        // RFC 9112 section 3.2.1: one without a path is that of the root.
        let target = if head.target.is_empty() { "/" } else { head.target };
        self.text(&format!("{}{}", redact::url(&format!("{scheme}://{host}")), self.target(target, front)))
    }

    /// Path and query of the request. Below the path of a front anything may be a field, until the operation says what is.
    fn target(&self, target: &str, front: FrontKind) -> String {
        let path =
            self.service.json_front.as_ref().filter(|_| front == FrontKind::Json).map(|front| &*front.path);
        let below = path.and_then(|path| Some((path, target.strip_prefix(path)?)));
        match (below, self.rules) {
            (Some((path, below)), Some(rules)) => {
                format!("{path}{}", redact::masked_target(&rules.http, below, &self.masking.masks))
            }
            (Some((path, below)), None) if !below.is_empty() => format!("{path}/{MARK}"),
            _ => redact::url(target),
        }
    }

    /// The URL of a request to the backend at `target`.
    pub(super) fn backend_url(&self, target: &str) -> String {
        self.text(&redact::backend_url(self.service, self.rules, target, &self.masking.masks))
    }
}

fn is_xml(message: &[u8]) -> bool {
    message.trim_ascii_start().starts_with(b"<")
}

/// The names of headers that have a secret of a caller, or a field that is masked.
fn secret_headers(service: &Service, masks: &Masks) -> Vec<String> {
    let keys = service.auths().filter_map(|(_, auth)| match auth {
        FrontAuth::Keys(name, _) => Some(name.to_string()),
        _ => None,
    });
    let masked = service
        .operations
        .iter()
        .flat_map(|operation| operation.header_fields().filter(|(_, path)| masks.at(path).is_some()));
    let mut names: Vec<String> = keys.chain(masked.map(|(name, _)| name.to_owned())).collect();
    names.iter_mut().for_each(|name| name.make_ascii_lowercase());
    names.sort_unstable();
    names.dedup();
    names
}

/// What is secret in the value of a header with credentials: all of it but the scheme, and of HTTP Basic the password.
fn of_credentials(value: &str) -> Vec<Secret> {
    let token = value.split_once(' ').map_or(value, |(_, token)| token.trim());
    let mut all = vec![Secret::new(token)];
    // What is no Basic has no password in it.
    if let Ok(basic) = STANDARD.decode(token) {
        let basic = String::from_utf8_lossy(&basic);
        all.extend(basic.split_once(':').map(|(_, password)| Secret::new(password)));
    }
    all
}
