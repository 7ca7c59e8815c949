//! What modules lack, for people and as JSON.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::{
    base::{Series, Version, line, number_of},
    impact::{SurfaceRow, SurfaceTotals},
    report::envelope::{envelope, json_document},
};

/// What was found.
pub struct SurfaceReport {
    /// Each module.
    pub rows: Vec<SurfaceRow>,
    /// The releases whose names are required, each with its artifact and whether that was verified.
    pub releases: Vec<(Version, String, bool)>,
    /// Recorded series whose names are not known, with the reason.
    pub absent: BTreeMap<Series, String>,
    /// How many names all modules lack together, also those that are not shown; none where only some were asked for.
    pub missing_in_all: Option<u64>,
    /// Of how many their text does not show it, of those that every usual build has.
    pub uncounted_in_all: Option<u64>,
    /// Whether only the attested modules are shown.
    pub is_attested_only: bool,
    /// The most names that may be missing, where the workspace says so.
    pub max_missing: Option<u64>,
    /// What became of that number, where it was to be lowered.
    pub tightened: Option<Tightened>,
}

/// How the ratchet was tightened.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tightened {
    /// The number before; null where there was none.
    pub before: Option<u64>,
    /// The number now.
    pub after: u64,
    /// How many of it are names of which the modules' text does not show whether they bind them.
    pub uncounted: u64,
    /// The change, where it is only shown.
    pub patch: Option<String>,
}

/// The names that are listed of a module that is one of many.
const LISTED: usize = 8;

/// How the names that all modules lack stand to the most that may be missing, also beside a part of the modules.
fn ratchet(most: u64, (missing, uncounted): (u64, u64), is_part: bool) -> String {
    let set = format!("surface.max_missing{} is {most}", if is_part { ", which is about all modules," } else { "" });
    let may_be = missing + uncounted;
    if missing <= most && may_be > most {
        let over = may_be - most;
        let missing = number_of(missing, "name");
        return format!("{set}: {missing} missing, and {uncounted} more could not be counted, {over} more together");
    }
    match missing.checked_sub(most) {
        None if may_be == most => format!("{set}: no room"),
        None => format!("{set}; `molt-sync surface --tighten` lowers it to {may_be}"),
        Some(0) => format!("{set}: no room"),
        Some(1) => format!("finding: {set}, and 1 more name is missing"),
        Some(over) => format!("finding: {set}, and {over} more names are missing"),
    }
}

impl Tightened {
    fn words(&self) -> String {
        let is = if self.patch.is_some() { "would be" } else { "is" };
        let mut words = match (self.before, self.after) {
            (Some(before), after) if before == after => format!("surface.max_missing stays at {after}"),
            (Some(before), after) => format!("surface.max_missing {is} {after} now, {before} before"),
            (None, after) => format!("surface.max_missing {is} {after} now, and was not set before"),
        };
        if self.uncounted > 0 {
            words += &format!("; {} of it could not be counted, and may be missing", number_of(self.uncounted, "name"));
        }
        words
    }
}

/// What of a module could not be read in CPython.
fn partly(row: &SurfaceRow) -> String {
    if row.partly.is_empty() {
        return String::new();
    }
    line(&format!("    not looked at in CPython: {}", row.partly.join(", ")))
}

impl SurfaceReport {
    /// The attested modules that lack a name.
    pub fn findings(&self) -> impl Iterator<Item = &SurfaceRow> {
        self.rows.iter().filter(|it| it.attested && !it.missing.is_empty())
    }

    /// The attested modules of which nobody could count the names that they lack, where those alone are judged.
    pub fn uncounted(&self) -> Vec<&str> {
        let all = self.rows.iter().filter(|it| self.is_attested_only && it.attested && it.is_uncounted());
        all.map(|it| it.module.as_str()).collect()
    }

    /// As one JSON document.
    pub fn json(&self) -> String {
        let releases: Vec<_> = self
            .releases
            .iter()
            .map(|(version, artifact, is_verified)| json!({ "release": version, "artifact": artifact, "verified": is_verified }))
            .collect();
        let unseen =
            self.rows.iter().filter_map(|it| Some(json!({ "module": it.module, "why": it.not_looked_at.as_ref()? })));
        let absent = self.absent.iter().map(|(series, why)| json!({ "series": series, "why": why }));
        let rows: Vec<&SurfaceRow> = self.rows.iter().filter(|it| it.not_looked_at.is_none()).collect();
        let findings: Vec<&str> = self.findings().map(|it| it.module.as_str()).collect();
        let mut value = envelope(json!({
            "releases": releases,
            "modules": rows,
            "totals": SurfaceTotals::of(&self.rows),
            "attested_with_missing": findings,
            "max_missing": self.max_missing,
            "missing_in_all": self.missing_in_all,
            "uncounted_in_all": self.uncounted_in_all,
            "not_looked_at": absent.chain(unseen).collect::<Vec<_>>(),
        }));
        if let Some(it) = &self.tightened {
            value["tightened"] = json!(it);
        }
        json_document(&value)
    }

