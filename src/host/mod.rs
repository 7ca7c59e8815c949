//! The only input and output: files, the network, programs, the clock and the terminal. Everything that comes in leaves
//! here as a value; everything that goes out arrives here as one.

#![expect(clippy::disallowed_methods, reason = "this is where the outside is touched")]

mod apply;
mod beside;
mod cache;
mod clock;
mod defect;
mod disk;
mod door;
mod external;
mod feeds;
mod file_set;
mod files;
pub mod git;
mod group;
mod guard;
mod http;
mod install;
mod leftovers;
mod limited;
mod mirror;
mod named;
mod owner;
mod plain;
mod process;
mod program_path;
mod programs;
mod serve;
mod shell;
mod signals;
mod temporary;
mod terminal;
mod workspace;

pub use apply::{
    ApplyError, OwnWorktree, PendingCommit, Recovered, Reversal, Settling, Writer, apply, elsewhere, has_own_store,
    note_elsewhere, settle, written,
};
pub use beside::beside;
pub use cache::Cache;
pub use clock::{Deadline, now, random_seed, today};
pub use defect::end_at_defects;
pub use disk::{Disk, ReadLog, longest};
pub use external::{CommandEnd, CommandLimits, copy_workspace, run_limited};
pub use feeds::{FeedAnswer, FileLock, feed, hold, kept_feed};
pub use file_set::{FileSetError, write_file_set};
pub use files::{
    Prepared, append, append_summary, is_same_file, leads_out, modified, must_not_lead_out, overwrite, read_hashed,
    replace, try_to_write,
};
pub use guard::{
    Allowance, Overrun, TakenAway, Undisturbed, begin_anew, guard, has_printed, stand_back, stand_by, taken_away_by,
    undisturbed,
};
pub use http::{
    Client, FetchError, HttpDocument, NetworkOptions, Validator, folder_of_address, is_of_own_network,
    shown as shown_address,
};
pub use install::install_record;
pub use leftovers::left_behind;
pub use mirror::{Mirror, MirrorError};
pub use named::read_named;
pub use owner::{id_of, owner, user_id};
pub use plain::read_plain;
pub use process::{
    QueryError, RunError, Slot, Slots, SlotsError, remove_tree, run_query, run_query_elsewhere, supervise,
};
pub use program_path::find_program;
#[cfg(unix)]
pub use programs::link_view;
pub use programs::{
    all_variables, empty_dir, free_memory, names_in, processors, python_folder, read_if_there, read_own_if_there,
    variables,
};
pub use serve::Server;
pub use shell::{ShellEnd, run_shell};
pub use signals::Stop;
pub use terminal::{Stage, Terminal, Verbosity};
pub use workspace::{
    ScratchDir, absolute, arguments, command_line, create_dir, current_dir, current_program, environment, find_root,
    full_path, is_folder, is_set_to_nothing, is_there, keep_output, lies_in, remove_dir, remove_empty, scratch_place,
    user_cache, with_deep_stack, words,
};
