//! A request as it would be sent, with its secrets masked.

use http::HeaderValue;
use http::header::CONTENT_TYPE;

use crate::bridge::Outgoing;
use crate::codec::{BesidePart, BesideParts};
use crate::json;
use crate::redact::{self, MARK, Masks, SecretSet};
use crate::service::{Backend, BackendAuth, Credentials, Service, ServiceOperation};
use crate::soap::{Related, RelatedText};

/// What was given to the command.
pub(super) struct Given<'g> {
    pub(super) body: &'g [u8],
    pub(super) credentials: Option<Credentials>,
}

/// What is shown of a request.
pub(super) struct Shown {
    /// The line of the request, and its headers.
    pub(super) head: String,
    pub(super) body: String,
}

/// `outgoing` for people. What `given` holds of secrets is looked for under every name. Errors: a body that is not JSON.
pub(super) fn shown(
    service: &Service,
    operation: &str,
    outgoing: &Outgoing,
    given: Given<'_>,
) -> Result<Shown, json::Error> {
    // Whoever looks at a request wants to see what is in it, if not its value.
    let masks = Masks::of(service).in_place();
    let rules = service.find(operation).and_then(|index| service.operations.get(index));
    let url = redact::backend_url(service, rules, &outgoing.target.to_string(), &masks);
    let mut lines = vec![format!("{} {url}", outgoing.method)];
    for (name, value) in &outgoing.headers {
        lines.push(format!("{name}: {}", header(name.as_str(), value, rules, &masks)));
    }
    if matches!(service.backend.auth(), BackendAuth::Oauth2(_)) {
        lines.push(format!("authorization: Bearer {MARK}"));
    }
    let Given { body, credentials } = given;
    let given = redact::masked_values(body, &masks, &service.limits.json)?
        .into_iter()
        .chain(credentials.map(|credentials| credentials.password));
    let secrets = SecretSet::of(service).and(given);
    Ok(Shown {
        head: secrets.masked(&lines.join("\n")),
        body: if outgoing.body.is_empty() {
            String::new()
        } else {
            secrets.masked(&message(service, outgoing, &masks))
        },
    })
}

fn header(name: &str, value: &HeaderValue, rules: Option<&ServiceOperation>, masks: &Masks) -> String {
    let field = rules.and_then(|rules| rules.header_fields().find(|(known, _)| *known == name));
    let text = String::from_utf8_lossy(value.as_bytes());
    let masked = field.is_some_and(|(_, path)| masks.at(&path).is_some());
    match redact::header(name, &text) {
        _ if masked => MARK.to_owned(),
        shown if shown == text && value.is_sensitive() => MARK.to_owned(),
        shown => shown,
    }
}

/// The body. What cannot be read cannot be masked, and is not shown.
fn message(service: &Service, outgoing: &Outgoing, masks: &Masks) -> String {
    let shown = |masked: &[u8]| String::from_utf8_lossy(masked).trim_end().to_owned();
    match &service.backend {
        Backend::Json(_) => redact::packed_json(&outgoing.body.to_whole(), masks, &service.limits.json)
            .map_or_else(|_| MARK.to_owned(), |masked| shown(&masked)),
        Backend::Soap(_) => {
            let xml = &service.limits.xml;
            let body = outgoing.body.to_whole();
            let Some(RelatedText { text, beside, .. }) = unpacked(service, outgoing, &body) else {
                return MARK.to_owned();
            };
            match redact::masked_xml(text.as_bytes(), masks, xml) {
                Ok(masked) => shown(&masked) + &beside.0.iter().map(line).collect::<String>(),
                Err(_) => MARK.to_owned(),
            }
        }
    }
}

/// What is said of a part beside the envelope, whose octets nobody can mask.
fn line(part: &BesidePart<'_>) -> String {
    let text = |text: &Option<String>| text.as_deref().map_or(String::new(), str::to_owned);
    format!("\n<{}>: {}, {} octets", text(&part.id), text(&part.media_type), part.octets.len())
}

/// The message of a SOAP request, with the attachments in it to which it refers by `xop:Include`; nothing where it cannot be read.
fn unpacked<'o>(service: &Service, outgoing: &Outgoing, body: &'o [u8]) -> Option<RelatedText<'o>> {
    let kind = outgoing.headers.get(CONTENT_TYPE).map_or(&[][..], |kind| kind.as_bytes());
    let kind = String::from_utf8_lossy(kind);
    if !kind.starts_with("multipart/related") {
        let text = String::from_utf8_lossy(body);
        return Some(RelatedText { text, beside: BesideParts::default(), apart: None });
    }
    let (xml, most) = (&service.limits.xml, service.limits.http.request_body);
    let read = Related::read(&kind, body, &[]).and_then(|related| related.text(xml, most, None));
    // A larger one than clients may send is not shown.
    read.ok()
}
