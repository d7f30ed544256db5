//! The Security header of a request for a backend: every attempt needs it anew, for a repeated token is a replay.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use crate::bridge::state::entropy;
use crate::service::Credentials;
use crate::soap::Version;
use crate::wss::{NewToken, SecurityTemplate};
use crate::xml::write::Forbidden;

/// How the Security header of a request is made again.
#[derive(Clone, Debug)]
pub struct Renewal {
    header: Arc<SecurityTemplate>,
    credentials: Credentials,
    version: Version,
    /// Where it stands in the body.
    at: Range<usize>,
}

impl Renewal {
    /// The header for `credentials`, in an envelope of `version`.
    pub(in crate::bridge) fn new(
        header: Arc<SecurityTemplate>,
        credentials: Credentials,
        version: Version,
    ) -> Self {
        Self { header, credentials, version, at: 0..0 }
    }

    /// Writes the header. Errors: credentials with a character that XML cannot carry.
    pub(in crate::bridge) fn write(&self, out: &mut Vec<u8>) -> Result<(), Forbidden> {
        let (username, password) = (&*self.credentials.username, &self.credentials.password);
        let fresh = entropy::token(self.header.sender().nonce_length);
        self.header.write(out, self.version, NewToken { username, password, fresh: &fresh })
    }

    /// The same, standing at `at`.
    pub(in crate::bridge) fn placed(self, at: Range<usize>) -> Self {
        Self { at, ..self }
    }

    /// `body` with a new header in place of the one that it has.
    pub(super) fn renew(&mut self, body: &Bytes) -> Bytes {
        let (before, after) = (body.slice(..self.at.start), body.slice(self.at.end..));
        let mut out = before.to_vec();
        self.write(&mut out).expect("these credentials were written before");
        self.at.end = out.len();
        out.extend_from_slice(&after);
        out.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wss::{Secret, Sender};

    #[test]
    fn a_renewed_header_differs_and_nothing_else_does() {
        let credentials = Credentials { username: "ops".into(), password: Secret::new("not-a-real-secret") };
        let header = Arc::new(SecurityTemplate::new(Sender::digest()));
        let renewal = Renewal::new(header, credentials, Version::V11);
        let mut body = b"<before>".to_vec();
        renewal.write(&mut body).expect("plain text");
        let mut renewal = renewal.placed(8..body.len());
        body.extend_from_slice(b"<after>");
        let body = Bytes::from(body);
        let second = renewal.renew(&body);
        let third = renewal.renew(&second);
        for renewed in [&second, &third] {
            assert!(
                renewed.starts_with(b"<before><wsse:Security")
                    && renewed.ends_with(b"</wsse:Security><after>")
            );
        }
        assert!(body != second && second != third && body != third);
    }
}
