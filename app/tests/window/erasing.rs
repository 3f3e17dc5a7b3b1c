//! Erasing a terminal from its window, over a real profile.

use std::fs;
use std::path::Path;

use egui::Key;
use egui_kittest::kittest::Queryable;
use hotaru::window::Place;
use hotaru::worker::{Command, Snapshot, Stage};
use hotaru_content::id::TerminalId;
use hotaru_content::lesson::Subject;
use hotaru_content::log::{Fact, PaperStudy};
use hotaru_content::shelf::{OpenOptions, Shelf};
use tempfile::TempDir;

use crate::common::{Studio, fill};

/// A window on its page for erasing, with two facts that no school has.
fn at_the_question(profile: &Path) -> Studio {
    let mut studio = Studio::open(profile);
    for _ in 0..2 {
        let study = PaperStudy {
            day: jiff::civil::date(2026, 11, 20),
            minutes: 10,
            subject: Subject::Science,
            text: "てこ".to_owned(),
            photo: None,
        };
        let window = studio.harness.state_mut().as_mut().unwrap();
        window
            .worker()
            .send(Command::Record(Fact::PaperStudy(study)));
    }
    studio.until(|snapshot| snapshot.progress.events == 2);
    let window = studio.harness.state_mut().as_mut().unwrap();
    window.go(Place::Settings);
    studio.draw();
    let open = "この たんまつを けす…";
    studio.harness.get_by_label(open).click_accesskit();
    studio.draw_until("この たんまつを つかっている 人");
    studio
}

/// The terminal has a school, which is out of reach.
fn join_out_of_reach(profile: &Path) {
    let shelf = Shelf::open(profile, &OpenOptions::default()).unwrap().shelf;
    let change = shelf.update_identity(|identity| {
        identity.terminal = TerminalId::random().ok();
        identity.cloud = Some("http://127.0.0.1:1".to_owned());
        identity.school_name = "ほたる小学校".to_owned();
    });
    change.unwrap();
}

/// Holds the button with the space bar until the worker has gone on.
fn hold(studio: &mut Studio) {
    studio.harness.get_by_label("ぜんぶ けす").focus();
    studio.draw();
    studio.harness.key_down(Key::Space);
    studio.until(|snapshot| snapshot.stage != Stage::Ready);
    studio.harness.key_up(Key::Space);
    studio.until(|snapshot| !matches!(snapshot.stage, Stage::Erasing | Stage::Telling));
    studio.draw();
}

fn shows(studio: &Studio, words: &str) -> bool {
    let mut found = studio.harness.query_all_by_label_contains(words);
    found.next().is_some()
}

fn files(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_terminal_is_erased_once_the_button_was_held_and_begins_anew() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    fill(&profile);
    let mut studio = at_the_question(&profile);
    assert!(shows(&studio, "2こ まだ 学校に とどいていません。"));
    assert!(shows(&studio, "2こが なくなります。"));
    // A press that ends too soon does nothing.
    studio.harness.get_by_label("ぜんぶ けす").focus();
    studio.harness.step();
    studio.harness.key_down(Key::Space);
    studio.harness.step();
    studio.harness.step();
    assert!(shows(&studio, "びょう おしつづけてください"));
    studio.harness.key_up(Key::Space);
    studio.draw();
    assert_eq!(studio.snapshot().stage, Stage::Ready);
    assert!(profile.join("keys").exists());

    hold(&mut studio);
    let Stage::Erased { erased, .. } = &studio.snapshot().stage else {
        panic!("{:?}", studio.snapshot().stage);
    };
    assert!(erased.certificate.is_none());
    assert!(shows(&studio, "この たんまつを けしました。"));
    assert!(shows(&studio, "中は なにも ありません。"));
    assert_eq!(files(&profile), ["erased.json", "lock"]);
    studio.harness.get_by_label("あたらしく はじめる").click();
    studio.until(|snapshot| snapshot.stage == Stage::FirstStart);
    studio.draw_until("Hotaru へ ようこそ");
}

#[test]
fn a_school_that_is_out_of_reach_is_told_later() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    fill(&profile);
    join_out_of_reach(&profile);
    let mut studio = at_the_question(&profile);
    assert!(shows(&studio, "さきに つなぐ"));
    hold(&mut studio);
    let number = {
        let Stage::Erased { erased, untold } = &studio.snapshot().stage else {
            panic!("{:?}", studio.snapshot().stage);
        };
        assert!(!erased.is_confirmed && untold.is_some());
        let certificate = erased.certificate.as_ref().unwrap();
        assert_eq!(certificate.verify().unwrap().unsent, 2);
        certificate.signature[..4].to_owned()
    };
    for words in [
        "学校は まだ 知りません。",
        "ほたる小学校",
        "とどかなかった もの　2こ",
        &number,
    ] {
        assert!(shows(&studio, words), "{words}");
    }
    studio.harness.get_by_label("学校に つたえる").click();
    studio.draw();
    let is_untold = |snapshot: &Snapshot| {
        matches!(
            &snapshot.stage,
            Stage::Erased {
                untold: Some(_),
                ..
            }
        )
    };
    studio.until(is_untold);
    drop(studio);
    // At the next start it still stands there, and is told again.
    let mut studio = Studio::open(&profile);
    studio.until(|snapshot| matches!(snapshot.stage, Stage::Erased { .. }));
    studio.draw_until(&number);
    studio.harness.get_by_label("あたらしく はじめる").click();
    studio.until(|snapshot| snapshot.stage == Stage::FirstStart);
    assert!(files(&profile).contains(&"erased.json".to_owned()));
}

#[test]
fn what_cannot_be_removed_is_said_and_tried_again() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    fill(&profile);
    let mut studio = at_the_question(&profile);
    // A folder where a file has to be overwritten.
    fs::create_dir(profile.join("keys.new")).unwrap();
    hold(&mut studio);
    assert!(matches!(studio.snapshot().stage, Stage::NotErased { .. }));
    assert!(shows(&studio, "まだ ぜんぶ けせていません。"));
    assert!(!profile.join("keys").exists());
    fs::remove_dir(profile.join("keys.new")).unwrap();
    studio.harness.get_by_label("もう いちど けす").click();
    studio.until(|snapshot| matches!(snapshot.stage, Stage::Erased { .. }));
    assert_eq!(files(&profile), ["erased.json", "lock"]);
}
