//! Sealed records over a [`Store`].
//!
//! A record is found by the keyed hash of its tree and key; its envelope is bound to that
//! hash. What it holds repeats the key, so that a scan can tell what it met. A value that
//! does not fit into 4 KiB lies in pieces whose names come from its content: a new value
//! never touches the pieces of the old one, and the record is the moment of commit.

mod rewrite;

pub(super) use rewrite::GoOn;

use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ShelfError;
use super::seal::{OVERHEAD, Place, Seal};
use super::step::step;
use super::store::{Durability, MAX_BATCH_BYTES, MAX_BATCH_OPS, MAX_VALUE_LEN, Op, Store, fits};

/// Bytes of a piece before it is sealed.
const PIECE_LEN: usize = MAX_VALUE_LEN - OVERHEAD;
/// The longest value: a lesson's document or a blob of the media database fits well.
pub(super) const MAX_RECORD_LEN: usize = 2 << 20;
/// The longest key.
const MAX_KEY_LEN: usize = 512;

/// What is kept in a database. The number is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Tree {
    /// Sentinel, cursor, where a stream stands.
    Meta = 1,
    /// Lessons, by id.
    Lesson = 2,
    /// The blob index, by blob id.
    BlobIndex = 3,
    /// Receipts, by lesson.
    Receipt = 4,
    /// Blobs up to 256 KiB, by blob id.
    Blob = 5,
    /// Events, by stream and number.
    Event = 6,
    /// Unfinished inputs, by a name that the window gives.
    Draft = 7,
}

impl Tree {
    const ALL: [Self; 7] = [
        Self::Meta,
        Self::Lesson,
        Self::BlobIndex,
        Self::Receipt,
        Self::Blob,
        Self::Event,
        Self::Draft,
    ];
}

const PIECES: u8 = 0x80;
const SENTINEL: &[u8] = b"sentinel";
const SENTINEL_VALUE: &[u8] = b"hotaru shelf 1";

/// Changes that belong together.
#[derive(Debug, Default)]
pub(super) struct Changes(Vec<(Tree, Vec<u8>, Option<Vec<u8>>)>);

impl Changes {
    pub fn put(&mut self, tree: Tree, key: impl Into<Vec<u8>>, value: Vec<u8>) -> &mut Self {
        self.0.push((tree, key.into(), Some(value)));
        self
    }

    pub fn delete(&mut self, tree: Tree, key: impl Into<Vec<u8>>) -> &mut Self {
        self.0.push((tree, key.into(), None));
        self
    }
}

/// A database whose every value is sealed.
pub(super) struct Vault {
    store: Box<dyn Store>,
    seal: Arc<Seal>,
    /// The copy that a rewrite is making: commits go there as well. Held for the whole of a
    /// commit, so that a rewrite never begins in the middle of one.
    copy: Mutex<Option<Arc<dyn Store>>>,
    /// What it took of the disk when it was last found, or made, worth it; 0 before that.
    settled: AtomicU64,
}

/// The name under which a record lies in the engine.
pub(super) type Name = Vec<u8>;
/// Takes a key and its value; says whether it can use them.
pub(super) type Take<'a> = dyn FnMut(&[u8], Vec<u8>) -> Result<bool, ShelfError> + 'a;
type TakeBody<'a> = dyn FnMut(&[u8], Body) -> Result<bool, ShelfError> + 'a;

/// What a record says of its value.
enum Body {
    Inline(Vec<u8>),
    Pieces { len: usize, hash: [u8; 16] },
}

impl Vault {
    pub fn new(store: Box<dyn Store>, seal: Arc<Seal>) -> Self {
        let (copy, settled) = (Mutex::new(None), AtomicU64::new(0));
        Self {
            store,
            seal,
            copy,
            settled,
        }
    }

