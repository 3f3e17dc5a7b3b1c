//! One byte, then the payload: 0 as it is, 1 a zstd frame (RFC 8878).

use std::io::{self, Read};

use zstd::zstd_safe::CParameter;

use super::WireError;

/// The first byte of a payload that stands as it is.
const PLAIN: u8 = 0;
/// The first byte before a zstd frame.
const ZSTD: u8 = 1;
/// No honest body packs better than this; what claims to is a bomb.
const MAX_RATIO: usize = 1000;
/// Payloads up to this length may have any ratio, in bytes.
const RATIO_FREE: usize = 64 << 10;
/// The largest window that is unpacked: 8 MiB, as RFC 8878, 3.1.1.1.2 recommends.
const MAX_WINDOW_LOG: u32 = 23;

/// How hard to pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// zstd level 3: many answers a second.
    Fast,
    /// zstd level 19: small bodies over a weak line.
    Small,
}

/// Packs a payload; where zstd makes it longer it stands as it is.
#[must_use]
pub fn seal_frame(payload: &[u8], how: Frame) -> Vec<u8> {
    let level = match how {
        Frame::Fast => 3,
        Frame::Small => 19,
    };
    let packed = pack(payload, level)
        .ok()
        .filter(|packed| packed.len() < payload.len() && believable(packed.len(), payload.len()));
    let (first, rest) = match &packed {
        Some(packed) => (ZSTD, packed.as_slice()),
        None => (PLAIN, payload),
    };
    let mut frame = Vec::with_capacity(rest.len() + 1);
    frame.push(first);
    frame.extend_from_slice(rest);
    frame
}

/// Unpacks a payload of at most `limit` bytes.
///
/// # Errors
/// Where the first byte is unknown, the zstd frame damaged, or the payload longer than
/// allowed or than its packed form can honestly make it. No more than the bound is ever
/// held in memory.
pub fn open_frame(frame: &[u8], limit: usize) -> Result<Vec<u8>, WireError> {
    match frame.split_first() {
        None => Err(WireError::Frame("it is empty")),
        Some((&PLAIN, payload)) if payload.len() <= limit => Ok(payload.to_vec()),
        Some((&PLAIN, _)) => Err(WireError::Frame("it is longer than allowed")),
        Some((&ZSTD, packed)) => {
            let limit = limit.min(packed.len().saturating_mul(MAX_RATIO).max(RATIO_FREE));
            unpack(packed, limit)
        }
        Some(_) => Err(WireError::Frame("its first byte is of a newer program")),
    }
}

/// With a checksum: nothing else covers a list of lessons on a line without TLS.
fn pack(payload: &[u8], level: i32) -> io::Result<Vec<u8>> {
    let mut compressor = zstd::bulk::Compressor::new(level)?;
    compressor.set_parameter(CParameter::ChecksumFlag(true))?;
    compressor.compress(payload)
}

fn believable(packed: usize, payload: usize) -> bool {
    payload <= packed.saturating_mul(MAX_RATIO).max(RATIO_FREE)
}

fn unpack(packed: &[u8], limit: usize) -> Result<Vec<u8>, WireError> {
    let damaged = |_| WireError::Frame("it is damaged");
    let mut decoder = zstd::stream::read::Decoder::with_buffer(packed).map_err(damaged)?;
    decoder.window_log_max(MAX_WINDOW_LOG).map_err(damaged)?;
    let mut payload = Vec::new();
    let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    decoder
        .by_ref()
        .take(bound)
        .read_to_end(&mut payload)
        .map_err(damaged)?;
    if payload.len() > limit {
        return Err(WireError::Frame("it is longer than allowed"));
    }
    Ok(payload)
}
