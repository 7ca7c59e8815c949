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
    #[serde(default, deserialize_with = "number_of_refresh")]
    pub order: u64,
    /// Its release.
    pub release: Option<Version>,
    /// What was recorded before, in words; none for a new series.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "release_words")]
    pub before: Option<String>,
    /// Names that the series gained.
    #[serde(deserialize_with = "module_names")]
    pub added: Vec<String>,
    /// Names that the series lost.
    #[serde(deserialize_with = "module_names")]
    pub removed: Vec<String>,
    /// Names that are importable in another way than before.
    #[serde(deserialize_with = "module_names")]
    pub changed: Vec<String>,
    /// Stubs that were created for them.
    #[serde(deserialize_with = "module_names")]
    pub stubs: Vec<String>,
    /// Stubs that were retired.
    #[serde(deserialize_with = "module_names")]
    pub retired: Vec<String>,
}

/// Names of modules: what is none would be written into documents as it is, and anybody may have written it.
fn module_names<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    let is_part = |it: &str| {
        !it.starts_with(|it: char| it.is_ascii_digit())
            && !it.is_empty()
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
    };
    match names.iter().find(|it| !it.split('.').all(is_part)) {
        Some(odd) => Err(serde::de::Error::custom(format!("{odd:?} is not the name of a module"))),
        None => Ok(names),
    }
}

/// Nobody refreshes so often, and whoever judges a later change compares digits.
const MOST_REFRESHES: u64 = 999_999_999;

fn number_of_refresh<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let order = u64::deserialize(from)?;
    if order > MOST_REFRESHES {
        let message = format!("order is {order}, which is more than {MOST_REFRESHES}");
        return Err(serde::de::Error::custom(message));
    }
    Ok(order)
}

/// A release, with its label in brackets.
fn release_words<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let words = Option::<String>::deserialize(from)?;
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b" .,-+[]".contains(&it);
    match words.as_deref().filter(|it| !it.bytes().all(is_plain)) {
        Some(odd) => Err(serde::de::Error::custom(format!("{odd:?} does not say which release was recorded"))),
        None => Ok(words),
    }
}

impl LastRefresh {
    /// The number of the refresh that comes after this one.
    pub fn next_order(&self) -> u64 {
        self.order.saturating_add(1).min(MOST_REFRESHES)
    }
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
                submodules: names.count_submodules(*series, baselines),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_a_module_nor_a_release_is_no_refresh_that_was_recorded() {
        let read = |names: &str, before: &str| {
            let text = format!(
                "series = \"3.14\"\nadded = [{names}]\nbefore = \"{before}\"\nremoved = []\nchanged = []\nstubs = []\nretired = []\n"
            );
            LastRefresh::try_from_toml(toml::Value::Table(text.parse().unwrap())).map_err(|error| error.to_string())
        };
        for before in ["3.13.5", "3.13.x [imported from the union file]", "3.14.0rc1 [assembled, not from a release]"] {
            assert_eq!(read("\"json\", \"concurrent._a.b2\"", before).unwrap().before.as_deref(), Some(before));
        }
        for odd in ["a`b", "a\\n# b", "@octocat", "![x](y)", "a..b", "", "1a", "<!-- molt-sync:end block=x -->"] {
            assert!(read(&format!("\"json\", \"{odd}\""), "3.13.5").unwrap_err().contains("name of a module"), "{odd}");
        }
        let counted = |order: u64| {
            let text = format!(
                "order = {order}\nseries = \"3.14\"\nadded = []\nremoved = []\nchanged = []\nstubs = []\nretired = []\n"
            );
            LastRefresh::try_from_toml(toml::Value::Table(text.parse().unwrap())).is_ok()
        };
        let last = format!(
            "order = {MOST_REFRESHES}\nseries = \"3.14\"\nadded = []\nremoved = []\nchanged = []\nstubs = []\nretired = []\n"
        );
        let last = LastRefresh::try_from_toml(toml::Value::Table(last.parse().unwrap())).unwrap();
        assert!(counted(last.next_order()), "what is written is read again");
        assert!(counted(MOST_REFRESHES) && !counted(MOST_REFRESHES + 1) && !counted(999_999_999_999_999_999));
        for odd in ["3.13.5`", "@octocat", "3\\n# x", "[a](b)"] {
            assert!(read("", odd).unwrap_err().contains("which release"), "{odd}");
        }
    }
}
