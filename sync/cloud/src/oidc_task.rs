//! `hotaru-cloud oidc`: the command line of identity providers.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use hotaru_cloud::control::{Command, OidcCommand, TieWish};
use hotaru_cloud::store::ClientSecret;

use crate::{AnyError, Data, ask};

/// The longest file with a secret, in bytes.
const MAX_SECRET: u64 = 4 << 10;

#[derive(Subcommand)]
pub enum OidcTask {
    /// Keeps an identity provider, in place of the one of its name. There the school is a client
    /// with a secret, whose browser comes back to http://127.0.0.1/oidc on any port.
    Set {
        #[command(flatten)]
        data: Data,
        /// As the school calls it; it stands on the button.
        #[arg(long)]
        name: String,
        /// Its issuer, exactly as it names itself: https://accounts.google.com.
        #[arg(long, value_name = "URL")]
        issuer: String,
        /// As what the school is known there.
        #[arg(long, value_name = "ID")]
        client_id: String,
        /// A file with the client's secret on its first line.
        #[arg(long, value_name = "FILE")]
        client_secret_file: PathBuf,
    },
    /// Prints every provider and who signs in by it, without secrets, as JSON lines.
    List {
        #[command(flatten)]
        data: Data,
    },
    /// Forgets a provider: nobody signs in by it any more. Sessions end by themselves, or by
    /// `staff end-session`.
    Remove {
        /// As the school calls it.
        name: String,
        #[command(flatten)]
        data: Data,
    },
    /// Lets somebody who has an account sign in by a provider as well, in place of whom it was
    /// tied to.
    Tie {
        /// The name to sign in with, or the id that `staff list` prints.
        who: String,
        #[command(flatten)]
        data: Data,
        /// Her e-mail address there, which the provider has to have verified and which counts once,
        /// or its subject.
        #[arg(long = "as", value_name = "EMAIL_OR_SUBJECT")]
        person: String,
        /// Which provider, where the school has several.
        #[arg(long, value_name = "NAME")]
        provider: Option<String>,
    },
}

impl OidcTask {
    /// Carries it out.
    pub async fn run(self) -> Result<(), AnyError> {
        let (data, command) = match self {
            Self::Set {
                data,
                name,
                issuer,
                client_id,
                client_secret_file,
            } => {
                let client_secret = secret(&client_secret_file)?;
                let set = OidcCommand::Set {
                    name,
                    issuer,
                    client_id,
                    client_secret,
                };
                (data, set)
            }
            Self::List { data } => (data, OidcCommand::List),
            Self::Remove { name, data } => (data, OidcCommand::Remove { name }),
            Self::Tie {
                who,
                data,
                person,
                provider,
            } => {
                let wish = TieWish { person, provider };
                (data, OidcCommand::Tie { who, wish })
            }
        };
        ask(&data, Command::Oidc(command)).await
    }
}

/// The first line of a file.
fn secret(path: &Path) -> Result<ClientSecret, AnyError> {
    let mut text = String::new();
    let read =
        std::fs::File::open(path).and_then(|file| file.take(MAX_SECRET).read_to_string(&mut text));
    read.map_err(|error| {
        format!("{path:?} cannot be read ({error}); name the file with the secret")
    })?;
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        return Err(format!("{path:?} has no secret on its first line; put it there").into());
    }
    Ok(ClientSecret::new(line))
}
