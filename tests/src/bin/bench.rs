//! Measures and prints, beside baselines of the same run: `bench [wire|sync|seal|window|churn]`;
//! `churn --short` is the form that the tests run.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use hotaru_content::blob::BlobRef;
use hotaru_content::drill::{Ask, Drill, FORMAT, Item};
use hotaru_content::id::{ClassId, LessonId, MaterialId, PupilId};
use hotaru_content::lesson::{Body, Material, Revision, Subject};
use hotaru_content::shelf::{LessonBatch, LessonChange, OpenOptions, PupilEntry, Shelf};
use hotaru_sync::pack::{PushBody, sample};
use hotaru_sync::patch;
use hotaru_tests::churn::{self, Sizes};
use hotaru_tests::display::Display;
use hotaru_tests::sealing;
use hotaru_tests::spare::{self, Year};
use hotaru_tests::{Failure, Line, Output, Program, School};
use serde_json::Value;
use tempfile::TempDir;

fn main() -> Result<(), Failure> {
    let wanted = std::env::args().nth(1);
    let is_wanted = |name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
    if is_wanted("wire") {
        answers_on_the_wire()?;
        edited_drill()?;
    }
    if is_wanted("sync") {
        real_syncs()?;
    }
    if is_wanted("spare") {
        spare_terminal()?;
    }
    if is_wanted("seal") {
        seal()?;
    }
    if is_wanted("window") {
        window()?;
    }
    if is_wanted("churn") {
        churn()?;
    }
    Ok(())
}

/// A spare terminal for a pupil with a year of study.
fn spare_terminal() -> Result<(), Failure> {
    let year = Year {
        lessons: 200,
        answers: 20_000,
    };
    println!(
        "\na spare terminal after {} lessons and {} answers",
        year.lessons, year.answers
    );
    let report = spare::run(year, &|line| println!("  {line}"))?;
    println!("{report}");
    match report.over().as_slice() {
        [] => Ok(()),
        over => Err(format!("over budget: {over:?}").into()),
    }
}

/// What sealing costs beside what is sealed.
fn seal() -> Result<(), Failure> {
    println!("\nsealing (XChaCha20-Poly1305), and a PIN (Argon2id, 64 MiB)");
    let report = sealing::run()?;
    let us = |time: Duration| format!("{:.0} µs", time.as_secs_f64() * 1e6);
    row(
        "an answer until it is on the disk",
        &us(report.answer),
        &format!("a plain file with fdatasync: {}", us(report.plain_answer)),
    );
    row(
        "of that, sealing",
        &us(report.answer_sealing),
        &format!("adds {:.2} %, budget 10 %", report.answer_percent()),
    );
    row("opening a lesson: text, two photos", &us(report.lesson), "");
    row(
        "of that, unsealing",
        &us(report.lesson_sealing),
        &format!("adds {:.2} %, budget 10 %", report.lesson_percent()),
    );
    let unlock = report.unlock.as_secs_f64();
    row(
        "opening a study with a PIN",
        &format!("{unlock:.2} s"),
        "0.3 to 1 s here",
    );
    let guesses = 10_000.0 * unlock / 3600.0;
    row(
        "all PINs of 4 digits, one after the other",
        &format!("{guesses:.1} h"),
        "on one core of this machine, with the disk in hand",
    );
    if report.answer_percent() > 10.0 || report.lesson_percent() > 10.0 {
        return Err("sealing costs more than 10 %".into());
    }
    Ok(())
}

/// Years of use, and what is then on the disk.
fn churn() -> Result<(), Failure> {
    let sizes = match std::env::args().nth(2).as_deref() {
        Some("--short") => Sizes::short(),
        _ => Sizes::full(),
    };
    println!(
        "\n{} lessons with all their files replaced {} times, {} syncs broken off, seed {}",
        sizes.lessons,
        sizes.rounds - 1,
        sizes.aborts,
        sizes.seed
    );
    let report = churn::run(&sizes, &|line| println!("  {line}"))?;
    println!("{report}");
    match report.over().as_slice() {
        [] => Ok(()),
        over => Err(format!("over budget: {over:?}").into()),
    }
}

