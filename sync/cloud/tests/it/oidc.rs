//! Signing in by an identity provider, and by one that lies: everything in a token is bent once.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hotaru_cloud::control::{Command, OidcCommand, StaffCommand, TieWish};
use hotaru_cloud::store::ClientSecret;
use hotaru_sync::wire::{
    OidcFinish, OidcFlow, OidcRequest, SessionAnswer, SessionCard, SignInWays, path,
};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::matrix::now_ms;
use crate::school::{Answer, Http, Running, School};

const CLIENT: &str = "hotaru";
const SECRET: &str = "a secret: with %signs";
const CODE: &str = "the-code";
/// A key's name in the issuer's list.
const KID: &str = "one";

/// What the issuer does next.
struct Mood {
    /// The token that it gives for [`CODE`].
    token: String,
    /// The challenge that the browser brought.
    challenge: String,
    /// The code counts once.
    has_code: bool,
    jwks: String,
    metadata: Value,
    /// The token endpoint sends elsewhere.
    redirects: bool,
    /// Answers that went out after a redirect.
    strayed: u32,
}

/// An issuer that does what it is told.
struct Issuer {
    url: String,
    key: EcdsaKeyPair,
    mood: Arc<Mutex<Mood>>,
}

fn new_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref(), &random).unwrap()
}

fn jwk(key: &EcdsaKeyPair) -> Value {
    let point = key.public_key().as_ref();
    let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
    json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": KID,
            "x": part(1..33), "y": part(33..65) })
}

/// A token as it is signed.
fn token(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signed = URL_SAFE_NO_PAD.encode(sign(message.as_bytes()));
    format!("{message}.{signed}")
}

fn es256(key: &EcdsaKeyPair, claims: &Value) -> String {
    let sign = |message: &[u8]| {
        let signed = key.sign(&SystemRandom::new(), message).unwrap();
        signed.as_ref().to_vec()
    };
    token(&json!({ "alg": "ES256", "kid": KID }), claims, sign)
}

async fn exchange(State(mood): State<Arc<Mutex<Mood>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 64 << 10).await.unwrap();
    let form: std::collections::HashMap<String, String> =
        url::form_urlencoded::parse(&body).into_owned().collect();
    let mut mood = mood.lock().unwrap();
    if mood.redirects {
        return (
            StatusCode::TEMPORARY_REDIRECT,
            [(header::LOCATION, "/stray")],
        )
            .into_response();
    }
    let verifier = Sha256::digest(form["code_verifier"].as_bytes());
    let is_right = mood.has_code
        && form["code"] == CODE
        && form["grant_type"] == "authorization_code"
        && form["redirect_uri"] == "http://127.0.0.1:40001/oidc"
        && URL_SAFE_NO_PAD.encode(verifier) == mood.challenge;
    if !is_client(&parts.headers) {
        let body = json!({ "error": "invalid_client", "error_description": SECRET });
        return (StatusCode::UNAUTHORIZED, body.to_string()).into_response();
    }
    if !is_right {
        let body = json!({ "error": "invalid_grant" }).to_string();
        return (StatusCode::BAD_REQUEST, body).into_response();
    }
    mood.has_code = false;
    json!({ "id_token": mood.token, "token_type": "Bearer" })
        .to_string()
        .into_response()
}

fn is_client(headers: &HeaderMap) -> bool {
    let shown = headers[header::AUTHORIZATION].to_str().unwrap();
    let expected = format!("{CLIENT}:a+secret%3A+with+%25signs");
    shown == format!("Basic {}", STANDARD.encode(expected))
}

