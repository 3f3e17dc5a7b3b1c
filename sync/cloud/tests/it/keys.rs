//! Terminals' keys are renewed: answers lost, backups that know an older key, disks put back.

use std::path::Path;

use hotaru_cloud::control::Command;
use hotaru_content::clock::Stamp;
use hotaru_content::id::{BootId, NoteId, PupilId, TerminalId};
use hotaru_content::key::{PublicKey, SecretKey};
use hotaru_content::log::{Fact, NoteSaved};
use hotaru_content::shelf::{OpenOptions, Shelf};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::terminal::{
    LineOptions, ShelfStore, SignIn, SyncError, join, keys_of, sync_once,
};
use hotaru_sync::erasure::{Certificate, FORMAT, METHOD, Statement};
use hotaru_sync::http::Method;
use hotaru_sync::signed::keys::Keys;
use hotaru_sync::signed::{Asked, Signed, public};
use hotaru_sync::terminal::{StoreAnswer, StoreOp, SyncFault, SyncReport};
use hotaru_sync::wire::{DeskCard, JoinAnswer, JoinRequest, Rekey, Token, code, header, path};
use serde_json::json;

use crate::process::{Serving, json as printed, run};
use crate::school::{Answer, Class, Http, School, serving};

/// A terminal whose requests are made by hand.
struct ByHand {
    id: TerminalId,
    token: String,
}

impl ByHand {
    async fn join(http: &Http, class: &Class, key: &SecretKey) -> Self {
        let join = JoinRequest {
            code: class.code.clone(),
            number: 7,
            terminal_name: "端末".to_owned(),
            known_pupil: None,
            key: Some(public(key)),
        };
        let body = serde_json::to_vec(&join).unwrap();
        let answer: JoinAnswer = http.post(path::JOIN, "", body).await.parse();
        Self {
            id: answer.terminal,
            token: answer.token.unwrap().as_str().to_owned(),
        }
    }

    async fn lessons(&self, http: &Http, by: &SecretKey, number: u64) -> Answer {
        self.ask(http, by, number, None).await
    }

    async fn renew(&self, http: &Http, by: &SecretKey, number: u64, rekey: &Rekey) -> Answer {
        self.ask(http, by, number, Some(rekey)).await
    }

    async fn ask(&self, http: &Http, by: &SecretKey, number: u64, rekey: Option<&Rekey>) -> Answer {
        let (method, name, at, body) = match rekey {
            None => (Method::Get, reqwest::Method::GET, path::lessons(0), vec![]),
            Some(rekey) => {
                let body = serde_json::to_vec(rekey).unwrap();
                let at = path::TERMINAL_KEY.to_owned();
                (Method::Post, reqwest::Method::POST, at, body)
            }
        };
        let token_hash = self.token.parse::<Token>().unwrap().hash();
        let asked = Asked {
            method,
            path: &at,
            token_hash: &token_hash,
        };
        let signed = Signed::new(by, number, asked, &body).to_string();
        let request = http
            .request(name, &at, &self.token)
            .header(header::SIGNED, signed);
        http.send(request.body(body)).await
    }
}

fn key(byte: u8) -> SecretKey {
    SecretKey::from_bytes([byte; 32])
}

/// What the school is sent for one key to follow another.
fn rekey(terminal: TerminalId, from: u8, to: u8) -> Rekey {
    let mut keys = Keys::new(key(from));
    keys.prepare(terminal, key(to));
    keys.rekey(terminal).unwrap()
}

fn is(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.code(), code);
}

