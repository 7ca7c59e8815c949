//! The program: everything is in the library.

use std::process::ExitCode;

use molt_sync::host::{Terminal, Verbosity};

/// Half of the time that a syntax tree costs goes into memory, on several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // before any thread starts: a supervisor is small, and has the processes below it for itself
    if let Some(code) = molt_sync::host::supervise() {
        return ExitCode::from(code);
    }
    match molt_sync::host::spawn_with_deep_stack(molt_sync::cli::main) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let terminal = Terminal::new(Verbosity::Normal, None);
            let hint = "free some memory, or raise the limit of address space (ulimit -v)";
            terminal.error(&format!("cannot run: {error}"), &[], Some(hint));
            ExitCode::from(5)
        }
    }
}
