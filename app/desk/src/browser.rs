//! A browser goes to an identity provider and comes back to this computer (RFC 8252, 7.3): a
//! port of 127.0.0.1 is open for as long as one sign-in lasts, and hears only a request with the
//! state that the browser was sent with.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::wire::OIDC_REDIRECT;
use hotaru_ui::words::{Language, Words};
use url::{Host, Url, form_urlencoded};

use crate::problem::Problem;
use crate::window::DESK_SOURCES;

/// So long the school holds an attempt.
const PATIENCE: Duration = Duration::from_secs(600);
/// Between two looks at who has come.
const LOOK: Duration = Duration::from_millis(20);
/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 16 << 10;
/// Connections at once; browsers open some that they never use.
const MAX_CALLERS: usize = 16;
/// A connection that says nothing is closed after so long.
const SILENCE: Duration = Duration::from_secs(10);
/// And one that does not read.
const WRITE: Duration = Duration::from_secs(2);

/// What a browser brought back.
pub(crate) struct Brought {
    pub(crate) code: String,
    /// Who the provider says that it is.
    pub(crate) issuer: Option<String>,
}

/// Where a browser comes back to.
pub(crate) struct Landing {
    listener: TcpListener,
    port: u16,
}

/// Somebody on the line, and what she said so far.
struct Caller {
    stream: TcpStream,
    head: Vec<u8>,
    since: Instant,
}

/// What a request is.
enum Came {
    /// The browser, with a code or with a refusal.
    Back(Result<Brought, Problem>),
    /// Somebody else, or the browser in search of something else.
    Other,
}

impl Landing {
    /// Opens a port that is free.
    pub(crate) fn open() -> Result<Self, Problem> {
        let machine = |error: std::io::Error| Problem::Machine(error.to_string());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(machine)?;
        listener.set_nonblocking(true).map_err(machine)?;
        let port = listener.local_addr().map_err(machine)?.port();
        Ok(Self { listener, port })
    }

    /// Its number.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the browser that was sent with this state, and shows it a page to close.
    pub(crate) fn wait(&self, state: &str, cancel: &Cancel) -> Result<Brought, Problem> {
        let until = Instant::now() + PATIENCE;
        let mut callers: Vec<Caller> = Vec::new();
        loop {
            if cancel.is_cancelled() {
                return Err(Problem::Stopped);
            }
            let now = Instant::now();
            if now > until {
                return Err(Problem::OidcLate);
            }
            while let Ok((stream, _)) = self.listener.accept() {
                if callers.len() < MAX_CALLERS && stream.set_nonblocking(true).is_ok() {
                    callers.push(Caller {
                        stream,
                        head: Vec::new(),
                        since: now,
                    });
                }
            }
            let mut waiting = Vec::new();
            for mut caller in callers {
                match caller.listen() {
                    Some(false) if now.saturating_duration_since(caller.since) < SILENCE => {
                        waiting.push(caller);
                    }
                    Some(true) => match came(&caller.head, state) {
                        Came::Back(brought) => {
                            caller.answer("200 OK", &page());
                            return brought;
                        }
                        Came::Other => caller.answer("404 Not Found", ""),
                    },
                    _ => {}
                }
            }
            callers = waiting;
            std::thread::sleep(LOOK);
        }
    }
}

