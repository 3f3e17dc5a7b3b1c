//! Requests over reqwest: one pool, few headers, every failure by its name.

mod count;
mod fault;
mod sign;
#[cfg(test)]
mod tests;
mod tls;

pub use count::Traffic;
pub use sign::{Keychain, Numbers, Signer};

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client, Response, Url};

use crate::http::{Exchange, Headers, LineFault, Method, Request};
use crate::pin::Pin;
use crate::signed::door::{Heeded, Wanted};
use crate::wire;
use count::{CountedBody, Counts};
use tls::RefusedIssuer;

/// No byte for this long is a stalled line.
pub const STALL: Duration = Duration::from_secs(30);
/// No connection within this is an unreachable school.
pub const CONNECT: Duration = Duration::from_secs(10);

/// While a body is under way nothing comes back, and the system's buffers hide how much has
/// left. So the wait for an answer grows by the body's time on a line of 16 kbit/s.
const SLOWEST_BYTES_PER_S: u64 = 2 * 1024;
/// A connection is kept for the requests of one sync, not for the next one.
const IDLE: Duration = Duration::from_secs(30);

/// How to reach a school.
#[derive(Clone)]
pub struct Options {
    /// The cloud's address: `https://school.example`, with a port and a path where needed,
    /// and a [`Pin`] where its server has no public name.
    pub address: String,
    /// The teacher's or the terminal's token.
    pub token: Option<String>,
    /// What signs a terminal's requests.
    pub signer: Option<Signer>,
    /// A PEM file of certificates to trust beside the system's: a school's own authority.
    pub root_certificates: Option<PathBuf>,
    /// How long a line may be silent; [`STALL`] for people, shorter in tests.
    pub stall: Duration,
}

impl Options {
    /// An address with the defaults of all else.
    #[must_use]
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            token: None,
            signer: None,
            root_certificates: None,
            stall: STALL,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("address", &self.address)
            .field("token", &self.token.as_ref().map(|_| ".."))
            .field("signer", &self.signer)
            .field("root_certificates", &self.root_certificates)
            .field("stall", &self.stall)
            .finish()
    }
}

/// Why requests cannot even be tried.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is none.
    #[error(
        "{address:?} is not the address of a school ({problem}); it looks like https://school.example"
    )]
    Address {
        /// What was given, cut to 200 characters.
        address: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Plain HTTP beyond loopback.
    #[error(
        "{0:?} is not protected on the way; use https://, with the school's sign behind the # where its server has no public name"
    )]
    PlainHttp(String),
    /// The token has characters that no token has.
    #[error("the token is not one of this program's; copy it again whole")]
    Token,
    /// The file of certificates cannot be used.
    #[error("the certificates in {path:?} cannot be used ({problem}); give a PEM file")]
    RootCertificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The system's trust store or TLS cannot be used.
    #[error(
        "this system's trusted certificates cannot be used ({0}); install them (Debian: ca-certificates)"
    )]
    Tls(String),
}

/// The way to one school.
#[derive(Debug)]
pub struct Http {
    way: Arc<Way>,
}

/// What every request needs, shared with those under way.
#[derive(Debug)]
struct Way {
    client: Client,
    /// The address without a slash at its end.
    address: String,
    /// As the `host` header has it.
    host: String,
    token: Option<HeaderValue>,
    /// What signs, and the token's hash.
    signer: Option<(Signer, [u8; 32])>,
    stall: Duration,
    counts: Arc<Counts>,
    refused: RefusedIssuer,
}

impl Http {
    /// Prepares; nothing is sent.
    ///
    /// # Errors
    /// Where the address, the token or the certificates cannot be used.
    pub fn open(options: &Options) -> Result<Self, OpenError> {
        let (url, pin) = address(options)?;
        let loopback = is_loopback(&url);
        if url.scheme() == "http" && (!loopback || pin.is_some()) {
            return Err(OpenError::PlainHttp(
                options.address.chars().take(200).collect(),
            ));
        }
        let token = options.token.as_deref().map(bearer).transpose()?;
        let token_hash = options.token.as_deref().map(wire::token_hash);
        let host = match (url.host_str().unwrap_or_default(), url.port()) {
            (host, Some(port)) => format!("{host}:{port}"),
            (host, None) => host.to_owned(),
        };
        let refused = RefusedIssuer::default();
        let way = Way {
            client: client(options, (&url, pin), loopback, refused.clone())?,
            address: url.as_str().trim_end_matches('/').to_owned(),
            host,
            token,
            signer: options.signer.clone().zip(token_hash),
            stall: options.stall,
            counts: Arc::default(),
            refused,
        };
        Ok(Self { way: Arc::new(way) })
    }

