//! Makes a school's folder from a backup.

use std::path::Path;

use hotaru_content::id::RunId;
use hotaru_content::lesson::Revision;
use hotaru_sync::signed::ceiling_of_restore;
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::backups::Backup;
use super::files::{self, Copied};
use super::{CareError, Result, Teller, at, deletions, in_words, slow};
use crate::blobs::Object;
use crate::deletion::tell_terminals;
use crate::folder::Folder;
use crate::now_ms;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::inspect::{Inspector, Use};
use crate::store::{Audit, Deletion, PrivacyStore, Store, StoreError};

/// Room that a restored school has left for answers, in bytes.
const RESERVE: u64 = 64 << 20;
/// Change numbers that are skipped. They follow the server's clock, so a lost run whose clock
/// was a day ahead (a machine that took Japan's time for UTC is nine hours ahead) gave none
/// that the next run gives again.
const SKIPPED: i64 = 24 * 3600 * 1000;
/// Damaged files that are named at most.
const NAMED: usize = 20;

/// Restores a backup into an empty or new folder. One that was cut goes on where it stopped.
///
/// # Errors
/// Where the folder is not empty, the backup is not what it was, or the disk refuses; then
/// there is no school in the folder.
pub async fn restore(
    from: &Path,
    into: &Folder,
    skip_damaged: bool,
    mut tell: Teller,
) -> Result<()> {
    let backup = Backup::find(from)?;
    let made = in_words(backup.manifest.made_ms);
    if now_ms() < backup.manifest.made_ms {
        return Err(CareError::Clock(made));
    }
    ensure_empty(into)?;
    let source = backup.clone();
    slow(move || prove_database(&source)).await?;
    into.create()?;
    let held = into.hold_any()?;
    ensure_room(into, &backup)?;
    files::write(&into.unfinished(), made.as_bytes())?;

    let part = into.path().join("school.db.restored");
    let (source, target) = (backup.clone(), part.clone());
    slow(move || copy_database(&source, &target)).await?;
    let mut copy = Inspector::open_copy(&backup.database()).await?;
    let lacking = copy_blobs(&backup, into, &mut copy, &mut tell).await?;
    if lacking.count > 0 && !skip_damaged {
        let Lacking { count, named } = lacking;
        return Err(CareError::DamagedBlobs { count, named });
    }
    begin_anew(&part).await?;
    let deleted = delete_again(&backup, &part, into).await?;
    let database = into.database();
    slow(move || {
        files::sync_and_hash(&part)?;
        files::put_in_place(&part, &database)
    })
    .await?;
    files::remove(&into.unfinished())?;
    files::sync_dir(into.path())?;
    drop(held);

    let manifest = &backup.manifest;
    let without = lacking.count + manifest.lacks.len();
    tell.line(json!({
        "restored": backup.place,
        "school": manifest.name,
        "made_ms": manifest.made_ms,
        "blobs": manifest.blobs,
        "blob_bytes": manifest.blob_bytes,
        "damaged": without,
        "deleted_again": deleted,
        "afterwards": afterwards(&made, into.path(), without, deleted),
    }))
    .await
}

/// What people have to do, in sentences.
fn afterwards(made: &str, data: &Path, without: usize, deleted: usize) -> Vec<String> {
    let mut sentences = vec![
        format!("The school is as it was at {made} (Japan). Serve it from {} at the address that it had.", data.display()),
        "Answers, notes and photos that came later: terminals that had joined by then send them again by themselves; leave the terminals as they are.".to_owned(),
        "Lessons that were published or changed later: push them again from the desk, which keeps nothing that the school had confirmed.".to_owned(),
        "Lessons that were withdrawn, joins that were undone, terminals that were erased and tokens that were revoked later are back: withdraw them and undo the joins again.".to_owned(),
        "Classes, groups and teachers' tokens that were added later are gone: add them again and give out the new codes and tokens. Terminals that joined later are not known: join them again.".to_owned(),
    ];
    if deleted > 0 {
        sentences.push(format!(
            "The records of {deleted} pupils, which were deleted after this backup was made, are deleted again."
        ));
    }
    if without > 0 {
        sentences.push(format!(
            "{without} files could not be had: `hotaru-cloud check` names their lessons, push those again from the desk."
        ));
    }
    sentences
}

/// Nothing may be in the folder but what an empty disk or an earlier, cut restore has.
fn ensure_empty(into: &Folder) -> Result<()> {
    let goes_on = into.unfinished().exists();
    let own = |name: &str| matches!(name, "lost+found" | "lock");
    let taken = files::entries(into.path())?
        .iter()
        .any(|entry| !entry.file_name().to_str().is_some_and(own));
    if taken && !goes_on {
        return Err(CareError::NotEmpty(into.path().to_owned()));
    }
    Ok(())
}

fn ensure_room(into: &Folder, backup: &Backup) -> Result<()> {
    let manifest = &backup.manifest;
    let mut there = 0;
    for dir in files::entries(&into.path().join("blobs"))? {
        for file in files::entries(&dir.path())? {
            there += file.metadata().map_or(0, |file| file.len());
        }
    }
    let need = (manifest.database.len + RESERVE)
        .saturating_add(manifest.blob_bytes)
        .saturating_sub(there);
    let has = fs4::available_space(into.path()).map_err(at(into.path()))?;
    if has < need {
        return Err(CareError::NoRoom {
            folder: into.path().to_owned(),
            need,
            has,
        });
    }
    Ok(())
}

