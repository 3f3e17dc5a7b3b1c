//! The server: from a folder and an address to answers, and to a graceful stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hotaru_content::id::RunId;
use hotaru_content::key::SecretKey;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::blobs::Blobs;
use crate::control::{self, Keeper};
use crate::deletion::Deleter;
use crate::folder::{Folder, FolderError, Held};
use crate::patches::Patcher;
use crate::store::{Store, StoreError};
use crate::tidy::Tidier;
use crate::tls::{self, Protection, TlsError};
use crate::uploads::Uploads;
use crate::{Cloud, now_ms, routes};

/// Connections at once; more wait to be accepted.
const CONNECTIONS: usize = 1024;
/// From the first byte of a request to the end of its headers, and between two requests.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(30);
/// For a TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(15);
/// What is under way at a stop has this long to finish.
const STOP: Duration = Duration::from_secs(10);
/// The longest sleep between two looks at what is due: days change, clocks are set.
const TURN: Duration = Duration::from_secs(60);

/// How to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// The school's folder.
    pub data: PathBuf,
    /// Where to listen; port 0 takes any.
    pub listen: SocketAddr,
    /// How the line is protected.
    pub protection: Protection,
}

/// Why the server cannot begin, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on ({cause}); choose another address or port")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        cause: std::io::Error,
    },
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Its control socket or uploads cannot be used.
    #[error("the school's folder cannot be used ({0}); check its rights and free space")]
    Io(#[from] std::io::Error),
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// A server that listens and has accepted nothing yet.
pub struct Server {
    held: Held,
    cloud: Arc<Cloud>,
    keeper: Keeper,
    tidier: Tidier,
    control: control::Listener,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    address: String,
}

impl Server {
    /// Opens the school and listens.
    ///
    /// # Errors
    /// Where the folder, the address or the certificate cannot be used.
    pub async fn bind(options: &Options) -> Result<Self, ServeError> {
        let from_files = match &options.protection {
            Protection::Files(cert, key) => Some(tls::from_files(cert, key)?),
            Protection::Own | Protection::Auto => None,
        };
        let held = Folder::new(&options.data).hold()?;
        let store: Arc<dyn Store> = Arc::new(held.store(false).await?);
        let school = store.school().await.map_err(FolderError::from)?;
        let run = RunId::random()
            .map_err(StoreError::from)
            .map_err(FolderError::from)?;
        store
            .begin_run(run, now_ms())
            .await
            .map_err(FolderError::from)?;
        let new = SecretKey::random()
            .map_err(StoreError::from)
            .map_err(FolderError::from)?;
        let box_secret = store.box_secret(&new).await.map_err(FolderError::from)?;
        let new = SecretKey::random()
            .map_err(StoreError::from)
            .map_err(FolderError::from)?;
        let order_secret = store.order_secret(&new).await.map_err(FolderError::from)?;
        let is_plain = options.protection == Protection::Auto && options.listen.ip().is_loopback();
        let (tls, pin) = match from_files {
            Some(acceptor) => (Some(acceptor), None),
            None if is_plain => (None, None),
            None => {
                let (acceptor, pin) = tls::own(&*store).await?;
                (Some(acceptor), Some(pin))
            }
        };
        let blobs = held.blobs()?;
        let uploads = Arc::new(Uploads::open(held.uploads())?);
        finish_uploads(&uploads, &*store, &blobs).await?;
        let tidier = Tidier::new(Arc::clone(&store), blobs.clone(), Arc::clone(&uploads));
        let keeper = Keeper::new(
            Arc::clone(&store),
            blobs.clone(),
            held.folder().clone(),
            tidier.clone(),
        );
        let control = control::Listener::bind(held.folder())?;
        let failed = |cause| ServeError::Listen {
            address: options.listen,
            cause,
        };
        let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
        let local = listener.local_addr().map_err(failed)?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let pin = pin.map(|pin| format!("#{pin}")).unwrap_or_default();
        let address = format!("{scheme}://{local}{pin}");
        tracing::info!(address, school = %school.school, "listening");
        let cloud = Arc::new(Cloud::new(
            run,
            store,
            blobs,
            uploads,
            tidier.deleter().clone(),
            [box_secret, order_secret],
        ));
        Ok(Self {
            held,
            cloud,
            keeper,
            tidier,
            control,
            listener,
            tls,
            address,
        })
    }

    /// `http://127.0.0.1:43210`, or with the pin of the school's own certificate
    /// `https://0.0.0.0:7460#KX7P-3M9Q-ABCD-EFGH`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Serves until `stop`, then finishes what is under way.
    ///
    /// # Errors
    /// Never because of what a client does; where the folder's work cannot be begun.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), ServeError> {
        let Self {
            held,
            cloud,
            keeper,
            tidier,
            control,
            listener,
            tls,
            ..
        } = self;
        let mut background = JoinSet::new();
        background.spawn(turner(Arc::clone(&cloud)));
        background.spawn(control.run(keeper));
        background.spawn(finish_deletions(tidier.deleter().clone()));
        background.spawn(tidier.run());
        resume_patches(&cloud).await?;

        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        let accept = accept(&listener, &cloud, tls, &graceful, &mut connections);
        tokio::select! {
            () = accept => {}
            () = stop => {}
        }
        drop(listener);
        tracing::info!(connections = connections.len(), "stopping");
        if tokio::time::timeout(STOP, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("some requests did not finish in time and were cut");
        }
        connections.shutdown().await;
        background.shutdown().await;
        cloud.store.close().await;
        drop(held);
        tracing::info!("stopped");
        Ok(())
    }
}

