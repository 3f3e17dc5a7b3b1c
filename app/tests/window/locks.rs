//! Opening, choosing and forgetting a lock, over a real shelf.

use std::path::Path;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT, Queryable};
use hotaru::window::Place;
use hotaru::worker::Stage;
use hotaru_content::boxed;
use hotaru_content::id::{ClassId, PupilId};
use hotaru_content::key::SecretKey;
use hotaru_content::shelf::{LockKind, OpenOptions, PupilEntry, SealedFor, Shelf};
use hotaru_content::unlock::{self, CodeSecret};
use hotaru_ui::Picture;
use hotaru_ui::words::{Language, Words};
use tempfile::TempDir;

use crate::common::{Studio, fill};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// A profile whose pupil has a lock.
fn locked(profile: &Path, kind: LockKind, secret: &str) -> PupilId {
    let pupil = fill(profile);
    with_shelf(profile, |shelf| {
        shelf.set_lock(&pupil, kind, secret, now_ms()).unwrap();
    });
    pupil
}

fn with_shelf<T>(profile: &Path, work: impl FnOnce(&Shelf) -> T) -> T {
    let opened = Shelf::open(profile, &OpenOptions::default()).unwrap();
    work(&opened.shelf)
}

/// The school was heard of so many days ago.
fn away_for(profile: &Path, days: i64) {
    with_shelf(profile, |shelf| {
        shelf.note_contact(now_ms() - days * DAY_MS).unwrap();
    });
}

/// The code that a teacher reads out next, and its number.
fn code(profile: &Path, pupil: PupilId, school: &SecretKey) -> (u32, String) {
    with_shelf(profile, |shelf| {
        let number = shelf.lock_state(&pupil, now_ms()).unwrap().code.unwrap();
        let owed = shelf.owed(None).unwrap();
        let codes = owed.iter().find_map(|owed| {
            assert_eq!(owed.what, SealedFor::Codes(pupil));
            let inside = boxed::open(school, unlock::PURPOSE, &owed.bytes)?;
            CodeSecret::from_bytes(&inside)?.code(number)
        });
        (number, codes.unwrap().to_string())
    })
}

fn shows(studio: &Studio, words: &str) -> bool {
    let mut found = studio.harness.query_all_by_label_contains(words);
    found.next().is_some()
}

/// Presses the keys of digits, one frame each.
fn digits(studio: &mut Studio, digits: &str) {
    for digit in digits.chars().filter(char::is_ascii_digit) {
        studio
            .harness
            .key_press(Key::from_name(&digit.to_string()).unwrap());
    }
    studio.draw();
}

fn go(studio: &mut Studio, place: Place) {
    studio.harness.state_mut().as_mut().unwrap().go(place);
    studio.draw();
}

#[test]
fn a_pin_is_entered_by_keyboard_and_never_shown() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    locked(&profile, LockKind::Pin, "4821");
    let mut studio = Studio::open(&profile);
    assert_eq!(studio.snapshot().stage, Stage::Locked);
    assert!(shows(&studio, "6-1　7番"));
    // Nothing of the study is in sight.
    assert!(!shows(&studio, "てこがつり合うとき") && !shows(&studio, "きろく"));
    digits(&mut studio, "4829");
    assert!(shows(&studio, "4けた 入っています"));
    assert!(!shows(&studio, "4829") && !shows(&studio, "482"));
    studio.press(&[Key::Enter]);
    studio.draw_until("ちがいます。");
    // How much patience is left is not said.
    assert_eq!(studio.snapshot().lock().unwrap().wrong, 1);
    digits(&mut studio, "48299");
    studio.press(&[Key::Backspace, Key::Backspace]);
    digits(&mut studio, "1");
    studio.press(&[Key::Enter]);
    studio.until(|snapshot| snapshot.stage == Stage::Ready);
    studio.draw_until("てこがつり合うとき");
}

