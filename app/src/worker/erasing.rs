//! From the moment an erasure was agreed to until somebody begins anew.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use hotaru_content::shelf::OpenReport;
use hotaru_sync::erasure::Certificate;

use super::{Command, Message, Publisher, Snapshot, Stage, WorkerOptions};
use crate::study::{Erased, Erasure, Problem, Settings, Study, confirm};

/// How it goes on after an erasure.
pub(super) enum Then {
    /// With an empty profile.
    Anew,
    /// With the profile as it was: nothing was erased, and this is why.
    Back(Box<(Study, OpenReport)>, Problem),
    /// The program ends.
    Quit,
}

/// What the window may ask for meanwhile.
enum Asked {
    Again,
    Confirm,
    Anew,
    Quit,
}

/// The thread's part while there is no profile.
pub(super) struct Erasing<'a> {
    pub options: &'a WorkerOptions,
    pub inbox: &'a Receiver<Message>,
    pub publisher: &'a Publisher,
    /// What the window looks like.
    pub settings: Settings,
}

impl Erasing<'_> {
    /// Erases, tells the school, and waits for what comes next.
    pub(super) fn carry_out(&self, erasure: &Erasure) -> Then {
        loop {
            self.publish(Stage::Erasing);
            let keyring = self.options.open.keyring.as_deref();
            let Err(problem) = erasure.carry_out(keyring) else {
                break;
            };
            // Where it had begun, opening goes on with it, and fails where that does.
            match Study::open_with(&self.options.profile, &self.options.open) {
                Ok(opened) if opened.0.pupil().is_some() => {
                    return Then::Back(Box::new(opened), problem);
                }
                Ok(_) => break,
                Err(_) => self.publish(Stage::NotErased {
                    code: problem.code().to_owned(),
                    detail: problem.to_string(),
                }),
            }
            loop {
                match self.asked() {
                    Asked::Again => break,
                    Asked::Quit => return Then::Quit,
                    Asked::Confirm | Asked::Anew => {}
                }
            }
        }
        self.tell(erasure.certificate().cloned())
    }

    /// Tells the school, as often as it is asked to.
    pub(super) fn tell(&self, certificate: Option<Certificate>) -> Then {
        let mut erased = Erased {
            certificate,
            is_confirmed: false,
        };
        loop {
            let mut untold = None;
            if erased.certificate.is_some() && !erased.is_confirmed {
                self.publish(Stage::Telling);
                match self.confirmed(&self.options.profile) {
                    Ok(is_confirmed) => erased.is_confirmed = is_confirmed,
                    Err(problem) => {
                        untold = Some((problem.code().to_owned(), problem.to_string()));
                    }
                }
            }
            self.publish(Stage::Erased {
                erased: Arc::new(erased.clone()),
                untold,
            });
            loop {
                match self.asked() {
                    Asked::Confirm => break,
                    Asked::Anew => return Then::Anew,
                    Asked::Quit => return Then::Quit,
                    Asked::Again => {}
                }
            }
        }
    }

    fn confirmed(&self, profile: &Path) -> Result<bool, Problem> {
        match confirm(profile, &self.options.line) {
            Ok(erased) => Ok(erased.is_confirmed),
            // Somebody else told it in the meantime (`hotaru erase --confirm`).
            Err(Problem::NoErasure) => Ok(true),
            Err(problem) => Err(problem),
        }
    }

    /// Waits for one of the commands that mean something here; of threads that have ended
    /// there may still be messages.
    fn asked(&self) -> Asked {
        loop {
            match self.inbox.recv() {
                Ok(Message::Command(Command::Erase { .. })) => return Asked::Again,
                Ok(Message::Command(Command::ConfirmErasure)) => return Asked::Confirm,
                Ok(Message::Command(Command::BeginAnew)) => return Asked::Anew,
                Ok(Message::Command(Command::Quit)) | Err(_) => return Asked::Quit,
                Ok(_) => {}
            }
        }
    }

    fn publish(&self, stage: Stage) {
        let snapshot = Snapshot::without_profile(stage, self.settings.clone());
        self.publisher.publish(snapshot);
    }
}
