//! What an envelope holds, whatever its contract is.

use crate::limits::XmlLimits;
use crate::soap::{self, Block, Entity, Fault, FaultKind, Version};
use crate::xml::{Name, Namespaces, Reader};

/// The version of the envelope, and whether it holds a fault. Errors: no envelope.
pub(crate) fn version_of(input: &[u8], limits: &XmlLimits) -> Result<(Version, bool), soap::Error> {
    let text = Entity::unpacked(input, limits)?.text;
    let known = Namespaces::default();
    let mut reader = Reader::new(&text, &known, limits);
    let opened = soap::open(&mut reader, skip)?;
    Ok((opened.version, opened.first.is_some_and(|name| soap::is_fault(opened.version, name))))
}

/// The fault in an envelope; nothing when there is none. Errors: no envelope.
pub(crate) fn fault(input: &[u8], limits: &XmlLimits) -> Result<Option<Fault>, soap::Error> {
    let text = Entity::unpacked(input, limits)?.text;
    let known = Namespaces::default();
    let mut reader = Reader::new(&text, &known, limits);
    let opened = soap::open(&mut reader, skip)?;
    if !opened.first.is_some_and(|name| soap::is_fault(opened.version, name)) {
        return Ok(None);
    }
    Ok(Some(soap::read_fault(&mut reader)?))
}

/// Whether the envelope holds a fault that blames the client.
pub(crate) fn blames_client(input: &[u8], limits: &XmlLimits) -> bool {
    // What is no envelope is no fault.
    matches!(fault(input, limits), Ok(Some(fault)) if matches!(fault.kind, FaultKind::Client | FaultKind::Security(_)))
}

fn skip<'i>(_: Name<'i>, reader: &mut Reader<'i>) -> Result<Block, soap::Error> {
    reader.skip()?;
    Ok(Block::Understood)
}
