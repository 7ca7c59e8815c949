//! What a file binds, read.

use super::{names::Scope, scope};
use crate::python::Module;

/// Reads what a file binds; `text` is its text.
pub fn api(module: &Module, text: &str) -> Scope {
    scope::of_file(module.body(), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::{NameBinding, parse};

    fn of(text: &str) -> Scope {
        api(&parse(text).unwrap(), text)
    }

    fn names(text: &str) -> Vec<String> {
        of(text).names.into_keys().collect()
    }

    fn shown(text: &str, name: &str) -> String {
        match &of(text).names[name].binding {
            NameBinding::Function(it) => it.signature.as_ref().map_or("?".into(), ToString::to_string),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn what_running_a_file_binds_is_found() {
        assert_eq!(names("def f(): pass\nclass C: pass\nx = 1\ny: int\nz: int = 2\n"), ["C", "f", "x", "z"]);
        assert_eq!(names("a, (b, *c) = x\nfor d in e: pass\nwith f as g: pass\n(h := 1)\n"), ["a", "b", "c", "d", "g"]);
        assert_eq!(names("x = 1\ndel x\n"), Vec::<String>::new());
        assert_eq!(names("if x:\n    a = 1\nelse:\n    b = 1\n"), ["a", "b"]);
        assert_eq!(names("type X = int\nimport a.b, c.d as e\n"), ["X", "a", "e"]);
        assert_eq!(names("if __name__ == '__main__':\n    a = 1\n"), Vec::<String>::new());
    }

    #[test]
    fn the_import_that_succeeds_comes_before_its_fallback() {
        let tried = "try:\n    from _x import f\nexcept ImportError:\n    def f(): pass\n";
        assert!(
            matches!(&of(tried).names["f"].binding, NameBinding::From(from, name) if from.module == "_x" && name == "f")
        );
        let later = "def f(): pass\ntry:\n    from _x import f\nexcept ImportError:\n    pass\n";
        assert!(matches!(&of(later).names["f"].binding, NameBinding::From(..)));
    }

    #[test]
    fn functions_that_code_makes_of_methods_are_known() {
        let made = "N = ['a', 'b']\nclass C:\n    def a(self, x): pass\ndef make(names, of, more):\n    for name in names:\n        m = getattr(of, name)\n        exec(more.format(name), globals())\nmake(N, C, 'x')\n";
        let found = of(made);
        assert_eq!(found.names["b"].binding, NameBinding::Method("C.b".into()));
        assert!(found.computed.is_empty());
        for (old, new) in [("getattr(of, name)", "getattr(of, more)"), ("make(N, C", "make(M, C"), (", globals()", "")]
        {
            assert!(!of(&made.replace(old, new)).names.contains_key("b"), "{new}");
        }
    }

    #[test]
    fn names_that_are_set_on_the_module_itself_are_not_known_to_be_missing() {
        const LOOP: &str = "for k, v in data().items():\n        ";
        for (body, what) in [
            (
                format!("mod = sys.modules[__name__]\n    {LOOP}setattr(mod, k, v)"),
                "names that are set on the module itself",
            ),
            (
                format!("mod: object = sys.modules[__name__]\n    {LOOP}setattr(mod, k, v)"),
                "names that are set on the module itself",
            ),
            (format!("{LOOP}setattr(sys.modules[__name__], k, v)"), "names that are set on the module itself"),
            (format!("{LOOP}globals()[k] = v"), "names that are set on the module itself"),
            ("globals().update(data())".to_owned(), "names that globals().update() gives"),
        ] {
            let text = format!("import sys\ndef fill():\n    {body}\nfill()\n");
            assert_eq!(of(&text).computed, [what], "{text}");
            // one that nobody calls sets nothing
            assert!(of(&text.replace("\nfill()", "\n")).computed.is_empty(), "{text}");
            let here = format!("import sys\n{}\n", body.replace("\n    ", "\n"));
            assert_eq!(of(&here).computed.len(), 1, "{here}");
        }
        let named =
            of("import sys\nm = sys.modules[__name__]\nsetattr(m, 'a', 1)\nsetattr(sys.modules[__name__], 'b', 1)\n");
        assert!(named.computed.is_empty() && ["a", "b"].iter().all(|it| named.names.contains_key(*it)));
        let rebound = of("import sys\nm = sys.modules[__name__]\nm = other\nsetattr(m, n, 1)\n");
        assert!(rebound.computed.is_empty());
        let other = of("import sys\nm = sys.modules['x']\ndef f(n):\n    setattr(m, n, 1)\nf('a')\nsetattr(m, n, 1)\n");
        assert!(other.computed.is_empty());
    }

    #[test]
    fn other_platforms_are_told_apart() {
        for (test, is_here) in [
            ("sys.platform == 'win32'", false),
            ("sys.platform != 'win32'", true),
            ("sys.platform.startswith('linux')", true),
            ("os.name == 'nt'", false),
            ("_mswindows", false),
            ("not TYPE_CHECKING", true),
            ("'posix' in _names", true),
            ("hasattr(os, 'fork')", true),
            ("'nt' in _names", false),
        ] {
            let bound = of(&format!("if {test}:\n    a = 1\nelse:\n    b = 1\n"));
            let here = |name: &str| {
                bound
                    .names
                    .get(name)
                    .is_some_and(|it| !it.condition.as_deref().is_some_and(|it| it.starts_with("only")))
            };
            assert_eq!((here("a"), here("b") && !here("a")), (is_here, !is_here), "{test}: {:?}", bound.names);
        }
    }

    #[test]
    fn signatures_have_kinds_and_defaults() {
        for (written, expected) in [
            ("a, b = 1", "(a, b=1)"),
            ("a, /, b, *c, d=None, e, **f", "(a, /, b, *c, d=None, e, **f)"),
            ("*, a: int = f( x )", "(*, a=f( x ))"),
            ("a=1, /", "(a=1, /)"),
            ("", "()"),
        ] {
            assert_eq!(shown(&format!("def f({written}): pass\n"), "f"), expected);
        }
        assert_eq!(shown("@decorated\ndef f(a): pass\n", "f"), "?");
        assert_eq!(shown("@functools.lru_cache(maxsize=1)\ndef f(a): pass\n", "f"), "(a)");
        assert_eq!(shown("f = lambda a, *b: 1\n", "f"), "(a, *b)");
    }

    #[test]
    fn deprecations_have_their_version() {
        let version = |text: &str| match of(text).names.remove("f").unwrap().binding {
            NameBinding::Function(it) => it.deprecated.map(|it| it.removal.unwrap_or_default()),
            NameBinding::Class(it) => it.deprecated.map(|it| it.removal.unwrap_or_default()),
            _ => None,
        };
        assert_eq!(version("def f():\n    warnings._deprecated('f', remove=(3, 15))\n").unwrap(), "3.15");
        assert_eq!(version("def f():\n    warnings.warn('f', DeprecationWarning, stacklevel=2)\n").unwrap(), "");
        assert_eq!(version("def f():\n    if x:\n        warnings.warn('f', DeprecationWarning)\n"), None);
        assert_eq!(version("@warnings.deprecated('why')\nclass f: pass\n").unwrap(), "");
        let whole = of("import warnings\nwarnings._deprecated(__name__, remove=(3, 13))\n");
        assert_eq!(whole.deprecated.unwrap().removal.unwrap(), "3.13");
    }
}
