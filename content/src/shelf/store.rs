//! The engine that keeps small values: what the shelf asks of it, and nothing more.
//!
//! Keys and values are already sealed when they come here. An engine is exchanged by
//! writing [`Store`] anew and copying with [`Store::scan`].

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

/// An ordered map on disk with transactions.
pub(super) trait Store: Send + Sync {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ShelfError>;
    /// All of the changes or none, visible at once.
    fn commit(&self, ops: &[Op], durability: Durability) -> Result<(), ShelfError>;
    /// Every pair whose key begins with `prefix`, in the order of keys, until the visitor
    /// fails: with an empty prefix this is the neutral dump.
    fn scan(&self, prefix: &[u8], visit: &mut Visit<'_>) -> Result<(), ShelfError>;
    /// The bytes that it takes on disk.
    fn disk_len(&self) -> u64;
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

    fn scan(&self, prefix: &[u8], visit: &mut Visit<'_>) -> Result<(), ShelfError> {
        let map = self.0.lock().unwrap().clone();
        map.iter()
            .filter(|(key, _)| key.starts_with(prefix))
            .try_for_each(|(k, v)| visit(k, v))
    }

    fn disk_len(&self) -> u64 {
        0
    }
}
