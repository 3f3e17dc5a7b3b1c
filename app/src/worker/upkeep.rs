//! Giving room back to the disk, on a thread of its own that nobody waits for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use hotaru_content::shelf::Shelf;

/// One round under way.
pub(super) struct Upkeep {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Upkeep {
    /// Begins a round; none where the system gives no thread, since the next one will do.
    pub(super) fn start(shelf: Shelf) -> Option<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("upkeep".to_owned())
            .spawn(move || {
                // What the disk has no room for, or refuses, stays as it is until the next
                // time; damage is mended, and told, at the next open.
                let _ = shelf.tidy(&|| !stopped.load(Ordering::Relaxed));
            });
        thread.ok().map(|thread| Self { stop, thread })
    }

    pub(super) fn is_done(&self) -> bool {
        self.thread.is_finished()
    }

    /// Ends it at its next step, a fraction of a second away.
    pub(super) fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.join();
    }
}
