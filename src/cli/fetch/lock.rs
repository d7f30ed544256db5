//! The folder: the documents, `saponify.lock` with their hashes, and an XML catalog.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::crawl::Copied;
use super::error::FetchError;
use crate::xml::write::attribute;

/// Writes `documents` into `folder`, which is made.
pub(super) fn write(folder: &Path, documents: &[Copied], catalog: bool) -> Result<(), FetchError> {
    fs::create_dir_all(folder).map_err(|error| FetchError::Write { path: folder.to_owned(), error })?;
    for document in documents {
        put(folder, &document.file, document.text.as_bytes())?;
    }
    put(folder, "saponify.lock", lock(documents).as_bytes())?;
    if catalog { put(folder, "catalog.xml", &catalog_of(documents)) } else { Ok(()) }
}

fn put(folder: &Path, file: &str, bytes: &[u8]) -> Result<(), FetchError> {
    let path = folder.join(file);
    fs::write(&path, bytes).map_err(|error| FetchError::Write { path, error })
}

/// Where each document came from, and the SHA-256 of what came and of what was written.
fn lock(documents: &[Copied]) -> String {
    let entries: Vec<_> = documents
        .iter()
        .map(|document| {
            json!({
                "file": document.file,
                "from": document.address.as_str(),
                "sha256_of_original": hash(&document.original),
                "sha256": hash(document.text.as_bytes()),
            })
        })
        .collect();
    format!("{:#}\n", json!({ "version": 1, "documents": entries }))
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("a text takes everything");
        out
    })
}

/// OASIS XML Catalogs 1.1.
fn catalog_of(documents: &[Copied]) -> Vec<u8> {
    let mut out = b"<catalog xmlns=\"urn:oasis:names:tc:entity:xmlns:xml:catalog\">\n".to_vec();
    for document in documents {
        out.extend_from_slice(b"  <uri name=\"");
        let address = attribute(&mut out, document.address.as_str());
        out.extend_from_slice(b"\" uri=\"");
        let file = attribute(&mut out, &document.file);
        address.and(file).expect("a URL, and a name made from one, have no character that XML cannot carry");
        out.extend_from_slice(b"\"/>\n");
    }
    out.extend_from_slice(b"</catalog>\n");
    out
}
