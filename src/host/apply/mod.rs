//! Changesets to disk: one writer at a time, each changeset wholly or not at all.

mod carry_out;
mod dir;
mod elsewhere;
mod error;
mod fs;
mod journal_dir;
mod os_fs;
mod own_worktrees;
mod pending_commit;
mod place;
mod recover;
mod roll_forward;
mod rollback;
mod seal;
mod state_dir;
mod transaction;
mod writer;

#[cfg(test)]
mod tests;

pub use elsewhere::{elsewhere, note_elsewhere};
pub use error::ApplyError;
pub use own_worktrees::OwnWorktree;
pub use pending_commit::PendingCommit;
pub use recover::Recovered;
pub use writer::{Reversal, Settling, Writer, apply, has_own_store, settle, written};
