//! The sender against a cloud in memory behind a real socket, whose connections die.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use hotaru_content::blob::BlobRef;

use super::*;
use crate::client::outbox::{Entry, NewJob, Source, State};
use crate::http::{Exchange, LineFault, Method, Request};
use crate::upload::tests::Cloud;
use crate::wire::{ErrorBody, Publish};

type Shared = Arc<Mutex<Cloud>>;

/// How one connection ends.
type Budget = fn(connection: usize) -> usize;

/// Serves the cloud on loopback; each connection dies after so many bytes of bodies.
fn serve(cloud: &Shared, budget: Budget, refuse: Option<u16>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let cloud = Arc::clone(cloud);
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            connection(&cloud, stream.unwrap(), budget(number), refuse);
        }
    });
    address
}

fn connection(cloud: &Shared, mut stream: TcpStream, mut budget: usize, refuse: Option<u16>) {
    while let Some((mut request, len)) = read_head(&mut stream) {
        let mut body = vec![0; len.min(budget)];
        if stream.read_exact(&mut body).is_err() {
            return;
        }
        let whole = body.len() == len;
        budget -= body.len();
        let arrived = body.len();
        request.body = body;
        if !whole {
            // What arrived is kept, as a cloud keeps it; then the line is dead.
            request.body.resize(len, 0);
            cloud.lock().unwrap().serve(&request, arrived);
            return;
        }
        let exchanges = match refuse {
            Some(status) if request.path == path::PUBLISH => refusal_of(status),
            _ => cloud.lock().unwrap().serve(&request, usize::MAX),
        };
        if write_answer(&mut stream, &exchanges).is_none() {
            return;
        }
    }
}

fn refusal_of(status: u16) -> Vec<Exchange> {
    let body = ErrorBody {
        code: "not_newest".to_owned(),
        message: "somebody was faster; look".to_owned(),
    };
    vec![
        Exchange::Head {
            status,
            headers: Default::default(),
        },
        Exchange::Chunk(crate::wire::write(&body).unwrap()),
        Exchange::End,
    ]
}

fn read_head(stream: &mut TcpStream) -> Option<(Request, usize)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let mut words = head.split(' ');
    let method = match words.next().unwrap() {
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PATCH" => Method::Patch,
        other => panic!("{other}"),
    };
    let path = words.next().unwrap().to_owned();
    let header = |name: &'static str| {
        let mut lines = head.lines();
        lines.find_map(|line| {
            Some((
                name,
                line.strip_prefix(name)?.strip_prefix(": ")?.to_owned(),
            ))
        })
    };
    let len = header("content-length").map_or(0, |(_, len)| len.parse().unwrap());
    let headers = ["upload-offset", "upload-length"]
        .into_iter()
        .filter_map(header);
    let request = Request {
        method,
        path,
        headers: headers.collect(),
        body: vec![],
        max_response: 0,
    };
    Some((request, len))
}

fn write_answer(stream: &mut TcpStream, exchanges: &[Exchange]) -> Option<()> {
    let (mut text, mut body) = (String::new(), Vec::new());
    for exchange in exchanges {
        match exchange {
            Exchange::Head { status, headers } => {
                text = format!("HTTP/1.1 {status} X\r\nhotaru: 1\r\n");
                for (name, value) in &headers.0 {
                    text += &format!("{name}: {value}\r\n");
                }
            }
            Exchange::Chunk(bytes) => body.extend_from_slice(bytes),
            _ => {}
        }
    }
    if !text.starts_with("HTTP/1.1 204") {
        text += &format!("content-length: {}\r\n", body.len());
    }
    stream.write_all(format!("{text}\r\n").as_bytes()).ok()?;
    stream.write_all(&body).ok()
}

struct Setup {
    _dir: tempfile::TempDir,
    outbox: Outbox,
    job: JobId,
    total: u64,
}

fn job_for(address: &str) -> Setup {
    let dir = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(dir.path().join("outbox")).unwrap();
    let files = [
        vec![1; 100],
        vec![2; 300_000],
        vec![3; 550_000],
        b"doc".to_vec(),
    ];
    let blobs = files
        .iter()
        .map(|file| (BlobRef::of(file), Source::Bytes(file.clone())));
    let new = NewJob {
        cloud: address.to_owned(),
        by: String::new(),
        title: "てこ".to_owned(),
        publish: Publish {
            document: BlobRef::of(b"doc"),
            base_revision: 0,
            classes: vec![ClassId([1; 16])],
            groups: vec![],
            pupils: vec![],
            send_at_ms: None,
        },
        blobs: blobs.collect(),
        created_ms: 0,
        send_after_ms: 0,
    };
    let total = files.iter().map(|file| file.len() as u64).sum();
    let job = outbox.add(new).unwrap();
    Setup {
        _dir: dir,
        outbox,
        job,
        total,
    }
}

fn desk(address: &str) -> Desk {
    Desk::open(&Options {
        stall: Duration::from_secs(5),
        ..Options::new(address)
    })
    .unwrap()
}