impl Issuer {
    async fn start() -> Self {
        let key = new_key();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mood = Arc::new(Mutex::new(Mood {
            token: String::new(),
            challenge: String::new(),
            has_code: false,
            jwks: json!({ "keys": [{ "kty": "strange" }, jwk(&key)] }).to_string(),
            metadata: json!({
                "issuer": url,
                "authorization_endpoint": format!("{url}/authorize?tenant=1"),
                "token_endpoint": format!("{url}/token"),
                "jwks_uri": format!("{url}/jwks"),
            }),
            redirects: false,
            strayed: 0,
        }));
        let metadata =
            async |State(mood): State<Arc<Mutex<Mood>>>| mood.lock().unwrap().metadata.to_string();
        let jwks = async |State(mood): State<Arc<Mutex<Mood>>>| mood.lock().unwrap().jwks.clone();
        let stray = async |State(mood): State<Arc<Mutex<Mood>>>| {
            mood.lock().unwrap().strayed += 1;
            "{}"
        };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(jwks))
            .route("/token", post(exchange))
            .route("/stray", get(stray).post(stray))
            .with_state(Arc::clone(&mood));
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, key, mood }
    }

    fn mood(&self) -> std::sync::MutexGuard<'_, Mood> {
        self.mood.lock().unwrap()
    }

    /// What a good token says.
    fn claims(&self, went: &Went) -> Value {
        let now_s = now_ms() / 1000;
        json!({
            "iss": self.url, "sub": "person-1", "aud": CLIENT, "exp": now_s + 300, "iat": now_s,
            "nonce": went.nonce, "email": "Sato@School.example", "email_verified": true,
        })
    }

    /// Gives this token next, for the code of this attempt.
    fn gives(&self, went: &Went, token: String) {
        let mut mood = self.mood();
        mood.token = token;
        mood.challenge.clone_from(&went.challenge);
        mood.has_code = true;
    }
}

/// What the browser takes along.
struct Went {
    flow: OidcFlow,
    state: String,
    nonce: String,
    challenge: String,
}

impl Went {
    fn back(&self) -> OidcFinish {
        OidcFinish {
            flow: self.flow.flow.clone(),
            state: self.state.clone(),
            code: CODE.to_owned(),
            issuer: None,
        }
    }
}

async fn begin(http: &Http, provider: &str) -> Answer {
    let asked = OidcRequest {
        provider: provider.to_owned(),
        redirect_port: 40001,
    };
    let body = serde_json::to_vec(&asked).unwrap();
    http.post(path::SESSIONS_OIDC, "", body).await
}

async fn go(http: &Http) -> Went {
    let flow: OidcFlow = begin(http, "市").await.parse();
    let url = url::Url::parse(&flow.authorize_url).unwrap();
    let query: std::collections::HashMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!(query["tenant"], "1", "what stood in the address stays");
    assert_eq!(query["redirect_uri"], "http://127.0.0.1:40001/oidc");
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["code_challenge_method"], "S256");
    assert_eq!(query["client_id"], CLIENT);
    Went {
        flow,
        state: query["state"].clone(),
        nonce: query["nonce"].clone(),
        challenge: query["code_challenge"].clone(),
    }
}

async fn finish(http: &Http, brought: &OidcFinish) -> Answer {
    let body = serde_json::to_vec(brought).unwrap();
    http.post(path::SESSIONS_OIDC_FINISH, "", body).await
}

/// Sends a browser there and back, with a token that is made of what it took along.
async fn sign_in(http: &Http, issuer: &Issuer, make: impl Fn(&Went) -> String) -> Answer {
    let went = go(http).await;
    issuer.gives(&went, make(&went));
    finish(http, &went.back()).await
}

fn provider(issuer: &str) -> OidcCommand {
    OidcCommand::Set {
        name: "市".to_owned(),
        issuer: issuer.to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: ClientSecret::new(SECRET),
    }
}

async fn add(school: &School, name: &str, person: &str) {
    let command = StaffCommand::Add {
        name: name.to_owned(),
        role: None,
        oidc: Some(TieWish {
            person: person.to_owned(),
            provider: None,
        }),
    };
    school.ask(Command::Staff(command)).await.unwrap();
}

/// A school where sato signs in by her address at an issuer.
async fn with_issuer() -> (School, Running, Issuer) {
    let issuer = Issuer::start().await;
    let school = School::new().await;
    let set = provider(&issuer.url);
    school.ask(Command::Oidc(set)).await.unwrap();
    add(&school, "sato", "SATO@school.example").await;
    let http = school.serve().await;
    (school, http, issuer)
}

