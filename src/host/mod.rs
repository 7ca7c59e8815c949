//! The only input and output: files, the network, programs, the clock and the terminal. Everything that comes in leaves
//! here as a value; everything that goes out arrives here as one.

#![expect(clippy::disallowed_methods, reason = "this is where the outside is touched")]

mod apply;
mod cache;
mod clock;
mod external;
mod files;
pub mod git;
mod group;
mod http;
mod mirror;
mod process;
mod serve;
mod terminal;
mod workspace;

pub use apply::{ApplyError, Promise, Recovered, Undo, Writer, apply, settle};
pub use cache::Cache;
pub use clock::{random_seed, today};
pub use external::{Limits, Ran, copy_workspace, run_limited};
pub use files::{Disk, Prepared, append, is_same_file, overwrite, read_file, read_hashed};
pub use http::{Client, FetchError, NetworkOptions};
pub use mirror::{Mirror, MirrorError};
pub use process::{QueryError, run_query};
pub use serve::Server;
pub use terminal::{Terminal, Verbosity};
pub use workspace::{
    ScratchDir, command_line, create_dir, current_dir, environment, find_root, full_path, keep_output, remove_dir,
    spawn_with_deep_stack,
};
