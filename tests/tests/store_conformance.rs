//! What the simulator believes of a terminal's store is what the real shelf does: random
//! operations, right and wrong ones, on both, answers compared one by one; and the promises
//! that the cores rely on, each on both.
//!
//! `HOTARU_CONFORMANCE_SEED=N` repeats one run. A new [`StoreOp`] wants an arm in
//! [`Script::op`]; what it changes is compared by [`observe`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use hotaru_content::blob::{BlobId, BlobRef, GROUP_LEN};
use hotaru_content::clock::Stamp;
use hotaru_content::id::{BootId, ClassId, LessonId, MaterialId, NoteId, PupilId, RunId};
use hotaru_content::key::{PublicKey, SecretKey};
use hotaru_content::lesson::{Body, Material, Revision, Subject};
use hotaru_content::log::{self, Fact, Head, NoteSaved, StreamOpen, StreamPoint};
use hotaru_content::order::{EraseOrder, Unsent};
use hotaru_content::shelf::{
    LessonBatch, LessonChange, LockKind, OpenOptions, Owed, PupilEntry, Receipt, ReceiptState,
    SealedFor, Shelf, open_sealed_journal,
};
use hotaru_sim::disk::{Disk, Log, Stream, read_journal};
use hotaru_sim::identity::Identity;
use hotaru_sync::client::terminal::{ShelfStore, keys_of};
use hotaru_sync::order::{Numbered, Order, SignedOrders, Statement};
use hotaru_sync::pack::sample::{self, Random};
use hotaru_sync::signed::keys::{Chain, Keys, is_proven};
use hotaru_sync::signed::public;
use hotaru_sync::terminal::{StoreAnswer, StoreFault, StoreOp};
use jiff::civil::{Date, date};
use tempfile::TempDir;

type Outcome = Result<StoreAnswer, StoreFault>;

const PUPILS: [PupilId; 2] = [PupilId([1; 16]), PupilId([2; 16])];
/// Lengths of blobs: empty, small, whole groups and rests, and more than the shelf keeps in
/// its database (256 KiB).
const LENS: [usize; 10] = [
    0, 1, 700, 5000, 16_384, 16_385, 40_000, 60_000, 262_144, 300_000,
];
/// Later than every lesson.
const TODAY: Date = date(2027, 3, 1);

/// A profile on the disk and its model.
struct Both {
    dir: TempDir,
    shelf: Option<Shelf>,
    model: Disk,
    /// What the model says that a core must not even try.
    broken: Vec<String>,
}

impl Both {
    fn new() -> Self {
        // Every confirmed change is synced to the disk; one in memory does so at once.
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() {
            TempDir::with_prefix_in("hotaru-conformance-", memory)
        } else {
            TempDir::new()
        };
        let mut both = Self {
            dir: dir.expect("a place"),
            shelf: None,
            model: Disk::of(Identity::default()),
            broken: Vec::new(),
        };
        both.open();
        let own = both.model.identity.clone();
        let joined = both.shelf().update_identity(|identity| {
            identity.terminal = Some(own.terminal);
            identity.signing_key = Some(own.key);
        });
        joined.expect("it is kept");
        for pupil in PUPILS {
            let entry = PupilEntry {
                pupil,
                number: 1,
                class: ClassId([3; 16]),
                class_name: "6-1".to_owned(),
                grade: "P6".to_owned(),
            };
            both.shelf().add_pupil(entry).expect("a place for her");
            let open = both.shelf().pupil(&pupil).expect("her log").open_info();
            both.model.logs.insert(pupil, Log::begin(open));
        }
        both
    }

    fn profile(&self) -> PathBuf {
        self.dir.path().join("profile")
    }

    fn open(&mut self) {
        let options = OpenOptions {
            min_free_bytes: 0,
            ..OpenOptions::default()
        };
        let opened = Shelf::open(&self.profile(), &options).expect("the shelf opens");
        opened.shelf.set_cap(self.model.cap.unwrap_or(u64::MAX));
        self.shelf = Some(opened.shelf);
    }

    fn shelf(&self) -> &Shelf {
        self.shelf.as_ref().expect("it is open")
    }

    /// The program ends and starts again.
    fn reopen(&mut self) {
        self.shelf = None;
        self.model.close();
        self.open();
    }

    /// A pupil does something; it is durable on return.
    fn study(&mut self, pupil: PupilId, text: &str) {
        let stamp = Stamp {
            wall_ms: 1_795_186_799_000,
            mono_ms: 5,
            boot: BootId([4; 16]),
        };
        let fact = Fact::NoteSaved(NoteSaved {
            note: NoteId([5; 16]),
            lesson: None,
            text: text.to_owned(),
        });
        let log = self.shelf().pupil(&pupil).expect("her log");
        let event = log.append(stamp, &fact).expect("it is saved");
        let model = self.model.logs.get_mut(&pupil).expect("her log");
        model.now.push(event);
    }

