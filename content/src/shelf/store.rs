//! The engine that keeps small values: what the shelf asks of it, and nothing more.
//!
//! Keys and values are already sealed when they come here. An engine is exchanged by
//! writing [`Store`] anew and copying with [`Store::scan`].

use std::sync::Arc;

use super::ShelfError;

/// The most bytes of one transaction: sled 0.34.7 was measured to survive power cuts below
/// 128 KiB a flush and not at 1 MB.
pub(super) const MAX_BATCH_BYTES: usize = 120 * 1024;
/// The most changes of one transaction.
pub(super) const MAX_BATCH_OPS: usize = 200;
/// The longest value.
pub(super) const MAX_VALUE_LEN: usize = 4096;

/// One change: a key with its new value, or with none where it is deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Op {
    pub key: Vec<u8>,
    pub value: Option<Vec<u8>>,
}

impl Op {
    pub fn len(&self) -> usize {
        self.key.len() + self.value.as_ref().map_or(0, Vec::len)
    }
}

/// When a transaction must have reached the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// Before the call returns.
    Now,
    /// Within a second, if the machine lives that long.
    Soon,
}

/// What is called with each key and value of a scan.
pub(super) type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> Result<(), ShelfError> + 'a;

/// Keys with their values, in the order of keys.
pub(super) type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// How many pairs a scan reads at once.
const PAGE: usize = 256;

/// An ordered map on disk with transactions.
pub(super) trait Store: Send + Sync {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ShelfError>;
    /// All of the changes or none, visible at once.
    fn commit(&self, ops: &[Op], durability: Durability) -> Result<(), ShelfError>;
    /// The first pairs from a key on, at most so many.
    fn page(&self, from: &[u8], most: usize) -> Result<Pairs, ShelfError>;
    /// The bytes that it takes on disk.
    fn disk_len(&self) -> u64;
    /// An empty store of the same kind beside this one, in place of any that was left there.
    fn beside(&self) -> Result<Arc<dyn Store>, ShelfError>;
    /// Puts the store that [`Store::beside`] gave, whole and durable, into this one's place.
    /// Nobody else may hold it or write here meanwhile; readers wait.
    fn exchange(&self, with: Arc<dyn Store>) -> Result<(), ShelfError>;

    /// Every pair whose key begins with `prefix`, in the order of keys, until the visitor
    /// fails: with an empty prefix this is the neutral dump.
    fn scan(&self, prefix: &[u8], visit: &mut Visit<'_>) -> Result<(), ShelfError> {
        // Page by page, so that the visitor runs outside any guard and may ask for more.
        let mut from = prefix.to_vec();
        loop {
            let page = self.page(&from, PAGE)?;
            for (key, value) in &page {
                if !key.starts_with(prefix) {
                    return Ok(());
                }
                visit(key, value)?;
            }
            match page.into_iter().last() {
                Some((last, _)) => from = after(last),
                None => return Ok(()),
            }
        }
    }
}

/// The least key above another.
pub(super) fn after(mut key: Vec<u8>) -> Vec<u8> {
    key.push(0);
    key
}

/// Whether changes fit one transaction.
pub(super) fn fits(ops: &[Op]) -> bool {
    ops.len() <= MAX_BATCH_OPS && ops.iter().map(Op::len).sum::<usize>() <= MAX_BATCH_BYTES
}

/// The simulated engine of the tests.
#[cfg(test)]
#[derive(Debug, Default)]
pub(super) struct MemoryStore(std::sync::Mutex<std::collections::BTreeMap<Vec<u8>, Vec<u8>>>);

#[cfg(test)]
impl Store for MemoryStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ShelfError> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    fn commit(&self, ops: &[Op], _: Durability) -> Result<(), ShelfError> {
        let mut map = self.0.lock().unwrap();
        for op in ops {
            match &op.value {
                Some(value) => map.insert(op.key.clone(), value.clone()),
                None => map.remove(&op.key),
            };
        }
        Ok(())
    }

    fn page(&self, from: &[u8], most: usize) -> Result<Pairs, ShelfError> {
        let map = self.0.lock().unwrap();
        let pairs = map.range(from.to_vec()..).take(most);
        Ok(pairs.map(|(k, v)| (k.clone(), v.clone())).collect())
    }

    fn disk_len(&self) -> u64 {
        0
    }

    fn beside(&self) -> Result<Arc<dyn Store>, ShelfError> {
        Ok(Arc::<Self>::default())
    }

    fn exchange(&self, with: Arc<dyn Store>) -> Result<(), ShelfError> {
        let mut map = std::collections::BTreeMap::new();
        with.scan(&[], &mut |key, value| {
            map.insert(key.to_vec(), value.to_vec());
            Ok(())
        })?;
        *self.0.lock().unwrap() = map;
        Ok(())
    }
}
