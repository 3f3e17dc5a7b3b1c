//! See `hotaru_fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: hotaru_fuzz::begin("captions_file"), |data: &[u8]| hotaru_fuzz::run("captions_file", data));
