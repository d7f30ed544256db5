//! From an exchange that has ended to one that can be looked at.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use prometheus_client::metrics::counter::Counter;

use super::again::{self, NotAgain};
use super::files::Files;
use super::har;
use super::home::Home;
use super::masking::Maskings;
use super::query::TrafficQuery;
use super::ring::{Packer, Ring};
use super::sample::{Sample, Used, home, room};
use super::shown::Shown;
use super::summary::Summary;
use crate::bridge::ready::ReadyService;
use crate::bridge::record::Details;
use crate::bridge::transcript::Transcript;
use crate::limits::{TRAFFIC_WAITING, TRAFFIC_WAITING_BYTES};

/// Where exchanges go that are looked at. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Traffic {
    samples: SyncSender<Waiting>,
    /// Bytes of the messages that wait.
    waiting: Arc<AtomicUsize>,
    ring: Option<Arc<Ring>>,
}

impl Traffic {
    /// Keeps exchanges in memory where they are to be `shown`, and in files in `folder`. Errors: there is no thread for it, or no folder.
    pub fn start(is_shown: bool, folder: Option<PathBuf>) -> io::Result<Self> {
        let files = folder.map(Files::new).transpose()?;
        let (samples, receiver) = sync_channel(TRAFFIC_WAITING);
        let (ring, waiting) = (is_shown.then(Arc::<Ring>::default), Arc::<AtomicUsize>::default());
        let worker = Worker {
            samples: receiver,
            waiting: waiting.clone(),
            ring: ring.clone(),
            packer: Packer::new()?,
            files,
            maskings: Maskings::default(),
        };
        std::thread::Builder::new().name("traffic".to_owned()).spawn(move || worker.run())?;
        Ok(Self { samples, waiting, ring })
    }

    /// Room to note an exchange.
    #[inline]
    pub(in crate::bridge) fn details(&self) -> Box<Mutex<Details>> {
        room()
    }

    /// Takes an exchange, or leaves it out.
    #[inline]
    pub(in crate::bridge) fn keep(&self, mut sample: Sample) {
        let weight = sample.details.get_mut().transcript.as_ref().map_or(0, Transcript::len);
        let waiting = self.waiting.fetch_add(weight, Ordering::Relaxed);
        let one = Waiting { sample, weight, home: home() };
        if waiting + weight > TRAFFIC_WAITING_BYTES || self.samples.try_send(one).is_err() {
            self.waiting.fetch_sub(weight, Ordering::Relaxed);
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
struct Waiting {
    sample: Sample,
    /// Bytes of what was said.
    weight: usize,
    home: Arc<Home<Used>>,
}

struct Worker {
    samples: Receiver<Waiting>,
    waiting: Arc<AtomicUsize>,
    ring: Option<Arc<Ring>>,
    packer: Packer,
    files: Option<Files>,
    maskings: Maskings,
}

impl Worker {
    fn run(mut self) {
        // It ends with the last of those who send.
        while let Ok(Waiting { sample, weight, home }) = self.samples.recv() {
            if self.keep(&sample).is_err() {
                LEFT_OUT.inc();
            }
            self.waiting.fetch_sub(weight, Ordering::Relaxed);
            home.take(sample.used());
        }
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
