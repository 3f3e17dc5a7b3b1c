//! Against small servers on loopback that say exactly what they are told to.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use super::*;

/// What a server reads and writes.
trait Line: Read + Write {}
impl<T: Read + Write> Line for T {}

/// Listens on loopback; `answer` gets each connection with its number. Tells what it saw.
fn serve<T: Send + 'static>(
    mut answer: impl FnMut(TcpStream, usize) -> T + Send + 'static,
) -> (SocketAddr, Receiver<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            if tell.send(answer(stream.unwrap(), number)).is_err() {
                break;
            }
        }
    });
    (address, told)
}

/// Reads one request: its head and as many bytes as `content-length` says.
fn read_request(line: &mut impl Line) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if line.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let len = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; len];
    line.read_exact(&mut body).ok()?;
    Some((head, body))
}

/// A server that reads each request of a connection and says `text`, then hangs up.
fn says(text: impl Into<Vec<u8>>) -> (SocketAddr, Receiver<Option<String>>) {
    let text = text.into();
    serve(move |mut stream, _| {
        let request = read_request(&mut stream);
        stream.write_all(&text).unwrap();
        request.map(|(head, _)| head)
    })
}

const OK: &str = "HTTP/1.1 200 OK\r\nhotaru: 1\r\n";

fn get(path: &str) -> Request {
    Request {
        method: Method::Get,
        path: path.to_owned(),
        headers: vec![],
        body: vec![],
        max_response: 1000,
    }
}

fn options(address: impl fmt::Display) -> Options {
    Options {
        stall: Duration::from_secs(5),
        ..Options::new(format!("http://{address}"))
    }
}

/// Every exchange of a request.
fn all(http: &Http, request: Request) -> Vec<Exchange> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(collect(http, request))
}

async fn collect(http: &Http, request: Request) -> Vec<Exchange> {
    let mut flight = http.start(request);
    let mut exchanges = Vec::new();
    while let Some(exchange) = flight.next().await {
        exchanges.push(exchange);
    }
    assert_eq!(flight.next().await, None);
    exchanges
}

fn fault(http: &Http, request: Request) -> LineFault {
    match all(http, request).pop() {
        Some(Exchange::Failed(fault)) => fault,
        other => panic!("no fault but {other:?}"),
    }
}

/// The fault of a GET to a server that says this.
fn fault_of(text: impl Into<Vec<u8>>) -> LineFault {
    let (address, _told) = says(text);
    fault(&Http::open(&options(address)).unwrap(), get("/"))
}

fn body(exchanges: &[Exchange]) -> Vec<u8> {
    assert_eq!(exchanges.last(), Some(&Exchange::End), "{exchanges:?}");
    let chunks = exchanges.iter().filter_map(|exchange| match exchange {
        Exchange::Chunk(bytes) => Some(bytes.as_slice()),
        _ => None,
    });
    chunks.collect::<Vec<_>>().concat()
}

