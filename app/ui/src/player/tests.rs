//! The player over real clips; `tests/media/README.md` says what they show.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::demux::read_part;
use super::guard::{self, GuardError};
use super::picture::PictureReader;
use super::sound::{CHANNELS, SoundReader};
use super::testing::{clip, frame_number, frequency, is_settled, silent, until};
use super::timeline::Timeline;
use super::{
    MemorySource, Notice, Player, PlayerError, PlayerOptions, PlayerSource, PlayerState, Span,
};

const FRAME_US: i64 = 40_000;

fn source(parts: &[&str]) -> MemorySource {
    MemorySource::new(parts.iter().map(|name| clip(name)).collect())
}

/// Every frame as (start, number shown).
fn all_frames(source: &MemorySource) -> Vec<(i64, u32)> {
    let timeline = Timeline::read(source).unwrap();
    let mut reader = PictureReader::new(&timeline).unwrap();
    let mut frames = Vec::new();
    while let Some(decoded) = reader.decode(&timeline, source).unwrap() {
        for frame in decoded {
            assert_eq!(frame.end_us - frame.at_us, FRAME_US);
            frames.push((frame.at_us, frame_number(&frame.image(None).unwrap())));
        }
    }
    assert!(!reader.lost_frames);
    frames
}

#[test]
fn all_frames_in_order() {
    for name in ["clip.mp4", "clip-fragmented.mp4"] {
        let frames = all_frames(&source(&[name]));
        let wanted: Vec<_> = (0..75).map(|n| (i64::from(n) * FRAME_US, n)).collect();
        assert_eq!(frames, wanted, "{name}");
    }
}

#[test]
fn ten_bits_and_colours() {
    for name in ["clip.mp4", "clip-10bit.mp4"] {
        let source = source(&[name]);
        let timeline = Timeline::read(&source).unwrap();
        let mut reader = PictureReader::new(&timeline).unwrap();
        let frame = reader
            .decode(&timeline, &source)
            .unwrap()
            .unwrap()
            .remove(0);
        let image = frame.image(None).unwrap();
        assert_eq!(frame_number(&image), 0);
        let pixel = image.pixels[135 * 320 + 160];
        let off = |is: u8, wanted: i32| (i32::from(is) - wanted).abs();
        assert!(
            off(pixel.r(), 200) < 6 && off(pixel.g(), 60) < 6 && off(pixel.b(), 40) < 6,
            "{name}: {pixel:?}"
        );
    }
}

#[test]
fn parts_back_to_back() {
    let source = source(&["clip.mp4", "clip-fragmented.mp4", "clip.mp4"]);
    let timeline = Timeline::read(&source).unwrap();
    let frames = all_frames(&source);
    assert_eq!(frames.len(), 225);
    assert_eq!(timeline.duration_us, 9_000_000);
    for (index, (at_us, number)) in frames.iter().enumerate() {
        assert_eq!(*number as usize, index % 75);
        assert_eq!(*at_us, index as i64 * FRAME_US);
    }
}

#[test]
fn sound_has_the_right_tones_and_length() {
    for parts in [
        &["clip.mp4"][..],
        &["clip-fragmented.mp4"],
        &["clip.mp4", "clip.mp4"],
    ] {
        let source = source(parts);
        let timeline = Timeline::read(&source).unwrap();
        let expected = 144_000 * parts.len();
        let mut reader = SoundReader::new().unwrap();
        let mut sound = vec![0.0; (expected + 9_600) * CHANNELS];
        for chunk in sound.chunks_mut(1_000 * CHANNELS) {
            reader.read(&timeline, &source, chunk);
        }
        for (channel, hertz) in [(0, 440.0), (1, 880.0)] {
            let samples: Vec<f32> = sound.iter().skip(channel).step_by(2).copied().collect();
            let heard = frequency(&samples[4_800..expected - 4_800], 48_000.0);
            assert!((heard - hertz).abs() < 1.0, "{parts:?} {channel}: {heard}");
            // It begins at zero without the pre-skip and ends where it should.
            let peak = |from: usize, to: usize| {
                samples[from..to]
                    .iter()
                    .fold(0f32, |peak, sample| peak.max(sample.abs()))
            };
            assert!(peak(0, 240) > 0.3, "{parts:?} {channel}");
            assert!(peak(expected - 480, expected) > 0.3, "{parts:?} {channel}");
            assert!(
                peak(expected + 480, samples.len()) < 0.01,
                "{parts:?} {channel}"
            );
            let quiet = (4_800..expected - 4_800)
                .step_by(480)
                .filter(|n| peak(*n, n + 480) < 0.3);
            assert_eq!(quiet.count(), 0, "{parts:?} {channel}");
        }
    }
}

