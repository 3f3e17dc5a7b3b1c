//! Whose data it is: a pupil's whole record is handed over, and deleted without a trace; old
//! backups bring nothing back; what is old goes.

use std::fs;
use std::path::{Path, PathBuf};

use hotaru_cloud::care::Teller;
use hotaru_cloud::care::restore::restore;
use hotaru_cloud::control::{Care, Command, PupilCommand, Who};
use hotaru_cloud::folder::Folder;
use hotaru_cloud::store::sqlite::SqliteStore;
use hotaru_cloud::store::{Audit, Deletion, PrivacyStore, StaffStore};
use hotaru_content::blob::BlobRef;
use hotaru_content::clock::{Stamp, school_day};
use hotaru_content::drill::{Ask, Response};
use hotaru_content::id::{BootId, NoteId, PupilId};
use hotaru_content::lesson::{Body, Revision, Subject};
use hotaru_content::log::{Fact, LessonOpened, NoteSaved, PaperStudy};
use hotaru_content::shelf::{LockKind, OpenOptions, Shelf, ShelfError};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::terminal::{LineOptions, SignIn, join, sync_once};
use hotaru_sync::terminal::SyncReport;
use hotaru_sync::wire::{
    DeletePupil, DeletedPupil, DeskSchool, Grant, JoinAnswer, PushAnswer, Role, UploadState, path,
};
use serde_json::{Value, json};
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::mpsc;

use crate::care::backup;
use crate::events::{Log, answer, drill, item};
use crate::matrix::{HOUR, account, now_ms, session};
use crate::process::{Serving, run};
use crate::school::{Answer, Class, Http, School, lesson, serving};

const DAY: i64 = 24 * HOUR;

/// A pupil with something of each kind, and what she wrote.
struct Pupil {
    id: PupilId,
    token: String,
    log: Log,
    answer: String,
    note: String,
    photo: Vec<u8>,
}

/// A photo that two pupils sent: both of them were on it.
fn shared_photo() -> Vec<u8> {
    photo(0)
}

fn photo(seed: u32) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec();
    let noise = (0..5000_u32).map(|at| at.wrapping_mul(2_654_435_761).wrapping_add(seed));
    bytes.extend(noise.flat_map(u32::to_le_bytes));
    bytes
}

async fn given(http: &Http, class: &Class) -> Revision {
    let key = vec!["支点".to_owned()];
    let questions = vec![item("てこの うごかない ところ", Ask::Text { key })];
    let body = drill(http, class, questions).await;
    let revision = lesson("てこ", vec![body]);
    http.publish(class, &revision).await;
    revision
}

async fn studied(http: &Http, class: &Class, given: &Revision, number: u16) -> Pupil {
    let (joined, token) = http.join(class, number).await;
    let Body::Drill { blob, .. } = &given.materials[0].body else {
        panic!("no drill");
    };
    let mut pupil = Pupil {
        id: joined.pupil.pupil,
        token,
        log: Log::new(joined.pupil.pupil),
        answer: format!("こたえ{number}ひみつ"),
        note: format!("ノート{number}ひみつ<script>alert({number})</script>"),
        photo: photo(u32::from(number)),
    };
    let paper = |photo: &[u8]| {
        Fact::PaperStudy(PaperStudy {
            day: given.day,
            minutes: 25,
            subject: Subject::Science,
            text: format!("プリント{number}ひみつ"),
            photo: Some(BlobRef::of(photo)),
        })
    };
    for fact in [
        Fact::LessonOpened(LessonOpened {
            lesson: given.lesson,
            revision: 1,
        }),
        answer(
            given.lesson,
            blob.id,
            0,
            Response::Text(pupil.answer.clone()),
        ),
        Fact::NoteSaved(NoteSaved {
            note: NoteId([4; 16]),
            lesson: Some(given.lesson),
            text: pupil.note.clone(),
        }),
        paper(&pupil.photo),
        paper(&shared_photo()),
        Fact::Unknown {
            kind: 999,
            payload: vec![0xab, 0xcd],
        },
    ] {
        pupil.log.add(&fact);
    }
    pupil.log.push_all(http, &pupil.token).await;
    for photo in [&pupil.photo, &shared_photo()] {
        http.upload(&pupil.token, photo).await;
    }
    pupil
}

