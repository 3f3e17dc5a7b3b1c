//! A terminal is erased: the school knows, what is left proves it, and nothing opens any more.

use std::path::{Path, PathBuf};
use std::process::Command;

use hotaru::window::Place;
use hotaru_content::shelf::{OpenOptions, Shelf};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::terminal::{LineOptions, sync_once};
use hotaru_tests::programs::Output;
use hotaru_tests::school::text;
use hotaru_tests::studio::pupils_window;
use hotaru_tests::{Failure, Program, School, Terminal};
use serde_json::Value;

/// What is searched for: of a name, an answer's drill, a lesson, a picture, a recording.
const NEEDLES: [&[u8]; 7] = [
    "てこの秘密".as_bytes(),
    "支点".as_bytes(),
    "ほたる小学校".as_bytes(),
    b"\x89PNG",
    b"\xff\xd8\xff\xe0",
    b"ftypisom",
    b"\"drill\"",
];

/// A school, and a terminal with a lesson and answers, all of which it has.
fn studied() -> Result<(School, Terminal), Failure> {
    let school = School::found()?;
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files = [
        fixtures.join("drill-sjis.csv"),
        fixtures.join("media/photo.jpg"),
    ];
    let files: Vec<PathBuf> = files.into_iter().filter(|file| file.exists()).collect();
    school.desk(&school.url()).push("てこの秘密", &files, &[])?;
    let terminal = school.terminal("old");
    terminal.join(&school.url(), &school.join_code, 12)?;
    terminal.sync()?;
    terminal.answer_first(5)?;
    Ok((school, terminal))
}

fn cloud(school: &School, args: &[&str]) -> Result<Output, Failure> {
    let mut command = Program::Cloud.command()?;
    Output::of(command.args(args).arg("--data").arg(school.data()))
}

/// Every byte under a folder, by file.
fn contents(dir: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>, Failure> {
    let mut todo = vec![dir.to_owned()];
    let mut all = Vec::new();
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                todo.push(entry?.path());
            }
        } else {
            all.push((path.clone(), std::fs::read(&path)?));
        }
    }
    Ok(all)
}

fn assert_says_nothing(dir: &Path) -> Result<(), Failure> {
    for (path, bytes) in contents(dir)? {
        for needle in NEEDLES {
            let holds = bytes.windows(needle.len()).any(|part| part == needle);
            let is_note = path.ends_with("erased.json") || path.ends_with("erased.confirmed.json");
            assert!(!holds || is_note, "{} {needle:?}", path.display());
        }
    }
    Ok(())
}

fn erase(terminal: &Terminal, args: &[&str]) -> Result<Output, Failure> {
    terminal.run(&[&["erase"], args].concat())
}

