//! The media types of binaries: `xmime:expectedContentTypes` (Describing Media Content of Binary Data in XML, section 2.2).

use std::sync::Arc;

use super::super::program::MediaTypes;
use crate::wsdl::Contract;
use crate::xsd::{Content, ElementDecl, Origin, TypeId, TypeKind};

/// What the octets of the element `declaration` are expected to be: what it says itself, else what its type says.
pub(super) fn of_element(contract: &Contract, declaration: &ElementDecl) -> Option<Arc<MediaTypes>> {
    if !has_octets(contract, declaration.type_id) {
        return None;
    }
    said(contract, declaration.origin).or_else(|| of_type(contract, declaration.type_id))
}

/// What the octets of the type `id` are expected to be: what it says itself, else what the types say that it is derived from.
pub(super) fn of_type(contract: &Contract, id: TypeId) -> Option<Arc<MediaTypes>> {
    if !has_octets(contract, id) {
        return None;
    }
    let base = |id: &TypeId| contract.schema.type_def(*id).base.filter(|base| base != id);
    std::iter::successors(Some(id), base).find_map(|id| said(contract, contract.schema.type_def(id).origin))
}

fn has_octets(contract: &Contract, id: TypeId) -> bool {
    match &contract.schema.type_def(id).kind {
        TypeKind::Complex(complex) => {
            matches!(&complex.content, Content::Simple(simple) if simple.octets().is_some())
        }
        TypeKind::Simple(simple) => simple.octets().is_some(),
    }
}

/// What the component at `origin` says. One that is built in is written nowhere, and `lint` tells what is no list of media types.
fn said(contract: &Contract, origin: Origin) -> Option<Arc<MediaTypes>> {
    let tree = &contract.documents.get(origin.document as usize)?.tree;
    let id = tree.at_offset(origin.offset as usize)?;
    MediaTypes::parse(MediaTypes::said(tree, id)?).map(Arc::new)
}
