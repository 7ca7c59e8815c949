//! Release data of endoflife.date, in its three forms: the files of its data repository (every version with its day), and the
//! two versions of its API (the newest of each series). They are made from git tags four times a day; pre-releases are not in.

use serde_json::Value;

use super::{Feed, FeedError, json};
use crate::base::Version;

const FORM: &str = "release data of endoflife.date";

/// The versions that it knows.
pub fn endoflife(bytes: &[u8]) -> Result<Feed<Version>, FeedError> {
    let value = json(bytes, FORM)?;
    let mut res = Feed::default();
    let mut take = |name: &str| res.take(name.parse().map_err(|_| format!("{name} is not a release of Python 3")));
    if let Some(all) = value.get("versions").and_then(Value::as_object) {
        all.keys().for_each(|name| take(name));
    } else if let Some(all) =
        value.as_array().filter(|all| all.iter().all(|it| it.get("cycle").is_some()) && !all.is_empty())
    {
        all.iter().filter_map(|it| it.get("latest")?.as_str()).for_each(take);
    } else if let Some(all) = value.pointer("/result/releases").and_then(Value::as_array) {
        all.iter().filter_map(|it| it.pointer("/latest/name")?.as_str()).for_each(take);
    } else {
        return Err(FeedError::new(FORM, "it has none of its three forms"));
    }
    res.heard(FORM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_forms_are_read() {
        for text in [
            r#"{"releases": {}, "versions": {"3.14.7": {"name": "3.14.7", "date": "2026-08-05"}, "2.7": {}}}"#,
            r#"[{"cycle": "3.14", "latest": "3.14.7", "eol": "2030-10-31"}, {"cycle": "2.7", "latest": "2.7.18"}]"#,
            r#"{"result": {"releases": [{"name": "3.14", "latest": {"name": "3.14.7"}}, {"name": "2.7", "latest": {"name": "2.7.18"}}]}}"#,
        ] {
            let feed = endoflife(text.as_bytes()).unwrap();
            assert_eq!(
                (feed.rows.len(), feed.rows[0].to_string(), feed.skipped.len()),
                (1, "3.14.7".into(), 1),
                "{text}"
            );
        }
    }
}
