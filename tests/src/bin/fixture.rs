//! Writes what this version keeps on disks, for later versions to open:
//! `cargo run -p hotaru-tests --bin fixture -- NAME` (see `tests/fixtures/README.md`).
//!
//! Everything is made by the real programs and the library that the window uses: a school's
//! cloud with lessons of every kind of material, a desk with one job that did not get
//! through, and a terminal of two pupils that holds all of the first lesson, half of a large
//! handout, and answers, notes and paper study that are at school and that are not.

use std::path::{Path, PathBuf};

use hotaru::study::Study;
use hotaru_content::id::NoteId;
use hotaru_content::lesson::Subject;
use hotaru_content::log::{Fact, NoteSaved, PaperStudy};
use hotaru_tests::old_data::{self, Expected, ExpectedPupil};
use hotaru_tests::school::text;
use hotaru_tests::{Cut, Failure, Line, Output, School, Terminal};
use jiff::civil::date;

/// Bytes of the handout that does not arrive whole; 18 groups and a rest.
const HANDOUT_LEN: usize = 18 * 16_384 + 5000;
/// Lessons stay on terminals for as long as any test will run.
const FOR_EVER: [&str; 2] = ["--expires", "2199-03-31"];

fn main() -> Result<(), Failure> {
    let name = std::env::args()
        .nth(1)
        .ok_or("say what to call it: step-1")?;
    let dir = old_data::folder().join(&name);
    std::fs::create_dir_all(&dir)?;
    let mut school = School::found()?;
    let mut lessons = publish(&school)?;
    let terminal = school.terminal("terminal");
    for number in [1, 2] {
        terminal.join(&school.url(), &school.join_code, number)?;
    }
    terminal.sync()?;
    study(&terminal, 1, 0, "支点は動かない。")?;
    study(&terminal, 2, 10, "力点を押す。")?;
    terminal.sync()?;

    // The line breaks within the handout, and within what the desk sends.
    lessons.push(push_large(&school, &school.url(), "くぎぬき", 7)?);
    let line = Line::to(school.address())?;
    terminal.run(&["address", &line.url()])?.ok()?;
    line.cut(Cut {
        down_after: Some(HANDOUT_LEN as u64 / 2),
        ..Cut::default()
    });
    let broken = terminal.run(&["sync", "--json", "--patience", "0"])?;
    assert!(!broken.success, "the sync was to break: {broken:?}");
    line.cut(Cut {
        up_after: Some(HANDOUT_LEN as u64 / 2),
        ..Cut::default()
    });
    let unsent = push_large(&school, &line.url(), "てんびん", 8);
    assert!(unsent.is_err(), "the push was to break: {unsent:?}");

    // Without a line, and not at school.
    study(&terminal, 1, 4, "作用点は先のほう。")?;
    study(&terminal, 2, 14, "")?;
    let pupils: Result<Vec<ExpectedPupil>, Failure> = [1, 2]
        .into_iter()
        .map(|number| {
            let number_text = number.to_string();
            let log = terminal.run(&["--pupil", &number_text, "log"])?;
            Ok(ExpectedPupil {
                number,
                log: log.json_lines()?,
            })
        })
        .collect();
    let expected = Expected {
        join_code: school.join_code.clone(),
        teacher_token: school.teacher_token.clone(),
        pupils: pupils?,
        lessons,
        unsent_lesson: "てんびん".to_owned(),
        at_school: school.log()?,
        status: terminal.run(&["status", "--json"])?.json()?,
    };
    let scratch = school.scratch().to_path_buf();
    // As a power cut leaves it: with its write-ahead log.
    school.kill();
    old_data::pack(&scratch, &["cloud", "desk", "terminal"], &dir)?;
    let json = serde_json::to_string_pretty(&expected)?;
    std::fs::write(dir.join("expected.json"), json + "\n")?;
    println!("{}", dir.display());
    Ok(())
}

