//! Long attachments in files while their message is translated: memory holds what stands around them.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use futures_util::FutureExt;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::limits::{AttachmentLimits, SPOOL_STEP};
use crate::soap::{Hole, Sieve};

/// A folder for long attachments, and how many bytes are in it.
#[derive(Debug)]
pub(in crate::bridge) struct Spool {
    folder: Arc<Path>,
    limits: AttachmentLimits,
    taken: AtomicU64,
}

/// Why octets are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::bridge) enum SpoolError {
    /// There is no place for more.
    #[error("there is no place for more attachments")]
    Full,
    /// The file cannot be written.
    #[error("an attachment cannot be written to a file")]
    Io,
    /// One attachment, or all of a message, are too large.
    #[error("the attachments of the body are too large")]
    TooLarge,
}

impl Spool {
    /// In `folder`. Errors: nothing can be written there.
    pub(in crate::bridge) fn new(folder: &Path, limits: AttachmentLimits) -> io::Result<Arc<Self>> {
        tempfile::tempfile_in(folder)?;
        Ok(Arc::new(Self { folder: folder.into(), limits, taken: AtomicU64::new(0) }))
    }

    /// Sorts a body whose content type is `value`; nothing where no part of it may be long.
    pub(in crate::bridge) fn sifting(self: &Arc<Self>, value: &str) -> Option<Box<Sifting>> {
        let sieve = Sieve::new(value)?;
        let place = Place { spool: self.clone(), bytes: 0 };
        Some(Box::new(Sifting { sieve, place, file: None, writing: None, written: 0, ended: false }))
    }

