//! Teachers sign in at the desk: without a window, in it, and again when a session has ended.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hotaru_desk::account::Folder;
use hotaru_desk::window as desk;
use hotaru_desk::worker::{Command, Stage, WorkerOptions};
use hotaru_tests::programs::Output;
use hotaru_tests::school::{text, wait_until};
use hotaru_tests::studio::Studio;
use hotaru_tests::{Failure, Program, School};
use serde_json::Value;
use totp_rs::Totp;

const PASSPHRASE: &str = "ほたるの ひかる よるの みち";

fn cloud(school: &School, args: &[&str]) -> Result<Output, Failure> {
    let mut command = Program::Cloud.command()?;
    command.args(args).arg("--data").arg(school.data());
    Output::of(&mut command)
}

/// A teacher of 6-1 who has no passphrase yet: her setup code.
fn new_teacher(school: &School, name: &str) -> Result<String, Failure> {
    let add = ["staff", "add", name, "--role", "teacher", "--class", "6-1"];
    text(&cloud(school, &add)?.json()?, "setup_code")
}

/// A desk without a token.
fn desk(data: &Path, args: &[&str], input: &str) -> Result<Output, Failure> {
    let mut command = Program::Desk.command()?;
    command.args(args).arg("--data").arg(data);
    Output::of_told(&mut command, input)
}

/// The authenticator's code so many steps from now, never at the very end of a step.
fn code(otpauth: &str, steps: i64) -> Result<String, Failure> {
    let now = || jiff::Timestamp::now().as_second();
    if now() % 30 >= 20 {
        std::thread::sleep(Duration::from_secs(11));
    }
    let totp = Totp::from_url(otpauth).map_err(|error| error.to_string())?;
    Ok(totp
        .generate(u64::try_from(now() + 30 * steps)?)
        .to_string())
}

/// Sets an account up at the command line: what it told once.
fn set_up(school: &School, data: &Path, name: &str) -> Result<Value, Failure> {
    let setup = new_teacher(school, name)?;
    let url = school.url();
    let weak = desk(
        data,
        &["setup", "--cloud", &url],
        &format!("{setup}\nshort\n"),
    )?;
    assert!(
        !weak.success && weak.stderr.contains("weak_passphrase"),
        "{weak:?}"
    );
    let told = format!("{setup}\n{PASSPHRASE}\n");
    let secrets = desk(data, &["setup", "--cloud", &url], &told)?.json()?;
    let early = code(&text(&secrets, "otpauth")?, -1)?;
    let confirm = ["confirm", "--cloud", &url, "--code"];
    let wrong = desk(data, &[&confirm[..], &["000000"]].concat(), &setup)?;
    // One of a million is right; then the next line fails.
    assert!(
        !wrong.success && wrong.stderr.contains("authenticator"),
        "{wrong:?}"
    );
    desk(data, &[&confirm[..], &[&early]].concat(), &setup)?.ok()?;
    Ok(secrets)
}

