//! What lets exchanges in: how many there may be, and how much memory their bodies may take.

use std::fmt;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use super::budget::Budget;
use super::pace::Pace;
use super::permits::{Permit, Permits};
use super::resources;
use crate::limits::{BODY_MEMORY, CONCURRENT_MOST, CONCURRENT_PER_CORE, HttpLimits};

/// What all exchanges of a process share.
#[derive(Debug)]
pub(in crate::bridge) struct Admission {
    /// All that there are.
    begun: Permits,
    /// Those whose body is waited for.
    pub(in crate::bridge) waiting: Permits,
    /// Those that are worked on.
    working: Permits,
    pub(in crate::bridge) memory: Arc<Budget>,
}

/// A place among the exchanges that are worked on: of the process, and of its thread.
#[derive(Debug)]
pub(in crate::bridge) struct Work<'w> {
    _working: Permit<'w>,
    _paced: Permit<'w>,
}

/// What there is not enough of for one more exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortage {
    /// What a thread does in time.
    Late,
    /// Memory for bodies.
    Memory,
    /// Places for exchanges of one operation.
    Operation,
    /// Places for requests whose body is waited for.
    Waiting,
    /// Places for exchanges.
    Working,
}

impl Shortage {
    /// What is reached: a limit, or what has none.
    pub(in crate::bridge) fn name(self) -> &'static str {
        match self {
            Self::Late => "what a thread does in time",
            Self::Memory => "limits.http.body_memory",
            Self::Operation => "the operation's concurrent",
            Self::Waiting => "limits.http.waiting",
            Self::Working => "limits.http.concurrent",
        }
    }
}

impl fmt::Display for Shortage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl Admission {
    pub(in crate::bridge) fn new(limits: &HttpLimits) -> Self {
        // No error: nobody has said how many.
        let working = limits.concurrent.unwrap_or_else(concurrent);
        Self {
            begun: Permits::new(usize::MAX),
            waiting: Permits::new(limits.waiting),
            working: Permits::new(working),
            memory: Arc::new(Budget::new(limits.body_memory, body_memory)),
        }
    }

    /// An exchange begins.
    #[inline]
    pub(in crate::bridge) fn begin(&self) -> Permit<'_> {
        self.begun.take().expect("there is a place for each")
    }

    /// A place to work, if the process has one and the thread can do it in time.
    #[inline]
    pub(in crate::bridge) fn work<'w>(&'w self, pace: &'w Pace) -> Result<Work<'w>, Shortage> {
        let working = self.working.take().ok_or(Shortage::Working)?;
        let paced = pace.enter().ok_or(Shortage::Late)?;
        Ok(Work { _working: working, _paced: paced })
    }

    /// Places to work that are free.
    #[inline]
    pub(in crate::bridge) fn free(&self) -> usize {
        self.working.free()
    }

    /// Places to work that are taken, and how many there are.
    pub(in crate::bridge) fn places(&self) -> (usize, usize) {
        (self.working.taken(), self.working.most())
    }

    /// Exchanges, places to work, places of those whose body is waited for, and bytes of bodies.
    #[cfg(test)]
    pub(in crate::bridge) fn taken(&self) -> [usize; 4] {
        [self.begun.taken(), self.working.taken(), self.waiting.taken(), self.memory.taken()]
    }

    /// Whether there is none.
    pub(in crate::bridge) fn is_idle(&self) -> bool {
        self.begun.taken() == 0
    }
}

/// Exchanges at one time, where nobody has said how many.
fn concurrent() -> usize {
    // Where nobody knows how many cores there are, there is one.
    let cores = available_parallelism().map_or(1, NonZero::get);
    cores.saturating_mul(CONCURRENT_PER_CORE).min(CONCURRENT_MOST)
}

/// Bytes of bodies, where nobody has said how many.
fn body_memory() -> usize {
    let quarter = |memory: u64| usize::try_from(memory / 4).map_or(usize::MAX, |quarter| quarter);
    resources::memory().map_or(BODY_MEMORY, quarter)
}