fn prove_database(backup: &Backup) -> Result<()> {
    let damaged = |problem: String| Backup::damaged(&backup.root, &backup.place, problem);
    match files::hash(&backup.database()) {
        Ok(found) if found == backup.manifest.database => Ok(()),
        Ok(_) => Err(damaged(
            "its database has other bytes than its manifest says".to_owned(),
        )),
        Err(error) => Err(damaged(format!("its database cannot be read: {error}"))),
    }
}

fn copy_database(backup: &Backup, to: &Path) -> Result<()> {
    let is_right = |found| found == backup.manifest.database;
    match files::copy_proven(&backup.database(), to, is_right)? {
        None => Ok(()),
        Some(problem) => Err(Backup::damaged(
            &backup.root,
            &backup.place,
            format!("its database {problem}"),
        )),
    }
}

/// What a backup should have and has not.
#[derive(Default)]
struct Lacking {
    count: usize,
    named: Vec<String>,
}

/// Copies every blob that the backup has.
async fn copy_blobs(
    backup: &Backup,
    into: &Folder,
    copy: &mut Inspector,
    tell: &mut Teller,
) -> Result<Lacking> {
    let (mut lacking, mut done, mut after) = (Lacking::default(), 0, None);
    loop {
        let page = copy.blobs_after(after).await?;
        let Some(last) = page.last() else {
            break;
        };
        after = Some(last.id);
        for blob in page {
            let (from, to) = (backup.root.clone(), into.path().to_owned());
            let copied = slow(move || files::copy_blob(blob, &from, &to, true)).await?;
            if let Copied::Bad(problem) = copied
                && !backup.manifest.lacks.contains(&blob.id)
            {
                let whose = whose(&copy.uses(blob.id).await?);
                lacking.count += 1;
                if lacking.named.len() < NAMED {
                    let named = format!("{} {problem} ({whose})", blob.id);
                    lacking.named.push(named);
                }
            }
            done += blob.len;
            tell.progress("files", done, backup.manifest.blob_bytes)
                .await?;
        }
    }
    let blobs = into.path().join("blobs");
    if blobs.is_dir() {
        files::sync_dir(&blobs)?;
    }
    Ok(lacking)
}

/// What a file is to people.
pub(super) fn whose(uses: &[Use]) -> String {
    let mut names: Vec<String> = uses
        .iter()
        .map(|found| match found {
            Use::Lesson { json, .. } => match Revision::from_json(json.as_bytes()) {
                Ok(revision) => format!("lesson {:?} of {}", revision.title, revision.day),
                Err(_) => "a lesson whose document cannot be read".to_owned(),
            },
            Use::Photo { class, number } => {
                format!("a photo of paper study of {class} number {number}")
            }
        })
        .collect();
    names.dedup();
    if names.is_empty() {
        "of no lesson".to_owned()
    } else {
        names.join(", ")
    }
}

/// Deletes again what was deleted after the backup was made, before the school opens: rows,
/// photos, and every trace in the database's file. Whose that were.
async fn delete_again(backup: &Backup, database: &Path, into: &Folder) -> Result<usize> {
    let store = SqliteStore::open(database, false).await?;
    let known = store.deletions().await?;
    let is_new = |one: &Deletion| !known.iter().any(|other| other.pupil == one.pupil);
    let mut listed = deletions::read(&backup.root)?;
    listed.retain(is_new);
    for one in &listed {
        let row = Audit {
            at_ms: now_ms(),
            role: "restore".to_owned(),
            action: "delete_pupil",
            pupil: Some(one.pupil),
            outcome: "allowed",
            ..Audit::default()
        };
        store.delete_record(*one, row).await?;
    }
    // Those that the backup had begun are brought to their end as well.
    let unfinished = store.unfinished_deletions().await?;
    for pupil in &unfinished {
        tell_terminals(&store, *pupil).await?;
        let (alone, _) = store.part_photos(*pupil).await?;
        for blob in alone {
            files::remove(&Object::Blob(blob).file(into.path()))?;
        }
    }
    if !unfinished.is_empty() {
        // Nobody else has this file: nothing holds it up.
        store.scrub(&unfinished, now_ms()).await?;
    }
    store.close().await;
    deletions::remember(into.path(), &backup.root)?;
    Ok(listed.len())
}

/// A restored school has forgotten numbers that terminals know, and patches are made again.
async fn begin_anew(database: &Path) -> Result<()> {
    let failed = |error: sqlx::Error| CareError::Store(StoreError::from(error));
    let options = SqliteConnectOptions::new()
        .filename(database)
        .synchronous(SqliteSynchronous::Full);
    let mut connection: SqliteConnection = options.connect().await.map_err(failed)?;
    let head: i64 = sqlx::query_scalar("SELECT head FROM school")
        .fetch_one(&mut connection)
        .await
        .map_err(failed)?;
    // What is passed over is noted, so that a terminal's cursor from there begins again.
    let store = SqliteStore::open(database, false).await?;
    let run = RunId::random().map_err(StoreError::from)?;
    let above = head.max(now_ms()).saturating_add(SKIPPED);
    store.begin_run(run, above).await?;
    store.close().await;
    let mut tx = connection.begin().await.map_err(failed)?;
    for again in [
        "DELETE FROM patches",
        "UPDATE revisions SET patched = 0 WHERE revision > 1",
    ] {
        sqlx::query(again).execute(&mut *tx).await.map_err(failed)?;
    }
    // What terminals signed since the backup was seen, though nobody here remembers it.
    let ceiling = ceiling_of_restore(u64::try_from(now_ms()).unwrap_or_default());
    sqlx::query("UPDATE terminals SET ceiling = max(ceiling, ?)")
        .bind(i64::try_from(ceiling).unwrap_or(i64::MAX))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    connection.close().await.map_err(failed)
}