async fn audited(school: &School, action: &str) -> Vec<String> {
    let command = StaffCommand::Audit {
        pupil: None,
        since: None,
    };
    let lines = school.ask(Command::Staff(command)).await.unwrap();
    let rows = lines.iter().filter(|line| line["action"] == action);
    rows.map(|line| line["outcome"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_verified_address_claims_an_account_once_and_then_the_subject_counts() {
    let (school, http, issuer) = with_issuer().await;
    let ways: SignInWays = http.get(path::SESSIONS_WAYS, "").await.parse();
    assert!(ways.passphrase);
    assert_eq!(ways.oidc, ["市"]);

    let good = |went: &Went| es256(&issuer.key, &issuer.claims(went));
    let begun: SessionAnswer = sign_in(&http, &issuer, good).await.parse();
    assert_eq!((begun.name.as_str(), &begun.computer), ("sato", &None));
    let me: SessionCard = http
        .get(path::SESSIONS_ME, begun.token.as_str())
        .await
        .parse();
    assert_eq!(me.name, "sato");

    // Another person who has got the address since is nobody; she herself needs it no more.
    let other = |went: &Went| {
        let mut claims = issuer.claims(went);
        claims["sub"] = json!("person-2");
        es256(&issuer.key, &claims)
    };
    let answer = sign_in(&http, &issuer, other).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (401, "oidc_unknown")
    );
    let moved = |went: &Went| {
        let mut claims = issuer.claims(went);
        claims["email"] = json!("sato.hanako@school.example");
        claims["email_verified"] = json!(false);
        es256(&issuer.key, &claims)
    };
    let begun: SessionAnswer = sign_in(&http, &issuer, moved).await.parse();
    assert_eq!(begun.name, "sato");
    assert_eq!(audited(&school, "claim_oidc").await, ["allowed"]);
    assert_eq!(
        audited(&school, "sign_in_oidc").await,
        ["good", "bad", "good"]
    );

    // Disabled she is nobody, and set up anew the address claims once more.
    let who = "sato".to_owned();
    let disable = StaffCommand::Disable { who: who.clone() };
    school.ask(Command::Staff(disable)).await.unwrap();
    let answer = sign_in(&http, &issuer, good).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (401, "oidc_unknown")
    );
    let over = http.get(path::SESSIONS_ME, begun.token.as_str()).await;
    assert_eq!(over.status, 401);
    let reset = StaffCommand::Reset { who };
    school.ask(Command::Staff(reset)).await.unwrap();
    let begun: SessionAnswer = sign_in(&http, &issuer, other).await.parse();
    assert_eq!(begun.name, "sato");
}

#[tokio::test]
async fn who_is_not_entered_or_not_verified_gets_nowhere() {
    let (school, http, issuer) = with_issuer().await;
    add(&school, "tanaka", "person-7").await;
    let with = |change: fn(&mut Value)| {
        let issuer = &issuer;
        move |went: &Went| {
            let mut claims = issuer.claims(went);
            change(&mut claims);
            es256(&issuer.key, &claims)
        }
    };
    for change in [
        (|claims| claims["email_verified"] = json!(false)) as fn(&mut Value),
        |claims| claims["email_verified"] = json!("false"),
        |claims| {
            claims.as_object_mut().unwrap().remove("email_verified");
        },
        |claims| claims["email"] = json!("sato@school.example.evil"),
        |claims| claims["email"] = json!("person-7"),
    ] {
        let answer = sign_in(&http, &issuer, with(change)).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (401, "oidc_unknown")
        );
    }
    let entra = with(|claims| {
        claims.as_object_mut().unwrap().remove("email_verified");
        claims["xms_edov"] = json!("1");
    });
    let begun: SessionAnswer = sign_in(&http, &issuer, entra).await.parse();
    assert_eq!(begun.name, "sato");
    let by_subject = with(|claims| claims["sub"] = json!("person-7"));
    let begun: SessionAnswer = sign_in(&http, &issuer, by_subject).await.parse();
    assert_eq!(begun.name, "tanaka");
}

