//! Tests of the workspace run by Molt and by `CPython`, and what their outcomes come to.

mod bootstrap;
mod case;
mod changes;
mod coverage_index;
mod difference;
mod header;
mod imported;
mod kept;
mod lane;
mod lane_settings;
mod ledger;
mod merge;
mod met_limit;
mod molt_variables;
mod normalize;
mod outcome;
mod partition;
mod read;
mod ready_made;
mod results;
mod rules;
pub mod run;
mod run_lanes;
mod settings;
mod skip;
mod status;
mod verdict;
mod vet;

pub use bootstrap::{WHICH, started_with};
pub use case::{Case, TestKind, TestedModules, is_probe};
pub use changes::{Changed, TestChange, changes};
pub use coverage_index::{CoverageIndex, IndexError};
pub use difference::FirstDifference;
pub use header::{HeaderFault, Headers};
pub use imported::usual_lane;
pub use kept::{KeptTest, key};
pub use lane::{How, Lane, LaneVariables};
pub use lane_settings::{LaneSettings, Launcher};
pub use ledger::{Ledger, LedgerEntry, SpikeRule};
pub use merge::merge;
pub use met_limit::{is_suspect, met_limit};
pub use molt_variables::MoltVariables;
pub use outcome::{End, Outcome};
pub use partition::{Partition, PartitionBy, from_ci};
pub use read::read_results;
pub use ready_made::{READY_MADE, ready_made};
pub use results::{
    Diverged, Fingerprint, HeaderFinding, MemoryMeasurement, ResultsProvenance, RunResults, TestResult, Totals,
};
pub use rules::ComparisonRules;
pub use run_lanes::{LanePair, LanesError, RunLanes};
pub use settings::DifferentialSettings;
pub use skip::Host;
pub use status::{STATUSES, TestStatus};
pub use verdict::{CandidateOutcome, TestVerdict, judge};
pub use vet::{Looks, VetReason, Vetted, VettedList, vet};
