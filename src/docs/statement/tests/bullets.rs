//! Bullets of module statuses, whichever of the two stands above the other.

use super::{all_silent, all_wrong, synced};

#[test]
fn a_module_below_a_status_is_compared() {
    all_wrong(&[
        ("- Intrinsic-backed:\n  - `pickle`\n  - `socket`", "intrinsic-backed for pickle"),
        ("Intrinsic-backed modules:\n\n- `socket`\n- `json`", "intrinsic-backed for json"),
        ("The following modules are intrinsic-backed:\n- pickle\n- socket", "intrinsic-backed for pickle"),
        ("**Python-only:**\n* `this`\n* `re`", "python-only for re"),
        ("1. Still `intrinsic_partial`\n   1. `socket`, `re`", "intrinsic-partial for socket"),
        ("### Intrinsic-backed modules\n\n- `pickle` - protocol 5\n- `socket`", "intrinsic-backed for pickle"),
        ("- intrinsic-backed\n  - [x] `asyncio`", "intrinsic-backed for asyncio"),
        ("On 2026-02-12, these are so:\n\n- `math`: x\n- `pickle`: intrinsic-backed", "intrinsic-backed for pickle"),
    ]);
    all_silent(&[
        "- Intrinsic-backed:\n  - `socket`",
        "- Intrinsic-partial:\n  - `pickle`, `json`\n  - `re` (one of three)",
        // a part, another thing, an aim, an open task
        "- Intrinsic-backed:\n  - `pickle` (core only)",
        "- Intrinsic-backed:\n  - `pickle.dumps`",
        "- Intrinsic-backed:\n  - the `pickle` reader",
        "- Next to become intrinsic-backed:\n  - `pickle`",
        "- Not intrinsic-backed:\n  - `pickle`",
        "- Intrinsic-backed:\n  - [ ] `pickle`",
        "## Goals\n\n- Intrinsic-backed:\n  - `pickle`",
    ]);
    // the words above are those of others too
    assert_eq!(synced("- Intrinsic-backed:\n  - `pickle`\n"), "- Intrinsic-backed:\n  - `pickle`\n");
}

#[test]
fn a_status_below_a_module_is_compared() {
    all_wrong(&[
        ("- `pickle`: intrinsic-backed\n- `socket`: intrinsic-backed", "intrinsic-backed for pickle"),
        ("- `pickle`\n  - intrinsic-backed", "intrinsic-backed for pickle"),
        ("- `pickle`:\n  - Status: `intrinsic-backed`.", "intrinsic-backed for pickle"),
        ("- json\n  - now fully intrinsic-backed", "intrinsic-backed for json"),
        ("- a\n  - b\n    - `pickle` — python-only\n", "python-only for pickle"),
    ]);
    all_silent(&[
        "- `pickle`\n  - intrinsic-partial",
        "- `pickle`\n  - the reader is intrinsic-backed",
        "- `other`\n  - intrinsic-backed",
    ]);
    assert_eq!(synced("- `pickle`\n  - Status: intrinsic-backed\n"), "- `pickle`\n  - Status: intrinsic-partial\n");
}

#[test]
fn a_count_of_names_moves_beside_words_of_totality_where_no_name_is_missing() {
    let text = |submodules: &str, backed: &str| {
        format!(
            "Coverage is complete by name for the union (`320` top-level required names, `{submodules}` required `.py` submodule names), with `intrinsic-backed={backed}` and zero violations of any kind.\n"
        )
    };
    assert_eq!(synced(&text("539", "41")), text("540", "41"));
    // what leaves zero beside such words is a person's, and the names are not
    assert_eq!(synced(&text("539", "0")), text("540", "0"));
}
