//! One part: the tables of its picture and its sound on the part's own time.

use std::io::SeekFrom;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use re_mp4::{Mp4, StsdBoxContent, Track};

use super::error::PlayerError;
use super::guard::{self, GuardError, Scan, TrackFacts};
use super::source::PartRead;

/// Most bytes of one coded frame or sound packet.
const MAX_SAMPLE_BYTES: u64 = 8 << 20;
/// Longest part, in microseconds: 24 hours.
const MAX_PART_US: i64 = 24 * 3_600 * 1_000_000;
/// Opus always counts at this rate (RFC 7845, section 4).
pub(super) const OPUS_RATE: i64 = 48_000;

/// One coded frame or packet of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    /// When it is shown: microseconds (picture) or samples at 48 kHz (sound).
    pub(super) at: i64,
    /// How long, in the same unit.
    pub(super) len: i64,
    /// Where its bytes begin in the part.
    pub(super) offset: u64,
    /// How many bytes it has, at most 8 MiB.
    pub(super) size: u32,
    /// Whether decoding can begin here.
    pub(super) is_key: bool,
}

impl Sample {
    pub(super) fn end(&self) -> i64 {
        self.at.saturating_add(self.len)
    }

    /// Reads the sample's bytes after what `bytes` holds already.
    pub(super) fn read(
        &self,
        reader: &mut dyn PartRead,
        bytes: &mut Vec<u8>,
    ) -> std::io::Result<()> {
        let start = bytes.len();
        bytes.resize(start + self.size as usize, 0);
        reader.seek(SeekFrom::Start(self.offset))?;
        reader.read_exact(bytes.get_mut(start..).unwrap_or_default())
    }
}

/// The picture's track.
#[derive(Debug, Clone, Default)]
pub(super) struct Picture {
    pub(super) samples: Vec<Sample>,
    /// The sequence header outside of the samples, sent before each key frame.
    pub(super) config_obus: Vec<u8>,
}

/// The sound's track.
#[derive(Debug, Clone)]
pub(super) struct Sound {
    pub(super) samples: Vec<Sample>,
    /// What is decoded before this (48 kHz) is not heard: the pre-skip.
    pub(super) heard_from: i64,
    pub(super) gain_q8: i16,
}

/// A part's tables.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) picture: Picture,
    pub(super) sound: Option<Sound>,
    /// The codec of a sound that cannot be played.
    pub(super) foreign_sound: Option<String>,
    /// The later of the picture's and the sound's end.
    pub(super) duration_us: i64,
    pub(super) cut_short: bool,
}

/// How long a part plays, by its tables: what the player does before it plays, alone.
///
/// # Errors
/// Everything that keeps the part from being played; see [`PlayerError`].
pub fn probe_part(reader: &mut dyn PartRead) -> Result<Duration, PlayerError> {
    let part = read_part(reader, 0)?;
    Ok(Duration::from_micros(
        u64::try_from(part.duration_us).unwrap_or(0),
    ))
}

/// Reads the tables of the part with this index.
///
/// # Errors
/// Everything that keeps this part from being played; see [`PlayerError`].
pub(super) fn read_part(reader: &mut dyn PartRead, part: usize) -> Result<Part, PlayerError> {
    let damaged = |cause: String| PlayerError::Damaged { part, cause };
    let scan = guard::scan(reader).map_err(|error| match error {
        GuardError::Read(cause) => PlayerError::Unreadable { part, cause },
        GuardError::NotMp4 => PlayerError::NotMp4 { part },
        GuardError::Damaged(cause) => damaged(cause),
        GuardError::TooLarge(what) => PlayerError::TooLarge { what },
    })?;
    let video = scan.tracks.iter().find(|track| &track.handler == b"vide");
    let video = video.ok_or(PlayerError::NoVideo)?;
    if &video.codec != b"av01" {
        return Err(PlayerError::NotAv1 {
            codec: codec_name(video.codec),
        });
    }
    // Tables that contradict each other make the demuxer panic.
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        let (index, len) = scan.reader();
        Mp4::read(index, len)
    }));
    let mp4 = match parsed {
        Ok(Ok(mp4)) => mp4,
        Ok(Err(error)) => return Err(damaged(error.to_string())),
        Err(_) => return Err(damaged("its tables contradict each other".into())),
    };
    build(&mp4, &scan, video).map_err(|error| match error {
        BuildError::Damaged(cause) => damaged(cause),
        BuildError::TooLarge(what) => PlayerError::TooLarge { what },
    })
}

enum BuildError {
    Damaged(String),
    TooLarge(String),
}

