//! What this machine says of how the program came to it.

use super::plain::read_own;

/// More than this no list of installed programs has.
const LIMIT: u64 = 4 << 20;

/// Cargo's list of what it installed where this program lies: `.crates.toml` beside the folder `bin`. None where there is none,
/// which is how it is on most machines.
pub fn install_record() -> Option<String> {
    let program = std::env::current_exe().ok()?;
    let bin = program.parent().filter(|it| it.file_name().is_some_and(|it| it == "bin"))?;
    String::from_utf8(read_own(&bin.parent()?.join(".crates.toml"), LIMIT).ok()?).ok()
}
