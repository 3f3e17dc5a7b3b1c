//! TLS with the system's trust store or one pinned key, and a witness who remembers whose certificate was
//! refused: the one thing that helps a school find the filter in between.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;

use super::{OpenError, Options};
use crate::pin::Pin;

/// A file of certificates is smaller than this.
const MAX_ROOTS_LEN: u64 = 4 << 20;

/// Who signed the certificate that was refused last.
#[derive(Debug, Clone, Default)]
pub(super) struct RefusedIssuer(Arc<Mutex<Option<String>>>);

impl RefusedIssuer {
    fn set(&self, issuer: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = issuer;
    }

    pub(super) fn get(&self) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The configuration for one school.
pub(super) fn config(
    options: &Options,
    pin: Option<Pin>,
    refused: RefusedIssuer,
) -> Result<ClientConfig, OpenError> {
    let unusable = |error: Error| OpenError::Tls(error.to_string());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = match &options.root_certificates {
        Some(path) => roots(path).map_err(|problem| OpenError::RootCertificates {
            path: path.clone(),
            problem,
        })?,
        None => Vec::new(),
    };
    let verifier: Arc<dyn ServerCertVerifier> = match pin {
        Some(pin) => Arc::new(Pinned {
            pin,
            provider: Arc::clone(&provider),
        }),
        None => Arc::new(verifier(roots, Arc::clone(&provider)).map_err(unusable)?),
    };
    let witness = Witness { verifier, refused };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(witness))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn verifier(
    roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, Error> {
    if roots.is_empty() {
        Verifier::new(provider)
    } else {
        Verifier::new_with_extra_roots(roots, provider)
    }
}

fn roots(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let len = std::fs::metadata(path)
        .map_err(|error| error.to_string())?
        .len();
    if len > MAX_ROOTS_LEN {
        return Err("it has more than 4 MiB".to_owned());
    }
    let pem = std::fs::read(path).map_err(|error| error.to_string())?;
    let roots: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let roots = roots.map_err(|error| error.to_string())?;
    if roots.is_empty() {
        return Err("there is no certificate in it".to_owned());
    }
    Ok(roots)
}

/// Trusts one key and asks for no name and no date.
#[derive(Debug)]
struct Pinned {
    pin: Pin,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if Pin::of_certificate(end_entity) == Some(self.pin) {
            return Ok(ServerCertVerified::assertion());
        }
        Err(Error::InvalidCertificate(
            CertificateError::ApplicationVerificationFailure,
        ))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

/// A verifier, watched. It decides nothing itself.
#[derive(Debug)]
struct Witness {
    verifier: Arc<dyn ServerCertVerifier>,
    refused: RefusedIssuer,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.verifier.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        self.refused.set(if verdict.is_err() {
            issuer(end_entity)
        } else {
            None
        });
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// The issuer's common name, or its organization where it has none.
fn issuer(certificate: &CertificateDer<'_>) -> Option<String> {
    let certificate = webpki::EndEntityCert::try_from(certificate).ok()?;
    let names = certificate.issuer();
    attribute(names, &COMMON_NAME).or_else(|| attribute(names, &ORGANIZATION))
}

/// `id-at-commonName`, 2.5.4.3, as DER.
const COMMON_NAME: [u8; 3] = [0x55, 4, 3];
/// `id-at-organizationName`, 2.5.4.10, as DER.
const ORGANIZATION: [u8; 3] = [0x55, 4, 10];

/// The text of an attribute in the content of a `Name` (RFC 5280, 4.1.2.4): a list of sets
/// of pairs of an identifier and a text.
fn attribute(mut names: &[u8], wanted: &[u8]) -> Option<String> {
    while let Some((set, rest)) = element(names) {
        names = rest;
        let mut set = set;
        while let Some((pair, rest)) = element(set) {
            set = rest;
            if let Some((identifier, text)) = element(pair)
                && identifier == wanted
            {
                let (text, _) = element(text)?;
                let text = std::str::from_utf8(text).ok()?;
                // Shown to people: of one line, and not a page.
                return Some(text.chars().filter(|c| !c.is_control()).take(80).collect());
            }
        }
    }
    None
}

/// The content of the first DER element, and what follows it. Elements of 64 KiB and more,
/// which no name has, are not read.
fn element(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_tag, bytes) = bytes.split_first()?;
    let (&first, bytes) = bytes.split_first()?;
    let (len, bytes) = match first {
        0..=0x7f => (usize::from(first), bytes),
        0x81 => {
            let (&len, bytes) = bytes.split_first()?;
            (usize::from(len), bytes)
        }
        0x82 => {
            let (len, bytes) = bytes.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*len)), bytes)
        }
        _ => return None,
    };
    bytes.split_at_checked(len)
}
