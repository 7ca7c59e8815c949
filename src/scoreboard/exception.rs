//! An exception: what may worsen, why, who signs for it, how it is taken back, and when it ends. A sign-off of a refresh that raises
//! the budget is one too.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::figure::{FIGURES, by_id};
use crate::base::{
    RelPath, day,
    limits::{SETTINGS, too_large_toml},
    text::{meaningful_words, position},
};

/// The longest time that an exception can run, in days.
const LONGEST: i64 = 366;

/// How it is taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RollbackPlan {
    /// In words.
    pub words: String,
    /// The commits to be reverted, where that is all.
    pub reverts: Vec<String>,
}

/// One exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Its file.
    pub path: RelPath,
    /// What may worsen: the figures by id, and of each the modules, names or tests.
    pub figures: BTreeMap<String, BTreeSet<String>>,
    /// Why.
    pub reason: String,
    /// Who signs for it.
    pub signed_off_by: String,
    /// The last day on which it counts; empty where none is named.
    pub expires: String,
    /// How it is taken back.
    pub plan: RollbackPlan,
}

/// Why a file is no exception.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct ExceptionFault {
    /// One-based.
    pub line: usize,
    /// Why.
    pub why: String,
}

#[derive(Deserialize, Default)]
#[serde(untagged)]
enum Day {
    #[default]
    None,
    Text(String),
    Date(toml::value::Datetime),
}

#[derive(Deserialize)]
struct ExceptionsFile {
    #[serde(default)]
    figures: BTreeMap<String, BTreeSet<String>>,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    signed_off_by: String,
    #[serde(default)]
    expires: Day,
    #[serde(default)]
    rollback: RollbackEntry,
}

#[derive(Deserialize, Default)]
struct RollbackEntry {
    #[serde(default)]
    plan: String,
    #[serde(default)]
    reverts: Vec<String>,
}

/// The most commits that a plan reverts: git is asked for each.
const REVERTS: usize = 100;

impl Exception {
    /// Reads a file; none where it signs for something else, which has no table of figures.
    pub fn parse(path: &RelPath, text: &str) -> Result<Option<Self>, ExceptionFault> {
        let fail = |error: &toml::de::Error| ExceptionFault {
            line: position(text, error.span().map_or(0, |it| it.start)).0,
            why: error.message().to_owned(),
        };
        if let Some(why) = too_large_toml(text, SETTINGS) {
            return Err(ExceptionFault { line: 1, why });
        }
        let table: toml::Table = toml::from_str(text).map_err(|error| fail(&error))?;
        let is_gates = table.contains_key("gate") && !table.contains_key("figures");
        if is_gates {
            return Ok(None);
        }
        let file: ExceptionsFile = toml::from_str(text).map_err(|error| fail(&error))?;
        let reverts = file.rollback.reverts.len();
        if reverts > REVERTS {
            let line = position(text, text.find("reverts").unwrap_or_default()).0;
            let why = format!("its plan reverts {reverts} commits, and more than {REVERTS} are not read");
            return Err(ExceptionFault { line, why });
        }
        Ok(Some(Self {
            path: path.clone(),
            figures: file.figures,
            reason: file.reason.trim().to_owned(),
            signed_off_by: file.signed_off_by.trim().to_owned(),
            expires: match file.expires {
                Day::None => String::new(),
                Day::Text(it) => it.trim().to_owned(),
                Day::Date(it) => it.to_string(),
            },
            plan: RollbackPlan { words: file.rollback.plan.trim().to_owned(), reverts: file.rollback.reverts },
        }))
    }

    /// Each pair of a figure and what may worsen of it.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.figures.iter().flat_map(|(figure, all)| all.iter().map(move |it| (figure.as_str(), it.as_str())))
    }

    /// Whether its last day is before `today`.
    pub fn is_expired(&self, today: &str) -> bool {
        match (day(&self.expires), day(today)) {
            (Some(last), Some(today)) => last < today,
            _ => true,
        }
    }

    /// What it lacks, by itself.
    pub fn faults(&self, today: &str) -> Vec<String> {
        let mut res = Vec::new();
        if self.pairs().next().is_none() {
            res.push("names nothing that may worsen: [figures] is empty".to_owned());
        }
        for (figure, identities) in &self.figures {
            if by_id(figure).is_none() {
                let ids: Vec<&str> = FIGURES.iter().map(|it| it.id).collect();
                res.push(format!("names the figure `{figure}`, which there is not; there are {}", ids.join(", ")));
            }
            if identities.is_empty() {
                res.push(format!("names nothing of {figure}: that is too wide"));
            }
            let is_wide = |it: &&String| it.contains(['*', '?']) || it.is_empty() || it.eq_ignore_ascii_case("all");
            res.extend(
                identities.iter().filter(is_wide).map(|it| format!("`{it}` of {figure} is too wide: name each")),
            );
        }
        res.extend(vague("reason", &self.reason, 2));
        res.extend(vague("signed_off_by", &self.signed_off_by, 1));
        if self.plan.reverts.is_empty() || self.plan.words.is_empty() {
            res.extend(vague("rollback.plan", &self.plan.words, 2));
        }
        res.extend(self.day_fault(today));
        res
    }

    fn day_fault(&self, today: &str) -> Option<String> {
        if self.expires.is_empty() {
            return Some("has no `expires`: say until which day it counts".into());
        }
        let Some(last) = day(&self.expires) else {
            return Some(format!("expires on `{}`, which is not a day such as 2026-11-23", self.expires));
        };
        let today = day(today)?;
        let days = (last - today).get_days();
        if days < 0 {
            return Some(format!("expired on {last}: take back what it allows, or have it signed again"));
        }
        (i64::from(days) > LONGEST).then(|| format!("expires on {last}: that is more than a year ahead, and too wide"))
    }
}

