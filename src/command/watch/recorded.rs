//! What is recorded, as far as it can be read: a record that cannot be read keeps its own series from being looked for, and no
//! other.

use std::collections::BTreeMap;

use super::{Watch, bring::Brought, exit::worse, proposed::proposed};
use crate::{
    base::{Series, Version},
    command::support::{
        context::Context,
        failure::{Exit, Failure},
        witnesses::witnesses,
        workspace::Workspace,
    },
    watch::{Polled, WantedReleases},
    workspace::{accepted_recalls, baseline_path, each_baseline, lock},
};

/// What is recorded.
pub(super) struct RecordedReleases {
    pub(super) wanted: WantedReleases,
    /// Why the record of a series cannot be read.
    pub(super) damages: BTreeMap<Series, Failure>,
}

/// Reads it.
pub(super) fn read(context: &Context, workspace: &Workspace, request: &Watch) -> Result<RecordedReleases, Failure> {
    // of what it says nothing is taken to be new, and nothing could be brought in beside it
    lock(&workspace.disk, &workspace.config.paths)?;
    let mut baselines = Vec::new();
    let (mut recorded, mut damages) = (BTreeMap::<Series, Version>::new(), BTreeMap::new());
    for (series, it) in each_baseline(&workspace.disk, &workspace.config.paths)? {
        match it {
            Ok(it) => {
                recorded.extend(it.facts.release.map(|release| (series, release)));
                baselines.push(it);
            }
            Err(damage) => _ = damages.insert(series, Failure::from(damage)),
        }
    }
    let known = witnesses(&workspace.disk, &workspace.config.paths, None)?;
    for it in &baselines {
        let Some(why) = known.against(it) else { continue };
        let path = baseline_path(&workspace.config.paths, it.series);
        let release = known.release_of(it);
        // nothing is taken for recorded that is newer than what the others say
        let taken = match recorded.get_mut(&it.series).zip(release) {
            Some((recorded, release)) if release < *recorded => {
                *recorded = release;
                format!("; {release} is taken for what is recorded of {}", it.series)
            }
            _ => String::new(),
        };
        context.warn(&format!("{path} is not what was recorded: {why}{taken}"));
    }
    for series in &request.series {
        if let Some(failure) = damages.get(series) {
            return Err(failure.clone());
        }
        if !recorded.contains_key(series) {
            let message = format!("nothing is recorded of {series} here, so that nothing newer can be looked for");
            return Err(Failure::new(Exit::Usage, message, format!("record it: molt-sync refresh {series}")));
        }
    }
    let is_asked = |series: &Series| request.series.is_empty() || request.series.contains(series);
    let (recorded, beside): (BTreeMap<_, _>, BTreeMap<_, _>) = recorded.into_iter().partition(|it| is_asked(&it.0));
    // a workflow tells of each record that cannot be read, and has nobody who reads an error
    let is_told = request.github && !damages.is_empty();
    if recorded.is_empty() && !is_told {
        let message = "no release is recorded here, so that nothing newer can be looked for";
        let none = || Failure::new(Exit::Usage, message, "record one first: molt-sync refresh latest");
        return Err(damages.into_values().next().unwrap_or_else(none));
    }
    if !damages.is_empty() {
        // that something could not be read is told here, and does not take the result away
        drop(context.reading.take());
        for failure in damages.values() {
            failure.show(&context.terminal);
        }
    }
    let settings = workspace.config.watch;
    let accepted = accepted_recalls(&workspace.disk, &workspace.config.paths)?;
    let proposed = if request.github { proposed(workspace, &recorded)? } else { BTreeMap::new() };
    let wanted = WantedReleases {
        new_series: request.series.is_empty() && !recorded.is_empty(),
        recorded,
        proposed,
        beside,
        pre: request.pre || settings.pre,
        budget: settings.budget,
        patience: i64::from(settings.patience),
        accepted,
        unreadable: damages.keys().copied().collect(),
    };
    Ok(RecordedReleases { wanted, damages })
}

/// How a run ends that could not read a record: a disk that failed may be right the next time, everything else is a person's to
/// restore.
pub(super) fn exit(failure: &Failure) -> Exit {
    if failure.exit == Exit::Io { Exit::Io } else { Exit::Usage }
}

/// A change of one series is computed from the records of all, so that none is made of what waits.
pub(super) fn held_up(look: &Polled, damages: &BTreeMap<Series, Failure>) -> Vec<Brought> {
    let series = damages.keys().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    let waits = damages.values().map(exit).fold(Exit::Done, worse);
    let held = |version| {
        let words = format!("waits until the record of {series} can be read");
        Brought { version, words, failure: None, waits: Some(waits) }
    };
    look.waiting().map(held).collect()
}
