//! The thread that reads, decodes and converts.
//!
//! It never waits for the window: frames go into a short queue, and while that
//! is full it keeps the sound's queue filled or sleeps. Paused, it sleeps until
//! it is told something.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, TryRecvError, TrySendError};
use std::thread;
use std::time::{Duration, Instant};

use egui::ColorImage;

use super::error::{Notice, PlayerError};
use super::feed::{CHUNK, Feed};
use super::picture::{Decoded, PictureReader};
use super::sound::{CHANNELS, SoundReader};
use super::source::PlayerSource;
use super::speaker::{Device, Speaker};
use super::timeline::Timeline;

/// Converted frames that wait for the window.
pub(super) const FRAME_QUEUE: usize = 2;
/// Sound that waits for the device.
const SOUND_QUEUE: Duration = Duration::from_millis(400);
/// Sound is put out this long past the end, so that the clock reaches it.
const SOUND_TAIL_US: i64 = 200_000;
/// While frames are late, one is shown at least this often.
const LATE_SHOW: Duration = Duration::from_millis(250);
/// So late, decoding goes on at a later key frame.
const LATE_SKIP_US: i64 = 1_500_000;
/// Longest sleep while playing.
const PLAYING_SLEEP: Duration = Duration::from_millis(100);
/// Decoding needs a deeper stack than a thread has by default.
const STACK_BYTES: usize = 8 << 20;

/// What the window tells the thread. Dropping the sender ends it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Command {
    Play,
    Pause,
    /// Frames and sound from here on, at this speed.
    Seek {
        generation: u64,
        to_us: i64,
        speed: f64,
    },
    /// A frame was taken from the queue.
    More,
}

/// What the thread tells the window.
#[derive(Debug)]
pub(super) enum Event {
    Opened {
        duration_us: i64,
        start_us: i64,
        has_sound: bool,
    },
    /// Whether the loudspeaker leads.
    Sound(bool),
    /// The first frame after a seek is in the queue.
    Seeked {
        generation: u64,
    },
    /// The last frame is in the queue.
    Done {
        generation: u64,
    },
    Notice(Notice),
    Failed(PlayerError),
}

/// A frame to be shown.
pub(super) struct Frame {
    pub(super) generation: u64,
    pub(super) at_us: i64,
    pub(super) end_us: i64,
    pub(super) image: ColorImage,
}

/// What both sides look at without telling.
#[derive(Default)]
pub(super) struct Shared {
    /// The moment that is shown, in microseconds.
    pub(super) position_us: AtomicI64,
    /// The window waits for a frame.
    pub(super) hungry: AtomicBool,
}

/// The thread's ends of all channels.
pub(super) struct Ends {
    pub(super) commands: Receiver<Command>,
    pub(super) events: Sender<Event>,
    pub(super) frames: SyncSender<Frame>,
    /// Shown frames, for their memory.
    pub(super) spare: Receiver<ColorImage>,
    pub(super) shared: Arc<Shared>,
    pub(super) speaker: Arc<Speaker>,
    /// Makes the window look.
    pub(super) wake: Box<dyn Fn() + Send>,
    /// Whether to look for a loudspeaker.
    pub(super) wants_device: bool,
}

/// Starts the thread on a recording, from `start_us` on.
///
/// # Errors
/// [`PlayerError::Stopped`] if the system gives no thread.
pub(super) fn spawn(
    source: Box<dyn PlayerSource>,
    start_us: i64,
    ends: Ends,
) -> Result<(), PlayerError> {
    let run = move || {
        let result = catch_unwind(AssertUnwindSafe(|| {
            Worker::open(source.as_ref(), start_us, &ends)?.run()
        }));
        let error = match result {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error,
            Err(_) => PlayerError::Stopped {
                cause: "a decoder broke off".into(),
            },
        };
        let _ = ends.events.send(Event::Failed(error));
        (ends.wake)();
    };
    let thread = thread::Builder::new()
        .name("player".into())
        .stack_size(STACK_BYTES);
    let spawned = thread.spawn(run);
    spawned.map(drop).map_err(|error| PlayerError::Stopped {
        cause: error.to_string(),
    })
}

