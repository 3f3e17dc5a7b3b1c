//! What an MP4 holds: its tracks, and when each of their samples is shown.
//!
//! Format: ISO/IEC 14496-12; Opus in ISOBMFF (opus-codec.org, v0.8.1). The boxes are
//! walked and bounded here first: `re_mp4`, which reads the sample tables, believes their
//! counts and panics where they contradict each other.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use re_mp4::Mp4;

use crate::error::Reason;

/// The most bytes of index (`moov` and every `moof`).
const MAX_INDEX: u64 = 64 << 20;
/// The most frames and sound packets: three hours at 75 and 50 a second.
const MAX_SAMPLES: u64 = 1_500_000;
/// The most boxes at the top level.
const MAX_BOXES: usize = 200_000;
/// The largest frame or packet, in bytes; the player takes no larger one.
const MAX_SAMPLE_LEN: u64 = 8 << 20;
/// The transformation that leaves a picture as it is (ISO/IEC 14496-12, 8.3.2).
const UPRIGHT: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// One frame or packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    /// When it is shown, in the track's time scale; 0 is the recording's start.
    pub(super) at: i64,
    /// How long, in the track's time scale.
    pub(super) len: i64,
    pub(super) offset: u64,
    pub(super) size: u32,
    pub(super) is_key: bool,
}

/// A track that terminals can play.
#[derive(Debug, Clone)]
pub(super) struct Track {
    pub(super) timescale: u32,
    /// The whole `stsd` box, as it stands in the file.
    pub(super) stsd: Vec<u8>,
    pub(super) samples: Vec<Sample>,
}

/// What was found.
#[derive(Debug)]
pub(super) enum Found {
    /// AV1, and Opus or silence.
    Playable(Index),
    /// Something else, which must be converted.
    Foreign(Foreign),
}

/// The tracks of a recording that terminals can play.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) video: Track,
    pub(super) audio: Option<Track>,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// A recording that must be converted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    /// What it is in words: `H.264`.
    pub(super) form: String,
    /// Its length where the file tells it.
    pub(super) duration_ms: Option<u64>,
}

/// Reads the index of an MP4 or MOV file.
pub(super) fn read(path: &Path) -> Result<Found, Reason> {
    let broken = |cause: &str| Reason::RecordingBroken {
        cause: cause.to_owned(),
    };
    let top = top_level(path)?;
    let facts = top.tracks()?;
    let video = facts.iter().find(|track| &track.handler == b"vide");
    let video = video.ok_or(Reason::RecordingNoPicture)?;
    let audio = facts.iter().find(|track| &track.handler == b"soun");
    let foreign = |form: String| {
        Ok(Found::Foreign(Foreign {
            form,
            duration_ms: top.duration_ms(),
        }))
    };
    if &video.codec != b"av01" {
        return foreign(codec_name(video.codec));
    }
    if !video.is_upright {
        return foreign("AV1 (turned)".to_owned());
    }
    if let Some(audio) = audio
        && !audio.is_plain_opus
    {
        return foreign(format!("AV1 + {}", codec_name(audio.codec)));
    }
    if facts
        .iter()
        .map(|track| track.samples)
        .fold(top.run_samples, u64::saturating_add)
        > MAX_SAMPLES
    {
        return Err(broken("it has too many frames"));
    }
    let mp4 = top.parse(path)?;
    let track = |facts: &TrackFacts| -> Result<Track, Reason> {
        let track = mp4
            .tracks()
            .get(&facts.id)
            .ok_or_else(|| broken("a track is lost"))?;
        let timescale = u32::try_from(track.timescale)
            .ok()
            .filter(|scale| *scale > 0);
        let timescale = timescale.ok_or_else(|| broken("a track has no time scale"))?;
        let (start, delay_ms) = edit(&mp4, track);
        let delay = delay_ms.saturating_mul(i64::from(timescale)) / 1000;
        let mut samples = Vec::with_capacity(track.samples.len());
        let mut last = i64::MIN;
        for sample in &track.samples {
            let at = sample
                .composition_timestamp
                .saturating_sub(start)
                .saturating_add(delay);
            if sample.offset.saturating_add(sample.size) > top.len {
                return Err(Reason::RecordingTruncated);
            }
            // 2^53 units are 5 years of the finest scale: no sum below comes near i64's end.
            if at < last || at.unsigned_abs() > 1 << 53 || sample.duration > 1 << 53 {
                return Err(broken("its frames are out of order"));
            }
            last = at;
            let size = u32::try_from(sample.size)
                .ok()
                .filter(|_| sample.size <= MAX_SAMPLE_LEN);
            samples.push(Sample {
                at,
                len: i64::try_from(sample.duration).unwrap_or(0),
                offset: sample.offset,
                size: size.ok_or_else(|| broken("a frame has more than 8 MiB"))?,
                is_key: sample.is_sync,
            });
        }
        Ok(Track {
            timescale,
            stsd: facts.stsd.clone(),
            samples,
        })
    };
    let index = Index {
        video: track(video)?,
        audio: audio
            .map(track)
            .transpose()?
            .filter(|audio| !audio.samples.is_empty()),
        width: video.width,
        height: video.height,
    };
    if !index.video.samples.iter().any(|sample| sample.is_key) {
        return Err(broken("it has no key frame"));
    }
    Ok(Found::Playable(index))
}

