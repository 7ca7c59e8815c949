//! The state of one file.

use crate::{
    base::{Dialect, RelPath},
    python::FileSummary,
};

/// How far a module is converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// On intrinsics, attested as fully covered, without a progress marker.
    Backed,
    /// On intrinsics, not finished or not attested.
    Partial,
    /// A private helper of a module that is on intrinsics (since August).
    Support,
    /// It only says that it cannot be imported (since August).
    PolicyGate,
    /// It loads nothing but the probe.
    ProbeOnly,
    /// It loads no intrinsic.
    PythonOnly,
}

impl Status {
    /// All that a dialect can know, in the order of the audit document.
    const ALL: [Self; 6] =
        [Self::Backed, Self::Partial, Self::Support, Self::PolicyGate, Self::ProbeOnly, Self::PythonOnly];

    /// Those that a dialect knows, in the order of the audit document.
    pub fn of(dialect: Dialect) -> Vec<Self> {
        let traits = dialect.traits();
        let has = |it: &Self| match it {
            Self::Backed | Self::PythonOnly => true,
            Self::Partial => traits.partial,
            Self::Support => traits.support,
            Self::PolicyGate => traits.policy_gates,
            Self::ProbeOnly => traits.probes,
        };
        Self::ALL.into_iter().filter(has).collect()
    }

    /// The word in Molt's documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Backed => "intrinsic-backed",
            Self::Partial => "intrinsic-partial",
            Self::Support => "intrinsic-support",
            Self::PolicyGate => "policy-gate",
            Self::ProbeOnly => "probe-only",
            Self::PythonOnly => "python-only",
        }
    }

    /// The status of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// Whether such a module is on intrinsics.
    pub fn is_implemented(self) -> bool {
        matches!(self, Self::Backed | Self::Partial | Self::Support)
    }
}

/// The intrinsic that proves nothing: it only tells whether the runtime is there.
pub(super) const PROBE: &str = "molt_stdlib_probe";

/// The state by the file alone. The loader itself is on intrinsics whatever it says.
pub(super) fn of_file(path: &RelPath, summary: &FileSummary, dialect: Dialect) -> Status {
    if path.file_name() == "_intrinsics.py" {
        return Status::Backed;
    }
    match summary.loads.as_slice() {
        [] if dialect.traits().policy_gates && summary.is_policy_gate => Status::PolicyGate,
        [] => Status::PythonOnly,
        [(name, _)] if &**name == PROBE && dialect.traits().probes => Status::ProbeOnly,
        _ => Status::Backed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        audit::{Audit, Rules},
        base::Memory,
    };

    fn of(file: &str, text: &[u8], attested: bool, dialect: Dialect) -> Option<Status> {
        let root = RelPath::new("s").unwrap();
        let files = Memory([(root.join(file), text.to_vec())].into());
        let attested = if attested { [file.trim_end_matches(".py").replace('/', ".")].into() } else { [].into() };
        let audit =
            Audit::run(&files, &root, Rules { dialect, attested: &attested, stubs: None, is_early: false }).unwrap();
        audit.records[0].status
    }

    #[test]
    fn a_file_is_judged_by_its_loads_its_marker_and_the_attestation() {
        let february = |file: &str, text: &str, attested| of(file, text.as_bytes(), attested, Dialect::February);
        let load = "require_intrinsic('molt_x')\n";
        let probe = "require_intrinsic('molt_stdlib_probe')\n";
        assert_eq!(february("m.py", "x = 1\n", true), Some(Status::PythonOnly));
        assert_eq!(february("m.py", probe, true), Some(Status::ProbeOnly));
        assert_eq!(february("m.py", &format!("{probe}{load}"), true), Some(Status::Backed));
        assert_eq!(february("m.py", load, true), Some(Status::Backed));
        assert_eq!(february("m.py", load, false), Some(Status::Partial));
        assert_eq!(february("m.py", &format!("{load}# TODO(stdlib, status:planned)\n"), true), Some(Status::Partial));
        assert_eq!(february("a/_intrinsics.py", "x = 1\n", false), Some(Status::Partial));
        assert_eq!(february("_intrinsics.py", "x = 1\n", true), Some(Status::Backed));
        assert_eq!(february("m.py", "x = (\n", true), None);
        assert_eq!(of("m.py", b"\xff", true, Dialect::February), None);
    }

    #[test]
    fn a_module_that_only_refuses_has_a_state_of_its_own_in_august() {
        let text = b"raise ImportError('no')\n";
        assert_eq!(of("m.py", text, false, Dialect::August), Some(Status::PolicyGate));
        assert_eq!(of("m.py", text, false, Dialect::February), Some(Status::PythonOnly));
    }
}