/// A lesson with a material of every kind, once revised; its id.
fn publish(school: &School) -> Result<Vec<String>, Failure> {
    let desk = school.desk(&school.url());
    let files = files(school, "いいえ")?;
    let link = ["--link", "https://example.jp/teko"];
    let more: Vec<&str> = link.iter().chain(&FOR_EVER).copied().collect();
    let first = text(&desk.push("てこ", &files, &more)?, "lesson")?;
    let files = self::files(school, "はい")?;
    let again: Vec<&str> = ["--replace", &first].iter().chain(&more).copied().collect();
    desk.push("てこ", &files, &again)?;
    Ok(vec![first])
}

fn files(school: &School, rigid: &str) -> Result<Vec<PathBuf>, Failure> {
    let write = |name: &str, text: &str| {
        let path = school.scratch().join(name);
        std::fs::write(&path, text).map(|()| path)
    };
    let media = old_data::media();
    let mut drill = "id\tkind\tquestion\tchoices\tanswer\texplanation\n".to_owned();
    drill += &format!("a\tchoice\t棒は{{硬|かた}}い？\tはい|いいえ\t{rigid}\tなぜなら\n");
    drill += "b\tchoices\tてこは？\tはさみ|鉛筆|くぎぬき\tはさみ|くぎぬき\t\n";
    drill += "c\ttext\t動かない点は？\t\t支点\t\n";
    drill += "d\tnumber\t半分は？\t\t1/2\t\n";
    drill += "e\torder\t順は？\t支点|力点|作用点\t力点|支点|作用点\t\n";
    let recording = school.scratch().join("recording.mp4");
    std::fs::copy(media.join("recording.mp4"), &recording)?;
    write("recording.vtt", "WEBVTT\n\n00:00.000 --> 00:01.500\nてこ\n")?;
    let handout = school.scratch().join("handout.pdf");
    std::fs::write(&handout, hotaru_tests::pdf::of_len(3000, 1))?;
    Ok(vec![
        write("text.md", "# てこ\n\n{支点|してん}は動かない。\n")?,
        media.join("board.jpg"),
        handout,
        recording,
        write("drill.tsv", &drill)?,
    ])
}

fn push_large(school: &School, url: &str, title: &str, number: u64) -> Result<String, Failure> {
    let handout = school.scratch().join("large.pdf");
    std::fs::write(&handout, hotaru_tests::pdf::of_len(HANDOUT_LEN, number))?;
    let more: Vec<&str> = ["--patience", "0"]
        .iter()
        .chain(&FOR_EVER)
        .copied()
        .collect();
    let mut push = school.desk(url).push_command(title, &[handout], &more)?;
    text(&Output::of(&mut push)?.json()?, "lesson")
}

/// Five answers, and a note and paper study where there is something to write.
fn study(terminal: &Terminal, number: u16, from: usize, note: &str) -> Result<(), Failure> {
    let scratch = terminal.profile.parent().unwrap_or(Path::new("."));
    let drill = terminal.first_drill()?;
    let all = [
        "a\tはい\n",
        "b\tはさみ|くぎぬき\n",
        "c\t支点\n",
        "d\t0.5\n",
        "e\t?\n",
    ];
    let answers: String = (from..from + 5).map(|at| all[at % all.len()]).collect();
    let file = scratch.join("answers.tsv");
    std::fs::write(&file, answers)?;
    let (number_text, file) = (number.to_string(), file.to_string_lossy().into_owned());
    let args = ["--pupil", &number_text, "answer", &drill, "--from", &file];
    terminal.run(&args)?.ok()?;
    if note.is_empty() {
        return Ok(());
    }
    let (mut study, _) = Study::open_with(&terminal.profile, &Default::default())?;
    study.select_number(number)?;
    let lesson = study.lessons()?.first().map(|lesson| lesson.lesson);
    study.record(&Fact::NoteSaved(NoteSaved {
        note: NoteId([u8::try_from(from)?; 16]),
        lesson,
        text: note.to_owned(),
    }))?;
    study.declare_paper(
        PaperStudy {
            day: date(2026, 11, 21),
            minutes: 20,
            subject: Subject::Science,
            text: format!("ノート {from}"),
            photo: None,
        },
        Some(&old_data::media().join("board.jpg")),
    )?;
    Ok(())
}
