//! What is asked of an identity provider: what it is, its keys, a token for a code. Every answer
//! is bounded in size and time, and no redirect is followed.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use url::Url;
use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

use super::Refusal;
use crate::store::OidcProvider;

/// The longest answer that is read, in bytes.
const MAX_ANSWER: usize = 128 << 10;
/// The longest issuer, in bytes.
const MAX_ISSUER: usize = 500;
/// What a provider said of itself is believed for so long.
const KNOWN_LIFE: Duration = Duration::from_secs(600);
/// For one question, from the first byte to the last.
const PATIENCE: Duration = Duration::from_secs(10);
/// Questions at once, so that nobody has the school ask without end.
const AT_ONCE: usize = 8;

/// Asks providers.
#[derive(Debug)]
pub(super) struct Provider {
    /// For loopback, which goes straight, and for all else.
    clients: [OnceLock<Client>; 2],
    known: Mutex<HashMap<String, (Instant, Arc<Discovered>)>>,
    turns: Semaphore,
}

impl Default for Provider {
    fn default() -> Self {
        Self {
            clients: Default::default(),
            known: Mutex::default(),
            turns: Semaphore::new(AT_ONCE),
        }
    }
}

/// What a provider says of itself (OpenID Connect Discovery 1.0, 3), checked.
#[derive(Debug)]
pub(super) struct Discovered {
    pub(super) authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    /// The secret goes into the body and not into a header.
    posts_secret: bool,
    /// It says who it is when the browser comes back (RFC 9207).
    pub(super) names_itself: bool,
}

#[cfg(test)]
impl Discovered {
    /// Of nobody.
    pub(super) fn of_nobody() -> Self {
        let url = Url::parse("https://idp.example").unwrap();
        Self {
            authorization_endpoint: url.clone(),
            token_endpoint: url.clone(),
            jwks_uri: url,
            posts_secret: false,
            names_itself: false,
        }
    }
}

/// A code that is to become a token.
pub(super) struct Exchange<'a> {
    pub(super) provider: &'a OidcProvider,
    pub(super) code: &'a str,
    pub(super) redirect_uri: &'a str,
    pub(super) verifier: &'a str,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
}

#[derive(Deserialize)]
struct TokenError {
    error: String,
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<serde_json::Value>,
}