    fn copy(&self) -> MutexGuard<'_, Option<Arc<dyn Store>>> {
        self.copy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One transaction, here and in the copy that is being made.
    fn apply(
        &self,
        copy: &mut Option<Arc<dyn Store>>,
        ops: &[Op],
        durability: Durability,
    ) -> Result<(), ShelfError> {
        self.store.commit(ops, durability)?;
        if let Some(store) = copy
            && store.commit(ops, Durability::Soon).is_err()
        {
            // The rewrite finds it gone and gives up.
            *copy = None;
        }
        Ok(())
    }

    pub fn seal(&self) -> &Arc<Seal> {
        &self.seal
    }

    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// Marks a new database as ours.
    pub fn found(&self) -> Result<(), ShelfError> {
        let mut changes = Changes::default();
        changes.put(Tree::Meta, SENTINEL, SENTINEL_VALUE.to_vec());
        self.commit(&changes, Durability::Now)
    }

    /// Whether the mark is there: sled can come back empty without an error.
    pub fn is_founded(&self) -> Result<bool, ShelfError> {
        match self.get(Tree::Meta, SENTINEL)? {
            None => Ok(false),
            Some(value) if value == SENTINEL_VALUE => Ok(true),
            Some(_) => Err(ShelfError::Newer {
                what: "the shelf".to_owned(),
            }),
        }
    }

    /// The value of a key.
    pub fn get(&self, tree: Tree, key: &[u8]) -> Result<Option<Vec<u8>>, ShelfError> {
        let name = self.record_name(tree, key);
        let Some(envelope) = self.store.get(&name)? else {
            return Ok(None);
        };
        let (found, body) = self.read_record(&name, &envelope)?;
        if found != key {
            return Err(damaged());
        }
        self.read_body(tree, key, body).map(Some)
    }

    /// Applies changes. Within 120 KiB and 200 stored values they are one transaction.
    /// Larger ones are cut: first the pieces of long values, then the records in the order
    /// given, then what is not needed any more; so a caller puts last what says "done".
    pub fn commit(&self, changes: &Changes, durability: Durability) -> Result<(), ShelfError> {
        let mut copy = self.copy();
        let (mut pieces, mut records, mut stale) = (Vec::new(), Vec::new(), Vec::new());
        for (tree, key, value) in &changes.0 {
            if key.len() > MAX_KEY_LEN {
                return Err(ShelfError::TooLong {
                    what: "a key",
                    limit: MAX_KEY_LEN,
                });
            }
            let name = self.record_name(*tree, key);
            let old = match self
                .store
                .get(&name)?
                .map(|old| self.read_record(&name, &old))
            {
                Some(Ok((_, Body::Pieces { len, hash }))) => Some((len, hash)),
                // A damaged record has lost the names of its pieces; they are swept when
                // the database is next rewritten.
                _ => None,
            };
            let value = match value {
                None => None,
                Some(value) => {
                    let (plain, hash) = self.record_of(*tree, key, value, &mut pieces)?;
                    if old.is_some_and(|(_, old)| Some(old) == hash) {
                        records.push(Op {
                            value: Some(self.seal_at(&name, &plain)?),
                            key: name,
                        });
                        continue;
                    }
                    Some(self.seal_at(&name, &plain)?)
                }
            };
            records.push(Op { key: name, value });
            if let Some((len, hash)) = old {
                for index in 0..piece_count(len) {
                    let key = self.piece_name(*tree, key, &hash, index);
                    stale.push(Op { key, value: None });
                }
            }
        }
        let all: Vec<Op> = pieces
            .iter()
            .chain(&records)
            .chain(&stale)
            .cloned()
            .collect();
        if fits(&all) {
            return self.apply(&mut copy, &all, durability);
        }
        for part in [pieces, records, stale] {
            for ops in bounded(&part) {
                self.apply(&mut copy, ops, durability)?;
                step();
            }
        }
        Ok(())
    }

