//! What a server says it wrapped a body in, although only the bytes themselves were asked for. Servers that take the ending
//! `.tgz` for a wrapping say so of files that are as they should be, so that what is said is never believed: the digest
//! decides, and where there is none the first bytes do.

use std::io::Read as _;

use reqwest::header::{CONTENT_ENCODING, HeaderMap};

/// A `Content-Encoding`. The list is closed: nothing, `identity`, and `gzip` with its old name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Coding {
    Plain,
    Gzip,
    /// Another one, as it was sent.
    Other(String),
}

impl Coding {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(CONTENT_ENCODING).iter();
        let text = values.map(|it| String::from_utf8_lossy(it.as_bytes())).collect::<Vec<_>>().join(", ");
        let is = |name: &str, other: &str| name.eq_ignore_ascii_case(other);
        let mut names = text.split(',').map(str::trim).filter(|it| !it.is_empty() && !is(it, "identity")).peekable();
        if names.peek().is_none() {
            Self::Plain
        } else if names.all(|it| is(it, "gzip") || is(it, "x-gzip")) {
            Self::Gzip
        } else {
            Self::Other(text)
        }
    }
}

/// What gzip begins with (RFC 1952).
pub(super) const MAGIC: &[u8] = b"\x1f\x8b";

/// What is inside of one layer of gzip, of at most `limit` bytes.
pub(super) fn unwrapped(bytes: &[u8], limit: u64) -> Option<Vec<u8>> {
    if !bytes.starts_with(MAGIC) {
        return None;
    }
    let mut res = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).take(limit + 1).read_to_end(&mut res).ok()?;
    (res.len() as u64 <= limit).then_some(res)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_layer_is_taken_off_up_to_the_limit() {
        let gzip = |bytes: &[u8]| {
            let mut res = Vec::new();
            flate2::read::GzEncoder::new(bytes, flate2::Compression::fast()).read_to_end(&mut res).unwrap();
            res
        };
        let body = gzip(&[7; 999]);
        assert_eq!(unwrapped(&body, 999), Some(vec![7; 999]));
        assert_eq!(unwrapped(&body, 998), None);
        assert_eq!(unwrapped(&gzip(&body), 9999), Some(body.clone()));
        assert_eq!(unwrapped(&body[..body.len() - 9], 999), None);
        assert_eq!(unwrapped(b"plain", 999), None);
    }

    #[test]
    fn only_gzip_is_on_the_list() {
        let of = |values: &[&'static str]| {
            Coding::of(&values.iter().map(|it| (CONTENT_ENCODING, it.parse().unwrap())).collect())
        };
        for plain in [&[][..], &[""], &["identity"], &["Identity, identity"], &["identity", ""]] {
            assert_eq!(of(plain), Coding::Plain, "{plain:?}");
        }
        for gzip in [&["gzip"][..], &["x-gzip"], &["X-GZIP"], &["x-gzip, gzip"], &["gzip", "identity"]] {
            assert_eq!(of(gzip), Coding::Gzip, "{gzip:?}");
        }
        for other in [&["br"][..], &["zstd"], &["deflate"], &["gzip, br"], &["br", "gzip"], &["compress"], &["none"]] {
            assert!(matches!(of(other), Coding::Other(_)), "{other:?}");
        }
    }
}
