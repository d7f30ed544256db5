//! The password digest: UsernameToken Profile 1.1.1, section 3.1.

use sha1::block_api::compress;
use sha1::{Digest, Sha1};

/// `SHA-1(nonce + created + password)`: the nonce decoded, the other two as the UTF-8 that is on the wire. What is absent
/// adds nothing (BSP 1.1, R4212).
pub fn digest(nonce: &[u8], created: &str, password: &[u8]) -> [u8; 20] {
    if let Some(block) = one_block([nonce, created.as_bytes(), password]) {
        // FIPS 180-4, section 5.3.1.
        let mut state = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
        compress(&mut state, &[block]);
        let mut digest = [0; 20];
        let (words, _) = digest.as_chunks_mut::<4>();
        words.iter_mut().zip(state).for_each(|(octets, word)| *octets = word.to_be_bytes());
        return digest;
    }
    let mut sha = Sha1::new();
    sha.update(nonce);
    sha.update(created.as_bytes());
    sha.update(password);
    sha.finalize().into()
}

/// The only block of a short text, padded (FIPS 180-4, section 5.1.1); nothing for one that has several.
fn one_block(parts: [&[u8]; 3]) -> Option<[u8; 64]> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut block = [0; 64];
    let (text, bits) = block.split_last_chunk_mut::<8>()?;
    *text.get_mut(length)? = 0x80;
    let mut rest = text;
    for part in parts {
        let (place, behind) = rest.split_at_mut(part.len());
        place.copy_from_slice(part);
        rest = behind;
    }
    *bits = (8 * length as u64).to_be_bytes();
    Some(block)
}

#[cfg(test)]
mod tests {
    use super::super::base64::decode;
    use super::*;

    /// Nonce, created, password and digest as other implementations have them.
    const VECTORS: &[(&str, &str, &[u8], &str)] = &[
        ("LKqI6G/AikKCQrN0zqZFlg==", "2010-09-16T07:50:45Z", b"userpassword", "tuOSpGlFlIXsozq4HFNeeGeFLEI="),
        (
            "2FW1CIo2ZUOJmSjVRcJZlQ==",
            "2019-02-12T12:34:12.110Z",
            b"vM3s1hKVMy6zBOn",
            "wM9xjA92wCw+QcQI1urjZ6B8+LQ=",
        ),
        ("bW9ja2VkLXJhbmRvbQ==", "2016-05-08T12:00:00+00:00", b"geheim", "hVicspAQSg70JNhe67OHqD9gexc="),
        ("OJBNzEGDmTiD/lbeA+UDeg==", "2009-12-10T21:12:59.100Z", b"password", "FPqPsaAp7hWASdknPsbfZxIoDVI="),
        (
            "AAECAwQFBgcICQoLDA0ODw==",
            "2026-01-02T03:04:05Z",
            "pässwörd-密码-😀".as_bytes(),
            "wJ56WY1kAahfoa0XwLKryteMLNw=",
        ),
        ("", "", b"password", "W6ph5Mm5Pz8GgiULbPgzG37mj9g="),
    ];

    #[test]
    fn digests_are_those_of_other_implementations() {
        for (nonce, created, password, expected) in VECTORS {
            let nonce = decode(nonce).expect("nonce");
            assert_eq!(
                digest(&nonce, created, password).as_slice(),
                decode(expected).expect("digest"),
                "{created}"
            );
        }
    }

    #[test]
    fn one_block_or_more_makes_no_difference() {
        let (nonce, created) = ([7; 16], "2010-09-16T07:50:45.123Z");
        for length in 0..200 {
            let password = vec![b'p'; length];
            let whole = Sha1::digest([&nonce, created.as_bytes(), &password].concat());
            assert_eq!(digest(&nonce, created, &password).as_slice(), whole.as_slice(), "{length}");
        }
    }

    #[test]
    fn a_password_may_be_the_octets_of_its_hash() {
        let password = Sha1::digest(b"password");
        let nonce = decode("0x7bXAPZVn40AdCD0Xbt0g==").expect("nonce");
        let expected = decode("C0rena/6gKpRZ9ATj+e6ss5sAbQ=").expect("digest");
        assert_eq!(digest(&nonce, "2010-06-28T15:16:37Z", &password).as_slice(), expected);
    }

    /// UsernameToken Profile 1.1.1, section 4: the key of 1049 iterations that WSS4J tests with.
    #[test]
    fn sha_1_iterates_to_the_key_of_another_implementation() {
        let salt = decode("LKpycbfgRzwDnBz6kkhAAQ==").expect("salt");
        let first = Sha1::digest([Sha1::digest(b"password").as_slice(), &salt].concat());
        let key = (1..1049).fold(first, |key, _| Sha1::digest(key));
        assert_eq!(key.as_slice(), decode("C7Ll/OY4TECb6hZuMMiX/5hzszo=").expect("key"));
    }

    #[test]
    fn common_mistakes_do_not_verify() {
        let (text, created) = ("LKqI6G/AikKCQrN0zqZFlg==", "2010-09-16T07:50:45Z");
        let right = decode("tuOSpGlFlIXsozq4HFNeeGeFLEI=").expect("digest");
        let undecoded = digest(text.as_bytes(), created, b"userpassword");
        assert_eq!(undecoded.as_slice(), decode("YBCPSgpGYaaItaZAa5HaytT3CRM=").expect("digest"));
        let hashed = digest(&decode(text).expect("nonce"), created, &Sha1::digest(b"userpassword"));
        assert_eq!(hashed.as_slice(), decode("uEzTaXkUNrIkj8no0QJo9acRCVE=").expect("digest"));
        assert!(undecoded.as_slice() != right && hashed.as_slice() != right);
    }
}
