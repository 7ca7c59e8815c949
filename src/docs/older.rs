//! The values that facts had in older versions of the file that they come from. Each version is parsed once for all facts
//! of its file, and what a fact had is kept as runs of equal values.

use std::collections::{HashMap, HashSet};

use super::{
    fact::{Probe, Value},
    file_history::FactFileVersion,
};
use crate::python;

/// How much work it may be to read the values of all facts off all versions: one for each look, and more for long values.
pub(super) const MOST_LOOKS: usize = 10_000_000;
/// Bytes of all values that are kept.
const MOST_KEPT: usize = 32 << 20;

/// What is left of the limits.
pub(super) struct RemainingLimits {
    looks: usize,
    bytes: usize,
}

impl RemainingLimits {
    pub(super) fn new(looks: usize) -> Self {
        Self { looks, bytes: MOST_KEPT }
    }

    /// Whether a step of so much work may be taken.
    pub(super) fn take(&mut self, looks: usize) -> bool {
        self.looks = self.looks.saturating_sub(looks);
        self.looks > 0
    }

    fn keep(&mut self, bytes: usize) -> bool {
        self.bytes = self.bytes.saturating_sub(bytes);
        self.bytes > 0
    }
}

/// What one fact had, newest first.
#[derive(Default)]
pub(super) struct Past {
    /// The first and newest version of each run of equal values, and that value.
    pub(super) runs: Vec<(usize, Option<Value>)>,
    /// How many versions were looked at.
    pub(super) seen: usize,
}

impl Past {
    /// The versions of a run.
    pub(super) fn versions(&self, run: usize) -> std::ops::Range<usize> {
        self.runs[run].0..self.runs.get(run + 1).map_or(self.seen, |it| it.0)
    }

    fn push(&mut self, value: Option<Value>, left: &mut RemainingLimits) -> bool {
        if self.runs.last().is_none_or(|(_, last)| *last != value) {
            if !left.keep(value.as_ref().map_or(0, size) + 64) {
                return false;
            }
            self.runs.push((self.seen, value));
        }
        self.seen += 1;
        true
    }
}

/// How much a value takes, in bytes.
pub(super) fn size(value: &Value) -> usize {
    match value {
        Value::Int(_) => 0,
        Value::Text(text) => text.len(),
        Value::List(items) => items.iter().map(|it| it.len() + 24).sum(),
    }
}

/// What each of the facts had that `probes` read off the versions of one file; of a fact that it takes too much to look
/// for, the newest versions.
pub(super) fn pasts(versions: &[FactFileVersion], probes: &[&Probe], left: &mut RemainingLimits) -> Vec<Past> {
    let mut res: Vec<Past> = probes.iter().map(|_| Past::default()).collect();
    for (at, version) in versions.iter().enumerate() {
        let mut parsed =
            ParsedVersion { text: version.text.as_deref().unwrap_or_default(), ..ParsedVersion::default() };
        for (past, probe) in res.iter_mut().zip(probes).filter(|(it, _)| it.seen == at) {
            let value = parsed.value(probe);
            let work = 1 + (value.as_ref().map_or(0, size) + probe_size(probe)) / 64;
            if !left.take(work) || !past.push(value, left) {
                break;
            }
        }
    }
    res
}

fn probe_size(probe: &Probe) -> usize {
    match probe {
        Probe::Json(name) | Probe::Status(name) => name.len(),
        Probe::Count(_) | Probe::Size(_) | Probe::Tuple(_) => 0,
    }
}

/// One version, parsed as far as it was asked.
#[expect(clippy::option_option, reason = "what was not asked and what cannot be parsed are two things")]
#[derive(Default)]
struct ParsedVersion<'a> {
    text: &'a str,
    json: Option<Option<serde_json::Value>>,
    constants: Option<Option<python::Constants>>,
    statuses: Option<HashMap<&'a str, &'a str>>,
}