/// Ends every session at the school; desk tokens stay.
fn end_sessions(school: &School, name: &str) -> Result<usize, Failure> {
    let mut ended = 0;
    for row in cloud(school, &["staff", "sessions"])?.json_lines()? {
        if row.to_string().contains(name) {
            let number = row["session"].to_string();
            cloud(school, &["staff", "end-session", &number])?.ok()?;
            ended += 1;
        }
    }
    Ok(ended)
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

#[test]
fn a_teacher_signs_in_without_a_window_and_what_waits_goes_on_after_it() -> Result<(), Failure> {
    let mut school = School::found()?;
    let data = school.scratch().join("sato");
    let secrets = set_up(&school, &data, "sato")?;
    let url = school.url();
    let sign_in = ["sign-in", "--cloud", &url, "--name", "sato"];

    // A right passphrase wants a code; a wrong one and a name that is not there hear the same.
    let asked = desk(&data, &sign_in, PASSPHRASE)?;
    assert!(
        !asked.success && asked.stderr.contains("--code"),
        "{asked:?}"
    );
    let wrong = desk(&data, &sign_in, "うみの あおい そらの みち")?;
    let nobody = ["sign-in", "--cloud", &url, "--name", "nobody"];
    let nobody = desk(&data, &nobody, PASSPHRASE)?;
    assert!(
        !wrong.success && wrong.stderr == nobody.stderr,
        "{wrong:?} {nobody:?}"
    );
    let silent = desk(&data, &sign_in, "")?;
    assert!(
        !silent.success && silent.stderr.contains("standard input"),
        "{silent:?}"
    );

    let recovery = secrets["recovery"][0].as_str().ok_or("no recovery code")?;
    let with_code = [&sign_in[..], &["--code", recovery]].concat();
    let told = desk(&data, &with_code, PASSPHRASE)?.json()?;
    assert_eq!(told["roles"][0]["role"], "teacher", "{told}");
    assert!(told.get("token").is_none() && told.get("computer").is_none());
    let again = desk(&data, &with_code, PASSPHRASE)?;
    assert!(!again.success, "a recovery code counts once: {again:?}");
    let file = std::fs::read_to_string(data.join("account.json"))?;
    assert!(
        !file.contains(PASSPHRASE) && file.contains("computer"),
        "{file}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(data.join("account.json"))?
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    // Everything else works with the session. This computer is asked for no code again.
    let shown = desk(&data, &["school", "--json"], "")?.json()?;
    assert_eq!(shown["classes"][0]["name"], "6-1", "{shown}");
    desk(&data, &sign_in, PASSPHRASE)?.ok()?;

    let drill = fixture("drill-sjis.csv").display().to_string();
    let push = |title: &str| {
        let lesson = ["push", "--class", "6-1", "--subject", "理科"];
        let more = [
            "--day",
            "2026-11-20",
            "--patience",
            "1",
            &drill,
            "--title",
            title,
        ];
        desk(&data, &[&lesson[..], &more].concat(), "")
    };
    push("てこ")?.ok()?;

    // A lesson that was made without a line waits over the session's end.
    school.kill();
    assert!(!push("ふりこ")?.success);
    school.serve()?;
    assert!(end_sessions(&school, "sato")? > 0);
    let over = desk(&data, &["resume"], "")?;
    assert!(!over.success, "{over:?}");
    let over = desk(&data, &["school", "--json"], "")?;
    assert!(!over.success && over.stderr.contains("sign-in"), "{over:?}");
    // Another teacher on this computer does not send it in her own name.
    let other = ["resume", "--cloud", &url, "--token", &school.teacher_token];
    let other = desk(&data, &other, "")?;
    assert!(
        !other.success && other.stdout.contains("not_hers"),
        "{other:?}"
    );
    desk(&data, &["sign-in", "--name", "sato"], PASSPHRASE)?.ok()?;
    desk(&data, &["resume"], "")?.ok()?;
    let shown = desk(&data, &["lessons", "--class", "6-1", "--json"], "")?.json()?;
    assert_eq!(
        shown["lessons"].as_array().map(Vec::len),
        Some(2),
        "{shown}"
    );

    // Signed out here is signed out at the school.
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(data.join("account.json"))?)?;
    let token = text(&kept, "token")?;
    let left = desk(&data, &["sign-out"], "")?.json()?;
    assert_eq!(left["school_told"], true, "{left}");
    let over = desk(&data, &["school", "--json"], "")?;
    assert!(!over.success && over.stderr.contains("sign-in"), "{over:?}");
    let stolen = desk(
        &school.scratch().join("other"),
        &["school", "--cloud", &url, "--token", &token],
        "",
    )?;
    assert!(!stolen.success, "{stolen:?}");
    Ok(())
}

fn window(data: &Path) -> Result<Studio<desk::Window>, Failure> {
    let options = WorkerOptions::new(data);
    Studio::open(move |ctx| Ok(desk::Window::new(ctx, options.clone())?))
}

fn wait_for_stage(studio: &mut Studio<desk::Window>, stage: Stage) -> Result<(), Failure> {
    for _ in 0..60 {
        if studio.window()?.snapshot().stage == stage {
            studio.settle();
            return Ok(());
        }
        studio.settle();
    }
    Err(format!("it did not come to {stage:?}").into())
}

#[test]
fn a_session_that_ends_in_the_window_is_taken_up_where_it_was() -> Result<(), Failure> {
    let school = School::found()?;
    let secrets = set_up(&school, &school.scratch().join("set-up"), "sato")?;
    let data = school.scratch().join("sato");
    let mut studio = window(&data)?;
    wait_for_stage(&mut studio, Stage::FirstStart)?;
    studio.write("学校のアドレス", &school.url());
    studio.write("名前", "sato");
    studio.write("パスフレーズ", "うみの あおい そらの みち");
    studio.press("入る");
    studio.wait_for("名前、パスフレーズ、確認コードのどれかがちがいます。")?;
    assert!(
        !studio.shows("確認コードがいります"),
        "nothing says which was wrong"
    );
    studio.replace("パスフレーズ", PASSPHRASE);
    studio.press("入る");
    studio.wait_for("認証アプリの6けたの数字を入れてください。")?;
    studio.write("確認コード", &code(&text(&secrets, "otpauth")?, 0)?);
    studio.key(egui::Key::Enter);
    wait_for_stage(&mut studio, Stage::Ready)?;
    studio.window()?.go(desk::Place::Settings);
    studio.wait_for("6-1 の担任")?;

    // She writes on while the session ends at the school; the window asks for the passphrase.
    studio.window()?.go(desk::Place::Push);
    studio.window()?.send(Command::AddLink {
        url: "https://example.jp/".to_owned(),
    });
    studio.wait_for("題名")?;
    studio.write("題名", "てこを使う");
    assert!(end_sessions(&school, "sato")? > 0);
    studio.window()?.go(desk::Place::Roster);
    studio.wait_for("サインインの時間がおわりました。")?;
    assert_eq!(
        studio.window()?.snapshot().stage,
        Stage::SignedOut { over: true }
    );
    assert!(
        studio.window()?.snapshot().classes().is_empty(),
        "nobody else reads the roster"
    );
    let kept = Folder::open(&data)?.account()?.ok_or("no account")?;
    assert!(!kept.is_signed_in());
    studio.write("パスフレーズ", PASSPHRASE);
    studio.key(egui::Key::Enter);
    wait_for_stage(&mut studio, Stage::Ready)?;
    studio.wait_for(&school.join_code)?;
    studio.window()?.go(desk::Place::Push);
    studio.wait_for("題名")?;
    assert_eq!(studio.written("題名").as_deref(), Some("てこを使う"));
    assert_eq!(studio.window()?.snapshot().files.len(), 1);

    // The join code is closed and made anew, each after a question.
    studio.window()?.go(desk::Place::Roster);
    studio.wait_for("まで使えます。")?;
    studio.press("コードをとじる");
    studio.press("とじる");
    studio.wait_for("いま使えるコードはありません。")?;
    assert!(!studio.shows(&school.join_code));
    studio.press("新しいコードを作る");
    studio.wait_for("に入るコード")?;
    let shown = studio.window()?.snapshot().classes()[0].join_code.clone();
    assert!(!shown.is_empty() && shown != school.join_code);

    // Signing out asks first, and takes the token from the disk and from the school.
    studio.window()?.go(desk::Place::Settings);
    studio.settle();
    studio.press("サインアウト");
    studio.press("サインアウトする");
    wait_for_stage(&mut studio, Stage::SignedOut { over: false })?;
    assert!(wait_until(Duration::from_secs(20), || {
        cloud(&school, &["staff", "sessions"])
            .and_then(|told| told.ok())
            .is_ok_and(|told| !told.stdout.contains("sato"))
    }));
    Ok(())
}

#[test]
fn a_first_time_in_the_window_ends_signed_in() -> Result<(), Failure> {
    let school = School::found()?;
    let setup = new_teacher(&school, "tanaka")?;
    let mut studio = window(&school.scratch().join("tanaka"))?;
    wait_for_stage(&mut studio, Stage::FirstStart)?;
    studio.press("はじめて入る（設定コードがある）");
    studio.write("学校のアドレス", &school.url());
    studio.write("設定コード", &setup);
    studio.write("新しいパスフレーズ", "tanakatanaka");
    studio.write("もう一度、同じパスフレーズ", "tanaka");
    studio.wait_for("上のパスフレーズとちがいます。")?;
    studio.replace("もう一度、同じパスフレーズ", "tanakatanaka");
    studio.press("つぎへ");
    studio.wait_for("そのパスフレーズは、人にあてられやすいものです。")?;
    studio.replace("新しいパスフレーズ", PASSPHRASE);
    studio.replace("もう一度、同じパスフレーズ", PASSPHRASE);
    studio.press("つぎへ");
    studio.wait_for("いましか見られません。")?;
    assert!(studio.shows("認証アプリのQRコード"));
    let is_base32 = |text: &str| {
        text.len() == 32
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    let secret = studio.read(is_base32).ok_or("no secret is shown")?;
    let otpauth = format!("otpauth://totp/Hotaru:tanaka?secret={secret}&issuer=Hotaru");
    studio.write("確認コード", "000000");
    studio.press("たしかめる");
    studio.wait_for("いまの確認コードではありません。")?;
    studio.replace("確認コード", &code(&otpauth, -1)?);
    studio.press("たしかめる");
    studio.wait_for("アカウントができました。")?;
    studio.write("名前", "tanaka");
    studio.write("確認コード", &code(&otpauth, 0)?);
    studio.press("入る");
    wait_for_stage(&mut studio, Stage::Ready)
}