    /// Every record of a tree, in no order. Returns the names of those that are damaged or
    /// that the visitor cannot use.
    pub fn scan(&self, tree: Tree, visit: &mut Take<'_>) -> Result<Vec<Name>, ShelfError> {
        self.scan_records(
            tree,
            &mut |key, body| match self.read_body(tree, key, body) {
                Ok(value) => visit(key, value),
                Err(error) if error.is_damage() => Ok(false),
                Err(error) => Err(error),
            },
        )
    }

    /// Every key of a tree with its value's length, in no order; values stay unread. Returns
    /// the names of damaged records.
    pub fn scan_keys(
        &self,
        tree: Tree,
        mut visit: impl FnMut(&[u8], usize),
    ) -> Result<Vec<Name>, ShelfError> {
        self.scan_records(tree, &mut |key, body| {
            let len = match body {
                Body::Inline(value) => value.len(),
                Body::Pieces { len, .. } => len,
            };
            visit(key, len);
            Ok(true)
        })
    }

    /// Removes records by the names that a scan returned.
    pub fn remove(&self, names: &[Name]) -> Result<(), ShelfError> {
        let ops: Vec<Op> = names
            .iter()
            .map(|name| Op {
                key: name.clone(),
                value: None,
            })
            .collect();
        let mut copy = self.copy();
        bounded(&ops)
            .into_iter()
            .try_for_each(|ops| self.apply(&mut copy, ops, Durability::Now))
    }

    fn scan_records(&self, tree: Tree, visit: &mut TakeBody<'_>) -> Result<Vec<Name>, ShelfError> {
        let mut bad = Vec::new();
        self.store.scan(&[tree as u8], &mut |name, envelope| {
            let is_good = match self.read_record(name, envelope) {
                Ok((key, body)) => visit(&key, body)?,
                Err(_) => false,
            };
            if !is_good {
                bad.push(name.to_vec());
            }
            Ok(())
        })?;
        Ok(bad)
    }

    /// The record's plain bytes; a long value's pieces are added to `pieces`.
    fn record_of(
        &self,
        tree: Tree,
        key: &[u8],
        value: &[u8],
        pieces: &mut Vec<Op>,
    ) -> Result<(Vec<u8>, Option<[u8; 16]>), ShelfError> {
        let mut plain = Vec::with_capacity(key.len() + 64);
        let key_len = u16::try_from(key.len()).map_err(|_| ShelfError::TooLong {
            what: "a key",
            limit: MAX_KEY_LEN,
        })?;
        plain.extend_from_slice(&key_len.to_le_bytes());
        plain.extend_from_slice(key);
        if plain.len() + 1 + value.len() <= PIECE_LEN {
            plain.push(0);
            plain.extend_from_slice(value);
            return Ok((plain, None));
        }
        let len = u32::try_from(value.len())
            .ok()
            .filter(|_| value.len() <= MAX_RECORD_LEN)
            .ok_or(ShelfError::TooLong {
                what: "a record",
                limit: MAX_RECORD_LEN,
            })?;
        let hash = short_hash(value);
        for (index, piece) in value.chunks(PIECE_LEN).enumerate() {
            let key = self.piece_name(tree, key, &hash, index);
            pieces.push(Op {
                value: Some(self.seal_at(&key, piece)?),
                key,
            });
        }
        plain.push(1);
        plain.extend_from_slice(&len.to_le_bytes());
        plain.extend_from_slice(&hash);
        Ok((plain, Some(hash)))
    }