fn row(what: &str, figure: &str, beside: &str) {
    println!("{what:<46} {figure:>16}  {beside}");
}

/// 200 answers of the mix that `pack::sample` states.
fn answers_on_the_wire() -> Result<(), Failure> {
    println!("\n200 answers up: 60 % one choice, 10 % several, 15 % text, 10 % number, 5 % order");
    let mut worst = 0;
    for seed in 1..=20 {
        worst = worst.max(body_of(seed, 200)?.len());
    }
    let events = sample::answers(1, 0, 200);
    let json = sample::as_json(&events);
    let json_zstd = zstd::bulk::compress(&json, 19)?;
    let packed = body_of(1, 200)?;
    row("plain JSON", &format!("{} B", json.len()), "");
    row("JSON + zstd -19", &format!("{} B", json_zstd.len()), "");
    row(
        "ours",
        &format!("{} B", packed.len()),
        &format!(
            "{:.1} % of JSON + zstd",
            packed.len() as f64 * 100.0 / json_zstd.len() as f64
        ),
    );
    row(
        "ours, worst of 20 seeds",
        &format!("{worst} B"),
        "budget 2,048 B",
    );
    Ok(())
}

fn body_of(seed: u64, count: usize) -> Result<Vec<u8>, Failure> {
    let open = sample::stream(seed);
    let point = sample::point(&open, 0);
    let (body, _) = PushBody::new(&open, point, sample::answers(seed, 0, count))?;
    Ok(body.encode()?)
}

/// A drill of 2,000 items of which 45 are edited, as a patch, beside zstd's own.
fn edited_drill() -> Result<(), Failure> {
    println!("\na drill of 2,000 items, 45 of them edited");
    let (old, new) = (drill(0)?, drill(45)?);
    let made = patch::make(&old, &new)?;
    assert_eq!(patch::apply(&old, &made, BlobRef::of(&new))?, new);
    row("whole, plain JSON", &format!("{} B", new.len()), "");
    row(
        "whole, zstd -19",
        &format!("{} B", zstd::bulk::compress(&new, 19)?.len()),
        "",
    );
    let dir = TempDir::new()?;
    let [old_file, new_file, out] = ["old", "new", "patch"].map(|name| dir.path().join(name));
    std::fs::write(&old_file, &old)?;
    std::fs::write(&new_file, &new)?;
    let mut zstd = Command::new("zstd");
    zstd.args(["-19", "--long=27", "--no-check", "-q", "-f"])
        .arg(format!("--patch-from={}", old_file.display()))
        .arg(&new_file)
        .arg("-o")
        .arg(&out);
    let reference = match Output::of(&mut zstd) {
        Ok(output) => {
            output.ok()?;
            std::fs::metadata(&out)?.len()
        }
        Err(_) => return Err("zstd is not installed; cargo xtask setup installs it".into()),
    };
    row(
        "zstd --patch-from -19 --long=27",
        &format!("{reference} B"),
        "",
    );
    row(
        "ours (RFC 9842)",
        &format!("{} B", made.len()),
        &format!(
            "{:.3} x; budget 1.1 x",
            made.len() as f64 / reference as f64
        ),
    );
    Ok(())
}