    /// What went over the line so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.way.counts.read()
    }

    /// Begins a request. Nothing happens before [`Flight::next`]; to drop the flight is to
    /// break the request off.
    pub fn start(&self, request: Request) -> Flight {
        let way = Arc::clone(&self.way);
        let max = request.max_response;
        let patience =
            way.stall + Duration::from_secs(request.body.len() as u64 / SLOWEST_BYTES_PER_S);
        let again = way.signer.is_some().then(|| request.clone());
        Flight {
            state: way.sending(request),
            again,
            heeded: Heeded::default(),
            max,
            taken: 0,
            patience,
            way,
        }
    }
}

impl Way {
    /// Sends a request.
    fn sending(&self, request: Request) -> State {
        let signature = match &self.signer {
            Some((signer, token_hash)) => signer.headers(&request, token_hash),
            None => Vec::new(),
        };
        self.sending_signed(request, signature)
    }

    /// Sends a request again where the school did not take the signature, and there is
    /// another.
    fn sending_again(
        &self,
        request: &Request,
        wanted: Wanted,
        heeded: &mut Heeded,
    ) -> Option<State> {
        let (signer, token_hash) = self.signer.as_ref()?;
        let signature = signer.again(request, token_hash, wanted, heeded)?;
        Some(self.sending_signed(request.clone(), signature))
    }

    fn sending_signed(&self, request: Request, signature: Vec<(&'static str, String)>) -> State {
        let head_len = self.request_head_len(&request, &signature);
        let built = match self.build(request, signature) {
            Ok(built) => built,
            Err(fault) => return State::Refused(fault),
        };
        let (client, counts) = (self.client.clone(), Arc::clone(&self.counts));
        State::Sending(Box::pin(async move {
            let outcome = client.execute(built).await;
            // What found no connection never left.
            if outcome
                .as_ref()
                .err()
                .is_none_or(|error| !error.is_connect())
            {
                Counts::add(&counts.requests, 1);
                Counts::add(&counts.sent_head, head_len);
            }
            outcome
        }))
    }

    fn build(
        &self,
        request: Request,
        signature: Vec<(&'static str, String)>,
    ) -> Result<reqwest::Request, LineFault> {
        let unsendable =
            |what: &str| LineFault::Unreachable(format!("a request {what} cannot be sent"));
        let url = Url::parse(&format!("{}{}", self.address, request.path))
            .map_err(|_| unsendable("to such an address"))?;
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Head => reqwest::Method::HEAD,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut built = reqwest::Request::new(method, url);
        for (name, value) in request.headers.into_iter().chain(signature) {
            let value =
                HeaderValue::try_from(value).map_err(|_| unsendable("with such a header"))?;
            built.headers_mut().insert(name, value);
        }
        if let Some(token) = &self.token {
            built.headers_mut().insert(AUTHORIZATION, token.clone());
        }
        if !request.body.is_empty() {
            let body = CountedBody {
                rest: request.body.into(),
                counts: Arc::clone(&self.counts),
            };
            *built.body_mut() = Some(reqwest::Body::wrap(body));
        }
        Ok(built)
    }

    /// The head as HTTP/1.1 writes it; `accept` and `host` are what reqwest adds.
    fn request_head_len(&self, request: &Request, signature: &[(&str, String)]) -> u64 {
        let path_of_address = self
            .address
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').map(|at| rest.len() - at))
            .unwrap_or(0);
        let line = |name: &str, value: usize| name.len() + ": ".len() + value + "\r\n".len();
        let mut len = format!("{}  HTTP/1.1\r\n\r\n", request.method.name()).len()
            + path_of_address
            + request.path.len()
            + line("accept", "*/*".len())
            + line("host", self.host.len());
        for (name, value) in request.headers.iter().chain(signature) {
            len += line(name, value.len());
        }
        if let Some(token) = &self.token {
            len += line("authorization", token.len());
        }
        if !request.body.is_empty() {
            len += line("content-length", request.body.len().to_string().len());
        }
        len as u64
    }
}

/// A request under way.
#[must_use = "a flight does nothing until it is asked for what came"]
pub struct Flight {
    state: State,
    /// The request, where the school may want it signed otherwise.
    again: Option<Request>,
    heeded: Heeded,
    max: u64,
    taken: u64,
    /// How long the answer's head may take.
    patience: Duration,
    way: Arc<Way>,
}

type Sending = std::pin::Pin<Box<dyn Future<Output = Result<Response, reqwest::Error>> + Send>>;

enum State {
    Refused(LineFault),
    Sending(Sending),
    Reading(Response),
    Done,
}

impl Flight {
    /// What came next: one head, chunks, then [`Exchange::End`] or [`Exchange::Failed`];
    /// then nothing any more. May be dropped and called again without loss.
    pub async fn next(&mut self) -> Option<Exchange> {
        let stall = self.way.stall;
        let exchange = loop {
            match &mut self.state {
                State::Done => return None,
                State::Refused(fault) => break Exchange::Failed(fault.clone()),
                State::Sending(sending) => {
                    match tokio::time::timeout(self.patience, sending.as_mut()).await {
                        Err(_) => break Exchange::Failed(LineFault::Stalled(self.patience)),
                        Ok(Err(error)) => break self.failed(&error),
                        Ok(Ok(response)) => match self.again(&response) {
                            Some(again) => {
                                let head = response_head_len(&response);
                                Counts::add(&self.way.counts.received_head, head);
                                self.state = again;
                            }
                            None => return Some(self.take_head(response)),
                        },
                    }
                }
                State::Reading(response) => {
                    match tokio::time::timeout(stall, response.chunk()).await {
                        Err(_) => break Exchange::Failed(LineFault::Stalled(stall)),
                        Ok(Err(error)) => break self.failed(&error),
                        Ok(Ok(None)) => break Exchange::End,
                        Ok(Ok(Some(bytes))) => {
                            let len = bytes.len() as u64;
                            Counts::add(&self.way.counts.received_body, len);
                            self.taken = self.taken.saturating_add(len);
                            if self.taken <= self.max {
                                return Some(Exchange::Chunk(bytes.into()));
                            }
                            break Exchange::Failed(LineFault::TooLong);
                        }
                    }
                }
            }
        };
        self.state = State::Done;
        Some(exchange)
    }

    /// The request on its way once more, where the school wants it signed otherwise.
    fn again(&mut self, response: &Response) -> Option<State> {
        let (request, wanted) = (self.again.as_ref()?, wanted(response)?);
        self.way.sending_again(request, wanted, &mut self.heeded)
    }

    fn failed(&self, error: &reqwest::Error) -> Exchange {
        Exchange::Failed(fault::of(error, self.way.stall, &self.way.refused))
    }

    fn take_head(&mut self, response: Response) -> Exchange {
        Counts::add(&self.way.counts.received_head, response_head_len(&response));
        let fault = fault::of_head(&response).or_else(|| {
            response
                .content_length()
                .is_some_and(|len| len > self.max)
                .then_some(LineFault::TooLong)
        });
        if let Some(fault) = fault {
            self.state = State::Done;
            return Exchange::Failed(fault);
        }
        let status = response.status().as_u16();
        let headers = headers(response.headers());
        self.state = State::Reading(response);
        Exchange::Head { status, headers }
    }
}

fn wanted(response: &Response) -> Option<Wanted> {
    Wanted::in_answer(response.status().as_u16(), &headers(response.headers()))
}

fn headers(map: &HeaderMap) -> Headers {
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    Headers(
        map.iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?)))
            .collect(),
    )
}

