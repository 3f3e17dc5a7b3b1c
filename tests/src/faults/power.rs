//! Power cuts: a disk of its own, copied in the middle of its writes. The copy has what the device
//! had been given by then, and no more; its file system is mended by its journal at mount.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::child::{Heard, ask};
use super::kill::{Confirmed, make};
use super::{Dice, Options, Table};
use crate::{Failure, Output};

/// Cuts of one writer on one disk.
const CUTS_PER_DISK: usize = 6;

/// An ext4 file system in a file.
struct LoopDisk {
    image: PathBuf,
    at: PathBuf,
}

impl LoopDisk {
    /// Mounts an image; none where this runner may not.
    fn mount(image: &Path, at: &Path) -> Result<Option<Self>, Failure> {
        std::fs::create_dir_all(at)?;
        let mut mount = Command::new("mount");
        mount.args(["-o", "loop"]).arg(image).arg(at);
        let is_mounted = Output::of(&mut mount).is_ok_and(|output| output.success);
        Ok(is_mounted.then(|| Self {
            image: image.to_owned(),
            at: at.to_owned(),
        }))
    }
}

impl Drop for LoopDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.at).status();
    }
}

/// Makes an image with an empty file system; none where the tools for it are missing.
fn image(path: &Path) -> Result<Option<()>, Failure> {
    std::fs::File::create(path)?.set_len(96 << 20)?;
    let mut mkfs = Command::new("mkfs.ext4");
    mkfs.args(["-q", "-F"]).arg(path);
    Ok(Output::of(&mut mkfs)
        .is_ok_and(|output| output.success)
        .then_some(()))
}

pub(super) fn run(options: &Options, table: &mut Table) -> Result<(), Failure> {
    let fault = "power cut: answering";
    let mut dice = Dice::new(options.seed ^ 0x90_3E2);
    let mut run = 0;
    while run < options.cuts {
        let scratch = TempDir::new()?;
        let path = scratch.path().join("disk.img");
        let disk = match image(&path)? {
            Some(()) if cfg!(target_os = "linux") => {
                LoopDisk::mount(&path, &scratch.path().join("disk"))?
            }
            _ => None,
        };
        let Some(disk) = disk else {
            table.skip("power cuts: skipped, this runner may not mount a loop device (it needs Linux, root and mkfs.ext4)");
            return Ok(());
        };
        let profile = disk.at.join("profile");
        make(options, "begin", &profile, 0)?;
        let mut child = Heard::start(&options.program, "write", &profile, 0, dice.throw())?;
        child.wait_for("saved");
        for _ in 0..CUTS_PER_DISK.min(options.cuts - run) {
            eprintln!("power cut: {run} of {}", options.cuts);
            std::thread::sleep(Duration::from_millis(20 + dice.below(400)));
            // A copy takes a while and a power cut does not: at most what is under way now goes
            // on meanwhile. What was said by now has to be on the copy.
            child.signal("STOP")?;
            let said = child.heard().to_vec();
            let copy = scratch.path().join("copy.img");
            std::fs::copy(&disk.image, &copy)?;
            child.signal("CONT")?;
            let what = format!("{fault} {run} (seed {})", options.seed);
            table.row(fault).runs += 1;
            run += 1;
            let Some(after) = LoopDisk::mount(&copy, &scratch.path().join("copy"))? else {
                table.row(fault).lost += 1;
                table.note(format!("{what}: the copy cannot be mounted"));
                continue;
            };
            let mut confirmed = Confirmed::default();
            confirmed.take(&said);
            confirmed.forget_drafts();
            let ended = ask(&options.program, "look", &after.at.join("profile"), 0)?;
            confirmed.compare(fault, &what, ended, table);
        }
        let (_, died) = child.kill()?;
        if let Some(how) = died {
            table.row(fault).panics += 1;
            table.note(format!("{fault}: the writer ended by itself with {how}"));
        }
    }
    Ok(())
}
