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

/// A damaged contract is loaded, or refused with a reason, in bounded time.
#[test]
fn damaged_contracts_are_survived() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, target) in [
        ("tests/contracts/constructs/contract.wsdl", targets::wsdl as targets::Target),
        ("tests/contracts/encoded/contract.wsdl", targets::wsdl),
        ("tests/contracts/messages/contract.wsdl", targets::wsdl),
        ("fuzz/corpus/xsd/model.xsd", targets::xsd),
    ] {
        let bytes = std::fs::read(root.join(file)).expect("file");
        for at in (0..bytes.len()).step_by(7) {
            let mut changed = bytes.clone();
            changed[at] = changed[at].wrapping_add(1 + (at % 255) as u8);
            target(&changed);
            // Without a tag or an attribute the rest is still well-formed, now and then.
            let gap = bytes[at..].iter().position(|byte| *byte == b'>').unwrap_or(0) + at;
            target(&[&bytes[..at], bytes.get(gap + 1..).unwrap_or_default()].concat());
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
            for (_, target) in targets::TARGETS.iter().filter(|(name, _)| !matches!(*name, "wsdl" | "xsd")) {
                target(&bytes[..at]);
                target(&changed);
            }
        }
    }
}

/// The same for tokens: what a changed byte makes of one is refused, or means what it says.
#[test]
fn damaged_tokens_are_survived() {
    for (name, target) in targets::TARGETS
        .iter()
        .filter(|(name, _)| matches!(*name, "addressing" | "base64" | "created" | "security"))
    {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        for file in std::fs::read_dir(&folder).expect("corpus").flatten() {
            let bytes = std::fs::read(file.path()).expect("file");
            for at in 0..bytes.len() {
                target(&bytes[..at]);
                for other in b" 0A/=<-:+" {
                    let mut changed = bytes.clone();
                    changed[at] = *other;
                    target(&changed);
                }
            }
        }
    }
}