    /// Bytes that are in the folder, or have their place there.
    #[cfg(test)]
    pub(in crate::bridge) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

/// Bytes that have their place in the folder until this is dropped.
#[derive(Debug)]
struct Place {
    spool: Arc<Spool>,
    bytes: u64,
}

impl Place {
    /// Has `bytes` from now on. Errors: there is no place for them.
    fn cover(&mut self, bytes: u64) -> Result<(), SpoolError> {
        let more = bytes - self.bytes;
        let (taken, most) = (&self.spool.taken, self.spool.limits.spooled);
        let fits = |taken: u64| taken.checked_add(more).filter(|taken| *taken <= most);
        taken.fetch_update(Ordering::AcqRel, Ordering::Relaxed, fits).map_err(|_| SpoolError::Full)?;
        self.bytes = bytes;
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.spool.taken.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

/// A body that is sorted while it comes: its long parts go into a file.
#[derive(Debug)]
pub(in crate::bridge) struct Sifting {
    sieve: Sieve,
    place: Place,
    /// Nothing while it is written.
    file: Option<Arc<File>>,
    writing: Option<JoinHandle<io::Result<Arc<File>>>>,
    /// Octets that were given to be written.
    written: u64,
    ended: bool,
}

impl Sifting {
    /// Takes what comes next. Errors: it is too much.
    pub(in crate::bridge) fn push(&mut self, data: &[u8]) -> Result<(), SpoolError> {
        self.sieve.push(data);
        self.check()
    }

    /// Nothing more comes. Errors: there was too much.
    pub(in crate::bridge) fn end(&mut self) -> Result<(), SpoolError> {
        self.sieve.end();
        self.ended = true;
        self.check()
    }

    fn check(&mut self) -> Result<(), SpoolError> {
        let (taken, limits) = (self.sieve.taken(), &self.place.spool.limits);
        if self.sieve.longest() > limits.part || taken > limits.sum {
            return Err(SpoolError::TooLarge);
        }
        self.place.cover(taken)
    }

    /// Writes what has to be written before more may come: all of it where nothing more does.
    pub(in crate::bridge) fn poll_written(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), SpoolError>> {
        loop {
            let waits = self.sieve.waiting();
            let is_due = waits >= SPOOL_STEP || self.ended && waits > 0;
            if let Some(writing) = &mut self.writing {
                match writing.poll_unpin(context) {
                    Poll::Pending if is_due || self.ended => return Poll::Pending,
                    Poll::Pending => return Poll::Ready(Ok(())),
                    Poll::Ready(written) => {
                        self.writing = None;
                        self.file = Some(ended(written).map_err(|_| SpoolError::Io)?);
                    }
                }
            }
            if !is_due {
                return Poll::Ready(Ok(()));
            }
            let octets = std::mem::take(self.sieve.apart());
            let (at, file, folder) = (self.written, self.file.take(), self.place.spool.folder.clone());
            self.written += octets.len() as u64;
            self.writing = Some(spawn_blocking(move || {
                let file = match file {
                    Some(file) => file,
                    // It has no name, and is gone with the last who has it.
                    None => Arc::new(tempfile::tempfile_in(folder)?),
                };
                file.write_all_at(&octets, at)?;
                Ok(file)
            }));
        }
    }

    /// Whether nothing more comes.
    pub(in crate::bridge) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Bytes of it that stay in memory.
    pub(in crate::bridge) fn kept(&self) -> usize {
        self.sieve.kept()
    }

    /// Bytes of it that are in memory: those that stay, and those that wait for the file.
    pub(in crate::bridge) fn in_memory(&self) -> usize {
        let written = if self.writing.is_some() { SPOOL_STEP } else { 0 };
        self.sieve.kept() + self.sieve.waiting() + written
    }

    /// Octets of all attachments of one body.
    pub(in crate::bridge) fn most(&self) -> u64 {
        self.place.spool.limits.sum
    }

    /// Bytes of it that go into the file.
    pub(in crate::bridge) fn taken(&self) -> u64 {
        self.sieve.taken()
    }

    /// What is left of the body in memory, and its long parts.
    pub(in crate::bridge) fn into_parts(self: Box<Self>) -> (Vec<u8>, Option<Spooled>) {
        let Self { sieve, place, file, .. } = *self;
        let (kept, holes) = sieve.into_parts();
        (kept, file.map(|file| Spooled { file, holes, _place: place }))
    }
}

/// What a thread gave that was waited for.
fn ended<T>(ended: Result<T, tokio::task::JoinError>) -> T {
    match ended {
        Ok(done) => done,
        Err(ended) => std::panic::resume_unwind(ended.into_panic()),
    }
}

/// Octets in a file.
#[derive(Debug)]
pub(in crate::bridge) struct Spooled {
    file: Arc<File>,
    holes: Vec<Hole>,
    _place: Place,
}

impl Spooled {
    /// Where they are missing in the body.
    pub(in crate::bridge) fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// The octets in this `place`.
    pub(in crate::bridge) fn read(&self, place: Range<u64>) -> io::Result<Vec<u8>> {
        let length = usize::try_from(place.end - place.start).map_err(io::Error::other)?;
        let mut octets = vec![0; length];
        self.file.read_exact_at(&mut octets, place.start)?;
        Ok(octets)
    }
}

/// Octets of a file that are read.
#[derive(Debug, Default)]
pub(in crate::bridge) struct Reading(Option<JoinHandle<io::Result<Vec<u8>>>>);

impl Reading {
    /// The octets of `spooled` in this `place`; the same until they are there.
    pub(in crate::bridge) fn poll(
        &mut self,
        spooled: &Arc<Spooled>,
        place: Range<u64>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<Vec<u8>>> {
        let reading = self.0.get_or_insert_with(|| {
            let spooled = spooled.clone();
            spawn_blocking(move || spooled.read(place))
        });
        let read = ready!(reading.poll_unpin(context));
        self.0 = None;
        Poll::Ready(ended(read))
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;
    use crate::limits::SPOOL_OVER;

    fn spool(part: u64, sum: u64, spooled: u64) -> Arc<Spool> {
        Spool::new(&std::env::temp_dir(), AttachmentLimits { part, sum, spooled }).expect("a folder")
    }

    /// What becomes of a body with two parts of so many octets beside its message.
    async fn sifted(spool: &Arc<Spool>, first: usize, second: usize) -> Result<Option<Spooled>, SpoolError> {
        let whole = sifted_in(spool, first, second, usize::MAX).await.map(drop);
        let pieces = sifted_in(spool, first, second, 100_000).await;
        assert_eq!(whole.as_ref().err(), pieces.as_ref().err(), "however it comes");
        pieces
    }

    /// The same of a body that comes in pieces of so many bytes.
    async fn sifted_in(
        spool: &Arc<Spool>,
        first: usize,
        second: usize,
        step: usize,
    ) -> Result<Option<Spooled>, SpoolError> {
        let mut sifting = spool.sifting("multipart/related; boundary=b").expect("parts");
        let part = |length| [b"--b\r\n\r\n", &vec![7; length][..], b"\r\n"].concat();
        let body = [part(10), part(first), part(second), b"--b--".to_vec()].concat();
        for piece in body.chunks(step) {
            poll_fn(|context| sifting.poll_written(context)).await?;
            sifting.push(piece)?;
        }
        sifting.end()?;
        poll_fn(|context| sifting.poll_written(context)).await?;
        let (kept, spooled) = sifting.into_parts();
        let missing: u64 = spooled.iter().flat_map(Spooled::holes).map(Hole::length).sum();
        assert_eq!(kept.len() as u64 + missing, body.len() as u64);
        Ok(spooled)
    }

    #[tokio::test]
    async fn octets_are_in_the_file() {
        let large = SPOOL_OVER + 1;
        let spool = spool(u64::MAX, u64::MAX, u64::MAX);
        assert!(sifted(&spool, 10, SPOOL_OVER).await.expect("short ones").is_none());
        let spooled = sifted(&spool, large, 3 * SPOOL_STEP).await.expect("room").expect("a file");
        let lengths: Vec<u64> = spooled.holes().iter().map(Hole::length).collect();
        assert_eq!(lengths, [large as u64, 3 * SPOOL_STEP as u64]);
        assert_eq!(spool.taken(), lengths.iter().sum::<u64>());
        let octets = spooled.read(spooled.holes()[1].octets.clone()).expect("octets");
        assert!(octets == vec![7; 3 * SPOOL_STEP]);
        let end: u64 = lengths.iter().sum();
        assert!(spooled.read(end..end + 1).is_err(), "nothing is behind them");
        drop(spooled);
        assert_eq!(spool.taken(), 0);
    }

    #[tokio::test]
    async fn octets_have_bounds() {
        let large = SPOOL_OVER + 1;
        let two = 2 * large as u64;
        for (limits, expected) in [
            ((two / 2, two, two), None),
            ((two / 2 - 1, two, two), Some(SpoolError::TooLarge)),
            ((two / 2, two - 1, two), Some(SpoolError::TooLarge)),
            ((two / 2, two, two - 1), Some(SpoolError::Full)),
        ] {
            let spool = spool(limits.0, limits.1, limits.2);
            assert_eq!(sifted(&spool, large, large).await.err(), expected, "{limits:?}");
            assert_eq!(spool.taken(), 0);
        }
    }

    #[test]
    fn a_folder_has_to_be_there() {
        assert!(Spool::new(Path::new("/there/is/no/such/folder"), AttachmentLimits::default()).is_err());
    }
}
