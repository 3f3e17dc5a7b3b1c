//! Orders to terminals over real HTTP: signed, heard until they are done, taken back, and those of
//! a deletion; what terminals tell of themselves; lessors' certificates.

use hotaru_cloud::control::Command;
use hotaru_cloud::store::sqlite::SqliteStore;
use hotaru_content::id::TerminalId;
use hotaru_content::key::PublicKey;
use hotaru_content::order::{EraseOrder, OrderBook, Unsent};
use hotaru_content::shelf::{OpenOptions, Shelf, ShelfError};
use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::client::terminal::{LineOptions, SignIn, join, sync_once, unsent};
use hotaru_sync::order::{Order, SignedOrders, obey};
use hotaru_sync::terminal::SyncReport;
use hotaru_sync::wire::{
    AdminTerminals, DeletePupil, EraseAnswer, FiledCertificate, Grant, JoinAnswer, Role, SchoolKey,
    header, path,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::{HOUR, account, now_ms, session};
use crate::process::run;
use crate::school::{Class, Http, Running, School, serving};

/// A session of a school's administrator.
async fn admin(school: &School) -> String {
    use hotaru_cloud::store::StaffStore;
    let database = school.path().join("school.db");
    let store = SqliteStore::open(&database, false).await.unwrap();
    let staff = account(&store).await;
    let grant = Grant::of(Role::SchoolAdmin);
    let granted = store.grant(staff, &grant, None, now_ms()).await.unwrap();
    assert!(granted.is_some());
    session(&store, staff, now_ms(), HOUR).await.0
}

/// What the keeper does once the server has stopped.
async fn afterwards(http: Running, school: &School, then: impl FnOnce(&dyn Fn(&[&str]) -> String)) {
    http.stop().await;
    then(&|args| {
        let output = run(school.path(), args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{args:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    });
}

async fn keys(http: &Http, token: &str) -> SchoolKey {
    http.get(path::SCHOOL_KEY, token).await.parse()
}

fn book(key: Option<PublicKey>) -> OrderBook {
    OrderBook {
        key,
        ..OrderBook::default()
    }
}

async fn orders(http: &Http, token: &str) -> SignedOrders {
    http.get(path::ORDERS, token).await.parse()
}

async fn erase(http: &Http, admin: &str, terminal: &TerminalId, at_once: bool) -> u64 {
    let body = serde_json::to_vec(&json!({ "at_once": at_once })).unwrap();
    let answer: EraseAnswer = http
        .post(&path::admin_erase(terminal), admin, body)
        .await
        .parse();
    answer.number
}

#[tokio::test]
async fn an_order_is_signed_for_its_terminal_and_heard_until_it_is_taken_back() {
    let (school, class, http) = serving().await;
    let admin = admin(&school).await;
    let (JoinAnswer { terminal, .. }, token) = http.join(&class, 1).await;
    let (other, other_token) = http.join(&class, 2).await;
    let key = keys(&http, &token).await.orders;
    assert_eq!(key, keys(&http, &other_token).await.orders);
    let silent = http.get(&path::lessons(0), &token).await;
    assert_eq!(silent.header(header::ORDERS), None);
    let number = erase(&http, &admin, &terminal, false).await;
    assert_eq!(erase(&http, &admin, &terminal, false).await, number, "once");
    for _ in 0..2 {
        let told = http.get(&path::lessons(0), &token).await;
        assert_eq!(told.header(header::ORDERS), Some("1"));
    }
    let silent = http.get(&path::lessons(0), &other_token).await;
    assert_eq!(silent.header(header::ORDERS), None);
    let signed = orders(&http, &token).await;
    // Another terminal, another school's key: nobody obeys.
    assert_eq!(obey(&mut book(key), other.terminal, &signed), None);
    let elsewhere = serving().await;
    let (_, far) = elsewhere.2.join(&elsewhere.1, 1).await;
    let far = keys(&elsewhere.2, &far).await.orders;
    assert_ne!(far, key);
    assert_eq!(obey(&mut book(far), terminal, &signed), None);
    let mut own = book(key);
    obey(&mut own, terminal, &signed).unwrap();
    let waits = EraseOrder {
        number,
        at_once: false,
    };
    assert_eq!(own.erase, Some(waits));
    // One that may not wait takes its place; then it is taken back.
    let sooner = erase(&http, &admin, &terminal, true).await;
    assert!(sooner > number);
    obey(&mut own, terminal, &orders(&http, &token).await).unwrap();
    assert_eq!(own.erase.map(|erase| erase.number), Some(sooner));
    let listed: AdminTerminals = http.get(path::ADMIN_TERMINALS, &admin).await.parse();
    assert_eq!(listed.terminals[0].erase_ordered, Some(true));
    assert_eq!(listed.terminals[1].erase_ordered, None);
    let at = path::admin_erase(&terminal);
    assert_eq!(http.delete(&at, &admin).await.status, 204);
    assert_eq!(http.delete(&at, &admin).await.status, 404);
    let silent = http.get(&path::lessons(0), &token).await;
    assert_eq!(silent.header(header::ORDERS), None);
    // A list that somebody recorded is not newer.
    assert_eq!(obey(&mut own, terminal, &signed), None);
    obey(&mut own, terminal, &orders(&http, &token).await).unwrap();
    assert_eq!(own.erase, None);
    // Nobody else's terminal, and none that counts no more.
    let never = path::admin_erase(&TerminalId([9; 16]));
    assert_eq!(http.post(&never, &admin, b"{}".to_vec()).await.status, 404);
    let gone = path::admin_terminal(&terminal);
    assert_eq!(http.delete(&gone, &admin).await.status, 204);
    assert_eq!(http.post(&at, &admin, b"{}".to_vec()).await.status, 404);
    // Whatever was tried stands in the audit log.
    let rows = http.get(&path::admin_audit(None, 0), &admin).await;
    let rows: Value = serde_json::from_slice(&rows.body).unwrap();
    let rows = rows["rows"].as_array().unwrap().iter();
    let actions: Vec<&str> = rows.filter_map(|row| row["action"].as_str()).collect();
    for action in ["order_erase", "withdraw_erase"] {
        assert!(actions.contains(&action), "{actions:?}");
    }
}

/// A real terminal that has joined.
struct Joined {
    shelf: Shelf,
    number: u16,
    _dir: tempfile::TempDir,
}

impl Joined {
    async fn new(http: &Running, class: &Class, numbers: &[u16]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("profile");
        let shelf = Shelf::open(&path, &OpenOptions::default()).unwrap().shelf;
        for number in numbers {
            let (address, code, into) = (http.address.clone(), class.code.clone(), shelf.clone());
            let sign_in = SignIn::Code {
                code,
                number: *number,
            };
            let joined = tokio::task::spawn_blocking(move || {
                let (line, cancel) = (LineOptions::default(), Cancel::default());
                join(&into, &address, &sign_in, "端末", &line, &cancel)
            });
            joined.await.unwrap().unwrap();
        }
        Self {
            shelf,
            number: numbers[0],
            _dir: dir,
        }
    }

    async fn sync(&self) -> SyncReport {
        let shelf = self.shelf.clone();
        let line = LineOptions {
            patience: 0,
            ..LineOptions::default()
        };
        let synced = tokio::task::spawn_blocking(move || {
            sync_once(&shelf, &line, &mut |_| {}, &Cancel::default())
        });
        let report = synced.await.unwrap().unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        report
    }
}

/// A deleted pupil leaves a terminal that has nothing of hers to send, too; the others stay.
#[tokio::test]
async fn a_deletion_reaches_terminals_by_an_order() {
    let (school, class, http) = serving().await;
    let admin = admin(&school).await;
    let terminal = Joined::new(&http, &class, &[7, 8]).await;
    terminal.sync().await;
    let here = terminal.shelf.identity().pupils;
    let [gone, stays] = [here[0].pupil, here[1].pupil];
    let body = serde_json::to_vec(&DeletePupil {
        class: class.name.clone(),
        number: terminal.number,
    });
    let at = path::admin_delete_pupil(&gone);
    assert_eq!(http.post(&at, &admin, body.unwrap()).await.status, 200);
    let listed = school.ask(Command::Terminals).await.unwrap();
    let order = listed[0]["orders"][0].clone();
    assert_eq!(order["order"]["remove_pupil"]["pupil"], gone.to_string());
    assert_eq!(order["done_ms"], Value::Null);
    terminal.sync().await;
    assert!(matches!(
        terminal.shelf.pupil(&gone),
        Err(ShelfError::NoPupil(_))
    ));
    assert!(terminal.shelf.pupil(&stays).is_ok());
    let listed = school.ask(Command::Terminals).await.unwrap();
    assert!(listed[0]["orders"][0]["done_ms"].is_i64(), "{listed:?}");
    // It is over: nothing more is asked.
    let idle = terminal.sync().await.requests;
    assert_eq!(terminal.sync().await.requests, idle);
}

#[tokio::test]
async fn what_is_unsent_is_known_by_the_terminals_own_word() {
    let (school, class, http) = serving().await;
    let terminal = Joined::new(&http, &class, &[7]).await;
    terminal.sync().await;
    assert!(unsent(&terminal.shelf).unwrap().is_nothing());
    let listed = school.ask(Command::Terminals).await.unwrap();
    let known = &listed[0]["unsent"];
    assert_eq!(known["events"], 0, "{listed:?}");
    assert!(known["at_ms"].is_i64());
    // One that never said so is not taken for one that has nothing.
    let (_, token) = http.join(&class, 9).await;
    let listed = school.ask(Command::Terminals).await.unwrap();
    assert_eq!(listed[1]["unsent"], Value::Null);
    let said = Unsent {
        events: 3,
        locked: 1,
        photos: 2,
    };
    let body = serde_json::to_vec(&said).unwrap();
    let told = http.post(path::TERMINAL_UNSENT, &token, body).await;
    assert_eq!(told.status, 204);
    let much = br#"{"events":18446744073709551615,"locked":0,"photos":0}"#.to_vec();
    let refused = http.post(path::TERMINAL_UNSENT, &token, much).await;
    assert_eq!(refused.status, 400);
    afterwards(http, &school, |printed| {
        let table = printed(&["terminals", "--csv"]);
        assert!(
            table.contains("\"3 answers, 2 photos, 1 locked pupils ("),
            "{table}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_lessors_certificate_is_filed_beside_the_terminals_own() {
    let (school, class, http) = serving().await;
    let admin = admin(&school).await;
    let (JoinAnswer { terminal, .. }, _) = http.join(&class, 1).await;
    let pdf = b"%PDF-1.7 a lessor's".to_vec();
    let file = async |name: &str, bytes: Vec<u8>| {
        let at = path::admin_lessor_certificate(&terminal, name);
        http.send(http.request(Method::POST, &at, &admin).body(bytes))
            .await
    };
    let id = file("消去証明書 3.pdf", pdf.clone()).await;
    let FiledCertificate { id } = id.parse();
    let again: FiledCertificate = file("../消去証明書 3.pdf", pdf.clone()).await.parse();
    assert_eq!(again.id, id, "the same file, without its folder");
    let listed: AdminTerminals = http.get(path::ADMIN_TERMINALS, &admin).await.parse();
    assert_eq!(listed.terminals[0].lessor.len(), 1);
    assert_eq!(listed.terminals[0].lessor[0].name, "消去証明書 3.pdf");
    let got = http.get(&path::filed_certificate(id), &admin).await;
    assert_eq!((got.status, &got.body), (200, &pdf));
    assert_eq!(got.header("content-disposition"), Some("attachment"));
    assert_eq!(got.header("content-type"), Some("application/octet-stream"));
    assert_eq!(file("a.pdf", Vec::new()).await.status, 400);
    assert_eq!(file("a\nb.pdf", pdf.clone()).await.status, 400);
    assert_eq!(file("..", pdf.clone()).await.status, 400);
    assert_eq!(file("a.pdf", vec![1; (8 << 20) + 1]).await.status, 413);
    let none = http.get(&path::filed_certificate(99), &admin).await;
    assert_eq!(none.status, 404);
    // The same by the keeper's commands.
    let desk = tempfile::tempdir().unwrap();
    let paper = desk.path().join("紙.pdf");
    std::fs::write(&paper, b"scan").unwrap();
    let (paper, id) = (paper.to_str().unwrap().to_owned(), terminal.to_string());
    afterwards(http, &school, |printed| {
        let filed = printed(&["terminal", "file-certificate", "--file", &paper, &id]);
        let filed: Value = serde_json::from_str(&filed).unwrap();
        let number = filed["certificate"].to_string();
        let out = format!("{paper}.out");
        printed(&["terminal", "certificate", &number, "--out", &out]);
        assert_eq!(std::fs::read(&out).unwrap(), b"scan");
        let table = printed(&["terminals", "--csv"]);
        assert!(table.contains("消去証明書 3.pdf / 紙.pdf"), "{table}");
        let never = "ab".repeat(16);
        let args = ["terminal", "file-certificate", "--file", &paper, &never];
        assert!(!run(school.path(), &args).status.success());
    })
    .await;
}

#[tokio::test]
async fn the_keeper_orders_an_erasure_and_takes_it_back() {
    let (school, class, http) = serving().await;
    let (JoinAnswer { terminal, .. }, token) = http.join(&class, 1).await;
    let order = async |at_once| {
        let given = school
            .ask(Command::TerminalErase { terminal, at_once })
            .await;
        given.unwrap()[0]["order"].as_u64().unwrap()
    };
    let number = order(false).await;
    let told = http.get(&path::lessons(0), &token).await;
    assert_eq!(told.header(header::ORDERS), Some("1"));
    let key = keys(&http, &token).await.orders;
    let mut own = book(key);
    obey(&mut own, terminal, &orders(&http, &token).await).unwrap();
    assert_eq!(own.erase.map(|erase| erase.number), Some(number));
    let withdraw = Command::TerminalWithdraw { terminal };
    school.ask(withdraw.clone()).await.unwrap();
    assert!(school.ask(withdraw).await.is_err());
    let sooner = order(true).await;
    assert!(sooner > number);
    let id = terminal.to_string();
    afterwards(http, &school, |printed| {
        let table = printed(&["terminals", "--csv"]);
        let wanted = format!("erase at once #{sooner}: not heard yet");
        assert!(table.contains(&wanted), "{table}");
        printed(&["terminal", "withdraw", &id]);
        let told = printed(&["terminal", "erase", &id]);
        let told: Value = serde_json::from_str(&told).unwrap();
        assert!(told["order"].as_u64().unwrap() > sooner);
        let never = "ab".repeat(16);
        let refused = run(school.path(), &["terminal", "erase", &never]);
        assert!(!refused.status.success());
    })
    .await;
}

/// An order of before a restore is never one of after it.
#[tokio::test]
async fn numbers_of_orders_and_lists_rise_above_the_clock() {
    let (school, class, http) = serving().await;
    let admin = admin(&school).await;
    let (JoinAnswer { terminal, .. }, token) = http.join(&class, 1).await;
    let before = u64::try_from(now_ms()).unwrap();
    let number = erase(&http, &admin, &terminal, false).await;
    assert!(number >= before);
    let key = keys(&http, &token).await.orders.unwrap();
    let first = orders(&http, &token).await.verify(key, terminal).unwrap();
    let second = orders(&http, &token).await.verify(key, terminal).unwrap();
    assert!(first.list >= before && second.list > first.list);
    assert_eq!(first.orders, second.orders);
    assert_eq!(first.orders[0].order, Order::Erase { at_once: false });
}