    /// One sync: operations one by one, compared, and what can be seen after each.
    fn sync(&mut self, mut next: impl FnMut(&Disk) -> Option<StoreOp>) {
        self.model.close();
        let shelf = self.shelf().clone();
        let mut real = ShelfStore::new(&shelf, TODAY);
        while let Some(op) = next(&self.model) {
            let told = describe(&op);
            let wanted = self.model.answer(op.clone(), None, &mut self.broken);
            let found = real.carry_out(op);
            same(&told, &wanted, &found);
            for op in observe(&self.model) {
                let told = format!("{} after {told}", describe(&op));
                let wanted = self.model.answer(op.clone(), None, &mut self.broken);
                same(&told, &wanted, &real.carry_out(op));
            }
        }
    }

    /// A new key, where one is due: each side makes its own, so what is compared is whether
    /// there is one, and what it proves.
    fn renew(&mut self, op: &StoreOp, fresh: [u8; 32]) {
        self.model.fresh_key = fresh;
        let wanted = self.model.answer(op.clone(), None, &mut self.broken);
        let found = ShelfStore::new(self.shelf(), TODAY).carry_out(op.clone());
        let told = describe(op);
        match (wanted, found) {
            (Ok(StoreAnswer::NewKey(wanted)), Ok(StoreAnswer::NewKey(found))) => {
                assert_eq!(wanted.is_some(), found.is_some(), "{told}");
                for ((rekey, keys), side) in [wanted, found].into_iter().zip(self.keys()).zip(0..) {
                    let proven = rekey.is_none_or(|rekey| {
                        is_proven(self.model.identity.terminal, public(&keys.key), &rekey)
                    });
                    assert!(proven, "{told} on side {side}");
                }
            }
            (wanted, found) => panic!("{told}:\n model {wanted:?}\n shelf {found:?}"),
        }
        self.same_keys(&told);
    }

    /// The school has a key: each side's pending one, or another.
    fn take(&mut self, other: Option<PublicKey>) {
        let [model, real] = self.keys().map(|keys| {
            let pending = keys.renewal.pending.as_ref();
            let pending = pending.map(|pending| pending.handover.key);
            other.or(pending).unwrap_or(PublicKey([9; 32]))
        });
        let taken = |key| StoreOp::KeyTaken { key };
        let wanted = self.model.answer(taken(model), None, &mut self.broken);
        let found = ShelfStore::new(self.shelf(), TODAY).carry_out(taken(real));
        same("a key is taken", &wanted, &found);
        self.same_keys("a key is taken");
    }

    fn keys(&self) -> [Keys; 2] {
        let real = keys_of(&self.shelf().identity()).expect("it has a key");
        [self.model.identity.keys(), real]
    }

    fn same_keys(&self, told: &str) {
        let [wanted, found] = self.keys();
        let of = |keys: &Keys| {
            let renewal = &keys.renewal;
            let led = renewal.handovers.first().map(|first| {
                let chain = Chain::from(first.former, &renewal.handovers).expect("it leads on");
                chain.lead(self.model.identity.terminal, first.former) == Some(public(&keys.key))
            });
            let steps = renewal.handovers.len();
            (renewal.pending.is_some(), steps, led, renewal.since_ms)
        };
        assert_eq!(of(&wanted), of(&found), "{told}");
    }

    /// One operation in a sync of its own.
    fn once(&mut self, op: StoreOp) -> Outcome {
        let mut op = Some(op);
        let mut outcome = None;
        self.sync(|model| {
            let op = op.take()?;
            outcome = Some(model.clone().answer(op.clone(), None, &mut Vec::new()));
            Some(op)
        });
        outcome.expect("it was carried out")
    }
}

/// Answers alike; faults alike as far as a core tells them apart. Where the model says that
/// a core must not try, it does not know in which words the shelf refuses.
fn same(told: &str, wanted: &Outcome, found: &Outcome) {
    let is_same = match (wanted, found) {
        (Ok(wanted), Ok(found)) => wanted == found,
        (Err(StoreFault::Wrong), Err(StoreFault::Wrong | StoreFault::Other { .. })) => true,
        (Err(StoreFault::NoSpace), Err(StoreFault::NoSpace)) => true,
        (
            Err(StoreFault::Other { code: wanted, .. }),
            Err(StoreFault::Other { code: found, .. }),
        ) => wanted == found,
        _ => false,
    };
    let (wanted, found) = (describe(wanted), describe(found));
    assert!(is_same, "{told}:\n model {wanted}\n shelf {found}");
}

/// Questions that show the whole state, and change nothing.
fn observe(model: &Disk) -> Vec<StoreOp> {
    let mut ops = vec![StoreOp::Cursor, StoreOp::Wants, StoreOp::ReceiptsOwed];
    for pupil in model.logs.keys().copied() {
        ops.push(StoreOp::Log { pupil });
        ops.push(StoreOp::Streams { pupil });
        for kept in model.logs[&pupil].streams() {
            let stream = kept.open.stream;
            ops.push(StoreOp::Events {
                pupil,
                stream,
                from: 0,
                max: 1000,
            });
            let last = kept.point().next_seq;
            let points = (0..=last + 1).map(|seq| StoreOp::PointAt { pupil, stream, seq });
            ops.extend(points);
        }
    }
    ops.extend(blobs().map(|(blob, _)| StoreOp::Blob { blob }));
    ops
}

