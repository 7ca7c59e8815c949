//! One row of the history: the figures of a day with where each comes from, and the sets that are behind them, so that two rows can
//! be compared by name. A row is one line of JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{figure::FigureScope, lane::LaneFigures, number::Number};
use crate::base::day;

/// A figure's value, and what stands behind it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The value; none where no run stands behind it.
    pub value: Option<Number>,
    /// Where it comes from: the commit, or the report with its coverage.
    pub source: Option<String>,
    /// Why there is no value, or why it cannot be compared with the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The public names of the releases that the tree's modules have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicNamesFigure {
    /// How many are there.
    pub present: u64,
    /// How many there have to be.
    pub required: u64,
    /// The same of each module, where that was written down.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub modules: BTreeMap<String, (u64, u64)>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The version of this form.
    pub schema: u32,
    /// The day that it stands for, `2026-02-12`.
    pub date: String,
    /// The commit that was measured; none outside of a repository.
    pub commit: Option<String>,
    /// Whether the tree differed from that commit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub modified: bool,
    /// The nine figures, by their ids.
    pub figures: BTreeMap<String, Measured>,
    /// What the nine hide.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub beside: BTreeMap<String, Measured>,
    /// The public names that are there of those that the releases require; none where nobody measured them.
    #[serde(default, rename = "public-names", skip_serializing_if = "Option::is_none")]
    pub public_names: Option<PublicNamesFigure>,
    /// The recorded releases of `CPython`, by series.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub releases: BTreeMap<String, String>,
    /// The budget of intrinsic-partial modules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<u64>,
    /// The modules, by the word of their state.
    #[serde(default)]
    pub modules: BTreeMap<String, BTreeSet<String>>,
    /// Required names without a file, `top-level` and `submodules`.
    #[serde(default)]
    pub missing: BTreeMap<String, BTreeSet<String>>,
    /// What was run, by lane.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lanes: BTreeMap<String, LaneFigures>,
    /// The tests whose peak of memory grew, the worst ones first, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offenders: Vec<String>,
    /// Of a row that stands for several of one week: the commits of the others. Its figures are the worse ones of all of them.
    #[serde(skip)]
    pub others: Vec<String>,
}

/// The version of the form of a row.
pub(super) const SCHEMA: u32 = 1;

impl Row {
    /// The value of a figure; none where it was not measured.
    pub fn value(&self, id: &str) -> Option<Number> {
        self.figures.get(id)?.value
    }

    /// The weeks from another row to this one.
    pub fn weeks_since(&self, first: &Self) -> f64 {
        let days = day(&first.date).zip(day(&self.date)).map_or(0, |(first, now)| (now - first).get_days());
        f64::from(days) / 7.0
    }
}

/// The key of the missing names.
pub(super) fn missing_key(of: FigureScope) -> &'static str {
    if of == FigureScope::MissingTop { "top-level" } else { "submodules" }
}
