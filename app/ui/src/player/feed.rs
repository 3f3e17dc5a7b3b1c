//! Decoded sound brought to the device's speed and rate.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Async, FixedAsync, Resampler, SincInterpolationParameters, SincInterpolationType,
    WindowFunction,
};

use super::demux::OPUS_RATE;
use super::error::PlayerError;
use super::sound::CHANNELS;
use super::stretch::Stretch;

/// Frames worked on at a time: 20 ms at 48 kHz.
pub(super) const CHUNK: usize = 960;

/// Stretches, then resamples.
pub(super) struct Feed {
    stretch: Stretch,
    resampler: Option<Async<f32>>,
    stretched: Vec<f32>,
    resampled: Vec<f32>,
}

impl Feed {
    /// For a device that takes `rate` frames a second and this speed.
    ///
    /// # Errors
    /// [`PlayerError::Stopped`] for a rate that cannot be resampled to.
    pub(super) fn new(rate: u32, speed: f64) -> Result<Self, PlayerError> {
        let resampler = if i64::from(rate) == OPUS_RATE {
            None
        } else {
            let parameters = SincInterpolationParameters {
                sinc_len: 64,
                f_cutoff: None,
                oversampling_factor: 128,
                interpolation: SincInterpolationType::Linear,
                window: WindowFunction::BlackmanHarris2,
            };
            let ratio = f64::from(rate) / OPUS_RATE as f64;
            let made = Async::new_sinc(ratio, 1.0, &parameters, CHUNK, CHANNELS, FixedAsync::Input);
            let stopped = |error| PlayerError::Stopped {
                cause: format!("{rate} Hz: {error}"),
            };
            Some(made.map_err(stopped)?)
        };
        Ok(Self {
            stretch: Stretch::new(speed),
            resampler,
            stretched: Vec::new(),
            resampled: Vec::new(),
        })
    }

    /// Takes interleaved stereo at 48 kHz and hands what comes out to `push`.
    pub(super) fn process(&mut self, frames: &[f32], mut push: impl FnMut(&[f32])) {
        self.stretch.process(frames, &mut self.stretched);
        let Some(resampler) = &mut self.resampler else {
            push(&self.stretched);
            self.stretched.clear();
            return;
        };
        let capacity = resampler.output_frames_max();
        self.resampled.resize(capacity * CHANNELS, 0.0);
        let mut done = 0;
        while let Some(chunk) = self.stretched.get(done..done + CHUNK * CHANNELS) {
            done += CHUNK * CHANNELS;
            let input = InterleavedSlice::new(chunk, CHANNELS, CHUNK);
            let output = InterleavedSlice::new_mut(&mut self.resampled, CHANNELS, capacity);
            let (Ok(input), Ok(mut output)) = (input, output) else {
                continue;
            };
            if let Ok((_, written)) = resampler.process_into_buffer(&input, &mut output, None) {
                push(self.resampled.get(..written * CHANNELS).unwrap_or_default());
            }
        }
        self.stretched.drain(..done);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::player::testing::frequency;

    #[test]
    fn resamples_without_changing_the_tone() {
        for rate in [44_100u32, 48_000, 96_000, 22_050] {
            let mut feed = Feed::new(rate, 1.0).unwrap();
            let mut out = Vec::new();
            for chunk in 0..100 {
                let tone: Vec<f32> = (0..CHUNK)
                    .flat_map(|n| {
                        let t = (chunk * CHUNK + n) as f32 / 48_000.0;
                        [(std::f32::consts::TAU * 440.0 * t).sin(); 2]
                    })
                    .collect();
                feed.process(&tone, |frames| out.extend_from_slice(frames));
            }
            let frames = out.len() / CHANNELS;
            assert!(
                (frames as f64 / f64::from(rate) - 2.0).abs() < 0.002,
                "{rate}: {frames}"
            );
            let left: Vec<f32> = out.iter().step_by(2).copied().collect();
            let heard = frequency(&left[200..], f64::from(rate));
            assert!((heard - 440.0).abs() < 1.0, "{rate}: {heard}");
        }
    }
}
