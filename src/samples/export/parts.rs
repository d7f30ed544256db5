//! Credentials in header blocks of the contract: holes in an envelope where those stand.

use super::body::{Body, Hole, Kind, Piece};
use crate::limits::XmlLimits;
use crate::plan::{Credential, CredentialPath};
use crate::xml::{self, Event, Namespaces, Reader};

/// The envelope with holes at the ends of `paths`; what cannot be read is sent as it is.
pub(super) fn punched_parts(envelope: &str, paths: &[CredentialPath], limits: &XmlLimits) -> Body {
    match pieces(envelope, paths, limits) {
        Ok(pieces) => Body { kind: Kind::Xml, pieces },
        Err(_) => Body::of(Kind::Xml, envelope.to_owned()),
    }
}

fn pieces(text: &str, paths: &[CredentialPath], limits: &XmlLimits) -> Result<Vec<Piece>, xml::Error> {
    let known = Namespaces::default();
    let mut reader = Reader::new(text, &known, limits);
    let (mut around, mut pieces, mut at): (Vec<String>, Vec<Piece>, usize) = (Vec::new(), Vec::new(), 0);
    let mut content = 0;
    loop {
        match reader.next()? {
            Event::Eof => break,
            Event::Start(name) => {
                around.push(name.local.to_owned());
                content = reader.end_offset();
            }
            Event::End => {
                let end = reader.offset();
                // An empty element has no place between its tags.
                if let Some(hole) = hole(&around, paths).filter(|_| content < end) {
                    let before = text.get(at..content).expect("tags come one after the other");
                    pieces.extend([Piece::Text(before.to_owned()), Piece::Hole(hole)]);
                    at = end;
                }
                around.pop();
            }
        }
    }
    pieces.extend(text.get(at..).map(|rest| Piece::Text(rest.to_owned())));
    Ok(pieces)
}

/// What stands in the element to which the names `around` lead, Envelope and Header first. Namespaces are looked at by whoever reads the
/// message for what it means.
fn hole(around: &[String], paths: &[CredentialPath]) -> Option<Hole> {
    let [_, header, below @ ..] = around else { return None };
    let is = |path: &&CredentialPath| {
        path.names.iter().map(|(_, local)| &**local).eq(below.iter().map(String::as_str))
    };
    let path = paths.iter().find(is).filter(|_| header == "Header")?;
    Some(match path.holds {
        Credential::Password => Hole::Password,
        Credential::Username => Hole::Username,
    })
}
