//! What a screen holds of a recording: its state, its controls, its clock.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use egui::{ColorImage, Context, TextureHandle, TextureOptions};

use super::captions::Captions;
use super::clock::{Clock, Master};
use super::error::{Notice, PlayerError};
use super::source::PlayerSource;
use super::spans::Spans;
use super::speaker::Speaker;
use super::worker::{self, Command, Ends, Event, FRAME_QUEUE, Frame, Shared};

/// The speeds to choose from.
pub const SPEEDS: [f64; 5] = [0.75, 1.0, 1.25, 1.5, 2.0];

/// The silent clock may run this far past the last decoded frame before it
/// waits, so that a slow window does not slow it down.
const SLACK_US: i64 = 250_000;
/// Most notices kept.
const MAX_NOTICES: usize = 16;

/// What the player is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlayerState {
    /// The recording is being opened.
    Opening,
    /// It stands still.
    Paused,
    /// It plays.
    Playing,
    /// It is to play and waits for frames or for the loudspeaker.
    Buffering,
    /// It has played to its end.
    Ended,
    /// It cannot be played.
    Failed(PlayerError),
}

/// A span of the recording, `start_ms` up to `end_ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Milliseconds from the recording's start.
    pub start_ms: u64,
    /// Milliseconds from the recording's start, more than `start_ms`.
    pub end_ms: u64,
}

/// How to open a recording.
#[derive(Debug, Clone)]
pub struct PlayerOptions {
    /// Where to begin, in milliseconds: what [`Player::resume_ms`] said last
    /// time. Past the end it begins at 0.
    pub start_ms: u64,
    /// Whether to play sound, if there is a loudspeaker.
    pub sound: bool,
}

impl Default for PlayerOptions {
    fn default() -> Self {
        Self {
            start_ms: 0,
            sound: true,
        }
    }
}

/// A recorded lesson that is open. Dropping it ends its thread.
///
/// Nothing here waits for decoding. [`Player::update`] has to be called in each
/// frame that shows it; [`PlayerView`](super::PlayerView) does.
pub struct Player {
    commands: Sender<Command>,
    events: Receiver<Event>,
    frames: Receiver<Frame>,
    spare: Sender<ColorImage>,
    speaker: Arc<Speaker>,
    shared: Arc<Shared>,

    clock: Clock,
    opened: Option<Opened>,
    failed: Option<PlayerError>,
    notices: Vec<Notice>,
    /// Whether the loudspeaker leads; unknown until it was tried.
    sound_leads: Option<bool>,
    wants_play: bool,
    has_ended: bool,
    /// Counts seeks; frames and events of older ones are dropped.
    generation: u64,
    is_seeking: bool,
    /// No frame was shown since the seek; the first is shown even if it is early.
    awaits_first: bool,
    /// The last frame of the recording is in `waiting` or was shown.
    is_done: bool,
    waiting: VecDeque<Frame>,
    shown: Option<Shown>,
    texture: Option<TextureHandle>,

    speed: f64,
    volume: f32,
    is_muted: bool,
    captions: Captions,
    shows_captions: bool,
    watched: Spans,
}

struct Opened {
    duration_us: i64,
    has_sound: bool,
}

struct Shown {
    end_us: i64,
    image: Arc<ColorImage>,
    is_uploaded: bool,
}

impl std::fmt::Debug for Player {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Player")
            .field("state", &self.state())
            .field("position_ms", &self.position_ms())
            .finish_non_exhaustive()
    }
}

