//! Results that were stored, whoever wrote them: the one reader for all commands.

use serde::{Deserialize, de::IgnoredAny};

use crate::base::limits::too_long;

use super::{
    imported::imported,
    results::{Fingerprint, ResultsProvenance, RunResults, TestResult},
};

/// Bytes of a file of Molt's tools: any value of JSON in it takes many times its length.
const LONGEST: usize = 8 << 20;

/// The most results of a report.
const MOST: usize = 100_000;

/// Whether a file is a report of ours at all: nothing of it is kept.
#[derive(Deserialize)]
struct Outline {
    results: Option<IgnoredAny>,
}

/// What a report of ours has to have at the least.
#[derive(Deserialize)]
struct Least {
    results: Vec<TestResult>,
}

/// Reads results of this tool, or of Molt's tools. Those of Molt's that name no backend are of `lane`.
///
/// # Errors
/// When they are neither: a sentence behind the name of the file.
pub fn read_results(file: &str, text: &str, lane: Option<&str>) -> Result<RunResults, String> {
    let text = text.trim_start_matches('\u{feff}');
    if let Ok(mut results) = serde_json::from_str::<RunResults>(text) {
        if results.results.len() > MOST {
            return Err(format!("it has {} results, and more than {MOST} are not read", results.results.len()));
        }
        if results.schema != 1 {
            return Err(format!("its schema is {}, and this program reads 1", results.schema));
        }
        results.settle();
        return Ok(results);
    }
    let is_ours = serde_json::from_str::<Outline>(text).is_ok_and(|it| it.results.is_some());
    if !is_ours {
        return match too_long(text.len(), LONGEST) {
            Some(why) => {
                Err(format!("it is not a report of molt-sync's, and as one of Molt's tools it is too long: {why}"))
            }
            None => imported(file, text, lane),
        };
    }
    let least: Least = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if least.results.is_empty() {
        return Err("its list of results is empty".into());
    }
    Ok(RunResults::new(ResultsProvenance::Run, Fingerprint::default(), least.results))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_of_ours_are_read_whole_or_with_the_results_alone() {
        let least = r#"{"schema": 1, "results": [{"test": "b.py", "lane": "wasm", "status": "fail"}, {"test": "a.py", "lane": "wasm", "status": "pass"}]}"#;
        let read = read_results("run.json", least, Some("native")).unwrap();
        assert_eq!((read.results[0].test.as_str(), read.totals.total), ("a.py", 2));
        let whole = serde_json::to_string(&read).unwrap();
        assert_eq!(read_results("run.json", &whole, None).unwrap(), read);
        let molts = "{\"file\": \"a.py\", \"raw_status\": \"pass\"}\n";
        assert_eq!(read_results("x.jsonl", molts, Some("wasm")).unwrap().results[0].lane, "wasm");
        for (text, why) in [
            (r#"{"results": []}"#, "is empty"),
            (r#"{"results": [{"test": "a", "lane": "native"}]}"#, "missing field `status`"),
            (r#"{"results": [{"test": "a", "lane": "native", "status": "good"}]}"#, "unknown variant"),
            ("[]", "neither"),
        ] {
            let error = read_results("r", text, None).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
