//! What the tests are built from.

pub mod release;
pub mod run;
pub mod server;

pub use release::{Release, recorded};
pub use run::Sandbox;
