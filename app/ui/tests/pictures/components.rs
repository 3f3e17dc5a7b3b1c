//! Every component in every look, as pictures; and how they behave.

use std::cell::Cell;

use egui::Key;
use egui_kittest::kittest::Queryable;
use hotaru_content::lesson::Subject;
use hotaru_content::text::inline;
use hotaru_ui::widget::{
    Button, Choice, ChoiceMark, EmptyState, Here, HoldButton, KeyHints, KeyPad, LessonRow, NavItem,
    NavRail, Notice, PadKey, PictureGrid, ProgressBar, SecretDots, Segmented, StatusLine,
    SubjectTag, TextField, TextSizeSlider, Toast, ToastOutcome, Tone,
};
use hotaru_ui::{Icon, Mode};

use crate::common::harness;
use crate::shoot::shoot;

#[test]
fn button() {
    shoot("button", [360.0, 330.0], |ui| {
        Button::primary("くばる").with_icon(Icon::Give).show(ui);
        Button::new("もどる").show(ui);
        Button::danger("この 端末から けす")
            .with_icon(Icon::Trash)
            .show(ui);
        Button::primary("まだ おせません").enabled(false).show(ui);
        ui.horizontal(|ui| {
            Button::icon(Icon::Plus, "大きく").show(ui);
            Button::icon(Icon::Minus, "小さく").show(ui);
        });
    });
}

#[test]
fn button_takes_pointer_keyboard_and_its_key() {
    let pressed = Cell::new(0);
    let mut harness = harness([300.0, 120.0], Mode::Light, 1.0, |ui| {
        if Button::primary("つぎへ").key(Key::Enter).show(ui) {
            pressed.set(pressed.get() + 1);
        }
    });
    harness.get_by_label("つぎへ").click();
    harness.run();
    assert_eq!(pressed.get(), 1);
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(pressed.get(), 2);
    let rect = harness.get_by_label("つぎへ").rect();
    assert!(rect.height() >= 44.0 && rect.width() >= 44.0);
}

#[test]
fn a_focused_button_is_pressed_once_by_its_key() {
    let pressed = Cell::new(0);
    let mut harness = harness([300.0, 120.0], Mode::Light, 1.0, |ui| {
        if Button::primary("つぎへ").key(Key::Enter).show(ui) {
            pressed.set(pressed.get() + 1);
        }
    });
    harness.key_press(Key::Tab);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(pressed.get(), 1);
}

#[test]
fn choice() {
    let words = [
        inline("{支点|してん}から{力点|りきてん}までの きょりを {長|なが}くする"),
        inline("おもりを {重|おも}くする"),
        inline(
            "「てこ」を つかわないで、そのまま もちあげてみる。とても 長い えらびかたも、つぎの 行に つづけて 読めます",
        ),
        inline("なにも しない"),
    ];
    shoot("choice", [640.0, 460.0], |ui| {
        let mark = |index| match index {
            1 => Some(ChoiceMark::Wrong),
            2 => Some(ChoiceMark::Right),
            3 => Some(ChoiceMark::Answer),
            _ => None,
        };
        for (index, words) in words.iter().enumerate() {
            let number = index as u8 + 1;
            let choice = Choice::new(words).number(number).selected(index < 3);
            choice.several(index > 1).mark(mark(index)).show(ui);
        }
        Choice::new(&words[3]).number(5).show(ui);
    });
}

#[test]
fn choice_takes_its_number_but_not_while_text_is_written() {
    let chosen = Cell::new(0);
    let words = inline("はい");
    let mut text = String::new();
    let mut harness = harness([300.0, 260.0], Mode::Light, 1.0, |ui| {
        TextField::new("名前", &mut text).show(ui);
        if Choice::new(&words).number(2).show(ui).chosen {
            chosen.set(chosen.get() + 1);
        }
    });
    harness.key_press(Key::Num2);
    harness.run();
    assert_eq!(chosen.get(), 1);
    harness.get_by_label("名前").focus();
    harness.run();
    harness.key_press(Key::Num2);
    harness.run();
    assert_eq!(chosen.get(), 1);
}

#[test]
fn text_field() {
    shoot("text_field", [420.0, 380.0], |ui| {
        let mut name = "6年1組".to_owned();
        TextField::new("クラス", &mut name).show(ui);
        let mut code = String::new();
        TextField::new("さんかコード", &mut code)
            .hint("れい：ほたる−4821")
            .show(ui);
        let mut wrong = "あいう".to_owned();
        let fault =
            "この コードは ちがうようです。先生に もらった かみを もういちど 見てください。";
        TextField::new("もう一つの コード", &mut wrong)
            .fault(Some(fault))
            .show(ui);
    });
}

#[test]
fn progress_bar() {
    shoot("progress_bar", [360.0, 200.0], |ui| {
        ProgressBar::new(0.0, "まだ これからです").show(ui);
        ProgressBar::new(0.42, "いま 42% とどきました（のこり 18 MB）").show(ui);
        ProgressBar::new(1.0, "ぜんぶ とどきました").show(ui);
    });
}

