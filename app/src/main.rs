//! Hotaru, the pupil's window: lessons that are there without a line.

fn main() {}
