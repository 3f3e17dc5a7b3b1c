//! What sealing costs: on the way of an answer to the disk, at the opening of a lesson, and
//! what it takes to try a PIN.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use hotaru_content::blob::BlobRef;
use hotaru_content::cipher::{Cipher, NONCE_LEN};
use hotaru_content::clock::Stamp;
use hotaru_content::id::{BootId, ClassId, PupilId};
use hotaru_content::log::Event;
use hotaru_content::shelf::{LockKind, OpenOptions, PupilEntry, Shelf};
use hotaru_content::text::Document;
use hotaru_sync::pack::sample;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::Failure;

/// Answers that are timed.
const ANSWERS: usize = 600;
/// Openings of a lesson that are timed.
const OPENINGS: usize = 40;
/// Tries of a PIN that are timed.
const TRIES: usize = 7;
const PUPIL: PupilId = PupilId([1; 16]);
/// 2026-11-20.
const NOW: i64 = 1_795_132_800_000;

/// What was measured; each time is a median.
#[derive(Debug, Clone, Copy)]
pub struct SealingReport {
    /// From an answer to its being on the disk.
    pub answer: Duration,
    /// Of that, sealing.
    pub answer_sealing: Duration,
    /// The same bytes into a plain file with `fdatasync`.
    pub plain_answer: Duration,
    /// Reading, proving and decoding a lesson's text and two board photos.
    pub lesson: Duration,
    /// Of that, unsealing.
    pub lesson_sealing: Duration,
    /// Opening a pupil's study with her PIN.
    pub unlock: Duration,
}

impl SealingReport {
    /// What sealing adds to an answer, in percent of the rest.
    #[must_use]
    pub fn answer_percent(&self) -> f64 {
        percent(self.answer_sealing, self.answer)
    }

    /// What it adds to the opening of a lesson.
    #[must_use]
    pub fn lesson_percent(&self) -> f64 {
        percent(self.lesson_sealing, self.lesson)
    }
}

fn percent(part: Duration, whole: Duration) -> f64 {
    let rest = whole.saturating_sub(part).as_secs_f64();
    part.as_secs_f64() / rest.max(1e-9) * 100.0
}

/// Measures on a profile of its own.
///
/// # Errors
/// Where the disk refuses.
pub fn run() -> Result<SealingReport, Failure> {
    let dir = TempDir::new()?;
    let options = OpenOptions {
        min_free_bytes: 0,
        ..OpenOptions::default()
    };
    let shelf = Shelf::open(dir.path(), &options)?.shelf;
    shelf.add_pupil(PupilEntry {
        pupil: PUPIL,
        number: 7,
        class: ClassId([9; 16]),
        class_name: "6-1".to_owned(),
        grade: "P6".to_owned(),
    })?;
    let events = sample::answers(1, 0, ANSWERS);
    let sizes: Vec<usize> = events
        .iter()
        .map(|event| Ok(event.canonical()?.len()))
        .collect::<Result<_, Failure>>()?;
    let answer = answers(&shelf, &events)?;
    let answer_sealing = median(sizes.iter().map(|len| Ok(sealing(&[*len]))))?;
    let plain_answer = plain(dir.path(), &sizes)?;
    let (lesson, lesson_sealing) = lesson(&shelf)?;
    let unlock = unlock(&shelf)?;
    Ok(SealingReport {
        answer,
        answer_sealing,
        plain_answer,
        lesson,
        lesson_sealing,
        unlock,
    })
}

fn answers(shelf: &Shelf, events: &[Event]) -> Result<Duration, Failure> {
    let log = shelf.pupil(&PUPIL)?;
    let mut at = 0;
    median(events.iter().map(|event| {
        at += 1;
        let stamp = Stamp {
            wall_ms: NOW,
            mono_ms: at,
            boot: BootId([7; 16]),
        };
        let fact = event.fact();
        let begun = Instant::now();
        log.append(stamp, &fact)?;
        Ok(begun.elapsed())
    }))
}

/// The same bytes twice into plain files, of which the first is waited for.
fn plain(dir: &Path, sizes: &[usize]) -> Result<Duration, Failure> {
    let mut first = File::create(dir.join("plain"))?;
    let mut second = File::create(dir.join("plain.recent"))?;
    median(sizes.iter().map(|len| {
        let bytes = vec![7; *len + 73];
        let begun = Instant::now();
        first.write_all(&bytes)?;
        first.sync_data()?;
        second.seek(SeekFrom::End(0))?;
        second.write_all(&bytes)?;
        Ok(begun.elapsed())
    }))
}