#[test]
fn a_job_arrives_over_connections_that_die_and_leaves_the_outbox() {
    let budgets: [Budget; 4] = [
        |_| usize::MAX,
        |_| 262_144,
        |_| 150_001,
        |at| 100_000 + at * 7,
    ];
    for budget in budgets {
        let cloud = Shared::default();
        let address = format!("http://{}", serve(&cloud, budget, None));
        let setup = job_for(&address);
        let desk = desk(&address);
        let mut seen = Vec::new();
        let mut progress = |now: Progress| seen.push(now.bytes);
        let cancel = Cancel::default();
        let uploaded = desk
            .send(&setup.outbox, setup.job, &mut progress, &cancel)
            .unwrap();
        assert_eq!(uploaded.sent, setup.total);
        let cloud = cloud.lock().unwrap();
        assert_eq!(cloud.stored, setup.total, "no byte is stored twice");
        assert_eq!(cloud.published.len(), 1);
        assert!(cloud.blobs.values().all(|stored| stored.complete));
        assert_eq!(seen.last(), Some(&setup.total));
        assert_eq!(setup.outbox.entries(0).unwrap(), []);
        assert!(desk.traffic().sent_body >= setup.total);
    }
}

#[test]
fn what_the_cloud_refuses_stays_and_says_why() {
    let cloud = Shared::default();
    let address = format!("http://{}", serve(&cloud, |_| usize::MAX, Some(412)));
    let setup = job_for(&address);
    let cancel = Cancel::default();
    let error = desk(&address)
        .send(&setup.outbox, setup.job, &mut |_| {}, &cancel)
        .unwrap_err();
    assert!(
        matches!(error, SendError::Upload(UploadError::NotNewest(_))),
        "{error}"
    );
    let entries = setup.outbox.entries(0).unwrap();
    let [Entry::Job(_, State::Refused(refusal))] = entries.as_slice() else {
        panic!("{entries:?}");
    };
    assert_eq!(refusal.code, "not_newest");
    assert!(refusal.message.contains("somebody was faster"));
}

#[test]
fn a_wrong_token_or_another_cloud_leaves_the_job_ready() {
    let cloud = Shared::default();
    let address = format!("http://{}", serve(&cloud, |_| usize::MAX, Some(401)));
    let setup = job_for(&address);
    let cancel = Cancel::default();
    let send = |desk: &Desk| {
        desk.send(&setup.outbox, setup.job, &mut |_| {}, &cancel)
            .unwrap_err()
    };
    let error = send(&desk(&address));
    assert!(matches!(
        error,
        SendError::Upload(UploadError::Refused { status: 401, .. })
    ));
    assert!(matches!(
        send(&desk("http://127.0.0.1:9")),
        SendError::OtherCloud(_)
    ));
    assert!(matches!(
        setup.outbox.entries(0).unwrap()[0],
        Entry::Job(_, State::Ready)
    ));
}

#[test]
fn sending_stops_when_it_is_told_to_and_goes_on_later() {
    let cloud = Shared::default();
    let address = format!("http://{}", serve(&cloud, |_| usize::MAX, None));
    let setup = job_for(&address);
    let cancel = Cancel::default();
    let stop = cancel.clone();
    let mut progress = move |now: Progress| {
        if now.bytes > 300_000 {
            stop.cancel();
        }
    };
    let error = desk(&address)
        .send(&setup.outbox, setup.job, &mut progress, &cancel)
        .unwrap_err();
    assert!(
        matches!(error, SendError::Upload(UploadError::Cancelled)),
        "{error}"
    );
    assert_eq!(cloud.lock().unwrap().published, []);
    let again = desk(&address);
    again
        .send(&setup.outbox, setup.job, &mut |_| {}, &Cancel::default())
        .unwrap();
    assert_eq!(cloud.lock().unwrap().published.len(), 1);
    assert_eq!(setup.outbox.entries(0).unwrap(), []);
}

#[test]
fn a_question_can_be_stopped_and_a_refusal_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let desk = desk(&format!("http://{}", listener.local_addr().unwrap()));
    let cancel = Cancel::default();
    let stop = cancel.clone();
    let stopper = thread::spawn(move || {
        // It accepts, and says nothing.
        let held = listener.accept();
        stop.cancel();
        thread::sleep(Duration::from_millis(300));
        drop(held);
        listener
    });
    assert!(matches!(desk.school(&cancel), Err(CallError::Cancelled)));
    let listener = stopper.join().unwrap();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 1000];
        let len = stream.read(&mut head).unwrap();
        write_answer(&mut stream, &refusal_of(403));
        String::from_utf8(head[..len].to_vec()).unwrap()
    });
    let error = desk.school(&Cancel::default()).unwrap_err();
    assert!(
        matches!(&error, CallError::Refused { status: 403, message, .. } if message.contains("faster")),
        "{error}"
    );
    assert!(
        server
            .join()
            .unwrap()
            .starts_with("GET /v1/desk/school HTTP/1.1\r\n")
    );
    let nobody = self::desk("http://127.0.0.1:9").school(&Cancel::default());
    assert!(matches!(
        nobody,
        Err(CallError::Line(LineFault::Unreachable(_)))
    ));
}
