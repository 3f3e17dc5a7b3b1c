//! The school cloud: keeps a school's lessons and its pupils' answers.

fn main() {}
