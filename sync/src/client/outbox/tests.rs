use super::*;
use hotaru_content::id::ClassId;
use tempfile::TempDir;

fn new_job(title: &str, blobs: Vec<(BlobRef, Source)>) -> NewJob {
    let document = title.as_bytes().to_vec();
    let document_ref = BlobRef::of(&document);
    NewJob {
        cloud: "https://school.example".to_owned(),
        by: String::new(),
        title: title.to_owned(),
        publish: Publish {
            document: document_ref,
            base_revision: 0,
            classes: vec![ClassId([1; 16])],
            groups: vec![],
            pupils: vec![],
            send_at_ms: None,
        },
        blobs: blobs
            .into_iter()
            .chain([(document_ref, Source::Bytes(document))])
            .collect(),
        created_ms: 1000,
        send_after_ms: 11_000,
    }
}

fn states(outbox: &Outbox, now_ms: i64) -> Vec<(String, State)> {
    let entries = outbox.entries(now_ms).unwrap().into_iter();
    entries
        .map(|entry| match entry {
            Entry::Job(job, state) => (job.title.clone(), state),
            Entry::Damaged { problem, .. } => panic!("{problem}"),
        })
        .collect()
}

fn setup() -> (TempDir, Outbox) {
    let dir = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(dir.path().join("outbox")).unwrap();
    (dir, outbox)
}

#[test]
fn a_job_is_held_sent_and_removed() {
    let (dir, outbox) = setup();
    let (copied, linked) = (dir.path().join("handout.pdf"), dir.path().join("made.mp4"));
    fs::write(&copied, "%PDF").unwrap();
    fs::write(&linked, "movie").unwrap();
    let pdf = BlobRef::of(b"%PDF");
    let job = new_job(
        "first",
        vec![
            (pdf, Source::Copy(copied.clone())),
            (pdf, Source::Copy(copied.clone())),
            (BlobRef::of(b"movie"), Source::Link(linked)),
        ],
    );
    let id = outbox.add(job).unwrap();
    // What a teacher does with her file now changes nothing.
    fs::write(&copied, "changed").unwrap();
    assert_eq!(outbox.read(id, pdf.id, 1, 2).unwrap(), b"PD");
    assert_eq!(outbox.read(id, pdf.id, 2, 100).unwrap(), b"DF");
    assert_eq!(outbox.job(id).unwrap().blobs.len(), 3);

    let held = State::Held { until_ms: 11_000 };
    assert_eq!(states(&outbox, 1000), [("first".to_owned(), held.clone())]);
    assert_eq!(states(&outbox, 10_999)[0].1, held);
    assert_eq!(states(&outbox, 11_000)[0].1, State::Ready);
    // A clock that was set back a year holds nothing back for a year.
    assert_eq!(states(&outbox, -31_000_000_000)[0].1, State::Ready);

    outbox.remove(id).unwrap();
    outbox.remove(id).unwrap();
    assert_eq!(outbox.entries(0).unwrap(), []);
    assert!(outbox.read(id, pdf.id, 0, 1).is_err());
}

#[test]
fn several_jobs_stand_in_order_and_a_refused_one_waits_for_a_person() {
    let (_dir, outbox) = setup();
    let ids: Vec<JobId> = ["a", "b", "c"]
        .iter()
        .enumerate()
        .map(|(at, title)| {
            let mut job = new_job(title, vec![]);
            job.created_ms += 10 - at as i64;
            outbox.add(job).unwrap()
        })
        .collect();
    let refusal = Refusal {
        code: "not_newest".to_owned(),
        message: "somebody was faster".to_owned(),
    };
    outbox.refuse(ids[1], &refusal).unwrap();
    let again = Outbox::open(outbox.dir.clone()).unwrap();
    let ready = |title: &str| (title.to_owned(), State::Ready);
    assert_eq!(
        states(&again, 20_000),
        [
            ready("c"),
            ("b".to_owned(), State::Refused(refusal)),
            ready("a")
        ]
    );
    again.retry(ids[1]).unwrap();
    again.retry(ids[1]).unwrap();
    assert_eq!(states(&again, 20_000)[1], ready("b"));
}

