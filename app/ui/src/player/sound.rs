//! The Opus decoder over a timeline: 48 kHz, two channels, no gaps.

use std::collections::VecDeque;

use opus_pure::OpusDecoder;

use super::demux::OPUS_RATE;
use super::error::PlayerError;
use super::source::{PartRead, PlayerSource};
use super::timeline::{Place, Timeline};

/// Channels of what is handed out, interleaved.
pub(super) const CHANNELS: usize = 2;
/// Longest Opus packet: 120 ms (RFC 6716, section 3.2.5).
const MAX_PACKET_FRAMES: usize = 5_760;
/// Timestamps this close (2.5 ms) are taken as without a gap.
const SLACK: i64 = 120;

/// Decodes the sound of a recording from any time on.
pub(super) struct SoundReader {
    decoder: OpusDecoder,
    next: Place,
    reader: Option<(usize, Box<dyn PartRead>)>,
    /// Decoded and not yet taken; begins at `cursor`.
    ready: VecDeque<f32>,
    /// The next sample to hand out, on the recording's time at 48 kHz.
    cursor: i64,
    packet: Vec<u8>,
    pcm: Vec<f32>,
}

impl SoundReader {
    /// A reader at the recording's start.
    ///
    /// # Errors
    /// [`PlayerError::Stopped`] if the decoder cannot be set up.
    pub(super) fn new() -> Result<Self, PlayerError> {
        let decoder =
            OpusDecoder::new(OPUS_RATE as i32, CHANNELS).map_err(|error| PlayerError::Stopped {
                cause: format!("Opus decoder: {error}"),
            })?;
        Ok(Self {
            decoder,
            next: Place { part: 0, sample: 0 },
            reader: None,
            ready: VecDeque::new(),
            cursor: 0,
            packet: Vec::new(),
            pcm: vec![0.0; MAX_PACKET_FRAMES * CHANNELS],
        })
    }

    /// Goes to this time; the next samples read are those heard there.
    pub(super) fn seek(&mut self, timeline: &Timeline, at_us: i64) {
        self.cursor = at_us.saturating_mul(OPUS_RATE) / 1_000_000;
        self.ready.clear();
        self.next = timeline.sound_before(self.cursor);
        self.reset();
    }

    /// The time of the next sample that is handed out, in microseconds.
    pub(super) fn position_us(&self) -> i64 {
        self.cursor.saturating_mul(1_000_000) / OPUS_RATE
    }

    /// Hands out the next frames, as many as `out` has room for (two samples a
    /// frame). Where the recording has no sound there is silence.
    pub(super) fn read(&mut self, timeline: &Timeline, source: &dyn PlayerSource, out: &mut [f32]) {
        let wanted = out.len() / CHANNELS;
        while self.ready.len() / CHANNELS < wanted {
            if !self.decode_next(timeline, source, wanted) {
                self.ready.resize(wanted * CHANNELS, 0.0);
            }
        }
        for (out, sample) in out.iter_mut().zip(self.ready.drain(..wanted * CHANNELS)) {
            *out = sample;
        }
        self.cursor += wanted as i64;
    }

    /// Decodes one packet, or adds the silence before it. `false` at the end.
    fn decode_next(
        &mut self,
        timeline: &Timeline,
        source: &dyn PlayerSource,
        wanted: usize,
    ) -> bool {
        let Some(placed) = timeline.parts.get(self.next.part) else {
            return false;
        };
        let sound = placed.part.sound.as_ref();
        let Some((sound, sample)) =
            sound.and_then(|sound| Some((sound, *sound.samples.get(self.next.sample)?)))
        else {
            self.next = Place {
                part: self.next.part + 1,
                sample: 0,
            };
            self.reset();
            return true;
        };
        let at = sample.at.saturating_add(placed.start_samples());
        let ready_end = self.cursor + (self.ready.len() / CHANNELS) as i64;
        let gap = at - ready_end;
        if gap > SLACK {
            // No more than asked for: a gap may be hours long.
            let frames = usize::try_from(gap).unwrap_or(usize::MAX).min(wanted);
            self.ready.resize(self.ready.len() + frames * CHANNELS, 0.0);
            return true;
        }
        self.next.sample += 1;
        if self
            .reader
            .as_ref()
            .is_none_or(|(part, _)| *part != self.next.part)
        {
            self.reader = source
                .open(self.next.part)
                .ok()
                .map(|reader| (self.next.part, reader));
        }
        self.packet.clear();
        let read = self
            .reader
            .as_mut()
            .map(|(_, reader)| sample.read(reader.as_mut(), &mut self.packet));
        if !matches!(read, Some(Ok(()))) || self.packet.is_empty() {
            return true;
        }
        // A packet that cannot be decoded leaves a gap, which becomes silence.
        let decoded = self
            .decoder
            .decode(&self.packet, MAX_PACKET_FRAMES, &mut self.pcm);
        let Ok(frames) = decoded else { return true };
        let frames = if sample.len > 0 {
            frames.min(sample.len as usize)
        } else {
            frames
        };
        // Left out: pre-skip, frames decoded to settle, an overlap between parts.
        let heard_from = placed.start_samples() + sound.heard_from.max(0);
        let overlap = ready_end.max(heard_from) - at;
        let tolerated = if self.ready.is_empty() { 0 } else { SLACK };
        let skip = if overlap > tolerated {
            usize::try_from(overlap).unwrap_or(0)
        } else {
            0
        };
        let silence = usize::try_from(at + skip as i64 - ready_end).unwrap_or(0);
        if skip > 0 && skip < frames {
            self.ready
                .resize(self.ready.len() + silence * CHANNELS, 0.0);
        }
        let gain = 10f32.powf(f32::from(sound.gain_q8) / (20.0 * 256.0));
        let kept = self.pcm.get(skip.min(frames) * CHANNELS..frames * CHANNELS);
        self.ready
            .extend(kept.unwrap_or_default().iter().map(|sample| {
                if sample.is_finite() {
                    sample * gain
                } else {
                    0.0
                }
            }));
        true
    }

    fn reset(&mut self) {
        // A decoder that cannot be reset keeps its old state for 80 ms.
        let _ = self.decoder.reset_state();
    }
}
