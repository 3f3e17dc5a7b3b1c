//! The sample class: lessons from a package beside the program, without a school.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use hotaru_content::id::{ClassId, PupilId};
use hotaru_content::package::PackageReader;
use hotaru_content::shelf::{LessonBatch, LessonChange, PupilEntry};

use super::{Problem, Study};

/// The package's file name.
const FILE: &str = "sample-class.hotaru";

/// Where the sample class lies: named by `HOTARU_SAMPLE`, beside the program, or, for a
/// program that was built here, in the source tree.
#[must_use]
pub fn sample_package() -> Option<PathBuf> {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join(FILE)));
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../assets/sample-school")
        .join(FILE);
    [
        std::env::var_os("HOTARU_SAMPLE").map(PathBuf::from),
        beside,
        Some(source),
    ]
    .into_iter()
    .flatten()
    .find(|path| path.is_file())
}

impl Study {
    /// Fills an empty profile with a package's lessons, for a pupil who is number 1 of it.
    ///
    /// # Errors
    /// Where the package is damaged, or the shelf has no room.
    pub fn fill_with(&mut self, package: &Path) -> Result<(), Problem> {
        let unreadable = |reason: String| Problem::File {
            path: package.display().to_string(),
            reason,
        };
        let file = File::open(package).map_err(|error| unreadable(error.to_string()))?;
        let mut reader = PackageReader::open(BufReader::new(file))
            .map_err(|error| unreadable(error.to_string()))?;
        let random = |error: getrandom::Error| Problem::Machine(error.to_string());
        let entry = PupilEntry {
            pupil: PupilId::random().map_err(random)?,
            number: 1,
            class: ClassId::random().map_err(random)?,
            class_name: reader.index().class_name.clone(),
            grade: reader.index().grade.clone(),
        };
        let changes = reader
            .index()
            .lessons
            .iter()
            .map(|lesson| LessonChange::Put {
                lesson: lesson.lesson,
                revision: lesson.revision,
                document: lesson.document.clone().into_bytes(),
                pupils: vec![entry.pupil],
            })
            .collect();
        while let Some((blob, bytes)) = reader
            .next_blob()
            .map_err(|error| unreadable(error.to_string()))?
        {
            self.shelf.put_blob(&blob, &bytes)?;
        }
        self.shelf.apply_lessons(&LessonBatch {
            listing: None,
            after: 0,
            cursor: 1,
            changes,
        })?;
        let school = reader.index().school.clone();
        self.shelf
            .update_identity(|identity| identity.school_name = school)?;
        // The pupil last: a profile without one is filled again after a crash.
        self.shelf.add_pupil(entry.clone())?;
        self.open_pupil(entry)
    }
}