#[tokio::test]
async fn a_key_follows_another_once_and_the_former_one_counts_no_more() {
    let (_school, class, http) = serving().await;
    let terminal = ByHand::join(&http, &class, &key(1)).await;
    let id = terminal.id;
    assert_eq!(terminal.lessons(&http, &key(1), 1).await.status, 200);
    // Proven for another key before it, for another terminal, or by nobody.
    for (number, wrong) in (2..).zip([
        rekey(id, 9, 2),
        rekey(TerminalId([9; 16]), 1, 2),
        Rekey {
            key: public(&key(3)),
            ..rekey(id, 1, 2)
        },
    ]) {
        let answer = terminal.renew(&http, &key(1), number, &wrong).await;
        is(&answer, 409, code::WRONG_KEY);
    }
    let good = rekey(id, 1, 2);
    assert_eq!(terminal.renew(&http, &key(1), 300, &good).await.status, 204);
    // Whoever has the former key is told so, and by which one the terminal is known.
    let thief = terminal.lessons(&http, &key(1), 301).await;
    is(&thief, 401, code::SUPERSEDED);
    let known = public(&key(2)).to_string();
    assert_eq!(thief.header(header::KNOWN_KEY), Some(known.as_str()));
    let stolen = rekey(id, 1, 9);
    let thief = terminal.renew(&http, &key(1), 302, &stolen).await;
    is(&thief, 401, code::SUPERSEDED);
    let nobody = terminal.lessons(&http, &key(8), 303).await;
    is(&nobody, 401, code::UNSIGNED);
    assert_eq!(nobody.header(header::KNOWN_KEY), Some(known.as_str()));
    // Refused, they used no number up; and numbers go on from key to key.
    is(
        &terminal.lessons(&http, &key(2), 300).await,
        401,
        code::REPLAYED,
    );
    assert_eq!(terminal.lessons(&http, &key(2), 301).await.status, 200);
    // The same once more is the same, and there is no way back.
    assert_eq!(terminal.renew(&http, &key(2), 304, &good).await.status, 204);
    let back = rekey(id, 2, 1);
    is(
        &terminal.renew(&http, &key(2), 305, &back).await,
        409,
        code::WRONG_KEY,
    );
    assert_eq!(terminal.lessons(&http, &key(2), 306).await.status, 200);
}

#[tokio::test]
async fn the_keeper_asks_for_keys_until_there_are_new_ones() {
    let school = School::new().await;
    let class = school.class("6-1").await;
    let serving = school.serve().await;
    let http = Http::new(&serving.address);
    let terminal = ByHand::join(&http, &class, &key(1)).await;
    let other = ByHand::join(&http, &class, &key(5)).await;
    let silent = terminal.lessons(&http, &key(1), 1).await;
    assert_eq!(silent.header(header::REKEY), None);
    let ask = async |terminal| school.ask(Command::TerminalRekey { terminal }).await;
    assert_eq!(ask(Some(terminal.id)).await.unwrap(), [json!({"asked": 1})]);
    assert!(ask(Some(TerminalId([9; 16]))).await.is_err());
    for number in [2, 3] {
        let told = terminal.lessons(&http, &key(1), number).await;
        assert_eq!(told.header(header::REKEY), Some("1"));
    }
    let silent = other.lessons(&http, &key(5), 1).await;
    assert_eq!(silent.header(header::REKEY), None);
    // Who does not sign does not hear of it.
    let unsigned = http.get(&path::lessons(0), &terminal.token).await;
    assert_eq!(unsigned.header(header::REKEY), None);
    assert_eq!(ask(None).await.unwrap(), [json!({"asked": 2})]);
    let told = other.lessons(&http, &key(5), 2).await;
    assert_eq!(told.header(header::REKEY), Some("1"));
    let good = rekey(terminal.id, 1, 2);
    assert_eq!(terminal.renew(&http, &key(1), 4, &good).await.status, 204);
    let silent = terminal.lessons(&http, &key(2), 5).await;
    assert_eq!(silent.header(header::REKEY), None);
    serving.stop().await;
    let told = run(school.path(), &["terminal", "rekey", "--all"]);
    assert_eq!(printed(&told), json!({"asked": 2}));
    let id = terminal.id.to_string();
    assert!(
        run(school.path(), &["terminal", "rekey", &id])
            .status
            .success()
    );
    assert!(!run(school.path(), &["terminal", "rekey"]).status.success());
}

