//! Faster and slower speech at the same pitch, by WSOLA.
//!
//! Waveform similarity overlap-add (Verhelst and Roelands, ICASSP 1993): the
//! next piece is taken near its ideal place, where it fits best to how the last
//! piece would have gone on, and the two are cross-faded.

use super::sound::CHANNELS;

/// Frames put out a step: 15 ms at 48 kHz.
const HOP: usize = 720;
/// How far from the ideal place a piece may be taken: 10 ms at 48 kHz, a whole
/// period of a low voice.
const SEARCH: usize = 480;
/// Only each so-manieth frame is compared.
const THIN: usize = 4;

/// Stretches interleaved stereo at 48 kHz.
pub(super) struct Stretch {
    /// Frames taken for each frame put out.
    speed: f64,
    input: Vec<f32>,
    /// The ideal place of the next piece, in frames from the start of `input`.
    ideal: f64,
    /// Where the last piece would go on, in frames from the start of `input`.
    natural: usize,
}

impl Stretch {
    /// For this speed, 0.5 to 2 (others are brought into this range).
    pub(super) fn new(speed: f64) -> Self {
        Self {
            speed: speed.clamp(0.5, 2.0),
            input: Vec::new(),
            ideal: 0.0,
            natural: 0,
        }
    }

    /// Takes frames and puts out what can be made of them.
    pub(super) fn process(&mut self, frames: &[f32], out: &mut Vec<f32>) {
        if self.speed == 1.0 {
            out.extend_from_slice(frames);
            return;
        }
        self.input.extend_from_slice(frames);
        loop {
            let have = self.input.len() / CHANNELS;
            let ideal = self.ideal as usize;
            if (ideal + SEARCH).max(self.natural) + HOP > have {
                break;
            }
            let from = self.best(ideal);
            self.fade(from, out);
            self.natural = from + HOP;
            self.ideal += HOP as f64 * self.speed;
        }
        let done = self
            .natural
            .min((self.ideal as usize).saturating_sub(SEARCH));
        self.input.drain(..(done * CHANNELS).min(self.input.len()));
        self.natural -= done;
        self.ideal -= done as f64;
    }

    /// The place near `ideal` that fits best to the natural continuation.
    fn best(&self, ideal: usize) -> usize {
        let mono = |frame: usize| -> f32 {
            let at = frame * CHANNELS;
            self.input
                .get(at..at + CHANNELS)
                .map_or(0.0, |frame| frame.iter().sum())
        };
        let goal: Vec<f32> = (0..HOP)
            .step_by(THIN)
            .map(|frame| mono(self.natural + frame))
            .collect();
        let first = ideal.saturating_sub(SEARCH);
        let near: Vec<f32> = (first..ideal + SEARCH + HOP).map(mono).collect();
        let mut best = (f32::MIN, ideal);
        for shift in 0..=(ideal + SEARCH - first) {
            let piece = near.iter().skip(shift).step_by(THIN);
            let (mut product, mut energy) = (0.0, 1e-6);
            for (goal, sample) in goal.iter().zip(piece) {
                product += goal * sample;
                energy += sample * sample;
            }
            let fit = product / f32::sqrt(energy);
            if fit > best.0 {
                best = (fit, first + shift);
            }
        }
        best.1
    }

    fn fade(&self, from: usize, out: &mut Vec<f32>) {
        let piece = |start: usize| {
            self.input
                .get(start * CHANNELS..(start + HOP) * CHANNELS)
                .unwrap_or_default()
        };
        let pairs = piece(self.natural).iter().zip(piece(from));
        out.extend(pairs.enumerate().map(|(index, (old, new))| {
            let phase = ((index / CHANNELS) as f32 + 0.5) / HOP as f32;
            let share = 0.5 - 0.5 * (std::f32::consts::PI * phase).cos();
            old * (1.0 - share) + new * share
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::player::testing::frequency;

    #[test]
    fn keeps_the_pitch_and_shortens() {
        for speed in [0.75, 1.0, 1.25, 1.5, 2.0] {
            for hertz in [110.0f64, 440.0, 1_000.0] {
                let tone: Vec<f32> = (0..96_000)
                    .map(|n| (std::f64::consts::TAU * hertz * f64::from(n) / 48_000.0).sin() as f32)
                    .flat_map(|sample| [sample, sample])
                    .collect();
                let mut stretch = Stretch::new(speed);
                let mut out = Vec::new();
                for chunk in tone.chunks(1_920) {
                    stretch.process(chunk, &mut out);
                }
                let frames = out.len() / CHANNELS;
                let wanted = 96_000.0 / speed;
                assert!(
                    (frames as f64 - wanted).abs() < 2_500.0,
                    "{speed}: {frames} {wanted}"
                );
                let left: Vec<f32> = out.iter().step_by(2).copied().collect();
                let heard = frequency(&left, 48_000.0);
                assert!(
                    (heard - hertz).abs() < hertz * 0.01,
                    "{speed} {hertz}: {heard}"
                );
                // No drop-outs: cross-faded pieces stay in phase.
                let quietest = left[2_000..frames - 2_000]
                    .chunks(960)
                    .map(|c| c.iter().fold(0f32, |peak, s| peak.max(s.abs())))
                    .fold(1.0, f32::min);
                assert!(quietest > 0.9, "{speed} {hertz}: {quietest}");
            }
        }
    }
}