fn blobs() -> impl Iterator<Item = (BlobRef, Vec<u8>)> {
    (0..).zip(LENS).map(|(seed, len)| {
        let mut random = Random(seed);
        let bytes: Vec<u8> = (0..len).map(|_| random.number() as u8).collect();
        (BlobRef::of(&bytes), bytes)
    })
}

/// An operation or an answer in one line.
fn describe(what: &impl std::fmt::Debug) -> String {
    let mut text = format!("{what:?}");
    if text.len() > 1000 {
        text.truncate(text.floor_char_boundary(1000));
        text.push('…');
    }
    text
}

fn document(lesson: LessonId, revision: u32, day: Date, blobs: &[BlobRef]) -> Vec<u8> {
    let body = |at: usize, blob: BlobRef| match at % 3 {
        0 => Body::Text { blob },
        1 => Body::BoardPhoto {
            blob,
            width: 1,
            height: 1,
        },
        _ => Body::Handout { blob, pages: 1 },
    };
    let mut materials: Vec<Material> = blobs
        .iter()
        .enumerate()
        .map(|(at, blob)| Material {
            id: MaterialId([at as u8; 16]),
            title: "教材".to_owned(),
            body: body(at, *blob),
        })
        .collect();
    materials.push(Material {
        id: MaterialId([99; 16]),
        title: "リンク".to_owned(),
        body: Body::Link {
            url: "https://example.jp".to_owned(),
            note: String::new(),
        },
    });
    let document = Revision {
        format: 1,
        lesson,
        revision,
        day,
        period: None,
        subject: Subject::Science,
        unit: String::new(),
        title: "てこ".to_owned(),
        curriculum_code: None,
        source: String::new(),
        expires: date(2199, 3, 31),
        materials,
    };
    document.to_json().expect("a lesson")
}

fn put(lesson: u8, revision: u32, blobs: &[BlobRef]) -> LessonChange {
    let lesson = LessonId([lesson; 16]);
    LessonChange::Put {
        lesson,
        revision,
        document: document(lesson, revision, date(2026, 11, 20), blobs),
        pupils: PUPILS.to_vec(),
    }
}

/// Chooses operations at random: most of them right, some wrong.
struct Script {
    random: Random,
    blobs: Vec<(BlobRef, Vec<u8>)>,
}

impl Script {
    fn below(&mut self, end: u64) -> u64 {
        self.random.below(end)
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        from.get(self.random.below(from.len() as u64) as usize)
            .cloned()
    }

    fn blob(&mut self) -> (BlobRef, Vec<u8>) {
        let at = self.below(self.blobs.len() as u64) as usize;
        self.blobs[at].clone()
    }

    fn op(&mut self, model: &Disk) -> StoreOp {
        let pupil = PUPILS[self.below(2) as usize];
        let log = &model.logs[&pupil];
        let lesson = LessonId([self.below(4) as u8; 16]);
        let streams: Vec<&Stream> = log.streams().collect();
        let any = streams[self.below(streams.len() as u64) as usize];
        match self.below(14) {
            0 => StoreOp::Acknowledge {
                pupil,
                point: self.point(&log.now),
            },
            1 if self.below(3) == 0 => StoreOp::Fork {
                pupil,
                stream: any.open.stream,
                at: self.point(any),
            },
            1 => StoreOp::Events {
                pupil,
                stream: any.open.stream,
                from: self.below(any.point().next_seq + 2),
                max: self.below(4) as usize,
            },
            12 if self.below(4) == 0 => StoreOp::EnterRun {
                run: RunId([self.below(3) as u8; 16]),
            },
            12 => StoreOp::Returned { pupil },
            13 => self.take_back(pupil, log),
            2 => {
                let (blob, mut bytes) = self.blob();
                if self.below(4) == 0 {
                    bytes.push(1);
                }
                // A core fetches a blob in one way at a time.
                if model.has_open(blob) {
                    return StoreOp::Partial { blob };
                }
                StoreOp::PutBlob { blob, bytes }
            }
            3 => StoreOp::Partial {
                blob: self.blob().0,
            },
            4..=7 => self.append(model),
            8 => StoreOp::Finish {
                blob: self.blob().0,
            },
            9 => StoreOp::NoSpace {
                lesson,
                missing_bytes: self.below(100),
            },
            _ => StoreOp::ReceiptsSent(self.receipts(model, lesson)),
        }
    }

    /// Study of another terminal's, mostly where what is here ends.
    fn take_back(&mut self, pupil: PupilId, log: &Log) -> StoreOp {
        let seed = 900 + self.below(2);
        let open = StreamOpen {
            pupil,
            ..sample::stream(seed)
        };
        let events = sample::answers(seed, 0, 12);
        let here = log.streams().find(|kept| kept.open == open);
        let here = here.map_or(0, |kept| kept.events.len());
        let from = if self.below(5) == 0 {
            self.below(12) as usize
        } else {
            here
        };
        let mut chain = log::Chain::open(&open);
        for event in &events[..from] {
            chain.push(event).expect("in order");
        }
        let count = self.below(4) as usize;
        StoreOp::TakeBack {
            from: chain.point(),
            events: events.into_iter().skip(from).take(count).collect(),
            open,
        }
    }

