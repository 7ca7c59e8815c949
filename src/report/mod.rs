//! What a run did or would do, as one value with three printers: for people, as JSON, and as Markdown for a pull request.

#[macro_use]
mod macros;
mod accept;
mod api;
mod differential;
mod docs;
mod each;
mod envelope;
mod gates;
pub(crate) mod harmless;
mod human;
mod impact;
mod interpreter;
mod junit;
mod landed;
mod markdown;
mod not_run;
mod plan;
mod refresh;
mod release_impact;
mod sarif;
pub mod schemas;
pub mod scoreboard;
mod settings;
mod statements;
mod surface;

pub use accept::{AcceptReport, AcceptedModule};
pub use api::ApiReport;
pub use differential::{ChangesReport, DifferentialReport, vetted_in_words};
pub use docs::{DocsReport, HistoryComparison};
pub use envelope::{FORM, envelope, json_document};
pub use gates::{GateReport, GateRow, ShownFinding, compare};
pub use impact::ImpactReport;
pub use interpreter::InterpreterReport;
pub use landed::LandedReport;
pub use not_run::NotRun;
pub use plan::{ModuleEffect, PlanReport};
pub use refresh::{DocChange, ExternalRun, Growth, Obstacle, RefreshReport, StubChanges, UnionCounts, shown};
pub use release_impact::ReleaseImpact;
pub use settings::other_settings;
pub use statements::Statement;
pub use surface::{SurfaceReport, Tightened};
