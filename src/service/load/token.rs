//! The UsernameToken that a SOAP backend gets.

use std::sync::Arc;

use super::checker::Checker;
use crate::service::duration::duration;
use crate::service::file::key_path::KeyPath;
use crate::service::file::token::{
    MustUnderstandFile, PartFile, PasswordEncodingFile, PositionFile, PrecisionFile, SentPasswordFile,
    TimestampOutFile, TokenFile, TypeAttributeFile,
};
use crate::service::model::backend::BackendToken;
use crate::service::problem::{TokenProblem, ValueProblem};
use crate::wss::{
    MustUnderstand, Part, PasswordType, Precision, SecurityTemplate, Sender, TimestampOut, TypeAttribute,
};

impl Checker<'_> {
    pub(super) fn token(&mut self, at: &KeyPath, file: &TokenFile) -> Option<BackendToken> {
        let password = match file.password {
            SentPasswordFile::Digest => PasswordType::Digest,
            SentPasswordFile::None => PasswordType::Absent,
            SentPasswordFile::Text => PasswordType::Text,
        };
        let digest = password == PasswordType::Digest;
        let sender = Sender {
            password,
            type_attribute: type_attribute(&file.type_attribute),
            // A digest has both, and a text neither, unless the file says so.
            nonce: file.nonce.unwrap_or(digest),
            nonce_length: self.nonce_length(&at.key("nonce_length"), file.nonce_length),
            encoding_type: file.encoding_type,
            // A digest is made of it; a text has it where it has a nonce.
            created: file.created.or(file.nonce).unwrap_or(digest),
            precision: match file.precision {
                PrecisionFile::Milliseconds => Precision::Milliseconds,
                PrecisionFile::Seconds => Precision::Seconds,
            },
            order: self.order(&at.key("order"), &file.order),
            wsse: self.prefix(&at.key("prefixes").key("wsse"), "wsse", file.prefixes.wsse.as_deref()),
            wsu: self.prefix(&at.key("prefixes").key("wsu"), "wsu", file.prefixes.wsu.as_deref()),
            must_understand: self.must_understand(&at.key("must_understand"), &file.must_understand),
            actor: file.actor.as_deref().map(Arc::from),
            id: file.id,
            timestamp: file.timestamp.as_ref().map(|file| self.timestamp_out(&at.key("timestamp"), file)),
            sha1_password: file.password_encoding == PasswordEncodingFile::Sha1,
            clock_offset: self.clock_offset(&at.key("clock_offset"), file.clock_offset.as_deref()),
        };
        self.check_sender(at, &sender);
        let is_sent = password != PasswordType::Absent;
        let credentials = self.token_credentials(&at.key("credentials"), &file.credentials, is_sent)?;
        Some(BackendToken { credentials, header: Arc::new(SecurityTemplate::new(sender)) })
    }

    /// A digest without nonce or time would be no digest, and quietly sending a text instead would be worse.
    fn check_sender(&mut self, at: &KeyPath, sender: &Sender) {
        let digest = sender.password == PasswordType::Digest;
        if digest && !(sender.nonce && sender.created) {
            self.problem(&at.key("password"), TokenProblem::DigestIncomplete);
        }
        if sender.sha1_password && !digest {
            self.problem(&at.key("password_encoding"), TokenProblem::Sha1WithoutDigest);
        }
        if sender.wsse == sender.wsu {
            self.problem(&at.key("prefixes"), TokenProblem::SamePrefixes);
        }
    }

    fn nonce_length(&mut self, at: &KeyPath, length: Option<usize>) -> usize {
        // docs/WS_SECURITY.md, `nonce_length`.
        let length = length.unwrap_or(DEFAULT_NONCE);
        if !(8..=64).contains(&length) {
            self.problem(at, TokenProblem::NonceLength);
        }
        length
    }

    /// Those that are named first, then the others.
    fn order(&mut self, at: &KeyPath, named: &[PartFile]) -> [Part; 4] {
        let mut order: Vec<Part> = named.iter().copied().map(part).collect();
        for part in [Part::Username, Part::Password, Part::Nonce, Part::Created] {
            if !order.contains(&part) {
                order.push(part);
            }
        }
        match order.try_into() {
            Ok(order) => order,
            Err(_) => {
                self.problem(at, TokenProblem::OrderTwice);
                Sender::default().order
            }
        }
    }

    fn prefix(&mut self, at: &KeyPath, default: &str, prefix: Option<&str>) -> Arc<str> {
        // The prefixes of the specification.
        let prefix = prefix.unwrap_or(default);
        let begins = prefix.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let plain = prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        let taken = prefix == "soapenv" || prefix.to_ascii_lowercase().starts_with("xml");
        if !begins || !plain || taken {
            self.problem(at, TokenProblem::Prefix);
        }
        prefix.into()
    }

    fn must_understand(&mut self, at: &KeyPath, file: &MustUnderstandFile) -> MustUnderstand {
        match file {
            MustUnderstandFile::Word(true) => MustUnderstand::True,
            MustUnderstandFile::Number(1) => MustUnderstand::One,
            MustUnderstandFile::Word(false) | MustUnderstandFile::Number(0) => MustUnderstand::Absent,
            MustUnderstandFile::Text(text) => match text.as_str() {
                "1" => MustUnderstand::One,
                "true" => MustUnderstand::True,
                "absent" => MustUnderstand::Absent,
                _ => self.no_must_understand(at),
            },
            MustUnderstandFile::Number(_) => self.no_must_understand(at),
        }
    }

    fn no_must_understand(&mut self, at: &KeyPath) -> MustUnderstand {
        self.problem(at, TokenProblem::MustUnderstand);
        MustUnderstand::One
    }

    fn timestamp_out(&mut self, at: &KeyPath, file: &TimestampOutFile) -> TimestampOut {
        let last = file.position == PositionFile::Last;
        let Some(life) = &file.lifetime else { return TimestampOut { life: DEFAULT_LIFE, last } };
        // At most an hour, so it is no more than the type holds.
        let seconds = duration(life).map(|life| life.as_secs() as i64);
        match seconds {
            Ok(life @ 1..) => TimestampOut { life, last },
            _ => {
                self.problem(
                    &at.key("lifetime"),
                    ValueProblem::Duration { range: "such as 5m, from 1s to 60m" },
                );
                TimestampOut { life: DEFAULT_LIFE, last }
            }
        }
    }

    /// Milliseconds.
    fn clock_offset(&mut self, at: &KeyPath, text: Option<&str>) -> i64 {
        let Some(text) = text else { return 0 };
        let (sign, plain) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
            (Some(rest), _) => (-1, rest),
            (None, Some(rest)) => (1, rest),
            (None, None) => (1, text),
        };
        match duration(plain) {
            // At most an hour, so it is no more than the type holds.
            Ok(offset) => sign * offset.as_millis() as i64,
            Err(_) => {
                self.problem(at, ValueProblem::Duration { range: "such as 2s or -1500ms, at most 60m" });
                0
            }
        }
    }
}

fn type_attribute(file: &TypeAttributeFile) -> TypeAttribute {
    match file {
        TypeAttributeFile::There(true) => TypeAttribute::Standard,
        TypeAttributeFile::There(false) => TypeAttribute::Absent,
        TypeAttributeFile::Other(text) => TypeAttribute::Other(text.as_str().into()),
    }
}

fn part(file: PartFile) -> Part {
    match file {
        PartFile::Created => Part::Created,
        PartFile::Nonce => Part::Nonce,
        PartFile::Password => Part::Password,
        PartFile::Username => Part::Username,
    }
}

/// Octets of a nonce, as most senders have them.
const DEFAULT_NONCE: usize = 16;

/// Seconds from `Created` to `Expires`.
const DEFAULT_LIFE: i64 = 300;
