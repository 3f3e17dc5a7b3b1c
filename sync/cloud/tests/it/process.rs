use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use hotaru_content::blob::BlobRef;
use hotaru_content::id::LessonId;
use hotaru_content::log::{Fact, LessonOpened};
use hotaru_sync::wire::{Token, header};
use serde_json::Value;

use crate::events::Log;
use crate::school::{Class, Http, binary, lesson, text};

/// The real program, serving; killed when dropped.
pub struct Serving {
    child: Child,
    pub http: Http,
}

impl Serving {
    pub fn start(data: &Path) -> Self {
        let mut child = Command::new(binary())
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let http = Http::new(told["address"].as_str().unwrap());
        Self { child, http }
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn run(data: &Path, args: &[&str]) -> Output {
    Command::new(binary())
        .args(args)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

pub fn json(output: &Output) -> Value {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

pub fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn school() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("school");
    let made = json(&run(&data, &["init", "--school", "蛍小学校"]));
    assert_eq!(made["name"], "蛍小学校");
    folder
}

fn add_class(data: &Path, name: &str) -> Class {
    let added = json(&run(
        data,
        &["class", "add", "--name", name, "--grade", "P6"],
    ));
    let token = added["teacher_token"].as_str().unwrap();
    assert!(token.parse::<Token>().is_ok());
    Class {
        name: name.to_owned(),
        id: added["class_id"].as_str().unwrap().parse().unwrap(),
        code: added["join_code"].as_str().unwrap().to_owned(),
        teacher: token.to_owned(),
    }
}

#[tokio::test]
async fn what_was_acknowledged_outlives_a_kill() {
    let folder = school();
    let data = folder.path().join("school");
    let class = add_class(&data, "6-1");
    let mut serving = Serving::start(&data);
    let (joined, token) = serving.http.join(&class, 7).await;
    let mut log = Log::new(joined.pupil.pupil);
    for revision in 1..=30 {
        log.add(&Fact::LessonOpened(LessonOpened {
            lesson: LessonId([1; 16]),
            revision,
        }));
    }
    log.push_all(&serving.http, &token).await;
    let first = lesson("一", vec![text(&serving.http, &class, "一").await]);
    serving.http.publish(&class, &first).await;
    let part: Vec<u8> = (0..100_000_u32).map(|i| i as u8).collect();
    let blob = BlobRef::of(&part);
    let answer = serving
        .http
        .patch(&class.teacher, blob, 0, &part[..70_000])
        .await;
    assert_eq!(answer.header(header::UPLOAD_OFFSET), Some("70000"));
    serving.signal("-KILL");
    serving.child.wait().unwrap();

    let serving = Serving::start(&data);
    assert_eq!(serving.http.lessons(&token, 0).await.changes.len(), 1);
    // The same push again, as after an answer that was lost: nothing is there twice.
    log.push_all(&serving.http, &token).await;
    let lines = String::from_utf8(run(&data, &["log", "--class", "6-1"]).stdout).unwrap();
    let seqs: Vec<u64> = lines
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["seq"]
                .as_u64()
                .unwrap()
        })
        .collect();
    assert_eq!(seqs, (0..30).collect::<Vec<_>>());
    let answer = serving
        .http
        .patch(&class.teacher, blob, 70_000, &part[70_000..])
        .await;
    assert_eq!(answer.header(header::UPLOAD_COMPLETE), Some("?1"));
    // A kill between the blob's row and the end of its partial file: the next start ends it.
    drop(serving);
    let (stored, half) = (format!("dX-{}", blob.id), format!("dX-{}", "0".repeat(64)));
    for name in [&stored, &half] {
        std::fs::write(data.join("uploads").join(name), "x").unwrap();
    }
    let _serving = Serving::start(&data);
    assert!(!data.join("uploads").join(stored).exists());
    assert!(data.join("uploads").join(half).exists());
}

#[tokio::test]
async fn commands_work_beside_a_server_and_a_second_one_is_refused() {
    let folder = school();
    let data = folder.path().join("school");
    let serving = Serving::start(&data);
    let class = add_class(&data, "6-1");
    serving.http.join(&class, 7).await;
    let listed = json(&run(&data, &["class", "list"]));
    assert_eq!(
        (&listed["name"], &listed["pupils"]),
        (&"6-1".into(), &1.into())
    );
    let terminals = json(&run(&data, &["terminals"]));
    assert_eq!(terminals["pupils"], serde_json::json!([["6-1", 7]]));
    let group = ["group", "add", "--name", "専科", "--member", "6-1:7"];
    assert!(json(&run(&data, &group))["join_code"].is_null());
    assert!(run(&data, &["log", "--class", "6-1"]).stdout.is_empty());

    let same = refused(&run(
        &data,
        &["class", "add", "--name", "6-1", "--grade", "P6"],
    ));
    assert!(same.contains("named 6-1 already"), "{same}");
    let grade = refused(&run(
        &data,
        &["class", "add", "--name", "6-2", "--grade", "6"],
    ));
    assert!(grade.contains("P1 to P6"), "{grade}");
    let none = refused(&run(&data, &["log", "--class", "9-9"]));
    assert!(
        none.contains("9-9") && none.contains("class list"),
        "{none}"
    );
    let second = refused(&run(&data, &["serve", "--listen", "127.0.0.1:0"]));
    assert!(second.contains("another hotaru-cloud works on"), "{second}");
    let again = refused(&run(&data, &["init", "--school", "別"]));
    assert!(again.contains("another hotaru-cloud"), "{again}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| {
            std::fs::metadata(data.join(name))
                .unwrap()
                .permissions()
                .mode()
                & 0o777
        };
        assert_eq!(
            (mode("."), mode("control.sock"), mode("lock")),
            (0o700, 0o600, 0o600)
        );
    }
    drop(serving);
    // The same commands without a server.
    let listed = String::from_utf8(run(&data, &["class", "list"]).stdout).unwrap();
    assert_eq!(listed.lines().count(), 2);
    let again = refused(&run(&data, &["init", "--school", "別"]));
    assert!(again.contains("蛍小学校"), "{again}");
}