impl Player {
    /// Opens a recording; it stands still at its start position until
    /// [`Player::play`]. Returns at once: reading happens on a thread.
    pub fn open(ctx: &Context, source: Box<dyn PlayerSource>, options: &PlayerOptions) -> Self {
        let (commands, told) = mpsc::channel();
        let (tell, events) = mpsc::channel();
        let (show, frames) = mpsc::sync_channel(FRAME_QUEUE);
        let (spare, reuse) = mpsc::channel();
        let speaker = Arc::new(Speaker::new());
        let shared = Arc::new(Shared::default());
        let start_us = to_us(options.start_ms);
        let waker = ctx.clone();
        let ends = Ends {
            commands: told,
            events: tell,
            frames: show,
            spare: reuse,
            shared: Arc::clone(&shared),
            speaker: Arc::clone(&speaker),
            wake: Box::new(move || waker.request_repaint()),
            wants_device: options.sound,
        };
        let failed = worker::spawn(source, start_us, ends).err();
        Self {
            commands,
            events,
            frames,
            spare,
            speaker,
            shared,
            clock: Clock::new(start_us),
            opened: None,
            failed,
            notices: Vec::new(),
            sound_leads: if options.sound { None } else { Some(false) },
            wants_play: false,
            has_ended: false,
            generation: 0,
            is_seeking: true,
            awaits_first: true,
            is_done: false,
            waiting: VecDeque::new(),
            shown: None,
            texture: None,
            speed: 1.0,
            volume: 1.0,
            is_muted: false,
            captions: Captions::default(),
            shows_captions: true,
            watched: Spans::default(),
        }
    }

    /// What it is doing.
    pub fn state(&self) -> PlayerState {
        if let Some(error) = &self.failed {
            PlayerState::Failed(error.clone())
        } else if self.opened.is_none() {
            PlayerState::Opening
        } else if self.has_ended {
            PlayerState::Ended
        } else if !self.wants_play {
            PlayerState::Paused
        } else if self.is_seeking || self.is_starved() {
            PlayerState::Buffering
        } else {
            PlayerState::Playing
        }
    }

    /// What the viewer should know although it plays.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Plays; from the start if it had ended.
    pub fn play(&mut self) {
        if self.has_ended {
            self.seek_us(0);
        }
        self.wants_play = true;
        self.tell(Command::Play);
        self.start_clock();
    }

    /// Stands still. Call it too when the screen is left with the player kept.
    pub fn pause(&mut self) {
        self.look();
        self.wants_play = false;
        self.stop_clock();
        self.tell(Command::Pause);
    }

    /// Plays or stands still.
    pub fn toggle(&mut self) {
        if self.wants_play {
            self.pause()
        } else {
            self.play()
        }
    }

    /// Goes to this moment (milliseconds; past the end is the end): the frame
    /// that is shown then, exactly.
    pub fn seek_ms(&mut self, to_ms: u64) {
        self.seek_us(to_us(to_ms));
    }

    /// Goes forth or back by so many milliseconds.
    pub fn seek_by_ms(&mut self, by_ms: i64) {
        let at_us = self
            .clock
            .position_us()
            .saturating_add(by_ms.saturating_mul(1_000));
        self.seek_us(at_us);
    }

    /// Whether the frame of the last seek is still awaited.
    pub fn is_seeking(&self) -> bool {
        self.is_seeking && self.failed.is_none()
    }

    /// The moment that is shown, in milliseconds.
    pub fn position_ms(&self) -> u64 {
        to_ms(self.clock.position_us())
    }

    /// Where to begin next time, in milliseconds: the position, 0 at the end.
    pub fn resume_ms(&self) -> u64 {
        if self.has_ended {
            0
        } else {
            self.position_ms()
        }
    }

    /// The recording's length in milliseconds, once it is open.
    pub fn duration_ms(&self) -> Option<u64> {
        self.opened.as_ref().map(|opened| to_ms(opened.duration_us))
    }

    /// The speed, 1 as recorded.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Sets the speed (brought into 0.75 to 2); voices keep their pitch.
    pub fn set_speed(&mut self, speed: f64) {
        self.look();
        self.speed = speed.clamp(0.75, 2.0);
        self.clock.set_speed(self.speed);
        if !self.has_ended {
            self.seek_us(self.clock.position_us());
        }
    }

    /// The volume, 0 to 1.
    pub fn volume(&self) -> f32 {
        self.volume
    }

    /// Sets the volume (brought into 0 to 1); more than 0 ends muting.
    pub fn set_volume(&mut self, volume: f32) {
        self.volume = if volume.is_finite() {
            volume.clamp(0.0, 1.0)
        } else {
            self.volume
        };
        self.set_muted(self.is_muted && self.volume == 0.0);
    }

    /// Whether sound is off.
    pub fn is_muted(&self) -> bool {
        self.is_muted
    }