fn build(mp4: &Mp4, scan: &Scan, video: &TrackFacts) -> Result<Part, BuildError> {
    let track = mp4.tracks().get(&video.id);
    let track = track.ok_or_else(|| BuildError::Damaged("the picture's track is lost".into()))?;
    let mut cut_short = scan.cut_short;
    let mut samples = table(mp4, track, 1_000_000, scan.file_len, &mut cut_short)?;
    if samples.is_empty() {
        return Err(BuildError::Damaged("it holds no frame".into()));
    }

    let audio = scan.tracks.iter().find(|track| &track.handler == b"soun");
    let mut foreign_sound = None;
    let mut sound = None;
    if let Some(audio) = audio {
        match (audio.opus, mp4.tracks().get(&audio.id)) {
            (Some(opus), Some(track)) if opus.mapping_family == 0 => {
                let samples = table(mp4, track, OPUS_RATE, scan.file_len, &mut cut_short)?;
                let first = samples.first().map_or(0, |sample| sample.at);
                // An edit list begins after the pre-skip and puts it before zero.
                let heard_from = (first + i64::from(opus.pre_skip)).max(0);
                let gain_q8 = opus.gain_q8;
                sound = Some(Sound {
                    samples,
                    heard_from,
                    gain_q8,
                });
            }
            _ => foreign_sound = Some(codec_name(audio.codec)),
        }
    }
    sound = sound.filter(|sound| !sound.samples.is_empty());

    // A part cut from a longer recording may keep that recording's time.
    let first_sound = sound.as_ref().and_then(|sound| sound.samples.first());
    let first_sound_us = first_sound.map(|sample| to_us(sample.at));
    let base_us = samples.first().map_or(0, |first| first.at);
    let base_us = base_us.min(first_sound_us.unwrap_or(base_us)).max(0);
    // Both begin within a second: an offset between them is kept.
    for sample in &mut samples {
        sample.at -= base_us;
    }
    if let Some(sound) = &mut sound {
        let base = base_us.saturating_mul(OPUS_RATE) / 1_000_000;
        sound.heard_from -= base;
        for sample in &mut sound.samples {
            sample.at -= base;
        }
    }

    let picture_end = samples.iter().map(Sample::end).max().unwrap_or(0);
    let sound_end = sound
        .iter()
        .flat_map(|sound| sound.samples.last())
        .map(|s| to_us(s.end()));
    let duration_us = picture_end.max(sound_end.max().unwrap_or(0));
    if !(1..=MAX_PART_US).contains(&duration_us) {
        return Err(BuildError::TooLarge("a part of more than 24 hours".into()));
    }
    let config_obus = match &track.trak(mp4).mdia.minf.stbl.stsd.contents {
        StsdBoxContent::Av01(entry) => entry.av1c.config_obus.clone(),
        _ => Vec::new(),
    };
    let picture = Picture {
        samples,
        config_obus,
    };
    Ok(Part {
        picture,
        sound,
        foreign_sound,
        duration_us,
        cut_short,
    })
}

fn to_us(samples: i64) -> i64 {
    samples.saturating_mul(1_000_000) / OPUS_RATE
}

/// A track's samples in units of 1/`rate` s, up to the end of the file.
fn table(
    mp4: &Mp4,
    track: &Track,
    rate: i64,
    file_len: u64,
    cut_short: &mut bool,
) -> Result<Vec<Sample>, BuildError> {
    if track.timescale == 0 {
        return Err(BuildError::Damaged("a track has no time scale".into()));
    }
    let scale = |units: i64| {
        let scaled = i128::from(units) * i128::from(rate) / i128::from(track.timescale);
        i64::try_from(scaled).unwrap_or(i64::MAX)
    };
    let (start, delay) = edit(mp4, track);
    let delay = i64::try_from(delay * i128::from(rate) / 1_000_000).unwrap_or(0);
    let mut samples = Vec::with_capacity(track.samples.len());
    // A pre-skip or an edit begins a little before zero, never 10 s before.
    let mut last = -10 * rate;
    for sample in &track.samples {
        let end = sample.offset.checked_add(sample.size);
        if end.is_none_or(|end| end > file_len) {
            *cut_short = true;
            break;
        }
        if sample.size > MAX_SAMPLE_BYTES {
            return Err(BuildError::TooLarge(format!(
                "a frame of {} MiB",
                sample.size >> 20
            )));
        }
        let shown = sample.composition_timestamp.saturating_sub(start);
        let until = shown.saturating_add(i64::try_from(sample.duration).unwrap_or(i64::MAX));
        // AV1 and Opus are shown in the order of the file.
        let at = scale(shown).saturating_add(delay).max(last);
        last = at;
        let len = scale(until).saturating_add(delay).saturating_sub(at).max(0);
        if at.saturating_add(len) / rate > MAX_PART_US / 500_000 {
            return Err(BuildError::Damaged(
                "a frame lies far outside of the recording".into(),
            ));
        }
        let size = u32::try_from(sample.size).unwrap_or(0);
        samples.push(Sample {
            at,
            len,
            offset: sample.offset,
            size,
            is_key: sample.is_sync,
        });
    }
    Ok(samples)
}

/// Where the track's edit list begins in its media, in its units, and how long
/// an empty edit delays it, in microseconds.
fn edit(mp4: &Mp4, track: &Track) -> (i64, i128) {
    let list = track
        .trak(mp4)
        .edts
        .as_ref()
        .and_then(|edts| edts.elst.as_ref());
    let mut delay = 0;
    for entry in list.iter().flat_map(|list| &list.entries) {
        let empty = entry.media_time == u64::MAX || entry.media_time == u64::from(u32::MAX);
        if !empty {
            return (i64::try_from(entry.media_time).unwrap_or(0), delay);
        }
        let movie = i128::from(mp4.moov.mvhd.timescale.max(1));
        delay += i128::from(entry.segment_duration) * 1_000_000 / movie;
    }
    (0, 0)
}

/// A codec's name as a person knows it.
fn codec_name(four: [u8; 4]) -> String {
    match &four {
        b"avc1" | b"avc3" => "H.264".into(),
        b"hvc1" | b"hev1" => "H.265".into(),
        b"vp08" => "VP8".into(),
        b"vp09" => "VP9".into(),
        b"mp4v" => "MPEG-4".into(),
        b"mp4a" => "AAC".into(),
        b"Opus" => "Opus 5.1".into(),
        other => {
            let name: String = other.iter().map(|byte| char::from(*byte)).collect();
            name.chars().filter(|c| c.is_ascii_graphic()).collect()
        }
    }
}