impl ParsedVersion<'_> {
    /// The value that it gives.
    fn value(&mut self, probe: &Probe) -> Option<Value> {
        let text = self.text;
        match probe {
            Probe::Count(status) => count(text, status.as_deref()).map(Value::Int),
            Probe::Status(module) => {
                let statuses = self.statuses.get_or_insert_with(|| statuses(text));
                statuses.get(module.as_str()).map(|it| Value::Text((*it).to_owned()))
            }
            Probe::Size(name) => self.tuple(name).and_then(|it| i64::try_from(it.len()).ok()).map(Value::Int),
            Probe::Tuple(name) => self.tuple(name).map(Value::List),
            Probe::Json(pointer) => {
                let json = self.json.get_or_insert_with(|| serde_json::from_str(text).ok());
                match json.as_ref()?.pointer(pointer)? {
                    serde_json::Value::Number(it) => it.as_i64().map(Value::Int),
                    serde_json::Value::String(it) => Some(Value::Text(it.clone())),
                    _ => None,
                }
            }
        }
    }

    fn tuple(&mut self, name: &str) -> Option<Vec<String>> {
        let text = self.text;
        let alone = if self.constants.is_none() { by_itself(text, name) } else { None };
        let alone = alone.and_then(|it| python::constants(it).ok());
        let constants = match &alone {
            Some(constants) => constants,
            None => self.constants.get_or_insert_with(|| python::constants(text).ok()).as_ref()?,
        };
        let python::Literal::Tuple(items) = &constants.get(name)?.value else { return None };
        let text = |it: &python::Literal| if let python::Literal::Str(it) = it { Some(it.clone()) } else { None };
        Some(items.iter().filter_map(text).collect())
    }
}

/// The one statement of a file that has a name, where that is a tuple of its own at the top: large files of names need not be
/// parsed for it as a whole.
fn by_itself<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let bytes = text.as_bytes();
    let is_of_name = |at: usize| bytes.get(at).is_some_and(|it| it.is_ascii_alphanumeric() || *it == b'_');
    let is_whole = |at: &usize| !(at.checked_sub(1).is_some_and(is_of_name) || is_of_name(at + name.len()));
    let mut found = memchr::memmem::find_iter(bytes, name).filter(is_whole);
    let start = found.next()?;
    // "for it in NAME" binds another name
    let is_bound_again = found.any(|it| !bytes[..it].ends_with(b" in "));
    let is_first = start == 0 || bytes[start - 1] == b'\n';
    let is_quoted = ["\"\"\"", "'''"].iter().any(|it| text[..start].matches(it).count() % 2 == 1);
    if !is_first || is_quoted || is_bound_again || text.contains("import *") {
        return None;
    }
    let rest = &text[start..];
    let line = rest.lines().next()?;
    let end = if line.trim_end().ends_with(')') { line.len() } else { rest.find("\n)")? + 2 };
    Some(&rest[..end])
}

/// The count of a status in the summary of the audit document, or its total.
fn count(text: &str, status: Option<&str>) -> Option<i64> {
    let wanted = status.map_or("- Total audited modules: `".to_owned(), |it| format!("- `{it}`: `"));
    let line = text.lines().find_map(|it| it.strip_prefix(&wanted))?;
    line.trim_end().strip_suffix('`')?.parse().ok()
}

