//! Recordings: cut by our own code, converted by ffmpeg where there is one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use hotaru_content::lesson::{Body, Part};
use hotaru_publish::{
    Notice, Options, Prepared, Progress, PublishError, Reason, Stage, find_ffmpeg, prepare_file,
};
use re_mp4::Mp4;
use tempfile::TempDir;

/// The ffmpeg for a test, which is passed over where there is none.
macro_rules! ffmpeg_or_return {
    () => {
        match find_ffmpeg() {
            Some(ffmpeg) => ffmpeg,
            None => {
                println!("SKIPPED: no ffmpeg in PATH and HOTARU_FFMPEG is not set");
                return;
            }
        }
    };
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures")
        .join(name)
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/sample-school/rika-teko/recording.mp4")
}

fn prepare(path: &Path, ffmpeg: Option<PathBuf>) -> Result<Prepared, PublishError> {
    let options = Options {
        ffmpeg,
        scratch: None,
        captions: None,
    };
    prepare_file(path, &options, &mut |_| ControlFlow::Continue(()))
}

fn parts(prepared: &Prepared) -> Vec<(Part, Vec<u8>)> {
    let Body::Recording { parts, .. } = &prepared.material.body else {
        panic!()
    };
    parts
        .iter()
        .map(|part| {
            let (_, source) = prepared
                .blobs
                .iter()
                .find(|(blob, _)| *blob == part.blob)
                .unwrap();
            (*part, source.read().unwrap())
        })
        .collect()
}

/// The bytes of each sample of a track, in order.
fn samples(mp4: &Mp4, bytes: &[u8], picture: bool) -> Vec<Vec<u8>> {
    let track = mp4
        .tracks()
        .values()
        .find(|track| (track.kind == Some(re_mp4::TrackKind::Video)) == picture);
    let samples = track
        .map(|track| track.samples.as_slice())
        .unwrap_or_default();
    samples
        .iter()
        .map(|sample| bytes[sample.byte_range()].to_vec())
        .collect()
}

/// Decodes a part wholly; what ffmpeg complains of, and the hash of every frame.
fn decoded(ffmpeg: &Path, path: &Path) -> (String, String) {
    let output = Command::new(ffmpeg)
        .args(["-v", "warning", "-i"])
        .arg(path)
        .args(["-map", "0:v", "-f", "framehash", "-"])
        .output()
        .unwrap();
    assert!(output.status.success());
    let hashes = String::from_utf8(output.stdout).unwrap();
    let hashes = hashes.lines().filter(|line| !line.starts_with('#'));
    let hashes: Vec<&str> = hashes
        .map(|line| line.rsplit(',').next().unwrap().trim())
        .collect();
    (
        String::from_utf8_lossy(&output.stderr).into_owned(),
        hashes.join("\n"),
    )
}

/// The sound of a file as 48 kHz mono 16-bit samples.
fn sound(ffmpeg: &Path, path: &Path) -> Vec<i16> {
    let output = Command::new(ffmpeg)
        .args(["-v", "error", "-i"])
        .arg(path)
        .args([
            "-map", "0:a", "-ac", "1", "-ar", "48000", "-f", "s16le", "-",
        ])
        .output()
        .unwrap();
    assert!(output.status.success());
    output
        .stdout
        .chunks_exact(2)
        .map(|two| i16::from_le_bytes([two[0], two[1]]))
        .collect()
}

#[test]
fn a_short_recording_is_one_part_without_ffmpeg() {
    let prepared = prepare(&fixture("clip-av1.mp4"), None).unwrap();
    let parts = parts(&prepared);
    assert_eq!(parts.len(), 1);
    assert!((1990..=2010).contains(&parts[0].0.duration_ms));
    assert!(matches!(
        prepared.material.body,
        Body::Recording {
            width: 160,
            height: 90,
            ..
        }
    ));
    assert_eq!(prepared.notes, [Notice::RecordingWithoutCaptions]);
}