    /// For people; `all` lists every name.
    pub fn human(&self, all: bool) -> String {
        let totals = SurfaceTotals::of(&self.rows);
        let releases: Vec<String> = self
            .releases
            .iter()
            .map(
                |(version, _, is_verified)| {
                    if *is_verified { version.to_string() } else { format!("{version} (not verified)") }
                },
            )
            .collect();
        let mut out = line(&format!(
            "{} of {} that CPython {} has are present, {} missing, {} unknown, in {}",
            totals.present,
            number_of(totals.required, "public name"),
            releases.join(" and "),
            totals.missing,
            totals.unknown,
            number_of(totals.modules, "module")
        ));
        let list = |label: &str, names: &[String], row: &SurfaceRow| -> String {
            if names.is_empty() {
                return String::new();
            }
            let shown: Vec<String> = names
                .iter()
                .take(if all { usize::MAX } else { LISTED })
                .map(|name| match row.required_by.get(name) {
                    Some(series) => {
                        let series: Vec<String> = series.iter().map(ToString::to_string).collect();
                        format!("{name} ({})", series.join(", "))
                    }
                    None => name.clone(),
                })
                .collect();
            let more = names.len() - shown.len();
            let more = if more == 0 { String::new() } else { format!(", and {more} more") };
            line(&format!("    {label}: {}{more}", shown.join(", ")))
        };
        for it in &self.rows {
            let only = if it.is_elsewhere() { format!(", only on {}", it.platforms.join(", ")) } else { String::new() };
            let label = if it.attested { format!("{only}, attested") } else { only };
            if let Some(why) = &it.not_looked_at {
                if all {
                    out += &line(&format!("  {}: not looked at: {why}{label}", it.module));
                }
                continue;
            }
            let is_whole = it.missing.is_empty() && it.unknown.is_empty();
            // of what is attested it is told that CPython may have more names than could be read
            if !all && is_whole && it.attested && !it.partly.is_empty() {
                out += &line(&format!("  {}: {} of {} present{label}", it.module, it.present.len(), it.required));
                out += &partly(it);
            }
            if !all && (is_whole || (it.is_elsewhere() && !it.attested)) {
                continue;
            }
            out += &line(&format!("  {}: {} of {} present{label}", it.module, it.present.len(), it.required));
            out += &list("missing", &it.missing, it);
            out += &list("unknown", &it.unknown, it);
            out += &partly(it);
        }
        if totals.other_platforms > 0 {
            out += &line(&format!(
                "  not counted: {} that only other platforms than Linux have, and that {} {}{}",
                number_of(totals.other_platforms, "module"),
                if totals.other_platforms == 1 { "lacks" } else { "lack" },
                number_of(totals.missing_on_other_platforms, "name"),
                if all { "" } else { " (--verbose lists them)" }
            ));
        }
        for (series, why) in &self.absent {
            out += &line(&format!("  not looked at: {series}: {why}"));
        }
        if totals.not_looked_at > 0 && !all {
            out += &line(&format!(
                "  not looked at: {} (--verbose lists them)",
                number_of(totals.not_looked_at, "module")
            ));
        }
        if let Some(it) = &self.tightened {
            out += &line(&it.words());
            out += it.patch.as_deref().unwrap_or_default();
        } else if let (Some(most), Some(missing)) =
            (self.max_missing, self.missing_in_all.filter(|_| self.absent.is_empty()))
        {
            let uncounted = self.uncounted_in_all.unwrap_or_default();
            out += &line(&ratchet(most, (missing, uncounted), self.is_attested_only));
        }
        if self.is_attested_only && self.rows.is_empty() {
            out += &line("no module that was looked at is attested as fully covered");
        }
        for it in self.findings() {
            out += &line(&format!(
                "finding: {} is attested as fully covered and lacks {}",
                it.module,
                number_of(it.missing.len(), "name")
            ));
        }
        out
    }
}
