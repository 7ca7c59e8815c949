//! Changes to what modules do: loaders, host imports, fallbacks.

use super::{BACKED_ONLY, Change, FALLBACK, OK, PASSED_OVER, TRY, UNKNOWN, change};
use crate::support::tree::LOAD;

pub(super) fn lints() -> Vec<Change> {
    const BARE: &str = "stdlib intrinsics lint failed:";
    vec![
        change!("registry in code", BARE, |t| t.append_module("this.py", "x = _molt_intrinsics\n")),
        change!("registry in a part of a name", BARE, |t| t.append_module("this.py", "x.a_molt_intrinsics_b\n")),
        change!("registry in an f-string", BARE, |t| t.append_module("this.py", "x = f'{1} _molt_intrinsics'\n")),
        change!("registry in a string", OK, |t| t.append_module("this.py", "x = '_molt_intrinsics'\n")),
        change!("registry in a comment", OK, |t| t.append_module("this.py", "# _molt_intrinsics\n")),
        change!("registry in the loader", OK, |t| t.append_module("_intrinsics.py", "x = '' or _molt_intrinsics\n")),
        change!("forbidden import", BARE, |t| t.append_module("this.py", "import molt.intrinsics\n")),
        change!("forbidden import from", BARE, |t| t.append_module("this.py", "from molt import intrinsics\n")),
        change!("forbidden import of names", BARE, |t| t.append_module("this.py", "from  molt.intrinsics  import x\n")),
        change!("forbidden import in a docstring", BARE, |t| t
            .append_module("this.py", "'''\n  import molt.intrinsics\n'''\n")),
        change!("forbidden import over lines", BARE, |t| t
            .append_module("this.py", "'''\nfrom\n molt.intrinsics\nimport\n'''\n")),
        change!("forbidden import in the loader", BARE, |t| t
            .append_module("_intrinsics.py", "import molt.intrinsics\n")),
        change!("like a forbidden import", OK, |t| t
            .append_module("this.py", "import molt.intrinsics_x\nimport sys, molt.intrinsics\n")),
        change!("loader without import", BARE, |t| t
            .module("this.py", "import _x\nrequire_intrinsic('molt_capabilities_has')\n")),
        change!("loader imported as a module", OK, |t| t
            .module("this.py", "import _intrinsics\n_intrinsics.require_intrinsic('molt_capabilities_has')\n")),
        change!("loader imported among others", BARE, |t| t
            .module("this.py", "import sys, _intrinsics\n_intrinsics.require_intrinsic('molt_capabilities_has')\n")),
        change!("loader imported from the package", BARE, |t| t
            .module("this.py", "from . import _intrinsics\n_intrinsics.require_intrinsic('molt_capabilities_has')\n")),
        change!("loader imported relatively", OK, |t| t
            .module("json/tool.py", &LOAD.replace("_intrinsics", "..  _intrinsics").replace("..  ", ".."))),
        change!("loader imported without a blank", BARE, |t| t
            .module("json/tool.py", &LOAD.replace("from _intrinsics", "from.._intrinsics"))),
        change!("loader imported by its full name", OK, |t| t
            .module("this.py", &LOAD.replace("_intrinsics import", "molt.stdlib._intrinsics import"))),
        change!("loader imported in a docstring", OK, |t| t
            .module("this.py", "'''\nfrom _intrinsics import x\n'''\nrequire_intrinsic('molt_capabilities_has')\n")),
        change!("callable loader without import", OK, |t| t
            .module("this.py", "_require_callable_intrinsic('molt_capabilities_has')\n")),
        change!("host import", BARE, |t| t.append_module("this.py", "import _py_x\n")),
        change!("host import in a function", BARE, |t| t.append_module("this.py", "def f():\n    import a._py_x\n")),
        change!("host import from", BARE, |t| t.append_module("this.py", "from _py_x import y\n")),
        change!("host import from a package", BARE, |t| t.append_module("this.py", "from ._py_x import y\n")),
        change!("host name imported", OK, |t| t
            .append_module("this.py", "from . import _py_x\nfrom email import _py_y\n")),
        change!("host import by call", BARE, |t| t.append_module("this.py", "__import__('_py_x')\n")),
        change!("host import by import_module", BARE, |t| t
            .append_module("this.py", "import importlib\nimportlib.import_module('a._py_x')\n")),
        change!("bare import_module", OK, |t| t.append_module("this.py", "import_module('_py_x')\n")),
        change!("attribute __import__", OK, |t| t.append_module("this.py", "b.__import__('_py_x')\n")),
        change!("import_module by keyword", OK, |t| t.append_module("this.py", "i.import_module(name='_py_x')\n")),
        change!("like a host name", OK, |t| t.append_module("this.py", "import a_py_x\n__import__('x_py_y')\n")),
        change!("unknown intrinsic", UNKNOWN, |t| t.append_module("this.py", "require_intrinsic('molt_no_such')\n")),
        change!("unknown intrinsic in dead code", UNKNOWN, |t| t
            .append_module("this.py", "def f():\n    return [x.load_intrinsic('molt_no' '_such')]\n")),
        change!("unknown intrinsic by keyword", OK, |t| t
            .append_module("this.py", "require_intrinsic(name='molt_no_such')\n")),
        change!("unknown intrinsic in an f-string", OK, |t| t
            .append_module("this.py", "require_intrinsic(f'molt_no_such')\n")),
        change!("unknown intrinsic inside an f-string", UNKNOWN, |t| t
            .append_module("this.py", "x = f'{require_intrinsic(\"molt_no_such\")}'\n")),
        change!("another name", OK, |t| t
            .append_module("this.py", "require_intrinsic('no_such')\nother('molt_no_such')\n")),
        change!("unknown intrinsic in bytes", OK, |t| t
            .append_module("this.py", "require_intrinsic(b'molt_no_such')\n")),
    ]
}

