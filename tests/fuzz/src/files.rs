//! Files that a teacher drops on the desk.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use hotaru_content::blob::BlobRef;
use hotaru_content::drill::{Drill, Verdict, grade};
use hotaru_content::lesson::Body;
use hotaru_content::text::Document;
use hotaru_publish::{Options, Prepared, prepare_file};
use hotaru_ui::player::Captions;
use tempfile::TempDir;

use crate::content::right_response;

/// Prepares a file of these names and bytes; what is made of the first is as its name says.
fn prepare(files: &[(&str, &[u8])]) -> Option<Prepared> {
    let dir = folder();
    for (name, bytes) in files {
        fs::write(dir.path().join(name), bytes).expect("room for a small file");
    }
    let options = Options {
        // What ffmpeg reads is ffmpeg's to fuzz.
        ffmpeg: None,
        scratch: Some(dir.path().to_path_buf()),
        captions: None,
    };
    let path = dir.path().join(files[0].0);
    let prepared = prepare_file(&path, &options, &mut |_| ControlFlow::Continue(())).ok()?;
    for (blob, source) in &prepared.blobs {
        let bytes = source.read().expect("what was made is there");
        assert_eq!(BlobRef::of(&bytes), *blob);
    }
    for blob in prepared.material.blobs() {
        assert!(prepared.blobs.iter().any(|(made, _)| *made == blob));
    }
    Some(prepared)
}

/// In memory where the machine has such a place: there is one for each input.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() {
        TempDir::with_prefix_in("hotaru-fuzz-", memory)
    } else {
        TempDir::with_prefix("hotaru-fuzz-")
    };
    made.expect("a folder for temporary files")
}

fn bytes_of(prepared: &Prepared, at: usize) -> Vec<u8> {
    let (_, source) = &prepared.blobs[at];
    source.read().expect("what was made is there")
}

/// A drill that is made of a table is one, and every item of it can be answered rightly.
pub fn table(data: &[u8]) {
    let Some(prepared) = prepare(&[("drill.csv", data)]) else {
        return;
    };
    let Body::Drill { items, .. } = prepared.material.body else {
        return;
    };
    let drill = Drill::from_json(&bytes_of(&prepared, 0)).expect("a drill was made");
    assert_eq!(drill.items.len(), items as usize);
    for item in &drill.items {
        let right = right_response(item).expect("a table makes known kinds");
        let verdict = grade(item, &right).verdict;
        assert_eq!(verdict, Verdict::Correct, "{item:?}");
    }
}

pub fn table_seeds() -> Vec<Vec<u8>> {
    let japanese =
        "問題,選択肢,答え,解説\n{支点|してん}は動く？,はい|いいえ,いいえ,\"なぜ,\"\"なら\"\n";
    let kinds = "id\tkind\tquestion\tchoices\tanswer\texplanation\tskill\tlevel\n\
        a\tchoice\tどれ\t一|二\t2\t\t\t1\nb\tchoices\tどれ\t一|二|三\t一|三\t\t\t\n\
        c\ttext\tなに\t\t支点|してん\t\t\t5\nd\tnumber\tいくつ\t\t3/4|0.75\t\t\t\n\
        e\torder\t順\t一|二|三\t三|一|二\t\t\t\n";
    let mut seeds = vec![
        japanese.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", japanese.as_bytes()].concat(),
        kinds.as_bytes().to_vec(),
        b"question,answer\r\n1+1,2\r\nx,\"a|b\"\r\n".to_vec(),
        // Shift_JIS and EUC-JP of the same two columns.
        b"\x96\xe2\x91\xe8,\x93\x9a\x82\xa6\n\x8ex\x93_,1\n".to_vec(),
        b"\xcc\xe4\xc2\xea,\xc5\xfa\xa4\xa8\n\xbb\xd9\xc5\xc0,1\n".to_vec(),
    ];
    let wide = japanese.encode_utf16().flat_map(u16::to_le_bytes);
    seeds.push([0xff, 0xfe].into_iter().chain(wide).collect());
    seeds
}

/// Any file of any name is made into something that is what it is called, or refused.
pub fn file(data: &[u8]) {
    const NAMES: [&str; 9] = [
        "a.md", "a.txt", "a.tsv", "a.url", "a.webloc", "a.jpg", "a.png", "a.zip", "a",
    ];
    let Some((name, bytes)) = data.split_first() else {
        return;
    };
    // PDF has a decoder of its own (see the library's head), recordings a target.
    let is_other = |what: &[u8]| bytes.windows(what.len()).take(8).any(|head| head == what);
    if is_other(b"%PDF-") || is_other(b"ftyp") {
        return;
    }
    // A photo of a few bytes may have as many pixels as the largest that is taken; to turn
    // and shrink those is slow and tells nothing.
    if claims_many_pixels(bytes) {
        return;
    }
    let name = NAMES[usize::from(*name) % NAMES.len()];
    let Some(prepared) = prepare(&[(name, bytes)]) else {
        return;
    };
    match &prepared.material.body {
        Body::Text { .. } => {
            let text = String::from_utf8(bytes_of(&prepared, 0)).expect("a text is UTF-8");
            let _ = Document::parse(&text);
        }
        Body::Link { url, .. } => {
            assert!(url.starts_with("https://") || url.starts_with("http://"));
        }
        Body::BoardPhoto { width, height, .. } => {
            assert!((1..=2560).contains(width) && (1..=2560).contains(height));
        }
        Body::Drill { .. } => {
            Drill::from_json(&bytes_of(&prepared, 0)).expect("a drill was made");
        }
        other => panic!("{name} made {other:?}"),
    }
}

