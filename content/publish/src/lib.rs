//! The teacher's side of content: makes materials from files.
