//! TLS by rustls, with a certificate from files or one that the school makes for itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hotaru_sync::pin::Pin;
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use crate::store::{Store, StoreError};

/// How the line is protected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Protection {
    /// Plain HTTP where only this machine listens, else the school's own certificate.
    #[default]
    Auto,
    /// The school's own certificate: terminals know it by its pin.
    Own,
    /// A certificate's and its key's PEM files.
    Files(PathBuf, PathBuf),
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read as PEM.
    #[error(
        "{file} cannot be read as PEM ({cause}); give the certificate and its key as PEM files"
    )]
    Pem {
        /// The file.
        file: String,
        /// Why.
        cause: String,
    },
    /// The two do not fit each other, or are of no use.
    #[error(
        "the certificate cannot be used ({0}); give a certificate chain and the key that belongs to it"
    )]
    Unusable(#[from] rustls::Error),
    /// The school's own cannot be made.
    #[error("the school's own certificate cannot be made ({0}); give one with --cert and --key")]
    Own(#[from] rcgen::Error),
    /// Its key cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads a certificate chain and its key.
///
/// # Errors
/// Where they cannot be read or used.
pub fn from_files(cert: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let pem = |file: &Path, cause: &dyn std::fmt::Display| TlsError::Pem {
        file: file.display().to_string(),
        cause: cause.to_string(),
    };
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| pem(cert, &error))?;
    if chain.is_empty() {
        return Err(pem(cert, &"there is no certificate in it"));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| pem(key, &error))?;
    acceptor(chain, key)
}

/// The school's own certificate, under the key that it keeps for good, and its pin.
///
/// # Errors
/// Where it cannot be made or its key not be kept.
pub async fn own(store: &dyn Store) -> Result<(TlsAcceptor, Pin), TlsError> {
    let new = Zeroizing::new(KeyPair::generate()?.serialize_der());
    let kept = Zeroizing::new(store.tls_key(&new).await?);
    let key = KeyPair::try_from(kept.as_slice())?;
    // Nobody looks at its names and dates.
    let certificate = CertificateParams::new(["hotaru.school".to_owned()])?.self_signed(&key)?;
    let unreadable = || rustls::Error::General("it cannot be read".to_owned());
    let pin = Pin::of_certificate(certificate.der()).ok_or_else(unreadable)?;
    let key = PrivatePkcs8KeyDer::from(kept.to_vec());
    let acceptor = acceptor(vec![certificate.der().clone()], key.into())?;
    Ok((acceptor, pin))
}

fn acceptor(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<TlsAcceptor, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    // The server's order of ciphers, strongest first, whoever asks.
    config.ignore_client_order = true;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
