//! See `hotaru_fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: hotaru_fuzz::begin("sealed"), |data: &[u8]| hotaru_fuzz::run("sealed", data));
