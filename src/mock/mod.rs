//! A backend made from a contract and its samples alone: SOAP or JSON.
//!
//! A request is read through the contract, and what it says decides which sample is played: the one whose request is the
//! same, else the one with most in common, else the only one. Without samples the least valid response is made. The mock
//! can also stand before a real backend and write down what passes.

#![allow(clippy::disallowed_methods, reason = "the tasks of a mock begin here, and end with its runtime")]

mod answer;
mod generate;
mod guard;
mod http;
mod json;
mod pick;
mod record;
mod scene;
mod soap;

use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use self::http::Incoming;
use crate::samples::{Case, Side, Terms};
use crate::service::{Backend, Service};
use answer::Answer;
pub use generate::undeclared;
pub use guard::Guard;
pub use record::Recorder;
use scene::Scene;

/// What a mock plays.
pub struct Script {
    /// The contract.
    pub terms: Terms,
    /// The samples.
    pub cases: Vec<Case>,
    /// The language.
    pub side: Side,
    /// A declared fault that is every answer.
    pub fault: Option<String>,
    /// How long an answer takes.
    pub delay: Duration,
    /// Who may call.
    pub guard: Option<Guard>,
    /// What is recorded instead of played.
    pub recorder: Option<Recorder>,
}

/// A mock that can be started.
pub struct Mock {
    script: Script,
    scenes: Vec<Arc<Scene>>,
    only: Mutex<Option<Arc<Scene>>>,
}

impl Mock {
    /// A mock that plays `script`. Errors: samples that it cannot play.
    pub fn new(mut script: Script) -> Result<Self, Vec<String>> {
        let cases = std::mem::take(&mut script.cases);
        let (mut scenes, mut problems) = (Vec::new(), Vec::new());
        for case in cases {
            match Scene::new(case, &script.terms) {
                Ok(scene) => scenes.push(Arc::new(scene)),
                Err(reason) => problems.push(reason),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self { script, scenes, only: Mutex::default() })
    }

    /// A mock for the backend of `service` that plays what contract tests tell it to.
    pub fn silent(service: &Service) -> Self {
        let side = match service.backend {
            Backend::Json(_) => Side::Json,
            Backend::Soap(_) => Side::Soap,
        };
        let (terms, delay) = (Terms::of_service(service), Duration::ZERO);
        let script =
            Script { terms, cases: Vec::new(), side, fault: None, delay, guard: None, recorder: None };
        Self { script, scenes: Vec::new(), only: Mutex::default() }
    }

    /// From now on every request is answered as `case` says, whatever it is.
    pub(crate) fn play_only(&self, case: Case, operation: &str) {
        let scene = Scene::unmatched(case, operation);
        *self.only.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(scene));
    }

    /// Starts it on the current runtime, with which it ends.
    pub async fn start(self: Arc<Self>, listener: TcpListener) -> std::io::Result<()> {
        http::start(self, listener).await
    }

    async fn answer(&self, incoming: Incoming) -> Answer {
        let refused = soap::refused(self, &incoming).await;
        let answer = match (refused, &self.script.recorder) {
            (Some(refused), _) => refused,
            (None, Some(recorder)) => self.recorded(recorder, &incoming).await,
            (None, None) => self.played(&incoming),
        };
        tokio::time::sleep(self.script.delay).await;
        answer
    }

    fn played(&self, incoming: &Incoming) -> Answer {
        match self.script.side {
            Side::Soap => soap::answer(self, incoming),
            Side::Json => json::answer(self, incoming),
        }
    }

    async fn recorded(&self, recorder: &Recorder, incoming: &Incoming) -> Answer {
        let operation = match self.script.side {
            Side::Soap => soap::operation(self, incoming).map(|operation| operation.name.to_string()).ok(),
            Side::Json => json::operation(self, incoming),
        };
        match recorder.forward(self.script.side, incoming).await {
            Ok(answer) => {
                recorder.keep(operation.as_deref(), self.script.side, incoming, &answer, &self.script.terms);
                answer
            }
            Err(error) => Answer::text(502, &error.to_string()),
        }
    }

    fn terms(&self) -> &Terms {
        &self.script.terms
    }

    fn only(&self) -> Option<Arc<Scene>> {
        self.only.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The samples of an operation.
    fn scenes_of(&self, operation: &str) -> Vec<&Scene> {
        self.scenes.iter().map(|scene| &**scene).filter(|scene| scene.operation == operation).collect()
    }
}
