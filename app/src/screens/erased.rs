//! What is left of an erased terminal: its certificate, and the way to a fresh start.

use egui::Ui;
use hotaru_content::clock::in_japan;
use hotaru_sync::erasure::Certificate;
use hotaru_ui::page::{caption, heading, scrolling, subheading};
use hotaru_ui::widget::{Button, EmptyState, Notice, Tone};
use hotaru_ui::words::Value;
use hotaru_ui::{Icon, TextLine, TextSize};

use crate::study::Erased;
use crate::window::{View, problem_words};
use crate::worker::{Command, Stage};

/// Digits of a certificate's number, in groups of four.
const NUMBER_DIGITS: usize = 16;

/// Draws it.
pub fn ui(ui: &mut Ui, view: &View<'_>) {
    scrolling(ui, "erased", |ui| match &view.snapshot.stage {
        Stage::Erasing | Stage::Telling => {
            let is_erasing = view.snapshot.stage == Stage::Erasing;
            let (title, text) = match is_erasing {
                true => ("erasing-title", "erasing-text"),
                false => ("telling-title", "telling-text"),
            };
            EmptyState::new(&view.tr(title))
                .text(&view.tr(text))
                .icon(if is_erasing {
                    Icon::Trash
                } else {
                    Icon::Sending
                })
                .show(ui);
        }
        Stage::NotErased { code, detail } => {
            heading(ui, &view.tr("not-erased-title"));
            TextLine::words(&view.tr("not-erased-text")).show(ui);
            let (title, text) = problem_words(view.words, code, detail);
            Notice::new(Tone::Bad, &title).text(&text).show(ui);
            caption(ui, detail);
            if Button::primary(&view.tr("not-erased-again")).show(ui) {
                view.worker.send(Command::Erase { lose_unsent: true });
            }
        }
        Stage::Erased { erased, untold } => {
            heading(ui, &view.tr("erased-title"));
            told_ui(ui, view, erased, untold.as_ref());
            if let Some(certificate) = &erased.certificate {
                certificate_ui(ui, view, certificate);
            }
            subheading(ui, &view.tr("anew-title"));
            caption(ui, &view.tr("anew-text"));
            if Button::new(&view.tr("anew-do")).show(ui) {
                view.worker.send(Command::BeginAnew);
            }
        }
        _ => {}
    });
}

/// Whether the school knows, and what to do where it does not.
fn told_ui(ui: &mut Ui, view: &View<'_>, erased: &Erased, untold: Option<&(String, String)>) {
    if erased.certificate.is_none() {
        let (title, text) = (view.tr("erased-alone"), view.tr("erased-alone-next"));
        Notice::new(Tone::Good, &title).text(&text).show(ui);
        return;
    }
    if erased.is_confirmed {
        let (title, text) = (view.tr("erased-told"), view.tr("erased-told-next"));
        Notice::new(Tone::Good, &title).text(&text).show(ui);
        return;
    }
    let again = view.tr("erased-tell");
    let notice_title = view.tr("erased-untold");
    let notice_text = view.tr("erased-untold-next");
    let notice = Notice::new(Tone::Warn, &notice_title)
        .text(&notice_text)
        .action(&again);
    if notice.show(ui).acted {
        view.worker.send(Command::ConfirmErasure);
    }
    if let Some((code, detail)) = untold {
        let (title, text) = problem_words(view.words, code, detail);
        caption(ui, &format!("{title} {text}"));
    }
}

/// What a person writes down for the terminal's return.
fn certificate_ui(ui: &mut Ui, view: &View<'_>, certificate: &Certificate) {
    let Ok(statement) = certificate.verify() else {
        return;
    };
    subheading(ui, &view.tr("certificate-title"));
    let at = in_japan(statement.erased_ms);
    let time = format!(
        "{} {} {:02}:{:02}",
        at.year(),
        view.words.day(at.date()),
        at.hour(),
        at.minute()
    );
    if statement.order.is_some() {
        caption(ui, &view.tr("erased-by-order"));
    }
    let unsent = statement.unsent.to_string();
    let facts = [
        ("certificate-number", number(&certificate.signature)),
        ("certificate-time", time),
        ("certificate-terminal", statement.name.clone()),
        ("certificate-id", statement.terminal.to_string()),
        ("certificate-school", statement.school.clone()),
        ("certificate-unsent", unsent),
    ];
    for (key, fact) in facts {
        let args = [("fact", Value::from(&fact))];
        TextLine::words(&view.words.get_with(key, &args))
            .size(TextSize::Body)
            .show(ui);
    }
}

/// The first digits of the signature, which no two certificates share.
fn number(signature: &str) -> String {
    let digits: Vec<char> = signature.chars().take(NUMBER_DIGITS).collect();
    let groups: Vec<String> = digits
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_number_is_read_out_in_groups() {
        assert_eq!(super::number(&"0a1b".repeat(32)), "0a1b 0a1b 0a1b 0a1b");
        assert_eq!(super::number("0a"), "0a");
    }
}