/// A token that has something wrong with it.
type Bent = fn(&Issuer, &Went) -> String;

/// Each of these is refused; and after all of them the good one is not.
async fn refused(bent: &[(&str, Bent)]) {
    let (school, http, issuer) = with_issuer().await;
    for (what, make) in bent {
        let answer = sign_in(&http, &issuer, |went| make(&issuer, went)).await;
        let seen = (answer.status, answer.code());
        assert_eq!(seen, (401, "oidc_failed".to_owned()), "{what}");
    }
    let good = |went: &Went| es256(&issuer.key, &issuer.claims(went));
    assert_eq!(sign_in(&http, &issuer, good).await.status, 200);
    let outcomes = audited(&school, "sign_in_oidc").await;
    assert_eq!(outcomes.len(), bent.len() + 1);
    assert_eq!(outcomes.last().unwrap(), "good");
}

fn bent(issuer: &Issuer, went: &Went, change: impl Fn(&mut Value)) -> String {
    let mut claims = issuer.claims(went);
    change(&mut claims);
    es256(&issuer.key, &claims)
}

#[tokio::test]
async fn a_token_whose_claims_are_bent_proves_nothing() {
    refused(&[
        ("another nonce", |issuer, went| {
            bent(issuer, went, |claims| claims["nonce"] = json!("x"))
        }),
        ("no nonce", |issuer, went| {
            bent(issuer, went, |claims| {
                claims.as_object_mut().unwrap().remove("nonce");
            })
        }),
        ("over", |issuer, went| {
            bent(issuer, went, |claims| {
                claims["exp"] = json!(now_ms() / 1000 - 120);
            })
        }),
        ("no end", |issuer, went| {
            bent(issuer, went, |claims| {
                claims.as_object_mut().unwrap().remove("exp");
            })
        }),
        ("for another client", |issuer, went| {
            bent(issuer, went, |claims| claims["aud"] = json!("other"))
        }),
        ("of another issuer", |issuer, went| {
            bent(issuer, went, |claims| {
                claims["iss"] = json!("https://evil.example")
            })
        }),
        ("about nobody", |issuer, went| {
            bent(issuer, went, |claims| claims["sub"] = json!(""))
        }),
    ])
    .await;
}

#[tokio::test]
async fn a_token_of_another_party_or_another_time_proves_nothing() {
    refused(&[
        ("for two, made for nobody named", |issuer, went| {
            bent(issuer, went, |claims| {
                claims["aud"] = json!([CLIENT, "other"])
            })
        }),
        ("made for another", |issuer, went| {
            bent(issuer, went, |claims| {
                claims["aud"] = json!([CLIENT, "other"]);
                claims["azp"] = json!("other");
            })
        }),
        ("from yesterday", |issuer, went| {
            bent(issuer, went, |claims| {
                claims["iat"] = json!(now_ms() / 1000 - 24 * 3600);
            })
        }),
        ("from tomorrow", |issuer, went| {
            bent(issuer, went, |claims| {
                claims["iat"] = json!(now_ms() / 1000 + 24 * 3600);
            })
        }),
        ("not yet", |issuer, went| {
            bent(issuer, went, |claims| {
                claims["nbf"] = json!(now_ms() / 1000 + 3600);
            })
        }),
        ("an end that is no number", |issuer, went| {
            bent(issuer, went, |claims| claims["exp"] = json!("never"))
        }),
    ])
    .await;
}