#[test]
fn an_erased_terminal_leaves_a_certificate_and_nothing_else() -> Result<(), Failure> {
    let (school, terminal) = studied()?;
    assert_says_nothing(&terminal.profile)?;
    // It is asked twice, and says what it is about.
    let unsure = erase(&terminal, &[])?;
    assert!(!unsure.success, "{unsure:?}");
    assert!(unsure.stderr.contains("--yes"), "{unsure:?}");
    assert!(unsure.stderr.contains("0 not at school"), "{unsure:?}");
    let erased = erase(&terminal, &["--yes"])?.json()?;
    assert_eq!(erased["is_confirmed"], true, "{erased}");
    let left: Vec<String> = contents(&terminal.profile)?
        .into_iter()
        .filter_map(|(path, _)| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    assert!(
        left.iter()
            .all(|name| name == "lock" || name == "erased.confirmed.json"),
        "{left:?}"
    );
    // The school has every answer, the certificate, and no terminal to let in.
    let log = school.log()?;
    let answers = log.iter().filter(|line| line["kind"] == "answered").count();
    assert_eq!(answers, 5);
    let listed = cloud(&school, &["terminals"])?.json_lines()?;
    assert_eq!(listed[0]["revoked"], true, "{listed:?}");
    let certificate = &listed[0]["erasure"];
    assert_eq!(*certificate, erased["certificate"]);
    verified_elsewhere(&school, certificate)?;
    let table = cloud(&school, &["terminals", "--csv"])?.ok()?.stdout;
    let row = table.lines().nth(1).ok_or("no row")?;
    for part in ["6-1 #12", "revoked", &text(certificate, "signature")?] {
        assert!(row.contains(part), "{part} in {table}");
    }
    // The terminal serves the next pupil.
    terminal.join(&school.url(), &school.join_code, 3)?;
    terminal.sync()?;
    Ok(())
}

/// A small program that has nothing of ours says the same of the certificate.
fn verified_elsewhere(school: &School, certificate: &Value) -> Result<(), Failure> {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/verify_erasure.py");
    let run = |certificate: &Value, key: &str| -> Result<Output, Failure> {
        let file = school.scratch().join("certificate.json");
        std::fs::write(&file, serde_json::to_vec(certificate)?)?;
        Output::of(Command::new("python3").arg(&tool).arg(&file).arg(key))
    };
    let key = text(certificate, "key")?;
    let statement: Value = run(certificate, &key)?.json()?;
    assert_eq!(statement["unsent"], 0, "{statement}");
    let mut altered = certificate.clone();
    let text = text(certificate, "statement")?;
    altered["statement"] = Value::from(text.replace("\"pupils\":1", "\"pupils\":0"));
    let refused = run(&altered, &key)?;
    assert!(refused.stderr.contains("altered"), "{refused:?}");
    let other = run(certificate, &"ab".repeat(32))?;
    assert!(!other.success, "{other:?}");
    Ok(())
}

#[test]
fn what_has_not_reached_school_is_named_before_it_is_lost() -> Result<(), Failure> {
    let (school, terminal) = studied()?;
    // Out of reach: five answers are here only.
    let refused = erase(&terminal, &["--yes", "--offline"])?;
    assert!(!refused.success, "{refused:?}");
    assert!(refused.stderr.contains("5"), "{refused:?}");
    assert!(refused.stderr.contains("--lose-unsent"), "{refused:?}");
    assert_eq!(terminal.run(&["status", "--json"])?.json()?["unsent"], 5);
    // A copy of all that lies on the disk, for whoever steals it later.
    let copy = school.scratch().join("copy");
    for (path, bytes) in contents(&terminal.profile)? {
        let to = copy.join(path.strip_prefix(&terminal.profile)?);
        std::fs::create_dir_all(to.parent().ok_or("no folder")?)?;
        std::fs::write(to, bytes)?;
    }
    erase(&terminal, &["--yes", "--offline", "--lose-unsent"])?.ok()?;
    let listed = cloud(&school, &["terminals"])?.json_lines()?;
    assert_eq!(listed[0]["revoked"], false, "it does not know yet");
    let told = erase(&terminal, &["--confirm"])?.json()?;
    let statement: Value = serde_json::from_str(&text(&told["certificate"], "statement")?)?;
    assert_eq!(statement["unsent"], 5, "{statement}");
    let again = erase(&terminal, &["--confirm"])?;
    assert!(again.stderr.contains("nothing to confirm"), "{again:?}");
    let listed = cloud(&school, &["terminals"])?.json_lines()?;
    assert_eq!(listed[0]["revoked"], true);
    // The stolen copy has its keys, but the school does not let it in any more; without its
    // keys it does not even open.
    let stolen = Terminal {
        profile: copy.clone(),
    };
    let refused = stolen.run(&["sync"])?;
    assert!(!refused.success, "{refused:?}");
    std::fs::remove_file(copy.join("keys"))?;
    std::fs::remove_file(copy.join("keys.b"))?;
    let keyless = stolen.run(&["status"])?;
    assert!(keyless.stderr.contains("keys"), "{keyless:?}");
    // Nor can anybody but its holder be kept from erasing it.
    assert!(!erase(&stolen, &["--yes"])?.success);
    erase(&stolen, &["--yes", "--lose-unsent"])?.ok()?;
    assert_says_nothing(&copy)?;
    stolen.join(&school.url(), &school.join_code, 4)?;
    Ok(())
}

#[test]
fn a_window_erases_as_the_command_does_and_shows_that_the_school_knows() -> Result<(), Failure> {
    let (school, terminal) = studied()?;
    let mut window = pupils_window(&terminal)?;
    window.window()?.go(Place::Erase);
    window.wait_for("5こ まだ 学校に とどいていません。")?;
    window.press("さきに つなぐ");
    window.wait_for("した ことは ぜんぶ 学校に とどいています。")?;
    window.press("ぜんぶ けす");
    window.wait_for("学校が うけとりました。")?;
    let listed = cloud(&school, &["terminals"])?.json_lines()?;
    assert_eq!(listed[0]["revoked"], true, "{listed:?}");
    let number: String = text(&listed[0]["erasure"], "signature")?
        .chars()
        .take(4)
        .collect();
    assert!(window.shows(&number), "{number}");
    assert_says_nothing(&terminal.profile)?;
    window.press("あたらしく はじめる");
    window.wait_for("Hotaru へ ようこそ")
}

fn id_of(school: &School) -> Result<String, Failure> {
    text(&cloud(school, &["terminals"])?.json_lines()?[0], "terminal")
}

/// The school orders it: the terminal sends what it has, erases itself, and says so.
#[test]
fn a_terminal_obeys_its_school_once_everything_is_sent() -> Result<(), Failure> {
    let (school, terminal) = studied()?;
    let id = id_of(&school)?;
    let order = cloud(&school, &["terminal", "erase", &id])?.json()?;
    let erased = terminal.run(&["sync"])?;
    assert!(erased.success, "{erased:?}");
    assert!(
        erased.stderr.contains("as the school ordered"),
        "{erased:?}"
    );
    assert_says_nothing(&terminal.profile)?;
    let log = school.log()?;
    let answers = log.iter().filter(|line| line["kind"] == "answered").count();
    assert_eq!(answers, 5, "sent before it was erased");
    let listed = cloud(&school, &["terminals"])?.json_lines()?;
    assert_eq!(listed[0]["revoked"], true, "{listed:?}");
    assert!(listed[0]["orders"][0]["done_ms"].is_i64(), "{listed:?}");
    let certificate = &listed[0]["erasure"];
    let statement: Value = serde_json::from_str(&text(certificate, "statement")?)?;
    assert_eq!(statement["order"], order["order"], "{statement}");
    verified_elsewhere(&school, certificate)?;
    // It serves the next pupil, whom the order does not mean.
    terminal.join(&school.url(), &school.join_code, 3)?;
    terminal.sync()?;
    assert!(terminal.run(&["status", "--json"])?.success);
    Ok(())
}

/// One that is lost does not wait for a window: whatever it has is gone with its next contact,
/// and where that is cut off, with its next start, line or no line.
#[test]
fn a_lost_terminal_is_erased_at_once_and_without_a_line() -> Result<(), Failure> {
    let (mut school, terminal) = studied()?;
    let id = id_of(&school)?;
    cloud(&school, &["terminal", "erase", "--at-once", &id])?.json()?;
    // It has heard the order, and its program died before it obeyed.
    hear(&terminal)?;
    school.kill();
    let mut window = pupils_window(&terminal)?;
    window.wait_for("この たんまつを けしました。")?;
    window.wait_for("学校の たのみで けしました。")?;
    assert_says_nothing(&terminal.profile)?;
    school.serve()?;
    window.press("学校に つたえる");
    window.wait_for("学校が うけとりました。")?;
    let listed = cloud(&school, &["terminals"])?.json_lines()?;
    assert_eq!(listed[0]["revoked"], true, "{listed:?}");
    Ok(())
}

/// One sync of the shelf alone, which hears orders and erases nothing.
fn hear(terminal: &Terminal) -> Result<(), Failure> {
    let shelf = Shelf::open(&terminal.profile, &OpenOptions::default())?.shelf;
    let line = LineOptions::default();
    let report = sync_once(&shelf, &line, &mut |_| {}, &Cancel::default())?;
    assert!(report.erase_due().is_some_and(|erase| erase.at_once));
    Ok(())
}

/// A waiting erasure waits for a pupil who goes on studying, and says so on her screen.
#[test]
fn an_erasure_that_may_wait_waits_for_what_is_not_at_school() -> Result<(), Failure> {
    let (school, terminal) = studied()?;
    let id = id_of(&school)?;
    cloud(&school, &["terminal", "erase", &id])?.json()?;
    let shelf = Shelf::open(&terminal.profile, &OpenOptions::default())?.shelf;
    let line = LineOptions::default();
    sync_once(&shelf, &line, &mut |_| {}, &Cancel::default())?;
    drop(shelf);
    let mut window = pupils_window(&terminal)?;
    window.wait_for("ぜんぶ 学校に とどいたら、この たんまつを けします。")?;
    cloud(&school, &["terminal", "withdraw", &id])?.json()?;
    window.press("つなぐ");
    window.wait_until(|snapshot| !snapshot.is_to_be_erased)
}
