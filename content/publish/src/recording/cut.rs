//! Cuts a recording into parts of at most 60 s on its key frames.
//!
//! Each part is an MP4 of its own: its tables first, picture and sound interleaved by the
//! second, times from 0. A part's sound begins a few packets early, because Opus needs
//! 80 ms to settle (RFC 7845, 4.6), and an edit list tells players where it is to be
//! heard. Nothing is decoded, and nothing of the file but its frames, packets and codec
//! headers is copied.
//! Format: ISO/IEC 14496-12; Opus in ISOBMFF (opus-codec.org, v0.8.1).

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use hotaru_content::lesson::MAX_PART_MS;

use super::index::{Index, Sample, Track};
use crate::error::Reason;

/// How long the shortest last part should be, in milliseconds.
const MIN_TAIL_MS: i64 = 5000;
/// How much sound is decoded before it is heard, in milliseconds (RFC 7845, 4.6).
const PRE_ROLL_MS: i64 = 80;
/// The most bytes of one part: 60 s at 33 Mbit/s.
const MAX_PART_LEN: u64 = 256 << 20;

/// One part: a range of the video's samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// The first video sample, a key frame.
    pub(super) first: usize,
    /// One past the last.
    pub(super) end: usize,
}

/// Where the parts begin and end, or `None` where two key frames are more than 60 s
/// apart and only encoding anew would help.
pub(super) fn spans(video: &Track) -> Option<Vec<Span>> {
    let samples = &video.samples;
    let scale = i64::from(video.timescale);
    let most = scale * i64::from(MAX_PART_MS) / 1000;
    let total_end = samples.iter().map(end_of).max()?;
    let time = |at: usize| samples.get(at).map_or(total_end, |sample| sample.at);
    let keys: Vec<usize> = samples
        .iter()
        .enumerate()
        .filter(|(_, s)| s.is_key)
        .map(|(at, _)| at)
        .collect();
    let mut first = *keys.first()?;
    let mut spans = Vec::new();
    while total_end - time(first) > most {
        let latest = |limit: i64| {
            let at = keys.partition_point(|key| time(*key) <= limit);
            let key = *keys.get(at.checked_sub(1)?)?;
            (key > first).then_some(key)
        };
        // No part of a blink at the end.
        let kind = (time(first) + most).min(total_end - scale * MIN_TAIL_MS / 1000);
        let end = latest(kind).or_else(|| latest(time(first) + most))?;
        spans.push(Span { first, end });
        first = end;
    }
    spans.push(Span {
        first,
        end: samples.len(),
    });
    Some(spans)
}

/// Milliseconds that a part lasts: to the next part's start.
pub(super) fn duration_ms(index: &Index, span: Span) -> u32 {
    let video = &index.video;
    let at = |sample: usize| video.samples.get(sample).map(|sample| sample.at);
    let start = at(span.first).unwrap_or(0);
    let own_end = video
        .samples
        .get(span.first..span.end)
        .unwrap_or_default()
        .iter()
        .map(end_of);
    let end = at(span.end).or(own_end.max()).unwrap_or(start);
    let ms = (end - start).saturating_mul(1000) / i64::from(video.timescale);
    u32::try_from(ms.max(1)).unwrap_or(u32::MAX)
}

/// Writes one part.
pub(super) fn part(index: &Index, span: Span, file: &mut File) -> Result<Vec<u8>, Reason> {
    let video = &index.video;
    let frames = video.samples.get(span.first..span.end).unwrap_or_default();
    let start = frames.first().map_or(0, |sample| sample.at);
    let end = match video.samples.get(span.end) {
        Some(next) => next.at,
        None => frames.iter().map(end_of).max().unwrap_or(start),
    };
    let mut tracks = vec![PartTrack {
        track: video,
        samples: frames,
        origin: start,
        skip: 0,
        len: end - start,
        picture: Some((index.width, index.height)),
    }];
    if let Some(audio) = &index.audio {
        // The last part's sound may outlast its picture, but no part 60 s.
        let longest = start + i64::from(video.timescale) * i64::from(MAX_PART_MS) / 1000;
        let end = if span.end < video.samples.len() {
            end
        } else {
            longest
        };
        tracks.extend(sound(audio, video.timescale, start, end));
    }
    let size: u64 = tracks
        .iter()
        .flat_map(|t| t.samples)
        .map(|s| u64::from(s.size))
        .sum();
    if size > MAX_PART_LEN {
        let cause = "a minute of it has more than 256 MiB".to_owned();
        return Err(Reason::RecordingBroken { cause });
    }
    write(&tracks, file)
}

