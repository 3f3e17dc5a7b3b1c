//! Opening and locking the study of the pupil in front.

use hotaru_content::id::PupilId;
use hotaru_content::shelf::{LockKind, LockState};
use hotaru_content::unlock::UnlockCode;

use super::{Problem, Study};

impl Study {
    /// How a pupil's study stands; none where she is not on this terminal.
    #[must_use]
    pub fn lock_state(&self, pupil: &PupilId) -> Option<LockState> {
        self.shelf.lock_state(pupil, self.now().wall_ms)
    }

    /// Whether the pupil in front has to open her study first.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.front.is_some() && self.current.is_none()
    }

    /// Opens the study of the pupil in front with her secret.
    ///
    /// # Errors
    /// Where it is not right, not yet to be tried again, or the school was away too long.
    pub fn unlock(&mut self, secret: &str) -> Result<(), Problem> {
        let pupil = self.in_front()?;
        self.shelf.unlock(&pupil, secret, self.now().wall_ms)?;
        self.select(&pupil)
    }

    /// Opens it with a code that a teacher reads out. A new secret is to be chosen next.
    ///
    /// # Errors
    /// Where it is none, or not the one of this number.
    pub fn unlock_by_code(&mut self, code: &str) -> Result<(), Problem> {
        let pupil = self.in_front()?;
        let code: UnlockCode = code
            .parse()
            .map_err(hotaru_content::shelf::ShelfError::from)?;
        self.shelf
            .unlock_by_code(&pupil, &code, self.now().wall_ms)?;
        self.select(&pupil)
    }

    /// Chooses the secret of the pupil in front, or another one.
    ///
    /// # Errors
    /// Where it is too short or too easy, or her study is locked.
    pub fn set_lock(&mut self, kind: LockKind, secret: &str) -> Result<(), Problem> {
        let pupil = self.in_front()?;
        Ok(self
            .shelf
            .set_lock(&pupil, kind, secret, self.now().wall_ms)?)
    }

    /// Takes the lock of the pupil in front away.
    ///
    /// # Errors
    /// Where her study is locked.
    pub fn remove_lock(&mut self) -> Result<(), Problem> {
        let pupil = self.in_front()?;
        Ok(self.shelf.remove_lock(&pupil)?)
    }

    /// Locks the study of the pupil in front, where she has a lock.
    pub fn lock_now(&mut self) {
        let Some(front) = self.front.clone() else {
            return;
        };
        let has_lock = self
            .lock_state(&front.pupil)
            .is_some_and(|state| state.kind.is_some());
        if has_lock {
            self.current = None;
            self.shelf.close_pupil(&front.pupil);
        }
    }

    fn in_front(&self) -> Result<PupilId, Problem> {
        self.pupil()
            .map(|entry| entry.pupil)
            .ok_or(Problem::NotJoined)
    }
}
