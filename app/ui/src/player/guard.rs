//! A bounded walk over an MP4's boxes before the demuxer believes them.
//!
//! `re_mp4` allocates by counts and sizes that the file states and panics on
//! some inconsistent tables. This walk reads the index boxes only (never the
//! media), checks that every box lies within its parent and that the counts are
//! sane, hides what the player does not need, and notes what `re_mp4` does not
//! tell: the codecs' names and the Opus header.
//! Format: ISO/IEC 14496-12; Opus in ISOBMFF (opus-codec.org, v0.8.1).

use std::io::{self, Read, Seek, SeekFrom};

use super::source::PartRead;

/// Most samples (frames and sound packets) in one part: 5 hours at 80 a second.
pub(super) const MAX_SAMPLES: u64 = 1_500_000;
/// Most bytes of index (`moov` and all `moof`) in one part.
const MAX_INDEX: u64 = 64 << 20;
/// Most data references of a track; one, as a rule: this file.
const MAX_REFERENCES: u32 = 16;
/// Most boxes at the top level of a part.
const MAX_BOXES: usize = 200_000;

/// What is wrong with a part's boxes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum GuardError {
    Read(String),
    NotMp4,
    Damaged(String),
    TooLarge(String),
}

/// One track as the file describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TrackFacts {
    pub(super) id: u32,
    /// `vide`, `soun`, …
    pub(super) handler: [u8; 4],
    /// The sample entry's four characters.
    pub(super) codec: [u8; 4],
    pub(super) opus: Option<OpusFacts>,
}

/// The parts of `dOps` that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OpusFacts {
    /// Samples at 48 kHz to drop from the start of the stream.
    pub(super) pre_skip: u16,
    /// Gain in 1/256 dB.
    pub(super) gain_q8: i16,
    /// 0: one or two channels in one stream.
    pub(super) mapping_family: u8,
}

/// The index of one part, safe to be parsed.
pub(super) struct Scan {
    boxes: Vec<(u64, Vec<u8>)>,
    /// The length that the boxes claim; more than `file_len` where cut short.
    claimed_len: u64,
    pub(super) file_len: u64,
    pub(super) cut_short: bool,
    pub(super) tracks: Vec<TrackFacts>,
}

impl Scan {
    /// A reader that holds the index boxes at their places and nothing else,
    /// with the length to tell the parser.
    pub(super) fn reader(&self) -> (impl Read + Seek + '_, u64) {
        (
            IndexReader {
                boxes: &self.boxes,
                at: 0,
            },
            self.claimed_len,
        )
    }
}

/// Walks the part's boxes.
pub(super) fn scan(reader: &mut dyn PartRead) -> Result<Scan, GuardError> {
    let file_len = reader.seek(SeekFrom::End(0)).map_err(read_error)?;
    let mut scan = Scan {
        boxes: Vec::new(),
        claimed_len: 0,
        file_len,
        cut_short: false,
        tracks: Vec::new(),
    };
    let mut walk = Walk::default();
    let mut index_len = 0u64;
    let mut has_index = false;
    let mut at = 0u64;
    while at < file_len {
        if scan.boxes.len() >= MAX_BOXES {
            return Err(GuardError::TooLarge(format!("more than {MAX_BOXES} boxes")));
        }
        if file_len - at < 8 {
            scan.cut_short = true;
            break;
        }
        let head = read_at(reader, at, 8)?;
        let name = four(&head, 4);
        let mut size = u64::from(be32(&head, 0));
        let mut header = 8;
        if size == 1 && file_len - at >= 16 {
            size = be64(&read_at(reader, at + 8, 8)?, 0);
            header = 16;
        } else if size == 0 {
            size = file_len - at;
        }
        if at == 0 && !matches!(&name, b"ftyp" | b"styp" | b"free" | b"skip" | b"wide") {
            return Err(GuardError::NotMp4);
        }
        if size < header {
            if has_index {
                scan.cut_short = true;
                break;
            }
            return Err(GuardError::Damaged(
                "a box is smaller than its header".into(),
            ));
        }
        let end = at.checked_add(size).filter(|end| *end < 1 << 62);
        let Some(end) = end else {
            return Err(GuardError::Damaged("a box is larger than any file".into()));
        };
        let fits = end <= file_len;
        let wanted = matches!(&name, b"ftyp" | b"moov" | b"moof");
        if wanted && !fits {
            if has_index && &name == b"moof" {
                scan.cut_short = true;
                break;
            }
            return Err(GuardError::Damaged("the file ends inside its index".into()));
        }
        if wanted {
            index_len += size;
            if header == 16 || index_len > MAX_INDEX {
                return Err(GuardError::TooLarge(format!(
                    "an index over {} MiB",
                    MAX_INDEX >> 20
                )));
            }
            let mut bytes = read_at(reader, at, size)?;
            if &name != b"ftyp" {
                walk.children(&mut bytes, 8, &name, 0)?;
                has_index |= &name == b"moov";
            }
            scan.boxes.push((at, bytes));
        } else {
            scan.cut_short |= !fits;
            scan.boxes.push((at, skip_header(size)));
        }
        at = end;
    }
    if !has_index {
        return Err(GuardError::Damaged("its index is missing".into()));
    }
    scan.claimed_len = at.max(file_len);
    scan.tracks = walk.tracks;
    Ok(scan)
}

