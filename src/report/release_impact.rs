//! What a release changes inside of modules, in the report of the refresh that brings it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::impact::{escaped, words};
use crate::{
    base::number_of,
    impact::{Concern, Weighed},
};

/// From the recorded release to the new one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReleaseImpact {
    /// The release that was recorded.
    pub old: String,
    /// The new one.
    pub new: String,
    /// How many changes of each concern there are, by its word.
    pub counts: BTreeMap<String, usize>,
    /// The changes, most important first, each as `impact` prints it.
    #[schemars(with = "Vec<serde_json::Map<String, serde_json::Value>>")]
    pub changes: Vec<Weighed>,
    /// How many modules were not looked at, in whole or in part.
    pub modules_not_looked_at: usize,
    /// Why nothing was compared, where nothing was.
    pub not_looked_at: Option<String>,
    /// The command that shows all of it.
    pub command: String,
}

impl ReleaseImpact {
    /// What was found.
    pub fn new((old, new): (String, String), changes: Vec<Weighed>, modules_not_looked_at: usize) -> Self {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for it in &changes {
            *counts.entry(it.concern.word().to_owned()).or_default() += 1;
        }
        let not_looked_at = None;
        Self { counts, changes, modules_not_looked_at, not_looked_at, ..Self::unseen((old, new), String::new()) }
    }

    /// Nothing was compared, and why.
    pub fn unseen((old, new): (String, String), why: String) -> Self {
        Self {
            command: format!("molt-sync impact {old} {new}"),
            old,
            new,
            counts: BTreeMap::new(),
            changes: Vec::new(),
            modules_not_looked_at: 0,
            not_looked_at: Some(why),
        }
    }

    /// Nothing was compared, because there is no older release; who knows one can name it.
    pub fn without_release(old: String, new: String, why: String) -> Self {
        let command = format!("molt-sync impact OLDER {new}");
        Self { command, ..Self::unseen((old, new), why) }
    }

    /// In one line, with foreign words as `shown` has them.
    fn title(&self, shown: fn(&str) -> String) -> String {
        if let Some(why) = &self.not_looked_at {
            let (why, command) = (shown(why), &self.command);
            return format!("from {} to {}: not looked at: {why}; `{command}` compares them", self.old, self.new);
        }
        let unseen = match self.modules_not_looked_at {
            0 => String::new(),
            count => format!("; not looked at, in whole or in part: {}", number_of(count, "module")),
        };
        let count = number_of(self.changes.len(), "change");
        format!("from {} to {}: {count} inside of modules{unseen}", self.old, self.new)
    }

    /// The changes of each concern, the most important first: its heading with how many there are, and those that are shown.
    fn groups(&self, most: usize) -> Vec<(String, Vec<&Weighed>)> {
        let mut left = most;
        let mut res = Vec::new();
        for concern in Concern::ALL {
            let all: Vec<&Weighed> = self.changes.iter().filter(|it| it.concern == concern).collect();
            if all.is_empty() {
                continue;
            }
            let title = format!("{} ({})", concern.title(), all.len());
            // what a stub lacks is its number
            let shown = if matches!(concern, Concern::Stub | Concern::Other) { 0 } else { all.len().min(left) };
            left -= shown;
            res.push((title, all.into_iter().take(shown).collect()));
        }
        res
    }

    /// The lines for people.
    pub(super) fn human(&self, out: &mut String, most: usize) {
        line!(out, "  impact     {}", self.title(str::to_owned));
        for (title, changes) in self.groups(most) {
            line!(out, "    {title}");
            for it in changes {
                line!(out, "      {}: {}", it.change.module, words(it));
            }
        }
        if !self.changes.is_empty() {
            line!(out, "    `{}` shows all of it", self.command);
        }
    }

    /// The section for a pull request.
    pub(super) fn markdown(&self, out: &mut String, most: usize) {
        out.push_str("\n## What changes inside of modules\n\n");
        line!(out, "{}.", self.title(escaped));
        for (title, changes) in self.groups(most) {
            out.push('\n');
            line!(out, "### {title}");
            if !changes.is_empty() {
                out.push('\n');
            }
            for it in changes {
                line!(out, "- **{}**: {}", escaped(&it.change.module), escaped(&words(it)));
            }
        }
    }
}