#[test]
fn a_long_recording_is_cut_without_losing_a_frame() {
    let prepared = prepare(&sample(), None).unwrap();
    let whole = fs::read(sample()).unwrap();
    let source = Mp4::read_bytes(&whole).unwrap();
    let parts = parts(&prepared);
    assert!(parts.len() >= 3);
    let mut frames = Vec::new();
    for (part, bytes) in &parts {
        assert!(part.duration_ms <= 60_000);
        let mp4 = Mp4::read_bytes(bytes).unwrap();
        let video = mp4
            .tracks()
            .values()
            .find(|t| t.kind == Some(re_mp4::TrackKind::Video))
            .unwrap();
        assert!(video.samples[0].is_sync);
        frames.extend(samples(&mp4, bytes, true));
        // Every packet of a part's sound is one of the recording's.
        let packets = samples(&source, &whole, false);
        assert!(
            samples(&mp4, bytes, false)
                .iter()
                .all(|packet| packets.contains(packet))
        );
        // The tables come first, so that a part plays while it arrives.
        assert_eq!(&bytes[36..40], b"moov");
    }
    assert_eq!(frames, samples(&source, &whole, true));
    let again = self::parts(&prepare(&sample(), None).unwrap());
    assert_eq!(again, parts);
}

#[test]
fn parts_decode_to_the_same_pictures_and_the_same_sound() {
    let ffmpeg = ffmpeg_or_return!();
    let prepared = prepare(&sample(), None).unwrap();
    let folder = TempDir::new().unwrap();
    let (mut pictures, mut heard) = (Vec::new(), Vec::new());
    for (at, (part, bytes)) in parts(&prepared).into_iter().enumerate() {
        let path = folder.path().join(format!("{at}.mp4"));
        fs::write(&path, bytes).unwrap();
        let (complaints, hashes) = decoded(&ffmpeg, &path);
        assert_eq!(complaints, "", "part {at}");
        pictures.push(hashes);
        let own = sound(&ffmpeg, &path);
        let expected = i64::from(part.duration_ms) * 48;
        // A packet of 20 ms lies across the cut.
        assert!(
            (own.len() as i64 - expected).abs() < 2 * 960,
            "{} {expected}",
            own.len()
        );
        heard.push((u64::from(part.duration_ms) * 48, own));
    }
    assert_eq!(pictures.join("\n"), decoded(&ffmpeg, &sample()).1);
    // Each part's sound is the recording's at that place: the pre-roll leaves no seam.
    let whole = sound(&ffmpeg, &sample());
    let mut start = 0;
    for (at, (len, own)) in heard.iter().enumerate() {
        let there = &whole[start as usize..];
        let common = own.len().min(there.len());
        let difference: f64 = own[..common]
            .iter()
            .zip(there)
            .map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2))
            .sum();
        let power: f64 = there[..common].iter().map(|a| f64::from(*a).powi(2)).sum();
        let ratio = (difference / power.max(1.0)).sqrt();
        println!(
            "part {at}: the sound differs by {:.3} % of its strength",
            ratio * 100.0
        );
        assert!(ratio < 0.05, "part {at}: {ratio}");
        start += len;
    }
}

#[test]
fn webm_is_repacked_and_gives_the_same_frames() {
    let ffmpeg = ffmpeg_or_return!();
    let prepared = prepare(&fixture("clip.webm"), Some(ffmpeg.clone())).unwrap();
    assert!(!prepared.notes.contains(&Notice::RecordingConverted));
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    fs::write(&path, &parts(&prepared)[0].1).unwrap();
    assert_eq!(
        decoded(&ffmpeg, &path).1,
        decoded(&ffmpeg, &fixture("clip.webm")).1
    );
    let again = prepare(&fixture("clip.webm"), Some(ffmpeg)).unwrap();
    assert_eq!(parts(&again), parts(&prepared));
}

