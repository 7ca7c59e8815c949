//! Directory listings of a mirror, as nginx and Apache write them.
//!
//! A folder is named by the base version, is made long before anything is in it, and other folders lie beside it
//! (`binaries-1.1`, `pymanager`): it says where to look and nothing more. What was listed may be hours old.

use super::{Feed, FeedError};
use crate::{
    base::Version,
    release::{Artifact, parse_listing},
};

const FORM: &str = "directory listing";

/// The base versions that have a folder.
pub fn top(bytes: &[u8]) -> Result<Feed<Version>, FeedError> {
    let mut res = Feed::default();
    for name in names(bytes)? {
        res.take(name.parse().map_err(|_| format!("{name} is not a version")));
    }
    if res.rows.is_empty() {
        return Err(FeedError::new(FORM, "it names no version"));
    }
    res.rows.sort_unstable();
    res.rows.dedup();
    Ok(res)
}

/// The source archives in a folder.
pub fn folder(bytes: &[u8]) -> Result<Feed<Artifact>, FeedError> {
    let mut res = Feed::default();
    for name in names(bytes)? {
        // sidecars, installers and packages for phones are not source archives
        res.take(Artifact::parse(&name).ok_or_else(|| format!("{name} is not a source archive")));
    }
    Ok(res)
}

fn names(bytes: &[u8]) -> Result<Vec<String>, FeedError> {
    let text = String::from_utf8_lossy(bytes);
    let is_listing = ["Index of ", "<pre>", "Parent Directory", "href=\"../\""].iter().any(|it| text.contains(it));
    if !is_listing {
        return Err(FeedError::new(FORM, "it does not look like one"));
    }
    let mut names = parse_listing(&text);
    names.retain(|it| it != "..");
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_archives_are_told_from_the_rest() {
        let page = b"<html><h1>Index of /ftp/python/</h1><pre><a href=\"../\">../</a>\n<a href=\"3.14.0/\">3.14.0/</a>\n<a href=\"binaries-1.1/\">b</a>\n<a href=\"3.2/\">3.2/</a>\n<a href=\"pymanager/\">p</a></pre>";
        let top = top(page).unwrap();
        assert_eq!(top.rows.iter().map(ToString::to_string).collect::<Vec<_>>(), ["3.14.0"]);
        assert_eq!(top.skipped.len(), 3);
        let page = b"<pre><a href=\"Python-3.14.0a1.tar.xz\">x</a><a href=\"Python-3.14.0a1.tar.xz.sigstore\">x</a><a href=\"Python-3.14.0.tgz\">x</a><a href=\"python-3.14.0-iOS-XCframework.tar.gz\">x</a>";
        let names: Vec<String> = folder(page).unwrap().rows.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["Python-3.14.0a1.tar.xz", "Python-3.14.0.tgz"]);
        assert_eq!(folder(b"<pre></pre>").unwrap().rows, [], "an empty folder is not an error");
    }
}
