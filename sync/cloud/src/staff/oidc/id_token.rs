//! The identity token: whose it is, where everything in it is as it has to be (OpenID Connect
//! Core 1.0, 3.1.3.7).
//!
//! `jsonwebtoken` takes it apart and checks the claims that all tokens have; the signatures are
//! verified by the same ring that TLS goes by. Two algorithms count, RS256 and ES256, and each with
//! a key of its own kind only.

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, Validation, decode, decode_header};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;

/// The longest token, in bytes.
const MAX_TOKEN: usize = 32 << 10;
/// The longest subject, in bytes (OpenID Connect Core 1.0, 2).
const MAX_SUBJECT: usize = 255;
/// Keys tried for one token.
const MAX_KEYS: usize = 32;
/// Clocks may differ by so much, in seconds.
const LEEWAY_S: u64 = 60;
/// A token was made for this attempt: not longer ago than an attempt lasts, in seconds.
const MAX_AGE_S: i64 = 600;

/// What the token has to say.
pub(super) struct Wanted<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now_s: i64,
}

/// Whom the token is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) subject: String,
    /// In small letters; only where the issuer says that it verified it.
    pub(super) verified_email: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    /// One or several; that ours is among them was checked.
    aud: serde_json::Value,
    #[serde(default)]
    azp: Option<String>,
    iat: f64,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: Option<Yes>,
    /// How Entra ID says that the owner of the address's domain was verified.
    #[serde(default)]
    xms_edov: Option<Yes>,
}

/// Providers write it in several forms.
#[derive(Deserialize)]
#[serde(untagged)]
enum Yes {
    Is(bool),
    Number(i64),
    Text(String),
}

impl Yes {
    fn is_yes(&self) -> bool {
        match self {
            Self::Is(is) => *is,
            Self::Number(number) => *number == 1,
            Self::Text(text) => text == "true" || text == "1",
        }
    }
}

/// Whom a token is about.
///
/// # Errors
/// What is wrong with it, without anything of it.
pub(super) fn verify(
    token: &str,
    keys: &[Jwk],
    wanted: &Wanted<'_>,
) -> Result<Person, &'static str> {
    // Whoever was first has installed the same.
    let _ = RING.install_default();
    if token.len() > MAX_TOKEN {
        return Err("it is too long");
    }
    let header = decode_header(token).map_err(|_| "it cannot be read")?;
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) {
        return Err("it is signed by neither RS256 nor ES256");
    }
    let mut validation = Validation::new(header.alg);
    validation.leeway = LEEWAY_S;
    validation.validate_nbf = true;
    validation.set_issuer(&[wanted.issuer]);
    validation.set_audience(&[wanted.client_id]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let fits = |key: &&Jwk| {
        let is_named = match (&header.kid, &key.common.key_id) {
            (Some(asked), Some(own)) => asked == own,
            _ => true,
        };
        let signs = !matches!(
            key.common.public_key_use,
            Some(PublicKeyUse::Encryption | PublicKeyUse::Other(_))
        );
        let is_of_kind = match &key.algorithm {
            AlgorithmParameters::RSA(_) => header.alg == Algorithm::RS256,
            AlgorithmParameters::EllipticCurve(curve) => {
                header.alg == Algorithm::ES256 && curve.curve == EllipticCurve::P256
            }
            _ => false,
        };
        is_named && signs && is_of_kind
    };
    let mut why = "none of the issuer's keys signed it";
    for key in keys.iter().filter(fits).take(MAX_KEYS) {
        let Ok(key) = DecodingKey::from_jwk(key) else {
            continue;
        };
        match decode::<Claims>(token, &key, &validation) {
            Ok(decoded) => return person(decoded.claims, wanted),
            Err(error) => match error.kind() {
                // Another key may be the one.
                ErrorKind::InvalidSignature
                | ErrorKind::InvalidRsaKey(_)
                | ErrorKind::InvalidEcdsaKey => {}
                ErrorKind::ExpiredSignature => why = "it is over",
                ErrorKind::ImmatureSignature => why = "it does not count yet",
                ErrorKind::InvalidIssuer => why = "it is another issuer's",
                ErrorKind::InvalidAudience => why = "it is for another client",
                _ => why = "its claims cannot be read",
            },
        }
    }
    Err(why)
}