#[test]
fn what_a_crash_left_half_made_is_cleared_away() {
    let (_dir, outbox) = setup();
    let id = outbox.add(new_job("whole", vec![])).unwrap();
    let half = outbox.dir.join(format!("{}.{COMING}", JobId([7; 16])));
    let gone = outbox.dir.join(format!("{}.{GOING}", JobId([8; 16])));
    for dir in [&half, &gone] {
        fs::create_dir(dir).unwrap();
        fs::write(dir.join("rest"), "x").unwrap();
    }
    assert_eq!(states(&outbox, 20_000).len(), 1);
    let again = Outbox::open(outbox.dir.clone()).unwrap();
    assert!(!half.exists() && !gone.exists());
    assert_eq!(again.job(id).unwrap().title, "whole");
}

#[test]
fn a_damaged_job_is_named_and_harms_no_other() {
    let (_dir, outbox) = setup();
    let good = outbox.add(new_job("good", vec![])).unwrap();
    let blob = BlobRef::of(b"bytes");
    let bytes = || vec![(blob, Source::Bytes(b"bytes".to_vec()))];
    let damages: [&dyn Fn(&Path); 5] = [
        &|job| fs::write(job.join(JOB_FILE), "{\"format\":1,").unwrap(),
        &|job| fs::remove_file(job.join(JOB_FILE)).unwrap(),
        &|job| fs::write(job.join(blob.id.to_string()), "byte").unwrap(),
        &|job| fs::remove_file(job.join(blob.id.to_string())).unwrap(),
        &|job| {
            let text = fs::read_to_string(job.join(JOB_FILE)).unwrap();
            fs::write(
                job.join(JOB_FILE),
                text.replace("\"format\":1", "\"format\":2"),
            )
            .unwrap();
        },
    ];
    let mut bad = Vec::new();
    for damage in damages {
        let id = outbox.add(new_job("bad", bytes())).unwrap();
        damage(&outbox.place(id));
        bad.push(id);
    }
    bad.sort();
    let entries = outbox.entries(20_000).unwrap();
    assert!(matches!(&entries[0], Entry::Job(job, State::Ready) if job.id == good));
    let named: Vec<JobId> = entries[1..]
        .iter()
        .map(|entry| match entry {
            Entry::Damaged { id, problem } => {
                assert!(!problem.is_empty());
                *id
            }
            Entry::Job(..) => panic!("{entry:?}"),
        })
        .collect();
    assert_eq!(named, bad);
    for id in bad {
        assert!(matches!(outbox.job(id), Err(OutboxError::Damaged { .. })));
        outbox.remove(id).unwrap();
    }
    assert_eq!(outbox.entries(20_000).unwrap().len(), 1);
}

#[test]
fn what_is_not_as_promised_leaves_nothing_behind() {
    let (dir, outbox) = setup();
    let path = dir.path().join("file");
    fs::write(&path, "other").unwrap();
    let blob = BlobRef::of(b"bytes");
    for source in [
        Source::Copy(path.clone()),
        Source::Link(path),
        Source::Bytes(b"other".to_vec()),
    ] {
        let error = outbox.add(new_job("x", vec![(blob, source)])).unwrap_err();
        assert!(matches!(error, OutboxError::Changed(_)), "{error}");
    }
    let missing = Source::Copy(dir.path().join("no such file"));
    let error = outbox.add(new_job("x", vec![(blob, missing)])).unwrap_err();
    assert!(error.to_string().contains("no such file"), "{error}");
    let mut without_document = new_job("x", vec![]);
    without_document.blobs.clear();
    assert!(matches!(
        outbox.add(without_document),
        Err(OutboxError::Missing(_))
    ));
    let left: Vec<PathBuf> = outbox.paths().unwrap();
    assert_eq!(left, [outbox.dir.join(LOCK_FILE)]);
}

#[test]
fn two_programs_add_at_once() {
    let (_dir, outbox) = setup();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let outbox = &outbox;
            scope.spawn(move || {
                for job in 0..5 {
                    let again = Outbox::open(outbox.dir.clone()).unwrap();
                    again
                        .add(new_job(&format!("{thread}/{job}"), vec![]))
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(outbox.entries(20_000).unwrap().len(), 20);
}
