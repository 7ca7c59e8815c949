//! Changes to what the checker reads besides the modules, and to files as files.

use super::{CRITICAL, Change, OK, RATCHET_OVER, STALE, TRACEBACK, UNKNOWN, ZERO, change};
use crate::support::tree::{ATTESTATION, DOCUMENT, LOAD, MANIFEST, RATCHET, STD, UNION};

const RATCHET_SHAPE: &str = "F: intrinsic-partial ratchet file must define non-negative `max_intrinsic_partial`";

pub(super) fn inputs() -> Vec<Change> {
    vec![
        change!("nothing", OK, |_| {}),
        change!("union gone", "F: stdlib module baseline missing: tools/stdlib_module_union.py", |t| t.delete(UNION)),
        change!(
            "union without a tuple",
            "F: stdlib module baseline is invalid: STDLIB_MODULE_UNION tuple missing",
            |t| {
                t.append(UNION, "STDLIB_MODULE_UNION = [\"sys\"]\n");
            }
        ),
        change!(
            "union without packages",
            "F: stdlib module baseline is invalid: STDLIB_PACKAGE_UNION tuple missing",
            |t| {
                t.append(UNION, "STDLIB_PACKAGE_UNION = None\n");
            }
        ),
        change!(
            "union without submodules",
            "F: stdlib module baseline is invalid: STDLIB_PY_SUBMODULE_UNION tuple missing",
            |t| {
                t.append(UNION, "STDLIB_PY_SUBMODULE_UNION = {}\n");
            }
        ),
        change!(
            "union without subpackages",
            "F: stdlib module baseline is invalid: STDLIB_PY_SUBPACKAGE_UNION tuple missing",
            |t| {
                t.append(UNION, "STDLIB_PY_SUBPACKAGE_UNION = 1\n");
            }
        ),
        change!("union empty", "F: stdlib module baseline is invalid: union is empty", |t| {
            t.append(UNION, "STDLIB_MODULE_UNION = (1, None)\n");
        }),
        change!("union with others than strings", OK, |t| t.append(UNION, "STDLIB_MODULE_UNION = (\"sys\", 1)\n")),
        change!("union that does not parse", TRACEBACK, |t| t.append(UNION, "x = (\n")),
        change!(
            "ratchet gone",
            "F: intrinsic-partial ratchet file missing: tools/stdlib_intrinsics_ratchet.json",
            |t| t.delete(RATCHET)
        ),
        change!(
            "ratchet no JSON",
            "F: intrinsic-partial ratchet file is not valid JSON: tools/stdlib_intrinsics_ratchet.json",
            |t| {
                t.write(RATCHET, b"{");
            }
        ),
        change!(
            "ratchet not UTF-8",
            "F: intrinsic-partial ratchet file is not valid JSON: tools/stdlib_intrinsics_ratchet.json",
            |t| {
                t.write(RATCHET, b"{\"max_intrinsic_partial\": 9, \"x\": \"\xff\"}");
            }
        ),
        change!("ratchet list", "F: intrinsic-partial ratchet file must be a JSON object", |t| t
            .write(RATCHET, b"[873]")),
        change!("ratchet without the key", RATCHET_SHAPE, |t| t.write(RATCHET, b"{}")),
        change!("ratchet float", RATCHET_SHAPE, |t| t.write(RATCHET, b"{\"max_intrinsic_partial\": 873.0}")),
        change!("ratchet negative", RATCHET_SHAPE, |t| t.write(RATCHET, b"{\"max_intrinsic_partial\": -1}")),
        change!("ratchet text", RATCHET_SHAPE, |t| t.write(RATCHET, b"{\"max_intrinsic_partial\": \"873\"}")),
        change!("ratchet null", RATCHET_SHAPE, |t| t.write(RATCHET, b"{\"max_intrinsic_partial\": null}")),
        change!("ratchet true", RATCHET_OVER, |t| t.write(RATCHET, b"{\"max_intrinsic_partial\": true}")),
        change!("ratchet false", RATCHET_OVER, |t| t.write(RATCHET, b"{\"max_intrinsic_partial\": false}")),
        change!("ratchet with room", OK, |t| t.write(RATCHET, b"{\"max_intrinsic_partial\": 9999}")),
        change!("ratchet huge", OK, |t| t.write(RATCHET, b"{\"max_intrinsic_partial\": 99999999999}")),
        change!("manifest gone", TRACEBACK, |t| t.delete(MANIFEST)),
        change!("manifest empty", UNKNOWN, |t| t.write(MANIFEST, b"")),
        change!("strict list empty", &["--allowlist-modules", " , "], "F: module list cannot be empty", |_| {}),
        change!("strict list not given", &["--allowlist-modules", ""], OK, |_| {}),
        change!(
            "strict root unknown",
            &["--allowlist-modules", "nosuch"],
            "F: unknown strict-import modules requested",
            |_| {}
        ),
        change!("strict roots known", &["--allowlist-modules", "json, sys,json"], OK, |_| {}),
        change!(
            "strict root wins over lint",
            &["--allowlist-modules", "nosuch"],
            "F: unknown strict-import modules requested",
            |t| {
                t.append_module("this.py", "_molt_intrinsics\n");
            }
        ),
        change!("critical roots", CRITICAL, OK, |_| {}),
        change!("critical root gone", CRITICAL, "F: unknown strict-import modules requested", |t| t
            .delete_module("time.py")),
        change!("critical root python-only", CRITICAL, "F: strict-import roots must be intrinsic-implemented", |t| {
            t.module("traceback.py", "x = 1\n");
        }),
        change!(
            "python-only strict root",
            &["--allowlist-modules", "colorsys"],
            "F: strict-import roots must be intrinsic-implemented",
            |t| {
                t.module("colorsys.py", "x = 1\n");
            }
        ),
    ]
}

