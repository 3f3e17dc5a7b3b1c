//! The kept corpus, and random changes of it: each target in a few seconds.
//!
//! `HOTARU_FUZZ_SEED=N` repeats a run's random changes.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hotaru_fuzz::{Target, find};
use hotaru_sync::pack::sample::Random;

/// Changed inputs of each seed.
const TRIES: usize = 400;
/// Where a slow machine stops trying; the fixed seed's first tries are always made.
const ENOUGH: Duration = Duration::from_secs(2);

/// Runs one input; tells which it was where a promise is broken.
fn try_one(target: &Target, data: &[u8], origin: &str) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (target.run)(data))) {
        let path = std::env::temp_dir().join(format!("hotaru-fuzz-{}", target.name));
        let _ = fs::write(&path, data);
        eprintln!("{}: {origin} broke it; see {}", target.name, path.display());
        std::panic::resume_unwind(panic);
    }
}

fn check(name: &str) {
    let target = find(name).expect("a target of that name");
    let mut inputs = (target.seeds)();
    let seeds = inputs.len();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(name);
    let mut paths: Vec<_> = fs::read_dir(&corpus)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    paths.sort();
    for path in &paths {
        let input = fs::read(path).expect("a kept input");
        try_one(target, &input, &path.display().to_string());
        inputs.push(input);
    }
    assert!(seeds > 0 && !paths.is_empty(), "{name} has no corpus");
    for input in &inputs[..seeds] {
        try_one(target, input, "a seed");
    }
    try_one(target, &[], "nothing");

    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let fresh = now.map_or(0, |now| now.as_nanos() as u64);
    let given = std::env::var("HOTARU_FUZZ_SEED").ok();
    let given = given.and_then(|seed| seed.parse().ok());
    for seed in [20_261_121, given.unwrap_or(fresh)] {
        println!("{name}: {} kept inputs, seed {seed}", paths.len());
        let (mut random, started) = (Random(seed), Instant::now());
        for at in 0..TRIES {
            if at >= 20 && started.elapsed() > ENOUGH {
                println!("{name}: {at} changes in {:?}", started.elapsed());
                break;
            }
            let data = changed(&inputs, &mut random, target.max_len);
            try_one(target, &data, &format!("change {at} of seed {seed}"));
        }
    }
}

/// One of the inputs, changed at a few places, or two of them spliced.
fn changed(inputs: &[Vec<u8>], random: &mut Random, max_len: usize) -> Vec<u8> {
    let pick = |random: &mut Random| &inputs[random.below(inputs.len() as u64) as usize];
    let mut data = pick(random).clone();
    for _ in 0..1 + random.below(5) {
        let at = random.below(data.len() as u64 + 1) as usize;
        match random.below(6) {
            0 => data.truncate(at),
            1 => data.insert(at, random.number() as u8),
            2 if at < data.len() => drop(data.remove(at)),
            3 if at < data.len() => data[at] ^= 1 << random.below(8),
            4 if at < data.len() => {
                const SPECIAL: [u8; 8] = [0, 1, 0x7f, 0x80, 0xff, b'{', b'"', b'\n'];
                data[at] = SPECIAL[random.below(8) as usize];
            }
            _ => {
                let other = pick(random);
                let from = random.below(other.len() as u64 + 1) as usize;
                data.truncate(at);
                data.extend_from_slice(&other[from..]);
            }
        }
    }
    data.truncate(max_len);
    data
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            check(stringify!($name));
        })*

        #[test]
        fn every_target_has_a_test() {
            let here = [$(stringify!($name)),*];
            assert!(hotaru_fuzz::TARGETS.iter().map(|target| target.name).eq(here));
        }
    };
}

targets! {
    answers captions captions_file drill event file frame lesson number package part patch
    proof push recording sealed table text wire
}
