//! Reading a body that is bounded in length and in time.

use axum::body::{Body, BodyDataStream};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use hotaru_sync::wire::{self, WireError};

use crate::error::ApiError;
use crate::uploads::STALL;

/// Reads at most `most` bytes.
pub async fn read(request: Request, most: usize) -> Result<Bytes, ApiError> {
    let stated = stated_len(&request);
    if stated.is_some_and(|stated| stated > most as u64) {
        return Err(ApiError::too_long(most as u64));
    }
    let mut stream = request.into_body().into_data_stream();
    let mut whole = BytesMut::new();
    while let Some(chunk) = next(&mut stream).await? {
        if whole.len() + chunk.len() > most {
            return Err(ApiError::too_long(most as u64));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}

/// Reads a JSON body of the wire.
pub async fn parse<T: wire::Body>(request: Request) -> Result<T, ApiError> {
    let bytes = read(request, T::MAX_LEN).await?;
    Ok(wire::parse(&bytes).map_err(|error: WireError| error)?)
}

/// What the request says of its length.
pub fn stated_len(request: &Request) -> Option<u64> {
    request
        .headers()
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// Reads on to nowhere, so that the other end comes to hear the answer. Bounded: who sends
/// more gets a closed connection.
pub async fn drain(body: Body, most: u64) {
    let mut stream = body.into_data_stream();
    let mut read = 0;
    while let Ok(Some(chunk)) = next(&mut stream).await {
        read += chunk.len() as u64;
        if read > most {
            return;
        }
    }
}

async fn next(stream: &mut BodyDataStream) -> Result<Option<Bytes>, ApiError> {
    match tokio::time::timeout(STALL, stream.next()).await {
        Ok(None) => Ok(None),
        Ok(Some(Ok(chunk))) => Ok(Some(chunk)),
        Ok(Some(Err(_))) => Err(ApiError::bad_body(
            "the request broke off or was altered on its way; send it again",
        )),
        Err(_) => Err(ApiError::busy(
            StatusCode::REQUEST_TIMEOUT,
            "the request stopped in the middle; send it again",
            1,
        )),
    }
}