pub(super) fn files() -> Vec<Change> {
    vec![
        change!("not UTF-8", TRACEBACK, |t| t.write(&format!("{STD}/this.py"), b"x = '\xff'\n")),
        change!("latin-1 declared", TRACEBACK, |t| t
            .write(&format!("{STD}/this.py"), b"# coding: latin-1\nx = '\xff'\n")),
        change!("byte order mark", TRACEBACK, |t| t
            .write(&format!("{STD}/this.py"), &[b"\xef\xbb\xbf", LOAD.as_bytes()].concat())),
        change!("NUL", TRACEBACK, |t| t.write(&format!("{STD}/this.py"), &[LOAD.as_bytes(), b"\0"].concat())),
        change!("syntax error", TRACEBACK, |t| t.append_module("this.py", "x = (\n")),
        change!("syntax error in a hidden file", OK, |t| t.module(".this.py", "x = (\n")),
        change!("CRLF", OK, |t| t.module("this.py", &LOAD.replace('\n', "\r\n"))),
        change!("CR alone", OK, |t| t.module("this.py", &LOAD.replace('\n', "\r"))),
        change!("no final newline", OK, |t| t.module("this.py", LOAD.trim_end())),
        change!("form feed", OK, |t| t.append_module("this.py", "\x0c\nx = 1\n")),
        change!("empty", ZERO, |t| t.module("this.py", "")),
        change!("attestation that does not parse", TRACEBACK, |t| t.write(ATTESTATION, b"x = (\n")),
        change!("deep folder", ZERO, |t| t.module("test/a/b/c/d.py", "x = 1\n")),
        change!("file in __pycache__", ZERO, |t| t.module("__pycache__/x.py", "x = 1\n")),
        change!("file in a hidden folder", ZERO, |t| t.module(".hidden/x.py", "x = 1\n")),
        change!("one more module", RATCHET_OVER, |t| t.module("test/one_more.py", LOAD)),
    ]
}

