//! Hotaru's desk: a teacher gives a class its lessons.

fn main() {}
