//! The properties of WS-Addressing of a SOAP request: whether they can be used, and go with its operation.

use crate::bridge::auth::{AuthError, Authenticated, Authenticator};
use crate::bridge::failure::Failure;
use crate::bridge::operation::Operation;
use crate::service::{FrontAddressing, SoapFront};
use crate::soap::{self, Addressed, Addressing, AddressingCode, AddressingFault, Said, Unclear};
use crate::wss::Rejection;

/// What a front asks of the properties of a message.
pub(super) struct Asked<'a> {
    pub(super) front: &'a SoapFront,
    pub(super) addressed: &'a Addressed,
}

impl Asked<'_> {
    /// Errors: properties that cannot be used, whatever the operation.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.front.addressing == FrontAddressing::Off {
            return Ok(());
        }
        Ok(self.addressed.check(self.is_required()).map_err(soap::Error::Addressing)?)
    }

    /// Errors: properties that do not go with the `operation`, which was chosen by what the message has `said`.
    pub(super) fn check_operation(&self, operation: Operation<'_>, said: &Said<'_>) -> Result<(), Failure> {
        let Some(version) = self.addressed.version() else { return Ok(()) };
        let refused = |code| Err(fault(version, code, "Action"));
        if let Some(action) = self.addressed.action() {
            let of_operation = |action: &str| operation.plan.has_action(action);
            // A contract may have one action for HTTP and another one for header blocks.
            let both = of_operation(action) && of_operation(said.transport);
            if !said.transport.is_empty() && said.transport != action && !both {
                return refused(AddressingCode::ActionMismatch);
            }
            if self.is_required() && !of_operation(action) {
                return refused(AddressingCode::ActionNotSupported);
            }
        }
        if operation.plan.output.is_some() {
            let required = self.is_required();
            self.addressed.check_answered(required).map_err(soap::Error::Addressing)?;
        }
        Ok(())
    }

    /// What is told of a message whose operation is not clear: with properties that contradict what it is, what the specification has for
    /// that.
    pub(super) fn unclear(&self, unclear: Unclear, said: &Said<'_>) -> Failure {
        let action = self.addressed.version().zip(self.addressed.action());
        match (unclear, action) {
            (Unclear::Soap(soap::Error::Action), Some((version, action))) => {
                let matches = said.transport.is_empty() || said.transport == action;
                let code =
                    if matches { AddressingCode::ActionNotSupported } else { AddressingCode::ActionMismatch };
                fault(version, code, "Action")
            }
            (unclear, _) => unclear.into(),
        }
    }

    /// Claims the `MessageID` of a message of `caller` to `service`, for a front that takes each once.
    ///
    /// Errors: there is none, it was used before, or nobody can tell.
    pub(super) async fn claim(
        &self,
        authenticator: &Authenticator<'_>,
        caller: &Authenticated,
        service: &str,
    ) -> Result<(), Failure> {
        let version = self.addressed.version().map_or(Addressing::V10, |version| version);
        let refused = |code| fault(version, code, "MessageID");
        let message_id = self.addressed.message_id();
        let message_id =
            message_id.ok_or_else(|| refused(AddressingCode::MessageAddressingHeaderRequired))?;
        match authenticator.message(service, caller, message_id).await {
            Ok(()) => Ok(()),
            Err(Rejection::Replayed) => Err(refused(AddressingCode::DuplicateMessageId)),
            Err(reason) => Err(AuthError::from(self.front.security.refused(reason)).into()),
        }
    }

    fn is_required(&self) -> bool {
        self.front.addressing == FrontAddressing::Require
    }
}

fn fault(version: Addressing, code: AddressingCode, block: &'static str) -> Failure {
    soap::Error::Addressing(AddressingFault { version, code, block }).into()
}