/// Items as a teacher writes them; the first `edited` of every 44th have other words.
fn drill(edited: usize) -> Result<Vec<u8>, Failure> {
    let words = [
        "支点",
        "力点",
        "作用点",
        "分数",
        "逆数",
        "熟語",
        "政治",
        "憲法",
        "国会",
        "水溶液",
        "気体",
        "地層",
    ];
    let mut random = sample::Random(2026);
    let items = (0..2000_usize)
        .map(|n| {
            let mut word = || words[random.below(words.len() as u64) as usize];
            let (a, b, c) = (word(), word(), word());
            let anew = n % 44 == 0 && n / 44 < edited;
            let question = if anew {
                format!("次のうち、{a}と{b}の両方に当てはまる説明を選びましょう（{n}）。")
            } else {
                format!(
                    "{a}について、{b}との関係を{}字以内で説明したものはどれですか。",
                    20 + n % 30
                )
            };
            let choices: Vec<String> = (0..4)
                .map(|k| format!("{c}は{a}の{}倍である（{k}）", (n * 7 + k * 3) % 12 + 1))
                .collect();
            Item {
                id: format!("q{n:04}"),
                question,
                ask: Ask::Choice {
                    choices,
                    key: (n % 4) as u16,
                },
                explanation: format!(
                    "{a}と{b}の関係から、{c}を考えると分かります。教科書の{}ページを見ましょう。",
                    n % 180 + 8
                ),
                skill: a.to_owned(),
                level: (n % 5 + 1) as u8,
            }
        })
        .collect();
    Ok(Drill {
        format: FORMAT,
        items,
    }
    .to_json()?)
}

/// Real programs over a counted line.
fn real_syncs() -> Result<(), Failure> {
    println!("\nreal programs, TCP payload both ways through a counting line");
    let school = School::found()?;
    hotaru_tests::sample::push(&school)?;
    let line = Line::to(school.address())?;
    let terminal = school.terminal("terminal");
    terminal.join(&line.url(), &school.join_code, 7)?;
    line.reset();
    let report = terminal.sync()?;
    let content: u64 = terminal.run(&["status", "--json"])?.json()?["usage"]["recordings"]
        .as_u64()
        .unwrap_or(0);
    row(
        "the sample class home",
        &format!("{} B", line.up() + line.down()),
        &format!(
            "{} requests, {} s; recordings alone {content} B",
            report["requests"], report["seconds"]
        ),
    );
    line.reset();
    let report = terminal.sync()?;
    row(
        "nothing to sync",
        &format!("{} B", line.up() + line.down()),
        &format!(
            "{} request; Anki 3,500 B in 7, Kolibri 46,000 B in 29",
            report["requests"]
        ),
    );
    let answered = answer(&school, &terminal, 200)?;
    line.reset();
    let report = terminal.sync()?;
    row(
        &format!("{answered} answers up"),
        &format!("{} B", line.up() + line.down()),
        &format!(
            "{} requests; Anki 9,400 B in 8, Kolibri 77,000 B in 31",
            report["requests"]
        ),
    );
    Ok(())
}

/// Gives answers to the drills on a terminal, over and over; how many there were.
fn answer(
    school: &School,
    terminal: &hotaru_tests::Terminal,
    count: usize,
) -> Result<usize, Failure> {
    let lessons = terminal.run(&["lessons", "--json"])?.json()?;
    let mut done = 0;
    while done < count {
        for material in lessons
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|lesson| lesson["materials"].as_array().into_iter().flatten())
        {
            let (Some(drill), Some(items)) =
                (material["drill"].as_str(), material["items"].as_array())
            else {
                continue;
            };
            let mut lines = String::new();
            for item in items.iter().take(count - done) {
                let _ = writeln!(lines, "{}\t?", item["id"].as_str().unwrap_or_default());
            }
            let from = school.scratch().join("answers.tsv");
            std::fs::write(&from, lines)?;
            done += terminal.answer(drill, &from, None)?.len();
        }
    }
    Ok(done)
}