#[tokio::test]
async fn a_certificate_by_a_former_key_is_kept_and_ends_nothing() {
    let (school, class, http) = serving().await;
    let terminal = ByHand::join(&http, &class, &key(1)).await;
    let id = terminal.id;
    let good = rekey(id, 1, 2);
    assert_eq!(terminal.renew(&http, &key(1), 1, &good).await.status, 204);
    let statement = Statement {
        format: FORMAT,
        terminal: id,
        name: "端末".to_owned(),
        school: "蛍小学校".to_owned(),
        erased_ms: 1_775_001_600_000,
        pupils: 1,
        unsent: 0,
        bytes: 0,
        method: METHOD.to_owned(),
        program: "test".to_owned(),
        order: None,
    };
    let show = async |certificate: &Certificate| {
        let body = serde_json::to_vec(certificate).unwrap();
        http.post(path::ERASURES, "", body).await.status
    };
    let of_copy = Certificate::new(&statement, &key(1)).unwrap();
    assert_eq!(show(&of_copy).await, 204);
    assert_eq!(terminal.lessons(&http, &key(2), 2).await.status, 200);
    let listed = async || {
        let lines = school.ask(Command::Terminals).await.unwrap();
        lines.into_iter().next().unwrap()
    };
    let row = listed().await;
    assert_eq!(row["erasure"], json!(null));
    assert_eq!(row["former_keys"][0]["key"], json!(public(&key(1))));
    assert_eq!(row["former_keys"][0]["erasure"], json!(of_copy));
    let from_ms = row["former_keys"][0]["from_ms"].as_i64().unwrap();
    assert!(from_ms <= row["former_keys"][0]["until_ms"].as_i64().unwrap());
    let forged = Certificate::new(&statement, &key(9)).unwrap();
    assert_eq!(show(&forged).await, 404);
    // Of the terminal itself, also where the school has not heard of its newest key.
    let mut keys = Keys::new(key(2));
    keys.prepare(id, key(3));
    let own = Certificate::by(&statement, &keys).unwrap();
    assert_eq!(own.key, public(&key(3)));
    assert_eq!(show(&own).await, 204);
    let late = terminal.lessons(&http, &key(2), 3).await;
    is(&late, 401, code::UNAUTHORIZED);
    assert_eq!(listed().await["erasure"], json!(own));
}

/// A terminal with a real shelf.
struct OnDisk {
    dir: tempfile::TempDir,
}

impl OnDisk {
    fn join(address: &str, sign_in: &SignIn) -> Self {
        let terminal = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        terminal.join_again(address, sign_in);
        terminal
    }

    fn join_again(&self, address: &str, sign_in: &SignIn) {
        let shelf = self.open();
        let (line, cancel) = (LineOptions::default(), Cancel::default());
        join(&shelf, address, sign_in, "端末", &line, &cancel).unwrap();
    }

    fn profile(&self) -> std::path::PathBuf {
        self.dir.path().join("profile")
    }

    fn open(&self) -> Shelf {
        let options = OpenOptions {
            min_free_bytes: 0,
            ..OpenOptions::default()
        };
        Shelf::open(&self.profile(), &options).unwrap().shelf
    }

    fn keys(&self) -> Keys {
        keys_of(&self.open().identity()).unwrap()
    }

    fn sync(&self, address: &str) -> Result<SyncReport, SyncError> {
        let shelf = self.open();
        let moved = |identity: &mut hotaru_content::shelf::Identity| {
            identity.cloud = Some(address.to_owned());
        };
        shelf.update_identity(moved).unwrap();
        sync_once(
            &shelf,
            &LineOptions::default(),
            &mut |_| {},
            &Cancel::default(),
        )
    }