#[test]
fn requests_are_small_reuse_a_connection_and_are_counted_to_the_byte() {
    let answers = [
        format!("{OK}upload-offset: 7\r\nContent-Length: 5\r\n\r\nhello"),
        format!("{OK}content-length: 0\r\n\r\n"),
        "HTTP/1.1 204 No Content\r\nhotaru: 1\r\nupload-offset: 300000\r\n\r\n".to_owned(),
        format!("{OK}content-length: 12\r\n\r\n"),
    ];
    let received: usize = answers.iter().map(String::len).sum();
    let (address, told) = serve(move |mut stream, number| {
        let mut seen = Vec::new();
        for answer in &answers {
            let Some(request) = read_request(&mut stream) else {
                break;
            };
            seen.push(request);
            stream.write_all(answer.as_bytes()).unwrap();
        }
        (number, seen)
    });
    let http = Http::open(&Options {
        token: Some("abc_-123".to_owned()),
        address: format!("http://{address}/hotaru/"),
        ..options(address)
    })
    .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let first = collect(&http, get("/v1/lessons?after=3")).await;
        let Exchange::Head { status, headers } = &first[0] else {
            panic!("{first:?}");
        };
        assert_eq!((*status, headers.get("upload-offset")), (200, Some("7")));
        assert_eq!(body(&first), b"hello");
        let post = Request {
            method: Method::Post,
            body: b"{}".to_vec(),
            ..get("/v1/uploads")
        };
        collect(&http, post).await;
        let patch = Request {
            method: Method::Patch,
            headers: vec![("upload-offset", "0".to_owned())],
            body: vec![7; 300_000],
            ..get("/v1/uploads/x")
        };
        collect(&http, patch).await;
        // A HEAD tells of a body that does not come.
        let head = Request {
            method: Method::Head,
            ..get("/v1/uploads/x")
        };
        assert_eq!(body(&collect(&http, head).await), b"");
    });
    let (number, seen) = told.recv().unwrap();
    assert_eq!((number, seen.len()), (0, 4), "one connection");
    assert_eq!(
        seen[0].0,
        format!(
            "GET /hotaru/v1/lessons?after=3 HTTP/1.1\r\nauthorization: Bearer abc_-123\r\naccept: */*\r\nhost: {address}\r\n\r\n"
        )
    );
    assert_eq!(seen[2].1, vec![7; 300_000]);
    let traffic = http.traffic();
    let heads: usize = seen.iter().map(|(head, _)| head.len()).sum();
    let bodies: usize = seen.iter().map(|(_, body)| body.len()).sum();
    assert_eq!(traffic.requests, 4);
    assert_eq!(traffic.sent_head, heads as u64);
    assert_eq!(traffic.sent_body, bodies as u64);
    assert_eq!(traffic.received(), received as u64);
    assert_eq!(traffic.received_body, 5);
}

