//! The parts of a recording laid end to end.

use super::demux::{OPUS_RATE, Part, Sample, read_part};
use super::error::{Notice, PlayerError};
use super::guard::MAX_SAMPLES;
use super::source::PlayerSource;

/// Most parts of one recording.
const MAX_PARTS: usize = 4_096;

/// One part at its place.
pub(super) struct Placed {
    pub(super) part: Part,
    /// Where it begins, in microseconds.
    pub(super) start_us: i64,
}

impl Placed {
    /// Where it begins, in samples at 48 kHz.
    pub(super) fn start_samples(&self) -> i64 {
        self.start_us.saturating_mul(OPUS_RATE) / 1_000_000
    }
}

/// A sample's place: the part and the index in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) part: usize,
    pub(super) sample: usize,
}

/// The whole recording.
pub(super) struct Timeline {
    pub(super) parts: Vec<Placed>,
    pub(super) duration_us: i64,
    pub(super) notices: Vec<Notice>,
}

impl Timeline {
    /// Reads every part's tables.
    ///
    /// # Errors
    /// If the first part cannot be played; a later one ends the recording with
    /// a notice.
    pub(super) fn read(source: &dyn PlayerSource) -> Result<Self, PlayerError> {
        let count = source.parts();
        if count > MAX_PARTS {
            return Err(PlayerError::TooLarge {
                what: format!("more than {MAX_PARTS} parts"),
            });
        }
        let mut timeline = Self {
            parts: Vec::new(),
            duration_us: 0,
            notices: Vec::new(),
        };
        let mut samples = 0;
        for index in 0..count {
            let part = source
                .open(index)
                .map_err(|error| PlayerError::Unreadable {
                    part: index,
                    cause: error.to_string(),
                })
                .and_then(|mut reader| read_part(reader.as_mut(), index));
            let part = match part {
                Ok(part) => part,
                Err(error) if index == 0 => return Err(error),
                Err(_) => {
                    timeline.notices.push(Notice::PartMissing { part: index });
                    break;
                }
            };
            samples +=
                part.picture.samples.len() + part.sound.as_ref().map_or(0, |s| s.samples.len());
            if samples as u64 > MAX_SAMPLES {
                return Err(PlayerError::TooLarge {
                    what: "more than five hours".into(),
                });
            }
            timeline.push(part, index);
        }
        if timeline.parts.is_empty() {
            Err(PlayerError::NoParts)
        } else {
            Ok(timeline)
        }
    }

    fn push(&mut self, part: Part, index: usize) {
        if part.cut_short {
            self.notices.push(Notice::CutShort { part: index });
        }
        if let Some(codec) = &part.foreign_sound {
            let notice = Notice::SoundCodec {
                codec: codec.clone(),
            };
            if !self.notices.contains(&notice) {
                self.notices.push(notice);
            }
        }
        let start_us = self.duration_us;
        self.duration_us = start_us.saturating_add(part.duration_us);
        self.parts.push(Placed { part, start_us });
    }

    /// Whether any part has a sound that can be played.
    pub(super) fn has_sound(&self) -> bool {
        self.parts.iter().any(|placed| placed.part.sound.is_some())
    }

    /// The picture's sample at a place, with its time on the whole recording.
    pub(super) fn picture(&self, place: Place) -> Option<(&Placed, Sample)> {
        let placed = self.parts.get(place.part)?;
        let mut sample = *placed.part.picture.samples.get(place.sample)?;
        sample.at = sample.at.saturating_add(placed.start_us);
        Some((placed, sample))
    }

    /// The next place that has a picture's sample, from this one on.
    pub(super) fn picture_from(&self, mut place: Place) -> Option<Place> {
        while let Some(placed) = self.parts.get(place.part) {
            if place.sample < placed.part.picture.samples.len() {
                return Some(place);
            }
            place = Place {
                part: place.part + 1,
                sample: 0,
            };
        }
        None
    }

    /// The key frame to decode from for the frame that is shown at `at_us`.
    pub(super) fn key_before(&self, at_us: i64) -> Place {
        let part = self.part_at(at_us);
        let Some(placed) = self.parts.get(part) else {
            return Place { part: 0, sample: 0 };
        };
        let samples = &placed.part.picture.samples;
        let local = at_us - placed.start_us;
        let after = samples.partition_point(|sample| sample.at <= local);
        let key = samples.iter().take(after).rposition(|sample| sample.is_key);
        Place {
            part,
            sample: key.unwrap_or(0),
        }
    }

    /// The latest time that still has a frame of its own: the start of the last frame.
    pub(super) fn last_frame_us(&self) -> i64 {
        let last = self.parts.iter().rev().find_map(|placed| {
            let sample = placed.part.picture.samples.last()?;
            Some(placed.start_us.saturating_add(sample.at))
        });
        last.unwrap_or(0)
    }

    /// The sound packet to decode from for the sample `at` (48 kHz), with
    /// 80 ms before it for the decoder to settle (RFC 7845, section 4.6).
    pub(super) fn sound_before(&self, at: i64) -> Place {
        let at = at - OPUS_RATE * 80 / 1_000;
        let part = self.part_at(at.max(0).saturating_mul(1_000_000) / OPUS_RATE);
        let sample = self.parts.get(part).and_then(|placed| {
            let local = at - placed.start_samples();
            let samples = &placed.part.sound.as_ref()?.samples;
            Some(
                samples
                    .partition_point(|sample| sample.at <= local)
                    .saturating_sub(1),
            )
        });
        Place {
            part,
            sample: sample.unwrap_or(0),
        }
    }

    fn part_at(&self, at_us: i64) -> usize {
        self.parts
            .partition_point(|placed| placed.start_us <= at_us)
            .saturating_sub(1)
    }
}