#[test]
fn sound_after_a_seek_is_the_sound_there() {
    let source = source(&["clip.mp4", "clip.mp4"]);
    let timeline = Timeline::read(&source).unwrap();
    let read = |at_us| {
        let mut reader = SoundReader::new().unwrap();
        reader.seek(&timeline, at_us);
        let mut sound = vec![0.0; 4_800 * CHANNELS];
        reader.read(&timeline, &source, &mut sound);
        assert_eq!(reader.position_us(), at_us + 100_000);
        sound
    };
    for at_us in [0, 500_000, 1_234_500, 3_700_000] {
        // 440 Hz and 880 Hz: phases from the recording's own time.
        let start = (at_us % 3_000_000) as f32 / 1e6;
        for (n, frame) in read(at_us).chunks(2).enumerate().skip(400) {
            let t = start + n as f32 / 48_000.0;
            let wanted = 0.4 * (std::f32::consts::TAU * 440.0 * t).sin();
            assert!(
                (frame[0] - wanted).abs() < 0.08,
                "{at_us} {n}: {} {wanted}",
                frame[0]
            );
        }
    }
}

#[test]
fn without_an_edit_list_picture_and_sound_stay_together() {
    let source = source(&["clip-unedited.mp4"]);
    let timeline = Timeline::read(&source).unwrap();
    // The tone and the second frame both come 312 samples later.
    let samples = &timeline.parts[0].part.picture.samples;
    assert!((samples[1].at - 46_500).abs() < 100, "{}", samples[1].at);
    let mut reader = SoundReader::new().unwrap();
    let mut sound = vec![0.0; 4_800 * CHANNELS];
    reader.read(&timeline, &source, &mut sound);
    for (n, frame) in sound.chunks(2).enumerate() {
        let t = (n as f32 - 312.0) / 48_000.0;
        let wanted = if n < 312 {
            0.0
        } else {
            0.4 * (std::f32::consts::TAU * 440.0 * t).sin()
        };
        let allowed = if n < 700 { 0.2 } else { 0.08 };
        assert!(
            (frame[0] - wanted).abs() < allowed,
            "{n}: {} {wanted}",
            frame[0]
        );
    }
}

#[test]
fn seeks_are_exact() {
    let mut player = silent(vec![clip("clip.mp4"), clip("clip-fragmented.mp4")], 0);
    until(&mut player, "opens", is_settled);
    assert_eq!(player.state(), PlayerState::Paused);
    assert_eq!(player.duration_ms(), Some(6_000));
    assert_eq!(frame_number(player.image().unwrap()), 0);
    for ms in [
        2_000u64, 1_999, 40, 39, 5_959, 1_480, 3_000, 2_999, 0, 6_000, 9_999, 4_242,
    ] {
        player.seek_ms(ms);
        let at = ms.min(6_000);
        assert_eq!(player.position_ms(), at);
        until(&mut player, "seeks", is_settled);
        let wanted = (at.min(5_999) / 40) % 75;
        assert_eq!(
            u64::from(frame_number(player.image().unwrap())),
            wanted,
            "{ms}"
        );
        assert_eq!(player.position_ms(), at, "it stands still");
    }
    // Many at once: only the last counts.
    for ms in (0..6_000).step_by(100) {
        player.seek_ms(ms);
    }
    player.seek_ms(777);
    until(&mut player, "seeks", is_settled);
    assert_eq!(frame_number(player.image().unwrap()), 19);
    assert_eq!(player.watched(), [], "seeking is not watching");
}

