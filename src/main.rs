//! The program: everything is in the library.

use std::process::ExitCode;

/// Half of the time that a syntax tree costs goes into memory, on several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // before any thread starts: a supervisor is small, and has the processes below it for itself
    if let Some(code) = molt_sync::host::supervise() {
        return ExitCode::from(code);
    }
    ExitCode::from(molt_sync::cli::main())
}