#[test]
fn a_pin_is_entered_with_fingers_that_find_every_key() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    locked(&profile, LockKind::Pin, "4821");
    let mut studio = Studio::open(&profile);
    for key in ["4", "8", "2", "1", "ひとつ もどす", "1", "あける"] {
        let node = studio.harness.get_by_label(key);
        let size = node.rect().size();
        assert!(size.min_elem() >= 56.0, "{key}: {size}");
        node.click();
        studio.draw();
    }
    studio.until(|snapshot| snapshot.stage == Stage::Ready);
}

#[test]
fn pictures_have_names_and_are_chosen_by_arrow_keys() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    locked(&profile, LockKind::Picture, "bfgc");
    let mut studio = Studio::open(&profile);
    let words = Words::new(Language::Japanese, &[]);
    for picture in Picture::ALL {
        let name = words.get(picture.key());
        let all = studio.harness.query_all_by_label(&name);
        let sizes: Vec<_> = all.map(|node| node.rect().size().min_elem()).collect();
        assert!(sizes.len() == 1 && sizes[0] >= 56.0, "{name} {sizes:?}");
    }
    // The first arrow key goes to the grid: from the star to the moon, and from there on.
    studio.press(&[Key::ArrowDown, Key::ArrowRight, Key::Enter]);
    assert!(shows(&studio, "1まい えらびました"));
    studio.press(&[Key::ArrowDown, Key::Space, Key::ArrowRight, Key::Space]);
    studio.press(&[Key::ArrowUp, Key::Enter]);
    assert!(shows(&studio, "4まい えらびました"));
    // On to the button that opens.
    for _ in 0..20 {
        let open = studio.harness.get_by_label("あける");
        if open.accesskit_node().is_focused() {
            break;
        }
        studio.press(&[Key::Tab]);
    }
    studio.press(&[Key::Enter]);
    studio.until(|snapshot| snapshot.stage == Stage::Ready);
}

#[test]
fn pictures_are_chosen_by_their_letters_and_taken_back() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    locked(&profile, LockKind::Picture, "bfgc");
    let mut studio = Studio::open(&profile);
    studio.press(&[Key::B, Key::F, Key::P, Key::Backspace, Key::G, Key::C]);
    studio.press(&[Key::Enter]);
    studio.until(|snapshot| snapshot.stage == Stage::Ready);
}

#[test]
fn a_passphrase_is_hidden_until_it_is_asked_to_be_shown() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    let secret = "ほたるのひかりまどのゆき";
    locked(&profile, LockKind::Passphrase, secret);
    let mut studio = Studio::open(&profile);
    let is_hidden = |studio: &Studio| {
        let field = studio.harness.query_by_role(Role::PasswordInput);
        field.is_some()
    };
    assert!(is_hidden(&studio));
    // The field has the keyboard by itself.
    studio.type_text(secret);
    studio.harness.get_by_label("見せる").click();
    studio.draw();
    assert!(!is_hidden(&studio));
    studio.harness.get_by_label("かくす").click();
    studio.draw();
    assert!(is_hidden(&studio));
    studio.harness.get_by_label("あいことば").focus();
    studio.draw();
    studio.press(&[Key::Enter]);
    studio.until(|snapshot| snapshot.stage == Stage::Ready);
}

#[test]
fn too_many_wrong_tries_make_it_wait_and_say_for_how_long() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    locked(&profile, LockKind::Pin, "4821");
    let mut studio = Studio::open(&profile);
    for wrong in 1..=5 {
        assert!(!shows(&studio, "まってね"));
        digits(&mut studio, "7777");
        studio.press(&[Key::Enter]);
        studio.until(|snapshot| snapshot.lock().unwrap().wrong == wrong);
        studio.draw();
    }
    studio.draw_until("びょう まってね。");
    // Nothing is tried meanwhile, not even what would open.
    digits(&mut studio, "4821");
    studio.press(&[Key::Enter]);
    assert!(shows(&studio, "0けた 入っています"));
    assert_eq!(studio.snapshot().lock().unwrap().wrong, 5);
    // A start of the program saves nobody the wait, and no time but a wait's second is looked
    // at: the window rests in between.
    drop(studio);
    let mut studio = Studio::open(&profile);
    studio.draw_until("びょう まってね。");
    let rest = studio.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert!(rest > std::time::Duration::ZERO && rest <= std::time::Duration::from_secs(1));
}

