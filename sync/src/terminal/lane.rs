//! What lanes share.

use std::collections::BTreeSet;
use std::time::Duration;

use hotaru_content::id::{PupilId, RunId, StreamId};
use hotaru_content::order::EraseOrder;
use hotaru_content::shelf::Want;

use super::blobs::BlobsLane;
use super::events::EventsLane;
use super::lessons::LessonsLane;
use super::orders::OrdersLane;
use super::photos::PhotosLane;
use super::receipts::ReceiptsLane;
use super::rekey::RekeyLane;
use super::report::{Amount, Progress, Stage, SyncFault, SyncReport, Waiting, WhyWaiting};
use super::returns::ReturnsLane;
use super::sealed::SealedLane;
use super::unsent::UnsentLane;
use super::{Config, StoreAnswer, StoreFault, StoreOp};
use crate::http::{Exchange, Headers, LineFault, Method, Request};
use crate::wire::{self, Body, ErrorBody, PatchOffer, WireError, header, media_type};

/// What a lane hears.
#[derive(Debug)]
pub(super) enum Event {
    /// Begin, or ask again for what was asked last.
    Go,
    /// A whole answer.
    Answer(Answer),
    /// A good answer to a [`Next::Stream`] begins.
    Head { status: u16, headers: Headers },
    /// Its next bytes.
    Chunk(Vec<u8>),
    /// Its end.
    End,
    /// The request failed.
    Fault(LineFault),
    /// What came of a [`Next::Raw`].
    Exchange(Exchange),
    /// What came of a [`Next::Store`].
    Store(Result<StoreAnswer, StoreFault>),
}

/// What a lane wants. All but `Idle` and `Store` break a request off that is under way.
#[derive(Debug)]
pub(super) enum Next {
    /// Wait for what is under way.
    Idle,
    /// Ask, and put the answer together.
    Http(Request),
    /// Ask, and hand the bytes on as they come.
    Stream(Request),
    /// Ask, and hand everything on.
    Raw(Request),
    /// Do this on the shelf.
    Store(StoreOp),
    /// Wait as long.
    Wait(Duration),
    /// Wait with jitter, then go again; give up where patience has come to its end.
    Retry {
        fault: LineFault,
        at_least: Duration,
    },
    /// This lane is through.
    Over,
}

impl Next {
    pub(super) fn retry(fault: LineFault) -> Self {
        Self::Retry {
            fault,
            at_least: Duration::ZERO,
        }
    }
}

/// A whole answer.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Headers,
    pub(super) body: Vec<u8>,
}

/// A JSON body for the school, which answers nothing but that it has it.
pub(super) fn telling(path: &str, body: &impl Body) -> Result<Request, WireError> {
    Ok(Request {
        method: Method::Post,
        path: path.to_owned(),
        headers: vec![(header::CONTENT_TYPE, media_type::JSON.to_owned())],
        body: wire::write(body)?,
        max_response: ErrorBody::MAX_LEN as u64,
    })
}

/// The lanes, in order.
#[derive(Debug)]
pub(super) enum Lane {
    Events(EventsLane),
    Lessons(LessonsLane),
    Asks(EventsLane),
    Sealed(SealedLane),
    Orders(OrdersLane),
    Rekey(RekeyLane),
    Today(BlobsLane),
    Returns(ReturnsLane),
    Blobs(BlobsLane),
    Receipts(ReceiptsLane),
    Photos(PhotosLane),
    Unsent(UnsentLane),
}

impl Lane {
    pub(super) fn first(config: &Config) -> Self {
        Self::Events(EventsLane::send(config.pupils.clone()))
    }

    pub(super) fn following(&self, shared: &Shared) -> Option<Self> {
        match self {
            Self::Events(_) => Some(Self::Lessons(LessonsLane::default())),
            Self::Lessons(_) => Some(match shared.new_run() {
                Some(run) => Self::Asks(EventsLane::ask(&shared.config, run)),
                None => Self::Sealed(SealedLane::default()),
            }),
            Self::Asks(_) => Some(Self::Sealed(SealedLane::default())),
            Self::Sealed(_) => Some(Self::Orders(OrdersLane::default())),
            Self::Orders(_) => match shared.report.erase_ordered {
                Some(EraseOrder { at_once: true, .. }) => None,
                _ => Some(Self::Rekey(RekeyLane::default())),
            },
            // Nothing more is fetched for a terminal that is to be erased.
            Self::Rekey(_) if shared.report.erase_ordered.is_some() => {
                Some(Self::after_receipts(shared))
            }
            Self::Rekey(_) => Some(Self::materials(shared)),
            Self::Today(_) => Some(Self::Returns(ReturnsLane::new(&shared.config))),
            Self::Returns(_) => Some(Self::Blobs(BlobsLane::default())),
            Self::Blobs(_) => Some(Self::Receipts(ReceiptsLane::default())),
            Self::Receipts(_) => Some(Self::after_receipts(shared)),
            Self::Photos(_) => Some(Self::Unsent(UnsentLane::default())),
            Self::Unsent(_) => None,
        }
    }

    /// Whether a 403 is the lane's own affair.
    pub(super) fn bears_refusal(&self) -> bool {
        matches!(
            self,
            Self::Returns(_) | Self::Sealed(_) | Self::Orders(_) | Self::Rekey(_) | Self::Unsent(_)
        )
    }

    /// Photos, where the line is free.
    fn after_receipts(shared: &Shared) -> Self {
        if shared.config.metered {
            Self::Unsent(UnsentLane::default())
        } else {
            Self::Photos(PhotosLane::new(&shared.config))
        }
    }

