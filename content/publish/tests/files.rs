//! Real files: the fixtures, the sample school, and what teachers drop by mistake.

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

use hotaru_content::blob::BlobRef;
use hotaru_content::drill::Drill;
use hotaru_content::lesson::{Body, Subject};
use hotaru_publish::{
    LessonDraft, Notice, Options, Prepared, PublishError, Reason, prepare_file, prepare_link,
    prepare_text,
};
use jiff::civil::date;
use tempfile::TempDir;

fn prepare(path: &Path) -> Result<Prepared, PublishError> {
    let options = Options {
        ffmpeg: None,
        scratch: None,
        captions: None,
    };
    let prepared = prepare_file(path, &options, &mut |_| ControlFlow::Continue(()))?;
    // Whatever is made, its blobs are what it says.
    let named: Vec<BlobRef> = prepared.material.blobs().collect();
    for (blob, source) in &prepared.blobs {
        assert_eq!(*blob, BlobRef::of(&source.read().unwrap()));
        assert!(named.contains(blob));
    }
    assert!(
        named
            .iter()
            .all(|blob| prepared.blobs.iter().any(|(here, _)| here == blob))
    );
    Ok(prepared)
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn fixture(name: &str) -> PathBuf {
    repository().join("tests/fixtures").join(name)
}

fn reason(path: &Path) -> Reason {
    let error = prepare(path).unwrap_err();
    assert_eq!(error.file, path.file_name().unwrap().to_str().unwrap());
    assert!(error.to_string().starts_with(&error.file));
    error.reason
}

fn file(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn bad_files_have_their_reasons() {
    assert_eq!(reason(&fixture("truncated.pdf")), Reason::HandoutTruncated);
    assert_eq!(
        reason(&fixture("not-a-video.mp4")),
        Reason::RecordingNotVideo
    );
    assert_eq!(reason(&fixture("empty.jpg")), Reason::PhotoEmpty);
    assert_eq!(
        reason(&fixture("h264.mp4")),
        Reason::RecordingNeedsFfmpeg {
            form: "H.264".to_owned()
        }
    );
    assert_eq!(
        reason(&fixture("clip.webm")),
        Reason::RecordingNeedsFfmpeg {
            form: "WEBM".to_owned()
        }
    );
    assert_eq!(reason(&repository().join("tests/fixtures")), Reason::Folder);
    assert!(matches!(
        reason(&fixture("no such file")),
        Reason::Unreadable { .. }
    ));
}

#[test]
fn broken_rows_are_named_with_their_numbers() {
    let error = prepare(&fixture("drill-broken-row.csv")).unwrap_err();
    let rows: Vec<(u64, &str)> = error
        .rows()
        .iter()
        .map(|row| (row.row, row.code()))
        .collect();
    assert_eq!(rows, [(4, "row-missing"), (6, "row-not-a-choice")]);
    let error = prepare(&fixture("drill-broken-answer.csv")).unwrap_err();
    let rows: Vec<(u64, &str)> = error
        .rows()
        .iter()
        .map(|row| (row.row, row.code()))
        .collect();
    assert_eq!(rows, [(4, "row-not-a-choice")]);
}

#[test]
fn a_drill_in_shift_jis_is_taken() {
    let prepared = prepare(&fixture("drill-sjis.csv")).unwrap();
    assert!(matches!(
        prepared.material.body,
        Body::Drill { items: 5, .. }
    ));
    assert_eq!(
        prepared.notes,
        [Notice::TextEncoding {
            encoding: "Shift_JIS"
        }]
    );
    let drill = Drill::from_json(&prepared.blobs[0].1.read().unwrap()).unwrap();
    assert_eq!(
        drill.items[0].question,
        "てこで、ぼうをささえているところを何といいますか。"
    );
}

#[test]
fn a_turned_photo_looks_like_the_upright_one() {
    let prepared = prepare(&fixture("photo-exif-rotated.jpg")).unwrap();
    assert!(matches!(
        prepared.material.body,
        Body::BoardPhoto {
            width: 320,
            height: 240,
            ..
        }
    ));
    assert_eq!(prepared.notes, [Notice::PhotoTurned]);
    let bytes = prepared.blobs[0].1.read().unwrap();
    assert!(!bytes.windows(4).any(|window| window == b"Exif"));
    let upright = image::open(fixture("photo.png")).unwrap().to_rgb8();
    let turned = image::load_from_memory(&bytes).unwrap().to_rgb8();
    let differences = upright.as_raw().iter().zip(turned.as_raw());
    let mean = differences
        .map(|(a, b)| f64::from(a.abs_diff(*b)))
        .sum::<f64>()
        / upright.len() as f64;
    assert!(mean < 12.0, "{mean}");
}

#[test]
fn the_sample_school_is_taken() {
    let school = repository().join("assets/sample-school");
    for lesson in ["kokugo-kanji", "rika-teko", "sansu-bunsu", "shakai-meiji"] {
        let folder = school.join(lesson);
        for name in [
            "text.md",
            "board.jpg",
            "handout.pdf",
            "drill.tsv",
            "recording.mp4",
        ] {
            let path = folder.join(name);
            if !path.exists() && name == "recording.mp4" {
                continue;
            }
            let prepared = prepare(&path).unwrap_or_else(|error| panic!("{lesson}: {error}"));
            match &prepared.material.body {
                Body::Text { blob } => assert!(blob.len > 1000),
                Body::BoardPhoto { width, .. } => assert!(*width >= 1600),
                Body::Handout { pages, .. } => assert_eq!(*pages, 2),
                Body::Drill { items, .. } => assert!(*items >= 20),
                Body::Recording {
                    parts, captions, ..
                } => {
                    assert!(captions.is_some());
                    assert!(
                        parts
                            .iter()
                            .all(|part| (1000..=60_000).contains(&part.duration_ms))
                    );
                    let total: u32 = parts.iter().map(|part| part.duration_ms).sum();
                    assert!(total >= 180_000);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn mistakes_are_named() {
    let folder = TempDir::new().unwrap();
    for (name, bytes, expected) in [
        (
            "a.heic",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(),
            Reason::PhotoHeic,
        ),
        ("b.gif", b"GIF89a", Reason::PhotoForm { form: "GIF" }),
        ("c.jpg", b"words", Reason::PhotoNotPhoto),
        ("d.docx", b"PK\x03\x04", Reason::Office),
        ("e.exe", b"MZ", Reason::UnknownForm),
        ("f.vtt", b"WEBVTT", Reason::CaptionsAlone),
        ("g.pdf", b"words", Reason::HandoutBroken),
        ("h.pdf", b"", Reason::HandoutEmpty),
        ("i.mp4", b"", Reason::RecordingEmpty),
        ("j.md", b"", Reason::TextEmpty),
        ("k.csv", b"", Reason::DrillEmpty),
        ("l", b"", Reason::Empty),
        (
            "m.mp4",
            b"\0\0\0\x18ftypisom\0\0\0\0isomav01",
            Reason::RecordingTruncated,
        ),
        ("n.md", b"a\0b", Reason::TextBinary),
        (
            "o.url",
            b"[InternetShortcut]\nURL=ftp://a",
            Reason::LinkBad {
                url: "ftp://a".to_owned(),
            },
        ),
    ] {
        assert_eq!(reason(&file(&folder, name, bytes)), expected, "{name}");
    }
}

#[test]
fn files_too_large_are_refused_unread() {
    let folder = TempDir::new().unwrap();
    for (name, head, len, code) in [
        (
            "a.jpg",
            b"\xff\xd8\xff\xe0".as_slice(),
            51 << 20,
            "photo-too-large",
        ),
        ("b.pdf", b"%PDF-1.7", 65 << 20, "handout-too-large"),
        (
            "c.mp4",
            b"\0\0\0\x18ftypisom",
            (4 << 30) + 1,
            "recording-too-large",
        ),
        ("d.md", b"# x", 5 << 20, "text-too-large"),
        ("e.csv", b"question,answer", 17 << 20, "drill-too-large"),
    ] {
        let path = file(&folder, name, head);
        fs::File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(len)
            .unwrap();
        assert_eq!(prepare(&path).unwrap_err().code(), code);
    }
}

#[test]
fn a_drill_may_be_named_a_text() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "問題.txt", "問題\t答え\n3+4\t7\n".as_bytes());
    let prepared = prepare(&path).unwrap();
    assert_eq!(prepared.material.title, "問題");
    assert!(matches!(
        prepared.material.body,
        Body::Drill { items: 1, .. }
    ));
    let path = file(&folder, "本文.txt", "問題と答えについて。\n".as_bytes());
    assert!(matches!(
        prepare(&path).unwrap().material.body,
        Body::Text { .. }
    ));
}

#[test]
fn typed_texts_and_links_are_materials() {
    let text = prepare_text("あいさつ", "おはよう").unwrap();
    assert_eq!(text.blobs[0].1.read().unwrap(), "おはよう".as_bytes());
    assert_eq!(prepare_text("a", " ").unwrap_err().code(), "text-empty");
    let link = prepare_link("動画", " https://example.jp/a ", "3分").unwrap();
    let body = Body::Link {
        url: "https://example.jp/a".to_owned(),
        note: "3分".to_owned(),
    };
    assert_eq!(link.material.body, body);
    assert_eq!(
        prepare_link("a", "javascript:1", "").unwrap_err().code(),
        "link-bad"
    );
}

#[test]
fn a_lesson_is_made_and_replaced() {
    let folder = TempDir::new().unwrap();
    let text = file(&folder, "本文.md", "# てこ\n".as_bytes());
    let drill = file(&folder, "ドリル.csv", "問題,答え\n3+4,7\n".as_bytes());
    let materials = |paths: &[&PathBuf]| {
        paths
            .iter()
            .map(|path| prepare(path).unwrap().material)
            .collect::<Vec<_>>()
    };
    let mut draft = LessonDraft::new(date(2026, 11, 20), Subject::Science, "てこ");
    draft.materials = materials(&[&text, &drill]);
    let first = draft.publish().unwrap();
    fs::write(&drill, "問題,答え\n3+4,7\n3+5,8\n").unwrap();
    draft.materials = materials(&[&drill, &text]);
    let second = draft.replace(&first).unwrap();
    assert_eq!(second.materials[0].id, first.materials[1].id);
    assert_eq!(second.materials[1].id, first.materials[0].id);
    assert_ne!(second.materials[0].body, first.materials[1].body);
}
