//! `molt-sync watch`: looks for releases that are newer than what is recorded, and brings them in where that is asked for.

mod args;
mod bring;
mod exit;
mod moment;
mod notices;
mod proposed;
mod recorded;
mod report;
mod request;
mod run;
mod sources;
mod tell;

pub use args::WatchArgs;
pub(super) use bring::Bring;
use request::Watch;
pub use run::run;
pub(super) use run::seen;