/// Where the edit list begins in the track's media, in its units, and how many
/// milliseconds an empty edit delays it.
fn edit(mp4: &Mp4, track: &re_mp4::Track) -> (i64, i64) {
    let edts = track.trak(mp4).edts.as_ref();
    let movie = u64::from(mp4.moov.mvhd.timescale.max(1));
    let mut delay_ms = 0_i64;
    for entry in edts
        .and_then(|edts| edts.elst.as_ref())
        .into_iter()
        .flat_map(|elst| &elst.entries)
    {
        if entry.media_time != u64::MAX && entry.media_time != u64::from(u32::MAX) {
            return (i64::try_from(entry.media_time).unwrap_or(0), delay_ms);
        }
        let ms = entry.segment_duration.saturating_mul(1000) / movie;
        delay_ms = delay_ms
            .saturating_add(i64::try_from(ms).unwrap_or(0))
            .min(1 << 40);
    }
    (0, 0)
}

/// The index boxes of a file.
struct TopLevel {
    len: u64,
    ftyp: Vec<u8>,
    moov: Vec<u8>,
    /// Whether there are `moof` boxes.
    is_fragmented: bool,
    /// The samples that they claim.
    run_samples: u64,
    /// Whether every box lies within its parent.
    is_sound: bool,
}

/// What a track's boxes say of it.
struct TrackFacts {
    id: u32,
    handler: [u8; 4],
    codec: [u8; 4],
    is_plain_opus: bool,
    is_upright: bool,
    width: u32,
    height: u32,
    samples: u64,
    stsd: Vec<u8>,
}

