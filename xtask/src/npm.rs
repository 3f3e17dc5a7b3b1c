//! The OpenID provider that a test signs in at: a server of others, from npm, in `target/oidc`.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::run::{Done, is_here, root, run, target};

/// What the server is made of, in `tests/oidc`.
const FILES: [&str; 3] = ["package.json", "package-lock.json", "server.mjs"];
/// What npm leaves once everything is there.
const WHOLE: &str = "node_modules/.package-lock.json";

/// Brings it into `target/oidc`, exactly as the lock file says and without anybody's scripts. A
/// machine without npm, or without a line to its registry, is told so and nothing fails: the test
/// says that it was skipped.
pub fn ready() -> Done {
    let (from, to) = (root().join("tests").join("oidc"), target().join("oidc"));
    if !is_here("node") || !is_here("npm") {
        eprintln!("── OpenID provider: NOT READY (there is no node or no npm)");
        return Ok(());
    }
    let is_same = same(&from, &to, FILES[1]) && to.join(WHOLE).is_file();
    std::fs::create_dir_all(&to)
        .and_then(|()| {
            FILES
                .iter()
                .try_for_each(|file| std::fs::copy(from.join(file), to.join(file)).map(drop))
        })
        .map_err(|error| format!("{} cannot be made ready: {error}", to.display()))?;
    if is_same {
        return Ok(());
    }
    // What an earlier lock file wanted is not to be taken for what this one does.
    let _ = std::fs::remove_file(to.join(WHOLE));
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .args(["--fetch-retries=1", "--fetch-timeout=20000"])
        .current_dir(&to)
        .stdin(Stdio::null());
    if let Err(why) = run("OpenID provider", &mut npm) {
        eprintln!("── OpenID provider: NOT READY ({why})");
    }
    Ok(())
}

fn same(one: &Path, other: &Path, file: &str) -> bool {
    let read = |dir: &Path| std::fs::read(dir.join(file)).ok();
    read(one).is_some_and(|bytes| read(other) == Some(bytes))
}
