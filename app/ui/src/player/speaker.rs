//! The way from decoded sound to the loudspeaker.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{FromSample, SampleFormat, SizedSample, StreamConfig};

use super::clock::Anchor;
use super::sound::CHANNELS;

/// Sound that waits for the device, shared by the decoding thread (which
/// pushes), the device's thread (which fills) and the window (which looks).
pub(super) struct Speaker {
    running: AtomicBool,
    lost: AtomicBool,
    /// 0 to 1, the bits of an `f32`.
    volume: AtomicU32,
    // Held for some microseconds each time: 20 ms of sound are copied.
    queue: Mutex<Queue>,
}

struct Queue {
    samples: VecDeque<f32>,
    /// Frames a second of `samples`.
    rate: u32,
    /// Moments of the recording in a moment of sound.
    speed: f64,
    /// The recording's moment of the first frame after a restart.
    base_us: i64,
    /// Frames handed to the device since then.
    taken: u64,
    anchor: Option<Anchor>,
    /// The volume at the end of the last fill; changes are ramped.
    gain: f32,
}

impl Queue {
    fn head_us(&self) -> i64 {
        let seconds = self.taken as f64 / f64::from(self.rate.max(1));
        self.base_us
            .saturating_add((seconds * self.speed * 1e6).round() as i64)
    }
}

impl Speaker {
    pub(super) fn new() -> Self {
        Self {
            running: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            volume: AtomicU32::new(1f32.to_bits()),
            queue: Mutex::new(Queue {
                samples: VecDeque::new(),
                rate: 48_000,
                speed: 1.0,
                base_us: 0,
                taken: 0,
                anchor: None,
                gain: 0.0,
            }),
        }
    }

    /// Empties the queue; what is pushed next begins at `base_us`.
    pub(super) fn restart(&self, rate: u32, speed: f64, base_us: i64) {
        let mut queue = self.queue();
        queue.samples.clear();
        (queue.rate, queue.speed, queue.base_us) = (rate, speed, base_us);
        (queue.taken, queue.anchor) = (0, None);
    }

    /// Adds interleaved stereo at the rate of the last restart.
    pub(super) fn push(&self, samples: &[f32]) {
        self.queue().samples.extend(samples);
    }

    /// How long the queue lasts.
    pub(super) fn queued(&self) -> Duration {
        let queue = self.queue();
        let frames = (queue.samples.len() / CHANNELS) as f64;
        Duration::from_secs_f64(frames / f64::from(queue.rate.max(1)))
    }

    pub(super) fn set_running(&self, running: bool) {
        self.running.store(running, Ordering::Release);
    }

    pub(super) fn set_volume(&self, volume: f32) {
        self.volume
            .store(volume.clamp(0.0, 1.0).to_bits(), Ordering::Relaxed);
    }

    pub(super) fn anchor(&self) -> Option<Anchor> {
        self.queue().anchor
    }

