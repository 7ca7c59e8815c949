//! `molt-sync docs`: the doc consistency check and its repairs.

mod adopt;
mod base;
mod bind;
mod census;
mod check;
mod documents;
mod explain;
mod facts;
mod fed;
mod follow;
mod gates;
mod load;
mod lost;
mod names;
mod order;
mod past;
mod place;
mod records;
mod repairs;
mod resolve;
mod scripts;
mod settings;
mod sync;
mod trail;
mod tree;

pub use adopt::{Adopt, run as run_docs_adopt};
pub use bind::{Bind, run as run_docs_bind};
pub use census::{Census, run as run_docs_census};
pub(super) use check::standing;
pub use check::{Check, run as run_docs_check};
pub use explain::run as run_docs_explain;
pub use facts::run as run_docs_facts;
pub(super) use follow::Before;
pub(super) use load::Present;
pub use resolve::run as run_docs_resolve;
pub use sync::{Sync, Take, run as run_docs_sync};
