//! The functions behind the intrinsics, one for each name of the manifest.

/// Whether the program may do what `name` says.
pub extern "C" fn molt_capabilities_has(_name: u64) -> u64 {
    0
}

/// Tells that the runtime is there.
pub extern "C" fn molt_stdlib_probe() -> u64 {
    0
}