/// The status of each module by the list of the audit document that has it first: the lists stand in the order of the
/// summary.
fn statuses(text: &str) -> HashMap<&str, &str> {
    let summary: Vec<&str> = text
        .lines()
        .filter_map(|it| it.strip_prefix("- `")?.split_once("`: `"))
        .filter(|(_, count)| count.trim_end_matches('`').bytes().all(|it| it.is_ascii_digit()))
        .map(|(word, _)| word)
        .collect();
    let mut res = HashMap::new();
    let mut gone = HashSet::new();
    let mut list = None;
    let mut is_audit = false;
    for line in text.lines() {
        if line.starts_with("## ") {
            is_audit = line.starts_with("## Audit");
        } else if is_audit && line.starts_with("### ") {
            list = Some(list.map_or(0, |it: usize| it + 1));
        } else if let (true, Some(rest)) = (is_audit, line.trim_end().strip_prefix("- `")) {
            let Some(module) = rest.strip_suffix('`') else { continue };
            // one that stands before any list has none
            match list.and_then(|it| summary.get(it)) {
                Some(word) if !gone.contains(module) => _ = res.entry(module).or_insert(*word),
                Some(_) => {}
                None => _ = gone.insert(module),
            }
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(texts: &[&str]) -> Vec<FactFileVersion> {
        let version = |text: &&str| FactFileVersion {
            commit: "c".into(),
            date: "2026-02-12".into(),
            subject: "why".into(),
            text: Some((*text).to_owned()),
        };
        texts.iter().map(version).collect()
    }

    #[test]
    fn values_are_read_off_older_versions() {
        let text = "## S\n- Total audited modules: `7`\n- `intrinsic-backed`: `1`\n- `intrinsic-partial`: `2`\n\n## Audit (Generated)\n### Done\n- `a`\n\n### Open\n- `b`\n";
        assert_eq!(count(text, None), Some(7));
        assert_eq!(count(text, Some("intrinsic-partial")), Some(2));
        assert_eq!(statuses(text)["a"], "intrinsic-backed");
        assert_eq!(statuses(text)["b"], "intrinsic-partial");
        for (text, probe, wanted) in [
            ("X = ('a', 'b')\n", Probe::Size("X"), Value::Int(2)),
            ("X = ('a', 'b')\n", Probe::Tuple("X"), Value::List(vec!["a".into(), "b".into()])),
            ("{\"x\": {\"y\": 3}}", Probe::Json("/x/y".into()), Value::Int(3)),
            (text, Probe::Status("b".into()), Value::Text("intrinsic-partial".into())),
        ] {
            assert_eq!(ParsedVersion { text, ..ParsedVersion::default() }.value(&probe), Some(wanted));
        }
        for (text, is_alone) in [
            ("\"\"\"Names.\"\"\"\n\nXY = ()\nX = (\n    'a',\n    'b',\n)\nZ = 1\n", true),
            ("X: tuple[str, ...] = ('a', 'b')\n", true),
            ("X = ('a', 'b')\nY = [it for it in X]\n", true),
            ("X = ('a', 'b')\nX += ('c',)\n", false),
            ("X = ('a', 'b')\nfrom other import *\n", false),
            ("\"\"\"\nX = ('a', 'b')\n\"\"\"\n", false),
            ("if True:\n    X = ('a', 'b')\n", false),
        ] {
            assert_eq!(by_itself(text, "X").is_some(), is_alone, "{text}");
            let mut parsed = ParsedVersion { text, ..ParsedVersion::default() };
            assert_eq!(parsed.value(&Probe::Size("X")), is_alone.then_some(Value::Int(2)), "{text}");
            assert_eq!(parsed.constants.is_none(), is_alone, "{text}");
        }
    }

    #[test]
    fn equal_values_of_versions_are_one_run_and_a_limit_leaves_out_the_oldest() {
        let all = versions(&["{\"x\": 2}", "{\"x\": 2, \"y\": 1}", "", "{\"x\": 1}"]);
        let probes = [&Probe::Json("/x".into()), &Probe::Json("/y".into())];
        let runs = |looks: usize| {
            let all = pasts(&all, &probes, &mut RemainingLimits::new(looks));
            all.into_iter().map(|it| (it.seen, it.runs)).collect::<Vec<_>>()
        };
        let (one, two) = (Some(Value::Int(1)), Some(Value::Int(2)));
        assert_eq!(
            runs(100),
            [(4, vec![(0, two.clone()), (2, None), (3, one.clone())]), (4, vec![(0, None), (1, one), (2, None)]),]
        );
        assert_eq!(runs(4), [(2, vec![(0, two)]), (1, vec![(0, None)])], "nothing behind what was not looked at");
    }
}