/// What only an identity token has.
fn person(claims: Claims, wanted: &Wanted<'_>) -> Result<Person, &'static str> {
    let has_others = claims.aud.as_array().is_some_and(|all| all.len() > 1);
    let is_ours = match &claims.azp {
        Some(party) => party == wanted.client_id,
        None => !has_others,
    };
    if !is_ours {
        return Err("it was made for another party");
    }
    let age_s = wanted.now_s as f64 - claims.iat;
    let leeway_s = LEEWAY_S as f64;
    // A time that is no number is in no range.
    if !(-leeway_s..=MAX_AGE_S as f64 + leeway_s).contains(&age_s) {
        return Err("it was not made for this attempt: too old, or from the future");
    }
    // Hashes of BLAKE3 are compared in constant time.
    let nonce = blake3::hash(claims.nonce.as_deref().unwrap_or_default().as_bytes());
    if nonce != blake3::hash(wanted.nonce.as_bytes()) {
        return Err("its nonce is another attempt's");
    }
    let is_subject = |sub: &str| (1..=MAX_SUBJECT).contains(&sub.len());
    if !is_subject(&claims.sub) {
        return Err("it is about nobody");
    }
    let is_verified = [claims.email_verified, claims.xms_edov]
        .iter()
        .flatten()
        .any(Yes::is_yes);
    let email = claims.email.filter(|_| is_verified);
    Ok(Person {
        subject: claims.sub,
        verified_email: email.map(|email| email.trim().to_ascii_lowercase()),
    })
}

/// Nothing is signed here, and signatures are verified by ring.
static RING: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
    verifier_factory: |algorithm, key| match (algorithm, key.kind()) {
        (Algorithm::RS256, DecodingKeyKind::RsaModulusExponent { n, e }) => Ok(Box::new(Rs256 {
            n: n.clone(),
            e: e.clone(),
        })),
        (Algorithm::ES256, DecodingKeyKind::SecretOrDer(point)) => {
            Ok(Box::new(Es256(point.clone())))
        }
        _ => Err(Error::from(ErrorKind::InvalidKeyFormat)),
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct Rs256 {
    n: Vec<u8>,
    e: Vec<u8>,
}

impl Verifier<Vec<u8>> for Rs256 {
    fn verify(&self, message: &[u8], signed: &Vec<u8>) -> Result<(), signature::Error> {
        let key = RsaPublicKeyComponents {
            n: &self.n,
            e: &self.e,
        };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signed)
            .map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Rs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}

struct Es256(Vec<u8>);

impl Verifier<Vec<u8>> for Es256 {
    fn verify(&self, message: &[u8], signed: &Vec<u8>) -> Result<(), signature::Error> {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0)
            .verify(message, signed)
            .map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Es256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::ES256
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// RFC 7515, appendix A.2.
    #[test]
    fn rs256_is_that_of_the_standard() {
        let message = b"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signed = bytes(
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7\
             AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4\
             BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K\
             0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv\
             hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB\
             p0igcN_IoypGlUPQGe77Rw",
        );
        let n = bytes(
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp\
             -Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOW\
             vG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs\
             LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9k\
             G4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2\
             PAcDTW9gb54h4FRWyuXpoQ",
        );
        let key = Rs256 {
            n,
            e: bytes("AQAB"),
        };
        assert!(key.verify(message, &signed).is_ok());
        assert!(key.verify(b"other", &signed).is_err());
        let mut bent = signed;
        bent[0] ^= 1;
        assert!(key.verify(message, &bent).is_err());
    }

    /// Each claim that is bent is refused for itself, and not for something else beside it.
    #[test]
    fn what_is_wrong_is_named() {
        use ring::rand::SystemRandom;
        use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
        use serde_json::{Value, json};

        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref(), &random).unwrap();
        let point = pair.public_key().as_ref();
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let key: Jwk = serde_json::from_value(json!({
            "kty": "EC", "crv": "P-256", "x": part(&point[1..33]), "y": part(&point[33..]),
        }))
        .unwrap();
        let now_s = crate::now_ms() / 1000;
        let wanted = Wanted {
            issuer: "https://idp.example",
            client_id: "hotaru",
            nonce: "once",
            now_s,
        };
        let tried = |change: fn(&mut Value, i64)| {
            let mut claims = json!({
                "iss": "https://idp.example", "sub": "a", "aud": ["hotaru"], "azp": "hotaru",
                "exp": now_s + 60, "iat": now_s, "nonce": "once",
            });
            change(&mut claims, now_s);
            let header = part(br#"{"alg":"ES256"}"#);
            let message = format!("{header}.{}", part(claims.to_string().as_bytes()));
            let signed = pair.sign(&random, message.as_bytes()).unwrap();
            let token = format!("{message}.{}", part(signed.as_ref()));
            verify(&token, std::slice::from_ref(&key), &wanted).map(|person| person.subject)
        };
        assert_eq!(tried(|_, _| {}), Ok("a".to_owned()));
        for (why, change) in [
            (
                "it is another issuer's",
                (|claims, _| claims["iss"] = json!("https://idp.example/")) as fn(&mut Value, i64),
            ),
            ("it is for another client", |claims, _| {
                claims["aud"] = json!("other");
            }),
            ("it was made for another party", |claims, _| {
                claims["azp"] = json!("other");
            }),
            ("it is over", |claims, now_s| {
                claims["exp"] = json!(now_s - 61);
            }),
            ("it does not count yet", |claims, now_s| {
                claims["nbf"] = json!(now_s + 120);
            }),
            (
                "it was not made for this attempt: too old, or from the future",
                |claims, now_s| claims["iat"] = json!(now_s - 700),
            ),
            ("its nonce is another attempt's", |claims, _| {
                claims["nonce"] = json!("twice");
            }),
            ("it is about nobody", |claims, _| claims["sub"] = json!("")),
            ("its claims cannot be read", |claims, _| {
                claims["iat"] = json!("today");
            }),
        ] {
            assert_eq!(tried(change), Err(why));
        }
    }

    #[test]
    fn a_verified_address_is_read_however_it_is_written() {
        for (text, is_yes) in [
            ("true", true),
            ("1", true),
            ("\"true\"", true),
            ("\"1\"", true),
            ("false", false),
            ("0", false),
            ("\"\"", false),
            ("\"false\"", false),
        ] {
            let yes: Yes = serde_json::from_str(text).unwrap();
            assert_eq!(yes.is_yes(), is_yes, "{text}");
        }
    }
}
