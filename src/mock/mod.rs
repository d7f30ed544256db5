//! A backend made from a contract and its samples alone: SOAP or JSON.
//!
//! A request is read through the contract, and what it says decides which sample is played: the one whose request is the
//! same, else the one with most in common, else the only one. Without samples the least valid response is made. The mock
//! can also stand before a real backend and write down what passes.

#![allow(clippy::disallowed_methods, reason = "the tasks of a mock begin here, and end with its runtime")]

mod answer;
mod authenticator;
mod generate;
mod http;
mod json;
mod mocked_case;
mod pick;
mod record;
mod soap;

use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use self::http::Incoming;
use crate::samples::{Case, ContractContext, Side};
use crate::service::{Backend, Service};
use answer::Answer;
pub use authenticator::Authenticator;
pub use generate::undeclared;
use mocked_case::MockedCase;
pub use record::Recorder;

/// What a mock plays.
pub struct MockConfig {
    /// The contract.
    pub context: ContractContext,
    /// The samples.
    pub cases: Vec<Case>,
    /// The language.
    pub side: Side,
    /// A declared fault that is every answer.
    pub fault: Option<String>,
    /// How long an answer takes.
    pub delay: Duration,
    /// Who may call.
    pub authenticator: Option<Authenticator>,
    /// What is recorded instead of played.
    pub recorder: Option<Recorder>,
}

/// A mock that can be started.
pub struct Mock {
    config: MockConfig,
    mocked_cases: Vec<Arc<MockedCase>>,
    only: Mutex<Option<Arc<MockedCase>>>,
}

impl Mock {
    /// A mock that plays `config`. Errors: samples that it cannot play.
    pub fn new(mut config: MockConfig) -> Result<Self, Vec<String>> {
        let cases = std::mem::take(&mut config.cases);
        let (mut mocked_cases, mut problems) = (Vec::new(), Vec::new());
        for case in cases {
            match MockedCase::new(case, &config.context) {
                Ok(mocked) => mocked_cases.push(Arc::new(mocked)),
                Err(reason) => problems.push(reason),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self { config, mocked_cases, only: Mutex::default() })
    }

    /// A mock for the backend of `service` that plays what contract tests tell it to.
    pub fn silent(service: &Service) -> Self {
        let side = match service.backend {
            Backend::Json(_) => Side::Json,
            Backend::Soap(_) => Side::Soap,
        };
        let (context, delay) = (ContractContext::of_service(service), Duration::ZERO);
        let config = MockConfig {
            context,
            cases: Vec::new(),
            side,
            fault: None,
            delay,
            authenticator: None,
            recorder: None,
        };
        Self { config, mocked_cases: Vec::new(), only: Mutex::default() }
    }

    /// From now on every request is answered as `case` says, whatever it is.
    pub(crate) fn play_only(&self, case: Case, operation: &str) {
        let mocked = MockedCase::unmatched(case, operation);
        *self.only.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(mocked));
    }

    /// Starts it on the current runtime, with which it ends.
    pub async fn start(self: Arc<Self>, listener: TcpListener) -> std::io::Result<()> {
        http::start(self, listener).await
    }

    async fn answer(&self, incoming: Incoming) -> Answer {
        let refused = soap::refused(self, &incoming).await;
        let answer = match (refused, &self.config.recorder) {
            (Some(refused), _) => refused,
            (None, Some(recorder)) => self.recorded(recorder, &incoming).await,
            (None, None) => self.played(&incoming),
        };
        tokio::time::sleep(self.config.delay).await;
        answer
    }

    fn played(&self, incoming: &Incoming) -> Answer {
        match self.config.side {
            Side::Soap => soap::answer(self, incoming),
            Side::Json => json::answer(self, incoming),
        }
    }

    async fn recorded(&self, recorder: &Recorder, incoming: &Incoming) -> Answer {
        let operation = match self.config.side {
            Side::Soap => soap::operation(self, incoming).map(|operation| operation.name.to_string()).ok(),
            Side::Json => json::operation(self, incoming),
        };
        match recorder.forward(self.config.side, incoming).await {
            Ok(answer) => {
                recorder.keep(
                    operation.as_deref(),
                    self.config.side,
                    incoming,
                    &answer,
                    &self.config.context,
                );
                answer
            }
            Err(error) => Answer::text(502, &error.to_string()),
        }
    }

    fn context(&self) -> &ContractContext {
        &self.config.context
    }

    fn only(&self) -> Option<Arc<MockedCase>> {
        self.only.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The samples of an operation.
    fn cases_of(&self, operation: &str) -> Vec<&MockedCase> {
        self.mocked_cases
            .iter()
            .map(|mocked| &**mocked)
            .filter(|mocked| mocked.operation == operation)
            .collect()
    }
}
