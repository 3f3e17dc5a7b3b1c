//! Checks every byte of a school's folder, says whose is wrong and what to do, and mends what
//! can be mended.

use std::path::{Path, PathBuf};

use hotaru_content::blob::BlobRef;
use serde_json::json;

use super::backups::Backup;
use super::files::{self, Copied};
use super::restore::whose;
use super::{CareError, Result, Teller, at, slow};
use crate::blobs::Object;
use crate::folder::{Folder, create_private};
use crate::store::StoreError;
use crate::store::sqlite::inspect::{Inspector, Use};

/// What people do where the database is wrong.
const RESTORE: &str = "stop the server, leave this folder as it is, and bring the newest backup \
                       into a new one with `hotaru-cloud restore`; terminals send again what is newer";

/// What was found.
#[derive(Debug, Default)]
struct Found {
    damaged: u64,
    repaired: u64,
    streams: u64,
    deleted_streams: u64,
    events: u64,
    audit: u64,
    blobs: u64,
    blob_bytes: u64,
}

/// Checks a folder, also beside a running server. With `repair`, files that are wrong are
/// taken from the database or from a backup; what neither has is set aside, so that the desk
/// can send it again.
pub(crate) async fn check(
    folder: &Folder,
    repair: bool,
    backup: Option<PathBuf>,
    mut tell: Teller,
) -> Result<()> {
    let backup = backup.map(|path| Backup::find(&path)).transpose()?;
    let mut found = Found::default();
    match Inspector::open(&folder.database()).await {
        Ok(mut school) => {
            let looked = look(
                folder,
                &mut school,
                repair,
                backup.as_ref(),
                &mut found,
                &mut tell,
            );
            match looked.await {
                Err(CareError::Store(StoreError::Damaged(problem))) => {
                    damaged_database(&problem, &mut found, &mut tell).await?;
                }
                done => done?,
            }
        }
        Err(StoreError::Damaged(problem)) => {
            damaged_database(&problem, &mut found, &mut tell).await?;
        }
        Err(error) => return Err(error.into()),
    }
    tell.line(json!({
        "streams": found.streams,
        "deleted_streams": found.deleted_streams,
        "events": found.events,
        "audit": found.audit,
        "blobs": found.blobs,
        "blob_bytes": found.blob_bytes,
        "repaired": found.repaired,
        "damaged": found.damaged,
    }))
    .await
}

async fn look(
    folder: &Folder,
    school: &mut Inspector,
    repair: bool,
    backup: Option<&Backup>,
    found: &mut Found,
    tell: &mut Teller,
) -> Result<()> {
    tell.line(json!({ "progress": "database", "done": 0, "of": 1 }))
        .await?;
    for problem in school.problems().await? {
        damaged_database(&problem, found, tell).await?;
    }
    let (rows, broken) = school.walk_audit().await?;
    found.audit = rows;
    if let Some(row) = broken {
        found.damaged += 1;
        tell.line(json!({
            "problem": format!("the audit log is not what was written, from row {row} on"),
            "todo": "somebody changed the database: keep a copy of this folder as it is, tell the \
                     principal, and compare with the newest backup",
        }))
        .await?;
    }
    let streams = school.streams().await?;
    for id in &streams {
        let walked = school.walk_stream(*id).await?;
        found.streams += 1;
        found.events += walked.events;
        found.deleted_streams += u64::from(walked.is_deleted);
        if walked.is_deleted && !walked.is_intact {
            found.damaged += 1;
            tell.line(json!({
                "problem": format!(
                    "stream {} of a pupil whose record was deleted has events or its secret again",
                    walked.stream
                ),
                "todo": "somebody changed the database: keep a copy of this folder as it is, tell \
                         the principal, and restore the newest backup, which deletes them again",
            }))
            .await?;
        } else if !walked.is_intact {
            found.damaged += 1;
            tell.line(json!({
                "problem": format!(
                    "the {} answers and notes of {} number {} in stream {} are not all what was acknowledged",
                    walked.events, walked.class, walked.number, walked.stream
                ),
                "todo": RESTORE,
            }))
            .await?;
        }
        tell.progress("answers", found.streams, streams.len() as u64)
            .await?;
    }
    let (_, bytes) = school.blob_totals().await?;
    let mut after = None;
    loop {
        let page = school.blobs_after(after).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.id);
        for blob in page {
            found.blobs += 1;
            found.blob_bytes += blob.len;
            let file = Object::Blob(blob.id).file(folder.path());
            let is_right = slow(move || Ok(files::hash(&file).is_ok_and(|is| is == blob))).await?;
            if !is_right {
                damaged_blob(folder, school, blob, repair, backup, found, tell).await?;
            }
            tell.progress("files", found.blob_bytes, bytes).await?;
        }
    }
}

async fn damaged_database(problem: &str, found: &mut Found, tell: &mut Teller) -> Result<()> {
    found.damaged += 1;
    tell.line(json!({
        "problem": format!("the school's database is damaged ({problem})"),
        "todo": RESTORE,
    }))
    .await
}

async fn damaged_blob(
    folder: &Folder,
    school: &mut Inspector,
    blob: BlobRef,
    repair: bool,
    backup: Option<&Backup>,
    found: &mut Found,
    tell: &mut Teller,
) -> Result<()> {
    let uses = school.uses(blob.id).await?;
    let is_missing = !Object::Blob(blob.id).file(folder.path()).exists();
    let what = if is_missing {
        "is missing"
    } else {
        "has wrong bytes"
    };
    let problem = format!("file {} {what}: {}", blob.id, whose(&uses));
    let document = uses.iter().find_map(|found| match found {
        Use::Lesson {
            json,
            is_document: true,
        } => Some(json.clone()),
        _ => None,
    });
    let mended = if repair {
        let (data, from) = (
            folder.path().to_owned(),
            backup.map(|backup| backup.root.clone()),
        );
        slow(move || mend(&data, blob, document, from)).await?
    } else {
        false
    };
    if mended {
        found.repaired += 1;
        return tell.line(json!({ "repaired": problem })).await;
    }
    found.damaged += 1;
    let is_photo = uses.iter().all(|found| matches!(found, Use::Photo { .. }));
    let todo = match (repair, is_photo && !uses.is_empty()) {
        (false, _) => "run it again with --repair, and --from with a backup if there is one",
        (true, false) => {
            "push it again from the desk, with the same file: that mends this one, too"
        }
        (true, true) => "an older backup may have it; the answers and minutes themselves are there",
    };
    tell.line(json!({ "problem": problem, "todo": todo })).await
}

/// Brings a file back from the database or a backup; else sets what is there aside. Whether
/// it is back.
fn mend(
    data: &Path,
    blob: BlobRef,
    document: Option<String>,
    backup: Option<PathBuf>,
) -> Result<bool> {
    let place = Object::Blob(blob.id).file(data);
    if let Some(json) = document.filter(|json| BlobRef::of(json.as_bytes()) == blob) {
        if let Some(dir) = place.parent() {
            create_private(dir).map_err(at(dir))?;
        }
        files::write(&place, json.as_bytes())?;
        return Ok(true);
    }
    if let Some(root) = backup
        && matches!(
            files::copy_blob(blob, &root, data, true)?,
            Copied::New | Copied::Kept
        )
    {
        return Ok(true);
    }
    if place.exists() {
        let aside = data.join("damaged");
        create_private(&aside).map_err(at(&aside))?;
        files::put_in_place(&place, &aside.join(blob.id.to_string()))?;
    }
    Ok(false)
}
