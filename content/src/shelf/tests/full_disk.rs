//! A disk that fills up.

use std::process::Command;

use super::*;

/// A file system of a few megabytes, where this user may make one.
pub(super) struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    pub(super) fn mount(megabytes: u32) -> Option<Self> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(dir.path())
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then(|| Self(dir))
    }

    pub(super) fn path(&self) -> PathBuf {
        self.0.path().join("profile")
    }

    /// Takes all the room that is left.
    pub(super) fn fill(&self) -> PathBuf {
        use std::io::Write;
        let path = self.0.path().join("filler");
        let mut file = File::create(&path).unwrap();
        for size in [65_536, 4096, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_refuses_one_answer_and_loses_none() {
    let Some(disk) = SmallDisk::mount(24) else {
        println!("skipped: mounting a small disk needs root");
        return;
    };
    let (shelf, log) = with_pupil(&disk.path());
    let mut saved = append(&log, 30);
    let filler = disk.fill();
    let refused = loop {
        let seq = log.point().next_seq;
        match log.append(stamp(seq), &note(&"あ".repeat(500))) {
            Ok(event) => saved.push(event),
            Err(error) => break error,
        }
        assert!(saved.len() < 1000);
    };
    assert!(
        matches!(refused, ShelfError::NotSaved { full: true, .. }),
        "{refused}"
    );
    assert_eq!(refused.code(), "not-saved-full");
    assert!(
        refused.to_string().contains("all earlier ones are"),
        "{refused}"
    );
    assert_eq!(
        all_events(&log),
        saved,
        "what was saved is there and nothing else"
    );
    let all = bytes(1, 300_000);
    let no_room = shelf.put_blob(&BlobRef::of(&all), &all).unwrap_err();
    assert_eq!(no_room.code(), "no-space", "{no_room}");
    assert!(
        shelf
            .update_identity(|identity| identity.school_name = "学校".to_owned())
            .is_err()
    );
    assert_eq!(shelf.identity().school_name, "");

    fs::remove_file(filler).unwrap();
    saved.extend(append(&log, 300));
    assert_eq!(
        all_events(&log),
        saved,
        "the log goes on once there is room"
    );
    shelf.put_blob(&BlobRef::of(&all), &all).unwrap();
    drop((shelf, log));
    let shelf = open(&disk.path()).shelf;
    let log = shelf.pupil(&PUPIL).unwrap();
    assert_eq!(all_events(&log), saved);
    assert_eq!(shelf.blob(&BlobId::of(&all)).unwrap(), all);
}

#[test]
fn a_program_that_dies_on_a_full_disk_loses_nothing() {
    let Some(disk) = SmallDisk::mount(24) else {
        println!("skipped: mounting a small disk needs root");
        return;
    };
    let (shelf, log) = with_pupil(&disk.path());
    let mut saved = append(&log, 100);
    let filler = disk.fill();
    while let Ok(event) = log.append(stamp(1), &note(&"あ".repeat(900))) {
        saved.push(event);
    }
    // Nothing is closed: what lies on the disk now is all there is.
    let left = tempfile::tempdir().unwrap();
    copy(&disk.path(), left.path());
    drop((shelf, log));
    fs::remove_file(filler).unwrap();
    for path in [left.path(), &disk.path()] {
        let shelf = open(path).shelf;
        let log = shelf.pupil(&PUPIL).unwrap();
        assert_eq!(all_events(&log), saved);
    }
}
