//! The sign-offs for a budget that rose: which of them are of this branch, and how far they reach.

use std::collections::{BTreeSet, HashSet};

use serde::Deserialize;

use crate::{
    base::{Files, RelPath, says_something},
    command::support::failure::{Exit, Failure},
    config::Paths,
    workspace::{sign_offs, signed_for},
};

/// The figure that they are for.
const GATE: &str = "intrinsic-partial-ratchet";

/// What a check needs of a sign-off; `refresh` writes more.
#[derive(Debug, Deserialize)]
struct RecordedSignOff {
    gate: String,
    signed_off_by: String,
    reason: String,
    budget_before: u64,
    budget_after: u64,
    release: Option<toml::Value>,
    new_stubs: Option<toml::Value>,
}

/// The letters and digits of a text, in small letters: blanks, marks and case tell no two of them apart.
fn plain(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What is signed for, and by whom. A sign-off is used up with it, in whatever words and under whatever name it comes again.
type SignedGrowth = (u64, u64, String);

impl RecordedSignOff {
    fn signed(&self) -> SignedGrowth {
        (self.budget_before, self.budget_after, plain(&self.signed_off_by))
    }

    /// All that tells it from another one, however it is written.
    fn content(&self) -> (SignedGrowth, String, String, BTreeSet<String>) {
        let words = |it: &toml::Value| plain(&format!("{it:?}"));
        let stubs = match &self.new_stubs {
            Some(toml::Value::Array(all)) => all.iter().map(words).collect(),
            other => other.iter().map(words).collect(),
        };
        (self.signed(), plain(&self.reason), self.release.as_ref().map(words).unwrap_or_default(), stubs)
    }

    /// How far it lifts a budget that was `old` at the base and has come to `reached`. Two branches that each grew from the same
    /// budget sign for both growths.
    fn reaches(&self, old: u64, reached: u64) -> u64 {
        match self.budget_after.checked_sub(self.budget_before) {
            Some(growth) if (old..=reached).contains(&self.budget_before) => reached.saturating_add(growth),
            _ if self.budget_before <= reached => self.budget_after.max(reached),
            _ => reached,
        }
    }
}

/// The sign-offs of a branch.
pub(super) struct SignOffs {
    new: Vec<(RelPath, RecordedSignOff)>,
    /// Those that sign for what the base has a sign-off for.
    spent: Vec<String>,
}

impl SignOffs {
    /// Those in the folder of `files` that the base does not have in its own, neither by their place nor by what they sign for.
    pub(super) fn read(
        (files, paths): (&dyn Files, &Paths),
        (base, then): (&dyn Files, &Paths),
    ) -> Result<Self, Failure> {
        let known = sign_offs(base, &then.exceptions)?;
        // one that was none then was not believed then
        let used = known.iter().filter_map(|(_, text)| toml::from_str::<RecordedSignOff>(text).ok());
        let used: HashSet<SignedGrowth> = used.filter(|it| it.gate == GATE).map(|it| it.signed()).collect();
        let places: HashSet<&str> = known.iter().filter_map(|(it, _)| it.below(&then.exceptions)).collect();
        let mut res = Self { new: Vec::new(), spent: Vec::new() };
        // a copy beside the first signs for nothing more
        let mut copies = HashSet::new();
        for (path, text) in sign_offs(files, &paths.exceptions)? {
            if path.below(&paths.exceptions).is_some_and(|it| places.contains(it)) {
                continue;
            }
            let Some(sign_off) = sign_off(&path, &text)? else { continue };
            let is_copy = !copies.insert(sign_off.content());
            if is_copy || used.contains(&sign_off.signed()) {
                let (from, to, who) = (sign_off.budget_before, sign_off.budget_after, &sign_off.signed_off_by);
                let why = if is_copy { "is a copy of another one" } else { "was used up before" };
                res.spent.push(format!("{path}: {from} to {to} by {who} {why}"));
            } else {
                res.new.push((path, sign_off));
            }
        }
        // one whose budget was not reached yet is not help to any that begins further up
        res.new.sort_by(|(a, x), (b, y)| (x.budget_before, a).cmp(&(y.budget_before, b)));
        Ok(res)
    }

    /// How far they lift a budget that was `old` towards `new`, and which of them do, in words.
    pub(super) fn lift(&self, old: u64, new: u64) -> (u64, Vec<String>) {
        let (mut reached, mut used) = (old, Vec::new());
        for (path, it) in &self.new {
            if reached >= new || it.budget_before > reached {
                break;
            }
            let next = it.reaches(old, reached);
            if next > reached {
                let (from, to) = (it.budget_before, it.budget_after);
                used.push(format!("{path}: {from} to {to}, {}: {}", it.signed_off_by, it.reason));
                reached = next;
            }
        }
        (reached, used)
    }

    /// Those that were used up before, in words.
    pub(super) fn spent(&self) -> &[String] {
        &self.spent
    }
}

/// The sign-off in a file; none where it is for another figure.
fn sign_off(path: &RelPath, text: &str) -> Result<Option<RecordedSignOff>, Failure> {
    let Some(sign_off) = signed_for::<RecordedSignOff>(path, text, &[GATE])? else { return Ok(None) };
    if !says_something(&sign_off.signed_off_by) || !says_something(&sign_off.reason) {
        let message = format!("{path} signs for {} without a name or a reason", sign_off.gate);
        return Err(Failure::new(Exit::Usage, message, "say who accepts it and why"));
    }
    Ok(Some(sign_off))
}
