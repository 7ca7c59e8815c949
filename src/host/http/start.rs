//! Whether an archive is at an address, without its content: a network with a login, or a server that is being repaired, says of
//! everything that it is there.

use std::time::Instant;

use reqwest::{
    Method, StatusCode, Url,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue, RANGE},
};

use super::{
    address::{address, shown},
    attempt::{FailedAttempt, passing},
    client::{Client, ContentCheck},
    error::FetchError,
    retry::{RetryPolicy, refusal},
    transfer::{Received, receive},
};

/// How archives begin: gzip, xz and zip.
const MAGIC: [&[u8]; 3] = [b"\x1f\x8b", b"\xfd7zXZ\0", b"PK"];
/// So many bytes tell them.
const ENOUGH: usize = 6;

impl Client {
    /// Whether an archive is at `url`.
    ///
    /// # Errors
    /// Also where something is there that does not begin as an archive does.
    pub fn has_archive(&self, url: &str) -> Result<bool, FetchError> {
        if !self.exists(url)? {
            return Ok(false);
        }
        let (address, url) = (address(url)?, shown(url));
        let mut policy = RetryPolicy::brief(&self.options);
        loop {
            match self.start(&address, policy.deadline) {
                Ok(None) => return Ok(false),
                Ok(Some(start)) if MAGIC.iter().any(|it| start.starts_with(it)) => return Ok(true),
                Ok(Some(_)) => return Err(FetchError::NoArchive { url }),
                Err(trouble) => self.again(&url, &policy.after(&url, trouble, false)?),
            }
        }
    }

    /// The first bytes at an address; none where nothing is there.
    fn start(&self, address: &Url, deadline: Instant) -> Result<Option<Vec<u8>>, FailedAttempt> {
        let first = HeaderMap::from_iter([(RANGE, HeaderValue::from_static("bytes=0-5"))]);
        let response = self.send(&Method::GET, address, &first, ContentCheck::Later, deadline)?;
        match response.status() {
            StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(None),
            StatusCode::RANGE_NOT_SATISFIABLE => return Ok(Some(Vec::new())),
            // a page in gzip begins as an archive does
            status if status.is_success() && is_page(response.headers()) => return Ok(Some(Vec::new())),
            status if status.is_success() => {}
            _ => return Err(refusal(address, response, self.options.stall, deadline)),
        }
        let mut start = Vec::new();
        // a server that knows no ranges sends all of it, and is not listened to for longer
        match receive(response, self.options.stall, deadline, |chunk| {
            start.extend_from_slice(&chunk[..chunk.len().min(ENOUGH)]);
            start.len() < ENOUGH
        }) {
            Received::Whole | Received::TooMuch => Ok(Some(start)),
            Received::Broken(cause) => passing(cause),
        }
    }
}

fn is_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
}
