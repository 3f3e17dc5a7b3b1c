//! The system's dialog for files: it is open beside the window, and what was picked comes later.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// A dialog that may be open.
#[derive(Default)]
pub(super) struct Picking(Option<Receiver<Vec<PathBuf>>>);

impl Picking {
    /// Whether it is open.
    pub(super) fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Opens it.
    pub(super) fn open(&mut self, ctx: &egui::Context, title: &str) {
        let (tell, picking) = channel();
        let ctx = ctx.clone();
        // Made on the window's own thread, as some systems want; waited for on another.
        let dialog = rfd::AsyncFileDialog::new().set_title(title).pick_files();
        let thread = std::thread::Builder::new()
            .name("picking".to_owned())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let picked = runtime.ok().and_then(|runtime| runtime.block_on(dialog));
                let picked = picked.unwrap_or_default();
                // The window may be closed in the meantime.
                let _ = tell.send(picked.iter().map(|file| file.path().to_owned()).collect());
                ctx.request_repaint();
            });
        self.0 = thread.is_ok().then_some(picking);
    }

    /// What was picked since it was last asked; nothing where the dialog is still open or was
    /// closed without.
    pub(super) fn take(&mut self) -> Vec<PathBuf> {
        match self.0.as_ref().map(Receiver::try_recv) {
            Some(Ok(picked)) => {
                self.0 = None;
                picked
            }
            Some(Err(TryRecvError::Disconnected)) => {
                self.0 = None;
                Vec::new()
            }
            Some(Err(TryRecvError::Empty)) | None => Vec::new(),
        }
    }
}
