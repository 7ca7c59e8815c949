//! The facts that documents may state. A document is never a source of one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    audit::{Audit, Status},
    base::{Series, Version},
    stdlib::{Baseline, Union},
};

/// What the templates of the documents see.
#[derive(Debug, Clone, Serialize)]
pub struct DocFacts {
    /// The supported series, in order.
    pub series: Vec<SeriesFacts>,
    /// `3.12/3.13/3.14`
    pub series_list: String,
    /// Required top-level names.
    pub top_level: usize,
    /// Those that must be packages.
    pub packages: usize,
    /// Required names below them.
    pub submodules: usize,
    /// Those that must be packages.
    pub subpackages: usize,
    /// Files of the tree.
    pub audited: usize,
    /// Count for each status, as `intrinsic_backed` and so on.
    pub status: BTreeMap<String, usize>,
    /// The same in the order of reports.
    pub statuses: Vec<StatusFacts>,
    /// How many of the intrinsic-partial ones are nothing but stubs.
    pub stubs: usize,
    /// The ratchet's budget, where there is a ratchet.
    pub budget: Option<u64>,
    /// The last refresh that changed a recorded fact.
    pub last: Option<LastRefresh>,
    /// Where files are, by role.
    pub paths: BTreeMap<&'static str, String>,
}

/// One supported series.
#[derive(Debug, Clone, Serialize)]
pub struct SeriesFacts {
    /// `3.14`
    pub series: String,
    /// The recorded release in words.
    pub release: String,
    /// Top-level names.
    pub top_level: usize,
    /// Python modules below them.
    pub submodules: usize,
}

/// The modules of one status.
#[derive(Debug, Clone, Serialize)]
pub struct StatusFacts {
    /// `intrinsic-backed`
    pub name: &'static str,
    /// How many.
    pub count: usize,
    /// How many of them are nothing but stubs; none for a status that stubs do not have.
    pub stubs: Option<usize>,
}

/// What the last refresh that changed a recorded fact brought. It is kept in the lock, so that documents can be written
/// again from files alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastRefresh {
    /// Its series.
    pub series: Series,
    /// Its number among the refreshes that were recorded: the highest is the last.
    #[serde(default)]
    pub order: u64,
    /// Its release.
    pub release: Option<Version>,
    /// What was recorded before, in words; none for a new series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Names that the series gained.
    pub added: Vec<String>,
    /// Names that the series lost.
    pub removed: Vec<String>,
    /// Names that are importable in another way than before.
    pub changed: Vec<String>,
    /// Stubs that were created for them.
    pub stubs: Vec<String>,
    /// Stubs that were retired.
    pub retired: Vec<String>,
}

impl DocFacts {
    /// Collects the facts of a workspace.
    pub fn new(
        baselines: &[&Baseline],
        union: &Union,
        audit: &Audit,
        budget: Option<u64>,
        last: Option<LastRefresh>,
    ) -> Self {
        let series = union.by_series.iter().map(|(series, names)| {
            let baseline = baselines.iter().find(|it| it.series == *series);
            SeriesFacts {
                series: series.to_string(),
                release: baseline
                    .map_or_else(|| "not recorded".into(), |it| format!("{}{}", it.release_text(), it.label())),
                top_level: names.modules.len(),
                submodules: names.py_modules.iter().filter(|it| it.contains('.')).count(),
            }
        });
        let of_status = |status: Status| StatusFacts {
            name: status.word(),
            count: audit.count(status),
            stubs: (status == Status::Partial).then(|| audit.count_stubs()),
        };
        let list: Vec<String> = union.by_series.keys().map(ToString::to_string).collect();
        Self {
            series: series.collect(),
            series_list: list.join("/"),
            top_level: union.top_level().len(),
            packages: union.packages().len(),
            submodules: union.submodules().len(),
            subpackages: union.subpackages().len(),
            audited: audit.records.len(),
            status: Status::of(audit.dialect)
                .into_iter()
                .map(|it| (it.word().replace('-', "_"), audit.count(it)))
                .collect(),
            statuses: Status::of(audit.dialect).into_iter().map(of_status).collect(),
            stubs: audit.count_stubs(),
            budget,
            last,
            paths: BTreeMap::new(),
        }
    }

    /// The same with the paths that documents name, by role.
    #[must_use]
    pub fn with_paths(mut self, paths: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        self.paths = paths.into_iter().collect();
        self
    }
}

impl LastRefresh {
    /// Reads the lock's table.
    pub fn try_from_toml(table: toml::Value) -> Result<Self, toml::de::Error> {
        table.try_into()
    }

    /// The lock's table; none for what TOML cannot hold, which nothing here is.
    pub fn to_toml(&self) -> Option<toml::Table> {
        toml::Table::try_from(self).ok()
    }
}
