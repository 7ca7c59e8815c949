//! Older versions of the files that facts come from, read from git. What a commit has behind it never changes, so that it
//! is asked once and kept in the user's cache.

use std::path::Path;

use rayon::prelude::*;

use super::load::Docs;
use crate::{
    audit::later_document,
    base::{RelPath, Sha256},
    command::failure::Failure,
    docs::{self, Claim, Histories, Version, Versions},
    host::{self, Cache},
};

/// The histories that the wrong claims need; none where there is no repository, or no commit in it.
///
/// # Errors
/// When git does not answer: that is no sign of there being no history.
pub(super) fn histories(loaded: &Docs, root: &Path, cache: &Cache, claims: &[Claim]) -> Result<Histories, Failure> {
    let needed = docs::needed(claims, &loaded.facts);
    if needed.is_empty() || !host::git::is_repository(root)? {
        return Ok(Histories::new());
    }
    let Some((head, is_shallow)) = host::git::head(root)? else { return Ok(Histories::new()) };
    let place = host::full_path(root);
    let read = |path: &RelPath| {
        let later = later_document();
        let mut paths = vec![path];
        if *path == later {
            paths.push(&loaded.early_audit);
        }
        let names: Vec<&str> = paths.iter().map(|it| it.as_str()).collect();
        let key = Sha256::of(format!("{}\0{head}\0{is_shallow}\0{}", place.display(), names.join("\0")).as_bytes());
        // a shallow clone can be deepened under the same commit
        let kept = if is_shallow { None } else { cache.history(key).and_then(|it| serde_json::from_str(&it).ok()) };
        if let Some(versions) = kept {
            return Ok((path.clone(), versions));
        }
        let version = |it: host::git::Version| Version {
            commit: it.commit,
            date: it.date,
            subject: it.subject,
            text: it.bytes.and_then(|it| String::from_utf8(it).ok()),
        };
        let (all, is_all) = host::git::versions(root, &paths)?;
        let versions = Versions { all: all.into_iter().map(version).collect(), is_whole: is_all && !is_shallow };
        if let Ok(text) = serde_json::to_string(&versions) {
            // a cache that cannot be written to costs time and nothing else
            drop(cache.put_history(key, &text));
        }
        Ok::<_, Failure>((path.clone(), versions))
    };
    needed.par_iter().map(read).collect()
}
