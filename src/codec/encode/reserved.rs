//! Members of a message's JSON that are not part of its object.

use crate::plan::{ATTACHMENTS, HEADERS, MessagePlan};

/// Which of them an object may have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reserved {
    headers: bool,
    attachments: bool,
}

impl Reserved {
    /// Those of `message`.
    pub(super) fn of(message: &MessagePlan) -> Self {
        Self { headers: message.headers.is_some(), attachments: message.attachments.is_some() }
    }

    /// Whether there are some.
    #[inline]
    pub(super) fn any(self) -> bool {
        self.headers || self.attachments
    }

    /// Whether `key` is one of them.
    #[inline]
    pub(super) fn has(self, key: &str) -> bool {
        self.headers && key == HEADERS || self.attachments && key == ATTACHMENTS
    }
}