/// A school with two pupils who studied.
async fn two() -> (School, Class, crate::school::Running, Pupil, Pupil) {
    let (school, class, http) = serving().await;
    let given = given(&http, &class).await;
    let seven = studied(&http, &class, &given, 7).await;
    let eight = studied(&http, &class, &given, 8).await;
    (school, class, http, seven, eight)
}

async fn database(data: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(data.join("school.db"));
    SqlitePool::connect_with(options).await.unwrap()
}

async fn store(school: &School) -> SqliteStore {
    let file = school.path().join("school.db");
    SqliteStore::open(&file, false).await.unwrap()
}

/// Somebody with a role, in a session.
async fn signed_in(school: &School, role: Role) -> String {
    let store = store(school).await;
    let staff = account(&store).await;
    let granted = store.grant(staff, &Grant::of(role), None, now_ms()).await;
    granted.unwrap().unwrap();
    session(&store, staff, now_ms(), HOUR).await.0
}

fn files(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, into),
            false => into.push(path),
        }
    }
}

/// How many files below a folder hold some bytes, whatever they are called.
fn hits(dir: &Path, needle: &[u8]) -> usize {
    let mut all = Vec::new();
    files(dir, &mut all);
    let holds = |path: &&PathBuf| {
        // A socket has no bytes.
        let bytes = fs::read(path).unwrap_or_default();
        bytes.windows(needle.len()).any(|part| part == needle)
    };
    all.iter().filter(holds).count()
}

/// What must not be anywhere once a pupil's record is deleted.
fn needles(pupil: &Pupil) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("her answer", pupil.answer.clone().into_bytes()),
        ("her note", "ノート7ひみつ".as_bytes().to_vec()),
        ("her paper study", "プリント7ひみつ".as_bytes().to_vec()),
        ("her photo", pupil.photo[40..200].to_vec()),
        (
            "the secret of her log",
            pupil.log.open.secret.as_bytes().to_vec(),
        ),
    ]
}

fn assert_traceless(dir: &Path, pupil: &Pupil) {
    for (what, needle) in needles(pupil) {
        assert_eq!(hits(dir, &needle), 0, "{what}");
    }
}

async fn checked(school: &School) -> Value {
    let check = Care::Check {
        repair: false,
        from: None,
    };
    let lines = school.ask(Command::Care(check)).await.unwrap();
    assert_eq!(lines.last().unwrap()["damaged"], 0, "{lines:#?}");
    lines.last().unwrap().clone()
}

async fn delete(http: &Http, token: &str, pupil: PupilId, class: &str, number: u16) -> Answer {
    let whom = DeletePupil {
        class: class.to_owned(),
        number,
    };
    let body = serde_json::to_vec(&whom).unwrap();
    http.post(&path::admin_delete_pupil(&pupil), token, body)
        .await
}

async fn keeper_deletes(school: &School, number: u16) -> Value {
    let who = Who::At("6-1".to_owned(), number);
    let command = Command::Pupil(PupilCommand::Delete { who, yes: true });
    school.ask(command).await.unwrap().pop().unwrap()
}

async fn tidy(school: &School) -> Value {
    let told = school.ask(Command::Tidy { grace_days: 0 }).await.unwrap();
    told.into_iter().next().unwrap()
}

