//! The program that is tested.

use std::path::PathBuf;

/// What `MOLT_SYNC_BINARY` names, else what cargo built beside the tests.
pub fn program() -> PathBuf {
    std::env::var_os("MOLT_SYNC_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_molt-sync").into(), PathBuf::from)
}
