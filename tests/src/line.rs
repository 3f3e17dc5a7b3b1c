//! A line that counts and cuts: a TCP forwarder on loopback.
//!
//! It counts TCP payload in both directions, which is what a wire total means here, and
//! can break every connection after a number of bytes.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::Failure;

/// When the line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cut {
    /// After so many bytes from the client, over all connections.
    pub up_after: Option<u64>,
    /// After so many bytes from the server, over all connections.
    pub down_after: Option<u64>,
}

/// A line between a client and a server.
pub struct Line {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    up: AtomicU64,
    down: AtomicU64,
    connections: AtomicU64,
    closed: AtomicBool,
    cut: Mutex<Cut>,
    /// What the client asked for, head by head, for tests that look at ranges.
    requests: Mutex<Vec<u8>>,
}

impl Line {
    /// Opens a line to a server.
    ///
    /// # Errors
    /// Where no port is to be had.
    pub fn to(server: SocketAddr) -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let ours = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if ours.closed.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(client), shared) = (client, Arc::clone(&ours)) else {
                    continue;
                };
                shared.connections.fetch_add(1, Ordering::Relaxed);
                std::thread::spawn(move || shared.carry(&client, server));
            }
        });
        Ok(Self { address, shared })
    }

    /// The address for a client, as a URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Breaks the line after so many more bytes, and forgets what was counted.
    pub fn cut(&self, cut: Cut) {
        self.reset();
        *self
            .shared
            .cut
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = cut;
    }

    /// Counts from nothing again.
    pub fn reset(&self) {
        self.shared.up.store(0, Ordering::SeqCst);
        self.shared.down.store(0, Ordering::SeqCst);
        self.shared.connections.store(0, Ordering::SeqCst);
        self.shared
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Bytes from the client.
    #[must_use]
    pub fn up(&self) -> u64 {
        self.shared.up.load(Ordering::SeqCst)
    }

    /// Bytes from the server.
    #[must_use]
    pub fn down(&self) -> u64 {
        self.shared.down.load(Ordering::SeqCst)
    }

    /// Connections made.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// What the client sent, as far as it is text: request heads among it.
    #[must_use]
    pub fn sent(&self) -> String {
        let bytes = self
            .shared
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        // Wakes the listener, which then ends.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn carry(self: &Arc<Self>, client: &TcpStream, server: SocketAddr) {
        let Ok(server) = TcpStream::connect(server) else {
            let _ = client.shutdown(Shutdown::Both);
            return;
        };
        let _ = client.set_nodelay(true);
        let _ = server.set_nodelay(true);
        let (Ok(client_in), Ok(server_out)) = (client.try_clone(), server.try_clone()) else {
            return;
        };
        let ours = Arc::clone(self);
        let up = std::thread::spawn(move || ours.pump(client_in, server_out, true));
        if let (Ok(server_in), Ok(client_out)) = (server.try_clone(), client.try_clone()) {
            self.pump(server_in, client_out, false);
        }
        let _ = up.join();
    }

    /// Carries one direction until it ends or the line is cut.
    fn pump(&self, mut from: TcpStream, mut to: TcpStream, upwards: bool) {
        let counter = if upwards { &self.up } else { &self.down };
        let _ = from.set_read_timeout(Some(Duration::from_secs(120)));
        let mut buffer = [0; 4096];
        loop {
            let len = match from.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(len) => len,
            };
            let cut = *self.cut.lock().unwrap_or_else(PoisonError::into_inner);
            let limit = if upwards {
                cut.up_after
            } else {
                cut.down_after
            }
            .unwrap_or(u64::MAX);
            let before = counter.fetch_add(len as u64, Ordering::SeqCst);
            let room = limit.saturating_sub(before).min(len as u64) as usize;
            let Some(bytes) = buffer.get(..room) else {
                break;
            };
            if upwards {
                let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
                if requests.len() < 16 << 20 {
                    requests.extend_from_slice(bytes);
                }
            }
            if to.write_all(bytes).is_err() || room < len {
                // Cut: both ends see the connection break.
                let _ = from.shutdown(Shutdown::Both);
                let _ = to.shutdown(Shutdown::Both);
                return;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    }
}
