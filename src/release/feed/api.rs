//! The release API of python.org, version 2: `downloads/release/` and `downloads/release_file/?release=N`, arrays in no order.
//!
//! Slugs are typed by hand and names are not, so the name counts. Rows of the install manager (version 100), of Python 2 and 1,
//! and drafts are skipped. Files of drafts are listed too, so a file is not proof of a release.

use serde_json::Value;

use super::{Feed, FeedError, json};
use crate::{
    base::{Sha256, Version},
    release::Artifact,
};

const FORM: &str = "array of python.org's release API";

/// A published release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiRelease {
    /// Which one.
    pub version: Version,
    /// Its number in the API, where its address says it.
    pub id: Option<u64>,
    /// The day, as `YYYY-MM-DD`.
    pub date: String,
    /// Whether the download page shows it; one that was recalled is hidden at times.
    pub is_shown: bool,
}

/// A source archive as the API has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiFile {
    /// Which one.
    pub artifact: Artifact,
    /// Its digest; none where only an MD5 is stated, which proves nothing.
    pub sha256: Option<Sha256>,
    /// Its length in bytes.
    pub size: Option<u64>,
    /// Whether a signature bundle is stated.
    pub has_bundle: bool,
}

/// The published releases of Python 3.
pub fn releases(bytes: &[u8]) -> Result<Feed<ApiRelease>, FeedError> {
    rows(bytes, release)?.heard(FORM)
}

/// The source archives among files.
pub fn files(bytes: &[u8]) -> Result<Feed<ApiFile>, FeedError> {
    rows(bytes, file)
}

fn rows<T>(bytes: &[u8], row: impl Fn(&Value) -> Result<T, String>) -> Result<Feed<T>, FeedError> {
    let value = json(bytes, FORM)?;
    let Some(all) = value.as_array() else {
        let detail = value.get("detail").and_then(Value::as_str).unwrap_or("it is not an array");
        return Err(FeedError::new(FORM, detail));
    };
    let mut res = Feed::default();
    for it in all {
        res.take(row(it));
    }
    if res.rows.is_empty() && !all.is_empty() && !all.iter().all(|it| it.get("name").is_some()) {
        return Err(FeedError::new(FORM, "none of its rows has a name"));
    }
    Ok(res)
}

fn release(row: &Value) -> Result<ApiRelease, String> {
    let name = row.get("name").and_then(Value::as_str).unwrap_or("a row without a name");
    let version = name.strip_prefix("Python ").and_then(|it| it.trim().parse().ok());
    let version: Version = version.ok_or_else(|| format!("{name} is not a release of Python 3"))?;
    if row.get("is_published").and_then(Value::as_bool) == Some(false) {
        return Err(format!("{name} is a draft"));
    }
    let uri = row.get("resource_uri").and_then(Value::as_str).unwrap_or_default();
    let date = row.get("release_date").and_then(Value::as_str).unwrap_or_default();
    Ok(ApiRelease {
        version,
        id: uri.trim_end_matches('/').rsplit('/').next().and_then(|it| it.parse().ok()),
        date: date.chars().take(10).collect(),
        is_shown: row.get("show_on_download_page").and_then(Value::as_bool).unwrap_or(true),
    })
}

fn file(row: &Value) -> Result<ApiFile, String> {
    let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
    let url = text("url");
    let name = url.rsplit('/').next().unwrap_or_default();
    let artifact = Artifact::parse(name).ok_or_else(|| format!("{name} is not a source archive"))?;
    Ok(ApiFile {
        artifact,
        sha256: text("sha256_sum").parse().ok(),
        size: row.get("filesize").and_then(Value::as_u64).filter(|it| *it > 0),
        has_bundle: !text("sigstore_bundle_file").is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_rows_are_skipped_and_told() {
        let text = br#"[
            {"name": "Python install manager 26.0", "version": 100, "is_published": true},
            {"name": "Python 3.14.0rc2", "version": 3, "is_published": true, "release_date": "2025-08-14T10:00:00Z", "slug": "odd", "resource_uri": "http://x/release/1096/", "new_field": [1]},
            {"name": "Python 3.15.0", "version": 3, "is_published": false},
            {"name": "Python 2.7.18", "version": 2, "is_published": true},
            {"name": "Python 3.9.3", "show_on_download_page": false, "release_date": null},
            {"version": 3}, 7
        ]"#;
        let feed = releases(text).unwrap();
        let rows: Vec<_> = feed.rows.iter().map(|it| (it.version.to_string(), it.id, it.is_shown)).collect();
        assert_eq!(rows, [("3.14.0rc2".into(), Some(1096), true), ("3.9.3".into(), None, false)]);
        assert_eq!((feed.skipped.len(), feed.rows[0].date.as_str()), (5, "2025-08-14"));
        let throttled = br#"{"detail": "Request was throttled. Expected available in 42578 seconds."}"#;
        assert!(releases(throttled).unwrap_err().why.contains("42578"));
    }

    #[test]
    fn an_md5_alone_is_no_digest() {
        let sha256 = Sha256::of(b"x").to_string();
        let text = format!(
            r#"[{{"url": "http://www.python.org/ftp/python/3.14.4/Python-3.14.4.tgz", "md5_sum": "0c59", "sha256_sum": "", "filesize": 0, "sigstore_bundle_file": ""}},
            {{"url": "https://x/Python-3.14.4.tar.xz", "sha256_sum": "{sha256}", "filesize": 5, "sigstore_bundle_file": "https://x/y.sigstore"}},
            {{"name": "n", "url": "https://x/python-3.14.4-amd64.exe"}}]"#
        );
        let feed = files(text.as_bytes()).unwrap();
        assert_eq!((feed.rows[0].sha256, feed.rows[0].size, feed.rows[0].has_bundle), (None, None, false));
        assert_eq!(
            (feed.rows[1].sha256, feed.rows[1].size, feed.rows[1].has_bundle),
            (Some(Sha256::of(b"x")), Some(5), true)
        );
        assert_eq!(feed.skipped.len(), 1);
    }
}
