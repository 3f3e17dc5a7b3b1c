//! Opening a pupil's log: the journal and the database against each other.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::journal::{Journal, Owner, Parsed};
use super::ladder::{Ladder, with_suffix};
use super::log_state::LogState;
use super::places::{OpenMark, make_dir, sync_dir};
use super::seal::Seal;
use super::store::Durability;
use super::stream::{
    Kind, Pending, StreamRecord, absorb_into, event_key, next_stream, put_record, rechain,
};
use super::vault::{Changes, Name, Tree, Vault};
use super::{Ground, OpenFinding, OpenOptions, ShelfError};
use crate::id::{PupilId, StreamId};
use crate::log::{Chain, ChainSecret, Event, StreamOpen, StreamPoint};

/// How many events are looked for at every open; some 3 microseconds each.
const CHECK_NEWEST: u64 = 20_000;
/// Memory for sled's pages of one pupil.
const CACHE_BYTES: u64 = 16 << 20;

/// Opens a log. Damage that shows only once the database is in use is met again by a second
/// try, which looks at every record.
pub(super) fn open(
    ground: &Arc<Ground>,
    dir: &Path,
    pupil: PupilId,
    seal: &Arc<Seal>,
    options: &OpenOptions,
) -> Result<LogState, ShelfError> {
    let mut mended = Vec::new();
    let mut try_once = || {
        let (ground, seal) = (Arc::clone(ground), Arc::clone(seal));
        open_once(ground, dir, pupil, seal, options, &mut mended)
    };
    let opened = match try_once() {
        Err(error) if error.is_damage() => try_once(),
        done => done,
    };
    let mut state = opened?;
    state.mended = mended;
    Ok(state)
}

fn open_once(
    ground: Arc<Ground>,
    dir: &Path,
    pupil: PupilId,
    seal: Arc<Seal>,
    options: &OpenOptions,
    mended: &mut Vec<OpenFinding>,
) -> Result<LogState, ShelfError> {
    make_dir(dir)?;
    dir.parent().map_or(Ok(()), sync_dir)?;
    let (mark, unclean) = OpenMark::set(dir)?;
    if unclean {
        mended.push(OpenFinding::UncleanStop);
    }
    let (journal_path, store_path) = (dir.join("journal"), dir.join("state.sled"));
    let parsed = Parsed::read(&journal_path, &seal, &pupil)?;
    let recent = Parsed::read_recent(&journal_path, &seal, &pupil);
    let ladder = Ladder {
        path: store_path.clone(),
        cache_bytes: CACHE_BYTES,
        seal: Arc::clone(&seal),
        options,
        unclean,
        expected: parsed.is_some() || recent.is_some(),
        is_state: true,
    };
    let climbed = ladder.climb(mended, load_records)?;
    let (vault, Records { own, returned }) = (climbed.vault, climbed.loaded);
    let had_records = !own.is_empty();

    let (current, mut former) = current_stream(parsed.as_ref(), own, pupil)?;
    let lacking = if climbed.rebuilt {
        0
    } else {
        count_lacking(&vault, &current, unclean)?
    };
    if lacking > 0 {
        mended.push(OpenFinding::EventsLacking {
            pupil,
            count: lacking,
        });
    }
    let retake = climbed.rebuilt || lacking > 0;
    let start = start_point(parsed.as_ref(), &current, retake);
    let older = start.next_seq.saturating_sub(current.absorbed.next_seq);
    if !climbed.rebuilt && lacking == 0 && older > 0 {
        // The database came back older than the journal begins: what lies between is at school.
        mended.push(OpenFinding::EventsLacking {
            pupil,
            count: older,
        });
    }
    let read = read_journal([parsed.as_ref(), recent.as_ref()], &seal, &current, start)?;
    let is_whole = parsed.as_ref().is_some_and(|parsed| {
        // A trimmed journal whose frames end below the database's point cannot be added to.
        let ends = parsed
            .seqs()
            .last()
            .map_or(parsed.header.as_ref().map(|h| h.base.next_seq), |s| {
                Some(s.saturating_add(1))
            });
        !parsed.has_hole
            && !parsed.header_harmed
            && !read.is_broken
            && ends == Some(read.chain.point().next_seq)
    });

    let (mut record, mut chain, mut pending) = (current, read.chain, read.pending);
    if retake || start != record.absorbed {
        record.whole_from = start.next_seq;
    }
    record.absorbed = start;
    if read.has_skipped {
        record.whole_from = record.acknowledged.next_seq;
    }
    let header = parsed.as_ref().and_then(|parsed| parsed.header.as_ref());
    let owner = Owner {
        seal: Arc::clone(&seal),
        pupil,
        school: ground.school(),
    };
    let mut journal = match parsed.as_ref().zip(header) {
        Some((parsed, header)) if is_whole => {
            if parsed.torn > 0 {
                mended.push(OpenFinding::TornTail {
                    pupil,
                    bytes: parsed.torn,
                });
            }
            Journal::resume(&journal_path, &owner, header, parsed.good_len())
        }
        _ => {
            let lost = read.lost;
            if !read.beyond.is_empty() {
                // Events behind a hole cannot be proven on this chain; they begin another.
                let next = next_stream(&record, chain.point(), read.beyond.first())?;
                absorb_into(&vault, Some(Kind::Own), &mut record, &mut pending)?;
                record.end = Some(chain.point().next_seq);
                former.insert(record.order, record);
                (chain, pending) = rechain(&next.open, read.beyond)?;
                record = next;
            }
            if let Some(kept_as) = keep_copy(&journal_path, parsed.is_some())? {
                mended.push(OpenFinding::JournalDamaged {
                    pupil,
                    lost,
                    kept_as: Some(kept_as),
                });
            } else if had_records {
                mended.push(OpenFinding::JournalDamaged {
                    pupil,
                    lost,
                    kept_as: None,
                });
            }
            let mut header = record.header();
            let unsent = unsent_below(&vault, &record);
            if !unsent.is_empty() {
                header.base = record.acknowledged;
            }
            let events = unsent.iter().chain(pending.iter().map(|(event, _)| event));
            Journal::create(&journal_path, &owner, &header, events)?
        }
    };
    let school = owner.school.as_ref();
    let is_old = |parsed: &Parsed| is_whole && !parsed.is_up_to_date(&seal, school);
    if parsed.as_ref().is_some_and(is_old) {
        // Of an earlier program or under former keys: that is no reason not to open.
        let _ = journal.renew(owner.school);
    }
    let mut changes = Changes::default();
    for stream in former.values().chain([&record]) {
        put_record(&mut changes, Kind::Own, stream)?;
    }
    // A new stream's secret must not lie in its journal alone.
    let durability = match is_whole {
        true => Durability::Soon,
        false => Durability::Now,
    };
    vault.commit(&changes, durability)?;
    mark.trust();
    Ok(LogState {
        pupil,
        seal,
        journal,
        journal_path,
        store_path,
        current: record,
        former,
        returned,
        chain,
        pending,
        absorb_at: super::log_state::ABSORB_AT,
        mended: Vec::new(),
        is_gone: false,
        vault,
        mark,
        ground,
    })
}

