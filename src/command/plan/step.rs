//! The step of a plan in the recorded facts and in the lock: what is recorded, dropped, or left as it is.

use std::collections::BTreeMap;

use crate::{
    base::Series,
    command::support::{
        failure::{Exit, Failure},
        remarks::Remarks,
        state::WorkspaceState,
        way::Way,
    },
    docs::LastRefresh,
    refresh::{DropRefusal, RecordVerdict, Recording, dropped},
    release::Locked,
    report::StubChanges,
    stdlib::{Baseline, Delta, ReleaseFacts},
    stubs::Drift,
    workspace::Snapshot,
};

/// What is to change.
pub(in crate::command) enum RefreshStep {
    /// A series is recorded from these facts.
    Record(Box<Baseline>, Option<Box<Locked>>),
    /// A series is no longer supported.
    Drop(Series),
    /// The stubs alone follow the union as it is; nothing is recorded.
    Stubs(Box<Drift>),
}

/// What the step comes to, as it is reported.
#[derive(Debug, Default)]
pub(super) struct StepOutcome {
    /// `refresh`, `drop` or `stubs`
    pub(super) action: &'static str,
    /// The series that it is about.
    pub(super) series: String,
    /// The release that is recorded now.
    pub(super) release: Option<String>,
    /// The artifact, with its label.
    pub(super) source: String,
    /// Its digest.
    pub(super) sha256: Option<String>,
    /// What was held against each other.
    pub(super) checked: Vec<String>,
    /// Files of the release that are not modules.
    pub(super) not_importable: BTreeMap<String, String>,
    /// Whether the series was not supported before.
    pub(super) is_new_series: bool,
    /// What was recorded before, in words.
    pub(super) before: Option<String>,
    /// The recorded series that is nearest to a new one.
    pub(super) nearest: Option<String>,
    /// What changed in the facts of the series.
    pub(super) delta: Delta,
    /// Whether a release brought something new.
    pub(super) is_news: bool,
    /// How the stubs differ from the union, where they alone follow it.
    pub(super) drift: Option<Box<Drift>>,
}

impl StepOutcome {
    /// What sign-offs are filed under: the release, or else the series.
    pub(super) fn label(&self) -> &str {
        self.release.as_deref().unwrap_or(&self.series)
    }
}

/// Takes the step. Returns the state with it.
pub(super) fn record(
    state: WorkspaceState,
    step: RefreshStep,
) -> Result<(WorkspaceState, StepOutcome, Remarks), Failure> {
    match step {
        RefreshStep::Record(baseline, lock_entry) => Ok(release(state, baseline, lock_entry)),
        RefreshStep::Drop(series) => drop_series(state, series),
        RefreshStep::Stubs(drift) => {
            let series = state.union.by_series.keys().next_back().map(ToString::to_string).unwrap_or_default();
            let recorded = StepOutcome { action: "stubs", series, drift: Some(drift), ..StepOutcome::default() };
            Ok((state, recorded, Remarks::default()))
        }
    }
}

fn release(
    mut state: WorkspaceState,
    baseline: Box<Baseline>,
    lock_entry: Option<Box<Locked>>,
) -> (WorkspaceState, StepOutcome, Remarks) {
    let (series, mut remarks) = (baseline.series, Remarks::default());
    let mut res = StepOutcome {
        action: "refresh",
        series: series.to_string(),
        release: baseline.facts.release.map(|it| it.to_string()),
        source: format!("{}{}", baseline.provenance.artifact.as_deref().unwrap_or("-"), baseline.label()),
        sha256: baseline.provenance.sha256.map(|it| it.to_string()),
        not_importable: baseline.facts.not_importable.clone(),
        ..StepOutcome::default()
    };
    if let Some(entry) = lock_entry {
        res.checked.clone_from(&entry.checked);
        let Snapshot { lock, baselines, .. } = &mut state.snapshot;
        lock.begin(baselines.keys().copied());
        lock.record(*entry);
    }
    let Recording { verdict, delta, before, nearest, note, is_news } = Recording::new(&state.baselines, baseline);
    let baseline = match verdict {
        RecordVerdict::Taken(baseline) => baseline,
        RecordVerdict::Weaker { baseline, why, hint } => {
            remarks.obstacle(Failure::new(Exit::Person, why, hint), Way::Hand);
            baseline
        }
        RecordVerdict::Kept => {
            remarks.note("the record of the verified release was kept; it has the same facts");
            return (state, res, remarks);
        }
    };
    remarks.notes.extend(note);
    state.snapshot.baselines.insert(series, *baseline);
    let is_new_series = before.is_none();
    (state, StepOutcome { is_new_series, before, nearest, delta, is_news, ..res }, remarks)
}

fn drop_series(mut state: WorkspaceState, series: Series) -> Result<(WorkspaceState, StepOutcome, Remarks), Failure> {
    let old = dropped(&state.baselines, series).map_err(|why| not_dropped(series, &why))?;
    let recorded = StepOutcome {
        action: "drop",
        series: series.to_string(),
        before: Some(format!("{}{}", old.release_text(), old.label())),
        delta: Delta::between(&old.facts, &ReleaseFacts::default()),
        ..StepOutcome::default()
    };
    state.snapshot.baselines.remove(&series);
    Ok((state, recorded, Remarks::default()))
}

/// Why a series is not dropped, as it is told.
fn not_dropped(series: Series, why: &DropRefusal) -> Failure {
    match why {
        DropRefusal::Unknown(supported) => {
            let supported: Vec<String> = supported.iter().map(ToString::to_string).collect();
            let hint = format!("the supported series are {}", supported.join(", "));
            Failure::new(Exit::Usage, format!("{series} is not a supported series"), hint)
        }
        DropRefusal::Only => {
            let message = format!("{series} is the only supported series");
            Failure::new(Exit::Usage, message, "refresh another series before dropping this one")
        }
    }
}

/// Puts into the lock what changed, for the documents of later runs.
pub(super) fn remember(mut state: WorkspaceState, recorded: &StepOutcome, stubs: &StubChanges) -> WorkspaceState {
    let Snapshot { lock, baselines, last: before, .. } = &mut state.snapshot;
    let Some((series, baseline)) = baselines.iter().find(|(series, _)| series.to_string() == recorded.series) else {
        return state;
    };
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let is_first = recorded.is_new_series && recorded.nearest.is_none();
    let last = LastRefresh {
        series: *series,
        order: before.as_ref().map_or(1, LastRefresh::next_order),
        release: baseline.facts.release,
        before: recorded.before.clone(),
        // the first series of all has no news beyond what it brings to the union; another one is compared with its nearest
        added: if is_first { stubs.created.clone() } else { owned(recorded.delta.added()) },
        removed: owned(recorded.delta.removed()),
        changed: owned(recorded.delta.changed_kind()),
        stubs: stubs.created.iter().chain(&stubs.moved).cloned().collect(),
        retired: stubs.retired.clone(),
    };
    if let Some(table) = last.to_toml() {
        lock.begin(baselines.keys().copied());
        lock.set_last_refresh(*series, &table);
    }
    *before = Some(last);
    state
}
