//! Sequences of DER, whose items are taken by their place.

use der::{Decode, Reader, SliceReader};

/// A value with its tag.
pub(super) type Any<'a> = der::asn1::AnyRef<'a>;

/// The values in a constructed value's content.
pub(super) fn items(content: &[u8]) -> Result<Vec<Any<'_>>, der::Error> {
    let mut reader = SliceReader::new(content)?;
    let mut items = Vec::new();
    while !reader.is_finished() {
        items.push(Any::decode(&mut reader)?);
    }
    Ok(items)
}

pub(super) fn nth<'i, 'a>(items: &'i [Any<'a>], index: usize) -> Result<&'i Any<'a>, der::Error> {
    items.get(index).ok_or_else(|| der::ErrorKind::Failed.into())
}
