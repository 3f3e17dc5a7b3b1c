//! A disk so small that it fills.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;

/// A directory on a disk of its own (tmpfs); making one needs root. It goes with this.
#[derive(Debug)]
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts one; none where this runner may not.
    #[must_use]
    pub fn mount(dir: &Path, mebibytes: u32) -> Option<Self> {
        std::fs::create_dir_all(dir).ok()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={mebibytes}m"), "tmpfs"])
            .arg(dir)
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(dir.to_path_buf()));
        }
        println!("skipped: this runner may not mount a small disk (it needs root)");
        None
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Writes until the disk is full.
///
/// # Errors
/// Where the file cannot be made.
pub fn fill(path: &Path) -> Result<(), Failure> {
    let mut file = std::fs::File::create(path)?;
    for size in [1 << 20, 4096, 1] {
        let block = vec![0xAA; size];
        while file
            .write_all(&block)
            .and_then(|()| file.sync_data())
            .is_ok()
        {}
    }
    Ok(())
}
