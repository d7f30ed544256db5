//! What a mock plays.

use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

use std::time::Duration;

use super::authenticator::Authenticator;
use super::error::UnusableSample;
use super::mocked_case::MockedCase;
use super::recorder::Recorder;
use super::request_log::RequestLog;
use crate::samples::{Case, ContractContext, Side};
use crate::service::{Backend, Service};

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
    /// Who hears of each request.
    pub log: Option<RequestLog>,
}

/// A mock that can be started.
pub struct Mock {
    pub(super) config: MockConfig,
    pub(super) cases: Vec<MockedCase>,
    only: Mutex<Option<Arc<MockedCase>>>,
}

impl Mock {
    /// A mock that plays `config`. Errors: every sample that it cannot play.
    pub fn new(mut config: MockConfig) -> Result<Self, Vec<UnusableSample>> {
        let (mut cases, mut unusable) = (Vec::new(), Vec::new());
        for case in std::mem::take(&mut config.cases) {
            match MockedCase::new(case, &config.context) {
                Ok(case) => cases.push(case),
                Err(error) => unusable.push(error),
            }
        }
        if unusable.is_empty() { Ok(Self { config, cases, only: Mutex::default() }) } else { Err(unusable) }
    }

    /// A mock for the backend of `service` that plays what contract tests tell it to.
    pub fn silent(service: &Service) -> Self {
        let side = match service.backend {
            Backend::Json(_) => Side::Json,
            Backend::Soap(_) => Side::Soap,
        };
        let (context, delay) = (ContractContext::of_service(service), Duration::ZERO);
        let (cases, fault, authenticator, recorder, log) = (Vec::new(), None, None, None, None);
        let config = MockConfig { context, cases, side, fault, delay, authenticator, recorder, log };
        Self { config, cases: Vec::new(), only: Mutex::default() }
    }

    /// Method and path of each operation, as clients call it: of a SOAP backend all have one.
    pub fn routes(&self) -> Vec<String> {
        let context = self.context();
        let routes = context.names().into_iter().filter_map(|name| context.route(name));
        match self.config.side {
            Side::Soap => vec!["POST /".to_owned()],
            Side::Json => routes.map(|route| format!("{} {}", route.method, route.path)).collect(),
        }
    }

    /// The names of the operations, each once.
    pub fn operations(&self) -> Vec<&str> {
        self.context().names()
    }

    /// From now on every request is answered as `case` says, whatever it is.
    pub(crate) fn play_only(&self, case: Case, operation: &str) {
        *self.lock() = Some(Arc::new(MockedCase::unmatched(case, operation)));
    }

    /// Whether there are samples of the operation `name`.
    pub fn has_samples(&self, name: &str) -> bool {
        self.cases.iter().any(|case| case.operation == name)
    }

    /// The contract.
    pub fn context(&self) -> &ContractContext {
        &self.config.context
    }

    pub(super) fn only(&self) -> Option<Arc<MockedCase>> {
        self.lock().clone()
    }

    /// The samples of an operation.
    pub(super) fn cases_of(&self, operation: &str) -> Vec<&MockedCase> {
        self.cases.iter().filter(|case| case.operation == operation).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<MockedCase>>> {
        // A panic leaves no half of a case behind.
        self.only.lock()
    }
}
