//! Changes to which modules there are, how far they are, and what they import.

use super::{Change, DEPENDS, OK, PROBE, RATCHET_OVER, ZERO, change};
use crate::support::tree::{LOAD, UNION};

const STRICT_IMPORTS: &str = "F: strict-import allowlist violated (intrinsic-implemented roots imported non-intrinsic-implemented stdlib modules)";

pub(super) fn names() -> Vec<Change> {
    vec![
        change!("top-level collision", "F: top-level module/package duplicate mapping", |t| t
            .module("this/__init__.py", LOAD)),
        change!("submodule collision", "F: submodule/package duplicate mapping", |t| t
            .module("json/tool/__init__.py", LOAD)),
        change!("top-level name missing", "F: stdlib top-level coverage gate violated", |t| t.delete_module("this.py")),
        change!("required name missing", "F: stdlib top-level coverage gate violated", |t| t
            .append(UNION, "STDLIB_MODULE_UNION = (\"nosuch\",)\n")),
        change!("package is a file", "F: stdlib package kind gate violated", |t| t
            .append(UNION, "STDLIB_PACKAGE_UNION = (\"this\",)\n")),
        change!("package that nobody has", OK, |t| t.append(UNION, "STDLIB_PACKAGE_UNION = (\"nosuch\",)\n")),
        change!("module is a package", "F: intrinsic-partial ratchet gate violated", |t| {
            t.delete_module("this.py");
            t.module("this/__init__.py", LOAD);
            t.module("test/one_more.py", LOAD);
        }),
        change!("submodule missing", "F: stdlib submodule coverage gate violated", |t| t.delete_module("json/tool.py")),
        change!("required submodule missing", "F: stdlib submodule coverage gate violated", |t| t
            .append(UNION, "STDLIB_PY_SUBMODULE_UNION = (\"json.nosuch\",)\n")),
        change!("subpackage is a file", "F: stdlib subpackage kind gate violated", |t| t
            .append(UNION, "STDLIB_PY_SUBPACKAGE_UNION = (\"json.tool\",)\n")),
        change!("folder without __init__", OK, |t| t
            .append(UNION, "STDLIB_PY_SUBMODULE_UNION = (\"xml.dom\", \"xml.dom.minidom\")\n")),
        change!("strict root missing", "F: stdlib top-level coverage gate violated", |t| t.delete_module("types.py")),
        change!("strict root gone from the union too", "F: bootstrap strict roots are incomplete", |t| {
            t.delete_module("builtins.py");
            t.append(UNION, "STDLIB_MODULE_UNION = (\"sys\",)\n");
        }),
        change!("dotted file name", RATCHET_OVER, |t| t.module("test/x.y.py", LOAD)),
        change!("file named like __init__", RATCHET_OVER, |t| t.module("test/my__init__.py", LOAD)),
    ]
}

pub(super) fn statuses() -> Vec<Change> {
    vec![
        change!("strict root python-only", "F: bootstrap strict closure must be intrinsic-implemented", |t| t
            .module("types.py", "x = 1\n")),
        change!("strict root probe-only", "F: bootstrap strict closure must be intrinsic-implemented", |t| t
            .module("types.py", PROBE)),
        change!("bootstrap module python-only", "F: bootstrap modules must be intrinsic-implemented", |t| t
            .module("copy.py", "x = 1\n")),
        change!("python-only module", ZERO, |t| t.module("colorsys.py", "x = 1\n")),
        change!("probe-only module", ZERO, |t| t.module("colorsys.py", PROBE)),
        change!("probe and another", OK, |t| t.append_module(
            "colorsys.py",
            "from _intrinsics import require_intrinsic\nrequire_intrinsic('molt_stdlib_probe')\n"
        )),
        change!("probe-only imports python-only", DEPENDS, |t| {
            t.module("colorsys.py", "x = 1\n");
            t.module("this.py", &format!("import colorsys\n{PROBE}"));
        }),
        change!("python-only imports python-only", ZERO, |t| {
            t.module("colorsys.py", "x = 1\n");
            t.module("this.py", "import colorsys\n");
        }),
        change!("ratchet before zero", RATCHET_OVER, |t| {
            t.module("colorsys.py", "x = 1\n");
            t.module("test/one_more.py", LOAD);
            t.module("test/two_more.py", LOAD);
        }),
        change!("loader file without a load", OK, |t| t.module("_intrinsics.py", "x = 1\n")),
        change!("loader file in a folder", RATCHET_OVER, |t| t.module("test/_intrinsics.py", "x = 1\n")),
        change!("marker in a finished module", "F: full-coverage modules must remain intrinsic-backed", |t| {
            t.attest("'this',", "'this': ()");
            t.module("this.py", &format!("{LOAD}# TODO(stdlib, status:missing)\n"));
        }),
        change!("probe-only strict import", &["--allowlist-modules", "this"], STRICT_IMPORTS, |t| {
            t.module("colorsys.py", PROBE);
            t.append_module("this.py", "\nimport colorsys\n");
        }),
        change!("raises on import", ZERO, |t| t.module("colorsys.py", "raise ImportError('no')\n")),
    ]
}

