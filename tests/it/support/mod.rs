//! What the tests are built from.

pub mod archives;
#[cfg(unix)]
pub mod book;
pub mod changes;
pub mod der;
pub mod feeds;
pub mod instance;
pub mod papers;
pub mod program;
pub mod release;
pub mod run;
pub mod sarif;
pub mod schema;
pub mod server;
pub mod site;
pub mod tls;
pub mod tree;
#[cfg(unix)]
pub mod workflow;

pub use program::program;
pub use release::{Release, recorded, recorded_whole};
pub use run::Sandbox;