/// Whether a JPEG's frame header (ITU-T T.81, B.2.2) or a PNG's IHDR claims more than about
/// a million pixels.
fn claims_many_pixels(bytes: &[u8]) -> bool {
    let jpeg = bytes.windows(9).filter_map(|head| match head {
        [0xff, 0xc0..=0xc2, _, _, _, high_h, low_h, high_w, low_w] => {
            let side = |high: u8, low: u8| u64::from(high) << 8 | u64::from(low);
            Some(side(*high_h, *low_h) * side(*high_w, *low_w))
        }
        _ => None,
    });
    let png = bytes.get(16..24).map(|sides| {
        let side = |at: usize| u64::from(sides[at]) << 8 | u64::from(sides[at + 1]);
        match (side(0), side(4)) {
            (0, 0) => side(2) * side(6),
            _ => u64::MAX,
        }
    });
    let png = png.filter(|_| bytes.starts_with(b"\x89PNG"));
    jpeg.chain(png).any(|pixels| pixels > 1 << 20)
}

pub fn file_seeds() -> Vec<Vec<u8>> {
    let photo = fs::read(media().join("board.jpg")).expect("a fixture");
    // 1 x 1, grey.
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\
        \0\0\0\nIDATx\x9cc\xf8\x0f\0\x01\x01\x01\0\x1b\xb6\xee\x56\0\0\0\0IEND\xae\x42\x60\x82";
    let webloc = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\"><dict>\
        <key>URL</key><string>https://example.jp/?a=1&amp;b=2</string></dict></plist>\n";
    let files: [(u8, &[u8]); 7] = [
        (0, "# てこ\n\n支点".as_bytes()),
        (1, b"\x8ex\x93_\x82\xcd"),
        (2, b"question\tanswer\n1+1\t2\n"),
        (3, b"[InternetShortcut]\r\nURL=https://example.jp/\r\n"),
        (4, webloc.as_bytes()),
        (5, &photo),
        (6, png),
    ];
    files
        .map(|(name, bytes)| [&[name], bytes].concat())
        .to_vec()
}

/// A recording's parts are what they are called; none is longer than allowed.
pub fn recording(data: &[u8]) {
    let Some(prepared) = prepare(&[("a.mp4", data)]) else {
        return;
    };
    if let Body::Recording { parts, .. } = &prepared.material.body {
        assert!(!parts.is_empty());
        assert!(parts.iter().all(|part| part.duration_ms <= 60_000));
    }
}

pub fn recording_seeds() -> Vec<Vec<u8>> {
    vec![recording_bytes()]
}

/// Captions that the desk takes are captions that a terminal shows.
pub fn captions(data: &[u8]) {
    let Some((kind, captions)) = data.split_first() else {
        return;
    };
    let name = if kind.is_multiple_of(2) {
        "a.vtt"
    } else {
        "a.srt"
    };
    let recording = recording_bytes();
    let Some(prepared) = prepare(&[("a.mp4", &recording), (name, captions)]) else {
        return;
    };
    let shown = Captions::parse(&bytes_of(&prepared, 0));
    assert!(shown.is_ok(), "{shown:?}");
}

pub fn captions_seeds() -> Vec<Vec<u8>> {
    vec![
        "\0WEBVTT\n\nNOTE x\n\n1\n00:00.000 --> 00:01.500 align:start\nてこ\n".into(),
        "\u{1}1\r\n00:00:00,000 --> 00:00:01,500\r\nてこ\r\n\r\n".into(),
        b"\x01 1\n00:00:00,000 --> 00:00:01,500\n\x82\xc4\x82\xb1\n".to_vec(),
    ]
}

/// Two seconds of AV1 and Opus.
pub fn recording_bytes() -> Vec<u8> {
    include_bytes!("../../fixtures/media/recording.mp4").to_vec()
}

fn media() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/media")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::sample_drill;

    #[test]
    fn the_sample_drill_is_answered_rightly() {
        for item in sample_drill().items {
            if let Some(right) = right_response(&item) {
                assert_eq!(grade(&item, &right).verdict, Verdict::Correct);
            }
        }
    }
}
