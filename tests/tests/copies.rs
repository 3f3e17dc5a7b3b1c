//! Two terminals with a copy of one disk: what both have reaches the school once.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use hotaru_tests::{Failure, Output, School};

#[test]
fn what_both_copies_have_reaches_the_school_once() -> Result<(), Failure> {
    let school = School::found()?;
    let drill = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/drill-sjis.csv");
    school.desk(&school.url()).push("題", &[drill], &[])?;
    let first = school.terminal("first");
    first.join(&school.url(), &school.join_code, 7)?;
    first.sync()?;
    first.answer_first(5)?;
    first.sync()?;
    // Four answers that the school does not have yet, on a disk that is then copied twice.
    first.answer_first(4)?;
    let copies = [school.terminal("second"), school.terminal("third")];
    for copy in &copies {
        let mut cp = Command::new("cp");
        cp.arg("-a").arg(&first.profile).arg(&copy.profile);
        assert!(Output::of(&mut cp)?.success);
    }
    let [second, third] = &copies;
    // Each goes on by itself.
    first.answer_first(3)?;
    second.answer_first(2)?;
    third.answer_first(1)?;
    for terminal in [&first, second, third, second, &first] {
        terminal.sync()?;
        let status = terminal.run(&["status", "--json"])?.json()?;
        assert_eq!(status["unsent"], 0, "{status}");
    }
    // A sitting's answers share their millisecond.
    let mut sittings: BTreeMap<i64, usize> = BTreeMap::new();
    for line in school
        .log()?
        .iter()
        .filter(|line| line["kind"] == "answered")
    {
        let at = line["wall_ms"].as_i64().ok_or("no time")?;
        *sittings.entry(at).or_default() += 1;
    }
    let all: usize = sittings.values().sum();
    assert_eq!(all, 5 + 4 + 3 + 2 + 1, "{sittings:#?}");
    Ok(())
}