#[test]
fn bodies_without_a_length_and_empty_uploads_travel_too() {
    let (address, told) = says(format!(
        "{OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    ));
    let http = Http::open(&options(address)).unwrap();
    assert_eq!(body(&all(&http, get("/"))), b"abcde");
    told.recv().unwrap();
    let empty = Request {
        method: Method::Patch,
        ..get("/v1/uploads/x")
    };
    all(&http, empty);
    let head = told.recv().unwrap().unwrap();
    // Some proxies want a length of 0 said, and hyper says it or nothing.
    assert_eq!(
        http.traffic().sent_head as usize,
        {
            let first = "GET / HTTP/1.1\r\naccept: */*\r\n\r\n".len()
                + format!("host: {address}\r\n").len();
            first + head.len()
        },
        "{head}"
    );
}

#[test]
fn an_answer_that_is_not_the_schools_is_a_portal() {
    let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    assert_eq!(fault_of(page), LineFault::CaptivePortal);
    let redirect =
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/login\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(fault_of(redirect), LineFault::CaptivePortal);
    let status_511 = "HTTP/1.1 511 Network Authentication Required\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(fault_of(status_511), LineFault::CaptivePortal);
    for word in ["yes", "", "0", "-1"] {
        let odd = format!("HTTP/1.1 200 OK\r\nhotaru: {word}\r\ncontent-length: 0\r\n\r\n");
        assert_eq!(fault_of(odd), LineFault::CaptivePortal);
    }
    // The school's own redirect would be passed on, never followed.
    let (address, _told) = says(
        "HTTP/1.1 302 Found\r\nhotaru: 2\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n",
    );
    let exchanges = all(&Http::open(&options(address)).unwrap(), get("/"));
    assert!(matches!(exchanges[0], Exchange::Head { status: 302, .. }));
}

#[test]
fn a_proxy_that_refuses_is_named() {
    for status in [
        "407 Proxy Authentication Required",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
    ] {
        let text = format!("HTTP/1.1 {status}\r\ncontent-length: 3\r\n\r\nno!");
        assert_eq!(fault_of(text), LineFault::Proxy(status.to_owned()));
    }
    // The same from the school itself is an answer.
    let (address, _told) = says(
        "HTTP/1.1 503 Service Unavailable\r\nhotaru: 1\r\nretry-after: 3\r\ncontent-length: 0\r\n\r\n",
    );
    let exchanges = all(&Http::open(&options(address)).unwrap(), get("/"));
    assert!(matches!(exchanges[0], Exchange::Head { status: 503, .. }));
}

#[test]
fn a_body_cut_short_is_truncated() {
    assert_eq!(
        fault_of(format!("{OK}content-length: 10\r\n\r\nhello")),
        LineFault::Truncated
    );
    assert_eq!(
        fault_of(format!("{OK}transfer-encoding: chunked\r\n\r\n9\r\nhello")),
        LineFault::Truncated
    );
    // What came before the cut is told.
    let (address, _told) = says(format!("{OK}content-length: 10\r\n\r\nhello"));
    let exchanges = all(&Http::open(&options(address)).unwrap(), get("/"));
    assert!(exchanges.contains(&Exchange::Chunk(b"hello".to_vec())));
}

#[test]
fn a_connection_that_ends_before_the_answer_is_broken() {
    assert_eq!(fault_of(""), LineFault::Broken);
    assert_eq!(fault_of("HTTP/1.1 200 OK\r\nhota"), LineFault::Broken);
    assert_eq!(fault_of("what is this\r\n\r\n"), LineFault::Broken);
}

#[test]
fn a_reset_in_the_middle_is_broken() {
    // To close with unread bytes waiting is to reset (RFC 1122, 4.2.2.13).
    let (address, _told) = serve(|mut stream, _| {
        let mut head = [0; 16];
        stream.read_exact(&mut head).unwrap();
        let answer = format!("{OK}content-length: 10\r\n\r\nhello");
        stream.write_all(answer.as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(200));
    });
    let http = Http::open(&options(address)).unwrap();
    assert_eq!(fault(&http, get("/")), LineFault::Broken);
}

#[test]
fn silence_is_a_stall_and_slow_bytes_are_none() {
    let stall = Duration::from_millis(400);
    let quick = |address| {
        Http::open(&Options {
            stall,
            ..options(address)
        })
        .unwrap()
    };
    // No answer at all.
    let (address, _told) = serve(|mut stream, _| {
        read_request(&mut stream);
        thread::sleep(Duration::from_secs(3));
    });
    let started = Instant::now();
    assert_eq!(fault(&quick(address), get("/")), LineFault::Stalled(stall));
    assert!(started.elapsed() < Duration::from_secs(2));
    // Silence in the body.
    let (address, _told) = serve(|mut stream, _| {
        read_request(&mut stream);
        let answer = format!("{OK}content-length: 10\r\n\r\nhello");
        stream.write_all(answer.as_bytes()).unwrap();
        thread::sleep(Duration::from_secs(3));
    });
    assert_eq!(fault(&quick(address), get("/")), LineFault::Stalled(stall));
    // Three times as long as the limit in all, but never silent for as long.
    let (address, _told) = serve(|mut stream, _| {
        read_request(&mut stream);
        stream
            .write_all(format!("{OK}content-length: 12\r\n\r\n").as_bytes())
            .unwrap();
        for _ in 0..12 {
            thread::sleep(Duration::from_millis(100));
            stream.write_all(b"x").unwrap();
        }
    });
    assert_eq!(body(&all(&quick(address), get("/"))), b"xxxxxxxxxxxx");
}

#[test]
fn a_body_may_take_its_time_on_the_way_up() {
    // It waits in the system's buffers for a second, longer than the limit for silence.
    let (address, _told) = serve(|mut stream, _| {
        thread::sleep(Duration::from_secs(1));
        read_request(&mut stream);
        stream
            .write_all(format!("{OK}content-length: 0\r\n\r\n").as_bytes())
            .unwrap();
    });
    let http = Http::open(&Options {
        stall: Duration::from_millis(300),
        ..options(address)
    })
    .unwrap();
    let patch = Request {
        method: Method::Patch,
        body: vec![0; 64 * 1024],
        ..get("/")
    };
    assert_eq!(body(&all(&http, patch)), b"");
}

#[test]
fn answers_longer_than_allowed_are_thrown_away() {
    let long = "x".repeat(1001);
    assert_eq!(
        fault_of(format!("{OK}content-length: 1001\r\n\r\n{long}")),
        LineFault::TooLong
    );
    assert_eq!(
        fault_of(format!(
            "{OK}transfer-encoding: chunked\r\n\r\n3e9\r\n{long}\r\n0\r\n\r\n"
        )),
        LineFault::TooLong
    );
    let (address, _told) = says(format!("{OK}content-length: 1000\r\n\r\n{}", &long[1..]));
    let http = Http::open(&options(address)).unwrap();
    assert_eq!(body(&all(&http, get("/"))).len(), 1000);
}

#[test]
fn a_school_that_is_not_there_is_unreachable_and_nothing_is_counted() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let http = Http::open(&options(closed)).unwrap();
    let refused = fault(&http, get("/"));
    assert!(
        matches!(&refused, LineFault::Unreachable(why) if why.contains("nobody")),
        "{refused}"
    );
    assert_eq!(http.traffic(), Traffic::default());

    let unknown = Options::new("https://school.invalid");
    let unknown = fault(&Http::open(&unknown).unwrap(), get("/"));
    assert!(
        matches!(&unknown, LineFault::Unreachable(why) if why.contains("name")),
        "{unknown}"
    );
}

#[test]
fn what_cannot_be_an_address_or_is_not_protected_is_refused_before_anything_is_sent() {
    for address in [
        "",
        "school",
        "ftp://school.example",
        "https://",
        "https://me:pw@school.example",
        "https://school.example/?a=1",
        "https://school.example#a",
    ] {
        let error = Http::open(&Options::new(address)).unwrap_err();
        assert!(
            matches!(error, OpenError::Address { .. }),
            "{address}: {error}"
        );
    }
    for address in [
        "http://school.example",
        "http://192.168.0.7:8000",
        "http://localhost.example",
        "http://127.0.0.1:8000#KX7P-3M9Q-ABCD-EFGH",
    ] {
        let error = Http::open(&Options::new(address)).unwrap_err();
        assert!(
            matches!(error, OpenError::PlainHttp(_)),
            "{address}: {error}"
        );
    }
    for address in [
        "http://127.0.0.1:80",
        "http://[::1]:8000/x",
        "http://localhost:8000",
    ] {
        assert!(Http::open(&Options::new(address)).is_ok(), "{address}");
    }
    for token in ["", "a b", "a\r\nb", "か", &"x".repeat(201)] {
        let with_token = Options {
            token: Some(token.to_owned()),
            ..Options::new("http://127.0.0.1:1")
        };
        assert!(matches!(Http::open(&with_token), Err(OpenError::Token)));
    }
}

/// A certificate authority in a PEM file, and what it signs.
struct Authority {
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    _dir: tempfile::TempDir,
    path: PathBuf,
}

impl Authority {
    fn new() -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec![]).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, "School Filter CA");
        let pem = params.self_signed(&key).unwrap().pem();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ca.pem");
        std::fs::write(&path, pem).unwrap();
        Self {
            issuer: rcgen::Issuer::new(params, key),
            _dir: dir,
            path,
        }
    }

    /// A server with a certificate for `name`; says OK to each request.
    fn serve(&self, name: &str) -> SocketAddr {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let config = Arc::new(config);
        let (address, told) = serve(move |stream, _| {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = rustls::StreamOwned::new(connection, stream);
            if read_request(&mut tls).is_some() {
                let answer = format!("{OK}content-length: 2\r\n\r\nok");
                tls.write_all(answer.as_bytes()).unwrap();
                tls.conn.send_close_notify();
                let _ = tls.flush();
            }
        });
        // The server goes on for as long as the test.
        std::mem::forget(told);
        address
    }
}

