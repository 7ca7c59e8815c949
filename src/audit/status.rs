//! The state of one file.

use crate::{
    base::RelPath,
    python::{intrinsic_loads, parse},
};

use super::Unreadable;

/// How far a module is converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// On intrinsics, attested as fully covered, without a progress marker.
    Backed,
    /// On intrinsics, not finished or not attested.
    Partial,
    /// It loads nothing but the probe.
    ProbeOnly,
    /// It loads no intrinsic.
    PythonOnly,
}

impl Status {
    /// In the order of the audit document.
    pub const ALL: [Self; 4] = [Self::Backed, Self::Partial, Self::ProbeOnly, Self::PythonOnly];

    /// The word in Molt's documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Backed => "intrinsic-backed",
            Self::Partial => "intrinsic-partial",
            Self::ProbeOnly => "probe-only",
            Self::PythonOnly => "python-only",
        }
    }
}

const PROBE: &str = "molt_stdlib_probe";

pub(super) fn judge(path: &RelPath, bytes: Vec<u8>, attested: bool) -> Result<Status, Unreadable> {
    let text = String::from_utf8(bytes).map_err(|_| Unreadable::Encoding)?;
    let module = parse(&text)?;
    let loads = intrinsic_loads(&module);
    let is_loader = path.file_name() == "_intrinsics.py";
    Ok(if !is_loader && loads.is_empty() {
        Status::PythonOnly
    } else if !is_loader && loads.iter().all(|it| it == PROBE) {
        Status::ProbeOnly
    } else if attested && !has_progress_marker(&text) {
        Status::Backed
    } else {
        Status::Partial
    })
}

/// `TODO(stdlib…, … status:missing|partial|planned|divergent)` anywhere in the text, strings and comments included: up
/// to the first comma, then up to the first closing parenthesis, which the status must stand right before.
fn has_progress_marker(text: &str) -> bool {
    text.match_indices("TODO(stdlib").any(|(at, _)| {
        let rest = text[at..].split_once(',').and_then(|(_, rest)| rest.split_once(')'));
        let is_open = |it: &str| ["missing", "partial", "planned", "divergent"].contains(&it);
        rest.and_then(|(inside, _)| inside.rsplit_once("status:")).is_some_and(|(_, status)| is_open(status))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: &str, text: &str, attested: bool) -> Result<Status, Unreadable> {
        judge(&RelPath::new(file).unwrap(), text.into(), attested)
    }

    #[test]
    fn a_file_is_judged_by_its_loads_its_marker_and_the_attestation() {
        let load = "require_intrinsic('molt_x')\n";
        assert_eq!(of("m.py", "x = 1\n", true), Ok(Status::PythonOnly));
        assert_eq!(of("m.py", "require_intrinsic('molt_stdlib_probe')\n", true), Ok(Status::ProbeOnly));
        assert_eq!(of("m.py", load, true), Ok(Status::Backed));
        assert_eq!(of("m.py", load, false), Ok(Status::Partial));
        assert_eq!(of("a/_intrinsics.py", "x = 1\n", false), Ok(Status::Partial));
        assert_eq!(of("_intrinsics.py", "x = 1\n", true), Ok(Status::Backed));
        assert_eq!(judge(&RelPath::new("m.py").unwrap(), vec![0xff], true), Err(Unreadable::Encoding));
        assert!(matches!(of("m.py", "x = (\n", true), Err(Unreadable::Syntax(_))));
    }

    #[test]
    fn a_marker_is_open_work_of_the_stdlib_only() {
        for (marker, open) in [
            ("TODO(stdlib-x, owner:y, status:partial): z", true),
            ("TODO(stdlib,status:missing)", true),
            ("TODO(stdlib-x,\n# status:planned)", true),
            ("TODO(stdlib-x, status:done)", false),
            ("TODO(stdlib-x status:partial)", false),
            ("TODO(stdlib-x, status:partial, p:1)", false),
            ("TODO(perf, status:partial)", false),
            ("TODO(stdlib-x, a) b status:partial)", false),
        ] {
            assert_eq!(has_progress_marker(marker), open, "{marker}");
        }
    }
}
