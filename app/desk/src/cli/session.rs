//! `sign-in`, `sign-out`, `setup` and `confirm`: what is secret comes on standard input, or in a
//! browser.

use std::io::{BufRead, Write};

use hotaru_sync::client::cancel::Cancel;
use hotaru_sync::wire::{SessionAnswer, SessionRequest, StaffSetup, StaffTotp};
use serde_json::json;

use super::{Cli, Command, is_same, print};
use crate::account::{Account, Folder};
use crate::problem::Problem;
use crate::worker::door::{Knock, Opened, knock};

/// The longest line that is read, in bytes: a passphrase of the most characters that the
/// school takes is shorter.
const MAX_LINE: u64 = 4 << 10;

/// Does one of these commands; nothing where it is another.
pub(super) fn run(cli: &Cli, folder: &Folder, command: &Command) -> Option<Result<(), Problem>> {
    match command {
        Command::SignIn {
            oidc: Some(name), ..
        } => Some(by_browser(cli, folder, name)),
        Command::SignIn { name, code, .. } => {
            let name = name.as_deref().unwrap_or_default();
            Some(sign_in(cli, folder, name, code.clone()))
        }
        Command::SignOut => Some(sign_out(folder)),
        Command::Setup => Some(set_up(cli, folder)),
        Command::Confirm { code } => Some(confirm(cli, folder, code)),
        _ => None,
    }
}

fn sign_in(cli: &Cli, folder: &Folder, name: &str, code: Option<String>) -> Result<(), Problem> {
    let known = stranger(cli, folder)?;
    let name = name.trim();
    // What the school told this computer is for one person alone.
    let computer = known
        .computer
        .filter(|_| known.name.as_deref() == Some(name));
    let asked = SessionRequest {
        sign_in: name.to_owned(),
        passphrase: line("the passphrase")?,
        code,
        computer: computer.clone(),
    };
    let account = Account {
        name: Some(name.to_owned()),
        computer,
        ..known
    };
    let Opened::SignedIn(answer) = knock(&account, Knock::SignIn(asked), &Cancel::default()) else {
        return Ok(());
    };
    signed_in(folder, account, answer?)
}

/// Signs in by an identity provider; an empty name is the only one of the school.
fn by_browser(cli: &Cli, folder: &Folder, name: &str) -> Result<(), Problem> {
    let account = Account {
        // What the school told this computer is for whoever typed a code on it.
        computer: None,
        ..stranger(cli, folder)?
    };
    let cancel = Cancel::default();
    let Opened::Ways(ways) = knock(&account, Knock::Ways, &cancel) else {
        return Ok(());
    };
    let known = ways?.oidc;
    let provider = match known.as_slice() {
        [only] if name.is_empty() => only.clone(),
        all if all.iter().any(|one| one == name) => name.to_owned(),
        all => return Err(Problem::NoProvider(all.join(", "))),
    };
    let open = Box::new(|address: &str| {
        // Nothing is left to tell where standard error is closed.
        let _ = writeln!(
            std::io::stderr(),
            "open this address in a browser on this computer, and sign in there:\n{address}"
        );
    });
    let Opened::SignedIn(answer) = knock(&account, Knock::Oidc { provider, open }, &cancel) else {
        return Ok(());
    };
    signed_in(folder, account, answer?)
}

fn signed_in(folder: &Folder, account: Account, answer: SessionAnswer) -> Result<(), Problem> {
    let told = json!({
        "name": answer.name, "roles": answer.roles, "expires_ms": answer.expires_ms,
    });
    folder.set_account(&Account {
        token: answer.token.as_str().to_owned(),
        name: Some(answer.name),
        computer: answer.computer.or(account.computer),
        ..account
    })?;
    print(&told)
}

/// What was saved goes first: without a line the session ends by itself.
fn sign_out(folder: &Folder) -> Result<(), Problem> {
    let account = folder.account()?.ok_or(Problem::NoAccount)?;
    folder.sign_out(&account)?;
    // A printed token would count nowhere any more: it only leaves this computer.
    let is_session = account.name.is_some() && account.is_signed_in();
    let is_told = is_session
        && matches!(
            knock(&account, Knock::SignOut, &Cancel::default()),
            Opened::SignedOut(Ok(()))
        );
    print(&json!({ "signed_out": true, "school_told": is_told }))
}

fn set_up(cli: &Cli, folder: &Folder) -> Result<(), Problem> {
    let account = stranger(cli, folder)?;
    let asked = StaffSetup {
        setup: line("the setup code")?,
        passphrase: line("the new passphrase")?,
    };
    match knock(&account, Knock::SetUp(asked), &Cancel::default()) {
        Opened::SetUp(secrets) => print(&secrets?),
        _ => Ok(()),
    }
}

fn confirm(cli: &Cli, folder: &Folder, code: &str) -> Result<(), Problem> {
    let account = stranger(cli, folder)?;
    let asked = StaffTotp {
        setup: line("the setup code")?,
        code: code.to_owned(),
    };
    match knock(&account, Knock::Confirm(asked), &Cancel::default()) {
        Opened::Confirmed(done) => {
            done?;
            print(&json!({ "ready": true }))
        }
        _ => Ok(()),
    }
}

/// Where to knock, without a token; who signed in there last, where it is the same school.
fn stranger(cli: &Cli, folder: &Folder) -> Result<Account, Problem> {
    let saved = folder.account()?;
    let said = cli.cloud.as_ref();
    let cloud = said.or(saved.as_ref().map(|saved| &saved.cloud));
    let cloud = cloud
        .ok_or(Problem::NoAccount)?
        .trim_end_matches('/')
        .to_owned();
    let known = saved.filter(|saved| is_same(&saved.cloud, &cloud));
    let mut account = known.unwrap_or_else(|| Account::by_token(cloud, ""));
    account.token.clear();
    if cli.ca.is_some() {
        account.ca.clone_from(&cli.ca);
    }
    Ok(account)
}

/// The next line of standard input.
fn line(what: &'static str) -> Result<String, Problem> {
    let mut text = String::new();
    let mut input = std::io::stdin().lock();
    let read = std::io::Read::take(&mut input, MAX_LINE).read_line(&mut text);
    let line = text.trim_end_matches(['\r', '\n']);
    match read {
        Ok(_) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(Problem::NoLine(what)),
    }
}