/// Of two files that allow the same, as two branches wrote them, the one that ends first; none where they allow different things.
pub fn stricter_exception<'a>(ours: &'a str, theirs: &'a str) -> Option<&'a str> {
    let read = |text: &str| Exception::parse(&RelPath::root(), text).ok().flatten();
    let (a, b) = (read(ours)?, read(theirs)?);
    let (first, other) = (day(&a.expires)?, day(&b.expires)?);
    (a.figures == b.figures && !a.figures.is_empty()).then_some(if first <= other { ours } else { theirs })
}

/// Why a field says nothing.
fn vague(field: &str, text: &str, least: usize) -> Option<String> {
    if text.is_empty() {
        return Some(format!("has no `{field}`"));
    }
    let says = meaningful_words(text);
    (says < least).then(|| format!("is vague: `{field}` says `{text}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = "reason = \"upstream rewrote the parser\"\nsigned_off_by = \"Ann\"\nexpires = 2026-05-01\n\
        [figures]\nintrinsic-backed = [\"json\"]\n[rollback]\nplan = \"revert the merge commit\"\n";

    fn faults(text: &str) -> Vec<String> {
        let it = Exception::parse(&RelPath::new("x.toml").unwrap(), text).unwrap().unwrap();
        it.faults("2026-04-01")
    }

    #[test]
    fn a_full_one_has_no_fault_and_one_a_field_short_has() {
        assert_eq!(faults(FULL), [""; 0]);
        assert_eq!(faults(&FULL.replace("2026-05-01", "\"2026-05-01\"")), [""; 0]);
        for (from, to, why) in [
            ("reason = \"upstream rewrote the parser\"\n", "", "has no `reason`"),
            ("upstream rewrote the parser", "TBD", "is vague: `reason`"),
            ("upstream rewrote the parser", "  ", "has no `reason`"),
            ("signed_off_by = \"Ann\"\n", "", "has no `signed_off_by`"),
            ("\"Ann\"", "\"NAME\"", "is vague: `signed_off_by`"),
            ("\"Ann\"", "\"\u{3164}\"", "is vague: `signed_off_by`"),
            ("\"Ann\"", "\"TO\u{200b}DO\"", "is vague: `signed_off_by`"),
            ("expires = 2026-05-01\n", "", "has no `expires`"),
            ("2026-05-01", "2026-03-31", "expired on 2026-03-31"),
            ("2026-05-01", "\"soon\"", "which is not a day"),
            ("2026-05-01", "2028-01-01", "too wide"),
            ("plan = \"revert the merge commit\"\n", "", "has no `rollback.plan`"),
            ("revert the merge commit", "later", "is vague: `rollback.plan`"),
            ("[\"json\"]", "[]", "names nothing"),
            ("[\"json\"]", "[\"js*\"]", "too wide: name each"),
            ("intrinsic-backed", "backed", "which there is not"),
        ] {
            let found = faults(&FULL.replace(from, to));
            assert!(found.iter().any(|it| it.contains(why)), "{to}: {found:?}");
        }
    }

    #[test]
    fn a_plan_reverts_no_more_commits_than_git_is_asked_for() {
        let with = |count: usize| format!("{FULL}reverts = [{}]\n", "\"0123456\", ".repeat(count));
        let parse = |count: usize| Exception::parse(&RelPath::new("x.toml").unwrap(), &with(count));
        assert!(parse(REVERTS).is_ok());
        let fault = parse(REVERTS + 1).unwrap_err();
        assert_eq!((fault.line, fault.why.contains("101 commits")), (8, true), "{fault:?}");
    }

    #[test]
    fn of_two_that_allow_the_same_the_stricter_one_counts() {
        let sooner = FULL.replace("2026-05-01", "2026-04-20");
        assert_eq!(stricter_exception(FULL, &sooner), Some(sooner.as_str()));
        assert_eq!(stricter_exception(&sooner, FULL), Some(sooner.as_str()));
        assert_eq!(stricter_exception(FULL, &sooner.replace("json", "os")), None);
        assert_eq!(stricter_exception(FULL, "x = 1\n"), None);
    }

    #[test]
    fn a_sign_off_of_a_gate_is_none_and_what_does_not_parse_has_its_line() {
        let path = RelPath::new("x.toml").unwrap();
        assert_eq!(Exception::parse(&path, "gate = \"x\"\n").unwrap(), None);
        assert_eq!(Exception::parse(&path, "a = 1\nreason = \n").unwrap_err().line, 2);
    }
}