#[tokio::test]
async fn a_token_that_the_issuer_did_not_sign_proves_nothing() {
    refused(&[
        ("another key", |issuer, went| {
            es256(&new_key(), &issuer.claims(went))
        }),
        ("alg none", |issuer, went| {
            let header = json!({ "alg": "none", "kid": KID });
            token(&header, &issuer.claims(went), |_| Vec::new())
        }),
        ("HS256 by the public key", |issuer, went| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, issuer.key.public_key().as_ref());
            let header = json!({ "alg": "HS256", "kid": KID });
            token(&header, &issuer.claims(went), |message| {
                hmac::sign(&key, message).as_ref().to_vec()
            })
        }),
        ("RS256 by a key of another kind", |issuer, went| {
            let header = json!({ "alg": "RS256", "kid": KID });
            token(&header, &issuer.claims(went), |_| vec![0; 256])
        }),
        ("another key's name", |issuer, went| {
            let header = json!({ "alg": "ES256", "kid": "two" });
            token(&header, &issuer.claims(went), |message| {
                let signed = issuer.key.sign(&SystemRandom::new(), message);
                signed.unwrap().as_ref().to_vec()
            })
        }),
        ("claims that were changed after", |issuer, went| {
            let good = es256(&issuer.key, &issuer.claims(went));
            let mut claims = issuer.claims(went);
            claims["sub"] = json!("person-2");
            let parts: Vec<&str> = good.split('.').collect();
            let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
            format!("{}.{claims}.{}", parts[0], parts[2])
        }),
        ("no token at all", |_, _| "x".repeat(100_000)),
    ])
    .await;
}

#[tokio::test]
async fn an_attempt_counts_once_and_with_its_own_state_and_code() {
    let (_school, http, issuer) = with_issuer().await;
    let failed = |answer: &Answer| {
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (401, "oidc_failed")
        );
    };
    let good = |went: &Went| es256(&issuer.key, &issuer.claims(went));

    // With a wrong state it is over, for the right one as well.
    let went = go(&http).await;
    issuer.gives(&went, good(&went));
    let wrong = OidcFinish {
        state: "x".repeat(43),
        ..went.back()
    };
    failed(&finish(&http, &wrong).await);
    failed(&finish(&http, &went.back()).await);
    assert!(issuer.mood().has_code, "the code was not even shown");

    // Another attempt's state is a wrong one.
    let (one, two) = (go(&http).await, go(&http).await);
    issuer.gives(&one, good(&one));
    let mixed = OidcFinish {
        state: two.state.clone(),
        ..one.back()
    };
    failed(&finish(&http, &mixed).await);
    // And its code does not fit the other's verifier.
    failed(&finish(&http, &two.back()).await);

    // An answer of another issuer is none of this one's.
    let went = go(&http).await;
    issuer.gives(&went, good(&went));
    let other = OidcFinish {
        issuer: Some("https://evil.example".to_owned()),
        ..went.back()
    };
    failed(&finish(&http, &other).await);

    let went = go(&http).await;
    issuer.gives(&went, good(&went));
    let named = OidcFinish {
        issuer: Some(issuer.url.clone()),
        ..went.back()
    };
    assert_eq!(finish(&http, &named).await.status, 200);
    // Brought once more it opens nothing, nor does its code in a new attempt.
    failed(&finish(&http, &named).await);
    let went = go(&http).await;
    failed(&finish(&http, &went.back()).await);
}

#[tokio::test]
async fn an_issuer_that_answers_too_much_or_sends_elsewhere_is_left_alone() {
    let (school, http, issuer) = with_issuer().await;
    let provider_failed = |answer: &Answer| {
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (502, "oidc_provider")
        );
    };
    let good = |went: &Went| es256(&issuer.key, &issuer.claims(went));
    let whole = issuer.mood().jwks.clone();
    // Good keys with a mountain behind them.
    issuer.mood().jwks = format!("{whole}{}", " ".repeat(200 << 10));
    provider_failed(&sign_in(&http, &issuer, good).await);
    issuer.mood().jwks = whole;
    issuer.mood().redirects = true;
    provider_failed(&sign_in(&http, &issuer, good).await);
    assert_eq!(issuer.mood().strayed, 0);
    issuer.mood().redirects = false;
    assert_eq!(sign_in(&http, &issuer, good).await.status, 200);

    // A wrong secret is the keeper's matter, and is told nobody.
    let mut set = provider(&issuer.url);
    if let OidcCommand::Set { client_secret, .. } = &mut set {
        *client_secret = ClientSecret::new("wrong");
    }
    school.ask(Command::Oidc(set)).await.unwrap();
    let answer = sign_in(&http, &issuer, good).await;
    provider_failed(&answer);
    assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));

    // What an issuer says of itself has to be its own, and safe.
    for (key, value) in [
        ("issuer", "https://evil.example"),
        ("token_endpoint", "http://192.0.2.1/token"),
        ("jwks_uri", "file:///etc/passwd"),
    ] {
        let liar = Issuer::start().await;
        liar.mood().metadata[key] = json!(value);
        school
            .ask(Command::Oidc(provider(&liar.url)))
            .await
            .unwrap();
        provider_failed(&begin(&http, "市").await);
    }
    // One that is not there.
    let gone = "http://127.0.0.1:9";
    school.ask(Command::Oidc(provider(gone))).await.unwrap();
    provider_failed(&begin(&http, "市").await);
}

