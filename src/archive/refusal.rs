//! Why an archive is refused.

use std::io;

use crate::base::Sha256;

/// Why an archive is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The first bytes are of no known format.
    #[error("it is not a .tgz, .tar.xz or .zip archive")]
    Format,
    /// The stream ends early or its checksums are wrong.
    #[error("its data is damaged: {0}")]
    Damaged(String),
    /// It is packed in a way that is known and that no release has.
    #[error("it is packed in a way that no release is: {0}")]
    Packed(&'static str),
    /// There are bytes where the archive should have ended.
    #[error("it has data after its end")]
    Trailing,
    /// A header that CPython's own releases never have.
    #[error("entry `{path}` {what}")]
    Entry {
        /// The entry's path, escaped.
        path: String,
        /// What is wrong with it.
        what: String,
    },
    /// A limit of [`Limits`](super::Limits).
    #[error("it breaks a safety limit: {what} is over {limit}")]
    Limit {
        /// What was measured.
        what: &'static str,
        /// The greatest value allowed.
        limit: u64,
    },
    /// Damage, packing, more data or a limit, with the entry where it was met.
    #[error("{refusal}, {place} entry `{path}`")]
    Near {
        /// What it is.
        refusal: Box<Refusal>,
        /// `at` or `after`.
        place: &'static str,
        /// The entry's path, escaped.
        path: String,
    },
    /// A file is not the one that is stated.
    #[error("file `{path}` has digest {found}, and {stated} is stated for it")]
    Differs {
        /// Its path below the top folder.
        path: String,
        /// What it has.
        found: Sha256,
        /// What it should have.
        stated: Sha256,
    },
    /// A file that nobody states.
    #[error("file `{path}` is not among those that are stated (its digest is {found})")]
    Unstated {
        /// Its path below the top folder.
        path: String,
        /// What it has.
        found: Sha256,
    },
    /// A file that is stated and not there.
    #[error("file `{path}` is missing, and digest {stated} is stated for it")]
    Missing {
        /// Its path below the top folder.
        path: String,
        /// What it should have.
        stated: Sha256,
    },
    /// The caller's closure gave up.
    #[error("{0}")]
    Sink(#[from] SinkError),
}

/// What a sink reports when it does not want to go on.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// A sink that could not read on passes on what the archive is refused for.
pub(super) fn from_sink(error: SinkError) -> Refusal {
    match error.downcast::<io::Error>() {
        Ok(error) => Refusal::from(*error),
        Err(error) => Refusal::Sink(error),
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Refusal>() {
            Ok(refusal) => refusal,
            Err(error) => Self::Damaged(error.to_string()),
        }
    }
}

impl Refusal {
    pub(super) fn entry(path: &[u8], what: impl Into<String>) -> Self {
        let path = String::from_utf8_lossy(path).escape_debug().take(300).collect();
        Self::Entry { path, what: what.into() }
    }

    /// The same, saying where, if it does not say so yet; an empty path is not an entry.
    pub(super) fn near(self, place: &'static str, path: &[u8]) -> Self {
        match self {
            Self::Damaged(_) | Self::Packed(_) | Self::Trailing | Self::Limit { .. } if !path.is_empty() => {
                let path = String::from_utf8_lossy(path).escape_debug().take(300).collect();
                Self::Near { refusal: Box::new(self), place, path }
            }
            other => other,
        }
    }
}
