//! Rewriting what has grown: sled gives no room back by itself.
//!
//! A rewrite is made beside the database while it is used: the copy goes forward page by
//! page under the lock that every commit takes, and each commit also goes to the copy. Only
//! once the copy is whole and durable does it take the database's place; until then a crash
//! leaves the old one, after that the new one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Body, Name, PIECES, Tree, Vault, damaged, piece_count};
use crate::shelf::ShelfError;
use crate::shelf::step::step;
use crate::shelf::store::{Durability, MAX_BATCH_BYTES, MAX_BATCH_OPS, Op, Store, after};

/// Asked between two steps of long work: whether to go on.
pub(in crate::shelf) type GoOn<'a> = dyn Fn() -> bool + 'a;

/// A database that takes no more than this is not worth rewriting.
const SMALL: u64 = 2 << 20;
/// Small records freshly written take up to 2.3 times their bytes (measured); from this
/// multiple on a rewrite pays.
const WASTEFUL: u64 = 3;
/// Pairs that are copied under one lock: a fraction of a millisecond.
const PAGE: usize = 24;

impl Vault {
    /// What it holds, in bytes, where it takes far more than that of the disk. Reads it all
    /// only where it has grown since the last look.
    pub fn wasteful(&self) -> Result<Option<u64>, ShelfError> {
        let disk = self.store.disk_len();
        let settled = self.settled.load(Ordering::Relaxed);
        if disk <= SMALL.max(settled / 2 * 3) {
            return Ok(None);
        }
        let mut live = 0_u64;
        self.store.scan(&[], &mut |key, value| {
            live = live.saturating_add((key.len() + value.len()) as u64);
            Ok(())
        })?;
        if disk > live.saturating_mul(WASTEFUL) {
            return Ok(Some(live));
        }
        self.settled.store(disk, Ordering::Relaxed);
        Ok(None)
    }

    /// Whether a commit would not have to wait for a rewrite now.
    pub fn is_idle(&self) -> bool {
        self.copy.try_lock().is_ok()
    }

    /// Rewrites the database without what no record needs; returns the bytes of disk freed.
    /// Reads and commits go on meanwhile. Does nothing where it is told to stop.
    ///
    /// # Errors
    /// Where anything is damaged (that is for the next open to mend), or the disk refuses:
    /// then the database is as it was.
    pub fn rewrite(&self, go_on: &GoOn<'_>) -> Result<u64, ShelfError> {
        let before = self.store.disk_len();
        {
            let mut copy = self.copy();
            *copy = Some(self.store.beside()?);
        }
        step();
        let done = self.fill_copy(go_on);
        if !matches!(done, Ok(true)) {
            *self.copy() = None;
        }
        done?;
        let now = self.store.disk_len();
        self.settled.store(now, Ordering::Relaxed);
        Ok(before.saturating_sub(now))
    }

    /// Fills the copy and puts it in place; `false` where it was told to stop.
    fn fill_copy(&self, go_on: &GoOn<'_>) -> Result<bool, ShelfError> {
        let needed = self.needed_pieces()?;
        let mut from = Name::new();
        loop {
            if !go_on() {
                return Ok(false);
            }
            let mut guard = self.copy();
            let Some(copy) = guard.as_ref().map(Arc::clone) else {
                // A commit could not be repeated in it: no room, as a rule.
                return Ok(false);
            };
            let page = self.store.page(&from, PAGE)?;
            let Some((last, _)) = page.last() else {
                copy.commit(&[], Durability::Now)?;
                step();
                // The guard stays: nothing may be committed between this and the exchange.
                *guard = None;
                self.store.exchange(copy)?;
                step();
                return Ok(true);
            };
            from = after(last.clone());
            let mut ops = Vec::with_capacity(page.len());
            for (key, value) in page {
                let plain = self.open_at(&key, &value).ok_or_else(damaged)?;
                let value = match self.seal.is_current(&value) {
                    true => value,
                    false => self.seal_at(&key, &plain)?,
                };
                // Pieces of kinds that only a newer program knows are not ours to judge.
                let is_piece = Tree::ALL
                    .iter()
                    .any(|tree| key.first() == Some(&(*tree as u8 | PIECES)));
                if !is_piece || needed.contains(&key) {
                    let value = Some(value);
                    ops.push(Op { key, value });
                }
            }
            copy.commit(&ops, Durability::Soon)?;
            drop(guard);
            // Outside of the lock: a commit need not wait for this.
            copy.commit(&[], Durability::Now)?;
            step();
        }
    }

