//! Signing in by an identity provider (OpenID Connect): the school asks it, the desk's browser
//! goes there and comes back.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Body, Bounds, MAX_SIGN_IN_CHARS, Token, WireError};

/// Where the browser comes back to: this path on the desk's own 127.0.0.1 (RFC 8252, 7.3).
pub const OIDC_REDIRECT: &str = "/oidc";
/// The most identity providers of a school.
const MAX_PROVIDERS: usize = 16;
/// The longest address that a browser is sent to, in characters.
const MAX_URL_CHARS: usize = 4000;
/// The longest code, state or issuer that a browser brings back, in characters. Codes of some
/// providers are as long as a token.
const MAX_BROUGHT_CHARS: usize = 4000;

/// `GET /v1/sessions/ways`: how somebody can sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInWays {
    /// By a name and a passphrase.
    pub passphrase: bool,
    /// By one of these identity providers, as the school calls them.
    #[serde(default)]
    pub oidc: Vec<String>,
}

/// `POST /v1/sessions/oidc`: begins a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcRequest {
    /// The provider, as the school calls it.
    pub provider: String,
    /// The port of 127.0.0.1 that the desk listens on.
    pub redirect_port: u16,
}

/// What `POST /v1/sessions/oidc` answers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcFlow {
    /// Where the browser goes.
    pub authorize_url: String,
    /// What the school knows this attempt by; it counts for ten minutes and once.
    pub flow: Token,
}

impl fmt::Debug for OidcFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OidcFlow(..)")
    }
}

/// `POST /v1/sessions/oidc/finish`: what the browser brought back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcFinish {
    /// The attempt.
    pub flow: Token,
    /// The state that the browser was sent with.
    pub state: String,
    /// The provider's code.
    pub code: String,
    /// Who the provider says that it is (RFC 9207), where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
}

impl fmt::Debug for OidcFinish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OidcFinish(..)")
    }
}

impl Body for SignInWays {
    const WHAT: &'static str = "the list of ways to sign in";
    const MAX_LEN: usize = 8 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.list("oidc", &self.oidc, MAX_PROVIDERS)?;
        self.oidc
            .iter()
            .try_for_each(|name| bounds.text("oidc", name, MAX_SIGN_IN_CHARS))
    }
}

impl Body for OidcRequest {
    const WHAT: &'static str = "the beginning of a sign-in";
    const MAX_LEN: usize = 1 << 10;

    fn check(&self) -> Result<(), WireError> {
        Bounds(Self::WHAT).text("provider", &self.provider, MAX_SIGN_IN_CHARS)
    }
}

impl Body for OidcFlow {
    const WHAT: &'static str = "the way to an identity provider";
    const MAX_LEN: usize = 20 << 10;

    fn check(&self) -> Result<(), WireError> {
        Bounds(Self::WHAT).text("authorize_url", &self.authorize_url, MAX_URL_CHARS)
    }
}

impl Body for OidcFinish {
    const WHAT: &'static str = "the end of a sign-in";
    const MAX_LEN: usize = 20 << 10;

    fn check(&self) -> Result<(), WireError> {
        let bounds = Bounds(Self::WHAT);
        bounds.text("state", &self.state, MAX_BROUGHT_CHARS)?;
        bounds.text("code", &self.code, MAX_BROUGHT_CHARS)?;
        let issuer = self.issuer.as_deref().unwrap_or_default();
        bounds.text("issuer", issuer, MAX_BROUGHT_CHARS)
    }
}
