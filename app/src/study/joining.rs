//! Joining a class, and being told that the school moved.

use hotaru_content::id::{PupilId, TerminalId};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::terminal::{self, LineOptions, SignIn};
use hotaru_sync::wire::Earlier;
use serde::Serialize;

use super::{Problem, Study};
use crate::cli::terminal_name;

/// What a join gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Joined {
    /// The terminal.
    pub terminal: TerminalId,
    /// The pupil.
    pub pupil: PupilId,
    /// Her number.
    pub number: u16,
    /// The class's name.
    pub class: String,
    /// The school's name.
    pub school: String,
    /// What becomes of what she did on other terminals.
    pub earlier: Earlier,
}

impl Study {
    /// Joins a school: a new terminal for a pupil, or one more pupil on this one.
    ///
    /// # Errors
    /// Where the school is out of reach or does not know the code; nothing has changed then.
    pub fn join(
        &mut self,
        cloud: &str,
        sign_in: &SignIn,
        line: &LineOptions,
        cancel: &Cancel,
    ) -> Result<Joined, Problem> {
        let name = terminal_name();
        let answer = terminal::join(&self.shelf, cloud, sign_in, &name, line, cancel)?;
        self.select(&answer.pupil.pupil)?;
        Ok(Joined {
            terminal: answer.terminal,
            pupil: answer.pupil.pupil,
            number: answer.pupil.number,
            class: answer.pupil.class_name,
            school: answer.school.name,
            earlier: answer.earlier,
        })
    }

    /// Tells the terminal where its school is now.
    ///
    /// # Errors
    /// Where it has not joined one, or the profile cannot be written.
    pub fn set_address(&self, cloud: &str) -> Result<(), Problem> {
        if self.shelf.identity().cloud.is_none() {
            return Err(Problem::NotJoined);
        }
        self.shelf
            .update_identity(|identity| identity.cloud = Some(cloud.to_owned()))?;
        Ok(())
    }
}