    fn read_record(&self, name: &[u8], envelope: &[u8]) -> Result<(Vec<u8>, Body), ShelfError> {
        let plain = self.open_at(name, envelope).ok_or_else(damaged)?;
        let parse = || {
            let (key_len, rest) = plain.split_first_chunk::<2>()?;
            let (key, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*key_len)))?;
            let (form, rest) = rest.split_first()?;
            let body = match form {
                0 => Body::Inline(rest.to_vec()),
                1 => {
                    let (len, hash) = rest.split_first_chunk::<4>()?;
                    let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
                    Body::Pieces {
                        len,
                        hash: hash.try_into().ok()?,
                    }
                }
                _ => return None,
            };
            Some((key.to_vec(), body))
        };
        parse().ok_or_else(damaged)
    }

    fn read_body(&self, tree: Tree, key: &[u8], body: Body) -> Result<Vec<u8>, ShelfError> {
        let (len, hash) = match body {
            Body::Inline(value) => return Ok(value),
            Body::Pieces { len, hash } if len <= MAX_RECORD_LEN => (len, hash),
            Body::Pieces { .. } => return Err(damaged()),
        };
        let mut value = Vec::with_capacity(len);
        for index in 0..piece_count(len) {
            let name = self.piece_name(tree, key, &hash, index);
            let envelope = self.store.get(&name)?.ok_or_else(damaged)?;
            value.extend_from_slice(&self.open_at(&name, &envelope).ok_or_else(damaged)?);
        }
        if value.len() == len && short_hash(&value) == hash {
            Ok(value)
        } else {
            Err(damaged())
        }
    }

    fn record_name(&self, tree: Tree, key: &[u8]) -> Vec<u8> {
        let mut name = vec![tree as u8];
        name.extend_from_slice(&self.seal.name("record", &[&[tree as u8], key]));
        name
    }

    fn piece_name(&self, tree: Tree, key: &[u8], hash: &[u8; 16], index: usize) -> Vec<u8> {
        let mut name = vec![tree as u8 | PIECES];
        let index = (index as u64).to_le_bytes();
        name.extend_from_slice(&self.seal.name("piece", &[&[tree as u8], key, hash, &index]));
        name
    }

    fn seal_at(&self, name: &[u8], plain: &[u8]) -> Result<Vec<u8>, ShelfError> {
        self.seal.seal(place(name), plain)
    }

    fn open_at(&self, name: &[u8], envelope: &[u8]) -> Option<Vec<u8>> {
        self.seal.open(place(name), envelope)
    }
}

fn place(name: &[u8]) -> Place<'_> {
    Place {
        domain: "value",
        name,
        index: 0,
        last: true,
    }
}

fn piece_count(len: usize) -> usize {
    len.div_ceil(PIECE_LEN)
}

fn short_hash(value: &[u8]) -> [u8; 16] {
    let mut hash = [0; 16];
    blake3::Hasher::new()
        .update(value)
        .finalize_xof()
        .fill(&mut hash);
    hash
}

fn damaged() -> ShelfError {
    ShelfError::damaged("a record of the shelf")
}

/// Cuts changes into runs that fit one transaction each.
fn bounded(ops: &[Op]) -> Vec<&[Op]> {
    let mut runs = Vec::new();
    let mut rest = ops;
    while !rest.is_empty() {
        let mut bytes = 0;
        let count = rest
            .iter()
            .take(MAX_BATCH_OPS)
            .take_while(|op| {
                bytes += op.len();
                bytes <= MAX_BATCH_BYTES
            })
            .count()
            .max(1);
        let (run, later) = rest.split_at(count);
        runs.push(run);
        rest = later;
    }
    runs
}

/// What [`super::probe_store`] does in a process of its own: opens, and finds the sentinel's
/// tree. Reading all would take long on a large sound database and look like a hang.
pub(super) fn probe(path: &Path, cache_bytes: u64) -> Result<(), ShelfError> {
    let mut count = 0_u64;
    let store = super::sled_store::SledStore::open(path, cache_bytes, 0)?;
    store.scan(&[Tree::Meta as u8], &mut |_, _| {
        count += 1;
        Ok(())
    })?;
    // Garbage opens as an empty database.
    if count == 0 {
        Err(ShelfError::damaged("the database (it is empty)"))
    } else {
        Ok(())
    }
}