/// A text, and two photos of a board.
fn lesson(shelf: &Shelf) -> Result<(Duration, Duration), Failure> {
    let text = "# てこのはたらき\n\n支点・力点・作用点の{位置|いち}を{変|か}えて、手ごたえを調べよう。\n\n"
        .repeat(60)
        .into_bytes();
    let photo = board()?;
    // Another name for each, the same picture: what follows its end is not looked at.
    let photos = [[photo.clone(), vec![1]].concat(), [photo, vec![2]].concat()];
    let all: Vec<&[u8]> = [text.as_slice()]
        .into_iter()
        .chain(photos.iter().map(Vec::as_slice))
        .collect();
    for bytes in &all {
        shelf.put_blob(&BlobRef::of(bytes), bytes)?;
    }
    let text_id = BlobRef::of(&text).id;
    let photo_ids = photos.each_ref().map(|photo| BlobRef::of(photo).id);
    let opening = median((0..OPENINGS).map(|_| {
        let begun = Instant::now();
        let text = shelf.blob(&text_id)?;
        let document = Document::parse(&String::from_utf8_lossy(&text));
        std::hint::black_box(document);
        for photo in &photo_ids {
            let bytes = shelf.blob(photo)?;
            std::hint::black_box(image::load_from_memory(&bytes)?);
        }
        Ok(begun.elapsed())
    }))?;
    // As they lie in the database: pieces of 4 KiB.
    let pieces: Vec<usize> = all
        .iter()
        .flat_map(|bytes| bytes.chunks(4096).map(<[u8]>::len))
        .collect();
    let unsealing = median((0..OPENINGS).map(|_| unsealing(&pieces)))?;
    Ok((opening, unsealing))
}

/// A green board with chalk on it, as the desk sends photos: 1600 by 1200, JPEG.
fn board() -> Result<Vec<u8>, Failure> {
    let mut noise = blake3::Hasher::new().update(b"a board").finalize_xof();
    let mut grain = vec![0; 1600 * 1200];
    noise.fill(&mut grain);
    let picture = RgbImage::from_fn(1600, 1200, |x, y| {
        let grain = grain[(y * 1600 + x) as usize] % 12;
        let is_chalk = (x / 9 + y / 13) % 7 == 0 && (y / 60) % 2 == 0;
        match is_chalk {
            true => Rgb([220 + grain, 220 + grain, 210 + grain]),
            false => Rgb([30 + grain, 70 + grain, 50 + grain]),
        }
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 75).encode_image(&picture)?;
    Ok(bytes)
}

fn unlock(shelf: &Shelf) -> Result<Duration, Failure> {
    shelf.set_lock(&PUPIL, LockKind::Pin, "4821", NOW)?;
    median((0..TRIES).map(|_| {
        shelf.close_pupil(&PUPIL);
        let begun = Instant::now();
        shelf.unlock(&PUPIL, "4821", NOW)?;
        Ok(begun.elapsed())
    }))
}

/// What the cipher alone takes for values of these lengths, nonces included.
fn sealing(sizes: &[usize]) -> Duration {
    let cipher = Cipher::new(Zeroizing::new([5; 32]));
    let values: Vec<Vec<u8>> = sizes.iter().map(|len| vec![7; *len]).collect();
    let begun = Instant::now();
    for value in &values {
        let mut nonce = [0; NONCE_LEN];
        let _ = getrandom::fill(&mut nonce);
        let mut sealed = Vec::new();
        std::hint::black_box(cipher.seal(&nonce, &[0; 64], value, &mut sealed));
    }
    begun.elapsed()
}

/// What the cipher alone takes to open values of these lengths.
fn unsealing(sizes: &[usize]) -> Result<Duration, Failure> {
    const NONCE: [u8; NONCE_LEN] = [9; NONCE_LEN];
    let cipher = Cipher::new(Zeroizing::new([5; 32]));
    let seal = |len: &usize| {
        let mut sealed = Vec::new();
        let is_sealed = cipher.seal(&NONCE, &[0; 64], &vec![7; *len], &mut sealed);
        is_sealed.then_some(sealed)
    };
    let sealed: Option<Vec<Vec<u8>>> = sizes.iter().map(seal).collect();
    let sealed = sealed.ok_or("nothing was sealed")?;
    let begun = Instant::now();
    for value in &sealed {
        std::hint::black_box(cipher.open(&NONCE, &[0; 64], value));
    }
    Ok(begun.elapsed())
}

fn median(times: impl Iterator<Item = Result<Duration, Failure>>) -> Result<Duration, Failure> {
    let mut times = times.collect::<Result<Vec<_>, _>>()?;
    times.sort();
    times
        .get(times.len() / 2)
        .copied()
        .ok_or_else(|| "nothing was measured".into())
}
