//! The window, as a teacher uses it: over a real outbox and a school that answers.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their functions only; all of this is tests"
)]

mod common;

use std::path::PathBuf;

use common::school::{LESSON, PUPIL, School, TOKEN};
use common::{Teacher, fixture, sample};
use egui::{Key, Modifiers};
use hotaru_content::id::{LessonId, PupilId};
use hotaru_content::lesson::Subject;
use hotaru_desk::account::{Account, Folder};
use hotaru_desk::window::{DESK_SOURCES, PUBLISH_SOURCES, Place};
use hotaru_desk::worker::{Command, FileState, Form, JobState, Stage};
use hotaru_ui::look::{Appearance, Look};
use hotaru_ui::words::{UI_SOURCES, check_complete};

const NORMAL: [f32; 2] = [1280.0, 800.0];
const SMALL: [f32; 2] = [1024.0, 600.0];

#[test]
fn every_word_is_there_in_every_language() {
    check_complete(&[UI_SOURCES, DESK_SOURCES, PUBLISH_SOURCES]).unwrap();
}

#[test]
fn a_teacher_signs_in_by_keyboard_and_stays_signed_in() {
    let school = School::open();
    let mut teacher = Teacher::new(NORMAL);
    teacher.wait(|snapshot| snapshot.stage == Stage::FirstStart);
    teacher.shoot("desk-welcome");
    teacher.tab_to("ほかの入り方");
    teacher.press(Modifiers::NONE, Key::Enter);
    teacher.tab_to("学校のアドレス");
    teacher.write(&school.url);
    teacher.tab_to("先生用のトークン");
    teacher.write("wrong");
    teacher.tab_to("つなぐ");
    teacher.press(Modifiers::NONE, Key::Enter);
    teacher.wait_for("先生用のトークンがちがいます。");
    teacher.tab_to("先生用のトークン");
    teacher.press(Modifiers::COMMAND, Key::A);
    teacher.write(TOKEN);
    teacher.tab_to("つなぐ");
    teacher.press(Modifiers::NONE, Key::Enter);
    teacher.wait(|snapshot| snapshot.stage == Stage::Ready);
    teacher.wait_for("ほたる小学校");
    let dir = teacher.stand_up();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(dir.path().join("account.json"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let mut again = Teacher::sit(dir, NORMAL, |_| {});
    again.wait(|snapshot| snapshot.stage == Stage::Ready);
}

#[test]
fn every_way_in_is_reached_by_keyboard_in_the_smallest_window() {
    for text_percent in [100, 200] {
        let mut teacher = Teacher::new([640.0, 480.0]);
        teacher.wait(|snapshot| snapshot.stage == Stage::FirstStart);
        teacher.send(Command::Set(Look {
            language: "ja".to_owned(),
            text_percent,
            appearance: Appearance::Light,
        }));
        for field in ["学校のアドレス", "名前", "パスフレーズ"] {
            teacher.tab_to(field);
            teacher.write("ほたる");
        }
        teacher.tab_to("入る");
        teacher.shoot(&format!("desk-sign-in-small-{text_percent}"));
        teacher.tab_to("はじめて入る（設定コードがある）");
        teacher.press(Modifiers::NONE, Key::Enter);
        for field in ["設定コード", "新しいパスフレーズ"] {
            teacher.tab_to(field);
            teacher.write("ほたるの ひかる よるの みち");
        }
        teacher.tab_to("もう一度、同じパスフレーズ");
        teacher.write("ほたる");
        teacher.shoot(&format!("desk-setup-differs-{text_percent}"));
        teacher.wait_for("上のパスフレーズとちがいます。");
        teacher.shoot(&format!("desk-setup-small-{text_percent}"));
        teacher.tab_to("ほかの入り方");
        teacher.press(Modifiers::NONE, Key::Enter);
        teacher.tab_to("先生用のトークン");
    }
}

#[test]
fn a_session_that_is_over_asks_again_and_keeps_the_draft() {
    let school = School::open();
    let mut teacher = Teacher::at(&school.url, NORMAL, 30_000);
    draft(&mut teacher);
    teacher.tab_to("題名");
    teacher.write("てこを使う");
    let dir = teacher.stand_up();
    // The school has forgotten the token: of a session that says that it is over.
    let over = Account {
        name: Some("sato".to_owned()),
        ..Account::by_token(&school.url, "B".repeat(43))
    };
    Folder::open(dir.path())
        .unwrap()
        .set_account(&over)
        .unwrap();
    let mut teacher = Teacher::sit(dir, NORMAL, |_| {});
    teacher.wait(|snapshot| snapshot.stage == Stage::SignedOut { over: true });
    teacher.wait_for("サインインの時間がおわりました。");
    assert_eq!(teacher.snapshot().name, "sato");
    assert!(teacher.snapshot().classes().is_empty());
    // Another start asks at once, and asks the school nothing.
    let dir = teacher.stand_up();
    let asked = school.asked.lock().unwrap().len();
    let mut teacher = Teacher::sit(dir, NORMAL, |_| {});
    teacher.wait(|snapshot| snapshot.stage == Stage::SignedOut { over: false });
    // But how somebody can sign in.
    let since = school.asked.lock().unwrap()[asked..].to_vec();
    assert!(
        since.iter().all(|line| line.contains("/v1/sessions/ways")),
        "{since:?}"
    );
    assert_eq!(teacher.snapshot().files.len(), 3);
    // The printed token lets her go on where she was.
    teacher.click("ほかの入り方");
    teacher.tab_to("先生用のトークン");
    teacher.write(TOKEN);
    teacher.press(Modifiers::NONE, Key::Enter);
    teacher.wait(|snapshot| snapshot.stage == Stage::Ready);
    teacher.wait_for("「てこを使う」");
}

/// A draft of good and bad files, its class and subject chosen.
fn draft(teacher: &mut Teacher) {
    teacher.wait(|snapshot| !snapshot.classes().is_empty());
    teacher.drop_files(&[
        sample("rika-teko/text.md"),
        fixture("empty.jpg"),
        sample("rika-teko/drill.tsv"),
    ]);
    let busy = |state: &FileState| matches!(state, FileState::Waiting | FileState::Preparing(_));
    teacher.wait(|snapshot| !snapshot.files.iter().any(|file| busy(&file.state)));
    teacher.click("6-1");
    teacher.click("理科");
}

fn waiting(dir: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(dir.join("outbox")).unwrap().flatten();
    entries.filter(|entry| entry.path().is_dir()).count()
}

#[test]
fn a_push_can_be_undone_and_nothing_was_sent() {
    let school = School::open();
    let mut teacher = Teacher::at(&school.url, NORMAL, 30_000);
    draft(&mut teacher);
    // The title is proposed from the text's first heading.
    let title = teacher.snapshot().proposed_title.clone();
    assert!(!title.is_empty());
    assert!(teacher.sees("使えない 1つをのぞいてくばります。"));
    teacher.press(Modifiers::COMMAND, Key::Enter);
    teacher.wait(|snapshot| {
        matches!(
            snapshot.jobs.first().map(|job| &job.state),
            Some(JobState::Held(_))
        )
    });
    teacher.wait_for(&format!("「{title}」をくばります"));
    teacher.shoot("desk-push-toast");
    // The bad file stays with its sentence; the good ones are on their way.
    assert_eq!(teacher.snapshot().files.len(), 1);
    assert_eq!(waiting(teacher.dir.path()), 1);
    teacher.click("もとに もどす");
    teacher.wait(|snapshot| snapshot.jobs.is_empty() && snapshot.files.len() == 3);
    teacher.wait_for("くばるのをやめました。");
    assert_eq!(waiting(teacher.dir.path()), 0);
    assert!(!school.was_asked("POST /v1/lessons"));
    // All is as it was: it can be pushed again with one press, and undone by keyboard.
    teacher.press(Modifiers::COMMAND, Key::Enter);
    teacher.wait(|snapshot| snapshot.jobs.len() == 1);
    teacher.press(Modifiers::COMMAND, Key::Z);
    teacher.wait(|snapshot| snapshot.jobs.is_empty() && snapshot.files.len() == 3);
}

#[test]
fn a_push_that_nobody_undoes_arrives_and_shows_where_it_is() {
    let school = School::open();
    let mut teacher = Teacher::at(&school.url, NORMAL, 0);
    teacher.wait(|snapshot| !snapshot.classes().is_empty());
    teacher.drop_files(&[sample("rika-teko/text.md")]);
    teacher.wait(|snapshot| matches!(snapshot.files[0].state, FileState::Ready { .. }));
    teacher.click("6-1");
    teacher.click("理科");
    teacher.press(Modifiers::COMMAND, Key::Enter);
    teacher.wait_for("が学校にとどきました。");
    assert!(school.was_asked("POST /v1/lessons"));
    assert_eq!(waiting(teacher.dir.path()), 0);
    assert!(teacher.snapshot().jobs.is_empty());
}

#[test]
fn without_a_line_a_lesson_is_kept_and_said_so() {
    let school = School::open();
    let mut teacher = Teacher::at(&school.url, NORMAL, 0);
    teacher.wait(|snapshot| !snapshot.classes().is_empty());
    let dir = teacher.stand_up();
    // The school's address from now on leads nowhere; its page was seen.
    let seen = std::fs::read_to_string(dir.path().join("school.json")).unwrap();
    let nowhere = "http://127.0.0.1:1";
    std::fs::write(
        dir.path().join("school.json"),
        seen.replace(&school.url, nowhere),
    )
    .unwrap();
    common::save_account(dir.path(), nowhere);
    let mut teacher = Teacher::sit(dir, NORMAL, |options| options.undo_ms = 0);
    teacher.wait(|snapshot| !snapshot.classes().is_empty());
    teacher.drop_files(&[sample("rika-teko/text.md")]);
    teacher.wait(|snapshot| matches!(snapshot.files[0].state, FileState::Ready { .. }));
    teacher.click("6-1");
    teacher.click("理科");
    teacher.press(Modifiers::COMMAND, Key::Enter);
    teacher.wait_for("学校につながりません。");
    teacher.wait_for("いま送る");
    teacher.shoot("desk-push-offline");
    assert_eq!(waiting(teacher.dir.path()), 1);
}

#[test]
fn files_that_cannot_be_used_say_why_before_anything_is_sent() {
    let school = School::open();
    let mut teacher = Teacher::at(&school.url, NORMAL, 30_000);
    teacher.wait(|snapshot| !snapshot.classes().is_empty());
    let folder = teacher.dir.path().to_owned();
    let write = |name: &str, bytes: &[u8]| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let files = [
        fixture("empty.jpg"),
        fixture("truncated.pdf"),
        fixture("not-a-video.mp4"),
        fixture("drill-broken-row.csv"),
        write("plan.docx", b"PK\x03\x04office"),
        write("empty.md", b""),
        write("link.url", b"[InternetShortcut]\r\nURL=file:///etc\r\n"),
        folder.join("not there.png"),
    ];
    teacher.drop_files(&files);
    let done = |state: &FileState| matches!(state, FileState::Ready { .. } | FileState::Refused(_));
    teacher.wait(|snapshot| snapshot.files.iter().all(|file| done(&file.state)));
    for file in teacher.snapshot().files.clone() {
        let FileState::Refused(error) = &file.state else {
            panic!("{} was taken", file.name)
        };
        let key = format!("publish-{}", error.code());
        let words = teacher.window().words().get(&key);
        assert_ne!(words, key, "{} has no sentence", error.code());
        // What stands on the screen is that sentence, with the file's name in it.
        assert!(teacher.sees(&file.name), "{}", file.name);
    }
    assert!(teacher.sees("写真「empty.jpg」は0バイトです。"));
    assert!(teacher.sees("4行目"));
    teacher.shoot("desk-push-refused");
    // Nothing can be pushed of it, and each can be put away.
    teacher.press(Modifiers::COMMAND, Key::Enter);
    assert_eq!(waiting(teacher.dir.path()), 0);
    teacher.click("「empty.jpg」をはずす");
    teacher.wait(|snapshot| snapshot.files.len() == 7);
}

#[test]
fn a_draft_survives_a_restart() {
    let school = School::open();
    let mut teacher = Teacher::at(&school.url, NORMAL, 30_000);
    draft(&mut teacher);
    teacher.tab_to("題名");
    teacher.write("てこを使う");
    let dir = teacher.stand_up();
    let mut again = Teacher::sit(dir, NORMAL, |_| {});
    again.wait(|snapshot| snapshot.files.len() == 3);
    let ready = |state: &FileState| matches!(state, FileState::Ready { .. });
    again.wait(|snapshot| {
        snapshot
            .files
            .iter()
            .filter(|file| ready(&file.state))
            .count()
            == 2
    });
    again.wait_for("「てこを使う」");
}

#[test]
fn every_place_is_reached_by_keyboard_and_the_school_is_asked_anew() {
    let school = School::open();
    let mut teacher = Teacher::at(&school.url, SMALL, 30_000);
    teacher.wait(|snapshot| !snapshot.classes().is_empty());
    teacher.press(Modifiers::COMMAND, Key::Num2);
    teacher.wait_for("てこがつり合うときのきまり");
    teacher.press(Modifiers::COMMAND, Key::Num3);
    teacher.wait_for("3KM9-83QJ");
    teacher.press(Modifiers::COMMAND, Key::Num4);
    teacher.wait_for("文字の大きさ");
    teacher.press(Modifiers::COMMAND, Key::Num1);
    teacher.wait_for("ここにファイルを入れる");
    // A lesson by Tab and Enter, back by Escape.
    teacher.press(Modifiers::COMMAND, Key::Num2);
    teacher.wait_for("てこがつり合うときのきまり");
    teacher.tab_to_part("理科  11月20日");
    teacher.press(Modifiers::NONE, Key::Enter);
    teacher.wait_for("端末がまだつながっていません");
    let asked = school.asked.lock().unwrap().len();
    teacher.press(Modifiers::NONE, Key::F5);
    teacher.wait_for("端末がまだつながっていません");
    assert!(school.asked.lock().unwrap().len() > asked);
    teacher.press(Modifiers::NONE, Key::Escape);
    teacher.wait_for("算数  11月20日");
}

/// Goes to the lesson, by the list.
fn open_lesson(teacher: &mut Teacher) {
    teacher.wait(|snapshot| !snapshot.classes().is_empty());
    teacher.press(Modifiers::COMMAND, Key::Num2);
    teacher.wait_for("てこがつり合うときのきまり");
    teacher.window().go(Place::Lesson(LessonId(LESSON)));
}

#[test]
fn a_lesson_tells_where_it_is_and_counts_answers_without_names() {
    let school = School::open();
    let mut teacher = Teacher::at(&school.url, [1280.0, 2000.0], 30_000);
    open_lesson(&mut teacher);
    teacher.wait_for("端末にあります　18台");
    assert!(teacher.sees("端末がまだつながっていません　11台"));
    assert!(teacher.sees("空きが足りません　1台"));
    assert!(teacher.sees("ひらいた人　32人のうち 14人"));
    assert!(!teacher.sees("未読"));
    // Choices by their words, the right one named so, and how many did not know.
    teacher.wait_for("せいかい 力点 10人");
    assert!(teacher.sees("作用点 3人"));
    assert!(teacher.sees("わからない　4人"));
    assert!(teacher.sees("まだ答えのない問題　1問"));
    // Numbers of pupils stand with terminals only, and only when asked for.
    assert!(!teacher.sees("chromebook-6-1-07"));
    teacher.click("端末ごとに見る");
    teacher.wait_for("chromebook-6-1-07");
    assert!(teacher.sees("空きが足りません（あと 12.3 MB）"));
    teacher.click("とりさげる");
    teacher.wait_for("をとりさげますか。");
    teacher.click("やめる");
    assert!(!school.was_asked("DELETE"));
}

#[test]
fn a_lesson_is_revised_without_its_files_and_withdrawn_after_a_question() {
    let school = School::open();
    let mut teacher = Teacher::at(&school.url, [1280.0, 1400.0], 0);
    open_lesson(&mut teacher);
    teacher.click("なおす");
    teacher.wait_for("なおしてくばる");
    // What it has is there, without a file of this computer.
    teacher.wait_for("学校にあります");
    teacher.tab_to("題名");
    teacher.press(Modifiers::COMMAND, Key::A);
    teacher.write("てこのきまり");
    teacher.press(Modifiers::COMMAND, Key::Enter);
    teacher.wait_for("「てこのきまり」が学校にとどきました。");
    assert!(school.was_asked("POST /v1/lessons {"));
    let asked = school.asked.lock().unwrap().clone();
    let said = asked
        .iter()
        .find(|asked| asked.starts_with("POST /v1/lessons"))
        .unwrap();
    assert!(said.contains(r#""base_revision":2"#), "{said}");
    teacher.window().go(Place::Lesson(LessonId(LESSON)));
    teacher.click("とりさげる");
    teacher.wait_for("をとりさげますか。");
    // The question's own button stands below the one that asked it.
    teacher.click_last("とりさげる");
    teacher.wait_for("とりさげました。");
    assert!(school.was_asked("DELETE /v1/lessons/"));
}

#[test]
fn a_pupils_page_warns_and_is_forgotten() {
    let school = School::open();
    let mut teacher = Teacher::at(&school.url, [1280.0, 1400.0], 30_000);
    teacher.wait(|snapshot| !snapshot.classes().is_empty());
    teacher.press(Modifiers::COMMAND, Key::Num3);
    teacher.click("1番");
    teacher.wait_for("ひとりのきろくです。");
    teacher.wait_for("25分");
    assert!(teacher.sees("値は合っています") || teacher.sees("ちがいます"));
    teacher.press(Modifiers::NONE, Key::Escape);
    teacher.wait(|snapshot| snapshot.pupil.is_none());
}

#[test]
fn a_join_is_undone_after_a_question() {
    let school = School::open();
    let mut teacher = Teacher::at(&school.url, [1280.0, 1400.0], 30_000);
    teacher.wait(|snapshot| !snapshot.classes().is_empty());
    teacher.press(Modifiers::COMMAND, Key::Num3);
    teacher.wait_for("chromebook-6-1-01");
    teacher.click_first("参加をとりけす");
    teacher.wait_for("の参加をとりけしますか。");
    assert!(!school.was_asked("DELETE"));
    teacher.click("とりけす");
    teacher.wait_for("参加をとりけしました。");
    assert!(school.was_asked("DELETE /v1/desk/terminals/"));
}

/// Every screen in every look; pictures where `HOTARU_DESK_SHOTS` names a folder.
#[test]
fn every_screen_draws_in_every_look() {
    let looks = [
        ("light", Appearance::Light, 100, NORMAL),
        ("dark", Appearance::Dark, 100, NORMAL),
        ("large", Appearance::Light, 200, NORMAL),
        ("small", Appearance::Light, 100, SMALL),
        ("small-large", Appearance::Dark, 200, SMALL),
        ("wide", Appearance::Light, 100, [1920.0, 1080.0]),
    ];
    for (look, appearance, text_percent, size) in looks {
        let school = School::open();
        let mut teacher = Teacher::at(&school.url, size, 30_000);
        teacher.wait(|snapshot| !snapshot.classes().is_empty());
        let language = "ja".to_owned();
        teacher.send(Command::Set(Look {
            language,
            text_percent,
            appearance,
        }));
        teacher.draw();
        teacher.shoot(&format!("desk-push-empty-{look}"));
        teacher.drop_files(&[
            sample("rika-teko/board.jpg"),
            sample("rika-teko/handout.pdf"),
            fixture("drill-broken-row.csv"),
            sample("rika-teko/drill.tsv"),
        ]);
        let busy =
            |state: &FileState| matches!(state, FileState::Waiting | FileState::Preparing(_));
        teacher.wait(|snapshot| !snapshot.files.iter().any(|file| busy(&file.state)));
        let classes = vec![teacher.snapshot().classes()[0].class];
        let form = Form {
            classes,
            subject: Some(Subject::Science),
            period: Some(3),
            ..Form::default()
        };
        teacher.send(Command::KeepForm(form));
        teacher.shoot(&format!("desk-push-{look}"));
        let places = [
            (Place::Lessons, "lessons"),
            (Place::Lesson(LessonId(LESSON)), "lesson"),
            (Place::Roster, "roster"),
            (Place::Pupil(PupilId(PUPIL)), "pupil"),
            (Place::Settings, "settings"),
        ];
        for (place, name) in places {
            teacher.window().go(place);
            teacher.draw();
            teacher.draw();
            teacher.shoot(&format!("desk-{name}-{look}"));
        }
    }
}
