//! Questions to the school, on a thread of their own: one at a time, over one connection.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use hotaru_content::blob::BlobId;
use hotaru_content::drill::Drill;
use hotaru_content::id::{ClassId, LessonId, PupilId, TerminalId};
use hotaru_content::lesson::Revision;
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::wire::{
    AdminTerminals, DeskAnswers, DeskCard, DeskLessons, DeskPupil, DeskReceipts, DeskSchool,
    MAX_LESSOR_CERTIFICATE_LEN, NewJoinCode, SessionCard, UnlockAnswer,
};

use super::Message;
use crate::account::Account;
use crate::line::Line;
use crate::problem::Problem;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask {
    School,
    Me,
    RenewCode(ClassId),
    CloseCode(ClassId),
    Lessons(ClassId),
    Lesson(LessonId),
    Pupil(PupilId),
    Document { class: ClassId, document: BlobId },
    Withdraw(LessonId),
    UndoJoin(TerminalId),
    Terminals,
    OrderErase { terminal: TerminalId, at_once: bool },
    WithdrawErase(TerminalId),
    FileCertificate(TerminalId, PathBuf),
    MakeCards(Vec<PupilId>),
    RevokeCard(PupilId),
    UnlockCodes(PupilId, u32),
    Agree(TerminalId, PupilId),
}

/// What came of it.
pub(super) enum Answer {
    School(Result<DeskSchool, Problem>),
    Me(Result<SessionCard, Problem>),
    CodeRenewed(Result<(), Problem>),
    CodeClosed(Result<(), Problem>),
    Lessons(ClassId, Result<DeskLessons, Problem>),
    Receipts(LessonId, Result<DeskReceipts, Problem>),
    Answers(LessonId, Result<DeskAnswers, Problem>),
    Drills(BTreeMap<BlobId, Arc<Drill>>),
    Pupil(PupilId, Result<DeskPupil, Problem>),
    Document(ClassId, Result<Box<Revision>, Problem>),
    Withdrawn(LessonId, Result<(), Problem>),
    JoinUndone(Result<(), Problem>),
    Terminals(Result<AdminTerminals, Problem>),
    EraseOrdered(Result<(), Problem>),
    EraseWithdrawn(Result<(), Problem>),
    CertificateFiled(Result<(), Problem>),
    /// The cards that were made, and why not all.
    Cards(Vec<DeskCard>, Option<Problem>),
    CardRevoked(Result<(), Problem>),
    UnlockCodes(PupilId, Result<Vec<(String, UnlockAnswer)>, Problem>),
    Agreed(Result<(), Problem>),
}

impl Answer {
    /// Why there is none, where the school did not give it.
    pub(super) fn problem(&self) -> Option<&Problem> {
        match self {
            Self::School(Err(problem))
            | Self::Me(Err(problem))
            | Self::CodeRenewed(Err(problem))
            | Self::CodeClosed(Err(problem))
            | Self::Lessons(_, Err(problem))
            | Self::Receipts(_, Err(problem))
            | Self::Answers(_, Err(problem))
            | Self::Pupil(_, Err(problem))
            | Self::Document(_, Err(problem))
            | Self::Withdrawn(_, Err(problem))
            | Self::JoinUndone(Err(problem))
            | Self::Terminals(Err(problem))
            | Self::EraseOrdered(Err(problem))
            | Self::EraseWithdrawn(Err(problem))
            | Self::CertificateFiled(Err(problem))
            | Self::CardRevoked(Err(problem))
            | Self::UnlockCodes(_, Err(problem))
            | Self::Agreed(Err(problem)) => Some(problem),
            Self::Cards(_, problem) => problem.as_ref(),
            _ => None,
        }
    }
}

/// The thread.
pub(super) struct Asker {
    questions: Sender<Ask>,
    cancel: Cancel,
    thread: Option<JoinHandle<()>>,
}

impl Asker {
    /// Starts it for an account; `number` marks its answers.
    pub(super) fn start(
        account: &Account,
        number: u64,
        tell: Sender<Message>,
    ) -> Result<Self, Problem> {
        let line = Line::open(account)?;
        let (questions, inbox) = channel();
        let cancel = Cancel::default();
        let stop = cancel.clone();
        let thread = std::thread::Builder::new()
            .name("line".to_owned())
            .spawn(move || run(&line, &inbox, number, &tell, &stop))
            .map_err(|error| Problem::Machine(error.to_string()))?;
        Ok(Self {
            questions,
            cancel,
            thread: Some(thread),
        })
    }