    /// Materials; where earlier study is awaited, today's small ones come before it.
    fn materials(shared: &Shared) -> Self {
        if shared.config.awaited.is_empty() {
            Self::Blobs(BlobsLane::default())
        } else {
            Self::Today(BlobsLane::today())
        }
    }

    pub(super) fn stage(&self) -> Stage {
        match self {
            Self::Events(_) | Self::Asks(_) => Stage::Events,
            Self::Lessons(_) | Self::Sealed(_) | Self::Orders(_) | Self::Rekey(_) => Stage::Lessons,
            Self::Returns(_) => Stage::Returns,
            Self::Today(_) | Self::Blobs(_) => Stage::Blobs,
            Self::Receipts(_) => Stage::Receipts,
            Self::Photos(_) | Self::Unsent(_) => Stage::Photos,
        }
    }

    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Result<Next, SyncFault> {
        match self {
            Self::Events(lane) | Self::Asks(lane) => lane.step(event, shared),
            Self::Lessons(lane) => lane.step(event, shared),
            Self::Sealed(lane) => lane.step(event, shared),
            Self::Orders(lane) => lane.step(event, shared),
            Self::Rekey(lane) => lane.step(event, shared),
            Self::Returns(lane) => lane.step(event, shared),
            Self::Today(lane) | Self::Blobs(lane) => lane.step(event, shared),
            Self::Receipts(lane) => lane.step(event, shared),
            Self::Photos(lane) => lane.step(event, shared),
            Self::Unsent(lane) => lane.step(event, shared),
        }
    }
}

/// What lanes know of each other.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: Config,
    pub(super) report: SyncReport,
    /// Something went forward since this was last looked at.
    pub(super) has_moved: bool,
    /// Lessons or blobs were stored since progress was last told.
    pub(super) has_stored: bool,
    /// The school wants the terminal to renew its key.
    pub(super) wants_rekey: bool,
    /// The school has orders for the terminal.
    pub(super) has_orders: bool,
    /// Patches that the cloud offered; none where no list came in this sync.
    pub(super) offers: Option<Vec<PatchOffer>>,
    /// The run of the cloud that answers.
    run: Option<RunId>,
    /// The run that was last asked about everything.
    pub(super) known_run: Option<RunId>,
    /// Streams that the cloud's present run has said it has whole.
    pub(super) proven: BTreeSet<StreamId>,
    /// What arrived in this sync.
    pub(super) here: Amount,
    /// What is still to be fetched, the blob at hand included.
    pub(super) wanted: Vec<Want>,
}

impl Shared {
    pub(super) fn new(config: Config) -> Self {
        Self {
            config,
            report: SyncReport::default(),
            has_moved: false,
            has_stored: false,
            wants_rekey: false,
            has_orders: false,
            offers: None,
            run: None,
            known_run: None,
            proven: BTreeSet::new(),
            here: Amount::default(),
            wanted: Vec::new(),
        }
    }

    /// Hears which run of the cloud answers.
    pub(super) fn answered_by(&mut self, run: RunId) {
        if self.run != Some(run) {
            self.run = Some(run);
            self.proven.clear();
        }
    }

    pub(super) fn run(&self) -> Option<RunId> {
        self.run
    }

    /// The cloud's run, where it was not asked about everything yet.
    fn new_run(&self) -> Option<RunId> {
        self.run.filter(|run| self.known_run != Some(*run))
    }

    /// Notes a fault that does not end the sync.
    pub(super) fn met(&mut self, fault: SyncFault) {
        if self.report.faults.len() < SyncReport::MAX_FAULTS {
            self.report.faults.push(fault);
        }
    }

    /// Notes that a pupil is here no more.
    pub(super) fn removed(&mut self, pupil: PupilId) {
        self.config.pupils.retain(|other| *other != pupil);
        self.config.awaited.retain(|other| other.pupil != pupil);
        self.report.deleted.retain(|other| *other != pupil);
    }

    /// Notes that the school deleted a pupil's record: she is to be removed here, too.
    pub(super) fn deleted(&mut self, pupil: PupilId) {
        if !self.report.deleted.contains(&pupil) {
            self.report.deleted.push(pupil);
        }
    }

    /// Notes what stays away.
    pub(super) fn leave(&mut self, want: &Want, why: WhyWaiting) {
        self.wanted.retain(|other| other.blob.id != want.blob.id);
        let waiting = &mut self.report.waiting;
        waiting.retain(|other| other.blob != want.blob.id);
        self.report.waiting.push(Waiting {
            blob: want.blob.id,
            lesson: want.lesson,
            bytes: want.blob.len.saturating_sub(want.have),
            why,
        });
    }

    /// What was not come to waits, too.
    pub(super) fn settle(&mut self) {
        for want in std::mem::take(&mut self.wanted) {
            self.leave(&want, WhyWaiting::Line);
        }
    }

    pub(super) fn progress(&self, stage: Stage) -> Progress {
        let left = self
            .wanted
            .iter()
            .map(|want| want.blob.len.saturating_sub(want.have));
        let mut waiting = Amount {
            items: self.wanted.len() as u64,
            bytes: left.sum(),
        };
        for away in &self.report.waiting {
            waiting.items += 1;
            waiting.bytes = waiting.bytes.saturating_add(away.bytes);
        }
        Progress {
            stage,
            here: self.here,
            waiting,
            stored: self.has_stored,
        }
    }
}
