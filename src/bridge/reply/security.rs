//! The Security header of a reply, of which only the Timestamp is looked at, where the service file asks for that.

use crate::bridge::bad_reply::{BadReply, BadReplyCause};
use crate::bridge::failure::BackendFailure;
use crate::bridge::operation::Operation;
use crate::bridge::state::entropy;
use crate::limits::WssLimits;
use crate::service::Backend;
use crate::soap;
use crate::wss::{self, Profile, Rejection, Security, TimestampPolicy};
use crate::xml::{Name, Reader, ns};

/// What the Security headers of a reply say.
pub(in crate::bridge) struct ReplySecurity<'s> {
    policy: TimestampPolicy,
    limits: &'s WssLimits,
    read: Option<Result<Security, Rejection>>,
}

impl<'s> ReplySecurity<'s> {
    pub(in crate::bridge) fn new(operation: Operation<'s>) -> Self {
        let policy = match &operation.service.backend {
            Backend::Soap(backend) => backend.response_timestamp,
            Backend::Json(_) => TimestampPolicy::Ignore,
        };
        Self { policy, limits: &operation.service.limits.wss, read: None }
    }

    /// Takes the block `name`, if it is wanted; says whether it did. Errors: an ill-formed document.
    pub(in crate::bridge) fn take(
        &mut self,
        name: Name<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<bool, soap::Error> {
        let ours = name == (Name { ns: ns::WSSE, local: "Security" });
        if self.policy == TimestampPolicy::Ignore || !ours {
            return Ok(false);
        }
        let read = wss::read(reader, &Profile::COMPAT, self.limits)?;
        self.read = Some(if self.read.is_some() { Err(Rejection::TwoHeaders) } else { read });
        Ok(true)
    }

    /// Errors: the Timestamp is missing although it is required, or not fresh.
    pub(in crate::bridge) fn check(self) -> Result<(), BackendFailure> {
        if self.policy == TimestampPolicy::Ignore {
            return Ok(());
        }
        let checked = match self.read.transpose() {
            Ok(security) => {
                let timestamp = security.as_ref().and_then(|security| security.timestamp.as_ref());
                self.policy.check(timestamp, self.limits, entropy::now())
            }
            Err(reason) => Err(reason),
        };
        checked.map_err(|reason| {
            let reason = format!("its Security header: {reason}");
            BackendFailure::bad(BadReply::new(BadReplyCause::Security, reason))
        })
    }
}
