//! What went wrong on the line, by name.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::{Response, StatusCode};
use rustls::CertificateError;

use super::CONNECT;
use super::tls::RefusedIssuer;
use crate::http::{LineFault, PROTOCOL_HEADER};

/// The fault of an answer whose head does not come from the school, if so.
pub(super) fn of_head(response: &Response) -> Option<LineFault> {
    let number = response.headers().get(PROTOCOL_HEADER);
    let number = number.and_then(|value| value.to_str().ok()?.parse::<u16>().ok());
    if number.is_some_and(|number| number > 0) {
        return None;
    }
    Some(match response.status() {
        status @ (StatusCode::PROXY_AUTHENTICATION_REQUIRED
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT) => LineFault::Proxy(status.to_string()),
        _ => LineFault::CaptivePortal,
    })
}

/// The fault behind a failed request or answer.
pub(super) fn of(error: &reqwest::Error, stall: Duration, refused: &RefusedIssuer) -> LineFault {
    if let Some(tls) = find::<rustls::Error>(error) {
        return of_tls(tls, refused);
    }
    // The proxy's own errors have no public type.
    if let Some(tunnel) = texts(error)
        .into_iter()
        .find_map(|text| text.strip_prefix("tunnel error: ").map(str::to_owned))
    {
        return LineFault::Proxy(tunnel);
    }
    let io = chain(error)
        .into_iter()
        .filter_map(|error| Some(error.downcast_ref::<io::Error>()?.kind()))
        // A wrapper's own kind tells nothing.
        .find(|kind| *kind != io::ErrorKind::Other);
    if error.is_connect() {
        return match io {
            _ if error.is_dns() => LineFault::Unreachable("its name is not known here".to_owned()),
            Some(io::ErrorKind::ConnectionRefused) => {
                LineFault::Unreachable("nobody answers at its address".to_owned())
            }
            Some(
                io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::BrokenPipe,
            ) => LineFault::Broken,
            _ if error.is_timeout() => {
                LineFault::Unreachable(format!("no connection within {} s", CONNECT.as_secs()))
            }
            _ => LineFault::Unreachable(causes(error)),
        };
    }
    match io {
        Some(io::ErrorKind::TimedOut) => LineFault::Stalled(stall),
        // Before the head hyper has a word of its own for an early end, and no IO error.
        Some(io::ErrorKind::UnexpectedEof) if !error.is_request() => LineFault::Truncated,
        _ => LineFault::Broken,
    }
}

/// The innermost causes as one line for people who run networks.
pub(super) fn causes(error: &(dyn Error + 'static)) -> String {
    let texts = texts(error);
    let text = texts.last().cloned().unwrap_or_default();
    text.chars().take(200).collect()
}

fn of_tls(error: &rustls::Error, refused: &RefusedIssuer) -> LineFault {
    LineFault::Intercepted(match error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::UnknownIssuer => match refused.get() {
                Some(issuer) => format!("its certificate is from {issuer:?}, unknown here"),
                None => "its certificate is from an unknown issuer".to_owned(),
            },
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another name".to_owned()
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "its certificate has expired, or this machine's clock is wrong".to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet, or this machine's clock is wrong".to_owned()
            }
            other => other.to_string().chars().take(200).collect(),
        },
        rustls::Error::InvalidMessage(_) => "it does not speak TLS".to_owned(),
        other => other.to_string().chars().take(200).collect(),
    })
}

/// The chain of causes. An `io::Error` hides the error that it wraps behind that error's
/// own source, so it is opened by hand.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    // Deeper than any chain; a cycle cannot hold us.
    const MAX_DEPTH: usize = 32;
    let mut chain: Vec<&'a (dyn Error + 'static)> = vec![error];
    while let Some(last) = chain.last().copied()
        && chain.len() < MAX_DEPTH
    {
        let wrapped = last
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .map(|inner| inner as &(dyn Error + 'static));
        match wrapped.or_else(|| last.source()) {
            Some(next) => chain.push(next),
            None => break,
        }
    }
    chain
}

fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(error).into_iter().find_map(<dyn Error>::downcast_ref)
}

fn texts(error: &(dyn Error + 'static)) -> Vec<String> {
    chain(error).into_iter().map(ToString::to_string).collect()
}
