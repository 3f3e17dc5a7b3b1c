//! My study: quiet facts, one plot, answers by subject.

use egui::Ui;
use egui_plot::{Bar, BarChart, Plot};
use hotaru_content::progress::{DayRecord, Progress};
use hotaru_ui::page::{heading, scrolling, subheading};
use hotaru_ui::widget::{EmptyState, Notice, SubjectTag, Tone};
use hotaru_ui::words::Value;
use hotaru_ui::{TextLine, TextSize};
use jiff::civil::Date;

use super::common::minutes;
use super::paper::PaperForm;
use crate::window::View;

/// How many days with study the plot shows.
const PLOT_DAYS: usize = 14;

/// Its state.
#[derive(Debug, Default)]
pub struct RecordScreen {
    paper: PaperForm,
}

impl RecordScreen {
    /// Study on paper is on the disk, or could not be kept.
    pub fn paper_declared(&mut self, kept: bool) {
        self.paper.declared(kept);
    }

    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        scrolling(ui, "record", |ui| {
            heading(ui, &view.tr("place-record"));
            let progress = &view.snapshot.progress;
            if view.snapshot.awaits_earlier {
                let (title, text) = (view.tr("record-earlier"), view.tr("record-earlier-next"));
                Notice::new(Tone::Info, &title).text(&text).show(ui);
            }
            if progress.days.is_empty() {
                let (title, text) = (view.tr("record-empty"), view.tr("record-empty-next"));
                EmptyState::new(&title).text(&text).show(ui);
            } else {
                week_ui(ui, view, progress);
                plot_ui(ui, view, progress);
                subjects_ui(ui, view, progress);
                days_ui(ui, view, progress);
            }
            self.paper.ui(ui, view);
        });
    }
}

/// This week as a fact; a week without study has no sentence.
fn week_ui(ui: &mut Ui, view: &View<'_>, progress: &Progress) {
    let today = view.snapshot.today;
    let monday = today
        .checked_sub(jiff::Span::new().days(i64::from(today.weekday().to_monday_zero_offset())))
        .unwrap_or(today);
    let week: Vec<&DayRecord> = progress
        .days
        .range(monday..=today)
        .map(|(_, record)| record)
        .collect();
    if week.is_empty() {
        return;
    }
    let total: u64 = week.iter().map(|record| day_minutes(record)).sum();
    let key = if total > 0 {
        "record-week"
    } else {
        "record-week-days"
    };
    let args = [("days", week.len().into()), ("minutes", total.into())];
    TextLine::words(&view.words.get_with(key, &args))
        .size(TextSize::Lead)
        .show(ui);
    ui.add_space(view.theme.space.medium);
}

/// Minutes of each day that had study; days without are not there at all.
fn plot_ui(ui: &mut Ui, view: &View<'_>, progress: &Progress) {
    let mut days: Vec<(Date, u64)> = progress
        .days
        .iter()
        .rev()
        .take(PLOT_DAYS)
        .map(|(day, record)| (*day, day_minutes(record)))
        .filter(|(_, minutes)| *minutes > 0)
        .collect();
    days.reverse();
    if days.is_empty() {
        return;
    }
    subheading(ui, &view.tr("record-minutes"));
    let color = view.theme.color.accent_text;
    let bars: Vec<Bar> = days
        .iter()
        .enumerate()
        .map(|(at, (_, minutes))| Bar::new(at as f64, *minutes as f64).width(0.6).fill(color))
        .collect();
    let names: Vec<String> = days
        .iter()
        .map(|(day, _)| format!("{}/{}", day.month(), day.day()))
        .collect();
    let most = days.iter().map(|(_, minutes)| *minutes).max().unwrap_or(1) as f64;
    Plot::new("minutes")
        .height((view.theme.size(TextSize::Body) * 9.0).round())
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_grid([false, true])
        .show_x(false)
        .show_y(false)
        .include_x(-0.5)
        .include_x(days.len().max(7) as f64 - 0.5)
        .include_y(0.0)
        .include_y(most * 1.15)
        .set_margin_fraction(egui::Vec2::ZERO)
        .x_grid_spacer(|input| {
            let (low, high) = input.bounds;
            let whole = (low.ceil() as i64).max(0)..=(high.floor() as i64);
            whole
                .map(|at| egui_plot::GridMark {
                    value: at as f64,
                    step_size: 1.0,
                })
                .collect()
        })
        .x_axis_formatter(move |mark, _| {
            let at = mark.value.round();
            names
                .get(at as usize)
                .filter(|_| (mark.value - at).abs() < 0.01)
                .cloned()
                .unwrap_or_default()
        })
        .y_axis_formatter(|mark, _| format!("{:.0}", mark.value))
        .show(ui, |plot| {
            plot.bar_chart(BarChart::new(view.tr("record-minutes"), bars))
        });
}

fn subjects_ui(ui: &mut Ui, view: &View<'_>, progress: &Progress) {
    if progress.subjects.is_empty() {
        return;
    }
    subheading(ui, &view.tr("record-subjects"));
    for (subject, tally) in &progress.subjects {
        ui.horizontal_wrapped(|ui| {
            SubjectTag::new(subject).show(ui);
            let args = [
                ("answered", tally.answered.into()),
                ("correct", tally.correct.into()),
            ];
            TextLine::words(&view.words.get_with("record-subject", &args)).show(ui);
        });
    }
}

/// The days, newest first.
fn days_ui(ui: &mut Ui, view: &View<'_>, progress: &Progress) {
    subheading(ui, &view.tr("record-days"));
    for (date, record) in progress.days.iter().rev().take(60) {
        let name = view.words.day(*date);
        let mut parts = Vec::new();
        let study = minutes(record.study_ms);
        if study > 0 {
            parts.push(
                view.words
                    .get_with("record-day-minutes", &[("minutes", study.into())]),
            );
        }
        if record.answers.answered > 0 {
            parts.push(view.words.get_with(
                "record-day-answers",
                &[("count", record.answers.answered.into())],
            ));
        }
        if record.lessons_opened > 0 {
            parts.push(view.words.get_with(
                "record-day-lessons",
                &[("count", record.lessons_opened.into())],
            ));
        }
        if record.paper_minutes > 0 {
            parts.push(view.words.get_with(
                "record-day-paper",
                &[("minutes", record.paper_minutes.into())],
            ));
        }
        let did = parts.join(&view.tr("list-and"));
        let args = [("day", Value::from(&name)), ("did", Value::from(&did))];
        TextLine::words(&view.words.get_with("record-day", &args)).show(ui);
    }
}

fn day_minutes(record: &DayRecord) -> u64 {
    minutes(record.study_ms) + u64::from(record.paper_minutes)
}