struct Worker<'a> {
    source: &'a dyn PlayerSource,
    ends: &'a Ends,
    timeline: Timeline,
    picture: PictureReader,
    sound: SoundReader,
    output: Option<(Device, Feed)>,
    speed: f64,
    running: bool,
    generation: u64,
    /// Frames that end before this are not shown: they only lead up to it.
    from_us: i64,
    is_first: bool,
    is_done: bool,
    held: VecDeque<Frame>,
    sent_at: Instant,
    told_lost_frames: bool,
}

impl<'a> Worker<'a> {
    fn open(
        source: &'a dyn PlayerSource,
        start_us: i64,
        ends: &'a Ends,
    ) -> Result<Self, PlayerError> {
        let timeline = Timeline::read(source)?;
        let start_us = if start_us < timeline.last_frame_us() {
            start_us.max(0)
        } else {
            0
        };
        for notice in &timeline.notices {
            let _ = ends.events.send(Event::Notice(notice.clone()));
        }
        let _ = ends.events.send(Event::Opened {
            duration_us: timeline.duration_us,
            start_us,
            has_sound: timeline.has_sound(),
        });
        let picture = PictureReader::new(&timeline)?;
        let mut worker = Self {
            source,
            ends,
            timeline,
            picture,
            sound: SoundReader::new()?,
            output: None,
            speed: 1.0,
            running: false,
            generation: 0,
            from_us: 0,
            is_first: true,
            is_done: false,
            held: VecDeque::new(),
            sent_at: Instant::now(),
            told_lost_frames: false,
        };
        worker.seek(0, start_us, 1.0)?;
        Ok(worker)
    }

