//! The program: everything is in the library.

use std::process::ExitCode;

/// Half of the time that a syntax tree costs goes into memory, on several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match molt_sync::host::spawn_with_deep_stack(molt_sync::cli::main) {
        Ok(code) => ExitCode::from(code),
        // the thread has said on stderr what went wrong
        Err(_) => ExitCode::from(5),
    }
}
