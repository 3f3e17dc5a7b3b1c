//! Staff sign in by an identity provider: a real one (`oidc-provider` from npm, certified by the
//! OpenID Foundation), whose own login forms are filled in over HTTP as a browser would.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use hotaru_desk::account::Folder;
use hotaru_desk::window as desk;
use hotaru_desk::worker::{self, Credentials, Reply, Worker, WorkerOptions};
use hotaru_tests::programs::{Output, straight};
use hotaru_tests::school::text;
use hotaru_tests::studio::Studio;
use hotaru_tests::{Failure, Program, School};
use reqwest::{Method, Url, header};
use serde_json::Value;

const CLIENT: &str = "hotaru-school";
const SECRET: &str = "a long secret + of the school's";
const PROVIDER: &str = "ほたる市";
const PATIENCE: Duration = Duration::from_secs(60);

/// The provider; it ends with its standard input.
struct Provider {
    child: Child,
    stdin: Option<ChildStdin>,
    /// Held open: it ends where it finds nobody to print to.
    _stdout: BufReader<ChildStdout>,
    issuer: String,
}

impl Provider {
    /// Starts it; nothing where it could not be brought here.
    fn start() -> Result<Option<Self>, Failure> {
        let exe = std::env::current_exe()?;
        // Tests lie in target/debug/deps.
        let target = exe.ancestors().nth(3).ok_or("no target directory")?;
        let dir = target.join("oidc");
        if !dir.join("node_modules/.package-lock.json").is_file() {
            eprintln!(
                "SKIPPED: there is no OpenID provider in {}; `cargo xtask test` brings it by npm",
                dir.display()
            );
            return Ok(None);
        }
        let mut command = straight(Command::new("node"));
        command
            .arg(dir.join("server.mjs"))
            .args([CLIENT, SECRET])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                eprintln!("SKIPPED: there is no node to run the OpenID provider");
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let stdin = child.stdin.take();
        let mut stdout = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let issuer = text(&serde_json::from_str(line.trim())?, "issuer")?;
        Ok(Some(Self {
            child,
            stdin,
            _stdout: stdout,
            issuer,
        }))
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser as far as forms need one: cookies, redirects, forms.
struct Browser {
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
    cookies: BTreeMap<String, String>,
}

struct Page {
    url: Url,
    body: String,
}

impl Browser {
    fn new() -> Result<Self, Failure> {
        // Another test of this process may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self {
            client,
            runtime,
            cookies: BTreeMap::new(),
        })
    }

    /// Goes to an address, and on to where it is sent.
    fn go(&mut self, address: &str) -> Result<Page, Failure> {
        self.send(Method::GET, Url::parse(address)?, None)
    }

    /// Fills in the form of a page and sends it.
    fn submit(&mut self, page: &Page, fields: &[(&str, &str)]) -> Result<Page, Failure> {
        let action = between(&page.body, "action=\"", "\"").ok_or("there is no form")?;
        let to = page.url.join(&action)?;
        let mut form = Url::parse("http://form")?;
        form.query_pairs_mut().extend_pairs(fields);
        self.send(Method::POST, to, form.query().map(str::to_owned))
    }

