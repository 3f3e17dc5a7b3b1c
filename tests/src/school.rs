//! A school with real processes.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Failure, Output, Program};

/// A school cloud with one class, served or not.
pub struct School {
    dir: TempDir,
    server: Option<Child>,
    port: u16,
    /// The class's join code.
    pub join_code: String,
    /// The class's teacher's token.
    pub teacher_token: String,
}

impl School {
    /// Founds a school with the class 6-1 and serves it.
    ///
    /// # Errors
    /// Where a program fails.
    pub fn found() -> Result<Self, Failure> {
        let dir = TempDir::new()?;
        let data = dir.path().join("cloud");
        Program::Cloud
            .run([
                "init".as_ref(),
                "--data".as_ref(),
                data.as_os_str(),
                "--school".as_ref(),
                "ほたる小学校".as_ref(),
            ])?
            .ok()?;
        let mut school = Self {
            dir,
            server: None,
            port: 0,
            join_code: String::new(),
            teacher_token: String::new(),
        };
        let class = school.add_class("6-1", "P6")?;
        school.join_code = text(&class, "join_code")?;
        school.teacher_token = text(&class, "teacher_token")?;
        school.serve()?;
        Ok(school)
    }

    /// A school that is there already, once its folder is unpacked into the scratch place;
    /// it is not served.
    ///
    /// # Errors
    /// Where there is no place for it.
    pub fn existing(join_code: &str, teacher_token: &str) -> Result<Self, Failure> {
        Ok(Self {
            dir: TempDir::new()?,
            server: None,
            port: 0,
            join_code: join_code.to_owned(),
            teacher_token: teacher_token.to_owned(),
        })
    }

    /// The cloud's data directory.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.dir.path().join("cloud")
    }

    /// A place for files of the test.
    #[must_use]
    pub fn scratch(&self) -> &Path {
        self.dir.path()
    }

    /// Adds a class; what the program printed.
    ///
    /// # Errors
    /// Where it fails.
    pub fn add_class(&self, name: &str, grade: &str) -> Result<Value, Failure> {
        let mut add = Program::Cloud.command()?;
        add.args(["class", "add", "--name", name, "--grade", grade, "--data"])
            .arg(self.data());
        Output::of(&mut add)?.json()
    }

    /// A command of the keeper's; what the program printed.
    ///
    /// # Errors
    /// Where it fails.
    pub fn keep(&self, args: &[&str]) -> Result<Value, Failure> {
        let mut command = Program::Cloud.command()?;
        command.args(args).arg("--data").arg(self.data());
        Output::of(&mut command)?.json()
    }

    /// Serves, on the port of the time before.
    ///
    /// # Errors
    /// Where it does not accept.
    pub fn serve(&mut self) -> Result<(), Failure> {
        let mut command = Program::Cloud.command()?;
        command
            .args([
                "serve",
                "--listen",
                &format!("127.0.0.1:{}", self.port),
                "--data",
            ])
            .arg(self.data())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(self.dir.path().join("cloud.log"))?);
        let mut child = command.spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        self.server = Some(child);
        let log = || std::fs::read_to_string(self.dir.path().join("cloud.log")).unwrap_or_default();
        let value: Value = serde_json::from_str(line.trim())
            .map_err(|error| format!("no address ({error}): {line:?}\n{}", log()))?;
        let address = text(&value, "address")?;
        self.port = address
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .ok_or_else(|| format!("no port in {address}"))?;
        Ok(())
    }

    /// Loses the school's machine, restores the newest backup, and serves at the same address.
    /// What the program told people.
    ///
    /// # Errors
    /// Where a program fails.
    pub fn lose_and_restore(&mut self, from: &Path) -> Result<String, Failure> {
        self.kill();
        std::fs::remove_dir_all(self.data())?;
        let mut restore = Program::Cloud.command()?;
        restore
            .arg("restore")
            .arg(from)
            .arg("--data")
            .arg(self.data());
        let told = Output::of(&mut restore)?.ok()?.stderr;
        self.serve()?;
        Ok(told)
    }

    /// Stops the server at once, as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Every accepted event of class 6-1, in order.
    ///
    /// # Errors
    /// Where the program fails.
    pub fn log(&self) -> Result<Vec<Value>, Failure> {
        self.log_of("6-1")
    }

    /// Every accepted event of a class, in order.
    ///
    /// # Errors
    /// Where the program fails.
    pub fn log_of(&self, class: &str) -> Result<Vec<Value>, Failure> {
        let mut log = Program::Cloud.command()?;
        log.args(["log", "--class", class, "--data"])
            .arg(self.data());
        Output::of(&mut log)?.json_lines()
    }

    /// A desk of the class's teacher.
    #[must_use]
    pub fn desk(&self, url: &str) -> Desk {
        Desk {
            data: self.dir.path().join("desk"),
            url: url.to_owned(),
            token: self.teacher_token.clone(),
        }
    }

    /// A terminal that has not joined, named for its directory.
    #[must_use]
    pub fn terminal(&self, name: &str) -> Terminal {
        Terminal {
            profile: self.dir.path().join(name),
        }
    }
}

impl Drop for School {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A teacher's desk.
pub struct Desk {
    data: PathBuf,
    url: String,
    token: String,
}

impl Desk {
    /// The command of a push to class 6-1.
    ///
    /// # Errors
    /// Where the program was not built.
    pub fn push_command(
        &self,
        title: &str,
        files: &[PathBuf],
        more: &[&str],
    ) -> Result<Command, Failure> {
        let mut push = Program::Desk.command()?;
        push.args([
            "push",
            "--cloud",
            &self.url,
            "--token",
            &self.token,
            "--class",
            "6-1",
        ])
        .args(["--title", title, "--day", "2026-11-20", "--data"])
        .arg(&self.data)
        .args(more)
        .args(files);
        if !more.contains(&"--subject") {
            push.args(["--subject", "理科"]);
        }
        Ok(push)
    }

