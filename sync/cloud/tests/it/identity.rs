//! Who a request comes from: tokens alone let no terminal in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hotaru_content::id::PupilId;
use hotaru_content::key::{PublicKey, SecretKey};
use hotaru_sync::client::http::{self as client, Numbers, Signer};
use hotaru_sync::http::{Exchange, Method, Request};
use hotaru_sync::signed::{AHEAD, Asked, Signed, public};
use hotaru_sync::wire::{JoinAnswer, JoinRequest, Token, code, header, path};

use crate::process::{Serving, run};
use crate::school::{Answer, Class, Http, School, serving};

/// A terminal with a key, whose requests are made by hand.
struct Terminal {
    key: SecretKey,
    token: String,
    pupil: PupilId,
}

/// A request as it goes over the line: it can be sent again, by anybody.
#[derive(Clone)]
struct Sent {
    method: reqwest::Method,
    path: String,
    token: String,
    signed: Option<String>,
    key: Option<PublicKey>,
    body: Vec<u8>,
}

impl Terminal {
    async fn join(http: &Http, class: &Class) -> Self {
        let key = SecretKey::random().unwrap();
        let join = JoinRequest {
            code: class.code.clone(),
            number: 7,
            terminal_name: "端末".to_owned(),
            known_pupil: None,
            key: Some(public(&key)),
        };
        let body = serde_json::to_vec(&join).unwrap();
        let answer: JoinAnswer = http.post(path::JOIN, "", body).await.parse();
        Self {
            key,
            token: answer.token.unwrap().as_str().to_owned(),
            pupil: answer.pupil.pupil,
        }
    }

    /// A request of a number; receipts are posted, all else is asked for.
    fn request(&self, counter: u64, path: &str, body: &[u8]) -> Sent {
        let (method, name) = match path {
            path::RECEIPTS => (Method::Post, reqwest::Method::POST),
            _ => (Method::Get, reqwest::Method::GET),
        };
        let token_hash = self.token.parse::<Token>().unwrap().hash();
        let asked = Asked {
            method,
            path,
            token_hash: &token_hash,
        };
        Sent {
            method: name,
            path: path.to_owned(),
            token: self.token.clone(),
            signed: Some(Signed::new(&self.key, counter, asked, body).to_string()),
            key: None,
            body: body.to_vec(),
        }
    }
}

impl Sent {
    async fn to(&self, http: &Http) -> Answer {
        let mut request = http.request(self.method.clone(), &self.path, &self.token);
        if let Some(signed) = &self.signed {
            request = request.header(header::SIGNED, signed);
        }
        if let Some(key) = &self.key {
            request = request.header(header::KEY, key.to_string());
        }
        http.send(request.body(self.body.clone())).await
    }
}

fn is(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status);
    assert_eq!(answer.code(), code);
}

#[tokio::test]
async fn a_stolen_token_is_of_no_use() {
    let (_school, class, http) = serving().await;
    let terminal = Terminal::join(&http, &class).await;
    let lessons = path::lessons(0);
    // The token alone, whatever it is shown with.
    is(
        &http.get(&lessons, &terminal.token).await,
        401,
        code::UNSIGNED,
    );
    let garbled = Sent {
        signed: Some("1..AAAA".to_owned()),
        ..terminal.request(1, &lessons, b"")
    };
    is(&garbled.to(&http).await, 401, code::UNSIGNED);
    // A thief's own key, shown as the terminal's.
    let thief = Terminal {
        key: SecretKey::random().unwrap(),
        token: terminal.token.clone(),
        pupil: terminal.pupil,
    };
    let swapped = Sent {
        key: Some(public(&thief.key)),
        ..thief.request(1, &lessons, b"")
    };
    is(&swapped.to(&http).await, 401, code::UNSIGNED);
    // A join by the token is one of its requests, too.
    is(
        &http.join_as(&class.code, 8, &terminal.token).await,
        401,
        code::UNSIGNED,
    );
    // And the terminal's own signature does not serve another terminal's token.
    let other = Terminal::join(&http, &class).await;
    let mixed = Sent {
        token: other.token.clone(),
        ..terminal.request(1, &lessons, b"")
    };
    is(&mixed.to(&http).await, 401, code::UNSIGNED);
    assert_eq!(
        terminal.request(1, &lessons, b"").to(&http).await.status,
        200
    );
}

