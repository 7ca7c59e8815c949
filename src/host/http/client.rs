//! The client that downloads.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{
    Method, StatusCode, Url,
    blocking::{Client as Http, Response},
    header::{ACCEPT, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, IF_RANGE, RANGE},
};

use super::{
    address::{address, http, is_loopback, shown},
    attempt::{FailedAttempt, passing},
    cause::Cause,
    coding::{self, Coding, unwrapped},
    document::{HttpDocument, Validator},
    error::FetchError,
    options::NetworkOptions,
    partial::{Partial, total_of},
    redirect,
    retry::{RetryPolicy, brief_total, refusal},
    transfer::{Received, receive, send},
};
use crate::{
    base::Sha256,
    host::{cache::Cache, terminal::Terminal},
};

/// A client for one mirror.
pub struct Client {
    /// For this machine, and for all others: made when they are needed, because roots are read for them.
    http: [OnceLock<Http>; 2],
    pub(super) options: NetworkOptions,
    terminal: Terminal,
    partials: Option<Cache>,
    requests: Arc<AtomicU32>,
}

/// What is wanted of an address.
struct HttpRequest<'a> {
    /// The address as it is shown.
    url: String,
    address: Url,
    limit: u64,
    expected: Option<Sha256>,
    known: Option<&'a Validator>,
    /// Whether it is asked for again another time anyway.
    is_brief: bool,
    held: ContentCheck,
}

/// What vouches for what comes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ContentCheck {
    /// Nothing but where it comes from.
    No,
    /// A digest or a signature, which the caller looks at.
    Later,
    /// The same, for a file that is itself compressed.
    LaterPacked,
}

/// What is at an address, without its content: nothing, or something and its length where that is told.
type RemoteLength = Option<Option<u64>>;

enum HttpAnswer {
    Whole(Validator),
    NotModified,
    Absent,
}

impl Client {
    /// A client that keeps nothing between runs.
    pub fn new(options: NetworkOptions, terminal: Terminal) -> Self {
        Self { http: Default::default(), options, terminal, partials: None, requests: Arc::default() }
    }

    /// The same, going on with what an earlier run left in the cache.
    #[must_use]
    pub fn resuming(self, cache: Cache) -> Self {
        Self { partials: Some(cache), ..self }
    }

    /// How long a small document may take in all.
    pub fn document_total(&self) -> Duration {
        brief_total(&self.options)
    }

