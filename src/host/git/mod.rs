//! The workspace's repository through the `git` program: other revisions are read and never checked out; what is written
//! is in [`commit`](commit_files).

#[macro_use]
mod macros;
mod attributes;
mod blame;
mod branch;
mod changed;
mod commit;
mod endings;
mod error;
mod files;
mod filters;
mod folder;
mod head;
mod history;
mod index_file;
mod installed;
mod merge;
mod missing;
mod path;
mod patterns;
mod plain;
mod present;
mod process;
mod program;
mod revision;
mod tree;
mod versions;
mod worktree;

use self::{
    program::{ask, git, git_with, have_git},
    worktree::point_back,
};

pub(super) use self::folder::{NotOwn, own_folder};
pub use self::{
    attributes::{AttributeLines, Conversion, attribute_lines, conversions},
    blame::blame,
    branch::{
        branch_tip, branch_with, fetched_tip, in_the_way, is_branch_name, is_in, make_branch, note_own, own_tip,
        remove_branch_at, restore_branch, take_branch_back,
    },
    changed::{all_names_at, changed, file_at, files_where, names_at},
    commit::{
        CameFrom, came_from, commit_files, go_to_branch, here, leave_branch, locks, prefix, rename_unborn, tip,
        tracks_store, uncommitted, unstage,
    },
    endings::with_carriage_returns,
    error::GitError,
    files::{files, files_but, has_any, names, present_files, repositories_at, repositories_in},
    folder::identity,
    head::head,
    history::{
        DatedCommits, changes_of, dated_commits, days_of_changes, is_reverted, last_change, last_change_of, merge_base,
        times_of_change,
    },
    merge::{merge, merge_texts},
    present::{
        Absence, conflicts, files_at, is_repository, keeps_out, kept_out, may_be_sparse, not_checked_out, places,
        stages,
    },
    revision::{commit, commit_of_day, date},
    versions::{FileVersion, VersionBudget, versions},
    worktree::{
        Revertible, SCRATCH, add_worktree, branch_at, is_made_here, newest_first, remove_worktree, revert, work_tree_of,
    },
};
