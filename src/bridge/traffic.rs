//! Samples of traffic, for whoever looks for a mistake in a message: the last exchanges with their messages, masked before anybody sees
//! them, in memory and in files.
//!
//! A thread of its own masks and writes. What comes while it has enough to do is left out and counted: no exchange waits for it.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use prometheus_client::metrics::counter::Counter;
use serde_json::{Value, json};

use super::ready::ReadyService;
use super::record::Kept;
use crate::limits::{TRAFFIC_FILES, TRAFFIC_SHOWN, TRAFFIC_WAITING};
use crate::redact::{Masks, SecretSet, Sought, masked_json, masked_xml};

/// Where samples go. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Traffic {
    samples: SyncSender<Sample>,
    shown: Option<Arc<Mutex<VecDeque<String>>>>,
}

/// An exchange and its messages.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) service: Arc<ReadyService>,
    /// Its line of the access log.
    pub(super) exchange: Value,
    /// What each message is called, and the message.
    pub(super) messages: [(&'static str, Kept); 4],
}

impl Traffic {
    /// Keeps samples in memory where they are to be `shown`, and in files in `folder`. Errors: there is no thread for it, or no folder.
    pub fn start(is_shown: bool, folder: Option<PathBuf>) -> io::Result<Self> {
        folder.as_ref().map_or(Ok(()), fs::create_dir_all)?;
        let (samples, receiver) = sync_channel(TRAFFIC_WAITING);
        let shown = is_shown.then(Arc::default);
        let worker = Worker { samples: receiver, shown: shown.clone(), folder, written: 0, masking: None };
        std::thread::Builder::new().name("traffic".to_owned()).spawn(move || worker.run())?;
        Ok(Self { samples, shown })
    }

    /// Takes a sample, or leaves it out.
    pub(super) fn keep(&self, sample: Sample) {
        if self.samples.try_send(sample).is_err() {
            LEFT_OUT.inc();
        }
    }

    /// The last exchanges, the newest first, as a list in JSON; nothing where they are not to be shown.
    pub fn shown(&self) -> Option<String> {
        let shown = self.shown.as_ref()?.lock();
        let all: Vec<&str> = shown.iter().rev().map(String::as_str).collect();
        Some(format!("[{}]\n", all.join(",\n")))
    }
}

/// The samples of this process that were left out.
pub(super) fn left_out() -> Counter {
    LEFT_OUT.clone()
}

static LEFT_OUT: LazyLock<Counter> = LazyLock::new(Counter::default);

struct Worker {
    samples: Receiver<Sample>,
    shown: Option<Arc<Mutex<VecDeque<String>>>>,
    folder: Option<PathBuf>,
    /// Files that were written.
    written: usize,
    masking: Option<Masking>,
}

/// What is masked in the messages of one service.
struct Masking {
    service: Arc<ReadyService>,
    masks: Masks,
    secrets: Sought,
}

impl Worker {
    fn run(mut self) {
        // It ends with the last of those who send.
        while let Ok(sample) = self.samples.recv() {
            let text = self.text(sample);
            if let Some(folder) = &self.folder {
                let path = folder.join(format!("exchange-{:03}.json", self.written % TRAFFIC_FILES));
                self.written += 1;
                if fs::write(path, &text).is_err() {
                    LEFT_OUT.inc();
                }
            }
            if let Some(shown) = &self.shown {
                let mut shown = shown.lock();
                shown.push_back(text);
                if shown.len() > TRAFFIC_SHOWN {
                    shown.pop_front();
                }
            }
        }
    }

    fn text(&mut self, sample: Sample) -> String {
        let Sample { service, exchange, messages } = sample;
        let masking = match self.masking.take() {
            Some(masking) if Arc::ptr_eq(&masking.service, &service) => masking,
            Some(_) | None => Masking::of(service),
        };
        let messages: serde_json::Map<String, Value> = messages
            .into_iter()
            .filter_map(|(name, message)| Some((name.to_owned(), masking.shown(&message)?)))
            .collect();
        self.masking = Some(masking);
        json!({ "exchange": exchange, "messages": messages }).to_string()
    }
}

impl Masking {
    fn of(service: Arc<ReadyService>) -> Self {
        let (masks, secrets) = (Masks::of(&service.service), SecretSet::of(&service.service).sought());
        Self { service, masks, secrets }
    }

    /// A message without what must not be shown; of one that cannot be read, or is too large, only how long it is.
    fn shown(&self, message: &Kept) -> Option<Value> {
        let limits = &self.service.service.limits;
        let message = match message {
            Kept::Nothing => return None,
            Kept::Length(length) => return Some(json!({ "bytes": length })),
            Kept::Whole(message) => message,
        };
        // What cannot be read cannot be masked.
        let masked = match message.trim_ascii_start().starts_with(b"<") {
            true => masked_xml(message, &self.masks, &limits.xml).map_err(drop),
            false => masked_json(message, &self.masks, &limits.json).map_err(drop),
        };
        Some(match masked {
            Ok(masked) => self.secrets.masked(&String::from_utf8_lossy(&masked)).into(),
            Err(()) => json!({ "bytes": message.len() }),
        })
    }
}