#[derive(Default)]
struct Walk {
    tracks: Vec<TrackFacts>,
    samples: u64,
}

impl Walk {
    /// Checks the boxes in `bytes[start..]`, the content of `parent`.
    fn children(
        &mut self,
        bytes: &mut [u8],
        start: usize,
        parent: &[u8; 4],
        depth: u8,
    ) -> Result<(), GuardError> {
        let damaged = |what: &str| GuardError::Damaged(what.into());
        if depth > 8 {
            return Err(damaged("its boxes are nested too deep"));
        }
        let mut at = start;
        while at < bytes.len() {
            let rest = bytes.len() - at;
            if rest < 8 {
                // The parser would read a head that goes on beyond the parent; behind a
                // sample entry it reads none.
                if parent == b"av01" {
                    break;
                }
                return Err(damaged("bytes follow the last box within a box"));
            }
            let size = be32(bytes, at) as usize;
            let name = four(bytes, at + 4);
            // A terminator of zeros is allowed at the end of some boxes; the parser would
            // go round for ever over its length.
            if size == 0 && rest == 8 {
                let end = bytes.get_mut(at..).unwrap_or_default();
                end.copy_from_slice(&skip_header(8));
                break;
            }
            let body = bytes
                .get_mut(at..at.saturating_add(size))
                .filter(|body| body.len() >= 8)
                .ok_or_else(|| damaged("a box does not lie within its parent"))?;
            match &name {
                b"trak" => {
                    if self.tracks.len() >= 64 {
                        return Err(GuardError::TooLarge("more than 64 tracks".into()));
                    }
                    self.tracks.push(TrackFacts::default());
                    self.children(body, 8, &name, depth + 1)?;
                }
                b"mdia" | b"minf" | b"dinf" | b"stbl" | b"edts" | b"mvex" | b"traf" => {
                    self.children(body, 8, &name, depth + 1)?;
                }
                b"udta" | b"meta" | b"emsg" => hide(body),
                b"tkhd" => self.track(|track| {
                    track.id = be32(body, if body.get(8) == Some(&1) { 28 } else { 20 });
                }),
                b"hdlr" if parent == b"mdia" => self.track(|track| track.handler = four(body, 16)),
                b"dref" => self.references(body, depth)?,
                b"stsd" => self.entries(body)?,
                b"stsz" => self.count(be32(body, 16))?,
                b"trun" => self.count(be32(body, 12))?,
                _ => {}
            }
            at += size;
        }
        Ok(())
    }

    /// The data references of `dref`: the reader loops as often as its count says.
    fn references(&mut self, dref: &mut [u8], depth: u8) -> Result<(), GuardError> {
        if be32(dref, 12) > MAX_REFERENCES {
            return Err(GuardError::TooLarge(format!(
                "more than {MAX_REFERENCES} data references"
            )));
        }
        self.children(dref, 16, b"dref", depth + 1)
    }

