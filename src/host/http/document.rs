//! Small documents that are asked for again and again: the server is told which one is here already.

use reqwest::header::{ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};

/// What a server said of a document, to be given back to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validator {
    /// `ETag`, weak or strong, with its quotes.
    pub etag: Option<String>,
    /// `Last-Modified`, as the server wrote it.
    pub modified: Option<String>,
}

/// A document, as far as it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpDocument {
    /// It is the one that the validator is of.
    NotModified,
    /// There is none (404, 410).
    Absent,
    /// It is here.
    Fresh {
        /// Its bytes.
        bytes: Vec<u8>,
        /// What to ask with the next time.
        validator: Validator,
    },
}

impl HttpDocument {
    /// Its bytes, if they came.
    pub(super) fn bytes(self) -> Option<Vec<u8>> {
        match self {
            Self::Fresh { bytes, .. } => Some(bytes),
            Self::NotModified | Self::Absent => None,
        }
    }
}

impl Validator {
    /// In one line; none where there is nothing to ask with.
    pub fn line(&self) -> Option<String> {
        let text = |it: &Option<String>| it.clone().unwrap_or_default();
        (*self != Self::default()).then(|| format!("{}\t{}", text(&self.etag), text(&self.modified)))
    }

    /// Reads that line.
    pub fn parse(line: &str) -> Option<Self> {
        let (etag, modified) = line.split_once('\t')?;
        let text = |it: &str| Some(it.to_owned()).filter(|it| !it.is_empty());
        Some(Self { etag: text(etag), modified: text(modified) })
    }

    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = |name: HeaderName| {
            let value = headers.get(name).and_then(|it| it.to_str().ok());
            // a tab would end the first half of the line that it is kept in
            value.filter(|it| !it.is_empty() && !it.contains('\t')).map(str::to_owned)
        };
        Self { etag: text(ETAG), modified: text(LAST_MODIFIED) }
    }

    /// The headers to ask with; none where nothing is known.
    pub(super) fn conditions(&self) -> Vec<(HeaderName, &str)> {
        let etag = self.etag.as_deref().map(|it| (IF_NONE_MATCH, it));
        etag.into_iter().chain(self.modified.as_deref().map(|it| (IF_MODIFIED_SINCE, it))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validator_is_kept_in_a_line() {
        let of = |etag: Option<&str>, modified: Option<&str>| Validator {
            etag: etag.map(str::to_owned),
            modified: modified.map(str::to_owned),
        };
        for it in [of(Some("W/\"7\""), None), of(None, Some("Mon")), of(Some("\"7\""), Some("Mon"))] {
            assert_eq!(Validator::parse(&it.line().unwrap()), Some(it));
        }
        assert_eq!(of(None, None).line(), None);
        assert_eq!(Validator::parse("no tab"), None);
    }
}
