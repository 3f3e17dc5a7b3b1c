//! The sample class, for real: cloud, desk, terminal, window.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::run::{Done, cargo, output, root, run, target};
use crate::system::{Purpose, ensure};

/// What was asked for.
#[derive(Debug, Default)]
pub struct Options {
    desk: bool,
    no_window: bool,
}

impl Options {
    /// Reads the words after `demo`.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let mut options = Self::default();
        for word in words {
            match *word {
                "--desk" => options.desk = true,
                "--no-window" => options.no_window = true,
                other => return Err(format!("demo knows --desk and --no-window, not `{other}`")),
            }
        }
        Ok(options)
    }
}

/// Where the demo lives, and the programs that it runs.
struct Demo {
    dir: PathBuf,
    bin: PathBuf,
    state: Map<String, Value>,
}

/// Runs it to the end of the window.
pub fn demo(options: &Options) -> Done {
    ensure(if options.no_window {
        Purpose::Demo
    } else {
        Purpose::Window
    })?;
    run(
        "building the three programs",
        cargo().args([
            "build",
            "--release",
            "--locked",
            "-p",
            "hotaru",
            "-p",
            "hotaru-desk",
            "-p",
            "hotaru-cloud",
        ]),
    )?;
    let mut demo = Demo::open()?;
    demo.found_school()?;
    let cloud = demo.serve()?;
    let url = cloud.address.clone();
    println!(
        "school cloud      {url}  ({})",
        demo.dir.join("cloud").display()
    );
    demo.add_class()?;
    demo.push_lessons(&url)?;
    demo.join(&url)?;
    demo.sync()?;
    if options.no_window {
        return Ok(());
    }
    if options.desk {
        let token = demo.text("teacher_token")?;
        let mut desk = demo.program("hotaru-desk");
        desk.arg("--data")
            .arg(demo.dir.join("desk"))
            .args(["--cloud", &url, "--token", &token]);
        return run("the teacher's window; close it to end the demo", &mut desk);
    }
    let mut window = demo.hotaru();
    run("the pupil's window; close it to end the demo", &mut window)
}

impl Demo {
    fn open() -> Result<Self, String> {
        let dir = target().join("demo");
        std::fs::create_dir_all(&dir)
            .map_err(|error| format!("{} cannot be made: {error}", dir.display()))?;
        let state = std::fs::read(dir.join("demo.json"))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Ok(Self {
            dir,
            bin: target().join("release"),
            state,
        })
    }

    fn program(&self, name: &str) -> Command {
        Command::new(
            self.bin
                .join(format!("{name}{}", std::env::consts::EXE_SUFFIX)),
        )
    }

    /// The pupil's program on the demo's terminal.
    fn hotaru(&self) -> Command {
        let mut command = self.program("hotaru");
        command.arg("--profile").arg(self.dir.join("terminal"));
        // The demo leaves nothing in the keyring of whoever tries it.
        command.env("HOTARU_KEYRING", "off");
        command
    }

    /// Something remembered from an earlier start.
    fn text(&self, key: &str) -> Result<String, String> {
        let value = self
            .state
            .get(key)
            .and_then(Value::as_str)
            .map(str::to_owned);
        value.ok_or_else(|| {
            format!(
                "the demo's data lacks `{key}`; remove {} and start again",
                self.dir.display()
            )
        })
    }

    fn remember(&mut self, key: &str, value: Value) -> Done {
        self.state.insert(key.to_owned(), value);
        let path = self.dir.join("demo.json");
        let bytes = serde_json::to_vec_pretty(&self.state).map_err(|error| error.to_string())?;
        std::fs::write(&path, bytes)
            .map_err(|error| format!("{} cannot be written: {error}", path.display()))
    }

    fn found_school(&self) -> Done {
        let data = self.dir.join("cloud");
        if data.join("school.db").exists() {
            return Ok(());
        }
        let name = text_of(&school()?, "school")?;
        let mut init = self.program("hotaru-cloud");
        init.arg("init")
            .arg("--data")
            .arg(&data)
            .args(["--school", &name]);
        run("founding the school", &mut init)
    }

    /// Starts the cloud, on the port of the last time where that is free: the terminal
    /// remembers it.
    fn serve(&mut self) -> Result<Cloud, String> {
        let port = self
            .state
            .get("port")
            .and_then(Value::as_u64)
            .and_then(|port| u16::try_from(port).ok())
            .filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
            .unwrap_or(0);
        let mut command = self.program("hotaru-cloud");
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"])
            .arg(self.dir.join("cloud"));
        let cloud = Cloud::start(&mut command, &self.dir.join("cloud.log"))?;
        let port = cloud
            .address
            .rsplit(':')
            .next()
            .and_then(|port| port.parse::<u16>().ok());
        self.remember("port", port.unwrap_or(0).into())?;
        Ok(cloud)
    }

    fn add_class(&mut self) -> Done {
        if self.state.contains_key("teacher_token") {
            return Ok(());
        }
        let school = school()?;
        let class = school.get("class").cloned().unwrap_or_default();
        let mut add = self.program("hotaru-cloud");
        add.args(["class", "add", "--name", &text_of(&class, "name")?])
            .args(["--grade", &text_of(&class, "grade")?, "--data"])
            .arg(self.dir.join("cloud"));
        let made = parse(&output("adding the class", &mut add)?)?;
        for key in ["class_id", "join_code", "teacher_token"] {
            self.remember(key, text_of(&made, key)?.into())?;
        }
        self.remember("class", text_of(&class, "name")?.into())
    }

