//! From an exchange that has ended to one that can be looked at.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;

use super::again::{self, NotAgain};
use super::files::Files;
use super::har;
use super::home::Home;
use super::masking::Maskings;
use super::query::TrafficQuery;
use super::queue::Queue;
use super::ring::{Packer, Ring};
use super::sample::{Room, Sample, home, room, spare};
use super::shown::Shown;
use super::summary::Summary;
use crate::bridge::ready::ReadyService;
use crate::bridge::transcript::Transcript;

/// Where exchanges go that are looked at. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Traffic {
    queue: Arc<Queue<Waiting>>,
    ring: Option<Arc<Ring>>,
    spare: Arc<Home<Room>>,
}

impl Traffic {
    /// Keeps exchanges in memory where they are to be `shown`, and in files in `folder`. Errors: there is no thread for it, or no folder.
    pub fn start(is_shown: bool, folder: Option<PathBuf>) -> io::Result<Self> {
        let files = folder.map(Files::new).transpose()?;
        let (ring, queue) = (is_shown.then(Arc::<Ring>::default), Arc::<Queue<Waiting>>::default());
        let worker = Worker {
            queue: queue.clone(),
            ring: ring.clone(),
            packer: Packer::new()?,
            files,
            maskings: Maskings::default(),
        };
        std::thread::Builder::new().name("traffic".to_owned()).spawn(move || worker.run())?;
        Ok(Self { queue, ring, spare: Arc::new(spare()) })
    }

    /// Room to note an exchange.
    #[inline]
    pub(in crate::bridge) fn room(&self) -> Room {
        room(&self.spare)
    }

    /// Takes the exchange that `make` makes with what is noted of it, or leaves it out.
    #[inline]
    pub(in crate::bridge) fn keep(&self, mut room: Room, make: impl FnOnce(Room) -> Sample) {
        let weight = room.get_mut().transcript.as_ref().map_or(0, Transcript::len);
        if !self.queue.put(weight, || Waiting { sample: make(room), weight, home: home() }) {
            LEFT_OUT.inc();
        }
    }

    /// Whether there is anything to look at.
    pub fn is_shown(&self) -> bool {
        self.ring.is_some()
    }

    /// The exchanges that `query` asks for, the newest first, in JSON.
    pub fn list(&self, query: &TrafficQuery) -> Option<String> {
        let found = self.ring.as_ref()?.search(query);
        Some(serde_json::to_string(&found).expect("names and numbers are JSON"))
    }

    /// The exchange `number` in JSON, while it is kept.
    pub fn exchange(&self, number: u64) -> Option<Vec<u8>> {
        Some(self.ring.as_ref()?.find(number)?.json())
    }

    /// A command that sends the request of the exchange `number` again, while it is kept, to one of `services`. Errors: there is none.
    pub fn again(&self, number: u64, services: &[Arc<ReadyService>]) -> Option<Result<String, NotAgain>> {
        let entry = self.ring.as_ref()?.find(number)?;
        let service = services.iter().find(|ready| *ready.service.name == *entry.summary.service);
        let again = service.ok_or(NotAgain::Service).and_then(|ready| again::curl(&entry, &ready.service));
        Some(again)
    }

    /// The exchange `number` as an HTTP archive, while it is kept.
    pub fn archive_of(&self, number: u64) -> Option<String> {
        Some(har::archive(&[self.ring.as_ref()?.find(number)?]))
    }

    /// The exchanges that `query` asks for as an HTTP archive.
    pub fn archive(&self, query: &TrafficQuery) -> Option<String> {
        Some(har::archive(&self.ring.as_ref()?.search(query).exchanges))
    }
}

/// The exchanges of this process that were left out.
pub(in crate::bridge) fn left_out() -> Counter {
    LEFT_OUT.clone()
}

static LEFT_OUT: LazyLock<Counter> = LazyLock::new(Counter::default);

/// An exchange that waits to be masked.
#[derive(Debug)]
struct Waiting {
    sample: Sample,
    /// Bytes of what was said.
    weight: usize,
    home: Arc<Home<Room>>,
}

struct Worker {
    queue: Arc<Queue<Waiting>>,
    ring: Option<Arc<Ring>>,
    packer: Packer,
    files: Option<Files>,
    maskings: Maskings,
}

impl Worker {
    fn run(mut self) {
        let (mut all, mut pause) = (Vec::new(), SHORTEST);
        loop {
            // It ends with the last of those who put something in, once it has all of that.
            let is_last = Arc::strong_count(&self.queue) == 1;
            self.queue.take(&mut all);
            if all.is_empty() {
                if is_last {
                    return;
                }
                std::thread::sleep(pause);
                pause = LONGEST.min(2 * pause);
            } else {
                all.drain(..).for_each(|waiting| self.take(waiting));
                pause = SHORTEST;
            }
        }
    }

    fn take(&mut self, Waiting { sample, weight, home }: Waiting) {
        if self.keep(&sample).is_err() {
            LEFT_OUT.inc();
        }
        self.queue.done(weight);
        home.take(sample.details);
    }

    /// Errors: no memory, or no file.
    fn keep(&mut self, sample: &Sample) -> io::Result<()> {
        let shown = Shown::of(sample, self.maskings.of(&sample.service));
        let json = serde_json::to_vec(&shown).expect("texts and numbers are JSON");
        if let Some(ring) = &self.ring {
            ring.add(Summary::of(&shown.exchange), self.packer.pack(&json)?);
        }
        self.files.as_mut().map_or(Ok(()), |files| files.write(&json))
    }
}

/// How long the thread waits, where there is nothing to mask, before it looks again: to wake it would cost each exchange a tenth of all that
/// is noted of it. Where there still is nothing it waits twice as long the next time, and at most so long that a bridge which is busy all at
/// once has no more than may wait.
const SHORTEST: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_millis(80);
