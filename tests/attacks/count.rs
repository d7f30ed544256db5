//! What the bridge's thread allocates.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicIsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static LIVE: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);
static TAKEN: AtomicIsize = AtomicIsize::new(0);

thread_local! {
    /// Clients, backends and tests are not the bridge.
    static IS_BRIDGE: Cell<bool> = const { Cell::new(true) };
}

fn count(bytes: isize) {
    if IS_BRIDGE.try_with(Cell::get).unwrap_or(false) {
        let live = LIVE.fetch_add(bytes, Ordering::Relaxed) + bytes;
        PEAK.fetch_max(live, Ordering::Relaxed);
        TAKEN.fetch_add(bytes.max(0), Ordering::Relaxed);
    }
}

// SAFETY: every call goes to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Says that the current thread is not the bridge's.
pub fn outside() {
    IS_BRIDGE.with(|is_bridge| is_bridge.set(false));
}

/// Tests take turns, for there is one count.
pub fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    outside();
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `work`; gives by how many bytes the bridge grew at most, and by how many it stayed larger.
pub fn measured<T>(work: impl FnOnce() -> T) -> (T, usize, isize) {
    let before = LIVE.load(Ordering::SeqCst);
    PEAK.store(before, Ordering::SeqCst);
    let done = work();
    let peak = PEAK.load(Ordering::SeqCst) - before;
    (done, peak.max(0) as usize, LIVE.load(Ordering::SeqCst) - before)
}

/// Runs `work`; gives how many bytes the bridge took, those that it gave back at once too: large pieces that come and go on one thread
/// after the other are not given back to the system.
pub fn taken(work: impl FnOnce()) -> usize {
    let before = TAKEN.load(Ordering::SeqCst);
    work();
    (TAKEN.load(Ordering::SeqCst) - before).max(0) as usize
}
