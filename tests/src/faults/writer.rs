//! The child that is killed: it uses every writer of a shelf, and says each thing only once
//! the shelf has confirmed it.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use hotaru_content::blob::{BlobRef, GROUP_LEN};
use hotaru_content::shelf::{OpenOptions, PupilLog, Receipt, ReceiptState, Shelf, ShelfError};
use jiff::civil::date;

use super::Dice;
use super::answers::{PUPIL, answer, apply, bytes_of_title, entry, held, lesson_id, stamp};
use crate::Failure;

/// Lessons that are kept; older ones are withdrawn.
const KEPT: u32 = 4;

/// Makes a profile with one pupil.
pub(super) fn begin(dir: &Path, options: &OpenOptions) -> Result<(), Failure> {
    let shelf = Shelf::open(dir, options)?.shelf;
    shelf.add_pupil(entry(PUPIL))?;
    Ok(())
}

/// Makes a profile whose media database takes far more than it holds.
pub(super) fn begin_wasteful(dir: &Path, options: &OpenOptions) -> Result<(), Failure> {
    begin(dir, options)?;
    let shelf = Shelf::open(dir, options)?.shelf;
    let lessons = 130;
    for number in 1..=lessons {
        apply(&shelf, number, &[])?;
        for want in shelf.wants(date(2026, 11, 20))? {
            if want.blob.len < 256 * 1024 {
                fetch(&shelf, &mut Dice::new(0), Some(want.blob))?;
            }
        }
    }
    let gone: Vec<u32> = (1..=lessons - 20).collect();
    apply(&shelf, lessons, &gone)?;
    Ok(())
}

/// Opens and compacts to the end.
pub(super) fn compact(dir: &Path, options: &OpenOptions) -> Result<(), Failure> {
    let shelf = Shelf::open(dir, options)?.shelf;
    say("open")?;
    while shelf.tidy(&|| true)?.freed > 0 {}
    say("done")
}

/// Writes until it is ended.
pub(super) fn write(dir: &Path, options: &OpenOptions, seed: u64) -> Result<(), Failure> {
    let shelf = Shelf::open(dir, options)?.shelf;
    let log = shelf.pupil(&PUPIL)?;
    let mut number = held(&log)?.numbers.last().copied().unwrap_or(0);
    let mut lesson = shelf
        .lessons(&PUPIL)?
        .iter()
        .filter_map(|lesson| lesson.doc.title.parse().ok())
        .max()
        .unwrap_or(0);
    say("open")?;
    let mut dice = Dice::new(seed);
    loop {
        let done = step(&shelf, &log, &mut dice, &mut number, &mut lesson);
        match done {
            Ok(()) => {}
            Err(error) if is_refusal(&error) => {
                say(&format!("refused {error}"))?;
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return Err(error),
        }
    }
}

/// Whether it says no more than that there is no room.
fn is_refusal(error: &Failure) -> bool {
    match error.downcast_ref::<ShelfError>() {
        Some(ShelfError::NoSpace { .. } | ShelfError::NotSaved { full: true, .. }) => true,
        Some(ShelfError::Io { source, .. }) => source.kind() == std::io::ErrorKind::StorageFull,
        _ => false,
    }
}

fn step(
    shelf: &Shelf,
    log: &PupilLog,
    dice: &mut Dice,
    number: &mut u32,
    lesson: &mut u32,
) -> Result<(), Failure> {
    match dice.below(16) {
        0..=6 => {
            log.append(
                stamp(*number + 1),
                &answer(*number + 1, dice.below(300) as usize),
            )?;
            *number += 1;
            say(&format!("saved {number}"))
        }
        7 => {
            let last = *number + 1 + dice.below(40) as u32;
            let facts: Vec<_> = (*number + 1..=last)
                .map(|number| (stamp(number), answer(number, 20)))
                .collect();
            log.append_many(&facts)?;
            *number = last;
            say(&format!("saved {number}"))
        }
        8 => {
            let text = format!("draft {number}");
            log.set_draft("note", &text)?;
            say(&text)
        }
        9 => {
            let middle = log.point().next_seq / 2;
            if let Some(point) = log.point_at(middle)? {
                // An answer's number is one more than its place in the stream.
                say(&format!("sent {middle}"))?;
                log.acknowledge(point)?;
            }
            Ok(())
        }
        10 => {
            let gone: Vec<u32> = lesson.checked_sub(KEPT).into_iter().collect();
            for gone in &gone {
                say(&format!("gone {gone}"))?;
            }
            apply(shelf, *lesson + 1, &gone)?;
            *lesson += 1;
            say(&format!("lesson {lesson}"))
        }
        11 => {
            let state = ReceiptState::NoSpace { missing_bytes: 1 };
            let receipt = Receipt {
                lesson: lesson_id(*lesson),
                revision: 1,
                state,
            };
            shelf.set_receipt(receipt)?;
            shelf.mark_receipts_sent(&shelf.receipts_owed()?)?;
            Ok(())
        }
        12 => {
            shelf.update_identity(|identity| identity.school_name = format!("学校 {number}"))?;
            shelf.tidy(&|| true)?;
            Ok(())
        }
        _ => fetch(shelf, dice, None),
    }
}

/// Fetches as a sync does: the first that is wanted (or `only`), group by group, from where
/// it stands; now and then it stops on the way.
fn fetch(shelf: &Shelf, dice: &mut Dice, only: Option<BlobRef>) -> Result<(), Failure> {
    let wants = shelf.wants(date(2026, 11, 20))?;
    let Some(want) = wants
        .iter()
        .find(|want| only.is_none_or(|only| only == want.blob))
    else {
        return Ok(());
    };
    let lesson = shelf
        .lesson(&want.lesson)?
        .ok_or("a want without a lesson")?;
    let title = lesson
        .doc
        .materials
        .iter()
        .find(|material| material.id == want.material)
        .map(|material| material.title.clone())
        .ok_or("a want without a material")?;
    let bytes = bytes_of_title(&title).ok_or("a title without bytes")?;
    if want.blob.len <= GROUP_LEN {
        shelf.put_blob(&want.blob, &bytes)?;
        return say(&format!("blob {} {}", want.blob.id, lesson.doc.title));
    }
    let mut partial = shelf.partial(&want.blob)?;
    let from = usize::try_from(partial.have())?;
    for group in bytes[from..].chunks(usize::try_from(GROUP_LEN)?) {
        partial.append(group)?;
        if dice.below(8) == 0 {
            partial.sync()?;
        }
        if only.is_none() && dice.below(40) == 0 {
            return Ok(());
        }
    }
    partial.finish()?;
    say(&format!("blob {} {}", want.blob.id, lesson.doc.title))
}

/// One whole line, out at once.
pub(super) fn say(words: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{words}\n").as_bytes())?;
    Ok(out.flush()?)
}
