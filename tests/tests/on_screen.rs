//! What goes wrong is said in Japanese on the screen, by the real windows over real schools.

use hotaru::window::Place;
use hotaru::worker::Command;
use hotaru_content::lesson::Subject;
use hotaru_content::log::{Fact, PaperStudy};
use hotaru_desk::account::{Account, Folder};
use hotaru_desk::window as desk;
use hotaru_tests::disk::{SmallDisk, fill};
use hotaru_tests::studio::{Studio, pupils_window};
use hotaru_tests::{Failure, School, Terminal};

/// What is said where there was no room for an event.
const NOT_SAVED: &str = "いま した ことだけ、のこせませんでした。";

#[test]
fn a_wrong_code_is_said_and_the_right_one_joins() -> Result<(), Failure> {
    let school = School::found()?;
    let terminal = school.terminal("terminal");
    let mut window = pupils_window(&terminal)?;
    window.write("学校の アドレス", &school.url());
    window.write("クラスの コードか ログインカードの コード", "XXXX9999");
    window.write("出席番号", "7");
    window.press("クラスに 入る");
    window.wait_for("その コードの クラスは ありません。")?;
    window.wait_for("コードを もういちど 見て、入れなおしてください。")?;
    // Nothing that was typed is lost but the code.
    assert!(!window.shows("きろく"));
    drop(window);
    terminal.join(&school.url(), &school.join_code, 7)?;
    let window = pupils_window(&terminal)?;
    assert!(window.shows("きろく"));
    Ok(())
}

#[test]
fn a_login_card_that_was_scanned_fills_the_form_and_signs_in() -> Result<(), Failure> {
    let school = School::found()?;
    school
        .terminal("old")
        .join(&school.url(), &school.join_code, 7)?;
    let made = school
        .desk(&school.url())
        .run(&["card", "--class", "6-1"])?
        .json()?;
    let code = made[0]["code"].as_str().ok_or("no code")?;
    let terminal = school.terminal("terminal");
    let mut window = pupils_window(&terminal)?;
    // What a reader types that reads the QR code: address and code.
    let scanned = format!("{}/#{code}", school.url());
    window.write("クラスの コードか ログインカードの コード", &scanned);
    window.wait_for("ログインカードの コードです")?;
    if let Some(dir) = std::env::var_os("HOTARU_SHOTS") {
        window.shoot(std::path::Path::new(&dir), "pupil-welcome-card")?;
    }
    window.press("クラスに 入る");
    window.wait_for("きろく")?;
    Ok(())
}

#[test]
fn a_full_disk_is_said_and_what_was_done_stays() -> Result<(), Failure> {
    let school = School::found()?;
    let Some(disk) = SmallDisk::mount(&school.scratch().join("disk"), 96) else {
        return Ok(());
    };
    let terminal = Terminal {
        profile: disk.path().join("profile"),
    };
    terminal.join(&school.url(), &school.join_code, 1)?;
    let mut window = pupils_window(&terminal)?;
    window.window()?.go(Place::Record);
    fill(&disk.path().join("ballast"))?;
    // What the shelf has room for still counts; then it is said that there is none.
    let study = PaperStudy {
        day: jiff::civil::date(2026, 11, 20),
        minutes: 10,
        subject: Subject::Science,
        text: "支点と力点".repeat(100),
        photo: None,
    };
    for _ in 0..60 {
        for _ in 0..200 {
            let fact = Fact::PaperStudy(study.clone());
            window.window()?.worker().send(Command::Record(fact));
        }
        window.settle();
        if window.shows(NOT_SAVED) {
            break;
        }
    }
    window.wait_for(NOT_SAVED)?;
    window.wait_for("前に した ことは ぜんぶ のこっています。")?;
    let told = window.window()?.snapshot().progress.events;
    // What is written on the form when the disk is full stays there.
    window.press("書きのこす");
    window.write("何分 しましたか", "10");
    window.write("何を しましたか", "てこ");
    window.press("のこす");
    // (A last page may have had room for it; then that is what is said.)
    window.settle();
    assert!(window.shows("何を しましたか") || window.shows("のこしました。"));
    drop(window);

    // A shelf without room is not opened, since that could harm it; the window says so.
    let mut window = pupils_window(&terminal)?;
    window.wait_for("この たんまつの あきが 足りません。")?;
    drop(window);
    std::fs::remove_file(disk.path().join("ballast"))?;
    let kept = terminal.run(&["log"])?.json_lines()?.len() as u64;
    assert!(told > 0 && kept >= told, "{kept} of {told}");
    Ok(())
}

#[test]
fn a_lesson_of_nothing_says_what_it_lacks_and_a_wrong_token_is_refused() -> Result<(), Failure> {
    let school = School::found()?;
    let open = |token: &str, name: &str| -> Result<Studio<desk::Window>, Failure> {
        let data = school.scratch().join(name);
        Folder::open(&data)?.set_account(&Account::by_token(school.url(), token))?;
        let options = hotaru_desk::worker::WorkerOptions::new(&data);
        Studio::open(move |ctx| Ok(desk::Window::new(ctx, options.clone())?))
    };
    let mut right = open(&school.teacher_token, "right")?;
    right.wait_for("ファイルを入れると、くばれます。")?;
    let mut wrong = open(&"A".repeat(43), "wrong")?;
    wrong.wait_for("先生用のトークンがちがいます。")
}
