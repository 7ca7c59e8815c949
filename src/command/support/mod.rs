//! What the commands share: the workspace, what is recorded in it, output, errors and hints.

pub(super) mod accepted_doubt;
pub(super) mod base_commit;
pub(super) mod checked_out;
pub(super) mod command_line;
pub(super) mod commit;
pub(super) mod committed;
pub(super) mod context;
pub(super) mod failure;
pub(super) mod in_repository;
pub(super) mod judging;
pub(super) mod known_baselines;
pub(super) mod lock_here;
pub(super) mod obstacles;
pub(super) mod open;
pub(super) mod output;
pub(super) mod records;
pub(super) mod side;
pub(super) mod source;
pub(super) mod state;
pub(super) mod typed;
pub(super) mod uncommitted;
pub(super) mod unknown;
pub(super) mod unmerged;
pub(super) mod way;
pub(super) mod workspace;
pub(super) mod worktree;
