//! Makes a backup, beside a running server or without one.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::backups::{Backups, Manifest, database};
use super::files::{self, Copied};
use super::{CareError, Result, Teller, at, deletions, in_a_name, slow};
use crate::folder::{Folder, create_private};
use crate::now_ms;
use crate::store::StoreError;
use crate::store::sqlite::inspect::Inspector;

/// What is wanted.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The folder of backups.
    pub to: PathBuf,
    /// How many backups stay; none removes none.
    pub keep: Option<u32>,
    /// Look at every byte that is there from earlier backups.
    pub verify: bool,
}

/// Backs a school's folder up. The database is copied as it stands at one moment; blobs come
/// after it, so that every one that it names is there: they are immutable, and on the disk
/// before a row names them.
pub(crate) async fn backup(folder: &Folder, wanted: Wanted, mut tell: Teller) -> Result<()> {
    let (root, data) = (wanted.to, folder.path().to_owned());
    let mut live = Inspector::open(&folder.database()).await?;
    let school = live.school().await?;
    create_private(&root).map_err(at(&root))?;
    let root = root.canonicalize().map_err(at(&root))?;
    if root.starts_with(data.canonicalize().map_err(at(&data))?) {
        return Err(CareError::Inside(root));
    }
    let backups = Backups::open(&root)?;
    if let Some(other) = backups.newest()?
        && other.school != school.school
    {
        return Err(CareError::OtherSchool {
            folder: root,
            school: other.name,
        });
    }

    tell.line(json!({ "progress": "database", "done": 0, "of": 1 }))
        .await?;
    let made_ms = now_ms();
    let (coming, place) = backups.begin(&in_a_name(made_ms))?;
    let copy = database(&coming);
    live.copy_to(&copy).await.map_err(|error| match error {
        StoreError::Full => CareError::Full(root.clone()),
        error => error.into(),
    })?;
    let file = copy.clone();
    let named = slow(move || files::sync_and_hash(&file)).await?;
    let mut copy = Inspector::open_copy(&copy).await?;
    copy.quick_check().await?;
    let mut manifest = Manifest::new(school.school, school.name, made_ms, named);
    (manifest.blobs, manifest.blob_bytes) = copy.blob_totals().await?;

    let (mut copied, mut copied_bytes, mut done) = (0_u64, 0, 0);
    let mut after = None;
    loop {
        let page = copy.blobs_after(after).await?;
        let Some(last) = page.last() else {
            break;
        };
        after = Some(last.id);
        for blob in page {
            let (from, to) = (data.clone(), root.clone());
            match slow(move || files::copy_blob(blob, &from, &to, wanted.verify)).await? {
                Copied::Kept => {}
                Copied::New => {
                    copied += 1;
                    copied_bytes += blob.len;
                }
                Copied::Bad(problem) => {
                    tell.line(json!({
                        "problem": format!(
                            "file {} of the school {problem} and is not in the backup; `hotaru-cloud check` says whose it is and what to do",
                            blob.id
                        )
                    }))
                    .await?;
                    manifest.lacks.push(blob.id);
                }
            }
            done += blob.len;
            tell.progress("files", done, manifest.blob_bytes).await?;
        }
    }
    let deleted = copy.deletions().await?;
    finish(&root, &manifest, &coming, &place)?;
    deletions::note(&root, &deleted)?;
    // The school's own disk may be full: the backup is whole all the same.
    let is_remembered = deletions::remember(folder.path(), &root).is_ok();
    let removed = match wanted.keep {
        Some(keep) => backups.keep(keep.max(1) as usize).await?,
        None => 0,
    };
    let mut told = json!({
        "backup": place,
        "school": manifest.name,
        "made_ms": manifest.made_ms,
        "database_bytes": manifest.database.len,
        "blobs": manifest.blobs,
        "blob_bytes": manifest.blob_bytes,
        "copied": copied,
        "copied_bytes": copied_bytes,
        "removed_backups": removed,
    });
    if let Value::Object(fields) = &mut told {
        fields.insert("damaged".to_owned(), json!(manifest.lacks.len()));
        if !is_remembered {
            fields.insert("afterwards".to_owned(), json!([NOT_REMEMBERED]));
        }
    }
    tell.line(told).await
}

const NOT_REMEMBERED: &str = "where these backups lie could not be noted in the school's folder: \
    make room there and back up once more, so that deletions of pupils' records reach these \
    backups, too";

/// All of it on the disk, then its name.
fn finish(root: &Path, manifest: &Manifest, coming: &Path, place: &Path) -> Result<()> {
    let blobs = root.join("blobs");
    if blobs.is_dir() {
        files::sync_dir(&blobs)?;
    }
    files::sync_dir(root)?;
    manifest.write(coming)?;
    files::put_in_place(coming, place)
}
