//! What is known to have changed between patch releases of one series: the evidence that a difference between an
//! interpreter and a baseline of another release needs.
//!
//! Sources: the names of CPython 3.12.1 and 3.13.0 interpreters and of the 3.13.5 source release, compared; the release in
//! which `pydoc_data.module_docs` came is that of the typeshed change which followed it.

use crate::base::{Series, Version};

/// `(series, name, last patch release known without the change, first known with it, what changed)`
const KNOWN: &[(Series, &str, u16, u16, &str)] = &[
    (S312, "_wmi", 1, 2, "it is listed"),
    (S313, "_apple_support", 0, 5, "it came"),
    (S313, "_pyrepl.base_eventqueue", 0, 5, "it came"),
    (S313, "_pyrepl.windows_eventqueue", 0, 5, "it came"),
    (S313, "collections.abc", 0, 5, "its file became an alias"),
    (S313, "pydoc_data.module_docs", 11, 12, "it came"),
    (S314, "pydoc_data.module_docs", 2, 3, "it came"),
];
const S312: Series = Series { major: 3, minor: 12 };
const S313: Series = Series { major: 3, minor: 13 };
const S314: Series = Series { major: 3, minor: 14 };

/// Why `name` may differ between two releases of one series, where that is known.
pub(super) fn explains(name: &str, one: Version, other: Version) -> Option<String> {
    let (old, new) = (one.min(other), one.max(other));
    let row = KNOWN.iter().find(|(series, it, before, after, _)| {
        *it == name && *series == old.series && *series == new.series && old.patch <= *before && new.patch >= *after
    });
    row.map(|(series, _, before, after, what)| {
        format!("{what} after {series}.{before}, by {series}.{after} at the latest")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_is_explained() {
        let explained = |name: &str, a: &str, b: &str| explains(name, a.parse().unwrap(), b.parse().unwrap()).is_some();
        assert!(explained("_apple_support", "3.13.0", "3.13.5") && explained("_apple_support", "3.13.7", "3.13.0"));
        assert!(!explained("_apple_support", "3.13.2", "3.13.5"), "nobody knows in which release it came");
        assert!(!explained("json.decoder", "3.13.0", "3.13.5") && !explained("_apple_support", "3.12.0", "3.13.5"));
    }
}
