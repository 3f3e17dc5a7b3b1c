//! Does the system call the line metered?
//!
//! On Linux NetworkManager knows (its `Metered` property, `NMMetered` in its D-Bus
//! reference); it is asked through `busctl`, which needs no library of ours. On Windows and
//! macOS nobody is asked yet, so the answer is [`Metered::Unknown`] there. A person's word in
//! the environment variable `HOTARU_METERED` (`yes` or `no`) stands above all.

use std::time::Duration;

/// What the system says of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metered {
    /// Each byte costs: only events, texts and drills travel unasked.
    Yes,
    /// It does not.
    No,
    /// Nobody said; treated as a line that is not metered.
    Unknown,
}

/// The environment variable that stands above the system's word.
pub const VARIABLE: &str = "HOTARU_METERED";

/// No answer within this is none.
#[cfg(target_os = "linux")]
const PATIENCE: Duration = Duration::from_secs(1);

/// Asks; takes at most about a second.
#[must_use]
pub fn metered() -> Metered {
    let word = std::env::var(VARIABLE).ok();
    word.as_deref()
        .and_then(from_word)
        .unwrap_or_else(from_system)
}

fn from_word(word: &str) -> Option<Metered> {
    match word.trim().to_ascii_lowercase().as_str() {
        "yes" => Some(Metered::Yes),
        "no" => Some(Metered::No),
        _ => None,
    }
}

#[cfg(not(target_os = "linux"))]
fn from_system() -> Metered {
    Metered::Unknown
}

#[cfg(target_os = "linux")]
fn from_system() -> Metered {
    let mut command = std::process::Command::new("busctl");
    command.args([
        "--system",
        "--timeout=1",
        "get-property",
        "org.freedesktop.NetworkManager",
        "/org/freedesktop/NetworkManager",
        "org.freedesktop.NetworkManager",
        "Metered",
    ]);
    output_within(command, PATIENCE).map_or(Metered::Unknown, |text| from_property(&text))
}

/// What a program prints, if it ends well and in time; else it is ended.
#[cfg(target_os = "linux")]
fn output_within(mut command: std::process::Command, patience: Duration) -> Option<String> {
    use std::io::Read;
    use std::process::Stdio;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let deadline = std::time::Instant::now() + patience;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if std::time::Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(5));
            }
            _ => {
                // It may have ended by itself in between; either way it is reaped.
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    };
    let mut text = String::new();
    // The property is a few bytes and fits the pipe, so the program never waits for us.
    child
        .stdout
        .take()?
        .take(1000)
        .read_to_string(&mut text)
        .ok()?;
    status.success().then_some(text)
}

/// Reads `busctl`'s form: `u 1`. The numbers are NetworkManager's `NMMetered`: 0 unknown,
/// 1 yes, 2 no, 3 guessed yes, 4 guessed no.
#[cfg(any(target_os = "linux", test))]
fn from_property(text: &str) -> Metered {
    match text.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["u", "1" | "3"] => Metered::Yes,
        ["u", "2" | "4"] => Metered::No,
        _ => Metered::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_managers_words_are_read() {
        for (text, metered) in [
            ("u 0\n", Metered::Unknown),
            ("u 1\n", Metered::Yes),
            ("u 2\n", Metered::No),
            ("u 3\n", Metered::Yes),
            ("u 4", Metered::No),
            ("u 5\n", Metered::Unknown),
            ("s \"yes\"\n", Metered::Unknown),
            ("u 1 1\n", Metered::Unknown),
            ("", Metered::Unknown),
        ] {
            assert_eq!(from_property(text), metered, "{text:?}");
        }
    }

    #[test]
    fn a_persons_word_is_read() {
        assert_eq!(from_word(" Yes"), Some(Metered::Yes));
        assert_eq!(from_word("no"), Some(Metered::No));
        assert_eq!(from_word("maybe"), None);
        assert_eq!(from_word(""), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_program_that_hangs_is_ended_in_time() {
        let started = std::time::Instant::now();
        let mut sleep = std::process::Command::new("sleep");
        sleep.arg("20");
        assert_eq!(output_within(sleep, Duration::from_millis(100)), None);
        assert!(started.elapsed() < Duration::from_secs(5));
        let mut echo = std::process::Command::new("echo");
        echo.arg("u 1");
        let text = output_within(echo, Duration::from_secs(5));
        assert_eq!(text.as_deref(), Some("u 1\n"));
        let missing = std::process::Command::new("hotaru-no-such-program");
        assert_eq!(output_within(missing, PATIENCE), None);
    }
}
