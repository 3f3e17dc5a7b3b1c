//! The pupil's window by keyboard alone, over a real shelf.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;
#[path = "window/erasing.rs"]
mod erasing;
#[path = "window/locks.rs"]
mod locks;

use common::{Studio, fill};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use hotaru::window::{PUPIL_SOURCES, Place};
use hotaru::worker::CheckState;
use hotaru_content::drill::Verdict;
use hotaru_content::log::Fact;
use hotaru_content::shelf::{OpenOptions, Shelf};
use hotaru_ui::player::PLAYER_SOURCES;
use hotaru_ui::words::{UI_SOURCES, check_complete};
use tempfile::TempDir;

#[test]
fn every_word_exists_in_every_language() {
    check_complete(&[UI_SOURCES, PLAYER_SOURCES, PUPIL_SOURCES]).unwrap();
}

#[test]
fn every_place_is_reached_by_a_key() {
    let dir = TempDir::new().unwrap();
    fill(&dir.path().join("profile"));
    let mut studio = Studio::open(&dir.path().join("profile"));
    let headings = [
        (Key::Num1, "ドリル"),
        (Key::Num2, "さがす"),
        (Key::Num3, "はじめる"),
        (Key::Num4, "紙で した 勉強"),
        (Key::Num5, "よみやすさ"),
    ];
    for (key, words) in headings {
        studio.harness.key_press_modifiers(Modifiers::COMMAND, key);
        studio.draw();
        assert!(
            studio
                .harness
                .query_all_by_label_contains(words)
                .next()
                .is_some(),
            "{words}"
        );
    }
}

#[test]
fn a_drill_is_answered_by_keyboard_and_every_answer_is_kept() {
    let dir = TempDir::new().unwrap();
    fill(&dir.path().join("profile"));
    let mut studio = Studio::open(&dir.path().join("profile"));
    let drill = studio.snapshot().drills[0].clone();
    studio
        .harness
        .state_mut()
        .as_mut()
        .unwrap()
        .go(Place::Drill {
            lesson: drill.lesson,
            blob: drill.blob.id,
        });
    studio.draw();
    // One right choice; both that fit; a text; a number in the wrong form; an order.
    studio.press(&[Key::Num2, Key::Enter]);
    studio.until(|snapshot| snapshot.progress.events == 1);
    studio.draw();
    assert!(
        studio
            .harness
            .query_all_by_label_contains("せいかい")
            .next()
            .is_some()
    );
    studio.press(&[Key::Enter, Key::Num1, Key::Num3, Key::Enter]);
    studio.until(|snapshot| snapshot.progress.events == 2);
    studio.draw();
    studio.press(&[Key::Enter]);
    studio.type_text("力点");
    studio.press(&[Key::Enter]);
    studio.until(|snapshot| snapshot.progress.events == 3);
    studio.draw();
    studio.press(&[Key::Enter]);
    studio.type_text("6/8");
    studio.press(&[Key::Enter]);
    studio.until(|snapshot| snapshot.progress.events == 4);
    studio.draw();
    studio.press(&[Key::Enter, Key::Num2, Key::Num1, Key::Enter]);
    studio.until(|snapshot| snapshot.progress.events == 5);
    studio.draw();
    let verdicts: Vec<Verdict> = studio
        .snapshot()
        .progress
        .items
        .values()
        .map(|record| record.verdict)
        .collect();
    let correct = Verdict::Correct;
    assert_eq!(
        verdicts,
        [
            correct,
            correct,
            correct,
            Verdict::RightValueWrongForm,
            correct
        ]
    );
    studio.press(&[Key::Enter]);
    assert!(
        studio
            .harness
            .query_all_by_label_contains("5問 こたえて、4問")
            .next()
            .is_some()
    );

    // What was answered is there after a restart.
    drop(studio);
    let studio = Studio::open(&dir.path().join("profile"));
    assert_eq!(studio.snapshot().progress.events, 5);
}