#[test]
fn status_line() {
    shoot("status_line", [420.0, 270.0], |ui| {
        StatusLine::new(
            Tone::Good,
            "ぜんぶ この 端末に あります。こたえは 学校に とどきました。",
        )
        .show(ui);
        let waiting = "こたえ 12こは、つぎに つながったときに おくります。";
        StatusLine::new(Tone::Info, waiting)
            .icon(Icon::Wait)
            .show(ui);
        StatusLine::new(
            Tone::Plain,
            "いまは つながっていません。べんきょうは できます。",
        )
        .icon(Icon::Offline)
        .show(ui);
        StatusLine::new(
            Tone::Bad,
            "ビデオ 1つが とどきませんでした。もういちど ためします。",
        )
        .show(ui);
    });
}

#[test]
fn notice() {
    shoot("notice", [520.0, 640.0], |ui| {
        Notice::new(Tone::Info, "あたらしい じゅぎょうが とどきました")
            .text("きょうの 理科「てこの はたらき」です。")
            .closable()
            .show(ui);
        Notice::new(Tone::Warn, "あいている ばしょが 少なくなっています")
            .text("ビデオは あとで とどきます。文と ドリルは 見られます。")
            .show(ui);
        Notice::new(Tone::Bad, "学校の サーバーに つながりません")
            .text("なにも なくなっていません。こたえは この 端末に あります。")
            .action("もういちど ためす")
            .show(ui);
        Notice::new(Tone::Good, "おくりました").show(ui);
    });
}

#[test]
fn lesson_row() {
    shoot("lesson_row", [520.0, 540.0], |ui| {
        LessonRow::new(&Subject::Science, "てこの はたらき", Here::Ready)
            .note("1時間目　てこと つりあい")
            .show(ui);
        LessonRow::new(
            &Subject::Mathematics,
            "分数の わり算",
            Here::Partial { here: 3, all: 5 },
        )
        .note("2時間目")
        .selected(true)
        .show(ui);
        LessonRow::new(&Subject::Japanese, "漢字と 言葉", Here::Waiting).show(ui);
        LessonRow::new(
            &Subject::SocialStudies,
            "明治の 国づくりを 進めた 人々と、わたしたちの 町に のこる たてもの",
            Here::Newer,
        )
        .note("4時間目")
        .show(ui);
    });
}

#[test]
fn subjects() {
    shoot("subjects", [360.0, 520.0], |ui| {
        for subject in Subject::KNOWN {
            SubjectTag::new(&subject).show(ui);
        }
        SubjectTag::new(&Subject::Other("書写".into())).show(ui);
    });
}

#[test]
fn empty_state() {
    shoot("empty_state", [480.0, 420.0], |ui| {
        EmptyState::new("きょうは ここから")
            .text("じゅぎょうは、つぎに 学校で つながったときに とどきます。")
            .action("れんしゅうの クラスを 見る")
            .show(ui);
    });
}

#[test]
fn toast() {
    shoot("toast", [520.0, 220.0], |ui| {
        let toast = Toast::new(ui.ctx(), "6年1組に「てこの はたらき」を くばります", 10.0);
        assert_eq!(toast.show(ui.ctx()), ToastOutcome::Running);
    });
}

#[test]
fn toast_is_undone_or_runs_out() {
    let outcome = Cell::new(None);
    let toast: Cell<Option<Toast>> = Cell::new(None);
    let mut harness = harness([520.0, 240.0], Mode::Light, 1.0, |ui| {
        let shown = toast
            .take()
            .unwrap_or_else(|| Toast::new(ui.ctx(), "くばります", 3.0));
        outcome.set(Some(shown.show(ui.ctx())));
        toast.set(Some(shown));
    });
    harness.step();
    assert_eq!(outcome.get(), Some(ToastOutcome::Running));
    harness.get_by_label("もとに もどす").click();
    harness.step();
    assert_eq!(outcome.get(), Some(ToastOutcome::Undone));
    harness.run_steps(20);
    assert_eq!(outcome.get(), Some(ToastOutcome::Over));
}

fn places() -> [NavItem; 5] {
    [
        NavItem::new(Icon::Today, "きょう"),
        NavItem::new(Icon::Lessons, "じゅぎょう"),
        NavItem {
            count: 3,
            ..NavItem::new(Icon::Drill, "ドリル")
        },
        NavItem::new(Icon::Record, "きろく"),
        NavItem::new(Icon::Settings, "せってい"),
    ]
}

fn rail_ui(ui: &mut egui::Ui, selected: usize) -> Option<usize> {
    let places = places();
    let rail = NavRail::new(&places, selected);
    ui.set_width(rail.width(ui.ctx()));
    rail.show(ui)
}

#[test]
fn nav_rail() {
    shoot("nav_rail", [320.0, 420.0], |ui| {
        rail_ui(ui, 1);
    });
}

#[test]
fn nav_rail_in_a_wide_window() {
    shoot("nav_rail_wide", [1500.0, 340.0], |ui| {
        rail_ui(ui, 1);
    });
}

