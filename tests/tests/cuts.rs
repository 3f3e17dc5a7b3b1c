//! The line breaks after N bytes, N stepping through the whole transfer, both ways, for
//! terminals and for the desk.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hotaru_tests::{Cut, Failure, Line, Output, School, is_long, pdf};
use serde_json::Value;

/// Bytes of the large blob; 37 groups and a rest.
const LARGE: usize = 37 * 16_384 + 5000;
/// One group, in which a cut may fall: only these bytes may travel twice.
const GROUP: u64 = 16_384;

/// Files of a small lesson: a text, and a photo that does not compress.
fn files(school: &School) -> Result<Vec<PathBuf>, Failure> {
    let text = school.scratch().join("text.md");
    std::fs::write(&text, "# てこ\n\n支点は動かない。\n")?;
    let drill = school.scratch().join("drill.csv");
    std::fs::write(
        &drill,
        "question,choices,answer\n支点は動く？,はい|いいえ,いいえ\n",
    )?;
    let handout = school.scratch().join("handout.pdf");
    std::fs::write(&handout, pdf::of_len(LARGE, 0))?;
    Ok(vec![text, drill, handout])
}

/// Where to cut a transfer of `total` bytes: densely at the beginning, where heads and
/// small bodies are, then in steps that fall on and beside group bounds.
fn steps(total: u64, few: u64) -> Vec<u64> {
    let mut steps: Vec<u64> = if is_long() {
        vec![1, 100, 700, 1500]
    } else {
        vec![700]
    };
    let count = if is_long() { 200 } else { few };
    steps.extend((1..count).map(|n| total * n / count + n % 7));
    steps.retain(|at| *at < total);
    steps
}

/// Bytes of each blob that the line carried down, by the ranges that were asked for.
fn blob_requests(sent: &str) -> BTreeMap<String, Vec<u64>> {
    let mut asked: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for head in sent.split("GET /v1/blobs/").skip(1) {
        let path = head.split(' ').next().unwrap_or_default().to_owned();
        let head = head
            .split("\r\n\r\n")
            .next()
            .unwrap_or_default()
            .to_lowercase();
        let from = head
            .split("range: bytes=")
            .nth(1)
            .and_then(|range| range.split('-').next()?.parse().ok())
            .unwrap_or(0);
        asked.entry(path).or_default().push(from);
    }
    asked
}

#[test]
fn a_terminal_gets_everything_wherever_the_line_breaks() -> Result<(), Failure> {
    let school = School::found()?;
    let files = files(&school)?;
    school.desk(&school.url()).push("てこ", &files, &[])?;

    let line = Line::to(school.address())?;
    let whole = school.terminal("whole");
    whole.join(&line.url(), &school.join_code, 1)?;
    line.reset();
    whole.sync()?;
    let (up, down) = (line.up(), line.down());
    assert!(down > LARGE as u64, "{down}");

    let mut cases: Vec<Cut> = steps(down, 20)
        .into_iter()
        .map(|at| Cut {
            down_after: Some(at),
            ..Cut::default()
        })
        .collect();
    cases.extend(steps(up, 10).into_iter().map(|at| Cut {
        up_after: Some(at),
        ..Cut::default()
    }));
    let (all_cases, mut broken) = (cases.len(), 0);
    for (n, cut) in cases.into_iter().enumerate() {
        let terminal = school.terminal(&format!("cut-{n}"));
        line.cut(Cut::default());
        terminal.join(&line.url(), &school.join_code, 2)?;
        line.cut(cut);
        let first = terminal.run(&["sync", "--json", "--patience", "0"])?;
        if first.success {
            // The cut lies behind what this terminal needed.
            continue;
        }
        broken += 1;
        let (broken_down, broken_sent) = (
            line.down().min(cut.down_after.unwrap_or(u64::MAX)),
            line.sent(),
        );
        shows_only_what_is_verified(&terminal)?;

        line.cut(Cut::default());
        let report = terminal
            .sync()
            .map_err(|error| format!("{cut:?}: {error}"))?;
        shows_only_what_is_verified(&terminal)?;
        let status = terminal.run(&["status", "--json"])?.json()?;
        assert_eq!(
            (&status["ready"], &status["missing_bytes"]),
            (&Value::from(1), &Value::from(0)),
            "{cut:?}: {status} {report}"
        );

        // No byte of a large blob twice, beyond the group that the cut fell into: what both
        // transfers carried down is the whole once, that group, and heads.
        let twice = (broken_down + line.down()).saturating_sub(down);
        let heads = 6000 + down - LARGE as u64 - 5000;
        assert!(
            twice <= GROUP + heads,
            "{cut:?}: {twice} bytes twice ({down} in all)"
        );
        for (blob, starts) in blob_requests(&format!("{broken_sent}{}", line.sent())) {
            assert!(
                starts.iter().all(|at| at % GROUP == 0),
                "{cut:?}: {blob} from {starts:?}"
            );
        }
    }
    enough_broke(broken, all_cases)
}