#[test]
fn a_lesson_shows_what_is_here_and_says_what_is_not() {
    let dir = TempDir::new().unwrap();
    fill(&dir.path().join("profile"));
    let mut studio = Studio::open(&dir.path().join("profile"));
    let lesson = studio.snapshot().lessons[0].lesson.lesson;
    studio
        .harness
        .state_mut()
        .as_mut()
        .unwrap()
        .go(Place::Lesson(lesson));
    // The text's base, for screen readers; its reading is not in it.
    studio.draw_until("支点は「動かない点」です。");
    for (material, sentence) in [
        ("プリント", "まだ とどいていません。"),
        ("リンク", "ここから先は インターネットが いります。"),
        ("ざいりょう", "あたらしい Hotaru が いります。"),
    ] {
        studio.harness.get_by_label(material).click();
        studio.draw_until(sentence);
    }
    studio.press(&[Key::Escape]);
    studio.until(|snapshot| {
        snapshot
            .progress
            .lessons
            .values()
            .any(|record| record.opened == 1)
    });
}

#[test]
fn a_note_saves_itself_and_comes_back() {
    let dir = TempDir::new().unwrap();
    fill(&dir.path().join("profile"));
    let mut studio = Studio::open(&dir.path().join("profile"));
    let lesson = studio.snapshot().lessons[0].lesson.lesson;
    studio
        .harness
        .state_mut()
        .as_mut()
        .unwrap()
        .go(Place::Lesson(lesson));
    studio.draw();
    studio.harness.get_by_label("ノート").click();
    studio.draw();
    studio
        .harness
        .get_by_role(egui::accesskit::Role::MultilineTextInput)
        .focus();
    studio.draw();
    studio.type_text("支点は動かない");
    studio
        .harness
        .state_mut()
        .as_mut()
        .unwrap()
        .go(Place::Today);
    studio.until(|snapshot| snapshot.progress.notes.len() == 1);
    let note = studio
        .snapshot()
        .progress
        .notes
        .values()
        .next()
        .unwrap()
        .clone();
    assert_eq!(
        (note.lesson, note.text.as_str()),
        (Some(lesson), "支点は動かない")
    );
}

#[test]
fn study_on_paper_is_kept_with_its_photo() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    let pupil = fill(&profile);
    let photo = dir.path().join("ノート.png");
    let picture = image::RgbImage::from_pixel(2000, 1000, image::Rgb([250, 250, 240]));
    picture.save(&photo).unwrap();
    let mut studio = Studio::open(&profile);
    let go = |studio: &mut Studio, place| studio.harness.state_mut().as_mut().unwrap().go(place);
    go(&mut studio, Place::Record);
    studio.draw();
    studio.harness.get_by_label("書きのこす").click();
    studio.draw();
    studio.harness.get_by_label("何分 しましたか").focus();
    studio.draw();
    studio.type_text("20");
    studio.harness.get_by_label("何を しましたか").focus();
    studio.draw();
    studio.type_text("計算プリント");
    // A file that is no photo is refused, and what was written stays.
    let text = dir.path().join("memo.png");
    std::fs::write(&text, "これは写真ではない").unwrap();
    studio.drop_file(&text);
    studio.harness.get_by_label("のこす").click_accesskit();
    studio.draw_until("その しゃしんは つかえません。");
    assert_eq!(studio.snapshot().progress.events, 0);
    studio.drop_file(&photo);
    assert!(
        studio
            .harness
            .query_by_label("しゃしん ノート.png")
            .is_some()
    );
    studio.harness.get_by_label("のこす").click_accesskit();
    studio.until(|snapshot| snapshot.progress.events == 1);
    studio.draw_until("のこしました。");
    drop(studio);

    let shelf = Shelf::open(&profile, &OpenOptions::default())
        .unwrap()
        .shelf;
    let log = shelf.pupil(&pupil).unwrap();
    let events = log.events(0, 10).unwrap();
    let Fact::PaperStudy(study) = Fact::decode(events[0].kind, &events[0].payload) else {
        panic!("{events:?}");
    };
    let kept = shelf.blob(&study.photo.unwrap().id).unwrap();
    let kept = image::load_from_memory(&kept).unwrap();
    assert_eq!((kept.width(), kept.height()), (1600, 800));
}

