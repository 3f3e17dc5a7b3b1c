//! A package: lessons with all their blobs in one file, to carry without a line.
//!
//! The form: the line `hotaru package 1`, the index's length in bytes as a decimal line,
//! the index as JSON, then each blob's bytes in the index's order. Blobs are checked
//! against their names as they are read.

use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};

use crate::blob::{BlobId, BlobRef};
use crate::id::LessonId;
use crate::lesson::{LessonError, MAX_DOCUMENT_LEN, Revision};

const MAGIC: &str = "hotaru package 1\n";
/// The longest index, in bytes.
const MAX_INDEX_LEN: usize = 16 << 20;
/// The largest blob in a package, in bytes: each is held in memory once.
pub const MAX_PACKED_BLOB_LEN: u64 = 64 << 20;
/// The most blobs in a package.
const MAX_BLOBS: usize = 10_000;

/// What a package holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageIndex {
    /// The school's name.
    pub school: String,
    /// The class's name.
    pub class_name: String,
    /// Its grade.
    pub grade: String,
    /// The lessons.
    pub lessons: Vec<PackagedLesson>,
    /// The blobs, in the order in which they follow.
    pub blobs: Vec<BlobRef>,
}

/// A lesson in a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackagedLesson {
    /// The lesson.
    pub lesson: LessonId,
    /// The revision.
    pub revision: u32,
    /// The document, byte for byte.
    pub document: String,
}

/// Why a file is not a package.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// It cannot be read or written.
    #[error("the package cannot be read or written: {0}; try again, or fetch it anew")]
    Io(#[from] io::Error),
    /// It is no package.
    #[error("this is no package of lessons ({0}); choose a file that ends in .hotaru")]
    Form(&'static str),
    /// A lesson in it is no lesson.
    #[error(transparent)]
    Lesson(#[from] LessonError),
    /// A blob in it is damaged.
    #[error("the package is damaged at blob {0}; nothing of it was taken, fetch it anew")]
    Damaged(BlobId),
}

/// Reads a package from its beginning to its end.
pub struct PackageReader<R> {
    reader: R,
    index: PackageIndex,
    next: usize,
}

impl<R: BufRead> PackageReader<R> {
    /// Reads the index and checks its bounds and lessons.
    ///
    /// # Errors
    /// Where it is no package.
    pub fn open(mut reader: R) -> Result<Self, PackageError> {
        let mut line = String::new();
        // One byte more than the longest right line tells a wrong one.
        (&mut reader)
            .take(MAGIC.len() as u64)
            .read_line(&mut line)
            .map_err(not_text)?;
        if line != MAGIC {
            return Err(PackageError::Form("its first line is another"));
        }
        line.clear();
        (&mut reader)
            .take(12)
            .read_line(&mut line)
            .map_err(not_text)?;
        let len: usize = line
            .trim_end()
            .parse()
            .map_err(|_| PackageError::Form("its length is no number"))?;
        if len > MAX_INDEX_LEN {
            return Err(PackageError::Form("its index is longer than 16 MiB"));
        }
        let mut bytes = vec![0; len];
        reader.read_exact(&mut bytes)?;
        let index: PackageIndex = serde_json::from_slice(&bytes)
            .map_err(|_| PackageError::Form("its index cannot be read"))?;
        if index.blobs.len() > MAX_BLOBS
            || index
                .blobs
                .iter()
                .any(|blob| blob.len > MAX_PACKED_BLOB_LEN)
        {
            return Err(PackageError::Form(
                "it holds too many blobs, or too large ones",
            ));
        }
        for lesson in &index.lessons {
            let revision = Revision::from_json(lesson.document.as_bytes())?;
            if (revision.lesson, revision.revision) != (lesson.lesson, lesson.revision) {
                return Err(PackageError::Form(
                    "a lesson is not the one that it is called",
                ));
            }
        }
        Ok(Self {
            reader,
            index,
            next: 0,
        })
    }

    /// What it holds.
    pub fn index(&self) -> &PackageIndex {
        &self.index
    }

    /// The next blob, verified; none after the last.
    ///
    /// # Errors
    /// Where the file ends early or the blob is not the one that it is called.
    pub fn next_blob(&mut self) -> Result<Option<(BlobRef, Vec<u8>)>, PackageError> {
        let Some(blob) = self.index.blobs.get(self.next).copied() else {
            return Ok(None);
        };
        self.next += 1;
        let mut bytes = Vec::new();
        (&mut self.reader).take(blob.len).read_to_end(&mut bytes)?;
        if BlobRef::of(&bytes) != blob {
            return Err(PackageError::Damaged(blob.id));
        }
        Ok(Some((blob, bytes)))
    }
}

/// Text that is not UTF-8 is another kind of file, not a broken disk.
fn not_text(error: io::Error) -> PackageError {
    if error.kind() == io::ErrorKind::InvalidData {
        PackageError::Form("its first lines are not text")
    } else {
        PackageError::Io(error)
    }
}

/// Writes a package; `blob` gives each blob's bytes in the index's order.
///
/// # Errors
/// Where a blob cannot be had, is not the one that it is called, or the file not written.
pub fn write_package<W: Write>(
    mut writer: W,
    index: &PackageIndex,
    mut blob: impl FnMut(&BlobRef) -> io::Result<Vec<u8>>,
) -> Result<(), PackageError> {
    for lesson in &index.lessons {
        if lesson.document.len() > MAX_DOCUMENT_LEN {
            return Err(LessonError::TooLong(lesson.document.len()).into());
        }
    }
    let json = serde_json::to_vec(index).map_err(|_| PackageError::Form("its index is no JSON"))?;
    writeln!(writer, "{MAGIC}{}", json.len())?;
    writer.write_all(&json)?;
    for wanted in &index.blobs {
        let bytes = blob(wanted)?;
        if BlobRef::of(&bytes) != *wanted {
            return Err(PackageError::Damaged(wanted.id));
        }
        writer.write_all(&bytes)?;
    }
    writer.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed() -> Vec<u8> {
        let blobs = [b"one".to_vec(), vec![7; 50_000]];
        let index = PackageIndex {
            school: "ほたる小学校".to_owned(),
            class_name: "6-1".to_owned(),
            grade: "P6".to_owned(),
            lessons: Vec::new(),
            blobs: blobs.iter().map(|bytes| BlobRef::of(bytes)).collect(),
        };
        let mut out = Vec::new();
        let mut at = blobs.iter();
        write_package(&mut out, &index, |_| Ok(at.next().unwrap().clone())).unwrap();
        out
    }

    fn read(bytes: &[u8]) -> Result<Vec<usize>, PackageError> {
        let mut reader = PackageReader::open(bytes)?;
        let mut lens = Vec::new();
        while let Some((_, bytes)) = reader.next_blob()? {
            lens.push(bytes.len());
        }
        Ok(lens)
    }

    #[test]
    fn a_package_returns_its_blobs() {
        assert_eq!(read(&packed()).unwrap(), [3, 50_000]);
    }

    #[test]
    fn a_cut_or_changed_package_is_named() {
        let whole = packed();
        for len in (0..whole.len()).step_by(97) {
            assert!(read(&whole[..len]).is_err(), "{len}");
        }
        let mut changed = whole.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(matches!(read(&changed), Err(PackageError::Damaged(_))));
        assert!(matches!(
            read(b"PK\x03\x04 something else"),
            Err(PackageError::Form(_))
        ));
        assert!(matches!(read(&[0xff; 40]), Err(PackageError::Form(_))));
    }
}