#[test]
fn nav_rail_goes_by_arrow_keys() {
    let selected = Cell::new(0);
    let mut harness = harness([900.0, 420.0], Mode::Light, 1.0, |ui| {
        if let Some(new) = rail_ui(ui, selected.get()) {
            selected.set(new);
        }
    });
    harness.key_press(Key::Tab);
    harness.run();
    harness.key_press(Key::ArrowDown);
    harness.run();
    harness.key_press(Key::ArrowDown);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(selected.get(), 2);
}

#[test]
fn segmented() {
    shoot("segmented", [420.0, 160.0], |ui| {
        Segmented::new(&["日ごと", "教科ごと", "さがす"], 1).show(ui);
        Segmented::new(&["明るい", "暗い"], 0).show(ui);
    });
}

#[test]
fn text_size() {
    shoot("text_size", [420.0, 100.0], |ui| {
        TextSizeSlider::new(1.3).show(ui);
    });
}

#[test]
fn text_size_changes_in_steps() {
    let scale = Cell::new(1.0_f32);
    let mut harness = harness([500.0, 120.0], Mode::Light, 1.0, |ui| {
        if let Some(new) = TextSizeSlider::new(scale.get()).show(ui) {
            scale.set(new);
        }
    });
    harness.get_by_label("大きく").click();
    harness.run();
    assert!((scale.get() - 1.1).abs() < 1e-4);
    for _ in 0..20 {
        harness.get_by_label("大きく").click();
        harness.run();
    }
    assert!((scale.get() - 2.0).abs() < 1e-4);
}

#[test]
fn key_hints() {
    shoot("key_hints", [420.0, 120.0], |ui| {
        KeyHints::new(&[
            ("1 − 4", "えらぶ"),
            ("Enter", "こたえる"),
            ("→", "つぎの もんだい"),
            ("Esc", "もどる"),
        ])
        .show(ui);
    });
}

#[test]
fn key_pad() {
    shoot("key_pad", [300.0, 330.0], |ui| {
        SecretDots::new(2, 4, "2けた").show(ui);
        KeyPad::new("あける").can_finish(false).show(ui);
    });
}

#[test]
fn key_pad_takes_digits_in_their_order_but_not_while_text_is_written() {
    let pressed: Cell<Vec<PadKey>> = Cell::default();
    let mut text = String::new();
    let mut harness = harness([320.0, 420.0], Mode::Light, 1.0, |ui| {
        TextField::new("名前", &mut text).show(ui);
        let mut all = pressed.take();
        all.extend(KeyPad::new("あける").can_go_back(false).show(ui));
        pressed.set(all);
    });
    harness.run();
    for key in [Key::Num4, Key::Num0, Key::Backspace, Key::Enter] {
        harness.key_press(key);
    }
    harness.run();
    let wanted = [PadKey::Digit(4), PadKey::Digit(0), PadKey::Done];
    assert_eq!(pressed.take(), wanted);
    harness.get_by_label("名前").focus();
    harness.run();
    harness.key_press(Key::Num4);
    harness.run();
    assert_eq!(pressed.take(), []);
}

#[test]
fn pictures() {
    shoot("pictures", [330.0, 330.0], |ui| {
        PictureGrid.show(ui);
    });
}

#[test]
fn a_hold_button_wants_three_seconds_of_whoever_presses() {
    let done = Cell::new(0);
    let mut harness = harness([300.0, 120.0], Mode::Light, 1.0, |ui| {
        if HoldButton::new("けす").show(ui) {
            done.set(done.get() + 1);
        }
    });
    harness.run();
    // The harness counts a quarter of a second a frame.
    let center = harness.get_by_label("けす").rect().center();
    harness.drag_at(center);
    harness.run_steps(8);
    assert_eq!(done.get(), 0);
    harness.drop_at(center);
    harness.run_steps(8);
    assert_eq!(done.get(), 0);
    harness.drag_at(center);
    harness.run_steps(30);
    // Once, however long it is held.
    assert_eq!(done.get(), 1);
    harness.drop_at(center);
    harness.run_steps(2);
    // A screen reader cannot hold: its press begins to count, the next one stops.
    for _ in 0..2 {
        let button = harness.get_by_role(egui::accesskit::Role::Button);
        button.click_accesskit();
        harness.run_steps(4);
    }
    harness.run_steps(20);
    assert_eq!(done.get(), 1);
    harness.get_by_label("けす").click_accesskit();
    harness.run_steps(20);
    assert_eq!(done.get(), 2);
}

#[test]
fn icons() {
    shoot("icons", [420.0, 330.0], |ui| {
        ui.horizontal_wrapped(|ui| {
            let side = hotaru_ui::Theme::of(ui.ctx()).size(hotaru_ui::TextSize::Title) * 1.3;
            for icon in Icon::ALL {
                let (rect, _) = ui.allocate_exact_size([side, side].into(), egui::Sense::hover());
                icon.paint(ui.painter(), rect, ui.visuals().text_color());
            }
        });
    });
}
