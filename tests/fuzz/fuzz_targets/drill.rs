//! See `hotaru_fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: hotaru_fuzz::begin("drill"), |data: &[u8]| hotaru_fuzz::run("drill", data));
