//! The UsernameToken that a SOAP backend gets.

use std::sync::Arc;

use super::Checker;
use crate::service::duration::duration;
use crate::service::file::fronts::PasswordFile;
use crate::service::file::token::{
    MustUnderstandFile, PartFile, PasswordEncodingFile, PositionFile, PrecisionFile, TimestampOutFile,
    TokenFile, TypeAttributeFile,
};
use crate::service::model::service::BackendToken;
use crate::wss::{MustUnderstand, Part, PasswordType, Precision, Sender, TimestampOut, TypeAttribute};

impl Checker<'_> {
    pub(super) fn token(&mut self, file: &TokenFile) -> Option<BackendToken> {
        let digest = file.password == PasswordFile::Digest;
        let sender = Sender {
            password: if digest { PasswordType::Digest } else { PasswordType::Text },
            type_attribute: type_attribute(&file.type_attribute),
            nonce: file.nonce.unwrap_or(digest),
            nonce_length: self.nonce_length(file.nonce_length),
            encoding_type: file.encoding_type,
            created: file.created.or(file.nonce).unwrap_or(digest),
            precision: match file.precision {
                PrecisionFile::Milliseconds => Precision::Milliseconds,
                PrecisionFile::Seconds => Precision::Seconds,
            },
            order: self.order(&file.order),
            wsse: self.prefix("wsse", file.prefixes.wsse.as_deref()),
            wsu: self.prefix("wsu", file.prefixes.wsu.as_deref()),
            must_understand: self.must_understand(&file.must_understand),
            actor: file.actor.as_deref().map(Arc::from),
            id: file.id,
            timestamp: file.timestamp.as_ref().map(|file| self.timestamp_out(file)),
            sha1_password: file.password_encoding == PasswordEncodingFile::Sha1,
            clock_offset: self.clock_offset(file.clock_offset.as_deref()),
        };
        self.check_sender(&sender);
        Some(BackendToken { credentials: self.credentials(&file.credentials)?, sender: Arc::new(sender) })
    }

    /// A digest without nonce or time would be no digest, and quietly sending a text instead would be worse.
    fn check_sender(&mut self, sender: &Sender) {
        let digest = sender.password == PasswordType::Digest;
        if digest && !(sender.nonce && sender.created) {
            self.problem("username_token: a digest needs nonce and created");
        }
        if sender.sha1_password && !digest {
            self.problem("username_token.password_encoding: sha1 is for digests");
        }
        if sender.wsse == sender.wsu {
            self.problem("username_token.prefixes: the two must differ");
        }
    }

    fn nonce_length(&mut self, length: Option<usize>) -> usize {
        let length = length.unwrap_or(16);
        if !(8..=64).contains(&length) {
            self.problem("username_token.nonce_length: expected 8 to 64 octets");
        }
        length
    }

    /// Those that are named first, then the others.
    fn order(&mut self, named: &[PartFile]) -> [Part; 4] {
        let mut order: Vec<Part> = named.iter().copied().map(part).collect();
        for part in [Part::Username, Part::Password, Part::Nonce, Part::Created] {
            if !order.contains(&part) {
                order.push(part);
            }
        }
        order.try_into().unwrap_or_else(|_| {
            self.problem("username_token.order: a child is there twice");
            Sender::default().order
        })
    }

    fn prefix(&mut self, default: &str, prefix: Option<&str>) -> Arc<str> {
        let prefix = prefix.unwrap_or(default);
        let begins = prefix.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let plain = prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        let taken = prefix == "soapenv" || prefix.to_ascii_lowercase().starts_with("xml");
        if !begins || !plain || taken {
            self.problem(&format!(
                "username_token.prefixes.{default}: expected letters and digits, not soapenv, nothing with xml"
            ));
        }
        prefix.into()
    }

    fn must_understand(&mut self, file: &MustUnderstandFile) -> MustUnderstand {
        match file {
            MustUnderstandFile::Word(true) => MustUnderstand::True,
            MustUnderstandFile::Number(1) => MustUnderstand::One,
            MustUnderstandFile::Word(false) | MustUnderstandFile::Number(0) => MustUnderstand::Absent,
            MustUnderstandFile::Text(text) => match text.as_str() {
                "1" => MustUnderstand::One,
                "true" => MustUnderstand::True,
                "absent" => MustUnderstand::Absent,
                _ => self.no_must_understand(),
            },
            MustUnderstandFile::Number(_) => self.no_must_understand(),
        }
    }

    fn no_must_understand(&mut self) -> MustUnderstand {
        self.problem("username_token.must_understand: expected 1, true or absent");
        MustUnderstand::One
    }

    fn timestamp_out(&mut self, file: &TimestampOutFile) -> TimestampOut {
        let life = file.lifetime.as_deref().unwrap_or("5m");
        let life = duration(life).ok().filter(|life| life.as_secs() > 0);
        if life.is_none() {
            self.problem("username_token.timestamp.lifetime: expected a time such as 5m, at least 1s");
        }
        let life = life.map_or(300, |life| i64::try_from(life.as_secs()).unwrap_or(300));
        TimestampOut { life, last: file.position == PositionFile::Last }
    }

    /// Milliseconds.
    fn clock_offset(&mut self, text: Option<&str>) -> i64 {
        let Some(text) = text else { return 0 };
        let (sign, plain) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let Ok(offset) = duration(plain) else {
            self.problem("username_token.clock_offset: expected a time such as 2s or -1500ms, at most 60m");
            return 0;
        };
        sign * i64::try_from(offset.as_millis()).unwrap_or(0)
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
