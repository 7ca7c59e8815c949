//! Tags of the CPython repository: what `git ls-remote --tags` prints, or GitHub's JSON of matching references. A tag is pushed
//! before a release is announced, and since 3.14 it is not signed.

use serde_json::Value;

use super::{Feed, FeedError};
use crate::base::Version;

const FORM: &str = "list of tags";
const PREFIX: &str = "refs/tags/v";

/// The versions that are tagged.
pub fn tags(bytes: &[u8]) -> Result<Feed<Version>, FeedError> {
    let bad = |why: String| FeedError::new(FORM, why);
    let text = std::str::from_utf8(bytes).map_err(|error| bad(error.to_string()))?;
    let mut res = Feed::default();
    let mut take = |name: &str| {
        // the commit behind an annotated tag has a line of its own
        let name = name.trim_end_matches("^{}");
        let version = name.strip_prefix(PREFIX).and_then(|it| it.parse().ok());
        res.take(version.ok_or_else(|| format!("{name} is not a tag of a release")));
    };
    if text.trim_start().starts_with('[') {
        let rows: Vec<Value> = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        for row in &rows {
            take(row.get("ref").and_then(Value::as_str).ok_or_else(|| bad("a row of it has no `ref`".into()))?);
        }
    } else {
        for line in text.lines() {
            let (object, name) = line.split_once('\t').ok_or_else(|| bad("a line of it has no tab".into()))?;
            if object.len() < 40 || !object.bytes().all(|it| it.is_ascii_hexdigit()) {
                return Err(bad("a line of it begins with no object".into()));
            }
            take(name);
        }
        if text.trim().is_empty() {
            return Err(bad("it is empty".into()));
        }
    }
    res.rows.sort_unstable();
    res.rows.dedup();
    res.heard(FORM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let object = "0123456789abcdef0123456789abcdef01234567";
        let text = format!(
            "{object}\trefs/tags/v3.14.0\n{object}\trefs/tags/v3.14.0^{{}}\n{object}\trefs/tags/3.6\n{object}\trefs/tags/v3.15.0a1\n"
        );
        let json =
            br#"[{"ref": "refs/tags/v3.14.0"}, {"ref": "refs/tags/v3.15.0a1"}, {"ref": "refs/tags/legacy-trunk"}]"#;
        for bytes in [text.as_bytes(), json] {
            let feed = tags(bytes).unwrap();
            assert_eq!(feed.rows.iter().map(ToString::to_string).collect::<Vec<_>>(), ["3.14.0", "3.15.0a1"]);
            assert_eq!(feed.skipped.len(), 1);
        }
    }
}
