//! One suite over every engine.

use std::sync::Arc;

use super::super::seal::{Seal, SealKeys};
use super::super::sled_store::SledStore;
use super::super::store::{Durability, MAX_VALUE_LEN, MemoryStore, Op, Store};
use super::super::vault::{Changes, Tree, Vault};

fn put(key: &[u8], value: &[u8]) -> Op {
    Op {
        key: key.to_vec(),
        value: Some(value.to_vec()),
    }
}

fn delete(key: &[u8]) -> Op {
    Op {
        key: key.to_vec(),
        value: None,
    }
}

fn dump(store: &dyn Store) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut pairs = Vec::new();
    store
        .scan(&[], &mut |key, value| {
            pairs.push((key.to_vec(), value.to_vec()));
            Ok(())
        })
        .unwrap();
    pairs
}

/// What the shelf relies on; `again` gives the same store after an orderly close.
fn conforms(store: Box<dyn Store>, again: &dyn Fn(Box<dyn Store>) -> Box<dyn Store>) {
    assert_eq!(store.get(b"a").unwrap(), None);
    assert!(dump(store.as_ref()).is_empty());
    store
        .commit(
            &[put(b"a", b"1"), put(b"b", b"2"), put(b"a", b"3")],
            Durability::Now,
        )
        .unwrap();
    assert_eq!(
        store.get(b"a").unwrap().unwrap(),
        b"3",
        "the last change of a key counts"
    );
    store
        .commit(
            &[delete(b"a"), put(b"c", b""), delete(b"zz")],
            Durability::Soon,
        )
        .unwrap();
    assert_eq!(store.get(b"a").unwrap(), None);
    assert_eq!(
        store.get(b"c").unwrap().unwrap(),
        b"",
        "an empty value is a value"
    );

    // More pairs than a page of any scan, in the order of keys.
    for part in (0..1000_u16).collect::<Vec<_>>().chunks(100) {
        let ops: Vec<Op> = part
            .iter()
            .map(|n| {
                put(
                    &[&[7], n.to_be_bytes().as_slice()].concat(),
                    &n.to_le_bytes(),
                )
            })
            .collect();
        store.commit(&ops, Durability::Now).unwrap();
    }
    store
        .commit(&[put(&[8], b"end"), put(&[7], b"short")], Durability::Now)
        .unwrap();
    let mut seen = Vec::new();
    store
        .scan(&[7], &mut |key, _| {
            seen.push(key.to_vec());
            Ok(())
        })
        .unwrap();
    assert_eq!(seen.len(), 1001);
    assert!(seen.is_sorted());
    let stopped = store.scan(&[7], &mut |_, _| Err(super::ShelfError::damaged("a test")));
    assert!(stopped.is_err(), "the visitor's error ends the scan");

    let before = dump(store.as_ref());
    let store = again(store);
    assert_eq!(dump(store.as_ref()), before, "all of it is there again");
}

#[test]
fn the_simulated_store_conforms() {
    conforms(Box::<MemoryStore>::default(), &|store| store);
}

#[test]
fn sled_conforms() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state.sled");
    let open = || -> Box<dyn Store> { Box::new(SledStore::open(&path, 8 << 20, 0).unwrap()) };
    conforms(open(), &|store| {
        drop(store);
        open()
    });
}

#[test]
fn sled_takes_no_large_value() {
    let dir = tempfile::tempdir().unwrap();
    let store = SledStore::open(&dir.path().join("s"), 8 << 20, 0).unwrap();
    let large = put(b"k", &vec![0; MAX_VALUE_LEN + 1]);
    assert_eq!(
        store.commit(&[large], Durability::Now).unwrap_err().code(),
        "too-long"
    );
}

fn vault() -> Vault {
    let seal = Seal::new(&SealKeys::random().unwrap());
    Vault::new(Box::<MemoryStore>::default(), Arc::new(seal))
}

#[test]
fn values_of_any_length_return_and_leave_nothing_behind() {
    let vault = vault();
    for len in [0, 1, 3000, 4051, 4052, 5000, 100_000, 262_144, 1 << 20] {
        let value = super::bytes(3, len);
        let mut changes = Changes::default();
        changes.put(Tree::Blob, *b"key", value.clone());
        vault.commit(&changes, Durability::Now).unwrap();
        assert_eq!(
            vault.get(Tree::Blob, b"key").unwrap().unwrap(),
            value,
            "{len}"
        );
        assert_eq!(vault.get(Tree::Event, b"key").unwrap(), None);
    }
    let mut changes = Changes::default();
    changes.delete(Tree::Blob, *b"key");
    vault.commit(&changes, Durability::Now).unwrap();
    assert!(
        dump(vault.store()).is_empty(),
        "pieces went with their record"
    );
}

#[test]
fn a_moved_or_exchanged_envelope_is_damage() {
    let vault = vault();
    let mut changes = Changes::default();
    changes
        .put(Tree::Meta, *b"a", b"1".to_vec())
        .put(Tree::Meta, *b"b", b"2".to_vec());
    vault.commit(&changes, Durability::Now).unwrap();
    let pairs = dump(vault.store());
    let swapped = [
        Op {
            key: pairs[0].0.clone(),
            value: Some(pairs[1].1.clone()),
        },
        Op {
            key: pairs[1].0.clone(),
            value: Some(pairs[0].1.clone()),
        },
    ];
    vault.store().commit(&swapped, Durability::Now).unwrap();
    assert_eq!(vault.get(Tree::Meta, b"a").unwrap_err().code(), "damaged");
    assert_eq!(
        vault.scan(Tree::Meta, &mut |_, _| Ok(true)).unwrap().len(),
        2
    );
    assert_eq!(vault.count_damaged().unwrap(), 2);
}

#[test]
fn a_copy_has_all_that_opens() {
    let vault = vault();
    let mut changes = Changes::default();
    for n in 0..50_u8 {
        changes.put(Tree::Blob, [n], super::bytes(n, 9000));
    }
    vault.commit(&changes, Durability::Now).unwrap();
    let pairs = dump(vault.store());
    let broken = Op {
        key: pairs[0].0.clone(),
        value: Some(vec![1, 2, 3]),
    };
    vault.store().commit(&[broken], Durability::Now).unwrap();
    let copy = MemoryStore::default();
    assert_eq!(vault.copy_whole(&copy).unwrap(), 1);
    assert_eq!(dump(&copy), pairs[1..]);
}