fn keep_copy(path: &Path, is_there: bool) -> Result<Option<PathBuf>, ShelfError> {
    if !is_there {
        return Ok(None);
    }
    let kept = with_suffix(path, &format!("bad-{}", Timestamp::now().as_millisecond()));
    fs::copy(path, &kept).map_err(|error| ShelfError::io("keeping", &kept, error))?;
    Ok(Some(kept))
}

/// The streams that a database knows.
#[derive(Default)]
struct Records {
    own: Vec<StreamRecord>,
    /// By their order.
    returned: BTreeMap<u32, StreamRecord>,
}

fn load_records(vault: &Vault) -> Result<(Records, Vec<Name>), ShelfError> {
    let mut records = Records::default();
    let bad = vault.scan(Tree::Meta, &mut |key, value| {
        let is_own = key.starts_with(Kind::Own.key());
        if !is_own && !key.starts_with(Kind::Returned.key()) {
            return Ok(true);
        }
        let Ok(record) = postcard::from_bytes::<StreamRecord>(&value) else {
            return Ok(false);
        };
        if is_own {
            records.own.push(record);
        } else {
            records.returned.insert(record.order, record);
        }
        Ok(true)
    })?;
    Ok((records, bad))
}

/// The stream that is written, and the ones before it. The journal leads: a fork is made
/// there first.
fn current_stream(
    parsed: Option<&Parsed>,
    records: Vec<StreamRecord>,
    pupil: PupilId,
) -> Result<(StreamRecord, BTreeMap<u32, StreamRecord>), ShelfError> {
    let header = parsed.and_then(|parsed| parsed.header.as_ref());
    let mut by_stream: BTreeMap<StreamId, StreamRecord> = records
        .into_iter()
        .map(|record| (record.open.stream, record))
        .collect();
    let newest = by_stream
        .values()
        .max_by_key(|record| record.order)
        .cloned();
    let open = header.map(|header| header.open.clone());
    let mut current = match (open, newest) {
        (Some(open), newest) => by_stream.remove(&open.stream).unwrap_or_else(|| {
            let order = newest.map_or(0, |record| record.order.saturating_add(1));
            StreamRecord::begin(open, order)
        }),
        (None, Some(newest)) => {
            by_stream.remove(&newest.open.stream);
            newest
        }
        (None, None) => {
            let open = StreamOpen {
                stream: StreamId::random()?,
                pupil,
                secret: ChainSecret::random()?,
                parent: None,
            };
            StreamRecord::begin(open, 0)
        }
    };
    if let Some(header) = header
        && header.acknowledged.next_seq > current.acknowledged.next_seq
    {
        current.acknowledged = header.acknowledged;
    }
    if let Some((parent, at)) = current.open.parent
        && let Some(record) = by_stream.get_mut(&parent)
    {
        // It may have parted once more below.
        let end = record.end.unwrap_or(at.next_seq);
        record.end = Some(end.min(at.next_seq));
    }
    let former = by_stream
        .into_values()
        .map(|record| (record.order, record))
        .collect();
    Ok((current, former))
}

