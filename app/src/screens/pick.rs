//! The system's dialog for one photo.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use egui::Context;

/// A dialog that is open, if one is.
#[derive(Debug, Default)]
pub(super) struct PhotoPicker(Option<Receiver<Option<PathBuf>>>);

impl PhotoPicker {
    /// Opens the dialog; what is picked comes later.
    pub(super) fn open(&mut self, ctx: &Context, title: &str) {
        let (tell, picked) = channel();
        let ctx = ctx.clone();
        // Made on the window's own thread, as some systems want; waited for on another.
        let dialog = rfd::AsyncFileDialog::new()
            .set_title(title)
            .add_filter("JPEG, PNG", &["jpg", "jpeg", "png", "JPG", "JPEG", "PNG"])
            .pick_file();
        let wait = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let file = runtime.ok().and_then(|runtime| runtime.block_on(dialog));
            // The window may be closed in the meantime.
            let _ = tell.send(file.map(|file| file.path().to_owned()));
            ctx.request_repaint();
        };
        let thread = std::thread::Builder::new()
            .name("picking".to_owned())
            .spawn(wait);
        self.0 = thread.is_ok().then_some(picked);
    }

    /// Whether a dialog is open.
    pub(super) fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// What was picked, once.
    pub(super) fn picked(&mut self) -> Option<PathBuf> {
        let picked = match self.0.as_ref()?.try_recv() {
            Ok(picked) => picked,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => None,
        };
        self.0 = None;
        picked
    }
}