    /// The names of all pieces that a record names. What a crash left of a long value's
    /// commit is not among them.
    fn needed_pieces(&self) -> Result<BTreeSet<Name>, ShelfError> {
        let mut needed = BTreeSet::new();
        for tree in Tree::ALL {
            let bad = self.scan_records(tree, &mut |key, body| {
                needed.extend(self.piece_names(tree, key, &body));
                Ok(true)
            })?;
            if !bad.is_empty() {
                return Err(damaged());
            }
        }
        Ok(needed)
    }

    /// The names under which a record and its pieces lie; none where it is not there.
    pub fn names(&self, tree: Tree, key: &[u8]) -> Result<Vec<Name>, ShelfError> {
        let name = self.record_name(tree, key);
        let Some(envelope) = self.store.get(&name)? else {
            return Ok(Vec::new());
        };
        let (_, body) = self.read_record(&name, &envelope)?;
        let mut names = self.piece_names(tree, key, &body);
        names.push(name);
        Ok(names)
    }

    fn piece_names(&self, tree: Tree, key: &[u8], body: &Body) -> Vec<Name> {
        match body {
            Body::Inline(_) => Vec::new(),
            Body::Pieces { len, hash } => (0..piece_count(*len))
                .map(|index| self.piece_name(tree, key, hash, index))
                .collect(),
        }
    }

    /// Fills this new database with values of others under the same seal, each named with
    /// its place among `sources`; durable once it returns. Returns the names of values that
    /// are damaged or gone, or `None` where it was told to stop.
    ///
    /// In two passes, because of how sled lays things out: a leaf takes 16 pairs, one more
    /// splits it into halves that are written anew. Ascending keys without values leave
    /// leaves of 8 behind, and to those each value is added once. This takes 1.1 times the
    /// bytes where writing them in any one pass takes 1.7 to 1.9 times (measured).
    pub fn fill_from(
        &self,
        sources: &[Arc<Self>],
        names: &BTreeMap<Name, usize>,
        go_on: &GoOn<'_>,
    ) -> Result<Option<Vec<Name>>, ShelfError> {
        for (at, key) in names.keys().enumerate() {
            if at % MAX_BATCH_OPS == 0 && !go_on() {
                return Ok(None);
            }
            let (key, value) = (key.clone(), Some(Vec::new()));
            // One by one: a transaction of several is applied in no order.
            self.store.commit(&[Op { key, value }], Durability::Soon)?;
        }
        let (mut bad, mut ops, mut bytes) = (Vec::new(), Vec::new(), 0);
        for (key, source) in names {
            let value = sources.get(*source).map(|from| from.store.get(key));
            let value = value.transpose()?.flatten();
            let value = value.filter(|value| self.open_at(key, value).is_some());
            if value.is_none() {
                bad.push(key.clone());
            }
            let op = Op {
                key: key.clone(),
                value,
            };
            if bytes + op.len() > MAX_BATCH_BYTES || ops.len() == MAX_BATCH_OPS {
                self.store.commit(&ops, Durability::Now)?;
                step();
                if !go_on() {
                    return Ok(None);
                }
                (ops, bytes) = (Vec::new(), 0);
            }
            bytes += op.len();
            ops.push(op);
        }
        self.store.commit(&ops, Durability::Now)?;
        Ok(Some(bad))
    }

    /// Copies every value that still opens into another store; says how many did not.
    pub fn copy_whole(&self, to: &dyn Store) -> Result<usize, ShelfError> {
        let (mut pending, mut bytes, mut bad) = (Vec::new(), 0, 0);
        let result = self.store.scan(&[], &mut |key, value| {
            if self.open_at(key, value).is_none() {
                bad += 1;
                return Ok(());
            }
            let op = Op {
                key: key.to_vec(),
                value: Some(value.to_vec()),
            };
            if bytes + op.len() > MAX_BATCH_BYTES || pending.len() == MAX_BATCH_OPS {
                to.commit(&pending, Durability::Now)?;
                pending.clear();
                bytes = 0;
            }
            bytes += op.len();
            pending.push(op);
            Ok(())
        });
        match result {
            // What lies behind a broken page cannot be had; what was read is kept.
            Err(error) if error.is_damage() => bad += 1,
            other => other?,
        }
        to.commit(&pending, Durability::Now)?;
        Ok(bad)
    }

    /// Opens every envelope; says how many do not.
    pub fn count_damaged(&self) -> Result<usize, ShelfError> {
        let mut bad = 0;
        self.store.scan(&[], &mut |key, value| {
            bad += usize::from(self.open_at(key, value).is_none());
            Ok(())
        })?;
        Ok(bad)
    }
}