#[test]
fn settings_take_effect_at_once_and_stay() {
    let dir = TempDir::new().unwrap();
    fill(&dir.path().join("profile"));
    let mut studio = Studio::open(&dir.path().join("profile"));
    studio
        .harness
        .state_mut()
        .as_mut()
        .unwrap()
        .go(Place::Settings);
    studio.draw();
    studio.harness.get_by_label("English").click();
    studio.until(|snapshot| snapshot.settings.look.language == "en");
    studio.draw();
    assert!(studio.harness.query_by_label("Reading").is_some());
    drop(studio);
    let studio = Studio::open(&dir.path().join("profile"));
    assert_eq!(studio.snapshot().settings.look.language, "en");
}

#[test]
fn the_first_start_offers_a_class_and_refuses_a_wrong_number() {
    let dir = TempDir::new().unwrap();
    let mut studio = Studio::open(&dir.path().join("profile"));
    assert!(
        studio
            .harness
            .query_by_label("見本の クラスを ひらく")
            .is_some()
    );
    studio.harness.get_by_label("出席番号").focus();
    studio.draw();
    studio.type_text("0");
    assert!(
        studio
            .harness
            .query_all_by_label_contains("1 から 99 まで")
            .next()
            .is_some()
    );
}

#[test]
fn a_second_window_on_a_profile_says_so_in_japanese() {
    let dir = TempDir::new().unwrap();
    fill(&dir.path().join("profile"));
    let _first = Studio::open(&dir.path().join("profile"));
    let second = Studio::open(&dir.path().join("profile"));
    let said = second
        .harness
        .query_all_by_label_contains("Hotaru は もう ひらいています。")
        .next()
        .is_some();
    assert!(said);
}

#[test]
fn the_profile_is_checked_and_repaired_from_the_settings() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    fill(&profile);
    let mut studio = Studio::open(&profile);
    let go = |studio: &mut Studio, place| studio.harness.state_mut().as_mut().unwrap().go(place);
    go(&mut studio, Place::Settings);
    studio.draw();
    let check = "学習データを 点けんする";
    studio.harness.get_by_label(check).click_accesskit();
    // The handout that has not come yet is no fault.
    studio.draw_until("ぜんぶ だいじょうぶでした。");

    std::fs::write(profile.join("keys.b"), b"?").unwrap();
    studio.harness.get_by_label(check).click_accesskit();
    studio.draw_until("なおす ところが ありました。");
    assert_eq!(std::fs::read(profile.join("keys.b")).unwrap(), b"?");
    let repair = "なおして、足りない ものを うけとる";
    studio.harness.get_by_label(repair).click_accesskit();
    studio.draw_until("小さな ファイルの ひかえが こわれていました。");
    studio.until(|snapshot| {
        matches!(&snapshot.check, CheckState::Done { checkup, repaired: true } if checkup.is_sound())
    });
    let keys = |name| std::fs::read(profile.join(name)).unwrap();
    assert_eq!(keys("keys"), keys("keys.b"));
}

#[test]
fn what_was_found_damaged_at_the_start_leads_to_the_check() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    fill(&profile);
    std::fs::remove_file(profile.join("terminal/state.sled/db")).unwrap();
    let mut studio = Studio::open(&profile);
    studio.draw_until("中の ファイルに こわれた ところが ありました。");
    let check = "学習データを 点けんする";
    studio.harness.get_by_label(check).click_accesskit();
    studio.until(|snapshot| matches!(snapshot.check, CheckState::Done { .. }));
    // On the page of settings, with the result, and the notice gone.
    studio.draw_until("よみやすさ");
    studio.draw_until("を 読んで たしかめました。");
    assert!(studio.snapshot().findings.is_empty());
}