fn https(address: SocketAddr, root: Option<&PathBuf>) -> Http {
    Http::open(&Options {
        root_certificates: root.cloned(),
        stall: Duration::from_secs(5),
        ..Options::new(format!("https://localhost:{}", address.port()))
    })
    .unwrap()
}

#[test]
fn a_schools_own_authority_is_trusted_where_it_is_given() {
    let authority = Authority::new();
    let address = authority.serve("localhost");
    let http = https(address, Some(&authority.path));
    assert_eq!(body(&all(&http, get("/healthz"))), b"ok");
}

#[test]
fn a_filter_that_opens_tls_is_named() {
    let authority = Authority::new();
    let address = authority.serve("localhost");
    let http = https(address, None);
    let fault_text = fault(&http, get("/"));
    assert!(
        matches!(&fault_text, LineFault::Intercepted(why) if why.contains("School Filter CA")),
        "{fault_text}"
    );
    assert_eq!(http.traffic(), Traffic::default());

    let wrong_name = https(authority.serve("portal.example"), Some(&authority.path));
    let fault_text = fault(&wrong_name, get("/"));
    assert!(
        matches!(&fault_text, LineFault::Intercepted(why) if why.contains("another name")),
        "{fault_text}"
    );
}

#[test]
fn what_does_not_speak_tls_is_named() {
    // A portal that answers every port with its page.
    let (address, _told) = serve(|mut stream, _| {
        let mut hello = [0; 64];
        let _ = stream.read(&mut hello);
        let _ = stream.write_all(b"HTTP/1.1 302 Found\r\nlocation: http://portal.example/\r\n\r\n");
    });
    let fault_text = fault(&https(address, None), get("/"));
    assert!(
        matches!(&fault_text, LineFault::Intercepted(why) if why.contains("TLS")),
        "{fault_text}"
    );
    // And one that hangs up in the handshake.
    let (address, _told) = serve(|mut stream, _| {
        let mut hello = [0; 2000];
        let _ = stream.read(&mut hello);
    });
    assert_eq!(fault(&https(address, None), get("/")), LineFault::Broken);
}