#[tokio::test]
async fn what_was_altered_on_its_way_is_refused() {
    let (_school, class, http) = serving().await;
    let terminal = Terminal::join(&http, &class).await;
    let whole = terminal.request(5, path::RECEIPTS, b"[]");
    let elsewhere = Sent {
        path: path::UPLOADS.to_owned(),
        ..whole.clone()
    };
    is(&elsewhere.to(&http).await, 401, code::UNSIGNED);
    let otherwise = Sent {
        method: reqwest::Method::HEAD,
        ..terminal.request(1, &path::lessons(0), b"")
    };
    assert_eq!(otherwise.to(&http).await.status, 401);
    let longer = terminal.request(1, &path::lessons(0), b"");
    let longer = Sent {
        path: path::lessons(1),
        ..longer
    };
    is(&longer.to(&http).await, 401, code::UNSIGNED);
    // The body is compared where it ends; nothing was done with it.
    let altered = Sent {
        body: b"[ ]".to_vec(),
        ..whole.clone()
    };
    is(&altered.to(&http).await, 400, code::BAD_BODY);
    let emptied = Sent {
        body: Vec::new(),
        ..terminal.request(6, path::RECEIPTS, b"[]")
    };
    is(&emptied.to(&http).await, 400, code::BAD_BODY);
    // A number that arrived is used up, even so.
    is(&whole.to(&http).await, 401, code::REPLAYED);
    let again = terminal.request(7, path::RECEIPTS, b"[]");
    assert_eq!(again.to(&http).await.status, 204);
}

#[tokio::test]
async fn a_request_is_heard_once_even_by_a_cloud_that_starts_again() {
    let school = School::new().await;
    let class = school.class("6-1").await;
    let serving = school.serve().await;
    let http = Http::new(&serving.address);
    let terminal = Terminal::join(&http, &class).await;
    let lessons = path::lessons(0);
    let first = terminal.request(1, &lessons, b"");
    let later = terminal.request(9, &lessons, b"");
    assert_eq!(first.to(&http).await.status, 200);
    assert_eq!(later.to(&http).await.status, 200);
    for replayed in [&first, &later] {
        let answer = replayed.to(&http).await;
        is(&answer, 401, code::REPLAYED);
        assert_eq!(answer.header(header::COUNTER), Some("9"));
    }
    // What was overtaken on its way is new all the same.
    let overtaken = terminal.request(4, &lessons, b"");
    assert_eq!(overtaken.to(&http).await.status, 200);
    is(&overtaken.to(&http).await, 401, code::REPLAYED);
    serving.stop().await;

    let serving = school.serve().await;
    let http = Http::new(&serving.address);
    for replayed in [&first, &later, &terminal.request(10, &lessons, b"")] {
        let answer = replayed.to(&http).await;
        is(&answer, 401, code::REPLAYED);
        let above = answer.header(header::COUNTER).unwrap();
        assert_eq!(above, (1 + AHEAD).to_string());
    }
    let above = terminal.request(2 + AHEAD, &lessons, b"");
    assert_eq!(above.to(&http).await.status, 200);
    serving.stop().await;
}

#[tokio::test]
async fn a_terminal_without_a_key_shows_one_once() {
    let (_school, class, http) = serving().await;
    // As the version before joins.
    let (joined, token) = http.join(&class, 7).await;
    assert_eq!(http.get(&path::lessons(0), &token).await.status, 200);
    let terminal = Terminal {
        key: SecretKey::random().unwrap(),
        token,
        pupil: joined.pupil.pupil,
    };
    let unknown = terminal.request(1, &path::lessons(0), b"");
    let answer = unknown.to(&http).await;
    is(&answer, 401, code::UNSIGNED);
    assert!(answer.header(header::KEY).is_some(), "it asks for the key");
    let shown = Sent {
        key: Some(public(&terminal.key)),
        ..unknown
    };
    assert_eq!(shown.to(&http).await.status, 200);
    // From then on the token alone does not count.
    is(
        &http.get(&path::lessons(0), &terminal.token).await,
        401,
        code::UNSIGNED,
    );
    let next = terminal.request(2, &path::lessons(0), b"");
    assert_eq!(next.to(&http).await.status, 200);
}