    fn run(mut self) -> Result<(), PlayerError> {
        loop {
            if !self.obey()? {
                return Ok(());
            }
            if self.pump_sound() || self.pump_picture()? {
                continue;
            }
            let told = if self.running {
                self.ends.commands.recv_timeout(PLAYING_SLEEP)
            } else {
                self.ends
                    .commands
                    .recv()
                    .map_err(|_| RecvTimeoutError::Disconnected)
            };
            match told {
                Ok(command) => self.apply(command)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    /// Does what was told; of several seeks only the last. `false` at the end.
    fn obey(&mut self) -> Result<bool, PlayerError> {
        let mut last_seek = None;
        loop {
            match self.ends.commands.try_recv() {
                Ok(seek @ Command::Seek { .. }) => last_seek = Some(seek),
                Ok(command) => self.apply(command)?,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Ok(false),
            }
        }
        if let Some(seek) = last_seek {
            self.apply(seek)?;
        }
        Ok(true)
    }

    fn apply(&mut self, command: Command) -> Result<(), PlayerError> {
        match command {
            Command::Play => self.play(),
            Command::Pause => {
                self.running = false;
                if let Some((device, _)) = &self.output {
                    device.pause();
                }
                Ok(())
            }
            Command::Seek {
                generation,
                to_us,
                speed,
            } => self.seek(generation, to_us, speed),
            Command::More => Ok(()),
        }
    }

    fn play(&mut self) -> Result<(), PlayerError> {
        self.running = true;
        if !self.timeline.has_sound() {
            return Ok(());
        }
        if self.ends.speaker.is_lost() {
            self.output = None;
            self.ends.speaker.clear_lost();
        }
        if self.output.is_none() && self.ends.wants_device {
            self.output = match Device::open(&self.ends.speaker) {
                Some(device) => {
                    let feed = Feed::new(device.rate, self.speed)?;
                    Some((device, feed))
                }
                None => None,
            };
            let at_us = self.ends.shared.position_us.load(Ordering::Relaxed);
            self.restart_sound(at_us)?;
        }
        let plays = self
            .output
            .as_ref()
            .is_some_and(|(device, _)| device.play());
        if !plays {
            self.output = None;
            if self.ends.wants_device {
                let _ = self.ends.events.send(Event::Notice(Notice::NoSpeaker));
            }
        }
        let _ = self.ends.events.send(Event::Sound(plays));
        (self.ends.wake)();
        Ok(())
    }

    fn seek(&mut self, generation: u64, to_us: i64, speed: f64) -> Result<(), PlayerError> {
        self.generation = generation;
        self.speed = speed;
        self.held.clear();
        (self.is_first, self.is_done) = (true, false);
        // At and after the end the last frame is shown.
        self.from_us = to_us.min(self.timeline.last_frame_us());
        self.picture.seek(&self.timeline, self.from_us);
        self.restart_sound(to_us)
    }

    fn restart_sound(&mut self, at_us: i64) -> Result<(), PlayerError> {
        if let Some((device, feed)) = &mut self.output {
            *feed = Feed::new(device.rate, self.speed)?;
            self.sound.seek(&self.timeline, at_us);
            self.ends.speaker.restart(device.rate, self.speed, at_us);
        }
        Ok(())
    }

    /// Fills the sound's queue by 20 ms if it wants some.
    fn pump_sound(&mut self) -> bool {
        let Some((_, feed)) = &mut self.output else {
            return false;
        };
        let over = self.sound.position_us() > self.timeline.duration_us + SOUND_TAIL_US;
        if over || self.ends.speaker.queued() >= SOUND_QUEUE {
            return false;
        }
        let mut frames = [0.0; CHUNK * CHANNELS];
        self.sound.read(&self.timeline, self.source, &mut frames);
        feed.process(&frames, |frames| self.ends.speaker.push(frames));
        true
    }

    /// Decodes or sends a frame if there is room. `false` if there is nothing to do.
    fn pump_picture(&mut self) -> Result<bool, PlayerError> {
        if let Some(frame) = self.held.pop_front() {
            return Ok(self.send(frame));
        }
        if self.is_done {
            return Ok(false);
        }
        if self.running && !self.is_first {
            let position_us = self.ends.shared.position_us.load(Ordering::Relaxed);
            let late = self
                .picture
                .next_us(&self.timeline)
                .map_or(0, |next| position_us - next);
            if late > LATE_SKIP_US {
                self.picture.skip_to(&self.timeline, position_us);
            }
        }
        let decoded = self.picture.decode(&self.timeline, self.source)?;
        if self.picture.lost_frames && !self.told_lost_frames {
            self.told_lost_frames = true;
            let _ = self.ends.events.send(Event::Notice(Notice::FramesLost));
        }
        let Some(decoded) = decoded else {
            self.finish();
            return Ok(false);
        };
        for frame in decoded {
            if self.is_wanted(&frame) {
                let image = frame.image(self.ends.spare.try_recv().ok())?;
                self.held.push_back(Frame {
                    generation: self.generation,
                    at_us: frame.at_us,
                    end_us: frame.end_us,
                    image,
                });
            }
        }
        Ok(true)
    }

    fn is_wanted(&self, frame: &Decoded) -> bool {
        if frame.end_us <= self.from_us {
            return false;
        }
        let position_us = self.ends.shared.position_us.load(Ordering::Relaxed);
        let is_late = self.running && !self.is_first && frame.end_us < position_us;
        !is_late || self.sent_at.elapsed() > LATE_SHOW
    }

    fn send(&mut self, frame: Frame) -> bool {
        match self.ends.frames.try_send(frame) {
            Ok(()) => {
                self.sent_at = Instant::now();
                self.tell_seeked();
                if self.ends.shared.hungry.swap(false, Ordering::AcqRel) {
                    (self.ends.wake)();
                }
                true
            }
            Err(TrySendError::Full(frame)) => {
                self.held.push_front(frame);
                false
            }
            Err(TrySendError::Disconnected(_)) => false,
        }
    }

    fn finish(&mut self) {
        self.is_done = true;
        self.tell_seeked();
        let _ = self.ends.events.send(Event::Done {
            generation: self.generation,
        });
        (self.ends.wake)();
    }

    fn tell_seeked(&mut self) {
        if std::mem::take(&mut self.is_first) {
            let _ = self.ends.events.send(Event::Seeked {
                generation: self.generation,
            });
            (self.ends.wake)();
        }
    }
}