pub(super) fn fallbacks() -> Vec<Change> {
    vec![
        change!("try import", FALLBACK, |t| t.append_module("this.py", TRY)),
        change!("try import, backed only", BACKED_ONLY, OK, |t| t.append_module("this.py", TRY)),
        change!(
            "try import in a strict root",
            &["--allowlist-modules", "this"],
            "F: strict-import roots used forbidden fallback patterns",
            |t| {
                t.append_module("this.py", TRY);
            }
        ),
        change!(
            "try import in a critical root, backed only",
            &["--critical-allowlist", "--fallback-intrinsic-backed-only"],
            "F: strict-import roots used forbidden fallback patterns",
            |t| {
                t.append_module("time.py", TRY);
            }
        ),
        change!("try import beside a strict root", &["--allowlist-modules", "sys"], FALLBACK, |t| t
            .append_module("this.py", TRY)),
        change!(
            "try import in a finished module",
            BACKED_ONLY,
            "F: intrinsic-backed modules used forbidden fallback patterns",
            |t| {
                t.attest("'this',", "'this': ('molt_capabilities_has',)");
                t.module("this.py", &format!("{LOAD}{TRY}"));
            }
        ),
        change!("try import that raises", FALLBACK, |t| t
            .append_module("this.py", "try:\n    import sys\nexcept ImportError:\n    raise\n")),
        change!("try import, bare", FALLBACK, |t| t
            .append_module("this.py", "def f():\n    try:\n        from sys import x\n    except:\n        pass\n")),
        change!("try import, tuple", FALLBACK, |t| t
            .append_module("this.py", "try:\n    import sys\nexcept (KeyError, (x.Exception,)):\n    pass\n")),
        change!("try import, other error", OK, |t| t
            .append_module("this.py", "try:\n    import sys\nexcept KeyError:\n    pass\n")),
        change!("try import, group", OK, |t| t
            .append_module("this.py", "try:\n    import sys\nexcept* ImportError:\n    pass\n")),
        change!("try, import in a handler", OK, |t| t
            .append_module("this.py", "try:\n    pass\nexcept ImportError:\n    import sys\n")),
        change!("try, import in a nested function", FALLBACK, |t| t
            .append_module("this.py", "try:\n    def f():\n        import sys\nexcept BaseException:\n    pass\n")),
        change!("try, call of __import__", OK, |t| t
            .append_module("this.py", "try:\n    __import__('sys')\nexcept ImportError:\n    pass\n")),
        change!("optional loader", FALLBACK, |t| t
            .append_module("this.py", "def f():\n    x.require_optional_intrinsic(1)\n")),
        change!("optional loader, other name", FALLBACK, |t| t.append_module("this.py", "_load_intrinsic()\n")),
        change!("json passes over a call", PASSED_OVER, |t| {
            t.append_module("json/__init__.py", "from _intrinsics import require_intrinsic\nz = require_intrinsic('molt_capabilities_has')\ntry:\n    z()\nexcept ValueError:\n    pass\n");
        }),
        change!("json passes over a constant's call", PASSED_OVER, |t| t.append_module(
            "json/__init__.py",
            "def f():\n    try:\n        x = _MOLT_Y(1)\n    except ValueError:\n        pass\n"
        )),
        change!("json passes over an attribute", PASSED_OVER, |t| t.append_module(
            "json/__init__.py",
            "try:\n    m.molt_y()\nexcept ValueError:\n    pass\nexcept KeyError:\n    raise\n"
        )),
        change!("json handles", OK, |t| t
            .append_module("json/__init__.py", "try:\n    m.molt_y()\nexcept ValueError:\n    x = 1\n")),
        change!("json does nothing with dots", OK, |t| t
            .append_module("json/__init__.py", "try:\n    m.molt_y()\nexcept ValueError:\n    ...\n")),
        change!("json passes over something else", OK, |t| t
            .append_module("json/__init__.py", "try:\n    m.other()\nexcept ValueError:\n    pass\n")),
        change!("json.decoder passes over", OK, |t| t
            .append_module("json/decoder.py", "try:\n    m.molt_y()\nexcept ValueError:\n    pass\n")),
    ]
}