    fn send(&mut self, method: Method, url: Url, form: Option<String>) -> Result<Page, Failure> {
        let (mut method, mut url, mut form) = (method, url, form);
        for _ in 0..20 {
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let mut request = self.client.request(method, url.clone());
            // Each host has its own, and the desk gets none.
            let is_provider = url.path() != "/oidc";
            if is_provider && !cookies.is_empty() {
                request = request.header(header::COOKIE, cookies.join("; "));
            }
            if let Some(form) = form.take() {
                request = request
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(form);
            }
            let (headers, body) = self.runtime.block_on(async {
                let response = request.send().await?;
                let headers = response.headers().clone();
                Ok::<_, reqwest::Error>((headers, response.text().await?))
            })?;
            for cookie in headers.get_all(header::SET_COOKIE) {
                let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
                if let Some((name, value)) = pair.split_once('=') {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
            self.cookies.retain(|_, value| !value.is_empty());
            let Some(location) = headers.get(header::LOCATION) else {
                return Ok(Page { url, body });
            };
            url = url.join(location.to_str()?)?;
            method = Method::GET;
        }
        Err("sent on without end".into())
    }

    /// Signs in as somebody and agrees: the last page.
    fn sign_in(&mut self, address: &str, who: &str) -> Result<Page, Failure> {
        let mut page = self.go(address)?;
        for _ in 0..3 {
            page = if page.body.contains("value=\"login\"") {
                let fields = [("prompt", "login"), ("login", who), ("password", "x")];
                self.submit(&page, &fields)?
            } else if page.body.contains("value=\"consent\"") {
                self.submit(&page, &[("prompt", "consent")])?
            } else {
                break;
            };
        }
        Ok(page)
    }
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0.to_owned())
}

fn cloud(school: &School, args: &[&str]) -> Result<Output, Failure> {
    let mut command = Program::Cloud.command()?;
    command.args(args).arg("--data").arg(school.data());
    Output::of(&mut command)
}

/// A school whose teacher of 6-1 signs in by her address at a provider.
fn school(provider: &Provider) -> Result<School, Failure> {
    let school = School::found()?;
    let secret = school.scratch().join("secret");
    std::fs::write(&secret, format!("{SECRET}\n"))?;
    let secret = secret.display().to_string();
    let set = [
        "oidc",
        "set",
        "--name",
        PROVIDER,
        "--issuer",
        &provider.issuer,
        "--client-id",
        CLIENT,
        "--client-secret-file",
        &secret,
    ];
    let told = cloud(&school, &set)?.ok()?;
    assert!(!told.stdout.contains(SECRET), "{told:?}");
    let add = [
        "staff", "add", "sato", "--role", "teacher", "--class", "6-1",
    ];
    let tie = ["--oidc", "sato@SCHOOL.example"];
    cloud(&school, &[&add[..], &tie].concat())?.ok()?;
    Ok(school)
}

/// The desk's program while it waits for a browser, and where that is to go.
struct Waiting {
    child: Child,
    stderr: BufReader<std::process::ChildStderr>,
    address: String,
}

impl Waiting {
    fn start(data: &Path, args: &[&str]) -> Result<Self, Failure> {
        let mut command = Program::Desk.command()?;
        command
            .args(args)
            .arg("--data")
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let mut stderr = BufReader::new(child.stderr.take().ok_or("no standard error")?);
        let mut said = String::new();
        while stderr.read_line(&mut said)? > 0 {
            if let Some(address) = said.lines().find(|line| line.starts_with("http")) {
                let address = address.trim().to_owned();
                return Ok(Self {
                    child,
                    stderr,
                    address,
                });
            }
        }
        let status = child.wait()?;
        Err(format!("it told no address ({status}): {said}").into())
    }