fn top_level(path: &Path) -> Result<TopLevel, Reason> {
    let unreadable = |error: std::io::Error| Reason::Unreadable {
        cause: error.to_string(),
    };
    let broken = |cause: &str| Reason::RecordingBroken {
        cause: cause.to_owned(),
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let len = file.metadata().map_err(unreadable)?.len();
    let mut top = TopLevel {
        len,
        ftyp: Vec::new(),
        moov: Vec::new(),
        is_fragmented: false,
        run_samples: 0,
        is_sound: true,
    };
    let (mut at, mut index_len, mut cut_short) = (0_u64, 0_u64, false);
    for _ in 0..MAX_BOXES {
        if at >= len {
            break;
        }
        let mut head = [0; 16];
        let header = if len - at >= 16 { 16 } else { len - at };
        file.seek(SeekFrom::Start(at)).map_err(unreadable)?;
        let head_part = head
            .get_mut(..usize::try_from(header).unwrap_or(0))
            .unwrap_or_default();
        file.read_exact(head_part).map_err(unreadable)?;
        let name = four(&head, 4);
        let size = match be32(&head, 0) {
            0 => len - at,
            1 => u64::from(be32(&head, 8)) << 32 | u64::from(be32(&head, 12)),
            size => u64::from(size),
        };
        cut_short = size > len - at || header < 8;
        if cut_short || size < 8 {
            break;
        }
        if matches!(&name, b"ftyp" | b"moov" | b"moof") {
            index_len += size;
            if index_len > MAX_INDEX {
                return Err(broken("its index is larger than 64 MiB"));
            }
            let mut bytes = vec![0; usize::try_from(size).unwrap_or(0)];
            file.seek(SeekFrom::Start(at)).map_err(unreadable)?;
            file.read_exact(&mut bytes).map_err(unreadable)?;
            top.is_sound &= &name == b"ftyp" || is_tiled(bytes.get(8..).unwrap_or_default(), 0);
            match &name {
                b"ftyp" => top.ftyp = bytes,
                b"moov" => top.moov = bytes,
                _ => {
                    top.is_fragmented = true;
                    top.run_samples = top.run_samples.saturating_add(run_samples(&bytes));
                }
            }
        }
        at += size;
    }
    // A camera that lost its power leaves a file without an index, or half its media.
    match (cut_short, top.moov.is_empty()) {
        (true, _) => Err(Reason::RecordingTruncated),
        (false, true) => Err(Reason::RecordingTruncated),
        (false, false) => Ok(top),
    }
}

impl TopLevel {
    fn tracks(&self) -> Result<Vec<TrackFacts>, Reason> {
        let broken = || Reason::RecordingBroken {
            cause: "a track is not described".to_owned(),
        };
        let traks = children(&self.moov)
            .filter(|(name, _)| name == b"trak")
            .take(64);
        traks
            .map(|(_, trak)| facts(trak).ok_or_else(broken))
            .collect()
    }

    fn duration_ms(&self) -> Option<u64> {
        let mvhd = child(&self.moov, b"mvhd")?;
        let (scale, duration) = if mvhd.get(8) == Some(&1) {
            (
                be32(mvhd, 28),
                u64::from(be32(mvhd, 32)) << 32 | u64::from(be32(mvhd, 36)),
            )
        } else {
            (be32(mvhd, 20), u64::from(be32(mvhd, 24)))
        };
        let ms = duration.checked_mul(1000)?.checked_div(u64::from(scale))?;
        (ms > 0).then_some(ms)
    }

    /// Lets `re_mp4` read the sample tables.
    fn parse(&self, path: &Path) -> Result<Mp4, Reason> {
        let broken = |cause: String| Reason::RecordingBroken { cause };
        if !self.is_sound {
            return Err(broken("a box does not lie within its parent".to_owned()));
        }
        let parsed = catch_unwind(AssertUnwindSafe(|| {
            if self.is_fragmented {
                let file = File::open(path)?;
                return Mp4::read(BufReader::new(file), self.len);
            }
            // Without what is not needed: odd metadata would stop the reader.
            let mut index = self.ftyp.clone();
            if index.is_empty() {
                index.extend_from_slice(b"\0\0\0\x10ftypisom\0\0\0\0");
            }
            index.extend_from_slice(&without_metadata(&self.moov));
            let len = index.len() as u64;
            Mp4::read(Cursor::new(index), len)
        }));
        match parsed {
            Ok(Ok(mp4)) => Ok(mp4),
            Ok(Err(error)) => Err(broken(error.to_string())),
            Err(_) => Err(broken("its tables contradict each other".to_owned())),
        }
    }
}

fn facts(trak: &[u8]) -> Option<TrackFacts> {
    let tkhd = child(trak, b"tkhd")?;
    let mdia = child(trak, b"mdia")?;
    let minf = child(mdia, b"minf")?;
    // The table's reader loops as often as this says.
    if child(child(minf, b"dinf")?, b"dref").is_some_and(|dref| be32(dref, 12) > 16) {
        return None;
    }
    let stbl = child(minf, b"stbl")?;
    let stsd = child(stbl, b"stsd")?;
    // Version 1 has 64-bit times.
    let long = if tkhd.get(8) == Some(&1) { 12 } else { 0 };
    let matrix = 48 + long;
    let is_upright = UPRIGHT
        .iter()
        .enumerate()
        .all(|(at, value)| be32(tkhd, matrix + at * 4) == *value);
    let entry = stsd.get(16..)?;
    let codec = four(entry, 4);
    let one_entry = be32(stsd, 12) == 1;
    let is_plain_opus = &codec == b"Opus"
        && one_entry
        && entry
            .get(36..)
            .and_then(|boxes| siblings(boxes).find(|(name, _)| name == b"dOps"))
            // Mapping family 0: one or two channels in one stream.
            .is_some_and(|(_, dops)| dops.get(18) == Some(&0));
    let is_picture = &codec == b"av01";
    Some(TrackFacts {
        id: be32(tkhd, 20 + if long > 0 { 8 } else { 0 }),
        handler: four(child(mdia, b"hdlr")?, 16),
        codec: if is_picture && !one_entry {
            *b"av01 x2".first_chunk()?
        } else {
            codec
        },
        is_plain_opus,
        is_upright,
        width: if is_picture {
            u32::from(be16(entry, 32))
        } else {
            0
        },
        height: if is_picture {
            u32::from(be16(entry, 34))
        } else {
            0
        },
        samples: child(stbl, b"stsz").map_or(0, |stsz| u64::from(be32(stsz, 16))),
        stsd: stsd.to_vec(),
    })
}

fn run_samples(moof: &[u8]) -> u64 {
    children(moof)
        .filter(|(name, _)| name == b"traf")
        .flat_map(|(_, traf)| children(traf))
        .filter(|(name, _)| name == b"trun")
        .map(|(_, trun)| u64::from(be32(trun, 12)))
        .fold(0, u64::saturating_add)
}

/// Names `udta` and `meta` in a `moov` and its tracks `free`.
fn without_metadata(moov: &[u8]) -> Vec<u8> {
    let mut out = moov.to_vec();
    let mut hide = Vec::new();
    let mut at = 8;
    for (name, whole) in children(moov) {
        match &name {
            b"udta" | b"meta" => hide.push(at),
            b"trak" => {
                let mut inner = at + 8;
                for (name, whole) in children(whole) {
                    if matches!(&name, b"udta" | b"meta") {
                        hide.push(inner);
                    }
                    inner += whole.len();
                }
            }
            _ => {}
        }
        at += whole.len();
    }
    for at in hide {
        if let Some(name) = out.get_mut(at + 4..at + 8) {
            name.copy_from_slice(b"free");
        }
    }
    out
}

/// Whether these bytes are whole boxes one after the other, and so are the contents of
/// those that hold boxes. `re_mp4` may loop without end where they are not.
fn is_tiled(mut rest: &[u8], depth: u8) -> bool {
    while !rest.is_empty() {
        let size = usize::try_from(be32(rest, 0))
            .ok()
            .filter(|size| *size >= 8);
        let Some((whole, after)) = size.and_then(|size| rest.split_at_checked(size)) else {
            return false;
        };
        let content_at = match &four(whole, 4) {
            b"trak" | b"mdia" | b"minf" | b"dinf" | b"stbl" | b"edts" | b"mvex" | b"traf" => 8,
            b"dref" | b"stsd" => 16,
            b"av01" => 86,
            _ => whole.len(),
        };
        let content = whole.get(content_at..);
        if depth > 8 || !content.is_some_and(|content| is_tiled(content, depth + 1)) {
            return false;
        }
        rest = after;
    }
    true
}

/// The boxes within a box.
fn children(whole: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    siblings(whole.get(8..).unwrap_or_default())
}

/// The boxes one after the other, as far as they are whole.
fn siblings(mut rest: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let size = usize::try_from(be32(rest, 0))
            .ok()
            .filter(|size| *size >= 8)?;
        let (whole, after) = rest.split_at_checked(size)?;
        rest = after;
        Some((four(whole, 4), whole))
    })
}