    /// A point of a stream, or one beside it.
    fn point(&mut self, log: &Stream) -> StreamPoint {
        let seq = self.below(log.point().next_seq + 1);
        let mut point = log.point_at(seq).expect("a point of the log");
        match self.below(6) {
            0 => point.head = Head([9; 32]),
            1 => point.next_seq += 1,
            _ => {}
        }
        point
    }

    /// The next group of a blob that is wanted, of another, or of none; the end at the end.
    fn append(&mut self, model: &Disk) -> StoreOp {
        let wants = model.clone().answer(StoreOp::Wants, None, &mut Vec::new());
        let Ok(StoreAnswer::Wants(wants)) = wants else {
            panic!("{wants:?}");
        };
        let want = self.pick(&wants).map(|want| want.blob);
        let known = self.blobs.iter().find(|(blob, _)| Some(*blob) == want);
        let (blob, bytes) = match known.cloned() {
            Some(known) => known,
            None => self.blob(),
        };
        let mut trial = model.clone();
        let have = match trial.answer(StoreOp::Partial { blob }, None, &mut Vec::new()) {
            Ok(StoreAnswer::Have(have)) => have as usize,
            _ => 0,
        };
        if have == bytes.len() {
            return StoreOp::Finish { blob };
        }
        let end = bytes.len().min(have + GROUP_LEN as usize);
        let mut group = bytes[have..end].to_vec();
        match self.below(12) {
            0 => group.truncate(self.below(group.len() as u64 + 1) as usize),
            1 => group.push(1),
            // The store believes its caller; the end tells.
            2 => group[0] ^= 1,
            _ => {}
        }
        StoreOp::Append { blob, group }
    }

    fn receipts(&mut self, model: &Disk, lesson: LessonId) -> Vec<Receipt> {
        let mut model = model.clone();
        let owed = match model.answer(StoreOp::ReceiptsOwed, None, &mut Vec::new()) {
            Ok(StoreAnswer::Receipts(owed)) => owed,
            other => panic!("{other:?}"),
        };
        match self.pick(&owed) {
            Some(receipt) if self.below(4) > 0 => vec![receipt],
            _ => vec![Receipt {
                lesson,
                revision: 1 + self.below(3) as u32,
                state: ReceiptState::OnTerminal,
            }],
        }
    }

    /// What the school says is new; now and then nonsense.
    fn batch(&mut self, model: &Disk) -> LessonBatch {
        let mut revisions: BTreeMap<LessonId, u32> = BTreeMap::new();
        let changes = (0..1 + self.below(3)).map(|_| {
            let lesson = LessonId([self.below(4) as u8; 16]);
            if self.below(5) == 0 {
                return LessonChange::Withdraw { lesson };
            }
            let held = model.lessons.get(&lesson).map_or(0, |held| held.revision);
            let before = revisions.get(&lesson).copied().unwrap_or(held);
            // Other recipients are a change without a new revision.
            let revision = (before + u32::from(self.below(5) > 0)).max(1);
            revisions.insert(lesson, revision);
            let blobs: Vec<BlobRef> = (0..self.below(4)).map(|_| self.blob().0).collect();
            let day = date(2026, 11, 18 + self.below(3) as i8);
            let mut document = document(lesson, revision, day, &blobs);
            match self.below(30) {
                0 => document.truncate(40),
                1 => document = self::document(LessonId([77; 16]), revision, day, &blobs),
                _ => {}
            }
            LessonChange::Put {
                lesson,
                revision,
                document,
                pupils: PUPILS.to_vec(),
            }
        });
        let changes = changes.collect();
        let after = model.cursor + u64::from(self.below(12) == 0);
        LessonBatch {
            listing: None,
            after,
            cursor: model.cursor + 1 + self.below(5),
            changes,
        }
    }
}

/// A profile's life under one seed.
fn run(seed: u64, days: usize) {
    println!("seed {seed}");
    let mut both = Both::new();
    let mut script = Script {
        random: Random(seed),
        blobs: blobs().collect(),
    };
    for day in 0..days {
        if script.below(4) == 0 {
            both.model.cap = Some(200_000 + script.below(600_000));
            let cap = both.model.cap.unwrap_or(u64::MAX);
            both.shelf().set_cap(cap);
        }
        for _ in 0..script.below(4) {
            let pupil = PUPILS[script.below(2) as usize];
            both.study(pupil, &format!("{day}"));
        }
        match script.below(4) {
            0 => both.take(None),
            1 => both.take(Some(PublicKey([script.below(9) as u8; 32]))),
            _ => {
                let days = (script.below(300) * 24 * 3600 * 1000) as i64;
                let op = StoreOp::NewKey {
                    is_asked: script.below(4) == 0,
                    server_ms: (script.below(5) > 0).then_some(1_795_186_799_000 + days),
                };
                let fresh = script.random.bytes();
                both.renew(&op, fresh);
            }
        }
        // New lessons stand at a sync's beginning: it throws away partials that are in use.
        let batch = script.batch(&both.model);
        let _ = both.once(StoreOp::ApplyLessons(batch));
        let mut left = 12;
        both.sync(|model| {
            left -= 1;
            (left > 0).then(|| script.op(model))
        });
        if script.below(3) == 0 {
            both.reopen();
        }
    }
}