/// How many events the database lacks that it says it has: sled can lose a record without a
/// word. After an unclean stop all are looked for, else the newest.
/// What is there and cannot be read is taken out.
fn count_lacking(vault: &Vault, current: &StreamRecord, unclean: bool) -> Result<u64, ShelfError> {
    let end = current.absorbed.next_seq;
    let newest = if unclean {
        0
    } else {
        end.saturating_sub(CHECK_NEWEST)
    };
    let mut lacking = 0;
    for seq in current.whole_from.max(newest)..end {
        let key = event_key(current.open.stream, seq);
        match vault.get(Tree::Event, &key) {
            Ok(Some(_)) => {}
            Ok(None) => lacking += 1,
            Err(error) if error.is_damage() => {
                // Left there it would refuse every reading of the log.
                let mut changes = Changes::default();
                changes.delete(Tree::Event, key);
                vault.commit(&changes, Durability::Now)?;
                lacking += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(lacking)
}

/// Where the waiting events begin: at what the database has, unless the journal begins
/// higher, because the database came back older than it was; a rebuilt database takes all
/// that the journal still has.
fn start_point(parsed: Option<&Parsed>, current: &StreamRecord, rebuilt: bool) -> StreamPoint {
    let base = parsed
        .and_then(|parsed| parsed.header.as_ref())
        .filter(|header| header.open.stream == current.open.stream)
        .map(|header| header.base);
    match base {
        Some(base) if rebuilt || base.next_seq > current.absorbed.next_seq => base,
        _ => current.absorbed,
    }
}

struct JournalRead {
    chain: Chain,
    pending: Pending,
    /// Events behind a hole that the chain cannot pass.
    beyond: Vec<Event>,
    /// Events that are nowhere.
    lost: u64,
    is_broken: bool,
    /// Whether the chain goes on from the cloud's point, over events that are not here.
    has_skipped: bool,
}

/// What the database has and the cloud has not, for a journal that is made anew: an answer
/// that is still to be sent lies in two places. Empty where that is nothing, or not all there.
fn unsent_below(vault: &Vault, record: &StreamRecord) -> Vec<Event> {
    let unsent = record.acknowledged.next_seq..record.absorbed.next_seq;
    if unsent.start < record.whole_from {
        return Vec::new();
    }
    let event = |seq| {
        let value = vault.get(Tree::Event, &event_key(record.open.stream, seq));
        Event::from_canonical(seq, value.ok()??.get(32..)?).ok()
    };
    unsent.map(event).collect::<Option<_>>().unwrap_or_default()
}

/// Goes through the frames of a journal and of the second copy of its newest ones.
fn read_journal(
    [parsed, recent]: [Option<&Parsed>; 2],
    seal: &Seal,
    current: &StreamRecord,
    start: StreamPoint,
) -> Result<JournalRead, ShelfError> {
    let secret = &current.open.secret;
    let cloud = current.acknowledged;
    let mut chain = Chain::resume(secret.clone(), start);
    let (mut pending, mut beyond) = (Pending::new(), Vec::new());
    let (mut lost, mut is_broken, mut has_skipped) = (0, false, false);
    let mut expected = start.next_seq;
    let mut end = start.next_seq;
    let frames_of = |parsed: Option<&Parsed>| -> Vec<(u64, Option<Event>)> {
        parsed.map_or_else(Vec::new, |parsed| {
            parsed.events(seal, &current.open, start.next_seq).collect()
        })
    };
    let mut frames: BTreeMap<u64, Option<Event>> = frames_of(parsed).into_iter().collect();
    for (seq, event) in frames_of(recent) {
        if event.is_some() && frames.get(&seq).is_none_or(Option::is_none) {
            frames.insert(seq, event);
            is_broken = true;
        }
    }
    for (seq, event) in frames {
        end = seq.saturating_add(1);
        let Some(event) = event else {
            is_broken = true;
            continue;
        };
        // What the cloud acknowledged is not lost, and is not sent a second time.
        lost += seq.saturating_sub(expected.max(cloud.next_seq));
        expected = end;
        if seq != chain.point().next_seq && seq == cloud.next_seq {
            chain = Chain::resume(secret.clone(), cloud);
            has_skipped = true;
        }
        if seq == chain.point().next_seq {
            let point = chain.push(&event)?;
            pending.push_back((event, point));
            continue;
        }
        is_broken = true;
        if seq > cloud.next_seq {
            beyond.push(event);
        }
    }
    lost += end.saturating_sub(expected.max(cloud.next_seq));
    if cloud.next_seq > chain.point().next_seq {
        (is_broken, has_skipped) = (true, true);
        chain = Chain::resume(secret.clone(), cloud);
    }
    Ok(JournalRead {
        chain,
        pending,
        beyond,
        lost,
        is_broken,
        has_skipped,
    })
}