pub(super) fn attested() -> Vec<Change> {
    const THIS: &str = "'this': ('molt_capabilities_has',)";
    vec![
        change!(
            "attestation gone",
            "F: stdlib full-coverage manifest missing: tools/stdlib_full_coverage_manifest.py",
            |t| t.delete(ATTESTATION)
        ),
        change!(
            "attestation without a tuple",
            "F: stdlib full-coverage manifest is invalid: STDLIB_FULLY_COVERED_MODULES tuple missing",
            |t| {
                t.write(ATTESTATION, b"STDLIB_FULLY_COVERED_MODULES = ['this']\n");
            }
        ),
        change!("attestation of the root", "F: stdlib full-coverage manifest must not include molt.stdlib", |t| t
            .attest("'molt.stdlib',", "")),
        change!(
            "contracts a list",
            "F: stdlib full-coverage manifest is invalid: STDLIB_REQUIRED_INTRINSICS_BY_MODULE dict missing",
            |t| {
                t.write(ATTESTATION, b"STDLIB_FULLY_COVERED_MODULES = ()\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = []\n");
            }
        ),
        change!(
            "contract of a number",
            "F: stdlib full-coverage manifest is invalid: STDLIB_REQUIRED_INTRINSICS_BY_MODULE keys must be strings",
            |t| t.attest("", "1: ()")
        ),
        change!(
            "contract of the root",
            "F: stdlib full-coverage manifest must not include molt.stdlib in STDLIB_REQUIRED_INTRINSICS_BY_MODULE",
            |t| {
                t.attest("", "'molt.stdlib': ()");
            }
        ),
        change!(
            "contract a list",
            "F: stdlib full-coverage manifest is invalid: STDLIB_REQUIRED_INTRINSICS_BY_MODULE values must be tuples[str, ...]",
            |t| {
                t.attest("", "'this': ['molt_x']");
            }
        ),
        change!(
            "contract of another name",
            "F: stdlib full-coverage manifest is invalid: required intrinsic names must start with `molt_`",
            |t| t.attest("", "'this': ('x',)")
        ),
        change!(
            "contract of the probe",
            "F: stdlib full-coverage manifest is invalid: `molt_stdlib_probe` cannot satisfy full coverage contracts",
            |t| {
                t.attest("", "'this': ('molt_stdlib_probe',)");
            }
        ),
        change!("no contracts", OK, |t| t.write(ATTESTATION, b"STDLIB_FULLY_COVERED_MODULES = ()\n")),
        change!("attested unknown", "F: full-coverage attestation references unknown modules", |t| t
            .attest("'nosuch',", "'nosuch': ()")),
        change!("contract not attested", "F: full-coverage intrinsic contract has non-attested modules", |t| t
            .attest("", THIS)),
        change!("attested without contract", "F: full-coverage intrinsic contract missing modules", |t| t
            .attest("'this',", "")),
        change!("attested python-only", "F: full-coverage modules must remain intrinsic-backed", |t| {
            t.attest("'this',", THIS);
            t.module("this.py", "x = 1\n");
        }),
        change!("contract unknown", "F: full-coverage intrinsic contract references unknown intrinsics", |t| {
            t.attest("'this',", "'this': ('molt_no_such',)");
            t.module("this.py", LOAD);
        }),
        change!("contract violated", "F: full-coverage intrinsic contract violated", |t| {
            t.attest("'this',", "'this': ('molt_capabilities_has', 'molt_json_dumps')");
            t.module("this.py", LOAD);
            let manifest = t.text(MANIFEST);
            if !manifest.contains("molt_json_dumps(") {
                t.append(MANIFEST, "def molt_json_dumps(x: Any) -> Any: ...\n");
            }
        }),
        change!("attested, document stale", STALE, |t| {
            t.attest("'this',", THIS);
            t.module("this.py", LOAD);
        }),
    ]
}

pub(super) fn documents() -> Vec<Change> {
    vec![
        change!(
            "document gone",
            "stdlib intrinsic audit doc missing: docs/spec/areas/compat/0016_STDLIB_INTRINSICS_AUDIT.md",
            |t| t.delete(DOCUMENT)
        ),
        change!("document count wrong", STALE, |t| t.replace(DOCUMENT, "`probe-only`: `0`", "`probe-only`: `1`")),
        change!("document queue wrong", STALE, |t| t.replace(
            DOCUMENT,
            "- `socket`: `intrinsic-partial`",
            "- `socket`: `intrinsic-backed`"
        )),
        change!("document queue shorter", STALE, |t| t.replace(DOCUMENT, "- `socket`: `intrinsic-partial`\n", "")),
        change!("document list shorter", STALE, |t| t.replace(DOCUMENT, "- `colorsys`\n", "")),
        change!("document list longer", STALE, |t| t.replace(DOCUMENT, "- `colorsys`\n", "- `colorsys`\n- `nosuch`\n")),
        change!("document with CRLF", OK, |t| {
            let text = t.text(DOCUMENT).replace('\n', "\r\n");
            t.write(DOCUMENT, text.as_bytes());
        }),
        change!("module gone that nobody requires", STALE, |t| t.delete_module("test/__init__.py")),
    ]
}