/// `this` imports in every way, and `colorsys` is python-only.
pub(super) fn imports() -> Vec<Change> {
    macro_rules! import {
        ($name:literal, $says:expr, $text:expr) => {
            change!($name, $says, |t| {
                t.module("colorsys.py", "x = 1\n");
                t.append_module("this.py", concat!("\n", $text, "\n"));
            })
        };
    }
    macro_rules! below {
        ($name:literal, $says:expr, $path:literal, $text:expr) => {
            change!($name, $says, |t| {
                t.module("json/tool.py", "x = 1\n");
                t.append_module($path, concat!("\n", $text, "\n"));
            })
        };
    }
    vec![
        import!("import", DEPENDS, "import colorsys"),
        import!("import as", DEPENDS, "import sys, colorsys as c"),
        import!("import below", DEPENDS, "import colorsys.x.y"),
        import!("import from", DEPENDS, "from colorsys import x"),
        import!("import all", DEPENDS, "from colorsys import *"),
        import!("import relatively", DEPENDS, "from . import colorsys"),
        import!("import relatively from", DEPENDS, "from .colorsys import x"),
        import!("too many dots", ZERO, "from .. import colorsys"),
        import!("for type checkers", ZERO, "if TYPE_CHECKING:\n    import colorsys"),
        import!(
            "for type checkers by attribute",
            ZERO,
            "if typing.TYPE_CHECKING:\n    import colorsys\nelse:\n    pass"
        ),
        import!("else of type checkers", DEPENDS, "if TYPE_CHECKING:\n    pass\nelse:\n    import colorsys"),
        import!("not for type checkers", DEPENDS, "if not TYPE_CHECKING:\n    import colorsys"),
        import!("and", ZERO, "if x and TYPE_CHECKING:\n    import colorsys"),
        import!("or", DEPENDS, "if x or TYPE_CHECKING:\n    import colorsys"),
        import!("or true", ZERO, "if x or True:\n    pass\nelse:\n    import colorsys"),
        import!("false", ZERO, "if False:\n    import colorsys"),
        import!("zero", DEPENDS, "if 0:\n    import colorsys"),
        import!("elif of false", DEPENDS, "if False:\n    pass\nelif x:\n    import colorsys"),
        import!("elif of true", ZERO, "if True:\n    pass\nelif x:\n    import colorsys"),
        import!("in try", DEPENDS, "try:\n    import colorsys\nfinally:\n    pass"),
        import!("in a handler", DEPENDS, "try:\n    pass\nexcept KeyError:\n    import colorsys"),
        import!("in a handler of a group", ZERO, "try:\n    pass\nexcept* KeyError:\n    import colorsys"),
        import!(
            "in else of a group",
            DEPENDS,
            "try:\n    pass\nexcept* KeyError:\n    pass\nelse:\n    import colorsys"
        ),
        import!("in finally", DEPENDS, "try:\n    pass\nfinally:\n    import colorsys"),
        import!("in with", DEPENDS, "with x:\n    import colorsys"),
        import!("in for", DEPENDS, "for a in b:\n    import colorsys"),
        import!("in while false", DEPENDS, "while False:\n    import colorsys"),
        import!("in else of while", DEPENDS, "while x:\n    pass\nelse:\n    import colorsys"),
        import!("in a function", ZERO, "def f():\n    import colorsys"),
        import!("in an async function", ZERO, "async def f():\n    import colorsys"),
        import!("in a class", ZERO, "class C:\n    import colorsys"),
        import!("in match", ZERO, "match x:\n    case 1:\n        import colorsys"),
        import!("by a call", ZERO, "__import__('colorsys')"),
        below!("submodule", DEPENDS, "this.py", "import json.tool"),
        below!("submodule by name", DEPENDS, "this.py", "from json import tool"),
        below!("submodule that is not there", ZERO, "this.py", "import json.nosuch"),
        below!("sibling", DEPENDS, "json/decoder.py", "from . import tool"),
        below!("sibling from", DEPENDS, "json/decoder.py", "from .tool import x"),
        below!("from the package itself", DEPENDS, "json/__init__.py", "from . import tool"),
        below!("from the parent's parent", DEPENDS, "xml/dom/minidom.py", "from ...json import tool"),
        below!("one dot too many", ZERO, "xml/dom/minidom.py", "from ....json import tool"),
        below!("the root's package", DEPENDS, "__init__.py", "from .json import tool"),
        below!("parent is not imported", ZERO, "this.py", "import json.decoder"),
        change!("by way of another", DEPENDS, |t| {
            t.module("colorsys.py", "x = 1\n");
            t.append_module("json/tool.py", "\nimport colorsys\n");
            t.append_module("this.py", "\nfrom json import tool\n");
        }),
        change!("cycle", ZERO, |t| {
            t.module("colorsys.py", "import colorsys\nimport this\n");
        }),
    ]
}
