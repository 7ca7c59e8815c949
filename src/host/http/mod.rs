//! Downloads into memory: retried, resumed where the server can, bounded in size and in time. The digest, which the
//! caller knows beforehand, is the only proof that what arrived is complete.

mod document;
mod spool;

use std::{
    io::{self, Read as _},
    net::IpAddr,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use reqwest::{
    StatusCode, Url,
    blocking::{Client as Http, Response},
    header::{ACCEPT_ENCODING, CONTENT_RANGE, ETAG, HeaderMap, HeaderValue, IF_RANGE, RANGE, RETRY_AFTER},
    redirect::Policy,
};

use super::{clock::random_seed, terminal::Terminal};
use crate::base::Sha256;
pub(super) use document::{Document, Validator};
use spool::Spool;

/// How patient a client is.
#[derive(Debug, Clone)]
pub struct NetworkOptions {
    /// How long nothing may arrive.
    pub stall: Duration,
    /// How long one file may take in all.
    pub total: Duration,
    /// How often in a row nothing new may arrive before it gives up.
    pub attempts: u32,
}

/// Why a file did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is none, or none that is asked.
    #[error("cannot use the address `{url}`: {reason}")]
    Address {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The server refuses for good.
    #[error("{url} answered {status}")]
    Status {
        /// The address.
        url: String,
        /// The answer.
        status: StatusCode,
    },
    /// More than the limit.
    #[error("{url} is larger than {limit} bytes")]
    TooLarge {
        /// The address.
        url: String,
        /// The limit.
        limit: u64,
    },
    /// It arrived, and it is something else.
    #[error("{url} has digest {found} and should have {expected}")]
    Digest {
        /// The address.
        url: String,
        /// What arrived.
        found: Sha256,
        /// What should have.
        expected: Sha256,
    },
    /// It did not arrive.
    #[error("cannot download {url}: {reason} (tried {tries} times)")]
    Network {
        /// The address.
        url: String,
        /// The last trouble.
        reason: String,
        /// Requests made.
        tries: u32,
    },
}

/// A client for one mirror.
pub struct Client {
    http: Http,
    /// Where parts of downloads are kept for later runs.
    partials: Option<PathBuf>,
    options: NetworkOptions,
    terminal: Terminal,
}

impl Client {
    /// A client that follows at most three redirects, all of them on the same host and port and never away from https.
    pub fn new(options: NetworkOptions, terminal: Terminal) -> Result<Self, FetchError> {
        // an error means that a provider is there already
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let http = Http::builder()
            .user_agent(concat!("molt-sync/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(options.stall.min(Duration::from_secs(10)))
            .timeout(options.total)
            .redirect(Policy::custom(|attempt| {
                let from = attempt.previous().last();
                let same = from.is_some_and(|it| it.origin() == attempt.url().origin());
                if same && attempt.previous().len() <= 3 { attempt.follow() } else { attempt.stop() }
            }))
            .build()
            .map_err(|error| FetchError::Address { url: "client".into(), reason: chain(&error) })?;
        Ok(Self { http, options, terminal, partials: None })
    }

    /// The same, with what has arrived of archives kept in `folder` until all of it has.
    #[must_use]
    pub fn keeping(self, folder: PathBuf) -> Self {
        Self { partials: Some(folder), ..self }
    }

    /// The text at `url`, of at most `limit` bytes; none where there is none (404, 410).
    pub fn text(&self, url: &str, limit: u64) -> Result<Option<String>, FetchError> {
        let bytes = self.fetch(url, limit, None)?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The bytes at `url`, whatever they are; none where there are none.
    pub fn bytes(&self, url: &str, limit: u64) -> Result<Option<Vec<u8>>, FetchError> {
        self.fetch(url, limit, None)
    }

    /// The bytes at `url` with the digest that they must have; none where there are none.
    pub fn archive(&self, url: &str, limit: u64, expected: Sha256) -> Result<Option<Vec<u8>>, FetchError> {
        self.fetch(url, limit, Some(expected))
    }

    fn fetch(&self, url: &str, limit: u64, expected: Option<Sha256>) -> Result<Option<Vec<u8>>, FetchError> {
        let address = usable(url)?;
        let started = Instant::now();
        let mut got = Partial::default();
        if let (Some(expected), Some(folder)) = (expected, &self.partials) {
            got.resume(Spool::open(folder, expected), url, limit);
        }
        let (mut idle, mut tries, mut restarted) = (0, 0, false);
        loop {
            let had = got.bytes.len();
            tries += 1;
            let outcome = self.attempt(&address, &mut got, limit, started + self.options.total);
            let (reason, wait) = match outcome {
                Ok(()) => match expected.map(|it| (it, Sha256::of(&got.bytes))) {
                    Some((expected, found)) if expected != found => {
                        // pieces of two files, or a stream that ended early without saying so: once more from the start
                        let retry = !restarted && (had > 0 || !got.has_length);
                        if !retry {
                            got.forget();
                            return Err(FetchError::Digest { url: url.into(), found, expected });
                        }
                        restarted = true;
                        got.clear();
                        idle = 0;
                        self.terminal.detail(&format!("{url}: the digest was wrong after an interrupted download"));
                        continue;
                    }
                    _ => {
                        got.forget();
                        return Ok(Some(std::mem::take(&mut got.bytes)));
                    }
                },
                Err(Trouble::Absent) => return Ok(None),
                Err(Trouble::Final(error)) => return Err(error),
                Err(Trouble::Lasting(reason)) => return Err(FetchError::Network { url: url.into(), reason, tries }),
                Err(Trouble::Unfit(reason)) if restarted => {
                    return Err(FetchError::Network { url: url.into(), reason, tries });
                }
                Err(Trouble::Unfit(reason)) => {
                    restarted = true;
                    got.clear();
                    (reason, None)
                }
                Err(Trouble::Passing(reason, wait)) => (reason, wait),
            };
            idle = if got.bytes.len() > had { 0 } else { idle + 1 };
            if idle >= self.options.attempts || started.elapsed() >= self.options.total {
                return Err(FetchError::Network { url: url.into(), reason, tries });
            }
            self.terminal.detail(&format!("{url}: {reason}, trying again"));
            thread::sleep(wait.unwrap_or_else(|| backoff(idle)));
        }
    }

    fn attempt(&self, url: &Url, got: &mut Partial, limit: u64, until: Instant) -> Result<(), Trouble> {
        let mut request = self.http.get(url.clone());
        match &got.etag {
            Some(etag) if !got.bytes.is_empty() => {
                request = request.header(RANGE, format!("bytes={}-", got.bytes.len())).header(IF_RANGE, etag);
            }
            _ => got.bytes.clear(),
        }
        let response = send_within(request, self.options.stall)?;
        if !response.status().is_success() {
            return Err(refusal(url, &response, got));
        }
        got.begin(url, &response)?;
        let length = response.content_length();
        got.has_length = length.is_some();
        let too_large = || Trouble::Final(FetchError::TooLarge { url: url.to_string(), limit });
        if length.is_some_and(|it| it.saturating_add(got.bytes.len() as u64) > limit) {
            return Err(too_large());
        }
        if let Some(length) = length {
            got.bytes.reserve_exact(usize::try_from(length).unwrap_or_default());
        }
        let bar = self.terminal.bar(url.path().rsplit('/').next().unwrap_or_default(), length);
        let start = got.bytes.len();
        let result = receive(response, (self.options.stall, until), |chunk| {
            got.push(chunk);
            bar.inc(chunk.len() as u64);
            got.bytes.len() as u64 <= limit
        });
        bar.finish_and_clear();
        match result {
            Received::Whole if length.is_some_and(|it| it != (got.bytes.len() - start) as u64) => {
                passing("the body was short")
            }
            Received::Whole => Ok(()),
            Received::TooMuch => Err(too_large()),
            Received::Broken(reason) => passing(&reason),
        }
    }
}

fn usable(url: &str) -> Result<Url, FetchError> {
    let unusable = |reason: String| FetchError::Address { url: url.into(), reason };
    let address: Url = url.parse().map_err(|error| unusable(format!("{error}")))?;
    if address.scheme() == "http" && !is_loopback(&address) {
        return Err(unusable("without https only this machine is asked, because a listing has no digest".into()));
    }
    Ok(address)
}

#[derive(Default)]
struct Partial {
    bytes: Vec<u8>,
    etag: Option<HeaderValue>,
    has_length: bool,
    spool: Option<Spool>,
}

impl Partial {
    /// Goes on with what an earlier run left.
    fn resume(&mut self, spool: Option<Spool>, url: &str, limit: u64) {
        self.spool = spool;
        if let Some(kept) = self.spool.as_mut().and_then(|it| it.kept(url, limit)) {
            (self.bytes, self.etag) = (kept.bytes, Some(kept.etag));
        }
    }

    fn push(&mut self, chunk: &[u8]) {
        self.bytes.extend_from_slice(chunk);
        if let Some(spool) = &mut self.spool {
            spool.push(chunk);
        }
    }

    fn clear(&mut self) {
        *self = Self { spool: self.spool.take(), ..Self::default() };
    }

    fn forget(&mut self) {
        if let Some(spool) = self.spool.take() {
            // one that stays is looked at and begun anew the next time
            drop(spool.remove());
        }
    }

    /// Decides whether the answer, which has content, continues what is here.
    fn begin(&mut self, url: &Url, response: &Response) -> Result<(), Trouble> {
        let headers = response.headers();
        if response.status() == StatusCode::PARTIAL_CONTENT {
            let expected = format!("bytes {}-", self.bytes.len());
            let range = headers.get(CONTENT_RANGE).and_then(|it| it.to_str().ok()).unwrap_or_default();
            if !range.starts_with(&expected) {
                return Err(Trouble::Unfit("the server sent another part than was asked for".into()));
            }
        } else {
            self.bytes.clear();
        }
        // a weak tag does not promise the same bytes
        self.etag = headers.get(ETAG).filter(|it| !it.as_bytes().starts_with(b"W/")).cloned();
        if let Some(spool) = self.spool.as_mut().filter(|_| self.bytes.is_empty()) {
            spool.begin(url.as_str(), self.etag.as_ref());
        }
        Ok(())
    }
}

enum Trouble {
    Absent,
    Final(FetchError),
    /// Nothing that another try would change.
    Lasting(String),
    /// What is here already cannot be continued: from the start, once.
    Unfit(String),
    Passing(String, Option<Duration>),
}

fn passing<T>(reason: &str) -> Result<T, Trouble> {
    Err(Trouble::Passing(reason.to_owned(), None))
}

fn refusal(url: &Url, response: &Response, got: &Partial) -> Trouble {
    let status = response.status();
    match status.as_u16() {
        404 | 410 => Trouble::Absent,
        416 if !got.bytes.is_empty() => Trouble::Unfit(format!("the server answered {status}")),
        408 | 425 | 429 | 500..=599 => {
            let after = response.headers().get(RETRY_AFTER).and_then(|it| it.to_str().ok()?.trim().parse().ok());
            match after {
                // nobody waits that long for a program that stands still
                Some(seconds) if seconds > 60 => {
                    let reason =
                        format!("the server answered {status} and wants to be asked again in {seconds} seconds");
                    Trouble::Lasting(reason)
                }
                after => Trouble::Passing(format!("the server answered {status}"), after.map(Duration::from_secs)),
            }
        }
        _ => Trouble::Final(FetchError::Status { url: url.to_string(), status }),
    }
}

fn pause(idle: u32) {
    thread::sleep(backoff(idle));
}

/// Half a second, doubled each time up to 16, plus up to a quarter of it.
fn backoff(idle: u32) -> Duration {
    let base = Duration::from_millis(500) * 2_u32.pow(idle.min(5).saturating_sub(1));
    base + base / 4000 * u32::try_from(random_seed() % 1000).unwrap_or_default()
}

fn send_within(request: reqwest::blocking::RequestBuilder, stall: Duration) -> Result<Response, Trouble> {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || drop(sender.send(request.send())));
    match receiver.recv_timeout(stall) {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) if is_certificate(&error) => Err(Trouble::Lasting(chain(&error))),
        Ok(Err(error)) => passing(&chain(&error)),
        Err(_) => passing("the server did not answer in time"),
    }
}

enum Received {
    Whole,
    TooMuch,
    Broken(String),
}

/// Reads the body on a thread of its own, so that a server that stops sending is noticed.
fn receive(
    mut response: Response,
    (stall, until): (Duration, Instant),
    mut take: impl FnMut(&[u8]) -> bool,
) -> Received {
    let (sender, receiver) = std::sync::mpsc::sync_channel(4);
    thread::spawn(move || {
        loop {
            let mut chunk = vec![0; 64 << 10];
            let result = response.read(&mut chunk).map(|n| {
                chunk.truncate(n);
                chunk
            });
            let is_last = !matches!(&result, Ok(chunk) if !chunk.is_empty());
            if sender.send(result).is_err() || is_last {
                break;
            }
        }
    });
    loop {
        match receiver.recv_timeout(stall) {
            Ok(Ok(chunk)) if chunk.is_empty() => return Received::Whole,
            // the client's own limit of time begins anew with each read
            Ok(Ok(_)) if Instant::now() > until => return Received::Broken("it took too long in all".into()),
            Ok(Ok(chunk)) if take(&chunk) => {}
            Ok(Ok(_)) => return Received::TooMuch,
            Ok(Err(error)) => return Received::Broken(chain(&error)),
            Err(_) => return Received::Broken("the server stopped sending".into()),
        }
    }
}

/// Whether an address is on this machine. Elsewhere https is wanted although archives are verified: nothing vouches for
/// a listing, so whoever is in between could hide the newest release.
fn is_loopback(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || ip.is_ok_and(|it| it.is_loopback())
}

/// Whether the server's certificate is what is wrong: it will be the same one the next time.
fn is_certificate(error: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
        return true;
    }
    // the source of an io error is not what it wraps, but that one's source
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    wrapped.is_some_and(|it| is_certificate(it)) || error.source().is_some_and(is_certificate)
}

/// An error with everything that caused it: the last part is what helps.
fn chain(error: &dyn std::error::Error) -> String {
    let mut causes = vec![error.to_string()];
    let mut at = error.source();
    while let Some(cause) = at {
        causes.push(cause.to_string());
        at = cause.source();
    }
    causes.dedup();
    causes.join(": ")
}
