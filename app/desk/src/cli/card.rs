//! `card`: login cards without a window.

use std::path::Path;

use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::wire::DeskRoster;
use hotaru_ui::words::{Language, Words};
use serde_json::json;

use super::{no_class, print};
use crate::account::write_private;
use crate::cards;
use crate::line::Line;
use crate::problem::Problem;
use crate::window::DESK_SOURCES;

/// `code`: what is read out to a pupil whose study is locked.
pub(super) fn code(line: &Line, class: &str, number: u16, code: u32) -> Result<(), Problem> {
    let cancel = Cancel::default();
    let school = line.desk().school(&cancel)?;
    let found = school.classes.iter().find(|known| known.name == class);
    let found = found.ok_or_else(|| no_class(&school, class))?;
    let pupil = found.pupils.iter().find(|pupil| pupil.number == number);
    let pupil = pupil.ok_or_else(|| Problem::NoPupil {
        class: class.to_owned(),
        number,
    })?;
    let codes = line.desk().unlock_codes(pupil.pupil, code, &cancel)?;
    let codes = codes
        .into_iter()
        .map(|(terminal, answer)| json!({ "terminal": terminal, "code": answer.code }));
    print(&codes.collect::<Vec<_>>())
}

pub(super) fn card(
    line: &Line,
    cloud: &str,
    class: &str,
    numbers: &[u16],
    revoke: bool,
    out: Option<&Path>,
) -> Result<(), Problem> {
    let cancel = Cancel::default();
    let school = line.desk().school(&cancel)?;
    let found = school.classes.iter().find(|known| known.name == class);
    let found = found.ok_or_else(|| no_class(&school, class))?;
    let is_wanted = |pupil: &&DeskRoster| numbers.is_empty() || numbers.contains(&pupil.number);
    let pupils: Vec<&DeskRoster> = found.pupils.iter().filter(is_wanted).collect();
    if let Some(number) = numbers
        .iter()
        .find(|number| pupils.iter().all(|pupil| pupil.number != **number))
    {
        return Err(Problem::NoPupil {
            class: class.to_owned(),
            number: *number,
        });
    }
    if revoke {
        for pupil in &pupils {
            line.desk().revoke_card(pupil.pupil, &cancel)?;
        }
        let numbers: Vec<u16> = pupils.iter().map(|pupil| pupil.number).collect();
        return print(&json!({ "revoked": numbers }));
    }
    let mut made = Vec::new();
    for pupil in pupils {
        made.push(line.desk().make_card(pupil.pupil, &cancel)?);
    }
    match out {
        Some(file) => {
            let page = cards::page(
                &Words::new(Language::Japanese, &[DESK_SOURCES]),
                cloud,
                &made,
            )?;
            write_private(file, page.as_bytes()).map_err(|error| Problem::Disk {
                path: file.to_owned(),
                doing: "written",
                reason: error.to_string(),
            })?;
            print(&json!({ "cards": made.len(), "file": file }))
        }
        None => print(&made),
    }
}