#[test]
fn the_school_should_be_heard_of_soon_is_said_before_and_after() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    locked(&profile, LockKind::Pin, "4821");
    away_for(&profile, 50);
    let mut studio = Studio::open(&profile);
    assert!(shows(&studio, "あと 10日で かぎが かかります。"));
    digits(&mut studio, "4821");
    studio.press(&[Key::Enter]);
    studio.draw_until("じゅぎょう");
    assert!(shows(&studio, "あと 10日で かぎが かかります。"));
    assert!(shows(&studio, "また 60日 つかえます。"));
}

#[test]
fn after_too_long_a_code_opens_and_a_new_secret_is_chosen() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    let pupil = fill(&profile);
    let school = SecretKey::random().unwrap();
    with_shelf(&profile, |shelf| {
        let key = boxed::public_of(&school).unwrap();
        shelf.learn_school_key(key).unwrap();
        shelf
            .set_lock(&pupil, LockKind::Pin, "4821", now_ms())
            .unwrap();
    });
    away_for(&profile, 61);
    let (number, said) = code(&profile, pupil, &school);
    let mut studio = Studio::open(&profile);
    // What happened, what is lost, whom to tell what.
    for words in [
        "長いあいだ",
        "なくなっていません",
        "6-1",
        "出席番号",
        "コードの 番号",
    ] {
        assert!(shows(&studio, words), "{words}");
    }
    // It stands there beside the pad's key of the same digit.
    let digit = number.to_string();
    assert_eq!(studio.harness.query_all_by_label(&digit).count(), 2);
    // Her own secret is not asked for; two digits that changed places are found at once.
    let digit = |at: usize| said.chars().filter(char::is_ascii_digit).nth(at).unwrap();
    let at = (0..15).find(|at| digit(*at) != digit(at + 1)).unwrap();
    let mut order: Vec<usize> = (0..16).collect();
    order.swap(at, at + 1);
    let wrong: String = order.into_iter().map(digit).collect();
    digits(&mut studio, &wrong);
    studio.draw_until("コードの すうじが ちがうようです。");
    studio.press(&[Key::Enter]);
    assert_eq!(studio.snapshot().lock().unwrap().wrong, 0);
    studio.press(&[Key::Backspace; 16]);
    assert!(shows(&studio, "16この うち 0こ"));
    digits(&mut studio, &said);
    studio.press(&[Key::Enter]);
    studio.until(|snapshot| snapshot.stage == Stage::Ready);
    studio.draw_until("つぎからは、あたらしい かぎで あけます。");
    studio.harness.get_by_label("え").click();
    studio.draw();
    studio.press(&[Key::B, Key::F, Key::G, Key::C, Key::Enter]);
    studio.draw_until("もう いちど おなじものを");
    studio.press(&[Key::B, Key::F, Key::G, Key::C, Key::Enter]);
    studio.until(|snapshot| snapshot.lock().unwrap().kind == Some(LockKind::Picture));
    studio.draw_until("かぎを つけました。");
    studio.draw_until("てこがつり合うとき");
}

#[test]
fn who_forgot_where_no_code_can_be_made_is_told_so() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    locked(&profile, LockKind::Pin, "4821");
    let mut studio = Studio::open(&profile);
    studio.harness.get_by_label("わすれた").click();
    studio.draw();
    assert!(shows(&studio, "まだ 電話では あけられません。"));
    assert!(!shows(&studio, "16この"));
    studio.harness.get_by_label("もどる").click();
    studio.draw();
    assert!(shows(&studio, "0けた 入っています"));
}