fn response_head_len(response: &Response) -> u64 {
    let reason = response.status().canonical_reason().unwrap_or_default();
    let status = "HTTP/1.1 200 \r\n\r\n".len() + reason.len();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    headers.sum::<usize>().saturating_add(status) as u64
}

fn address(options: &Options) -> Result<(Url, Option<Pin>), OpenError> {
    let bad = |problem: &str| OpenError::Address {
        address: options.address.chars().take(200).collect(),
        problem: problem.to_owned(),
    };
    let (address, pin) =
        Pin::split(options.address.trim()).map_err(|error| bad(&error.to_string()))?;
    let url = Url::parse(address).map_err(|error| bad(&error.to_string()))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(bad("it begins with neither https:// nor http://"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(bad("it names no machine"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("it holds a user's name"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(bad("it goes on after the path"));
    }
    Ok((url, pin))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn bearer(token: &str) -> Result<HeaderValue, OpenError> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+/=".contains(&byte);
    if token.is_empty() || token.len() > 200 || !token.bytes().all(is_token) {
        return Err(OpenError::Token);
    }
    let mut value =
        HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| OpenError::Token)?;
    value.set_sensitive(true);
    Ok(value)
}

fn client(
    options: &Options,
    (url, pin): (&Url, Option<Pin>),
    loopback: bool,
    refused: RefusedIssuer,
) -> Result<Client, OpenError> {
    let mut builder = Client::builder()
        .http1_only()
        // Who redirects is not the school.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(CONNECT)
        .pool_max_idle_per_host(1)
        .pool_idle_timeout(IDLE);
    #[cfg(target_os = "linux")]
    {
        // The kernel knows what was acknowledged: it ends a line that stalls on the way up.
        builder = builder.tcp_user_timeout(options.stall);
    }
    if loopback {
        builder = builder.no_proxy();
    }
    builder = if url.scheme() == "https" {
        builder.tls_backend_preconfigured(tls::config(options, pin, refused)?)
    } else {
        // reqwest wants a provider even where there is no TLS; a second call changes
        // nothing. No trust store is read where none is needed (nor need one be there).
        let _ = rustls::crypto::ring::default_provider().install_default();
        builder.tls_certs_only([])
    };
    builder
        .build()
        .map_err(|error| OpenError::Tls(fault::causes(&error)))
}
