//! Every decoder of bytes from outside, as targets: for libFuzzer (`cargo xtask fuzz`), and
//! for an ordinary test that replays the kept corpus (`corpus/`) and changes it at random.
//!
//! A target takes any bytes, and panics where a decoder breaks its promise: what it read is
//! written and read again as it was, keeps its bounds, and so on. PDF is not among them (its
//! decoder is a library with a harness of its own), nor are files that only this program
//! writes and that are sealed: nothing but its own bytes comes through the seal. What terminals
//! seal for the school is.

mod answers;
mod bytes;
mod content;
mod files;
mod media;
mod sealed;
mod wire;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A decoder under test.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, and that of its corpus.
    pub name: &'static str,
    /// Takes any bytes; panics where a promise is broken.
    pub run: fn(&[u8]),
    /// Real encodings to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// The longest input that is worth trying, in bytes.
    pub max_len: usize,
}

/// All of them.
pub const TARGETS: &[Target] = &[
    target("answers", answers::run, answers::seeds, 4096),
    target("captions", media::captions, media::captions_seeds, 4096),
    target(
        "captions_file",
        files::captions,
        files::captions_seeds,
        2048,
    ),
    target("drill", content::drill, content::drill_seeds, 8192),
    target("event", wire::event, wire::event_seeds, 2048),
    target("file", files::file, files::file_seeds, 8192),
    target("frame", wire::frame, wire::frame_seeds, 4096),
    target("lesson", content::lesson, content::lesson_seeds, 8192),
    target("number", content::number, content::number_seeds, 128),
    target("package", content::package, content::package_seeds, 8192),
    target("part", media::part, media::part_seeds, 16 << 10),
    target("patch", wire::patch, wire::patch_seeds, 4096),
    target("proof", wire::proof, wire::proof_seeds, 4096),
    target("push", wire::push, wire::push_seeds, 4096),
    target(
        "recording",
        files::recording,
        files::recording_seeds,
        16 << 10,
    ),
    target("sealed", sealed::sealed, sealed::sealed_seeds, 4096),
    target("table", files::table, files::table_seeds, 4096),
    target("text", content::text, content::text_seeds, 4096),
    target("wire", wire::bodies, wire::bodies_seeds, 8192),
];

const fn target(
    name: &'static str,
    run: fn(&[u8]),
    seeds: fn() -> Vec<Vec<u8>>,
    max_len: usize,
) -> Target {
    Target {
        name,
        run,
        seeds,
        max_len,
    }
}

/// The target of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

thread_local! {
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Prepares the process of a target. Panics that a decoder itself catches (the player does
/// where a library's do) are passed over; [`run`] tells of those that come through. Writes
/// the target's seeds where `HOTARU_FUZZ_SEEDS` names a folder.
pub fn begin(name: &str) {
    if let Some(folder) = std::env::var_os("HOTARU_FUZZ_SEEDS") {
        let target = find(name).expect("a target of that name");
        for (at, seed) in (target.seeds)().iter().enumerate() {
            let path = std::path::Path::new(&folder).join(format!("{at:03}"));
            std::fs::write(path, seed).expect("a folder for seeds");
        }
    }
    std::panic::set_hook(Box::new(|info| {
        PANIC.with(|last| *last.borrow_mut() = info.to_string());
    }));
}

/// Runs a target as libFuzzer wants it: a broken promise ends the process.
pub fn run(name: &str, data: &[u8]) {
    let target = find(name).expect("a target of that name");
    if catch_unwind(AssertUnwindSafe(|| (target.run)(data))).is_err() {
        PANIC.with(|last| eprintln!("{name}: {}", last.borrow()));
        std::process::abort();
    }
}