/// A cut that nothing noticed proves nothing; all but the last few have to break something.
fn enough_broke(broken: usize, all: usize) -> Result<(), Failure> {
    println!("{broken} of {all} cuts broke a transfer");
    if broken * 10 >= all * 9 {
        Ok(())
    } else {
        Err(format!("only {broken} of {all} cuts broke a transfer").into())
    }
}

/// What is listed as ready opens; nothing else is shown.
fn shows_only_what_is_verified(terminal: &hotaru_tests::Terminal) -> Result<(), Failure> {
    let lessons = terminal.run(&["lessons", "--json"])?.json()?;
    for material in lessons
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|l| l["materials"].as_array().into_iter().flatten())
    {
        if let Some(items) = material["items"].as_array() {
            assert_eq!(items.len(), 1, "{material}");
        }
    }
    Ok(())
}

#[test]
fn a_push_completes_wherever_the_line_breaks() -> Result<(), Failure> {
    let school = School::found()?;
    let files = files(&school)?;
    let line = Line::to(school.address())?;
    // The first push tells how much travels; each later one is another lesson with other
    // bytes, so that nothing is there already.
    let handout = files.last().ok_or("no file")?;
    school.desk(&line.url()).push("全部", &files, &[])?;
    let (up, down) = (line.up(), line.down());
    assert!(up > LARGE as u64, "{up}");

    let mut cases: Vec<Cut> = steps(up, 30)
        .into_iter()
        .map(|at| Cut {
            up_after: Some(at),
            ..Cut::default()
        })
        .collect();
    cases.extend(steps(down, 10).into_iter().map(|at| Cut {
        down_after: Some(at),
        ..Cut::default()
    }));
    let (all_cases, mut broken, mut wasteful) = (cases.len(), 0, Vec::new());
    for (n, cut) in cases.into_iter().enumerate() {
        std::fs::write(handout, pdf::of_len(LARGE, 1 + n as u64))?;
        let desk = school.desk(&line.url());
        line.cut(cut);
        let title = format!("切れた {n}");
        let impatient = ["--patience", "0"];
        let first = Output::of(&mut desk.push_command(&title, &files, &impatient)?)?;
        if first.success {
            // The cut lies behind what this push needed.
            continue;
        }
        broken += 1;
        let broken_up = line.up().min(cut.up_after.unwrap_or(u64::MAX));

        line.cut(Cut::default());
        let resumed = desk.resume()?;
        // A break after the cloud's commit leaves a job that only has to hear so.
        assert!(
            resumed.as_array().is_some_and(|jobs| jobs.len() == 1),
            "{cut:?}: {resumed}"
        );
        let twice = (broken_up + line.up()).saturating_sub(up);
        if twice > GROUP + 12_000 {
            wasteful.push(format!("{cut:?}: {twice} bytes twice ({up} in all)"));
        }
    }
    enough_broke(broken, all_cases)?;
    // On a busy machine the line may break before the school has read what arrived.
    assert!(wasteful.len() * 10 <= broken, "{wasteful:?}");
    let terminal = school.terminal("all");
    terminal.join(&school.url(), &school.join_code, 3)?;
    terminal.sync()?;
    let status = terminal.run(&["status", "--json"])?.json()?;
    let lessons = status["lessons"].as_u64().unwrap_or(0);
    assert_eq!(status["ready"].as_u64(), Some(lessons));
    // Each lesson once, however often its line broke.
    let list = terminal.run(&["lessons", "--json"])?.json()?;
    let mut titles: Vec<&str> = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|l| l["title"].as_str())
        .collect();
    let all = titles.len();
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles.len(), all);
    assert_eq!(all as u64, lessons);
    Ok(())
}