    fn push_lessons(&mut self, url: &str) -> Done {
        let school = school()?;
        let token = self.text("teacher_token")?;
        let class = self.text("class")?;
        println!(
            "class             {class}, join code {}",
            self.text("join_code")?
        );
        let lessons = school
            .get("lessons")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        for lesson in &lessons {
            let key = format!("lesson {}", text_of(lesson, "key")?);
            if self.state.contains_key(&key) {
                continue;
            }
            // No day is said: the desk takes today, so that the sample never expires.
            let mut push = self.program("hotaru-desk");
            push.arg("push")
                .args(["--cloud", url, "--token", &token, "--class", &class]);
            for (flag, field) in [
                ("--title", "title"),
                ("--subject", "subject"),
                ("--unit", "unit"),
                ("--source", "source"),
                ("--code", "curriculum_code"),
            ] {
                if let Ok(value) = text_of(lesson, field) {
                    push.args([flag, &value]);
                }
            }
            if let Some(period) = lesson.get("period").and_then(Value::as_u64) {
                push.args(["--period", &period.to_string()]);
            }
            push.arg("--data").arg(self.dir.join("desk"));
            let materials = lesson.get("materials").and_then(Value::as_array).cloned();
            for material in materials.unwrap_or_default() {
                push.args(["--name", &text_of(&material, "title")?]);
                push.arg(sample().join(text_of(&material, "file")?));
            }
            let started = Instant::now();
            let made = parse(&output(&format!("pushing {key}"), &mut push)?)?;
            println!(
                "pushed            {} ({} bytes, {:.1} s)",
                text_of(lesson, "title")?,
                made.get("bytes").cloned().unwrap_or_default(),
                started.elapsed().as_secs_f64()
            );
            self.remember(&key, made)?;
        }
        Ok(())
    }

    fn join(&mut self, url: &str) -> Done {
        if !self.state.contains_key("joined") {
            let code = self.text("join_code")?;
            let mut join = self.hotaru();
            join.args(["join", "--cloud", url, "--code", &code, "--number", "7"]);
            output("joining the terminal", &mut join)?;
            self.remember("joined", url.into())?;
        } else if self.text("joined")? != url {
            output(
                "telling the terminal the new address",
                self.hotaru().args(["address", url]),
            )?;
            self.remember("joined", url.into())?;
        }
        Ok(())
    }

    fn sync(&self) -> Done {
        let report = parse(&output(
            "taking the lessons home",
            self.hotaru().args(["sync", "--json"]),
        )?)?;
        println!("synced            {report}");
        let status = parse(&output(
            "asking the terminal",
            self.hotaru().args(["status", "--json"]),
        )?)?;
        println!("terminal          {status}");
        let number = |key: &str| status.get(key).and_then(Value::as_u64);
        match (number("lessons"), number("missing_bytes")) {
            (Some(lessons), Some(0)) if lessons > 0 => {
                println!("ready for home    {lessons} lessons, every byte here and verified");
                Ok(())
            }
            _ => Err(
                "the terminal does not have every lesson; its status above says what is missing"
                    .to_owned(),
            ),
        }
    }
}

/// A running cloud; it is ended when this is dropped.
pub struct Cloud {
    child: Child,
    /// Where it serves, with its pin where it has one.
    pub address: String,
}

impl Cloud {
    /// Starts `hotaru-cloud serve` and waits for its address.
    pub fn start(command: &mut Command, log: &Path) -> Result<Self, String> {
        let log_file = std::fs::File::create(log)
            .map_err(|error| format!("{} cannot be written: {error}", log.display()))?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log_file)
            .spawn()
            .map_err(|error| format!("the school cloud cannot be started: {error}"))?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            // Ends with the line, or with the process.
            let _ = BufReader::new(stdout).read_line(&mut line);
        }
        let address = parse(&line).and_then(|value| text_of(&value, "address"));
        match address {
            Ok(address) => Ok(Self { child, address }),
            Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(format!(
                    "the school cloud did not start; {} says why",
                    log.display()
                ))
            }
        }
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        // Graceful first: SIGTERM where there is one.
        let asked = cfg!(unix)
            && Command::new("kill")
                .arg(self.child.id().to_string())
                .status()
                .is_ok_and(|status| status.success());
        let deadline = Instant::now() + Duration::from_secs(if asked { 10 } else { 0 });
        while Instant::now() < deadline {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn sample() -> PathBuf {
    root().join("assets/sample-school")
}

fn school() -> Result<Value, String> {
    let path = sample().join("school.json");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    parse(&text)
}

fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text.trim()).map_err(|error| format!("not JSON ({error}): {text}"))
}

fn text_of(value: &Value, key: &str) -> Result<String, String> {
    let text = value.get(key).and_then(Value::as_str).map(str::to_owned);
    text.ok_or_else(|| format!("`{key}` is missing"))
}