    /// The sample entries of `stsd`: only AV1's stays for the demuxer to read.
    fn entries(&mut self, stsd: &mut [u8]) -> Result<(), GuardError> {
        let Some(entry) = stsd.get_mut(16..).filter(|entry| entry.len() >= 8) else {
            return Err(GuardError::Damaged("a track has no sample entry".into()));
        };
        let codec = four(entry, 4);
        let size = (be32(entry, 0) as usize).clamp(8, entry.len());
        let body = entry.get_mut(..size).unwrap_or_default();
        let mut opus = None;
        match &codec {
            b"av01" if size > 86 => self.children(body, 86, &codec, 4)?,
            b"Opus" if size > 36 => opus = find_opus(body.get(36..).unwrap_or_default()),
            _ => {}
        }
        if &codec != b"av01" {
            hide(entry);
        }
        self.track(|track| (track.codec, track.opus) = (codec, opus));
        Ok(())
    }

    fn track(&mut self, set: impl FnOnce(&mut TrackFacts)) {
        if let Some(track) = self.tracks.last_mut() {
            set(track);
        }
    }

    fn count(&mut self, samples: u32) -> Result<(), GuardError> {
        self.samples += u64::from(samples);
        if self.samples > MAX_SAMPLES {
            return Err(GuardError::TooLarge(format!(
                "more than {MAX_SAMPLES} frames and packets"
            )));
        }
        Ok(())
    }
}

fn find_opus(mut boxes: &[u8]) -> Option<OpusFacts> {
    while boxes.len() >= 8 {
        let size = be32(boxes, 0) as usize;
        if &four(boxes, 4) == b"dOps" && boxes.len() >= 19 {
            return Some(OpusFacts {
                pre_skip: u16::from_be_bytes([*boxes.get(10)?, *boxes.get(11)?]),
                gain_q8: i16::from_be_bytes([*boxes.get(16)?, *boxes.get(17)?]),
                mapping_family: *boxes.get(18)?,
            });
        }
        boxes = boxes.get(size.max(8)..)?;
    }
    None
}

/// Renames a box to `free`, which every parser skips.
fn hide(bytes: &mut [u8]) {
    if let Some(name) = bytes.get_mut(4..8) {
        name.copy_from_slice(b"free");
    }
}

/// The header of a `free` box of this size.
fn skip_header(size: u64) -> Vec<u8> {
    let mut header = Vec::with_capacity(16);
    match u32::try_from(size) {
        Ok(size) => {
            header.extend_from_slice(&size.to_be_bytes());
            header.extend_from_slice(b"free");
        }
        Err(_) => {
            header.extend_from_slice(&1u32.to_be_bytes());
            header.extend_from_slice(b"free");
            header.extend_from_slice(&size.to_be_bytes());
        }
    }
    header
}

fn read_at(reader: &mut dyn PartRead, at: u64, len: u64) -> Result<Vec<u8>, GuardError> {
    let mut bytes = vec![
        0;
        usize::try_from(len)
            .unwrap_or(usize::MAX)
            .min(MAX_INDEX as usize)
    ];
    reader.seek(SeekFrom::Start(at)).map_err(read_error)?;
    reader.read_exact(&mut bytes).map_err(read_error)?;
    Ok(bytes)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "used as a function in map_err"
)]
fn read_error(error: io::Error) -> GuardError {
    GuardError::Read(error.to_string())
}

fn be32(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(four(bytes, at))
}

fn be64(bytes: &[u8], at: usize) -> u64 {
    u64::from(be32(bytes, at)) << 32 | u64::from(be32(bytes, at + 4))
}

/// Four bytes, zeros where there are none.
fn four(bytes: &[u8], at: usize) -> [u8; 4] {
    bytes
        .get(at..at + 4)
        .and_then(|four| four.try_into().ok())
        .unwrap_or_default()
}

/// Serves the kept boxes at their offsets; a gap reads as the end.
struct IndexReader<'a> {
    boxes: &'a [(u64, Vec<u8>)],
    at: u64,
}

impl Read for IndexReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let after = self.boxes.partition_point(|(start, _)| *start <= self.at);
        let Some((start, bytes)) = after.checked_sub(1).and_then(|index| self.boxes.get(index))
        else {
            return Ok(0);
        };
        let from = usize::try_from(self.at - start).unwrap_or(usize::MAX);
        let rest = bytes.get(from..).unwrap_or_default();
        let count = rest.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for IndexReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(_) => None,
        };
        self.at = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