#[test]
fn plays_in_time_to_the_end() {
    let mut player = silent(vec![clip("clip.mp4")], 1_000);
    until(&mut player, "opens", is_settled);
    assert_eq!(
        (player.position_ms(), frame_number(player.image().unwrap())),
        (1_000, 25)
    );
    player.play();
    let start = Instant::now();
    until(&mut player, "plays", |player| {
        if player.state() == PlayerState::Playing {
            let shown = u64::from(frame_number(player.image().unwrap()));
            let due = player.position_ms() / 40;
            assert!(due <= shown + 8 && shown <= due, "{shown} at {due}");
        }
        player.state() == PlayerState::Ended
    });
    let took = start.elapsed();
    assert!(took > Duration::from_millis(1_950), "{took:?}");
    assert_eq!(player.position_ms(), 3_000);
    assert_eq!(player.resume_ms(), 0);
    assert_eq!(frame_number(player.image().unwrap()), 74);
    assert_eq!(
        player.watched(),
        [Span {
            start_ms: 1_000,
            end_ms: 3_000
        }]
    );
    assert_eq!(player.watched(), []);

    player.set_speed(2.0);
    player.play();
    assert_eq!(player.position_ms(), 0, "it begins again");
    let start = Instant::now();
    until(&mut player, "half", |player| player.position_ms() >= 1_000);
    player.pause();
    assert!(
        start.elapsed() < Duration::from_millis(950),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(player.state(), PlayerState::Paused);
    player.seek_ms(2_000);
    until(&mut player, "seeks", is_settled);
    let watched = player.watched();
    assert_eq!((watched.len(), watched[0].start_ms), (1, 0));
    assert!(watched[0].end_ms < 1_400, "{watched:?}");
}

#[test]
fn with_or_without_a_loudspeaker_it_plays_to_the_end() {
    let source = Box::new(source(&["clip.mp4"]));
    let options = PlayerOptions {
        start_ms: 2_500,
        sound: true,
    };
    let mut player = Player::open(&egui::Context::default(), source, &options);
    player.set_muted(true);
    until(&mut player, "opens", is_settled);
    assert!(player.has_sound());
    player.play();
    until(&mut player, "plays", |player| {
        player.state() == PlayerState::Ended
    });
    assert_eq!(player.position_ms(), 3_000);
    let watched = Span {
        start_ms: 2_500,
        end_ms: 3_000,
    };
    assert_eq!(player.watched(), [watched]);
    assert!(matches!(player.notices(), [] | [Notice::NoSpeaker]));
}

#[test]
fn no_repaint_is_asked_for_while_it_stands() {
    let context = egui::Context::default();
    let mut player = silent(vec![clip("clip.mp4")], 0);
    until(&mut player, "opens", is_settled);
    let frame = |player: &mut Player| {
        for _ in 0..3 {
            context
                .run_ui(egui::RawInput::default(), |_| {})
                .textures_delta
                .clear();
        }
        let mut output = context.run_ui(egui::RawInput::default(), |ui| player.update(ui.ctx()));
        output.textures_delta.clear();
        output.viewport_output[&egui::ViewportId::ROOT].repaint_delay
    };
    assert_eq!(frame(&mut player), Duration::MAX);
    player.play();
    assert!(frame(&mut player) <= Duration::from_millis(250));
    player.pause();
    assert_eq!(frame(&mut player), Duration::MAX);
}

/// Opens it and waits until it stands or fails.
fn outcome(parts: Vec<Arc<[u8]>>) -> (PlayerState, Vec<Notice>) {
    let mut player = silent(parts, 0);
    until(&mut player, "settles", is_settled);
    (player.state(), player.notices().to_vec())
}

#[test]
fn what_cannot_be_played_says_why() {
    let failed = |parts: Vec<Arc<[u8]>>| match outcome(parts) {
        (PlayerState::Failed(error), _) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(failed(vec![]), PlayerError::NoParts);
    assert_eq!(
        failed(vec![[].into()]),
        PlayerError::Damaged {
            part: 0,
            cause: "its index is missing".into()
        }
    );
    let text: Arc<[u8]> = b"This is a text file named .mp4, nothing more."
        .as_slice()
        .into();
    assert_eq!(failed(vec![text]), PlayerError::NotMp4 { part: 0 });
    assert_eq!(
        failed(vec![clip("clip-h264.mp4")]),
        PlayerError::NotAv1 {
            codec: "H.264".into()
        }
    );
    assert_eq!(failed(vec![clip("sound-only.mp4")]), PlayerError::NoVideo);

    let (state, notices) = outcome(vec![clip("clip-aac.mp4")]);
    assert_eq!(state, PlayerState::Paused);
    assert_eq!(
        notices,
        [Notice::SoundCodec {
            codec: "AAC".into()
        }]
    );
    let (state, notices) = outcome(vec![
        clip("clip.mp4"),
        clip("clip-h264.mp4"),
        clip("clip.mp4"),
    ]);
    assert_eq!(state, PlayerState::Paused);
    assert_eq!(notices, [Notice::PartMissing { part: 1 }]);
}

#[test]
fn a_file_that_is_cut_plays_as_far_as_it_goes() {
    for name in ["clip.mp4", "clip-fragmented.mp4"] {
        let whole = clip(name);
        let cut: Arc<[u8]> = whole[..whole.len() / 2].into();
        let mut player = silent(vec![cut], 0);
        until(&mut player, "opens", is_settled);
        assert_eq!(player.notices(), [Notice::CutShort { part: 0 }], "{name}");
        let duration = player.duration_ms().unwrap();
        assert!((1_000..3_000).contains(&duration), "{name}: {duration}");
        player.seek_ms(duration);
        until(&mut player, "seeks", is_settled);
        let last = frame_number(player.image().unwrap());
        assert!(
            last >= 20 && u64::from(last) <= duration / 40,
            "{name}: {last}"
        );
    }
}

/// A small generator, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// Reads everything of a damaged clip on this thread.
fn exhaust(bytes: Vec<u8>) {
    let source = MemorySource::new(vec![bytes.into()]);
    let Ok(part) = source
        .open(0)
        .map(|mut reader| read_part(reader.as_mut(), 0))
    else {
        return;
    };
    if part.is_err() {
        return;
    }
    let Ok(timeline) = Timeline::read(&source) else {
        return;
    };
    let mut pictures = PictureReader::new(&timeline).unwrap();
    while let Ok(Some(frames)) = pictures.decode(&timeline, &source) {
        for frame in frames {
            let _ = frame.image(None);
        }
    }
    let mut reader = SoundReader::new().unwrap();
    let mut sound = vec![0.0; 9_600 * CHANNELS];
    for _ in 0..20 {
        reader.read(&timeline, &source, &mut sound);
        assert!(sound.iter().all(|sample| sample.is_finite()));
    }
}

#[test]
fn a_damaged_data_reference_is_refused_at_once() {
    let whole = clip("clip.mp4").to_vec();
    let at = whole
        .windows(4)
        .position(|four| four == b"dref")
        .unwrap_or_else(|| panic!("the clip has no dref"));
    // Its count: the reader would go round four thousand million times.
    let mut counted = whole.clone();
    counted[at + 8..at + 12].copy_from_slice(&u32::MAX.to_be_bytes());
    // A size of nothing, in `dref` and in `dinf`: it would never get on.
    let mut inner = whole.clone();
    inner[at + 12..at + 16].fill(0);
    let mut outer = whole;
    outer[at - 4..at].fill(0);
    for bytes in [counted, inner, outer] {
        assert!(matches!(
            guard::scan(&mut std::io::Cursor::new(bytes)),
            Err(GuardError::TooLarge(_) | GuardError::Damaged(_))
        ));
    }
}

#[test]
fn zeros_behind_the_last_box_keep_no_reader_going_round() {
    let whole = clip("clip.mp4").to_vec();
    let name = whole.windows(4).position(|four| four == b"moov");
    let at = name.unwrap_or_else(|| panic!("the clip has no moov")) - 4;
    let four: [u8; 4] = whole[at..at + 4].try_into().unwrap();
    let size = u32::from_be_bytes(four);
    let longer = |by: u32| {
        let mut bytes = whole.clone();
        bytes[at..at + 4].copy_from_slice(&(size + by).to_be_bytes());
        let end = at + size as usize;
        bytes.splice(end..end, vec![0; by as usize]);
        std::io::Cursor::new(bytes)
    };
    for by in [1, 7] {
        let scan = guard::scan(&mut longer(by));
        assert!(matches!(scan, Err(GuardError::Damaged(_))), "{by}");
    }
    // A terminator is allowed.
    assert!(super::probe_part(&mut longer(8)).is_ok());
    assert!(super::probe_part(&mut longer(0)).is_ok());
}

#[test]
fn damaged_input_never_panics() {
    let rounds: usize = std::env::var("HOTARU_FUZZ_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(60);
    let mut dice = Dice(rounds as u64);
    for name in ["clip.mp4", "clip-fragmented.mp4", "clip-10bit.mp4"] {
        let whole = clip(name);
        for round in 0..rounds {
            let mut bytes = whole.to_vec();
            match round % 4 {
                0 => bytes.truncate(dice.roll(whole.len())),
                // The index lies in the first kilobytes of a plain file.
                1 => (0..4)
                    .for_each(|_| bytes[dice.roll(whole.len().min(4_000))] = dice.roll(256) as u8),
                2 => (0..6).for_each(|_| bytes[dice.roll(whole.len())] ^= 1 << dice.roll(8)),
                _ => {
                    let from = dice.roll(whole.len() - 64);
                    (0..64).for_each(|n| bytes[from + n] = dice.roll(256) as u8);
                }
            }
            exhaust(bytes);
        }
    }
}