    /// The next key comes to the disk, as a sync has it made, and the program dies then.
    fn prepare(&self) -> Rekey {
        let shelf = self.open();
        let today = jiff::civil::date(2026, 11, 20);
        let answer = ShelfStore::new(&shelf, today).carry_out(StoreOp::NewKey {
            is_asked: true,
            server_ms: None,
        });
        match answer {
            Ok(StoreAnswer::NewKey(Some(rekey))) => *rekey,
            other => panic!("{other:?}"),
        }
    }

    /// The school hears of the next key, and its answer never comes.
    async fn send_unanswered(&self, http: &Http) -> PublicKey {
        let rekey = self.prepare();
        let (identity, number) = {
            let shelf = self.open();
            (shelf.identity(), shelf.next_number())
        };
        let by_hand = ByHand {
            id: identity.terminal.unwrap(),
            token: identity.token.unwrap(),
        };
        let by = identity.signing_key.unwrap();
        let answer = by_hand.renew(http, &by, number, &rekey).await;
        assert_eq!(answer.status, 204);
        rekey.key
    }

    fn study(&self, pupil: PupilId, text: &str) {
        let stamp = Stamp {
            wall_ms: 1_795_186_799_000,
            mono_ms: 5,
            boot: BootId([4; 16]),
        };
        let fact = Fact::NoteSaved(NoteSaved {
            note: NoteId([5; 16]),
            lesson: None,
            text: text.to_owned(),
        });
        let log = self.open().pupil(&pupil).unwrap();
        log.append(stamp, &fact).unwrap();
    }

    fn pupil(&self) -> PupilId {
        self.open().identity().pupils[0].pupil
    }

    /// An image of the disk.
    fn image(&self) -> tempfile::TempDir {
        let image = tempfile::tempdir().unwrap();
        copy(&self.profile(), &image.path().join("profile"));
        image
    }