    /// Pushes files as a lesson; what the program printed.
    ///
    /// # Errors
    /// Where it fails.
    pub fn push(&self, title: &str, files: &[PathBuf], more: &[&str]) -> Result<Value, Failure> {
        Output::of(&mut self.push_command(title, files, more)?)?.json()
    }

    /// Sends what is in the desk's outbox; what became of each job.
    ///
    /// # Errors
    /// Where the program fails.
    pub fn resume(&self) -> Result<Value, Failure> {
        self.run(&["resume"])?.json()
    }

    /// Runs a command of the teacher's to its end.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn run(&self, args: &[&str]) -> Result<Output, Failure> {
        let mut command = Program::Desk.command()?;
        command
            .args(args)
            .args(["--cloud", &self.url, "--token", &self.token, "--data"])
            .arg(&self.data);
        Output::of(&mut command)
    }

    /// The receipts of a lesson.
    ///
    /// # Errors
    /// Where the program fails.
    pub fn receipts(&self, lesson: &str) -> Result<Value, Failure> {
        self.run(&["receipts", lesson, "--json"])?.json()
    }
}

/// A pupil's terminal.
#[derive(Debug, Clone)]
pub struct Terminal {
    /// Its profile.
    pub profile: PathBuf,
}

impl Terminal {
    /// A command on this terminal.
    ///
    /// # Errors
    /// Where the program was not built.
    pub fn command(&self, args: &[&str]) -> Result<Command, Failure> {
        let mut command = Program::Pupil.command()?;
        command.arg("--profile").arg(&self.profile).args(args);
        Ok(command)
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn run(&self, args: &[&str]) -> Result<Output, Failure> {
        Output::of(&mut self.command(args)?)
    }

    /// Joins a class.
    ///
    /// # Errors
    /// Where it fails.
    pub fn join(&self, url: &str, code: &str, number: u16) -> Result<Value, Failure> {
        self.run(&[
            "join",
            "--cloud",
            url,
            "--code",
            code,
            "--number",
            &number.to_string(),
        ])?
        .json()
    }

    /// Syncs; the report.
    ///
    /// # Errors
    /// Where it fails.
    pub fn sync(&self) -> Result<Value, Failure> {
        self.run(&["sync", "--json"])?.json()
    }

    /// Runs a command to its end, with something on its standard input.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn tell(&self, args: &[&str], input: &str) -> Result<Output, Failure> {
        Output::of_told(&mut self.command(args)?, input)
    }

    /// Joins by a login card.
    ///
    /// # Errors
    /// Where the program cannot be started.
    pub fn join_by_card(&self, url: &str, card: &str) -> Result<Output, Failure> {
        self.run(&["join", "--cloud", url, "--card", card])
    }

    /// The first drill on it.
    ///
    /// # Errors
    /// Where there is none.
    pub fn first_drill(&self) -> Result<String, Failure> {
        let lessons = self.run(&["lessons", "--json"])?.json()?;
        let materials = lessons
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|lesson| lesson["materials"].as_array().into_iter().flatten());
        let drill = materials
            .filter_map(|material| material["drill"].as_str())
            .next();
        Ok(drill
            .ok_or_else(|| format!("no drill in {lessons}"))?
            .to_owned())
    }

    /// Answers the first item of the first lesson's drill so often, `?` each.
    ///
    /// # Errors
    /// Where it fails, or not all were confirmed.
    pub fn answer_first(&self, count: usize) -> Result<(), Failure> {
        let lessons = self.run(&["lessons", "--json"])?.json()?;
        let material = &lessons[0]["materials"][0];
        let item = text(&material["items"][0], "id")?;
        let from = self.profile.with_extension("tsv");
        std::fs::write(&from, format!("{item}\t?\n").repeat(count))?;
        let confirmed = self.answer(&text(material, "drill")?, &from, None)?;
        if confirmed.len() == count {
            Ok(())
        } else {
            Err(format!("{} of {count} answers were confirmed", confirmed.len()).into())
        }
    }

    /// Answers from a file: the lines that were confirmed before the end, and the end. The
    /// process is killed once `kill_after` lines were read, where that is given.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn answer(
        &self,
        drill: &str,
        from: &Path,
        kill_after: Option<usize>,
    ) -> Result<Vec<Value>, Failure> {
        let from = from.to_string_lossy().into_owned();
        let mut child = self
            .command(&["answer", drill, "--from", &from])?
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no pipe")?;
        let mut confirmed = Vec::new();
        for line in BufReader::new(stdout).lines() {
            confirmed.push(serde_json::from_str(&line?)?);
            if Some(confirmed.len()) == kill_after {
                // SIGKILL: the next answers are under way.
                child.kill()?;
                break;
            }
        }
        let status = child.wait()?;
        if kill_after.is_none() && !status.success() {
            return Err(format!("answering ended with {status}").into());
        }
        Ok(confirmed)
    }
}

/// Waits for something, at most so long.
pub fn wait_until(limit: Duration, mut done: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    while Instant::now() < deadline {
        if done() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// A text in a JSON object.
///
/// # Errors
/// Where it is missing.
pub fn text(value: &Value, key: &str) -> Result<String, Failure> {
    let text = value.get(key).and_then(Value::as_str);
    Ok(text
        .ok_or_else(|| format!("`{key}` is missing in {value}"))?
        .to_owned())
}
