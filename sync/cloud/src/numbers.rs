//! The numbers of signed requests: each is taken once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hotaru_content::id::TerminalId;
use hotaru_sync::signed::{Number, Window};

use crate::store::{Result, Store};

/// What was seen of every terminal since the start.
#[derive(Debug, Default)]
pub struct Numbers(Mutex<HashMap<TerminalId, Window>>);

impl Numbers {
    /// Takes a number; `ceiling` is what the store has noted. None where it is new, else the
    /// number to go on above.
    ///
    /// # Errors
    /// Where the store fails: then the number is not taken.
    pub async fn take(
        &self,
        store: &dyn Store,
        (terminal, ceiling): (TerminalId, u64),
        number: u64,
    ) -> Result<Option<u64>> {
        loop {
            match self.with(terminal, ceiling, |window| window.take(number)) {
                Number::Fresh => return Ok(None),
                Number::Stale(above) => return Ok(Some(above)),
                // It is on the disk before any number above the old one counts.
                Number::Ceiling(ceiling) => {
                    store.note_ceiling(terminal, ceiling).await?;
                    self.with(terminal, ceiling, |window| window.noted(ceiling));
                }
            }
        }
    }

    fn with<T>(&self, of: TerminalId, ceiling: u64, act: impl FnOnce(&mut Window) -> T) -> T {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        act(windows.entry(of).or_insert_with(|| Window::new(ceiling)))
    }
}