#[test]
fn random_operations_are_answered_alike() {
    if let Ok(seed) = std::env::var("HOTARU_CONFORMANCE_SEED") {
        return run(seed.parse().expect("a number"), 40);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let fresh = now.map_or(0, |now| now.as_nanos() as u64);
    let long = std::env::var_os("HOTARU_PROVE").is_some();
    let seeds = if long { 100 } else { 2 };
    for seed in (1..=seeds).chain(fresh..fresh + seeds) {
        run(seed, 14);
    }
}

/// The last point of a pupil's log.
fn end(both: &Both, pupil: PupilId) -> StreamPoint {
    both.model.logs[&pupil].now.point()
}

#[test]
fn only_what_is_on_the_own_chain_is_acknowledged_and_it_never_goes_back() {
    let (mut both, pupil) = (Both::new(), PUPILS[0]);
    for text in ["一", "二", "三"] {
        both.study(pupil, text);
    }
    let point = end(&both, pupil);
    let above = StreamPoint {
        next_seq: 4,
        ..point
    };
    let beside = StreamPoint {
        head: Head([7; 32]),
        ..point
    };
    for wrong in [above, beside] {
        let outcome = both.once(StoreOp::Acknowledge {
            pupil,
            point: wrong,
        });
        assert!(outcome.is_err(), "{outcome:?}");
    }
    assert!(both.once(StoreOp::Acknowledge { pupil, point }).is_ok());
    both.reopen();
    let below = both.model.logs[&pupil]
        .now
        .point_at(1)
        .expect("it is known");
    let _ = both.once(StoreOp::Acknowledge {
        pupil,
        point: below,
    });
    let log = both.shelf().pupil(&pupil).expect("her log");
    assert_eq!(log.acknowledged(), point);
}

#[test]
fn a_fork_keeps_what_is_above_it_and_nobody_elses() {
    let mut both = Both::new();
    for text in ["一", "二", "三"] {
        both.study(PUPILS[0], text);
        both.study(PUPILS[1], text);
    }
    let (pupil, other) = (PUPILS[0], end(&both, PUPILS[1]));
    let at = both.model.logs[&pupil]
        .now
        .point_at(1)
        .expect("it is known");
    let beside = StreamPoint {
        head: Head([7; 32]),
        ..at
    };
    let stream = both.model.logs[&pupil].now.open.stream;
    let fork = |at| StoreOp::Fork { pupil, stream, at };
    assert!(both.once(fork(beside)).is_err());
    assert!(both.once(fork(at)).is_ok());
    both.reopen();
    both.study(pupil, "四");
    let log = both.shelf().pupil(&pupil).expect("her log");
    assert_eq!(log.open_info().parent.map(|(_, at)| at.next_seq), Some(1));
    assert_eq!(log.point().next_seq, 3, "two went along, and one is new");
    assert_eq!(end(&both, pupil), log.point());
    assert_eq!(both.shelf().pupil(&PUPILS[1]).expect("hers").point(), other);
    assert!(both.once(StoreOp::Cursor).is_ok());
}

#[test]
fn lessons_of_another_cursor_or_with_a_bad_document_change_nothing() {
    let mut both = Both::new();
    let batch = |after, cursor, changes| {
        StoreOp::ApplyLessons(LessonBatch {
            listing: None,
            after,
            cursor,
            changes,
        })
    };
    let (blob, bytes) = blobs().nth(3).expect("a blob");
    assert!(both.once(batch(0, 5, vec![put(1, 1, &[blob])])).is_ok());
    assert!(both.once(batch(0, 6, vec![put(2, 1, &[])])).is_err());
    let mut bad = put(2, 1, &[]);
    if let LessonChange::Put { revision, .. } = &mut bad {
        *revision = 2;
    }
    // The good one beside it is not taken, either.
    assert!(both.once(batch(5, 6, vec![put(3, 1, &[]), bad])).is_err());
    both.reopen();
    assert_eq!(
        both.once(StoreOp::Cursor),
        Ok(StoreAnswer::Cursor {
            after: 5,
            listing: None,
            run: None
        })
    );
    assert_eq!(both.model.lessons.len(), 1);
    // What is no longer assigned goes; a receipt for it is void.
    assert!(both.once(StoreOp::PutBlob { blob, bytes }).is_ok());
    let gone = LessonChange::Withdraw {
        lesson: LessonId([1; 16]),
    };
    assert!(both.once(batch(5, 7, vec![gone])).is_ok());
    assert!(both.once(StoreOp::Blob { blob }).is_err());
    assert_eq!(
        both.once(StoreOp::ReceiptsOwed),
        Ok(StoreAnswer::Receipts(Vec::new()))
    );
}

#[test]
fn a_partial_survives_and_takes_only_the_next_group() {
    let mut both = Both::new();
    for large in [6, 9] {
        let (blob, bytes) = blobs().nth(large).expect("a blob");
        let groups: Vec<Vec<u8>> = bytes
            .chunks(GROUP_LEN as usize)
            .map(<[u8]>::to_vec)
            .collect();
        let cursor = both.model.cursor;
        both.once(StoreOp::ApplyLessons(LessonBatch {
            listing: None,
            after: cursor,
            cursor: cursor + 1,
            changes: vec![put(large as u8, 1, &[blob])],
        }))
        .expect("a lesson");
        let mut first = vec![
            StoreOp::Finish { blob },
            StoreOp::Append {
                blob,
                group: groups[0].clone(),
            },
            StoreOp::Append {
                blob,
                group: groups[0][1..].to_vec(),
            },
            StoreOp::Append {
                blob,
                group: Vec::new(),
            },
            StoreOp::Partial { blob },
        ];
        first.reverse();
        both.sync(|_| first.pop());
        both.reopen();
        let have = both.once(StoreOp::Partial { blob });
        assert_eq!(have, Ok(StoreAnswer::Have(GROUP_LEN)));
        let mut rest: Vec<StoreOp> = groups[1..]
            .iter()
            .map(|group| StoreOp::Append {
                blob,
                group: group.clone(),
            })
            .chain([StoreOp::Finish { blob }])
            .rev()
            .collect();
        both.sync(|_| rest.pop());
        both.reopen();
        assert_eq!(
            both.once(StoreOp::Blob { blob }),
            Ok(StoreAnswer::Bytes(bytes))
        );
    }
}

#[test]
fn wrong_bytes_are_thrown_away_and_asked_for_again() {
    let mut both = Both::new();
    let (blob, bytes) = blobs().nth(3).expect("a blob");
    let batch = LessonBatch {
        listing: None,
        after: 0,
        cursor: 1,
        changes: vec![put(1, 1, &[blob])],
    };
    both.once(StoreOp::ApplyLessons(batch)).expect("a lesson");
    let mut wrong = bytes.clone();
    wrong[0] ^= 1;
    let put = StoreOp::PutBlob {
        blob,
        bytes: wrong.clone(),
    };
    assert!(both.once(put).is_err());
    let mut ops = vec![
        StoreOp::Finish { blob },
        StoreOp::Append { blob, group: wrong },
    ];
    both.sync(|_| ops.pop());
    let have = both.once(StoreOp::Partial { blob });
    assert_eq!(have, Ok(StoreAnswer::Have(0)));
    assert!(both.once(StoreOp::Blob { blob }).is_err());
}

#[test]
fn receipts_are_owed_until_sent_and_again_where_they_change() {
    let mut both = Both::new();
    let (blob, bytes) = blobs().nth(3).expect("a blob");
    let lesson = LessonId([1; 16]);
    let revise = |both: &mut Both, revision| {
        let cursor = both.model.cursor;
        both.once(StoreOp::ApplyLessons(LessonBatch {
            listing: None,
            after: cursor,
            cursor: cursor + 1,
            changes: vec![put(1, revision, &[blob])],
        }))
        .expect("a lesson");
    };
    let owed = |both: &mut Both| match both.once(StoreOp::ReceiptsOwed) {
        Ok(StoreAnswer::Receipts(owed)) => owed,
        other => panic!("{other:?}"),
    };
    revise(&mut both, 1);
    assert!(owed(&mut both).is_empty(), "not here, and room enough");
    both.once(StoreOp::NoSpace {
        lesson,
        missing_bytes: 1,
    })
    .expect("it is noted");
    let no_space = owed(&mut both);
    let missing_bytes = blob.len;
    assert_eq!(no_space[0].state, ReceiptState::NoSpace { missing_bytes });
    both.once(StoreOp::ReceiptsSent(no_space))
        .expect("it is noted");
    both.reopen();
    assert!(owed(&mut both).is_empty(), "it was said");
    both.once(StoreOp::PutBlob { blob, bytes }).expect("room");
    let here = owed(&mut both);
    assert_eq!(here[0].state, ReceiptState::OnTerminal);
    let stale = vec![Receipt {
        revision: 9,
        ..here[0]
    }];
    both.once(StoreOp::ReceiptsSent(stale)).expect("it is void");
    assert_eq!(owed(&mut both), here);
    both.once(StoreOp::ReceiptsSent(here)).expect("it is noted");
    assert!(owed(&mut both).is_empty());
    revise(&mut both, 2);
    assert_eq!(owed(&mut both)[0].revision, 2);
}

#[test]
fn nothing_assigned_is_given_up_for_room() {
    let mut both = Both::new();
    let all: Vec<_> = blobs().collect();
    let (kept, spare, large) = (&all[6], &all[7], &all[9]);
    let batch = LessonBatch {
        listing: None,
        after: 0,
        cursor: 1,
        changes: vec![put(1, 1, &[kept.0])],
    };
    both.once(StoreOp::ApplyLessons(batch)).expect("a lesson");
    let put_blob = |(blob, bytes): &(BlobRef, Vec<u8>)| StoreOp::PutBlob {
        blob: *blob,
        bytes: bytes.clone(),
    };
    both.once(put_blob(kept)).expect("room");
    both.once(put_blob(spare)).expect("room");
    let cap = kept.0.len + spare.0.len;
    both.model.cap = Some(cap);
    both.shelf().set_cap(cap);
    assert_eq!(both.once(put_blob(large)), Err(StoreFault::NoSpace));
    assert_eq!(
        both.once(StoreOp::Partial { blob: large.0 }),
        Err(StoreFault::NoSpace)
    );
    assert!(both.once(StoreOp::Blob { blob: kept.0 }).is_ok());
    let small = &all[2];
    assert!(both.once(put_blob(small)).is_ok());
    let nobody = BlobRef {
        id: BlobId([0; 32]),
        len: 1,
    };
    assert!(both.once(StoreOp::Blob { blob: nobody }).is_err());
}

/// When this happens, by the terminal's clock: milliseconds since 1970.
const NOW_MS: i64 = 1_795_186_799_000;
const PIN: &str = "4821";

impl Both {
    /// What is owed of a run: what for, and of journals what is in them above what was
    /// acknowledged, on both sides alike.
    fn owed(&mut self, run: u8, secret: &SecretKey) -> [Vec<Owed>; 2] {
        let op = StoreOp::Owed {
            run: Some(RunId([run; 16])),
        };
        let wanted = self.model.answer(op.clone(), None, &mut self.broken);
        let found = ShelfStore::new(self.shelf(), TODAY).carry_out(op);
        let [model, real] = [wanted, found].map(|answer| match answer {
            Ok(StoreAnswer::Owed {
                knows_keys: true,
                owed,
            }) => owed,
            other => panic!("{other:?}"),
        });
        let kinds = |owed: &[Owed]| -> Vec<String> {
            let mut kinds: Vec<_> = owed.iter().map(|one| format!("{:?}", one.what)).collect();
            kinds.sort();
            kinds
        };
        assert_eq!(kinds(&model), kinds(&real), "run {run}");
        for owed in &real {
            let SealedFor::Journal(pupil) = owed.what else {
                continue;
            };
            let above = self.model.logs[&pupil].now.acknowledged.next_seq;
            let journal = open_sealed_journal(owed.bytes.clone(), secret).expect("its box opens");
            let of_real = journal
                .events
                .into_iter()
                .filter(|event| event.seq >= above);
            let mut of_model = model.iter().filter(|one| one.what == owed.what);
            let of_model = of_model.next().expect("it is owed");
            let (stream, pieces) = read_journal(&of_model.bytes).expect("it is a journal");
            assert_eq!(journal.open.stream, stream);
            let of_model = pieces.into_iter().flat_map(|piece| piece.events);
            assert!(of_real.eq(of_model), "run {run}");
        }
        [model, real]
    }

    fn sent(&mut self, [model, real]: [Vec<Owed>; 2]) {
        for owed in model {
            let sent = self
                .model
                .answer(StoreOp::OwedSent(owed), None, &mut self.broken);
            assert_eq!(sent, Ok(StoreAnswer::Done));
        }
        for owed in real {
            let sent = ShelfStore::new(self.shelf(), TODAY).carry_out(StoreOp::OwedSent(owed));
            assert_eq!(sent, Ok(StoreAnswer::Done));
        }
    }

    fn learn_keys(&mut self, key: PublicKey) {
        let orders = Some(public(&order_secret()));
        self.once(StoreOp::SchoolKey { key, orders })
            .expect("it is kept");
        // The first one stays.
        let orders = Some(public(&SecretKey::from_bytes([7; 32])));
        self.once(StoreOp::SchoolKey { key, orders })
            .expect("it is kept");
    }

    fn lock(&mut self, pupil: PupilId) {
        let shelf = self.shelf().clone();
        let is_new = shelf
            .lock_state(&pupil, NOW_MS)
            .is_some_and(|state| state.kind.is_none());
        if is_new {
            shelf
                .set_lock(&pupil, LockKind::Pin, PIN, NOW_MS)
                .expect("a lock");
        }
        shelf.close_pupil(&pupil);
        self.model.lock_study(pupil, false);
    }

    fn unlock(&mut self, pupil: PupilId) {
        self.shelf().unlock(&pupil, PIN, NOW_MS).expect("it opens");
        self.model.open_study(&pupil);
    }
}

#[test]
fn what_is_locked_is_owed_to_each_run_once_and_opens_nothing() {
    let (mut both, secret) = (Both::new(), SecretKey::from_bytes([5; 32]));
    for text in ["一", "二", "三"] {
        both.study(PUPILS[0], text);
        both.study(PUPILS[1], text);
    }
    let point = both.model.logs[&PUPILS[0]].now.point_at(1).expect("known");
    both.once(StoreOp::Acknowledge {
        pupil: PUPILS[0],
        point,
    })
    .expect("it is its own");
    let op = StoreOp::Owed { run: None };
    assert_eq!(
        both.once(op),
        Ok(StoreAnswer::Owed {
            knows_keys: false,
            owed: vec![]
        })
    );
    let key = hotaru_content::boxed::public_of(&secret).expect("a key");
    both.learn_keys(key);
    let none = both.owed(1, &secret);
    assert!(none.iter().all(Vec::is_empty));
    both.lock(PUPILS[0]);
    // Nothing of her study is told, and nothing of it changes.
    let log = StoreOp::Log { pupil: PUPILS[0] };
    let refused = ShelfStore::new(both.shelf(), TODAY).carry_out(log.clone());
    let wanted = both.model.answer(log, None, &mut Vec::new());
    assert!(refused.is_err() && wanted.is_err());
    for run in [1, 2] {
        let owed = both.owed(run, &secret);
        assert_eq!(owed[0].len(), 2, "her journal and her codes");
        both.sent(owed);
        assert!(both.owed(run, &secret).iter().all(Vec::is_empty));
    }
    both.lock(PUPILS[1]);
    let owed = both.owed(2, &secret);
    assert_eq!(owed[0].len(), 2, "those of the other one");
    both.sent(owed);
    // She opens it, studies, and locks it again: a new journal.
    both.unlock(PUPILS[0]);
    both.study(PUPILS[0], "四");
    assert!(both.owed(2, &secret).iter().all(Vec::is_empty));
    both.lock(PUPILS[0]);
    let owed = both.owed(2, &secret);
    assert_eq!(owed[0].len(), 1);
    both.sent(owed);
    assert!(both.owed(2, &secret).iter().all(Vec::is_empty));
}

const UNSENT: StoreOp = StoreOp::Unsent {
    run: Some(RunId([9; 16])),
};

fn order_secret() -> SecretKey {
    SecretKey::from_bytes([6; 32])
}

/// A list of orders, as the school signs it.
fn ordered(both: &Both, list: u64, orders: &[(u64, Order)], secret: &SecretKey) -> StoreOp {
    let numbered = |(number, order): &(u64, Order)| Numbered {
        number: *number,
        made_ms: NOW_MS,
        order: *order,
    };
    let statement = Statement {
        format: 1,
        terminal: both.model.identity.terminal,
        list,
        orders: orders.iter().map(numbered).collect(),
    };
    StoreOp::Obey(SignedOrders::new(&statement, secret).expect("it is JSON"))
}

#[test]
fn orders_are_obeyed_once_and_what_is_unsent_is_told_until_it_was() {
    let (mut both, secret) = (Both::new(), order_secret());
    let key = hotaru_content::boxed::public_of(&SecretKey::from_bytes([5; 32])).expect("a key");
    for pupil in PUPILS {
        both.study(pupil, "一");
    }
    let unsent = Unsent {
        events: 2,
        ..Unsent::default()
    };
    let told = |unsent, is_told| Ok(StoreAnswer::Unsent { unsent, is_told });
    assert_eq!(both.once(UNSENT), told(unsent, false));
    both.once(StoreOp::UnsentTold(unsent)).expect("it is kept");
    assert_eq!(both.once(UNSENT), told(unsent, true));
    let run = RunId([9; 16]);
    both.once(StoreOp::EnterRun { run }).expect("it is kept");
    assert_eq!(both.once(UNSENT), told(unsent, false));
    // Without the school's key nobody is obeyed; with it, the school alone.
    let erase = Order::Erase { at_once: false };
    let op = ordered(&both, 1, &[(3, erase)], &secret);
    let nothing = |erase| {
        Ok(StoreAnswer::Obeyed {
            removed: vec![],
            done: vec![],
            erase,
        })
    };
    assert_eq!(both.once(op.clone()), nothing(None));
    both.learn_keys(key);
    let forged = ordered(&both, 1, &[(3, erase)], &SecretKey::from_bytes([7; 32]));
    assert_eq!(both.once(forged), nothing(None));
    assert_eq!(
        both.once(StoreOp::OrdersWait),
        Ok(StoreAnswer::OrdersWait(false))
    );
    let wanted = Some(EraseOrder {
        number: 3,
        at_once: false,
    });
    assert_eq!(both.once(op.clone()), nothing(wanted));
    both.reopen();
    assert_eq!(
        both.once(StoreOp::OrdersWait),
        Ok(StoreAnswer::OrdersWait(true))
    );
    // A recorded list changes nothing; a newer one takes the erasure back.
    assert_eq!(both.once(op), nothing(wanted));
    let removal = [(4, Order::RemovePupil { pupil: PUPILS[1] })];
    let op = ordered(&both, 2, &removal, &secret);
    let removed = both.once(op);
    assert_eq!(
        removed,
        Ok(StoreAnswer::Obeyed {
            removed: vec![PUPILS[1]],
            done: vec![4],
            erase: None,
        })
    );
    let one = Unsent {
        events: 1,
        ..Unsent::default()
    };
    assert_eq!(both.once(UNSENT), told(one, false));
    // Of a locked pupil it counts that her journal was not sent.
    both.lock(PUPILS[0]);
    let locked = Unsent {
        locked: 1,
        ..Unsent::default()
    };
    assert_eq!(both.once(UNSENT), told(locked, false));
}