/// The real window under Xvfb with 200 lessons on the shelf.
fn window() -> Result<(), Failure> {
    println!("\nthe pupil's window, 200 lessons on the shelf, software rendering under Xvfb");
    let dir = TempDir::new()?;
    let profile = dir.path().join("profile");
    fill(&profile)?;
    let display = Display::open()?;
    let mut best: Option<Value> = None;
    for run in 0..3 {
        // One long run for the idle frames; the others only start.
        let seconds = if run == 0 { "40" } else { "8" };
        let mut command = Program::Pupil.command()?;
        command
            .arg("--profile")
            .arg(&profile)
            .args(["--measure", seconds]);
        let measured = Output::of(display.show(&mut command))?.json()?;
        println!("  run {run}: {measured}");
        best.get_or_insert(measured);
    }
    let measured = best.ok_or("nothing was measured")?;
    let figure = |key: &str| measured[key].as_u64().unwrap_or(0);
    row(
        "first useful frame",
        &format!("{} ms", figure("first_useful_frame_ms")),
        "budget 500 ms here",
    );
    row(
        "anonymous resident memory",
        &format!("{} MB", figure("rss_anon_kib") / 1024),
        "budget 150 MB",
    );
    row(
        "frames while idle",
        &figure("idle_frames").to_string(),
        &format!("in {} s; budget 0", figure("idle_seconds")),
    );
    let size = std::fs::metadata(Program::Pupil.path()?)?.len();
    let fonts: u64 = fonts()?;
    row(
        "the program, fonts apart",
        &format!("{:.1} MB", (size.saturating_sub(fonts)) as f64 / 1e6),
        "budget 25 MB",
    );
    Ok(())
}

fn fonts() -> Result<u64, Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/fonts");
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ext| ext == "ttf") {
            sum += std::fs::metadata(path)?.len();
        }
    }
    Ok(sum)
}

/// A profile with 200 lessons, each with a text and a drill of 20 items.
fn fill(profile: &Path) -> Result<(), Failure> {
    let shelf = Shelf::open(profile, &OpenOptions::default())?.shelf;
    let pupil = PupilId::random()?;
    shelf.add_pupil(PupilEntry {
        pupil,
        number: 7,
        class: ClassId::random()?,
        class_name: "6-1".to_owned(),
        grade: "P6".to_owned(),
    })?;
    let mut changes = Vec::new();
    let first = jiff::civil::date(2026, 4, 8);
    for n in 0..200_u32 {
        let text = format!("# 第{n}時\n\n{}", "{支点|してん}から{力点|りきてん}までの{距離|きょり}を変えると、手ごたえが変わります。\n\n".repeat(20));
        let mut drill = Drill::from_json(&drill(0)?)?;
        drill.items = drill
            .items
            .into_iter()
            .skip(n as usize * 7)
            .take(20)
            .collect();
        let (text, drill_bytes) = (text.into_bytes(), drill.to_json()?);
        let (text_ref, drill_ref) = (BlobRef::of(&text), BlobRef::of(&drill_bytes));
        let day = first.checked_add(jiff::Span::new().days(i64::from(n)))?;
        let revision = Revision {
            format: 1,
            lesson: LessonId::random()?,
            revision: 1,
            day,
            period: Some((n % 6 + 1) as u8),
            subject: Subject::KNOWN[n as usize % 6].clone(),
            unit: format!("単元{}", n / 8 + 1),
            title: format!("第{n}時のじゅぎょう"),
            curriculum_code: None,
            source: String::new(),
            expires: jiff::civil::date(2027, 3, 31).max(day),
            materials: vec![
                Material {
                    id: MaterialId::random()?,
                    title: "本文".to_owned(),
                    body: Body::Text { blob: text_ref },
                },
                Material {
                    id: MaterialId::random()?,
                    title: "ドリル".to_owned(),
                    body: Body::Drill {
                        blob: drill_ref,
                        items: 20,
                    },
                },
            ],
        };
        shelf.put_blob(&text_ref, &text)?;
        shelf.put_blob(&drill_ref, &drill_bytes)?;
        changes.push(LessonChange::Put {
            lesson: revision.lesson,
            revision: 1,
            document: revision.to_json()?,
            pupils: vec![pupil],
        });
    }
    shelf.apply_lessons(&LessonBatch {
        listing: None,
        after: 0,
        cursor: 200,
        changes,
    })?;
    Ok(())
}