/// An issuer that can be used, or what is wrong with it.
///
/// # Errors
/// Where it is no address, or one without TLS beyond this machine.
pub fn checked_issuer(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "is no address")?;
    if text.len() > MAX_ISSUER {
        return Err("is too long");
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err("has a query, a # or a name in it");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err("does not begin with https://"),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl Provider {
    /// What an issuer says of itself.
    pub(super) async fn discover(&self, issuer: &str) -> Result<Arc<Discovered>, Refusal> {
        let now = Instant::now();
        {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((at, known)) = known.get(issuer)
                && now.saturating_duration_since(*at) < KNOWN_LIFE
            {
                return Ok(Arc::clone(known));
            }
        }
        let unusable = |why: &str| Refusal::Provider(format!("the issuer {why}"));
        let own = checked_issuer(issuer).map_err(unusable)?;
        // Appended as it stands, as the standard says, and not resolved against it.
        let at = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        let at = Url::parse(&at).map_err(|_| unusable("is no address"))?;
        let said: Metadata = self.get(at).await?;
        if said.issuer != issuer {
            return Err(Refusal::Provider(
                "what is said of the issuer is another's; write it exactly as it names itself"
                    .to_owned(),
            ));
        }
        let endpoint = |text: &str| {
            let url = Url::parse(text).ok();
            // Nobody beyond this machine has the school ask this machine.
            let is_good = |url: &Url| match url.scheme() {
                "https" => true,
                "http" => is_loopback(&own) && is_loopback(url),
                _ => false,
            };
            url.filter(is_good)
                .ok_or_else(|| unusable("names an endpoint that is not https"))
        };
        let methods = &said.token_endpoint_auth_methods_supported;
        let discovered = Arc::new(Discovered {
            authorization_endpoint: endpoint(&said.authorization_endpoint)?,
            token_endpoint: endpoint(&said.token_endpoint)?,
            jwks_uri: endpoint(&said.jwks_uri)?,
            posts_secret: methods.iter().any(|method| method == "client_secret_post"),
            names_itself: said.authorization_response_iss_parameter_supported,
        });
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (at, _)| now.saturating_duration_since(*at) < KNOWN_LIFE);
        known.insert(issuer.to_owned(), (now, Arc::clone(&discovered)));
        Ok(discovered)
    }

    /// The identity token for a code.
    pub(super) async fn exchange(
        &self,
        known: &Discovered,
        asked: &Exchange<'_>,
    ) -> Result<Zeroizing<String>, Refusal> {
        let provider = asked.provider;
        let (id, secret) = (&provider.client_id, provider.client_secret.as_str());
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", asked.code),
            ("redirect_uri", asked.redirect_uri),
            ("code_verifier", asked.verifier),
        ];
        let authorization = if known.posts_secret {
            fields.extend([("client_id", id.as_str()), ("client_secret", secret)]);
            None
        } else {
            Some(basic(id, secret)?)
        };
        let body = Serializer::new(String::new())
            .extend_pairs(fields)
            .finish()
            .into_bytes();
        let request = Ask {
            method: Method::POST,
            url: known.token_endpoint.clone(),
            authorization,
            body: Some(body),
        };
        let (status, bytes) = self.ask(request).await?;
        if status == StatusCode::OK {
            let answer: TokenAnswer = parsed(&bytes)?;
            return Ok(Zeroizing::new(answer.id_token));
        }
        let said = serde_json::from_slice(&bytes).map(|said: TokenError| said.error);
        let said = said.unwrap_or_default();
        // Only what the standard names (RFC 6749, 5.2): nothing that it may repeat of ours.
        match said.as_str() {
            "invalid_grant" => Err(Refusal::Failed("the code does not count".to_owned())),
            "invalid_client" | "unauthorized_client" => Err(Refusal::Provider(
                "it does not know the school by this client id and secret".to_owned(),
            )),
            _ => Err(Refusal::Provider(format!(
                "it gave no token (HTTP {})",
                status.as_u16()
            ))),
        }
    }

    /// The keys that its tokens are signed with, those that cannot be read left out.
    pub(super) async fn keys(
        &self,
        known: &Discovered,
    ) -> Result<Vec<jsonwebtoken::jwk::Jwk>, Refusal> {
        let said: Keys = self.get(known.jwks_uri.clone()).await?;
        let keys = said.keys.into_iter();
        Ok(keys
            .filter_map(|key| serde_json::from_value(key).ok())
            .collect())
    }

    async fn get<T: DeserializeOwned>(&self, url: Url) -> Result<T, Refusal> {
        let request = Ask {
            method: Method::GET,
            url,
            authorization: None,
            body: None,
        };
        let (status, bytes) = self.ask(request).await?;
        if status != StatusCode::OK {
            let why = format!("it answered HTTP {}", status.as_u16());
            return Err(Refusal::Provider(why));
        }
        parsed(&bytes)
    }

    async fn ask(&self, ask: Ask) -> Result<(StatusCode, Vec<u8>), Refusal> {
        let late = |_| Refusal::Provider("it did not answer in time".to_owned());
        // Not the error's own words: they have the address in them.
        let broke = |error: reqwest::Error| {
            let what = if error.is_connect() {
                "it cannot be reached"
            } else {
                "the line to it broke off"
            };
            Refusal::Provider(what.to_owned())
        };
        let work = async {
            let turn = self.turns.acquire().await;
            let _turn = turn.map_err(|_| Refusal::Provider("nobody asks".to_owned()))?;
            let client = self.client(is_loopback(&ask.url))?;
            let mut request = client
                .request(ask.method, ask.url)
                .header(ACCEPT, "application/json");
            if let Some(value) = ask.authorization {
                request = request.header(AUTHORIZATION, value);
            }
            if let Some(body) = ask.body {
                request = request
                    .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(body);
            }
            let mut response = request.send().await.map_err(broke)?;
            let status = response.status();
            let mut bytes = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(broke)? {
                if bytes.len() + chunk.len() > MAX_ANSWER {
                    return Err(Refusal::Provider(format!(
                        "it answered more than {MAX_ANSWER} bytes"
                    )));
                }
                bytes.extend_from_slice(&chunk);
            }
            Ok((status, bytes))
        };
        tokio::time::timeout(PATIENCE, work).await.map_err(late)?
    }

    fn client(&self, is_loopback: bool) -> Result<&Client, Refusal> {
        let [straight, other] = &self.clients;
        let slot = if is_loopback { straight } else { other };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        // Whoever was first may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(PATIENCE);
        let builder = if is_loopback {
            builder.no_proxy()
        } else {
            builder
        };
        let built = builder.build();
        let client = built.map_err(|_| {
            Refusal::Provider("this machine has no certificates to know it by".to_owned())
        })?;
        Ok(slot.get_or_init(|| client))
    }
}

/// One question.
struct Ask {
    method: Method,
    url: Url,
    authorization: Option<HeaderValue>,
    body: Option<Vec<u8>>,
}

/// Both parts are encoded as in a form first (RFC 6749, 2.3.1).
fn basic(id: &str, secret: &str) -> Result<HeaderValue, Refusal> {
    use base64::Engine;
    let encoded = |text: &str| -> String {
        let bytes = url::form_urlencoded::byte_serialize(text.as_bytes());
        bytes.collect()
    };
    let both = Zeroizing::new(format!("{}:{}", encoded(id), encoded(secret)));
    let text = base64::engine::general_purpose::STANDARD.encode(both.as_bytes());
    let mut value = HeaderValue::try_from(format!("Basic {text}"))
        .map_err(|_| Refusal::Provider("the client's secret cannot be sent".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The parser's own words may repeat what was sent.
fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(bytes)
        .map_err(|_| Refusal::Provider("it answered what cannot be read".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_https_beyond_this_machine() {
        for good in [
            "https://accounts.google.com",
            "https://login.microsoftonline.com/1234/v2.0",
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
        ] {
            assert!(checked_issuer(good).is_ok(), "{good}");
        }
        let long = format!("https://{}", "a".repeat(500));
        for bad in [
            "",
            "accounts.google.com",
            "http://accounts.google.com",
            "http://localhost.example:3000",
            "https://a.example/?x",
            "https://a.example/#x",
            "https://me@a.example",
            "ftp://127.0.0.1",
            "file:///etc/passwd",
            long.as_str(),
        ] {
            assert!(checked_issuer(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_secret_in_a_header_is_encoded_first_and_never_printed() {
        use base64::Engine;
        let value = basic("a b", "p:%ä").unwrap();
        let text = value.to_str().unwrap().strip_prefix("Basic ").unwrap();
        let text = base64::engine::general_purpose::STANDARD.decode(text);
        assert_eq!(text.unwrap(), b"a+b:p%3A%25%C3%A4");
        assert!(value.is_sensitive());
    }
}