#[tokio::test]
async fn beginning_without_end_is_slowed() {
    let (_school, http, _issuer) = with_issuer().await;
    let unknown = begin(&http, "other").await;
    assert_eq!(
        (unknown.status, unknown.code().as_str()),
        (404, "not_found")
    );
    let mut statuses = Vec::new();
    for _ in 0..21 {
        statuses.push(begin(&http, "市").await.status);
    }
    assert_eq!(statuses.first(), Some(&200));
    assert_eq!(statuses.last(), Some(&429));
    let low = OidcRequest {
        provider: "市".to_owned(),
        redirect_port: 80,
    };
    let low = http.post(path::SESSIONS_OIDC, "", serde_json::to_vec(&low).unwrap());
    assert!([400, 429].contains(&low.await.status));
}

#[tokio::test]
async fn the_keeper_sets_lists_and_removes_providers() {
    let school = School::new().await;
    let ask = async |command| {
        let told = school.ask(Command::Oidc(command)).await;
        told.map_err(|error| error.to_string())
    };
    for bad in ["http://idp.example", "idp.example", "https://a.example/?q"] {
        let error = ask(provider(bad)).await.unwrap_err();
        assert!(error.contains("https://"), "{error}");
    }
    let tie = |who: &str, person: &str| OidcCommand::Tie {
        who: who.to_owned(),
        wish: TieWish {
            person: person.to_owned(),
            provider: None,
        },
    };
    crate::staff::add(&school, "sato", hotaru_sync::wire::Role::Principal).await;
    let error = ask(tie("sato", "a@b")).await.unwrap_err();
    assert!(error.contains("no provider"), "{error}");
    ask(provider("https://idp.example")).await.unwrap();
    ask(tie("sato", "A@b.example")).await.unwrap();
    let error = ask(tie("nobody", "a@b.example")).await.unwrap_err();
    assert!(error.contains("nobody"), "{error}");
    crate::staff::add(&school, "tanaka", hotaru_sync::wire::Role::Principal).await;
    let error = ask(tie("tanaka", "a@B.example")).await.unwrap_err();
    assert!(error.contains("tied"), "{error}");

    let lines = ask(OidcCommand::List).await.unwrap();
    let shown = json!(lines).to_string();
    assert!(!shown.contains("secret"), "{shown}");
    assert_eq!(lines[0]["people"][0]["email"], "a@b.example");
    assert!(!format!("{:?}", provider("https://idp.example")).contains(SECRET));

    let name = "市".to_owned();
    ask(OidcCommand::Remove { name: name.clone() })
        .await
        .unwrap();
    assert!(ask(OidcCommand::Remove { name }).await.is_err());
    let http = school.serve().await;
    let ways: SignInWays = http.get(path::SESSIONS_WAYS, "").await.parse();
    assert!(ways.oidc.is_empty());
    assert_eq!(begin(&http, "市").await.status, 404);
    assert_eq!(audited(&school, "set_oidc").await, ["allowed"]);
    assert_eq!(
        audited(&school, "remove_oidc").await,
        ["allowed", "allowed"]
    );
}