#[test]
fn certificates_that_are_none_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("roots.pem");
    for content in [None, Some(""), Some("no certificate")] {
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        let options = Options {
            root_certificates: Some(path.clone()),
            ..Options::new("https://school.example")
        };
        let error = Http::open(&options).unwrap_err();
        assert!(
            matches!(error, OpenError::RootCertificates { .. }),
            "{error}"
        );
    }
}

/// Runs [`child_behind_a_proxy`] in a process of its own, for the environment is a
/// process's; tells what it printed.
fn behind_a_proxy(proxy: SocketAddr, address: &str) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "client::http::tests::child_behind_a_proxy"])
        .args(["--ignored", "--nocapture", "--test-threads=1"])
        .env("HOTARU_TEST_ADDRESS", address)
        .env("http_proxy", format!("http://{proxy}"))
        .env("https_proxy", format!("http://{proxy}"))
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    text
}

#[test]
#[ignore = "run by the tests below, behind a proxy of theirs"]
fn child_behind_a_proxy() {
    let options = Options {
        stall: Duration::from_secs(5),
        ..Options::new(std::env::var("HOTARU_TEST_ADDRESS").unwrap())
    };
    println!(
        "{:?}",
        all(&Http::open(&options).unwrap(), get("/healthz")).pop()
    );
}

#[test]
fn the_systems_proxy_is_used_and_its_refusal_named() {
    let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
    let (proxy, told) = says(refusal);
    let text = behind_a_proxy(proxy, "https://school.invalid");
    assert!(
        text.contains("Proxy(\"proxy authorization required\")"),
        "{text}"
    );
    assert!(
        told.recv()
            .unwrap()
            .unwrap()
            .starts_with("CONNECT school.invalid:443 ")
    );

    let (proxy, told) = says("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
    let text = behind_a_proxy(proxy, "https://school.invalid");
    assert!(text.contains("Proxy(\"unsuccessful\")"), "{text}");
    told.recv().unwrap();
}

#[test]
fn loopback_is_never_asked_of_a_proxy() {
    let (proxy, told) = says("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    let (school, _told) = says(format!("{OK}content-length: 2\r\n\r\nok"));
    let text = behind_a_proxy(proxy, &format!("http://{school}"));
    assert!(text.contains("End"), "{text}");
    assert!(told.try_recv().is_err());
}

#[test]
fn a_flight_that_is_dropped_breaks_off() {
    let (address, told) = serve(|mut stream, _| {
        read_request(&mut stream);
        stream
            .write_all(format!("{OK}content-length: 1000\r\n\r\nx").as_bytes())
            .unwrap();
        // Nothing more is asked of this connection: it ends.
        stream.read(&mut [0]).map_or(true, |read| read == 0)
    });
    let http = Http::open(&options(address)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut flight = http.start(get("/"));
        assert!(matches!(flight.next().await, Some(Exchange::Head { .. })));
        drop(flight);
        tokio::time::sleep(Duration::from_millis(100)).await;
    });
    assert!(told.recv_timeout(Duration::from_secs(5)).unwrap());
}