    /// Puts sound off or on, keeping the volume.
    pub fn set_muted(&mut self, muted: bool) {
        self.is_muted = muted;
        self.speaker
            .set_volume(if muted { 0.0 } else { self.volume });
    }

    /// Whether the recording has a sound that can be played.
    pub fn has_sound(&self) -> bool {
        self.opened.as_ref().is_some_and(|opened| opened.has_sound)
    }

    /// Gives it captions.
    pub fn set_captions(&mut self, captions: Captions) {
        self.captions = captions;
    }

    /// Whether it has captions.
    pub fn has_captions(&self) -> bool {
        !self.captions.cues().is_empty()
    }

    /// Whether captions are shown.
    pub fn shows_captions(&self) -> bool {
        self.shows_captions
    }

    /// Shows or hides captions.
    pub fn show_captions(&mut self, show: bool) {
        self.shows_captions = show;
    }

    /// The caption to show now.
    pub fn caption(&self) -> Option<&str> {
        if self.shows_captions {
            self.captions.at(self.position_ms())
        } else {
            None
        }
    }

    /// The spans that were played since the last call, merged and sorted; what
    /// was sought over is not among them.
    pub fn watched(&mut self) -> Vec<Span> {
        self.watched.take()
    }

    /// The picture that is shown now.
    pub fn image(&self) -> Option<&ColorImage> {
        self.shown.as_ref().map(|shown| shown.image.as_ref())
    }

    /// Takes what the thread has made ready, moves the clock on, and asks for
    /// the next repaint if one is due: none while it stands still or while the
    /// window is hidden.
    pub fn update(&mut self, ctx: &Context) {
        self.look();
        let is_hidden = ctx.input(|input| input.viewport().visible()) == Some(false);
        if let Some(wait) = self.next_repaint().filter(|_| !is_hidden) {
            ctx.request_repaint_after(wait);
        }
    }

    /// The texture with the picture that is shown now.
    pub(super) fn texture(&mut self, ctx: &Context) -> Option<&TextureHandle> {
        let shown = self.shown.as_mut()?;
        if !shown.is_uploaded {
            shown.is_uploaded = true;
            let image = Arc::clone(&shown.image);
            match &mut self.texture {
                Some(texture) => texture.set(image, TextureOptions::LINEAR),
                none => *none = Some(ctx.load_texture("player", image, TextureOptions::LINEAR)),
            }
        }
        self.texture.as_ref()
    }