impl Caller {
    /// Hears on: whether the head is whole; nothing where there is no more to be heard.
    fn listen(&mut self) -> Option<bool> {
        let mut chunk = [0; 4096];
        loop {
            match self.stream.read(&mut chunk) {
                Ok(0) => return None,
                Ok(read) => {
                    self.head.extend_from_slice(chunk.get(..read)?);
                    if self.head.windows(4).any(|end| end == b"\r\n\r\n") {
                        return Some(true);
                    }
                    if self.head.len() > MAX_HEAD {
                        return None;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Some(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
    }

    fn answer(&mut self, status: &str, page: &str) {
        let text = format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\n\
             content-length: {}\r\ncache-control: no-store\r\nreferrer-policy: no-referrer\r\n\
             content-security-policy: default-src 'none'\r\nconnection: close\r\n\r\n{page}",
            page.len()
        );
        // A browser that does not read has brought what it brought all the same.
        let _ = self.stream.set_nonblocking(false);
        let _ = self.stream.set_write_timeout(Some(WRITE));
        let _ = self.stream.write_all(text.as_bytes());
    }
}

/// The state that an address sends a browser with, where it is one to open: a school that is not
/// the teacher's own opens no file and no other program.
pub(crate) fn state_of(address: &str) -> Result<String, Problem> {
    let unusable = || Problem::Answer("the way to the sign-in is no address".to_owned());
    let url = Url::parse(address).map_err(|_| unusable())?;
    let is_loopback = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        _ => false,
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback) {
        return Err(unusable());
    }
    let state = url.query_pairs().find(|(name, _)| name == "state");
    let state = state.map(|(_, value)| value.into_owned());
    state.filter(|state| !state.is_empty()).ok_or_else(unusable)
}

fn came(head: &[u8], state: &str) -> Came {
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = std::str::from_utf8(line).unwrap_or_default();
    let mut words = line.split(' ');
    let (Some("GET"), Some(target)) = (words.next(), words.next()) else {
        return Came::Other;
    };
    let Some((OIDC_REDIRECT, query)) = target.split_once('?') else {
        return Came::Other;
    };
    let value = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned())
    };
    // Hashes of BLAKE3 are compared in constant time.
    let shown = value("state").unwrap_or_default();
    if blake3::hash(shown.as_bytes()) != blake3::hash(state.as_bytes()) {
        return Came::Other;
    }
    Came::Back(match value("code").filter(|code| !code.is_empty()) {
        Some(code) => Ok(Brought {
            code,
            issuer: value("iss"),
        }),
        None => Err(Problem::OidcDeclined),
    })
}

/// What the browser shows at the end, in both languages: it does not know the window's.
fn page() -> String {
    let line = |language: Language| {
        let words = Words::new(language, &[DESK_SOURCES]);
        let (tag, text) = (words.language().tag(), words.get("oidc-page"));
        format!("<p lang=\"{tag}\">{text}</p>")
    };
    let (ja, en) = (line(Language::Japanese), line(Language::English));
    format!(
        "<!doctype html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><title>Hotaru</title>\
         </head><body>{ja}{en}</body></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(port: u16, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn only_the_browser_that_was_sent_is_heard() {
        let landing = Landing::open().unwrap();
        let port = landing.port();
        let waiting = std::thread::spawn(move || landing.wait("right", &Cancel::default()));
        // One that never says anything is in nobody's way.
        let silent = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        for other in [
            "GET /favicon.ico HTTP/1.1\r\n\r\n",
            "GET /oidc HTTP/1.1\r\n\r\n",
            "GET /oidc?code=evil&state=wrong HTTP/1.1\r\n\r\n",
            "GET /oidc?code=evil HTTP/1.1\r\n\r\n",
            "POST /oidc?code=evil&state=right HTTP/1.1\r\n\r\n",
            "\u{fffd}\r\n\r\n",
        ] {
            let answer = ask(port, other);
            assert!(answer.starts_with("HTTP/1.1 404"), "{other}: {answer}");
        }
        let answer = ask(
            port,
            "GET /oidc?code=a%2Fb+c&state=right&iss=https%3A%2F%2Fi HTTP/1.1\r\nhost: x\r\n\r\n",
        );
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("You can close this window."), "{answer}");
        assert!(answer.contains("lang=\"ja\""), "{answer}");
        drop(silent);
        let brought = waiting.join().unwrap().unwrap();
        assert_eq!(brought.code, "a/b c");
        assert_eq!(brought.issuer.as_deref(), Some("https://i"));
    }

    #[test]
    fn a_refusal_and_a_stop_end_the_wait() {
        let landing = Landing::open().unwrap();
        let port = landing.port();
        let waiting = std::thread::spawn(move || landing.wait("right", &Cancel::default()));
        ask(
            port,
            "GET /oidc?error=access_denied&state=right HTTP/1.1\r\n\r\n",
        );
        let end = waiting.join().unwrap();
        assert!(matches!(end, Err(Problem::OidcDeclined)));

        let (landing, cancel) = (Landing::open().unwrap(), Cancel::default());
        cancel.cancel();
        let end = landing.wait("right", &cancel);
        assert!(matches!(end, Err(Problem::Stopped)));
    }

    #[test]
    fn a_browser_is_sent_to_pages_only() {
        let good = "https://idp.example/authorize?client_id=a&state=x%2By";
        assert_eq!(state_of(good).unwrap(), "x+y");
        assert!(state_of("http://127.0.0.1:3000/?state=x").is_ok());
        for bad in [
            "https://idp.example/authorize",
            "https://idp.example/?state=",
            "http://idp.example/?state=x",
            "http://localhost/?state=x",
            "file:///etc/passwd?state=x",
            "javascript:alert(1)?state=x",
            "x",
        ] {
            assert!(state_of(bad).is_err(), "{bad}");
        }
    }
}
