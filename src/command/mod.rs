//! One file a subcommand: read with `host`, call the stages, apply.

mod accept;
mod acquire;
mod api;
mod audit_upstream;
mod baseline;
mod changes;
mod demo;
mod differential;
mod docs;
mod drop_series;
mod execution_plan;
mod gates;
mod impact;
mod init;
mod landed;
mod next;
mod origin;
mod plan;
mod ratchet;
mod refresh;
mod schedulers;
mod scoreboard;
mod stubs;
mod support;
mod surface;
mod trust;
mod trust_resolve;
mod verify;
mod verify_interpreter;
mod watch;

pub use crate::release::ReviewedSigner;
pub use accept::{AcceptArgs, run as run_accept};
pub use api::{ApiCommand, run as run_api};
pub use audit_upstream::run as run_audit_upstream;
pub use baseline::{BaselineCommand, run as run_baseline};
pub use changes::{Apply, apply as run_apply, recover as run_recover, undo as run_undo};
pub use demo::run as run_demo;
pub use differential::{Differential, run as run_differential};
pub use docs::{
    Adopt, Bind, Census, Check, Sync, Take, run_docs_adopt, run_docs_bind, run_docs_census, run_docs_check,
    run_docs_explain, run_docs_facts, run_docs_resolve, run_docs_sync,
};
pub use drop_series::Drop;
pub use execution_plan::{PlanArgs, run as run_plan};
pub use gates::{Gates, explain as explain_gates, run as run_gates};
pub use impact::{Impact, run as run_impact};
pub use init::{Init, run as run_init};
pub use landed::{LandedArgs, run as run_landed};
pub use origin::{Origin, known as known_origin};
pub use plan::growth::SignOff;
pub use plan::refresh_request::{Accepted, Refresh};
pub use ratchet::{RatchetCommand, run as run_ratchet};
pub use refresh::run as run_refresh;
pub use schedulers::{InstallSource, Schedulers, run as run_schedulers};
pub use scoreboard::{ScoreboardCommand, run as run_scoreboard};
pub use stubs::{StubsCommand, run as run_stubs};
pub use support::context::{CommandLine, Context, Format, Options};
pub use support::failure::{Exit, Failure};
pub use support::output::{Output, OwnGates};
pub use support::side::Side;
pub use support::source::Source;
pub use surface::{Surface, run as run_surface};
pub use trust::{TrustCommand, run as run_trust};
pub use verify::{Verify, run as run_verify};
pub use watch::{Bring, Watch, run as run_watch};