    /// Whether the device went away.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Acquire)
    }

    /// Forgets that a device went away, to look for one again.
    pub(super) fn clear_lost(&self) {
        self.lost.store(false, Ordering::Release);
    }

    /// What the device asks for: fills `out` (interleaved, `channels` a frame),
    /// whose first frame is heard at `heard_at`. Silence while not running or
    /// where the queue is empty; time stands still then.
    pub(super) fn fill(&self, out: &mut [f32], channels: usize, heard_at: Instant) {
        out.fill(0.0);
        if !self.running.load(Ordering::Acquire) || channels == 0 {
            return;
        }
        let volume = f32::from_bits(self.volume.load(Ordering::Relaxed));
        let mut queue = self.queue();
        let frames = (out.len() / channels).min(queue.samples.len() / CHANNELS);
        if frames == 0 {
            return;
        }
        let media_us = queue.head_us();
        let from = queue.gain;
        let step = (volume - from) / frames as f32;
        let mut samples = queue.samples.drain(..frames * CHANNELS);
        for (index, frame) in out.chunks_exact_mut(channels).take(frames).enumerate() {
            let gain = from + step * (index + 1) as f32;
            let left = samples.next().unwrap_or(0.0) * gain;
            let right = samples.next().unwrap_or(0.0) * gain;
            match frame {
                [mono] => *mono = ((left + right) / 2.0).clamp(-1.0, 1.0),
                [first, second, ..] => {
                    (*first, *second) = (left.clamp(-1.0, 1.0), right.clamp(-1.0, 1.0));
                }
                [] => {}
            }
        }
        drop(samples);
        queue.gain = volume;
        queue.taken += frames as u64;
        let until_us = queue.head_us();
        queue.anchor = Some(Anchor {
            media_us,
            heard_at,
            until_us,
        });
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An opened sound device that plays what a [`Speaker`] holds.
pub(super) struct Device {
    stream: cpal::Stream,
    /// Frames a second that it takes.
    pub(super) rate: u32,
}

impl Device {
    /// Opens the default device; `None` where there is none that can be used.
    pub(super) fn open(speaker: &Arc<Speaker>) -> Option<Self> {
        let device = cpal::default_host().default_output_device()?;
        let default = device.default_output_config().ok()?;
        // At 48 kHz nothing has to be resampled.
        let at_48k = device.supported_output_configs().ok().and_then(|configs| {
            let mut configs = configs.filter(|config| {
                config.channels() == 2
                    && matches!(
                        config.sample_format(),
                        SampleFormat::F32 | SampleFormat::I16
                    )
            });
            configs.find_map(|config| config.try_with_sample_rate(48_000))
        });
        let config = if default.sample_rate() == 48_000 {
            default
        } else {
            at_48k.unwrap_or(default)
        };
        let format = config.sample_format();
        let config = config.config();
        let stream = match format {
            SampleFormat::F32 => build::<f32>(&device, config, speaker),
            SampleFormat::F64 => build::<f64>(&device, config, speaker),
            SampleFormat::I16 => build::<i16>(&device, config, speaker),
            SampleFormat::I32 => build::<i32>(&device, config, speaker),
            SampleFormat::U8 => build::<u8>(&device, config, speaker),
            SampleFormat::U16 => build::<u16>(&device, config, speaker),
            _ => None,
        };
        Some(Self {
            stream: stream?,
            rate: config.sample_rate,
        })
    }

    /// Starts the device; `false` if it cannot.
    pub(super) fn play(&self) -> bool {
        self.stream.play().is_ok()
    }

    /// Stops the device, so that it wakes nobody.
    pub(super) fn pause(&self) {
        // A device that cannot pause plays the silence that it is given.
        let _ = self.stream.pause();
    }
}

fn build<T>(
    device: &cpal::Device,
    config: StreamConfig,
    speaker: &Arc<Speaker>,
) -> Option<cpal::Stream>
where
    T: SizedSample + FromSample<f32>,
{
    let channels = usize::from(config.channels);
    let (filler, watcher) = (Arc::clone(speaker), Arc::clone(speaker));
    let mut mix = Vec::new();
    let fill = move |out: &mut [T], info: &cpal::OutputCallbackInfo| {
        let time = info.timestamp();
        let lead = time.playback.saturating_duration_since(time.callback);
        let heard_at = Instant::now() + lead.min(Duration::from_secs(1));
        mix.resize(out.len(), 0.0);
        filler.fill(&mut mix, channels, heard_at);
        for (out, sample) in out.iter_mut().zip(&mix) {
            *out = T::from_sample(*sample);
        }
    };
    let failed = move |error: cpal::Error| {
        let goes_on = matches!(
            error.kind(),
            cpal::ErrorKind::Xrun
                | cpal::ErrorKind::DeviceChanged
                | cpal::ErrorKind::RealtimeDenied
        );
        if !goes_on {
            watcher.lost.store(true, Ordering::Release);
        }
    };
    device
        .build_output_stream(config, fill, failed, Some(Duration::from_secs(2)))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_anchor_tells_what_is_heard() {
        let speaker = Speaker::new();
        speaker.restart(48_000, 1.0, 2_000_000);
        speaker.push(&vec![0.5; 960 * CHANNELS]);
        assert_eq!(speaker.queued(), Duration::from_millis(20));
        let now = Instant::now();
        let mut out = vec![1.0; 480 * 2];
        speaker.fill(&mut out, 2, now);
        assert!(
            out.iter().all(|sample| *sample == 0.0),
            "silent until it runs"
        );
        assert_eq!(speaker.anchor(), None);
        speaker.set_running(true);
        speaker.fill(&mut out, 2, now);
        assert!(
            out[0] > 0.0 && out[0] < 0.01,
            "the volume is ramped: {}",
            out[0]
        );
        assert_eq!(out[959], 0.5);
        let anchor = speaker.anchor().unwrap();
        assert_eq!((anchor.media_us, anchor.until_us), (2_000_000, 2_010_000));
        // An empty queue: half of what is asked for, then nothing moves.
        let mut out = vec![1.0; 960];
        speaker.fill(&mut out, 1, now);
        assert_eq!((out[479], out[480]), (0.5, 0.0));
        let anchor = speaker.anchor().unwrap();
        assert_eq!((anchor.media_us, anchor.until_us), (2_010_000, 2_020_000));
        speaker.fill(&mut out, 1, now + Duration::from_secs(1));
        assert_eq!(speaker.anchor().unwrap(), anchor);
        // Twice the speed: twice the recording in the same sound.
        speaker.restart(44_100, 2.0, 0);
        speaker.push(&vec![0.5; 441 * CHANNELS]);
        speaker.set_volume(0.0);
        speaker.fill(&mut out, 2, now);
        assert_eq!(speaker.anchor().unwrap().until_us, 20_000);
        assert!(out[880].abs() < 1e-3, "muted after the ramp");
    }
}
