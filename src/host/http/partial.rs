//! What of a file is here so far, and whether an answer continues it.

use reqwest::{
    StatusCode,
    blocking::Response,
    header::{CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue},
};

use super::attempt::FailedAttempt;
use crate::{base::Sha256, host::cache::PartialDownload};

/// The bytes of one file from its start, in memory and, where another run could go on, on disk.
#[derive(Default)]
pub(super) struct Partial {
    pub(super) bytes: Vec<u8>,
    etag: Option<HeaderValue>,
    /// The length of the whole, where it is known.
    total: Option<u64>,
    /// Whether the bytes came in more than one piece.
    is_joined: bool,
    is_page: bool,
    /// Whether the server says that it is wrapped in gzip.
    pub(super) is_labelled: bool,
    kept: Option<(PartialDownload, String)>,
}

impl Partial {
    /// Goes on where an earlier run was cut off, and keeps what arrives for a later one.
    pub(super) fn resume(mut kept: PartialDownload, url: &str, limit: u64) -> Self {
        let mut res = Self::default();
        if let Some(found) = kept.load(url, limit)
            && let Ok(etag) = HeaderValue::from_str(&found.etag)
        {
            res = Self { bytes: found.bytes, etag: Some(etag), total: found.total, is_joined: true, ..res };
        }
        res.kept = Some((kept, url.to_owned()));
        res
    }

    /// The offset and the strong tag to go on with.
    pub(super) fn continuation(&self) -> Option<(usize, &HeaderValue)> {
        let etag = self.etag.as_ref().filter(|_| !self.bytes.is_empty())?;
        Some((self.bytes.len(), etag))
    }

    /// Whether nothing is missing, as far as can be told without a digest.
    pub(super) fn is_complete(&self) -> bool {
        self.total == Some(self.bytes.len() as u64)
    }

    /// Whether something is known to be missing.
    pub(super) fn is_short(&self) -> bool {
        self.total.is_some_and(|it| (self.bytes.len() as u64) < it)
    }

    /// Whether a wrong digest can come from how it arrived: in pieces, or without a length that tells the end.
    pub(super) fn is_doubtful(&self) -> bool {
        self.is_joined || self.total.is_none()
    }

    /// Whether the server called it a web page.
    pub(super) fn is_page(&self) -> bool {
        self.is_page
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        if let Some((kept, _)) = &mut self.kept {
            kept.discard();
        }
        *self = Self { kept: self.kept.take(), ..Self::default() };
    }

    /// Decides whether the answer, which has content, continues what is here; otherwise what is here is dropped.
    pub(super) fn begin(&mut self, response: &Response) -> Result<(), FailedAttempt> {
        let headers = response.headers();
        let etag = headers.get(ETAG);
        if response.status() == StatusCode::PARTIAL_CONTENT {
            let range = range_of(headers);
            let other_part = || FailedAttempt::Unfit("the server sent another part than was asked for".into(), None);
            let (from, until, total) = range.ok_or_else(other_part)?;
            let is_next = from > 0 && from == self.bytes.len() as u64;
            let is_as_long = response.content_length().is_none_or(|it| it == until - from);
            if !is_next || !is_as_long || self.total.is_some_and(|it| it != total) {
                return Err(other_part());
            }
            if etag.is_some_and(|it| Some(it) != self.etag.as_ref()) {
                return Err(FailedAttempt::Unfit("the server sent a part of another file".into(), None));
            }
            (self.total, self.is_joined) = (Some(total), true);
            return Ok(());
        }
        self.clear();
        self.total = response.content_length();
        let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        self.is_page = kind.to_ascii_lowercase().starts_with(b"text/html");
        // a weak tag does not promise the same bytes
        self.etag = etag.filter(|it| it.as_bytes().starts_with(b"\"")).cloned();
        if let (Some((kept, url)), Some(etag)) = (&mut self.kept, &self.etag)
            && let Ok(etag) = etag.to_str()
        {
            kept.begin(url, etag, self.total);
        }
        Ok(())
    }

    /// Adds what arrived.
    pub(super) fn push(&mut self, chunk: &[u8]) {
        self.bytes.extend_from_slice(chunk);
        if let Some((kept, _)) = &mut self.kept {
            kept.append(chunk);
        }
    }

    /// Whether it is what it should be. Nothing is kept of it from then on.
    pub(super) fn judge(&mut self, expected: Sha256) -> Result<(), Sha256> {
        let found = Sha256::of(&self.bytes);
        if let Some((kept, _)) = &mut self.kept {
            kept.discard();
        }
        if found == expected { Ok(()) } else { Err(found) }
    }
}

/// The length of the whole that a part is of.
pub(super) fn total_of(headers: &HeaderMap) -> Option<u64> {
    range_of(headers).map(|(.., total)| total)
}

fn range_of(headers: &HeaderMap) -> Option<(u64, u64, u64)> {
    parse_range(headers.get(CONTENT_RANGE)?.to_str().ok()?)
}

/// `bytes 100-199/1000` as the first byte, the one after the last, and the length of the whole.
fn parse_range(text: &str) -> Option<(u64, u64, u64)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (from, last) = range.split_once('-')?;
    let (from, last, total): (u64, u64, u64) =
        (from.trim().parse().ok()?, last.trim().parse().ok()?, total.trim().parse().ok()?);
    (from <= last && last < total).then(|| (from, last + 1, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_an_order_and_a_total() {
        assert_eq!(parse_range("bytes 100-199/1000"), Some((100, 200, 1000)));
        assert_eq!(parse_range("bytes 0-0/1"), Some((0, 1, 1)));
        for text in ["bytes 100-199/*", "bytes 5-4/9", "bytes 0-9/9", "bytes */9", "items 0-1/9", "bytes -5/9", ""] {
            assert_eq!(parse_range(text), None, "{text}");
        }
        assert_eq!(parse_range("bytes 0-18446744073709551615/18446744073709551615"), None);
    }
}