fn lines(text: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(text).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn of_kind<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["kind"] == kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_record_is_handed_over_as_lines_and_as_a_page() {
    let (school, class, http, seven, eight) = two().await;
    let card = http
        .post(&path::desk_card(&seven.id), &class.teacher, vec![])
        .await;
    let card: hotaru_sync::wire::DeskCard = card.parse();
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("record");
    let export = |out: PathBuf| {
        let who = Who::At("6-1".to_owned(), 7);
        Command::Pupil(PupilCommand::Export { who, out })
    };
    let told = school.ask(export(out.clone())).await.unwrap();
    assert_eq!(
        (&told[0]["events"], &told[0]["photos"]),
        (&6.into(), &2.into())
    );
    let again = school.ask(export(out.clone())).await.unwrap_err();
    assert!(again.to_string().contains("not empty"), "{again}");

    let all = lines(&fs::read(out.join("record.jsonl")).unwrap());
    let events = of_kind(&all, "event");
    assert_eq!(events.len(), 6);
    assert_eq!(
        (&events[1]["answer"], &events[1]["grade"]),
        (&json!(seven.answer), &json!("wrong"))
    );
    assert_eq!(events[1]["question"], "てこの うごかない ところは？");
    assert_eq!(events[2]["fact"]["text"], json!(seven.note));
    assert_eq!(events[3]["fact"]["minutes"], 25);
    assert_eq!(
        (&events[5]["what"], &events[5]["fact"]["payload"]),
        (&json!(999), &json!("abcd"))
    );
    for (kind, count) in [
        ("record", 1),
        ("enrolment", 1),
        ("terminal", 1),
        ("stream", 1),
        ("lesson", 1),
        ("card", 1),
        ("photo", 2),
        ("photo_file", 2),
        ("end", 1),
    ] {
        assert_eq!(of_kind(&all, kind).len(), count, "{kind}");
    }
    let done: Vec<_> = of_kind(&all, "audit")
        .iter()
        .map(|row| (row["role"].clone(), row["action"].clone()))
        .collect();
    assert!(done.contains(&(json!("keeper"), json!("export_record"))));
    for file in of_kind(&all, "photo_file") {
        let bytes = fs::read(out.join(file["file"].as_str().unwrap())).unwrap();
        assert!(bytes == seven.photo || bytes == shared_photo());
    }

    let page = fs::read_to_string(out.join("record.html")).unwrap();
    assert!(page.contains("ノート7ひみつ&lt;script&gt;alert(7)&lt;/script&gt;"));
    assert!(!page.contains("<script") && !page.contains("://"));
    assert!(page.contains(&seven.answer) && page.contains("プリント7ひみつ"));
    assert!(page.contains("サーバーを管理する人") && page.contains("記録を書き出した"));
    assert_eq!(page.matches("data:image/jpeg;base64,").count(), 2);
    // Nothing of another pupil, no code, no secret.
    let secret = seven.log.open.secret.as_bytes();
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    for strange in ["8ひみつ", &card.code, &hex, &seven.token, &eight.token] {
        assert_eq!(hits(&out, strange.as_bytes()), 0, "{strange}");
    }
    assert_eq!(hits(&out, secret), 0);

    // The same over the line, for who may.
    let token = signed_in(&school, Role::Principal).await;
    let got = http.get(&path::admin_record(&seven.id), &token).await;
    assert_eq!(got.status, 200);
    let over = lines(&got.body);
    assert_eq!(of_kind(&over, "event"), of_kind(&all, "event"));
    assert_eq!(over.last().unwrap()["photos"], 2);
    assert!(of_kind(&over, "photo_file")[0]["base64"].is_string());
    let got = http.get(&path::admin_record_page(&seven.id), &token).await;
    let html = String::from_utf8(got.body.clone()).unwrap();
    assert!(html.contains("ノート7ひみつ&lt;script"));
    let policy = got.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(
        got.header("content-disposition")
            .unwrap()
            .contains("attachment")
    );
    let nobody = PupilId([9; 16]);
    let none = http.get(&path::admin_record(&nobody), &token).await;
    assert_eq!((none.status, none.code()), (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_record_leaves_no_trace_and_no_hole() {
    let (school, class, http, mut seven, mut eight) = two().await;
    let store = store(&school).await;
    let guardian = account(&store).await;
    let mut grant = Grant::of(Role::Guardian);
    grant.pupil = Some(seven.id);
    store.grant(guardian, &grant, None, now_ms()).await.unwrap();
    let (guardian, _) = session(&store, guardian, now_ms(), HOUR).await;
    assert_eq!(
        http.get(&path::child(&seven.id), &guardian).await.status,
        200
    );
    // Half a photo that is still under way.
    http.patch(&seven.token, BlobRef::of(&photo(99)), 0, &photo(99)[..9000])
        .await;
    seven.log.add(&Fact::PaperStudy(PaperStudy {
        day: school_day(now_ms()),
        minutes: 1,
        subject: Subject::Art,
        text: String::new(),
        photo: Some(BlobRef::of(&photo(99))),
    }));
    assert_eq!(seven.log.push(&http, &seven.token, 6, 7).await.status, 200);
    for (what, needle) in needles(&seven) {
        assert!(hits(school.path(), &needle) > 0, "the search finds {what}");
    }

    let admin = signed_in(&school, Role::SchoolAdmin).await;
    for (class, number) in [("6-1", 8), ("6-2", 7), ("", 7)] {
        let refused = delete(&http, &admin, seven.id, class, number).await;
        assert_eq!(
            (refused.status, refused.code()),
            (409, "other_pupil".to_owned())
        );
    }
    assert_eq!(checked(&school).await["events"], 13);
    let done = delete(&http, &admin, seven.id, "6-1", 7).await;
    let done: DeletedPupil = done.parse();
    assert_eq!((done.events, done.terminals, done.is_done), (7, 1, true));

    assert_traceless(school.path(), &seven);
    assert_eq!(hits(school.path(), &photo(99)[40..200]), 0);
    let found = checked(&school).await;
    assert_eq!(
        (
            &found["streams"],
            &found["deleted_streams"],
            &found["events"]
        ),
        (&2.into(), &1.into(), &6.into())
    );
    // What is of the other is all there, the photo of both included.
    assert!(hits(school.path(), "ノート8ひみつ".as_bytes()) > 0);
    for photo in [&eight.photo, &shared_photo()] {
        let at = path::blob(&BlobRef::of(photo).id);
        assert_eq!(http.get(&at, &eight.token).await.body, *photo);
        assert_eq!(http.get(&at, &seven.token).await.status, 404);
    }
    eight.log.add(&Fact::LessonOpened(LessonOpened {
        lesson: lesson("x", vec![]).lesson,
        revision: 1,
    }));
    let pushed: PushAnswer = eight.log.push(&http, &eight.token, 6, 7).await.parse();
    assert_eq!(pushed.next_seq, 7);

    // Her terminal is told what to do, whichever log it sends; nothing of it is kept.
    let answer = seven.log.push(&http, &seven.token, 0, 7).await;
    assert_eq!(
        (answer.status, answer.code()),
        (410, "pupil_deleted".to_owned())
    );
    let mut other = Log::new(seven.id);
    other.add(&Fact::NoteSaved(NoteSaved {
        note: NoteId([5; 16]),
        lesson: None,
        text: seven.note.clone(),
    }));
    let answer = other.push(&http, &seven.token, 0, 1).await;
    assert_eq!(answer.code(), "pupil_deleted");
    assert_eq!(
        http.get(&path::child(&seven.id), &guardian).await.status,
        403
    );
    assert_traceless(school.path(), &seven);

    // Nobody finds her, and her number is free for somebody else.
    let desk: DeskSchool = http.get(path::DESK_SCHOOL, &class.teacher).await.parse();
    let roster: Vec<u16> = desk.classes[0]
        .pupils
        .iter()
        .map(|one| one.number)
        .collect();
    assert_eq!(roster, [8]);
    let gone = http.get(&path::admin_record(&seven.id), &admin).await;
    assert_eq!(gone.status, 404);
    assert_eq!(delete(&http, &admin, seven.id, "6-1", 7).await.status, 404);
    let joined: JoinAnswer = http.join_as(&class.code, 7, &seven.token).await.parse();
    assert_ne!(joined.pupil.pupil, seven.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_before_brings_no_deleted_record_back() {
    let (school, _, http, seven, eight) = two().await;
    let outside = tempfile::tempdir().unwrap();
    let backups = outside.path().join("backups");
    backup(&school, &backups, None).await;
    let told = keeper_deletes(&school, 7).await;
    assert_eq!((&told["events"], &told["done"]), (&6.into(), &true.into()));
    let beside = &told["backups"][0];
    assert_eq!(
        (&beside["noted"], &beside["made_before"]),
        (&true.into(), &1.into())
    );
    assert_traceless(school.path(), &seven);
    // It holds her until it expires; its list says that she is to go.
    assert!(hits(&backups, &seven.photo[40..200]) > 0);
    assert!(hits(&backups, seven.id.to_string().as_bytes()) == 1);
    http.stop().await;

    // Everything but the old backup is lost.
    fs::remove_dir_all(school.path()).unwrap();
    let data = outside.path().join("school");
    let (lines, mut told) = mpsc::channel(64);
    let folder = Folder::new(&data);
    let (done, last) = tokio::join!(
        restore(&backups, &folder, false, Teller::new(lines)),
        async move {
            let mut last = Value::Null;
            while let Some(line) = told.recv().await {
                last = line;
            }
            last
        }
    );
    done.unwrap();
    assert_eq!(last["deleted_again"], 1);
    assert_traceless(&data, &seven);
    assert!(hits(&data, "ノート8ひみつ".as_bytes()) > 0);
    assert!(run(&data, &["check"]).status.success());
    let serving = Serving::start(&data);
    let answer = seven.log.push(&serving.http, &seven.token, 0, 6).await;
    assert_eq!(answer.code(), "pupil_deleted");
    assert_eq!(
        eight
            .log
            .push(&serving.http, &eight.token, 0, 6)
            .await
            .status,
        200
    );
    drop(serving);
    // A newer backup has her no more, and with --keep the older one goes, her photo with it.
    let keep = ["backup", "--keep", "1", backups.to_str().unwrap()];
    assert!(run(&data, &keep).status.success());
    assert_traceless(&backups, &seven);
    // A list that cannot be read stops a restore: it would bring her back.
    fs::write(backups.join("deletions.jsonl"), "{}\n").unwrap();
    let again = outside.path().join("again");
    let refused = run(&again, &["restore", backups.to_str().unwrap()]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("deletions.jsonl cannot be read"), "{said}");
    assert!(!again.join("school.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_was_cut_off_is_brought_to_its_end() {
    let (school, _, http, seven, _) = two().await;
    http.stop().await;
    {
        let store = store(&school).await;
        let deletion = Deletion {
            pupil: seven.id,
            deleted_ms: now_ms(),
        };
        let row = Audit {
            action: "delete_pupil",
            outcome: "allowed",
            ..Audit::default()
        };
        store.delete_record(deletion, row).await.unwrap();
        hotaru_cloud::store::Store::close(&store).await;
    }
    assert!(hits(school.path(), &seven.photo[40..200]) > 0);
    let tidied = tidy(&school).await;
    assert_eq!(tidied["deletions"], 1);
    assert_traceless(school.path(), &seven);
    checked(&school).await;
    assert_eq!(tidy(&school).await["deletions"], 0);
}

/// A terminal of two pupils that has sent all.
fn terminal(address: &str, code: &str, profile: &Path) -> Shelf {
    let shelf = Shelf::open(profile, &shelf_options()).unwrap().shelf;
    for number in [7, 8] {
        let sign_in = SignIn::Code {
            code: code.to_owned(),
            number,
        };
        let line = LineOptions::default();
        join(&shelf, address, &sign_in, "端末", &line, &Cancel::default()).unwrap();
    }
    write(&shelf, 7);
    write(&shelf, 8);
    synced(&shelf);
    shelf
}

fn shelf_options() -> OpenOptions {
    OpenOptions {
        min_free_bytes: 0,
        ..OpenOptions::default()
    }
}

fn pupil(shelf: &Shelf, number: u16) -> PupilId {
    let identity = shelf.identity();
    let mut here = identity.pupils.iter();
    here.find(|entry| entry.number == number).unwrap().pupil
}

fn write(shelf: &Shelf, number: u16) {
    let log = shelf.pupil(&pupil(shelf, number)).unwrap();
    let stamp = Stamp {
        wall_ms: now_ms(),
        mono_ms: log.point().next_seq,
        boot: BootId([7; 16]),
    };
    let fact = Fact::NoteSaved(NoteSaved {
        note: NoteId([4; 16]),
        lesson: None,
        text: format!("ノート{number}"),
    });
    log.append(stamp, &fact).unwrap();
}

fn synced(shelf: &Shelf) -> SyncReport {
    let line = LineOptions::default();
    sync_once(shelf, &line, &mut |_| {}, &Cancel::default()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn her_terminal_removes_a_deleted_pupil_whether_she_is_locked_or_not() {
    for is_locked in [false, true] {
        let (school, class, http) = serving().await;
        let profile = tempfile::tempdir().unwrap();
        let (address, code) = (http.address.clone(), class.code.clone());
        let place = profile.path().to_owned();
        let work = move || terminal(&address, &code, &place);
        let shelf = tokio::task::spawn_blocking(work).await.unwrap();
        let (seven, eight) = (pupil(&shelf, 7), pupil(&shelf, 8));
        keeper_deletes(&school, 7).await;
        let work = move || {
            write(&shelf, 7);
            write(&shelf, 8);
            if is_locked {
                let kind = LockKind::Pin;
                shelf.set_lock(&seven, kind, "4821", now_ms()).unwrap();
                shelf.close_pupil(&seven);
            }
            let report = synced(&shelf);
            assert_eq!(report.faults, [], "{report:?}");
            let here = shelf.identity().pupils;
            assert_eq!((here.len(), here[0].pupil), (1, eight));
            assert!(matches!(shelf.pupil(&seven), Err(ShelfError::NoPupil(_))));
            let other = shelf.pupil(&eight).unwrap();
            assert_eq!((other.point().next_seq, other.unsent()), (2, 0));
            // The next sync is one like any other.
            let requests = synced(&shelf).requests;
            assert_eq!(synced(&shelf).requests, requests);
        };
        tokio::task::spawn_blocking(work).await.unwrap();
        let rows = run(school.path(), &["log", "--class", "6-1"]).stdout;
        assert_eq!(lines(&rows).len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keeper_is_asked_twice_and_finds_who_left() {
    let (school, class, http, seven, _) = two().await;
    let at = |number| Who::At("6-1".to_owned(), number);
    let unsure = PupilCommand::Delete {
        who: at(7),
        yes: false,
    };
    let refused = school.ask(Command::Pupil(unsure)).await.unwrap_err();
    assert!(refused.to_string().contains("--yes"), "{refused}");
    let slip = PupilCommand::Delete {
        who: Who::Id(PupilId([9; 16])),
        yes: true,
    };
    let refused = school.ask(Command::Pupil(slip)).await.unwrap_err();
    assert!(refused.to_string().contains("knows no pupil"), "{refused}");
    let leave = PupilCommand::Leave {
        who: at(7),
        day: None,
    };
    school.ask(Command::Pupil(leave.clone())).await.unwrap();
    assert!(school.ask(Command::Pupil(leave)).await.is_err());
    // She gets no lesson any more; what she does still comes.
    let lessons = http.lessons(&seven.token, 0).await;
    assert!(lessons.changes.is_empty(), "{lessons:?}");
    assert_eq!(seven.log.push(&http, &seven.token, 0, 6).await.status, 200);
    // Her number is somebody else's now: the list tells them apart.
    let (joined, _) = http.join(&class, 7).await;
    let list = PupilCommand::List {
        class: "6-1".to_owned(),
    };
    let listed = school.ask(Command::Pupil(list)).await.unwrap();
    let left: Vec<_> = listed.iter().filter(|row| !row["left"].is_null()).collect();
    assert_eq!((listed.len(), left.len()), (3, 1));
    assert_eq!(left[0]["pupil"], json!(seven.id));
    let out = tempfile::tempdir().unwrap();
    let export = PupilCommand::Export {
        who: Who::Id(seven.id),
        out: out.path().join("a"),
    };
    let told = school.ask(Command::Pupil(export)).await.unwrap();
    assert_eq!(told[0]["events"], 6);
    let now = PupilCommand::Export {
        who: at(7),
        out: out.path().join("b"),
    };
    let told = school.ask(Command::Pupil(now)).await.unwrap();
    assert_eq!(told[0]["pupil"], json!(joined.pupil.pupil));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_its_rule_goes_and_nothing_else() {
    let (school, _, http, seven, eight) = two().await;
    let store = store(&school).await;
    let staff = account(&store).await;
    // Sessions that ended: one long ago, one just now.
    session(&store, staff, now_ms() - 2 * HOUR, HOUR).await;
    session(&store, staff, now_ms() - 60 * DAY, HOUR).await;
    for (at_ms, action) in [(now_ms() - 7 * 366 * DAY, "old"), (now_ms(), "young")] {
        let row = Audit {
            at_ms,
            action,
            outcome: "allowed",
            ..Audit::default()
        };
        store.audit(row).await.unwrap();
    }
    let who = Who::Id(seven.id);
    let leave = PupilCommand::Leave {
        who,
        day: Some(school_day(now_ms() - 20 * DAY)),
    };
    school.ask(Command::Pupil(leave)).await.unwrap();
    let first = tidy(&school).await;
    // The session, and the old row of the audit log with all before it: none.
    assert_eq!(
        (&first["records"], &first["photos"], &first["rows"]),
        (&0.into(), &0.into(), &2.into())
    );
    let found = checked(&school).await;
    let actions: Vec<String> = store
        .audit_rows(None, 0, 100)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.action)
        .collect();
    assert_eq!(actions, ["young", "leave", "shorten_audit"]);
    assert_eq!(found["audit"], 3);

    // The school wants less: who left 20 days ago goes after 10, photos after 10 as well.
    let pool = database(school.path()).await;
    sqlx::query("UPDATE blobs SET stored_ms = stored_ms - ?, told_ms = 0")
        .bind(20 * DAY)
        .execute(&pool)
        .await
        .unwrap();
    let set = vec![
        ("learning_record".to_owned(), Some(10)),
        ("paper_photo".to_owned(), Some(10)),
    ];
    let told = school
        .ask(Command::Pupil(PupilCommand::Retention { set }))
        .await
        .unwrap();
    let rule = |kind: &str| told.iter().find(|rule| rule["kind"] == kind).unwrap();
    assert_eq!(rule("learning_record")["keeps"], "10 days");
    assert_eq!(rule("audit_log")["chosen"], false);
    for kind in ["session", "no such"] {
        let set = vec![(kind.to_owned(), Some(1))];
        let wrong = PupilCommand::Retention { set };
        assert!(school.ask(Command::Pupil(wrong)).await.is_err(), "{kind}");
    }
    let second = tidy(&school).await;
    assert_eq!(
        (&second["records"], &second["deletions"]),
        (&1.into(), &1.into())
    );
    assert_traceless(school.path(), &seven);
    // The other's photos are gone, and her words are not; no terminal brings them again.
    assert_eq!(hits(school.path(), &eight.photo[40..200]), 0);
    assert!(hits(school.path(), "プリント8ひみつ".as_bytes()) > 0);
    let asked = [BlobRef::of(&eight.photo), BlobRef::of(&photo(99))];
    let body = serde_json::to_vec(&asked).unwrap();
    let states: Vec<UploadState> = http.post(path::UPLOADS, &eight.token, body).await.parse();
    let complete: Vec<bool> = states.iter().map(|state| state.complete).collect();
    assert_eq!(complete, [true, false]);
    checked(&school).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortened_audit_log_still_finds_what_was_changed() {
    let (school, _, _http) = serving().await;
    let store = store(&school).await;
    for at_ms in [now_ms() - 9 * 366 * DAY, now_ms() - 8 * 366 * DAY, now_ms()] {
        let row = Audit {
            at_ms,
            action: "look",
            outcome: "allowed",
            ..Audit::default()
        };
        store.audit(row).await.unwrap();
    }
    assert_eq!(tidy(&school).await["rows"], 2);
    assert_eq!(checked(&school).await["audit"], 2);
    let pool = database(school.path()).await;
    for refused in [
        "DELETE FROM audit WHERE id = 3",
        "DELETE FROM audit_begin",
        "UPDATE audit_begin SET rows = 1",
        "UPDATE audit_begin SET rows = 3, hash = zeroblob(32)",
    ] {
        let refused = sqlx::query(refused).execute(&pool).await.unwrap_err();
        assert!(
            refused.to_string().contains("audit log is never"),
            "{refused}"
        );
    }
    for trigger in ["audit_begin_follows_the_chain", "audit_is_not_shortened"] {
        let drop = format!("DROP TRIGGER {trigger}");
        sqlx::query(sqlx::AssertSqlSafe(drop))
            .execute(&pool)
            .await
            .unwrap();
    }
    sqlx::query("UPDATE audit_begin SET hash = randomblob(32)")
        .execute(&pool)
        .await
        .unwrap();
    let check = Care::Check {
        repair: false,
        from: None,
    };
    let lines = school.ask(Command::Care(check)).await.unwrap();
    assert_eq!(lines.last().unwrap()["damaged"], 1, "{lines:?}");
}

#[test]
fn the_rules_are_printed_without_a_school() {
    let output = std::process::Command::new(crate::school::binary())
        .arg("retention")
        .output()
        .unwrap();
    let told = lines(&output.stdout);
    assert!(output.status.success() && told.len() >= 12);
    let record = told.iter().find(|rule| rule["kind"] == "learning_record");
    assert_eq!(
        record.unwrap()["keeps"],
        "to the end of the next school year"
    );
}