#[test]
fn what_cannot_be_served_is_refused_with_its_reason() {
    let folder = school();
    let data = folder.path().join("school");
    let nowhere = folder.path().join("nowhere");
    let none = refused(&run(&nowhere, &["serve", "--listen", "127.0.0.1:0"]));
    assert!(none.contains("hotaru-cloud init"), "{none}");
    assert!(!nowhere.exists());
    let cert = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--cert",
        "/dev/null",
        "--key",
        "/dev/null",
    ];
    let cert = refused(&run(&data, &cert));
    assert!(cert.contains("PEM"), "{cert}");
    // A database that is none.
    std::fs::write(data.join("school.db"), vec![7; 8192]).unwrap();
    let damaged = refused(&run(&data, &["serve", "--listen", "127.0.0.1:0"]));
    assert!(damaged.contains("database"), "{damaged}");
    let version = Command::new(binary()).arg("--version").output().unwrap();
    assert!(
        String::from_utf8(version.stdout)
            .unwrap()
            .starts_with("hotaru-cloud 0.")
    );
}

#[tokio::test]
async fn a_stop_finishes_what_is_under_way() {
    let folder = school();
    let data = folder.path().join("school");
    let class = add_class(&data, "6-1");
    let mut serving = Serving::start(&data);
    // A request whose body is half sent.
    let body = vec![5; 60_000];
    let blob = BlobRef::of(&body);
    let at = serving
        .http
        .address
        .strip_prefix("http://")
        .unwrap()
        .to_owned();
    let mut line = std::net::TcpStream::connect(&at).unwrap();
    write!(
        line,
        "PATCH /v1/uploads/{} HTTP/1.1\r\nhost: {at}\r\nauthorization: Bearer {}\r\n\
         upload-offset: 0\r\nupload-length: 60000\r\ncontent-length: 60000\r\n\r\n",
        blob.id, class.teacher
    )
    .unwrap();
    line.write_all(&body[..30_000]).unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    serving.signal("-TERM");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(
        std::net::TcpStream::connect(&at).is_err(),
        "it still accepts"
    );
    line.write_all(&body[30_000..]).unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(answer.contains("upload-complete: ?1"), "{answer}");
    assert!(serving.child.wait().unwrap().success());
    assert!(!data.join("control.sock").exists());
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let folder = school();
    let data = folder.path().join("school");
    let mut serving = Serving::start(&data);
    let at = serving
        .http
        .address
        .strip_prefix("http://")
        .unwrap()
        .to_owned();
    let mut line = std::net::TcpStream::connect(&at).unwrap();
    write!(
        line,
        "POST /v1/join HTTP/1.1\r\nhost: {at}\r\ncontent-length: 9\r\n\r\n{{"
    )
    .unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    serving.signal("-INT");
    let began = Instant::now();
    assert!(serving.child.wait().unwrap().success());
    let took = began.elapsed();
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert!(took > Duration::from_secs(5), "{took:?}");
}