    fn put_back(&mut self, image: tempfile::TempDir) {
        self.dir = image;
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Does what waits on a thread, beside the server.
fn off<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

fn by_code(class: &Class) -> SignIn {
    SignIn::Code {
        code: class.code.clone(),
        number: 7,
    }
}

/// Where a crash or a lost answer may leave a terminal, it finds out by itself, with one
/// request more at the most.
#[tokio::test(flavor = "multi_thread")]
async fn wherever_a_renewal_stops_the_terminal_goes_on() {
    let (school, class, http) = serving().await;
    let address = http.address.clone();
    let ask = async || {
        let all = Command::TerminalRekey { terminal: None };
        school.ask(all).await.unwrap();
    };
    let terminal = off(|| OnDisk::join(&address, &by_code(&class)));
    let requests = || off(|| terminal.sync(&address)).unwrap().requests;
    let in_force = || public(&terminal.keys().key);
    requests();
    let idle = requests();
    let first = in_force();

    // Asked for: one request, and from then on none.
    ask().await;
    assert_eq!(requests(), idle + 1);
    let second = in_force();
    assert_ne!(first, second);
    assert_eq!(terminal.keys().renewal.pending, None);
    assert_eq!(requests(), idle);

    // It was made and not sent: it is sent next time, without being asked for again.
    let made = terminal.prepare().key;
    assert_eq!(in_force(), second);
    assert_eq!(requests(), idle + 1);
    assert_eq!(in_force(), made);

    // It was sent, and the answer was lost: the refused signature tells.
    let sent = terminal.send_unanswered(&http).await;
    assert_eq!(in_force(), made);
    assert!(terminal.keys().renewal.pending.is_some());
    let report = off(|| terminal.sync(&address)).unwrap();
    assert_eq!(in_force(), sent);
    assert_eq!(terminal.keys().renewal.pending, None);
    // The core does not even hear of it.
    assert_eq!((report.requests, report.faults), (idle, vec![]));

    // After half a year by the school's clock it does so by itself.
    let half_a_year_ms = 181 * 24 * 3600 * 1000;
    let shelf = terminal.open();
    let passed = shelf.update_identity(|identity| {
        let since_ms = identity.renewal.since_ms.unwrap();
        identity.renewal.since_ms = Some(since_ms - half_a_year_ms);
    });
    passed.unwrap();
    drop(shelf);
    assert_eq!(requests(), idle + 1);
    assert_ne!(in_force(), sent);
    assert_eq!(requests(), idle);
}

/// A disk that was put back has a key that counts no more. It is told so, and joins again: what
/// was unsent on it comes to school.
#[tokio::test(flavor = "multi_thread")]
async fn an_image_of_before_a_renewal_joins_again_and_loses_nothing() {
    let (school, class, http) = serving().await;
    let address = http.address.clone();
    let mut terminal = off(|| OnDisk::join(&address, &by_code(&class)));
    let pupil = terminal.pupil();
    terminal.study(pupil, "一");
    off(|| terminal.sync(&address).unwrap());
    terminal.study(pupil, "二");
    let image = terminal.image();
    school
        .ask(Command::TerminalRekey { terminal: None })
        .await
        .unwrap();
    off(|| terminal.sync(&address).unwrap());
    terminal.put_back(image);
    terminal.study(pupil, "三");
    let refused = off(|| terminal.sync(&address).unwrap_err());
    assert!(
        matches!(
            refused,
            SyncError::Ended {
                fault: SyncFault::Superseded(_),
                ..
            }
        ),
        "{refused}"
    );
    let card: DeskCard = http
        .post(&path::desk_card(&pupil), &class.teacher, vec![])
        .await
        .parse();
    let before = (terminal.keys().key, terminal.open().identity().terminal);
    off(|| {
        terminal.join_again(&address, &SignIn::Card(card.code));
        terminal.sync(&address).unwrap();
        terminal.sync(&address).unwrap();
    });
    // It is another terminal, with a key that no image of it has.
    assert_ne!(terminal.keys().key, before.0);
    assert_ne!(terminal.open().identity().terminal, before.1);
    assert!(terminal.keys().renewal.handovers.is_empty());
    assert_eq!(terminal.open().pupil(&pupil).unwrap().unsent(), 0);
    let log = Command::Log {
        class: "6-1".to_owned(),
    };
    let lines = school.ask(log).await.unwrap();
    assert_eq!(lines.len(), 3, "{lines:?}");
}

/// A school that came back from a backup knows an older key: the terminal shows how its present
/// one came from it, and who has the older one is not heard from then on.
#[tokio::test(flavor = "multi_thread")]
async fn a_restored_school_is_shown_how_the_key_came() {
    let school = School::new().await;
    let class = school.class("6-1").await;
    let serving = school.serve().await;
    let terminal = off(|| OnDisk::join(&serving.address, &by_code(&class)));
    off(|| terminal.sync(&serving.address).unwrap());
    let old = terminal.keys().key;
    let outside = tempfile::tempdir().unwrap();
    let backups = outside.path().join("backups");
    let made = run(school.path(), &["backup", backups.to_str().unwrap()]);
    assert!(made.status.success(), "{made:?}");
    for _ in 0..2 {
        terminal.prepare();
        off(|| terminal.sync(&serving.address).unwrap());
    }
    let newest = public(&terminal.keys().key);
    assert_eq!(terminal.keys().renewal.handovers.len(), 2);
    serving.stop().await;
    let data = outside.path().join("restored");
    let told = run(&data, &["restore", backups.to_str().unwrap()]);
    assert!(told.status.success(), "{told:?}");

    let serving = Serving::start(&data);
    off(|| terminal.sync(&serving.http.address).unwrap());
    assert_eq!(public(&terminal.keys().key), newest);
    let (identity, number) = {
        let shelf = terminal.open();
        (shelf.identity(), shelf.next_number())
    };
    let thief = ByHand {
        id: identity.terminal.unwrap(),
        token: identity.token.unwrap(),
    };
    let answer = thief.lessons(&serving.http, &old, number).await;
    is(&answer, 401, code::SUPERSEDED);
    let known = newest.to_string();
    assert_eq!(answer.header(header::KNOWN_KEY), Some(known.as_str()));
}