    pub(super) fn ask(&self, ask: Ask) {
        // The thread ends only with this.
        let _ = self.questions.send(ask);
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.cancel.cancel();
        // Ends the thread's loop.
        self.questions = channel().0;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(line: &Line, inbox: &Receiver<Ask>, number: u64, tell: &Sender<Message>, cancel: &Cancel) {
    let mut drills = BTreeMap::new();
    let say = |answer: Answer| {
        // The room is gone only when the program ends.
        let _ = tell.send(Message::Answer(number, Box::new(answer)));
    };
    while let Ok(ask) = inbox.recv() {
        if cancel.is_cancelled() {
            return;
        }
        let desk = line.desk();
        match ask {
            Ask::School => say(Answer::School(desk.school(cancel).map_err(Problem::from))),
            Ask::Me => say(Answer::Me(desk.me(cancel).map_err(Problem::from))),
            Ask::RenewCode(class) => {
                let made = desk.renew_code(class, NewJoinCode::USUAL_DAYS, cancel);
                say(Answer::CodeRenewed(made.map(drop).map_err(Problem::from)));
            }
            Ask::CloseCode(class) => {
                let done = desk.close_code(class, cancel).map_err(Problem::from);
                say(Answer::CodeClosed(done));
            }
            Ask::Lessons(class) => {
                say(Answer::Lessons(
                    class,
                    desk.lessons(class, cancel).map_err(Problem::from),
                ));
            }
            Ask::Lesson(lesson) => {
                let receipts = desk.receipts(lesson, cancel).map_err(Problem::from);
                say(Answer::Receipts(lesson, receipts));
                let answers = desk.answers(lesson, cancel).map_err(Problem::from);
                if let Ok(answers) = &answers {
                    fetch_drills(line, answers, &mut drills, cancel);
                    say(Answer::Drills(drills.clone()));
                }
                say(Answer::Answers(lesson, answers));
            }
            Ask::Pupil(pupil) => {
                say(Answer::Pupil(
                    pupil,
                    desk.pupil(pupil, cancel).map_err(Problem::from),
                ));
            }
            Ask::Document { class, document } => {
                let revision = desk.document(document, cancel).map_err(Problem::from);
                say(Answer::Document(class, revision.map(Box::new)));
            }
            Ask::Withdraw(lesson) => {
                let done = desk.withdraw(lesson, cancel).map_err(Problem::from);
                say(Answer::Withdrawn(lesson, done));
            }
            Ask::UndoJoin(terminal) => {
                let done = desk.undo_terminal(terminal, cancel).map_err(Problem::from);
                say(Answer::JoinUndone(done));
            }
            Ask::Terminals => {
                let all = desk.terminals(cancel).map_err(Problem::from);
                say(Answer::Terminals(all));
            }
            Ask::OrderErase { terminal, at_once } => {
                let done = desk.order_erase(terminal, at_once, cancel);
                say(Answer::EraseOrdered(done.map(drop).map_err(Problem::from)));
            }
            Ask::WithdrawErase(terminal) => {
                let done = desk.withdraw_erase(terminal, cancel).map_err(Problem::from);
                say(Answer::EraseWithdrawn(done));
            }
            Ask::FileCertificate(terminal, path) => {
                say(Answer::CertificateFiled(file(
                    line, terminal, &path, cancel,
                )));
            }
            Ask::MakeCards(pupils) => {
                let (cards, problem) = make_cards(line, &pupils, cancel);
                say(Answer::Cards(cards, problem));
            }
            Ask::RevokeCard(pupil) => {
                let done = desk.revoke_card(pupil, cancel).map_err(Problem::from);
                say(Answer::CardRevoked(done));
            }
            Ask::UnlockCodes(pupil, number) => {
                let codes = desk.unlock_codes(pupil, number, cancel);
                say(Answer::UnlockCodes(pupil, codes.map_err(Problem::from)));
            }
            Ask::Agree(terminal, pupil) => {
                let done = desk.agree(terminal, pupil, cancel).map_err(Problem::from);
                say(Answer::Agreed(done));
            }
        }
    }
}

/// Reads a lessor's certificate and files it.
fn file(line: &Line, terminal: TerminalId, path: &Path, cancel: &Cancel) -> Result<(), Problem> {
    let unread = |reason: String| Problem::Disk {
        path: path.to_owned(),
        doing: "read",
        reason,
    };
    let mut bytes = Vec::new();
    let most = MAX_LESSOR_CERTIFICATE_LEN as u64 + 1;
    std::fs::File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|error| unread(error.to_string()))?;
    if bytes.is_empty() || bytes.len() > MAX_LESSOR_CERTIFICATE_LEN {
        let most = MAX_LESSOR_CERTIFICATE_LEN >> 20;
        return Err(unread(format!("it has 0 bytes, or more than {most} MiB")));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let filed = line.desk().file_certificate(terminal, &name, bytes, cancel);
    Ok(filed.map(drop)?)
}

/// Cards one by one. What was made until the line failed is not lost: the cards before it
/// count no more.
fn make_cards(
    line: &Line,
    pupils: &[PupilId],
    cancel: &Cancel,
) -> (Vec<DeskCard>, Option<Problem>) {
    let mut cards = Vec::new();
    for pupil in pupils {
        match line.desk().make_card(*pupil, cancel) {
            Ok(card) => cards.push(card),
            Err(error) => return (cards, Some(error.into())),
        }
    }
    (cards, None)
}

/// The drills that answers speak of. Where one cannot be had its choices are shown by number.
fn fetch_drills(
    line: &Line,
    answers: &DeskAnswers,
    drills: &mut BTreeMap<BlobId, Arc<Drill>>,
    cancel: &Cancel,
) {
    for drill in &answers.drills {
        if !drills.contains_key(&drill.drill)
            && let Ok(found) = line.drill(drill.drill, cancel)
        {
            drills.insert(drill.drill, Arc::new(found));
        }
    }
}