    /// One look at the thread and at the clock.
    fn look(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.take(event);
        }
        self.receive_frames();
        if self.sound_leads == Some(true) && self.speaker.is_lost() {
            self.sound_leads = Some(false);
            self.note(Notice::NoSpeaker);
        }
        self.tick();
        self.show_due_frames();
        if self.clock.is_running() && self.clock.position_us() >= self.duration_us() {
            self.has_ended = true;
            self.wants_play = false;
            self.stop_clock();
            self.tell(Command::Pause);
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Opened {
                duration_us,
                start_us,
                has_sound,
            } => {
                self.opened = Some(Opened {
                    duration_us,
                    has_sound,
                });
                if !has_sound {
                    self.sound_leads = Some(false);
                }
                self.set_position(start_us);
                if self.speed != 1.0 {
                    self.seek_us(start_us);
                }
            }
            Event::Sound(leads) => {
                self.sound_leads = Some(leads);
                if leads {
                    self.notices.retain(|notice| *notice != Notice::NoSpeaker);
                }
            }
            Event::Seeked { generation } if generation == self.generation => {
                self.is_seeking = false;
                self.start_clock();
            }
            Event::Done { generation } if generation == self.generation => self.is_done = true,
            Event::Seeked { .. } | Event::Done { .. } => {}
            Event::Notice(notice) => self.note(notice),
            Event::Failed(error) => {
                self.stop_clock();
                self.wants_play = false;
                self.failed = Some(error);
            }
        }
    }

    fn receive_frames(&mut self) {
        while self.waiting.len() <= FRAME_QUEUE
            && let Ok(frame) = self.frames.try_recv()
        {
            if frame.generation == self.generation {
                self.waiting.push_back(frame);
            } else {
                let _ = self.spare.send(frame.image);
            }
            self.tell(Command::More);
        }
    }

    fn tick(&mut self) {
        let master = if self.sound_leads == Some(false) {
            let ready = self.waiting.back().map(|frame| frame.end_us);
            let ready = ready
                .or(self.shown.as_ref().map(|shown| shown.end_us))
                .unwrap_or(0);
            let limit_us = if self.is_done {
                i64::MAX
            } else {
                ready + SLACK_US
            };
            Master::Silent { limit_us }
        } else {
            Master::Sound(
                self.speaker
                    .anchor()
                    .filter(|_| self.sound_leads == Some(true)),
            )
        };
        let before = self.clock.position_us();
        let now = self
            .clock
            .tick(Instant::now(), master)
            .min(self.duration_us());
        if self.clock.is_running() {
            self.watched.add(before, now);
            self.set_position(now);
        }
    }

    /// Shows the last frame that is due; the first after a seek at once.
    fn show_due_frames(&mut self) {
        let position_us = self.clock.position_us();
        while let Some(frame) = self.waiting.front() {
            if frame.at_us > position_us && !self.awaits_first {
                break;
            }
            self.awaits_first = false;
            let Some(frame) = self.waiting.pop_front() else {
                break;
            };
            let shown = Shown {
                end_us: frame.end_us,
                image: Arc::new(frame.image),
                is_uploaded: false,
            };
            let old = self.shown.replace(shown);
            // Still held elsewhere only while its upload waits.
            if let Some(image) = old.and_then(|old| Arc::try_unwrap(old.image).ok()) {
                let _ = self.spare.send(image);
            }
            self.receive_frames();
        }
    }

    fn next_repaint(&self) -> Option<Duration> {
        if !self.wants_play || self.failed.is_some() {
            return None;
        }
        let Some(next) = self.waiting.front() else {
            // The thread wakes the window when a frame comes; the clock and
            // the captions go on in any case.
            self.shared.hungry.store(true, Ordering::Release);
            return Some(Duration::from_millis(100));
        };
        let ahead_us = (next.at_us - self.clock.position_us()).clamp(0, 250_000);
        let wait = Duration::from_secs_f64(ahead_us as f64 / 1e6 / self.speed);
        Some(wait.max(Duration::from_millis(4)))
    }

    fn is_starved(&self) -> bool {
        match self.sound_leads {
            None => true,
            Some(true) => false,
            Some(false) => {
                let end_us = self.shown.as_ref().map_or(0, |shown| shown.end_us);
                !self.is_done
                    && self.waiting.is_empty()
                    && self.clock.position_us() >= end_us + SLACK_US
            }
        }
    }

    fn seek_us(&mut self, to_us: i64) {
        if self.opened.is_none() {
            return;
        }
        self.stop_clock();
        self.set_position(to_us.clamp(0, self.duration_us()));
        self.generation += 1;
        (self.is_seeking, self.awaits_first) = (true, true);
        (self.is_done, self.has_ended) = (false, false);
        for frame in self.waiting.drain(..) {
            let _ = self.spare.send(frame.image);
        }
        self.tell(Command::Seek {
            generation: self.generation,
            to_us: self.clock.position_us(),
            speed: self.speed,
        });
    }

    fn start_clock(&mut self) {
        if self.wants_play && !self.is_seeking && self.failed.is_none() {
            self.clock.run(Instant::now());
            self.speaker.set_running(true);
        }
    }

    fn stop_clock(&mut self) {
        self.clock.stop();
        self.speaker.set_running(false);
    }

    fn set_position(&mut self, at_us: i64) {
        self.clock.seek(at_us);
        self.shared.position_us.store(at_us, Ordering::Relaxed);
    }

    fn duration_us(&self) -> i64 {
        self.opened
            .as_ref()
            .map_or(i64::MAX, |opened| opened.duration_us)
    }

    fn note(&mut self, notice: Notice) {
        if self.notices.len() < MAX_NOTICES && !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    fn tell(&self, command: Command) {
        // The thread is gone only after it told why.
        let _ = self.commands.send(command);
    }
}

fn to_us(ms: u64) -> i64 {
    i64::try_from(ms.saturating_mul(1_000)).unwrap_or(i64::MAX)
}

fn to_ms(us: i64) -> u64 {
    u64::try_from(us).unwrap_or(0) / 1_000
}
