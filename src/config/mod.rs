//! `molt-sync.toml` to checked values. Every key has a default that fits Molt's tree, so that no file is needed.

mod differences;
mod document_globs;
mod external;
mod posix;
mod settings;
mod surface;
mod watch;
mod writable;

pub use differences::differences;
pub use external::{External, may_be_secret};
pub use settings::{AuditOptions, Config, ConfigError, FILE, Paths};
pub use surface::{SurfaceOptions, with_max_missing};
pub use watch::{Feeds, WatchSettings};
pub use writable::Writable;
