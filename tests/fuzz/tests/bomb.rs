//! A few kilobytes that unpack to gigabytes: refused, and at no time held in memory.
//!
//! Each case runs in a process of its own, so that its peak of resident memory (`VmHWM` in
//! `/proc/self/status`, see proc(5)) counts C's memory as well and nobody else's.

#![cfg(target_os = "linux")]

use std::process::Command;

use hotaru_content::blob::{BlobId, BlobRef};
use hotaru_sync::pack::PushBody;
use hotaru_sync::patch;
use hotaru_sync::wire::{Body, Lessons, open_frame, parse_framed};

const MIB: u64 = 1 << 20;
/// What a bomb of [`bomb`] unpacks to, in bytes.
const UNPACKED: u64 = 8 << 30;
/// Names the case to the child.
const CASE: &str = "HOTARU_BOMB_CASE";
/// What the allocator, zstd's tables and code that is paged in may add, in bytes.
const SLACK: u64 = 4 * MIB;

/// A zstd frame (RFC 8878, 3.1.1) of 8 GiB of zeros in blocks of 128 KiB, 4 bytes each.
fn bomb(window: u8) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd];
    // Descriptor: nothing but a window; then the window, as exponent and mantissa.
    frame.extend([0, window]);
    let blocks = UNPACKED >> 17;
    for block in 1..=blocks {
        // Block header: last, type 1 (one byte, repeated), size; then that byte.
        let head = u32::from(block == blocks) | 1 << 1 | (1 << 17) << 3;
        frame.extend_from_slice(&head.to_le_bytes()[..3]);
        frame.push(0);
    }
    frame
}

/// A window of `2^(10 + exponent)` bytes.
const fn window(exponent: u8) -> u8 {
    exponent << 3
}

/// One that says that it unpacks to 2^62 bytes, at once.
fn liar() -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0b1100_0000, window(13)];
    frame.extend((1_u64 << 62).to_le_bytes());
    frame.extend([0x03, 0, 0, 0]);
    frame
}

fn framed(packed: Vec<u8>) -> Vec<u8> {
    [vec![1], packed].concat()
}

/// A patch for `old` with this frame.
fn patched(old: &[u8], frame: &[u8]) -> Vec<u8> {
    let mut patch = patch::make(old, b"").expect("a patch");
    patch.truncate(patch::HEADER_LEN);
    patch.extend_from_slice(frame);
    patch
}

fn promised(len: u64) -> BlobRef {
    BlobRef {
        id: BlobId([1; 32]),
        len,
    }
}

/// The cases: a name, what is done, and the bytes that it may hold: what was promised, and a
/// window where zstd has one of its own. Each returns whether it was refused.
type Case = (&'static str, fn(&Inputs) -> bool, u64);

struct Inputs {
    bomb: Vec<u8>,
    wide: Vec<u8>,
    huge: Vec<u8>,
    liar: Vec<u8>,
    patch: Vec<u8>,
    lying_patch: Vec<u8>,
    old: Vec<u8>,
}

const CASES: [Case; 8] = [
    (
        "a frame of 1 MiB at most",
        |inputs| open_frame(&inputs.bomb, 1 << 20).is_err(),
        // `read_to_end` doubles; 8 MiB of window.
        2 * MIB + 8 * MIB,
    ),
    (
        "a frame with the widest window that is allowed",
        |inputs| open_frame(&inputs.wide, 1 << 20).is_err(),
        2 * MIB + 8 * MIB,
    ),
    (
        "a frame with a window of 2 GiB",
        |inputs| open_frame(&inputs.huge, 1 << 20).is_err(),
        2 * MIB,
    ),
    (
        "a frame that lies about its length",
        |inputs| open_frame(&inputs.liar, 1 << 20).is_err(),
        2 * MIB,
    ),
    (
        "a list of lessons",
        |inputs| parse_framed::<Lessons>(&inputs.bomb).is_err(),
        2 * Lessons::MAX_LEN as u64 + 8 * MIB,
    ),
    (
        "a push",
        |inputs| PushBody::decode(hotaru_content::id::StreamId([1; 16]), &inputs.bomb).is_err(),
        2 * hotaru_sync::pack::MAX_UNPACKED_LEN as u64 + 8 * MIB,
    ),
    (
        "a patch to 100 KB",
        |inputs| patch::apply(&inputs.old, &inputs.patch, promised(100_000)).is_err(),
        MIB,
    ),
    (
        "a patch that lies about its length, to 16 MiB",
        |inputs| patch::apply(&inputs.old, &inputs.lying_patch, promised(patch::MAX_LEN)).is_err(),
        patch::MAX_LEN,
    ),
];

#[test]
fn a_bomb_is_refused_in_bounded_memory() {
    if let Ok(case) = std::env::var(CASE) {
        child(case.parse().expect("a number"));
        return;
    }
    let program = std::env::current_exe().expect("this test");
    for (at, (name, _, most)) in CASES.iter().enumerate() {
        let child = Command::new(&program)
            .args([
                "--exact",
                "a_bomb_is_refused_in_bounded_memory",
                "--nocapture",
            ])
            .env(CASE, at.to_string())
            .output()
            .expect("a child process");
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success(), "{name}: {child:?}");
        let grown: u64 = said
            .lines()
            .find_map(|line| line.strip_prefix("grown by "))
            .and_then(|line| line.parse().ok())
            .expect("what the child measured");
        println!(
            "{name}: {} KiB of at most {} KiB",
            grown >> 10,
            (most + SLACK) >> 10
        );
        assert!(grown <= most + SLACK, "{name}: {grown} bytes");
    }
}

fn child(case: usize) {
    let old = b"old".to_vec();
    let inputs = Inputs {
        bomb: framed(bomb(window(7))),
        wide: framed(bomb(window(13))),
        huge: framed(bomb(window(21))),
        liar: framed(liar()),
        patch: patched(&old, &bomb(window(13))),
        lying_patch: patched(&old, &liar()),
        old,
    };
    assert!(inputs.bomb.len() < 300_000);
    let (name, refused, _) = CASES[case];
    let before = peak();
    assert!(refused(&inputs), "{name} was taken");
    // A line of its own: the test runner's own words come before it.
    println!("\ngrown by {}", peak() - before);
}

/// The peak of resident memory, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.trim().parse::<u64>().ok())
        .expect("VmHWM is in kB")
        * 1024
}

/// The bombs are real: zstd itself would unpack them.
#[test]
fn the_bomb_unpacks() {
    use std::io::Read;
    let bomb = bomb(window(7));
    let mut decoder = zstd::stream::read::Decoder::with_buffer(bomb.as_slice()).expect("a frame");
    let mut first = vec![1; 10 << 20];
    decoder.read_exact(&mut first).expect("zeros");
    assert!(first.iter().all(|byte| *byte == 0));
}