    /// How many requests were made so far, with retries and redirects.
    pub fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// The text at `url`, of at most `limit` bytes, which nothing but its address vouches for; none where there is none
    /// (404, 410).
    pub fn text(&self, url: &str, limit: u64) -> Result<Option<String>, FetchError> {
        let bytes = self.fetch(&wanted(url, limit, ContentCheck::No)?, &mut Partial::default())?.bytes();
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The bytes at `url`, whatever they are, of at most `limit`, which the caller holds against a digest or a signature;
    /// none where there are none.
    pub fn bytes(&self, url: &str, limit: u64) -> Result<Option<Vec<u8>>, FetchError> {
        Ok(self.fetch(&wanted(url, limit, ContentCheck::Later)?, &mut Partial::default())?.bytes())
    }

    /// The same of an archive, whatever the server says that it is wrapped in.
    pub fn packed(&self, url: &str, limit: u64) -> Result<Option<Vec<u8>>, FetchError> {
        Ok(self.fetch(&wanted(url, limit, ContentCheck::LaterPacked)?, &mut Partial::default())?.bytes())
    }

    /// The bytes at `url`, of at most `limit`, unless they are those that `known` is of. They are asked for again another
    /// time, so that there is little patience now.
    pub fn document(&self, url: &str, limit: u64, known: Option<&Validator>) -> Result<HttpDocument, FetchError> {
        let wanted = HttpRequest { known, is_brief: true, ..wanted(url, limit, ContentCheck::No)? };
        self.fetch(&wanted, &mut Partial::default())
    }

    /// The bytes at `url` with the digest that they must have; none where there are none.
    pub fn archive(&self, url: &str, limit: u64, expected: Sha256) -> Result<Option<Vec<u8>>, FetchError> {
        let wanted = HttpRequest { expected: Some(expected), ..wanted(url, limit, ContentCheck::LaterPacked)? };
        let url = wanted.url.as_str();
        let kept = self.partials.as_ref().map(|cache| cache.partial(expected));
        let mut got = kept.map(|kept| Partial::resume(kept, url, limit)).unwrap_or_default();
        if !got.bytes.is_empty() {
            self.terminal.detail(&format!("{url}: going on after {} bytes of an earlier run", got.bytes.len()));
        }
        Ok(self.fetch(&wanted, &mut got)?.bytes())
    }

    /// Whether there is anything at `url`, without asking for its content.
    pub fn exists(&self, url: &str) -> Result<bool, FetchError> {
        Ok(self.see(url, RetryPolicy::brief(&self.options))?.is_some())
    }

    /// How many bytes are at `url`, without asking for them; none where there are none, or where the server does not say.
    pub fn size(&self, url: &str) -> Result<Option<u64>, FetchError> {
        match self.see(url, RetryPolicy::new(&self.options)) {
            Err(FetchError::Status { .. }) => Ok(None),
            seen => Ok(seen?.flatten()),
        }
    }

    fn see(&self, url: &str, mut policy: RetryPolicy) -> Result<RemoteLength, FetchError> {
        let (address, url) = (address(url)?, shown(url));
        loop {
            match self.look(&address, policy.deadline) {
                Ok(res) => return Ok(res),
                Err(trouble) => self.again(&url, &policy.after(&url, trouble, false)?),
            }
        }
    }

    fn look(&self, address: &Url, deadline: Instant) -> Result<RemoteLength, FailedAttempt> {
        let mut response = self.send(&Method::HEAD, address, &HeaderMap::new(), ContentCheck::Later, deadline)?;
        if matches!(response.status(), StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED) {
            let first = HeaderMap::from_iter([(RANGE, HeaderValue::from_static("bytes=0-0"))]);
            response = self.send(&Method::GET, address, &first, ContentCheck::Later, deadline)?;
        }
        match response.status() {
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(None),
            // no first byte: it is empty
            StatusCode::RANGE_NOT_SATISFIABLE => Ok(Some(Some(0))),
            StatusCode::PARTIAL_CONTENT => Ok(Some(total_of(response.headers()))),
            // the length of a file in a wrapping is not its own
            status if status.is_success() && Coding::of(response.headers()) != Coding::Plain => Ok(Some(None)),
            // to the client the body of an answer to HEAD has no bytes
            status if status.is_success() => {
                let length = response.headers().get(CONTENT_LENGTH);
                Ok(Some(length.and_then(|it| it.to_str().ok()?.parse().ok())))
            }
            _ => Err(refusal(address, response, self.options.stall, deadline)),
        }
    }

    fn fetch(&self, wanted: &HttpRequest<'_>, got: &mut Partial) -> Result<HttpDocument, FetchError> {
        let mut policy = (if wanted.is_brief { RetryPolicy::brief } else { RetryPolicy::new })(&self.options);
        loop {
            let had = got.bytes.len();
            let answer = self.attempt(wanted, got, policy.deadline).and_then(|answer| {
                if let (HttpAnswer::Whole(_), Some(expected)) = (&answer, wanted.expected) {
                    judge(wanted, got, expected)?;
                }
                Ok(answer)
            });
            match answer {
                Ok(HttpAnswer::Absent) => return Ok(HttpDocument::Absent),
                Ok(HttpAnswer::NotModified) => return Ok(HttpDocument::NotModified),
                Ok(HttpAnswer::Whole(validator)) => {
                    let bytes = plain(wanted, std::mem::take(&mut got.bytes), got.is_labelled)?;
                    return Ok(HttpDocument::Fresh { bytes, validator });
                }
                Err(trouble) => {
                    if matches!(trouble, FailedAttempt::Unfit(..)) {
                        got.clear();
                    }
                    let progress = got.bytes.len() > had;
                    self.again(&wanted.url, &policy.after(&wanted.url, trouble, progress)?);
                }
            }
        }
    }

    pub(super) fn again(&self, url: &str, reason: &str) {
        self.terminal.detail(&format!("{url}: {reason}, trying again"));
    }

    fn attempt(
        &self,
        wanted: &HttpRequest<'_>,
        got: &mut Partial,
        deadline: Instant,
    ) -> Result<HttpAnswer, FailedAttempt> {
        if got.is_complete() {
            // an earlier run was cut off after the last byte
            return Ok(HttpAnswer::Whole(Validator::default()));
        }
        let url = &wanted.address;
        let mut headers = HeaderMap::new();
        if wanted.is_brief {
            headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/html, */*"));
        }
        let mut conditions = Vec::new();
        if let Some((from, etag)) = got.continuation() {
            headers.extend(header(RANGE, &format!("bytes={from}-")));
            headers.insert(IF_RANGE, etag.clone());
        } else {
            conditions = wanted.known.map(Validator::conditions).unwrap_or_default();
            headers.extend(conditions.iter().filter_map(|(name, value)| header(name.clone(), value)));
        }
        let response = self.send(&Method::GET, url, &headers, wanted.held, deadline)?;
        match response.status() {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => self.take(wanted, got, response, deadline),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(HttpAnswer::Absent),
            StatusCode::NOT_MODIFIED if !conditions.is_empty() => Ok(HttpAnswer::NotModified),
            status @ StatusCode::RANGE_NOT_SATISFIABLE if got.continuation().is_some() => {
                Err(FailedAttempt::Unfit(Cause::busy(status), None))
            }
            _ => Err(refusal(url, response, self.options.stall, deadline)),
        }
    }

    /// Takes the content of an answer, whole or a part.
    fn take(
        &self,
        wanted: &HttpRequest<'_>,
        got: &mut Partial,
        response: Response,
        deadline: Instant,
    ) -> Result<HttpAnswer, FailedAttempt> {
        let (url, limit) = (wanted.url.as_str(), wanted.limit);
        let coding = Coding::of(response.headers());
        if let Coding::Other(encoding) = coding {
            return Err(FailedAttempt::Final(FetchError::Encoded { url: url.into(), encoding }));
        }
        let validator = Validator::of(response.headers());
        got.begin(&response)?;
        got.is_labelled = coding == Coding::Gzip;
        let length = response.content_length();
        let too_large = || FailedAttempt::Final(FetchError::TooLarge { url: url.into(), limit });
        if length.is_some_and(|it| it.saturating_add(got.bytes.len() as u64) > limit) {
            got.clear();
            return Err(too_large());
        }
        got.bytes.reserve_exact(length.and_then(|it| it.try_into().ok()).unwrap_or_default());
        let bar = self.terminal.bar(url.rsplit('/').next().unwrap_or_default(), length);
        let result = receive(response, self.options.stall, deadline, |chunk| {
            got.push(chunk);
            bar.inc(chunk.len() as u64);
            got.bytes.len() as u64 <= limit
        });
        bar.finish_and_clear();
        match result {
            Received::Whole if got.is_short() => passing("the body was short"),
            Received::Whole => Ok(HttpAnswer::Whole(validator)),
            Received::TooMuch => {
                got.clear();
                Err(too_large())
            }
            Received::Broken(cause) => passing(cause),
        }
    }

    fn client(&self, address: &Url) -> Result<&Http, FailedAttempt> {
        let made = &self.http[usize::from(is_loopback(address))];
        if let Some(client) = made.get() {
            return Ok(client);
        }
        let client = http(address, &self.options).map_err(FailedAttempt::Final)?;
        Ok(made.get_or_init(|| client))
    }

    /// The answer to a request, behind the redirects that may be followed. They are counted as the requests that they are.
    pub(super) fn send(
        &self,
        method: &Method,
        address: &Url,
        headers: &HeaderMap,
        held: ContentCheck,
        deadline: Instant,
    ) -> Result<Response, FailedAttempt> {
        let mut at = address.clone();
        for followed in 0.. {
            let request = self.client(&at)?.request(method.clone(), at.clone()).headers(headers.clone());
            self.requests.fetch_add(1, Ordering::Relaxed);
            let response = send(request, &at, self.options.stall, deadline)?;
            match redirect::next(&at, &response, held != ContentCheck::No, followed)? {
                Some(next) => at = next,
                None => return Ok(response),
            }
        }
        passing("it was led on without an end")
    }
}

fn wanted(url: &str, limit: u64, held: ContentCheck) -> Result<HttpRequest<'static>, FetchError> {
    let address = address(url)?;
    Ok(HttpRequest { url: shown(url), address, limit, expected: None, known: None, is_brief: false, held })
}

fn header(name: HeaderName, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((name, HeaderValue::from_str(value).ok()?))
}

/// A body without the wrapping that the server says it has. Where it does not begin like one, there is none; an archive is one
/// itself.
fn plain(wanted: &HttpRequest<'_>, bytes: Vec<u8>, is_labelled: bool) -> Result<Vec<u8>, FetchError> {
    if !is_labelled || wanted.held == ContentCheck::LaterPacked || !bytes.starts_with(coding::MAGIC) {
        return Ok(bytes);
    }
    let damaged = || FetchError::Wrapped { url: wanted.url.clone(), limit: wanted.limit };
    unwrapped(&bytes, wanted.limit).ok_or_else(damaged)
}

/// Whether the bytes are what they should be, as they are or without the wrapping that the server says they have. Pieces of
/// two files, or a stream that ended early without saying so, are asked for once more from the start.
fn judge(wanted: &HttpRequest<'_>, got: &mut Partial, expected: Sha256) -> Result<(), FailedAttempt> {
    let Err(found) = got.judge(expected) else { return Ok(()) };
    let inner = got.is_labelled.then(|| unwrapped(&got.bytes, wanted.limit)).flatten();
    if let Some(inner) = inner.filter(|it| Sha256::of(it) == expected) {
        got.bytes = inner;
        return Ok(());
    }
    let url = wanted.url.clone();
    let error =
        if got.is_page() { FetchError::Page { url, expected } } else { FetchError::Digest { url, found, expected } };
    if got.is_doubtful() {
        let reason = "the digest was wrong after an interrupted download";
        return Err(FailedAttempt::Unfit(reason.into(), Some(error)));
    }
    Err(FailedAttempt::Final(error))
}