/// Accepts for ever.
async fn accept(
    listener: &TcpListener,
    cloud: &Arc<Cloud>,
    tls: Option<TlsAcceptor>,
    graceful: &GracefulShutdown,
    connections: &mut JoinSet<()>,
) {
    let router = routes::router(Arc::clone(cloud));
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
            return;
        };
        while connections.try_join_next().is_some() {}
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, as a rule: others have to end first.
                tracing::warn!(cause = %error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (router, tls, watcher) = (router.clone(), tls.clone(), graceful.watcher());
        connections.spawn(async move {
            connection(stream, peer, router, tls, watcher).await;
            drop(slot);
        });
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    tls: Option<TlsAcceptor>,
    watcher: Watcher,
) {
    // Answers are small and whole: waiting to fill a packet only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(cause = %error, "no TCP_NODELAY");
    }
    let Some(tls) = tls else {
        return exchange(stream, peer, router, false, watcher).await;
    };
    match tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await {
        Ok(Ok(stream)) => {
            let h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            exchange(stream, peer, router, h2, watcher).await;
        }
        Ok(Err(error)) => tracing::debug!(cause = %error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

async fn exchange<S>(stream: S, peer: SocketAddr, router: Router, h2: bool, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router
            .clone()
            .oneshot(request.map(axum::body::Body::new) as Request)
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIMEOUT);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .keep_alive_interval(HEADERS_TIMEOUT)
        .keep_alive_timeout(HEADERS_TIMEOUT);
    // Without a choice made beforehand the builder would wait for the first bytes for ever.
    let builder = if h2 {
        builder.http2_only()
    } else {
        builder.http1_only()
    };
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection.into_owned()).await {
        tracing::debug!(cause = %error, "a connection broke");
    }
}

/// Releases what is due and takes back what has expired, as long as the server runs.
async fn turner(cloud: Arc<Cloud>) {
    loop {
        let sleep = match cloud.store.turn(now_ms()).await {
            Ok(turned) => {
                if turned.released > 0 || turned.expired > 0 {
                    tracing::info!(
                        released = turned.released,
                        expired = turned.expired,
                        "turned"
                    );
                }
                let wait = turned.next_ms.map(|at| at.saturating_sub(now_ms()).max(0));
                wait.and_then(|ms| u64::try_from(ms).ok())
                    .map_or(TURN, |ms| Duration::from_millis(ms).min(TURN))
            }
            Err(error) => {
                tracing::error!(cause = %error, "what is due was not released");
                TURN
            }
        };
        tokio::select! {
            () = tokio::time::sleep(sleep) => {}
            () = cloud.turn.notified() => {}
        }
    }
}

/// Goes on with deletions that an earlier run began and did not bring to their end.
async fn finish_deletions(deleter: Deleter) {
    if let Err(error) = deleter.finish().await {
        tracing::warn!(cause = %error, "a deletion was not finished; the next round goes on");
    }
}

/// Removes the partial files of blobs that an earlier run stored and ended right then.
async fn finish_uploads(
    uploads: &Uploads,
    store: &dyn Store,
    blobs: &Blobs,
) -> Result<(), ServeError> {
    for (name, blob, _) in uploads.list()? {
        let found = store.blob(blob).await.map_err(FolderError::from)?;
        if let Some(found) = found
            && blobs.has(found).await.map_err(FolderError::from)?
        {
            uploads.remove(&name)?;
        }
    }
    Ok(())
}

/// Makes what an earlier run had no time for.
async fn resume_patches(cloud: &Cloud) -> Result<(), ServeError> {
    let unpatched = cloud.store.unpatched().await.map_err(FolderError::from)?;
    for (lesson, revision) in unpatched {
        let pending = cloud.patcher.announce(lesson, revision);
        Patcher::spawn(pending, Arc::clone(&cloud.store), cloud.blobs.clone());
    }
    Ok(())
}