fn child<'a>(whole: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    children(whole)
        .find(|(name, _)| name == wanted)
        .map(|(_, found)| found)
}

fn be16(bytes: &[u8], at: usize) -> u16 {
    bytes
        .get(at..at + 2)
        .and_then(|two| two.try_into().ok())
        .map_or(0, u16::from_be_bytes)
}

fn be32(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(four(bytes, at))
}

/// Four bytes, zeros where there are none.
fn four(bytes: &[u8], at: usize) -> [u8; 4] {
    bytes
        .get(at..at + 4)
        .and_then(|four| four.try_into().ok())
        .unwrap_or_default()
}

/// A codec's name as a person knows it.
fn codec_name(four: [u8; 4]) -> String {
    match &four {
        b"avc1" | b"avc3" => "H.264".to_owned(),
        b"hvc1" | b"hev1" => "H.265".to_owned(),
        b"vp08" => "VP8".to_owned(),
        b"vp09" => "VP9".to_owned(),
        b"mp4v" => "MPEG-4".to_owned(),
        b"mp4a" => "AAC".to_owned(),
        b"av01" => "AV1".to_owned(),
        b"Opus" => "Opus 5.1".to_owned(),
        other => other
            .iter()
            .map(|b| char::from(*b))
            .filter(char::is_ascii_graphic)
            .collect(),
    }
}