#[test]
fn a_foreign_recording_is_converted_with_progress() {
    let ffmpeg = ffmpeg_or_return!();
    let options = Options {
        ffmpeg: Some(ffmpeg.clone()),
        scratch: None,
        captions: None,
    };
    let mut told: Vec<Progress> = Vec::new();
    let prepared = prepare_file(&fixture("h264.mp4"), &options, &mut |progress| {
        told.push(progress);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(prepared.notes.contains(&Notice::RecordingConverted));
    let parts = parts(&prepared);
    assert_eq!(parts.len(), 1);
    assert!(
        (1900..=2100).contains(&parts[0].0.duration_ms),
        "{}",
        parts[0].0.duration_ms
    );
    let fractions: Vec<f32> = told
        .iter()
        .filter(|progress| progress.stage == Stage::Converting)
        .filter_map(|progress| progress.fraction)
        .collect();
    assert!(
        fractions.last().is_some_and(|last| *last > 0.9),
        "{fractions:?}"
    );
    assert!(fractions.is_sorted());
    let again = prepare(&fixture("h264.mp4"), Some(ffmpeg)).unwrap();
    assert_eq!(self::parts(&again), parts);
}

#[test]
fn a_stopped_conversion_leaves_nothing() {
    let ffmpeg = ffmpeg_or_return!();
    let folder = TempDir::new().unwrap();
    let long = folder.path().join("long.mp4");
    let made = Command::new(&ffmpeg)
        .args([
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=1280x720:rate=25:duration=40",
        ])
        .args(["-c:v", "libx264", "-preset", "ultrafast"])
        .arg(&long)
        .status()
        .unwrap();
    assert!(made.success());
    let scratch = folder.path().join("scratch");
    fs::create_dir(&scratch).unwrap();
    let options = Options {
        ffmpeg: Some(ffmpeg),
        scratch: Some(scratch.clone()),
        captions: None,
    };
    let start = Instant::now();
    let error = prepare_file(&long, &options, &mut |progress| {
        let converting = progress.stage == Stage::Converting;
        if converting && start.elapsed() > Duration::from_secs(1) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })
    .unwrap_err();
    assert_eq!(error.reason, Reason::Cancelled);
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0);
}

#[test]
fn key_frames_too_far_apart_are_encoded_anew() {
    let ffmpeg = ffmpeg_or_return!();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("one-key.mp4");
    let made = Command::new(&ffmpeg)
        .args([
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "color=size=64x64:rate=5:duration=70",
        ])
        .args(["-c:v", "libsvtav1", "-preset", "12", "-g", "1000"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    let error = prepare(&path, None).unwrap_err();
    assert_eq!(error.code(), "recording-needs-ffmpeg");
    let prepared = prepare(&path, Some(ffmpeg)).unwrap();
    assert!(prepared.notes.contains(&Notice::RecordingWithoutSound));
    let parts = parts(&prepared);
    assert_eq!(parts.len(), 2);
    assert!(parts.iter().all(|(part, _)| part.duration_ms <= 60_000));
}

#[test]
fn captions_go_with_the_recording() {
    let folder = TempDir::new().unwrap();
    let video = folder.path().join("てこ.mp4");
    fs::copy(fixture("clip-av1.mp4"), &video).unwrap();
    fs::write(
        folder.path().join("てこ.srt"),
        "1\n00:00:00,000 --> 00:00:01,000\nてこ\n",
    )
    .unwrap();
    let prepared = prepare(&video, None).unwrap();
    let Body::Recording {
        captions: Some(captions),
        ..
    } = prepared.material.body
    else {
        panic!()
    };
    assert_eq!(prepared.blobs[0].0, captions);
    assert!(prepared.blobs[0].1.read().unwrap().starts_with(b"WEBVTT\n"));
    fs::write(
        folder.path().join("てこ.vtt"),
        "WEBVTT\n\n00:01 --> 00:02\n",
    )
    .unwrap();
    let error = prepare(&video, None).unwrap_err();
    assert_eq!(
        error.reason,
        Reason::CaptionsBroken {
            captions: "てこ.vtt".to_owned(),
            line: 3
        }
    );
}

#[test]
fn a_recording_cut_short_is_named() {
    let folder = TempDir::new().unwrap();
    let whole = fs::read(fixture("clip-av1.mp4")).unwrap();
    for cut in (20..whole.len()).step_by(37) {
        let path = folder.path().join("cut.mp4");
        fs::write(&path, &whole[..cut]).unwrap();
        let error = prepare(&path, None).unwrap_err();
        assert_eq!(error.reason, Reason::RecordingTruncated, "{cut}");
    }
}

#[test]
fn no_damage_does_harm() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("damaged.mp4");
    let whole = fs::read(fixture("clip-av1.mp4")).unwrap();
    let tables = whole.windows(4).position(|w| w == b"mdat").unwrap();
    for at in (0..tables).step_by(3) {
        for value in [0x00, 0x7f, 0xff] {
            let mut damaged = whole.clone();
            damaged[at] = value;
            fs::write(&path, &damaged).unwrap();
            // An error or a recording, never a panic.
            let _ = prepare(&path, None);
        }
    }
}
