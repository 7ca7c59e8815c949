//! What every accepted archive has to keep to.

use std::collections::BTreeMap;

use molt_sync::archive::{Entry, Limits, Refusal, SinkError, ArchiveSummary};

/// The files of an archive by path, if it is accepted.
pub fn files(
    limits: &Limits,
    scan: impl FnOnce(&mut dyn FnMut(Entry<'_>) -> Result<(), SinkError>) -> Result<ArchiveSummary, Refusal>,
) -> Option<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut folded = std::collections::BTreeSet::new();
    let summary = scan(&mut |entry| {
        let path = entry.path.to_owned();
        assert!(path.len() as u64 <= limits.path && path.split('/').count() as u64 <= limits.depth, "{path}");
        let is_clean = |part: &str| !matches!(part, "" | "." | "..") && !part.ends_with(['.', ' ']);
        assert!(path.split('/').all(is_clean) && path.bytes().all(|it| (0x20..0x7f).contains(&it)), "{path}");
        assert!(!path.contains(['\\', ':', '*', '?', '"', '<', '>', '|']), "{path}");
        assert!(entry.size <= limits.file, "{path}");
        assert!(folded.insert(path.to_lowercase()), "{path} comes twice");
        let mut bytes = Vec::new();
        entry.bytes.read_to_end(&mut bytes)?;
        assert_eq!(bytes.len() as u64, entry.size, "{path}");
        files.insert(path, bytes);
        Ok(())
    });
    let summary = summary.ok()?;
    assert_eq!(summary.files, files.len() as u64);
    assert_eq!(summary.bytes, files.values().map(|it| it.len() as u64).sum::<u64>());
    assert!(summary.files <= limits.entries && !summary.top.contains('/') && !summary.top.is_empty());
    for path in files.keys() {
        // no file is a folder too
        assert!(!path.match_indices('/').any(|(at, _)| files.contains_key(&path[..at])), "{path}");
    }
    Some(files)
}