#[test]
fn a_lock_is_chosen_twice_changed_and_taken_away() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    fill(&profile);
    let mut studio = Studio::open(&profile);
    go(&mut studio, Place::Settings);
    let press = |studio: &mut Studio, name: &str| {
        studio.harness.get_by_label(name).click_accesskit();
        studio.draw();
    };
    press(&mut studio, "かぎを つける");
    press(&mut studio, "数字");
    // Too easy: the reason is said before it is asked for again.
    digits(&mut studio, "1234");
    studio.press(&[Key::Enter]);
    assert!(shows(&studio, "だれでも さいしょに ためす ものです。"));
    digits(&mut studio, "4821");
    studio.press(&[Key::Enter]);
    assert!(shows(&studio, "もう いちど おなじものを"));
    digits(&mut studio, "4812");
    studio.press(&[Key::Enter]);
    assert!(shows(&studio, "さっきと ちがいました。"));
    assert_eq!(studio.snapshot().lock().unwrap().kind, None);
    for _ in 0..2 {
        digits(&mut studio, "4821");
        studio.press(&[Key::Enter]);
    }
    studio.draw_until("かぎを つけました。");
    assert_eq!(studio.snapshot().lock().unwrap().kind, Some(LockKind::Pin));
    // Locked now: nothing of the settings is left in sight.
    press(&mut studio, "いま かぎを かける");
    studio.until(|snapshot| snapshot.stage == Stage::Locked);
    studio.draw_until("あける");
    assert!(!shows(&studio, "よみやすさ"));
    digits(&mut studio, "4821");
    studio.press(&[Key::Enter]);
    studio.until(|snapshot| snapshot.stage == Stage::Ready);
    studio.draw_until("てこがつり合うとき");
    go(&mut studio, Place::Settings);
    press(&mut studio, "かぎを はずす");
    assert!(shows(&studio, "はずしますか。"));
    press(&mut studio, "かぎを はずす");
    studio.draw_until("かぎを はずしました。");
    drop(studio);
    assert_eq!(Studio::open(&profile).snapshot().stage, Stage::Ready);
}

#[test]
fn on_a_shared_terminal_each_chooses_herself() {
    let dir = TempDir::new().unwrap();
    let profile = dir.path().join("profile");
    let first = locked(&profile, LockKind::Pin, "4821");
    let second = PupilId::random().unwrap();
    with_shelf(&profile, |shelf| {
        let entry = PupilEntry {
            pupil: second,
            number: 12,
            class: ClassId::random().unwrap(),
            class_name: "2-1".to_owned(),
            grade: "P2".to_owned(),
        };
        shelf.add_pupil(entry).unwrap();
        shelf
            .set_lock(&second, LockKind::Picture, "bfgc", now_ms())
            .unwrap();
    });
    let mut studio = Studio::open(&profile);
    assert_eq!(studio.snapshot().pupil.as_ref().unwrap().pupil, first);
    digits(&mut studio, "48");
    studio.harness.get_by_label("2-1　12番").click();
    studio.until(|snapshot| snapshot.pupil.as_ref().unwrap().pupil == second);
    studio.draw_until("えを じゅんばんに おしてください。");
    // What the other one had begun to enter is gone.
    assert!(shows(&studio, "0まい えらびました"));
    studio.press(&[Key::B, Key::F, Key::G, Key::C, Key::Enter]);
    studio.until(|snapshot| snapshot.stage == Stage::Ready);
    // Back to the first, and the second is locked.
    go(&mut studio, Place::Settings);
    studio.harness.get_by_label("6-1　7番").click_accesskit();
    studio.until(|snapshot| {
        snapshot.stage == Stage::Locked && snapshot.pupil.as_ref().unwrap().pupil == first
    });
    let locks = &studio.snapshot().locks;
    assert!(locks.iter().all(|(_, lock)| !lock.is_open), "{locks:?}");
}
