//! What the player reads: captions and parts of recordings.

use std::io::Cursor;

use hotaru_ui::player::{Captions, probe_part};

use crate::files::recording_bytes;

/// Cues are in order and within bounds, and each is shown while it lasts.
pub fn captions(data: &[u8]) {
    let Ok(captions) = Captions::parse(data) else {
        return;
    };
    let cues = captions.cues();
    assert!(cues.is_sorted_by_key(|cue| cue.start_ms));
    for cue in cues {
        assert!(cue.start_ms < cue.end_ms);
        assert!((1..=500).contains(&cue.text.chars().count()));
        assert!(captions.at(cue.start_ms).is_some());
    }
    let _ = captions.at(u64::MAX);
}

pub fn captions_seeds() -> Vec<Vec<u8>> {
    let texts = [
        "WEBVTT\n\n00:00.000 --> 00:01.500\nてこ\n",
        "\u{feff}WEBVTT x\r\n\r\nSTYLE\r\n::cue{}\r\n\r\nNOTE a\r\n\r\nid\r\n01:00:00.000 --> 01:00:02.000 line:0 align:start\r\n<v 先生><b>て&amp;こ</b>\r\n<ruby>支点<rt>してん</rt></ruby><00:01.000>\r\n",
        "WEBVTT\n\n00:05.000 --> 00:01.000\nx\n\n00:01.000 --> 00:09.000\na\n\n00:00.500 --> 00:02.000\nb\n",
    ];
    texts.map(|text| text.as_bytes().to_vec()).to_vec()
}

/// A part is read, or an error says why not; what a library panics over is caught there.
pub fn part(data: &[u8]) {
    let _ = probe_part(&mut Cursor::new(data));
}

pub fn part_seeds() -> Vec<Vec<u8>> {
    vec![recording_bytes()]
}
