//! Changes to a tree of Molt's shape, each with what Molt's checker says of it first. They fit the small tree that is
//! built in code and a real checkout of 2026-02-13 alike.

mod code;
mod graph;
mod inputs;

use super::tree::Tree;

/// One change.
pub struct Change {
    pub name: &'static str,
    /// Options of `gates`, which are those of Molt's checker too.
    pub options: &'static [&'static str],
    pub make: fn(&mut dyn Tree),
    /// The first line; `F:` stands for the checker's prefix.
    pub says: &'static str,
}

pub const OK: &str = "stdlib intrinsics lint: ok";
pub const TRACEBACK: &str = "Traceback (most recent call last):";
pub const BACKED_ONLY: &[&str] = &["--fallback-intrinsic-backed-only"];
pub const CRITICAL: &[&str] = &["--critical-allowlist"];
pub const ZERO: &str = "F: zero non-intrinsic gate violated";
pub const RATCHET_OVER: &str = "F: intrinsic-partial ratchet gate violated";
pub const FALLBACK: &str = "F: all-stdlib fallback gate violated";
pub const DEPENDS: &str = "F: non-python-only modules cannot depend on python-only stdlib modules";
pub const STALE: &str =
    "stdlib intrinsic audit doc is out of date. Run: python3 tools/check_stdlib_intrinsics.py --update-doc";
pub const PASSED_OVER: &str = "F: intrinsic runtime fallback gate violated";
pub const UNKNOWN: &str = "F: unknown intrinsic names";
pub const PROBE: &str = "from _intrinsics import require_intrinsic\nrequire_intrinsic(\"molt_stdlib_probe\")\n";
pub const TRY: &str = "try:\n    import sys\nexcept ImportError:\n    sys = None\n";

macro_rules! change {
    ($name:literal, $says:expr, $make:expr) => {
        change!($name, &[], $says, $make)
    };
    ($name:literal, $options:expr, $says:expr, $make:expr) => {
        Change { name: $name, options: $options, make: $make, says: $says }
    };
}

use change;

/// All changes.
pub fn changes() -> Vec<Change> {
    [
        inputs::inputs(),
        inputs::files(),
        code::lints(),
        graph::names(),
        graph::statuses(),
        graph::imports(),
        code::fallbacks(),
        inputs::attested(),
        inputs::documents(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
