//! The two targets that the runtime is compiled for.

/// Where the runtime runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RuntimeTarget {
    Native,
    Wasm,
}