    fn end(mut self) -> Result<Output, Failure> {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        if let Some(mut out) = self.child.stdout.take() {
            out.read_to_string(&mut stdout)?;
        }
        self.stderr.read_to_string(&mut stderr)?;
        let success = self.child.wait()?.success();
        Ok(Output {
            success,
            stdout,
            stderr,
        })
    }
}

fn desk(data: &Path, args: &[&str]) -> Result<Output, Failure> {
    let mut command = Program::Desk.command()?;
    command.args(args).arg("--data").arg(data);
    Output::of(&mut command)
}

#[test]
fn a_teacher_signs_in_at_a_real_provider_without_a_window() -> Result<(), Failure> {
    let Some(provider) = Provider::start()? else {
        return Ok(());
    };
    let school = school(&provider)?;
    let data = school.scratch().join("sato");
    let url = school.url();
    let sign_in = ["sign-in", "--cloud", &url, "--oidc"];

    let waiting = Waiting::start(&data, &sign_in)?;
    let mut browser = Browser::new()?;
    let page = browser.sign_in(&waiting.address, "person-1")?;
    assert!(
        page.body.contains("You can close this window."),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("この窓は とじて かまいません。"),
        "{}",
        page.body
    );
    let brought = page.url.clone();
    let told = waiting.end()?.json()?;
    assert_eq!(told["name"], "sato", "{told}");
    assert_eq!(told["roles"][0]["role"], "teacher", "{told}");
    let shown = desk(&data, &["school", "--json"])?.json()?;
    assert_eq!(shown["classes"][0]["name"], "6-1", "{shown}");
    let kept = Folder::open(&data)?.account()?.ok_or("no account")?;
    assert!(kept.is_signed_in() && kept.name.as_deref() == Some("sato"));
    let file = std::fs::read_to_string(data.join("account.json"))?;
    assert!(
        !file.contains("id_token") && !file.contains(SECRET),
        "{file}"
    );

    // The browser is known there now and asks for no login; here the subject counts.
    let waiting = Waiting::start(&data, &[&sign_in[..], &[PROVIDER]].concat())?;
    // What it brought the last time is nothing to this one.
    let mut stale = brought;
    let port = Url::parse(&waiting.address)?;
    let port = port.query_pairs().find(|(key, _)| key == "redirect_uri");
    let port = Url::parse(&port.ok_or("no redirect_uri")?.1)?.port();
    stale.set_port(port).map_err(|()| "no port")?;
    assert_eq!(browser.go(stale.as_str())?.body, "");
    let page = browser.sign_in(&waiting.address, "nobody")?;
    assert!(
        page.body.contains("You can close this window."),
        "{}",
        page.body
    );
    waiting.end()?.ok()?;
    let people = cloud(&school, &["oidc", "list"])?.json()?;
    assert_eq!(people["people"][0]["subject"], "person-1", "{people}");
    assert!(!people.to_string().contains(SECRET), "{people}");

    // Somebody whom the provider knows and the school does not.
    let other = school.scratch().join("other");
    let waiting = Waiting::start(&other, &sign_in)?;
    Browser::new()?.sign_in(&waiting.address, "person-2")?;
    let refused = waiting.end()?;
    assert!(
        !refused.success && refused.stderr.contains("oidc_unknown"),
        "{refused:?}"
    );
    assert_eq!(Folder::open(&other)?.account()?, None);

    // Who gives up at the provider is told so.
    let waiting = Waiting::start(&other, &sign_in)?;
    let mut browser = Browser::new()?;
    let page = browser.go(&waiting.address)?;
    let abort = format!("{}/abort", page.url);
    browser.go(&abort)?;
    let refused = waiting.end()?;
    assert!(
        !refused.success && refused.stderr.contains("let nobody in"),
        "{refused:?}"
    );

    // Nobody signs in by what the school has not.
    let unknown = desk(&other, &[&sign_in[..], &["other"]].concat())?;
    assert!(
        !unknown.success && unknown.stderr.contains(PROVIDER),
        "{unknown:?}"
    );
    cloud(&school, &["staff", "disable", "sato"])?.ok()?;
    let waiting = Waiting::start(&data, &sign_in)?;
    Browser::new()?.sign_in(&waiting.address, "person-1")?;
    let refused = waiting.end()?;
    assert!(
        !refused.success && refused.stderr.contains("oidc_unknown"),
        "{refused:?}"
    );
    let log = cloud(&school, &["audit"])?.json_lines()?;
    let outcomes: Vec<&Value> = log
        .iter()
        .filter(|row| row["action"] == "sign_in_oidc")
        .map(|row| &row["outcome"])
        .collect();
    assert_eq!(outcomes, ["good", "good", "bad", "bad"]);
    Ok(())
}

fn wait_for_reply(worker: &Worker) -> Result<Reply, Failure> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        match worker.reply() {
            Some(Reply::Form(_)) | None => std::thread::sleep(Duration::from_millis(20)),
            Some(reply) => return Ok(reply),
        }
    }
    Err("nothing came back".into())
}

#[test]
fn the_window_offers_the_provider_and_its_worker_signs_in_there() -> Result<(), Failure> {
    let Some(provider) = Provider::start()? else {
        return Ok(());
    };
    let school = school(&provider)?;
    let data: PathBuf = school.scratch().join("window");
    let options = WorkerOptions::new(&data);
    let mut studio: Studio<desk::Window> =
        Studio::open(move |ctx| Ok(desk::Window::new(ctx, options.clone())?))?;
    let button = format!("学校のアカウントで入る（{PROVIDER}）");
    studio.wait_for("学校のアドレス")?;
    assert!(!studio.shows(&button));
    studio.write("学校のアドレス", &school.url());
    studio.write("名前", "s");
    studio.wait_for(&button)?;
    studio.press(&button);
    studio.wait_for("ブラウザーで入ってください。")?;
    assert!(!studio.shows("パスフレーズ"));
    studio.press("やめる");
    studio.wait_for(&button)?;
    drop(studio);

    let worker = Worker::start(WorkerOptions::new(&data), std::sync::Arc::new(|| {}))?;
    let sign_in = || worker::Command::SignIn {
        cloud: school.url(),
        as_whom: Credentials::Provider(PROVIDER.to_owned()),
    };
    worker.send(sign_in());
    let Reply::Browser(given_up) = wait_for_reply(&worker)? else {
        return Err("no address for the browser".into());
    };
    // Given up and begun once more: only the second one is heard.
    worker.send(worker::Command::StopSignIn);
    worker.send(sign_in());
    let Reply::Browser(address) = wait_for_reply(&worker)? else {
        return Err("no address for the browser".into());
    };
    assert_ne!(given_up, address);
    Browser::new()?.sign_in(&address, "person-1")?;
    let reply = wait_for_reply(&worker)?;
    assert!(matches!(reply, Reply::SignedIn), "{reply:?}");
    let kept = Folder::open(&data)?.account()?.ok_or("no account")?;
    assert_eq!(kept.name.as_deref(), Some("sato"));
    Ok(())
}
