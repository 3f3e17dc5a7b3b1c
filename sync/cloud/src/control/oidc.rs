//! What the keeper does with identity providers.

use hotaru_content::id::TeacherId;
use hotaru_sync::wire::MAX_SIGN_IN_CHARS;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::CommandError;
use super::staff::{find, note};
use crate::now_ms;
use crate::staff::oidc::checked_issuer;
use crate::store::{ClientSecret, OidcProvider, Store, Tie};

/// The most providers of a school.
const MAX_PROVIDERS: usize = 16;
/// The longest client id or secret, in bytes.
const MAX_CLIENT: usize = 1000;
/// The longest e-mail address or subject, in bytes.
const MAX_TIE: usize = 255;

/// What the keeper can ask for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OidcCommand {
    /// Keeps a provider, in place of the one of its name.
    Set {
        /// As the school calls it.
        name: String,
        /// Its issuer, exactly as its tokens name it.
        issuer: String,
        /// As what the school is known there.
        client_id: String,
        /// What shows that it is the school.
        client_secret: ClientSecret,
    },
    /// Lists providers and who signs in by them, without secrets.
    List,
    /// Forgets a provider.
    Remove {
        /// As the school calls it.
        name: String,
    },
    /// Ties an account to a person of a provider.
    Tie {
        /// The name to sign in with, or the person's id.
        who: String,
        /// To whom.
        wish: TieWish,
    },
}

/// A person of a provider, as the keeper names her.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TieWish {
    /// An e-mail address, which has an @ in it, or the provider's subject.
    pub person: String,
    /// The provider; none where the school has one only.
    pub provider: Option<String>,
}

/// A person of an issuer.
pub(super) struct Resolved {
    issuer: String,
    tie: Tie,
}

impl OidcCommand {
    /// Carries it out; each line of the answer goes to `lines`.
    pub(super) async fn run(
        self,
        store: &dyn Store,
        lines: mpsc::Sender<Value>,
    ) -> Result<(), CommandError> {
        let tell = async |value| lines.send(value).await.map_err(|_| CommandError::Gone);
        match self {
            Self::Set {
                name,
                issuer,
                client_id,
                client_secret,
            } => {
                let name = name.trim().to_owned();
                let is_short = (1..=MAX_SIGN_IN_CHARS).contains(&name.chars().count());
                if !is_short || name.chars().any(char::is_control) {
                    return Err(CommandError::Oidc("a name has 1 to 64 characters"));
                }
                checked_issuer(&issuer).map_err(CommandError::Issuer)?;
                let is_client = |text: &str| (1..=MAX_CLIENT).contains(&text.len());
                if !is_client(&client_id) || !is_client(client_secret.as_str()) {
                    return Err(CommandError::Oidc(
                        "the client id and the secret have 1 to 1000 bytes",
                    ));
                }
                let known = store.oidc_providers().await?;
                let is_new = known.iter().all(|one| one.name != name);
                if is_new && known.len() >= MAX_PROVIDERS {
                    return Err(CommandError::Oidc("a school has at most 16 providers"));
                }
                note(store, "set_oidc", None, None).await?;
                let provider = OidcProvider {
                    name,
                    issuer,
                    client_id,
                    client_secret,
                };
                store.set_oidc(&provider, now_ms()).await?;
                tell(shown(&provider)).await
            }
            Self::List => {
                for provider in store.oidc_providers().await? {
                    let mut line = shown(&provider);
                    if let Value::Object(fields) = &mut line {
                        let people = store.oidc_people(&provider.issuer).await?;
                        fields.insert("people".to_owned(), json!(people));
                    }
                    tell(line).await?;
                }
                Ok(())
            }
            Self::Remove { name } => {
                note(store, "remove_oidc", None, None).await?;
                if !store.remove_oidc(&name).await? {
                    return Err(CommandError::NoProvider(name));
                }
                tell(json!({ "name": name, "removed": true })).await
            }
            Self::Tie { who, wish } => {
                let staff = find(store, &who).await?;
                let resolved = wish.resolve(store).await?;
                resolved.tie(store, staff).await?;
                tell(json!({ "staff": staff, "issuer": resolved.issuer })).await
            }
        }
    }
}

impl TieWish {
    /// As [`Self::resolve`], where no account is tied to the person yet.
    pub(super) async fn resolve_free(self, store: &dyn Store) -> Result<Resolved, CommandError> {
        let resolved = self.resolve(store).await?;
        let people = store.oidc_people(&resolved.issuer).await?;
        let is_taken = people.iter().any(|row| match &resolved.tie {
            Tie::Email(email) => row.email.as_ref() == Some(email),
            Tie::Subject(subject) => row.subject.as_ref() == Some(subject),
        });
        if is_taken {
            return Err(taken());
        }
        Ok(resolved)
    }

    /// Looks the provider up, and what the person is named by.
    pub(super) async fn resolve(self, store: &dyn Store) -> Result<Resolved, CommandError> {
        let mut providers = store.oidc_providers().await?;
        let provider = match self.provider {
            Some(name) => {
                let found = providers.into_iter().find(|one| one.name == name);
                found.ok_or(CommandError::NoProvider(name))?
            }
            None if providers.len() > 1 => {
                return Err(CommandError::Oidc(
                    "the school has several providers; name one with --provider",
                ));
            }
            None => providers.pop().ok_or(CommandError::Oidc(
                "the school has no provider yet; begin with `hotaru-cloud oidc set`",
            ))?,
        };
        let person = self.person.trim();
        if !(1..=MAX_TIE).contains(&person.len()) || person.chars().any(char::is_control) {
            return Err(CommandError::Oidc(
                "an e-mail address or a subject has 1 to 255 bytes",
            ));
        }
        let tie = if person.contains('@') {
            Tie::Email(person.to_ascii_lowercase())
        } else {
            Tie::Subject(person.to_owned())
        };
        Ok(Resolved {
            issuer: provider.issuer,
            tie,
        })
    }
}

impl Resolved {
    /// Ties an account to her.
    pub(super) async fn tie(
        &self,
        store: &dyn Store,
        staff: TeacherId,
    ) -> Result<(), CommandError> {
        note(store, "tie_oidc", Some(staff), None).await?;
        let is_tied = store.tie_oidc(staff, &self.issuer, &self.tie, now_ms());
        if is_tied.await? { Ok(()) } else { Err(taken()) }
    }
}

fn taken() -> CommandError {
    CommandError::Oidc("another account is tied to this person already")
}

fn shown(provider: &OidcProvider) -> Value {
    json!({
        "name": provider.name,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
    })
}
