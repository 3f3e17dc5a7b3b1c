//! What the store keeps of identity providers and of who signs in by them.

use std::fmt;

use async_trait::async_trait;
use hotaru_content::id::TeacherId;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Result;

/// What a provider knows the school by, never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// As the provider gave it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one request that shows it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(..)")
    }
}

impl Drop for ClientSecret {
    fn drop(&mut self) {
        drop(Zeroizing::new(std::mem::take(&mut self.0)));
    }
}

/// An identity provider of the school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcProvider {
    /// As the school calls it.
    pub name: String,
    /// Its issuer, as its tokens name it.
    pub issuer: String,
    /// As what the school is known there.
    pub client_id: String,
    /// And what shows that it is the school.
    pub client_secret: ClientSecret,
}

/// By what a provider's person is tied to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tie {
    /// A verified e-mail address, in small letters; it claims the account once.
    Email(String),
    /// What the provider itself calls the person.
    Subject(String),
}

/// Somebody whom a provider proved, and whom the school knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcPerson {
    /// The person.
    pub staff: TeacherId,
    /// The name that she signs in with.
    pub sign_in: String,
    /// The account may not sign in.
    pub is_disabled: bool,
    /// The e-mail address claimed the account just now.
    pub is_claimed: bool,
}

/// Who signs in by a provider, for who looks after them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OidcPersonRow {
    /// The person.
    pub staff: TeacherId,
    /// The name that she signs in with.
    pub sign_in: Option<String>,
    /// The e-mail address that claims the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What the provider calls her; none until she signed in by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// When the account was claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_ms: Option<i64>,
}

/// What the store keeps of identity providers. Each method is one transaction.
#[async_trait]
pub trait OidcStore: Send + Sync + 'static {
    /// Keeps a provider, in place of the one of its name.
    async fn set_oidc(&self, provider: &OidcProvider, now_ms: i64) -> Result<()>;
    /// All of them, by name.
    async fn oidc_providers(&self) -> Result<Vec<OidcProvider>>;
    /// Forgets a provider; false where there is none. Who is tied to it stays so.
    async fn remove_oidc(&self, name: &str) -> Result<bool>;
    /// Ties an account to a person of an issuer, in place of what it was tied to; false where
    /// another account is tied to her already.
    async fn tie_oidc(
        &self,
        staff: TeacherId,
        issuer: &str,
        tie: &Tie,
        now_ms: i64,
    ) -> Result<bool>;
    /// Who is tied to an issuer's persons, by name.
    async fn oidc_people(&self, issuer: &str) -> Result<Vec<OidcPersonRow>>;
    /// The account of an issuer's person. Where none is of this subject, one that waits for
    /// the verified e-mail address is claimed, unless it is disabled.
    async fn oidc_person(
        &self,
        issuer: &str,
        subject: &str,
        verified_email: Option<&str>,
        now_ms: i64,
    ) -> Result<Option<OidcPerson>>;
}
