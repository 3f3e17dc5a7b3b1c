//! The lessons on their way: held, going, failed, refused.

use egui::Ui;
use hotaru_content::id::JobId;
use hotaru_ui::widget::{Button, Notice, ProgressBar, StatusLine, Tone};
use hotaru_ui::words::Value;
use hotaru_ui::{Icon, TextLine};

use super::common::{Confirm, card};
use crate::window::{View, sending_words, trouble_words};
use crate::worker::{Command, JobCard, JobState};

/// Its state.
#[derive(Default)]
pub(super) struct JobsPart {
    discard: Confirm<JobId>,
}

impl JobsPart {
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        for job in &view.snapshot.jobs {
            ui.push_id(job.id, |ui| self.job_ui(ui, view, job));
        }
    }

    fn job_ui(&mut self, ui: &mut Ui, view: &View<'_>, job: &JobCard) {
        let named = |key: &str| view.tr_with(key, &[("title", Value::from(&job.title))]);
        match &job.state {
            JobState::Held(_) => {
                StatusLine::new(Tone::Info, &named("job-held"))
                    .icon(Icon::Wait)
                    .show(ui);
            }
            JobState::Waiting => {
                StatusLine::new(Tone::Info, &named("job-waiting"))
                    .icon(Icon::Wait)
                    .show(ui);
            }
            JobState::Sending(progress) => card(ui, |ui| {
                let words = sending_words(view.words, &job.title, progress);
                let done = progress.bytes as f32 / progress.of_bytes.max(1) as f32;
                ProgressBar::new(done, &words).show(ui);
            }),
            // Waiting alone does not mend these.
            JobState::Failed(trouble)
                if ["forbidden", "other-cloud", "other-teacher"].contains(&trouble.code) =>
            {
                let (title, text) = trouble_words(view.words, trouble);
                self.decide_ui(
                    ui,
                    view,
                    job,
                    &named("job-failed"),
                    &format!("{title} {text}"),
                    true,
                );
            }
            JobState::Failed(trouble) => {
                let (title, text) = trouble_words(view.words, trouble);
                let text = format!("{} {title} {text}", view.tr("job-failed-kept"));
                Notice::new(Tone::Warn, &named("job-failed"))
                    .text(&text)
                    .show(ui);
            }
            JobState::Refused(trouble) => {
                let (title, text) = trouble_words(view.words, trouble);
                self.decide_ui(
                    ui,
                    view,
                    job,
                    &named("job-refused"),
                    &format!("{title} {text}"),
                    true,
                );
            }
            JobState::Damaged(_) => {
                let (title, text) = (view.tr("job-damaged"), view.tr("job-damaged-next"));
                self.decide_ui(ui, view, job, &title, &text, false);
            }
        }
    }

    /// What a person has to decide: try again, or throw away.
    fn decide_ui(
        &mut self,
        ui: &mut Ui,
        view: &View<'_>,
        job: &JobCard,
        title: &str,
        text: &str,
        again: bool,
    ) {
        card(ui, |ui| {
            StatusLine::new(Tone::Bad, title).show(ui);
            TextLine::words(text).show(ui);
            ui.horizontal_wrapped(|ui| {
                if again && Button::new(&view.tr("job-again")).show(ui) {
                    view.send(Command::Retry(job.id));
                }
                if Button::danger(&view.tr("job-discard"))
                    .with_icon(Icon::Trash)
                    .show(ui)
                {
                    self.discard.ask(job.id);
                }
            });
            if self
                .discard
                .ui(ui, view, job.id, "job-discard-ask", &job.title)
            {
                view.send(Command::Discard(job.id));
            }
        });
    }
}