/// Numbers that begin where they are told to.
struct From(AtomicU64);

impl Numbers for From {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn above(&self, number: u64) {
        self.0.fetch_max(number, Ordering::Relaxed);
    }
}

/// The shipped adapter: whatever the cloud wants of its signature, the core never hears of it.
#[tokio::test]
async fn the_adapter_signs_and_mends_what_is_not_taken() {
    let school = School::new().await;
    let class = school.class("6-1").await;
    let serving = school.serve().await;
    let http = Http::new(&serving.address);
    let key = SecretKey::random().unwrap();
    let (_, token) = http.join(&class, 7).await;
    let signer = |from: u64| Signer::new(key.clone(), Arc::new(From(AtomicU64::new(from))));
    let ask = async |address: &str, signer: Signer| {
        let options = client::Options {
            token: Some(token.clone()),
            signer: Some(signer),
            ..client::Options::new(address)
        };
        let line = client::Http::open(&options).unwrap();
        let mut flight = line.start(Request {
            method: Method::Post,
            path: path::RECEIPTS.to_owned(),
            headers: Vec::new(),
            body: b"[]".to_vec(),
            max_response: 1 << 20,
        });
        let mut heard = Vec::new();
        while let Some(exchange) = flight.next().await {
            match exchange {
                Exchange::Head { status, .. } => heard.push(status),
                Exchange::Failed(fault) => panic!("{fault}"),
                _ => {}
            }
        }
        (heard, line.traffic().requests)
    };
    let address = serving.address.clone();
    // It shows its key where it is asked for, and goes on above where it must.
    assert_eq!(ask(&address, signer(0)).await, (vec![204], 2));
    assert_eq!(ask(&address, signer(5)).await, (vec![204], 1));
    assert_eq!(ask(&address, signer(1)).await, (vec![204], 2));
    serving.stop().await;
    let serving = school.serve().await;
    assert_eq!(ask(&serving.address, signer(9)).await, (vec![204], 2));
    // Another key is refused, and that is heard.
    let other = Signer::new(
        SecretKey::random().unwrap(),
        Arc::new(From(AtomicU64::new(1 << 20))),
    );
    assert_eq!(ask(&serving.address, other).await, (vec![401], 1));
    serving.stop().await;
}

/// What was heard after one restore is not heard again after a second one from the same backup.
#[tokio::test(flavor = "multi_thread")]
async fn two_restores_of_one_backup_hear_no_request_twice() {
    let school = School::new().await;
    let class = school.class("6-1").await;
    let serving = school.serve().await;
    let http = Http::new(&serving.address);
    let terminal = Terminal::join(&http, &class).await;
    let lessons = path::lessons(0);
    let first = terminal.request(1, &lessons, b"");
    assert_eq!(first.to(&http).await.status, 200);
    serving.stop().await;
    let outside = tempfile::tempdir().unwrap();
    let backups = outside.path().join("backups");
    let made = run(school.path(), &["backup", backups.to_str().unwrap()]);
    assert!(made.status.success(), "{made:?}");

    let mut heard = vec![first];
    for name in ["one", "two"] {
        let data = outside.path().join(name);
        let told = run(&data, &["restore", backups.to_str().unwrap()]);
        assert!(told.status.success(), "{told:?}");
        let serving = Serving::start(&data);
        let mut above = 0;
        for again in &heard {
            let answer = again.to(&serving.http).await;
            is(&answer, 401, code::REPLAYED);
            above = answer.header(header::COUNTER).unwrap().parse().unwrap();
        }
        let next = terminal.request(above + 1, &lessons, b"");
        assert_eq!(next.to(&serving.http).await.status, 200);
        heard.push(next);
    }
}
