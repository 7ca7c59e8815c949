//! A cluster: modules that are converted together.

use crate::audit::{Audit, Status};

/// Modules that are converted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Its short name, for options and facts: `runtime-heavy`.
    pub id: String,
    /// What the plan calls it.
    pub name: String,
    /// Its place in the order, one-based.
    pub order: usize,
    /// Its modules, in steps that are done one after the other; most clusters have a single one, and some name no module.
    pub steps: Vec<Vec<String>>,
    /// Its line in the plan document, one-based.
    pub line: Option<usize>,
    /// Whether it sets the final gate: no module is intrinsic-partial any more.
    pub is_final_gate: bool,
}

impl Cluster {
    /// Its modules, in order.
    pub fn modules(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().flatten().map(String::as_str)
    }

    /// The status of all of its modules where they agree, else `mixed`.
    pub fn word(&self, audit: &Audit) -> &'static str {
        let mut words: Vec<&str> = self.modules().filter_map(|it| audit.get(it)?.status).map(Status::word).collect();
        words.sort_unstable();
        words.dedup();
        if let [one] = words[..] { one } else { "mixed" }
    }

    /// Whether a person who names it so means this one.
    pub fn is_called(&self, name: &str) -> bool {
        let name = name.trim();
        self.id.eq_ignore_ascii_case(name)
            || self.name.eq_ignore_ascii_case(name)
            || name.parse::<usize>().is_ok_and(|it| it == self.order)
    }
}