/// A track within a part.
struct PartTrack<'a> {
    track: &'a Track,
    samples: &'a [Sample],
    /// The part's start, in the track's time scale.
    origin: i64,
    /// How much of the samples comes before the part's start.
    skip: i64,
    /// How long the track is shown.
    len: i64,
    /// The size of a picture.
    picture: Option<(u32, u32)>,
}

/// The packets that sound from `start` to `end`, given in the video's time scale.
fn sound(audio: &Track, video_scale: u32, start: i64, end: i64) -> Option<PartTrack<'_>> {
    let scaled = |time: i64| {
        let time = i128::from(time) * i128::from(audio.timescale) / i128::from(video_scale);
        i64::try_from(time).unwrap_or(i64::MAX)
    };
    let origin = scaled(start);
    let early = origin - i64::from(audio.timescale) * PRE_ROLL_MS / 1000;
    let first = audio
        .samples
        .partition_point(|sample| end_of(sample) <= early);
    // A packet across the cut goes to the side where most of it is.
    let end = scaled(end);
    let last = audio
        .samples
        .partition_point(|sample| sample.at + sample.len / 2 < end);
    let samples = audio
        .samples
        .get(first..last)
        .filter(|samples| !samples.is_empty())?;
    let heard = samples.iter().map(end_of).max()? - origin;
    let skip = origin - samples.first()?.at;
    (heard > 0).then_some(PartTrack {
        track: audio,
        samples,
        origin,
        skip,
        len: heard,
        picture: None,
    })
}

fn end_of(sample: &Sample) -> i64 {
    sample.at + sample.len
}

/// A run of one track's samples that stand together in the file.
struct Chunk {
    track: usize,
    first: usize,
    count: usize,
    len: u64,
}

