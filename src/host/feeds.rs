//! Feeds over the network: small documents that are asked for again and again. What a source sent is kept with its validator, so
//! that it need not send the same again.

use std::path::Path;

use super::{
    cache::Cache,
    http::{Client, FetchError, HttpDocument, Validator},
    mirror::{Mirror, MirrorError},
};
use crate::base::Sha256;

/// How a source answered.
#[derive(Debug)]
pub enum FeedAnswer {
    /// What it has now.
    Found(Vec<u8>),
    /// It has nothing there.
    Absent,
    /// It wants to be asked again in so many seconds.
    Throttled(i64),
    /// It did not answer, and why.
    Silent(String),
}

/// Asks for `url`.
pub fn feed(client: &Client, cache: &Cache, url: &str, limit: u64) -> FeedAnswer {
    let key = Sha256::of(url.as_bytes());
    let kept = cache.feed(key).and_then(|(validator, body)| Some((Validator::parse(&validator)?, body)));
    match client.document(url, limit, kept.as_ref().map(|(validator, _)| validator)) {
        Ok(HttpDocument::Fresh { bytes, validator }) => {
            // what has nothing to ask with counts all the same where the source is silent later
            let line = validator.line().unwrap_or_else(|| "\t".to_owned());
            // a cache that cannot be written to costs a request the next time
            drop(cache.put_feed(key, &line, &bytes));
            FeedAnswer::Found(bytes)
        }
        Ok(HttpDocument::NotModified) => match kept {
            Some((_, body)) => FeedAnswer::Found(body),
            None => FeedAnswer::Silent("it says that nothing changed, and nothing was asked so".into()),
        },
        Ok(HttpDocument::Absent) => FeedAnswer::Absent,
        Err(error) => no_answer(&error),
    }
}

/// What a source sent the last time, where that was kept.
pub fn kept_feed(cache: &Cache, url: &str) -> Option<Vec<u8>> {
    cache.feed(Sha256::of(url.as_bytes())).map(|it| it.1)
}

fn no_answer(error: &FetchError) -> FeedAnswer {
    match error {
        FetchError::Throttled { wait, .. } => FeedAnswer::Throttled(wait.as_secs().try_into().unwrap_or(i64::MAX)),
        other => FeedAnswer::Silent(other.to_string()),
    }
}

impl Mirror {
    /// What is at a path of the mirror, as a feed; a folder of this machine is listed as a server would list it.
    pub fn feed(&self, cache: &Cache, path: &str, limit: u64) -> FeedAnswer {
        match self {
            Self::Url(client, base) => feed(client, cache, &format!("{base}/{path}"), limit),
            Self::Folder(_) | Self::OwnFolder(_) if path.is_empty() || path.ends_with('/') => match self.list(path) {
                Ok(Some(names)) => FeedAnswer::Found(listing(&names)),
                Ok(None) => FeedAnswer::Absent,
                Err(error) => FeedAnswer::Silent(error.to_string()),
            },
            Self::Folder(_) | Self::OwnFolder(_) => silent_or(self.small(path, limit)),
        }
    }

    /// Whether an address is at the same host.
    pub fn is_at_host_of(&self, url: &str) -> bool {
        let origin = |url: &str| reqwest::Url::parse(url).ok().map(|it| it.origin());
        match self {
            Self::Url(_, base) => origin(url).is_some_and(|it| origin(base) == Some(it)),
            Self::Folder(_) | Self::OwnFolder(_) => false,
        }
    }

    /// Whether it is on this machine.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Folder(_) | Self::OwnFolder(_) => true,
            Self::Url(_, base) => reqwest::Url::parse(base).is_ok_and(|it| super::http::is_loopback(&it)),
        }
    }

    /// Whether a file is there, without reading it, as a feed.
    pub fn has(&self, path: &str) -> FeedAnswer {
        silent_or(self.is_there(path).map(|it| it.then(Vec::new)))
    }

    /// The same of an archive, which has to begin as one does where a server answers. Of one in a folder its name is enough.
    pub fn has_archive(&self, path: &str) -> FeedAnswer {
        match self {
            Self::Folder(_) | Self::OwnFolder(_) => self.has(path),
            Self::Url(client, base) => {
                let found = or_refused(client.has_archive(&format!("{base}/{path}")));
                silent_or(found.map(|it| it.then(Vec::new)))
            }
        }
    }

    /// Whether a file is there, without reading it.
    pub fn is_there(&self, path: &str) -> Result<bool, MirrorError> {
        match self {
            Self::Folder(root) | Self::OwnFolder(root) => {
                self.place(root, path).and_then(|path| match std::fs::metadata(&path) {
                    Ok(about) => Ok(about.is_file()),
                    Err(error) if super::door::is_absent(&error) => Ok(false),
                    Err(source) => Err(MirrorError::Disk { path, source }),
                })
            }
            Self::Url(client, base) => or_refused(client.exists(&format!("{base}/{path}"))),
        }
    }
}

/// Stores of files answer with a refusal for what they do not have.
fn or_refused(found: Result<bool, FetchError>) -> Result<bool, MirrorError> {
    match found {
        Err(FetchError::Status { status, .. }) if status.as_u16() == 403 => Ok(false),
        other => other.map_err(MirrorError::from),
    }
}

fn silent_or(result: Result<Option<Vec<u8>>, MirrorError>) -> FeedAnswer {
    match result {
        Ok(Some(bytes)) => FeedAnswer::Found(bytes),
        Ok(None) => FeedAnswer::Absent,
        Err(MirrorError::Fetch(error)) => no_answer(&error),
        Err(error) => FeedAnswer::Silent(error.to_string()),
    }
}

fn listing(names: &[String]) -> Vec<u8> {
    let links: String = names.iter().map(|name| format!("<a href=\"{name}\">{name}</a>\n")).collect();
    format!("<html><h1>Index of /</h1><pre>{links}</pre></html>").into_bytes()
}

/// A file that one process at a time holds, for as long as it lives.
pub struct FileLock(#[expect(dead_code, reason = "it is locked as long as it is open")] std::fs::File);

/// Takes hold of `path`; none where another process has it. A link there is none of ours: it would be followed to whatever it names.
pub fn hold(path: &Path) -> std::io::Result<Option<FileLock>> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    if std::fs::symlink_metadata(path).is_ok_and(|it| it.is_symlink()) {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "a link stands there"));
    }
    let file = super::plain::open(path, std::fs::OpenOptions::new().write(true).create(true).truncate(false))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(FileLock(file))),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}
