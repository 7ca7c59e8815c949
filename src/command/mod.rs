//! One file a subcommand: read with `host`, call the stages, apply.

mod acquire;
mod audit_upstream;
mod baseline;
mod changes;
mod checked_out;
mod command_line;
mod commit;
mod context;
mod deliver;
mod demo;
mod docs;
mod doubts;
mod external;
mod failure;
mod follow_up;
mod gates;
mod growth;
mod in_repository;
mod init;
mod judge;
mod next;
mod obstacles;
mod origin;
mod partial_source;
mod pipeline;
mod ratchet;
mod refresh;
mod regions;
mod schedulers;
mod state;
mod trust;
mod typed;
mod uncommitted;
mod unknown;
mod unmerged;
mod verify;
mod watch;
mod worktree;

pub use crate::release::ReviewedSigner;
pub use acquire::Source;
pub use audit_upstream::run as run_audit_upstream;
pub use baseline::{BaselineCommand, run as run_baseline};
pub use changes::{Apply, apply as run_apply, recover as run_recover, undo as run_undo};
pub use context::{CommandLine, Context, Format, Options};
pub use deliver::{Output, OwnGates};
pub use demo::run as run_demo;
pub use docs::{
    Adopt, Bind, Census, Check, Sync, Take, run_docs_adopt, run_docs_bind, run_docs_census, run_docs_check,
    run_docs_explain, run_docs_facts, run_docs_resolve, run_docs_sync,
};
pub use failure::{Exit, Failure};
pub use gates::{Gates, explain as explain_gates, run as run_gates};
pub use growth::SignOff;
pub use init::{Init, run as run_init};
pub use origin::{Origin, known as known_origin};
pub use ratchet::{RatchetCommand, run as run_ratchet};
pub use refresh::{Refresh, run as run_refresh};
pub use regions::Side;
pub use schedulers::{InstallSource, Schedulers, run as run_schedulers};
pub use trust::{TrustCommand, run as run_trust};
pub use verify::{Verify, run as run_verify};
pub use watch::{Bring, Watch, run as run_watch};