fn write(tracks: &[PartTrack<'_>], file: &mut File) -> Result<Vec<u8>, Reason> {
    let chunks = interleave(tracks);
    let ftyp = boxed(b"ftyp", |out| {
        out.extend_from_slice(b"isom\0\0\x02\0isomav01iso2mp41");
    });
    // The offsets' width does not depend on them, so the first try tells the length.
    let header_len = ftyp.len() + moov(tracks, &chunks, 0).len() + 8;
    let media_len: u64 = chunks.iter().map(|chunk| chunk.len).sum();
    let mut out = ftyp;
    out.extend(moov(tracks, &chunks, header_len as u64));
    out.extend(u32_of(media_len as i64 + 8).to_be_bytes());
    out.extend_from_slice(b"mdat");
    let unreadable = |error: std::io::Error| Reason::Unreadable {
        cause: error.to_string(),
    };
    for chunk in &chunks {
        let samples = tracks
            .get(chunk.track)
            .map_or(&[] as &[_], |track| track.samples);
        for sample in samples.iter().skip(chunk.first).take(chunk.count) {
            file.seek(SeekFrom::Start(sample.offset))
                .map_err(unreadable)?;
            let before = out.len();
            let read = Read::by_ref(file)
                .take(u64::from(sample.size))
                .read_to_end(&mut out);
            read.map_err(unreadable)?;
            if out.len() - before != sample.size as usize {
                return Err(Reason::RecordingTruncated);
            }
        }
    }
    Ok(out)
}

/// One chunk a second of each track, in turn.
fn interleave(tracks: &[PartTrack<'_>]) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut next = vec![0; tracks.len()];
    let mut second = 1_i64;
    while next
        .iter()
        .zip(tracks)
        .any(|(next, track)| *next < track.samples.len())
    {
        for (at, (next, part)) in next.iter_mut().zip(tracks).enumerate() {
            let limit = part.origin + second * i64::from(part.track.timescale);
            let rest = part.samples.get(*next..).unwrap_or_default();
            let count = rest.iter().take_while(|sample| sample.at < limit).count();
            if count > 0 {
                let len = rest
                    .iter()
                    .take(count)
                    .map(|sample| u64::from(sample.size))
                    .sum();
                chunks.push(Chunk {
                    track: at,
                    first: *next,
                    count,
                    len,
                });
                *next += count;
            }
        }
        second += 1;
    }
    chunks
}

fn moov(tracks: &[PartTrack<'_>], chunks: &[Chunk], media_at: u64) -> Vec<u8> {
    let movie_ms = tracks.iter().map(PartTrack::len_ms).max().unwrap_or(0);
    boxed(b"moov", |out| {
        out.extend(boxed(b"mvhd", |out| {
            put(out, &[0, 0, 0, 1000, movie_ms, 0x1_0000, 0x100_0000, 0, 0]);
            put(out, &UPRIGHT);
            put(out, &[0; 6]);
            put(out, &[tracks.len() as u32 + 1]);
        }));
        let mut at = media_at;
        let offsets: Vec<(usize, u64, usize)> = chunks
            .iter()
            .map(|chunk| {
                let offset = at;
                at += chunk.len;
                (chunk.track, offset, chunk.count)
            })
            .collect();
        for (number, part) in tracks.iter().enumerate() {
            let own = offsets.iter().filter(|(track, ..)| *track == number);
            let own: Vec<(u64, usize)> = own.map(|(_, at, count)| (*at, *count)).collect();
            out.extend(part.trak(number as u32 + 1, &own));
        }
    })
}

impl PartTrack<'_> {
    fn len_ms(&self) -> u32 {
        u32_of(self.len.saturating_mul(1000) / i64::from(self.track.timescale))
    }

    /// The `trak` box; `chunks` are their offsets and counts of samples.
    fn trak(&self, id: u32, chunks: &[(u64, usize)]) -> Vec<u8> {
        let (width, height) = self.picture.unwrap_or((0, 0));
        let volume = if self.picture.is_some() {
            0
        } else {
            0x100_0000
        };
        boxed(b"trak", |out| {
            out.extend(boxed(b"tkhd", |out| {
                put(out, &[3, 0, 0, id, 0, self.len_ms(), 0, 0, 0, volume]);
                put(out, &UPRIGHT);
                put(out, &[width << 16, height << 16]);
            }));
            if self.skip != 0 {
                out.extend(boxed(b"edts", |out| out.extend(self.elst())));
            }
            out.extend(boxed(b"mdia", |out| {
                out.extend(boxed(b"mdhd", |out| {
                    let len = self.samples.iter().map(end_of).max().unwrap_or(0)
                        - self.samples.first().map_or(0, |sample| sample.at);
                    // The language is "und".
                    put(
                        out,
                        &[0, 0, 0, self.track.timescale, u32_of(len), 0x55c4_0000],
                    );
                }));
                let (kind, name): (&[u8; 4], _) = if self.picture.is_some() {
                    (b"vide", "picture\0")
                } else {
                    (b"soun", "sound\0")
                };
                out.extend(boxed(b"hdlr", |out| {
                    put(out, &[0, 0]);
                    out.extend_from_slice(kind);
                    put(out, &[0; 3]);
                    out.extend_from_slice(name.as_bytes());
                }));
                out.extend(boxed(b"minf", |out| self.minf(chunks, out)));
            }));
        })
    }

    /// Sound that begins before the part is skipped; one that begins later waits.
    fn elst(&self) -> Vec<u8> {
        let len = self.len_ms();
        boxed(b"elst", |out| {
            if self.skip > 0 {
                put(out, &[0, 1, len, u32_of(self.skip), 0x1_0000]);
            } else {
                let wait =
                    u32_of((-self.skip).saturating_mul(1000) / i64::from(self.track.timescale));
                put(
                    out,
                    &[
                        0,
                        2,
                        wait,
                        u32::MAX,
                        0x1_0000,
                        len.saturating_sub(wait),
                        0,
                        0x1_0000,
                    ],
                );
            }
        })
    }

    fn minf(&self, chunks: &[(u64, usize)], out: &mut Vec<u8>) {
        out.extend(match self.picture {
            Some(_) => boxed(b"vmhd", |out| put(out, &[1, 0, 0])),
            None => boxed(b"smhd", |out| put(out, &[0, 0])),
        });
        out.extend(boxed(b"dinf", |out| {
            out.extend(boxed(b"dref", |out| {
                put(out, &[0, 1]);
                out.extend(boxed(b"url ", |out| put(out, &[1])));
            }));
        }));
        out.extend(boxed(b"stbl", |out| {
            out.extend_from_slice(&self.track.stsd);
            out.extend(boxed(b"stts", |out| {
                let runs = runs(self.deltas());
                put(out, &[0, runs.len() as u32]);
                runs.iter()
                    .for_each(|(delta, count)| put(out, &[*count, *delta]));
            }));
            if self.picture.is_some() {
                let keys = self
                    .samples
                    .iter()
                    .enumerate()
                    .filter(|(_, sample)| sample.is_key);
                let keys: Vec<u32> = keys.map(|(at, _)| at as u32 + 1).collect();
                out.extend(boxed(b"stss", |out| {
                    put(out, &[0, keys.len() as u32]);
                    put(out, &keys);
                }));
            }
            out.extend(boxed(b"stsc", |out| {
                let runs = runs(chunks.iter().map(|(_, count)| *count as u32));
                put(out, &[0, runs.len() as u32]);
                let mut chunk = 1;
                for (samples, count) in runs {
                    put(out, &[chunk, samples, 1]);
                    chunk += count;
                }
            }));
            out.extend(boxed(b"stsz", |out| {
                put(out, &[0, 0, self.samples.len() as u32]);
                self.samples
                    .iter()
                    .for_each(|sample| put(out, &[sample.size]));
            }));
            out.extend(boxed(b"stco", |out| {
                put(out, &[0, chunks.len() as u32]);
                chunks
                    .iter()
                    .for_each(|(at, _)| put(out, &[u32_of(*at as i64)]));
            }));
        }));
    }

    /// How long after each sample the next one comes.
    fn deltas(&self) -> impl Iterator<Item = u32> + '_ {
        let next = self
            .samples
            .iter()
            .skip(1)
            .map(|sample| Some(sample.at))
            .chain([None]);
        let delta = |(sample, next): (&Sample, Option<i64>)| match next {
            Some(next) => u32_of(next - sample.at),
            None => u32_of(sample.len),
        };
        self.samples.iter().zip(next).map(delta)
    }
}

/// The transformation that leaves a picture as it is.
const UPRIGHT: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// Equal neighbours as one: the value and how often it comes.
fn runs(values: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for value in values {
        match runs.last_mut() {
            Some((last, count)) if *last == value => *count += 1,
            _ => runs.push((value, 1)),
        }
    }
    runs
}

/// A box with its length; full boxes write their version and flags as the first value.
fn boxed(name: &[u8; 4], content: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = vec![0; 4];
    out.extend_from_slice(name);
    content(&mut out);
    let len = u32_of(out.len() as i64).to_be_bytes();
    if let Some(head) = out.first_chunk_mut() {
        *head = len;
    }
    out
}

fn put(out: &mut Vec<u8>, values: &[u32]) {
    values
        .iter()
        .for_each(|value| out.extend(value.to_be_bytes()));
}

fn u32_of(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A video of `seconds` at 10 frames a second with a key frame every `key` frames.
    fn video(frames: usize, key: usize) -> Track {
        let samples = (0..frames)
            .map(|at| Sample {
                at: at as i64 * 100,
                len: 100,
                offset: 0,
                size: 1,
                is_key: at % key == 0,
            })
            .collect();
        Track {
            timescale: 1000,
            stsd: Vec::new(),
            samples,
        }
    }

    fn starts(video: &Track) -> Option<Vec<usize>> {
        let spans = spans(video)?;
        for (a, b) in spans.iter().zip(spans.iter().skip(1)) {
            assert_eq!(a.end, b.first);
        }
        assert_eq!(spans.last().unwrap().end, video.samples.len());
        Some(spans.iter().map(|span| span.first).collect())
    }

    #[test]
    fn parts_are_as_long_as_they_may_be() {
        assert_eq!(starts(&video(600, 50)).unwrap(), [0]);
        assert_eq!(starts(&video(1800, 50)).unwrap(), [0, 600, 1200]);
        assert_eq!(starts(&video(1500, 70)).unwrap(), [0, 560, 1120]);
    }

    #[test]
    fn no_part_is_a_blink() {
        assert_eq!(starts(&video(1801, 50)).unwrap(), [0, 600, 1200, 1750]);
        assert_eq!(starts(&video(601, 50)).unwrap(), [0, 550]);
        // Where only a key frame near the end is left, it is taken.
        assert_eq!(starts(&video(601, 600)).unwrap(), [0, 600]);
    }

    #[test]
    fn key_frames_too_far_apart_cannot_be_cut() {
        assert_eq!(starts(&video(1300, 601)), None);
        assert_eq!(starts(&video(1200, 600)).unwrap(), [0, 600]);
    }

    #[test]
    fn frames_before_the_first_key_frame_are_left_out() {
        let mut late = video(300, 50);
        late.samples[0].is_key = false;
        assert_eq!(starts(&late).unwrap(), [50]);
    }

    #[test]
    fn runs_are_counted() {
        assert_eq!(runs([3, 3, 3, 4, 3].into_iter()), [(3, 3), (4, 1), (3, 1)]);
        assert_eq!(runs([].into_iter()), []);
    }
}
