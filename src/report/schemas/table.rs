//! All schemas by the names of their commands.

use schemars::{JsonSchema, Schema, generate::SchemaSettings};

use super::super::RefreshReport;
use super::{conversion, differential, docs, gates, interfaces, releases, scoreboard, start, watch};
use crate::differential::{RunResults, VettedList};

/// One kind of document: its name, which is that of the command with hyphens, what it is of, and how its schema is made.
struct SchemaRow {
    name: &'static str,
    what: &'static str,
    make: fn() -> Schema,
}

fn made<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

const fn row<T: JsonSchema>(name: &'static str, what: &'static str) -> SchemaRow {
    SchemaRow { name, what, make: made::<T> }
}

/// All of them: those that no command is named after, then the commands by name.
static ROWS: &[SchemaRow] = &[
    row::<start::Error>("error", "what any command prints where it could not do what was asked"),
    row::<start::Overview>("overview", "`molt-sync` alone"),
    row::<start::VersionForm>("version", "`--version`"),
    row::<conversion::Accept>("accept", "`accept`"),
    row::<interfaces::ApiShowForm>("api-show", "`api show`"),
    row::<start::ChangesForm>("apply", "`apply`"),
    row::<releases::Upstream>("audit-upstream", "`audit-upstream`"),
    row::<releases::DifferenceForm>("baseline-diff", "`baseline diff`"),
    row::<RefreshReport>("baseline-drop", "`baseline drop`"),
    row::<releases::Baselines>("baseline-show", "`baseline show`"),
    row::<releases::InterpreterForm>("baseline-verify", "`baseline verify`"),
    row::<start::Text>("completions", "`completions`"),
    row::<start::SettingsForm>("config-show", "`config show`"),
    row::<RefreshReport>("demo", "`demo`"),
    row::<differential::RunComparisonForm>("differential-compare", "`differential compare`"),
    row::<RunResults>("differential-merge", "`differential merge`"),
    row::<RunResults>("differential-report", "`differential report`"),
    row::<RunResults>("differential-run", "`differential run`"),
    row::<VettedList>("differential-vet", "`differential vet`"),
    row::<docs::Adopted>("docs-adopt", "`docs adopt`"),
    row::<docs::AnyBound>("docs-bind", "`docs bind`"),
    row::<docs::DocsForm>("docs-census", "`docs census`"),
    row::<docs::DocsForm>("docs-check", "`docs check`"),
    row::<docs::DocsExplainedForm>("docs-explain", "`docs explain`"),
    row::<docs::FactsForm>("docs-facts", "`docs facts`"),
    row::<docs::ResolvedForm>("docs-resolve", "`docs resolve`"),
    row::<docs::Synced>("docs-sync", "`docs sync`"),
    row::<start::Doctor>("doctor", "`doctor`"),
    row::<gates::AnyGates>("gates", "`gates`"),
    row::<gates::GateExplainedForm>("gates-explain", "`gates explain`"),
    row::<interfaces::ImpactForm>("impact", "`impact`"),
    row::<start::AnyInit>("init", "`init`"),
    row::<conversion::LandedForm>("landed", "`landed`"),
    row::<start::Text>("man", "`man`"),
    row::<conversion::PlanForm>("plan", "`plan`"),
    row::<gates::Budget>("ratchet-check", "`ratchet check`"),
    row::<gates::Budget>("ratchet-lower", "`ratchet lower`"),
    row::<gates::RatchetForm>("ratchet-show", "`ratchet show`"),
    row::<start::RecoveredForm>("recover", "`recover`"),
    row::<RefreshReport>("refresh", "`refresh`"),
    row::<scoreboard::AnyBadge>("scoreboard-badge", "`scoreboard badge`"),
    row::<scoreboard::CheckForm>("scoreboard-check", "`scoreboard check`"),
    row::<scoreboard::AnyExcept>("scoreboard-except", "`scoreboard except`"),
    row::<scoreboard::WrittenForm>("scoreboard-html", "`scoreboard html`"),
    row::<scoreboard::MergeDriverForm>("scoreboard-merge-driver", "`scoreboard merge-driver`"),
    row::<scoreboard::AnyRecorded>("scoreboard-record", "`scoreboard record`"),
    row::<scoreboard::AnyRollback>("scoreboard-rollback", "`scoreboard rollback`"),
    row::<scoreboard::RowsForm>("scoreboard-show", "`scoreboard show`"),
    row::<gates::Stubs>("stubs-check", "`stubs check`"),
    row::<RefreshReport>("stubs-sync", "`stubs sync`"),
    row::<interfaces::SurfaceForm>("surface", "`surface`"),
    row::<releases::DigestAdded>("trust-add", "`trust add`"),
    row::<releases::LockResolved>("trust-resolve", "`trust resolve`"),
    row::<releases::Trusted>("trust-show", "`trust show`"),
    row::<releases::SignerAdded>("trust-signer", "`trust signer`"),
    row::<start::ChangesForm>("undo", "`undo`"),
    row::<releases::Verified>("verify", "`verify`"),
    row::<watch::WatchForm>("watch", "`watch`"),
];

/// The schema of one kind of document, by its name; none where there is no such name.
pub fn schema_of(name: &str) -> Option<Schema> {
    ROWS.iter().find(|it| it.name == name).map(|it| (it.make)())
}

/// Every kind of document: its name, and what it is of.
pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROWS.iter().map(|it| (it.name, it.what))
}
