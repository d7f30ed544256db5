//! The corpora of the fuzz targets, replayed: whatever crashed once does not crash again.

mod targets;

use std::path::Path;

#[test]
fn every_corpus_is_replayed() {
    for (name, target) in targets::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        let files: Vec<_> = std::fs::read_dir(&folder).expect("corpus").flatten().collect();
        assert!(files.len() >= 5, "{name} has a corpus");
        for file in files {
            target(&std::fs::read(file.path()).expect("file"));
        }
    }
}

/// Every prefix of a message and every byte of it changed: quicker than chance at finding an edge.
#[test]
fn damaged_samples_are_survived() {
    for sample in ["request.json", "response-fail.xml", "request.xml"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/bancbox").join(sample);
        let bytes = std::fs::read(path).expect("sample");
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] = changed[at].wrapping_add(1 + (at % 255) as u8);
            for (_, target) in targets::TARGETS {
                target(&bytes[..at]);
                target(&changed);
            }
        }
    }
}
